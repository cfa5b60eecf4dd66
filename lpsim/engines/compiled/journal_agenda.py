"""Lessons on a practice's agenda: which lesson an event carries, and when it was raised and analysed.

The rules are those of `lpsim.lessons.journal`. An agenda keeps a lesson's number, but no lesson alive.
"""

from __future__ import annotations

from typing import Any

from numba import int32, int64, uint64

from lpsim.engines.compiled.bits import NONE, ONE
from lpsim.engines.compiled.events import learned
from lpsim.engines.compiled.journal_arrays import ANALYSED, RAISED
from lpsim.lessons.journal import NOWHERE
from lpsim.model.jit import inlined, lowest


@inlined
def put_on_agenda(fixed: Any, planes: Any, journal: Any) -> None:
    """Events that were raised carry the lesson that the first of those who voted for them bore."""
    for practice in range(fixed.practices):
        for w in range(fixed.issues_in.shape[0]):
            raised = planes.raised[practice, w]
            while raised != NONE:
                lane = uint64(lowest(raised))
                raised &= raised - ONE
                journal.agenda[practice, w * 64 + int64(lane)] = lesson_raised(
                    fixed, planes, journal, practice, w, lane
                )


@inlined
def lesson_raised(fixed: Any, planes: Any, journal: Any, practice: int, w: int, lane: int) -> int:
    """The lesson of the first who voted as most did and bore one; 0 where there is none."""
    value = (planes.raised_yes[practice, w] >> lane) & ONE
    for person in range(fixed.first_child[practice], fixed.first_child[practice + 1]):
        if planes.speaks[person]:
            changed, up = learned(planes, person, w)
            voted = (changed >> lane) & ONE != NONE and (up >> lane) & ONE == value
            lesson = journal.carried[person, w * 64 + int64(lane)]
            if voted and lesson > 0:
                return int32(lesson)
    return int32(0)


@inlined
def take_up_events(fixed: Any, planes: Any, journal: Any, step: int) -> None:
    """Practices met: which lessons were analysed, and which stay on the agenda."""
    for practice in range(fixed.practices):
        if planes.meets[practice]:
            for issue in range(fixed.issues):
                w, lane = issue // 64, uint64(issue % 64)
                if (planes.analysed[practice, w] >> lane) & ONE != NONE:
                    first_time(journal, ANALYSED, journal.agenda_before[practice, issue], step)
                if (planes.raised[practice, w] >> lane) & ONE == NONE:
                    journal.agenda[practice, issue] = 0


@inlined
def note_raised(journal: Any, step: int) -> None:
    """At the end of a step: which lessons are on an agenda."""
    for practice in range(journal.agenda.shape[0]):
        for issue in range(journal.agenda.shape[1]):
            first_time(journal, RAISED, journal.agenda[practice, issue], step)


@inlined
def first_time(journal: Any, row: int, lesson: int, step: int) -> None:
    """A lesson has got so far in this step, if it had not before."""
    if lesson > 0 and journal.births[row, lesson - 1] == NOWHERE:
        journal.births[row, lesson - 1] = step
