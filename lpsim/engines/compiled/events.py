"""Events on words: what goes on a practice's agenda, and what becomes of it when the practice meets."""

from __future__ import annotations

from typing import Any

from lpsim.engines.compiled.bits import NONE, add, clear, more
from lpsim.engines.compiled.rate_arrays import ANALYSIS, ANALYSIS_RECORD, ANALYSIS_SHARE
from lpsim.engines.compiled.rules import lanes, of_practice, of_staff, take_some
from lpsim.model.draws import Stream
from lpsim.model.jit import inlined


@inlined
def begin_agenda(fixed: Any, planes: Any, practice: int) -> None:
    """The agenda goes on from what it was."""
    for w in range(fixed.issues_in.shape[0]):
        planes.agenda_before[practice, w] = planes.agenda[practice, w]
        planes.agenda_yes_before[practice, w] = planes.agenda_yes[practice, w]


@inlined
def learned(planes: Any, person: int, w: int) -> tuple[int, int]:
    """On which of 64 issues reflection has just changed a person's belief, and where towards +1."""
    held, yes = planes.held_before[person, w], planes.yes_before[person, w]
    changed = (planes.held[person, w] ^ held) | (planes.yes[person, w] ^ yes)
    return changed, changed & (planes.yes[person, w] | (held & ~yes))


@inlined
def raise_events(fixed: Any, planes: Any, practice: int, scratch: Any) -> None:
    """C1, the agenda: what those who speak have learned from cases waits for the next meeting."""
    first, last = fixed.first_child[practice], fixed.first_child[practice + 1]
    for w in range(fixed.issues_in.shape[0]):
        some = NONE
        for person in range(first, last):
            if planes.speaks[person]:
                changed, up = learned(planes, person, w)
                if changed != NONE:
                    if some == NONE:
                        clear(scratch.up)
                        clear(scratch.down)
                    some |= changed
                    add(scratch.up, up)
                    add(scratch.down, changed & ~up)
        plus = minus = NONE
        if some != NONE:
            plus, minus = more(scratch.up, scratch.down), more(scratch.down, scratch.up)
        raised = plus | minus
        planes.raised[practice, w], planes.raised_yes[practice, w] = raised, plus
        planes.agenda[practice, w] |= raised
        planes.agenda_yes[practice, w] = (planes.agenda_yes[practice, w] & ~raised) | plus


@inlined
def hold_meeting(fixed: Any, rates: Any, planes: Any, step: int, practice: int) -> bool:
    """C6: what came up in this step waits, all else has had its meeting; returns whether any was analysed."""
    place, some = fixed.staff + practice, NONE
    for w in range(fixed.issues_in.shape[0]):
        analysed = NONE
        if planes.meets[practice]:
            items = planes.agenda_before[practice, w]
            limit = of_practice(fixed, rates, planes, place, ANALYSIS_SHARE)
            if limit != NONE:
                analysed = lanes(fixed, place, step, Stream.ANALYSIS_SHARE, w, limit, items)
            planes.agenda[practice, w] = planes.raised[practice, w]
            planes.agenda_yes[practice, w] = planes.raised_yes[practice, w]
        planes.analysed[practice, w] = analysed
        planes.analysed_yes[practice, w] = analysed & planes.agenda_yes_before[practice, w]
        some |= analysed
    return some != NONE


@inlined
def analysis(fixed: Any, rates: Any, planes: Any, step: int, person: int) -> None:
    """C6 of a person: take what the meeting made of the events that it analysed."""
    practice = fixed.practice[person]
    if not planes.present[person]:
        return
    for w in range(fixed.issues_in.shape[0]):
        items, yes = planes.analysed[practice, w], planes.analysed_yes[practice, w]
        if items != NONE:
            limit = of_staff(rates, planes, person, ANALYSIS)
            take_some(fixed, planes, person, w, items, yes, step, Stream.ANALYSIS, limit)


@inlined
def analysis_of_practice(fixed: Any, rates: Any, planes: Any, step: int, place: int) -> None:
    """C6 of a practice: write down some of what was analysed."""
    practice = place - fixed.staff
    for w in range(fixed.issues_in.shape[0]):
        items, yes = planes.analysed[practice, w], planes.analysed_yes[practice, w]
        if items != NONE:
            limit = of_practice(fixed, rates, planes, place, ANALYSIS_RECORD)
            take_some(fixed, planes, place, w, items, yes, step, Stream.ANALYSIS_RECORD, limit)
