"""The figures every run leaves: knowledge at four levels, how far it gets, and kinds of practices.

Every figure says what it shows: which line is the mean, what the band is, and that another seed
gives other numbers. Lines are labelled at their right ends with the value they end on.
"""

from __future__ import annotations

import json
import math
import textwrap
from functools import partial
from itertools import accumulate
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd
from matplotlib import style
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextToPath
from matplotlib.ticker import FuncFormatter, MaxNLocator, MultipleLocator
from matplotlib.transforms import Affine2D, ScaledTranslation

from lpsim.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from matplotlib.axes import Axes

    from lpsim.run import Run

    Point = tuple[float, float]

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
# Okabe & Ito (2008) without yellow: told apart by colour-blind readers. The first four fall in
# luminance, for print in grey.
COLOURS = ("#E69F00", "#009E73", "#0072B2", "#000000", "#56B4E9", "#D55E00", "#CC79A7")
DASHES: tuple[Any, ...] = ("solid", (0, (5, 1.5)), (0, (7, 1.5, 1.5, 1.5)), (0, (1.5, 1)))
PRACTICE_COLOUR = 2  # kinds start with the colour of the practices' memory in the other figures
FEW = 5  # below this many runs, quantiles would be guesses

# Inches, of figures made here. The height of the figure follows from its titles.
WIDTH, LEFT, RIGHT, BOTTOM, PLOT = 8.5, 0.85, 2.15, 0.75, 3.7
POINTS = 72
LEADING = 1.25  # line height over font size
SMALL = 8.5
GAP = 4  # points between an intervention's line and its title
STUB = 20  # points between the axes and the labels of the lines
# A title is what the user wrote: a dollar or an underscore in it is no mathematics.
TEXT: dict[str, Any] = {"family": "DejaVu Sans", "parse_math": False, "annotation_clip": False}


class _View(NamedTuple):
    """What distinguishes one figure from another."""

    heading: str
    ylabel: str
    lines: Mapping[str, pd.DataFrame]  # label -> one column per run, indexed by step
    share: bool = False  # shares in per cent, else knowledge
    first_colour: int = 0


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
    heading = "What is known, and at which level"
    return _plot(runs, _View(heading, _knowledge("knowledge"), lines), ax)


def plot_funnel(runs: Sequence[Run], *, ax: Axes | None = None) -> Axes:
    """How far right knowledge gets, from someone in a practice to the service's guidance, over time.

    Parameters, returned axes and errors are those of `plot_levels`. Scale: per cent of the issues;
    for the first three lines the mean over practices.
    """
    lines = _columns(runs, FUNNEL)
    heading = "How far right knowledge gets"
    ylabel = "issues of day-to-day work known rightly\n(% of all issues; practices: the average practice)"
    return _plot(runs, _View(heading, ylabel, lines, share=True), ax)


def plot_kinds(runs: Sequence[Run], *, ax: Axes | None = None) -> Axes:
    """Knowledge in practices' memories over time, for each kind of practice.

    Parameters, returned axes and errors are those of `plot_levels`; `InputError` also where the
    scenario names no kinds.
    """
    _check(runs)
    if not runs[0].scenario.kinds:
        raise InputError("kinds: the scenario names no kinds of practices; name some to compare")
    lines = {kind: _collect(_memory(run, kind) for run in runs) for kind in _kinds(runs[0])}
    heading = "What practices' memories hold, by kind of practice"
    view = _View(heading, _knowledge("knowledge in memory"), lines, first_colour=PRACTICE_COLOUR)
    return _plot(runs, view, ax)


def save_figures(runs: Sequence[Run], folder: Path | str) -> list[Path]:
    """Write every figure that applies as PNG and SVG, with the runs' provenance in each file's metadata.

    The same runs give the same bytes, whatever the user's matplotlib settings.

    Parameters
    ----------
    runs
        Finished runs of one scenario.
    folder
        Where to write; made if missing.

    Returns
    -------
    list of pathlib.Path
        ``levels``, ``funnel`` and, where the scenario has kinds, ``kinds``; each ``.png``, then ``.svg``.

    Raises
    ------
    InputError
        When there are no runs, or runs of different scenarios.
    """
    _check(runs)
    plots = {"levels": plot_levels, "funnel": plot_funnel}
    if runs[0].scenario.kinds:
        plots["kinds"] = plot_kinds
    Path(folder).mkdir(parents=True, exist_ok=True)
    with style.context(["default", {"svg.hashsalt": "lpsim", "svg.fonttype": "path"}]):
        return [
            path
            for name, plot in plots.items()
            for path in _save(plot(runs), Path(folder) / name, runs)
        ]


