"""Single lessons in two worlds of one seed: pairs made by hand, and of real runs."""

import math
from types import SimpleNamespace

import pandas as pd
import pytest

from lpsim.analysis.lesson_pairs import HOW_FAR, SAME, gained, pairs, shift, standing
from lpsim.lessons.stages import STAGES
from lpsim.runs.simulate import simulate
from lpsim.scenario import Scenario
from lpsim.show.text.lesson_pairs import lessons_gained


def world(*lessons):
    """Lessons as (step, who, how many stages): the rest is the same of all."""
    names = ["born", *HOW_FAR]
    return pd.DataFrame(
        [
            {
                "lesson": number, "step": step, "process": "reflection", "about": "issue", "number": 3,
                "value": 1, "who": who, "practice": "0", "role": "gp", "right": right,
                "stages": stages, "furthest": names[stages],
            }
            for number, (step, who, stages, right) in enumerate(lessons, start=1)
        ]
    )  # fmt: skip


BASE = world((1, 7, 0, True), (1, 8, 2, True), (2, 7, 1, False), (3, 9, 1, True))
OPTION = world((1, 7, 3, True), (1, 8, 1, True), (2, 7, 1, False), (4, 9, 2, True))


class TestByHand:
    def test_a_lesson_has_its_counterpart_where_the_same_person_drew_it_at_the_same_step(self):
        found = pairs(BASE, OPTION)
        both = found[found["_merge"] == "both"]
        assert both[["step", "who"]].to_numpy().tolist() == [[1, 7], [1, 8], [2, 7]]
        assert (found["_merge"] == "left_only").sum() == (found["_merge"] == "right_only").sum() == 1

    def test_shares_are_of_the_lessons_in_both_worlds(self):
        found = shift({1: BASE}, {1: OPTION})
        assert (found.born.mean, found.only_base.mean, found.only_option.mean) == (3, 1, 1)
        assert found.further.mean == pytest.approx(1 / 3)
        assert found.less_far.mean == pytest.approx(1 / 3)
        assert math.isnan(found.further.low)  # one world has no interval

    def test_worlds_that_share_no_lesson_say_nothing_of_shares(self):
        found = shift({1: BASE, 2: BASE}, {1: OPTION, 2: world((9, 1, 1, True))})
        assert found.further.runs == 1
        assert found.born.mean == 1.5

    def test_the_most_gained_is_told_first_and_right_before_mistaken(self):
        base = {1: world((1, 1, 0, False), (1, 2, 0, True), (1, 3, 1, True)), 2: world((1, 1, 0, False))}
        option = {1: world((1, 1, 5, False), (1, 2, 2, True), (1, 3, 2, True)), 2: world((1, 1, 4, False))}
        found = gained(base, option, 3)
        assert found[["seed", "who", "gain"]].to_numpy().tolist() == [[1, 2, 2], [2, 1, 4]]
        assert len(gained(base, base, 3)) == 0

    def test_of_a_lesson_that_reached_no_stage_it_is_not_said_that_nobody_else_had_it(self):
        found = gained({1: world((1, 1, 0, True))}, {1: world((1, 1, 1, True))}, 3)
        base = SimpleNamespace(name="base", scenario=Scenario())
        option = SimpleNamespace(name="option")
        comparison = SimpleNamespace(base=base, options=[option], lessons_gained=lambda _: found)
        assert "; without, it never got beyond part of the team (" in "".join(lessons_gained(comparison))


@pytest.fixture(scope="module")
def lessons():
    base = Scenario.load("one_practice", {"steps": 24, "record.lessons": True})
    option = base.replace({"practice.codification.meetings": 0.9})
    return [simulate(scenario, seed=1, engine="reference").lessons for scenario in (base, option)]


class TestOfRuns:
    def test_a_run_beside_itself_has_every_lesson_in_both_and_none_further(self, lessons):
        one = standing(lessons[0])
        found = shift({1: one}, {1: one})
        assert (found.further.mean, found.less_far.mean, found.only_base.mean) == (0, 0, 0)
        assert found.born.mean == len(one) > 20

    def test_no_two_lessons_of_a_run_are_the_same_one(self, lessons):
        for found in lessons:
            assert not standing(found).duplicated(list(SAME)).any()

    def test_stages_are_counted_without_those_on_the_way_to_a_meeting(self, lessons):
        one = standing(lessons[1]).set_index("lesson")
        whole = lessons[1].set_index("lesson").loc[one.index]
        expected = (
            whole[[stage for stage in STAGES if stage not in ("raised", "analysed")]].notna().sum(axis=1)
        )
        assert one["stages"].tolist() == expected.tolist()
        assert set(one[one["stages"] == 0]["furthest"]) <= {"born"}
        assert (one["stages"] > 0).any()

    def test_a_lesson_that_most_of_the_team_knew_already_in_one_world_is_counted_in_the_other_only(
        self, lessons
    ):
        one = lessons[0]
        first = standing(one)["lesson"].iloc[0]
        known = one.assign(known_already=one["known_already"] | (one["lesson"] == first))
        found = shift({1: standing(one)}, {1: standing(known)})
        assert (found.only_base.mean, found.only_option.mean) == (1, 0)
