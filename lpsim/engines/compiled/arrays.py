"""What the kernels read and write: plain arrays, in bundles that compiled code can take.

Learners stand in *places*: staff in uid order, then practices, then bodies from the bottom. N staff, P
practices, B bodies, L = N + P + B; W words of issues, D words of domains, K domains, R roles.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from lpsim.engines.compiled.irregular_ties import exceptions
from lpsim.engines.compiled.packing import packed, signs_packed, words_of
from lpsim.model.jit import inlined
from lpsim.model.payoffs import PAYOFFS
from lpsim.model.peer_rules import PEER_RULES
from lpsim.model.state import uids
from lpsim.scenario.settings import ever_above_zero, every_value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from lpsim.model.state import Structure
    from lpsim.population.initial import Starts
    from lpsim.scenario import Scenario


class Fixed(NamedTuple):
    """What a run never changes; the first and the last five are what its seed draws.

    See `lpsim.engines.compiled.stacking.DrawnWorlds`.
    For runs that are moved together `staff`, and all from `uid` to `first_missing`, are stacked, with a first
    axis more than is said here: of one structure that all have, or one for each. What a row holds beyond what
    its structure needs means nothing.
    """

    seed: Any
    """uint64"""
    staff: int
    practices: int
    issues: int
    bundle: int
    payoff: int
    by_reality: bool
    guessing: bool
    gradual: bool
    analyses: bool
    """Whether events can ever be analysed; else no practice keeps an agenda."""
    absences: bool
    """Whether anybody can ever be absent from a meeting."""
    discussion_rule: int
    networking_rule: int
    uid: Any
    """(L,) uint64"""
    parent: Any
    """(L,) the place above; a top body is its own judge and stands above itself."""
    children: Any
    """(…,) places of the children of practices and bodies, by `first_child`."""
    first_child: Any
    """(P + B + 1,)"""
    top: Any
    """(P,) the place of the top body above a practice."""
    practice: Any
    """(N,)"""
    role: Any
    """(N,)"""
    of_role: Any
    """(N,) posts by role; those of role r from ``first_of_role[r]``."""
    first_of_role: Any
    """(R + 1,)"""
    place_in_role: Any
    """(N,)"""
    peers: Any
    """(…,) places of the peers of staff and practices, by `first_peer`."""
    first_peer: Any
    """(N + P + 1,)"""
    together: Any
    """(P,) whether nearly all the staff of a practice have each other as peers, and few others."""
    strangers: Any
    """(…,) peers of staff in other practices, by `first_stranger`."""
    first_stranger: Any
    """(N + 1,)"""
    missing: Any
    """(…,) staff of the same practice who are no peers, by `first_missing`."""
    first_missing: Any
    """(N + 1,)"""
    tier: Any
    """(B,)"""
    issues_in: Any
    """(W,) the lanes that stand for an issue."""
    domains_in: Any
    """(D,) the lanes that stand for a domain."""
    domain_issues: Any
    """(K, W) the issues of each domain."""
    home_issues: Any
    """(R, W) the issues whose home role is r; with specialisation."""
    case_factors: Any
    """(P, R, R) see `lpsim.model.state.Structure`; (0, 0, 0) without specialisation."""
    exponent: int
    """The power that the share of an NK landscape's greatest value is raised to."""
    norm: Any
    """(W,)"""
    writable: Any
    """(W,) issues that can be written down."""
    partners: Any
    """(M, k) see `lpsim.model.payoffs.Landscapes`; so are `table` and `greatest`."""
    table: Any
    """(M, 2^(k + 1))"""
    greatest: Any
    """int64"""


class BitPlanes(NamedTuple):
    """What a run changes; ``…_before`` is what all kernels of a phase read.

    Runs that are moved together have theirs stacked, with a first axis more than is said here.
    """

    held: Any
    """(L, W)"""
    yes: Any
    """(L, W)"""
    assume: Any
    """(L, D)"""
    held_before: Any
    yes_before: Any
    assume_before: Any
    reality: Any
    """(W,)"""
    right: Any
    """(D,)"""
    audited: Any
    """(W,)"""
    coins: Any
    """(N, W) what people guess; empty where they do not."""
    standard: Any
    """(P + B, W) what counts as success."""
    performance: Any
    """(P + B,) of a body's own memory, by its own standard."""
    standing: Any
    """(L,) this step's performance, as the judge counts it."""
    speaks: Any
    """(L,)"""
    meets: Any
    """(P,)"""
    present: Any
    """(N,) who is there to listen when the practice meets."""
    agenda: Any
    """(P, W) on which issues an event waits to be analysed, and `agenda_yes`: its value is +1."""
    agenda_yes: Any
    agenda_before: Any
    """(P, W) the same when the phase began."""
    agenda_yes_before: Any
    raised: Any
    """(P, W) on which issues an event was put on the agenda in this step, and `raised_yes`."""
    raised_yes: Any
    analysed: Any
    """(P, W) on which issues an event was analysed in this step, and `analysed_yes`."""
    analysed_yes: Any
    came_from: Any
    """(N,) from which post a newcomer came."""
    tenure: Any
    """(N,)"""
    allocation: Any
    """(P, 5)"""
    standing_sums: Any
    """(P, steps + 1) sums of `standing` over the steps."""
    rate_row: Any
    """(P,) row of the rates of practices."""
    staff_rate_row: Any
    """(N,) row of the rates of staff."""


