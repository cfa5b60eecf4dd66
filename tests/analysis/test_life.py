"""The four picks find what they say, and holders are read out of the events as they were."""

import numpy as np
import pytest
from lives import SERVICE, born, lost, made, person, practice, tables, taken

from lpsim.analysis.life import (
    PICKS,
    Event,
    first_holder,
    holders_over_time,
    holdings,
    landmarks,
    lesson_row,
    pick,
)
from lpsim.errors import InputError
from lpsim.lessons.stages import STAGES
from lpsim.model.state import body_uid


def picked(what, *lessons):
    return pick(*tables(*lessons), what)


def early_loss(*others, at=9, step=1, **row):
    """A lesson that some people heard of in the step after its birth, and that nobody kept."""
    told = [taken(step + 1, 0, other) for other in others]
    ends = [lost(at, who) for who in (0, *others)]
    return made(born(step), *told, *ends, **{"lost": at, "end": "overwrote", "end_level": "staff", **row})


def spread_to(*practices, first=5, who=0, **row):
    told = [taken(first + i, who, person(p), "turnover") for i, p in enumerate(practices)]
    return made(born(1, who), *told, **{"spread": first, "channel": "newcomer", **row})


def returned_to(*practices, process="guidance", first=8, **row):
    told = [taken(first, SERVICE, practice(p), process) for p in practices]
    sent = taken(first - 1, practice(0), SERVICE, "reporting")
    stages = {"system": first - 1, "spread": first, "returned": first, "returned_by": process}
    return made(born(1), sent, *told, **{**stages, "channel": process, **row})


class TestFurthest:
    def test_is_the_one_that_reached_the_most_stages(self):
        assert picked("furthest", made(born(1)), made(born(2), collective=2, system=4), spread_to(1, 2)) == 2

    def test_of_equal_stages_is_the_one_that_reached_the_most_practices(self):
        assert picked("furthest", spread_to(1), spread_to(1, 2), spread_to(3)) == 2

    def test_its_own_practice_counts_once_however_many_hold_it_there(self):
        at_home = [taken(2, 0, person(0, number)) for number in range(1, 5)]
        assert picked("furthest", made(born(1), *at_home, collective=2), spread_to(1)) == 2

    def test_a_body_of_the_service_is_no_practice(self):
        top = taken(3, practice(0), SERVICE, "reporting")
        assert picked("furthest", made(born(1), top, system=3), spread_to(2)) == 2

    def test_what_remains_equal_is_settled_by_the_lowest_number(self):
        assert picked("furthest", made(born(1)), spread_to(2), spread_to(3), spread_to(4)) == 2

    def test_a_practice_counts_only_where_it_lasted_to_the_end_of_a_step(self):
        fleeting = made(
            born(1),
            taken(5, 0, person(1), "turnover"),
            taken(6, 0, person(2), "turnover"),
            lost(6, person(2), "discussion"),
            spread=5,
        )
        assert picked("furthest", fleeting, spread_to(1, 2)) == 2


class TestLostEarly:
    def test_is_right_and_lost_and_reached_no_stage(self):
        wrong = early_loss(1, 2, 3, right=False)
        assert picked("lost-early", made(born(1)), wrong, early_loss(1, 2, collective=3), early_loss(1)) == 4

    @pytest.mark.parametrize("stage", STAGES)
    def test_no_stage_at_all_is_allowed(self, stage):
        assert picked("lost-early", early_loss(1, 2, **{stage: 4}), early_loss()) == 2

    def test_of_these_is_the_one_that_most_people_held(self):
        assert picked("lost-early", early_loss(1), early_loss(1, 2, 3, at=50), early_loss(1, 2)) == 2

    def test_who_held_it_twice_counts_once(self):
        twice = made(
            born(1),
            taken(2, 0, 1),
            lost(3, 1),
            taken(4, 0, 1),
            lost(9, 0),
            lost(9, 1),
            lost=9,
            end="overwrote",
        )
        assert picked("lost-early", twice, early_loss(1, 2)) == 2

    def test_of_these_is_the_one_of_the_shortest_life_counted_from_its_birth(self):
        assert picked("lost-early", early_loss(1, at=9), early_loss(1, step=6, at=10), early_loss(1)) == 2

    def test_what_remains_equal_is_settled_by_the_lowest_number(self):
        assert picked("lost-early", early_loss(1, at=10), early_loss(1), early_loss(1)) == 2


