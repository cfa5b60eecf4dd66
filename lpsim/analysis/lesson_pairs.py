"""Single lessons in two worlds of one seed: which got further with an option than without it.

The same person draws the same lesson from the same event in both worlds, as long as chance has met the same
people there. What has a counterpart in the other world is compared one by one, by how many stages it reached.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from lpsim.analysis.summary import Summary, summarize
from lpsim.lessons.stages import OF_EVENTS, STAGES, counted, reached

if TYPE_CHECKING:
    from collections.abc import Mapping

HOW_FAR = tuple(stage for stage in STAGES if stage not in OF_EVENTS)
"""The stages that say how far a lesson got; being talked of in a meeting is on the way."""
SAME = ("step", "process", "about", "number", "value", "who", "practice", "role", "right")
"""What makes lessons of two worlds the same one: when, how, what about, what it says and who drew it."""


class Shift(NamedTuple):
    """How far an option brought the lessons that were born in both worlds of a seed."""

    born: Summary[float]
    """How many were, per world."""
    further: Summary[float]
    """The share of these that reached more stages with the option; so is `less_far`."""
    less_far: Summary[float]
    only_base: Summary[float]
    """How many were born, and not known already, in the base's world only; so is `only_option`."""
    only_option: Summary[float]


def standing(lessons: pd.DataFrame) -> pd.DataFrame:
    """How far each counted lesson of a run got: a row each.

    Parameters
    ----------
    lessons : pandas.DataFrame
        As `lpsim.lessons.stages.tables` gives them.

    Returns
    -------
    pandas.DataFrame
        Its number (``lesson``), the columns of `SAME`, how many ``stages`` of `HOW_FAR` it reached, and the
        last of these (``furthest``, "born" where none).
    """
    some = counted(lessons)
    reach = reached(some, HOW_FAR)
    stages = reach.sum(axis=0)
    last = len(HOW_FAR) - np.argmax(reach[::-1], axis=0)
    names = np.array(["born", *HOW_FAR])
    plain = {name: some[name].astype(str) for name in SAME if some[name].dtype == "category"}
    return (
        some[["lesson", *SAME]]
        .assign(**plain, stages=stages, furthest=names[np.where(stages > 0, last, 0)])
        .reset_index(drop=True)
    )


def pairs(base: pd.DataFrame, option: pd.DataFrame) -> pd.DataFrame:
    """The lessons of two worlds of one seed side by side.

    Parameters
    ----------
    base, option : pandas.DataFrame
        As `standing` gives them.

    Returns
    -------
    pandas.DataFrame
        A row per lesson of either world: the columns of `SAME`; ``lesson``, ``stages`` and ``furthest`` of
        each, ending in ``_base`` and ``_option``; ``_merge`` says in which worlds it was born.
    """
    return base.merge(option, on=list(SAME), how="outer", suffixes=("_base", "_option"), indicator=True)


def shift(base: Mapping[int, pd.DataFrame], option: Mapping[int, pd.DataFrame]) -> Shift:
    """How far an option brought lessons, over the worlds (by seed) that both have."""
    rows = [_counts(pairs(base[seed], option[seed])) for seed in base if seed in option]
    return Shift(*(summarize(column) for column in zip(*rows, strict=True)))


def gained(base: Mapping[int, pd.DataFrame], option: Mapping[int, pd.DataFrame], most: int) -> pd.DataFrame:
    """The lessons that gained most stages by an option, right ones first: at most so many, one of a world.

    Columns as `pairs` gives them, and ``seed``.
    """
    found = [pairs(base[seed], option[seed]).assign(seed=seed) for seed in base if seed in option]
    every = pd.concat(found, ignore_index=True)
    every = every[every["_merge"] == "both"]
    every = every.assign(gain=every["stages_option"] - every["stages_base"])
    every = every[every["gain"] > 0].sort_values(
        ["right", "gain", "seed", "lesson_base"], ascending=[False, False, True, True], kind="stable"
    )
    return every.drop_duplicates("seed").head(most)


def _counts(found: pd.DataFrame) -> tuple[float, ...]:
    both = found[found["_merge"] == "both"]
    gain = both["stages_option"] - both["stages_base"]
    only = [float((found["_merge"] == f"{side}_only").sum()) for side in ("left", "right")]
    # Where no lesson is in both worlds, no share of them says anything.
    shares = [float((gain > 0).mean()), float((gain < 0).mean())] if len(both) else [np.nan, np.nan]
    return (float(len(both)), *shares, *only)
