"""The life of one lesson of a run: who held it from when until when, whom they had it from, how far it got.

Whatever tells or draws a lesson takes its `Life` and gathers nothing of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from numbers import Integral
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from lpsim.errors import InputError
from lpsim.lessons.journal import NOWHERE
from lpsim.lessons.stages import CHANNELS, REACHED, RETURNING, ways_of
from lpsim.model.schedule import Level
from lpsim.model.state import uid_parts
from lpsim.runs.folder import as_run

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    from numpy.typing import NDArray

    from lpsim.model.state import Structure
    from lpsim.runs.run import Run

    Numbers = NDArray[np.int64]


class Event(NamedTuple):
    """A row of the events, as whole numbers and words."""

    row: int
    step: int
    source: int
    """The uid of the source, `NOWHERE` without one."""
    to: int
    process: str
    way: str
    """One of `lpsim.lessons.stages.WAYS`, empty without a source."""


@dataclass(frozen=True, eq=False)
class Life:
    """One lesson, from the event it was drawn from to its end.

    Attributes
    ----------
    run : Run
    structure : Structure
        Who there was, and who was tied to whom.
    row : pandas.Series
        The lesson's row in the table of lessons.
    events, held : pandas.DataFrame
        Its events, see `traced`, and its holdings, see `holdings`.
    marks : dict
        The events by which it got somewhere first, see `landmarks`.
    """

    run: Run
    structure: Structure
    row: pd.Series[Any]
    events: pd.DataFrame
    held: pd.DataFrame
    marks: Mapping[str, Event]

    @classmethod
    def of(cls, run: Run, lesson: int) -> Self:
        """Gather the life of a lesson of a run, given by its number.

        Raises
        ------
        InputError
            The run kept no lessons, has no such lesson, or the files it was made from have changed.
        """
        run = as_run(run)
        if not isinstance(lesson, Integral) or isinstance(lesson, bool):
            raise InputError(f"lesson: found {lesson!r:.80}; give its number, from 1.")
        lessons, events = run.journal()
        row, structure = lesson_row(lessons, lesson), run.structure()
        events = traced(events[events["lesson"] == lesson])
        held = holdings(events)
        return cls(run, structure, row, events, held, landmarks(row, events, held, structure))

    @property
    def steps(self) -> int:
        """How many steps the run had."""
        return self.run.scenario.steps

    @property
    def right(self) -> bool:
        """Whether it was right when it was born; else it was a mistake."""
        return bool(self.row["right"])

    @property
    def assumption(self) -> bool:
        """Whether it is about a domain: an assumption, which a practice or body holds itself."""
        return bool(self.row["about"] == "domain")

    @property
    def home(self) -> int:
        """The practice it was born in; `NOWHERE` where a body of the service bore it."""
        return _home(self.row)

    @property
    def team(self) -> int:
        """How many people there are in that practice."""
        first = self.structure.first_staff
        return 0 if self.home == NOWHERE else int(first[self.home + 1] - first[self.home])

    @cached_property
    def reached(self) -> dict[str, int]:
        """By stage, the step at whose end it was reached first, of those that were.

        "born", `lpsim.lessons.stages.STAGES`, and "lost" where nobody holds it any more. What a body of the
        service learned comes to practices but does not return to them.
        """
        steps = {"born": self.row["step"], **{name: self.row[name] for name in (*REACHED[1:], "lost")}}
        if self.home == NOWHERE:
            steps.pop("returned")
        return {name: int(step) for name, step in steps.items() if not pd.isna(step)}

    @property
    def shared(self) -> bool:
        """Whether, when it was collective first, more than half of the team held it, all by this lesson."""
        at_home = (self.held["level"] == "staff") & (self.held["practice"] == self.home)
        return bool(2 * self.over_time(at_home)[self.reached["collective"]] > self.team)

    def holders(self, step: int) -> Numbers:
        """The uids of all that held it at the end of a step, in ascending order."""
        until = self.held["until"].to_numpy()
        here = (self.held["step"].to_numpy() <= step) & ((until > step) | (until == NOWHERE))
        found: Numbers = np.sort(self.held["to"].to_numpy()[here])
        return found

    def over_time(self, which: pd.Series[bool] | NDArray[np.bool_]) -> Numbers:
        """How many of some holdings there were at the end of each step, 0 to the last; (steps + 1,)."""
        return holders_over_time(self.held[which], self.steps)

    def elsewhere(self, which: pd.Series[bool] | NDArray[np.bool_]) -> set[int]:
        """The practices, except its own, in which some holdings were."""
        return set(self.held.loc[which, "practice"].tolist()) - {NOWHERE, self.home}

    def first_holder(self, event: Event, *, at: int) -> bool:
        """Whether at a place, when an event read it, there surely still was whom the lesson was born with.

        What was lost there and came again may have come to another person: nothing tells when somebody
        left who did not hold it.
        """
        before = (self.events["event"] == "lost") & (self.events["step"] < event.step)
        if event.process != "turnover":  # which reads who was there before it
            before |= (self.events["process"] == "turnover") & (self.events["step"] == event.step)
        return bool(at == self.row["who"]) and not (before & (self.events["to"] == at)).any()


def lesson_row(lessons: pd.DataFrame, number: int) -> pd.Series[Any]:
    """What the table of lessons says of one; raises `InputError` where there is no such lesson."""
    found = lessons[lessons["lesson"] == number]
    if not found.empty:
        return found.iloc[0]
    if lessons.empty:
        raise InputError(f"lesson {number}: this run has no lessons; try more steps or another scenario.")
    first, last = lessons["lesson"].min(), lessons["lesson"].max()
    raise InputError(
        f"lesson {number}: this run has lessons {first} to {last}; "
        "find an instructive one with --pick furthest."
    )


def practice_of(uids: Any) -> Numbers:
    """The practice of each uid, `NOWHERE` of a body of the service."""
    level, body, _, _ = uid_parts(np.asarray(uids, dtype=np.int64))
    practice: Numbers = np.where(level <= Level.PRACTICE, body, NOWHERE)
    return practice


def traced(events: pd.DataFrame) -> pd.DataFrame:
    """Events with the ``practice`` of who gained or lost a lesson (`NOWHERE`: none) and the ``way`` it came.

    The way is one of `lpsim.lessons.stages.WAYS`, empty where it did not come from another holder.
    """
    return events.assign(practice=practice_of(events["to"]), way=ways_of(events))


def holdings(events: pd.DataFrame) -> pd.DataFrame:
    """Who held a lesson from when until when: the gains and losses of the events, paired.

    What was lost again in the step it was gained in is left out: the end of a step counts.

    Returns
    -------
    pandas.DataFrame
        One row per holding, in the order they began: the columns of `events` for the gain
        (``step`` is the first at whose end it was held), and ``until``, the step it was lost in,
        -1 where it was held to the end of the run.
    """
    order = events.sort_values(["lesson", "to"], kind="stable")
    step, gained = order["step"].to_numpy(), (order["event"] != "lost").to_numpy()
    keys = order[["lesson", "to"]].to_numpy()
    until = np.full(len(order), NOWHERE)
    again = np.flatnonzero(np.all(keys[1:] == keys[:-1], axis=1))
    until[again] = step[again + 1]
    kept = gained & (until != step)
    held: pd.DataFrame = order.assign(until=until)[kept]
    return held.sort_index()


def holders_over_time(held: pd.DataFrame, steps: int) -> Numbers:
    """How many of these holdings there were at the end of each step, 0 to `steps`; int64, (steps + 1,)."""
    until = held["until"].to_numpy()
    begun = np.bincount(held["step"].to_numpy(), minlength=steps + 1)
    ended = np.bincount(until[until != NOWHERE], minlength=steps + 1)
    return np.cumsum(begun - ended)


def landmarks(
    row: pd.Series[Any], events: pd.DataFrame, held: pd.DataFrame, structure: Structure
) -> dict[str, Event]:
    """The events by which a lesson got to where it first got, of those places it got to at all.

    Parameters
    ----------
    row : pandas.Series
        The lesson, see `lesson_row`.
    events, held : pandas.DataFrame
        Its events, `traced`, and its holdings.
    structure : Structure
        Of the run.

    Returns
    -------
    dict
        Events, all takings except the last: ``colleague``, by another person of its own practice;
        ``organizational``, by that practice; ``spread``, by what carried it to another practice (by one that
        kept it, if there was one); ``below``, by a body under the top tier; ``system``; ``returned``;
        ``lost``, the last loss of a lesson that nobody holds any more.
    """
    home, top = _home(row), Level.SERVICE + len(structure.tiers) - 1
    taken = held[(held["event"] == "taken").to_numpy()]
    tier = uid_parts(taken["to"].to_numpy())[0]
    own, elsewhere = (taken["practice"] == home).to_numpy(), _elsewhere(taken, home)
    bearer = (taken["to"] == row["who"]).to_numpy()
    left = events.loc[(events["to"] == row["who"]) & (events["process"] == "turnover"), "step"].min()
    another = ~bearer | (taken["step"].to_numpy() >= left)
    found = {
        "colleague": taken[(tier == Level.STAFF) & own & another],
        "organizational": _at(taken[(tier == Level.PRACTICE) & own], row, "organizational"),
        "spread": _carried(row, events, held, home),
        "below": taken[(tier >= Level.SERVICE) & (tier < top) & ~bearer],
        "system": _at(taken[tier == top], row, "system"),
        "returned": taken[elsewhere & taken["way"].isin(RETURNING).to_numpy()],
        "lost": _at(events, row, "lost")[::-1],
    }
    return {name: _event(rows) for name, rows in found.items() if len(rows)}


def _home(row: pd.Series[Any]) -> int:
    return int(practice_of([row["who"]])[0])


def _elsewhere(rows: pd.DataFrame, home: int) -> NDArray[np.bool_]:
    """Which rows are of practices other than the lesson's own."""
    practice: Numbers = rows["practice"].to_numpy(dtype=np.int64)
    other: NDArray[np.bool_] = (practice != NOWHERE) & (practice != home)
    return other


def _carried(row: pd.Series[Any], events: pd.DataFrame, held: pd.DataFrame, home: int) -> pd.DataFrame:
    """What carried it to other practices in the step in which it spread: first those that kept it."""
    over = _at(events[events["way"].isin(CHANNELS).to_numpy()], row, "spread")
    over = over[_elsewhere(over, home)]
    if over.empty:
        return over
    first = over[(over["way"] == over["way"].iloc[0]).to_numpy()]
    carried: pd.DataFrame = first.iloc[np.argsort(~first.index.isin(held.index), kind="stable")]
    return carried


def _at(rows: pd.DataFrame, row: pd.Series[Any], stage: str) -> pd.DataFrame:
    """Those of the step in which a stage was reached; none where it was not."""
    step = NOWHERE if pd.isna(row[stage]) else int(row[stage])
    then: pd.DataFrame = rows[rows["step"] == step]
    return then


def _event(rows: pd.DataFrame) -> Event:
    row = rows.iloc[0]
    source = NOWHERE if pd.isna(row["from"]) else int(row["from"])
    way = "" if pd.isna(row["way"]) else str(row["way"])
    return Event(int(rows.index[0]), int(row["step"]), source, int(row["to"]), str(row["process"]), way)
