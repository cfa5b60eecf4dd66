"""How a practice learns how to learn (D2): diagnosis of where its lessons stop, and imitation."""

from __future__ import annotations

from typing import Any

from numba import int64

from lpsim.engines.compiled.bits import NONE, add, clear, copy_row, more_than
from lpsim.engines.compiled.rate_arrays import IMITATE
from lpsim.engines.compiled.rules import fails
from lpsim.model.draws import Stream
from lpsim.model.jit import inlined, popcount
from lpsim.model.words import event_of, occurs

FEWEST_SLOTS = 2
"""A routine with no more slots gives none away."""
NOBODY = -1
REFLECTION, DISCUSSION, CODIFICATION, QUESTIONING, OUTREACH = range(5)


@inlined
def reform(
    fixed: Any, rates: Any, planes: Any, step: int, practice: int, allocation_before: Any, scratch: Any
) -> None:
    """D2: every so often, move learning time to where lessons stop, or copy a better neighbour."""
    row, place = planes.rate_row[practice], fixed.staff + practice
    review = rates.review[row]
    if review == 0 or step % review != 0:
        return
    limit = rates.practice[row, IMITATE]
    event = event_of(step, Stream.REFORM_IMITATE, 0)
    if limit != NONE and occurs(fixed.seed, event, fixed.uid[place], limit):
        model = best_neighbour(fixed, planes, practice, step, review)
        if model != NOBODY:
            copy_row(planes.allocation, practice, allocation_before, model)
    else:
        diagnose(fixed, rates, planes, practice, allocation_before, scratch)


@inlined
def over_period(planes: Any, practice: int, step: int, review: int) -> int:
    """Performance over the last `review` steps, as the parent body counted it."""
    return planes.standing_sums[practice, step] - planes.standing_sums[practice, max(0, step - review)]


@inlined
def best_neighbour(fixed: Any, planes: Any, practice: int, step: int, review: int) -> int:
    """The peer with the greatest performance over the review period, if strictly above one's own."""
    best, most = int64(NOBODY), over_period(planes, practice, step, review)
    place = fixed.staff + practice
    for neighbour in fixed.peers[fixed.first_peer[place] : fixed.first_peer[place + 1]]:
        peer = int64(neighbour)
        performance = over_period(planes, peer - fixed.staff, step, review)
        if performance > most:
            best, most = peer - fixed.staff, performance
    return best


@inlined
def diagnose(
    fixed: Any, rates: Any, planes: Any, practice: int, allocation_before: Any, scratch: Any
) -> None:
    """One slot more for the routine where most lessons stop, one less where fewest do."""
    lessons_stopped(fixed, rates, planes, practice, scratch)
    receiver, giver = int64(0), int64(NOBODY)
    for routine in range(scratch.stopped.shape[0]):
        if scratch.stopped[routine] > scratch.stopped[receiver]:
            receiver = routine
        gives = allocation_before[practice, routine] > FEWEST_SLOTS
        if gives and (giver == NOBODY or scratch.stopped[routine] < scratch.stopped[giver]):
            giver = routine
    if scratch.stopped[giver] < scratch.stopped[receiver]:
        planes.allocation[practice, receiver] += 1
        planes.allocation[practice, giver] -= 1


@inlined
def lessons_stopped(fixed: Any, rates: Any, planes: Any, practice: int, scratch: Any) -> None:
    """Count the audited issues that stop before each routine; outreach counts 0."""
    place, row, stopped = fixed.staff + practice, planes.rate_row[practice], scratch.stopped
    first, last = fixed.first_child[practice], fixed.first_child[practice + 1]
    stopped[:] = 0
    for w in range(fixed.issues_in.shape[0]):
        standard, audited = planes.standard[practice, w], planes.audited[w]
        someone = count_holders(planes, first, last, w, standard, scratch)
        most = more_than(scratch.up, (last - first) // 2)
        rightly = planes.held_before[place, w] & ~(planes.yes_before[place, w] ^ standard)
        stopped[REFLECTION] += popcount(audited & ~someone)
        stopped[DISCUSSION] += popcount(audited & someone & ~most)
        stopped[CODIFICATION] += popcount(audited & most & fixed.writable[w] & ~rightly)
    for domain in range(fixed.domain_issues.shape[0]):
        if fails(
            fixed, planes, place, domain, rates.questioning_threshold[row], rates.questioning_evidence[row]
        ):
            for w in range(fixed.issues_in.shape[0]):
                stopped[QUESTIONING] += popcount(planes.audited[w] & fixed.domain_issues[domain, w])


@inlined
def count_holders(planes: Any, first: int, last: int, w: int, standard: int, scratch: Any) -> int:
    """Count the staff who hold what the standard asks for; returns where there is somebody."""
    clear(scratch.up)
    someone = NONE
    for person in range(first, last):
        right = planes.held_before[person, w] & ~(planes.yes_before[person, w] ^ standard)
        add(scratch.up, right)
        someone |= right
    return someone
