"""Compile what tests run, once for all workers and processes: `python tests/warm.py`."""

from worlds import EVERYTHING_ON

import lpsim
from lpsim.model.shelf import shelf


def compile_all() -> None:
    """Run a small world with everything on, in each of the ways there is code for."""
    small = {"population.practices": 3, "steps": 3, "loops.triple.review": 1, "loops.triple.imitate": 0.5}
    scenario = lpsim.Scenario().replace({**EVERYTHING_ON, **small})
    lpsim.simulate(scenario, seed=1, threads=1)
    lpsim.simulate(scenario, seed=1, threads=2)
    lpsim.simulate(scenario.replace({"record.lessons": True}), seed=1)


if __name__ == "__main__":
    folder = shelf().for_good
    done = None if folder is None else folder / "everything"
    if done is not None and not done.exists():
        compile_all()
        done.touch()
