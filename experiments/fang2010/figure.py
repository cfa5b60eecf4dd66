"""Performance by the share of ties rewired, and how long it takes to come to rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.fang2010.table import EARLY, PERIODS
from experiments.figures import Look, hollow, label_ends, line, panels

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LOOKS = (
    Look("bundles of 5", "interdependent\n(bundles of 5)", 2),
    Look("bundles of 1", "independent\n(bundles of 1)", 0),
)
BUNDLES = (5, 1)
PERFORMANCE = "mean performance of people (1: all issues right)"


def curves(ours: pd.DataFrame, beside: pd.DataFrame) -> Figure:
    """The two curves, in the end and where the scenario file stops."""
    titles = {"in the end": f"In the end (period {PERIODS:,})", f"period {EARLY}": f"After {EARLY} periods"}
    note = (
        f"Lines: mean of {ours['repetitions'].max()} runs; bars: 95 % intervals of that mean.\n"
        "Rings: a re-implementation, 20 runs a point, with the interval of so many runs."
    )
    fig, axes = panels(
        list(titles.values()),
        across="share of ties rewired to people of other groups",
        up=PERFORMANCE,
        heading="Fang, Lee & Schilling (2010): how much isolation of subgroups is best?",
        note=note,
    )
    for ax, panel in zip(axes, titles, strict=True):
        rows = ours[(ours["figure"] == "performance") & (ours["panel"] == panel)]
        found = [(rows[rows["line"] == look.line], look) for look in LOOKS]
        for values, look in found:
            line(ax, values, look)
        if panel == "in the end":
            hollow(ax, beside[beside["panel"] == panel])
        _scale(ax, rows["x"].unique().tolist())
        label_ends(ax, [(values["mean"].iloc[-1], look) for values, look in found])
    return fig


def _scale(ax: Axes, shares: Sequence[float]) -> None:
    """Small shares as far apart as large ones; linear below .02, so that 0 has a place."""
    ax.set_xscale("symlog", linthresh=0.02, linscale=0.5)
    ax.set_xticks(shares, [f"{share:g}".replace("0.", ".") for share in shares])
    ax.minorticks_off()
    ax.set_xlim(-0.004, 1.25)
    ax.set_ylim(0, 1.05)


def course(ours: pd.DataFrame, _beside: pd.DataFrame) -> Figure:
    """Performance over time, a line per share."""
    shown = {0.02: (".02", 0), 0.05: (".05", 1), 0.15: (".15", 2), 1: ("all rewired", 3)}
    looks = [Look(f"share {share:g}", words, i) for share, (words, i) in shown.items()]
    note = f"Lines: mean of {ours['repetitions'].max()} runs; bands: 95 % intervals of that mean."
    fig, axes = panels(
        [f"Bundles of {bundle}" for bundle in BUNDLES],
        across="period",
        up=PERFORMANCE,
        heading="Fang, Lee & Schilling (2010): performance over time, by the share of ties rewired",
        note=note,
    )
    for ax, bundle in zip(axes, BUNDLES, strict=True):
        rows = ours[(ours["figure"] == "course") & (ours["panel"] == f"bundles of {bundle}")]
        found = [(rows[rows["line"] == look.line], look) for look in looks]
        for values, look in found:
            line(ax, values, look, marks=False)
        ax.set_xlim(0, PERIODS)
        ax.set_ylim(0, 1.05)
        label_ends(ax, [(values["mean"].iloc[-1], look) for values, look in found])
    return fig
