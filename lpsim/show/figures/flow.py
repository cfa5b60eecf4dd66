"""The figure of how far lessons get and where they end: a flow from stage to stage, drawn to scale.

Each column has a block of the lessons that reached the stage, and a dotted one of those that skipped it but
reached a later one. What drops out got no further. What is too thin to see is drawn once more, enlarged.
"""

from __future__ import annotations

import math
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from matplotlib import style
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path as Outline

from lpsim.analysis.funnel import stages_over, stages_there
from lpsim.analysis.observed import OBSERVED
from lpsim.lessons.stages import OF_EVENTS, REACHED, counted, reached
from lpsim.show.figures.page import (
    COLOURS,
    LEADING,
    POINTS,
    SMALL,
    TEXT,
    drawable_runs,
    headlines,
    save,
    wrap,
)
from lpsim.show.text import funnel, vocabulary
from lpsim.show.text.uncertainty import INTERVAL, one_run
from lpsim.show.text.vocabulary import HELD, LOST, noun
from lpsim.storage.folders import made

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from lpsim.runs.folder import Runs
    from lpsim.runs.run import Run

NOTES = (
    "Height is the number of lessons. Dotted: lessons that skipped a stage but reached a later one, as one "
    "can spread with a colleague who leaves and never be held by most of a team. Lost: nobody, no memory and "
    "no guidance holds the lesson any more, though some may hold the same view by another one; that a "
    "mistaken lesson is lost is no harm. Lessons born late had less time to get far."
)
NONE_BACK = "No lesson got into the service's guidance or came back from it."
ENLARGED = (
    "Enlarged, NOT to the scale above (drawn about {2} times as tall): the {0} {3}, {1}, that got "
    "into the service's guidance or came back from it"
)
KINDS = ("skipped", "reached")
# The levels have the colours they have in the other figures; stages that are none of these have the one left.
_INK_OF = {"born": 0, "collective": 1, "organizational": 2, "spread": 4, "system": 3, "returned": 6}
INKS = {stage: COLOURS[_INK_OF.get(stage, 5)] for stage in REACHED}
NAME_SIZES = 10.5, 8.0
"""The stages' names: where events are never analysed, and where two columns more leave less room."""
# Told apart by hatches, so that grey print is enough.
LINE: dict[str, Any] = {"edgecolor": "0.3", "linewidth": 0.4}
DOTTED: dict[str, Any] = {"facecolor": "1.0", "edgecolor": "0.55", "hatch": "...."}
LOOKS: dict[str, dict[str, Any]] = {
    HELD: {"facecolor": "1.0", "hatch": "////"},
    LOST: {"facecolor": "0.55"},
}
# Inches: the page, its margin, a block's width; the height of all lessons born, and of
# the enlarged ones; between blocks of a column, how far ribbons that end drop, and between what stands below.
WIDTH, MARGIN, BAR, TALL, LARGE, GAP, DROP, SPACE = 10.2, 0.45, 0.17, 2.7, 0.9, 0.07, 0.2, 0.12
EXIT = 0.6
"""How far ribbons that end go, of the way from column to column."""
TINY = 7.0
ENLARGE_BELOW = 0.05
"""The share of all lessons below which those that reached the service are enlarged."""


class _Lessons(NamedTuple):
    """The counted lessons of all runs, one after the other."""

    stages: Sequence[str]
    """Those there are, a column each."""
    ever: NDArray[np.bool_]
    """Per stage and lesson."""
    held: NDArray[np.bool_]
    parts: NDArray[np.float64]
    """By lesson born, its part of a run's share, averaged over runs."""
    runs: int

    @property
    def pitch(self) -> float:
        """Inches from column to column."""
        return (WIDTH - 2 * MARGIN) / len(self.stages)

    def left(self, column: int) -> float:
        """Where a column begins."""
        return MARGIN + column * self.pitch

    def of(self, some: NDArray[np.bool_]) -> _Lessons:
        return self._replace(ever=self.ever[:, some], held=self.held[some], parts=self.parts[some])

    def mean(self, some: NDArray[np.bool_]) -> float:
        return float(some.sum()) / self.runs

    def share(self, some: NDArray[np.bool_]) -> float:
        return float(self.parts[some].sum())

    def number_said(self, some: NDArray[np.bool_]) -> str:
        return funnel.readable(self.mean(some), share=False, runs=self.runs).text

    def share_said(self, some: NDArray[np.bool_]) -> str:
        share = self.share(some)
        said = funnel.readable(share, share=True, runs=self.runs).text
        return f"{'<0.01 %' if 0 < share < 0.0001 else said} of all"