def _save(ax: Axes, stem: Path, runs: Sequence[Run]) -> list[Path]:
    figure = _figure(ax)
    title, maker = f"{_title(runs)}: {stem.name}", f"lpsim {_versions(runs)}"
    about = {"Title": title, "Description": json.dumps(_provenance(runs), sort_keys=True)}
    png, svg = stem.with_suffix(".png"), stem.with_suffix(".svg")
    figure.savefig(png, dpi=150, metadata={**about, "Software": maker})
    # A date would make two files of the same runs differ.
    figure.savefig(svg, metadata={**about, "Creator": maker, "Date": None})
    return [png, svg]


def _provenance(runs: Sequence[Run]) -> dict[str, Any]:
    return {
        "lpsim": _versions(runs),
        "digest": runs[0].provenance["digest"],
        "engine": _joined(runs, "engine"),
        "seeds": [int(run.seed) for run in runs],
    }


def _versions(runs: Sequence[Run]) -> str:
    return _joined(runs, "lpsim")


def _joined(runs: Sequence[Run], key: str) -> str:
    return ", ".join(sorted({str(run.provenance[key]) for run in runs}))


def _check(runs: Sequence[Run]) -> None:
    if not runs:
        raise InputError("runs: none were given, so there is nothing to draw")
    digests = sorted({str(run.provenance["digest"]) for run in runs})
    if len(digests) > 1:
        found = ", ".join(digest[:12] for digest in digests)
        raise InputError(
            f"runs: a figure shows runs of one scenario, found {len(digests)}: {found}"
        )


def _columns(runs: Sequence[Run], labels: Mapping[str, str]) -> dict[str, pd.DataFrame]:
    _check(runs)
    return {
        label: _collect(run.series.set_index("step")[column] for run in runs)
        for column, label in labels.items()
    }


def _collect(series: Iterable[pd.Series[Any]]) -> pd.DataFrame:
    """One column per run, NaN where a run has no value at a step."""
    columns = list(series)
    return pd.concat(columns, axis=1, keys=range(len(columns))).astype(float)


def _memory(run: Run, kind: str) -> pd.Series[Any]:
    rows = run.groups[run.groups["group"] == f"kind: {kind}"]
    return rows.set_index("step")["practice_knowledge"]


def _kinds(run: Run) -> list[str]:
    """Labels of the kinds, in file order, then the remainder where there is one."""
    groups = [str(group) for group in run.groups["group"].unique()]
    found = [group.removeprefix("kind: ") for group in groups if group.startswith("kind: ")]
    return list(dict.fromkeys([kind.name for kind in run.scenario.kinds] + found))


def _knowledge(what: str) -> str:
    return f"{what}\n(1 = all right; 0 = nothing known, or as much wrong as right)"


def _plot(runs: Sequence[Run], view: _View, ax: Axes | None) -> Axes:
    axes = _new_axes(len(view.lines)) if ax is None else ax
    frames = enumerate(view.lines.values())
    ends = [_draw_line(axes, values, *_ink(view, i)) for i, values in frames]
    _scale(axes, runs, view)
    _label_ends(axes, view, ends)
    if _figure(axes).get_layout_engine() is not None:
        _figure(
            axes
        ).draw_without_rendering()  # the titles are broken for the width that the layout leaves
    room = 0.0 if ax is not None else RIGHT * POINTS
    above = _head(axes, runs, view.heading, _flags(axes, runs, room), room)
    if ax is None:
        _fit(axes, above, runs)
    return axes


def _ink(view: _View, index: int) -> tuple[str, Any]:
    return COLOURS[(index + view.first_colour) % len(COLOURS)], DASHES[index % len(DASHES)]


def _new_axes(lines: int) -> Axes:
    height = max(PLOT, lines * 2 * SMALL * LEADING / POINTS)
    figure = Figure(figsize=(WIDTH, height))
    return figure.add_axes((LEFT / WIDTH, 0, (WIDTH - LEFT - RIGHT) / WIDTH, 1))


def _fit(ax: Axes, above: float, runs: Sequence[Run]) -> None:
    """Give the figure the height that the axes and the titles ``above`` them (points) need."""
    figure = _figure(ax)
    plot = figure.get_figheight()
    height = BOTTOM + plot + above / POINTS + 0.1
    figure.set_size_inches(WIDTH, height)
    ax.set_position((LEFT / WIDTH, BOTTOM / height, (WIDTH - LEFT - RIGHT) / WIDTH, plot / height))
    source = f"lpsim {_versions(runs)}, scenario {str(runs[0].provenance['digest'])[:12]}"
    figure.text(1 - 0.1 / WIDTH, 0.1 / height, source, ha="right", size=7, color="0.4")


