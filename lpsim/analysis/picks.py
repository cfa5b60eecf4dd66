"""Find an instructive lesson among all those of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from lpsim.analysis.life import holdings, practice_of, traced
from lpsim.errors import InputError
from lpsim.lessons.journal import NOWHERE
from lpsim.lessons.stages import RETURNING, STAGES
from lpsim.scenario.taken import as_one

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]

PICKS = ("furthest", "lost-early", "wrong-but-spread", "returned", "double-loop")
"""What a lesson can be picked for."""


def pick(lessons: pd.DataFrame, events: pd.DataFrame, what: str) -> int | None:
    """The number of the most instructive lesson of a run, in one respect; None where there is none.

    Only lessons born in a practice and not known already to most of the team are candidates. Holders
    are those at the end of a step; people are counted as posts, practices by their staff and memory.

    ``furthest``
        Reached the most of the stages after birth (`lpsim.lessons.stages.STAGES`); of these the most
        practices, its own among them.
    ``lost-early``
        Right, lost, and never at any stage, though it may have been raised; of these held by the most
        people, then of the shortest life.
    ``wrong-but-spread``
        Mistaken when born, and spread; of these reached the most stages, then the most practices.
    ``returned``
        Returned; right ones first, then brought to the most other practices by guidance, training or
        curriculum.
    ``double-loop``
        Learned by questioning a governing assumption; right ones first, then as ``furthest``.

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
        There is no such pick.
    """
    if what not in _RULES:
        raise InputError(f"pick: found {what!r}, allowed are {', '.join(PICKS)}.")
    lessons, events = as_one(lessons, pd.DataFrame, "lessons"), as_one(events, pd.DataFrame, "events")
    rule = _RULES[what]
    at_home = practice_of(lessons["who"]) != NOWHERE
    found = lessons[at_home & ~lessons["known_already"].to_numpy(dtype=bool)]
    found = found[rule.fits(found)]
    if found.empty:
        return None
    held = holdings(traced(events[events["lesson"].isin(found["lesson"])]))
    number = found["lesson"].to_numpy()
    best = np.lexsort((number, *[-rank for rank in reversed(rule.ranks(found, held))]))[0]
    return int(number[best])


class _Rule(NamedTuple):
    fits: Callable[[pd.DataFrame], NDArray[np.bool_]]
    """Which lessons are meant at all."""
    ranks: Callable[[pd.DataFrame, pd.DataFrame], list[Numbers]]
    """Lessons and holdings -> numbers per lesson, the first counts first, the greatest wins."""


def _stages(lessons: pd.DataFrame) -> Numbers:
    return lessons[list(STAGES)].notna().sum(axis=1).to_numpy(dtype=np.int64)


def _got_nowhere(lessons: pd.DataFrame) -> NDArray[np.bool_]:
    nowhere: NDArray[np.bool_] = _stages(lessons) == lessons["raised"].notna().to_numpy()
    return nowhere


def _right(lessons: pd.DataFrame) -> NDArray[np.bool_]:
    return lessons["right"].to_numpy(dtype=bool)


def _life(lessons: pd.DataFrame) -> Numbers:
    return (lessons["lost"] - lessons["step"]).to_numpy(dtype=np.int64)


def _practices(lessons: pd.DataFrame, held: pd.DataFrame) -> Numbers:
    return _distinct(lessons, held[held["practice"] != NOWHERE], "practice")


def _people(lessons: pd.DataFrame, held: pd.DataFrame) -> Numbers:
    return _distinct(lessons, held[held["level"] == "staff"], "to")


def _brought_to(lessons: pd.DataFrame, held: pd.DataFrame) -> Numbers:
    """Other practices that the service brought it to."""
    held = held[held["way"].isin(RETURNING) & (held["practice"] != NOWHERE)]
    home = pd.Series(practice_of(lessons["who"]), index=lessons["lesson"])
    return _distinct(lessons, held[held["practice"] != home.reindex(held["lesson"]).to_numpy()], "practice")


def _distinct(lessons: pd.DataFrame, held: pd.DataFrame, column: str) -> Numbers:
    """Per lesson, how many different values its holdings have."""
    rows = held[["lesson", column]].drop_duplicates()
    counts = np.bincount(rows["lesson"], minlength=int(lessons["lesson"].max()) + 1)
    found: Numbers = counts[lessons["lesson"].to_numpy()]
    return found


_RULES = {
    "furthest": _Rule(
        lambda lessons: np.ones(len(lessons), dtype=bool),
        lambda lessons, held: [_stages(lessons), _practices(lessons, held)],
    ),
    "lost-early": _Rule(
        lambda lessons: _right(lessons) & lessons["lost"].notna().to_numpy() & _got_nowhere(lessons),
        lambda lessons, held: [_people(lessons, held), -_life(lessons)],
    ),
    "wrong-but-spread": _Rule(
        lambda lessons: ~_right(lessons) & lessons["spread"].notna().to_numpy(),
        lambda lessons, held: [_stages(lessons), _practices(lessons, held)],
    ),
    "returned": _Rule(
        lambda lessons: lessons["returned"].notna().to_numpy(),
        lambda lessons, held: [_right(lessons).astype(np.int64), _brought_to(lessons, held)],
    ),
    "double-loop": _Rule(
        lambda lessons: (lessons["about"] == "domain").to_numpy(dtype=bool),
        lambda lessons, held: [
            _right(lessons).astype(np.int64),
            _stages(lessons),
            _practices(lessons, held),
        ],
    ),
}
