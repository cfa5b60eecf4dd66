"""Stories are true to the events, and told in whole sentences.

Three whole stories stand in ``golden/``. To write them anew after a change that is meant, run
``python tests/show/test_story.py`` and read what changed.
"""

import re
from pathlib import Path

import pytest
from lives import ROLES, SERVICE, TIERS, born, life_of, lost, person, practice, taken

import lpsim
from lpsim.analysis.life import Life
from lpsim.analysis.picks import PICKS, pick
from lpsim.model.state import body_uid
from lpsim.scenario import Scenario
from lpsim.show.text.story import tell

GP, NURSE, CARE, OFFICE = range(4)
HERE = Path(__file__).parents[1]
GOLDEN = HERE / "golden"
STORIES = [
    ("one_practice", "furthest"),
    ("some_learning_practices", "returned"),
    ("some_learning_practices", "wrong-but-spread"),
]


def simulated(config):
    scenario = Scenario.load(HERE.parent / "configs" / f"{config}.toml", {"record.lessons": True})
    return lpsim.simulate(scenario, seed=1)


@pytest.fixture(scope="module")
def runs():
    return {config: simulated(config) for config in ("one_practice", "some_learning_practices")}


def golden_path(config, what):
    return GOLDEN / f"story-{config}-{what}.txt"


def story(run, what):
    return tell(Life.of(run, pick(*run.journal(), what)))


def told(*happened, run=None, **row):
    """The story of a lesson, in one line."""
    return " ".join(tell(life_of(*happened, run=run, **row), width=0).split())


class TestGoldenStories:
    @pytest.mark.parametrize(("config", "what"), STORIES)
    def test_the_story_is_told_as_it_stands_in_the_golden_file(self, runs, config, what):
        assert story(runs[config], what) == golden_path(config, what).read_text(encoding="utf-8")

    @pytest.mark.parametrize("config", ["one_practice", "some_learning_practices"])
    @pytest.mark.parametrize("what", PICKS)
    def test_shipped_scenarios_have_a_lesson_for_every_pick_that_they_can(self, runs, config, what):
        if config == "one_practice" and what in ("wrong-but-spread", "returned", "double-loop"):
            assert pick(*runs[config].journal(), what) is None
        else:
            assert story(runs[config], what).startswith("In month ")

    def test_every_story_of_a_run_is_short_and_of_whole_sentences(self, runs):
        run = runs["one_practice"]
        for lesson in run.lessons["lesson"]:
            text = tell(Life.of(run, lesson))
            sentences = re.split(r"(?<=\.)\s+", text.strip())
            assert len(sentences) <= 12
            assert [s for s in sentences if not re.fullmatch(r"[A-Z][^{}_]*\.", s)] == []
            assert not re.search(r"  |\b(nan|None|NA|no other|no others)\b|\ba [aeio]", text)
            assert max(map(len, text.splitlines())) <= 78


class TestEvents:
    ANALYSED = {"practice.analysis.share": 0.6}  # noqa: RUF012

    def test_it_is_raised_analysed_and_taken_up_in_this_order(self):
        text = told(
            born(10),
            taken(12, practice(0), 1, "analysis"),
            taken(12, practice(0), person(0, 0, NURSE), "analysis"),
            taken(12, practice(0), practice(0), "analysis"),
            raised=10,
            analysed=12,
            organizational=12,
            run=self.ANALYSED,
        )
        assert (
            "In the same month it was raised for practice 0's next meeting. Two months later (month 12) "
            "practice 0 met and analysed the event. In the same month another GP in practice 0 took it over "
            "when the event was analysed; one other there did so too. In that month, too, practice 0 took it "
            "over into its memory when the event was analysed."
        ) in text
        assert "was never" in text
        assert not re.search("never (raised|analysed)", text)

    def test_what_was_raised_and_not_analysed_is_said(self):
        assert "It was never analysed, never shared by most" in told(born(2), raised=2, run=self.ANALYSED)

    def test_where_events_are_analysed_it_is_said_that_nobody_spoke_up(self):
        text = told(born(2), run=self.ANALYSED)
        assert "It was never raised, never shared by most" in text
        assert "analysed" not in text

    def test_where_they_are_not_nothing_is_said_of_it(self):
        assert not re.search("raised|analysed", told(born(2)))

    def test_assumptions_are_never_raised_and_nobody_says_so(self):
        assert "raised" not in told(born(2, 0, "questioning"), run=self.ANALYSED)

    def test_what_a_practice_withdrew(self):
        text = told(
            born(3),
            taken(5, 0, practice(0), "codification"),
            lost(8, 0, "turnover"),
            lost(20, practice(0), "revision"),
            organizational=5,
            lost=20,
        )
        assert text.endswith(
            "It was lost in month 20, 17 months after it was drawn, when the last to hold it, practice 0, "
            "withdrew it, as its staff stood by it no longer."
        )

    def test_a_trial_is_no_case(self):
        assert "tried the opposite on issue 3, did better, and drew a lesson from it" in told(
            born(2, 0, "trial")
        )


