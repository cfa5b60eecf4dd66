"""From what every step does in every world to the table that ships: how much, how likely, how stable.

Few runs of a world leave its effect in error, and error alone would make harm of some effects and gains of
others. So an effect is taken as what is likely given its runs: drawn towards the mean of all worlds by the
share of the variance between them that is error (the normal model of Morris 1983, J Am Stat Assoc 78:47). A
world in which a step changes nothing at all (who meets every month cannot meet more often) has one of 0.
How far worlds differ is itself known with error. It is taken as what is likely, too, or chance would often
leave no difference at all.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from experiments.effects import FALSE, adjusted
from experiments.guide.steps import SIZES, STEPS
from experiments.guide.tiers import NOTICED, SETTINGS, tiers
from experiments.guide.worlds import GOALS, SETS, Values

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

ENDS = (0.05, 0.95)
TOP = 3
LEVELS = (np.arange(40) + 0.5) / 40
BOTH = "both"
"""What is made of the worlds of both halves."""
PLACE = ["half", "size", "goal", "years"]
HEAD = [
    "effects of steps that some practices of a world take, on themselves (goal others: on the rest)",
    "half: of the worlds, which have other points and seeds; hours: of working time of a practice in a month",
    "median, low, high: of the effects over worlds, 5 to 95 %; helps: share of worlds with an effect above 0",
    "gains, harms: share above .01, below -.01; top: in which the step is among the best three",
    "agreement: Kendall's W of the order; turns_with, rank: the key with which the effect goes most, if any",
]
"""What stands above the table."""


class Likely(NamedTuple):
    """The effects in all worlds, each with the error it is known with."""

    means: NDArray[np.float64]
    errors: NDArray[np.float64]

    def above(self, value: float) -> float:
        """The share of worlds in which the effect is above a value."""
        from scipy.special import ndtr  # noqa: PLC0415 (slow to import)

        apart = self.means - value
        sure = np.where(apart > 0, 1.0, 0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            return float(np.where(self.errors > 0, ndtr(apart / self.errors), sure).mean())

    def numbers(self) -> dict[str, float]:
        """What a tier depends on."""
        (median,) = self.quantiles([0.5])
        shares = {"helps": self.above(0.0), "gains": self.above(NOTICED), "harms": 1 - self.above(-NOTICED)}
        return {"median": median, **shares}

    def quantiles(self, shares: Sequence[float]) -> list[float]:
        """Below which the effect lies in so large shares of the worlds."""
        from scipy.special import ndtri  # noqa: PLC0415

        values = self.means[:, None] + self.errors[:, None] * ndtri(LEVELS)
        return [float(value) for value in np.quantile(values, shares)]


def likely(means: NDArray[np.float64], variances: NDArray[np.float64]) -> Likely:
    """How likely effects are, from the means over seeds in every world and the variances of these means."""
    moved = (means != 0) | (variances > 0)
    n = int(moved.sum())
    if n < 3:
        return Likely(means, np.sqrt(variances))
    found, error = means[moved], float(variances[moved].mean())
    whole = max(float(found.var(ddof=1)), 1e-12)
    kept = min(_above_zero(whole - error, math.hypot(whole, error) * math.sqrt(2 / n)) / whole, 1.0)
    middle = float(found.mean())
    known = np.sqrt(kept * min(error, whole) + (1 - kept) ** 2 * whole / n)
    return Likely(np.where(moved, middle + kept * (means - middle), 0.0), np.where(moved, known, 0.0))


def _above_zero(value: float, error: float) -> float:
    """What is likely of a quantity that cannot be below 0, where it was found with a normal error.

    The mean of the normal distribution cut off at 0.
    """
    from scipy.special import log_ndtr  # noqa: PLC0415 (slow to import)

    z = value / error
    return value + error * math.exp(-z * z / 2 - float(log_ndtr(z))) / math.sqrt(2 * math.pi)


def summary(table: pd.DataFrame, points: Mapping[str, Values]) -> pd.DataFrame:
    """A row per half (and both together), size, goal, years and step; `HEAD` says what is in it."""
    halves = list(dict.fromkeys(table["half"]))
    every = pd.concat([table.assign(half=BOTH), table]) if len(halves) > 1 else table
    rows = [
        row
        for half in dict.fromkeys(every["half"])
        for place, cells in every[every["half"] == half].groupby(["size", "goal", "years"])
        for row in _rows((half, *place), cells, points)
    ]
    made = pd.DataFrame(rows)
    for name, order in {"half": (BOTH, *SETS), "size": SIZES, "goal": GOALS, "step": STEPS}.items():
        made[name] = pd.Categorical(made[name], list(order), ordered=True)
    made = made.sort_values([*PLACE, "step"], ignore_index=True).round(4)
    return made.assign(tier=tiers(made))


def _rows(
    place: tuple[Any, ...], cells: pd.DataFrame, points: Mapping[str, Values]
) -> Iterator[dict[str, Any]]:
    people = sum(SIZES[place[1]].values())
    wide = {name: _wide(cells[cells["setting"] == name]) for name in SETTINGS}
    turning = turns_with(wide["hypercube"][0], points) if place[0] == BOTH else {}
    for step in STEPS:
        row = {**dict(zip(PLACE, place, strict=True)), "step": step, "people": people}
        row["hours"] = STEPS[step].hours(people)
        for name in SETTINGS:
            row |= {f"{name}_{what}": value for what, value in _numbers(*wide[name], step).items()}
        row["turns_with"], row["rank"] = turning.get(step, ("", math.nan))
        yield row


def _wide(cells: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Means over seeds and the variances of these means: a row per world, a column per step."""
    means, variances = (
        cells.pivot(index="world", columns="step", values=name) for name in ("mean", "variance")
    )
    return means, variances


