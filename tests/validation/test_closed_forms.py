"""Results that can be worked out on paper, as hard assertions.

Every statistical assertion allows 4.4 standard errors on either side, which a correct model
exceeds once in 100,000 times; there are some 70 of them, so the file would fail for about one
choice of seeds in 1,400. The seeds are fixed. A practice without ties to others is an organization
of its own; practices of one run share reality, which matters to none of these results except under
turbulence, where worlds are averaged instead.
"""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

import lpsim
from lpsim.scenario import Scenario

BOUND = 4.4


def organizations(number: int, people: int, **more) -> dict:
    return {
        "population.practices": number,
        "roles.staff.headcount": people,
        "network.staff": "none",
        **more,
    }


class TestMemoryAfterOneStep:
    """50 people, 30 issues, memory empty: what it holds after the first step.

    By hand. Text (abstain, matches): with one match a person is superior to a memory that has
    none, so somebody right on the issue (1/3) always votes, somebody wrong on it (1/3) votes if right
    on one of the other 29, others (1/3) are silent. Program (guess, score): everybody is right on an
    issue with probability 1/2 and votes if right on 16 of 30 or more. The votes' lead k is written
    down with probability 1 - (1 - p2)^k.
    """

    @staticmethod
    def by_hand(votes_right: float, votes_wrong: float, p2: float) -> tuple[float, float]:
        """P(right) and P(wrong) of the memory's entry."""
        right = wrong = 0.0
        silent = 1 - votes_right - votes_wrong
        for a in range(51):
            for b in range(51 - a):
                ways = math.comb(50, a) * math.comb(50 - a, b)
                chance = ways * votes_right**a * votes_wrong**b * silent ** (50 - a - b)
                taken = chance * (1 - (1 - p2) ** abs(a - b))
                right += taken if a > b else 0.0
                wrong += taken if b > a else 0.0
        return right, wrong

    @pytest.mark.parametrize(("p2", "right", "none"), [(0.1, 0.172975, 0.654059), (0.5, 0.401978, 0.196060)])
    def test_by_the_text(self, lab, p2: float, right: float, none: float) -> None:
        by_hand = self.by_hand(1 / 3, (1 - (2 / 3) ** 29) / 3, p2)
        assert by_hand[0] == pytest.approx(right, abs=1e-6)
        assert 1 - sum(by_hand) == pytest.approx(none, abs=1e-6)
        scenario = lab.scenario(
            "march1991_text", organizations(200, 50, **{"practice.codification.rate": p2})
        )
        state = lab.run(scenario, 1, 1).state
        # An organization is one observation: its issues share the group of superiors.
        is_right = (state.practices.beliefs == state.reality).mean(axis=1)
        is_none = (state.practices.beliefs == 0).mean(axis=1)
        assert abs(lab.z(is_right, right, of="right")) < BOUND
        assert abs(lab.z(is_none, none, of="empty")) < BOUND

    @pytest.mark.parametrize(("p2", "knowledge"), [(0.1, 0.260579), (0.5, 0.530416)])
    def test_by_the_program(self, lab, p2: float, knowledge: float) -> None:
        majority_of_29 = sum(math.comb(29, right) for right in range(16, 30)) / 2**29
        right, wrong = self.by_hand(1 / 4, majority_of_29 / 2, p2)
        assert right - wrong == pytest.approx(knowledge, abs=1e-6)
        scenario = lab.scenario("march1991", organizations(200, 50, **{"practice.codification.rate": p2}))
        assert abs(lab.z(lab.memory(lab.run(scenario, 1, 1)), knowledge)) < BOUND

    @pytest.mark.parametrize("rules", ["march1991", "march1991_text"])
    def test_is_the_same_whatever_p1(self, lab, rules: str) -> None:
        """Bit for bit: nobody reads in a step what was written in it."""
        memories = [
            lab.run(
                lab.scenario(rules, organizations(10, 50, **{"practice.socialisation.rate": p1})), 2, 1
            ).state.practices.beliefs
            for p1 in (0.1, 0.9)
        ]
        assert memories[0].any()
        assert np.array_equal(*memories)


