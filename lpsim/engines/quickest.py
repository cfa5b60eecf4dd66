"""Which engine is quicker now, where none is asked for; both give the same numbers.

The compiled engine is a hundred times as fast once its code is there, which takes a while, once per version.
Until then the reference engine begins at once. Little work is done before the compiler would be; of more, it
makes the first runs while another process compiles; one run that it would take long for is waited for.
"""
# ruff: noqa: PLC0415 (what compiled code needs is imported when it is needed; numba, which is slow, not here)

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import threading
from pathlib import Path

from lpsim.errors import say

REFERENCE = 25e-6
"""Seconds that the reference engine takes for a person and step, about."""
LITTLE = 8.0
"""Seconds of the reference engine, of all runs of this process, for which nothing is compiled."""
LONG = 15.0
"""Seconds of the reference engine, of one run, that take longer than compiling."""
PLAIN_PYTHON = os.environ.get("NUMBA_DISABLE_JIT", "") not in ("", "0")
"""Whether nothing is compiled at all, as numba is told."""
COMPILED, AS_REFERENCE = "compiled", "reference"


class Quickest:
    """Chooses for this process, and has another one compile.

    Attributes
    ----------
    spent : float
        Seconds that the reference engine has taken in this process because it was chosen here.
    """

    def __init__(self) -> None:
        self.spent = 0.0
        self._lock = threading.Lock()
        self._ready: set[str] = set()
        self._beside: dict[str, subprocess.Popen[bytes]] = {}

    def engine(self, person_steps: float, runs: int, *, lessons: bool) -> str:
        """The name of the engine that is quicker for the next run.

        Parameters
        ----------
        person_steps : float
            Staff times steps of a run.
        runs : int
            How many such runs are to come, as far as is known.
        lessons : bool
            Whether they follow lessons.
        """
        function = "step_with_lessons" if lessons else "many_runs"
        with self._lock:
            return COMPILED if self._better_compiled(function, person_steps, runs) else AS_REFERENCE

    def is_little(self, person_steps: float, runs: float) -> bool:
        """Whether the reference engine makes so many runs before they could be compiled."""
        return self.spent + person_steps * REFERENCE * runs < LITTLE

    def _better_compiled(self, function: str, person_steps: float, runs: int) -> bool:
        if self._is_ready(function) or person_steps * REFERENCE > LONG:
            return True
        if self.is_little(person_steps, runs):
            return False
        # A worker of many would be one of many that begin to compile: there, one does and the others wait.
        return multiprocessing.parent_process() is not None or not self._is_compiled_beside(function)

    def _is_ready(self, function: str) -> bool:
        from lpsim.model.shelf import shelf

        if function not in self._ready and (PLAIN_PYTHON or shelf().holds(function)):
            self._ready.add(function)
        return function in self._ready

    def _is_compiled_beside(self, function: str) -> bool:
        """Whether another process is compiling, begun here if none was; false if that comes to nothing."""
        from lpsim.model.shelf import shelf

        if shelf().for_good is None:
            return False
        if function not in self._beside:
            if not self._beside:
                say(
                    "compiling beside, once per version; until that is done the reference engine makes the "
                    "runs, with the same numbers"
                )
            self._beside[function] = _compile(function)
        return self._beside[function].poll() is None


def _compile(function: str) -> subprocess.Popen[bytes]:
    """Have a process of its own compile, which is not ended with this one: the next will be glad of it."""
    here = str(Path(__file__).parents[2])
    paths = [here, *filter(None, [os.environ.get("PYTHONPATH")])]
    return subprocess.Popen(
        [sys.executable, "-m", "lpsim.engines.beforehand", function],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


QUICKEST = Quickest()
"""The one of this process."""
