"""What following lessons costs in the reference engine, against the same run without.

    pytest tests/benchmarks/bench_lessons.py --benchmark-enable -n 0 -s

Both models advance in turn in one process; quote the ratio of the medians.
"""

import statistics
import time
from pathlib import Path

import pytest
from bench_reference import EVERYTHING

from lpsim import Scenario
from lpsim.engines.reference.model import LearningModel
from lpsim.population import build

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
