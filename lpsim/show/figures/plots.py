"""The figures every run leaves: knowledge at four levels, how far it gets, and kinds of practices.

Every figure says what it shows: which line is the mean, what the band is, and that another seed
gives other numbers. Lines are labelled at their right ends with the value they end on.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib import style
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, MultipleLocator
from matplotlib.transforms import Affine2D

from lpsim.analysis.summary import summarize_runs
from lpsim.errors import InputError
from lpsim.plain import one_line
from lpsim.runs.measures import FUNNEL, LEVELS, MEASURES, RIGHT_AND_WRONG
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
    check,
    figure_of,
    flags,
    headlines,
    number,
    save,
    wrap,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from matplotlib.axes import Axes

    from lpsim.runs.run import Run

    Block = tuple[str, float, float]  # text, its width and its height (points)

KNOWLEDGE = "{}\n(1: all right; 0: nothing known,\nor as much wrong as right)"
WITHOUT = "Grey: the mean of the same worlds without the interventions."
SHARE = "share of all issues\n(in the practice: mean over practices)"
DASHES: tuple[Any, ...] = (
    "solid",
    (0, (5, 1.5)),
    (0, (7, 1.5, 1.5, 1.5)),
    (0, (1.5, 1)),
    (0, (1, 3)),
    (0, (1, 5)),
)
WRONG = {wrong: right for right, wrong in RIGHT_AND_WRONG.values() if right in FUNNEL}
"""What is written down wrongly, and what is written down rightly in the same place."""
MEMORY = 2
"""The colour kinds begin with."""
# Inches; and the room between axes and labels, points.
BOTTOM, PLOT, STUB = 0.75, 3.8, 20


class _View(NamedTuple):
    """What distinguishes one figure from another."""

    heading: str
    ylabel: str
    lines: Mapping[str, pd.DataFrame]  # label -> one column per run, indexed by step
    share: bool = False  # shares in per cent, else knowledge
    colours: Sequence[int] = range(7)  # of the lines, by number
    without: Mapping[str, np.ndarray] = MappingProxyType({})  # label -> the mean without the interventions


def plot_levels(
    runs: Sequence[Run], *, without: Mapping[str, np.ndarray] | None = None, ax: Axes | None = None
) -> Axes:
    """Knowledge of staff, teams, practices and the health service over time.

    Parameters
    ----------
    runs
        Finished runs of one scenario.
    without
        By measure, the mean of the same worlds without the interventions at every recorded step, in grey.
    ax
        Where to draw; a new figure without it. Titles stand above these axes and labels right of
        them: leave room there (a constrained layout does). Titles are broken for the present width.

    Returns
    -------
    matplotlib.axes.Axes
        The axes drawn on.

    Raises
    ------
    InputError
        When there are no runs, or runs of different scenarios.
    """
    lines = _columns(runs, LEVELS)
    other = {MEASURES[name].label: mean for name, mean in (without or {}).items()}
    view = _View("What is known, and at which level", KNOWLEDGE.format("knowledge"), lines, without=other)
    return _plot(runs, view, ax)


def plot_funnel(runs: Sequence[Run], *, ax: Axes | None = None) -> Axes:
    """How far right knowledge gets, from someone in a practice to the service, and what is written wrongly.

    As `plot_levels`, in per cent of the issues; what is of practices is a mean over them. What is written
    down wrongly has the colour of what is written down rightly.
    """
    view = _View(
        "How far right knowledge gets, and what is written down wrongly",
        SHARE,
        _columns(runs, (*FUNNEL, *WRONG)),
        share=True,
        colours=(*range(len(FUNNEL)), *(FUNNEL.index(right) for right in WRONG.values())),
    )
    return _plot(runs, view, ax)


def plot_kinds(runs: Sequence[Run], *, ax: Axes | None = None) -> Axes:
    """Knowledge in practices' memories over time, for each kind of practice.

    As `plot_levels`; `InputError` also where the scenario names no kinds.
    """
    check(runs)
    if not runs[0].scenario.kinds:
        raise InputError("kinds: the scenario names no kinds of practices; name some to compare")
    heading = "What practices' memories hold, by kind of practice"
    view = _View(heading, KNOWLEDGE.format("knowledge in memory"), _kinds(runs), colours=range(MEMORY, 9))
    return _plot(runs, view, ax)


def save_figures(
    runs: Sequence[Run], folder: Path | str, *, without: Mapping[str, np.ndarray] | None = None
) -> list[Path]:
    """Write ``levels``, ``funnel`` and, where there are kinds, ``kinds``, each as PNG and SVG.

    The metadata of each file hold the runs' provenance; the same runs give the same bytes. Makes a
    missing ``folder``, returns the files' paths, and takes ``without`` and raises `InputError` as
    `plot_levels` does.
    """
    check(runs)
    plots: dict[str, Callable[[Sequence[Run]], Axes]] = {
        "levels": partial(plot_levels, without=without),
        "funnel": plot_funnel,
    }
    if runs[0].scenario.kinds:
        plots["kinds"] = plot_kinds
    Path(folder).mkdir(parents=True, exist_ok=True)
    with style.context(["default", {"svg.hashsalt": "lpsim", "svg.fonttype": "path"}]):
        files = [save(plot(runs), Path(folder) / name, runs) for name, plot in plots.items()]
    return [file for pair in files for file in pair]


def _columns(runs: Sequence[Run], names: Sequence[str]) -> dict[str, pd.DataFrame]:
    check(runs)
    return {MEASURES[name].label: _collect([run.series for run in runs], name) for name in names}


def _kinds(runs: Sequence[Run]) -> dict[str, pd.DataFrame]:
    """Memory by kind, in file order, then the remainder where there is one."""
    groups = [f"kind: {kind.name}" for kind in runs[0].scenario.kinds]
    groups += [str(group) for run in runs for group in run.groups["group"].unique()]
    frames = {}
    for group in filter(lambda group: group.startswith("kind: "), dict.fromkeys(groups)):
        tables = [run.groups[run.groups["group"] == group] for run in runs]
        frames[group.removeprefix("kind: ")] = _collect(tables, "practice_knowledge")
    return frames


def _collect(tables: Sequence[pd.DataFrame], column: str) -> pd.DataFrame:
    """One column per run, NaN where a run has no value at a step."""
    columns = [table.set_index("step")[column] for table in tables]
    return pd.concat(columns, axis=1, keys=range(len(columns))).astype(float)


def _plot(runs: Sequence[Run], view: _View, ax: Axes | None) -> Axes:
    height = max(PLOT, len(view.lines) * 2 * SMALL * LEADING / POINTS)
    axes = ax or Figure(figsize=(WIDTH, height)).add_axes((LEFT / WIDTH, 0, ACROSS, 1))
    inks = [
        (COLOURS[view.colours[i % len(view.colours)] % 7], DASHES[i % len(DASHES)])
        for i in range(len(view.lines))
    ]
    frames = zip(view.lines.values(), inks, strict=True)
    ends = [_draw_line(axes, frame, *ink) for frame, ink in frames]
    for label, mean in view.without.items():
        axes.plot(view.lines[label].index, mean, color="0.55", lw=1.0, label="_without", zorder=2)
    _scale(axes, runs, view)
    _label_ends(axes, view, ends, [colour for colour, _ in inks])
    if figure_of(axes).get_layout_engine() is not None:
        figure_of(axes).draw_without_rendering()  # titles are broken for the width this leaves
    top = _head(axes, runs, view, room=RIGHT * POINTS if ax is None else 0.0)
    if ax is None:
        total = BOTTOM + height + top / POINTS + 0.1
        figure_of(axes).set_size_inches(WIDTH, total)
        axes.set_position((LEFT / WIDTH, BOTTOM / total, ACROSS, height / total))
    return axes


def _draw_line(ax: Axes, values: pd.DataFrame, colour: str, dash: Any) -> np.ndarray | None:
    """Draw each run thin, the band and the mean; return where the mean ends (None: no values)."""
    steps, found = values.index.to_numpy(), summarize_runs(values.to_numpy().T)
    known = np.flatnonzero(found.runs)
    look: dict[str, Any] = {"color": colour, "marker": "o" if len(known) == 1 else None}
    if values.shape[1] > 1:
        ax.fill_between(steps, *found.spread, color=colour, alpha=0.16, lw=0, label="_band")
        ax.plot(steps, values, lw=0.5, alpha=0.35, ms=2, label="_run", **look)
    ax.plot(steps, found.mean, lw=2.2, linestyle=dash, label="_mean", zorder=3, **look)
    return np.array([steps[known[-1]], found.mean[known[-1]]]) if len(known) else None


def _scale(ax: Axes, runs: Sequence[Run], view: _View) -> None:
    scenario = runs[0].scenario
    # Always 0 to 1: a range fitted to the data would make small differences look large.
    frames = [frame.to_numpy() for frame in view.lines.values()]
    floor = min(float(np.fmin.reduce(frame, axis=None, initial=0.0)) for frame in frames)
    ax.set(xlim=(0, scenario.steps), ylim=(floor - 0.02, 1.02), axisbelow=True)
    ax.yaxis.set_major_locator(MultipleLocator(0.25))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda y, _: number(y, share=view.share)))
    # These steps make whole years of months wherever they can.
    ax.xaxis.set_major_locator(MaxNLocator(10, integer=True, steps=[1, 1.2, 2.4, 3, 6, 10]))
    ax.axhline(0, color="0.25", linewidth=0.9, zorder=1)
    ax.grid(axis="y", color="0.9", linewidth=0.7)
    ax.spines[["top", "right"]].set_visible(False)
    ax.set_xlabel(f"time ({one_line(scenario.step, 'step')}s)", parse_math=False)
    ax.set_ylabel(view.ylabel, size=9)


def _label_ends(ax: Axes, view: _View, ends: Sequence[Any], colours: Sequence[str]) -> None:
    texts = []
    for label, end in zip(view.lines, ends, strict=True):
        value = "no value" if end is None else number(end[1], share=view.share)
        texts.append(wrap(f"{value} {label}", RIGHT * POINTS - STUB - 6))
    points = np.array([(ax.get_xlim()[1], 0.0) if end is None else end for end in ends])
    heights = np.array([text[2] for text in texts])
    for i, ((text, _, _), colour) in enumerate(zip(texts, colours, strict=True)):
        leader: dict[str, Any] = {"arrowstyle": "-", "color": colour, "relpos": (0, 0.5)}
        leader |= {"shrinkA": 2, "shrinkB": 0}
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


def _head(ax: Axes, runs: Sequence[Run], view: _View, *, room: float) -> float:
    """Write what stands above the axes and ``room`` right of them; return its height (points)."""
    width, left = float(ax.bbox.width) / figure_of(ax).dpi * POINTS, 62.0
    above = 8 + flags(ax, runs, width, width + room)
    said = about(runs) + (f" {WITHOUT}" if view.without else "")
    blocks = (
        (said, SMALL, "normal", "0.35"),
        (view.heading, 10.5, "normal", "0.1"),
        *reversed(headlines(runs[0])),
    )
    for block, size, weight, colour in blocks:
        text, _, height = wrap(block, width + left + room - 6, size, weight)
        look: dict[str, Any] = {"size": size, "weight": weight, "color": colour, **TEXT}
        look |= {"xycoords": "axes fraction", "textcoords": "offset points", "va": "bottom"}
        ax.annotate(text, (0, 1), (-left, above), **look)
        above += height + 3
    return above
