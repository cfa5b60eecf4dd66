"""What is said of a figure: a claim in words, whether it holds, and the numbers that decide."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from experiments.tables import BOUND, highest

if TYPE_CHECKING:
    import pandas as pd

CONTRAST = 4.0
"""Standard errors by which two means must differ before one is called greater."""


class Claim(NamedTuple):
    """A sentence, whether the runs bear it out (None: too few to say), and by which numbers."""

    words: str
    holds: bool | None
    numbers: str

    def __str__(self) -> str:
        answer = "Undecided" if self.holds is None else "Yes" if self.holds else "**No**"
        return f"{answer}: {self.words} ({self.numbers})."


def agreement(rows: pd.DataFrame, when: str = "") -> Claim:
    """Every published number is met within `BOUND` standard errors."""
    from scipy.stats import chi2  # noqa: PLC0415 (slow to import)

    off = rows["in_se"].abs()
    inside = int((off < BOUND).sum())
    worst = highest(rows.assign(off=off), "off")
    joint = chi2.sf((off**2).sum(), len(rows))
    return Claim(
        f"{when}every published number is within {BOUND:g} standard errors",
        inside == len(rows),
        f"{inside} of {len(rows)}; the farthest is {worst['in_se']:+.1f}, {_place(worst)}; "
        f"all together, so much by chance: p = {joint:.2g}",
    )


def disagreement(rows: pd.DataFrame, what: str) -> Claim:
    """Published numbers are not met."""
    outside = rows[rows["in_se"].abs() > BOUND]
    return Claim(
        f"{what} do not give the published numbers",
        len(outside) > 0,
        f"{len(outside)} of {len(rows)} are more than {BOUND:g} standard errors away, on average by "
        f"{rows['difference'].mean():+.3f}",
    )


def greater(words: str, pairs: list[tuple[pd.Series, pd.Series]]) -> Claim:
    """The first of every pair of rows has the greater mean; undecided where one may do so by chance."""
    leads = [(lead(first, second), first, second) for first, second in pairs]
    least, first, second = min(leads, key=lambda found: found[0])
    return Claim(
        words,
        True if least > CONTRAST else False if least < -CONTRAST else None,
        f"the least clear difference is {first['mean'] - second['mean']:+.3f}, {least:.1f} standard errors, "
        f"{_place(first)} against {_place(second)}",
    )


def _place(row: pd.Series) -> str:
    return f"{row['line']} at {row['x']:g}"


def lead(first: pd.Series, second: pd.Series) -> float:
    """By how many standard errors the mean of one row is greater than that of another."""
    error = math.hypot(first["se"], second["se"])
    return float((first["mean"] - second["mean"]) / error) if error > 0 else math.nan
