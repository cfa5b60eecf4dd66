"""Version 2's processes against tables worked out by hand: the agenda, trial, revision, analysis."""

import numpy as np
import pytest
from worlds import agendas, learning, memories, staff_of, world

from lpsim.errors import InputError
from lpsim.model.draws import threshold
from lpsim.model.schedule import SCHEDULE, Level
from lpsim.population.build import build
from lpsim.runs.simulate import simulate
from lpsim.scenario import Scenario, ScenarioError

THREE = (("staff",) * 3,)
FOUR = (("staff",) * 4,)
NEVER = 1e-12
"""A probability so low that nothing happens, though it might."""
CASES = {"practice.reflection.rate": 1.0, "practice.analysis.share": NEVER}
"""Everybody meets a case on every issue, and learns what is right (+)."""


def first(model, level):
    return next(iter(model.learners[level]))


def practice_of(model):
    return first(model, Level.PRACTICE)


class TestAgenda:
    """What reflection puts on the agenda of a practice."""

    def test_what_those_who_changed_have_learned_waits(self):
        model = world(CASES, issues=3, teams=THREE, staff=["+-0", "+++", "+00"])
        learning(model, "reflection")
        assert staff_of(model) == ["+++"] * 3
        # On the first issue nobody changed; on the others somebody did, all towards +.
        assert agendas(model) == ["0++"]

    def test_only_those_who_speak_raise_events(self):
        silent = {**CASES, "roles.staff.voice": 0.0}
        model = world(silent, issues=2, teams=THREE)
        learning(model, "reflection")
        assert staff_of(model) == ["++"] * 3
        assert agendas(model) == ["00"]

    def test_the_majority_of_what_was_learned_counts_and_a_tie_changes_nothing(self):
        # Two with the wrong assumption learn the norm (-), one with the right one learns reality (+).
        model = world(
            CASES,
            issues=2,
            domains=1,
            teams=THREE,
            staff=["00", "0-", "00"],
            staff_assumptions=["-", "-", "+"],
            agenda=["+0"],
        )
        learning(model, "reflection")
        assert staff_of(model) == ["--", "--", "++"]
        # Issue 0: - - + . Issue 1: - (the second held it) + : a tie.
        assert agendas(model) == ["-0"]

    def test_an_older_event_is_replaced_and_one_nobody_voted_on_stays(self):
        model = world(CASES, issues=3, teams=THREE, staff=["0+0"] * 3, agenda=["---"])
        learning(model, "reflection")
        assert agendas(model) == ["+-+"]

    def test_a_gradual_step_votes_for_the_signal_it_took(self):
        gradual = {**CASES, "practice.learning_step": "gradual"}
        model = world(gradual, issues=2, teams=THREE, staff=["-0"] * 3)
        learning(model, "reflection")
        assert staff_of(model) == ["0+"] * 3
        assert agendas(model) == ["++"]

    def test_tacit_issues_can_be_on_it(self):
        model = world(CASES, issues=2, teams=THREE, tacit="+0")
        learning(model, "reflection")
        assert agendas(model) == ["++"]


class TestTrial:
    TRY = {"practice.trial.rate": 1.0, "practice.discussion.meetings": 0.0}  # noqa: RUF012

    def test_what_does_better_is_kept(self):
        model = world(self.TRY, issues=1, teams=THREE, staff=["-", "+", "0"])
        learning(model, "trial")
        # The second would do worse; an action of 0 has no reverse.
        assert staff_of(model) == ["+", "+", "0"]

    def test_it_is_judged_by_the_practice_and_not_by_reality(self):
        model = world(self.TRY, issues=1, domains=1, teams=THREE, staff=["+"] * 3, assumptions=["-"])
        learning(model, "trial")
        assert staff_of(model) == ["-"] * 3

    def test_an_issue_that_is_not_audited_teaches_nothing(self):
        model = world(self.TRY, issues=1, teams=THREE, staff=["-"] * 3)
        learning(model, "trial", audited="0")
        assert staff_of(model) == ["-"] * 3

    def test_gradually_it_goes_one_step(self):
        model = world(
            {**self.TRY, "practice.learning_step": "gradual"}, issues=1, teams=THREE, staff=["-"] * 3
        )
        learning(model, "trial")
        assert staff_of(model) == ["0"] * 3

    @pytest.mark.parametrize("rule", ["superiors", "best", "majority"])
    def test_who_was_in_a_meeting_with_somebody_better_does_not_try(self, rule):
        met = {"practice.trial.rate": 1.0, "practice.discussion.rule": rule}
        model = world(met, issues=1, teams=THREE, staff=["-", "-", "+"])
        learning(model, "trial")
        assert staff_of(model) == ["-", "-", "+"]

    @pytest.mark.parametrize(
        "alone",
        [
            {"practice.discussion.meetings": 0.0},
            {"roles.staff.presence": 0.0},
            {"roles.staff.voice": 0.0},
        ],
    )
    def test_who_heard_nobody_better_tries(self, alone):
        model = world({"practice.trial.rate": 1.0, **alone}, issues=1, teams=THREE, staff=["-", "-", "+"])
        learning(model, "trial")
        assert staff_of(model) == ["+"] * 3

    @pytest.mark.medium
    def test_the_issue_is_one_of_all_alike(self):
        model = world(self.TRY, issues=3, teams=(("staff",) * 30,) * 100, staff=["---"] * 3000)
        learning(model, "trial")
        tried = np.bincount((model.state.staff.beliefs == 1).argmax(axis=1), minlength=3)
        # 3,000 draws among three: standard deviation 25.8; five of them.
        assert (np.abs(tried - 1000) < 130).all()


