"""Whether efficient networks do better or worse, by whom people copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.barkoczi_galesic2016.table import END
from experiments.claims import Claim, greater, near, positive, untested

if TYPE_CHECKING:
    import pandas as pd

NETWORKS = ("lattice", "complete")
SOON = 10
"""Rounds of which it is asked how fast a group is."""
CLOSE = 0.02
"""How far from a published number a mean may be, apart from chance."""


def curves(ours: pd.DataFrame, beside: pd.DataFrame) -> list[Claim]:
    """The sign of what efficiency does."""
    of = {strategy: beside[beside["panel"] == strategy] for strategy in beside["panel"].unique()}
    return [
        near(of["alone"], CLOSE, "people alone: every published number"),
        *_best_member(of["best member"]),
        *_signs(ours),
        _levels(of["conformity"]),
        _few_heard(ours),
        untested(
            "the same in the paper's other eight networks, on other landscapes, and random copying",
            "networks of one degree with other clustering would have to be read from files; "
            "nobody in this model copies at random",
        ),
    ]


def conformity(ours: pd.DataFrame, _beside: pd.DataFrame) -> list[Claim]:
    """The sign that the curves leave open."""
    again = _ahead(ours, "conformity again")
    return [
        positive("conformity, 3 heard: the sign changes, the efficient network is superior", again, sign=-1)
    ]


def _best_member(rows: pd.DataFrame) -> list[Claim]:
    end, soon = rows[rows["x"] == END], rows[rows["x"] < SOON]
    return [
        near(end, CLOSE, "best member: every published number of the end"),
        Claim(
            "best member: up to there the group is slower than the paper's",
            bool((soon["difference"] < CLOSE).all()),
            f"after round {soon['x'].min():g} by {-soon['difference'].max():.3f} to "
            f"{-soon['difference'].min():.3f}; here the same few speak to everybody in a round, in the paper "
            "each hears some of the own choice",
        ),
    ]


def _signs(ours: pd.DataFrame) -> list[Claim]:
    best, conform, better = (
        _ahead(ours, strategy) for strategy in ("best member", "conformity", "majority of the better")
    )
    three, nine = (conform[conform["line"].str.contains(f"{heard} heard")] for heard in (3, 9))
    return [
        positive("best member: the inefficient network (the lattice) is superior, whoever is heard", best),
        positive("conformity, 3 heard: the sign changes, the efficient network is superior", three, sign=-1),
        positive("conformity, 9 heard: the lattice again, as in the authors' own runs (.567 to .542)", nine),
        positive("the majority of those who do better: as with the best member, the lattice", better),
    ]


def _levels(rows: pd.DataFrame) -> Claim:
    end = rows[rows["x"] == END]
    return Claim(
        "conformity: levels are not the paper's",
        bool((end["difference"].abs() > CLOSE).any()),
        f"in the end lower by {-end['difference'].mean():.2f} on average; in the paper what most contacts "
        "hold is one whole solution, taken only where it is better; here a majority forms on each issue "
        "and is taken as it is",
    )


def _few_heard(ours: pd.DataFrame) -> Claim:
    end = ours[(ours["panel"] == "conformity") & (ours["x"] == END)]
    few, all_ = (
        [end[end["line"] == f"conformity, {heard} heard, {network}"].iloc[0] for network in NETWORKS]
        for heard in ("3", "all")
    )
    return greater(
        "conformity works with small samples: 3 heard is better than all", list(zip(few, all_, strict=True))
    )


def _ahead(ours: pd.DataFrame, strategy: str) -> pd.DataFrame:
    return ours[(ours["figure"] == "ahead") & (ours["panel"] == strategy)]