class TestBirth:
    def test_says_when_who_and_what_of(self):
        assert told(born(14, person(2, 0, NURSE))).startswith(
            "In month 14 a nurse in practice 2 met a case of issue 3 and drew a lesson from it. "
            "The lesson was right, and new to at least half of the team of 15."
        )

    def test_a_mistake_is_called_one(self):
        text = told(born(2), right=False)
        assert "The lesson was a mistake, and new to at least half of the team of 15." in text
        assert "Nobody ever took the mistake over." in text

    def test_says_that_most_of_the_team_knew_it_or_made_it_already(self):
        assert "was right, but most of the team of 15 knew it already." in told(born(2), known_already=True)
        mistake = told(born(2), known_already=True, right=False)
        assert "was a mistake, and most of the team of 15 made it already." in mistake

    def test_a_team_of_one_is_no_team(self):
        empty = {f"roles.{role}.headcount": 0 for role in ROLES[1:]}
        text = told(born(2), collective=2, run={**empty, "roles.gp.headcount": 1})
        assert "The lesson was right. Nobody" in text
        assert "team" not in text

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({}, "was right,"),
            ({"world.turbulence": 0.01}, "was right at the time,"),
            ({"world.upheaval": 0.01}, "was right at the time,"),
            ({"interventions": [{"at": 9, "set": {"world.turbulence": 0.1}}]}, "was right at the time,"),
            ({"interventions": [{"at": 9, "set": {"turnover.prior": 0.1}}]}, "was right,"),
        ],
    )
    def test_right_is_said_of_the_time_only_where_reality_can_change(self, change, said):
        assert said in told(born(2), run=change)

    def test_turbulence_changes_issues_but_no_domain(self):
        assert "was right," in told(born(2, 0, "questioning"), run={"world.turbulence": 0.1})
        assert "was right at the time," in told(born(2, 0, "questioning"), run={"world.upheaval": 0.1})

    def test_a_practice_of_a_kind_is_said_to_be_one(self):
        kinds = {"kinds": [{"name": "learning practice", "share": 1.0, "set": {}}]}
        assert "a GP in practice 0 (kind: learning practice) met a case" in told(born(2), run=kinds)

    @pytest.mark.parametrize(
        ("who", "said"),
        [
            (0, "a GP in practice 0 questioned the assumption behind domain 3 and reversed it."),
            (practice(2), "practice 2 questioned the assumption behind domain 3 and reversed it."),
            (SERVICE, "the health service questioned the assumption behind domain 3 and reversed it."),
        ],
    )
    def test_a_person_a_practice_or_a_body_can_question_an_assumption(self, who, said):
        assert told(born(5, who, "questioning")).startswith(f"In month 5 {said}")

    def test_a_body_has_no_team(self):
        text = told(born(5, SERVICE, "questioning"), system=5)
        assert text == (
            "In month 5 the health service questioned the assumption behind domain 3 and reversed it. "
            "The lesson was right. Nobody ever took it over. "
            "At the end of the run, after 60 months, it was still held by the health service."
        )