class TestRevision:
    LOOK = {"practice.revision.rate": 1.0, "practice.codification.rate": 1.0}  # noqa: RUF012

    def test_what_more_oppose_than_support_is_struck_out(self):
        model = world(self.LOOK, issues=4, teams=THREE, staff=["-+-0", "-+00", "+0+0"], memory=["++++"])
        learning(model, "revision")
        # Two against one; two for; a tie; nobody with a view.
        assert memories(model) == ["0+++"]

    def test_a_wrong_entry_is_struck_out_by_those_who_know_better(self):
        model = world(self.LOOK, issues=1, teams=THREE, staff=["+", "+", "-"], memory=["-"])
        learning(model, "revision")
        assert memories(model) == ["0"]

    def test_only_those_who_speak_are_asked(self):
        model = world(
            {**self.LOOK, "roles.staff.voice": 0.0}, issues=1, teams=THREE, staff=["-"] * 3, memory=["+"]
        )
        learning(model, "revision")
        assert memories(model) == ["+"]

    def test_what_this_step_has_changed_already_is_left_alone(self):
        model = world(
            {**self.LOOK, "service.guidance.rate": 1.0},
            issues=2,
            teams=THREE,
            staff=["--"] * 3,
            memory=["-+"],
            guidance=["+0"],
        )
        learning(model, "guidance", "revision")
        assert memories(model) == ["+0"]

    def test_assumptions_stay(self):
        model = world(self.LOOK, issues=1, domains=1, teams=THREE, staff=["-"] * 3, memory=["+"])
        learning(model, "revision")
        assert memories(model) == ["0"]
        assert model.state.practices.assumptions.tolist() == [[1]]


class TestAnalysis:
    ALL = {"practice.analysis.share": 1.0, "practice.analysis.rate": 1.0, "practice.analysis.record": 1.0}  # noqa: RUF012

    def test_everybody_present_and_the_memory_take_what_was_analysed(self):
        model = world(self.ALL, issues=4, teams=THREE, staff=["-000"] * 3, memory=["-+00"], agenda=["+0-0"])
        learning(model, "reflection", "analysis")
        assert staff_of(model) == ["+0-0"] * 3
        assert memories(model) == ["++-0"]
        assert agendas(model) == ["0000"]

    def test_without_a_meeting_events_wait(self):
        model = world(
            {**self.ALL, "practice.discussion.meetings": 1e-9}, issues=2, teams=THREE, agenda=["+-"]
        )
        learning(model, "reflection", "analysis")
        assert (staff_of(model), memories(model), agendas(model)) == (["00"] * 3, ["00"], ["+-"])

    def test_what_is_not_analysed_is_dropped(self):
        model = world({**self.ALL, "practice.analysis.share": NEVER}, issues=2, teams=THREE, agenda=["+-"])
        learning(model, "reflection", "analysis")
        assert (staff_of(model), agendas(model)) == (["00"] * 3, ["00"])

    def test_who_is_absent_takes_nothing_and_speaks_all_the_same(self):
        model = world({**CASES, **self.ALL, "roles.staff.presence": 0.0}, issues=1, teams=THREE, agenda=["-"])
        learning(model, "reflection", "analysis")
        assert (staff_of(model), memories(model), agendas(model)) == (["+"] * 3, ["-"], ["+"])

    def test_an_event_of_this_step_waits_although_the_same_issue_is_analysed(self):
        model = world({**CASES, **self.ALL}, issues=1, teams=THREE, agenda=["-"])
        learning(model, "reflection", "analysis")
        # What came up is +, what is analysed is the snapshot's -: it writes later than reflection.
        assert (staff_of(model), memories(model), agendas(model)) == (["-"] * 3, ["-"], ["+"])

    def test_a_tacit_issue_is_talked_about_and_not_written_down(self):
        model = world(self.ALL, issues=2, teams=THREE, tacit="+0", agenda=["++"])
        learning(model, "reflection", "analysis")
        assert (staff_of(model), memories(model)) == (["++"] * 3, ["0+"])

    def test_people_take_gradually_where_they_do_and_memories_at_once(self):
        gradual = {**self.ALL, "practice.learning_step": "gradual"}
        model = world(gradual, issues=1, teams=THREE, staff=["-"] * 3, memory=["-"], agenda=["+"])
        learning(model, "reflection", "analysis")
        assert (staff_of(model), memories(model)) == (["0"] * 3, ["+"])

    def test_the_rate_is_multiplied_by_the_role(self):
        model = world({**self.ALL, "roles.staff.discussion": 0.0}, issues=1, teams=THREE, agenda=["+"])
        learning(model, "reflection", "analysis")
        assert (staff_of(model), memories(model)) == (["0"] * 3, ["+"])


