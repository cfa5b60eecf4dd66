"""Only the levers of a scenario can be set, within their ranges; bad values are told in a sentence."""

import math

import pytest

from lpsim.errors import InputError
from lpsim.scenario import Scenario
from lpsim.scenario.keys import CHANGEABLE, matches
from lpsim.show.text.levers import LEVERS
from lpsim.show.text.picks import PICKS
from lpsim.show.web.app.levers import levers_of
from lpsim.show.web.app.question import Offer, asked, kept_as_a

ONE = Offer.of("one_practice", Scenario.load("one_practice"))
OFFERS = {"one_practice": ONE}
MEETINGS = "practice.discussion.meetings"


@pytest.mark.parametrize("name", ["one_practice", "learning_practice", "triple_loop", "march1991"])
def test_levers_are_numbers_that_act_and_make_no_run_larger(name):
    scenario = Scenario.load(name)
    levers = levers_of(scenario)
    assert levers
    for lever in levers:
        assert matches(lever.key, CHANGEABLE), lever.key
        assert lever.low <= lever.value <= lever.high
        scenario.adapted({lever.key: int(lever.high) if lever.whole else lever.high})
        scenario.adapted({lever.key: int(lever.low) if lever.whole else lever.low})


@pytest.mark.parametrize("name", ["one_practice", "learning_practice", "triple_loop"])
def test_the_first_six_levers_are_named_in_words(name):
    levers = levers_of(Scenario.load(name))[:6]
    assert len(levers) == 6
    assert all(lever.key in LEVERS and lever.name != lever.key and lever.unit for lever in levers)
    assert not any("{" in lever.unit for lever in levers)


@pytest.mark.parametrize("name", ["one_practice", "learning_practice", "triple_loop"])
def test_the_value_of_a_scenario_is_a_place_of_its_slider(name):
    for lever in levers_of(Scenario.load(name)):
        places = lever.value / lever.step
        assert abs(places - round(places)) < 1e-6, lever
        assert (lever.high - lever.low) / lever.step <= 4000


def test_several_practices_have_levers_between_practices_among_the_first():
    keys = [lever.key for lever in levers_of(Scenario.load("learning_practice"))[:6]]
    assert "service.reporting.share" in keys
    assert "service.guidance.rate" in keys


def test_a_lever_that_an_intervention_sets_says_until_when_it_acts():
    found = {lever.key: lever.unit for lever in levers_of(Scenario.load("written_records"))}
    assert found["practice.codification.meetings"] == "times a month, until month 24"
    assert "until" not in found["practice.discussion.meetings"]


def test_what_is_not_changed_is_no_change():
    assert asked(OFFERS, {MEETINGS: "0.50"}).changes == ()
    assert asked(OFFERS, {MEETINGS: "0.52"}).changes == ((MEETINGS, 0.52),)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({MEETINGS: "nan"}, "found 'nan'; allowed is a number from 0.02 to 1"),
        ({MEETINGS: "inf"}, "found 'inf'"),
        ({MEETINGS: "2"}, "found '2'"),
        ({MEETINGS: "-0.1"}, "found '-0.1'"),
        ({MEETINGS: "abc"}, "found 'abc'"),
        ({MEETINGS: ""}, "found ''"),
        ({MEETINGS: "1" * 10_000}, "found '1111"),
        ({MEETINGS: "\x1b[2J</script>"}, "found '"),
        ({"population.practices": "9"}, "is no lever of this scenario"),
        ({"steps": "9"}, "is no lever of this scenario"),
        ({"record.lessons_limit": "1"}, "is no lever of this scenario"),
        ({"network.file": "/etc/passwd"}, "is no lever of this scenario"),
        ({"<script>": "1"}, "is no lever of this scenario"),
        ({"scenario": "../../etc/passwd"}, "open here are one_practice"),
        ({"seed": "-1"}, "seed: found '-1'; allowed is a whole number from 0"),
        ({"seed": str(2**64)}, "seed: found"),
        ({"seed": "١"}, "seed: found"),
        ({"seeds": "3"}, "seeds: found 3; allowed are 1, 4, 20"),
        ({"seeds": "1000000"}, "seeds: found"),
    ],
)
def test_a_bad_value_is_refused_in_a_sentence_on_one_line(query, said):
    with pytest.raises(InputError) as refused:
        asked(OFFERS, query)
    assert said in str(refused.value)
    assert str(refused.value).isprintable()
    assert len(str(refused.value)) < 300


def test_a_missing_value_has_its_default():
    question = asked(OFFERS, {})
    assert (question.offer, question.changes, list(question.seeds)) == (ONE, (), list(range(1, 21)))


def test_the_largest_seed_is_one_that_worlds_can_follow():
    last = asked(OFFERS, {"seed": str(2**64 - 1 - 20)}).seeds[-1]
    assert last < 2**64


def test_a_has_its_own_levers_and_the_worlds_of_b():
    query = {MEETINGS: "0.9", "seed": "7", "seeds": "4", "a.scenario": "one_practice", f"a.{MEETINGS}": "0.2"}
    kept = kept_as_a(OFFERS, query)
    assert kept is not None
    assert kept.changes == ((MEETINGS, 0.2),)
    assert kept.seeds == asked(OFFERS, query).seeds == range(7, 11)
    assert kept_as_a(OFFERS, {}) is None
    assert kept_as_a(OFFERS, {"a.scenario": "one_practice", "a.seed": "9", "a.seeds": "1"}).seeds == range(
        1, 21
    )


def test_every_pick_of_a_lesson_has_its_words():
    from lpsim.analysis.picks import PICKS as KNOWN

    assert set(PICKS) == set(KNOWN)


def test_a_slider_never_ends_where_it_begins():
    assert all(lever.high > lever.low and math.isfinite(lever.high) for lever in ONE.levers)
