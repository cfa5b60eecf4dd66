"""Compile what tests run, once for all workers and processes: `python tests/warm.py`."""

import subprocess
import sys

from worlds import EVERYTHING_ON

import lpsim
from lpsim.model.shelf import shelf

BESIDE = """
from lpsim.engines.beforehand import compile_for_later
compile_for_later("many_runs")
compile_for_later("step_with_lessons")
"""


def compile_all() -> None:
    """Run a small world with everything on, in each of the ways there is code for; two processes compile."""
    beside = subprocess.Popen([sys.executable, "-c", BESIDE])
    small = {"population.practices": 3, "steps": 3, "loops.triple.review": 1, "loops.triple.imitate": 0.5}
    scenario = lpsim.Scenario().replace({**EVERYTHING_ON, **small})
    lpsim.simulate(scenario, seed=1, threads=2)
    beside.wait()
    lpsim.simulate(scenario, seed=1, engine="compiled")
    lpsim.simulate(scenario.replace({"record.lessons": True}), seed=1, engine="compiled")


if __name__ == "__main__":
    folder = shelf().for_good
    done = None if folder is None else folder / "everything"
    if done is not None and not done.exists():
        compile_all()
        done.touch()
