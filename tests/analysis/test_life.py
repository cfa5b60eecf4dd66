"""Holders are read out of the events as they were, and who took a lesson from whom."""

import numpy as np
import pytest
from lives import ROLES, SERVICE, TIERS, born, life_of, lost, made, person, practice, run_of, tables, taken

from lpsim.analysis.life import Event, Life, holders_over_time, holdings, lesson_row
from lpsim.errors import InputError
from lpsim.lessons.journal import NOWHERE
from lpsim.model.state import body_uid
from lpsim.runs.run import Run


class TestLessonRow:
    def test_is_what_the_table_says(self):
        assert lesson_row(tables(made(born(1)), made(born(7)))[0], 2)["step"] == 7

    @pytest.mark.parametrize("number", [0, 3, -1])
    def test_an_unknown_number_is_refused_with_those_there_are(self, number):
        lessons, _ = tables(made(born(1)), made(born(2)))
        said = f"lesson {number}: this run has lessons 1 to 2; find an instructive one with --pick furthest."
        with pytest.raises(InputError) as refused:
            lesson_row(lessons, number)
        assert str(refused.value) == said

    def test_where_there_are_none_at_all_it_says_so(self):
        with pytest.raises(InputError, match="lesson 1: this run has no lessons"):
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
    def marks(self, *happened, run=None, **row):
        return {name: (mark.step, mark.to) for name, mark in life_of(*happened, run=run, **row).marks.items()}

    def test_are_the_first_taking_of_each_sort(self):
        board, top = body_uid(0, 1), body_uid(1, 0)
        happened = (
            born(1),
            taken(2, 0, 1),
            taken(3, 1, 2),
            taken(4, 1, practice(0), "codification"),
            taken(5, practice(0), board, "reporting"),
            taken(6, 1, person(2), "turnover"),
            taken(7, board, top, "reporting"),
            taken(8, top, person(2, 1), "training"),
            taken(9, top, practice(1), "guidance"),
        )
        stages = {"organizational": 4, "spread": 6, "system": 7, "returned": 8}
        assert self.marks(*happened, **stages, run={"population.tiers": TIERS}) == {
            "colleague": (2, 1),
            "organizational": (4, practice(0)),
            "below": (5, board),
            "spread": (6, person(2)),
            "system": (7, top),
            "returned": (8, person(2, 1)),
        }

    def test_say_by_which_way_it_came(self):
        life = life_of(
            born(1),
            taken(2, 0, 1),
            taken(6, 0, person(2), "turnover"),
            taken(7, practice(0), SERVICE, "reporting"),
            taken(8, SERVICE, person(1), "turnover"),
            spread=6,
            system=7,
            returned=8,
        )
        ways = {name: mark.way for name, mark in life.marks.items()}
        assert ways == {
            "colleague": "peer tie",
            "spread": "newcomer",
            "system": "reporting",
            "returned": "curriculum",
        }

    def test_the_place_of_birth_is_a_colleague_only_after_somebody_else_took_the_post(self):
        assert "colleague" not in self.marks(born(1), lost(2, 0), taken(3, 1, 0))
        newcomer = self.marks(born(1), lost(2, 0, "turnover"), taken(2, 1, 0, "turnover"))
        assert newcomer["colleague"] == (2, 0)

    def test_what_carried_it_over_counts_though_it_did_not_last_the_step(self):
        marks = self.marks(
            born(1),
            taken(5, 0, person(1), "turnover"),
            taken(5, person(1), practice(1), "codification"),
            lost(5, person(1), "discussion"),
            spread=5,
        )
        assert marks["spread"] == (5, person(1))

    def test_of_those_that_carried_it_over_the_first_that_kept_it_is_named(self):
        over = [taken(5, 0, person(p), "turnover") for p in (1, 2)]
        marks = self.marks(born(1), *over, lost(5, person(1), "discussion"), spread=5)
        assert marks["spread"] == (5, person(2))

    def test_the_last_loss_is_the_one_by_which_it_was_lost(self):
        marks = self.marks(born(1), taken(2, 0, 1), lost(5, 0), lost(9, 1, "discussion"), lost=9)
        assert marks["lost"] == (9, 1)


class TestFirstHolder:
    def test_is_surely_there_only_until_something_was_lost_there(self):
        life = life_of(born(1), taken(2, 0, 1), lost(4, 0), taken(6, 1, 0), taken(7, 0, 2))
        early, late = (taking(step, 0, to) for step, to in ((2, 1), (7, 2)))
        assert life.first_holder(early, at=0)
        assert not life.first_holder(late, at=0)
        assert not life.first_holder(early, at=1)

    def test_a_newcomer_to_its_post_is_not_taken_for_that_person(self):
        life = life_of(born(1), lost(5, 0, "turnover"), taken(5, 1, 0, "turnover"), taken(5, 0, 2))
        assert life.first_holder(taking(5, 0, 0, "turnover"), at=0)
        assert not life.first_holder(taking(5, 0, 2), at=0)


def taking(step, source, to, process="discussion"):
    return Event(0, step, source, to, process, "newcomer" if process == "turnover" else "peer tie")


class TestLife:
    def test_says_what_was_reached_and_when_in_order(self):
        life = life_of(born(3), taken(4, 0, 1), lost(9, 0), lost(9, 1), collective=4, lost=9)
        assert list(life.reached.items()) == [("born", 3), ("collective", 4), ("lost", 9)]

    def test_what_a_body_learned_comes_to_practices_but_does_not_return(self):
        down = taken(6, SERVICE, practice(1), "guidance")
        life = life_of(born(5, SERVICE, "questioning"), down, spread=6, system=5, returned=6)
        assert life.reached == {"born": 5, "spread": 6, "system": 5}
        assert life.home == NOWHERE
        assert life.team == 0

    def test_holders_are_those_at_the_end_of_a_step(self):
        life = life_of(born(1), taken(5, 0, 1), lost(7, 0), taken(7, 1, practice(0), "codification"))
        assert [life.holders(step).tolist() for step in (0, 1, 5, 6, 7, 60)] == [
            [],
            [0],
            [0, 1],
            [0, 1],
            [1, practice(0)],
            [1, practice(0)],
        ]

    def test_practices_elsewhere_are_all_but_its_own(self):
        over = [taken(6, 0, person(p), "turnover") for p in (1, 2)]
        life = life_of(born(1), taken(2, 0, 1), *over, taken(7, practice(0), SERVICE, "reporting"), spread=6)
        assert life.elsewhere(life.held["step"] > 0) == {1, 2}

    def test_a_view_that_most_share_is_not_shared_by_the_lesson_alone(self):
        told = [taken(2, 0, number) for number in range(1, 8)]
        assert life_of(born(1), *told, collective=2).shared
        assert not life_of(born(1), *told[:3], collective=2).shared

    def test_half_of_a_team_is_not_most_of_it(self):
        two = {f"roles.{role}.headcount": 0 for role in ROLES[1:]} | {"roles.gp.headcount": 2}
        assert not life_of(born(1), collective=1, run=two).shared
        assert life_of(born(1), taken(2, 0, 1), collective=2, run=two).shared

    def test_of_a_run_without_lessons_is_refused(self):
        run = run_of(made(born(1)))
        with pytest.raises(InputError, match="kept no journal"):
            Life.of(Run(run.scenario, 1, run.provenance, {}), 1)

    def test_of_an_unknown_lesson_is_refused_with_those_there_are(self):
        said = "^lesson 99: this run has lessons 1 to 1; find an instructive one with --pick furthest.$"
        with pytest.raises(InputError, match=said):
            Life.of(run_of(made(born(1))), 99)
