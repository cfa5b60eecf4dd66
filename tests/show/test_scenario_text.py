"""A scenario in words: what was changed, what differs, and its rates."""

import pytest

from lpsim.population.build import build
from lpsim.scenario import Scenario
from lpsim.scenario.differences import Difference, differences
from lpsim.show.text.outline import outline
from lpsim.show.text.scenario import (
    changes,
    differences_lines,
    extension_lines,
    heading,
    per_step,
    rates_table,
    written,
)
from lpsim.show.web.panels.sample import flags


def test_what_was_changed_is_said_as_it_was_given_key_by_key():
    given = {
        "title": "More meetings",
        "practice.codification.meetings": 0.5,
        "practice.discussion.rule": "best",
        "protected_time.enabled": True,
        "roles.gp.turnover": "12 %/year",
        "kinds": [{"name": "own", "share": 0.5}],
    }
    assert changes(Scenario().replace(given)) == (
        'changed: practice.codification.meetings = 0.5, practice.discussion.rule = "best", '
        'protected_time.enabled = true, roles.gp.turnover = "12 %/year", kinds.own.name = "own", '
        "kinds.own.share = 0.5"
    )
    assert changes(Scenario()) == changes(Scenario().replace({"title": "Only a name"})) == ""


def test_a_heading_is_the_title_and_below_it_what_was_changed():
    assert heading(Scenario()) == "Untitled scenario"
    scenario = Scenario().replace({"title": "Meetings\x1b[2J", "initial.prior": 0.1, "steps": 9})
    assert heading(scenario, "2 runs") == "Meetings\\x1b[2J: 2 runs\nchanged: initial.prior = 0.1, steps = 9"
    assert heading(scenario, width=30).splitlines()[1:] == ["changed: initial.prior = 0.1,", "  steps = 9"]


def test_a_difference_is_the_old_value_and_the_new():
    found = [("title", "", "x"), ("steps", 120, 24), ("kinds.own.share", None, 0.5)]
    assert list(differences_lines((Difference(*one) for one in found), Scenario(), Scenario())) == [
        "steps: 120 → 24",
        "kinds.own.share: – → 0.5",
    ]


WEEKLY = Scenario.from_dict({"step": "week", "steps": 9, "practice": {"reflection": {"rate": 0.01}}})


def arrows(found, old=WEEKLY, new=WEEKLY):
    return [
        line.partition(": ")[2] for line in differences_lines((Difference(*one) for one in found), old, new)
    ]


def test_probabilities_of_several_times_are_told_per_step_with_what_was_written_in_brackets():
    rate, turnover = "service.guidance.rate", "roles.gp.turnover"
    assert arrows(
        [(rate, 0.01, "50 %/year"), (turnover, "25 %/year", 0.02), (rate, "1 %/month", "5 %/year")]
    ) == [
        '0.01 → 0.0132 per week ("50 %/year")',
        '0.0055 ("25 %/year") → 0.02 per week',
        '0.00231 ("1 %/month") → 0.000983 per week ("5 %/year")',
    ]
    assert arrows([(turnover, "12 %/year", "25 %/year"), (rate, 0.01, 0.02), (rate, None, "5 %/year")]) == [
        '"12 %/year" → "25 %/year"',
        "0.01 → 0.02",
        '– → "5 %/year"',
    ]


def test_probabilities_of_scenarios_of_other_steps_are_told_each_with_its_step():
    rate = "service.guidance.rate"
    found = [(rate, 0.04, 0.01), (rate, "50 %/year", 0.01), ("practice.discussion.rate", 0.1, 0.2)]
    assert arrows(found, Scenario().replace({"step": "month"}), WEEKLY) == [
        "0.04 per month → 0.01 per week",
        '0.0561 per month ("50 %/year") → 0.01 per week',
        "0.1 → 0.2",
    ]