@inlined
def swapped(planes: Any) -> Any:
    """What everybody is becomes what everybody was; the other planes are written next."""
    return BitPlanes(
        planes.held_before,
        planes.yes_before,
        planes.assume_before,
        planes.held,
        planes.yes,
        planes.assume,
        planes.reality,
        planes.right,
        planes.audited,
        planes.coins,
        planes.standard,
        planes.performance,
        planes.standing,
        planes.speaks,
        planes.meets,
        planes.present,
        planes.agenda,
        planes.agenda_yes,
        planes.agenda_before,
        planes.agenda_yes_before,
        planes.raised,
        planes.raised_yes,
        planes.analysed,
        planes.analysed_yes,
        planes.came_from,
        planes.tenure,
        planes.allocation,
        planes.standing_sums,
        planes.rate_row,
        planes.staff_rate_row,
    )


@inlined
def planes_of(planes: Any, run: int) -> Any:
    """The planes of a run."""
    return BitPlanes(
        planes.held[run],
        planes.yes[run],
        planes.assume[run],
        planes.held_before[run],
        planes.yes_before[run],
        planes.assume_before[run],
        planes.reality[run],
        planes.right[run],
        planes.audited[run],
        planes.coins[run],
        planes.standard[run],
        planes.performance[run],
        planes.standing[run],
        planes.speaks[run],
        planes.meets[run],
        planes.present[run],
        planes.agenda[run],
        planes.agenda_yes[run],
        planes.agenda_before[run],
        planes.agenda_yes_before[run],
        planes.raised[run],
        planes.raised_yes[run],
        planes.analysed[run],
        planes.analysed_yes[run],
        planes.came_from[run],
        planes.tenure[run],
        planes.allocation[run],
        planes.standing_sums[run],
        planes.rate_row[run],
        planes.staff_rate_row[run],
    )


def make_fixed(scenario: Scenario, structure: Structure, like: Fixed | None = None) -> Fixed:
    """What no run of a scenario and structure changes; of no seed yet.

    `like` is that of another scenario with the same structure, whose arrays serve this one too.
    """
    s, said = structure, rules_of(scenario, structure.roles)
    if like is not None:
        return like._replace(**said)
    parent, top = _tree(s)
    children, first_child = _children(s, parent)
    people: dict[str, Any] = {**_by_role(s), **exceptions(s)}
    domains = scenario.world.domains
    return Fixed(
        seed=np.uint64(0),
        staff=s.staff,
        practices=s.practices,
        issues=len(s.norm),
        **said,
        uid=uids(s).astype(np.uint64),
        parent=parent,
        children=children,
        first_child=first_child,
        top=top,
        practice=s.staff_practice.astype(np.int64),
        role=s.staff_role.astype(np.int64),
        **people,
        peers=np.concatenate([s.staff_ties.neighbours, s.practice_ties.neighbours + s.staff]).astype(
            np.int32
        ),
        first_peer=np.concatenate(
            [s.staff_ties.offsets[:-1], s.practice_ties.offsets + s.staff_ties.offsets[-1]]
        ).astype(np.int64),
        tier=np.repeat(np.arange(len(s.bodies)), s.bodies).astype(np.int64),
        issues_in=words_of(np.ones(len(s.norm), dtype=np.bool_)),
        domains_in=words_of(np.ones(domains, dtype=np.bool_)),
        domain_issues=words_of(s.domain[None, :] == np.arange(domains)[:, None]),
        home_issues=words_of(s.domain % len(s.roles) == np.arange(len(s.roles))[:, None]),
        case_factors=s.case_factors,
        exponent=int(s.landscape.exponent),
        norm=words_of(s.norm > 0),
        writable=words_of(~s.tacit),
        partners=s.landscape.partners,
        table=s.landscape.table,
        greatest=np.int64(s.landscape.greatest),
    )