class TestWrongButSpread:
    def test_is_mistaken_and_spread(self):
        assert (
            picked("wrong-but-spread", spread_to(1), made(born(1), right=False), spread_to(1, right=False))
            == 3
        )

    def test_of_these_is_the_one_with_the_most_stages_then_practices_then_the_lowest_number(self):
        many = spread_to(1, 2, 3, right=False)
        stages = [spread_to(1, right=False, collective=3), spread_to(1, 2, right=False, system=3)]
        assert picked("wrong-but-spread", many, *stages, stages[-1]) == 3


class TestReturned:
    def test_is_one_that_returned(self):
        assert picked("returned", spread_to(1, 2, 3, 4), returned_to(1)) == 2

    def test_right_ones_come_before_mistaken_ones(self):
        assert picked("returned", returned_to(1, 2, 3, right=False), returned_to(1)) == 2

    def test_of_these_is_the_one_brought_to_the_most_practices_by_the_service(self):
        # Newcomers, and what the service brings to its own practice, do not count.
        newcomers = [taken(9, 0, person(p), "turnover") for p in (5, 6, 7)]
        row, happened = returned_to(1, 0)
        also = (row, (*happened, *newcomers))
        assert picked("returned", also, returned_to(1, 2), returned_to(1, 2)) == 2

    def test_courses_and_the_curriculum_bring_it_back_as_guidance_does(self):
        courses = made(
            born(1),
            taken(7, SERVICE, person(1), "training"),
            taken(7, SERVICE, person(2), "turnover"),
            taken(7, SERVICE, practice(3), "guidance"),
            returned=7,
            spread=7,
        )
        assert picked("returned", returned_to(1, 2), courses) == 2


class TestEveryPick:
    @pytest.mark.parametrize("what", PICKS)
    def test_leaves_out_what_was_known_already_and_what_a_body_of_the_service_learned(self, what):
        stages = {"spread": 3, "returned": 3}
        body = made(born(1, SERVICE, "questioning"), taken(3, SERVICE, practice(1), "guidance"), **stages)
        with pytest.raises(InputError, match=f"^pick {what}: no"):
            picked(what, early_loss(1, known_already=True), returned_to(1, 2, known_already=True), body)

    @pytest.mark.parametrize("what", PICKS)
    def test_says_in_one_sentence_that_there_is_none_and_what_to_do(self, what):
        empty = [table.iloc[:0] for table in tables(made(born(1)))]
        with pytest.raises(InputError, match=r"^pick [a-z-]+: no[^.]*; try [^.]*another seed\.$"):
            pick(*empty, what)

    def test_unknown_ones_are_refused_with_those_allowed(self):
        with pytest.raises(
            InputError, match="found 'best', allowed are furthest, lost-early, wrong-but-spread"
        ):
            picked("best", made(born(1)))

    def test_takes_lessons_of_a_practice_itself(self):
        assert picked("furthest", made(born(1, practice(2), "questioning"))) == 1


class TestLessonRow:
    def test_is_what_the_table_says(self):
        assert lesson_row(tables(made(born(1)), made(born(7)))[0], 2)["step"] == 7

    @pytest.mark.parametrize("number", [0, 3, -1])
    def test_an_unknown_number_is_refused_with_those_there_are(self, number):
        lessons, _ = tables(made(born(1)), made(born(2)))
        said = f"lesson {number}: this run bore lessons 1 to 2; find an instructive one with --pick furthest."
        with pytest.raises(InputError) as refused:
            lesson_row(lessons, number)
        assert str(refused.value) == said

    def test_where_there_are_none_at_all_it_says_so(self):
        with pytest.raises(InputError, match="lesson 1: this run bore no lessons"):
            lesson_row(tables(made(born(1)))[0].iloc[:0], 1)


