"""What everybody in the tree has in common: two vectors, chance, and how values are taken over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import mesa
import numpy as np

from lpsim.errors import InputError
from lpsim.model.draws import Stream

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from lpsim.engines.reference.agents import HealthService
    from lpsim.engines.reference.model import LearningModel
    from lpsim.model.schedule import Level
    from lpsim.model.state import Learners


IN_PLACE = frozenset({"beliefs", "assumptions", "before", "agenda", "agenda_before"})
"""Attributes that are rows of the state: another array in their place would be nobody's state."""


@dataclass(frozen=True)
class Before:
    """The two vectors of a learner at the last snapshot; they can be read, and not written."""

    beliefs: NDArray[np.int8]
    assumptions: NDArray[np.int8]


class Learner(mesa.Agent):  # type: ignore[misc]
    """Anybody who learns: beliefs in {-1, 0, +1} per issue, assumptions in {-1, +1} per domain.

    Attributes
    ----------
    uid, place, row : int
        The number that breaks ties and keys chance; the place in the journal of lessons; and the row
        among the learners of one level.
    beliefs, assumptions : int8 arrays, (M,) and (K,)
        The state being written, in place (``self.beliefs[:] = …``, or `take_beliefs`); for a practice its
        memory, for a body its guidance.
    before : Before
        The same two vectors as they were at the last snapshot; all that others may read.
    actions : int8 array, (M,)
        What the learner does on each issue in this step; 0 is nothing.
    standing : int
        This step's performance, as the learner's judge counts it.
    speaks : bool
        Whether it passes on what it knows to the level above in this step.
    """

    model: LearningModel
    level: ClassVar[Level]

    def __init__(self, model: LearningModel, uid: int, now: Learners, before: Learners, row: int) -> None:
        super().__init__(model)
        self.uid = uid
        self.place = 0
        self.row = row
        self.beliefs = now.beliefs[row]
        self.assumptions = now.assumptions[row]
        self.before = Before(read_only(before.beliefs[row]), read_only(before.assumptions[row]))
        self.actions = self.before.beliefs
        self.standing = 0
        self.speaks = False

    def __setattr__(self, name: str, value: Any) -> None:
        if name in IN_PLACE and self.__dict__.get(name, value) is not value:
            raise InputError(
                f"{type(self).__name__}.{name}: is a row of the state, so that another array in its place "
                f"would change nothing; write into it (self.{name}[:] = …)."
            )
        super().__setattr__(name, value)

    @property
    def own(self) -> Mapping[str, Any]:
        """The scenario's parameters of one's own (its table ``[own]``), as they are for this learner now."""
        return self.model.own[0]

    # --- chance -----------------------------------------------------------------------------------

    # A learner's draws of one stream in one step are one draw; those of Stream.OWN + 1 are independent of
    # those of Stream.OWN. A limit is a threshold: `lpsim.threshold(0.9)` for a probability of .9.

    def happens(self, stream: int, limit: int) -> bool:
        """One draw of this learner's in this step: True with the probability whose `threshold` is `limit`."""
        if isinstance(limit, float | np.floating):
            raise _no_threshold(limit)
        return self.model.draws.occurs(stream, self.model.state.step, self.uid, limit)

    def on_issues(self, stream: int, limit: int) -> NDArray[np.bool_]:
        """One draw per issue, (M,), as `happens`."""
        if isinstance(limit, float | np.floating):
            raise _no_threshold(limit)
        return self.model.draws.mask(stream, self.model.state.step, self.uid, limit, len(self.beliefs))

    def on_domains(self, stream: int, limit: int) -> NDArray[np.bool_]:
        """One draw per domain, (K,), as `happens`."""
        if isinstance(limit, float | np.floating):
            raise _no_threshold(limit)
        return self.model.draws.mask(stream, self.model.state.step, self.uid, limit, len(self.assumptions))

    # --- taking values ----------------------------------------------------------------------------

    def take_beliefs(self, values: NDArray[np.int8], where: NDArray[np.bool_]) -> None:
        """Take over the views among `values` (0 is no view) on some issues."""
        np.copyto(self.beliefs, values, where=where & (values != 0))

    def take_assumptions(self, values: NDArray[np.int8], where: NDArray[np.bool_]) -> None:
        """Take over assumptions in some domains; 0 (a tie) changes nothing."""
        np.copyto(self.assumptions, values, where=where & (values != 0))

    def learn_from(
        self,
        sources: Sequence[Learner],
        belief: tuple[Stream, int],
        assumption: tuple[Stream, int],
    ) -> None:
        """Take what most of the sources hold, per issue and domain, with a stream and a threshold each."""
        if not sources:
            return
        self.counts_on(sources)
        if belief[1]:
            held = majority([source.before.beliefs for source in sources])
            self.take_beliefs(held, self.on_issues(*belief))
        if assumption[1] and len(self.assumptions):
            held = majority([source.before.assumptions for source in sources])
            self.take_assumptions(held, self.on_domains(*assumption))

    def counts_on(self, sources: Sequence[Learner]) -> None:
        """Tell the journal of lessons, if there is one, whose views count in this process."""
        if self.model.journal is not None:
            self.model.journal.heard(self.place, [source.place for source in sources])

    # --- processes of every learner ---------------------------------------------------------------

    def forgetting(self) -> None:
        """A3: each view is lost with the probability of its level."""
        limit = self.model.rates.forgetting[self.level]
        if limit:
            np.copyto(self.beliefs, 0, where=self.on_issues(Stream.FORGETTING, limit))

    def question(self, limit: int, threshold: float, evidence: int) -> None:
        """D1: reverse an assumption under which too little of what one believes is right."""
        if not limit:
            return
        asked = self.on_domains(Stream.QUESTIONING, limit)
        if asked.any():
            wrong = asked & self.model.failing(self.before.beliefs, threshold, evidence)
            np.copyto(self.assumptions, -self.before.assumptions, where=wrong)


