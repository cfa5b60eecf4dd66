"""How far each lesson got, by which way, and how it ended: the journal as two tidy tables.

The one place that says which stages, ways, levels and ends there are, and which event means which.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from lpsim.lessons.journal import BEARING, BORN, LOST, NOWHERE, TAKEN
from lpsim.model.schedule import SCHEDULE, Level
from lpsim.model.state import uid_parts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from lpsim.lessons.journal import Record
    from lpsim.model.state import Structure

OF_EVENTS = ("raised", "analysed")
"""Stages that no lesson gets to where events are never analysed."""
STAGES = (*OF_EVENTS, "collective", "organizational", "spread", "system", "returned")
"""How far a lesson can get, besides being born."""
REACHED = ("born", *STAGES)
LEVELS = ("staff", "practice", "service")
CHANNELS = ("peer tie", "networking", "guidance", "training", "curriculum", "newcomer")
"""The ways into another practice."""
RETURNING = ("guidance", "training", "curriculum")
"""Those by which the service brings something to a practice."""
WAYS = (*CHANNELS, "socialisation", "codification", "reporting", "analysis")
"""All ways from one holder to another; the last four lead up and down between a team, its practice and
the service."""
NO_ROLE, NO_PRACTICE, NO_LEVEL = "–", "–", "–"
FATES = (
    ("held", NO_LEVEL),
    ("left", "staff"),
    ("forgot", "staff"),
    ("overwrote", "staff"),
    ("overwrote", "practice"),
    ("decayed", "practice"),
    ("withdrawn", "practice"),
    ("overwrote", "service"),
    ("decayed", "service"),
)
"""What can become of a lesson, and at which level: it is still held; or its last holder left, forgot or
overwrote it, or it was the entry of a memory or of guidance that decayed, or of a memory that was revised."""
ENDS = tuple(dict.fromkeys(end for end, _ in FATES))

_PROCESSES = tuple(process.name for process in SCHEDULE)
_BEARING = [_PROCESSES.index(process) for process in BEARING]
_NEVER = np.iinfo(np.int64).max


def ways_of(events: pd.DataFrame) -> pd.Categorical[str]:
    """By which of `WAYS` each event's lesson came to its holder; empty where it did not come from another.

    Parameters
    ----------
    events : pandas.DataFrame
        As `tables` gives them.
    """
    process = pd.Categorical(events["process"], categories=pd.Index(_PROCESSES)).codes.astype(np.int64)
    level, *_ = uid_parts(events["from"].fillna(0).to_numpy(dtype=np.int64))
    taken = (events["event"] == "taken").to_numpy()
    return _named(np.where(taken, _ways(process, level >= Level.SERVICE), NOWHERE), WAYS)


def _ways(process: NDArray[np.int64], of_service: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The index among `WAYS`, of takings by a process from a body of the service or from others."""
    names = ["peer tie" if name == "discussion" else name for name in _PROCESSES]
    by_process = np.array([WAYS.index(name) if name in WAYS else NOWHERE for name in names])
    came = np.where(of_service, WAYS.index("curriculum"), WAYS.index("newcomer"))
    return np.where(process == _PROCESSES.index("turnover"), came, by_process[process])


def _ends(process: NDArray[np.int64], level: NDArray[np.int64]) -> NDArray[np.int64]:
    """The index among `ENDS`, of lessons that were last lost by a process at a level."""
    end = np.full(len(process), ENDS.index("overwrote"))
    end[process == _PROCESSES.index("turnover")] = ENDS.index("left")
    end[process == _PROCESSES.index("revision")] = ENDS.index("withdrawn")
    forgot = process == _PROCESSES.index("forgetting")
    end[forgot] = ENDS.index("decayed")
    end[forgot & (level == LEVELS.index("staff"))] = ENDS.index("forgot")
    return end


