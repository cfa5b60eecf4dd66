"""What functions take in several forms."""

from pathlib import Path

import pytest

import lpsim
from lpsim.errors import InputError
from lpsim.scenario import Scenario
from lpsim.scenario.taken import as_list, as_scenario

pytestmark = pytest.mark.medium

TAKES = {
    "simulate": lpsim.simulate,
    "simulate_many": lambda scenario: list(lpsim.simulate_many(scenario, [1])),
    "LearningModel": lpsim.LearningModel,
    "retained": lambda scenario: lpsim.retained(scenario, at=[1], later=1),
    "retained_over_seeds": lambda scenario: lpsim.retained_over_seeds(scenario, at=[1], seeds=[1], later=1),
    "replications_needed": lambda scenario: lpsim.replications_needed(
        scenario, measure="staff_knowledge", precision=1, most=8
    ),
}


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text("steps = 1\npopulation.practices = 1\nworld = { issues = 4, domains = 2 }\n")
    return path


def test_a_scenario_is_itself_its_file_or_its_name(small):
    scenario = Scenario.load(small)
    assert as_scenario(scenario) is scenario
    assert as_scenario(small) == as_scenario(str(small)) == scenario
    assert as_scenario("one_practice") == Scenario.load("one_practice")


@pytest.mark.parametrize("takes", TAKES.values(), ids=TAKES)
def test_whoever_takes_a_scenario_takes_its_file_and_refuses_what_is_neither(takes, small):
    takes(str(small))
    with pytest.raises(InputError, match=r"^scenario: found 3; give a Scenario, the path of a scenario file"):
        takes(3)


def test_a_text_a_path_or_a_scenario_is_one_of_several():
    scenario = Scenario()
    for one in ("staff_knowledge", Path("a.toml"), scenario):
        assert as_list(one) == [one]
    assert as_list(("a", "b")) == ["a", "b"]


def test_a_scenario_or_a_path_is_one_option_of_a_comparison(small):
    other = small.with_name("other.toml")
    other.write_text('extends = "mine.toml"\npractice.codification.rate = 0.5\n')
    for option in (str(other), other, Scenario.load(other)):
        found = lpsim.compare(small, option, seeds=[1, 2], measures="known_by_most")
        assert len(found.options) == 1
        assert "known_by_most" in found.measures


@pytest.mark.parametrize("options", [3, [3], {"three": 3}])
def test_what_cannot_be_compared_is_refused_with_what_can(options, small):
    with pytest.raises(InputError, match="found 3; give a Scenario, the path of a scenario file or of saved"):
        lpsim.compare(small, options)


def test_a_sweep_refuses_what_is_no_design(tmp_path):
    with pytest.raises(
        InputError, match=r"^design: found <Scenario: .*>; give a Design, the path of a design"
    ):
        lpsim.sweep(Scenario(), store=tmp_path / "store")
