"""What an option does to a measure in the same worlds, how surely, and in how many of them it is worse.

A measure need not have a value in every world. Means and their difference are of the worlds in which both
have one. Of a time, however, to have none says something: what was never reached comes later than all that
was. So every world says which of both is later, and the median counts every world.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from lpsim.analysis.measured import is_counted, is_time, measure_of
from lpsim.analysis.summary import (
    LEVEL,
    ROUNDING,
    PairedDifference,
    half_width,
    is_clear,
    paired_differences,
    picked_among,
    summarize,
    summarize_runs,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_MOST = 1e15
"""Worlds: of more no number is told."""


class Effect(NamedTuple):
    """What an option does to a measure at one step."""

    option: str
    measure: str
    step: int
    base: float
    """The mean over the worlds in which both have a value; so is `mean`, of the option."""
    mean: float
    difference: PairedDifference[Any]
    """The option less the base, world by world, where both have a value."""
    base_worlds: int
    """In so many worlds the base has a value; so is `option_worlds`, of the option."""
    option_worlds: int
    base_median: float
    """The median of a time over all worlds, never being later than any; NaN where it is never, and for other
    measures. So is `median`, of the option."""
    median: float
    ranked: int
    """In so many worlds it is known which is higher: of a time in all, else where both have a value."""
    higher: float
    """The share of those in which the option is higher than the base; of a time, later. So is `lower`."""
    lower: float
    worse: float
    """The share of them in which the option is worse than the base; NaN where neither way is worse."""
    variance_ratio: float
    """That of the paired difference over one between independent runs; NaN where nothing varies."""
    unpaired_needed: float
    """So many runs of each, with seeds of their own, tell it as narrowly; NaN where nothing varies."""
    worlds_needed: float
    """For an interval as narrow as the precision asked for; NaN where no two differences differ, and of
    measures in lessons or months."""

    @property
    def worlds(self) -> int:
        """Those in which both have a value."""
        return int(self.difference.runs)


def over_time(measure: str, option: Array, base: Array) -> dict[str, Array]:
    """The numbers of an `Effect` by step, of values by world and step; the difference in several."""
    both = ~np.isnan(option - base)
    mine, theirs = (np.where(both, values, math.nan) for values in (option, base))
    found, with_it, without = paired_differences(mine, theirs), summarize_runs(mine), summarize_runs(theirs)
    ratio = np.full(both.shape[1:], math.nan)
    independent = with_it.sd**2 + without.sd**2
    np.divide(found.sd**2, independent, out=ratio, where=independent > 0)
    return {
        "worlds": found.runs, "base": without.mean, "mean": with_it.mean,
        "difference": found.mean, "low": found.low, "high": found.high, "sd": found.sd,
        "base_worlds": (~np.isnan(base)).sum(axis=0), "option_worlds": (~np.isnan(option)).sum(axis=0),
        "base_median": _median(measure, base), "median": _median(measure, option),
        **_ranks(measure, option, base), "variance_ratio": ratio,
    }  # fmt: skip


def effect_at_the_end(
    option: str, measure: str, step: int, values: tuple[Array, Array], precision: float
) -> Effect:
    """The effect at the last step, of the values with an option and with the base by world and step."""
    row = {key: column[-1].item() for key, column in over_time(measure, *values).items()}
    mine, theirs = (value[:, -1] for value in values)
    found = paired_differences(mine, theirs)
    of_effect = {key: row[key] for key in Effect._fields if key in row and key != "difference"}
    difference = PairedDifference(**{key: value.item() for key, value in vars(found).items()})
    both = ~np.isnan(mine - theirs)
    apart = unpaired_needed(summarize(mine[both]).sd, summarize(theirs[both]).sd, difference)
    needed = math.nan if is_counted(measure) else worlds_needed(row["sd"], precision)
    return Effect(
        option, measure, step, difference=difference, unpaired_needed=apart, worlds_needed=needed, **of_effect
    )


def clear_among(effects: Sequence[Effect]) -> list[Effect]:
    """Those that are clear, each picked among all that could be."""
    among = chosen_among(effects)
    return [effect for effect in effects if is_clear(effect.difference, among=among)]


def chosen_among(effects: Sequence[Effect]) -> int:
    """Among how many effects one is picked, as `picked_among`."""
    return picked_among(effect.difference for effect in effects)


def _ranks(measure: str, option: Array, base: Array) -> dict[str, Array]:
    """In how many worlds it is known which is higher, and the shares in which the option is, or is worse."""
    if is_time(measure):
        option, base = (np.where(np.isnan(values), math.inf, values) for values in (option, base))
    ranked = (~(np.isnan(option) | np.isnan(base))).sum(axis=0)
    none = np.full(ranked.shape, math.nan)
    higher, lower = (
        np.divide(which.sum(axis=0), ranked, out=none.copy(), where=ranked > 0)
        for which in (option > base, option < base)
    )
    better = measure_of(measure).higher_is_better
    worse = none if better is None else lower if better else higher
    return {"ranked": ranked, "higher": higher, "lower": lower, "worse": worse}


def _median(measure: str, values: Array) -> Array:
    """The median of a time, never being later than any; NaN where it is never, and for other measures."""
    if not is_time(measure):
        return np.full(values.shape[1:], math.nan)
    median = np.median(np.where(np.isnan(values), math.inf, values), axis=0)
    return np.where(np.isfinite(median), median, math.nan)


def worlds_needed(sd: float, precision: float) -> float:
    """How many worlds make half the interval of a paired difference as small as this.

    NaN without an sd, and where it is 0: differences that are all equal do not say how far they can differ.
    """
    if not sd > ROUNDING:
        return math.nan

    def half(count: int) -> float:
        return float(half_width(sd**2 * (count - 1), count))

    ratio = sd / precision
    return _fewest(half, ratio * ratio, precision)


def unpaired_needed(sd: float, other: float, difference: PairedDifference[float]) -> float:
    """How many runs of each of two, with seeds of their own, tell a difference with an interval as narrow.

    Parameters
    ----------
    sd, other : float
        Of the values of either.
    difference : PairedDifference
        Whose interval is to be had. NaN where it, or both of them, have no width.

    Notes
    -----
    By the interval of a difference of means of which each has its own variance (Welch 1947, "The
    generalization of 'Student's' problem when several different population variances are involved",
    Biometrika 34:28-35).
    """
    # Imported late: most runs need none.
    from scipy.special import stdtrit  # noqa: PLC0415

    variances, narrow = (sd**2, other**2), (difference.high - difference.low) / 2
    total = sum(variances)
    if not (difference.sd > ROUNDING and total > ROUNDING**2):
        return math.nan
    share = total**2 / sum(variance**2 for variance in variances)  # 2 where both vary alike, 1 where one does

    def half(count: int) -> float:
        return float(stdtrit(share * (count - 1), (1 + LEVEL) / 2)) * math.sqrt(total / count)

    return _fewest(half, total / narrow**2, narrow)


def _fewest(half: Callable[[int], float], ratio: float, precision: float) -> float:
    """The fewest values, from two, of which half the interval is as small; `ratio`: variance / precision²."""
    # Imported late: most runs need none.
    from scipy.special import ndtri  # noqa: PLC0415

    # Student's t is wider than the normal distribution, so fewer than that asks for are never enough.
    least = float(ndtri((1 + LEVEL) / 2)) ** 2 * ratio
    if not least < _MOST:
        return math.nan
    count = max(2, math.floor(least))
    while half(count) > precision:
        count += 1
    return count