class TestOneIssue:
    """By the rules of March's text, one issue only, 500 organizations."""

    @pytest.mark.parametrize(
        ("p1", "p2", "people", "are_right"),
        [(0.1, 0.1, 3, 1.0), (0.5, 0.5, 2, 1.0), (0.9, 0.1, 5, 1.0), (0.3, 0.2, 4, 0.5)],
    )
    def test_memory_wrong_at_the_start(
        self, lab, p1: float, p2: float, people: int, are_right: float
    ) -> None:
        """Each right person persuades the memory (p2) or is persuaded by it (p1), whichever is first.

        A person has not persuaded it by step t with probability h_t, which is 1 for one who was wrong.
        """
        start = {
            "world.issues": 1,
            "practice.socialisation.rate": p1,
            "practice.codification.rate": p2,
            "initial.prior": 1.0,
            "initial.right": are_right,
            "initial.memory": 1.0,
            "initial.memory_right": 0.0,
        }
        scenario = lab.scenario("march1991_text", organizations(500, people, **start))
        seen = {}

        def watch(model) -> bool:
            seen[model.state.step] = lab.memory(model) == 1
            return lab.settled(model)

        end = lab.run(scenario, 3, 300, until=watch).state.step
        assert end < 300
        w = p1 * (1 - p2) / (p1 + p2 - p1 * p2)
        for step in (1, 2, 4, end):
            h = w + (1 - w) * ((1 - p1) * (1 - p2)) ** (step if step < end else math.inf)
            never = (1 - are_right + are_right * h) ** people
            assert abs(lab.z_share(seen[step], 1 - never, of=f"step {step}")) < BOUND

    @pytest.mark.parametrize(("p1", "p2"), [(0.2, 0.5), (0.5, 0.2), (0.9, 0.9)])
    def test_memory_empty_at_the_start(self, lab, p1: float, p2: float) -> None:
        """Right in the end with 1 - (2/3)^n: exactly where one of n people was right at the start."""
        rates = {"practice.socialisation.rate": p1, "practice.codification.rate": p2}
        scenario = lab.scenario("march1991_text", organizations(500, 3, **rates, **{"world.issues": 1}))
        start = lab.run(scenario, 4, 0).state
        model = lab.run(scenario, 4, 600, until=lab.settled)
        assert model.state.step < 600
        somebody = (start.staff.beliefs == start.reality).reshape(500, 3).any(axis=1)
        assert np.array_equal(lab.memory(model) == 1, somebody)
        assert abs(lab.z_share(somebody, 1 - (2 / 3) ** 3)) < BOUND


def test_turbulence_takes_the_same_share_of_knowledge_every_step(lab) -> None:
    """Once everybody agrees, expected knowledge is multiplied by 1 - 2 p4 a step (8 worlds)."""
    agreed = {
        "world.issues": 1024,
        "world.turbulence": 0.05,
        "initial.prior": 1.0,
        "initial.right": 1.0,
        "initial.memory": 1.0,
        "initial.memory_right": 1.0,
    }
    scenario = lab.scenario("march1991", organizations(1, 3, **agreed))
    for steps in (1, 5, 20):
        models = [lab.run(scenario, seed, steps) for seed in range(8)]
        assert all((m.state.staff.beliefs == m.state.practices.beliefs).all() for m in models)
        right = np.array([m.state.practices.beliefs[0] == m.state.reality for m in models])
        assert abs(lab.z_share(right, (1 + 0.9**steps) / 2, of=f"step {steps}")) < BOUND


@pytest.mark.parametrize("rules", ["march1991", "march1991_text"])
def test_where_everybody_leaves_p1_does_not_matter(lab, rules: str) -> None:
    """Bit for bit, at every step: with p3 = 1 nobody stays to use what the memory taught."""

    def memories(p1: float) -> list[np.ndarray]:
        rates = {"roles.staff.turnover": 1.0, "practice.socialisation.rate": p1}
        scenario = lab.scenario(rules, organizations(4, 50, **rates))
        seen = []
        lab.run(scenario, 5, 8, until=lambda m: seen.append(m.state.practices.beliefs.copy()))
        return seen

    slow, fast = memories(0.1), memories(0.9)
    assert len(slow) == 8
    assert np.array_equal(slow, fast)
    assert not np.array_equal(slow[0], slow[-1])


EVERYTHING = {
    "population.practices": 6,
    "world.issues": 70,
    "world.turbulence": 0.02,
    "world.upheaval": 0.02,
    "world.tacit": 0.1,
    "network.rewire": 0.1,
    "network.professional": 1,
    "network.practices": "ring",
    "initial.memory": 0.3,
    "judgement.coverage": 0.8,
    "practice.codification.meetings": 0.5,
    "service.networking.meetings": 0.3,
    "service.reporting.share": 0.5,
    "service.guidance.rate": 0.1,
    "service.training.attendance": 0.2,
    "service.training.curriculum": 0.3,
    "loops.double.staff": 0.1,
    "loops.double.practice": 0.1,
    "loops.double.service": 0.1,
    "forgetting.staff": 0.02,
    "roles.gp.turnover": 0.1,
}