def test_what_an_option_sets_per_year_is_told_per_step_of_the_scenario_it_extends():
    option = WEEKLY.replace({"interventions": [{"at": 3, "set": {"practice.reflection.rate": "50 %/year"}}]})
    assert list(extension_lines(WEEKLY, option)) == [
        "an intervention of its own, from step 3: practice.reflection.rate: 0.01 → 0.0132 per week "
        '("50 %/year")'
    ]


def test_numbers_have_six_digits_at_most_unless_that_hides_a_difference():
    assert written(0.0131962901681) == "0.0131963"
    assert (
        written({"a": [1 / 3, 1.0, 1234567, "best", True]}) == '{"a": [0.333333, 1.0, 1234567, "best", true]}'
    )
    assert arrows([("initial.prior", 1 / 3, 0.5), ("initial.prior", 0.1234567, 0.1234568)]) == [
        "0.333333 → 0.5",
        "0.1234567 → 0.1234568",
    ]
    option = WEEKLY.replace({"interventions": [{"at": 3, "set": {"practice.reflection.rate": "50 %/year"}}]})
    (change,) = option.interventions
    assert change.set == {"practice.reflection.rate": 0.0131962901681}
    said = [*outline(option, build(option, 1).structure)]
    assert "intervention from step 3: practice.reflection.rate = 0.0131963" in said
    (flag,) = flags(option)
    assert flag["text"] == "from week 3: practice.reflection.rate = 0.0131963"


def test_of_what_an_intervention_sets_the_other_scenario_has_what_it_begins_with():
    base = Scenario().replace({"practice.revision.rate": "50 %/year", "kinds": [{"name": "a", "share": 0.5}]})
    changed = {"practice.revision.rate": 0.4, "kinds.a.practice.revision.rate": 0.5, "roles.gp.voice": 0.2}
    option = base.replace({"interventions": [{"at": 3, "set": changed}]})
    found = {
        one.key.partition(".set.")[2]: one.old for one in differences(base, option) if ".set." in one.key
    }
    assert found == {
        "practice.revision.rate": "50 %/year",
        "kinds.a.practice.revision.rate": "50 %/year",
        "roles.gp.voice": base.roles["gp"].voice,
    }
    assert per_step(base, "50 %/year") == "0.0561"


MEETINGS = {"at": 13, "title": "Meetings", "set": {"practice.discussion.meetings": 1.0}}
RECORDS = {"at": 24, "set": {"practice.codification.meetings": 0.8}}
ANALYSIS = {"at": 20, "title": "Analysis", "set": {"practice.analysis.share": 0.5}}


def dated(*interventions):
    return Scenario().replace({"interventions": list(interventions)})


def test_interventions_are_compared_with_their_like_wherever_they_stand():
    assert not differences(dated(MEETINGS, RECORDS), dated(RECORDS, MEETINGS))
    found = {one.key: (one.old, one.new) for one in differences(dated(MEETINGS), dated(ANALYSIS))}
    assert found == {
        "interventions.1.at": (13, None),
        "interventions.1.title": ("Meetings", None),
        "interventions.1.set.practice.discussion.meetings": (1.0, 0.5),
        "interventions.0.at": (None, 20),
        "interventions.0.title": (None, "Analysis"),
        "interventions.0.set.practice.analysis.share": (0.0, 0.5),
    }


def test_of_interventions_probabilities_are_told_as_given_wherever_they_stand():
    rare = {"at": 24, "set": {"practice.revision.rate": "50 %/year"}}
    found = {one.key: one for one in differences(dated(MEETINGS, rare), dated(RECORDS, MEETINGS))}
    assert found["interventions.0.set.practice.revision.rate"].old == "50 %/year"


def test_interventions_that_replace_those_of_the_file_extended_are_called_a_files_own():
    assert list(extension_lines(dated(MEETINGS, RECORDS), dated(ANALYSIS))) == [
        "an intervention of its own, from step 20 (Analysis): practice.analysis.share: 0.0 → 0.5",
        "without the intervention from step 13 (Meetings): practice.discussion.meetings = 1.0",
        "without the intervention from step 24: practice.codification.meetings = 0.8",
    ]
    later = {**MEETINGS, "at": 15}
    assert list(extension_lines(dated(MEETINGS), dated(later))) == [
        "changes an intervention, from step 13 → 15 (Meetings): sets the same"
    ]
    more = {**MEETINGS, "set": {"practice.discussion.meetings": 0.8}}
    assert list(extension_lines(dated(MEETINGS, RECORDS), dated(more, RECORDS))) == [
        "changes an intervention, from step 13 (Meetings): practice.discussion.meetings: 1.0 → 0.8"
    ]


