"""The figures every run leaves: knowledge at four levels, how far it gets, and kinds of practices.

Every figure says what it shows: which line is the mean, what the band is, and that another seed
gives other numbers. Lines are labelled at their right ends with the value they end on.
"""

from __future__ import annotations

import json
import textwrap
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np
import pandas as pd
from matplotlib import style
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextToPath
from matplotlib.ticker import FuncFormatter, MaxNLocator, MultipleLocator
from matplotlib.transforms import Affine2D, ScaledTranslation

from lpsim.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes

    from lpsim.run import Run

    Block = tuple[str, float, float]  # text, its width and its height (points)

LEVELS = {
    "staff_knowledge": "staff",
    "collective_knowledge": "teams (collective)",
    "practice_knowledge": "practices' memory",
    "service_knowledge": "service's guidance",
}
FUNNEL = {
    "known_by_someone": "known by someone in the practice",
    "known_by_most": "known by most of the practice",
    "in_practice_memory": "in the practice's memory",
    "in_service_guidance": "in the service's guidance",
}
INDENT, UNTITLED = "\u2002", "Untitled scenario"
KNOWLEDGE = "{}\n(1: all right; 0: nothing known,\nor as much wrong as right)"
SHARE = "share of all issues known rightly\n(in the practice: mean over practices)"
# Okabe & Ito (2008), for colour-blind readers; the first four fall in luminance, for grey print.
COLOURS = ("#E69F00", "#009E73", "#0072B2", "#000000", "#56B4E9", "#D55E00", "#CC79A7")
DASHES: tuple[Any, ...] = ("solid", (0, (5, 1.5)), (0, (7, 1.5, 1.5, 1.5)), (0, (1.5, 1)))
MEMORY, FEW = 2, 5  # the colour kinds begin with; fewer runs than that have no quantiles
# Inches, of figures made here. The height of the figure follows from its titles.
WIDTH, LEFT, RIGHT, BOTTOM, PLOT = 8.7, 1.1, 2.15, 0.75, 3.8
ACROSS = (WIDTH - LEFT - RIGHT) / WIDTH
# Points per inch, size of small text, line height over size, room between axes and labels.
POINTS, SMALL, LEADING, STUB = 72, 8.5, 1.25, 20
# A title is what the user wrote: a dollar or an underscore in it is no mathematics.
FONT = "DejaVu Sans"
TEXT = {"family": FONT, "linespacing": 1.05, "parse_math": False, "annotation_clip": False}


class _View(NamedTuple):
    """What distinguishes one figure from another."""

    heading: str
    ylabel: str
    lines: Mapping[str, pd.DataFrame]  # label -> one column per run, indexed by step
    share: bool = False  # shares in per cent, else knowledge
    first: int = 0  # colour of the first line


