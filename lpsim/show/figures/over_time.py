"""What figures over time share: lines with bands, names at their right ends, and what stands above.

Every figure says what it shows: which line is the mean, what the band is, and that another seed
gives other numbers. Lines are labelled at their right ends with the value they end on.
"""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, MultipleLocator
from matplotlib.transforms import Affine2D

from lpsim.analysis.summary import summarize_runs
from lpsim.errors import InputError
from lpsim.plain import one_line
from lpsim.runs.measures import MEASURES
from lpsim.show.figures.page import (
    ACROSS,
    COLOURS,
    LEADING,
    LEFT,
    POINTS,
    RIGHT,
    SMALL,
    TEXT,
    WIDTH,
    about,
    apart,
    figure_of,
    flags,
    headlines,
    wrap,
)
from lpsim.show.text.numbers import number
from lpsim.show.text.vocabulary import looked_at

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from lpsim.runs.run import Run

WITHOUT = "Grey: the mean of the same worlds without the interventions."
DASHES: tuple[Any, ...] = (
    "solid",
    (0, (5, 1.5)),
    (0, (7, 1.5, 1.5, 1.5)),
    (0, (1.5, 1)),
    (0, (1, 3)),
    (0, (1, 5)),
)
PERCENT = partial(number, share=True)
FEW_STEPS = 13
"""So many observed steps are marked one by one."""
# Inches; and the room between axes and labels, points.
BOTTOM, PLOT, STUB = 0.75, 3.8, 20


class View(NamedTuple):
    """What distinguishes one figure, or panel, from another."""

    found: str  # the finding, its title
    heading: str
    ylabel: str
    lines: Mapping[str, pd.DataFrame]  # label -> one column per run, indexed by step
    form: Callable[[float], str] = partial(number, share=False)  # how a value is written
    more: Mapping[str, str] = MappingProxyType({})  # label -> what stands below it
    colours: Sequence[int] = range(7)  # of the lines, by number
    without: Mapping[str, np.ndarray] = MappingProxyType({})  # label -> the mean without the interventions
    each_run: bool = False  # a thin line for each
    note: str = ""


def columns_of(runs: Sequence[Run], names: Sequence[str]) -> dict[str, pd.DataFrame]:
    """By label of a measure, one column per run, by step."""
    steps = pd.Index(runs[0].column("step"), name="step")
    return {
        MEASURES[name].label: pd.DataFrame(
            {number: run.column(name) for number, run in enumerate(runs)}, index=steps, dtype=float
        )
        for name in names
    }


def collect(tables: Sequence[pd.DataFrame], column: str) -> pd.DataFrame:
    """One column per run, NaN where a run has no value at a step."""
    columns = [table.set_index("step")[column] for table in tables]
    return pd.concat(columns, axis=1, keys=range(len(columns))).astype(float)


def plot(runs: Sequence[Run], view: View, ax: Axes | None) -> Axes:
    """Draw on some axes, or on a figure made for it."""
    if ax is not None and not isinstance(ax, Axes):
        raise InputError(
            f"ax: found {ax!r:.80}; give the axes of a Matplotlib figure, or None for a new one."
        )
    rows = len(view.lines) + len(view.more) / 2
    height = max(PLOT, rows * 2 * SMALL * LEADING / POINTS)
    axes = ax or Figure(figsize=(WIDTH, height)).add_axes((LEFT / WIDTH, 0, ACROSS, 1))
    draw_lines(axes, view)
    scale(axes, runs, view)
    label_ends(axes, view)
    if figure_of(axes).get_layout_engine() is not None:
        figure_of(axes).draw_without_rendering()  # titles are broken for the width this leaves
    top = _head(axes, runs, view, room=RIGHT * POINTS if ax is None else 0.0)
    if ax is None:
        total = BOTTOM + height + top / POINTS + 0.1
        figure_of(axes).set_size_inches(WIDTH, total)
        axes.set_position((LEFT / WIDTH, BOTTOM / total, ACROSS, height / total))
    return axes


def draw_lines(ax: Axes, view: View) -> None:
    """Draw the band and the mean of each line, and each run thin where that is wanted."""
    for (colour, dash), values in zip(_inks(view), view.lines.values(), strict=True):
        steps, found = values.index.to_numpy(), summarize_runs(values.to_numpy().T)
        look: dict[str, Any] = {"color": colour, "marker": marker(steps, found.runs > 0)}
        if values.shape[1] > 1:
            ax.fill_between(steps, *found.spread, color=colour, alpha=0.16, lw=0, label="_band")
        if values.shape[1] > 1 and view.each_run:
            ax.plot(steps, values, lw=0.5, alpha=0.35, ms=2, label="_run", **look)
        ax.plot(steps, found.mean, lw=2.2, linestyle=dash, label="_mean", zorder=3, **look)
    for label, mean in view.without.items():
        ax.plot(view.lines[label].index, mean, color="0.55", lw=1.0, label="_without", zorder=2)


