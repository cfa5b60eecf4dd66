"""Where a tier hangs on which worlds were drawn: what has to be tried in more of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
import pandas as pd

from experiments.guide.effects import likely
from experiments.guide.tiers import SETTINGS, tiers
from experiments.guide.worlds import Cell, cell_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    Values = Mapping[str, tuple[NDArray[np.float64], NDArray[np.float64]]]

DRAWS = 100
"""Resamples of the worlds."""
SURE = 0.9
"""In this share of them, and in either half of the worlds, a tier has to come out again."""
ROW = ["size", "goal", "years", "step"]


def in_doubt(table: pd.DataFrame) -> list[Cell]:
    """What has to be tried in more worlds, from the means and variances in those there are."""
    found = set()
    for place, rows in table.groupby(ROW, sort=False):
        if how_sure(rows) < SURE:
            found.add(cell_of(*cast("tuple[str, str, int, str]", place)))
    return sorted(found, key=lambda cell: (cell.size, cell.left or 0, cell.step))


def how_sure(rows: pd.DataFrame) -> float:
    """In which share of resamples of the worlds a step has its tier again; 0 where a half gives another."""
    whole = _by_setting(rows)
    halves = [_by_setting(part) for _, part in rows.groupby("half")]
    resamples = (_resampled(whole, np.random.default_rng(draw)) for draw in range(DRAWS))
    tier, *others = _tiers([whole, *halves, *resamples])
    if any(other != tier for other in others[: len(halves)]):
        return 0.0
    return float(np.mean([other == tier for other in others[len(halves) :]]))


def _by_setting(rows: pd.DataFrame) -> Values:
    """Means over seeds and the variances of these means, a value per world."""
    parts = {name: rows[rows["setting"] == name] for name in SETTINGS}
    return {name: (part["mean"].to_numpy(), part["variance"].to_numpy()) for name, part in parts.items()}


def _resampled(values: Values, chance: np.random.Generator) -> Values:
    found = {}
    for name, (means, variances) in values.items():
        drawn = chance.integers(len(means), size=len(means))
        found[name] = means[drawn], variances[drawn]
    return found


def _tiers(every: list[Values]) -> list[str]:
    return list(tiers(pd.DataFrame(_rows(every))))


def _rows(every: list[Values]) -> Iterator[dict[str, float]]:
    for values in every:
        yield {
            f"{name}_{what}": value
            for name, one in values.items()
            for what, value in likely(*one).numbers().items()
        }
