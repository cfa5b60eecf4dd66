"""Where mutated kernels are tried: a process that has everything but them, and forks for each mutation.

Reading numpy, pandas and Mesa takes longer than most mutations live, and so does what they are held against.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from importlib.abc import InspectLoader, MetaPathFinder
from pathlib import Path

import lpsim

HERE = Path(__file__).parent
COMPILED = "lpsim.engines.compiled"


class Nursery:
    """Compares mutated kernels, as plain Python, with the reference engine."""

    def __enter__(self) -> Nursery:
        places = (HERE, HERE.parent, Path(lpsim.__file__).parents[1])
        self._process = subprocess.Popen(
            [sys.executable, "-c", "import nursery; nursery.serve()"],
            env={**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": os.pathsep.join(map(str, places))},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, *_) -> None:
        self._process.communicate()  # the end of its input is its end

    def compare(self, module: str, source: str, *, first: int = 0, alone: bool = False) -> str:
        """How the comparisons end where a module has another source: "passed", or the error.

        `first` is the number of the comparison to begin with, or of the only one.
        """
        print(json.dumps([module, source, first, alone]), file=self._process.stdin, flush=True)
        return json.loads(self._process.stdout.readline())


def serve() -> None:
    """Try each mutation that comes, in a process of its own."""
    import conformance

    assert COMPILED not in sys.modules, "a process that has the kernels cannot be given mutated ones"
    for line in sys.stdin:
        module, source, first, alone = json.loads(line)
        conformance.prepare_to_compare(first)
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            os.write(writing, _ending(module, source, first, alone=alone).encode())
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading, encoding="utf-8") as pipe:
            print(json.dumps(pipe.read()), flush=True)
        os.waitpid(child, 0)


def _ending(module: str, source: str, first: int, *, alone: bool) -> str:
    sys.meta_path.insert(0, Mutated(f"{COMPILED}.{module}", source))
    try:
        import conformance

        conformance.compare_as_plain_python(first, alone=alone)
    except BaseException as error:
        return f"{type(error).__name__}: {error}"[:2000]
    return "passed"


class Mutated(MetaPathFinder, InspectLoader):
    """Finds one module, with a source of its own."""

    def __init__(self, name: str, source: str) -> None:
        self.name, self.source = name, source

    def find_spec(self, fullname, path=None, target=None):
        return importlib.util.spec_from_loader(fullname, self) if fullname == self.name else None

    def get_source(self, fullname: str) -> str:
        return self.source