class Body(Learner):
    """A practice or a body of the wider service: it judges, and learns from its children.

    Attributes
    ----------
    performance : int
        This step's performance of its own memory or guidance, by its own standard.
    """

    children: tuple[Learner, ...] = ()
    parent: HealthService | None = None

    def __init__(self, model: LearningModel, uid: int, now: Learners, before: Learners, row: int) -> None:
        super().__init__(model, uid, now, before, row)
        self.performance = 0
        self._standard: tuple[int, NDArray[np.int8]] = (-1, self.beliefs)

    @property
    def top(self) -> HealthService:
        """The body of the top tier above."""
        parent = self.parent
        assert parent is not None  # every practice has a body above it
        while parent.parent is not None:
            parent = parent.parent
        return parent

    @property
    def standard(self) -> NDArray[np.int8]:
        """What counts as success here in this step, (M,): what looks right through its assumptions."""
        step, standard = self._standard
        if step != self.model.state.step:
            standard = self.model.standard_of(self.before.assumptions)
            self._standard = (self.model.state.step, standard)
        return standard

    def success(self, actions: NDArray[np.int8]) -> int:
        """Performance of somebody's actions over the audited issues, by this body's standard."""
        return self.model.performance(actions, self.standard)

    def take_beliefs(self, values: NDArray[np.int8], where: NDArray[np.bool_]) -> None:
        """Write down, unless the issue cannot be written down."""
        super().take_beliefs(values, where & self.model.can_be_written)

    def acting(self) -> None:
        """B: the memory is judged, here for recording and by the body above for everything else."""
        self.performance = self.success(self.before.beliefs)
        judge = self.parent or self
        self.standing = judge.success(self.before.beliefs)

    def learn_from_children(
        self,
        belief: tuple[Stream, NDArray[np.uint64]],
        assumption: tuple[Stream, NDArray[np.uint64]],
    ) -> None:
        """C5: take what most of the children do who speak and do better than the memory.

        The lead k of the majority counts: a value is taken with ``1 - (1 - rate)^k``.
        """
        group = [c for c in self.children if c.speaks and c.standing > self.performance]
        if not group:
            return
        self.counts_on(group)
        draws, step = self.model.draws, self.model.state.step
        votes = total([child.actions for child in group])
        where = draws.mask_each(belief[0], step, self.uid, belief[1][np.abs(votes)])
        self.take_beliefs(np.sign(votes).astype(np.int8), where)
        if len(self.assumptions):
            votes = total([child.before.assumptions for child in group])
            where = draws.mask_each(assumption[0], step, self.uid, assumption[1][np.abs(votes)])
            self.take_assumptions(np.sign(votes).astype(np.int8), where)


def read_only(row: NDArray[np.int8]) -> NDArray[np.int8]:
    """A row of the snapshot, as behaviours may look at it."""
    row.flags.writeable = False
    return row


def _no_threshold(limit: Any) -> InputError:
    return InputError(
        f"happens, on_issues, on_domains: found {limit!r}; allowed is the threshold of a probability "
        f"(lpsim.threshold({limit!r}))."
    )


def total(vectors: Sequence[NDArray[np.int8]]) -> NDArray[np.int64]:
    """The votes of several vectors, entry by entry."""
    votes: NDArray[np.int64] = np.add.reduce(vectors, axis=0, dtype=np.int64)
    return votes


def majority(vectors: Sequence[NDArray[np.int8]]) -> NDArray[np.int8]:
    """What most hold among those with a view, entry by entry; 0 where it is a tie."""
    if len(vectors) == 1:
        return vectors[0]
    return np.sign(total(vectors)).astype(np.int8)