class TestHowItTravelled:
    @pytest.mark.parametrize(
        ("event", "said"),
        [
            (taken(4, 0, 1), "another GP in practice 0 took it over in discussion from the one who drew it."),
            (
                taken(4, 0, person(0, 0, NURSE)),
                "a nurse in practice 0 took it over in discussion from the one who drew it.",
            ),
            (
                taken(4, practice(0), 1, "socialisation"),
                "another GP in practice 0 took it over from practice 0's memory.",
            ),
            (
                taken(4, SERVICE, 1, "training"),
                "another GP in practice 0 took it over in a course of the health service.",
            ),
            (
                taken(4, SERVICE, 1, "turnover"),
                "a new GP in practice 0 brought it from the health service's curriculum.",
            ),
            (
                taken(4, 0, 1, "turnover"),
                "a new GP in practice 0 brought it, with the experience of the one who drew it.",
            ),
            (taken(4, person(2, 1), 1, "turnover"), "a new GP in practice 0 brought it from practice 2."),
            (
                taken(4, person(2, 1), 1),
                "another GP in practice 0 took it over in discussion from a GP in practice 2.",
            ),
        ],
    )
    def test_tells_who_was_the_first_colleague_and_how(self, event, said):
        assert f"Three months later (month 4) {said}" in told(born(1), event)

    def test_others_of_the_same_step_are_counted(self):
        two, three = [taken(4, 0, number) for number in (1, 2)], [taken(4, 0, number) for number in (1, 2, 3)]
        assert "from the one who drew it; one other there did so too." in told(born(1), *two)
        assert "from the one who drew it; two others there did so too." in told(born(1), *three)

    def test_who_had_it_from_somebody_else_is_told_so(self):
        colleague = [lost(3, 0), taken(5, 1, 2), lost(9, 2), taken(11, 1, person(1, 0, OFFICE))]
        text = told(born(1), taken(2, 0, 1), *colleague, spread=11, channel="peer tie")
        assert (
            "a member of the administrative staff in practice 1 took it over in discussion "
            "from a GP in practice 0." in text
        )
        wrote = told(born(1), taken(2, 0, 1), taken(5, 1, practice(0), "codification"), organizational=5)
        assert "practice 0 wrote it into its memory, following a GP there." in wrote

    def test_a_colleague_of_the_same_role_is_another_one(self):
        text = told(born(1), lost(2, 0, "turnover"), taken(2, 0, 1, "turnover"), taken(3, 1, 0))
        assert "another GP in practice 0 took it over in discussion from another GP there" not in text
        assert (
            "One month later (month 2) a new GP in practice 0 brought it, with the experience of the one"
            in text
        )

    def test_collective_counts_who_shares_the_view_and_says_if_not_all_had_it_from_the_lesson(self):
        told_to = [taken(2, 0, number) for number in range(1, 4)]
        assert "more than half of practice 0's team shared the view, though not all by this lesson." in told(
            born(1), *told_to, collective=2
        )
        nurses = [taken(2, 0, person(0, number, OFFICE)) for number in range(7)]
        text = told(born(1), *told_to, *nurses, collective=2, right=False)
        assert "In the same month more than half of practice 0's team held the mistake." in text

    def test_half_of_a_team_is_not_more_than_half(self):
        two = {f"roles.{role}.headcount": 0 for role in ROLES[1:]} | {"roles.gp.headcount": 2}
        assert "team shared the view, though not all" in told(born(1), collective=1, run=two)
        assert "team held it." in told(born(1), taken(2, 0, 1), collective=2, run=two)

    def test_what_was_collective_because_known_already_is_not_told_twice(self):
        assert "more than half" not in told(born(1), known_already=True, collective=1)

    def test_steps_of_the_same_month_read_naturally(self):
        text = told(
            born(1), taken(4, 0, 1), taken(4, 0, practice(0), "codification"), collective=4, organizational=4
        )
        assert re.search(r"Three months later \(month 4\) .* In the same month .* In that month, too, ", text)
        assert "In the same month more than half" in told(born(1), collective=1)

    @pytest.mark.parametrize(
        ("after", "said"),
        [(1, "One month later (month 8)"), (10, "Ten months later (month 17)"), (11, "In month 18")],
    )
    def test_time_is_told_from_one_milestone_to_the_next(self, after, said):
        event = taken(7 + after, 0, 1)
        assert f"{said} another GP" in told(born(7), event)

    @pytest.mark.parametrize(
        ("step", "said"),
        [
            ("round", "Two rounds later (round 3)"),
            ("", "Two steps later (step 3)"),
            ("half year", "Two half years later"),
        ],
    )
    def test_steps_are_called_what_the_scenario_calls_them(self, step, said):
        assert said in told(born(1), taken(3, 0, 1), run={"step": step})

    def test_a_peer_elsewhere_is_one_of_that_practice(self):
        text = told(born(1), taken(6, 0, person(1)), spread=6, channel="peer tie")
        assert "a GP in practice 1 took it over in discussion from the one in practice 0 who drew it." in text

    def test_a_practice_that_kept_what_came_over_is_named_rather_than_one_that_did_not(self):
        over = [taken(6, 0, person(p), "turnover") for p in (1, 2)]
        text = told(born(1), *over, lost(6, person(1), "discussion"), spread=6, channel="newcomer")
        assert "came to another practice for the first time: a new GP in practice 2 brought it" in text

    def test_what_carried_it_over_is_told_and_counted_though_it_did_not_last(self):
        over, written = taken(6, 0, person(1), "turnover"), taken(6, person(1), practice(1), "codification")
        text = told(born(1), over, written, lost(6, person(1), "discussion"), spread=6, channel="newcomer")
        assert "came to another practice for the first time: a new GP in practice 1 brought it" in text

    def test_a_newcomer_brings_it_to_another_practice(self):
        text = told(born(1), taken(6, 0, person(2), "turnover"), spread=6, channel="newcomer")
        assert (
            "Five months later (month 6) it came to another practice for the first time: "
            "a new GP in practice 2 brought it from practice 0." in text
        )

    def test_a_peer_practice_takes_it_into_its_memory(self):
        over = taken(6, practice(0), practice(2), "networking")
        text = told(born(1), taken(5, 0, practice(0), "codification"), over, organizational=5, spread=6)
        assert "practice 2 took it over into its memory from practice 0, a peer in its network." in text

    def test_several_practices_in_one_step_are_counted_and_one_is_an_instance(self):
        told_to = [taken(6, 0, person(p), "turnover") for p in (1, 2)]
        text = told(born(1), *told_to, spread=6, channel="newcomer")
        assert (
            "it came to two other practices for the first time; for instance, "
            "a new GP in practice 1 brought it from practice 0." in text
        )

    def test_what_came_back_from_the_service_came_to_who_had_not_seen_the_case(self):
        reported = taken(7, practice(0), SERVICE, "reporting")
        text = told(
            born(1),
            taken(3, 0, person(1), "turnover"),
            reported,
            taken(9, SERVICE, practice(2), "guidance"),
            spread=3,
            system=7,
            returned=9,
        )
        assert "the health service took it over into its guidance, as practice 0 reported it." in text
        assert (
            "it came back from the service to another practice, where nobody had seen that case: "
            "practice 2 took it over into its memory from the health service's guidance." in text
        )

    def test_where_it_spread_by_coming_back_both_are_told_at_once(self):
        back = taken(9, SERVICE, practice(2), "guidance")
        text = told(
            born(1), taken(7, practice(0), SERVICE, "reporting"), back, spread=9, system=7, returned=9
        )
        assert (
            "it came back from the service, and to another practice for the first time, "
            "where nobody had seen that case: practice 2 took it over" in text
        )
        assert text.count("came back") == 1

    def test_an_assumption_stands_in_no_memory(self):
        events = [
            taken(3, 0, practice(0), "codification"),
            taken(4, practice(0), 1, "socialisation"),
            taken(5, practice(0), SERVICE, "reporting"),
            taken(6, SERVICE, practice(1), "guidance"),
            taken(6, SERVICE, practice(2), "guidance"),
        ]
        stages = {"organizational": 3, "spread": 6, "system": 5, "returned": 6}
        text = told(born(1, 0, "questioning"), *events, **stages)
        assert "practice 0 made it an assumption of its own, following the one who drew it." in text
        assert "another GP in practice 0 took it over from practice 0." in text
        assert "the health service took it over, as practice 0 reported it." in text
        assert (
            "where nobody had had a part in that; for instance, "
            "practice 1 took it over from the health service." in text
        )
        assert "it was still held by two people, three practices as a whole and the health service." in text
        assert not re.search("memor|guidance|case", text.replace("other practices, by guidance", ""))

    def test_a_single_practice_or_several_bodies_hold_an_assumption_themselves(self):
        top = [
            taken(3, practice(0), body_uid(0, 1), "reporting"),
            taken(4, body_uid(0, 1), body_uid(1, 0), "reporting"),
        ]
        text = told(
            born(1, 0, "questioning"),
            taken(2, 0, practice(0), "codification"),
            *top,
            organizational=2,
            system=4,
            run={"population.tiers": TIERS},
        )
        assert "it reached a GP in practice 0, practice 0 as a whole and two bodies of the service." in text

    def test_what_a_body_learned_comes_to_practices_and_back_to_none(self):
        down = [taken(6, SERVICE, practice(p), "guidance") for p in (0, 1)]
        text = told(born(5, SERVICE, "questioning"), *down, spread=6, system=5, returned=6)
        assert (
            "it came to two practices for the first time; for instance, practice 0 took it over from" in text
        )
        assert "The service brought it to two practices, by guidance." in text
        assert not re.search("came back|another|other", text)

    def test_bodies_below_the_top_are_told_by_tier_and_number(self):
        board, top = body_uid(0, 1), body_uid(1, 0)
        up = [taken(4, practice(0), board, "reporting"), taken(5, board, top, "reporting")]
        text = told(born(1), *up, system=5, run={"population.tiers": TIERS})
        assert "board 1 took it over into its guidance, as practice 0 reported it." in text
        assert "the national service took it over into its guidance, as board 1 reported it." in text
        assert "a GP in practice 0 and the guidance of two bodies of the service." in text

    def test_of_a_mistake_the_reader_stays_aware(self):
        events = [
            taken(2, 0, 1),
            taken(4, 0, practice(0), "codification"),
            taken(6, 0, person(1), "turnover"),
        ]
        back = [taken(7, practice(0), SERVICE, "reporting"), taken(8, SERVICE, practice(2), "guidance")]
        stages = {"organizational": 4, "spread": 6, "system": 7, "returned": 8}
        text = told(born(1), *events, *back, **stages, right=False)
        sentences = text.split(". ")[2:]
        assert len(sentences) == 9
        assert all("the mistake" in sentence.lower() for sentence in sentences)


