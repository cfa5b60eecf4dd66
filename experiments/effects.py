"""What a contrast comes to in each setting, in how many points it holds, and which assumption turns it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
import pandas as pd

import lpsim

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from experiments.question import Contrast, Expected, Question

FALSE = 0.05
"""The share of false ones among what is called beyond error (Benjamini & Hochberg 1995)."""
THROUGHOUT = 0.8
"""The share of the points in which a claim has to hold, to hold throughout."""
LEAST = 6
"""Points on each side of a split, at least."""
Answer = Literal["yes", "depends", "not seen", "reversed"]


class Turn(NamedTuple):
    """The key that divides the points best: where a claim holds on either side of a value."""

    key: str
    value: float
    below: tuple[int, int]
    """In how many points it holds, of how many, up to the value."""
    above: tuple[int, int]
    p: float
    """Fisher's exact test, times all splits that were looked at (Bonferroni)."""


@dataclass(frozen=True)
class Effect:
    """A contrast in a setting.

    Attributes
    ----------
    contrast : Contrast
    setting : str
    mean, low, high : float
        The mean with its 95 % interval: over seeds in the main scenario, over points elsewhere.
    p : float
        How likely so much is by chance (two-sided t test; of ``same`` two one-sided ones).
    points : DataFrame
        A row each: ``point``, ``mean``, ``se``, ``holds`` (its mean is as claimed), ``sure`` (beyond error).
    """

    contrast: Contrast
    setting: str
    mean: float
    low: float
    high: float
    p: float
    points: pd.DataFrame

    @property
    def half(self) -> float:
        """Half the interval."""
        return (self.high - self.low) / 2

    @property
    def share(self) -> float:
        """The share of the points in which the claim holds."""
        return float(self.points["holds"].mean())

    @property
    def count(self) -> str:
        """In how many of the points it holds."""
        return f"{int(self.points['holds'].sum())} of {len(self.points)}"

    @property
    def is_mixed(self) -> bool:
        """Whether there are points enough on both sides to ask what turns the claim."""
        return LEAST <= int(self.points["holds"].sum()) <= len(self.points) - LEAST

    @property
    def holds(self) -> bool:
        """Whether the mean is as claimed, and its interval leaves out what is not."""
        if self.contrast.expected == "same":
            return max(abs(self.low), abs(self.high)) < self.contrast.margin
        return self.low > 0 if self.contrast.expected == "more" else self.high < 0

    @property
    def is_reversed(self) -> bool:
        """Whether the mean is clearly not as claimed."""
        if self.contrast.expected == "same":
            return self.low > self.contrast.margin or self.high < -self.contrast.margin
        return self.high < 0 if self.contrast.expected == "more" else self.low > 0


class Finding(NamedTuple):
    """A contrast in all settings that were run."""

    contrast: Contrast
    effects: Mapping[str, Effect]
    turn: Turn | None
    """What turns it among the hypercube points, if anything clearly does."""

    @property
    def answer(self) -> Answer:
        """Whether it holds throughout, here and there, or nowhere beyond error; or the reverse everywhere."""
        every = self.effects.values()
        main = all(effect.holds for effect in every if effect.setting == "main")
        if main and all(effect.share >= THROUGHOUT for effect in every if effect.setting != "main"):
            return "yes"
        if self.turn or any(effect.holds for effect in every):
            return "depends"
        return "reversed" if len(self.reversed_in) == len(self.effects) else "not seen"

    @property
    def reversed_in(self) -> list[str]:
        """The settings in which the reverse is, beyond error."""
        return [name for name, effect in self.effects.items() if effect.is_reversed]


def findings(question: Question, tables: Mapping[str, pd.DataFrame]) -> list[Finding]:
    """What every contrast of a question comes to, from its tables by setting."""
    tested = {name: _tested(question, table) for name, table in tables.items()}
    _find_sure(tested)
    found = []
    for contrast in question.contrasts:
        effects = {name: _effect(contrast, name, table) for name, table in tested.items()}
        turn = _turn(question, effects["hypercube"]) if "hypercube" in effects else None
        found.append(Finding(contrast, effects, turn))
    return found