def marker(steps: np.ndarray, known: np.ndarray) -> str | None:
    """A dot where there would be no line, and where few steps were looked at of those the line crosses."""
    few = 1 < len(steps) <= FEW_STEPS and np.diff(steps).max() > 1
    return "o" if few or known.sum() == 1 else None


def _inks(view: View) -> list[tuple[str, Any]]:
    return [
        (COLOURS[view.colours[i % len(view.colours)] % 7], DASHES[i % len(DASHES)])
        for i in range(len(view.lines))
    ]


def _end(values: pd.DataFrame) -> np.ndarray | None:
    """Where the mean over runs ends; None where there are no values."""
    found = summarize_runs(values.to_numpy().T)
    known = np.flatnonzero(found.runs)
    return np.array([values.index[known[-1]], found.mean[known[-1]]]) if len(known) else None


def scale(ax: Axes, runs: Sequence[Run], view: View) -> None:
    """Axes of time, and of what goes from 0 to 1, or below 0 where it does."""
    scenario = runs[0].scenario
    # Always 0 to 1: a range fitted to the data would make small differences look large.
    frames = [frame.to_numpy() for frame in view.lines.values()]
    floor = min(float(np.fmin.reduce(frame, axis=None, initial=0.0)) for frame in frames)
    ax.set(xlim=(0, scenario.steps), ylim=(floor - 0.02, 1.02), axisbelow=True)
    ax.yaxis.set_major_locator(MultipleLocator(0.25))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda y, _: view.form(y)))
    # These steps make whole years of months wherever they can.
    ax.xaxis.set_major_locator(MaxNLocator(10, integer=True, steps=[1, 1.2, 2.4, 3, 6, 10]))
    ax.axhline(0, color="0.25", linewidth=0.9, zorder=1)
    ax.grid(axis="y", color="0.9", linewidth=0.7)
    ax.spines[["top", "right"]].set_visible(False)
    ax.set_xlabel(f"time ({one_line(scenario.step, 'step')}s)", parse_math=False)
    ax.set_ylabel(view.ylabel, size=9)


def label_ends(ax: Axes, view: View) -> None:
    """Name each line at its right end, with the value it ends on."""
    ends, colours = [_end(values) for values in view.lines.values()], [colour for colour, _ in _inks(view)]
    texts = []
    for label, end in zip(view.lines, ends, strict=True):
        value = "no value" if end is None else view.form(end[1])
        below = [view.more[label]] if end is not None and label in view.more else []
        blocks = [wrap(text, RIGHT * POINTS - STUB - 6) for text in (f"{value} {label}", *below)]
        texts.append(("\n".join(block[0] for block in blocks), 0.0, sum(block[2] for block in blocks)))
    points = np.array([(ax.get_xlim()[1], 0.0) if end is None else end for end in ends])
    heights = np.array([text[2] for text in texts])
    for i, ((text, _, _), colour) in enumerate(zip(texts, colours, strict=True)):
        leader: dict[str, Any] = {"arrowstyle": "-", "color": colour, "relpos": (0, 0.5)}
        leader |= {"patchA": None, "shrinkA": 4, "shrinkB": 0}  # no patch: to look for its edge takes long
        look: dict[str, Any] = {"size": SMALL, "color": [0.6 * part for part in to_rgb(colour)]}
        look |= {"arrowprops": None if ends[i] is None else leader, "va": "center", **TEXT}
        place = partial(_place, ax, points, heights, i)
        ax.annotate(text, points[i], (0, 0), textcoords=place, **look)


def _place(ax: Axes, points: np.ndarray, heights: np.ndarray, index: int, _: Any) -> Affine2D:
    """Where label ``index`` stands; asked at every draw, as size and layout may have changed."""
    dot = figure_of(ax).dpi / POINTS
    wanted = ax.transData.transform(points)[:, 1]
    centres = apart(wanted, heights * dot, float(ax.bbox.y0), float(ax.bbox.y1))
    return Affine2D().translate(float(ax.bbox.x1) + STUB * dot, float(centres[index]))


def _head(ax: Axes, runs: Sequence[Run], view: View, *, room: float) -> float:
    """Write what stands above the axes and ``room`` right of them; return its height (points)."""
    width, left = float(ax.bbox.width) / figure_of(ax).dpi * POINTS, 62.0
    above = 8 + flags(ax, runs, width, width + room)
    seen = [looked_at(runs[0].scenario), WITHOUT if view.without else ""]
    said = [about(runs, each_run=view.each_run), *seen, view.note]
    blocks = (
        (" ".join(filter(None, said)), SMALL, "normal", "0.35"),
        (view.heading, 9.5, "normal", "0.1"),
        *reversed(headlines(runs[0], view.found)),
    )
    for block, size, weight, colour in blocks:
        text, _, height = wrap(block, width + left + room - 6, size, weight)
        look: dict[str, Any] = {"size": size, "weight": weight, "color": colour, **TEXT}
        look |= {"xycoords": "axes fraction", "textcoords": "offset points", "va": "bottom"}
        ax.annotate(text, (0, 1), (-left, above), **look)
        above += height + 3
    return above
