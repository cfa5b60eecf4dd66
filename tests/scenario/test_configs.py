"""Every scenario file that ships is valid, titled, and runs."""

from pathlib import Path

import pytest

import lpsim
from lpsim.scenario.differences import differences
from lpsim.scenario.evidence import MARKS
from lpsim.scenario.shipped import shipped

FOLDER = Path(__file__).parents[2] / "configs"
POLICIES = sorted((FOLDER / "policy").glob("*.toml"))
CONFIGS = [*sorted(FOLDER.glob("*.toml")), *POLICIES]
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
    runs = list(lpsim.simulate_many(scenario.replace(small), [1, 2, 3]))
    assert all(run.series["step"].tolist() == [0, 1, 2, 3] for run in runs)
    # In so small a world everybody may do as well as everybody else, so that nobody learns.
    assert any(run.series["staff_knowledge"].nunique() > 1 for run in runs)


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
    timed = lpsim.Scenario.load(folder / "policy" / "protected_time.toml")
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


TOLD = ("title", "description", "interventions", "evidence", "extends")
"""Tables and keys that are looked at apart, or change nothing."""
LEVERS = {
    "protected_time": {"protected_time.share"},
    "reporting": {"service.reporting.share"},
    "reporting_and_guidance": {"service.reporting.share", "service.guidance.rate"},
    "written_records": {"practice.codification.meetings"},
    "analysis_of_events": {"practice.analysis.share"},
    "peer_groups": {"service.networking.meetings"},
    "training": {"service.training.attendance"},
}
"""Of each policy, what it changes from its month on: one lever, or the channel there and back."""
READY = {
    "protected_time": {"protected_time.enabled"},
    "peer_groups": {"network.practices", "network.groups"},
}
"""What it needs besides, which changes nothing before."""


def lever_of(policy):
    (change,) = policy.interventions
    return change.at, change.set


@pytest.mark.parametrize("name", LEVERS)
def test_a_policy_changes_its_lever_at_month_24_and_nothing_else(name):
    main, policy = (lpsim.Scenario.load(found) for found in ("learning_practice", name))
    at, changed = lever_of(policy)
    assert (at, set(changed)) == (24, LEVERS[name])
    others = {one.key for one in differences(main, policy) if one.key.split(".")[0] not in TOLD}
    assert others == READY.get(name, set())


def test_all_together_is_all_the_policies_at_their_sizes_and_no_other():
    policies = {path.stem: lpsim.Scenario.load(path) for path in POLICIES}
    together = policies.pop("all_together")
    assert set(policies) == set(LEVERS)
    every = {key: value for policy in policies.values() for key, value in lever_of(policy)[1].items()}
    assert lever_of(together) == (24, every)
    ready = {key: value for name in READY for key, value in given(policies[name]).items()}
    assert {key: value for key, value in given(together).items() if key in ready} == ready
    main = lpsim.Scenario.load("learning_practice")
    assert {one.key for one in differences(main, together) if one.key.split(".")[0] not in TOLD} == {
        key for keys in READY.values() for key in keys
    }


def given(scenario):
    return {key: value for key, value in scenario.given.file.items() if key.split(".")[0] not in TOLD}


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.stem)
def test_a_policy_says_what_it_costs_and_reviews_no_allocation(path):
    policy = lpsim.Scenario.load(path)
    words = " ".join(policy.description.split())
    assert "cost" in words
    assert "working" in words or "a month" in words
    assert policy.loops.triple.review == 0
    assert all(text.split(":")[0] in MARKS for text in policy.evidence.values())
    assert policy.evidence["interventions.*"].startswith("assumed: ")


def test_a_shipped_scenario_is_found_by_its_name_from_anywhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert set(shipped()) == {path.stem for path in CONFIGS}
    assert len(CONFIGS) == len(shipped())
    for path in CONFIGS:
        if path.stem != "england":
            assert lpsim.Scenario.load(path.stem).digest == lpsim.Scenario.load(path).digest


def test_a_file_of_ones_own_is_meant_before_one_that_ships(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "training").write_text('title = "Mine"\n')
    assert lpsim.Scenario.load("training").title == "Mine"


@pytest.mark.parametrize("name", ["no_memry", "training.toml", "policy/training"])
def test_what_is_neither_a_file_nor_a_name_is_refused(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(lpsim.InputError, match=r"no such scenario file|there is no"):
        lpsim.Scenario.load(name)