class TestPresence:
    def test_who_is_absent_hears_nothing_in_discussion_and_is_heard(self):
        model = world(
            {"practice.discussion.rate": 1.0},
            issues=2,
            teams=(("gp", "nurse", "nurse"),),
            roles={"gp": {"presence": 0.0}, "nurse": {}},
            staff=["+0", "-0", "++"],
        )
        learning(model, "discussion")
        assert staff_of(model) == ["+0", "++", "++"]


class TestLessonsOfEvents:
    def test_row_by_row_from_the_case_to_the_team_and_its_memory(self):
        model = world(
            {**CASES, **TestAnalysis.ALL, "record.lessons": True},
            issues=1,
            teams=(("gp", "nurse", "nurse"),),
            roles={"gp": {}, "nurse": {"experience": 0.0}},
            step=0,
        )
        model.step()
        assert (staff_of(model), agendas(model)) == (["+", "0", "0"], ["+"])
        model.step()
        assert (staff_of(model), memories(model), agendas(model)) == (["+"] * 3, ["+"], ["0"])
        births, events = model.journal.births, model.journal.events
        assert (births.raised.values.tolist(), births.analysed.values.tolist()) == ([1], [2])
        names = [process.name for process in SCHEDULE]
        rows = zip(
            events.step.values, events.process.values, events.lesson.values, events.source.values, strict=True
        )
        found = [(step, names[process], lesson, source) for step, process, lesson, source in rows]
        # Places: three people, then the practice, on whose agenda the lesson was.
        assert found == [(1, "reflection", 1, -1), *[(2, "analysis", 1, 3)] * 3]

    def test_where_events_are_never_analysed_none_counts_as_raised(self):
        never = {**CASES, "practice.analysis.share": 0.0, "record.lessons": True}
        model = world(never, issues=1, teams=THREE, step=0)
        model.step()
        assert agendas(model) == ["0"]
        assert model.journal.births.raised.values.tolist() == [-1] * 3


def limits_of(scenario):
    """The factors by which cases are multiplied in the first practice of a scenario, (role, home role)."""
    return build(scenario, 1).structure.case_factors[0]