class _Column(NamedTuple):
    """Which lessons skipped a stage, reached it, and got no further."""

    skipped: NDArray[np.bool_]
    reached: NDArray[np.bool_]
    last: NDArray[np.bool_]


def plot_flow(runs: Runs) -> Figure:
    """How lessons flow from stage to stage, and where they end; means over runs.

    Parameters
    ----------
    runs
        Finished runs of one scenario, one run, or the folder of some, with ``record.lessons``.

    Returns
    -------
    matplotlib.figure.Figure
        A figure of its own; without any lesson to count it says so.

    Raises
    ------
    InputError
        When there are no runs, runs of different scenarios, or a run that kept no lessons.
    """
    runs = drawable_runs(runs)
    tables = [run.journal()[0] for run in runs]
    figure = Figure(figsize=(WIDTH, WIDTH))
    ax = figure.add_axes((0, 0, 1, 1))
    ax.set_axis_off()
    ax.set_xlim(0, WIDTH)
    below = _titles(ax, runs, tables)
    lessons = _all(tables)
    if lessons.held.size:
        below = _headers(ax, stages_over(tables), lessons, below)
        scale = TALL / lessons.mean(lessons.ever[0])
        below = _flow(ax, lessons, below, scale) + SPACE
        below = _enlarged(ax, lessons, below, scale)
        below += _write(ax, MARGIN, below, NOTES, width=WIDTH - 2 * MARGIN, color="0.35") + 2 * SPACE
    below = _observed(ax, below) + SPACE
    figure.set_size_inches(WIDTH, below)
    ax.set_ylim(below, 0)  # inches from the top
    return figure


def save_flow(runs: Sequence[Run], folder: Path | str) -> list[Path]:
    """Write ``lessons.png`` and ``lessons.svg``, as `save_figures` of `plots` does."""
    with style.context(["default", {"svg.hashsalt": "lpsim", "svg.fonttype": "path"}]):
        figure = plot_flow(runs)
        folder = made(folder)
        return save(figure.axes[0], folder / "lessons", runs)


def _all(tables: Sequence[pd.DataFrame]) -> _Lessons:
    rows = [counted(table) for table in tables]
    stages = stages_there(tables)
    ever = np.concatenate([reached(table, stages) for table in rows], axis=1)
    held = np.concatenate([(table["end"] == "held").to_numpy() for table in rows])
    born = np.array([len(table) for table in rows])
    parts = 1 / (np.repeat(born, born) * max(np.count_nonzero(born), 1))
    return _Lessons(stages, ever, held, parts, len(tables))


# --- what is written ------------------------------------------------------------------------------


def _write(ax: Axes, x: float, y: float, text: str, *, width: float, **look: Any) -> float:
    """Write below and right of a point, no wider than ``width``; return the height (inches)."""
    size, weight = look.pop("size", SMALL), look.pop("weight", "normal")
    block, _, height = wrap(text, width * POINTS, size, weight)
    look = {"size": size, "weight": weight, "color": "0.1", **look, **TEXT}
    for i, line in enumerate(block.split("\n")):
        # By their baselines: the top of a line depends on the letters in it.
        ax.annotate(line, (x, y + (1 + LEADING * i) * size / POINTS), va="baseline", **look)
    return height / POINTS


def _titles(ax: Axes, runs: Sequence[Run], tables: Sequence[pd.DataFrame]) -> float:
    told, scope = funnel.in_words(tables)
    about = f"Simulation. {one_run(runs[0].seed)}"
    if len(runs) > 1:
        about = (
            f"Simulation. Means of {len(runs)} runs (seeds {_seeds(runs)}), which differ by chance alone; "
        )
        about += f"in brackets the {INTERVAL}."
    below = SPACE
    for text, size, weight, ink in (
        *headlines(runs[0], funnel.found(tables)),
        (funnel.HEADING, 11.5, "normal", "0.1"),
        (told, 10.0, "normal", "0.1"),
        (f"{about} {scope}", SMALL, "normal", "0.35"),
    ):
        look: dict[str, Any] = {"size": size, "weight": weight, "color": ink}
        below += _write(ax, MARGIN, below, text, width=WIDTH - 2 * MARGIN, **look) + SPACE / 2
    return below + SPACE


def _seeds(runs: Sequence[Run]) -> str:
    seeds = sorted(int(run.seed) for run in runs)
    if len(seeds) > 2 and seeds == list(range(seeds[0], seeds[0] + len(seeds))):
        return f"{seeds[0]}–{seeds[-1]}"
    return ", ".join(map(str, seeds))


