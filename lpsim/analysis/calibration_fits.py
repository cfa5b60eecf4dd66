"""What a calibration says: of each target, of each free key, and of keys that go together."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lpsim.sweeps.design.sampling import values_at

if TYPE_CHECKING:
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
        """Whether what was fitted and what was held out differ by no more than chance."""
        return self.difference[1] <= 0 <= self.difference[2]


class KeyFit(NamedTuple):
    """What the acceptable points say of a key."""

    name: str
    low: Row
    median: Row
    high: Row
    """Nine of ten acceptable points lie between the first and the last."""
    width: float
    """The spread of the acceptable points against that of the whole range; 1 where nothing was learned."""


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


def key_fit(factor: Factor, shares: Floats) -> KeyFit:
    """What the acceptable points, as shares of its range, say of a key."""
    low, median, high = values_at(factor, np.quantile(shares, [TAIL, 0.5, 1 - TAIL]))
    width = float(shares.std() * np.sqrt(12)) if len(shares) >= FEWEST else np.nan
    return KeyFit(factor.name, low, median, high, width)