class TestHoldings:
    def test_gains_and_losses_of_a_place_are_paired_per_lesson(self):
        _, events = tables(made(born(1), lost(4, 0), taken(6, 1, 0)), made(born(2), lost(3, 0)))
        held = holdings(events).sort_values(["lesson", "step"])
        assert held[["lesson", "to", "step", "until"]].to_numpy().tolist() == [
            [1, 0, 1, 4],
            [1, 0, 6, -1],
            [2, 0, 2, 3],
        ]

    def test_what_did_not_last_to_the_end_of_its_step_is_left_out(self):
        _, events = tables(made(born(1), taken(5, 0, 1), lost(5, 1, "socialisation")))
        assert holdings(events)["to"].tolist() == [0]

    def test_who_lost_it_and_took_it_again_in_one_step_held_it_all_along(self):
        _, events = tables(made(born(1), lost(5, 0, "turnover"), taken(5, 1, 0)))
        assert holders_over_time(holdings(events), 6).tolist() == [0, 1, 1, 1, 1, 1, 1]

    def test_holders_over_time_are_what_replaying_the_events_gives(self):
        rng = np.random.default_rng(5)
        held, happened, counts = {0}, [born(1)], [0, 1]
        for step in range(2, 60):
            for who in rng.permutation(9)[:3].tolist():
                happened.append(lost(step, who) if who in held else taken(step, 8, who))
                held ^= {who}
            counts.append(len(held))
        assert holders_over_time(holdings(tables(made(*happened))[1]), 59).tolist() == counts


class TestLandmarks:
    def marks(self, lesson):
        lessons, events = tables(lesson)
        found = landmarks(lessons.iloc[0], events)
        return {name: (mark.step, mark.to) for name, mark in found.items()}

    def test_are_the_first_taking_of_each_sort(self):
        board, top = body_uid(0, 1), body_uid(1, 0)
        lesson = made(
            born(1),
            taken(2, 0, 1),
            taken(3, 1, 2),
            taken(4, 1, practice(0), "codification"),
            taken(5, practice(0), board, "reporting"),
            taken(6, 1, person(3), "turnover"),
            taken(7, board, top, "reporting"),
            taken(8, top, person(2), "training"),
            taken(9, top, practice(1), "guidance"),
            organizational=4,
            spread=6,
            system=7,
            returned=8,
        )
        assert self.marks(lesson) == {
            "colleague": (2, 1),
            "organizational": (4, practice(0)),
            "below": (5, board),
            "spread": (6, person(3)),
            "system": (7, top),
            "returned": (8, person(2)),
        }

    def test_the_place_of_birth_is_a_colleague_only_after_somebody_else_took_the_post(self):
        again = made(born(1), lost(2, 0), taken(3, 1, 0))
        assert "colleague" not in self.marks(again)
        newcomer = made(born(1), lost(2, 0, "turnover"), taken(2, 1, 0, "turnover"))
        assert self.marks(newcomer)["colleague"] == (2, 0)

    def test_what_carried_it_over_counts_though_it_did_not_last_the_step(self):
        brought = taken(5, 0, person(1), "turnover")
        lesson = made(
            born(1),
            brought,
            taken(5, person(1), practice(1), "codification"),
            lost(5, person(1), "discussion"),
            spread=5,
        )
        assert self.marks(lesson)["spread"] == (5, person(1))

    def test_the_last_loss_is_the_one_by_which_it_was_lost(self):
        lesson = made(born(1), taken(2, 0, 1), lost(5, 0), lost(9, 1, "discussion"), lost=9)
        assert self.marks(lesson)["lost"] == (9, 1)

    def test_the_first_holder_is_surely_there_only_until_something_was_lost_there(self):
        lessons, events = tables(made(born(1), taken(2, 0, 1), lost(4, 0), taken(6, 1, 0), taken(7, 0, 2)))
        early = landmarks(lessons.iloc[0], events)["colleague"]
        late = landmarks(lessons.iloc[0], events.drop(index=1))["colleague"]
        assert (early.step, late.step) == (2, 7)
        assert first_holder(lessons.iloc[0], events, early, at=0)
        assert not first_holder(lessons.iloc[0], events, late, at=0)
        assert not first_holder(lessons.iloc[0], events, early, at=1)

    def test_a_newcomer_to_the_post_of_the_first_holder_is_not_taken_for_that_person(self):
        changed = (lost(5, 0, "turnover"), taken(5, 1, 0, "turnover"), taken(5, 0, 2))
        lessons, events = tables(made(born(1), *changed))
        newcomer, colleague = Event(2, 5, 0, 0, "turnover"), Event(3, 5, 0, 2, "discussion")
        assert first_holder(lessons.iloc[0], events, newcomer, at=0)
        assert not first_holder(lessons.iloc[0], events, colleague, at=0)
