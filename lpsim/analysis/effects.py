"""Elementary effects of a Morris design, each divided by how far its factor really moved.

A step of the design goes as far in the unit cube for every factor. A factor with a continuous range moves as
far in it, and SALib divides rightly; one with few values is moved to whichever value lies there: a switch by
any step from one end to the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lpsim.errors import InputError
from lpsim.sweeps.design.factors import SEED_BLOCK
from lpsim.sweeps.design.sampling import levels_of, sampled
from lpsim.sweeps.design.varying import is_whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from lpsim.analysis.cases import Cases
    from lpsim.sweeps.design.factors import Factor, Row

    Numbers = NDArray[np.float64]

_TWO_SIDED = 1.959964
"""Standard deviations from the middle of a 95 % interval to its ends."""


class Steps(NamedTuple):
    """The steps of a design that really moved one factor."""

    before: NDArray[np.int64]
    after: NDArray[np.int64]
    """The points that each went between, by their place in the design."""
    moved: Numbers
    """How far: 1 from one end of its range to the other, negative on the way down."""
    continuous: bool
    """Whether the factor moved as far as the design did in the unit cube."""
    places: int
    """How many of the steps differ: where it is one, all say the same."""

    @property
    def magnified(self) -> float:
        """How many times as large as what was seen at a step is the effect made of it, in the mean."""
        return float((1 / np.abs(self.moved)).mean())

    def effects(self, means: Numbers) -> Numbers:
        """By how much a measure would have changed had each step crossed the whole range."""
        found: Numbers = (means[self.after] - means[self.before]) / self.moved
        return found

    def indices(self, means: Numbers, resamples: int) -> dict[str, float]:
        """What SALib makes of the effects of a factor, of these."""
        effects = self.effects(means)
        draws = np.random.Generator(np.random.PCG64(1)).integers(len(effects), size=(resamples, len(effects)))
        return {
            "mu_star": float(np.abs(effects).mean()),
            "mu_star_conf": _TWO_SIDED * float(np.abs(effects)[draws].mean(axis=1).std(ddof=1)),
            "mu": float(effects.mean()),
            "sigma": float(effects.std(ddof=1)) if len(effects) > 1 else float("nan"),
        }


def steps_of(cases: Cases) -> list[Steps]:
    """The steps that moved each factor of a Morris design, and its blocks of seeds.

    Raises
    ------
    InputError
        No step moved one of them.
    """
    factors = sampled(cases.design.scheme, cases.design.factors)
    rows = [tuple(point.values.values()) for point in cases.points]
    return [_steps(cases, rows, factor, len(factors) + 1) for factor in factors]


def _steps(cases: Cases, rows: Sequence[Row], factor: Factor, length: int) -> Steps:
    values = [tuple(point.values[key] for key in factor.columns) for point in cases.points]
    places = places_of(factor, values)
    first = np.flatnonzero(np.arange(1, len(places)) % length)  # the last of a walk goes nowhere
    first = first[places[first] != places[first + 1]]
    if not len(first):
        raise InputError(
            f"{cases.store.folder}: no step of its design moves {factor.name}; sweep one with more samples."
        )
    moved = places[first + 1] - places[first]
    if not is_ordered(factor):
        moved = np.sign(moved)
    differ = {frozenset((rows[one], rows[one + 1])) for one in first.tolist()}
    return Steps(first, first + 1, moved, _is_continuous(factor), len(differ))


def is_ordered(factor: Factor) -> bool:
    """Whether a value can lie between two others: not that of names, nor of blocks of seeds."""
    named = any(isinstance(value, str) for row in factor.rows or () for value in row)
    return not named and factor.key != SEED_BLOCK


def _is_continuous(factor: Factor) -> bool:
    return factor.values is None and not is_whole(factor)


def places_of(factor: Factor, values: Sequence[Row]) -> Numbers:
    """Where values of a factor lie, from 0 to 1.

    Of values listed it is their rank (of names the order in which they are listed), of a distribution the
    share of it that lies below.
    """
    if factor.rows is None:
        assert factor.spread is not None
        return factor.spread.shares(np.array([float(row[0]) for row in values]))
    listed = levels_of(factor, None)
    order = sorted(listed) if is_ordered(factor) else listed
    return np.array([order.index(row) for row in values]) / max(len(order) - 1, 1)
