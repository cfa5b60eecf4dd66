"""How long a step of the reference engine takes.

    pytest tests/benchmarks/bench_reference.py --benchmark-enable -n 0 -s

Quote medians, per member of staff and step, with the machine they were measured on.
"""

from pathlib import Path

import pytest

from lpsim import Scenario
from lpsim.engines.reference.model import LearningModel
from lpsim.population.build import build

CONFIGS = Path(__file__).parents[2] / "configs"

EVERYTHING = {
    "world.turbulence": 0.002,
    "world.upheaval": 0.01,
    "world.tacit": 0.1,
    "judgement.coverage": 0.8,
    "judgement.doubt": "guess",
    "network.practices": "small_world",
    "network.rewire": 0.05,
    "network.professional": 2,
    "practice.discussion.meetings": 0.9,
    "practice.codification.meetings": 0.9,
    "service.networking.meetings": 0.5,
    "service.reporting.share": 0.3,
    "service.training.attendance": 0.2,
    "service.training.curriculum": 0.3,
    "loops.double.staff": 0.05,
    "loops.double.practice": 0.05,
    "loops.double.service": 0.05,
    "loops.triple.review": 6,
    "loops.triple.imitate": 0.3,
    "protected_time.enabled": True,
    "protected_time.share": 0.03,
    "forgetting.staff": 0.01,
}


@pytest.mark.parametrize("case", ["default", "everything", "march1991"])
def test_step(benchmark, case):
    scenario = Scenario()
    if case == "march1991":
        scenario = Scenario.load(CONFIGS / "march1991.toml")
    elif case == "everything":
        scenario = scenario.replace(EVERYTHING)
    population = build(scenario, 1)
    model = LearningModel(scenario, population.structure, population.state, seed=1)
    benchmark.extra_info["staff"] = population.structure.staff
    benchmark.pedantic(model.advance, rounds=20, warmup_rounds=5)
    model.close()
    if benchmark.enabled:
        per_person = benchmark.stats.stats.median / population.structure.staff
        print(f"\n{case}: {per_person * 1e6:.1f} microseconds per member of staff and step")
