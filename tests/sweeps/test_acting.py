"""What a design sets and varies acts at one of its points; and its units."""

from pathlib import Path

import pytest

from lpsim.scenario import Scenario
from lpsim.scenario.units import per_step
from lpsim.sweeps.design.design import Design, DesignError

ROOT = Path(__file__).parents[2]
BASE = Scenario.load(ROOT / "configs" / "learning_practice.toml")
SHARE = {"key": "service.reporting.share", "kind": "lever", "values": [0.01, 0.1]}
TIME = {"key": "protected_time.share", "kind": "lever", "values": [0.01, 0.1]}
SWITCH = {"key": "protected_time.enabled", "kind": "lever", "values": [False, True]}


def design(*factors, base=BASE, **more):
    return Design.from_dict({"base": base, "method": "factorial", "factors": list(factors), **more})


def refused(*factors, **more):
    with pytest.raises(DesignError) as caught:
        design(*factors, **more)
    return caught.value.problems


def values(made):
    return [tuple(point.values.values()) for point in made.points]


# --- does it act? ------------------------------------------------------------------------------------


def test_a_factor_that_acts_at_no_point_is_refused_with_what_would_let_it_act():
    assert refused(TIME, SHARE) == (
        "factors.protected_time.share: changes nothing at any point: protected_time.enabled is false; "
        "set protected_time.enabled = true",
    )


def test_a_factor_that_acts_at_one_point_is_a_factor():
    assert len(design(SWITCH, TIME).points) == 4


def test_all_factors_that_act_nowhere_are_told_with_what_else_is_set_and_acts_nowhere():
    found = refused(TIME, {**SHARE, "key": "service.training.uptake"}, set={"world": {"bundle": 2}})
    assert [problem.split(":")[0] for problem in found] == [
        "factors.protected_time.share",
        "factors.service.training.uptake",
        "set.world.bundle",
    ]


def test_what_a_design_switches_off_need_not_act():
    assert design(SHARE, set={"loops.triple.imitate": 0.0, "network.practices": "none"})


def test_what_a_listed_scenario_sets_acts_at_one_of_its_own_points():
    timed = {"name": "timed", "set": {"protected_time": {"enabled": True, "share": 0.1}}}
    plain = {"name": "plain", "set": {"protected_time": {"share": 0.2}}}
    with pytest.raises(
        DesignError, match=r"scenarios\.plain\.set\.protected_time\.share: changes nothing"
    ) as caught:
        Design.from_dict({"base": BASE, "method": "scenarios", "scenarios": [timed, plain]})
    assert len(caught.value.problems) == 1
    listed = [timed, {"name": "plain", "set": {"steps": 120}}]
    assert len(Design.from_dict({"base": BASE, "method": "scenarios", "scenarios": listed}).points) == 2


# --- units -------------------------------------------------------------------------------------------

TURNOVER = {"key": "roles.gp.turnover", "kind": "uncertainty"}


def test_values_ranges_and_distributions_of_rates_may_have_units():
    low, high = per_step("5 %/year", "month"), per_step("0.03/month", "month")
    assert values(design({**TURNOVER, "values": ["5 %/year", "0.03/month", 0.5]})) == [
        (low,),
        (high,),
        (0.5,),
    ]
    made = design({**TURNOVER, "range": ["5 %/year", "0.03/month"]}, levels=2)
    assert values(made) == [(pytest.approx(low, rel=1e-8),), (pytest.approx(high, rel=1e-8),)]
    shape = {"name": "triangular", "low": "5 %/year", "mode": 0.02, "high": "0.03/month"}
    assert design({**TURNOVER, "distribution": shape}, levels=2).factors[0].distribution.high == high


def test_a_unit_is_reckoned_in_the_steps_of_the_scenario_also_for_kinds():
    weekly = Scenario.model_validate({**BASE.model_dump(mode="json"), "step": "week"})
    kinds = weekly.replace({"kinds": [{"name": "own", "share": 0.5}]})
    factor = {"key": "kinds.own.roles.gp.turnover", "kind": "lever", "values": ["5 %/year", "0 %/year"]}
    assert values(design(factor, base=kinds)) == [(per_step("5 %/year", "week"),), (0.0,)]
    assert design(SHARE, set={"roles.gp.turnover": "5 %/year"}).base.roles["gp"].turnover == per_step(
        "5 %/year", "month"
    )


@pytest.mark.parametrize(
    ("factor", "problem"),
    [
        (
            {**TURNOVER, "values": ["5 %/yaer", 0.1]},
            "factors.roles.gp.turnover.values: found '5 %/yaer'; 'yaer' is no unit of time that is known",
        ),
        (
            {**TURNOVER, "range": [0.1, "500 %/year"]},
            "factors.roles.gp.turnover.range: found '500 %/year'; allowed is a probability",
        ),
        (
            {"key": "initial.prior", "kind": "lever", "range": ["1 %/year", "2 %/year"]},
            "factors.initial.prior.range: found '1 %/year'; allowed is a number from 0 to 1, without a unit",
        ),
        (
            {**TURNOVER, "distribution": {"name": "uniform", "low": 0, "high": "often"}},
            "factors.roles.gp.turnover.distribution.high: found 'often'; allowed is a number from 0 to 1, or",
        ),
    ],
)
def test_a_wrong_unit_is_told_once_for_each_value(factor, problem):
    found = refused(factor)
    assert found[0].startswith(problem)
    assert len(found) == str(factor).count("year'") + str(factor).count("yaer'") + str(factor).count("often'")
