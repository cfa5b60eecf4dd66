"""Staff, practices and the health service: everybody is a learner in a tree.

Every process of `lpsim.model.schedule` is a method of the same name. A method reads what others were
*before* (the snapshot) and changes only itself, so the order in which agents are asked never matters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lpsim.engines.reference.learner import Body, Learner, read_only, total
from lpsim.engines.reference.reform import best_neighbour, diagnose
from lpsim.model.draws import Stream
from lpsim.model.schedule import Level
from lpsim.model.state import body_uid, uid

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from lpsim.engines.reference.model import LearningModel
    from lpsim.model.rates import PracticeRates, StaffRates


class StaffMember(Learner):
    """A person in a post of a practice. Subclass it to try a behaviour of your own."""

    level = Level.STAFF
    practice: Practice
    peers: tuple[StaffMember, ...] = ()

    def __init__(self, model: LearningModel, row: int) -> None:
        structure = model.structure
        now, before = model.state.staff, model.before.staff
        super().__init__(model, int(structure.staff_uid[row]), now, before, row)
        self.role = structure.roles[structure.staff_role[row]]
        self._role = int(structure.staff_role[row])
        self.colleagues_in_role: Sequence[StaffMember] = ()
        self.place_in_role = 0
        self.present = True
        """Whether the person is there to listen in this step's meeting."""

    @property
    def rates(self) -> StaffRates:
        """The thresholds of this person's role in this practice."""
        return self.practice.rates.staff[self._role]

    @property
    def own(self) -> Mapping[str, Any]:
        """The scenario's parameters of one's own, as they are for people in this kind of practices now."""
        return self.practice.own

    @property
    def tenure(self) -> int:
        """Steps in the post."""
        return int(self.model.state.tenure[self.row])

    def take_beliefs(self, values: NDArray[np.int8], where: NDArray[np.bool_]) -> None:
        """Jump to the value taken, or move one step of -1, 0, +1 towards it."""
        if self.model.gradual:
            moved = np.clip(self.beliefs + values, -1, 1)
            np.copyto(self.beliefs, moved, where=where & (values != 0))
        else:
            super().take_beliefs(values, where)

    def turnover(self) -> None:
        """A2: the post may fall vacant; a colleague from elsewhere or a novice takes it."""
        tenure = self.model.state.tenure
        if not self.happens(Stream.TURNOVER, self.rates.turnover):
            tenure[self.row] += 1
            return
        tenure[self.row] = 0
        others = len(self.colleagues_in_role) - 1
        if others and self.happens(Stream.TURNOVER_EXPERIENCED, self.model.rates.experienced):
            self.become_like(self._chosen_colleague())
        else:
            self.become_novice()

    def _chosen_colleague(self) -> StaffMember:
        chosen = self.model.draws.choice_of_others(
            Stream.TURNOVER_ORIGIN,
            self.model.state.step,
            self.uid,
            len(self.colleagues_in_role),
            self.place_in_role,
        )
        return self.colleagues_in_role[chosen]

    def become_like(self, original: StaffMember) -> None:
        """An experienced newcomer brings what the holder of another post knows; the original stays."""
        if self.model.journal is not None:
            self.model.journal.arrives(self.place, 0, original.place)
        self.beliefs[:] = original.before.beliefs
        self.assumptions[:] = original.before.assumptions

    def become_novice(self) -> None:
        """A novice brings a few views of their own, and what the curriculum taught."""
        model, rates = self.model, self.model.rates
        views = self.on_issues(Stream.TURNOVER_VIEW, rates.novice_view)
        right = self.on_issues(Stream.TURNOVER_RIGHT, rates.novice_right)
        reality = model.state.reality
        self.beliefs[:] = np.where(views, np.where(right, reality, -reality), 0)
        correct = self.on_domains(Stream.TURNOVER_ASSUMPTION, rates.novice_assumption)
        assumptions = model.state.right_assumptions
        self.assumptions[:] = np.where(correct, assumptions, -assumptions)
        if model.journal is not None:
            own = np.concatenate([self.beliefs, self.assumptions])
            model.journal.arrives(self.place, own, self.practice.top.place)
        taught = self.on_issues(Stream.TURNOVER_CURRICULUM, rates.curriculum)
        guidance = self.practice.top.before.beliefs
        np.copyto(self.beliefs, guidance, where=taught & (guidance != 0))

    def acting(self) -> None:
        """B: act on one's beliefs; the practice judges."""
        if self.model.guessing:
            step = self.model.state.step
            coins = self.model.draws.signs(Stream.ACTING_GUESS, step, self.uid, len(self.beliefs))
            self.actions = np.where(self.before.beliefs != 0, self.before.beliefs, coins)
        self.standing = self.practice.success(self.actions)
        self.model.state.performance[self.row] = self.standing
        self.speaks = self.happens(Stream.ACTING_VOICE, self.rates.voice)
        self.present = self.happens(Stream.ACTING_PRESENCE, self.rates.presence)

    def reflection(self) -> None:
        """C1: learn from cases, as one's own assumptions let one see them."""
        cases = self._cases()
        if not cases.any():
            return
        looks_right = self.model.seen_through(self.before.assumptions)
        misread = self.on_issues(Stream.REFLECTION_NOISE, self.rates.noise)
        self.take_beliefs(np.where(misread, -looks_right, looks_right), cases)

    def _cases(self) -> NDArray[np.bool_]:
        """On which issues a case is met; with specialisation most often in the domains of one's role."""
        limits = self.model.case_limits(self.practice, self._role)
        if limits is None:
            return self.on_issues(Stream.REFLECTION, self.rates.reflection)
        return self.model.draws.mask_each(Stream.REFLECTION, self.model.state.step, self.uid, limits)

    def discussion(self) -> None:
        """C2: when the practice meets, learn from peers who speak up."""
        if not (self.practice.meets and self.present):
            return
        rates = self.rates
        speakers = [peer for peer in self.peers if peer.speaks]
        self.learn_from(
            self.model.discussion_rule.heard(self, speakers),
            (Stream.DISCUSSION, rates.discussion),
            (Stream.DISCUSSION_ASSUMPTION, rates.discussion_assumption),
        )

    def trial(self) -> None:
        """C2t: where nobody better was heard, try the opposite on one issue; keep what does better."""
        if self._heard_better() or not self.happens(Stream.TRIAL, self.practice.rates.trial):
            return
        step, issues = self.model.state.step, len(self.beliefs)
        issue = self.model.draws.choice(Stream.TRIAL_ISSUE, step, self.uid, issues)
        tried = self.actions.copy()
        tried[issue] = -tried[issue]
        if self.practice.success(tried) > self.standing:
            self.take_beliefs(tried, np.arange(issues) == issue)

    def _heard_better(self) -> bool:
        """Whether somebody who does better spoke in a meeting in which the person was present."""
        if not (self.practice.meets and self.present):
            return False
        return any(peer.speaks and peer.standing > self.standing for peer in self.peers)

    def socialisation(self) -> None:
        """C3: learn from what the practice's protocols and records say."""
        rates = self.rates
        self.learn_from(
            (self.practice,),
            (Stream.SOCIALISATION, rates.socialisation),
            (Stream.SOCIALISATION_ASSUMPTION, rates.socialisation_assumption),
        )

    def training(self) -> None:
        """C4: attend a course run from the top tier's guidance."""
        if self.happens(Stream.TRAINING_ATTENDANCE, self.model.rates.attendance):
            rates = self.rates
            self.learn_from(
                (self.practice.top,),
                (Stream.TRAINING, rates.training),
                (Stream.TRAINING_ASSUMPTION, rates.training_assumption),
            )

    def analysis(self) -> None:
        """C6: take what the meeting made of the events that it analysed."""
        if self.present and self.practice.analysed.any():
            self.take_beliefs(self.practice.analysed, self.on_issues(Stream.ANALYSIS, self.rates.analysis))

    def questioning(self) -> None:
        """D1 of a person."""
        rates = self.practice.rates
        self.question(self.rates.questioning, rates.questioning_threshold, rates.questioning_evidence)


