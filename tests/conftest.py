"""What all tests share."""

from lpsim.model.jit import FOLDER

# Whichever test happens to be first would be told that code is being compiled; tests/model/test_jit.py
# looks at that with a folder of its own.
for part in ("steps", "threads", "lessons"):
    if FOLDER is not None:
        (FOLDER / part).touch()