class TestHowFarItGot:
    def test_people_are_counted_as_posts(self):
        told_to = [taken(2, 0, number) for number in range(1, 13)]
        assert "In all, it reached people in two posts of practice 0." in told(born(1), told_to[0])
        assert "In all, it reached people in 13 posts of practice 0." in told(born(1), *told_to)

    def test_practices_and_memories_are_counted_and_a_single_one_is_named(self):
        memory = taken(3, 0, practice(0), "codification")
        text = told(born(1), memory, organizational=3)
        assert "In all, it reached a GP in practice 0 and practice 0's memory." in text
        over = [taken(4, practice(0), practice(1), "networking"), taken(4, 0, person(2), "turnover")]
        text = told(born(1), memory, *over, organizational=3, spread=4)
        assert (
            "In all, it reached people in two posts of two practices and the memories of two practices."
            in text
        )

    def test_says_to_how_many_the_service_brought_it_and_how(self):
        back = [
            taken(8, SERVICE, practice(1), "guidance"),
            taken(9, SERVICE, person(2), "training"),
            taken(9, SERVICE, person(0, 1), "turnover"),
        ]
        text = told(
            born(1), taken(7, practice(0), SERVICE, "reporting"), *back, system=7, spread=8, returned=8
        )
        assert (
            "The service brought it to two other practices, by guidance, training and the curriculum." in text
        )

    def test_says_which_stages_it_never_reached(self):
        text = told(born(1), taken(2, 0, 1))
        assert (
            "It was never shared by most of the team, never written into practice 0's memory, never held in "
            "another practice and never taken over by the health service." in text
        )
        assert "It was never taken over by the health service." in told(
            born(1),
            taken(2, 0, practice(0), "codification"),
            taken(3, 0, person(1), "turnover"),
            collective=2,
            organizational=2,
            spread=3,
        )

    def test_a_practice_alone_is_the_practice_and_has_no_other_to_reach(self):
        text = told(born(1), taken(2, 0, 1), run={"practices": 1})
        assert "In month 1 a GP in the practice met" in text
        assert (
            "It was never shared by most of the team, never written into the practice's memory and never "
            "taken over by the health service." in text
        )

    def test_of_a_tacit_issue_it_is_said_that_it_cannot_be_written_down(self):
        said = "Issue 3 is tacit: what is learned about it cannot be written down."
        assert said in told(born(1), run={"world.tacit": 1.0})
        assert said not in told(born(1))

    def test_the_most_that_held_it_at_once_is_told_with_the_first_month_of_it(self):
        people = [taken(2, 0, 1), taken(3, 0, 2), lost(5, 1), taken(6, 0, 1)]
        assert "At most three people (in month 3) held it at the same time." in told(born(1), *people)
        memories = [
            taken(4, 0, practice(0), "codification"),
            taken(9, practice(0), practice(1), "networking"),
        ]
        stages = {"organizational": 4, "spread": 9}
        text = told(born(1), *people, *memories, **stages)
        assert (
            "At most three people (in month 3) and the memories of two practices (in month 9) held it" in text
        )
        text = told(born(1), *memories, taken(9, 0, 1), **stages)
        assert "At most two people and the memories of two practices (in month 9) held it" in text

    def test_a_most_of_one_is_not_told(self):
        assert "At most" not in told(born(1), taken(4, 0, practice(0), "codification"), organizational=4)