class TestSymmetry:
    """Reversing reality and every belief on an issue changes no distribution."""

    @pytest.mark.parametrize("learning_step", ["direct", "gradual"])
    def test_everything_on_is_mirrored_exactly(self, lab, learning_step: str) -> None:
        """Bit for bit, since no draw but a guess knows plus from minus."""

        def mirrored(population):
            sign = np.where(np.arange(70) % 3 == 0, -1, 1).astype(np.int8)
            population.state.reality *= sign
            for learners in population.state.levels():
                learners.beliefs *= sign
            structure = dataclasses.replace(population.structure, norm=population.structure.norm * sign)
            return dataclasses.replace(population, structure=structure)

        scenario = lab.scenario("learning_practice", {**EVERYTHING, "practice.learning_step": learning_step})
        one = lab.run(scenario, 6, 25)
        other = lab.run(scenario, 6, 25, prepare=mirrored)
        assert lab.measures(one) == lab.measures(other)
        assert not np.array_equal(one.state.reality, other.state.reality)
        for ours, theirs in zip(one.state.levels(), other.state.levels(), strict=True):
            assert np.array_equal(ours.beliefs * one.state.reality, theirs.beliefs * other.state.reality)
            assert np.array_equal(ours.assumptions, theirs.assumptions)

    def test_of_guesses(self, lab) -> None:
        """Where the right answer is plus, no more is known than where it is minus."""
        scenario = lab.scenario("march1991", organizations(100, 50))
        state = lab.run(scenario, 7, 6).state
        known = state.practices.beliefs * state.reality
        plus = state.reality == 1
        assert 5 < plus.sum() < 25
        difference = known[:, plus].mean(axis=1) - known[:, ~plus].mean(axis=1)
        assert abs(lab.z(difference, 0.0)) < BOUND


class TestReflectionAlone:
    """One isolated person a practice meets cases with probability e, misread with probability v."""

    E, V = 0.3, 0.15

    def alone(self, lab, people: int, **more):
        return lab.scenario(
            "march1991_text",
            organizations(
                people,
                1,
                **{
                    "world.issues": 1024,
                    "practice.reflection.rate": self.E,
                    "practice.reflection.noise": self.V,
                    "practice.codification.meetings": 0.0,
                    "practice.socialisation.rate": 0.0,
                    **more,
                },
            ),
        )

    def test_under_a_right_assumption(self, lab) -> None:
        culture = {"world.domains": 1, "initial.assumption_right": 1.0, "initial.shared_culture": 1.0}
        state = lab.run(self.alone(lab, 20, **culture), 8, 60).state
        assert abs(lab.z_share(state.staff.beliefs == state.reality, 1 - self.V)) < BOUND

    def test_under_a_wrong_assumption(self, lab) -> None:
        """Given the norm: right with 1 - v where the norm is right, with v where it is not."""
        culture = {"world.domains": 1, "initial.assumption_right": 0.0, "initial.shared_culture": 1.0}
        scenario = self.alone(lab, 20, **culture, **{"world.overlap": 0.4})
        model = lab.run(scenario, 9, 60)
        state = model.state
        agrees = model.structure.norm == state.reality
        assert abs(lab.z_share(agrees, 0.4, of="the norm is right")) < BOUND
        expected = np.broadcast_to(np.where(agrees, 1 - self.V, self.V), (20, 1024))
        right = state.staff.beliefs == state.reality
        assert abs(lab.z_share(right, expected, of="right")) < BOUND
        for norm, part in (("right", agrees), ("wrong", ~agrees)):
            of = f"right where the norm is {norm}"
            assert abs(lab.z_share(right[:, part], expected[:, part], of=of)) < BOUND

    def test_in_a_turbulent_world(self, lab) -> None:
        """x = (1-e)((1-p4)x + p4(1-x)) + e(1-v); one person in each of 40 worlds."""
        p4 = 0.1
        x = ((1 - self.E) * p4 + self.E * (1 - self.V)) / (1 - (1 - self.E) * (1 - 2 * p4))
        scenario = self.alone(lab, 1, **{"world.turbulence": p4})
        states = [lab.run(scenario, seed, 40).state for seed in range(40)]
        right = np.array([state.staff.beliefs[0] == state.reality for state in states])
        assert abs(lab.z_share(right, x)) < BOUND

    def test_against_forgetting(self, lab) -> None:
        """A view is held with e / (1 - (1-e)(1-f)), and is right as often as a case is read right."""
        f = 0.2
        scenario = self.alone(lab, 20, **{"forgetting.staff": f})
        state = lab.run(scenario, 10, 60).state
        held = state.staff.beliefs != 0
        assert abs(lab.z_share(held, self.E / (1 - (1 - self.E) * (1 - f)), of="held")) < BOUND
        right = (state.staff.beliefs == state.reality)[held]
        assert abs(lab.z_share(right, 1 - self.V, of="right")) < BOUND


