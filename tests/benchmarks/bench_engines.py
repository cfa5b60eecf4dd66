"""The compiled engine against the reference engine, and England on one and two threads.

    pytest tests/benchmarks/bench_engines.py --benchmark-enable -n 0 -s

Both engines, or both numbers of threads, advance in turn in one process; quote medians and ratios.
"""

import copy
import statistics
import time
from pathlib import Path

import pytest
from bench_reference import EVERYTHING

from lpsim import Scenario
from lpsim.engines.compiled.engine import CompiledEngine
from lpsim.engines.reference.model import LearningModel
from lpsim.model.counts import empty_counts
from lpsim.population.build import build

CONFIGS = Path(__file__).parents[2] / "configs"


AT_ONCE = 10


def medians(engines, rounds):
    """Seconds of a step of each engine, advanced in turn by ten steps, as a run does many at once."""
    seconds = [[] for _ in engines]
    nothing = empty_counts(engines[0].structure, [])
    for turn in range(rounds + 1):
        for engine, taken in zip(engines, seconds, strict=True):
            begun = time.perf_counter()
            engine.advance_until((turn + 1) * AT_ONCE, nothing)
            if turn:
                taken.append((time.perf_counter() - begun) / AT_ONCE)
    for engine in engines:
        engine.close()
    return [statistics.median(taken) for taken in seconds]


@pytest.mark.parametrize("case", ["default", "everything", "march1991"])
def test_against_the_reference_engine(benchmark, case):
    scenario = Scenario.load(CONFIGS / "march1991.toml") if case == "march1991" else Scenario()
    if case == "everything":
        scenario = scenario.replace(EVERYTHING)
    population = build(scenario, 1)
    staff = population.structure.staff

    def both():
        compiled = CompiledEngine(scenario, population.structure, population.starts)
        reference = LearningModel(scenario, population.structure, copy.deepcopy(population.state), seed=1)
        return medians([compiled, reference], rounds=5 if benchmark.enabled else 1)

    compiled, reference = benchmark.pedantic(both, rounds=1)
    print(
        f"\n{case}: {compiled / staff * 1e9:.0f} ns per person and step, "
        f"{reference / compiled:.0f} times the reference engine"
    )


def test_england_on_one_and_two_threads(benchmark):
    if not benchmark.enabled:
        pytest.skip("takes a minute")
    scenario = Scenario.load(CONFIGS / "england.toml")
    population = build(scenario, 1)
    engines = [
        CompiledEngine(scenario, population.structure, population.starts, threads=threads)
        for threads in (1, 2)
    ]
    one, two = benchmark.pedantic(lambda: medians(engines, rounds=5), rounds=1)
    staff = population.structure.staff
    print(f"\nEngland: {two * 120:.1f} s for 120 months on two threads, without observation")
    print(f"{one / staff * 1e9:.0f} ns per person and step on one; {one / two:.2f} times faster on two")
