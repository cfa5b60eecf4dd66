"""What the figures of Lazer & Friedman show, as claims that the runs bear out or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.claims import ALLOWED, Claim, disagreement, greater, near, positive, untested
from experiments.lazer_friedman2007.table import LATE, SHOWN
from experiments.tables import highest

if TYPE_CHECKING:
    import pandas as pd

CLOSE = 0.02
"""How far a number read off a figure may be off, apart from chance."""
SPARSEST = 0.46
"""Performance in the sparsest networks of figure 6."""
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
    """Neither the sparsest nor the densest of random networks do best."""
    late = ours[(ours["figure"] == "figure6") & (ours["panel"] == "t = 200")]
    best = highest(late)["x"]
    return [
        near(beside[beside["panel"] == "t = 200"], CLOSE),
        positive(
            f"an inverted U, with its top at a density of {best:g}",
            _ahead(ours, "t = 200", best),
        ),
        untested(
            "the inverted U vanishes where only networks of a single part count",
            "networks that fall into parts are not drawn again in the model; of those with a density of .03 "
            "fewer than one in a hundred hold together",
        ),
    ]


def sparse(ours: pd.DataFrame, _beside: pd.DataFrame) -> list[Claim]:
    """Whether a sparser network than that of .01 would have its number."""
    alone = ours[ours["x"] == 0].iloc[0]
    least = highest(ours.assign(low=-ours["mean"]), "low")
    return [
        Claim(
            f"it is not the density: the {SPARSEST:g} at .01 is less than people reach who know nobody",
            bool(least["mean"] - ALLOWED * least["se"] > SPARSEST),
            f"who know nobody have {alone['mean']:.3f}, standard error {alone['se']:.3f}; the lowest of all "
            f"is {least['mean']:.3f}",
        )
    ]


def figure7(ours: pd.DataFrame, beside: pd.DataFrame) -> list[Claim]:
    """Short cuts help early and cost late."""
    none, most = ours[(ours["figure"] == "figure7") & (ours["line"] == "t = 15")]["x"].agg([min, max])
    best = highest(_line(ours, "figure7", "t = 15"))["x"]
    early, late, end = (_ahead(ours, f"t = {t}", most, of=none) for t in (10, 55, 100))
    return [
        near(beside, CLOSE),
        positive("after round 10 ties rewired help", early),
        positive("after round 55 they cost", late, sign=-1),
        positive("after round 100 they cost", end, sign=-1),
        positive(
            f"between, after round 15, an inverted U, with its top at {best:g}", _ahead(ours, "t = 15", best)
        ),
    ]


def figure10(ours: pd.DataFrame, beside: pd.DataFrame) -> list[Claim]:
    """To look at others less often does as much as to know fewer."""
    always, rarest = _ahead(ours, "t = 50", of=1.0), _ahead(ours, "t = 50", of=0.1)
    return [
        near(beside, CLOSE),
        positive("after round 50 who looks at others less than always does better", always),
        positive("and who looks most rarely (in a tenth of the rounds) best", rarest, sign=-1),
    ]


def simple(ours: pd.DataFrame, _beside: pd.DataFrame) -> list[Claim]:
    """Where problems are simple all find the best; knowing all is faster."""
    ends = ours[(ours["figure"] == "simple") & (ours["panel"] == "K = 0") & (ours["x"] == 200)]["mean"]
    ahead = ours[ours["figure"] == "ahead"].set_index(["panel", "x"], drop=False)
    return [
        Claim("K = 0: both reach the optimum", bool(ends.min() > 0.999), f"{ends.min():.4f} after round 200"),
        positive(
            "K = 0: the complete network is much faster (round 10)", ahead.loc[[("K = 0", 10)]], sign=-1
        ),
        positive("K = 1: already the line does better in the end", ahead.loc[[("K = 1", 200)]]),
    ]


def error(ours: pd.DataFrame, _beside: pd.DataFrame) -> list[Claim]:
    """Errors keep variety alive."""
    return [
        positive(
            "copying with errors is better in the long run than without", _ahead(ours, "t = 100", of=0.0)
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


def _ahead(ours: pd.DataFrame, line: str, x: float | None = None, of: float | None = None) -> pd.DataFrame:
    """Differences, landscape by landscape, after a round; to both ends of a line or to one, at x or all."""
    rows = ours[(ours["figure"] == "ahead") & (ours["line"] == line)]
    rows = rows if x is None else rows[rows["x"] == x]
    return rows if of is None else rows[rows["panel"] == f"of {of:g}"]