OFF = {
    "practice.reflection.noise": 0.0,
    "practice.discussion.rate": 0.0,
    "practice.discussion.meetings": 1.0,
    "practice.codification.rate": 0.0,
    "practice.socialisation.rate": 0.0,
    "service.networking.rate": 0.0,
    "service.guidance.rate": 0.0,
    "service.reporting.rate": 0.0,
    "forgetting.practice": 0.0,
    "world.domains": 0,
    "world.issues": 60,
    "initial.prior": 0.0,
    "initial.memory": 0.0,
    "population.spread": 0.0,
}
"""Nothing moves views or memories but for what a test switches on."""
ONE_EVENT = {
    **OFF,
    "practice.reflection.rate": 1.0,
    "interventions": [{"at": 2, "set": {"practice.reflection.rate": 0.0}}],
}
"""Every case is met at step 1, and none after it."""


def roles(**heads) -> dict:
    """Posts by role; nobody leaves, and everybody speaks."""
    return {name: {"headcount": number, "turnover": 0.0, "voice": 1.0} for name, number in heads.items()}


def drawn(overrides: dict, practices: int, people: dict) -> Scenario:
    whole = Scenario.model_validate({"population": {"practices": practices}, "roles": people})
    return whole.adapted(overrides)


class TestAnalysis:
    """An event met by one person reaches the memory and the team by analysis alone."""

    @pytest.mark.parametrize(
        ("share", "record", "noise", "meetings"), [(0.6, 0.5, 0.2, 0.4), (1.0, 0.9, 0.0, 0.1)]
    )
    def test_of_one_event_the_memory_is_right_by_step_t(
        self, lab, share: float, record: float, noise: float, meetings: float
    ) -> None:
        """P = share * record * (1 - e) * (1 - (1 - m)^(t - 1)): the first meeting that can is in step 2.

        A practice is one observation: its meeting serves all issues.
        """
        events = {
            **ONE_EVENT,
            "practice.reflection.noise": noise,
            "practice.discussion.meetings": meetings,
            "practice.analysis.share": share,
            "practice.analysis.record": record,
        }
        seen = {}

        def watch(model) -> bool:
            right = model.state.practices.beliefs == model.state.reality
            seen[model.state.step] = right.mean(axis=1)
            return False

        lab.run(drawn(events, 400, roles(staff=1)), 21, 8, until=watch)
        assert not seen[1].any()
        for step in (2, 3, 5, 8):
            by_hand = share * record * (1 - noise) * (1 - (1 - meetings) ** (step - 1))
            assert abs(lab.z(seen[step], by_hand, of=f"step {step}")) < BOUND

    @pytest.mark.medium
    @pytest.mark.parametrize(
        ("people", "rate", "by_hand"),
        [(3, 0.5, 0.75), (2, 0.3, 0.3), (4, 0.5, 0.5), (6, 0.6, None), (7, 0.25, None)],
    )
    def test_how_often_one_event_becomes_collective(
        self, lab, people: int, rate: float, by_hand: float | None
    ) -> None:
        """P = P(1 + Bin(n - 1, rate) > n / 2), by what the team holds and by the journal."""
        others = range(people)
        chance = sum(
            math.comb(people - 1, k) * rate**k * (1 - rate) ** (people - 1 - k)
            for k in others
            if 2 * (1 + k) > people
        )
        if by_hand is not None:
            assert chance == pytest.approx(by_hand)
        events = {
            **ONE_EVENT,
            "practice.analysis.share": 1.0,
            "practice.analysis.rate": rate,
            "record.lessons": True,
            "steps": 3,
        }
        finder, rest = roles(finder=1, others=people - 1).items()
        posts = dict([finder, (rest[0], {**rest[1], "experience": 0.0})])
        run = lpsim.simulate(drawn(events, 100, posts), seed=22)
        lessons, number = run.lessons, 100 * 60
        assert len(lessons) == number
        assert set(lessons["raised"]) == {1}
        assert set(lessons["analysed"]) == {2}
        assert set(lessons["collective"].dropna()) == {2}
        collective = lessons["collective"].notna()
        assert run.series["known_by_most"].iloc[-1] == collective.sum() / number
        assert abs(lab.z_share(collective, chance)) < BOUND

    @pytest.mark.parametrize("before", [0, 1, -1])
    def test_two_who_learn_the_opposite_in_one_step_leave_the_agenda_as_it_was(
        self, lab, before: int
    ) -> None:
        """One sees reality, the other through a wrong assumption the norm, which is its opposite."""
        wrong = {"world.domains": 1, "world.overlap": 0.0, "loops.depth": 0.0, "practice.analysis.share": 1.0}
        scenario = drawn({**ONE_EVENT, **wrong}, 20, roles(staff=2))

        def prepare(population):
            state = population.state
            state.staff.assumptions[0::2] = state.right_assumptions
            state.staff.assumptions[1::2] = -state.right_assumptions
            state.agenda[:] = before
            return population

        quiet = scenario.adapted({"practice.discussion.meetings": 1e-12})
        state = lab.run(quiet, 23, 1, prepare=prepare).state
        assert (state.staff.beliefs[0::2] == state.reality).all()
        assert (state.staff.beliefs[1::2] == -state.reality).all()
        assert (state.agenda == before).all()


