"""What following lessons costs: a step of the reference engine, and a run of the compiled one.

    pytest tests/benchmarks/bench_lessons.py --benchmark-enable -n 0 -s

Both advance in turn in one process; quote the ratio of the medians.
"""

import statistics
import time
from pathlib import Path

import pytest
from bench_reference import EVERYTHING

from lpsim import Scenario, simulate
from lpsim.engines.reference.model import LearningModel
from lpsim.population.build import build

CONFIGS = Path(__file__).parents[2] / "configs"
SCENARIOS = {
    "default": Scenario,
    "everything": lambda: Scenario().replace(EVERYTHING),
    "one_practice": lambda: Scenario.load(CONFIGS / "one_practice.toml"),
    "some_learning_practices": lambda: Scenario.load(CONFIGS / "some_learning_practices.toml"),
}


def started(scenario, *, lessons):
    scenario = scenario.replace({"record.lessons": lessons})
    population = build(scenario, 1)
    return LearningModel(scenario, population.structure, population.state, seed=1)


@pytest.mark.parametrize("case", SCENARIOS)
def test_steps_with_lessons_against_without(benchmark, case):
    scenario = SCENARIOS[case]()
    models = [started(scenario, lessons=lessons) for lessons in (False, True)]
    seconds = ([], [])

    def both():
        for model, taken in zip(models, seconds, strict=True):
            begun = time.perf_counter()
            model.advance()
            taken.append(time.perf_counter() - begun)

    benchmark.pedantic(both, rounds=60, warmup_rounds=5)
    for model in models:
        model.close()
    if benchmark.enabled:
        without, with_lessons = (statistics.median(taken) for taken in seconds)
        print(
            f"\n{case}: {with_lessons / without:.2f} times the time without ({without * 1e3:.2f} ms a step)"
        )


@pytest.mark.parametrize("case", SCENARIOS)
def test_runs_with_lessons_against_without(benchmark, case):
    scenario = SCENARIOS[case]()
    if not benchmark.enabled:
        scenario = scenario.replace({"steps": 2})
    scenarios = [scenario.replace({"record.lessons": lessons}) for lessons in (False, True)]
    seconds = ([], [])

    def both():
        for one, taken in zip(scenarios, seconds, strict=True):
            begun = time.perf_counter()
            simulate(one, seed=1)
            taken.append(time.perf_counter() - begun)

    benchmark.pedantic(both, rounds=15 if benchmark.enabled else 1, warmup_rounds=1)
    if benchmark.enabled:
        without, with_lessons = (statistics.median(taken) * 1e3 for taken in seconds)
        print(f"\n{case}, a run of {scenario.steps} steps: {with_lessons:.1f} ms, without {without:.1f} ms")
