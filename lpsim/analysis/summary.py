"""A mean over replications and how far it can be trusted."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class Interval(NamedTuple):
    """A mean and the ends of its interval; NaN where there is none."""

    mean: float
    low: float
    high: float


def t_interval(values: Iterable[float], level: float = 0.95) -> Interval:
    """The mean of independent values and its Student t interval.

    Values that are NaN are left out. One value has no interval, none no mean.
    """
    found = [float(value) for value in values if not math.isnan(value)]
    if not found:
        return Interval(math.nan, math.nan, math.nan)
    mean = math.fsum(found) / len(found)
    half = half_width(math.fsum((value - mean) ** 2 for value in found), len(found), level)
    return Interval(mean, mean - half, mean + half)


def half_width(squares: float, count: int, level: float = 0.95) -> float:
    """Half of Student's t interval of a mean; NaN for a single value.

    Parameters
    ----------
    squares : float
        The sum of the squared differences of the values from their mean.
    count : int
        Of the values.
    level : float
        The probability with which the interval covers the true mean.
    """
    if count == 1:
        return math.nan
    # Imported late: most runs need none.
    from scipy.special import stdtrit  # noqa: PLC0415

    return float(stdtrit(count - 1, (1 + level) / 2)) * math.sqrt(squares / (count - 1) / count)
