"""Rates of the literature, observed in general practice. Scenarios may have numbers set by them, and
calibrations take them as targets.

None is the same quantity as a simulated number. What each is a rate of, and why it differs, is told in
`lpsim.show.text.funnel`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Observed:
    """A rate as it was published."""

    name: str
    value: float
    source: str
    part: int | None = None
    """The rate is so many …"""
    whole: int | None = None
    """… of so many, where the source says."""
    place: str = ""
    beside: tuple[str, str] | None = None
    """The number of `lpsim.analysis.funnel.stage_table` it may be looked at beside: a stage and a column."""

    @property
    def sd(self) -> float | None:
        """The standard deviation of the share, counted in so many; None where the source does not say."""
        if self.whole is None:
            return None
        return math.sqrt(self.value * (1 - self.value) / self.whole)


_BOWIE = "Bowie et al. 2004, Qual Saf Health Care 13:102"
_MCNAB = "McNab et al. 2017, Qual Prim Care 25(3)"

OBSERVED = (
    Observed("recalled", 0.86, _BOWIE, 401, 466, "Glasgow"),
    Observed("analysed", 0.55, _BOWIE, 219, 401, "Glasgow", ("analysed", "of_born")),
    Observed("protocol", 0.35, _MCNAB, None, 113, "Ayrshire", ("organizational", "of_before")),
    Observed("discussed outside", 0.58, _MCNAB, 7, 12, "", ("spread", "of_born")),
    Observed("reported", 0.005, "NHS England, in Pulse"),
)
