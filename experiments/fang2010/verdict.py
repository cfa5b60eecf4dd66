"""What the two curves show, as claims that the runs bear out or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.claims import Claim, agreement, greater
from experiments.fang2010.table import EARLY, LATE, PERIODS
from experiments.tables import highest

if TYPE_CHECKING:
    import pandas as pd


def curves(ours: pd.DataFrame, beside: pd.DataFrame) -> list[Claim]:
    """What the curves show, and whether their end is one."""
    return [*_curves(ours, beside), *_rest(ours)]


def _curves(ours: pd.DataFrame, beside: pd.DataFrame) -> list[Claim]:
    """An inverted U for interdependent issues, a plateau for independent ones."""
    five, one = (_line(ours, f"bundles of {bundle}") for bundle in (5, 1))
    best = highest(five)
    ends = [five.iloc[0], five.iloc[-1]]
    plateau = one[one["x"] >= 0.1]["mean"]
    return [
        agreement(beside[beside["panel"] == "in the end"], "in the end "),
        agreement(beside[beside["panel"] != "in the end"], f"after {EARLY} periods "),
        greater(
            f"bundles of 5: an inverted U, with its top at a share of {best['x']:g}",
            [(best, end) for end in ends],
        ),
        Claim(
            "bundles of 1: a plateau from a share of .1 on",
            bool(plateau.min() > 0.98),
            f"{plateau.min():.3f} to {plateau.max():.3f}",
        ),
        greater(
            "bundles of 1: separate groups alone do worse",
            [(row, one.iloc[0]) for _, row in one[1:].iterrows()],
        ),
    ]


def _rest(ours: pd.DataFrame) -> list[Claim]:
    """Whether the end is one."""
    changing = ours[ours["figure"] == "still changing"]
    early, late = (changing[changing["panel"] == f"period {time}"] for time in (EARLY, LATE))
    most, last = highest(early), highest(late)
    end, before = (_at(ours, time) for time in (PERIODS, LATE))
    moved = (end - before).abs().max()
    return [
        Claim(
            f"from period {LATE} to {PERIODS} no mean performance changes by more than a thousandth",
            bool(moved < 0.001),
            f"the largest change is {moved:.5f}; anything at all changed in at most {last['mean']:.0%} of a "
            f"cell's runs ({last['line']}, share {last['x']:g})",
        ),
        Claim(
            f"{EARLY} periods are too few at some shares",
            bool(most["mean"] > 0.5),
            f"{most['mean']:.0%} of the runs still change after them ({most['line']}, share {most['x']:g})",
        ),
    ]


def _line(ours: pd.DataFrame, name: str) -> pd.DataFrame:
    return ours[(ours["figure"] == "performance") & (ours["panel"] == "in the end") & (ours["line"] == name)]


def _at(ours: pd.DataFrame, time: float) -> pd.Series:
    """Mean performance of every cell in a period."""
    rows = ours[(ours["figure"] == "course") & (ours["x"] == time)]
    return rows.set_index(["panel", "line"])["mean"]
