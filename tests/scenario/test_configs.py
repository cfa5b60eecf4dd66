"""Every scenario file that ships is valid, titled, and runs."""

from pathlib import Path

import pytest

import lpsim

CONFIGS = sorted((Path(__file__).parents[2] / "configs").glob("*.toml"))
NAMES = {path.stem for path in CONFIGS}


def test_the_scenarios_of_the_project_are_all_there():
    assert {
        "learning_practice",
        "no_memory",
        "connected_service",
        "protected_time",
        "high_turnover",
        "double_loop",
        "some_learning_practices",
        "one_practice",
        "march1991",
        "march1991_text",
        "fang2010",
        "england",
    } <= NAMES


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_it_is_valid_titled_and_runs(path):
    scenario = lpsim.Scenario.load(path)
    assert scenario.title
    small = {"steps": 3, "interventions": []}
    if scenario.population.practices > 6:
        small["population.practices"] = 6
    run = lpsim.simulate(scenario.replace(small), seed=1)
    assert run.series["step"].tolist() == [0, 1, 2, 3]
    assert run.series["staff_knowledge"].iloc[-1] != run.series["staff_knowledge"].iloc[0]


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_its_comments_give_reasons(path):
    assert path.read_text(encoding="utf-8").startswith("# ")


def test_what_extends_the_main_scenario_differs_from_it_in_what_its_name_says():
    folder = CONFIGS[0].parent
    main = lpsim.Scenario.load(folder / "learning_practice.toml")
    no_memory = lpsim.Scenario.load(folder / "no_memory.toml")
    assert no_memory.practice.codification.meetings == 0
    written = {
        "practice.codification.meetings": 0.1,
        "practice.analysis.record": 0.35,
        "practice.revision.rate": 0.05,
    }
    assert no_memory.replace(written).digest == main.digest
    timed = lpsim.Scenario.load(folder / "protected_time.toml")
    off = {"protected_time.enabled": False, "interventions": []}
    assert timed.replace(off).digest == main.digest
    assert timed.loops.triple.review == 0
    assert (
        lpsim.Scenario.load(folder / "some_learning_practices.toml").replace({"kinds": []}).digest
        == main.digest
    )
    reform = {"loops.triple.review": 0, "loops.triple.imitate": 0.0, "network.practices": "none"}
    triple = lpsim.Scenario.load(folder / "triple_loop.toml").replace({**reform, "network.groups": 10})
    even = {"protected_time.enabled": False, "protected_time.allocation_spread": 0}
    assert triple.replace(even).digest == main.digest
    high = lpsim.Scenario.load(folder / "high_turnover.toml")
    for name, role in main.roles.items():
        assert high.roles[name].turnover == pytest.approx(3 * role.turnover)
