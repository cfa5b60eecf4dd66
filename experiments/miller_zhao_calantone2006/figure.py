"""What people know: by channel, speed, turnover and over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.figures import Look, label_ends, line, panels

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

KNOWN = "mean knowledge\n(1: all right, 0: nothing known)"
TITLE = "Miller, Zhao & Calantone (2006):"


def channels(ours: pd.DataFrame, _beside: pd.DataFrame) -> Figure:
    """What people and the code know, by the share of tacit issues."""
    looks = (
        Look("code and neighbours", "both", 2),
        Look("neighbours", "neighbours\nalone", 1),
        Look("code", "the code\nalone", 0),
    )
    titles = {"people": "What people know", "code": "What the code knows"}
    fig, axes = panels(
        list(titles.values()),
        across="share of issues that are tacit",
        up=KNOWN,
        heading=f"{TITLE} what is tacit is learned from people or not at all",
        note=_note(ours),
    )
    for ax, panel in zip(axes, titles, strict=True):
        rows = ours[(ours["figure"] == "channels") & (ours["panel"] == panel)]
        _draw(ax, rows, looks if panel == "people" else [look for look in looks if "code" in look.line])
    return fig


def speed(ours: pd.DataFrame, _beside: pd.DataFrame) -> Figure:
    """What people know by how fast they learn from neighbours."""
    looks = (
        Look("p1 = 0", "nothing from\nthe code", 1),
        Look("p1 = 0.1", "slowly from\nthe code, too", 0),
        Look("p1 = 0.9", "fast from\nthe code, too", 2),
    )
    titles = {"period 10": "Soon: period 10", "period 300": "In the end"}
    fig, axes = panels(
        list(titles.values()),
        across="probability of taking the best neighbour's view, per issue",
        up=KNOWN,
        heading=f"{TITLE} who learns fast from the code as well knows less in the end",
        note=f"{_note(ours)} Half of the issues are tacit.",
    )
    for ax, panel in zip(axes, titles, strict=True):
        _draw(ax, ours[ours["panel"] == panel], looks)
    return fig


def turnover(ours: pd.DataFrame, _beside: pd.DataFrame) -> Figure:
    """What people know by turnover."""
    looks = (Look("explicit", "all explicit", 2), Look("tacit", "all tacit", 0))
    fig, axes = panels(
        ["After 100 periods"],
        across="turnover in a period",
        up=KNOWN,
        heading=f"{TITLE}\ntacit knowledge leaves with people",
        note=_note(ours),
    )
    _draw(axes[0], ours, looks)
    return fig


def space(ours: pd.DataFrame, _beside: pd.DataFrame) -> Figure:
    """What people know over time, by network."""
    looks = (
        Look("grid", "grid: four\nneighbours", 2),
        Look("small world", "small world", 1),
        Look("complete", "everybody", 0),
    )
    fig, axes = panels(
        ["From neighbours alone"],
        across="period",
        up=KNOWN,
        heading=f"{TITLE}\nto hear few is slower at first, better in the end",
        note=_note(ours),
    )
    axes[0].set_xscale("log")
    axes[0].set_xticks(times := [1, 3, 10, 30, 100, 300], [str(time) for time in times])
    axes[0].minorticks_off()
    _draw(axes[0], ours, looks)
    return fig


def _note(ours: pd.DataFrame) -> str:
    return (
        f"Lines: mean of {ours['repetitions'].max()} runs of 100 people; bars: 95 % intervals of that mean.\n"
        "No numbers of the paper are at hand."
    )


def _draw(ax: Axes, ours: pd.DataFrame, looks: Sequence[Look]) -> None:
    found = [(ours[ours["line"] == look.line].sort_values("x"), look) for look in looks]
    for rows, look in found:
        line(ax, rows, look)
    ax.set_ylim(0, 1.02)
    label_ends(ax, [(rows["mean"].iloc[-1], look) for rows, look in found])
