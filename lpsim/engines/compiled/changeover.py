"""Phase A on words: the world moves, people come and go, and things are forgotten."""

from __future__ import annotations

from typing import Any

from numba import uint64

from lpsim.engines.compiled.bits import NONE, ONE, copy_row, take
from lpsim.engines.compiled.rate_arrays import (
    CURRICULUM,
    EXPERIENCED,
    NOVICE_ASSUMPTION,
    NOVICE_RIGHT,
    NOVICE_VIEW,
    TURBULENCE,
    TURNOVER,
    UPHEAVAL,
)
from lpsim.engines.compiled.rules import happens, lanes, of_staff, of_the_world
from lpsim.model.draws import Stream
from lpsim.model.jit import inlined, lowest
from lpsim.model.words import choice, event_of

STAYS, NOVICE = -2, -1
HALF = uint64(2**63)


@inlined
def turbulence(fixed: Any, rates: Any, planes: Any, step: int) -> None:
    """A1: reality flips issue by issue; with a new standard, half of a domain's issues too."""
    issues, service = fixed.issues_in, rates.service
    for word in range(issues.shape[0]):
        limit = service[TURBULENCE]
        planes.reality[word] ^= of_the_world(fixed, step, Stream.TURBULENCE, word, limit, issues[word])
    for w in range(fixed.domains_in.shape[0]):
        limit, among = service[UPHEAVAL], fixed.domains_in[w]
        struck = of_the_world(fixed, step, Stream.TURBULENCE_UPHEAVAL, w, limit, among)
        planes.right[w] ^= struck
        while struck != NONE:
            domain = fixed.domain_issues[w * 64 + lowest(struck)]
            struck &= struck - ONE
            for word in range(issues.shape[0]):
                planes.reality[word] ^= of_the_world(
                    fixed, step, Stream.TURBULENCE_UPHEAVAL_ISSUE, word, HALF, domain[word]
                )


@inlined
def leave(fixed: Any, rates: Any, planes: Any, step: int, post: int) -> None:
    """A2, first half: who leaves, and whom a newcomer is like; what the leaver knew is kept for others."""
    planes.tenure[post] += 1
    planes.came_from[post] = STAYS
    if not rates.anybody[TURNOVER]:
        return
    if not happens(fixed, post, step, Stream.TURNOVER, of_staff(rates, planes, post, TURNOVER)):
        return
    planes.tenure[post] = 0
    planes.came_from[post] = NOVICE
    first, last = fixed.first_of_role[fixed.role[post]], fixed.first_of_role[fixed.role[post] + 1]
    experienced = rates.service[EXPERIENCED]
    if last - first > 1 and happens(fixed, post, step, Stream.TURNOVER_EXPERIENCED, experienced):
        event, others = event_of(step, Stream.TURNOVER_ORIGIN, 0), uint64(last - first - 1)
        chosen = choice(fixed.seed, event, fixed.uid[post], NONE, others)
        if chosen >= fixed.place_in_role[post]:
            chosen += 1
        planes.came_from[post] = fixed.of_role[first + chosen]
    copy_row(planes.held_before, post, planes.held, post)
    copy_row(planes.yes_before, post, planes.yes, post)
    copy_row(planes.assume_before, post, planes.assume, post)


@inlined
def turnover(fixed: Any, rates: Any, planes: Any, step: int, post: int) -> None:
    """A2, second half: a colleague from elsewhere or a novice takes the post."""
    original = planes.came_from[post]
    if original == NOVICE:
        become_novice(fixed, rates, planes, step, post)
    elif original != STAYS:
        become_like(planes, post, original)


@inlined
def become_like(planes: Any, post: int, original: int) -> None:
    """An experienced newcomer brings what the holder of another post knows; the original stays."""
    if planes.came_from[original] == STAYS:
        copy_row(planes.held, post, planes.held, original)
        copy_row(planes.yes, post, planes.yes, original)
        copy_row(planes.assume, post, planes.assume, original)
    else:
        copy_row(planes.held, post, planes.held_before, original)
        copy_row(planes.yes, post, planes.yes_before, original)
        copy_row(planes.assume, post, planes.assume_before, original)


@inlined
def own_views(fixed: Any, rates: Any, planes: Any, step: int, post: int, w: int) -> tuple[int, int]:
    """What a novice held before anybody taught them anything, on 64 issues: where, and where +1."""
    service, among = rates.service, fixed.issues_in[w]
    views = lanes(fixed, post, step, Stream.TURNOVER_VIEW, w, service[NOVICE_VIEW], among)
    right = lanes(fixed, post, step, Stream.TURNOVER_RIGHT, w, service[NOVICE_RIGHT], views)
    return views, views & ~(planes.reality[w] ^ right)


@inlined
def become_novice(fixed: Any, rates: Any, planes: Any, step: int, post: int) -> None:
    """A novice brings a few views of their own, and what the curriculum taught."""
    service, top = rates.service, fixed.top[fixed.practice[post]]
    for w in range(fixed.issues_in.shape[0]):
        views, yes = own_views(fixed, rates, planes, step, post, w)
        held, value = planes.held[top, w], planes.yes[top, w]
        taught = lanes(fixed, post, step, Stream.TURNOVER_CURRICULUM, w, service[CURRICULUM], held)
        planes.held[post, w], planes.yes[post, w] = take(views, yes, held, value, taught)
    for w in range(fixed.domains_in.shape[0]):
        among, limit = fixed.domains_in[w], service[NOVICE_ASSUMPTION]
        correct = lanes(fixed, post, step, Stream.TURNOVER_ASSUMPTION, w, limit, among)
        planes.assume[post, w] = among & ~(planes.right[w] ^ correct)


@inlined
def forgetting(fixed: Any, planes: Any, step: int, place: int, limit: int) -> None:
    """A3: each view is lost with the probability of its level."""
    for w in range(fixed.issues_in.shape[0]):
        gone = lanes(fixed, place, step, Stream.FORGETTING, w, limit, planes.held[place, w])
        planes.held[place, w] &= ~gone
        planes.yes[place, w] &= ~gone
