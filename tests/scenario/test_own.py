"""Parameters of one's own keep their kind of value, wherever they are set."""

import pytest

from lpsim.errors import InputError
from lpsim.scenario import Scenario, ScenarioError
from lpsim.scenario.settings import Settings
from lpsim.sweeps.design.design import Design, DesignError

OWN = {"doubt": 0.5, "colleagues": 3, "aloud": True, "style": "slow"}


@pytest.fixture
def scenario():
    return Scenario.from_dict({"steps": 3, "own": OWN})


def test_a_scenario_without_any_has_the_digest_it_had():
    digest = Scenario().digest
    assert digest != Scenario.from_dict({"own": OWN}).digest
    assert Scenario.from_dict({"own": OWN}).adapted({"own": {}}).digest == digest


def test_values_keep_their_kinds_through_files_and_changes(scenario, tmp_path):
    (tmp_path / "own.toml").write_text(scenario.to_toml())
    for found in (scenario, Scenario.load(tmp_path / "own.toml"), scenario.adapted({"steps": 4})):
        assert found.own == OWN
        assert [type(value) for value in found.own.values()] == [float, int, bool, str]


@pytest.mark.parametrize(
    ("key", "value", "held"),
    [("doubt", 1, 1.0), ("colleagues", 4.0, 4), ("aloud", False, False), ("style", "fast", "fast")],
)
def test_a_parameter_takes_values_of_its_kind(scenario, key, value, held):
    found = scenario.adapted({f"own.{key}": value}).own[key]
    assert (found, type(found)) == (held, type(held))


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("doubt", "high", "found 'high'; allowed is a number, as 0.5 is"),
        ("colleagues", 2.5, "found 2.5; allowed is a whole number, as 3 is"),
        ("aloud", 1, "found 1; allowed is true or false, as True is"),
        ("style", True, "found True; allowed is text, as 'slow' is"),
        ("dubt", 0.5, 'no such parameter; did you mean "doubt"?'),
    ],
)
def test_a_value_of_another_kind_and_a_name_that_is_not_there_are_refused(scenario, key, value, words):
    with pytest.raises(ScenarioError) as refused:
        scenario.replace({f"own.{key}": value})
    assert f"own.{key}: {words}" in str(refused.value)
    with pytest.raises(ScenarioError) as refused:
        scenario.replace({"interventions": [{"at": 2, "set": {f"own.{key}": value}}]})
    assert f"interventions.0.set.own.{key}: {words}" in str(refused.value)


def test_a_scenario_that_has_none_says_where_to_give_it():
    with pytest.raises(ScenarioError, match=r"own\.doubt: the scenario has no parameter of its own; give it"):
        Scenario().replace({"own.doubt": 0.5})
    with pytest.raises(ScenarioError, match=r"own\.doubt: found \[1\]"):
        Scenario.from_dict({"own": {"doubt": [1]}})


def test_kinds_and_interventions_set_them(scenario):
    changes = {
        "kinds": [{"name": "keen", "share": 0.5, "set": {"own.doubt": 0.9}}],
        "interventions": [{"at": 2, "set": {"own.doubt": 0.1, "own.colleagues": 5}}],
    }
    settings = Settings(scenario.adapted(changes))
    assert [of.own["doubt"] for of in settings.by_kind] == [0.5, 0.9]
    settings.advance(2)
    assert [of.own["doubt"] for of in settings.by_kind] == [0.1, 0.9]
    assert [of.own["colleagues"] for of in settings.by_kind] == [5, 5]


def design(scenario, *factors, **more):
    return Design.from_dict({"base": scenario, "method": "factorial", "factors": list(factors), **more})


def test_a_sweep_varies_them(scenario):
    found = design(
        scenario,
        {"key": "own.doubt", "kind": "lever", "range": [0.0, 1.0]},
        {"key": "own.colleagues", "kind": "uncertainty", "values": [1, 2]},
        {"key": "own.style", "kind": "uncertainty", "values": ["slow", "fast"]},
        {"key": "own.aloud", "kind": "uncertainty", "values": [True]},
        levels=3,
    )
    assert len(found.points) == 12
    owns = [found.scenario(point).own for point in found.points]
    assert {own["doubt"] for own in owns} == {0.0, 0.5, 1.0}
    assert {type(own["colleagues"]) for own in owns} == {int}
    assert Design.from_json(found.as_json()).digest == found.digest


def test_what_a_sweep_cannot_vary_is_told(scenario):
    with pytest.raises(DesignError, match=r'own\.dubt: no such parameter; did you mean "doubt"'):
        design(scenario, {"key": "own.dubt", "kind": "lever", "values": [1]})
    with pytest.raises(InputError, match="allowed is a whole number"):
        design(scenario, {"key": "own.colleagues", "kind": "lever", "range": [1, 2]}, levels=3)