class Practice(Body):
    """A practice: its beliefs are its memory, what protocols and records say."""

    level = Level.PRACTICE
    peers: tuple[Practice, ...] = ()
    rates: PracticeRates

    def __init__(self, model: LearningModel, row: int) -> None:
        now, before = model.state.practices, model.before.practices
        super().__init__(model, uid(Level.PRACTICE, row), now, before, row)
        self.name = model.structure.practice_names[row]
        self.kind = int(model.structure.practice_kind[row])
        self.agenda = model.state.agenda[row]
        """(M,) events that wait to be analysed; `agenda_before` as they were at the last snapshot."""
        self.agenda_before = read_only(model.before.agenda[row])
        self.raised = self.analysed = np.zeros_like(self.agenda)
        """(M,) what was put on the agenda, and what was analysed, in this step; 0 is nothing."""
        self.meets = False
        self.standing_sums = [0]
        """Cumulative sum of `standing` over the steps."""

    @property
    def own(self) -> Mapping[str, Any]:
        """The scenario's parameters of one's own, as they are for this kind of practices now."""
        return self.model.own[self.kind]

    @property
    def staff(self) -> tuple[Learner, ...]:
        """Everybody in the practice."""
        return self.children

    @property
    def allocation(self) -> tuple[int, ...]:
        """Twentieths of the learning time per routine."""
        return tuple(self.model.state.allocation[self.row].tolist())

    @property
    def allocation_before(self) -> tuple[int, ...]:
        """The same at the snapshot."""
        return tuple(self.model.before.allocation[self.row].tolist())

    def acting(self) -> None:
        """B: and the practice meets or not, and reports or not, in this step."""
        super().acting()
        self.meets = self.happens(Stream.DISCUSSION_MEETING, self.rates.discussion_meeting)
        self.speaks = self.happens(Stream.REPORTING_SHARE, self.rates.reporting)
        self.standing_sums.append(self.standing_sums[-1] + self.standing)

    def reflection(self) -> None:
        """C1, the agenda: what those who speak have learned from cases waits for the next meeting."""
        if not self.model.analyses:
            return  # nothing that was raised would ever be looked at
        events = {person: np.sign(person.beliefs - person.before.beliefs) for person in self.speakers()}
        self.raised = np.sign(total(list(events.values()))).astype(np.int8) if events else 0 * self.agenda
        np.copyto(self.agenda, self.raised, where=self.raised != 0)
        if self.model.journal is not None:
            votes = {person.place: event for person, event in events.items()}
            self.model.journal.raises(self.place, self.raised, votes)

    def speakers(self) -> list[Learner]:
        """The staff who speak up in this step."""
        return [person for person in self.staff if person.speaks]

    def networking(self) -> None:
        """C2': when it takes part in its network, learn from peer practices."""
        rates = self.rates
        if self.happens(Stream.NETWORKING_MEETING, rates.networking_meeting):
            self.learn_from(
                self.model.networking_rule.heard(self, self.peers),
                (Stream.NETWORKING, rates.networking),
                (Stream.NETWORKING_ASSUMPTION, rates.networking_assumption),
            )

    def guidance(self) -> None:
        """C3': learn from the guidance of the body above."""
        assert self.parent is not None
        rates = self.rates
        self.learn_from(
            (self.parent,),
            (Stream.GUIDANCE, rates.guidance),
            (Stream.GUIDANCE_ASSUMPTION, rates.guidance_assumption),
        )

    def revision(self) -> None:
        """C5r: strike out an entry that more of those who speak oppose than support."""
        entry, speakers = self.before.beliefs, self.speakers()
        untouched = (entry != 0) & (self.beliefs == entry)
        looked_at = untouched & self.on_issues(Stream.REVISION, self.rates.revision)
        if looked_at.any() and speakers:
            votes = total([person.before.beliefs for person in speakers])
            np.copyto(self.beliefs, 0, where=looked_at & (votes * entry < 0))

    def codification(self) -> None:
        """C5: when it records, write down what its better staff do."""
        rates = self.rates
        if self.happens(Stream.CODIFICATION_MEETING, rates.codification_meeting):
            self.learn_from_children(
                (Stream.CODIFICATION, rates.codification),
                (Stream.CODIFICATION_ASSUMPTION, rates.codification_assumption),
            )

    def analysis(self) -> None:
        """C6: when the practice meets, analyse events that waited, and write some of it down."""
        self.analysed = np.zeros_like(self.agenda)
        if not self.meets:
            return
        drawn = self.on_issues(Stream.ANALYSIS_SHARE, self.rates.analysis_share)
        np.copyto(self.analysed, self.agenda_before, where=drawn)
        self.agenda[:] = self.raised  # what came up in this step waits; all else has had its meeting
        if self.model.journal is not None:
            self.model.journal.analyses(self.place, self.analysed, self.raised)
        self.take_beliefs(self.analysed, self.on_issues(Stream.ANALYSIS_RECORD, self.rates.analysis_record))

    def questioning(self) -> None:
        """D1 of a practice."""
        rates = self.rates
        self.question(rates.questioning, rates.questioning_threshold, rates.questioning_evidence)

    def reform(self) -> None:
        """D2: every so often, move learning time to where lessons stop, or copy a better neighbour."""
        review = self.rates.review
        if not review or self.model.state.step % review:
            return
        if self.happens(Stream.REFORM_IMITATE, self.rates.imitate):
            model = best_neighbour(self, review)
            allocation = self.allocation if model is None else model.allocation_before
        else:
            allocation = diagnose(self)
        self.model.reallocate(self, allocation)


