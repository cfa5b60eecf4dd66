"""Counting a state without unpacking it, into a row of `lpsim.model.counts.Counts`."""

from __future__ import annotations

from typing import Any

from numba import int64

from lpsim.engines.compiled.bits import NONE, ONE, add, clear, more, more_than, sum_in
from lpsim.model.counts import Counts
from lpsim.model.jit import inlined, lowest, popcount

RIGHT_STAFF, RIGHT_PRACTICES, PERFORMANCE = 0, 1, 2
"""Places in ``room.totals``."""


@inlined
def counts_of(counts: Any, run: int) -> Any:
    """The counts of a run, of those that are stacked."""
    return Counts(
        counts.step[run],
        counts.staff[run],
        counts.collective[run],
        counts.memory[run],
        counts.someone[run],
        counts.most[run],
        counts.in_memory[run],
        counts.agreement[run],
        counts.guidance[run],
        counts.in_guidance[run],
        counts.issue_most[run],
        counts.issue_memory[run],
        counts.right_staff[run],
        counts.right_practices[run],
        counts.right_top[run],
        counts.performance[run],
        counts.audited[run],
    )


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


@inlined
def count_practices(world: Any, planes: Any, counts: Any, row: int, first: int, last: int, room: Any) -> None:
    """Count the staff and the memories of some practices; what is summed over practices, in the room."""
    room.totals[:] = 0
    room.issue_most[:] = 0
    room.issue_memory[:] = 0
    for practice in range(first, last):
        place = world.staff + practice
        count_people(world, planes, counts, row, practice, room)
        room.totals[RIGHT_PRACTICES] += right_assumptions(world, planes, place)
        counts.memory[row, practice] = knowledge(world, planes, place)
        counts.in_memory[row, practice] = 0
        for w in range(world.issues_in.shape[0]):
            count_team(world, planes, counts, row, practice, w, room)
            memory = rightly(planes, place, w)
            counts.in_memory[row, practice] += popcount(memory)
            mark(room.issue_memory, w, memory)


@inlined
def count_people(world: Any, planes: Any, counts: Any, row: int, practice: int, room: Any) -> None:
    """Count what the staff know, by role, and how well they did; nothing is counted of teams yet."""
    counts.staff[row, practice] = 0
    counts.collective[row, practice] = 0
    counts.agreement[row, practice] = 0
    counts.someone[row, practice] = 0
    counts.most[row, practice] = 0
    for person in range(world.first_child[practice], world.first_child[practice + 1]):
        counts.staff[row, practice, world.role[person]] += knowledge(world, planes, person)
        room.totals[RIGHT_STAFF] += right_assumptions(world, planes, person)
        room.totals[PERFORMANCE] += planes.standing[person]


@inlined
def rightly(planes: Any, place: int, w: int) -> int:
    """The issues on which a learner holds what is right."""
    return planes.held[place, w] & ~(planes.yes[place, w] ^ planes.reality[w])


@inlined
def count_team(world: Any, planes: Any, counts: Any, row: int, practice: int, w: int, room: Any) -> None:
    """Count what a team holds rightly and wrongly, on 64 issues."""
    first, last = world.first_child[practice], world.first_child[practice + 1]
    clear(room.up)
    clear(room.down)
    someone = NONE
    for person in range(first, last):
        right = rightly(planes, person, w)
        someone |= right
        add(room.up, right)
        add(room.down, planes.held[person, w] & ~right)
    plus, minus = more(room.up, room.down), more(room.down, room.up)
    most = more_than(room.up, (last - first) // 2)
    counts.collective[row, practice] += popcount(plus) - popcount(minus)
    counts.agreement[row, practice] += sum_in(room.up, plus) - sum_in(room.down, plus)
    counts.agreement[row, practice] += sum_in(room.down, minus) - sum_in(room.up, minus)
    counts.someone[row, practice] += popcount(someone)
    counts.most[row, practice] += popcount(most)
    mark(room.issue_most, w, most)


@inlined
def count_service(world: Any, planes: Any, counts: Any, row: int) -> None:
    """Count the bodies of the service; what `gather` will sum over practices begins at 0."""
    first = world.staff + world.practices
    counts.right_top[row] = 0
    for place in range(first, world.uid.shape[0]):
        body = place - first
        counts.guidance[row, body] = knowledge(world, planes, place)
        counts.in_guidance[row, body] = 0
        for w in range(world.issues_in.shape[0]):
            counts.in_guidance[row, body] += popcount(rightly(planes, place, w))
        if world.parent[place] == place:
            counts.right_top[row] += right_assumptions(world, planes, place)
    counts.audited[row] = 0
    for w in range(world.issues_in.shape[0]):
        counts.audited[row] += popcount(planes.audited[w])
    counts.right_staff[row] = 0
    counts.right_practices[row] = 0
    counts.performance[row] = 0
    counts.issue_most[row] = 0
    counts.issue_memory[row] = 0


@inlined
def gather(counts: Any, row: int, room: Any) -> None:
    """Add what was summed over some practices."""
    counts.right_staff[row] += room.totals[RIGHT_STAFF]
    counts.right_practices[row] += room.totals[RIGHT_PRACTICES]
    counts.performance[row] += room.totals[PERFORMANCE]
    for issue in range(room.issue_most.shape[0]):
        counts.issue_most[row, issue] += room.issue_most[issue]
        counts.issue_memory[row, issue] += room.issue_memory[issue]