class TestRevision:
    """Three people and an entry of their practice's memory; nothing else moves either."""

    def after(self, lab, views: list[int], *, rate: float, voice: float, steps: int = 1) -> np.ndarray:
        """Of each practice the share of entries that are gone: a practice is one observation."""
        people = roles(staff=len(views))
        people["staff"]["voice"] = voice
        still = {
            **OFF,
            "practice.reflection.rate": 0.0,
            "practice.revision.rate": rate,
            "initial.memory": 1.0,
        }

        def prepare(population):
            state = population.state
            state.practices.beliefs[:] = 1
            for place, view in enumerate(views):
                state.staff.beliefs[place :: len(views)] = view
            return population

        model = lab.run(drawn(still, 1000, people), 24, steps, prepare=prepare)
        return (model.state.practices.beliefs == 0).mean(axis=1)

    @pytest.mark.parametrize(("voice", "rate"), [(0.5, 1.0), (0.8, 0.3), (0.2, 0.6)])
    def test_two_against_one(self, lab, voice: float, rate: float) -> None:
        """rate * (v^2 + 2v(1-v)^2): both who oppose speak, or one does and the third is silent."""
        by_hand = rate * (voice**2 + 2 * voice * (1 - voice) ** 2)
        assert abs(lab.z(self.after(lab, [-1, -1, 1], rate=rate, voice=voice), by_hand)) < BOUND

    def test_what_all_stand_by_stays(self, lab) -> None:
        assert not self.after(lab, [1, 1, 1], rate=1.0, voice=0.6).any()

    def test_what_all_oppose_goes(self, lab) -> None:
        """P(gone by t) = 1 - (1 - rate)^t."""
        for steps in (1, 4):
            gone = self.after(lab, [-1, -1, -1], rate=0.2, voice=1.0, steps=steps)
            assert abs(lab.z(gone, 1 - 0.8**steps, of=f"step {steps}")) < BOUND


class TestSpecialisation:
    """Posts 4/2/2/7 with experience 1/1/1/.5, everybody at home in one domain of four."""

    MULTIPLIERS = (2.875, 5.75, 5.75, 23 / 7)

    def test_everybody_meets_the_cases_of_the_own_domain_and_of_no_other(self, lab) -> None:
        rate = 0.05
        people = roles(gp=4, nurse=2, direct_care=2, administration=7)
        people["administration"]["experience"] = 0.5
        own = {**OFF, "world.domains": 4, "world.specialisation": 1.0, "practice.reflection.rate": rate}
        model = lab.run(drawn(own, 100, people), 25, 1)
        met = model.state.staff.beliefs != 0
        for role, multiplier in enumerate(self.MULTIPLIERS):
            of_role = met[model.structure.staff_role == role]
            home = model.structure.domain == role
            chance = rate * multiplier * (0.5 if role == 3 else 1.0)
            assert abs(lab.z_share(of_role[:, home], chance, of=f"role {role}")) < BOUND
            assert not of_role[:, ~home].any()
