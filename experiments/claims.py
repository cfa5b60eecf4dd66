"""What is said of a figure: a claim in words, whether it holds, and the numbers that decide."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from experiments.tables import BOUND, highest

if TYPE_CHECKING:
    import pandas as pd

CONTRAST = 4.0
"""Standard errors by which two means must differ before one is called greater."""

ALLOWED = 3.0
"""Standard errors by which a number read off a figure may be farther away than the distance asked for."""


class Claim(NamedTuple):
    """A sentence, whether the runs bear it out (None: too few to say), and by which numbers."""

    words: str
    holds: bool | None
    numbers: str
    tested: bool = True

    def __str__(self) -> str:
        answer = "Undecided" if self.holds is None else "Yes" if self.holds else "**No**"
        return f"{answer if self.tested else 'Not tested'}: {self.words} ({self.numbers})."


def untested(words: str, why: str) -> Claim:
    """What is claimed elsewhere, and why these runs say nothing of it."""
    return Claim(words, None, why, tested=False)


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


def near(rows: pd.DataFrame, within: float, words: str = "every published number") -> Claim:
    """Published numbers are met to some distance plus `ALLOWED` standard errors."""
    reach = within + ALLOWED * (rows["se"] ** 2 + rows["published_se"] ** 2) ** 0.5
    inside = int((rows["difference"].abs() < reach).sum())
    worst = highest(rows.assign(off=rows["difference"].abs() / reach), "off")
    return Claim(
        f"{words} is met within {within:g} plus {ALLOWED:g} standard errors",
        inside == len(rows),
        f"{inside} of {len(rows)}; the farthest is {worst['difference']:+.3f}, {worst['in_se']:+.1f} "
        f"standard errors, {_place(worst)}",
    )


def positive(words: str, rows: pd.DataFrame, *, sign: int = 1) -> Claim:
    """Every mean (of differences, seed by seed) is above 0, or below it; undecided where by chance."""
    leads = sign * rows["mean"] / rows["se"]
    least = highest(rows.assign(lead=-leads), "lead")
    return Claim(
        words,
        True if leads.min() > CONTRAST else False if leads.min() < -CONTRAST else None,
        f"the least clear difference is {least['mean']:+.3f}, {abs(least['mean'] / least['se']):.1f} "
        f"standard errors, {_place(least)}",
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
