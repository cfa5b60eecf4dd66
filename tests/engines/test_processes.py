"""Every process of the schedule against tables worked out by hand, at every level that it serves."""

from typing import ClassVar

import numpy as np
import pytest
from worlds import (
    changeover,
    differing,
    everything,
    learning,
    memories,
    perform,
    staff_of,
    vector,
    world,
    written,
)

from lpsim.engines.reference.reform import lessons_stopped
from lpsim.model.draws import Draws, Stream, threshold
from lpsim.model.payoffs import PAYOFFS
from lpsim.model.rates import intensities, lead_thresholds
from lpsim.model.schedule import Level
from lpsim.model.state import WORLD_UID, body_uid, uid
from lpsim.scenario import Scenario

SEED = 7
GPS = {"gp": {}, "nurse": {}}
THREE = (("staff",) * 3,)
FOUR = (("staff",) * 4,)


def service_of(model, tier=0):
    return written(model.state.service[tier].beliefs)


def first(model, level=Level.STAFF):
    return next(iter(model.learners[level]))


def standings(model, level=Level.STAFF):
    return [learner.standing for learner in model.learners[level]]


class TestTurbulence:
    def test_certain_turbulence_reverses_reality_and_nothing_else(self):
        model = world(
            {"world.turbulence": 1.0},
            issues=4,
            domains=2,
            staff=["+0-+"],
            memory=["-+00"],
            reality="+-+-",
            norm="++--",
        )
        before = everything(model)
        changeover(model, "turbulence")
        assert written(model.state.reality) == "-+-+"
        assert written(model.structure.norm) == "++--"
        assert differing(before, everything(model)) == {"reality"}

    def test_without_turbulence_nothing_moves(self):
        model = world(issues=4, domains=2, reality="+-+-")
        before = everything(model)
        changeover(model, "turbulence")
        assert not differing(before, everything(model))

    def test_some_turbulence_reverses_the_issues_drawn(self):
        model = world({"world.turbulence": 0.3}, issues=100)
        changeover(model, "turbulence")
        drawn = Draws(SEED).mask(Stream.TURBULENCE, 1, WORLD_UID, threshold(0.3), 100)
        assert np.array_equal(model.state.reality, np.where(drawn, -1, 1))
        assert 0 < drawn.sum() < 100

    def test_upheaval_reverses_half_the_issues_of_the_domains_that_it_strikes(self):
        model = world({"world.upheaval": 0.5}, issues=80, domains=8)
        changeover(model, "turbulence")
        struck = Draws(SEED).mask(Stream.TURBULENCE_UPHEAVAL, 1, WORLD_UID, 2**63, 8)
        half = Draws(SEED).mask(Stream.TURBULENCE_UPHEAVAL_ISSUE, 1, WORLD_UID, 2**63, 80)
        assert 0 < struck.sum() < 8
        assert np.array_equal(model.state.right_assumptions, np.where(struck, -1, 1))
        expected = [-1 if struck[d // 10] and half[d] else 1 for d in range(80)]
        assert model.state.reality.tolist() == expected

    def test_an_issue_struck_by_both_is_as_it_was(self):
        model = world({"world.turbulence": 1.0, "world.upheaval": 1.0}, issues=64, domains=4)
        changeover(model, "turbulence")
        half = Draws(SEED).mask(Stream.TURBULENCE_UPHEAVAL_ISSUE, 1, WORLD_UID, 2**63, 64)
        assert np.array_equal(model.state.reality, np.where(half, 1, -1))
        assert written(model.state.right_assumptions) == "----"

    def test_upheaval_needs_domains(self):
        model = world({"world.upheaval": 1.0}, issues=4)
        changeover(model, "turbulence")
        assert written(model.state.reality) == "++++"


class TestTurnover:
    def test_posts_fall_vacant_by_the_turnover_of_their_role(self):
        model = world(
            {"turnover.prior": 1.0, "initial.right": 1.0},
            issues=3,
            teams=(("gp", "nurse"),),
            roles={"gp": {"turnover": 1.0}, "nurse": {"turnover": 0.0}},
            staff=["000", "0-0"],
        )
        model.state.tenure[:] = [5, 8]
        changeover(model, "turnover")
        assert staff_of(model) == ["+++", "0-0"]
        assert model.state.tenure.tolist() == [0, 9]

    @pytest.mark.parametrize(
        ("prior", "right", "expected"),
        [(1.0, 1.0, "+-+"), (1.0, 0.0, "-+-"), (0.0, 1.0, "000")],
    )
    def test_a_novice_holds_views_against_todays_reality(self, prior, right, expected):
        model = world(
            {"turnover.prior": prior, "initial.right": right, "world.turbulence": 1.0},
            issues=3,
            roles={"staff": {"turnover": 1.0}},
            staff=["0+0"],
            reality="-+-",
        )
        changeover(model, "turbulence")
        changeover(model, "turnover")
        assert staff_of(model) == [expected]

    @pytest.mark.parametrize(("right", "expected"), [(1.0, "+-"), (0.0, "-+")])
    def test_a_novices_assumptions_are_drawn_whatever_the_culture(self, right, expected):
        model = world(
            {"initial.assumption_right": right},
            issues=2,
            domains=2,
            roles={"staff": {"turnover": 1.0}},
            right="+-",
            staff_assumptions=["++"],
            assumptions=["--"],
        )
        changeover(model, "turnover")
        assert written(model.state.staff.assumptions) == [expected]
        assert written(model.state.practices.assumptions) == ["--"]

    def test_the_curriculum_replaces_views_by_guidance_where_there_is_any(self):
        model = world(
            {"turnover.prior": 1.0, "initial.right": 1.0, "service.training.curriculum": 1.0},
            issues=4,
            roles={"staff": {"turnover": 1.0}},
            guidance=["-0+-"],
        )
        changeover(model, "turnover")
        assert staff_of(model) == ["-++-"]

    def test_the_curriculum_is_the_top_tiers_not_the_one_between(self):
        model = world(
            {"turnover.prior": 0.0, "service.training.curriculum": 1.0},
            issues=3,
            roles={"staff": {"turnover": 1.0}},
            bodies=(2, 1),
            guidance=["---", "---", "+0+"],
        )
        changeover(model, "turnover")
        assert staff_of(model) == ["+0+"]

    def test_the_curriculum_is_of_before_guidance_was_forgotten(self):
        model = world(
            {
                "turnover.prior": 0.0,
                "service.training.curriculum": 1.0,
                "forgetting.service": 1.0,
            },
            issues=3,
            roles={"staff": {"turnover": 1.0}},
            guidance=["+0-"],
            step=0,
        )
        model.step()
        assert staff_of(model) == ["+0-"]
        assert service_of(model) == ["000"]

    def test_experienced_newcomers_copy_each_others_posts_as_they_were(self):
        model = world(
            {"turnover.experienced": 1.0},
            issues=3,
            domains=3,
            teams=(("gp",), ("gp",)),
            roles={"gp": {"turnover": 1.0}},
            staff=["+0-", "-+0"],
            staff_assumptions=["+-+", "--+"],
        )
        changeover(model, "turnover")
        assert staff_of(model) == ["-+0", "+0-"]
        assert written(model.state.staff.assumptions) == ["--+", "+-+"]
        assert model.state.tenure.tolist() == [0, 0]

    def test_the_original_stays(self):
        model = world(
            {
                "turnover.experienced": 1.0,
                "kinds": [{"name": "leaving", "share": 0.5, "set": {"roles.gp.turnover": 1.0}}],
            },
            issues=3,
            teams=(("gp",), ("gp",)),
            roles={"gp": {"turnover": 0.0}},
            staff=["+0-", "-+0"],
            kinds=[0, 1],
        )
        changeover(model, "turnover")
        assert staff_of(model) == ["+0-", "+0-"]
        assert model.state.tenure.tolist() == [1, 0]

    def test_experience_is_of_the_same_role_and_chosen_among_the_others(self):
        teams = (("gp", "gp", "nurse"), ("gp", "nurse"))
        staff = ["+000", "0+00", "00-0", "000+", "0-00"]
        model = world(
            {"turnover.experienced": 1.0},
            issues=4,
            teams=teams,
            roles={"gp": {"turnover": 1.0}, "nurse": {"turnover": 1.0}},
            staff=staff,
        )
        changeover(model, "turnover")
        gps, expected = [0, 1, 3], list(staff)
        for place, row in enumerate(gps):
            others = [gp for gp in gps if gp != row]
            word = Draws(SEED).word(Stream.TURNOVER_ORIGIN, 1, uid(0, row // 3, 0, place % 2))
            expected[row] = staff[others[word * 2 >> 64]]
        expected[2], expected[4] = staff[4], staff[2]
        assert staff_of(model) == expected

    def test_the_only_post_of_a_role_is_filled_by_a_novice(self):
        model = world(
            {"turnover.experienced": 1.0, "turnover.prior": 1.0, "initial.right": 1.0},
            issues=3,
            teams=(("gp", "nurse"), ("gp",)),
            roles={"gp": {"turnover": 0.0}, "nurse": {"turnover": 1.0}},
            staff=["---", "000", "---"],
        )
        changeover(model, "turnover")
        assert staff_of(model) == ["---", "+++", "---"]

    def test_newcomers_take_part_in_the_step_in_which_they_come(self):
        model = world(
            {"turnover.prior": 0.0, "practice.socialisation.rate": 1.0},
            issues=3,
            roles={"staff": {"turnover": 1.0}},
            staff=["---"],
            memory=["+0+"],
            step=0,
        )
        model.step()
        assert staff_of(model) == ["+0+"]


class TestForgetting:
    WORLD: ClassVar = {
        "issues": 3,
        "domains": 1,
        "bodies": (1, 1),
        "staff": ["+-+"],
        "memory": ["-+-"],
        "guidance": ["++-", "-++"],
        "staff_assumptions": ["-"],
        "assumptions": ["-"],
        "service_assumptions": ["-", "-"],
    }

    @pytest.mark.parametrize(
        ("level", "expected"),
        [
            ("staff", ["000", "-+-", "++-", "-++"]),
            ("practice", ["+-+", "000", "++-", "-++"]),
            ("service", ["+-+", "-+-", "000", "000"]),
        ],
    )
    def test_each_level_forgets_at_its_own_rate_and_never_an_assumption(self, level, expected):
        model = world({f"forgetting.{level}": 1.0}, **self.WORLD)
        changeover(model, "forgetting")
        found = [*staff_of(model), *memories(model), *service_of(model), *service_of(model, 1)]
        assert found == expected
        assert all((x.assumptions == -1).all() for x in model.state.levels())

    def test_without_forgetting_everything_stays(self):
        model = world(**self.WORLD)
        before = everything(model)
        changeover(model, "forgetting")
        assert not differing(before, everything(model))

    def test_at_a_rate_between_the_entries_drawn_are_lost(self):
        model = world({"forgetting.practice": 0.4}, issues=90, memory=["+" * 90])
        changeover(model, "forgetting")
        lost = Draws(SEED).mask(Stream.FORGETTING, 1, uid(Level.PRACTICE, 0), threshold(0.4), 90)
        assert np.array_equal(model.state.practices.beliefs[0], np.where(lost, 0, 1))
        assert 0 < lost.sum() < 90


class TestActing:
    # belief +++-0+ -+++-0 000000 ++++++ against +: right 4, 3, 0, 6; wrong 1, 2, 0, 0. On the landscape each
    # issue counts 0, 1, 10 or 100, as it and the one after it are 00, 01, 10 or 11:
    # 100 + 100 + 10 + 0 + 1 + 100, then 1 + 100 + 100 + 10 + 0 + 0.
    EVERY_PAYOFF: ClassVar = {
        "score": [3, 1, 0, 6],
        "matches": [4, 3, 0, 6],
        "bundles": [3, 0, 0, 6],
        "nk": [311, 211, 0, 600],
    }
    LANDSCAPE: ClassVar = ([[1], [2], [3], [4], [5], [0]], [[0, 1, 10, 100]] * 6, 600)

    @pytest.mark.parametrize("payoff", PAYOFFS)
    def test_every_payoff(self, payoff):
        model = world(
            {"judgement.payoff": payoff, "world.bundle": 3, **({"world.nk.k": 1} if payoff == "nk" else {})},
            issues=6,
            teams=FOUR,
            staff=["+++-0+", "-+++-0", "000000", "++++++"],
            landscape=self.LANDSCAPE if payoff == "nk" else None,
        )
        learning(model)
        assert model.state.performance.tolist() == standings(model) == self.EVERY_PAYOFF[payoff]

    # Audited: 1, 1, 0, 1, 1, 1. Right among them: 3, 5; wrong: 1, 0; the first bundle is open.
    AUDITED: ClassVar = {"score": [2, 5], "matches": [3, 5], "bundles": [0, 3]}

    @pytest.mark.parametrize("payoff", [name for name in PAYOFFS if name != "nk"])  # where all are audited
    def test_only_audited_issues_count_and_a_bundle_only_if_audited_whole(self, payoff):
        model = world(
            {"judgement.payoff": payoff, "world.bundle": 3},
            issues=6,
            teams=(("staff",) * 2,),
            staff=["++--0+", "++-+++"],
        )
        learning(model, audited="++0+++")
        assert standings(model) == self.AUDITED[payoff]

    @pytest.mark.parametrize(("coverage", "audited"), [(0.0, 0), (1.0, 5)])
    def test_coverage(self, coverage, audited):
        model = world({"judgement.coverage": coverage}, issues=5, staff=["+++++"])
        learning(model)
        assert model.state.audited == audited
        assert standings(model) == [audited]

    def test_the_audit_is_one_draw_per_issue_for_the_whole_service(self):
        model = world({"judgement.coverage": 0.4}, issues=70)
        learning(model)
        drawn = Draws(SEED).mask(Stream.ACTING_AUDIT, 1, WORLD_UID, threshold(0.4), 70)
        assert np.array_equal(model.audited, drawn)
        assert model.state.audited == drawn.sum()

    # Domains: issues 0, 1 and 2, 3. Wrong in the first, the practice judges by --++.
    JUDGED: ClassVar = {
        "issues": 4,
        "domains": 2,
        "reality": "++++",
        "norm": "--+-",
        "right": "+-",
        "assumptions": ["--"],
        "staff_assumptions": ["+-"],
        "staff": ["--+0"],
    }

    @pytest.mark.parametrize(("standard", "expected"), [("own", 3), ("reality", -1)])
    def test_success_is_what_looks_right_to_the_judge(self, standard, expected):
        model = world({"judgement.standard": standard}, **self.JUDGED)
        learning(model)
        assert standings(model) == [expected]

    @pytest.mark.parametrize("standard", ["own", "reality"])
    def test_without_domains_both_standards_are_reality(self, standard):
        model = world({"judgement.standard": standard}, issues=4, staff=["--+0"], memory=["+++0"])
        learning(model)
        assert standings(model) == [-1]
        assert standings(model, Level.PRACTICE) == [3]

    @pytest.mark.parametrize(
        ("standard", "expected"),
        [
            # Own: the practice judges by -, the lower body by +, the top by -.
            ("own", {"person": -2, "practice": (-1, 1), "lower": (3, -3), "top": (3, 3)}),
            ("reality", {"person": 2, "practice": (1, 1), "lower": (3, 3), "top": (-3, -3)}),
        ],
    )
    def test_who_judges_whom(self, standard, expected):
        model = world(
            {"judgement.standard": standard},
            issues=3,
            domains=1,
            bodies=(1, 1),
            staff=["++0"],
            memory=["++-"],
            guidance=["+++", "---"],
            staff_assumptions=["+"],
            assumptions=["-"],
            service_assumptions=["+", "-"],
        )
        learning(model)
        lower, top = model.learners[Level.SERVICE]
        practice = first(model, Level.PRACTICE)
        found = {
            "person": first(model).standing,
            "practice": (practice.performance, practice.standing),
            "lower": (lower.performance, lower.standing),
            "top": (top.performance, top.standing),
        }
        assert found == expected

    def test_who_abstains_does_nothing_without_a_view(self):
        model = world({"judgement.doubt": "abstain"}, issues=4, staff=["+00-"])
        learning(model)
        assert written(first(model).actions) == "+00-"

    def test_who_guesses_flips_one_coin_for_performance_and_votes_alike(self):
        model = world(
            {"judgement.doubt": "guess", "practice.codification.rate": 1.0},
            issues=70,
            teams=(("staff",) * 5,),
            staff=["+" * 20 + "-" * 10 + "0" * 40] * 5,
        )
        model.state.practices.beliefs[0] = -1
        learning(model, "codification")
        votes = np.zeros(70, dtype=int)
        for number, person in enumerate(model.learners[Level.STAFF]):
            coins = Draws(SEED).signs(Stream.ACTING_GUESS, 1, uid(0, 0, 0, number), 70)
            acts = [1] * 20 + [-1] * 10 + coins[30:].tolist()
            assert person.actions.tolist() == acts
            assert person.standing == sum(acts)
            votes += acts
        assert not (votes == 0).any()  # an odd number of votes on every issue
        assert np.array_equal(model.state.practices.beliefs[0], np.sign(votes))

    def test_memories_and_guidance_never_guess(self):
        model = world({"judgement.doubt": "guess"}, issues=40, memory=["+" + "0" * 39])
        learning(model)
        assert standings(model, Level.PRACTICE) == [1]
        assert standings(model, Level.SERVICE) == [0]

    def test_people_speak_by_the_voice_of_their_role(self):
        model = world(
            issues=1,
            teams=(("gp", "nurse"),),
            roles={"gp": {"voice": 1.0}, "nurse": {"voice": 0.0}},
        )
        learning(model)
        assert [person.speaks for person in model.learners[Level.STAFF]] == [True, False]

    def test_acting_changes_nothing_but_performance(self):
        model = world(issues=4, domains=2, staff=["+-0+"], memory=["+0-0"], guidance=["000+"])
        before = everything(model)
        learning(model)
        assert differing(before, everything(model)) == {"performance", "audited"}


class TestReflection:
    # The person is wrong about the first domain, so the norm is what is seen there.
    SEEN: ClassVar = {
        "issues": 6,
        "domains": 2,
        "reality": "++-++-",
        "norm": "-+++--",
        "right": "+-",
        "staff_assumptions": ["--"],
        "assumptions": ["+-"],
    }

    @pytest.mark.parametrize(
        ("rate", "noise", "expected"),
        [(1.0, 0.0, "-++++-"), (1.0, 1.0, "+----+"), (0.0, 0.0, "0-0+00")],
    )
    def test_what_a_person_sees_through_the_own_assumptions(self, rate, noise, expected):
        model = world(
            {"practice.reflection.rate": rate, "practice.reflection.noise": noise},
            staff=["0-0+00"],
            **self.SEEN,
        )
        learning(model, "reflection")
        assert staff_of(model) == [expected]

    def test_without_domains_reality_is_seen(self):
        model = world({"practice.reflection.rate": 1.0}, issues=3, reality="-+-")
        learning(model, "reflection")
        assert staff_of(model) == ["-+-"]

    def test_it_happens_outside_any_audit(self):
        model = world({"practice.reflection.rate": 1.0}, issues=3)
        learning(model, "reflection", audited="000")
        assert staff_of(model) == ["+++"]

    def test_roles_meet_more_or_fewer_cases(self):
        model = world(
            {"practice.reflection.rate": 0.5},
            issues=40,
            teams=(("gp", "nurse"),),
            roles={"gp": {"experience": 2.0}, "nurse": {"experience": 0.0}},
        )
        learning(model, "reflection")
        assert staff_of(model) == ["+" * 40, "0" * 40]

    def test_case_and_noise_are_drawn_per_issue(self):
        model = world({"practice.reflection.rate": 0.5, "practice.reflection.noise": 0.3}, issues=90)
        learning(model, "reflection")
        cases = Draws(SEED).mask(Stream.REFLECTION, 1, 0, threshold(0.5), 90)
        noise = Draws(SEED).mask(Stream.REFLECTION_NOISE, 1, 0, threshold(0.3), 90)
        expected = np.where(cases, np.where(noise, -1, 1), 0)
        assert np.array_equal(model.state.staff.beliefs[0], expected)

    def test_gradual_learners_move_one_step(self):
        model = world(
            {"practice.reflection.rate": 1.0, "practice.learning_step": "gradual"},
            issues=6,
            staff=["-0+-0+"],
            reality="+++---",
        )
        learning(model, "reflection")
        assert staff_of(model) == ["0++--0"]


class TestDiscussion:
    def test_the_majority_of_superiors_among_those_with_a_view(self):
        model = world(
            {"practice.discussion.rate": 1.0},
            issues=6,
            teams=FOUR,
            staff=["--0000", "0++0-0", "0-++0+", "+-0+++"],
        )
        learning(model, "discussion")
        assert standings(model) == [-2, 1, 2, 3]
        # The first hears all three: +, then + - -, + + 0, 0 + +, - 0 +, 0 + +.
        # The second hears the last two, the third only the last; nobody is above the last.
        assert staff_of(model) == ["+-++0+", "+-++++", "+-++++", "+-0+++"]

    def test_best_is_the_lowest_uid_on_a_tie_and_counts_even_without_a_view(self):
        model = world(
            {"practice.discussion.rate": 1.0, "practice.discussion.rule": "best"},
            issues=4,
            teams=FOUR,
            # standings -1, 2, 2, 1: the second and third are best; the second speaks for both
            staff=["--+0", "++00", "00++", "+000"],
        )
        learning(model, "discussion")
        assert standings(model) == [-1, 2, 2, 1]
        assert staff_of(model) == ["+++0", "++00", "00++", "++00"]

    def test_majority_is_that_of_all_peers_superior_or_not_but_not_oneself(self):
        model = world(
            {"practice.discussion.rate": 1.0, "practice.discussion.rule": "majority"},
            issues=4,
            teams=FOUR,
            staff=["++++", "-0--", "-0+0", "--00"],
        )
        learning(model, "discussion")
        # 1 hears ---, 00-, -+0, -00; 2 hears +--, +0-, ++0, +00; 3 hears +--, +0-, +-0, +-0;
        # 4 hears +--, +00, +-+, +-0. A tie changes nothing.
        assert staff_of(model) == ["--+-", "-0++", "-0+0", "-++0"]

    def test_nobody_superior_nothing_heard(self):
        model = world({"practice.discussion.rate": 1.0}, issues=2, teams=THREE, staff=["+0", "0+", "+0"])
        learning(model, "discussion")
        assert staff_of(model) == ["+0", "0+", "+0"]

    @pytest.mark.parametrize("rule", ["superiors", "best", "majority"])
    @pytest.mark.parametrize(
        "silence",
        [
            {"practice.discussion.meetings": 0.0},
            {"roles.staff.voice": 0.0},
            {"practice.discussion.rate": 0.0},
            {"roles.staff.discussion": 0.0},
        ],
    )
    def test_without_a_meeting_a_voice_or_a_rate_nothing_is_learned(self, rule, silence):
        staff = ["0-", "++", "+0"]
        setting = {"practice.discussion.rate": 1.0, "practice.discussion.rule": rule, **silence}
        model = world(setting, issues=2, domains=2, teams=THREE, staff=staff)
        model.state.staff.assumptions[0] = -1
        before = everything(model)
        learning(model, "discussion")
        assert differing(before, everything(model)) <= {"performance", "audited"}

    def test_who_has_no_peers_hears_nobody(self):
        model = world(
            {"practice.discussion.rate": 1.0, "practice.discussion.rule": "majority"},
            issues=2,
            teams=THREE,
            staff=["00", "++", "--"],
            staff_ties=[(1, 2)],
        )
        learning(model, "discussion")
        assert staff_of(model) == ["00", "--", "++"]

    def test_only_those_who_speak_count(self):
        model = world(
            {"practice.discussion.rate": 1.0},
            issues=3,
            teams=(("gp", "gp", "nurse"),),
            roles={"gp": {"voice": 1.0}, "nurse": {"voice": 0.0}},
            staff=["000", "+00", "+++"],
        )
        learning(model, "discussion")
        assert staff_of(model) == ["+00", "+00", "+++"]

    def test_a_peer_elsewhere_is_heard_although_that_practice_does_not_meet(self):
        model = world(
            {
                "practice.discussion.rate": 1.0,
                "kinds": [{"name": "quiet", "share": 0.5, "set": {"practice.discussion.meetings": 0.0}}],
            },
            issues=3,
            teams=(("staff",), ("staff", "staff")),
            staff=["000", "++0", "+++"],
            staff_ties=[(0, 1), (1, 2)],
            kinds=[0, 1],
        )
        learning(model, "discussion")
        assert staff_of(model) == ["++0", "++0", "+++"]

    def test_people_of_different_practices_are_compared_by_their_own_practices_numbers(self):
        # The second practice judges by the norm: its wrong person looks as good as can be.
        model = world(
            {"practice.discussion.rate": 1.0},
            issues=3,
            domains=1,
            teams=(("staff",), ("staff",)),
            staff=["++0", "---"],
            assumptions=["+", "-"],
            staff_ties=[(0, 1)],
        )
        learning(model, "discussion")
        assert standings(model) == [2, 3]
        assert staff_of(model) == ["---", "---"]

    def test_a_guess_persuades_nobody(self):
        model = world(
            {
                "practice.discussion.rate": 1.0,
                "practice.discussion.rule": "majority",
                "judgement.doubt": "guess",
            },
            issues=4,
            teams=THREE,
            staff=["0000", "+000", "+-00"],
        )
        learning(model, "discussion")
        assert staff_of(model) == ["+-00", "+-00", "+-00"]

    def test_what_cannot_be_written_travels_between_people(self):
        model = world(
            {"practice.discussion.rate": 1.0},
            issues=2,
            teams=(("staff",) * 2,),
            staff=["00", "++"],
            tacit="++",
        )
        learning(model, "discussion")
        assert staff_of(model) == ["++", "++"]

    @pytest.mark.parametrize(("depth", "first_person"), [(1.0, "-++"), (0.0, "++-")])
    def test_assumptions_travel_from_the_same_peers_at_their_depth(self, depth, first_person):
        model = world(
            {"practice.discussion.rate": 1.0, "loops.depth": depth},
            issues=3,
            domains=3,
            teams=FOUR,
            staff=["000", "+++", "++0", "---"],  # the last is not superior to anybody
            staff_assumptions=["++-", "-++", "--+", "+--"],
        )
        learning(model, "discussion")
        # The first hears the second and third: --, +-, ++.
        assert written(model.state.staff.assumptions)[0] == first_person
        assert written(model.state.staff.assumptions)[1] == "-++"

    def test_gradual(self):
        model = world(
            {"practice.discussion.rate": 1.0, "practice.learning_step": "gradual"},
            issues=4,
            teams=(("staff",) * 2,),
            staff=["-0+0", "++++"],
        )
        learning(model, "discussion")
        assert staff_of(model) == ["0+++", "++++"]

    def test_roles_differ_in_how_readily_they_listen(self):
        model = world(
            {"practice.discussion.rate": 0.5},
            issues=50,
            teams=(("gp", "nurse", "nurse"),),
            roles={"gp": {"discussion": 2.0}, "nurse": {"discussion": 0.0}},
            staff=["0" * 50, "0" * 50, "+" * 50],
        )
        learning(model, "discussion")
        assert staff_of(model) == ["+" * 50, "0" * 50, "+" * 50]


class TestNetworking:
    THREE_PRACTICES: ClassVar = (("staff",),) * 3
    ALL: ClassVar = ((0, 1), (0, 2), (1, 2))

    def of(self, overrides, memory, **more):
        more = {"teams": self.THREE_PRACTICES, "practice_ties": self.ALL, **more}
        setting = {"service.networking.rate": 1.0, **overrides}
        return world(setting, issues=len(memory[0]), memory=memory, **more)

    @pytest.mark.parametrize(
        ("rule", "memory", "expected"),
        [
            # Standings -2, 2, 3: the first hears 00, +0, ++, 0+; the second hears the third.
            ("superiors", ["-0-0", "0++0", "0+++"], ["-+++", "0+++", "0+++"]),
            # The lowest uid on a tie; where it has no view nothing is taken.
            ("best", ["-00-", "++00", "00++"], ["++0-", "++00", "00++"]),
            # 1 hears +0, ++, 0+, ++; 2 hears -0, 0+, -+, 0+; 3 hears -+, 0+, -0, 0+.
            ("majority", ["-0-0", "++0+", "0+++"], ["++++", "-+0+", "0+-+"]),
        ],
    )
    def test_the_rules_of_discussion_a_level_up(self, rule, memory, expected):
        model = self.of({"service.networking.rule": rule}, memory)
        learning(model, "networking")
        assert memories(model) == expected

    @pytest.mark.parametrize(
        "silence", [{"service.networking.meetings": 0.0}, {"service.networking.rate": 0.0}]
    )
    def test_without_an_occasion_or_a_rate_nothing_is_learned(self, silence):
        model = self.of(silence, ["000", "++0", "+++"])
        learning(model, "networking")
        assert memories(model) == ["000", "++0", "+++"]

    def test_without_ties_nothing_is_learned(self):
        model = self.of({}, ["000", "++0", "+++"], practice_ties=())
        learning(model, "networking")
        assert memories(model) == ["000", "++0", "+++"]

    def test_a_practice_is_heard_whether_or_not_it_takes_part_speaks_or_reports(self):
        away = {"service.networking.meetings": 0.0, "service.reporting.share": 0.0}
        model = self.of(
            {"kinds": [{"name": "away", "share": 0.3, "set": away}]},
            ["000", "++0", "+++"],
            practice_ties=((0, 1), (1, 2)),
            kinds=[0, 1, 0],
        )
        learning(model, "networking")
        assert memories(model) == ["++0", "++0", "+++"]

    def test_what_is_tacit_is_not_written_down(self):
        model = self.of({}, ["000", "+++", "000"], tacit="0+0")
        learning(model, "networking")
        assert memories(model) == ["+0+", "+++", "+0+"]

    def test_the_body_above_compares_and_not_the_practices_themselves(self):
        # To its own eyes the second is perfect; to the body it is worst.
        model = self.of(
            {},
            ["+00", "---", "000"],
            domains=1,
            assumptions=["+", "-", "-"],
            service_assumptions=["+"],
        )
        learning(model, "networking")
        assert standings(model, Level.PRACTICE) == [1, -3, 0]
        assert memories(model) == ["+00", "+--", "+00"]

    @pytest.mark.parametrize(("depth", "expected"), [(1.0, "-+"), (0.0, "+-")])
    def test_assumptions_travel_at_their_depth(self, depth, expected):
        model = self.of(
            {"loops.depth": depth, "judgement.standard": "reality"},
            ["00", "++", "+0"],
            domains=2,
            assumptions=["+-", "-+", "-+"],
        )
        learning(model, "networking")
        assert written(model.state.practices.assumptions)[0] == expected

    def test_memories_take_values_directly_even_where_people_move_gradually(self):
        model = self.of({"practice.learning_step": "gradual"}, ["---", "+0+", "000"])
        learning(model, "networking")
        assert memories(model)[0] == "+-+"


class TestSocialisation:
    @pytest.mark.parametrize(
        ("rate", "step", "expected"),
        [
            (1.0, "direct", "+-+-0"),
            (1.0, "gradual", "00+-0"),
            (0.0, "direct", "-++-0"),
        ],
    )
    def test_people_take_over_what_the_memory_says(self, rate, step, expected):
        model = world(
            {"practice.socialisation.rate": rate, "practice.learning_step": step},
            issues=5,
            staff=["-++-0"],
            memory=["+-+00"],
        )
        learning(model, "socialisation")
        assert staff_of(model) == [expected]

    def test_each_from_the_own_practice(self):
        model = world(
            {"practice.socialisation.rate": 1.0},
            issues=2,
            teams=(("staff",), ("staff",) * 2),
            memory=["+0", "0-"],
        )
        learning(model, "socialisation")
        assert staff_of(model) == ["+0", "0-", "0-"]

    def test_roles_are_slow_and_fast_learners(self):
        model = world(
            {"practice.socialisation.rate": 0.5},
            issues=40,
            teams=(("gp", "nurse"),),
            roles={"gp": {"socialisation": 2.0}, "nurse": {"socialisation": 0.0}},
            memory=["+" * 40],
        )
        learning(model, "socialisation")
        assert staff_of(model) == ["+" * 40, "0" * 40]

    @pytest.mark.parametrize(("depth", "expected"), [(1.0, "-+"), (0.0, "+-")])
    def test_assumptions_travel_at_their_depth(self, depth, expected):
        model = world(
            {"practice.socialisation.rate": 1.0, "loops.depth": depth},
            issues=2,
            domains=2,
            staff_assumptions=["+-"],
            assumptions=["-+"],
        )
        learning(model, "socialisation")
        assert written(model.state.staff.assumptions) == [expected]

    def test_issues_and_domains_are_drawn_at_their_own_rates_in_streams_of_their_own(self):
        model = world(
            {"practice.socialisation.rate": 0.6, "loops.depth": 0.5},
            issues=90,
            domains=90,
            memory=["+" * 90],
            assumptions=["-" * 90],
        )
        learning(model, "socialisation")
        issues = Draws(SEED).mask(Stream.SOCIALISATION, 1, 0, threshold(0.6), 90)
        domains = Draws(SEED).mask(Stream.SOCIALISATION_ASSUMPTION, 1, 0, threshold(0.3), 90)
        assert np.array_equal(model.state.staff.beliefs[0], np.where(issues, 1, 0))
        assert np.array_equal(model.state.staff.assumptions[0], np.where(domains, -1, 1))


class TestGuidance:
    TWO_TIERS: ClassVar = {
        "issues": 4,
        "domains": 1,
        "teams": (("staff",),) * 2,
        "bodies": (2, 1),
        "memory": ["0-0+", "0000"],
        "guidance": ["++00", "0-0-", "-0+0"],
        "assumptions": ["+", "+"],
        "service_assumptions": ["-", "+", "-"],
        "staff": ["----", "----"],
    }

    def test_practices_learn_from_their_body_and_bodies_from_the_one_above(self):
        model = world({"service.guidance.rate": 1.0}, **self.TWO_TIERS)
        learning(model, "guidance")
        assert memories(model) == ["++0+", "0-0-"]
        assert service_of(model) == ["-++0", "--+-"]
        assert service_of(model, 1) == ["-0+0"]
        assert staff_of(model) == ["----", "----"]
        assert written(model.state.practices.assumptions) == ["-", "+"]
        assert written(model.state.service[0].assumptions) == ["-", "-"]

    def test_assumptions_travel_at_their_depth(self):
        model = world({"service.guidance.rate": 1.0, "loops.depth": 0.0}, **self.TWO_TIERS)
        learning(model, "guidance")
        assert memories(model) == ["++0+", "0-0-"]
        assert written(model.state.practices.assumptions) == ["+", "+"]
        assert written(model.state.service[0].assumptions) == ["-", "+"]

    def test_without_a_rate_nothing_is_learned(self):
        model = world(**self.TWO_TIERS)
        before = everything(model)
        learning(model, "guidance")
        assert differing(before, everything(model)) <= {"performance", "audited"}

    def test_what_is_tacit_is_not_written_down(self):
        model = world({"service.guidance.rate": 1.0}, tacit="+0+0", **self.TWO_TIERS)
        learning(model, "guidance")
        assert memories(model) == ["0+0+", "0-0-"]
        assert service_of(model) == ["++00", "0-0-"]

    def test_memories_take_values_directly_even_where_people_move_gradually(self):
        setting = {"service.guidance.rate": 1.0, "practice.learning_step": "gradual"}
        model = world(setting, **self.TWO_TIERS)
        learning(model, "guidance")
        assert memories(model)[0] == "++0+"

    def test_issues_are_drawn_by_body(self):
        model = world({"service.guidance.rate": 0.4}, issues=90, bodies=(1, 1), guidance=["+" * 90, "-" * 90])
        learning(model, "guidance")
        draws, limit = Draws(SEED), threshold(0.4)
        below = draws.mask(Stream.GUIDANCE, 1, uid(Level.PRACTICE, 0), limit, 90)
        between = draws.mask(Stream.GUIDANCE, 1, body_uid(0, 0), limit, 90)
        assert np.array_equal(model.state.practices.beliefs[0], np.where(below, 1, 0))
        assert np.array_equal(model.state.service[0].beliefs[0], np.where(between, -1, 1))


class TestTraining:
    COURSE: ClassVar = {
        "issues": 4,
        "domains": 2,
        "bodies": (1, 1),
        "guidance": ["----", "+0+-"],
        "service_assumptions": ["++", "-+"],
        "staff": ["--+0"],
        "staff_assumptions": ["++"],
        "memory": ["----"],
    }

    @pytest.mark.parametrize(
        ("setting", "beliefs", "assumptions"),
        [
            ({}, "+-+-", "-+"),
            ({"loops.depth": 0.0}, "+-+-", "++"),
            ({"service.training.attendance": 0.0}, "--+0", "++"),
            ({"service.training.uptake": 0.0}, "--+0", "++"),
            ({"practice.learning_step": "gradual"}, "0-+-", "-+"),
        ],
    )
    def test_who_attends_takes_up_the_top_tiers_guidance(self, setting, beliefs, assumptions):
        model = world({"service.training.uptake": 1.0, **setting}, **self.COURSE)
        learning(model, "training")
        assert staff_of(model) == [beliefs]
        assert written(model.state.staff.assumptions) == [assumptions]

    def test_attendance_is_one_draw_per_person(self):
        model = world(
            {"service.training.attendance": 0.5, "service.training.uptake": 1.0},
            issues=5,
            domains=1,
            teams=(("staff",) * 30,),
            guidance=["+++++"],
            service_assumptions=["-"],
        )
        learning(model, "training")
        limit = threshold(0.5)
        attends = [Draws(SEED).occurs(Stream.TRAINING_ATTENDANCE, 1, i, limit) for i in range(30)]
        assert staff_of(model) == ["+++++" if there else "00000" for there in attends]
        expected = ["-" if there else "+" for there in attends]
        assert written(model.state.staff.assumptions) == expected
        assert 0 < sum(attends) < 30

    def test_one_course_for_people_of_all_practices_and_roles(self):
        model = world(
            {"service.training.uptake": 1.0},
            issues=2,
            teams=(("gp", "nurse"), ("gp",)),
            roles=GPS,
            guidance=["+-"],
        )
        learning(model, "training")
        assert staff_of(model) == ["+-"] * 3


class TestCodification:
    def test_the_majority_of_those_who_do_better_than_the_memory(self):
        model = world(
            {"practice.codification.rate": 1.0},
            issues=6,
            teams=(("staff",) * 5,),
            staff=["++00-+", "+-+++0", "+-0+0+", "-+-+00", "----++"],
            memory=["-0+00-"],
        )
        learning(model, "codification")
        assert standings(model) == [2, 3, 2, 0, -2]
        assert first(model, Level.PRACTICE).performance == -1
        # The last does not vote: +++-, +--+ (a tie), 0+0- (a tie), 0+++, -+00 (a tie), +0+0.
        assert memories(model) == ["+0++0+"]

    def test_nobody_superior_nothing_written(self):
        model = world(
            {"practice.codification.rate": 1.0},
            issues=3,
            domains=1,
            teams=THREE,
            staff=["+00", "0+-", "00+"],
            staff_assumptions=["-", "-", "-"],
            memory=["0+0"],
        )
        learning(model, "codification")
        assert memories(model) == ["0+0"]
        assert written(model.state.practices.assumptions) == ["+"]

    @pytest.mark.parametrize(
        "silence",
        [
            {"practice.codification.meetings": 0.0},
            {"practice.codification.rate": 0.0},
            {"roles.staff.voice": 0.0},
        ],
    )
    def test_without_an_occasion_a_voice_or_a_rate_nothing_is_written(self, silence):
        model = world(
            {"practice.codification.rate": 1.0, **silence},
            issues=2,
            domains=1,
            teams=THREE,
            staff=["++"] * 3,
            assumptions=["-"],
        )
        learning(model, "codification")
        assert memories(model) == ["00"]
        assert written(model.state.practices.assumptions) == ["-"]

    def test_only_those_who_speak_vote(self):
        model = world(
            {"practice.codification.rate": 1.0},
            issues=4,
            teams=(("gp", "nurse", "nurse"),),
            roles={"gp": {"voice": 1.0}, "nurse": {"voice": 0.0}},
            staff=["+-++", "-+++", "++++"],
        )
        learning(model, "codification")
        assert memories(model) == ["+-++"]

    def test_the_audit_decides_who_votes_and_not_on_what(self):
        model = world(
            {"practice.codification.rate": 1.0},
            issues=4,
            teams=(("staff",) * 2,),
            staff=["+0--", "-+++"],
        )
        learning(model, "codification", audited="+000")
        assert memories(model) == ["+0--"]

    def test_what_is_tacit_is_not_written_down(self):
        model = world({"practice.codification.rate": 1.0}, issues=4, staff=["++++"], tacit="0++0")
        learning(model, "codification")
        assert memories(model) == ["+00+"]

    def test_the_practice_judges_by_its_own_assumptions(self):
        model = world(
            {"practice.codification.rate": 1.0, "loops.depth": 0.0},
            issues=3,
            domains=1,
            teams=(("staff",) * 2,),
            staff=["+++", "--0"],
            assumptions=["-"],
        )
        learning(model, "codification")
        assert memories(model) == ["--0"]

    def test_the_memory_to_be_surpassed_is_judged_by_the_practice_and_not_from_above(self):
        # To the body the memory is worth -3; in the practice's own eyes 3, and nobody is better.
        model = world(
            {"practice.codification.rate": 1.0},
            issues=3,
            domains=1,
            staff=["--0"],
            memory=["---"],
            assumptions=["-"],
            service_assumptions=["+"],
        )
        learning(model, "codification")
        practice = first(model, Level.PRACTICE)
        assert (practice.performance, practice.standing, *standings(model)) == (3, -3, 2)
        assert memories(model) == ["---"]

    def test_the_memory_jumps_even_where_people_move_gradually(self):
        model = world(
            {"practice.codification.rate": 1.0, "practice.learning_step": "gradual"},
            issues=3,
            staff=["+++"],
            memory=["-0+"],
        )
        learning(model, "codification")
        assert memories(model) == ["+++"]

    def test_each_practice_from_its_own_people(self):
        model = world(
            {"practice.codification.rate": 1.0},
            issues=2,
            teams=(("staff",) * 2, ("staff",)),
            staff=["+0", "+0", "0+"],
        )
        learning(model, "codification")
        assert memories(model) == ["+0", "0+"]

    def test_a_lead_of_k_votes_writes_with_one_minus_failure_to_the_k(self):
        # Seven people with a lead of 1, 3, 5 and 7, or of a tie made by those without a view.
        lead = [1, 3, 5, 7, 0] * 40
        rows = ["".join("0" if k == 0 else "+" if i < (7 + k) // 2 else "-" for k in lead) for i in range(7)]
        model = world(
            {"practice.codification.rate": 0.3},
            issues=200,
            teams=(("staff",) * 7,),
            staff=rows,
            memory=["-" * 200],
        )
        learning(model, "codification")
        table = [0.0]
        rest = 1.0
        for _ in range(7):
            rest *= 1 - 0.3
            table.append(1 - rest)
        limits = np.array([threshold(table[k]) for k in lead], dtype=np.uint64)
        taken = Draws(SEED).mask_each(Stream.CODIFICATION, 1, uid(Level.PRACTICE, 0), limits)
        assert np.array_equal(model.state.practices.beliefs[0], np.where(taken, 1, -1))
        assert 0 < taken.sum() < 160
        assert table[3] == pytest.approx(1 - 0.7**3)

    def test_assumptions_are_counted_alike_at_their_depth(self):
        rows = ["".join("-" if i < 3 else "+" for _ in range(90)) for i in range(4)]
        model = world(
            {"practice.codification.rate": 0.6, "loops.depth": 0.5},
            issues=90,
            domains=90,
            teams=FOUR,
            staff=["+" * 90] * 4,
            staff_assumptions=rows,
        )
        learning(model, "codification")
        limits = np.full(90, threshold(1 - (1 - 0.3) * (1 - 0.3)), dtype=np.uint64)
        practice = uid(Level.PRACTICE, 0)
        taken = Draws(SEED).mask_each(Stream.CODIFICATION_ASSUMPTION, 1, practice, limits)
        found = model.state.practices.assumptions[0]
        assert np.array_equal(found, np.where(taken, -1, 1))
        assert 0 < taken.sum() < 90

    def test_a_tie_of_assumptions_changes_nothing(self):
        model = world(
            {"practice.codification.rate": 1.0},
            issues=2,
            domains=2,
            teams=(("staff",) * 2,),
            staff=["++", "++"],
            staff_assumptions=["-+", "+-"],
            assumptions=["+-"],
            right="+-",
        )
        learning(model, "codification")
        assert written(model.state.practices.assumptions) == ["+-"]


class TestReporting:
    PRACTICES: ClassVar = (("staff",),) * 4

    def test_bodies_learn_from_the_better_practices_that_report(self):
        model = world(
            {"service.reporting.rate": 1.0},
            issues=5,
            teams=self.PRACTICES,
            # standings 3, 2, 0, 1, the guidance's -1
            memory=["+++00", "0+-++", "--+0+", "+0000"],
            guidance=["-0000"],
        )
        learning(model, "reporting")
        assert standings(model, Level.PRACTICE) == [3, 2, 0, 1]
        # +0-+, ++-0, +-+0, 0+00, 0++0
        assert service_of(model) == ["+++++"]

    def test_ties_change_nothing_and_only_the_strictly_better_count(self):
        model = world(
            {"service.reporting.rate": 1.0},
            issues=4,
            teams=self.PRACTICES,
            memory=["++-+", "+-++", "-+00", "0+00"],
            guidance=["00-0"],
        )
        learning(model, "reporting")
        # -1 is surpassed by all: standings 2, 2, 0, 1. ++-0, +-++, -+00, ++00.
        assert service_of(model) == ["++-+"]

    @pytest.mark.parametrize("silence", [{"service.reporting.share": 0.0}, {"service.reporting.rate": 0.0}])
    def test_without_reports_or_a_rate_nothing_is_learned(self, silence):
        model = world(
            {"service.reporting.rate": 1.0, **silence},
            issues=2,
            domains=1,
            teams=self.PRACTICES,
            memory=["++"] * 4,
            service_assumptions=["-"],
            norm="++",
        )
        learning(model, "reporting")
        assert service_of(model) == ["00"]
        assert written(model.state.service[0].assumptions) == ["-"]

    def test_each_practice_reports_by_one_draw_of_its_share(self):
        model = world(
            {"service.reporting.rate": 1.0, "service.reporting.share": 0.5},
            issues=20,
            teams=(("staff",),) * 20,
            memory=["".join("+" if d == p else "0" for d in range(20)) for p in range(20)],
        )
        learning(model, "reporting")
        practices = [uid(Level.PRACTICE, p) for p in range(20)]
        limit = threshold(0.5)
        reports = [Draws(SEED).occurs(Stream.REPORTING_SHARE, 1, p, limit) for p in practices]
        assert service_of(model) == ["".join("+" if r else "0" for r in reports)]
        assert 0 < sum(reports) < 20

    def tiers(self, overrides=None, **more):
        setting = {"service.reporting.rate": 1.0, **(overrides or {})}
        of = {
            "issues": 4,
            "domains": 1,
            "teams": (("staff",),) * 2,
            "bodies": (2, 1),
            "memory": ["+0+0", "0++0"],
            "guidance": ["+00+", "0000", "0000"],
        }
        return world(setting, **{**of, **more})

    def test_every_tier_learns_from_the_one_below_and_no_other(self):
        model = self.tiers()
        learning(model, "reporting")
        # The first practice is no better than its body, so that body learns nothing.
        assert service_of(model) == ["+00+", "0++0"]
        assert service_of(model, 1) == ["+00+"]

    @pytest.mark.parametrize(
        ("setting", "expected"),
        [
            ({"population.tiers.tier 0.reporting": 0.0}, "0000"),
            ({"population.tiers.tier 0.reporting": 1.0, "service.reporting.share": 0.0}, "+00+"),
            ({"service.reporting.share": 0.0}, "0000"),
            ({"population.tiers.tier 1.reporting": 0.0}, "+00+"),
        ],
    )
    def test_bodies_report_by_their_own_tier_else_by_the_scenarios_share(self, setting, expected):
        model = self.tiers(setting)
        learning(model, "reporting")
        assert service_of(model, 1) == [expected]

    def test_what_is_tacit_is_not_written_down(self):
        model = self.tiers(tacit="+0+0")
        learning(model, "reporting")
        assert service_of(model) == ["+00+", "0+00"]
        assert service_of(model, 1) == ["000+"]

    def test_the_body_judges_by_its_own_assumptions(self):
        model = world(
            {"service.reporting.rate": 1.0, "loops.depth": 0.0},
            issues=2,
            domains=1,
            teams=(("staff",),) * 2,
            memory=["++", "--"],
            assumptions=["+", "+"],
            service_assumptions=["-"],
        )
        learning(model, "reporting")
        assert service_of(model) == ["--"]

    def test_the_guidance_to_be_surpassed_is_judged_by_the_body_and_not_from_above(self):
        # To the top the lower body's guidance is worth -2; in its own eyes 2, as its practice is.
        model = world(
            {"service.reporting.rate": 1.0},
            issues=3,
            domains=1,
            bodies=(1, 1),
            memory=["0--"],
            guidance=["--0", "---"],
            service_assumptions=["-", "+"],
        )
        learning(model, "reporting")
        assert standings(model, Level.PRACTICE) == [2]
        assert standings(model, Level.SERVICE) == [-2, -3]
        assert service_of(model) == ["--0"]

    def test_a_lead_of_k_reports(self):
        lead = [1, 2, 3, 4, 0] * 30
        rows = ["".join("+" if i < k else "0" for k in lead) for i in range(4)]
        model = world(
            {"service.reporting.rate": 0.3},
            issues=150,
            teams=self.PRACTICES,
            memory=rows,
            guidance=["-" * 150],
        )
        learning(model, "reporting")
        table = lead_thresholds(0.3, 4)
        taken = Draws(SEED).mask_each(Stream.REPORTING, 1, body_uid(0, 0), table[np.array(lead)].copy())
        assert np.array_equal(model.state.service[0].beliefs[0], np.where(taken, 1, -1))
        assert [int(t) for t in table[:3]] == [
            0,
            threshold(1 - (1 - 0.3)),
            threshold(1 - (1 - 0.3) * (1 - 0.3)),
        ]

    @pytest.mark.parametrize(("depth", "expected"), [(1.0, ["-", "+"]), (0.0, ["+", "-"])])
    def test_assumptions_travel_at_their_depth(self, depth, expected):
        model = world(
            {
                "service.reporting.rate": 1.0,
                "loops.depth": depth,
                "judgement.standard": "reality",
            },
            issues=1,
            domains=1,
            teams=(("staff",),) * 5,
            bodies=(2, 1),
            # Even numbers belong to the first body, odd ones to the second.
            memory=["+", "+", "+", "+", "-"],
            assumptions=["-", "+", "-", "+", "+"],
            service_assumptions=["+", "-", "+"],
        )
        learning(model, "reporting")
        assert written(model.state.service[0].assumptions) == expected


class TestQuestioning:
    ISSUES: ClassVar = {"issues": 8, "domains": 2}

    def test_everybody_asks_at_the_rate_of_the_own_level(self):
        wrong = {
            **self.ISSUES,
            "bodies": (1, 1),
            "staff": ["--------"],
            "memory": ["--------"],
            "guidance": ["--------"] * 2,
        }
        for level, expected in {
            "staff": ["--", "++", "++", "++"],
            "practice": ["++", "--", "++", "++"],
            "service": ["++", "++", "--", "--"],
        }.items():
            model = world({f"loops.double.{level}": 1.0}, **wrong)
            learning(model, "questioning")
            found = [written(x.assumptions[0]) for x in model.state.levels()]
            assert found == expected

    @pytest.mark.parametrize(
        ("beliefs", "share", "expected"),
        [
            ("++--+---", 0.5, "+-"),  # two of four are not less than half of four, one is
            ("0+-00+--", 0.5, "+-"),  # one of two, one of three
            ("++++++++", 1.0, "++"),  # everything right passes any threshold
            ("+++-++++", 1.0, "-+"),
            ("--------", 0.0, "++"),  # a threshold of 0 fails nobody
            ("+---++--", 0.25, "++"),  # at the threshold, and above
            ("----+---", 0.25, "-+"),
        ],
    )
    def test_an_assumption_is_reversed_below_the_threshold_and_not_at_it(self, beliefs, share, expected):
        model = world(
            {"loops.double.staff": 1.0, "loops.double.threshold": share},
            staff=[beliefs],
            **self.ISSUES,
        )
        learning(model, "questioning")
        assert written(model.state.staff.assumptions) == [expected]

    @pytest.mark.parametrize(("evidence", "expected"), [(1, "--"), (2, "--"), (3, "-+"), (4, "++")])
    def test_it_takes_evidence(self, evidence, expected):
        model = world(
            {"loops.double.staff": 1.0, "loops.double.evidence": evidence},
            staff=["---00--0"],
            **self.ISSUES,
        )
        learning(model, "questioning")
        assert written(model.state.staff.assumptions) == [expected]

    def test_only_audited_views_are_evidence(self):
        model = world(
            {"loops.double.staff": 1.0, "loops.double.evidence": 2},
            staff=["--++--++"],
            **self.ISSUES,
        )
        learning(model, "questioning", audited="++00+0++")
        # In the first domain two wrong; in the second one wrong and two right.
        assert written(model.state.staff.assumptions) == ["-+"]

    def test_a_guess_is_no_evidence(self):
        model = world(
            {"loops.double.staff": 1.0, "judgement.doubt": "guess", "loops.double.threshold": 1.0},
            issues=80,
            domains=1,
        )
        learning(model, "questioning")
        assert written(model.state.staff.assumptions) == ["+"]

    @pytest.mark.parametrize("standard", ["own", "reality"])
    def test_it_looks_at_reality_whatever_the_standard(self, standard):
        model = world(
            {"loops.double.practice": 1.0, "judgement.standard": standard},
            issues=4,
            domains=1,
            memory=["----"],  # perfect by the norm, which the practice believes in
            assumptions=["-"],
            norm="----",
        )
        learning(model, "questioning")
        assert written(model.state.practices.assumptions) == ["+"]

    def test_it_reverses_the_assumption_of_before_and_wins(self):
        model = world(
            {"loops.double.staff": 1.0, "practice.socialisation.rate": 1.0},
            issues=2,
            domains=2,
            staff=["-+"],
            staff_assumptions=["+-"],
            assumptions=["-+"],
            right="++",
        )
        learning(model, "socialisation")
        assert written(model.state.staff.assumptions) == ["-+"]
        perform(model, "questioning")
        # The first would be reversed back to + if it were the new one that counted.
        assert written(model.state.staff.assumptions) == ["-+"]

    def test_beliefs_of_before_are_the_evidence(self):
        model = world(
            {"loops.double.staff": 1.0, "practice.reflection.rate": 1.0},
            issues=2,
            domains=1,
            staff=["--"],
        )
        learning(model, "reflection", "questioning")
        assert staff_of(model) == ["++"]
        assert written(model.state.staff.assumptions) == ["-"]

    def test_domains_are_drawn(self):
        model = world({"loops.double.staff": 0.4}, issues=90, domains=90, staff=["-" * 90])
        learning(model, "questioning")
        asked = Draws(SEED).mask(Stream.QUESTIONING, 1, 0, threshold(0.4), 90)
        assert np.array_equal(model.state.staff.assumptions[0], np.where(asked, -1, 1))

    def test_without_domains_there_is_nothing_to_question(self):
        model = world({"loops.double.staff": 1.0, "loops.double.practice": 1.0}, issues=2)
        before = everything(model)
        learning(model, "questioning")
        assert differing(before, everything(model)) <= {"performance", "audited"}


class TestReform:
    """Allocations are in the order reflection, discussion, codification, questioning, outreach."""

    ON: ClassVar = {"protected_time.enabled": True, "loops.triple.review": 1}

    def after(self, overrides=None, audited=None, **more):
        model = world({**self.ON, **(overrides or {})}, **more)
        learning(model, "reform", audited=audited)
        return model.state.allocation.tolist()

    @pytest.mark.parametrize(
        ("staff", "memory", "counts", "expected"),
        [
            # Who gives is the first named of those that count least (questioning and outreach: 0).
            (["0000-+", "0---0+", "0-0-++", "000++0"], "000000", (3, 2, 1), [5, 4, 4, 3, 4]),
            (["+0+00+", "0+0000", "00000+", "00000+"], "000000", (2, 3, 1), [4, 5, 4, 3, 4]),
            (["++++00", "+++++0", "++++0+", "000000"], "-0000+", (0, 2, 4), [3, 4, 5, 4, 4]),
            # Two ties: the routine named first receives.
            (["+00000", "0+0000", "00+000", "000000"], "000000", (3, 3, 0), [5, 4, 3, 4, 4]),
            (["+00+++", "0+0+++", "00++++", "000000"], "000000", (0, 3, 3), [3, 5, 4, 4, 4]),
            # Half is not more than half.
            (["++++++", "++++++", "000000", "000000"], "000000", (0, 6, 0), [3, 5, 4, 4, 4]),
            (["++++++", "++++++", "++++++", "000000"], "++++++", (0, 0, 0), [4, 4, 4, 4, 4]),
        ],
    )
    def test_a_slot_moves_to_where_most_lessons_stop(self, staff, memory, counts, expected):
        model = world(self.ON, issues=6, teams=FOUR, staff=staff, memory=[memory])
        learning(model, "reform")
        assert lessons_stopped(first(model, Level.PRACTICE)) == (*counts, 0, 0)
        assert model.state.allocation.tolist() == [expected]

    @pytest.mark.parametrize(
        ("memory", "share", "expected"),
        [
            # Everybody knows everything, the memory is wrong in the first domain: codification
            # counts 2, questioning 2 as well; the one named first receives.
            ("--++", 0.5, [3, 4, 5, 4, 4]),
            # One right of two passes at .5 and fails at .6: codification 1, questioning 2.
            ("+-++", 0.5, [3, 4, 5, 4, 4]),
            ("+-++", 0.6, [3, 4, 4, 5, 4]),
        ],
    )
    def test_questioning_counts_the_issues_of_domains_that_fail_its_test(self, memory, share, expected):
        setting = {"loops.double.threshold": share}
        found = self.after(setting, issues=4, domains=2, staff=["++++"], memory=[memory])
        assert found == [expected]

    def test_questioning_is_against_reality_and_all_else_against_the_own_standard(self):
        # The practice judges by the norm (-), so staff and memory are right in its own eyes, and
        # only questioning, against reality, counts.
        found = self.after(
            issues=4,
            domains=1,
            staff=["----"],
            memory=["----"],
            assumptions=["-"],
        )
        assert found == [[3, 4, 4, 5, 4]]

    def test_evidence_is_needed_for_questioning_to_count(self):
        setting = {"loops.double.evidence": 3}
        of = {"issues": 4, "domains": 1, "staff": ["++++"]}
        assert self.after(setting, memory=["--00"], **of) == [[3, 4, 5, 4, 4]]
        # With three views: questioning 4, codification and reflection 2, discussion 0.
        assert self.after(setting, memory=["---0"], **{**of, "staff": ["0+0+"]}) == [[4, 3, 4, 5, 4]]

    def test_tacit_issues_do_not_stop_at_codification(self):
        of = {"issues": 4, "staff": ["+++0"]}
        assert self.after(**of) == [[4, 3, 5, 4, 4]]
        # With three tacit, reflection counts 1 and all else 0; discussion gives, as the first.
        assert self.after(tacit="+++0", **of) == [[5, 3, 4, 4, 4]]

    def test_only_audited_issues_count(self):
        of = {"issues": 4, "staff": ["+000"]}
        assert self.after(**of) == [[5, 3, 4, 4, 4]]
        assert self.after(audited="+000", **of) == [[3, 4, 5, 4, 4]]
        assert self.after(audited="0000", **of) == [[4, 4, 4, 4, 4]]

    @pytest.mark.parametrize(
        ("allocation", "expected"),
        [
            ([4, 2, 4, 4, 6], [5, 2, 4, 3, 6]),  # discussion has only two slots
            ([8, 2, 6, 2, 2], [9, 2, 5, 2, 2]),  # codification, the only other above two
            ([10, 2, 2, 2, 4], [11, 2, 2, 2, 3]),  # outreach gives
            ([12, 2, 2, 2, 2], [12, 2, 2, 2, 2]),  # nobody else has any to give
            ([14, 0, 2, 2, 2], [14, 0, 2, 2, 2]),
            ([1, 3, 2, 2, 12], [2, 2, 2, 2, 12]),  # below two a routine can still receive
        ],
    )
    def test_no_routine_gives_below_two_slots(self, allocation, expected):
        # Reflection counts 3, codification 1, discussion, questioning and outreach 0.
        found = self.after(issues=4, staff=["+000"], allocation=[allocation])
        assert found == [expected]

    @pytest.mark.parametrize(
        ("review", "steps", "moved"), [(0, 6, 0), (1, 3, 3), (2, 5, 2), (3, 6, 2), (4, 3, 0)]
    )
    def test_it_happens_every_review_steps(self, review, steps, moved):
        model = world({**self.ON, "loops.triple.review": review}, issues=3, step=0)
        for _ in range(steps):
            model.step()
        assert model.state.allocation[0, 0] == 4 + moved

    def test_without_protected_time_practices_do_not_review(self):
        model = world(
            {
                **self.ON,
                "kinds": [{"name": "busy", "share": 0.5, "set": {"protected_time.enabled": False}}],
            },
            issues=3,
            teams=(("staff",), ("staff",)),
            kinds=[0, 1],
        )
        learning(model, "reform")
        assert model.state.allocation.tolist() == [[5, 3, 4, 4, 4], [4, 4, 4, 4, 4]]

    IMITATE: ClassVar = {
        "protected_time.enabled": True,
        "loops.triple.review": 2,
        "loops.triple.imitate": 1.0,
    }
    SLOTS: ClassVar = [[4, 4, 4, 4, 4], [8, 3, 3, 3, 3], [2, 2, 2, 2, 12], [3, 3, 3, 3, 8]]

    def imitation(self, memory, pairs, steps=2, **more):
        model = world(
            self.IMITATE,
            issues=len(memory[0]),
            teams=(("staff",),) * len(memory),
            memory=memory,
            practice_ties=pairs,
            allocation=self.SLOTS[: len(memory)],
            step=0,
            **more,
        )
        for _ in range(steps):
            model.step()
        return model

    def test_the_best_neighbour_is_copied_as_it_was_before(self):
        model = self.imitation(["000", "++0", "+++"], [(0, 1), (1, 2)])
        # The first copies the second, which copies the third; the third has nobody above.
        assert model.state.allocation.tolist() == [self.SLOTS[1], self.SLOTS[2], self.SLOTS[2]]
        model = self.imitation(["+++", "++0", "000"], [(0, 1), (1, 2)])
        assert model.state.allocation.tolist() == [self.SLOTS[0], self.SLOTS[0], self.SLOTS[1]]

    def test_the_lowest_uid_on_a_tie(self):
        model = self.imitation(["000", "-++", "+-+", "+00"], [(0, 1), (0, 2), (0, 3)])
        assert model.state.allocation[0].tolist() == self.SLOTS[1]

    def test_only_a_strictly_better_neighbour_is_copied_and_then_nothing_is_diagnosed(self):
        model = self.imitation(["+00", "0+0", "-00"], [(0, 1), (0, 2)])
        assert model.state.allocation.tolist()[:2] == self.SLOTS[:2]
        assert model.state.allocation[2].tolist() == self.SLOTS[0]

    def test_practices_that_are_not_tied_are_not_copied(self):
        model = self.imitation(["000", "++0", "+++"], [(0, 1)])
        assert model.state.allocation.tolist() == [self.SLOTS[1], *self.SLOTS[1:3]]

    def test_performance_is_summed_over_the_review_period_alone(self):
        model = self.imitation(["000", "+00", "000"], [(0, 1), (0, 2)], steps=2)
        # In steps 1 and 2 the second was better; from 3 on the third is, by less in all.
        assert model.state.allocation[0].tolist() == self.SLOTS[1]
        model.state.practices.beliefs[:] = [vector(m) for m in ("000", "-00", "+00")]
        model.state.allocation[:] = self.SLOTS[:3]
        model.step()
        assert model.state.allocation.tolist() == self.SLOTS[:3]
        model.step()
        assert model.state.allocation[0].tolist() == self.SLOTS[2]

    def test_performance_is_summed_over_steps_and_not_the_last_ones(self):
        model = self.imitation(["0000", "++++", "0000"], [(0, 1), (0, 2)], steps=1)
        # 4 + 1 against 0 + 3: the second stays the better one.
        model.state.practices.beliefs[:] = [vector(m) for m in ("0000", "+000", "+++0")]
        model.step()
        assert model.state.allocation[0].tolist() == self.SLOTS[1]

    def test_it_is_the_body_above_that_counts(self):
        model = self.imitation(
            ["000", "+++", "---"],
            [(0, 1), (0, 2)],
            domains=1,
            assumptions=["+", "+", "+"],
            service_assumptions=["-"],
        )
        assert model.state.allocation[0].tolist() == self.SLOTS[2]

    def test_the_new_allocation_holds_from_the_next_step(self):
        setting = {**self.ON, "loops.double.staff": 1.0, "protected_time.share": 0.02}
        model = world(setting, issues=3, step=0, allocation=[[3, 3, 3, 2, 9]])
        before = first(model, Level.PRACTICE).rates
        model.step()
        practice = first(model, Level.PRACTICE)
        assert practice.allocation == (4, 2, 3, 2, 9)
        expected = intensities(model.settings.by_kind[0], (4, 2, 3, 2, 9))
        assert practice.rates is not before
        assert practice.rates.discussion_meeting == threshold(expected[1])


class TestIntensities:
    """Time set aside for learning, and what it multiplies."""

    TIME: ClassVar = {"protected_time.enabled": True}

    def rates(self, overrides, allocation=None):
        setting = {**self.TIME, **overrides}
        model = world(setting, issues=2, domains=2, allocation=allocation and [allocation])
        return first(model, Level.PRACTICE).rates

    @pytest.mark.parametrize("share", [0.001, 0.02, 0.1, 0.5])
    @pytest.mark.parametrize("half", [0.001, 0.005, 0.3, 1.0])
    def test_at_todays_share_every_intensity_is_exactly_1(self, share, half):
        setting = Scenario().replace(
            {
                **self.TIME,
                "protected_time.share": share,
                "protected_time.base": share,
                "protected_time.half": half,
            }
        )
        assert intensities(setting, (4, 4, 4, 4, 4)) == (1.0,) * 5

    def test_without_protected_time_every_intensity_is_1(self):
        setting = Scenario().replace({"protected_time.share": 0.5})
        assert intensities(setting, (20, 0, 0, 0, 0)) == (1.0,) * 5

    def test_returns_diminish(self):
        setting = Scenario().replace(self.TIME)
        found = intensities(setting, (0, 2, 4, 8, 6))
        today = 1 - 2**-0.8
        expected = [0, (1 - 2**-0.4) / today, 1, (1 - 2**-1.6) / today, (1 - 2**-1.2) / today]
        assert found == pytest.approx(expected, rel=1e-12)
        assert found[0] == 0.0
        # The table of docs/ODD.md.
        assert [round(i, 2) for i in intensities(setting, (2, 8, 12, 0, 4))[:3]] == [0.57, 1.57, 1.9]

    def test_each_routine_multiplies_its_own_rates_and_no_other(self):
        half = {
            "practice.reflection.rate": 0.2,
            "practice.discussion.meetings": 0.2,
            "practice.codification.meetings": 0.2,
            "loops.double.staff": 0.2,
            "loops.double.practice": 0.2,
            "loops.double.service": 0.2,
            "service.networking.meetings": 0.2,
            "service.reporting.share": 0.2,
            "service.guidance.rate": 0.2,
            "practice.discussion.rate": 0.2,
            "practice.socialisation.rate": 0.2,
            "practice.codification.rate": 0.2,
            "service.networking.rate": 0.2,
            "service.training.uptake": 0.2,
            "protected_time.share": 0.02,
            "protected_time.service_load": 0.0,
        }
        allocation = [6, 5, 4, 3, 2]
        rates = self.rates(half, allocation)
        setting = Scenario().replace(self.TIME)
        r, d, c, q, o = (threshold(0.2 * i) for i in intensities(setting, tuple(allocation)))
        plain, staff = threshold(0.2), rates.staff[0]
        assert (staff.reflection, staff.questioning) == (r, q)
        assert (rates.discussion_meeting, rates.codification_meeting) == (d, c)
        assert rates.questioning == q
        assert (rates.networking_meeting, rates.reporting) == (o, o)
        assert len({r, d, c, q, o}) == 5
        assert {
            *(staff.discussion, staff.socialisation, staff.training),
            *(rates.networking, rates.guidance, int(rates.codification[1])),
        } == {plain, threshold(1 - (1 - 0.2))}
        model = world({**self.TIME, **half}, issues=2, domains=2)
        assert model.rates.questioning == model.rates.tier_reporting[0] == plain

    def test_a_routine_without_time_stops(self):
        on = {"practice.discussion.rate": 1.0, "protected_time.service_load": 0.0}
        model = world(
            {**self.TIME, **on},
            issues=1,
            teams=(("staff",) * 2,),
            staff=["0", "+"],
            allocation=[[5, 0, 5, 5, 5]],
        )
        learning(model, "discussion")
        assert staff_of(model) == ["0", "+"]

    def test_products_are_clipped(self):
        rates = self.rates({"protected_time.share": 0.5, "practice.discussion.meetings": 0.9})
        assert rates.discussion_meeting == threshold(1.0)

    @pytest.mark.parametrize("load", [0.0, 0.5, 1.0])
    def test_time_for_learning_is_time_without_cases(self, load):
        rates = self.rates(
            {
                "protected_time.share": 0.1,
                "protected_time.service_load": load,
                "practice.reflection.rate": 0.1,
            }
        )
        intensity = (1 - 2 ** (-0.1 * 4 / 20 / 0.005)) / (1 - 2 ** (-0.02 / 5 / 0.005))
        left = 1 - load * (0.1 - 0.02) / (1 - 0.02)
        assert rates.staff[0].reflection == threshold(0.1 * 1.0 * intensity * left)
        assert rates.staff[0].noise == 0

    def test_all_time_for_learning_leaves_no_cases(self):
        rates = self.rates({"protected_time.share": 1.0, "practice.reflection.rate": 0.5})
        assert rates.staff[0].reflection == 0


class TestInterventions:
    KINDS: ClassVar = [
        {"name": "own", "share": 0.4, "set": {"practice.socialisation.rate": 0.0}},
        {"name": "plain", "share": 0.3, "set": {"practice.discussion.rate": 0.0}},
    ]

    def run(self, changes, steps, **more):
        interventions = [{"at": at, "set": change} for at, change in changes]
        of = {
            "issues": 2,
            "teams": (("staff",),) * 3,
            "memory": ["++"] * 3,
            "kinds": [0, 1, 2],
            **more,
        }
        setting = {"kinds": self.KINDS, "interventions": interventions}
        model = world(setting, step=0, **of)
        for _ in range(steps):
            model.step()
        return model

    def test_a_plain_key_reaches_practices_whose_kind_does_not_set_it(self):
        change = [(2, {"practice.socialisation.rate": 1.0})]
        assert staff_of(self.run(change, 1)) == ["00", "00", "00"]
        assert staff_of(self.run(change, 2)) == ["++", "00", "++"]

    def test_a_kinds_key_reaches_that_kind_alone(self):
        change = [(1, {"kinds.own.practice.socialisation.rate": 1.0})]
        assert staff_of(self.run(change, 1)) == ["00", "++", "00"]

    def test_a_kinds_key_is_its_own_from_then_on(self):
        change = [
            (1, {"kinds.plain.practice.socialisation.rate": 0.0}),
            (2, {"practice.socialisation.rate": 1.0}),
        ]
        assert staff_of(self.run(change, 2)) == ["++", "00", "00"]

    def test_they_hold_before_the_world_moves(self):
        model = self.run([(2, {"world.turbulence": 1.0})], 1)
        assert written(model.state.reality) == "++"
        model.step()
        assert written(model.state.reality) == "--"
        model.step()
        assert written(model.state.reality) == "++"

    def test_a_later_one_in_the_file_sees_what_an_earlier_one_of_the_same_step_did(self):
        change = [
            (1, {"practice.socialisation.rate": 1.0}),
            (1, {"kinds.plain.practice.socialisation.rate": 0.0}),
        ]
        assert staff_of(self.run(change, 1)) == ["++", "00", "00"]

    def test_roles_of_kinds(self):
        model = world(
            {
                "kinds": [{"name": "own", "share": 0.5, "set": {"roles.gp.socialisation": 0.0}}],
                "practice.socialisation.rate": 0.5,
                "interventions": [{"at": 1, "set": {"roles.gp.socialisation": 2.0}}],
            },
            issues=30,
            teams=(("gp", "nurse"), ("gp", "nurse")),
            roles={"gp": {}, "nurse": {"socialisation": 0.0}},
            memory=["+" * 30] * 2,
            kinds=[0, 1],
            step=0,
        )
        model.step()
        assert staff_of(model) == ["+" * 30, "0" * 30, "0" * 30, "0" * 30]

    def test_protected_time_can_be_switched_on(self):
        model = world(
            {
                "practice.discussion.rate": 1.0,
                "practice.discussion.rule": "majority",
                "interventions": [{"at": 2, "set": {"protected_time.enabled": True}}],
            },
            issues=1,
            teams=(("staff",) * 2,),
            staff=["0", "+"],
            allocation=[[5, 0, 5, 5, 5]],
            step=0,
        )
        model.step()
        assert staff_of(model) == ["+", "+"]
        model.state.staff.beliefs[0] = 0
        model.step()
        assert staff_of(model) == ["0", "+"]