class HealthService(Body):
    """A body of the wider health service: its beliefs are its guidance."""

    level = Level.SERVICE

    def __init__(self, model: LearningModel, tier: int, row: int) -> None:
        now, before = model.state.service[tier], model.before.service[tier]
        super().__init__(model, body_uid(tier, row), now, before, row)
        self.tier = tier

    def acting(self) -> None:
        """B: and the body reports upwards or not in this step."""
        super().acting()
        self.speaks = self.happens(Stream.REPORTING_SHARE, self.model.rates.tier_reporting[self.tier])

    def guidance(self) -> None:
        """C3': a lower body learns from the guidance of the body above."""
        if self.parent is not None:
            rates = self.model.rates
            self.learn_from(
                (self.parent,),
                (Stream.GUIDANCE, rates.guidance),
                (Stream.GUIDANCE_ASSUMPTION, rates.guidance_assumption),
            )

    def reporting(self) -> None:
        """C5': learn from the children that report."""
        rates = self.model.rates
        self.learn_from_children(
            (Stream.REPORTING, rates.reporting),
            (Stream.REPORTING_ASSUMPTION, rates.reporting_assumption),
        )

    def questioning(self) -> None:
        """D1 of a body."""
        rates = self.model.rates
        self.question(rates.questioning, rates.questioning_threshold, rates.questioning_evidence)
