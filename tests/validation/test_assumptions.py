"""What hangs on which assumption of the main scenario: the claims of section 8 of the ODD.

Each is a paired difference over the same worlds, and asked to be four standard errors from 0 (one in
16,000 by chance), or, where the claim is that there is none, to be within three. The ODD has the values
over 40 worlds.
"""

from __future__ import annotations

import numpy as np
import pytest

import lpsim
from lpsim.scenario.units import rates

WORLDS, MORE = range(1, 25), range(1, 81)
CLEAR, NONE = 4, 3
NO_MEMORY = {
    "practice.codification.meetings": 0.0,
    "practice.analysis.record": 0.0,
    "practice.revision.rate": 0.0,
}
STILL = {"world.turbulence": 0.0}
TIME = {"protected_time.enabled": True, "network.practices": "groups", "network.groups": 5}
REFORM = {"loops.triple.review": 6, "loops.triple.imitate": 0.2}


@pytest.fixture(scope="module")
def ends(lab):
    """Of the main scenario with some changes, what a level knows at month 120 in each world."""

    def at_the_end(level: str, *changes: dict, worlds: range = WORLDS) -> np.ndarray:
        merged = {key: value for change in changes for key, value in change.items()}
        runs = lpsim.simulate_many(lab.scenario("learning_practice").adapted(merged), worlds)
        return np.array([run.column(f"{level}_knowledge")[-1] for run in runs])

    return at_the_end


@pytest.mark.parametrize(
    ("turbulence", "revision", "sign"), [(0.0, 0.05, 1), (0.005, 0.0, -1), (0.01, 0.0, -1), (0.005, 0.5, 1)]
)
def test_whether_a_memory_helps_staff_hangs_on_turbulence_and_revision(lab, ends, turbulence, revision, sign):
    world = {"world.turbulence": turbulence}
    worth = ends("staff", world, {"practice.revision.rate": revision}) - ends("staff", world, NO_MEMORY)
    assert sign * lab.z(worth, 0.0, of=f"turbulence {turbulence}, revision {revision}") > CLEAR


@pytest.mark.parametrize(("right", "overlap"), [(0.5, 0.4), (0.7, 0.4), (0.7, 0.7), (1.0, 0.4)])
def test_no_level_gets_beyond_the_ceiling_of_assumptions_and_norms(lab, right, overlap):
    """a + (1-a)(2·overlap-1): where an assumption is wrong, what looks right is the old norm."""
    still = {**STILL, "practice.reflection.noise": 0.0, "steps": 600}
    world = {"initial.assumption_right": right, "world.overlap": overlap}
    ceiling = right + (1 - right) * (2 * overlap - 1)
    runs = lpsim.simulate_many(lab.scenario("learning_practice").adapted({**still, **world}), range(1, 9))
    teams = np.array([run.column("collective_knowledge")[-1] for run in runs])
    spread = teams.std(ddof=1) / np.sqrt(len(teams))  # assumptions and norms are drawn
    assert ceiling - 0.15 < teams.mean() < ceiling + 3 * spread


def test_the_guidance_knows_more_over_more_practices_only_because_more_report(lab, ends):
    few, many = {"population.practices": 10}, {"population.practices": 160}
    reports = {"service.reporting.share": 0.04}, {"service.reporting.share": 0.0025}
    grown = ends("service", many) - ends("service", few)
    assert lab.z(grown, 0.0, of="the same share reports") > CLEAR
    same = ends("service", many, reports[1]) - ends("service", few, reports[0])
    assert abs(lab.z(same, 0.0, of="as many reports a month")) < NONE


def test_reform_of_an_even_division_of_time_costs_staff_and_of_an_uneven_one_helps_them(lab, ends):
    for spread, sign in ((0, -1), (20, 1)):
        uneven = {"protected_time.allocation_spread": spread}
        reformed = ends("staff", TIME, uneven, REFORM, {"loops.triple.imitate": 0.0}, worlds=MORE)
        gained = reformed - ends("staff", TIME, uneven, worlds=MORE)
        assert sign * lab.z(gained, 0.0, of=f"{spread} moves of time at the start") > 2


def test_in_weeks_with_as_many_meetings_staff_know_as_much_and_with_the_same_chances_more(lab):
    """The chance of a meeting in a month, given by the week, leaves room for several in a month."""
    months = lab.scenario("learning_practice")
    found = {key: value for key, value in rates(months).items() if 0 < value < 1}
    chances = {key: f"{100 * value} %/month" for key, value in found.items()}
    in_weeks = months.adapted({"step": "week", "steps": 520, **chances})
    meetings = ("practice.discussion.meetings", "practice.codification.meetings")
    as_many = in_weeks.adapted({key: found[key] * 7 * 12 / 365.25 for key in meetings})
    monthly, same, more = (
        np.array([run.column("staff_knowledge")[-1] for run in lpsim.simulate_many(scenario, range(1, 41))])
        for scenario in (months, as_many, in_weeks)
    )
    assert abs(lab.z(same - monthly, 0.0, of="as many meetings a month")) < NONE
    assert lab.z(more - same, 0.0, of="the same chance of a meeting in a month") > CLEAR


def test_from_even_divisions_of_time_nothing_can_be_imitated(ends):
    imitated = ends("staff", TIME, {"loops.triple.review": 6, "loops.triple.imitate": 1.0})
    assert (imitated == ends("staff", TIME)).all()
