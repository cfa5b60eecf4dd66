"""Settings as in force, and scenarios with values that are not checked again."""

import pytest

from lpsim.scenario import Scenario, ScenarioError
from lpsim.scenario.settings import with_values
from lpsim.scenario.toml_files import leaves


@pytest.mark.parametrize(
    "values",
    [
        {"practice.codification.rate": 1, "roles.nurse.turnover": 0.25, "loops.double.evidence": 3},
        {"judgement.doubt": "guess", "practice.reflection.rate": "10 %/year"},
        {"roles.nurse.headcount": 0, "world.issues": 60},
        {"protected_time.enabled": True, "protected_time.share": 0.2},
        {"title": "Another", "steps": 7},
    ],
)
def test_values_seen_to_be_right_make_the_scenario_that_replace_makes(values):
    scenario = Scenario()
    made, expected = with_values(scenario, values), scenario.adapted(values)
    assert (made, made.digest) == (expected, expected.digest)
    assert [type(value) for _, value in leaves(made.model_dump())] == [
        type(value) for _, value in leaves(expected.model_dump())
    ]
    assert scenario == Scenario()


def test_values_that_a_scenario_cannot_take_are_refused_as_replace_refuses_them():
    for wrong in ({"practice.codification.rate": "often"}, {"practice.codify": 0.1}, {"world": 1}):
        with pytest.raises(ScenarioError, match=next(iter(wrong))):
            with_values(Scenario(), wrong)