def rules_of(scenario: Scenario, roles: Iterable[str]) -> dict[str, Any]:
    """The rules that a scenario says, and what can ever happen in it."""
    judgement = scenario.judgement
    presence = (value for role in roles for value in every_value(scenario, f"roles.{role}.presence"))
    return {
        "bundle": scenario.world.bundle,
        "payoff": PAYOFFS[judgement.payoff].number,
        "by_reality": judgement.standard == "reality",
        "guessing": judgement.doubt == "guess",
        "gradual": scenario.practice.learning_step == "gradual",
        "analyses": ever_above_zero(scenario, "practice.analysis.share"),
        "absences": any(value != 1 for value in presence),
        "discussion_rule": PEER_RULES[scenario.practice.discussion.rule].number,
        "networking_rule": PEER_RULES[scenario.service.networking.rule].number,
    }


def make_planes(fixed: Fixed, starts: Starts, steps: int) -> BitPlanes:
    """The planes of some runs, stacked; what the first step computes is empty yet."""
    runs, places, issues = starts.beliefs.shape
    staff, practices, words = starts.tenure.shape[1], fixed.practices, len(fixed.issues_in)
    held, yes = packed(starts.beliefs.reshape(-1, issues))
    assume = signs_packed(starts.assumptions.reshape(runs * places, -1))
    held, yes, assume = (x.reshape(runs, places, x.shape[1]) for x in (held, yes, assume))
    above = places - staff
    agenda, agenda_yes = (
        x.reshape(runs, practices, words) for x in packed(starts.agenda.reshape(-1, issues))
    )
    return BitPlanes(
        held=held,
        yes=yes,
        assume=assume,
        held_before=held.copy(),
        yes_before=yes.copy(),
        assume_before=assume.copy(),
        reality=signs_packed(starts.worlds.reality),
        right=signs_packed(starts.worlds.right),
        audited=np.repeat(fixed.issues_in[None], runs, axis=0),
        coins=np.zeros((runs, staff if fixed.guessing else 0, words), dtype=np.uint64),
        standard=np.zeros((runs, above, words), dtype=np.uint64),
        performance=np.zeros((runs, above), dtype=np.int64),
        standing=np.zeros((runs, places), dtype=np.int64),
        speaks=np.zeros((runs, places), dtype=np.bool_),
        meets=np.zeros((runs, practices), dtype=np.bool_),
        present=np.ones((runs, staff), dtype=np.bool_),
        agenda=agenda,
        agenda_yes=agenda_yes,
        agenda_before=agenda.copy(),
        agenda_yes_before=agenda_yes.copy(),
        **{name: np.zeros_like(agenda) for name in ("raised", "raised_yes", "analysed", "analysed_yes")},
        came_from=np.zeros((runs, staff), dtype=np.int64),
        tenure=starts.tenure.copy(),
        allocation=starts.allocation.copy(),
        standing_sums=np.zeros((runs, practices, steps + 1), dtype=np.int64),
        rate_row=np.zeros((runs, practices), dtype=np.int64),
        staff_rate_row=np.zeros((runs, staff), dtype=np.int64),
    )


def _by_role(s: Structure) -> dict[str, NDArray[np.int64]]:
    """The posts of each role, and where everybody stands among them."""
    of_role = np.argsort(s.staff_role, kind="stable").astype(np.int64)
    first_of_role = np.searchsorted(s.staff_role[of_role], np.arange(len(s.roles) + 1)).astype(np.int64)
    place_in_role = np.empty(s.staff, dtype=np.int64)
    place_in_role[of_role] = np.arange(s.staff) - first_of_role[s.staff_role[of_role]]
    return {"of_role": of_role, "first_of_role": first_of_role, "place_in_role": place_in_role}


def _tree(s: Structure) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The place above every place, and the top body above every practice."""
    first = s.staff + s.practices
    parents: list[NDArray[Any]] = [s.staff_practice + s.staff, s.practice_body + first]
    for tier, count in enumerate(s.bodies):
        after = first + count
        parents.append(s.parent_body[tier] + after if tier < len(s.parent_body) else np.arange(first, after))
        first = after
    parent = np.concatenate(parents).astype(np.int64)
    top = parent[s.staff : s.staff + s.practices]
    for _ in s.bodies:
        top = parent[top]
    return parent, top


def _children(s: Structure, parent: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The children of practices and bodies, each in uid order."""
    below = np.flatnonzero(parent != np.arange(len(parent)))
    children = below[np.argsort(parent[below], kind="stable")]
    bodies = np.arange(s.staff, len(parent) + 1)
    return children.astype(np.int64), np.searchsorted(parent[children], bodies).astype(np.int64)
