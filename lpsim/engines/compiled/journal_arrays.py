"""What is noted of lessons, in arrays that compiled code can write, and how it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numba import int32

from lpsim.lessons.journal import BORN, NOWHERE, TAKEN, Record
from lpsim.model.jit import inlined

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lpsim.engines.compiled.arrays import Planes, World
    from lpsim.model.state import Structure

ROOM = 2**15
"""For events and for births at first; where it is not enough, it is doubled."""
EVENTS, BIRTHS, JUDGED, STAGE = range(4)
"""Places in `Notes.at`."""


class Notes(NamedTuple):
    """What is noted of the lessons of a run: L places, T topics, room for E events and B births."""

    at: Any
    """(4,) how many events, births, and births judged there are, and at which stage of a step it is."""
    carried: Any
    """(L, T) the lesson each entry carries; 0 is none."""
    carried_before: Any
    """The same when the phase began."""
    held: Any
    """(L, W) what everybody held when it was last looked at; `yes` and `assume` likewise."""
    yes: Any
    assume: Any
    practice_of: Any
    """(L,) `NOWHERE` for a body of the service."""
    events: Any
    """(6, E) rows in the order of `lpsim.lessons.journal.Events`."""
    births: Any
    """(9, B) rows in the order of `lpsim.lessons.journal.Births`."""


STEP, PROCESS, KIND, LESSON, SOURCE, PLACE = range(6)
"""Rows of events."""
BORN_PLACE, TOPIC, VALUE, PRACTICE, RIGHT, KNOWN_ALREADY, COLLECTIVE = range(2, 9)
"""Rows of births, after the step and the process."""


def new_notes(world: World, planes: Planes, structure: Structure) -> Notes:
    """Notes of a run in which nothing has happened yet."""
    places, topics = len(world.uid), world.issues + len(world.domain_issues)
    return Notes(
        at=np.zeros(4, dtype=np.int64),
        carried=np.zeros((places, topics), dtype=np.int32),
        carried_before=np.zeros((places, topics), dtype=np.int32),
        held=planes.held.copy(),
        yes=planes.yes.copy(),
        assume=planes.assume.copy(),
        practice_of=Record(structure).practice_of,
        events=np.empty((6, ROOM), dtype=np.int64),
        births=np.empty((9, ROOM), dtype=np.int64),
    )


def with_room(notes: Notes, more: int) -> Notes:
    """The same notes, with room for so many more events and births."""
    events = _widened(notes.events, notes.at[EVENTS], more)
    return notes._replace(events=events, births=_widened(notes.births, notes.at[BIRTHS], more))


def _widened(rows: NDArray[np.int64], used: int, more: int) -> NDArray[np.int64]:
    """Rows with room for more, and for twice what there was."""
    wider = np.empty((len(rows), max(used + more, 2 * rows.shape[1])), dtype=np.int64)
    wider[:, :used] = rows[:, :used]
    return wider


def record_of(notes: Notes, structure: Structure) -> Record:
    """What was noted, as the journal of the reference engine keeps it."""
    record = Record(structure)
    record.events.take(notes.events[:, : notes.at[EVENTS]])
    record.births.take(notes.births[:, : notes.at[BIRTHS]])
    return record


@inlined
def has_room(notes: Any, changed: int) -> bool:
    """Whether so many changes can be noted: each may end a lesson, and bear or take another."""
    events, births = notes.at[EVENTS] + 2 * changed, notes.at[BIRTHS] + changed
    return events <= notes.events.shape[1] and births <= notes.births.shape[1]


@inlined
def note_event(notes: Any, step: int, process: int, kind: int, lesson: int, source: int, place: int) -> None:
    """Note what happened to a lesson."""
    row = notes.at[EVENTS]
    notes.events[STEP, row] = step
    notes.events[PROCESS, row] = process
    notes.events[KIND, row] = kind
    notes.events[LESSON, row] = lesson
    notes.events[SOURCE, row] = source
    notes.events[PLACE, row] = place
    notes.at[EVENTS] = row + 1


@inlined
def bear(notes: Any, step: int, process: int, place: int, topic: int, value: int) -> None:
    """A new lesson, numbered from 1."""
    row = notes.at[BIRTHS]
    notes.births[STEP, row] = step
    notes.births[PROCESS, row] = process
    notes.births[BORN_PLACE, row] = place
    notes.births[TOPIC, row] = topic
    notes.births[VALUE, row] = value
    notes.births[PRACTICE, row] = notes.practice_of[place]
    notes.births[RIGHT, row] = NOWHERE
    notes.births[KNOWN_ALREADY, row] = NOWHERE
    notes.births[COLLECTIVE, row] = NOWHERE
    notes.at[BIRTHS] = row + 1
    notes.carried[place, topic] = int32(row + 1)
    note_event(notes, step, process, BORN, row + 1, NOWHERE, place)


@inlined
def take_lesson(notes: Any, step: int, process: int, place: int, topic: int, source: int) -> None:
    """An entry carries on the lesson of its source."""
    lesson = notes.carried_before[source, topic]
    notes.carried[place, topic] = lesson
    note_event(notes, step, process, TAKEN, lesson, source, place)


@inlined
def remember(notes: Any) -> None:
    """From here on, lessons come from where they are now."""
    for place in range(notes.carried.shape[0]):
        for topic in range(notes.carried.shape[1]):
            notes.carried_before[place, topic] = notes.carried[place, topic]
