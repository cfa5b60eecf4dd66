"""What a calibration says: of each target, of each free key, and of keys that go together."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lpsim.sweeps.design.sampling import values_at
from lpsim.sweeps.design.varying import is_whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from lpsim.sweeps.design.factors import Factor, Row

    Floats = NDArray[np.float64]

TAIL = 0.05
"""Nine of ten acceptable points lie between the values that are told."""
IDENTIFIED, PARTLY = 0.5, 0.8
"""A key is identified where acceptable points spread less than so much of its range's spread, or partly."""
TOGETHER = 0.5
"""Two keys are told apart badly where their rank correlation among acceptable points is above."""
FEWEST = 10
"""With fewer acceptable points nothing is said of what they leave open."""
_EVENLY = (np.arange(1000) + 0.5) / 1000
"""Shares by which it is known how often a range gives each of its single values."""


class TargetFit(NamedTuple):
    """A target, and what the model gives at the acceptable points."""

    name: str
    about: str
    centre: float
    spread: float
    first: tuple[float, float]
    """Between which nine of ten points of the first wave lie."""
    fitted: tuple[float, float, float]
    """The mean of the acceptable points, and between which nine of ten lie."""
    held_out: tuple[float, float, float]
    """The same with the seeds held out."""
    difference: tuple[float, float, float]
    """Held out less fitted, and its 95 % interval over seeds (of all targets together)."""

    @property
    def agrees(self) -> bool:
        """Whether what was fitted and what was held out differ by no more than chance, as far as is known."""
        return not (self.difference[1] > 0 or self.difference[2] < 0)


class KeyFit(NamedTuple):
    """What the acceptable points say of a key."""

    name: str
    low: Row
    median: Row
    high: Row
    """Nine of ten acceptable points lie between the first and the last."""
    width: float
    """The standard deviation of the acceptable points against that of points all over the range: 1, which is
    the most that is told, where nothing was learned, 0 where all have one value."""


class Pair(NamedTuple):
    """Two keys that the targets do not tell apart."""

    one: str
    other: str
    correlation: float
    """That of their ranks, among the acceptable points."""


def ends(values: Floats) -> tuple[float, float]:
    """Between which nine of ten values lie."""
    known = values[np.isfinite(values)]
    if not len(known):
        return (np.nan, np.nan)
    low, high = np.quantile(known, [TAIL, 1 - TAIL])
    return float(low), float(high)


def quantiles(values: Floats, weights: Floats, at: float | Sequence[float]) -> Floats:
    """Below which such shares of the weight lie; where all weights are equal, as `numpy.quantile`."""
    order = np.argsort(values, kind="stable")
    some = weights[order] / weights.sum()
    middles = np.cumsum(some) - some / 2
    below = (middles - middles[0]) / max(middles[-1] - middles[0], 1e-300)
    return np.asarray(np.interp(at, below, values[order]))


def mean_and_ends(values: Floats) -> tuple[float, float, float]:
    """The mean of values, and between which nine of ten lie."""
    known = values[np.isfinite(values)]
    return (float(known.mean()) if len(known) else np.nan, *ends(values))


def difference(fitted: Floats, held_out: Floats, *, among: int) -> tuple[float, float, float]:
    """The difference of two means over seeds and its interval (Welch), for the largest of so many."""
    from scipy.special import stdtrit  # noqa: PLC0415

    means, squares, free = [], [], []
    for values in (fitted, held_out):
        known = values[np.isfinite(values)]
        means.append(known.mean() if len(known) else np.nan)
        squares.append(known.var(ddof=1) / len(known) if len(known) > 1 else np.nan)
        free.append(len(known) - 1)
    difference, error = means[1] - means[0], float(np.sqrt(squares[0] + squares[1]))
    parts = sum(square**2 / max(n, 1) for square, n in zip(squares, free, strict=True))
    freedom = error**4 / parts if parts > 0 else float(max(sum(free), 1))
    half = float(stdtrit(freedom, 1 - 0.05 / (2 * among))) * error
    return float(difference), float(difference - half), float(difference + half)


def key_fit(factor: Factor, shares: Floats, weights: Floats) -> KeyFit:
    """What the acceptable points, as shares of its range and by how much each counts, say of a key."""
    low, median, high = values_at(factor, quantiles(shares, weights, [TAIL, 0.5, 1 - TAIL]))
    width = min(_width(factor, shares, weights), 1.0) if len(shares) >= FEWEST else np.nan
    return KeyFit(factor.name, low, median, high, width)


def places(factor: Factor, shares: Floats) -> Floats:
    """Where points lie in the range of a key, 0 to 1: those of one listed value or whole number at one place,
    the middle of the shares that give it.
    """
    if _is_continuous(factor):
        return shares
    values = values_at(factor, np.concatenate([_EVENLY, shares]))
    counts, sums = Counter(values), dict.fromkeys(values, 0.0)
    for value, share in zip(values, [*_EVENLY, *shares], strict=True):
        sums[value] += share
    return np.array([sums[value] / counts[value] for value in values[len(_EVENLY) :]])


def shares_of_names(factor: Factor, shares: Floats, weights: Floats) -> dict[Row, float]:
    """How many of the points have each value that is listed and no number, by how much each counts and the
    most frequent first; empty for keys whose values lie in an order.
    """
    if factor.values is None or all(map(_is_number, factor.rows or [])):
        return {}
    return dict(sorted(_frequencies(values_at(factor, shares), weights).items(), key=lambda one: -one[1]))


def _width(factor: Factor, shares: Floats, weights: Floats) -> float:
    """How far points spread, against points all over the range."""
    if _is_continuous(factor):
        return _spread(shares, weights) * float(np.sqrt(12))
    if factor.values is None or all(map(_is_number, factor.rows or [])):
        return _spread(places(factor, shares), weights) / max(float(places(factor, _EVENLY).std()), 1e-9)
    found = _as_good_as(values_at(factor, shares), weights)
    every = _as_good_as(values_at(factor, _EVENLY), np.ones(len(_EVENLY)))
    return (found - 1) / max(every - 1, 1e-9)


def _spread(values: Floats, weights: Floats) -> float:
    """The standard deviation of values that count by weights."""
    off = values - np.average(values, weights=weights)
    return float(np.sqrt(np.average(off**2, weights=weights)))


def _frequencies(values: Sequence[Row], weights: Floats) -> dict[Row, float]:
    """Which share of the weight each value has."""
    found: dict[Row, float] = {}
    for value, weight in zip(values, weights.tolist(), strict=True):
        found[value] = found.get(value, 0.0) + weight
    whole = sum(found.values())
    return {value: weight / whole for value, weight in found.items()}


def _is_continuous(factor: Factor) -> bool:
    return factor.values is None and not is_whole(factor)


def _is_number(row: Row) -> bool:
    return len(set(row)) == 1 and isinstance(row[0], int | float) and not isinstance(row[0], bool)


def _as_good_as(values: Sequence[Row], weights: Floats) -> float:
    """So many equally frequent values are as varied as these (inverse Simpson index)."""
    return 1 / sum(share**2 for share in _frequencies(values, weights).values())
