"""What a run never changes (`Structure`: tree, ties, roles) and what it does (`State`)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from lpsim.model.schedule import Level

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lpsim.model.payoffs import Landscapes

SLOTS = 20
"""So many slots are all the learning time of a practice."""


def uid(level: int, body: int = 0, role: int = 0, number: int = 0) -> int:
    """The number a learner keeps whoever else exists; its order breaks every tie.

    Parameters
    ----------
    level : int
        0 staff, 1 practice, 2 + t body of tier t, 255 world.
    body : int
        Practice or body, below 2^32.
    role, number : int
        Of staff: index of the role (below 256) and number within it (below 65,536).
    """
    return level << 56 | body << 24 | role << 16 | number


def uid_parts(number: Any) -> tuple[Any, Any, Any, Any]:
    """Level, practice or body, role and number within it: what `uid` was made of (of arrays, too)."""
    return number >> 56, number >> 24 & 0xFFFF_FFFF, number >> 16 & 0xFF, number & 0xFFFF


WORLD_UID = uid(Level.WORLD)


def body_uid(tier: int, body: int) -> int:
    """The uid of a body of the wider service."""
    return uid(Level.SERVICE + tier, body)


@dataclass(frozen=True)
class Ties:
    """Who is tied to whom, as compressed sparse rows: neighbours in ascending order.

    ``neighbours[offsets[i]:offsets[i + 1]]`` are the indices of i's peers; every tie stands twice.
    """

    offsets: NDArray[np.int64]
    neighbours: NDArray[np.int32]

    def of(self, index: int) -> NDArray[np.int32]:
        """The indices of one learner's peers."""
        return self.neighbours[self.offsets[index] : self.offsets[index + 1]]


@dataclass(frozen=True)
class Structure:
    """What a run never changes. Staff are in uid order, so a practice's are consecutive.

    N staff, P practices, B_t bodies of tier t, M issues, K domains.
    """

    roles: tuple[str, ...]
    kinds: tuple[str, ...]
    """Kinds of practices; the first, "other practices", is of those no kind takes."""
    tiers: tuple[str, ...]
    practice_names: tuple[str, ...]
    practice_kind: NDArray[np.int32]
    """(P,) index into `kinds`."""
    staff_uid: NDArray[np.uint64]
    """(N,)"""
    staff_practice: NDArray[np.int32]
    """(N,)"""
    staff_role: NDArray[np.int32]
    """(N,) index into `roles`."""
    first_staff: NDArray[np.int64]
    """(P + 1,): practice p's staff are ``first_staff[p] … first_staff[p + 1] - 1``."""
    practice_body: NDArray[np.int32]
    """(P,) the body of the first tier a practice belongs to."""
    parent_body: tuple[NDArray[np.int32], ...]
    """Per tier but the last, (B_t,): the body of the next tier a body belongs to."""
    bodies: tuple[int, ...]
    """Per tier, its number of bodies."""
    staff_ties: Ties
    practice_ties: Ties
    case_factors: NDArray[np.float64]
    """(P, R, R) by practice, role of a person and home role of a domain (k mod R): what the probability of
    meeting a case is multiplied by; (0, 0, 0) without specialisation."""
    domain: NDArray[np.int32]
    """(M,) the domain of an issue; empty of meaning where K = 0."""
    landscape: Landscapes
    """The landscape of issues where the payoff is "nk"; else empty."""
    norm: NDArray[np.int8]
    """(M,) -1 or +1: how things have always been done."""
    tacit: NDArray[np.bool_]
    """(M,) issues that cannot be written down."""

    @property
    def staff(self) -> int:
        """The number of posts, N."""
        return len(self.staff_uid)

    @property
    def practices(self) -> int:
        """The number of practices, P."""
        return len(self.practice_names)

    @cached_property
    def headcounts(self) -> NDArray[np.int64]:
        """How many people have each role in each practice, (P, R)."""
        roles = len(self.roles)
        cells = self.staff_practice.astype(np.int64) * roles + self.staff_role
        return np.bincount(cells, minlength=self.practices * roles).reshape(self.practices, roles)


def uids(structure: Structure) -> NDArray[np.int64]:
    """The uids of all learners: staff, practices, then the bodies of each tier from the bottom."""
    practices = [uid(Level.PRACTICE, practice) for practice in range(structure.practices)]
    bodies = [body_uid(t, body) for t, count in enumerate(structure.bodies) for body in range(count)]
    above = np.array([*practices, *bodies], dtype=np.int64)
    return np.concatenate([structure.staff_uid.astype(np.int64), above])


@dataclass
class Learners:
    """The two vectors of every learner of one level.

    beliefs : int8, (learners, M), in {-1, 0, +1}; 0 is no view.
    assumptions : int8, (learners, K), in {-1, +1}.
    """

    beliefs: NDArray[np.int8]
    assumptions: NDArray[np.int8]

    def copy(self) -> Learners:
        """The same, in arrays of its own."""
        return Learners(self.beliefs.copy(), self.assumptions.copy())

    def overwrite(self, other: Learners) -> None:
        """Take over the values of `other`, in the arrays held."""
        np.copyto(self.beliefs, other.beliefs)
        np.copyto(self.assumptions, other.assumptions)


@dataclass
class State:
    """Everything a run changes, at the end of a step. Only engines change it."""

    step: int
    reality: NDArray[np.int8]
    """(M,) -1 or +1."""
    right_assumptions: NDArray[np.int8]
    """(K,) -1 or +1."""
    staff: Learners
    practices: Learners
    service: tuple[Learners, ...]
    """One per tier, from the bottom."""
    tenure: NDArray[np.int32]
    """(N,) steps in the post; kept, and read by no process."""
    agenda: NDArray[np.int8]
    """(P, M) the value of an event that waits to be analysed, 0 where there is none."""
    allocation: NDArray[np.int8]
    """(P, 5) twentieths of the learning time, in the order of `ROUTINES`."""
    performance: NDArray[np.int32]
    """(N,) this step's performance of staff (phase B)."""
    audited: int
    """How many issues were audited in this step."""

    def levels(self) -> tuple[Learners, ...]:
        """Staff, practices, then the tiers from the bottom."""
        return (self.staff, self.practices, *self.service)