def _draw_line(ax: Axes, values: pd.DataFrame, colour: str, dash: Any) -> Point | None:
    """Draw each run thin, the band and the mean; return where the mean ends (None: no values)."""
    mean = values.mean(axis=1)
    known = mean.dropna()
    marker = "o" if len(known) == 1 else None
    if values.shape[1] > 1:
        low, high = (0.1, 0.9) if values.shape[1] >= FEW else (0.0, 1.0)
        edges = [values.quantile(q, axis=1).to_numpy() for q in (low, high)]
        band: dict[str, Any] = {"color": colour, "alpha": 0.16, "linewidth": 0}
        ax.fill_between(mean.index, *edges, label="_band", **band)
        thin: dict[str, Any] = {"color": colour, "linewidth": 0.5, "alpha": 0.35, "marker": marker}
        ax.plot(values.index, values.to_numpy(), markersize=2, label="_run", **thin)
    thick: dict[str, Any] = {"color": colour, "linewidth": 2.2, "linestyle": dash, "marker": marker}
    ax.plot(mean.index, mean.to_numpy(), label="_mean", zorder=3, **thick)
    return (float(known.index[-1]), float(known.iloc[-1])) if len(known) else None


def _scale(ax: Axes, runs: Sequence[Run], view: _View) -> None:
    scenario = runs[0].scenario
    lowest = min(float(frame.min(axis=None)) for frame in view.lines.values())
    # Always 0 to 1: a range fitted to the data would make small differences look large.
    floor = math.floor(lowest * 4) / 4 if lowest < 0 else 0.0
    ax.set_ylim(floor - 0.02, 1.02)
    ax.set_xlim(0, scenario.steps)
    ax.yaxis.set_major_locator(MultipleLocator(0.25))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda y, _: _value(y, share=view.share)))
    year = 12 if scenario.step == "month" and scenario.steps >= 36 else None
    every = MultipleLocator(year * math.ceil(scenario.steps / 120)) if year else None
    ax.xaxis.set_major_locator(every or MaxNLocator(nbins=10, integer=True))
    ax.axhline(0, color="0.25", linewidth=0.9, zorder=1)
    ax.grid(axis="y", color="0.9", linewidth=0.7)
    ax.set_axisbelow(True)
    ax.spines[["top", "right"]].set_visible(False)
    ax.set_xlabel(f"time ({_clean(scenario.step) or 'step'}s)", parse_math=False)
    ax.set_ylabel(view.ylabel, size=9)


def _value(value: float, *, share: bool) -> str:
    if not share:
        return f"{value:z.2f}".replace("-", "\N{MINUS SIGN}")
    if 0 < value < 0.01:
        return "<1 %"
    return ">99 %" if 0.99 < value < 1 else f"{value:.0%}".replace("%", " %")


def _label_ends(ax: Axes, view: _View, ends: Sequence[Point | None]) -> None:
    texts = []
    for label, end in zip(view.lines, ends, strict=True):
        value = "no value" if end is None else _value(end[1], share=view.share)
        texts.append(_wrap(f"{value} {label}", RIGHT * POINTS - STUB - 6))
    points = [end or (ax.get_xlim()[1], 0.0) for end in ends]
    heights = [_height(text, SMALL) for text in texts]
    for i, text in enumerate(texts):
        colour, _ = _ink(view, i)
        leader: dict[str, Any] = {"arrowstyle": "-", "color": colour, "linewidth": 1.0}
        leader |= {"relpos": (0, 0.5), "shrinkA": 2, "shrinkB": 0}
        ax.annotate(
            text,
            points[i],
            (0, 0),
            textcoords=partial(_place, ax, points, heights, i),
            arrowprops=None if ends[i] is None else leader,
            va="center",
            size=SMALL,
            color=_dark(colour),
            **TEXT,
        )


def _place(ax: Axes, points: Any, heights: list[float], index: int, _: Any) -> Affine2D:
    """Where label ``index`` stands now; asked at every draw, as size and layout may have changed."""
    dot = _figure(ax).dpi / POINTS
    wanted = [float(y) for y in ax.transData.transform(points)[:, 1]]
    low, high = float(ax.bbox.y0), float(ax.bbox.y1)
    spread = _spread(wanted, [height * dot for height in heights], low, high)
    return Affine2D().translate(float(ax.bbox.x1) + STUB * dot, spread[index])


def _spread(wanted: list[float], heights: list[float], low: float, high: float) -> list[float]:
    """Centres nearest to the wanted ones (least squares) such that no two labels overlap."""
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    bases = list(accumulate([heights[i] for i in order], initial=0.0))
    total = bases.pop()
    below = [base + heights[i] / 2 for i, base in zip(order, bases, strict=True)]
    free = [wanted[i] - base for i, base in zip(order, below, strict=True)]
    centres = [0.0] * len(wanted)
    for rank, i in enumerate(order):
        # Isotonic regression in its min-max form: labels that would overlap move as one block.
        ends = range(rank + 1, len(free) + 1)
        level = max(min(fmean(free[j:k]) for k in ends) for j in range(rank + 1))
        centres[i] = max(low, min(level, high - total)) + below[rank]
    return centres


