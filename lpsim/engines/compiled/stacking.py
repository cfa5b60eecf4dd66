"""What is fixed of runs that are moved together: a row for all of them, or one for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numba import int64

from lpsim.engines.compiled.arrays import Fixed
from lpsim.engines.compiled.packing import signs_packed
from lpsim.model.jit import compiled, inlined

if TYPE_CHECKING:
    from lpsim.population.initial import Worlds
    from lpsim.population.teams import Teams


class DrawnWorlds(NamedTuple):
    """What the seeds of S runs draw of their worlds; all else of a world they share."""

    seed: Any
    """(S,)"""
    norm: Any
    """(S, W)"""
    writable: Any
    """(S, W)"""
    partners: Any
    """(S, M, k)"""
    table: Any
    """(S, M, 2^(k + 1))"""
    greatest: Any
    """(S,)"""


@inlined
def fixed_of(fixed: Any, drawn: Any, run: int) -> Any:
    """What a run never changes, of those stacked, the draws of its own seed included."""
    row = run % fixed.staff.shape[0]
    staff = fixed.staff[row]
    people = (
        fixed.uid[row, : staff + fixed.practices + fixed.tier.shape[0]],
        fixed.parent[row],
        fixed.children[row],
        fixed.first_child[row],
        fixed.top[row],
        fixed.practice[row],
        fixed.role[row],
        fixed.of_role[row],
        fixed.first_of_role[row],
        fixed.place_in_role[row],
        fixed.peers[row],
        fixed.first_peer[row],
        fixed.together[row],
        fixed.strangers[row],
        fixed.first_stranger[row],
        fixed.missing[row],
        fixed.first_missing[row],
    )
    own = (
        drawn.norm[run],
        drawn.writable[run],
        drawn.partners[run],
        drawn.table[run],
        drawn.greatest[run],
    )
    return Fixed(*((drawn.seed[run], staff) + fixed[2:13] + people + fixed[30:-5] + own))  # noqa: RUF005


def drawn_of(fixed: Fixed, worlds: Worlds) -> DrawnWorlds:
    """The worlds of some runs, as words."""
    writable = fixed.issues_in & ~signs_packed(worlds.tacit.view(np.int8))
    partners, table, greatest, _ = worlds.landscapes
    return DrawnWorlds(worlds.seed, signs_packed(worlds.norm), writable, partners, table, greatest)


def stacked(fixed: Fixed, teams: Teams | None) -> Fixed:
    """What no run changes, stacked: of one structure for all, or for teams of their own."""
    if teams is None:
        first, last = Fixed._fields.index("uid"), Fixed._fields.index("first_missing")
        rows: dict[str, Any] = {name: getattr(fixed, name)[None] for name in Fixed._fields[first : last + 1]}
        return fixed._replace(**{"staff": np.array([fixed.staff]), **rows})
    new = _empty(fixed, teams)
    _lay_out(fixed, teams, new)
    return new


def _empty(fixed: Fixed, teams: Teams) -> Fixed:
    """Space for what no run changes of people who all know each other within their practices."""
    runs, practices, roles = teams.headcounts.shape
    most, above = teams.uid.shape[1], len(fixed.uid) - fixed.staff
    team = teams.headcounts.sum(axis=2)
    ties = int((team * (team - 1)).sum(axis=1).max()) + len(fixed.peers) - int(fixed.first_peer[fixed.staff])
    columns = {
        "parent": most + above,
        "children": most + len(fixed.children) - fixed.staff,
        "first_child": len(fixed.first_child),
        "top": practices,
        "practice": most,
        "role": most,
        "of_role": most,
        "first_of_role": roles + 1,
        "place_in_role": most,
        "first_peer": most + practices + 1,
        "strangers": 0,
        "first_stranger": most + 1,
        "missing": 0,
        "first_missing": most + 1,
    }
    rows: dict[str, Any] = {name: np.zeros((runs, size), np.int64) for name, size in columns.items()}
    rows["uid"] = np.zeros((runs, most + above), dtype=np.uint64)
    rows["peers"] = np.zeros((runs, ties), dtype=np.int32)
    rows["together"] = np.ones((runs, practices), dtype=np.bool_)
    return fixed._replace(**{"staff": teams.staff, **rows})


@compiled
def _lay_out(like: Any, teams: Any, new: Any) -> None:
    """Fill it in for other people in the practices, and below the bodies, of a structure."""
    for run in range(teams.staff.shape[0]):
        staff, practices = teams.staff[run], like.practices
        more = staff - like.staff
        for place in range(like.staff, like.uid.shape[0]):
            new.uid[run, place + more] = like.uid[place]
            new.parent[run, place + more] = like.parent[place] + more
        for child in range(like.staff, like.children.shape[0]):
            new.children[run, child + more] = like.children[child] + more
        for body in range(practices, like.first_child.shape[0]):
            new.first_child[run, body] = like.first_child[body] + more
        for practice in range(practices):
            new.top[run, practice] = like.top[practice] + more
        _lay_out_people(teams, new, run, staff)
        tie = _lay_out_ties(teams, new, run, practices)
        for place in range(like.first_peer[like.staff], like.peers.shape[0]):
            new.peers[run, tie + place - like.first_peer[like.staff]] = like.peers[place] + more
        for practice in range(practices + 1):
            first = like.first_peer[like.staff + practice] - like.first_peer[like.staff]
            new.first_peer[run, staff + practice] = tie + first


@inlined
def _lay_out_people(teams: Any, new: Any, run: int, staff: int) -> None:
    """Who each is, and where among those of the same role."""
    for person in range(staff):
        new.uid[run, person] = teams.uid[run, person]
        new.practice[run, person] = teams.practice[run, person]
        new.role[run, person] = teams.role[run, person]
        new.parent[run, person] = staff + teams.practice[run, person]
        new.children[run, person] = person
    place = int64(0)
    for role in range(teams.headcounts.shape[2]):
        new.first_of_role[run, role] = place
        for person in range(staff):
            if teams.role[run, person] == role:
                new.of_role[run, place] = person
                new.place_in_role[run, person] = place - new.first_of_role[run, role]
                place += 1
    new.first_of_role[run, teams.headcounts.shape[2]] = place


@inlined
def _lay_out_ties(teams: Any, new: Any, run: int, practices: int) -> int:
    """All others of the same practice are peers; how many ties there are."""
    first, tie = int64(0), int64(0)
    for practice in range(practices):
        new.first_child[run, practice] = first
        last = first
        for role in range(teams.headcounts.shape[2]):
            last += teams.headcounts[run, practice, role]
        for person in range(first, last):
            new.first_peer[run, person] = tie
            for peer in range(first, last):
                if peer != person:
                    new.peers[run, tie] = peer
                    tie += 1
        first = last
    return tie
