"""A lesson is followed from the event to its end, entry by entry, and following changes nothing."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from strategies import SEEDS, examples, scenarios
from worlds import perform, world

import lpsim
from lpsim.engines.reference.model import LearningModel
from lpsim.errors import InputError
from lpsim.lessons.estimate import expected_lessons
from lpsim.lessons.stages import STAGES, tables
from lpsim.model.schedule import SCHEDULE, Phase
from lpsim.model.state import body_uid, uid
from lpsim.population.build import build
from lpsim.scenario import Scenario

CERTAIN = {
    "record.lessons": True,
    "practice.reflection.rate": 1.0,
    "practice.discussion.rate": 1.0,
    "practice.socialisation.rate": 1.0,
    "practice.codification.rate": 1.0,
    "service.networking.rate": 1.0,
    "service.reporting.rate": 1.0,
    "service.guidance.rate": 1.0,
    "service.training.uptake": 1.0,
    "service.training.curriculum": 1.0,
    "turnover.prior": 0.0,
    "forgetting.staff": 1.0,
    "forgetting.practice": 1.0,
    "forgetting.service": 1.0,
    "loops.double.staff": 1.0,
    "loops.double.practice": 1.0,
    "loops.double.service": 1.0,
}
"""Whatever process is performed, it happens; `month` says which are."""
GP, NURSE, OTHER_NURSE = uid(0, 0, 0, 0), uid(0, 0, 1, 0), uid(0, 1, 1, 0)
PRACTICE, OTHER_PRACTICE, SERVICE = uid(1, 0), uid(1, 1), body_uid(0, 0)
EARLY = [process.name for process in SCHEDULE if process.phase is not Phase.LEARNING]


def three_people(overrides=None, **more):
    """A GP and a nurse in one practice, a nurse in another; only GPs reflect."""
    roles = {"gp": {"experience": 1.0}, "nurse": {"experience": 0.0}}
    more = {"issues": 1, "teams": (("gp", "nurse"), ("nurse",)), "roles": roles, "step": 0, **more}
    return world({**CERTAIN, **(overrides or {})}, **more)


def month(model, *names, setting=None):
    """One step in which only the processes named happen."""
    if setting:
        model.settings.by_kind[:] = [scenario.replace(setting) for scenario in model.settings.by_kind]
        model._refresh_rates()
    model.state.step += 1
    model.begin_phase()
    perform(model, *[name for name in names if name in EARLY])
    model.begin_phase()
    model.audit()
    perform(model, "acting", *[name for name in names if name not in EARLY])
    model.journal.end_step(model.state)
    return model


def believe(model, person, value, issue=0):
    """Give somebody another belief, from nowhere."""
    model.state.staff.beliefs[person, issue] = model.journal._values[person, issue] = value
    model.journal.carried[person, issue] = 0


def events(model):
    """The journal row by row: (step, lesson, event, from, to, process)."""
    table = tables(model.journal)[1]
    rows = zip(
        table["step"],
        table["lesson"],
        table["event"],
        [None if pd.isna(source) else int(source) for source in table["from"]],
        table["to"],
        table["process"],
        strict=True,
    )
    return list(rows)


def lesson(model, number=1):
    """One row of the lessons, with None for what is empty."""
    row = tables(model.journal)[0].iloc[number - 1]
    return {key: None if pd.isna(value) else value for key, value in row.items()}


def stages(row):
    return {stage: row[stage] for stage in STAGES if row[stage] is not None}


class TestBirth:
    def test_reflection_that_changes_a_belief_bears_a_lesson(self):
        model = month(three_people(), "reflection")
        assert events(model) == [(1, 1, "born", None, GP, "reflection")]
        row = lesson(model)
        assert (row["lesson"], row["step"], row["process"]) == (1, 1, "reflection")
        assert (row["about"], row["number"], row["value"]) == ("issue", 0, 1)
        assert (row["who"], row["role"], row["practice"]) == (GP, "gp", "0")
        assert (row["right"], row["known_already"], row["end"]) == (True, False, "held")
        assert stages(row) == {}

    def test_a_misread_case_bears_a_lesson_that_is_not_right(self):
        model = month(three_people({"practice.reflection.noise": 1.0}), "reflection")
        assert (lesson(model)["value"], lesson(model)["right"]) == (-1, False)

    def test_reflection_that_changes_nothing_bears_none_and_keeps_the_lesson(self):
        model = month(month(three_people(), "reflection"), "reflection")
        assert events(model) == [(1, 1, "born", None, GP, "reflection")]
        assert model.journal.carried[0].tolist() == [1]

    def test_a_gradual_step_that_ends_on_no_view_bears_none(self):
        model = three_people({"practice.learning_step": "gradual"}, staff=["-", "0", "0"])
        month(model, "reflection")
        assert events(model) == []
        month(model, "reflection")
        assert events(model) == [(2, 1, "born", None, GP, "reflection")]

    def test_a_value_that_most_of_the_team_held_before_was_known_already(self):
        teams, roles = (("gp", "nurse", "nurse"),), {"gp": {}, "nurse": {"experience": 0.0}}
        model = three_people(teams=teams, roles=roles, staff=["0", "+", "+"])
        assert lesson(month(model, "reflection"))["known_already"]

    def test_half_of_the_team_before_is_not_most_and_the_learner_does_not_count(self):
        model = month(three_people(staff=["0", "+", "0"]), "reflection")
        assert not lesson(model)["known_already"]
        assert lesson(model)["collective"] == 1

    def test_questioning_by_a_person_a_practice_and_a_body_bears_lessons_on_a_domain(self):
        wrong = {
            "staff_assumptions": ["-", "+", "+"],
            "assumptions": ["-", "+"],
            "service_assumptions": ["-"],
        }
        held = {"staff": ["-", "0", "0"], "memory": ["-", "0"], "guidance": ["-"]}
        model = month(three_people(domains=1, **wrong, **held), "questioning")
        expected = [
            (1, n + 1, "born", None, who, "questioning") for n, who in enumerate((GP, PRACTICE, SERVICE))
        ]
        assert events(model) == expected
        rows = [lesson(model, number) for number in (1, 2, 3)]
        assert [(row["about"], row["number"], row["value"]) for row in rows] == [("domain", 0, 1)] * 3
        assert [(row["role"], row["practice"]) for row in rows] == [("gp", "0"), ("–", "0"), ("–", "–")]
        assert [row["right"] for row in rows] == [True] * 3
        assert [row["known_already"] for row in rows] == [False, False, False]

    def test_what_a_practice_questions_is_organizational_and_what_the_top_does_is_system_at_birth(self):
        wrong = {"assumptions": ["-", "+"], "service_assumptions": ["-"]}
        model = three_people(domains=1, memory=["-", "0"], guidance=["-"], **wrong)
        month(model, "questioning")
        assert stages(lesson(model, 1)) == {"organizational": 1}
        assert stages(lesson(model, 2)) == {"system": 1}

    def test_an_assumption_already_taken_in_this_step_bears_none_when_questioned(self):
        model = three_people(domains=1, staff=["-", "0", "0"], staff_assumptions=["-", "+", "+"])
        month(model, "socialisation", "questioning")
        assert events(model) == []


class TestTravel:
    """Every channel carries the lesson of the GP once."""

    def test_discussion_with_a_colleague(self):
        model = month(month(three_people(), "reflection"), "discussion")
        assert events(model)[1:] == [(2, 1, "taken", GP, NURSE, "discussion")]
        assert stages(lesson(model)) == {"collective": 2}

    def test_discussion_with_a_peer_in_another_practice(self):
        model = month(month(three_people(staff_ties=[(0, 2)]), "reflection"), "discussion")
        assert events(model)[1:] == [(2, 1, "taken", GP, OTHER_NURSE, "discussion")]
        assert stages(lesson(model)) == {"spread": 2}
        assert lesson(model)["channel"] == "peer tie"

    def test_codification_then_socialisation(self):
        model = month(month(three_people(), "reflection"), "codification")
        assert events(model)[1:] == [(2, 1, "taken", GP, PRACTICE, "codification")]
        assert stages(lesson(model)) == {"organizational": 2}
        month(model, "socialisation")
        assert events(model)[2:] == [(3, 1, "taken", PRACTICE, NURSE, "socialisation")]
        assert stages(lesson(model)) == {"collective": 3, "organizational": 2}

    def test_networking(self):
        model = three_people(practice_ties=[(0, 1)])
        for process in ("reflection", "codification", "networking"):
            month(model, process)
        assert events(model)[2:] == [(3, 1, "taken", PRACTICE, OTHER_PRACTICE, "networking")]
        assert stages(lesson(model)) == {"organizational": 2, "spread": 3}
        assert lesson(model)["channel"] == "networking"

    def test_reporting_then_guidance(self):
        model = three_people()
        for process in ("reflection", "codification", "reporting", "guidance"):
            month(model, process)
        assert events(model)[2:] == [
            (3, 1, "taken", PRACTICE, SERVICE, "reporting"),
            (4, 1, "taken", SERVICE, OTHER_PRACTICE, "guidance"),
        ]
        row = lesson(model)
        assert stages(row) == {"organizational": 2, "spread": 4, "system": 3, "returned": 4}
        assert (row["channel"], row["returned_by"]) == ("guidance", "guidance")

    def test_training(self):
        model = three_people()
        for process in ("reflection", "codification", "reporting", "training"):
            month(model, process)
        assert events(model)[3:] == [
            (4, 1, "taken", SERVICE, NURSE, "training"),
            (4, 1, "taken", SERVICE, OTHER_NURSE, "training"),
        ]
        row = lesson(model)
        assert stages(row) == {"collective": 4, "organizational": 2, "spread": 4, "system": 3, "returned": 4}
        assert (row["channel"], row["returned_by"]) == ("training", "training")

    def test_a_novice_brings_what_the_curriculum_taught(self):
        roles = {"gp": {}, "nurse": {"experience": 0.0, "turnover": 1.0}}
        model = three_people(roles=roles)
        for process in ("reflection", "codification", "reporting", "turnover"):
            month(model, process)
        assert events(model)[3:] == [
            (4, 1, "taken", SERVICE, NURSE, "turnover"),
            (4, 1, "taken", SERVICE, OTHER_NURSE, "turnover"),
        ]
        assert (lesson(model)["channel"], lesson(model)["returned_by"]) == ("curriculum", "curriculum")

    def test_an_experienced_newcomer_brings_what_the_origin_knew_and_the_origin_keeps_it(self):
        roles = {"gp": {"turnover": 0.0}, "nurse": {"experience": 0.0, "turnover": 1.0}}
        model = three_people({"turnover.experienced": 1.0}, roles=roles, domains=1)
        for process in ("reflection", "discussion", "turnover"):
            month(model, process)
        # The two nurses change places: each post is filled from the other, as it stood before.
        assert events(model)[2:] == [
            (3, 1, "lost", None, NURSE, "turnover"),
            (3, 1, "taken", NURSE, OTHER_NURSE, "turnover"),
        ]
        row = lesson(model)
        assert stages(row) == {"collective": 2, "spread": 3}
        assert (row["channel"], row["end"]) == ("newcomer", "held")

    def test_an_experienced_newcomer_brings_the_lesson_even_where_the_leaver_held_the_same_view(self):
        roles = {"gp": {}, "nurse": {"experience": 0.0}, "locum": {"experience": 1.0, "turnover": 1.0}}
        teams = (("gp", "nurse"), ("locum",), ("locum",))
        model = three_people({"turnover.experienced": 1.0}, teams=teams, roles=roles)
        month(model, "reflection")
        model.journal.carried[3] = 0  # one locum knows it from elsewhere
        first, second = uid(0, 1, 2, 0), uid(0, 2, 2, 0)
        month(model, "turnover")
        assert events(model)[3:] == [
            (2, 2, "lost", None, first, "turnover"),
            (2, 2, "taken", first, second, "turnover"),
        ]

    def test_what_a_novice_thinks_of_itself_is_not_the_curriculums(self):
        roles = {"gp": {}, "nurse": {"experience": 0.0, "turnover": 1.0}}
        own = {"turnover.prior": 1.0, "initial.right": 1.0}
        model = three_people(own, roles=roles, domains=1)
        for process in ("reflection", "codification", "reporting", "turnover"):
            month(model, process)
        assert model.state.staff.beliefs[:, 0].tolist() == [1, 1, 1]
        assert [row[0] for row in events(model)] == [1, 2, 3]

    def test_a_body_passes_on_to_the_body_above(self):
        model = three_people(bodies=(2, 1), guidance=["0", "0", "0"])
        for process in ("reflection", "codification", "reporting", "reporting"):
            month(model, process)
        lower, top = body_uid(0, 0), body_uid(1, 0)
        assert events(model)[2:] == [
            (3, 1, "taken", PRACTICE, lower, "reporting"),
            (4, 1, "taken", lower, top, "reporting"),
        ]
        assert stages(lesson(model)) == {"organizational": 2, "system": 4}

    def test_assumptions_carry_lessons_as_beliefs_do(self):
        model = three_people(domains=1, staff=["-", "0", "0"], staff_assumptions=["-"] * 3)
        month(model, "questioning")
        believe(model, 0, 1)  # the GP now does better
        month(model, "discussion")
        assert (2, 1, "taken", GP, NURSE, "discussion") in events(model)
        assert lesson(model)["about"] == "domain"
        assert lesson(model)["collective"] == 2


class TestAttribution:
    def test_the_first_counted_source_that_has_the_value_and_a_lesson_gives_it(self):
        # Uids rise in this order; the first has the value by itself, the second another view.
        roles = {"nurse": {"experience": 0.0}, "gp": {}}
        teams = (("nurse", "nurse", "nurse", "gp", "gp"),)
        model = three_people({"practice.discussion.rule": "majority"}, teams=teams, roles=roles)
        month(model, "reflection")
        believe(model, 0, 1)
        believe(model, 1, -1)
        month(model, "discussion")
        first_gp, first_nurse, other = uid(0, 0, 1, 0), uid(0, 0, 0, 0), uid(0, 0, 0, 2)
        assert (2, 1, "taken", first_gp, other, "discussion") in events(model)
        assert first_nurse not in [row[4] for row in events(model)]

    def test_a_source_without_a_lesson_gives_the_value_alone(self):
        model = month(three_people(staff=["+", "0", "0"]), "discussion")
        assert model.state.staff.beliefs[:, 0].tolist() == [1, 1, 0]
        assert events(model) == []

    def test_only_those_are_counted_whom_the_rule_counts(self):
        # Both GPs hold lessons; the nurse hears the best peer only, who is the second.
        teams, roles = (("gp", "gp", "nurse"),), {"gp": {}, "nurse": {"experience": 0.0}}
        model = three_people({"practice.discussion.rule": "best"}, issues=2, teams=teams, roles=roles)
        month(model, "reflection")
        believe(model, 0, -1, issue=1)
        month(model, "discussion")
        given = [row for row in events(model) if row[2] == "taken" and row[4] == uid(0, 0, 1, 0)]
        assert {row[3] for row in given} == {uid(0, 0, 0, 1)}

    def test_an_entry_that_already_has_the_value_keeps_its_lesson(self):
        model = month(three_people(roles={"gp": {}, "nurse": {}}), "reflection")
        month(model, "discussion")
        assert [row[2] for row in events(model)] == ["born"] * 3
        assert model.journal.carried[:3, 0].tolist() == [1, 2, 3]

    def test_a_guessed_vote_has_no_lesson(self):
        # All guess; the memory may take what they guess, but from nobody.
        overrides = {"judgement.doubt": "guess", "judgement.payoff": "score"}
        teams = (("nurse",) * 9,)
        model = three_people(overrides, issues=8, teams=teams, roles={"nurse": {"experience": 0.0}})
        month(model, "codification")
        assert model.state.practices.beliefs.any()
        assert events(model) == []

    def test_ids_are_read_from_the_snapshot(self):
        # The nurse would take it in the same step if discussion saw what reflection just did.
        model = month(three_people(), "reflection", "discussion", "codification")
        assert events(model) == [(1, 1, "born", None, GP, "reflection")]

    def test_a_later_process_of_the_step_overwrites_the_lesson_of_an_earlier_one(self):
        model = three_people(memory=["-", "0"])
        month(model, "reflection")
        month(model, "discussion", "socialisation")
        assert events(model)[1:] == [
            (2, 1, "taken", GP, NURSE, "discussion"),
            (2, 1, "lost", None, GP, "socialisation"),
            (2, 1, "lost", None, NURSE, "socialisation"),
        ]
        row = lesson(model)
        assert (stages(row), row["lost"], row["end"], row["end_level"]) == ({}, 2, "overwrote", "staff")

    def test_a_gradual_step_that_ends_on_no_view_clears_the_entry_and_one_that_ends_on_the_value_carries(
        self,
    ):
        model = three_people({"practice.learning_step": "gradual"}, staff=["0", "-", "0"])
        for process in ("reflection", "discussion", "discussion"):
            month(model, process)
        assert model.state.staff.beliefs[:, 0].tolist() == [1, 1, 0]
        assert events(model)[1:] == [(3, 1, "taken", GP, NURSE, "discussion")]

    def test_a_lesson_held_elsewhere_only_is_not_collective_at_home(self):
        roles = {"gp": {"turnover": 1.0}, "nurse": {"experience": 0.0}}
        teams = (("gp", "nurse", "nurse", "nurse"), ("nurse",))
        model = three_people(teams=teams, roles=roles, staff_ties=[(0, 4)])
        for process in ("reflection", "discussion", "turnover"):
            month(model, process)
        for nurse in (1, 2, 3):
            believe(model, nurse, 1)
        month(model)
        assert stages(lesson(model)) == {"spread": 2}

    def test_a_behaviour_of_ones_own_after_a_discussion_owes_it_nothing(self):
        model = three_people(roles={"gp": {}, "nurse": {"experience": 0.0, "discussion": 0.0}})
        month(model, "reflection")
        month(model, "discussion")
        model.begin_phase()
        model.state.staff.beliefs[1] = 1
        model.journal.settle(next(p for p in SCHEDULE if p.name == "training"), model.state)
        assert len(events(model)) == 1

    def test_a_behaviour_of_ones_own_that_names_no_source_clears_the_lesson(self):
        model = month(three_people(), "reflection")
        model.state.step += 1
        model.begin_phase()
        model.state.staff.beliefs[0] = -1
        model.journal.settle(next(p for p in SCHEDULE if p.name == "discussion"), model.state)
        model.journal.end_step(model.state)
        assert events(model)[1:] == [(2, 1, "lost", None, GP, "discussion")]


class TestEnds:
    def test_the_last_holder_left(self):
        roles = {"gp": {"turnover": 1.0}, "nurse": {"experience": 0.0}}
        row = lesson(month(month(three_people(roles=roles), "reflection"), "turnover"))
        assert (row["lost"], row["end"], row["end_level"]) == (2, "left", "staff")

    def test_the_last_holder_forgot(self):
        row = lesson(month(month(three_people(), "reflection"), "forgetting"))
        assert (row["lost"], row["end"], row["end_level"]) == (2, "forgot", "staff")

    def test_the_last_holder_overwrote_it(self):
        model = month(three_people(), "reflection")
        month(model, "reflection", setting={"practice.reflection.noise": 1.0})
        row = lesson(model)
        assert (row["lost"], row["end"], row["end_level"]) == (2, "overwrote", "staff")
        assert events(model)[1:] == [
            (2, 1, "lost", None, GP, "reflection"),
            (2, 2, "born", None, GP, "reflection"),
        ]

    def test_the_memory_decayed(self):
        roles = {"gp": {"turnover": 1.0}, "nurse": {"experience": 0.0}}
        model = three_people({"forgetting.staff": 0.0}, roles=roles)
        for process in ("reflection", "codification", "turnover", "forgetting"):
            month(model, process)
        row = lesson(model)
        assert (row["lost"], row["end"], row["end_level"]) == (4, "decayed", "practice")

    def test_a_lesson_held_anywhere_is_held(self):
        roles = {"gp": {"turnover": 1.0}, "nurse": {"experience": 0.0}}
        model = three_people(roles=roles)
        for process in ("reflection", "codification", "turnover"):
            month(model, process)
        row = lesson(model)
        assert (row["lost"], row["end"], row["end_level"]) == (None, "held", None)


def followed(scenario, seed):
    """A model after all its steps, with lessons on."""
    scenario = scenario.replace({"record.lessons": True})
    population = build(scenario, seed)
    model = LearningModel(scenario, population.structure, population.state, seed=seed)
    try:
        for _ in range(scenario.steps):
            model.advance()
            yield model
    finally:
        model.close()


def entries(state):
    return np.concatenate([np.hstack([level.beliefs, level.assumptions]) for level in state.levels()])


@examples(60)
@given(scenario=scenarios(), seed=SEEDS)
def test_every_entry_carries_a_lesson_born_before_with_the_value_it_has(scenario, seed):
    for model in followed(scenario, seed):
        births, carried = model.journal.births, model.journal.carried
        places, topics = np.nonzero(carried)
        rows = carried[places, topics] - 1
        assert (rows < len(births.step.values)).all()
        assert (births.topic.values[rows] == topics).all()
        assert (births.value.values[rows] == entries(model.state)[places, topics]).all()
        assert (births.step.values[rows] <= model.state.step).all()


@examples(60)
@given(scenario=scenarios(), seed=SEEDS)
def test_the_holders_at_the_end_are_those_the_events_say_and_only_an_agenda_brings_a_lesson_back(
    scenario, seed
):
    """An agenda holds no lesson but keeps its number: what is analysed may have died meanwhile."""
    *_, model = followed(scenario, seed)
    lessons, log = tables(model.journal)
    holders = {number: set() for number in lessons["lesson"]}
    ended = {}
    for step, of_step in log.groupby("step"):
        for row in of_step.itertuples(index=False):
            if row.lesson in ended:
                assert (row.event, row.process) == ("taken", "analysis")
                del ended[row.lesson]
            if row.event == "lost":
                holders[row.lesson].remove(row.to)
            else:
                assert row.to not in holders[row.lesson]
                holders[row.lesson].add(row.to)
        ended |= {number: step for number in of_step["lesson"] if not holders[number]}
    lost = lessons[lessons["lost"].notna()]
    assert dict(zip(lost["lesson"], lost["lost"], strict=True)) == ended
    places, topics = np.nonzero(model.journal.carried)
    carried = model.journal.carried[places, topics]
    found = {number: set() for number in holders}
    for number, who in zip(carried.tolist(), model.journal.uids[places].tolist(), strict=True):
        found[number].add(who)
    assert holders == found
    assert set(lessons["lesson"][lessons["end"] != "held"]) == set(ended)


@examples(40)
@given(scenario=scenarios(), seed=SEEDS)
def test_a_taking_comes_from_who_held_the_lesson_and_a_stage_from_the_holders_at_the_end_of_a_step(
    scenario, seed
):
    """Stages and sources again, the slow way, from the state after every step."""
    seen = {stage: {} for stage in ("raised", "organizational", "spread", "system", "collective")}
    on_agenda = {}
    models = followed(scenario, seed)
    for model in models:
        s, journal, step = model.structure, model.journal, model.state.step
        held, values = journal.carried, entries(model.state)
        origin, topic, value = (
            getattr(journal.births, name).values for name in ("practice", "topic", "value")
        )
        for practice, issue in zip(*np.nonzero(journal.agenda), strict=True):
            number = int(journal.agenda[practice, issue])
            seen["raised"].setdefault(number, step)
            on_agenda.setdefault((number, uid(1, int(practice))), step)
        for place, about in zip(*np.nonzero(held), strict=True):
            number = int(held[place, about])
            home, practice = origin[number - 1], journal.practice_of[place]
            if place >= len(held) - s.bodies[-1]:
                seen["system"].setdefault(number, step)
            if practice >= 0 and practice != home:
                seen["spread"].setdefault(number, step)
            if practice >= 0 and practice == home and place >= s.staff:
                seen["organizational"].setdefault(number, step)
            if place < s.staff and practice == home:
                team = values[s.first_staff[home] : s.first_staff[home + 1], topic[number - 1]]
                if 2 * (team == value[number - 1]).sum() > len(team):
                    seen["collective"].setdefault(number, step)
    lessons, log = tables(model.journal)
    for stage, first in seen.items():
        expected = [first.get(number) for number in lessons["lesson"]]
        assert [None if pd.isna(at) else at for at in lessons[stage]] == expected
    first_carried = log.groupby(["lesson", "to"])["step"].min().to_dict()
    for row in log[log["event"] == "taken"].itertuples(index=False):
        if row.process == "analysis":  # from an agenda, which holds none
            assert on_agenda[row.lesson, row._3] < row.step
        else:
            assert first_carried[row.lesson, row._3] <= row.step


@examples(60)
@given(scenario=scenarios(), seed=SEEDS)
def test_following_lessons_changes_no_number_of_the_run(scenario, seed):
    plain = lpsim.simulate(scenario, seed=seed)
    other = lpsim.simulate(scenario.replace({"record.lessons": True}), seed=seed)
    for table in ("series", "groups", "practices", "issues"):
        pd.testing.assert_frame_equal(getattr(plain, table), getattr(other, table), check_exact=True)
    assert plain.lessons is None
    assert plain.lesson_events is None


def test_a_run_without_a_journal_says_how_to_get_one():
    run = lpsim.simulate(Scenario().replace({"steps": 1, "population.practices": 1}), seed=1)
    with pytest.raises(
        InputError, match=r"kept no journal of lessons; run it again with record.lessons = true"
    ):
        run.journal()


def test_a_run_expected_to_bear_more_lessons_than_the_limit_is_refused_before_it_starts():
    scenario = Scenario().replace({"record.lessons": True, "record.lessons_limit": 1000})
    expected = expected_lessons(scenario, build(scenario, 1).structure)
    with pytest.raises(InputError, match=f"expected to bear about {expected:,} lessons, allowed are 1,000;"):
        lpsim.simulate(scenario, seed=1, on_step=pytest.fail)


def test_the_limit_does_not_matter_where_lessons_are_not_followed():
    small = {"steps": 1, "population.practices": 1, "record.lessons_limit": 0}
    assert lpsim.simulate(Scenario().replace(small), seed=1).lessons is None


@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        # Alone, and truthful: 10 people x 20 issues, each learned once when first met.
        ({"practice.reflection.noise": 0.0, "steps": 1}, 200 * 0.03),
        ({"practice.reflection.noise": 0.0, "steps": 400}, 200.0),
        # Nobody ever met a case.
        ({"practice.reflection.rate": 0.0}, 0.0),
        # All leave in every step: each step is a first one.
        ({"roles.staff.turnover": 1.0, "steps": 50}, 50 * 200 * 0.03),
    ],
)
def test_the_estimate_is_exact_where_nobody_learns_from_anybody(overrides, expected):
    world_of_one = {
        "world": {"issues": 20, "domains": 0},
        "population": {"practices": 1, "spread": 0.0},
        "roles": {"staff": {"headcount": 10}},
        "initial": {"prior": 0.0},
        "turnover": {"prior": 0.0},
    }
    scenario = Scenario.model_validate(world_of_one).replace(overrides)
    assert expected_lessons(scenario, build(scenario, 1).structure) == pytest.approx(expected, abs=0.6)


def test_the_estimate_is_not_below_what_the_main_scenario_bears():
    scenario = Scenario().replace({"record.lessons": True, "steps": 60, "population.practices": 10})
    borne = len(lpsim.simulate(scenario, seed=1).lessons)
    expected = expected_lessons(scenario, build(scenario, 1).structure)
    assert borne < expected < 3 * borne
