"""The journal of lessons as arrays that compiled code can write, and how it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numba import int32

from lpsim.lessons.journal import BORN, NOWHERE, TAKEN, Record
from lpsim.model.jit import inlined

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lpsim.engines.compiled.arrays import BitPlanes, Fixed
    from lpsim.model.state import Structure

CAPACITY = 2**15
"""For events and for births at first; where it is not enough, it is doubled."""
EVENTS, BIRTHS, JUDGED, PART = range(4)
"""Places in `JournalArrays.cursor`."""


class JournalArrays(NamedTuple):
    """What happened to the lessons of a run: L places, T topics, space for E events and B births."""

    cursor: Any
    """(4,) how many events, births, and births judged there are, and which part of a step comes next."""
    carried: Any
    """(L, T) the lesson each entry carries; 0 is none."""
    carried_before: Any
    """The same when the phase began."""
    agenda: Any
    """(P, M) the lesson of each event that waits to be analysed; 0 is none."""
    agenda_before: Any
    held: Any
    """(L, W) what everybody held when it was last looked at; `yes` and `assume` likewise."""
    yes: Any
    assume: Any
    practice_of: Any
    """(L,) `NOWHERE` for a body of the service."""
    events: Any
    """(6, E) rows in the order of `lpsim.lessons.journal.Events`."""
    births: Any
    """(11, B) rows in the order of `lpsim.lessons.journal.Births`."""


STEP, PROCESS, KIND, LESSON, SOURCE, PLACE = range(6)
"""Rows of events."""
BORN_PLACE, TOPIC, VALUE, PRACTICE, RIGHT, KNOWN_ALREADY, COLLECTIVE, RAISED, ANALYSED = range(2, 11)
"""Rows of births, after the step and the process."""


def new_journal(fixed: Fixed, planes: BitPlanes, structure: Structure) -> JournalArrays:
    """The journal of a run in which nothing has happened yet."""
    places, topics = len(fixed.uid), fixed.issues + len(fixed.domain_issues)
    return JournalArrays(
        cursor=np.zeros(4, dtype=np.int64),
        carried=np.zeros((places, topics), dtype=np.int32),
        carried_before=np.zeros((places, topics), dtype=np.int32),
        agenda=np.zeros((fixed.practices, fixed.issues), dtype=np.int32),
        agenda_before=np.zeros((fixed.practices, fixed.issues), dtype=np.int32),
        held=planes.held.copy(),
        yes=planes.yes.copy(),
        assume=planes.assume.copy(),
        practice_of=Record(structure).practice_of,
        events=np.empty((6, CAPACITY), dtype=np.int64),
        births=np.empty((11, CAPACITY), dtype=np.int64),
    )


def widened(journal: JournalArrays, more: int) -> JournalArrays:
    """The same journal, with space for so many more events and births."""
    events = _widened(journal.events, journal.cursor[EVENTS], more)
    return journal._replace(events=events, births=_widened(journal.births, journal.cursor[BIRTHS], more))


def _widened(rows: NDArray[np.int64], used: int, more: int) -> NDArray[np.int64]:
    """Rows with space for more, and for twice what there was."""
    wider = np.empty((len(rows), max(used + more, 2 * rows.shape[1])), dtype=np.int64)
    wider[:, :used] = rows[:, :used]
    return wider


def record_of(journal: JournalArrays, structure: Structure) -> Record:
    """What it holds, as the journal of the reference engine keeps it."""
    record = Record(structure)
    record.events.take(journal.events[:, : journal.cursor[EVENTS]])
    record.births.take(journal.births[:, : journal.cursor[BIRTHS]])
    return record


@inlined
def has_space(journal: Any, changed: int) -> bool:
    """Whether there is space for so many changes: each may end a lesson, and bear or take another."""
    events, births = journal.cursor[EVENTS] + 2 * changed, journal.cursor[BIRTHS] + changed
    return events <= journal.events.shape[1] and births <= journal.births.shape[1]


@inlined
def log_event(journal: Any, step: int, process: int, kind: int, lesson: int, source: int, place: int) -> None:
    """Write down what happened to a lesson."""
    row = journal.cursor[EVENTS]
    journal.events[STEP, row] = step
    journal.events[PROCESS, row] = process
    journal.events[KIND, row] = kind
    journal.events[LESSON, row] = lesson
    journal.events[SOURCE, row] = source
    journal.events[PLACE, row] = place
    journal.cursor[EVENTS] = row + 1


@inlined
def bear(journal: Any, step: int, process: int, place: int, topic: int, value: int) -> None:
    """A new lesson, numbered from 1."""
    row = journal.cursor[BIRTHS]
    journal.births[STEP, row] = step
    journal.births[PROCESS, row] = process
    journal.births[BORN_PLACE, row] = place
    journal.births[TOPIC, row] = topic
    journal.births[VALUE, row] = value
    journal.births[PRACTICE, row] = journal.practice_of[place]
    journal.births[RIGHT, row] = NOWHERE
    journal.births[KNOWN_ALREADY, row] = NOWHERE
    journal.births[COLLECTIVE, row] = NOWHERE
    journal.births[RAISED, row] = NOWHERE
    journal.births[ANALYSED, row] = NOWHERE
    journal.cursor[BIRTHS] = row + 1
    journal.carried[place, topic] = int32(row + 1)
    log_event(journal, step, process, BORN, row + 1, NOWHERE, place)


@inlined
def take_lesson(journal: Any, step: int, process: int, place: int, topic: int, source: int) -> None:
    """An entry carries on the lesson of its source."""
    carry(journal, step, process, place, topic, journal.carried_before[source, topic], source)


@inlined
def carry(journal: Any, step: int, process: int, place: int, topic: int, lesson: int, source: int) -> None:
    """An entry carries on a lesson that came from a source."""
    journal.carried[place, topic] = lesson
    log_event(journal, step, process, TAKEN, lesson, source, place)


@inlined
def begin_phase(journal: Any) -> None:
    """From here on, sources carry what they carry now."""
    for place in range(journal.carried.shape[0]):
        for topic in range(journal.carried.shape[1]):
            journal.carried_before[place, topic] = journal.carried[place, topic]
    for practice in range(journal.agenda.shape[0]):
        for issue in range(journal.agenda.shape[1]):
            journal.agenda_before[practice, issue] = journal.agenda[practice, issue]
