"""The journal of lessons: which entry carries which lesson, and how it came there.

Learners stand in *places*: staff in uid order, then practices, then the bodies of each tier from the
bottom. What they hold stands under *topics*: the issues, then the domains. An engine tells the journal
whom a learner heard and, after each process, shows it the state; the journal sees what changed and
settles where it came from. It writes nothing of the state, so that following lessons changes no run.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from lpsim.model.schedule import SCHEDULE, Level
from lpsim.model.state import uids

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from lpsim.model.schedule import Process
    from lpsim.model.state import Learners, State, Structure

BEARING = ("reflection", "trial", "questioning")
"""Processes that bear lessons; by all others lessons travel or end."""
LOST, BORN, TAKEN = 0, 1, 2
"""What can happen to a lesson in one place; in this order where one entry changes."""
NOWHERE = -1
"""No place (of a source), no practice (of a body of the service), not yet (of a step)."""

_PROCESSES = tuple(process.name for process in SCHEDULE)


class Column:
    """Whole numbers that are appended to in blocks."""

    def __init__(self, values: NDArray[np.int64] | None = None) -> None:
        self._kept = np.empty(256, dtype=np.int64) if values is None else values
        self._size = 0 if values is None else len(values)

    @property
    def values(self) -> NDArray[np.int64]:
        """All that was appended, to read or overwrite."""
        return self._kept[: self._size]

    def append(self, block: NDArray[np.int64] | int, count: int) -> None:
        """Append a block of `count` numbers, or one number as often."""
        while self._size + count > len(self._kept):
            self._kept = np.concatenate([self._kept, np.empty_like(self._kept)])
        self._kept[self._size : self._size + count] = block
        self._size += count


class Columns:
    """Columns of one length, in the order in which they are named."""

    def take(self, rows: NDArray[np.int64]) -> None:
        """Have the rows of an array for columns."""
        for name, row in zip(vars(self), rows, strict=True):
            setattr(self, name, Column(row))


class Births(Columns):
    """One row per lesson; lesson i (from 1) stands in row i - 1."""

    def __init__(self) -> None:
        self.step, self.process, self.place, self.topic = Column(), Column(), Column(), Column()
        self.value, self.practice = Column(), Column()
        self.right, self.known_already, self.collective = Column(), Column(), Column()
        self.raised, self.analysed = Column(), Column()


class Events(Columns):
    """One row per entry that a lesson is born in, is taken to, or is lost from."""

    def __init__(self) -> None:
        self.step, self.process, self.kind, self.lesson = Column(), Column(), Column(), Column()
        self.source, self.place = Column(), Column()


class Record:
    """What happened to the lessons of a run.

    Parameters
    ----------
    structure : Structure

    Attributes
    ----------
    births, events : Births, Events
        What has happened so far.
    uids : int64 array, (places,)
    practice_of : int64 array, (places,)
        The practice of every place; bodies of the service have none.
    """

    def __init__(self, structure: Structure) -> None:
        self.structure = structure
        self.issues = len(structure.norm)
        self.uids = uids(structure)
        service = np.full(sum(structure.bodies), NOWHERE)
        practices = np.arange(structure.practices)
        self.practice_of = np.concatenate([structure.staff_practice, practices, service]).astype(np.int64)
        self.births, self.events = Births(), Events()


class Journal(Record):
    """Follows the lessons of one run.

    Attributes
    ----------
    carried : int32 array, (places, topics)
        The lesson each entry carries at this moment; 0 is none.
    agenda : int32 array, (practices, issues)
        The lesson of each event that waits to be analysed. That keeps no lesson alive.
    """

    def __init__(self, structure: Structure, state: State) -> None:
        super().__init__(structure)
        sizes = [len(level.beliefs) for level in state.levels()]
        firsts = [sum(sizes[:index]) for index in range(len(sizes))]
        self.parts = [slice(first, first + size) for first, size in zip(firsts, sizes, strict=True)]
        topics = len(structure.norm) + state.staff.assumptions.shape[1]
        self.carried = np.zeros((len(self.uids), topics), dtype=np.int32)
        self._values = np.concatenate([_entries(level) for level in state.levels()])
        self._carried_before, self._values_before = self.carried.copy(), self._values.copy()
        self.agenda = np.zeros(state.agenda.shape, dtype=np.int32)
        self._agenda_before = self.agenda.copy()
        self._heard: dict[int, Sequence[int]] = {}
        self._raised: dict[int, tuple[NDArray[np.int8], Mapping[int, NDArray[np.int8]]]] = {}
        self._step, self._borne = 0, 0

    # --- what an engine tells it ------------------------------------------------------------------

    def begin_phase(self, step: int) -> None:
        """From here on, sources are what they are now."""
        self._step = step
        np.copyto(self._carried_before, self.carried)
        np.copyto(self._values_before, self._values)
        np.copyto(self._agenda_before, self.agenda)

    def heard(self, place: int, sources: Sequence[int]) -> None:
        """Whom a learner counts in this process, as places in ascending order."""
        self._heard[place] = sources

    def raises(self, practice: int, raised: NDArray[np.int8], votes: Mapping[int, NDArray[np.int8]]) -> None:
        """A practice puts events on its agenda; `votes` by the place of who learned from them, ascending."""
        self._raised[practice] = raised, votes

    def analyses(self, practice: int, analysed: NDArray[np.int8], kept: NDArray[np.int8]) -> None:
        """A practice meets: what it analysed, and what stays on its agenda."""
        row = practice - self.parts[Level.PRACTICE].start
        lessons = self._agenda_before[row][analysed != 0]
        self._first(self.births.analysed, lessons[lessons > 0])
        self.agenda[row][kept == 0] = 0

    def arrives(self, place: int, own: NDArray[np.int8] | int, source: int) -> None:
        """Another person takes a post, with views of their own; what else they bring has a source."""
        left = self.carried[place][self.carried[place] > 0]
        self._log(_PROCESSES.index("turnover"), LOST, left, NOWHERE, place)
        self.carried[place] = 0
        self._values[place] = own
        self._heard[place] = (source,)

    def settle(self, process: Process, state: State) -> None:
        """After a process: see which entries changed, and where what they hold came from."""
        number = _PROCESSES.index(process.name)
        for level in process.who:
            for index in _arrays_of(level, len(self.parts)):
                self._settle(number, self.parts[index], _entries(state.levels()[index]))
        self._heard.clear()
        for practice, (raised, votes) in self._raised.items():
            self._put_on_agenda(practice, raised, votes)
        self._raised.clear()

    def end_step(self, state: State) -> None:
        """At the end of a step: what it bore, and which lessons most of their team now hold."""
        values = self._values[: self.structure.staff]
        self._judge_births(state)
        places, topics = np.nonzero(self.carried[: self.structure.staff])
        lessons = self.carried[places, topics] - 1
        births = self.births
        open_ = (births.collective.values[lessons] == NOWHERE) & (
            births.practice.values[lessons] == self.practice_of[places]
        )
        lessons = lessons[open_]
        most = self._held_by_most(values, lessons)
        births.collective.values[lessons[most]] = self._step
        self._first(births.raised, self.agenda[self.agenda > 0])

    # --- what follows from it ---------------------------------------------------------------------

    def _settle(self, process: int, part: slice, entries: NDArray[np.int8]) -> None:
        places, topics = np.nonzero(entries != self._values[part])
        if not len(places):
            return
        values = entries[places, topics]
        places = places + part.start
        self._values[part] = entries
        if _PROCESSES[process] in BEARING:
            lessons, sources = self._bear(process, places, topics, values), None
        elif _PROCESSES[process] == "analysis":
            lessons, sources = self._of_agenda(places, topics, values)
        else:
            lessons, sources = self._attribute(places, topics, values)
        old = self.carried[places, topics]
        self.carried[places, topics] = lessons
        self._log(process, LOST, old[old > 0], NOWHERE, places[old > 0])
        new = lessons > 0
        if sources is None:
            self._log(process, BORN, lessons[new], NOWHERE, places[new])
        else:
            self._log(process, TAKEN, lessons[new], sources[new], places[new])

    def _bear(
        self, process: int, places: NDArray[np.int64], topics: NDArray[np.int64], values: NDArray[np.int8]
    ) -> NDArray[np.int64]:
        """New lessons, numbered in the order of places and topics; an entry emptied bears none."""
        lessons = np.zeros(len(places), dtype=np.int64)
        born = values != 0
        count = int(born.sum())
        births = self.births
        lessons[born] = len(births.step.values) + 1 + np.arange(count)
        births.step.append(self._step, count)
        births.process.append(process, count)
        births.place.append(places[born], count)
        births.topic.append(topics[born], count)
        births.value.append(values[born].astype(np.int64), count)
        births.practice.append(self.practice_of[places[born]], count)
        for later in (
            *(births.right, births.known_already),
            *(births.collective, births.raised, births.analysed),
        ):
            later.append(NOWHERE, count)
        return lessons

    def _put_on_agenda(
        self, practice: int, raised: NDArray[np.int8], votes: Mapping[int, NDArray[np.int8]]
    ) -> None:
        """An event carries the lesson that the first of those who voted for it bore."""
        row = practice - self.parts[Level.PRACTICE].start
        for issue in np.flatnonzero(raised).tolist():
            voters = (place for place, event in votes.items() if event[issue] == raised[issue])
            carried = (int(self.carried[place, issue]) for place in voters)
            self.agenda[row, issue] = next((lesson for lesson in carried if lesson), 0)

    def _first(self, column: Column, lessons: NDArray[np.int32]) -> None:
        """Some lessons are where they are now for the first time, if they have not been before."""
        new = lessons[column.values[lessons - 1] == NOWHERE]
        column.values[new - 1] = self._step

    def _of_agenda(
        self, places: NDArray[np.int64], topics: NDArray[np.int64], values: NDArray[np.int8]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The lesson of the event that was analysed, and the practice whose agenda it was on."""
        practices = self.practice_of[places]
        lessons = np.where(values != 0, self._agenda_before[practices, topics], 0).astype(np.int64)
        return lessons, practices + self.parts[Level.PRACTICE].start

    def _attribute(
        self, places: NDArray[np.int64], topics: NDArray[np.int64], values: NDArray[np.int8]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The lesson of the first counted source that had the value and a lesson, and that source."""
        learners, whose = np.unique(places, return_inverse=True)
        heard = [self._heard.get(place, ()) for place in learners.tolist()]
        sizes = np.array([len(sources) for sources in heard], dtype=np.int64)
        pool = np.fromiter(chain.from_iterable(heard), dtype=np.int64, count=int(sizes.sum()))
        candidates = sizes[whose]
        entry = np.repeat(np.arange(len(places)), candidates)
        nth = np.arange(len(entry)) - np.repeat(np.cumsum(candidates) - candidates, candidates)
        source = pool[(np.cumsum(sizes) - sizes)[whose][entry] + nth]
        about = topics[entry]
        counted = (self._carried_before[source, about] > 0) & (
            self._values_before[source, about] == values[entry]
        )
        hits = np.flatnonzero(counted)
        found, first = np.unique(entry[hits], return_index=True)
        sources = np.full(len(places), NOWHERE, dtype=np.int64)
        sources[found] = source[hits[first]]
        lessons = np.zeros(len(places), dtype=np.int64)
        lessons[found] = self._carried_before[sources[found], topics[found]]
        return lessons, sources

    def _log(
        self,
        process: int,
        kind: int,
        lessons: NDArray[np.int64],
        sources: NDArray[np.int64] | int,
        places: NDArray[np.int64] | int,
    ) -> None:
        count = len(lessons)
        if count:
            events = self.events
            events.step.append(self._step, count)
            events.process.append(process, count)
            events.kind.append(kind, count)
            events.lesson.append(lessons, count)
            events.source.append(sources, count)
            events.place.append(places, count)

    def _judge_births(self, state: State) -> None:
        """Whether what this step bore is right, and was already held by most of the team."""
        births = self.births
        new = np.arange(self._borne, len(births.step.values))
        self._borne = len(births.step.values)
        right = np.concatenate([state.reality, state.right_assumptions])
        births.right.values[new] = right[births.topic.values[new]] == births.value.values[new]
        before = self._values_before[: self.structure.staff]
        births.known_already.values[new] = self._held_by_most(before, new)

    def _held_by_most(self, staff: NDArray[np.int8], lessons: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether more than half of its team held a lesson's value; a body of the service has no team."""
        if not len(lessons):
            return np.zeros(0, dtype=np.bool_)
        first = self.structure.first_staff
        practice = self.births.practice.values[lessons]
        # Two counts in one number: of the entries of +1, and 2^32 times those of -1.
        coded = np.where(staff == -1, np.int64(1 << 32), staff)
        counts = np.add.reduceat(coded, first[:-1], axis=0)[practice, self.births.topic.values[lessons]]
        holders = np.where(self.births.value.values[lessons] == 1, counts & 0xFFFFFFFF, counts >> 32)
        most: NDArray[np.bool_] = (2 * holders > np.diff(first)[practice]) & (practice != NOWHERE)
        return most


def _entries(level: Learners) -> NDArray[np.int8]:
    return np.concatenate([level.beliefs, level.assumptions], axis=1)


def _arrays_of(level: Level, levels: int) -> range:
    """Where a level's vectors stand among `State.levels()`."""
    if level is Level.WORLD:
        return range(0)
    return range(2, levels) if level is Level.SERVICE else range(int(level), int(level) + 1)
