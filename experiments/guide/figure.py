"""The tiers of every step by goal, with how large the effects are and how likely."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from experiments.figures import COLOURS, MARKS, SMALL, TEXT
from experiments.guide.page import HORIZON, UNSURE, found, helps, joined, tier
from experiments.guide.tiers import SETTINGS, TIERS
from experiments.guide.worlds import GOALS, LEAVES

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes

    from experiments.guide.page import Row, Rows

TITLES = {
    "staff": "what its staff know",
    "memory": "what its memory holds",
    LEAVES: "what is left a year after all left",
    "others": "what others' staff know",
}
LOOKS = {"calibrated": (COLOURS[2], MARKS[0], -0.14), "hypercube": (COLOURS[0], MARKS[1], 0.14)}
"""Colour, mark, and how far from the middle of a row."""
NOTE = (
    f"{HORIZON} years of the step, practice of usual size. Marks: median over worlds (● blue: calibrated, "
    "■ orange: hypercube; hollow: little effect); lines: 90 % of worlds; grey: sound bets. Right: the tier, "
    "and the share of worlds in which the step helps, in the setting where it helps less. "
    f"{UNSURE.strip()}: one half of the worlds alone would say otherwise."
)
NAMES = {"staff": "staff", "memory": "the memory", LEAVES: "what survives departures", "others": "others"}


def draw(path: Path) -> None:
    """Write the figure."""
    every = {goal: found(goal) for goal in GOALS}
    metadata = {"Title": finding(every), "Description": "made by python -m experiments.guide"}
    figure(every).savefig(path, dpi=120, metadata=metadata)


def finding(every: dict[str, Rows]) -> str:
    """What stands above it."""
    sound = {
        goal: joined([step for step, row in rows.items() if row["tier"] == TIERS[0]]) or "nothing"
        for goal, rows in every.items()
    }
    by_steps: dict[str, list[str]] = {}
    for goal, steps in sound.items():
        by_steps.setdefault(steps, []).append(NAMES[goal])
    told = "; ".join(f"for {joined(goals)}: {steps}" for steps, goals in by_steps.items())
    return f"Sound bets {told}"


def figure(every: dict[str, Rows]) -> Figure:
    """A panel per goal, a row per step."""
    steps = list(every["staff"])
    fig = Figure(figsize=(15.5, 6.2), layout="constrained")
    fig.suptitle(finding(every), x=0.01, ha="left", size=12, weight="bold", wrap=True)
    fig.supxlabel(NOTE, x=0.01, ha="left", size=SMALL, color="0.3", wrap=True)
    for ax, (goal, rows) in zip(
        fig.subplots(1, len(every), sharex=True, sharey=True), every.items(), strict=True
    ):
        _panel(ax, [rows[step] for step in steps], TITLES[goal])
    return fig


def _panel(ax: Axes, rows: list[Row], title: str) -> None:
    ax.axvline(0, color="0.5", lw=0.9)
    for y, row in enumerate(rows):
        if row["tier"] == TIERS[0]:
            ax.axhspan(y - 0.45, y + 0.45, color="0.91", lw=0)
        for name in SETTINGS:
            colour, mark, off = LOOKS[name]
            hollow = "white" if row["tier"] == TIERS[2] else colour
            ax.plot([row[f"{name}_low"], row[f"{name}_high"]], [y + off] * 2, color=colour, lw=1.6)
            ax.plot(row[f"{name}_median"], y + off, mark, ms=6, color=colour, mfc=hollow)
        ax.text(1.02, y, _label(row), transform=ax.get_yaxis_transform(), va="center", size=SMALL)
    ax.set_yticks(range(len(rows)), [row["step"] for row in rows], size=TEXT)
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.set_title(title, loc="left", size=TEXT)
    ax.set_xlabel("change of knowledge (-1 to 1)", size=SMALL)
    ax.tick_params(labelsize=SMALL, axis="x")
    ax.tick_params(axis="y", length=0)
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.grid(axis="x", color="0.9", lw=0.8)
    ax.set_axisbelow(True)


def _label(row: Row) -> str:
    short = tier(row).replace("sound bet", "sound").replace("little effect", "little")
    return f"{short}, {helps(row)}"
