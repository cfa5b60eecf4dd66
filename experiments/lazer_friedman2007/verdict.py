"""What the figures of Lazer & Friedman show, as claims that the runs bear out or not."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from experiments.claims import ALLOWED, Claim, disagreement, greater, near, positive, untested
from experiments.lazer_friedman2007.table import LATE, SHOWN
from experiments.tables import highest

if TYPE_CHECKING:
    import pandas as pd

CLOSE = 0.02
"""How far a number read off a figure may be off, apart from chance."""
CROSSING = 18
"""Rounds after which, in the paper, the line becomes superior."""


def figure4(ours: pd.DataFrame, beside: pd.DataFrame) -> list[Claim]:
    """Few ties are slow at first and better in the end."""
    ahead = ours[ours["figure"] == "ahead"]
    lattice, complete = (_line(ours, "figure4", name) for name in ("ring", "complete"))
    won = beside[(beside["figure"] == "wins") & (beside["panel"] == f"t = {LATE[0]}")]
    return [
        near(beside[beside["figure"] == "figure4"], CLOSE),
        near(won, CLOSE, f"every share of landscapes won (table B.1), after round {LATE[0]},"),
        positive("the line is behind at first", ahead[ahead["x"].isin([5, 10])], sign=-1),
        positive("the line is ahead in the end", ahead[ahead["x"] == SHOWN]),
        _crossing(ahead),
        greater("the lattice, too, is ahead of the complete network", _in_the_end(lattice, complete)),
    ]


def _crossing(ahead: pd.DataFrame) -> Claim:
    then = ahead[ahead["x"] == CROSSING].iloc[0]
    first = ahead[ahead["mean"] > 0]["x"].min()
    return Claim(
        f"the two are as good as each other about where they are in the paper, after round {CROSSING}",
        bool(abs(then["mean"]) < CLOSE + ALLOWED * then["se"]),
        f"there the line is ahead by {then['mean']:+.3f}, standard error {then['se']:.3f}; first ahead after "
        f"round {first:g}",
    )


def figure6(ours: pd.DataFrame, beside: pd.DataFrame) -> list[Claim]:
    """Of random networks neither the sparsest nor the densest do best."""
    late = ours[ours["panel"] == "t = 200"]
    best = highest(late)
    return [
        near(beside[beside["panel"] == "t = 200"], CLOSE),
        greater(
            f"an inverted U, with its top at a density of {best['x']:g}",
            [(best, late.iloc[0]), (best, late.iloc[-1])],
        ),
        untested(
            "the inverted U vanishes where only networks of a single part count",
            "networks that fall into parts are not drawn again in the model; of those with a density of .03 "
            "fewer than one in a hundred hold together",
        ),
    ]


def figure7(ours: pd.DataFrame, beside: pd.DataFrame) -> list[Claim]:
    """Short cuts help early and cost late."""
    early, middle, late, end = (_line(ours, "figure7", f"t = {t}") for t in (10, 15, 55, 100))
    best = highest(middle)
    return [
        near(beside, CLOSE),
        greater("after round 10 ties rewired help", [(early.iloc[-1], early.iloc[0])]),
        greater("after round 55 they cost", [(late.iloc[0], late.iloc[-1])]),
        greater("after round 100 they cost", [(end.iloc[0], end.iloc[-1])]),
        greater(
            f"between, after round 15, an inverted U, with its top at {best['x']:g}",
            [(best, middle.iloc[0]), (best, middle.iloc[-1])],
        ),
    ]


def figure10(ours: pd.DataFrame, beside: pd.DataFrame) -> list[Claim]:
    """To look at others less often does as much as to know fewer."""
    late = _line(ours, "figure10", "t = 50")
    return [
        near(beside, CLOSE),
        greater(
            "the less often people look at others, the better they do after round 50",
            [(slow, fast) for fast, slow in pairwise(_rows(late.sort_values("x", ascending=False)))],
        ),
    ]


def simple(ours: pd.DataFrame, _beside: pd.DataFrame) -> list[Claim]:
    """Where problems are simple all find the best; knowing all is faster."""
    none, one = (ours[ours["panel"] == f"K = {k}"] for k in (0, 1))
    ends = none[none["x"] == 200]["mean"]
    early = [_at(none, name, 10) for name in ("complete", "line")]
    late = [_at(one, name, 200) for name in ("line", "complete")]
    return [
        Claim("K = 0: both reach the optimum", bool(ends.min() > 0.999), f"{ends.min():.4f} after round 200"),
        greater("K = 0: the complete network is much faster", [(early[0], early[1])]),
        greater("K = 1: already the line does better in the end", [(late[0], late[1])]),
    ]


def error(ours: pd.DataFrame, _beside: pd.DataFrame) -> list[Claim]:
    """Errors keep variety alive."""
    rows = _rows(ours.sort_values("x"))
    return [
        greater(
            "copying with errors is better in the long run than without",
            [(row, rows[0]) for row in rows[1:]],
        ),
        untested(
            "a copy that is worse is undone",
            "in the model what was copied is kept, so that the paper's levels cannot be had",
        ),
    ]


def partners(_ours: pd.DataFrame, beside: pd.DataFrame) -> list[Claim]:
    """How partners are drawn matters for levels."""
    return [disagreement(beside[beside["panel"] == "distinct"], "distinct partners")]


def _line(ours: pd.DataFrame, figure: str, name: str) -> pd.DataFrame:
    return ours[(ours["figure"] == figure) & (ours["line"] == name)]


def _in_the_end(first: pd.DataFrame, second: pd.DataFrame) -> list[tuple[pd.Series, pd.Series]]:
    one, other = (rows[rows["x"] == SHOWN].iloc[0] for rows in (first, second))
    return [(one, other)]


def _at(ours: pd.DataFrame, line: str, x: float) -> pd.Series:
    return ours[(ours["line"] == line) & (ours["x"] == x)].iloc[0]


def _rows(table: pd.DataFrame) -> list[pd.Series]:
    return [row for _, row in table.iterrows()]
