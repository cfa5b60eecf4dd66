"""Find an instructive lesson, and read out of the events who held it from when until when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from lpsim.errors import InputError
from lpsim.lessons.journal import NOWHERE
from lpsim.lessons.stages import RETURNING, STAGES
from lpsim.schedule import Level
from lpsim.state import uid_parts

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]

PICKS = ("furthest", "lost-early", "wrong-but-spread", "returned")
"""What a lesson can be picked for."""


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
    return order.assign(until=until)[kept].sort_index()


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
    curriculum = newcomer & (uid_parts(source)[0] >= Level.SERVICE)
    named: NDArray[np.bool_] = events["process"].isin(RETURNING).to_numpy()
    return (events["event"] == "taken").to_numpy() & (named | curriculum)


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
    return counts[lessons["lesson"].to_numpy()]


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
