"""Lessons that newcomers bring: from another post, or from the curriculum."""

from __future__ import annotations

from typing import Any

from numba import int64

from lpsim.engines.compiled.bits import NONE, ONE
from lpsim.engines.compiled.changeover import STAYS, own_views
from lpsim.engines.compiled.journal_arrays import take_lesson
from lpsim.engines.compiled.phases import NUMBERS
from lpsim.model.jit import inlined, lowest

TURNOVER = NUMBERS["turnover"]


@inlined
def arrivals(planes: Any, journal: Any) -> int:
    """How many entries newcomers may change."""
    found = int64(0)
    for post in range(planes.came_from.shape[0]):
        if planes.came_from[post] != STAYS:
            found += journal.carried.shape[1]
    return found


@inlined
def settle_novice(fixed: Any, rates: Any, planes: Any, journal: Any, step: int, post: int) -> None:
    """What a novice does not hold of their own was taught from the top tier's guidance."""
    top = fixed.top[fixed.practice[post]]
    for w in range(fixed.issues_in.shape[0]):
        views, yes = own_views(fixed, rates, planes, step, post, w)
        taught = (planes.held[post, w] ^ views) | (planes.yes[post, w] ^ yes)
        # Nobody has forgotten anything yet in this step: the top body holds what it held before.
        taught &= planes.held[top, w] & ~(planes.yes[post, w] ^ planes.yes[top, w])
        while taught != NONE:
            topic = w * 64 + lowest(taught)
            taught &= taught - ONE
            if journal.carried_before[top, topic] > 0:
                take_lesson(journal, step, TURNOVER, post, topic, top)


@inlined
def settle_experienced(fixed: Any, planes: Any, journal: Any, step: int, post: int) -> None:
    """An experienced newcomer brings all that the holder of another post knew when the step began."""
    original = planes.came_from[post]
    for topic in range(journal.carried.shape[1]):
        if journal.carried_before[original, topic] > 0:
            take_lesson(journal, step, TURNOVER, post, topic, original)