class TestHowItEnded:
    def test_says_who_still_holds_it(self):
        text = told(born(1), taken(2, 0, 1), taken(4, 0, practice(0), "codification"), organizational=4)
        assert text.endswith(
            "At the end of the run, after 60 months, it was still held by two people and practice 0's memory."
        )
        text = told(born(1), taken(2, 0, person(0, 0, NURSE)), lost(9, 0), run={"steps": 1_200})
        assert text.endswith("after 1,200 months, it was still held by a nurse in practice 0.")

    @pytest.mark.parametrize(
        ("process", "did"),
        [
            ("turnover", "left"),
            ("forgetting", "forgot it"),
            ("reflection", "gave it up after another case"),
            ("discussion", "gave it up in discussion"),
            ("socialisation", "gave it up for what the practice held"),
            ("training", "gave it up in a course"),
            ("questioning", "gave it up on questioning it"),
        ],
    )
    def test_says_how_the_last_holder_lost_it(self, process, did):
        text = told(born(8), taken(9, 0, 1), lost(20, 1), lost(25, 0, process), lost=25)
        assert "It was lost in month 25, 17 months after it was drawn, when the last to hold it," in text
        assert text.endswith(f"hold it, the GP who drew it, {did}.")

    @pytest.mark.parametrize(
        ("process", "did"),
        [
            ("forgetting", "let it decay"),
            ("codification", "gave it up for what the staff said"),
            ("networking", "gave it up for what a peer practice held"),
            ("guidance", "gave it up for guidance from above"),
        ],
    )
    def test_a_memory_ends_by_decay_or_by_what_it_heard(self, process, did):
        memory = [taken(3, 0, practice(0), "codification"), lost(4, 0), lost(9, practice(0), process)]
        text = told(born(1), *memory, organizational=3, lost=9)
        assert text.endswith(f"when the last to hold it, practice 0, {did}.")

    def test_another_than_the_first_holder_is_not_taken_for_the_first(self):
        text = told(born(1), taken(2, 0, 1), lost(3, 0), lost(9, 1, "turnover"), lost=9)
        assert text.endswith("when the last to hold it, a GP in practice 0, left.")

    def test_what_is_lost_in_the_month_it_was_born_in_is_told_so(self):
        text = told(born(7), lost(7, 0, "discussion"), lost=7)
        assert "Nobody ever took it over." in text
        assert text.endswith(
            "It was lost in the same month, when the GP who drew it gave it up in discussion."
        )
        assert "It was lost in month 8, one month after it was drawn, when the GP who drew it left." in told(
            born(7), lost(8, 0, "turnover"), lost=8
        )

    def test_a_mistake_dies_out(self):
        text = told(born(1), lost(3, 0), right=False, lost=3)
        assert text.endswith(
            "The mistake died out in month 3, two months after it was made, "
            "when the GP who made it gave it up after another case."
        )


class TestLines:
    def test_are_broken_at_the_width_or_not_at_all(self):
        life = life_of(born(1), taken(2, 0, 1))
        assert max(map(len, tell(life, width=50).splitlines())) <= 50
        assert len(tell(life, width=0).split("\n\n")) == 3
        assert tell(life, width=50).split() == tell(life, width=0).split()


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for name, respect in STORIES:
        golden_path(name, respect).write_text(story(simulated(name), respect), encoding="utf-8", newline="\n")
