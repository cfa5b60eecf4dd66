"""What several runs say together: a mean, how well it is known, and how far single worlds lie apart.

Two uncertainties are told apart wherever results are shown. The *interval* says how well the mean is
known; more runs narrow it. The *spread between worlds* says what may happen in one world; no number of
runs narrows it. Values are finite or NaN: a NaN is a run without a value, left out and not counted.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Self

    from numpy.typing import ArrayLike, NDArray

LEVEL = 0.95
"""How often an interval covers the true mean."""
FEW = 9
"""For fewer runs no quantile is told: even between lowest and highest lie fewer than 8 of 10 worlds."""

ROUNDING = 1e-12
"""What lies no farther apart is the same number, written in binary."""

T = TypeVar("T", float, "NDArray[Any]")


@dataclass(frozen=True)
class Summary(Generic[T]):
    """What several runs say together of one number, or of each number of an array.

    Attributes
    ----------
    runs : int
        Those that have a value.
    mean, low, high : float
        The mean and its 95 % interval (Student's t); the ends are NaN with fewer than two runs.
    sd : float
        Standard deviation between runs; NaN with fewer than two.
    lowest, tenth, ninetieth, highest : float
        The spread between worlds: the extremes, and the 10 % and 90 % quantiles, between which 8 of 10
        worlds lie: not of these runs, but of all, in the mean (as they are p (n + 1)-th of n in order, linear
        between neighbours; Weibull's positions, type 6 of Hyndman & Fan 1996).
    """

    runs: T
    mean: T
    low: T
    high: T
    sd: T
    lowest: T
    tenth: T
    ninetieth: T
    highest: T

    @property
    def spread(self) -> tuple[T, T]:
        """What 8 of 10 worlds lie between; of fewer than `FEW` runs, the lowest and the highest."""
        few = np.max(self.runs) < FEW
        return (self.lowest, self.highest) if few else (self.tenth, self.ninetieth)

    def within(self, least: float, most: float) -> Self:
        """The same with the interval cut at what is possible."""
        low, high = (np.clip(end, least, most) for end in (self.low, self.high))
        return replace(self, low=low, high=high)


@dataclass(frozen=True)
class PairedDifference(Summary[T]):
    """The summary of differences between runs with the same seed.

    Attributes
    ----------
    positive, negative : float
        The share of seeds in which the difference is above, and below, 0.
    """

    positive: T
    negative: T


def summarize(values: Iterable[float]) -> Summary[float]:
    """What the values of single runs say together."""
    return Summary(**_single(summarize_runs(np.fromiter(values, dtype=float))))


def summarize_runs(values: ArrayLike) -> Summary[NDArray[Any]]:
    """`Summary` along the first axis: of shape (runs, …) arrays of shape (…)."""
    return Summary(**_numbers(_ordered(np.asarray(values, dtype=float))))


def paired_difference(values: Iterable[float], others: Iterable[float]) -> PairedDifference[float]:
    """``values`` less ``others``, seed by seed: both in the order of the same seeds."""
    one, other = (np.fromiter(these, dtype=float) for these in (values, others))
    return PairedDifference(**_single(paired_differences(one, other)))


def paired_differences(values: ArrayLike, others: ArrayLike) -> PairedDifference[NDArray[Any]]:
    """`PairedDifference` along the first axis: of two of shape (runs, …) arrays of shape (…).

    A seed without a value in either is left out.

    Raises
    ------
    ValueError
        The shapes differ, so that the values are not those of the same seeds.
    """
    one, other = np.asarray(values, dtype=float), np.asarray(others, dtype=float)
    if one.shape != other.shape:
        raise ValueError(f"values of shape {one.shape} have no pairs in others of shape {other.shape}")
    ordered = _ordered(one - other)
    numbers = _numbers(ordered)
    positive, negative = (_over(which.sum(axis=0), numbers["runs"]) for which in (ordered > 0, ordered < 0))
    return PairedDifference(**numbers, positive=positive, negative=negative)


def is_clear(difference: PairedDifference[float], *, among: int = 1) -> bool:
    """Whether an interval leaves out 0, one as wide as is due to a difference picked among so many.

    Measures go in steps, so a few worlds may differ by just as much each; the interval then has no width
    and says nothing. There the sign test decides: so many worlds all on one side of 0.
    """
    return bool(are_clear(difference.mean, difference.sd, int(difference.runs), among=among))


def picked_among(differences: Iterable[PairedDifference[float]]) -> int:
    """Among how many differences one is picked that is clear: those that are not exactly 0 in every world.

    What an option cannot reach makes nothing else less clear. One that is 0 in every world is never clear,
    so to leave it out can add no false one of its own; and that it is 0 says nothing of the signs of the
    others, so these are false as rarely as if nobody had looked: once in twenty, all of them together
    (Tarone 1990, "A modified Bonferroni method for discrete data", Biometrics 46:515-522).
    """
    return max(1, sum(not is_nothing(one) for one in differences))


def is_nothing(difference: PairedDifference[float]) -> bool:
    """Whether a difference is exactly 0 in every world."""
    return bool(difference.lowest == 0 == difference.highest)


def are_clear(mean: ArrayLike, sd: ArrayLike, runs: int, *, among: ArrayLike = 1) -> NDArray[np.bool_]:
    """`is_clear` of several differences over so many runs, by their means and standard deviations."""
    mean, sd, free, error = np.asarray(mean), np.asarray(sd), runs - 1, (1 - LEVEL) / np.asarray(among)
    if free < 1:
        return np.zeros(mean.shape, dtype=bool)
    by_interval = np.abs(mean) > half_width(sd**2 * free, runs, 1 - error)
    found: NDArray[np.bool_] = np.where(sd < ROUNDING, (mean != 0) & (2.0**-free <= error), by_interval)
    return found


def half_width(squares: ArrayLike, count: ArrayLike, level: ArrayLike = LEVEL) -> NDArray[Any]:
    """Half of Student's t interval of a mean; NaN for fewer than two values.

    Parameters
    ----------
    squares : float or array
        The sum of the squared differences of the values from their mean.
    count : int or array
        Of the values.
    level : float or array
        The probability with which the interval covers the true mean.
    """
    # Imported late: most runs need none.
    from scipy.special import stdtrit  # noqa: PLC0415

    free = np.asarray(count) - 1
    times = stdtrit(np.maximum(free, 1), (1 + np.asarray(level)) / 2)
    width: NDArray[Any] = times * np.sqrt(_over(_over(squares, free), count))
    return width


def are_same(values: ArrayLike, other: ArrayLike) -> NDArray[np.bool_]:
    """Which numbers are one but for what binary arithmetic adds: they agree to twelve digits or places.

    A mean of .04, .05 and .06 is .049999999999999996, and whoever reads it, or states a threshold, means .05.
    """
    return np.isclose(values, other, rtol=ROUNDING, atol=ROUNDING)


def _ordered(values: NDArray[Any]) -> NDArray[Any]:
    """Ascending along the first axis, NaN last; no run at all is one without a value."""
    return np.sort(values, axis=0) if len(values) else np.full((1, *values.shape[1:]), math.nan)


def _numbers(ordered: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """The fields of a `Summary`, of what `_ordered` gives."""
    known = ~np.isnan(ordered)
    runs = known.sum(axis=0)
    # Around the lowest: the mean of equal values is that value, and they have no spread, to the bit.
    lowest = ordered[0]
    above = np.where(known, ordered - lowest, 0.0)
    mean = _over(_sum(above), runs)
    squares = _sum(np.where(known, (above - mean) ** 2, 0.0))
    half = half_width(squares, runs)
    return {
        "runs": runs,
        "mean": lowest + mean,
        "low": lowest + mean - half,
        "high": lowest + mean + half,
        "sd": np.sqrt(_over(squares, runs - 1)),
        "lowest": lowest,
        "tenth": _quantile(ordered, runs, 0.1),
        "ninetieth": _quantile(ordered, runs, 0.9),
        "highest": _quantile(ordered, runs, 1.0),
    }


def _sum(values: NDArray[Any]) -> NDArray[Any]:
    """Along the first axis, one after another: numpy's own sum depends on the shape, and so would halves."""
    total: NDArray[Any] = np.cumsum(values, axis=0)[-1]
    return total


def _quantile(ordered: NDArray[Any], runs: NDArray[Any], share: float) -> NDArray[Any]:
    place = np.clip((runs + 1) * share - 1, 0, np.maximum(runs - 1, 0))
    ends = (np.floor(place).astype(int), np.ceil(place).astype(int))
    low, high = (np.take_along_axis(ordered, end[np.newaxis], axis=0)[0] for end in ends)
    quantile: NDArray[Any] = low + (high - low) * (place - ends[0])
    return quantile


def _over(part: ArrayLike, whole: ArrayLike) -> NDArray[Any]:
    """A division that is NaN where nothing is to be divided."""
    parts, wholes = np.broadcast_arrays(np.asarray(part, dtype=float), whole)
    found: NDArray[Any] = np.divide(parts, wholes, out=np.full(parts.shape, math.nan), where=wholes > 0)
    return found


def _single(found: Summary[Any]) -> dict[str, Any]:
    """The fields as plain numbers, where each is an array of one."""
    return {field.name: getattr(found, field.name).item() for field in fields(found)}


class Interval(NamedTuple):
    """A mean and the ends of its interval; gives way to `Summary`."""

    mean: float
    low: float
    high: float


def t_interval(values: Iterable[float]) -> Interval:
    """As `summarize`, to which it gives way."""
    found = summarize(values)
    return Interval(found.mean, found.low, found.high)
