"""The picks find what they say."""

import pytest
from lives import SERVICE, born, lost, made, person, practice, tables, taken

from lpsim.analysis.picks import PICKS, pick
from lpsim.errors import InputError
from lpsim.lessons.stages import STAGES


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

    @pytest.mark.parametrize("stage", STAGES[1:])
    def test_no_stage_is_allowed_except_that_it_was_raised(self, stage):
        raised = early_loss(1, 2, raised=1)
        assert picked("lost-early", early_loss(1, 2, raised=1, **{stage: 4}), raised) == 2
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
        known = early_loss(1, known_already=True), returned_to(1, 2, known_already=True)
        assert picked(what, *known, body) is None

    @pytest.mark.parametrize("what", PICKS)
    def test_finds_none_where_there_are_no_lessons(self, what):
        assert pick(*(table.iloc[:0] for table in tables(made(born(1)))), what) is None

    def test_unknown_ones_are_refused_with_those_allowed(self):
        with pytest.raises(
            InputError, match="found 'best', allowed are furthest, lost-early, wrong-but-spread"
        ):
            picked("best", made(born(1)))

    def test_takes_lessons_of_a_practice_itself(self):
        assert picked("furthest", made(born(1, practice(2), "questioning"))) == 1


def questioned(step, who=0, **row):
    return made(born(step, who, "questioning"), **row)


class TestDoubleLoop:
    def test_is_an_assumption_that_was_questioned_and_never_a_belief(self):
        assert picked("double-loop", returned_to(1, 2), questioned(3)) == 2
        assert picked("double-loop", returned_to(1, 2)) is None

    def test_right_ones_come_first_then_those_that_reached_the_most_stages(self):
        wrong = questioned(1, right=False, collective=2, organizational=3)
        assert picked("double-loop", wrong, questioned(2), questioned(3, collective=4)) == 3
