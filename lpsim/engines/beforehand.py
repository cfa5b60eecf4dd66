"""Compile a function for later, by a run that needs it: ``python -m lpsim.engines.beforehand many_runs``."""

import sys

from lpsim.engines.compiled.engine import CompiledFactory
from lpsim.engines.registry import Options
from lpsim.model.counts import empty_counts, recorded_steps
from lpsim.population.build import build
from lpsim.scenario import Scenario


def compile_for_later(function: str) -> None:
    """Make a small run that calls `many_runs`, and where it is asked for `step_with_lessons`."""
    small = {"steps": 2, "population.practices": 2, "record.lessons": function == "step_with_lessons"}
    scenario = Scenario().adapted(small)
    population = build(scenario, 1)
    counts = empty_counts(population.structure, recorded_steps(scenario))
    engine = CompiledFactory(scenario, Options(threads=1)).start(population)
    engine.observe(counts, 0)
    engine.advance_until(scenario.steps, counts)
    engine.close()


if __name__ == "__main__":
    compile_for_later(sys.argv[1])
