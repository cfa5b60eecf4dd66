"""What the figures of experiments share: colours, direct labels, error bars, and how they are saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure
from scipy.special import stdtrit

from experiments.tables import BOUND

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

# Okabe & Ito (2008), for colour-blind readers; they fall in luminance, for grey print.
COLOURS = ("#E69F00", "#009E73", "#0072B2", "#000000")
DASHES = ("-", (0, (6, 2)), (0, (2, 1.5)), "-.")
MARKS = ("o", "s", "^", "D")
TEXT, SMALL = 10, 8.5
LINE = 0.05
"""Height of a line of small text, as a share of a panel's."""
MANY = 1e9
SURE = 1.96
"""Standard errors on each side of a 95 % interval of a published number, of however many runs."""


class Look(NamedTuple):
    """How a line is drawn and what it is called at its end."""

    line: str
    label: str
    colour: int


def panels(
    titles: Sequence[str], *, across: str, up: str, heading: str, note: str
) -> tuple[Figure, list[Axes]]:
    """A figure of panels side by side on the same scales, with a heading and a note below."""
    width = 1.4 + 4.3 * len(titles)
    fig = Figure(figsize=(width, 5.0), layout="constrained")
    fig.suptitle(heading, x=0.01, ha="left", size=12, weight="bold")
    fig.supxlabel(note, x=0.01, ha="left", size=SMALL, color="0.3")
    axes = list(fig.subplots(1, len(titles), sharex=True, sharey=True, squeeze=False)[0])
    for ax, title in zip(axes, titles, strict=True):
        ax.set_title(title, loc="left", size=TEXT)
        ax.set_xlabel(across, size=TEXT)
        ax.tick_params(labelsize=SMALL, labelleft=True)
        ax.spines[["top", "right"]].set_visible(False)
        ax.grid(axis="y", color="0.9", lw=0.8)
        ax.set_axisbelow(True)
    axes[0].set_ylabel(up, size=TEXT)
    return fig, axes


def line(ax: Axes, rows: pd.DataFrame, look: Look, *, marks: bool = True) -> None:
    """A line of means with their 95 % intervals; without marks the intervals are a band."""
    x, mean, half = rows["x"].to_numpy(), rows["mean"].to_numpy(), _half(rows)
    colour, dash = COLOURS[look.colour], DASHES[look.colour]
    ax.plot(x, mean, color=colour, ls=dash, lw=1.6)
    if marks:
        ax.errorbar(x, mean, half, fmt=MARKS[look.colour], color=colour, ms=4, capsize=3, lw=1)
    else:
        ax.fill_between(x, mean - half, mean + half, color=colour, alpha=0.25, lw=0)


def _half(rows: pd.DataFrame) -> NDArray[np.float64]:
    """Half of the 95 % interval of means over as many runs as ``sd`` and ``se`` tell."""
    sd, se = rows["sd"].to_numpy(dtype=float), rows["se"].to_numpy(dtype=float)
    runs = np.divide(sd, se, out=np.full(len(se), MANY), where=se > 0) ** 2
    half: NDArray[np.float64] = stdtrit(runs.round() - 1, 0.975) * se
    return half


def hollow(ax: Axes, rows: pd.DataFrame, look: Look | None = None) -> None:
    """Published numbers with their 95 % intervals, as rings, or as hollow marks of the look of a line."""
    half = SURE * rows["published_se"]
    colour, mark = (COLOURS[look.colour], MARKS[look.colour]) if look else ("0.25", "o")
    ink: dict[str, Any] = {"mfc": "none", "mec": colour, "ecolor": colour, "zorder": 5}
    ax.errorbar(rows["x"], rows["published"], half, fmt=mark, ms=10, mew=0.9, lw=0.9, **ink)


def label_ends(ax: Axes, ends: Sequence[tuple[float, Look]]) -> None:
    """Names to the right of lines, where these end or as near as leaves all of them room."""
    low, high = ax.get_ylim()
    order = sorted(ends, key=lambda end: end[0])
    placed = [(y - low) / (high - low) for y, _ in order]
    room = [LINE * (1 + look.label.count("\n")) for _, look in order]
    for _ in range(200):  # neighbours that are too near push each other apart
        for i in range(len(placed) - 1):
            short = (room[i] + room[i + 1]) / 2 - (placed[i + 1] - placed[i])
            if short > 1e-9:
                placed[i] -= short / 2
                placed[i + 1] += short / 2
    where: dict[str, Any] = {"transform": ax.transAxes, "clip_on": False}
    for (_, look), y in zip(order, placed, strict=True):
        ax.plot([1.015, 1.085], [y, y], color=COLOURS[look.colour], ls=DASHES[look.colour], lw=1.6, **where)
        ax.text(1.1, y, look.label, va="center", size=SMALL, color="0.15", **where)


def distances(beside: pd.DataFrame, heading: str) -> Figure:
    """How far each of our means is from its published number, in standard errors: a strip per figure."""
    names = list(dict.fromkeys(beside["figure"]))
    fig = Figure(figsize=(8.0, 1.8 + 0.5 * len(names)), layout="constrained")
    fig.suptitle(heading, x=0.01, ha="left", size=12, weight="bold")
    note = f"Each ring is a published number. Grey: within {BOUND:g}, where a right model has 999 of 1,000."
    fig.supxlabel(note, x=0.01, ha="left", size=SMALL, color="0.3")
    ax = fig.subplots()
    ax.axvspan(-BOUND, BOUND, color="0.93", lw=0)
    ax.axvline(0, color="0.6", lw=0.8)
    for y, name in enumerate(names):
        off = np.sort(beside.loc[beside["figure"] == name, "in_se"])
        apart = np.resize([0.0, -0.16, 0.16], len(off))  # neighbours do not hide each other
        ax.plot(off, y + apart, "o", mfc="none", mec=COLOURS[2], ms=5)
    ax.set_yticks(
        range(len(names)), [f"{name}: {(beside['figure'] == name).sum()} numbers" for name in names]
    )
    ax.set_ylim(len(names) - 0.5, -0.5)
    reach = max(BOUND + 0.5, beside["in_se"].abs().max() + 0.3)
    ax.set_xlim(-reach, reach)
    ax.set_xlabel("our mean minus the published one, in standard errors of both together", size=TEXT)
    ax.tick_params(labelsize=SMALL)
    ax.spines[["top", "right", "left"]].set_visible(False)
    return fig


def save(figure: Figure, stem: Path, title: str, about: str) -> None:
    """Write PNG and SVG; the same numbers give the same bytes."""
    metadata = {"Title": title, "Description": about}
    figure.savefig(stem.with_suffix(".png"), dpi=150, metadata=metadata)
    with rc_context({"svg.hashsalt": stem.name}):
        figure.savefig(stem.with_suffix(".svg"), metadata={**metadata, "Date": None})
