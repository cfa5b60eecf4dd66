"""Counting a state without unpacking it: the sums of `lpsim.measures.Counts`, practice by practice."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import int64

from lpsim.compiling import compiled, inlined, lowest, popcount
from lpsim.engines.compiled.words import NONE, ONE, add, clear, more, more_than, sum_in


class Sums(NamedTuple):
    """What is counted of practices, P of them with R roles, M issues."""

    staff: Any
    """(P, R)"""
    collective: Any
    """(P,) and all that follow but the last two."""
    memory: Any
    someone: Any
    most: Any
    in_memory: Any
    agreement: Any
    right: Any
    """Right assumptions of the staff."""
    issue_most: Any
    """(M,)"""
    issue_memory: Any
    """(M,)"""


def make_sums(practices: int, roles: int, issues: int) -> Sums:
    """Room for the sums of some practices."""
    by_practice = (np.zeros(practices, dtype=np.int64) for _ in range(7))
    by_issue = (np.zeros(issues, dtype=np.int64) for _ in range(2))
    return Sums(np.zeros((practices, roles), dtype=np.int64), *by_practice, *by_issue)


@inlined
def knowledge(world: Any, planes: Any, place: int) -> int:
    """Σ belief · reality of a learner."""
    total = int64(0)
    for w in range(world.issues_in.shape[0]):
        wrong = planes.yes[place, w] ^ planes.reality[w]
        total += popcount(planes.held[place, w] & ~wrong) - popcount(planes.held[place, w] & wrong)
    return total


@inlined
def right_assumptions(world: Any, planes: Any, place: int) -> int:
    """How many of a learner's assumptions are right."""
    total = int64(0)
    for w in range(world.domains_in.shape[0]):
        total += popcount(world.domains_in[w] & ~(planes.assume[place, w] ^ planes.right[w]))
    return total


@inlined
def mark(counts: Any, w: int, bits: int) -> None:
    """Count one more for each issue set."""
    while bits != NONE:
        counts[w * 64 + lowest(bits)] += 1
        bits &= bits - ONE


@compiled
def count_practices(world: Any, planes: Any, sums: Any, room: Any) -> None:
    """Count the staff and the memory of every practice."""
    for practice in range(world.practices):
        first, last = world.first_child[practice], world.first_child[practice + 1]
        place = world.staff + practice
        for person in range(first, last):
            sums.staff[practice, world.role[person]] += knowledge(world, planes, person)
            sums.right[practice] += right_assumptions(world, planes, person)
        sums.memory[practice] = knowledge(world, planes, place)
        for w in range(world.issues_in.shape[0]):
            count_team(world, planes, sums, practice, first, last, w, room)
            memory = planes.held[place, w] & ~(planes.yes[place, w] ^ planes.reality[w])
            sums.in_memory[practice] += popcount(memory)
            mark(sums.issue_memory, w, memory)


@inlined
def count_team(
    world: Any, planes: Any, sums: Any, practice: int, first: int, last: int, w: int, room: Any
) -> None:
    """Count what a team holds rightly and wrongly, on 64 issues."""
    clear(room.up)
    clear(room.down)
    someone = NONE
    for person in range(first, last):
        wrong = planes.held[person, w] & (planes.yes[person, w] ^ planes.reality[w])
        right = planes.held[person, w] & ~wrong
        someone |= right
        add(room.up, right)
        add(room.down, wrong)
    plus, minus = more(room.up, room.down), more(room.down, room.up)
    most = more_than(room.up, (last - first) // 2)
    sums.collective[practice] += popcount(plus) - popcount(minus)
    sums.agreement[practice] += sum_in(room.up, plus) - sum_in(room.down, plus)
    sums.agreement[practice] += sum_in(room.down, minus) - sum_in(room.up, minus)
    sums.someone[practice] += popcount(someone)
    sums.most[practice] += popcount(most)
    mark(sums.issue_most, w, most)
