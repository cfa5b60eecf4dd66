"""Find an instructive lesson, and read out of the events who held it from when until when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from lpsim.errors import InputError
from lpsim.lessons.journal import NOWHERE
from lpsim.lessons.stages import RETURNING, STAGES
from lpsim.model.schedule import Level
from lpsim.model.state import uid_parts

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]

PICKS = ("furthest", "lost-early", "wrong-but-spread", "returned")
"""What a lesson can be picked for."""

_CARRYING = ("turnover", "discussion", "networking", "guidance", "training")
"""Processes by which a lesson can come to a practice from outside."""


def pick(lessons: pd.DataFrame, events: pd.DataFrame, what: str) -> int:
    """The number of the most instructive lesson of a run, in one of four respects.

    Only lessons born in a practice and not known already to most of the team are candidates. Holders
    are those at the end of a step; people are counted as posts, practices by their staff and memory.

    ``furthest``
        Reached the most of the stages collective, organizational, spread, system, returned; of these
        the most practices, its own among them.
    ``lost-early``
        Right, lost, and never at any stage; of these held by the most people, then of the shortest
        life.
    ``wrong-but-spread``
        Mistaken when born, and spread; of these reached the most stages, then the most practices.
    ``returned``
        Returned; right ones first, then brought to the most other practices by guidance, training or
        curriculum.

    What remains equal is settled by the lowest number, which was born first.

    Parameters
    ----------
    lessons, events : pandas.DataFrame
        As `lpsim.lessons.stages.tables` gives them.
    what : str
        One of `PICKS`.

    Raises
    ------
    InputError
        There is no such pick, or the run bore no such lesson.
    """
    if what not in _RULES:
        raise InputError(f"pick: found {what!r}, allowed are {', '.join(PICKS)}.")
    rule = _RULES[what]
    at_home = uid_parts(lessons["who"].to_numpy())[0] <= Level.PRACTICE
    found = lessons[at_home & ~lessons["known_already"].to_numpy(dtype=bool)]
    found = found[rule.fits(found)]
    if found.empty:
        raise InputError(f"pick {what}: {rule.none}.")
    held = holdings(events[events["lesson"].isin(found["lesson"])])
    number = found["lesson"].to_numpy()
    best = np.lexsort((number, *[-rank for rank in reversed(rule.ranks(found, held))]))[0]
    return int(number[best])


def lesson_row(lessons: pd.DataFrame, number: int) -> pd.Series[Any]:
    """What the table of lessons says of one; raises `InputError` where there is no such lesson."""
    found = lessons[lessons["lesson"] == number]
    if not found.empty:
        return found.iloc[0]
    if lessons.empty:
        raise InputError(f"lesson {number}: this run bore no lessons; try more steps or another scenario.")
    first, last = lessons["lesson"].min(), lessons["lesson"].max()
    raise InputError(
        f"lesson {number}: this run bore lessons {first} to {last}; "
        "find an instructive one with --pick furthest."
    )


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


def practice_of(uids: pd.Series[Any]) -> Numbers:
    """The practice of each uid, `NOWHERE` of a body of the service."""
    level, body, _, _ = uid_parts(uids.to_numpy(dtype=np.int64))
    practice: Numbers = np.where(level <= Level.PRACTICE, body, NOWHERE)
    return practice


def by_return(events: pd.DataFrame) -> NDArray[np.bool_]:
    """Which takings are by guidance, training or curriculum, that is from the service."""
    source = events["from"].fillna(0).to_numpy(dtype=np.int64)
    newcomer = (events["process"] == "turnover").to_numpy()
    curriculum: NDArray[np.bool_] = newcomer & (uid_parts(source)[0] >= Level.SERVICE)
    named: NDArray[np.bool_] = events["process"].isin(RETURNING).to_numpy()
    return np.logical_and((events["event"] == "taken").to_numpy(), named | curriculum)


class Event(NamedTuple):
    """A row of the events, as whole numbers and a process."""

    row: int
    step: int
    source: int
    """The uid of the source, `NOWHERE` without one."""
    to: int
    process: str


def first_holder(lesson: pd.Series[Any], events: pd.DataFrame, event: Event, *, at: int) -> bool:
    """Whether at a place, when an event read it, there surely still was whom the lesson was born with.

    What was lost there and came again may have come to another person: nothing tells when somebody
    left who did not hold it.
    """
    before = (events["event"] == "lost") & (events["step"] < event.step)
    if event.process != "turnover":  # which reads who was there before it
        before |= (events["process"] == "turnover") & (events["step"] == event.step)
    return bool(at == lesson["who"]) and not (before & (events["to"] == at)).any()


def landmarks(lesson: pd.Series[Any], events: pd.DataFrame) -> dict[str, Event]:
    """The events by which a lesson got to where it first got, of those places it got to at all.

    Parameters
    ----------
    lesson : pandas.Series
        Its row, see `lesson_row`.
    events : pandas.DataFrame
        The events of this lesson.

    Returns
    -------
    dict
        Events, all takings but the last: ``colleague``, by another person of its own practice;
        ``organizational``, by that practice; ``spread``, by what carried it to another practice (as in the
        table of lessons, that may not have lasted the step); ``below``, by a body under the top tier;
        ``system``; ``returned``; ``lost``, the last loss of a lesson that nobody holds any more.
    """
    taken = holdings(events)
    taken = taken[(taken["event"] == "taken").to_numpy()]
    level, step = taken["level"].to_numpy(), taken["step"].to_numpy()
    home, practice = practice_of(pd.Series([lesson["who"]]))[0], practice_of(taken["to"])
    elsewhere = (practice != NOWHERE) & (practice != home)
    at_birthplace = (taken["to"] == lesson["who"]).to_numpy()
    left = events.loc[(events["to"] == lesson["who"]) & (events["process"] == "turnover"), "step"].min()
    other = ~at_birthplace | (step >= left)
    body = (level == "service") & ~at_birthplace
    top = np.zeros(len(taken), dtype=bool)
    if not pd.isna(lesson["system"]):
        top = (taken["to"] == events.loc[events["level"] == "service", "to"].max()).to_numpy()
    found = {
        "colleague": taken[(level == "staff") & (practice == home) & other],
        "organizational": taken[
            (level == "practice") & (practice == home) & (step == _at(lesson, "organizational"))
        ],
        "spread": _carried(lesson, events, home),
        "below": taken[body & ~top],
        "system": taken[body & top],
        "returned": taken[elsewhere & by_return(taken)],
        "lost": events[events["step"] == _at(lesson, "lost")][::-1],
    }
    return {name: _event(rows) for name, rows in found.items() if len(rows)}


def _event(rows: pd.DataFrame) -> Event:
    row = rows.iloc[0]
    source = NOWHERE if pd.isna(row["from"]) else int(row["from"])
    return Event(int(rows.index[0]), int(row["step"]), source, int(row["to"]), str(row["process"]))


def _carried(lesson: pd.Series[Any], events: pd.DataFrame, home: int) -> pd.DataFrame:
    """What carried it to other practices in the step in which it spread."""
    practice = practice_of(events["to"])
    elsewhere = (practice != NOWHERE) & (practice != home)
    taken = (events["event"] == "taken") & (events["step"] == _at(lesson, "spread"))
    carried: pd.DataFrame = events[elsewhere & taken & events["process"].isin(_CARRYING)]
    return carried


def _at(lesson: pd.Series[Any], stage: str) -> int:
    """The step of a stage, `NOWHERE` for one that was not reached."""
    return NOWHERE if pd.isna(lesson[stage]) else int(lesson[stage])


# --- the four picks -------------------------------------------------------------------------------


class _Rule(NamedTuple):
    fits: Callable[[pd.DataFrame], NDArray[np.bool_]]
    """Which lessons are meant at all."""
    ranks: Callable[[pd.DataFrame, pd.DataFrame], list[Numbers]]
    """Lessons and holdings -> numbers per lesson, the first counts first, the greatest wins."""
    none: str
    """What to say where there is none, and what to do."""


def _stages(lessons: pd.DataFrame) -> Numbers:
    return lessons[list(STAGES)].notna().sum(axis=1).to_numpy(dtype=np.int64)


def _right(lessons: pd.DataFrame) -> NDArray[np.bool_]:
    return lessons["right"].to_numpy(dtype=bool)


def _distinct(lessons: pd.DataFrame, whose: pd.Series[Any], values: Numbers) -> Numbers:
    """Per lesson, how many different values the rows of it have."""
    rows = pd.DataFrame({"lesson": whose.to_numpy(), "value": values}).drop_duplicates()
    counts = np.bincount(rows["lesson"], minlength=int(lessons["lesson"].max()) + 1)
    found: Numbers = counts[lessons["lesson"].to_numpy()]
    return found


def _practices(lessons: pd.DataFrame, held: pd.DataFrame) -> Numbers:
    held = held[held["level"] != "service"]
    return _distinct(lessons, held["lesson"], practice_of(held["to"]))


def _people(lessons: pd.DataFrame, held: pd.DataFrame) -> Numbers:
    held = held[held["level"] == "staff"]
    return _distinct(lessons, held["lesson"], held["to"].to_numpy())


def _brought_to(lessons: pd.DataFrame, held: pd.DataFrame) -> Numbers:
    home = pd.Series(practice_of(lessons["who"]), index=lessons["lesson"])
    held = held[by_return(held)]
    practice = practice_of(held["to"])
    elsewhere = (practice != NOWHERE) & (practice != home.reindex(held["lesson"]).to_numpy())
    return _distinct(lessons, held["lesson"][elsewhere], practice[elsewhere])


def _life(lessons: pd.DataFrame) -> Numbers:
    return (lessons["lost"] - lessons["step"]).to_numpy(dtype=np.int64)


_RULES = {
    "furthest": _Rule(
        lambda lessons: np.ones(len(lessons), dtype=bool),
        lambda lessons, held: [_stages(lessons), _practices(lessons, held)],
        "nobody in a practice learned what most of the team did not know already; "
        "try more steps or another seed",
    ),
    "lost-early": _Rule(
        lambda lessons: _right(lessons) & lessons["lost"].notna().to_numpy() & (_stages(lessons) == 0),
        lambda lessons, held: [_people(lessons, held), -_life(lessons)],
        "no right lesson was lost before most of its team shared it; "
        "try more steps, a higher turnover or another seed",
    ),
    "wrong-but-spread": _Rule(
        lambda lessons: ~_right(lessons) & lessons["spread"].notna().to_numpy(),
        lambda lessons, held: [_stages(lessons), _practices(lessons, held)],
        "no mistaken lesson spread to another practice (one practice alone has no other); "
        "try a scenario with more practices or more channels between them, or another seed",
    ),
    "returned": _Rule(
        lambda lessons: lessons["returned"].notna().to_numpy(),
        lambda lessons, held: [_right(lessons).astype(np.int64), _brought_to(lessons, held)],
        "no lesson came back from the service to another practice (one practice alone has no other); "
        "try a scenario with more practices, more reporting and more guidance, or another seed",
    ),
}