class Log:
    """The events in order: by step, process, place, and what was there before what came."""

    def __init__(self, journal: Record) -> None:
        events, births = journal.events, journal.births
        self.structure: Structure = journal.structure
        self.uids, self.practice_of = journal.uids, journal.practice_of
        self.level_of = _levels(self.structure)
        self.first_top = len(self.uids) - self.structure.bodies[-1]
        lesson = events.lesson.values - 1
        topic = births.topic.values[lesson]
        order = _ordered(
            events.step.values, events.process.values, events.place.values, topic, events.kind.values
        )
        self.lesson = lesson[order]
        self.step, self.process = events.step.values[order], events.process.values[order]
        self.kind, self.source = events.kind.values[order], events.source.values[order]
        self.place = events.place.values[order]
        self.origin = births.practice.values
        """Per lesson, its practice."""

    def ways(self) -> NDArray[np.int64]:
        """Per event, the index among `WAYS` by which it came; `NOWHERE` where it came from nobody."""
        of_service = self.level_of[self.source] == LEVELS.index("service")
        return np.where(self.kind == TAKEN, _ways(self.process, of_service), NOWHERE)

    def arrivals(self) -> NDArray[np.int64]:
        """Events after which, when the step ended, the entry carried the lesson."""
        order = _ordered(self.place, self.lesson, self.step)
        keys = np.stack([self.place[order], self.lesson[order], self.step[order]])
        last = np.append(np.any(keys[:, 1:] != keys[:, :-1], axis=0), True)
        ends = order[last] if len(order) else order
        return np.sort(ends[self.kind[ends] != LOST])

    def first(self, events: NDArray[np.int64]) -> NDArray[np.int64]:
        """Per lesson, the first step among some events; `NOWHERE` where there is none."""
        steps = np.full(len(self.origin), _NEVER)
        np.minimum.at(steps, self.lesson[events], self.step[events])
        return np.where(steps == _NEVER, NOWHERE, steps)


