"""Compile a function for later, by a run that needs it: ``python -m lpsim.engines.beforehand many_runs``."""

import sys

from lpsim.engines.compiled.engine import CompiledFactory
from lpsim.engines.registry import Options
from lpsim.model.counts import empty_counts, empty_counts_of_many, recorded_steps
from lpsim.population.build import Builder
from lpsim.scenario import Scenario


def compile_for_later(function: str) -> None:
    """Make small runs that call `many_runs`, alone and together, or one that calls `step_with_lessons`."""
    small = {"steps": 2, "population.practices": 2, "record.lessons": function == "step_with_lessons"}
    scenario = Scenario().adapted(small)
    builder, factory = Builder(scenario), CompiledFactory(scenario, Options(threads=1))
    population = builder.build(1)
    counts = empty_counts(population.structure, recorded_steps(scenario))
    engine = factory.start(population)
    engine.observe(counts, 0)
    engine.advance_until(scenario.steps, counts)
    engine.close()
    if not scenario.record.lessons:
        structure, starts, _ = builder.build_together([1, 2])
        together = factory.start_together(structure, starts)
        together.observe_runs(empty_counts_of_many(structure, recorded_steps(scenario), 2), 0)
        together.close()


if __name__ == "__main__":
    compile_for_later(sys.argv[1])