def p_value(mean: Any, se: Any, free: Any, expected: Expected, margin: float) -> NDArray[np.float64]:
    """That of a difference from 0, or for ``same`` from either margin; 1 where nothing is known."""
    from scipy.stats import t  # noqa: PLC0415 (slow to import)

    mean, se = np.asarray(mean, dtype=float), np.asarray(se, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        if expected == "same":
            found = t.sf((margin - np.abs(mean)) / se, free)
        else:
            found = 2 * t.sf(np.abs(mean) / se, free)
    return np.where(np.isnan(found), 1.0, found)


def adjusted(p: Any) -> NDArray[np.float64]:
    """P values adjusted so that below `FALSE` no more than that share of them is false."""
    from scipy.stats import false_discovery_control  # noqa: PLC0415

    found: NDArray[np.float64] = false_discovery_control(np.asarray(p, dtype=float), method="bh")
    return found


def _tested(question: Question, table: pd.DataFrame) -> pd.DataFrame:
    contrasts = {contrast.name: contrast for contrast in question.contrasts}
    parts = []
    for name, rows in table.groupby("contrast", sort=False):
        one = contrasts[str(name)]
        means = rows["mean"].to_numpy()
        holds = {"more": means > 0, "less": means < 0, "same": np.abs(means) < one.margin}[one.expected]
        p = p_value(means, *_error(rows), one.expected, one.margin)
        parts.append(rows.assign(holds=holds, p=p))
    return pd.concat(parts, ignore_index=True)


def _error(rows: pd.DataFrame) -> tuple[float, int]:
    """The standard error of a point's mean by the deviations at all points, and its degrees of freedom."""
    runs = int(rows["repetitions"].iloc[0])
    return float(np.sqrt((rows["sd"] ** 2).mean() / runs)), len(rows) * (runs - 1)


def _find_sure(tested: Mapping[str, pd.DataFrame]) -> None:
    """Mark what is beyond error, the false discovery rate kept over all claims at all points of a setting."""
    for table in tested.values():
        table["sure"] = adjusted(table["p"]) < FALSE


def _effect(contrast: Contrast, setting: str, table: pd.DataFrame) -> Effect:
    rows = table[table["contrast"] == contrast.name].reset_index(drop=True)
    means, n = rows["mean"].to_numpy(), len(rows)
    if n == 1:
        mean, se, free = float(means[0]), float(rows["se"].iloc[0]), int(rows["repetitions"].iloc[0]) - 1
    else:  # points have seeds of their own, so that their spread holds what chance does to each
        mean, se, free = float(means.mean()), float(means.std(ddof=1) / np.sqrt(n)), n - 1
    from scipy.special import stdtrit  # noqa: PLC0415

    half = float(stdtrit(max(free, 1), 0.975)) * se
    p = float(p_value(mean, se, free, contrast.expected, contrast.margin))
    return Effect(contrast, setting, mean, mean - half, mean + half, p, rows)


def _turn(question: Question, effect: Effect) -> Turn | None:
    """The split of one key that tells best where a claim holds; None where it may be chance."""
    holds = effect.points["holds"].to_numpy()
    if not effect.is_mixed:
        return None
    points = _points(question, effect)
    splits = [split for key in points for split in _splits(str(key), points[key].to_numpy(), holds)]
    if not splits:
        return None
    best = min(splits, key=lambda split: split.p)
    p = min(best.p * len(splits), 1.0)
    return best._replace(p=p) if p < FALSE else None


def _points(question: Question, effect: Effect) -> pd.DataFrame:
    """What the keys are at the points of an effect, a row each."""
    every = question.every_point("hypercube")
    if effect.points["point"].max() >= len(every):
        raise lpsim.InputError(
            f"{question.folder.name}: hypercube.csv is of other points than not_known.toml has; run it again."
        )
    return pd.DataFrame([every[number] for number in effect.points["point"]])


def _splits(key: str, values: NDArray[Any], holds: NDArray[np.bool_]) -> list[Turn]:
    from scipy.stats import hypergeom  # noqa: PLC0415

    order = np.argsort(values, kind="stable")
    ranked, below = values[order], np.cumsum(holds[order])
    n, right = len(values), int(holds.sum())
    sizes = np.arange(LEAST, n - LEAST + 1)
    found = below[sizes - 1]
    tails = np.minimum(hypergeom.cdf(found, n, right, sizes), hypergeom.sf(found - 1, n, right, sizes))
    return [
        Turn(
            key,
            float(ranked[size - 1] + ranked[size]) / 2,
            (int(k), int(size)),
            (right - int(k), n - int(size)),
            p,
        )
        for size, k, p in zip(sizes, found, np.minimum(2 * tails, 1.0), strict=True)
        if ranked[size - 1] < ranked[size]
    ]


def strongest(question: Question, effect: Effect) -> tuple[str, float] | None:
    """The key whose rank goes most with the size of an effect (Spearman); None where none clearly does."""
    from scipy.stats import spearmanr  # noqa: PLC0415

    points = _points(question, effect)
    if effect.points["mean"].nunique() == 1:
        return None
    keys = [key for key in points if points[key].nunique() > 1]
    found = [spearmanr(points[key], effect.points["mean"]) for key in keys]
    best = int(np.argmax([abs(one.statistic) for one in found]))
    sure = adjusted([one.pvalue for one in found])[best] < FALSE
    return (str(keys[best]), float(found[best].statistic)) if sure else None