def _headers(ax: Axes, stages: pd.DataFrame, lessons: _Lessons, below: float) -> float:
    """Name every column, with how many lessons reached the stage and how many skipped it."""
    width = lessons.pitch - SPACE
    tops = [below] * len(lessons.stages)
    columns = _columns(lessons)
    for part in ("name", "words", "number", "share", "interval", "skipped"):
        for i, (stage, (_, row)) in enumerate(zip(lessons.stages, stages.iterrows(), strict=True)):
            text, look = _header(part, stage, row, lessons.number_said(columns[i].skipped))
            if part == "name":
                look["size"] = NAME_SIZES[len(lessons.stages) > len(REACHED) - len(OF_EVENTS)]
            tops[i] += _write(ax, lessons.left(i), tops[i], text, width=width, **look) if text else 0
        tops = [max(tops) + SPACE / 4] * len(tops)
    return tops[0] + SPACE


def _header(part: str, stage: str, row: pd.Series[Any], skipped: str) -> tuple[str, dict[str, Any]]:
    ink = tuple(0.6 * channel for channel in to_rgb(INKS[stage]))
    number, share = funnel.number(row, "reached"), funnel.number(row, "of_born")
    some = noun(number.text, "lesson") + " a run" * (row["reached_runs"] > 1)
    texts: dict[str, tuple[str, dict[str, Any]]] = {
        "name": (stage, {"weight": "bold", "color": ink}),
        "words": (vocabulary.STAGES[stage].came, {}),
        "number": (number.text, {"size": 12.5, "weight": "bold", "color": ink}),
        "share": (f"{share.text} of all" if stage != "born" else some, {}),
        "interval": (share.interval if stage != "born" else number.interval, {}),
        "skipped": (f"{skipped} skipped it" if skipped != "0" else "", {"color": "0.4"}),
    }
    return texts[part]


def _observed(ax: Axes, below: float) -> float:
    """The observed rates, side by side in a box of their own."""
    top, pitch = below, (WIDTH - 2 * MARGIN) / len(OBSERVED)
    below += SPACE
    for text, look in (
        (funnel.OBSERVED_HEADING, {"size": 10.0, "weight": "bold"}),
        (funnel.OBSERVED_NOTE, {"color": "0.35"}),
    ):
        below += _write(ax, MARGIN + SPACE, below, text, width=WIDTH - 3 * MARGIN, **look) + SPACE / 2
    bottoms = []
    for i, rate in enumerate(OBSERVED):
        x, y = MARGIN + SPACE + i * pitch, below
        what, source, beside = funnel.observed_words(rate)
        for text, look in (
            (f"{100 * rate.value:g} %", {"size": 12.5, "weight": "bold"}),
            (what, {}),
            (source, {"size": TINY, "color": "0.35"}),
            (beside, {"size": TINY, "color": "0.35"}),
        ):
            y += _write(ax, x, y, text, width=pitch - 2 * SPACE, **look) + SPACE / 4
        bottoms.append(y)
    bottom = max(bottoms) + SPACE / 2
    box: dict[str, Any] = {"facecolor": "0.97", "edgecolor": "0.7", "linewidth": 0.7, "zorder": 0}
    ax.add_patch(Rectangle((MARGIN, top), WIDTH - 2 * MARGIN, bottom - top, **box))
    return bottom


# --- what is drawn --------------------------------------------------------------------------------


def _columns(lessons: _Lessons) -> list[_Column]:
    order = np.arange(len(lessons.stages))[:, np.newaxis]
    furthest = (lessons.ever * order).max(axis=0)
    return [_Column(~ever & (furthest > i), ever, furthest == i) for i, ever in enumerate(lessons.ever)]


def _flow(ax: Axes, lessons: _Lessons, top: float, scale: float) -> float:
    """Draw columns, what passes between them and what ends; return where all that stops (inches).

    ``scale`` is inches to a lesson.
    """
    columns = _columns(lessons)
    # In every column what skipped it stands above what reached it, and what ends leaves below.
    tops = [(top, top + scale * lessons.mean(c.skipped) + GAP * c.skipped.any()) for c in columns]
    bottoms = [y + scale * lessons.mean(c.reached) for (_, y), c in zip(tops, columns, strict=True)]
    lowest = top
    for i, (column, stage) in enumerate(zip(columns, lessons.stages, strict=True)):
        leaving, ink = list(tops[i]), INKS[stage]
        blocks = DOTTED, {"facecolor": ink}
        ribbons = DOTTED, {"facecolor": _pale(ink), "edgecolor": ink}
        for kind in (0, 1):
            high = scale * lessons.mean(column[kind])
            _block(ax, (lessons.left(i), tops[i][kind]), high, f"{KINDS[kind]}: {stage}", **blocks[kind])
        arriving = list(tops[i + 1]) if i + 1 < len(columns) else []
        for kind, then in product((0, 1), range(len(arriving))):
            high = scale * lessons.mean(column[kind] & columns[i + 1][then])
            ends = (lessons.left(i) + BAR, leaving[kind]), (lessons.left(i + 1), arriving[then])
            _ribbon(ax, *ends, high, **ribbons[kind])
            leaving[kind], arriving[then] = leaving[kind] + high, arriving[then] + high
        floor = max([leaving[1], *bottoms[i + 1 : i + 2]]) + DROP
        lowest = max(lowest, _exits(ax, lessons, i, ends=(leaving[1], floor), scale=scale))
    return lowest


