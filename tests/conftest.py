"""What all tests share."""

import os

from lpsim.model.jit import FOLDER

# Whichever test happens to be first would be told that code is being compiled; tests/model/test_jit.py
# looks at that with a folder of its own.
for part in ("steps", "threads", "lessons"):
    if FOLDER is not None:
        (FOLDER / part).touch()

os.environ.pop("COLUMNS", None)  # of xdist's workers: lines are as wide as where nobody watches
