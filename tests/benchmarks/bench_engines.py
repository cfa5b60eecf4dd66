"""The compiled engine against the reference engine, and England on one and two threads.

    pytest tests/benchmarks/bench_engines.py --benchmark-enable -n 0 -s

Both engines, or both numbers of threads, advance in turn in one process; quote ratios, with the null.
"""

import copy
import time
from itertools import count
from pathlib import Path

import pytest
from bench_reference import EVERYTHING
from in_turn import in_turn, quartiles, ratios

from lpsim import Scenario
from lpsim.engines.compiled.engine import CompiledEngine
from lpsim.engines.reference.model import LearningModel
from lpsim.model.counts import empty_counts
from lpsim.population.build import build

CONFIGS = Path(__file__).parents[2] / "configs"

AT_ONCE = 10
STEPS = 240
"""As many as are made, at least."""


def advancing(engine):
    """Moves an engine by ten steps each time, as a run does many at once."""
    nothing, stops = empty_counts(engine.structure, []), count(AT_ONCE, AT_ONCE)
    return lambda: engine.advance_until(next(stops), nothing)


@pytest.mark.parametrize("case", ["default", "everything"])
def test_against_the_reference_engine(benchmark, case):
    scenario = Scenario().replace({"steps": STEPS, **(EVERYTHING if case == "everything" else {})})
    population = build(scenario, 1)
    compiled = CompiledEngine(scenario, population.structure, population.starts)
    reference = LearningModel(scenario, population.structure, copy.deepcopy(population.state), seed=1)
    programs = {"compiled": advancing(compiled), "reference": advancing(reference)}
    rounds = 10 if benchmark.enabled else 1
    seconds = benchmark.pedantic(lambda: in_turn(programs, rounds=rounds), rounds=1)
    each = seconds["compiled"] / AT_ONCE / population.structure.staff * 1e9
    print(f"\n{case}: the compiled engine {quartiles(each)} ns per person and step")
    print("\n".join(ratios(seconds)))


def test_england_on_one_and_two_threads(benchmark):
    if not benchmark.enabled:
        pytest.skip("takes a minute")
    scenario = Scenario.load(CONFIGS / "england.toml", {"steps": STEPS})
    population = build(scenario, 1)
    engines = [
        CompiledEngine(scenario, population.structure, population.starts, threads=threads)
        for threads in (1, 2)
    ]
    one, two = (advancing(engine) for engine in engines)
    programs = {"two threads": two, "one thread": one}
    seconds = benchmark.pedantic(lambda: in_turn(programs, rounds=10, clock=time.perf_counter), rounds=1)
    each = {name: quartiles(taken / AT_ONCE * 120) for name, taken in seconds.items()}
    print(f"\nEngland, 120 months without observation: {each} s by the clock")
    print("\n".join(ratios(seconds)))