def _exits(ax: Axes, lessons: _Lessons, column: int, *, ends: tuple[float, float], scale: float) -> float:
    """What ends at a stage drops out below its column; return where its label stops."""
    stage, last = lessons.stages[column], _columns(lessons)[column].last
    x, (y, floor), across = lessons.left(column), ends, EXIT * lessons.pitch
    fates = {HELD: last & lessons.held, LOST: last & ~lessons.held}
    texts = []
    for fate, some in fates.items():
        high, look = scale * lessons.mean(some), LOOKS[fate]
        _ribbon(ax, (x + BAR, y), (x + across, floor), high, **look)
        _block(ax, (x + across, floor), high, f"{fate}: {stage}", **look)
        y, floor = y + high, floor + high + GAP / 2 * some.any()
        if some.any():
            texts.append((fate, f"{fate} {lessons.number_said(some)}", lessons.share_said(some)))
    floor += SPACE / 2
    for fate, number, share in texts:
        key = Rectangle((x + BAR + SPACE / 2, floor + 0.03), 0.09, 0.09, **{**LINE, **LOOKS[fate]})
        ax.add_patch(key)
        for text, ink in ((number, "0.1"), (share, "0.35")):
            floor += _write(ax, x + BAR + 0.2, floor, text, width=lessons.pitch - BAR - 0.25, color=ink)
    return floor


def _block(ax: Axes, corner: tuple[float, float], high: float, label: str, **look: Any) -> None:
    if high:
        ax.add_patch(Rectangle(corner, BAR, high, label=label, zorder=2, **{**LINE, **look}))


def _ribbon(ax: Axes, start: tuple[float, float], end: tuple[float, float], high: float, **look: Any) -> None:
    """Between two places of equal height, as a curve that leaves and arrives level."""
    if not high:
        return
    (x, y), (to_x, to_y) = start, end
    middle = (x + to_x) / 2
    there = [(x, y), (middle, y), (middle, to_y), (to_x, to_y)]
    back = [(to_x, to_y + high), (middle, to_y + high), (middle, y + high), (x, y + high)]
    codes = [Outline.MOVETO, *3 * [Outline.CURVE4], Outline.LINETO, *3 * [Outline.CURVE4]]
    ax.add_patch(PathPatch(Outline(there + back, codes), zorder=1, **{**LINE, **look}))


def _pale(ink: str) -> tuple[float, ...]:
    return tuple(0.3 * channel + 0.7 for channel in to_rgb(ink))


def _enlarged(ax: Axes, lessons: _Lessons, below: float, scale: float) -> float:
    """Draw what reached the service once more where the scale leaves too little of it to see."""
    some = np.any([lessons.ever[lessons.stages.index(stage)] for stage in ("system", "returned")], axis=0)
    number, width = lessons.mean(some), WIDTH - 2 * MARGIN
    if not number:
        return below + _write(ax, MARGIN, below, NONE_BACK, width=width) + SPACE
    if lessons.share(some) >= ENLARGE_BELOW:
        return below
    times = LARGE / number / scale
    times = round(times, 1 - math.floor(math.log10(times)))
    said_number = lessons.number_said(some)
    text = ENLARGED.format(
        said_number, lessons.share_said(some), f"{times:,.0f}", noun(said_number, "lesson")
    )
    below += _write(ax, MARGIN, below, text, width=width, weight="bold") + SPACE / 2
    few = lessons.of(some)
    texts = [f"{few.number_said(c.reached)} of {said_number}" for c in _columns(few)]
    high = [_write(ax, few.left(i), below, text, width=few.pitch) for i, text in enumerate(texts)]
    return _flow(ax, few, below + max(high) + GAP / 2, LARGE / number) + SPACE