def _ordered(*keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """The order by some keys, none below 0, the first first; what is equal in all stays as it stands.

    As one number: events stand almost in order, and one key that is almost in order is sorted in no time.
    """
    code = np.zeros(len(keys[0]), dtype=np.int64)
    largest = 1
    for key in keys:
        width = int(key.max(initial=0)) + 1
        largest *= width
        if largest >= 2**63:
            return np.lexsort(keys[::-1])
        code = code * width + key
    return np.argsort(code, kind="stable")


def tables(journal: Record) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The lessons and their events.

    Returns
    -------
    lessons : pandas.DataFrame
        One row per lesson: ``lesson`` (its number, from 1, in the order of birth), ``step`` it was born
        in, by which ``process``, ``about`` ("issue" or "domain"), ``number`` of it, ``value`` (-1, +1),
        ``who`` (uid), ``role`` and ``practice`` ("–" where none), ``right`` and ``known_already`` at that
        time; the first step at whose end it was ``raised`` (on its practice's agenda), in which it was
        ``analysed``, at whose end it was ``collective``, ``organizational``, ``spread`` (by which
        ``channel``), ``system``, ``returned`` (by which ``returned_by``), empty where never; and its end:
        the step it was ``lost`` in, empty where it never was, the ``end`` (one of `ENDS`) and the
        ``end_level`` of its last holder.
    events : pandas.DataFrame
        One row per entry a lesson was born in, taken to, or lost from, in order: ``step``, ``lesson``,
        ``event`` ("born", "taken", "lost"), ``from`` (uid of the source; only of takings), ``to`` (uid of
        the holder), ``process``, and the holder's ``level`` ("staff", "practice", "service").
    """
    log = Log(journal)
    return _lessons(journal, log), _events(log)


def counted(lessons: pd.DataFrame) -> pd.DataFrame:
    """The lessons that are counted: born in a practice, and not known already to most of its team."""
    return lessons[(lessons["practice"] != NO_PRACTICE) & ~lessons["known_already"]]


def reached(lessons: pd.DataFrame, stages: Sequence[str] = REACHED) -> NDArray[np.bool_]:
    """Whether each lesson (columns) ever reached each of some stages (rows)."""
    return np.stack([lessons["step" if stage == "born" else stage].notna() for stage in stages])


def _lessons(journal: Record, log: Log) -> pd.DataFrame:
    births, s = journal.births, journal.structure
    about_domain = births.topic.values >= journal.issues
    staff = births.place.values < s.staff
    role = np.full(len(staff), len(s.roles))
    role[staff] = s.staff_role[births.place.values[staff]]
    return pd.DataFrame(
        {
            "lesson": 1 + np.arange(len(staff)),
            "step": births.step.values,
            "process": _named(np.searchsorted(_BEARING, births.process.values), BEARING),
            "about": _named(about_domain.astype(int), ("issue", "domain")),
            "number": births.topic.values - journal.issues * about_domain,
            "value": births.value.values,
            "who": journal.uids[births.place.values],
            "role": _named(role, (*s.roles, NO_ROLE)),
            "practice": _practice_names(births.practice.values, s),
            "right": births.right.values == 1,
            "known_already": births.known_already.values == 1,
            **_stages(journal, log),
            **_endings(log),
        }
    )


def _stages(journal: Record, log: Log) -> dict[str, pd.api.extensions.ExtensionArray]:
    """The first step of each of `STAGES`: the journal says when a lesson was on the agenda and when most of
    the team held it, its events how far it got beyond that.
    """
    arrived = log.arrivals()
    lesson, place = log.lesson[arrived], log.place[arrived]
    practice, way = log.practice_of[place], log.ways()
    at_home = (log.level_of[place] == LEVELS.index("practice")) & (practice == log.origin[lesson])
    elsewhere = (practice != NOWHERE) & (practice != log.origin[lesson])
    back = elsewhere & np.isin(way[arrived], [WAYS.index(name) for name in RETURNING])
    spread, returned = log.first(arrived[elsewhere]), log.first(arrived[back])
    # In its first step elsewhere something carried it over, though that entry may not have lasted.
    over = np.flatnonzero(np.isin(way, range(len(CHANNELS))))
    over = over[log.step[over] == spread[log.lesson[over]]]
    holder = log.practice_of[log.place[over]]
    over = over[(holder != NOWHERE) & (holder != log.origin[log.lesson[over]])]
    back_at = arrived[back]
    back_at = back_at[log.step[back_at] == returned[log.lesson[back_at]]]
    return {
        **{stage: _or_empty(getattr(journal.births, stage).values) for stage in (*OF_EVENTS, "collective")},
        "organizational": _or_empty(log.first(arrived[at_home])),
        "spread": _or_empty(spread),
        "channel": _named(_first_of(log, over, way), CHANNELS),
        "system": _or_empty(log.first(arrived[place >= log.first_top])),
        "returned": _or_empty(returned),
        "returned_by": _named(_first_of(log, back_at, way), CHANNELS),
    }


def _first_of(log: Log, events: NDArray[np.int64], values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Per lesson, the value of the first of some events."""
    found = np.full(len(log.origin), NOWHERE)
    lessons, first = np.unique(log.lesson[events], return_index=True)
    found[lessons] = values[events[first]]
    return found


def _endings(log: Log) -> dict[str, pd.api.extensions.ExtensionArray]:
    """A lesson that no entry carries any more ended with its last event."""
    lessons = len(log.origin)
    change = np.where(log.kind == LOST, -1, 1)
    over = np.bincount(log.lesson, weights=change, minlength=lessons) == 0
    last = np.zeros(lessons, dtype=np.int64)
    last[log.lesson] = np.arange(len(log.lesson))  # the last of equal indices stays
    level = log.level_of[log.place[last]]
    end = np.where(over, _ends(log.process[last], level), ENDS.index("held"))
    return {
        "lost": _or_empty(np.where(over, log.step[last], NOWHERE)),
        "end": _named(end, ENDS),
        "end_level": _named(np.where(over, level, NOWHERE), LEVELS),
    }


def _events(log: Log) -> pd.DataFrame:
    kinds = ("lost", "born", "taken")
    assert (kinds[LOST], kinds[BORN], kinds[TAKEN]) == ("lost", "born", "taken")
    source = pd.array(log.uids[log.source], dtype="Int64")
    source[log.source == NOWHERE] = pd.NA
    return pd.DataFrame(
        {
            "step": log.step,
            "lesson": log.lesson + 1,
            "event": _named(log.kind, kinds),
            "from": source,
            "to": log.uids[log.place],
            "process": _named(log.process, _PROCESSES),
            "level": _named(log.level_of[log.place], LEVELS),
        }
    )


def _levels(structure: Structure) -> NDArray[np.int64]:
    """Per place, the index among `LEVELS`."""
    return np.repeat(np.arange(3), [structure.staff, structure.practices, sum(structure.bodies)])


def _named(codes: NDArray[np.int64], names: tuple[str, ...]) -> pd.Categorical[str]:
    return pd.Categorical.from_codes(codes, categories=pd.Index(names))


def _practice_names(practices: NDArray[np.int64], structure: Structure) -> pd.Categorical[str]:
    names = (*structure.practice_names, NO_PRACTICE)
    return _named(np.where(practices == NOWHERE, structure.practices, practices), names)


def _or_empty(steps: NDArray[np.int64]) -> pd.api.extensions.ExtensionArray:
    """Steps, empty where `NOWHERE`."""
    return pd.arrays.IntegerArray(steps.astype(np.int64), steps == NOWHERE)
