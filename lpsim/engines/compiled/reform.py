"""How a practice learns how to learn (D2): diagnosis of where its lessons stop, and imitation."""

from __future__ import annotations

from typing import Any

from numba import int64

from lpsim.engines.compiled.bits import NONE, add, clear, copy_row, more_than
from lpsim.engines.compiled.rate_arrays import IMITATE
from lpsim.engines.compiled.rules import fails
from lpsim.model.draws import Stream, event_of, occurs
from lpsim.model.jit import inlined, popcount

FEWEST_SLOTS = 2
"""A routine with no more slots gives none away."""
NOBODY = -1
REFLECTION, DISCUSSION, CODIFICATION, QUESTIONING, OUTREACH = range(5)


@inlined
def reform(
    world: Any, rates: Any, planes: Any, step: int, practice: int, allocation_before: Any, room: Any
) -> None:
    """D2: every so often, move learning time to where lessons stop, or copy a better neighbour."""
    row, place = planes.rates_of[practice], world.staff + practice
    review = rates.review[row]
    if review == 0 or step % review != 0:
        return
    limit = rates.practice[row, IMITATE]
    event = event_of(step, Stream.REFORM_IMITATE, 0)
    if limit != NONE and occurs(world.seed, event, world.uid[place], limit):
        model = best_neighbour(world, planes, practice, step, review)
        if model != NOBODY:
            copy_row(planes.allocation, practice, allocation_before, model)
    else:
        diagnose(world, rates, planes, practice, allocation_before, room)


@inlined
def over_period(planes: Any, practice: int, step: int, review: int) -> int:
    """Performance over the last `review` steps, as the parent body counted it."""
    return planes.standings[practice, step] - planes.standings[practice, max(0, step - review)]


@inlined
def best_neighbour(world: Any, planes: Any, practice: int, step: int, review: int) -> int:
    """The peer with the greatest performance over the review period, if strictly above one's own."""
    best, most = int64(NOBODY), over_period(planes, practice, step, review)
    place = world.staff + practice
    for neighbour in world.peers[world.first_peer[place] : world.first_peer[place + 1]]:
        peer = int64(neighbour)
        performance = over_period(planes, peer - world.staff, step, review)
        if performance > most:
            best, most = peer - world.staff, performance
    return best


@inlined
def diagnose(world: Any, rates: Any, planes: Any, practice: int, allocation_before: Any, room: Any) -> None:
    """One slot more for the routine where most lessons stop, one less where fewest do."""
    lessons_stopped(world, rates, planes, practice, room)
    receiver, giver = int64(0), int64(NOBODY)
    for routine in range(room.stopped.shape[0]):
        if room.stopped[routine] > room.stopped[receiver]:
            receiver = routine
        gives = allocation_before[practice, routine] > FEWEST_SLOTS
        if gives and (giver == NOBODY or room.stopped[routine] < room.stopped[giver]):
            giver = routine
    if room.stopped[giver] < room.stopped[receiver]:
        planes.allocation[practice, receiver] += 1
        planes.allocation[practice, giver] -= 1


@inlined
def lessons_stopped(world: Any, rates: Any, planes: Any, practice: int, room: Any) -> None:
    """Count the audited issues that stop before each routine; outreach counts 0."""
    place, row, stopped = world.staff + practice, planes.rates_of[practice], room.stopped
    first, last = world.first_child[practice], world.first_child[practice + 1]
    stopped[:] = 0
    for w in range(world.issues_in.shape[0]):
        standard, audited = planes.standard[practice, w], planes.audited[w]
        someone = count_holders(planes, first, last, w, standard, room)
        most = more_than(room.up, (last - first) // 2)
        rightly = planes.held_before[place, w] & ~(planes.yes_before[place, w] ^ standard)
        stopped[REFLECTION] += popcount(audited & ~someone)
        stopped[DISCUSSION] += popcount(audited & someone & ~most)
        stopped[CODIFICATION] += popcount(audited & most & world.writable[w] & ~rightly)
    for domain in range(world.domain_issues.shape[0]):
        if fails(world, planes, place, domain, rates.threshold[row], rates.evidence[row]):
            for w in range(world.issues_in.shape[0]):
                stopped[QUESTIONING] += popcount(planes.audited[w] & world.domain_issues[domain, w])


@inlined
def count_holders(planes: Any, first: int, last: int, w: int, standard: int, room: Any) -> int:
    """Count the staff who hold what the standard asks for; returns where there is somebody."""
    clear(room.up)
    someone = NONE
    for person in range(first, last):
        right = planes.held_before[person, w] & ~(planes.yes_before[person, w] ^ standard)
        add(room.up, right)
        someone |= right
    return someone