class TestSpecialisation:
    ROLES = {  # noqa: RUF012
        "gp": {"headcount": 4},
        "nurse": {"headcount": 2},
        "direct_care": {"headcount": 2},
        "administration": {"headcount": 7, "experience": 0.5},
    }

    def scenario(self, share):
        return Scenario.model_validate(
            {
                "world": {"domains": 4, "specialisation": share},
                "population": {"practices": 1, "spread": 0.0},
                "roles": self.ROLES,
            }
        )

    def test_closed_form_e_multipliers_in_the_own_domain(self):
        factors = limits_of(self.scenario(1.0))
        assert np.diag(factors) == pytest.approx([2.875, 5.75, 5.75, 23 / 7])
        assert factors.sum() == pytest.approx(np.diag(factors).sum())

    @pytest.mark.parametrize("share", [0.3, 0.75, 1.0])
    def test_a_practice_meets_as_many_cases_of_every_domain_as_without(self, share):
        factors = limits_of(self.scenario(share))
        weights = np.array([4, 2, 2, 3.5])
        assert weights @ factors == pytest.approx([weights.sum()] * 4)

    def test_a_role_that_meets_next_to_no_cases_is_home_of_none(self):
        roles = {**self.ROLES, "nurse": {"headcount": 2, "experience": 5e-324}}
        factors = limits_of(Scenario.model_validate({**self.scenario(0.5).model_dump(), "roles": roles}))
        assert np.isfinite(factors).all()
        assert factors[:, 1].tolist() == [1.0] * 4

    def test_where_the_home_role_has_nobody_all_meet_the_domain_as_without(self):
        scenario = self.scenario(1.0).replace({"roles.nurse.experience": 0.0})
        assert limits_of(scenario)[:, 1].tolist() == [1.0] * 4

    def test_a_person_of_whom_more_than_every_case_is_asked_is_refused(self):
        scenario = self.scenario(1.0).replace({"practice.reflection.rate": 0.2})
        with pytest.raises(InputError, match="a nurse of practice 0 would meet a case"):
            simulate(scenario, engine="reference")

    def test_off_it_changes_nothing(self):
        assert not build(self.scenario(0.0), 1).structure.case_factors.size


class TestAllocationSpread:
    def test_slots_move_and_none_is_lost(self):
        timed = {"protected_time.enabled": True, "protected_time.allocation_spread": 50}
        allocation = build(Scenario().replace(timed), 1).state.allocation
        assert (allocation.sum(axis=1) == 20).all()
        assert (allocation >= 0).all()
        assert len(np.unique(allocation, axis=0)) > 30

    def test_one_move_takes_one_slot_from_one_routine_to_another(self):
        timed = {"protected_time.enabled": True, "protected_time.allocation_spread": 1}
        allocation = build(Scenario().replace(timed), 1).state.allocation
        assert (np.sort(allocation, axis=1) == [3, 4, 4, 4, 5]).all()

    def test_a_kind_may_have_its_own(self):
        timed = {
            "protected_time.enabled": True,
            "kinds": [{"name": "varied", "share": 0.5, "set": {"protected_time.allocation_spread": 9}}],
        }
        people = build(Scenario().replace(timed), 1)
        varied = people.structure.practice_kind == 1
        assert (people.state.allocation[~varied] == 4).all()
        assert (people.state.allocation[varied] != 4).any()


REFUSED = {
    "practice.discussion.meetings": {"practice.analysis.share": 0.5, "practice.discussion.meetings": 0.0},
    "practice.codification.meetings": {"practice.revision.rate": 0.1, "practice.codification.meetings": 0.0},
    "world.domains": {"world.specialisation": 0.5, "world.domains": 0},
    "allowed is 0": {"judgement.payoff": "nk", "world.issues": 10},
    "at most 20": {"judgement.payoff": "nk", "world.issues": 21, "world.domains": 0},
    "allowed is 1 at all times": {
        "judgement.payoff": "nk",
        "world.issues": 10,
        "world.domains": 0,
        "judgement.coverage": 0.5,
    },
    "allowed is 0 at all times": {
        "judgement.payoff": "nk",
        "world.issues": 10,
        "world.domains": 0,
        "interventions": [{"at": 2, "set": {"world.turbulence": 0.1}}],
    },
    'judgement.payoff = "nk"': {"world.nk.k": 3},
    "distinct partners": {
        "judgement.payoff": "nk",
        "world.issues": 4,
        "world.domains": 0,
        "world.nk.partners": "distinct",
    },
    "protected_time.enabled = true": {"protected_time.allocation_spread": 2},
    'network.staff = "random"': {"network.staff_density": 0.2},
    "even number": {"network.staff": "ring", "network.staff_degree": 3},
}


@pytest.mark.parametrize("cure", REFUSED)
def test_what_cannot_be_is_refused_with_its_cure(cure):
    with pytest.raises(ScenarioError, match=cure.replace(".", r"\.")) as refused:
        Scenario().replace(REFUSED[cure])
    assert len(str(refused.value).splitlines()) == 1


def test_presence_is_a_threshold_of_the_role():
    model = world({"roles.staff.presence": 0.25}, issues=1, teams=FOUR)
    assert {person.rates.presence for person in model.learners[Level.STAFF]} == {threshold(0.25)}