def row(scenario, key):
    table = rates_table(scenario)
    cells = next(cells for cells in table.rows if cells[0] == key)
    return dict(zip(table.headings, map(str, cells), strict=True))


def test_a_rate_is_said_per_step_per_month_and_per_year_and_as_it_was_given():
    assert row(Scenario(), "roles.gp.turnover") == {
        "probability": "roles.gp.turnover",
        "at least once in a month": "0.01",
        "at least once in a year": "0.114",
    }
    weekly = Scenario.model_validate({"step": "week"}).replace({"roles.gp.turnover": "12 %/year"})
    assert row(weekly, "roles.gp.turnover") == {
        "probability": "roles.gp.turnover",
        "at least once in a week": "0.00245",
        "at least once in a month": "0.0106",
        "at least once in a year": "0.12",
        "given as": "12 %/year",
    }
    assert row(weekly, "forgetting.practice")["given as"] == ""
    assert "defaults, which are meant per month" in rates_table(weekly).notes[-1]


def test_what_is_nearly_sure_within_a_year_is_not_told_as_once_a_year():
    meetings = Scenario().replace({"practice.discussion.meetings": 0.5, "practice.codification.meetings": 1})
    told = row(meetings, "practice.discussion.meetings")
    assert told["at least once in a month"] == "0.5" and told["at least once in a year"] == ">0.999"
    assert row(meetings, "practice.codification.meetings")["at least once in a year"] == "1"


def test_rates_of_kinds_tiers_and_interventions_are_said_and_those_that_are_off_named():
    scenario = Scenario().replace(
        {
            "population.tiers": [{"name": "place", "count": 2, "reporting": 0.2}, {"name": "nation"}],
            "kinds": [{"name": "own", "share": 0.5, "set": {"practice.discussion.meetings": 0.9}}],
            "interventions": [{"at": 3, "set": {"forgetting.staff": 0.1}}],
        }
    )
    for key in (
        "population.tiers.place.reporting",
        "kinds.own.set.practice.discussion.meetings",
        "interventions.0.set.forgetting.staff",
    ):
        assert row(scenario, key)
    off = rates_table(scenario).notes[0]
    assert off.startswith("Off (0): ") and "forgetting.staff" in off and "roles.gp.voice" not in off


@pytest.mark.parametrize("step", ["period", ""])
def test_of_a_step_without_a_known_length_nothing_is_said_per_month(step):
    table = rates_table(Scenario().replace({"step": step}))
    assert table.headings == ["probability", f"at least once in a {step or 'step'}"]
    assert "no known length" in table.notes[-1]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ([(12, 0.5)], [(12, 0.5), (24, 0.9)], {(0.5, 0.9)}),  # a further step of the same lever
        ([(20, 0.5)], [(5, 0.3), (20, 0.7)], {(0.5, 0.7), (0.1, 0.3)}),
        ([(12, 0.5), (24, 0.9)], [(24, 0.9)], {(0.5, 0.1)}),
        ([(24, 0.9)], [(12, 0.5)], {(0.9, 0.5)}),
        ([(12, 0.5), (18, 0.6)], [(24, 0.9), (12, 0.5), (18, 0.6)], {(0.6, 0.9)}),
    ],
)
def test_of_what_an_intervention_sets_the_other_scenario_has_what_holds_there_by_then(old, new, told):
    key = "practice.codification.meetings"
    before, after = (dated(*({"at": at, "set": {key: to}} for at, to in steps)) for steps in (old, new))
    found = {(one.old, one.new) for one in differences(before, after) if one.key.endswith(f".set.{key}")}
    assert found == told
