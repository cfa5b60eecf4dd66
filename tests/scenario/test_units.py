"""Probabilities with their unit: what they come to per step, and what is refused."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lpsim.scenario import Scenario, ScenarioError
from lpsim.scenario.differences import differences
from lpsim.scenario.keys import field_at, is_per_step, known_keys
from lpsim.scenario.units import YEARS, UnitError, converted, duration, per_step, rates

DAYS = {"day": 1, "week": 7, "fortnight": 14, "month": 365.25 / 12, "quarter": 365.25 / 4, "year": 365.25}
UNITS = st.sampled_from(sorted(YEARS))
PER_STEP = """
world.turbulence world.upheaval roles.any.turnover population.tiers.0.reporting judgement.coverage
practice.reflection.rate practice.discussion.meetings practice.codification.meetings
practice.socialisation.rate practice.revision.rate practice.trial.rate
service.networking.meetings service.reporting.share service.guidance.rate service.training.attendance
loops.double.staff loops.double.practice loops.double.service
forgetting.staff forgetting.practice forgetting.service
""".split()


@pytest.fixture
def write(tmp_path):
    def written(text, name="scenario.toml"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return written


def refused(path, overrides=None):
    with pytest.raises(ScenarioError) as caught:
        Scenario.load(path, overrides)
    return caught.value.problems


# --- a text ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "step", "expected"),
    [
        ("12 %/year", "month", 1 - 0.88 ** (1 / 12)),
        ("0.12/year", "month", 1 - 0.88 ** (1 / 12)),
        ("12%/Year", "month", 1 - 0.88 ** (1 / 12)),
        (" .12 / year ", "month", 1 - 0.88 ** (1 / 12)),
        ("1.2e1 %/year", "month", 1 - 0.88 ** (1 / 12)),
        ("0.5/month", "month", 0.5),
        ("0.5/month", "year", 1 - 0.5**12),
        ("1 %/month", "quarter", 1 - 0.99**3),
        ("7 %/week", "day", 1 - 0.93 ** (1 / 7)),
        ("1 %/day", "fortnight", 1 - 0.99**14),
        ("5 %/quarter", "Year", 1 - 0.95**4),
        ("0 %/year", "month", 0.0),
        ("100 %/day", "year", 1.0),
    ],
)
def test_a_probability_per_unit_is_one_of_at_least_once_per_step(text, step, expected):
    assert per_step(text, step) == pytest.approx(expected, rel=1e-11)


@given(p=st.floats(0, 1), one=UNITS, other=UNITS)
def test_converting_there_keeps_order_ends_and_what_escapes(p, one, other):
    found = converted(p, per=one, to=other)
    assert 0 <= found <= 1
    escape = (1 - p) ** (DAYS[other] / DAYS[one])
    assert math.isclose(1 - found, escape, rel_tol=1e-9, abs_tol=1e-11)
    assert converted(p, per=one, to=one) == p


def test_small_probabilities_keep_their_digits():
    assert converted(1e-12, per="year", to="month") == pytest.approx(1e-12 / 12, rel=1e-9)


def test_a_converted_probability_has_twelve_digits_on_every_machine():
    assert per_step("12 %/year", "month") == 0.0105962410353
    assert float(f"{converted(0.3, per='year', to='day'):.12g}") == converted(0.3, per="year", to="day")


@pytest.mark.parametrize(
    ("text", "step", "why"),
    [
        ("12 %/yaer", "month", "'yaer' is no unit of time"),
        ("12 %", "month", "or one with its unit"),
        ("often", "month", "or one with its unit"),
        ("-1 %/year", "month", "or one with its unit"),
        ("1/2/year", "month", "or one with its unit"),
        ("nan/year", "month", "or one with its unit"),
        ("120 %/year", "month", "from 0 to 100 %"),
        ("1e999/year", "month", "from 0 to 100 %"),
        ("1/year", "month", 'once in a year, in the mean, is "0.083/month"'),
        ("100 %/month", "week", 'and in every week "1/week"'),
        ("12 %/year", "period", 'step = "period" has no known length'),
        ("12 %/year", "", "has no known length"),
    ],
)
def test_what_gives_no_probability_per_step_is_refused_with_the_reason(text, step, why):
    with pytest.raises(UnitError, match=why.replace("(", "\\(")):
        per_step(text, step)


def test_only_units_of_time_are_known_durations():
    assert [duration(step) for step in ("month", " Week ", "period", "")] == ["month", "week", None, None]


# --- which keys --------------------------------------------------------------------------------------


def test_the_keys_that_may_have_a_unit_are_the_probabilities_per_step():
    tables = [
        key for key in known_keys(Scenario) if (field := field_at(Scenario, key)) and is_per_step(field)
    ]
    assert sorted([*tables, "roles.any.turnover", "population.tiers.0.reporting"]) == sorted(PER_STEP)


@pytest.mark.parametrize("key", PER_STEP)
def test_a_rate_may_be_written_with_its_unit_wherever_it_stands(key):
    start = Scenario().replace({"population.tiers": [{"name": "place"}, {"name": "nation"}]})
    place = key.replace("any", "gp").replace("tiers.0", "tiers.place")
    expected = per_step("20 %/year", "month")
    assert rates(start.replace({place: "20 %/year"}))[place] == expected
    assert start.replace({place: "20 %/year"}).digest == start.replace({place: expected}).digest


@pytest.mark.parametrize(
    "key", ["initial.prior", "practice.discussion.rate", "roles.gp.voice", "steps", "loops.depth"]
)
def test_what_is_no_probability_per_step_has_no_unit(write, key):
    (problem,) = refused(write("steps = 3"), {key: "12 %/year"})
    assert problem.startswith(f"{key}: found '12 %/year'; allowed is a ")
    assert problem.endswith("without a unit: it is no probability per step")


def test_units_stand_in_files_kinds_and_interventions_and_are_told_as_given(write):
    scenario = Scenario.load(
        write(
            """
            step = "week"
            [roles.gp]
            headcount = 3
            turnover = "12 %/year"
            [[kinds]]
            name = "own"
            share = 0.5
            set = { "practice.discussion.meetings" = "0.5/month" }
            [[interventions]]
            at = 3
            set = { "forgetting.staff" = "1 %/month", "kinds.own.roles.gp.turnover" = "24 %/year" }
            """
        )
    )
    assert scenario.roles["gp"].turnover == per_step("12 %/year", "week")
    assert scenario.kinds[0].set == {"practice.discussion.meetings": per_step("0.5/month", "week")}
    assert scenario.interventions[0].set == {
        "forgetting.staff": per_step("1 %/month", "week"),
        "kinds.own.roles.gp.turnover": per_step("24 %/year", "week"),
    }
    assert scenario.given.with_units == {
        "roles.gp.turnover": "12 %/year",
        "kinds.own.set.practice.discussion.meetings": "0.5/month",
        "interventions.0.set.forgetting.staff": "1 %/month",
        "interventions.0.set.kinds.own.roles.gp.turnover": "24 %/year",
    }


def test_a_resolved_scenario_holds_plain_numbers():
    scenario = Scenario().replace({"roles.gp.turnover": "12 %/year"})
    dumped = json.loads(scenario.model_dump_json())
    assert dumped["roles"]["gp"]["turnover"] == 0.0105962410353
    assert Scenario.model_validate(dumped) == scenario


def test_all_texts_that_are_wrong_are_told_at_once(write):
    path = write('[roles.gp]\nheadcount = 2\nturnover = "12 %/yaer"\n[initial]\nprior = "1 %/month"\n')
    found = refused(path, {"interventions": [{"at": 1, "set": {"forgetting.staff": "5 %/fort"}}]})
    assert [problem.split(":")[0] for problem in found] == [
        "roles.gp.turnover",
        "initial.prior",
        "interventions.0.set.forgetting.staff",
    ]


def test_the_schema_of_a_scenario_allows_a_text_where_a_rate_stands():
    schema = Scenario.model_json_schema()["$defs"]
    assert [option["type"] for option in schema["Reflection"]["properties"]["rate"]["anyOf"]] == [
        "number",
        "string",
    ]
    assert schema["Reflection"]["properties"]["noise"]["type"] == "number"


# --- a step of another length ------------------------------------------------------------------------

MONTHLY = """
[roles.gp]
headcount = 3
turnover = 0.01
[practice.socialisation]
rate = "5 %/month"
"""


def test_a_step_of_another_length_over_inherited_rates_is_refused_with_some_of_them_and_the_cure(write):
    write(MONTHLY, "monthly.toml")
    (problem,) = refused(write('extends = "monthly.toml"\nstep = "year"\n'))
    assert problem.startswith('step: found "year", but ')
    assert "roles.gp.turnover" in problem and "others are meant per month" in problem
    assert 'with its unit, as in "1 %/month", or keep step = "month"' in problem
    assert "socialisation" not in problem


def anew(scenario):
    """All rates of a scenario that are neither 0 nor 1, given with their unit."""
    return {key: f"{100 * value:.9f} %/month" for key, value in rates(scenario).items() if 0 < value < 1}


def test_it_is_taken_where_every_rate_has_its_unit_or_is_given_anew(write):
    base = Scenario.load(write(MONTHLY, "monthly.toml"))
    whole = Scenario.load(write(MONTHLY, "monthly.toml"), {**anew(base), "step": "year"})
    assert whole.practice.socialisation.rate == pytest.approx(1 - 0.95**12)
    assert whole.roles["gp"].turnover == pytest.approx(1 - 0.99**12)
    given = base.replace(anew(base))
    assert given.replace({"step": "year"}).digest == whole.digest
    assert given.replace({"step": "year"}).replace({"step": "month"}).digest == given.digest


@pytest.mark.parametrize(("before", "after"), [("month", "Month"), ("month", "period"), ("period", "year")])
def test_a_label_and_the_same_length_are_no_other_length(write, before, after):
    write(f'step = "{before}"\n' + MONTHLY.replace('"5 %/month"', "0.05"), "a.toml")
    scenario = Scenario.load(write(f'extends = "a.toml"\nstep = "{after}"\n'))
    assert scenario.roles["gp"].turnover == 0.01


def test_the_command_line_and_python_are_refused_as_a_file_is(write):
    path = write(MONTHLY)
    assert refused(path, {"step": "year"})[0].startswith("step: ")
    with pytest.raises(ScenarioError, match="step: found"):
        Scenario.load(path).replace({"step": "week"})


def test_a_file_that_extends_nothing_inherits_from_nobody(write):
    assert Scenario.load(write('step = "week"\n' + MONTHLY)).practice.socialisation.rate == per_step(
        "5 %/month", "week"
    )


def test_rates_of_roles_that_are_removed_and_of_lists_that_are_replaced_are_not_inherited(write):
    write(MONTHLY + "[roles.nurse]\nheadcount = 1\nturnover = 0.02\n", "monthly.toml")
    problem = refused(write('extends = "monthly.toml"\nstep = "week"\n[roles.nurse]\nheadcount = 0\n'))[0]
    assert "roles.gp.turnover" in problem and "nurse" not in problem


# --- what a file changes -----------------------------------------------------------------------------


def test_what_a_file_changes_of_the_file_it_extends_is_found_key_by_key(write):
    write(MONTHLY, "monthly.toml")
    path = write(
        """
        extends = "monthly.toml"
        title = "More"
        steps = 24
        [roles.gp]
        turnover = "20 %/year"
        [practice.socialisation]
        rate = "5 %/month"
        [[kinds]]
        name = "own"
        share = 0.5
        """
    )
    found = differences(Scenario.extended(path), Scenario.load(path))
    assert found == [
        ("title", "", "More"),
        ("steps", 120, 24),
        ("roles.gp.turnover", 0.01, "20 %/year"),
        ("kinds.own.name", None, "own"),
        ("kinds.own.share", None, 0.5),
    ]
    assert Scenario.extended(write(MONTHLY, "monthly.toml")) is None


def test_what_a_file_extends_may_be_no_scenario_by_itself(write):
    write("[population]\ntiers = []\n", "part.toml")
    path = write('extends = "part.toml"\n[[population.tiers]]\nname = "nation"\n')
    with pytest.raises(ScenarioError, match=r"extends: population\.tiers"):
        Scenario.extended(path)
    assert Scenario.load(path).population.tiers[0].name == "nation"


# --- what was changed --------------------------------------------------------------------------------


def test_a_scenario_knows_what_was_changed_as_it_was_given(write):
    path = write(MONTHLY)
    scenario = Scenario.load(path, {"steps": 9, "forgetting.staff": "5 %/year"})
    assert scenario.given.changed == {"steps": 9, "forgetting.staff": "5 %/year"}
    later = scenario.replace({"steps": 7, "roles.gp": {"headcount": 2, "turnover": 0.1}, "record.every": 7})
    assert later.given.changed == {
        "forgetting.staff": "5 %/year",
        "steps": 7,
        "roles.gp": {"headcount": 2, "turnover": 0.1},
    }
    assert Scenario.load(path).given.changed == {}
    assert scenario == Scenario.load(path).replace(
        {"steps": 9, "forgetting.staff": per_step("5 %/year", "month")}
    )


def test_a_role_that_was_removed_leaves_no_unit_behind(write):
    write(MONTHLY.replace("turnover = 0.01", 'turnover = "12 %/year"'), "monthly.toml")
    path = write('extends = "monthly.toml"\n[roles.gp]\nheadcount = 0\n[roles.nurse]\nheadcount = 2\n')
    scenario = Scenario.load(path)
    assert scenario.given.with_units == {"practice.socialisation.rate": "5 %/month"}
    assert scenario.replace({"steps": 3}).roles == scenario.roles