def _numbers(means: pd.DataFrame, variances: pd.DataFrame, step: str) -> dict[str, float]:
    """The numbers of the worlds in which the step was tried; for ranks, of those in which all were."""
    tried = means[step].notna()
    found = likely(means.loc[tried, step].to_numpy(), variances.loc[tried, step].to_numpy())
    ranks = means[list(STEPS)].dropna().rank(axis=1, ascending=False)
    low, high = found.quantiles(ENDS)
    return {
        "low": low,
        "high": high,
        **found.numbers(),
        "top": float(np.mean(ranks[step] <= TOP)),
        "agreement": agreement(ranks.to_numpy()),
        "worlds": int(tried.sum()),
    }


def agreement(ranks: NDArray[np.float64]) -> float:
    """How far worlds agree about an order: Kendall's W, 0 not at all, 1 wholly; shape (worlds, steps)."""
    worlds, steps = ranks.shape
    sums = ranks.sum(axis=0)
    return float(12 * ((sums - sums.mean()) ** 2).sum() / (worlds**2 * (steps**3 - steps)))


def turns_with(means: pd.DataFrame, points: Mapping[str, Values]) -> dict[str, tuple[str, float]]:
    """The key whose rank among the worlds goes most with that of a step's effect, where one clearly does."""
    from scipy.stats import spearmanr  # noqa: PLC0415

    values = pd.DataFrame([points[world] for world in means.index])
    moved = {step: means[step].notna().to_numpy() for step in STEPS if means[step].nunique() > 1}
    found = [
        (step, str(key), spearmanr(values[key][tried], means[step][tried]))
        for step, tried in moved.items()
        for key in values
    ]
    if not found:
        return {}
    sure = adjusted([one.pvalue for *_, one in found]) < FALSE
    best: dict[str, tuple[str, float]] = {}
    for (step, key, one), is_sure in zip(found, sure, strict=True):
        if is_sure and abs(one.statistic) > abs(best.get(step, ("", 0.0))[1]):
            best[step] = (key, float(one.statistic))
    return best
