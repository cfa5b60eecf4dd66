"""Counting a state without unpacking it, into a row of `lpsim.model.counts.Counts`."""

from __future__ import annotations

from typing import Any

from numba import int64

from lpsim.engines.compiled.bits import NONE, ONE, any_in, count_words, more, more_than, sum_in
from lpsim.engines.compiled.payoffs import NK, share_of_greatest
from lpsim.model.counts import Counts
from lpsim.model.jit import inlined, lowest, popcount

RIGHT_STAFF, RIGHT_PRACTICES, PERFORMANCE = 0, 1, 2
"""Places in `Scratch.totals`."""


@inlined
def counts_of(counts: Any, run: int) -> Any:
    """The counts of a run, of those that are stacked."""
    return Counts(
        counts.step[run],
        counts.staff[run],
        counts.rightly[run],
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
        counts.slots[run],
    )


@inlined
def knowledge(fixed: Any, planes: Any, place: int) -> int:
    """Σ belief · reality of a learner."""
    total = int64(0)
    for w in range(fixed.issues_in.shape[0]):
        differs = planes.yes[place, w] ^ planes.reality[w]
        total += popcount(planes.held[place, w] & ~differs) - popcount(planes.held[place, w] & differs)
    return total


@inlined
def right_assumptions(fixed: Any, planes: Any, place: int) -> int:
    """How many of a learner's assumptions are right."""
    total = int64(0)
    for w in range(fixed.domains_in.shape[0]):
        total += popcount(fixed.domains_in[w] & ~(planes.assume[place, w] ^ planes.right[w]))
    return total


@inlined
def mark(counts: Any, w: int, bits: int) -> None:
    """Count one more for each issue set."""
    while bits != NONE:
        counts[w * 64 + lowest(bits)] += 1
        bits &= bits - ONE


@inlined
def count_practices(
    fixed: Any, planes: Any, counts: Any, row: int, first: int, last: int, scratch: Any
) -> None:
    """Count the staff and the memories of some practices; what is summed over practices, in the scratch."""
    scratch.totals[:] = 0
    scratch.issue_most[:] = 0
    scratch.issue_memory[:] = 0
    for practice in range(first, last):
        place = fixed.staff + practice
        count_people(fixed, planes, counts, row, practice, scratch)
        scratch.totals[RIGHT_PRACTICES] += right_assumptions(fixed, planes, place)
        counts.memory[row, practice] = knowledge(fixed, planes, place)
        counts.in_memory[row, practice] = 0
        for w in range(fixed.issues_in.shape[0]):
            count_team(fixed, planes, counts, row, practice, w, scratch)
            memory = rightly(planes, place, w)
            counts.in_memory[row, practice] += popcount(memory)
            mark(scratch.issue_memory, w, memory)


@inlined
def count_people(fixed: Any, planes: Any, counts: Any, row: int, practice: int, scratch: Any) -> None:
    """Count what the staff assume, and how well they did; nothing is counted of what they know yet."""
    counts.staff[row, practice] = 0
    counts.rightly[row, practice] = 0
    counts.collective[row, practice] = 0
    counts.agreement[row, practice] = 0
    counts.someone[row, practice] = 0
    counts.most[row, practice] = 0
    right, whole = int64(0), int64(0)
    for person in range(fixed.first_child[practice], fixed.first_child[practice + 1]):
        right += right_assumptions(fixed, planes, person)
        performance = planes.standing[person]
        if fixed.payoff == NK:
            performance = share_of_greatest(fixed, performance)
        whole += performance
    scratch.totals[RIGHT_STAFF] += right
    scratch.totals[PERFORMANCE] += whole


@inlined
def rightly(planes: Any, place: int, w: int) -> int:
    """The issues on which a learner holds what is right."""
    return planes.held[place, w] & ~(planes.yes[place, w] ^ planes.reality[w])


@inlined
def count_team(fixed: Any, planes: Any, counts: Any, row: int, practice: int, w: int, scratch: Any) -> None:
    """Count what a team holds rightly and wrongly, on 64 issues: by role, and together."""
    first, last = fixed.first_child[practice], fixed.first_child[practice + 1]
    known, known_rightly = int64(0), int64(0)
    for person in range(first, last):
        right = rightly(planes, person, w)
        wrong = planes.held[person, w] & ~right
        scratch.right[person - first], scratch.wrong[person - first] = right, wrong
        known += popcount(right) - popcount(wrong)
        known_rightly += popcount(right)
        # Those who share a role are neighbours.
        if person + 1 == last or fixed.role[person + 1] != fixed.role[person]:
            counts.staff[row, practice, fixed.role[person]] += known
            counts.rightly[row, practice, fixed.role[person]] += known_rightly
            known, known_rightly = int64(0), int64(0)
    count_words(scratch.up, scratch.right, last - first)
    count_words(scratch.down, scratch.wrong, last - first)
    plus, minus = more(scratch.up, scratch.down), more(scratch.down, scratch.up)
    most = more_than(scratch.up, (last - first) // 2)
    counts.collective[row, practice] += popcount(plus) - popcount(minus)
    counts.agreement[row, practice] += sum_in(scratch.up, plus) - sum_in(scratch.down, plus)
    counts.agreement[row, practice] += sum_in(scratch.down, minus) - sum_in(scratch.up, minus)
    counts.someone[row, practice] += popcount(any_in(scratch.up))
    counts.most[row, practice] += popcount(most)
    mark(scratch.issue_most, w, most)


@inlined
def count_service(fixed: Any, planes: Any, counts: Any, row: int) -> None:
    """Count the bodies of the service; what `gather` will sum over practices begins at 0."""
    first = fixed.staff + fixed.practices
    counts.right_top[row] = 0
    for place in range(first, fixed.uid.shape[0]):
        body = place - first
        counts.guidance[row, body] = knowledge(fixed, planes, place)
        counts.in_guidance[row, body] = 0
        for w in range(fixed.issues_in.shape[0]):
            counts.in_guidance[row, body] += popcount(rightly(planes, place, w))
        if fixed.parent[place] == place:
            counts.right_top[row] += right_assumptions(fixed, planes, place)
    counts.audited[row] = 0
    for w in range(fixed.issues_in.shape[0]):
        counts.audited[row] += popcount(planes.audited[w])
    counts.right_staff[row] = 0
    counts.right_practices[row] = 0
    counts.performance[row] = 0
    counts.issue_most[row] = 0
    counts.issue_memory[row] = 0


@inlined
def gather(counts: Any, row: int, scratch: Any) -> None:
    """Add what was summed over some practices."""
    counts.right_staff[row] += scratch.totals[RIGHT_STAFF]
    counts.right_practices[row] += scratch.totals[RIGHT_PRACTICES]
    counts.performance[row] += scratch.totals[PERFORMANCE]
    for issue in range(scratch.issue_most.shape[0]):
        counts.issue_most[row, issue] += scratch.issue_most[issue]
        counts.issue_memory[row, issue] += scratch.issue_memory[issue]
