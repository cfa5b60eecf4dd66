"""What a sensitivity analysis gives: indices, of a factor and of two together."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Index(NamedTuple):
    """One index of a factor."""

    value: float
    low: float = math.nan
    """The 95 % interval (bootstrap); NaN where none is made, as where all samples are the same."""
    high: float = math.nan
    parts: tuple[float, ...] = ()
    """The same from each part of the replications."""

    @property
    def width(self) -> float:
        """How wide its interval is."""
        return self.high - self.low

    def numbers(self) -> dict[str, float]:
        """All of them by the names of their columns."""
        parts = {f"part_{number}": part for number, part in enumerate(self.parts, 1)}
        return {"value": self.value, "low": self.low, "high": self.high, **parts}


class Influence(NamedTuple):
    """What a factor does to a measure."""

    factor: str
    indices: Mapping[str, Index]
    """By name, as in `lpsim.analysis.sensitivity.INDICES`."""
    ordered: bool = True
    """Whether its values lie in an order, so that an effect has a sign; names and blocks of seeds do not."""
    magnified: float = 1.0
    """How many times as large as the floor what chance alone does to it is: where a step crosses two thirds
    of the range and the effect is told 1.5 times as large as seen, so often; of Sobol' see there."""
    places: int = 0
    """How many of the steps that moved it differ; 0 of Sobol', which has none."""

    @property
    def strength(self) -> Index:
        """The index that factors are ranked by."""
        return next(iter(self.indices.values()))


class Interaction(NamedTuple):
    """The share of the variance that two factors make together only (Sobol', second order)."""

    one: str
    other: str
    share: Index