def _dark(colour: str) -> tuple[float, ...]:
    return tuple(int(colour[i : i + 2], 16) / 255 * 0.6 for i in (1, 3, 5))


def _flags(ax: Axes, runs: Sequence[Run], room: float) -> float:
    """Mark the interventions above the axes and return the height that takes (points).

    The earlier stands the higher, where two would overlap: so no line crosses another's title.
    """
    scenario, width = runs[0].scenario, _width(ax)
    used: list[tuple[float, float]] = []  # x and top, points
    for change in sorted(scenario.interventions, key=lambda change: -change.at):
        x = (change.at - 1) / scenario.steps * width
        text = f"from {_clean(scenario.step) or 'step'} {change.at}: {_name(change)}"
        text = _wrap(text, max(width + room - x - GAP, 90))
        end = x + 2 * GAP + max(_length(line) for line in text.split("\n"))
        base = max((top for other, top in used if other <= end), default=4.0)
        used.append((x, base + _height(text, SMALL) + 3))
        _flag(ax, change.at, text, (base, used[-1][1]))
    return max((top for _, top in used), default=0.0)


def _flag(ax: Axes, at: int, text: str, span: tuple[float, float]) -> None:
    across, points = ax.get_xaxis_transform(), _figure(ax).dpi_scale_trans
    base = across + ScaledTranslation(GAP / POINTS, span[0] / POINTS, points)
    top = across + ScaledTranslation(0, span[1] / POINTS, points)
    # Values are those at the end of a step, and a change comes at the start of its step.
    foot, head = (at - 1, 0), (at - 1, 1)
    pole = {"arrowstyle": "-", "linestyle": ":", "color": "0.35", "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", foot, head, xycoords=across, textcoords=top, arrowprops=pole, **TEXT)
    look: dict[str, Any] = {"size": SMALL, "color": "0.2", "va": "bottom", **TEXT}
    ax.annotate(text, foot, head, xycoords=across, textcoords=base, **look)


def _name(change: Any) -> str:
    return _clean(change.title) or ", ".join(
        f"{key} = {value}" for key, value in change.set.items()
    )


def _head(ax: Axes, runs: Sequence[Run], heading: str, above: float, room: float) -> float:
    """Write title, heading and what the lines are above the axes; returns the height used (points)."""
    left = 45.0  # points; as far left as the label of the y axis
    above += 8
    blocks = [
        (_about(runs), SMALL, "normal", "0.35"),
        (heading, 10.5, "normal", "0.1"),
        (_title(runs), 13.0, "bold", "0.0"),
    ]
    for text, size, weight, colour in blocks:
        lines = _wrap(text, _width(ax) + left + room - 6, size, weight)
        look: dict[str, Any] = {"size": size, "weight": weight, "color": colour, **TEXT}
        look |= {"xycoords": "axes fraction", "textcoords": "offset points", "va": "bottom"}
        ax.annotate(lines, (0, 1), (-left, above), **look)
        above += _height(lines, size) + 3
    return above


def _about(runs: Sequence[Run]) -> str:
    """What the lines and the band are, so that nobody takes chance for effect."""
    if len(runs) == 1:
        return f"Simulation, one run (seed {runs[0].seed}): another seed gives other numbers"
    few = len(runs) < FEW
    band = "all runs, lowest to highest" if few else "8 of 10 runs, those in the middle"
    return (
        f"Simulation. Thick line: mean of {len(runs)} runs; band: {band}; thin lines: each run. "
        "The runs differ by chance alone."
    )


def _title(runs: Sequence[Run]) -> str:
    return _clean(runs[0].scenario.title) or "Untitled scenario"


def _clean(text: str) -> str:
    """One line without control characters, which SVG cannot hold."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _figure(ax: Axes) -> Figure:
    figure = ax.get_figure(root=True)
    assert figure is not None
    return figure


def _width(ax: Axes) -> float:
    return float(ax.bbox.width) / _figure(ax).dpi * POINTS


def _height(text: str, size: float) -> float:
    return (text.count("\n") + 1) * size * LEADING


def _wrap(text: str, width: float, size: float = SMALL, weight: str = "normal") -> str:
    """Break ``text`` into lines no wider than ``width`` points, breaking words that are longer."""
    chars = max(len(text), 1)
    while True:
        lines = textwrap.wrap(text, chars) or [""]
        widest = max(_length(line, size, weight) for line in lines)
        if widest <= width or chars == 1:
            return "\n".join(lines)
        chars = max(1, min(chars - 1, int(chars * width / widest)))


def _length(line: str, size: float = SMALL, weight: str = "normal") -> float:
    font = FontProperties(family=TEXT["family"], size=size, weight=weight)
    return float(TextToPath().get_text_width_height_descent(line, font, False)[0])
