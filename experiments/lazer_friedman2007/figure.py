"""Lazer & Friedman's figures: our means, and the numbers read off theirs as rings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.figures import Look, hollow, label_ends, line, panels
from experiments.lazer_friedman2007.table import SHOWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PERFORMANCE = "mean performance\n(1: the best there is)"
NETWORKS = (
    Look("line", "line", 2),
    Look("ring", "ring lattice\n(4 neighbours)", 1),
    Look("complete", "complete", 0),
)


def figure4(ours: pd.DataFrame, beside: pd.DataFrame) -> Figure:
    """Performance over time by network, and how far the line is ahead."""
    shown, theirs = ours[ours["x"] <= SHOWN], beside[beside["panel"] == "replacement"]
    fig, axes = _panels(
        ["All networks search the same landscapes"],
        across="round",
        heading="Lazer & Friedman (2007), figure 4:\nfew ties are slow at first, better in the end",
        runs=ours,
        bars="bands",
    )
    _draw(axes[0], shown[shown["figure"] == "figure4"], NETWORKS, marks=False)
    hollow(axes[0], theirs[theirs["figure"] == "figure4"])
    return fig


def figure6(ours: pd.DataFrame, beside: pd.DataFrame) -> Figure:
    """The long run by density."""
    looks = (Look("random", "random\nnetworks", 2),)
    fig, axes = _panels(
        ["After round 200"],
        across="share of pairs of people that are tied",
        heading="Lazer & Friedman (2007), figure 6:\nneither the sparsest nor the densest do best",
        runs=ours,
    )
    rows = ours[ours["panel"] == "t = 200"]
    axes[0].set_xscale("log")
    axes[0].set_xticks(rows["x"].tolist(), [f"{x:g}".replace("0.", ".") for x in rows["x"]])
    axes[0].minorticks_off()
    _draw(axes[0], rows, looks)
    hollow(axes[0], beside[beside["panel"] == "t = 200"])
    return fig


def figure7(ours: pd.DataFrame, beside: pd.DataFrame) -> Figure:
    """A lattice with ties rewired: figure 9 (three moments), figure 7 (the end)."""
    moments = {
        "Figure 9: soon and late": (
            Look("t = 10", "after round 10", 0),
            Look("t = 15", "round 15", 1),
            Look("t = 55", "round 55", 2),
        ),
        "Figure 7: in the end": (Look("t = 100", "after round\n100", 3),),
    }
    fig, axes = _panels(
        list(moments),
        across="ties rewired, of 200 of a ring lattice",
        heading="Lazer & Friedman (2007), figures 7 and 9: short cuts help early and cost late",
        runs=ours,
    )
    for ax, looks in zip(axes, moments.values(), strict=True):
        _draw(ax, ours, looks)
        hollow(ax, beside[beside["line"].isin([look.line for look in looks])])
    return fig


def figure10(ours: pd.DataFrame, beside: pd.DataFrame) -> Figure:
    """Performance by velocity."""
    looks = (Look("t = 10", "after round 10", 0), Look("t = 50", "after round 50", 2))
    fig, axes = _panels(
        ["A complete network"],
        across="velocity: share of rounds in which a person looks at others",
        heading="Lazer & Friedman (2007), figure 10:\nto look at others less often helps in the end",
        runs=ours,
    )
    _draw(axes[0], ours, looks)
    hollow(axes[0], beside)
    return fig


def _panels(
    titles: Sequence[str], *, across: str, heading: str, runs: pd.DataFrame, bars: str = "bars"
) -> tuple[Figure, list[Axes]]:
    note = (
        f"Lines: mean over {runs['repetitions'].max()} landscapes; {bars}: 95 % intervals of that mean.\n"
        "Rings: read off the paper's figure (1,000 landscapes)."
    )
    return panels(titles, across=across, up=PERFORMANCE, heading=heading, note=note)


def _draw(ax: Axes, ours: pd.DataFrame, looks: Sequence[Look], *, marks: bool = True) -> None:
    ours = ours[ours["figure"] != "ahead"].sort_values("x")
    found = [(ours[ours["line"] == look.line], look) for look in looks]
    for rows, look in found:
        line(ax, rows, look, marks=marks)
    ax.set_ylim(0, 1)
    label_ends(ax, [(rows["mean"].iloc[-1], look) for rows, look in found])