def plot_levels(runs: Sequence[Run], *, ax: Axes | None = None) -> Axes:
    """Knowledge of staff, teams, practices and the health service over time.

    Parameters
    ----------
    runs
        Finished runs of one scenario.
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
    view = _View("What is known, and at which level", KNOWLEDGE.format("knowledge"), lines)
    return _plot(runs, view, ax)


def plot_funnel(runs: Sequence[Run], *, ax: Axes | None = None) -> Axes:
    """How far right knowledge gets, from someone in a practice to the service, over time.

    As `plot_levels`, in per cent of the issues; the first three lines are means over practices.
    """
    lines = _columns(runs, FUNNEL)
    return _plot(runs, _View("How far right knowledge gets", SHARE, lines, share=True), ax)


def plot_kinds(runs: Sequence[Run], *, ax: Axes | None = None) -> Axes:
    """Knowledge in practices' memories over time, for each kind of practice.

    As `plot_levels`; `InputError` also where the scenario names no kinds.
    """
    _check(runs)
    if not runs[0].scenario.kinds:
        raise InputError("kinds: the scenario names no kinds of practices; name some to compare")
    heading = "What practices' memories hold, by kind of practice"
    view = _View(heading, KNOWLEDGE.format("knowledge in memory"), _kinds(runs), first=MEMORY)
    return _plot(runs, view, ax)


def save_figures(runs: Sequence[Run], folder: Path | str) -> list[Path]:
    """Write ``levels``, ``funnel`` and, where there are kinds, ``kinds``, each as PNG and SVG.

    The metadata of each file hold the runs' provenance; the same runs give the same bytes. Makes a
    missing ``folder``, returns the files' paths and raises `InputError` as `plot_levels` does.
    """
    _check(runs)
    plots = {"levels": plot_levels, "funnel": plot_funnel}
    if runs[0].scenario.kinds:
        plots["kinds"] = plot_kinds
    Path(folder).mkdir(parents=True, exist_ok=True)
    with style.context(["default", {"svg.hashsalt": "lpsim", "svg.fonttype": "path"}]):
        files = [_save(plot(runs), Path(folder) / name, runs) for name, plot in plots.items()]
    return [file for pair in files for file in pair]


def _save(ax: Axes, stem: Path, runs: Sequence[Run]) -> list[Path]:
    source = _provenance(runs)
    title = f"{_clean(runs[0].scenario.title, UNTITLED)}: {stem.name}"
    maker, about = f"lpsim {source['lpsim']}", {"Title": title, "Description": json.dumps(source)}
    png, svg = stem.with_suffix(".png"), stem.with_suffix(".svg")
    _figure(ax).savefig(png, dpi=150, metadata={**about, "Software": maker})
    # A date would make two files of the same runs differ.
    _figure(ax).savefig(svg, metadata={**about, "Creator": maker, "Date": None})
    return [png, svg]


def _provenance(runs: Sequence[Run]) -> dict[str, Any]:
    keys = ("lpsim", "digest", "engine")
    found = {key: ", ".join(sorted({str(run.provenance[key]) for run in runs})) for key in keys}
    return {**found, "seeds": [int(run.seed) for run in runs]}


def _check(runs: Sequence[Run]) -> None:
    if not runs:
        raise InputError("runs: none were given, so there is nothing to draw")
    found = sorted({str(run.provenance["digest"])[:12] for run in runs})
    if len(found) > 1:
        raise InputError(f"runs: a figure shows one scenario, found several: {', '.join(found)}")


def _columns(runs: Sequence[Run], labels: Mapping[str, str]) -> dict[str, pd.DataFrame]:
    _check(runs)
    return {labels[column]: _collect([run.series for run in runs], column) for column in labels}


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
    inks = [(COLOURS[(i + view.first) % 7], DASHES[i % 4]) for i in range(len(view.lines))]
    frames = zip(view.lines.values(), inks, strict=True)
    ends = [_draw_line(axes, frame, *ink) for frame, ink in frames]
    _scale(axes, runs, view)
    _label_ends(axes, view, ends, [colour for colour, _ in inks])
    if _figure(axes).get_layout_engine() is not None:
        _figure(axes).draw_without_rendering()  # titles are broken for the width this leaves
    top = _head(axes, runs, view.heading, room=RIGHT * POINTS if ax is None else 0.0)
    if ax is None:
        total = BOTTOM + height + top / POINTS + 0.1
        _figure(axes).set_size_inches(WIDTH, total)
        axes.set_position((LEFT / WIDTH, BOTTOM / total, ACROSS, height / total))
    return axes


def _draw_line(ax: Axes, values: pd.DataFrame, colour: str, dash: Any) -> np.ndarray | None:
    """Draw each run thin, the band and the mean; return where the mean ends (None: no values)."""
    mean, runs = values.mean(axis=1), values.shape[1]
    known = mean.dropna()
    look: dict[str, Any] = {"color": colour, "marker": "o" if len(known) == 1 else None}
    if runs > 1:
        tail = 0.1 if runs >= FEW else 0.0
        low, high = (values.quantile(q, axis=1).to_numpy() for q in (tail, 1 - tail))
        ax.fill_between(mean.index, low, high, color=colour, alpha=0.16, lw=0, label="_band")
        ax.plot(values.index, values, lw=0.5, alpha=0.35, ms=2, label="_run", **look)
    ax.plot(mean.index, mean, lw=2.2, linestyle=dash, label="_mean", zorder=3, **look)
    return np.array([known.index[-1], known.iloc[-1]]) if len(known) else None


def _scale(ax: Axes, runs: Sequence[Run], view: _View) -> None:
    scenario = runs[0].scenario
    # Always 0 to 1: a range fitted to the data would make small differences look large.
    frames = [frame.to_numpy() for frame in view.lines.values()]
    floor = min(float(np.fmin.reduce(frame, axis=None, initial=0.0)) for frame in frames)
    ax.set(xlim=(0, scenario.steps), ylim=(floor - 0.02, 1.02), axisbelow=True)
    ax.yaxis.set_major_locator(MultipleLocator(0.25))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda y, _: _value(y, share=view.share)))
    # These steps make whole years of months wherever they can.
    ax.xaxis.set_major_locator(MaxNLocator(10, integer=True, steps=[1, 1.2, 2.4, 3, 6, 10]))
    ax.axhline(0, color="0.25", linewidth=0.9, zorder=1)
    ax.grid(axis="y", color="0.9", linewidth=0.7)
    ax.spines[["top", "right"]].set_visible(False)
    ax.set_xlabel(f"time ({_clean(scenario.step, 'step')}s)", parse_math=False)
    ax.set_ylabel(view.ylabel, size=9)


def _value(value: float, *, share: bool) -> str:
    if not share:
        return f"{value:z.2f}".replace("-", "\N{MINUS SIGN}")
    if 0 < value < 0.01:
        return "<1 %"
    return ">99 %" if 0.99 < value < 1 else f"{100 * value:.0f} %"


def _label_ends(ax: Axes, view: _View, ends: Sequence[Any], colours: Sequence[str]) -> None:
    texts = []
    for label, end in zip(view.lines, ends, strict=True):
        value = "no value" if end is None else _value(end[1], share=view.share)
        texts.append(_wrap(f"{value} {label}", RIGHT * POINTS - STUB - 6))
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
    dot = _figure(ax).dpi / POINTS
    wanted = ax.transData.transform(points)[:, 1]
    centres = _spread(wanted, heights * dot, float(ax.bbox.y0), float(ax.bbox.y1))
    return Affine2D().translate(float(ax.bbox.x1) + STUB * dot, float(centres[index]))


def _spread(wanted: np.ndarray, heights: np.ndarray, low: float, high: float) -> np.ndarray:
    """Centres nearest to the wanted ones (least squares) such that no two labels overlap."""
    order, n = np.argsort(wanted, kind="stable"), len(wanted)
    top = np.cumsum(heights[order])
    below = top - heights[order] / 2
    free = wanted[order] - below
    # Isotonic regression in its min-max form: labels that would overlap move as one block.
    means = [[free[j : k + 1].mean() if j <= k else np.inf for k in range(n)] for j in range(n)]
    level = [max(min(means[j][i:]) for j in range(i + 1)) for i in range(n)]
    return (np.clip(level, low, max(low, high - top[-1])) + below)[np.argsort(order)]


def _head(ax: Axes, runs: Sequence[Run], heading: str, *, room: float) -> float:
    """Write what stands above the axes and ``room`` right of them; return its height (points)."""
    width, left = float(ax.bbox.width) / _figure(ax).dpi * POINTS, 62.0
    above = 8 + _flags(ax, runs, width, width + room)
    blocks = (
        (_about(runs), SMALL, "normal", "0.35"),
        (heading, 10.5, "normal", "0.1"),
        (_clean(runs[0].scenario.title, UNTITLED), 13.0, "bold", "0.0"),
    )
    for block, size, weight, colour in blocks:
        text, _, height = _wrap(block, width + left + room - 6, size, weight)
        look: dict[str, Any] = {"size": size, "weight": weight, "color": colour, **TEXT}
        look |= {"xycoords": "axes fraction", "textcoords": "offset points", "va": "bottom"}
        ax.annotate(text, (0, 1), (-left, above), **look)
        above += height + 3
    return above


def _flags(ax: Axes, runs: Sequence[Run], width: float, edge: float) -> float:
    """Mark the interventions above the axes; return the height that takes (points)."""
    scenario, step = runs[0].scenario, _clean(runs[0].scenario.step, "step")
    across, inch = ax.get_xaxis_transform(), _figure(ax).dpi_scale_trans
    pole: dict[str, Any] = {"arrowstyle": "-", "ls": ":", "color": "0.35", "relpos": (0, 1)}
    pole |= {"patchA": None, "shrinkA": 0, "shrinkB": 0}
    look: dict[str, Any] = {"size": SMALL, "color": "0.2", "arrowprops": pole, **TEXT}
    used: list[tuple[float, float]] = []  # x and top, points
    for change in sorted(scenario.interventions, key=lambda change: -change.at):
        # Values are those at the end of a step, and a change comes at the start of its step.
        x = (change.at - 1) / scenario.steps * width
        settings = ", ".join(f"{key} = {value}" for key, value in change.set.items())
        name = _clean(change.title, settings)
        text, wide, high = _wrap(f"from {step} {change.at}: {name}", max(edge - x - 8, 90))
        # Where two would overlap the earlier stands higher, so that no line crosses a title.
        base = max((top for other, top in used if other <= x + wide + 8), default=4.0)
        used.append((x, base + high + 3))
        coords = across + ScaledTranslation(0, base / POINTS, inch)
        text = INDENT + text.replace("\n", "\n" + INDENT)
        foot, head = (change.at - 1, 0), (change.at - 1, 1)
        ax.annotate(text, foot, head, xycoords=across, textcoords=coords, va="bottom", **look)
    return max((top for _, top in used), default=0.0)


def _about(runs: Sequence[Run]) -> str:
    """What the lines and the band are, so that nobody takes chance for effect."""
    if len(runs) == 1:
        return f"Simulation, one run (seed {runs[0].seed}): another seed gives other numbers"
    band = "middle 8 of 10 runs at each time" if len(runs) >= FEW else "lowest to highest run"
    thick = f"Thick line: mean of {len(runs)} runs; band: {band}"
    return f"Simulation. {thick}; thin lines: each run. The runs differ by chance alone."


def _clean(text: str, default: str) -> str:
    """One line without control characters, which SVG cannot hold."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split()) or default


def _figure(ax: Axes) -> Figure:
    return cast("Figure", ax.get_figure(root=True))


def _wrap(text: str, width: float, size: float = SMALL, weight: str = "normal") -> Block:
    """Break ``text`` into lines no wider than ``width`` points; also return their extent."""
    font = FontProperties(family=FONT, size=size, weight=weight)
    measure = TextToPath().get_text_width_height_descent
    text, chars = _clean(text, ""), len(text)
    while True:
        lines = textwrap.wrap(text, max(chars, 1)) or [""]
        widest = max(float(measure(line, font, False)[0]) for line in lines)
        if widest <= width or chars <= 1:
            return "\n".join(lines), widest, len(lines) * size * LEADING
        chars = min(chars - 1, int(chars * width / widest))
