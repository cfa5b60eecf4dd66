"""What all figures share: sizes, colours, words that fit, and files that say where they come from."""

from __future__ import annotations

import json
import re
import textwrap
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from matplotlib import style
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextToPath
from matplotlib.transforms import ScaledTranslation

from lpsim.engines.behaviours import agent_places
from lpsim.errors import InputError
from lpsim.plain import one_line
from lpsim.runs.folder import as_runs
from lpsim.runs.versions import version_of
from lpsim.show.figures.letters import FONT, draw_letters, drawable
from lpsim.show.text.lines import broken, unbroken
from lpsim.show.text.numbers import short
from lpsim.show.text.scenario import UNTITLED, changes
from lpsim.show.text.uncertainty import band_of, one_run

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from lpsim.runs.folder import Runs
    from lpsim.runs.run import Run

    Block = tuple[str, float, float]  # text, its width and its height (points)
    Head = tuple[str, float, float, str]  # text, its height (points), size and weight

INDENT = "\u2002"
# Okabe & Ito (2008), for colour-blind readers; orange, green and sky blue are darkened, so that all have a
# contrast of 3 to 1 with white (WCAG 1.4.11). The first four fall in luminance, for grey print.
COLOURS = ("#C48300", "#008F68", "#0072B2", "#000000", "#3690C8", "#D55E00", "#CC79A7")
# Inches, of figures made here. The height of the figure follows from its titles.
WIDTH, LEFT, RIGHT = 8.7, 1.1, 2.15
ACROSS = (WIDTH - LEFT - RIGHT) / WIDTH
# Points per inch, size of small text, line height over size.
POINTS, SMALL, LEADING = 72, 8.5, 1.25
# Small letters drawn on whole pixels are so much wider than their outlines.
HINTED = 1.03
# A title is what the user wrote: a dollar or an underscore in it is no mathematics.
TEXT = {"family": FONT, "linespacing": 1.05, "parse_math": False, "annotation_clip": False}


def wrap(text: str, width: float, size: float = SMALL, weight: str = "normal") -> Block:
    """Break ``text`` into lines no wider than ``width`` points; also return their extent."""
    text = one_line(text)
    families, chars = tuple(drawable(text)[1]), len(text)
    while True:
        lines = [broken(line) for line in textwrap.wrap(unbroken(text), max(chars, 1))] or [""]
        widest = HINTED * max(_width(drawable(line)[0], families, size, weight) for line in lines)
        if widest <= width or chars <= 1:
            return "\n".join(lines), widest, len(lines) * size * LEADING
        chars = min(chars - 1, int(chars * width / widest))


def told_apart(names: Sequence[str], width: float, size: float = SMALL, *, most: int = 2) -> list[str]:
    """Names on lines no wider than ``width`` points, at most so many.

    What is too long is cut, with a mark: in the middle, or nearer to an end where that leaves two the same.
    """
    found: list[list[str]] = []
    for before in (0.5, 0.75, 0.25, 1.0, 0.0):
        found.append([_cut(one_line(name), width, size, most, before) for name in names])
        if len(set(found[-1])) == len(set(names)):
            return found[-1]
    return found[0]


def _cut(name: str, width: float, size: float, most: int, before: float) -> str:
    """A name on its lines, with such a share of what is left of it before the mark where it is cut."""
    text, _, _ = wrap(name, width, size)
    left = len(name)
    while text.count("\n") >= most and left > 1:
        left -= 1
        first = round(left * before)
        text, _, _ = wrap(f"{name[:first].rstrip()}…{name[len(name) - left + first :].lstrip()}", width, size)
    return text


@lru_cache(maxsize=4096)  # a figure is drawn for the screen and for print, and much is said again
def _width(line: str, families: tuple[str, ...], size: float, weight: str) -> float:
    """How wide a line is as an outline, in points."""
    font = FontProperties(family=list(families), size=size, weight=weight)
    return float(TextToPath().get_text_width_height_descent(line, font, False)[0])


def figure_of(ax: Axes) -> Figure:
    """The figure that axes stand on."""
    return cast("Figure", ax.get_figure(root=True))


def headlines(run: Run, found: str) -> list[tuple[str, float, str, str]]:
    """What stands above all else: what was found, the scenario's title, and what was changed.

    Each with its size, weight and colour.
    """
    name = one_line(run.scenario.title, UNTITLED)
    changed = one_line(changes(run.scenario, agent_places(run.provenance)))
    return [
        (found, 12.0, "bold", "0.0"),
        (name, 10.5, "normal", "0.1"),
        *([(changed, SMALL, "normal", "0.2")] if changed else []),
    ]


def about(runs: Sequence[Run], *, each_run: bool = False) -> str:
    """What the lines and the band are, so that nobody takes chance for effect."""
    if len(runs) == 1:
        return f"Simulation. {one_run(runs[0].seed)}"
    thick = f"Line: mean of {len(runs)} runs; band: {band_of(len(runs))}"
    thin = "; thin lines: each run" if each_run else ""
    return f"Simulation. {thick}{thin}. The runs differ by chance alone."


def drawable_runs(given: Runs) -> list[Run]:
    """Runs of one scenario, from what `as_runs` takes."""
    runs = as_runs(given)
    if not runs:
        raise InputError("runs: none were given, so there is nothing to draw.")
    found = sorted({str(run.provenance["digest"])[:12] for run in runs})
    if len(found) > 1:
        raise InputError(f"runs: a figure shows one scenario, found several: {', '.join(found)}")
    return runs


def flags(ax: Axes, runs: Sequence[Run], width: float, edge: float, *, above: float = 4.0) -> float:
    """Mark the interventions so many points above the axes; return the height that takes (points)."""
    scenario, step = runs[0].scenario, one_line(runs[0].scenario.step, "step")
    across, inch = ax.get_xaxis_transform(), figure_of(ax).dpi_scale_trans
    pole: dict[str, Any] = {"arrowstyle": "-", "ls": ":", "color": "0.35", "relpos": (0, 1)}
    pole |= {"patchA": None, "shrinkA": 0, "shrinkB": 0}
    look: dict[str, Any] = {"size": SMALL, "color": "0.2", "arrowprops": pole, **TEXT}
    used: list[tuple[float, float]] = []  # x and top, points
    for change in sorted(scenario.interventions, key=lambda change: -change.at):
        x = change.at / scenario.steps * width
        settings = ", ".join(f"{key} = {short(value)}" for key, value in change.set.items())
        name = one_line(change.title, settings)
        text, wide, high = wrap(f"from {step} {change.at}: {name}", max(edge - x - 8, 90))
        # Where two would overlap the earlier stands higher, so that no line crosses a title.
        base = max((top for other, top in used if other <= x + wide + 8), default=above)
        used.append((x, base + high + 3))
        coords = across + ScaledTranslation(0, base / POINTS, inch)
        text = INDENT + text.replace("\n", "\n" + INDENT)
        foot, head = (change.at, 0), (change.at, 1)
        ax.annotate(text, foot, head, xycoords=across, textcoords=coords, va="bottom", **look)
    return max((top for _, top in used), default=0.0)


def apart(wanted: np.ndarray, heights: np.ndarray, low: float, high: float) -> np.ndarray:
    """Centres nearest to the wanted ones (least squares) such that no two labels overlap."""
    order, n = np.argsort(wanted, kind="stable"), len(wanted)
    top = np.cumsum(heights[order])
    below = top - heights[order] / 2
    free = wanted[order] - below
    # Isotonic regression in its min-max form: labels that would overlap move as one block.
    means = [[free[j : k + 1].mean() if j <= k else np.inf for k in range(n)] for j in range(n)]
    level = [max(min(means[j][i:]) for j in range(i + 1)) for i in range(n)]
    return (np.clip(level, low, max(low, high - top[-1])) + below)[np.argsort(order)]


_NEGATIVE = re.compile(r"(?<![\w.-])-(?=\d)")
"""The sign of a negative number, as a terminal has it."""


def heads(width: float, *said: tuple[str, float, str]) -> list[Head]:
    """Texts for above all else, with their sizes and weights, wrapped to a figure so many inches wide."""
    found = []
    for words, size, weight in said:
        printed = _NEGATIVE.sub("\N{MINUS SIGN}", words)  # as axes have it
        text, _, high = wrap(printed, (width - 0.5) * POINTS, size, weight)
        found.append((text, high + 4, size, weight))
    return found


def write_heads(figure: Figure, found: Sequence[Head]) -> None:
    """Write them from the top of a figure downwards."""
    width, height = figure.get_size_inches()
    below = 0.1 * POINTS
    look: dict[str, Any] = {key: value for key, value in TEXT.items() if key != "annotation_clip"}
    for text, high, size, weight in found:
        figure.text(
            0.2 / width, 1 - below / POINTS / height, text, size=size, weight=weight, va="top",
            color="0" if weight == "bold" else "0.35", **look,
        )  # fmt: skip
        below += high


def save_drawn(
    draw: Callable[[], Figure], stem: Path, *, title: str, source: Mapping[str, Any]
) -> list[Path]:
    """Draw a figure and write it as PNG and SVG with a title and its source; the same bytes each time."""
    maker = f"lpsim {version_of('lpsim')}"
    about = {"Title": one_line(title, UNTITLED), "Description": json.dumps(source)}
    with style.context(["default", {"svg.hashsalt": "lpsim", "svg.fonttype": "path"}]):
        figure = draw()
        return _write(figure, stem, about, maker)


def save(ax: Axes, stem: Path, runs: Sequence[Run]) -> list[Path]:
    """Write a figure as PNG and SVG whose metadata hold the provenance; the same runs, the same bytes."""
    source = provenance(runs)
    title = f"{one_line(runs[0].scenario.title, UNTITLED)}: {stem.name}"
    about = {"Title": title, "Description": json.dumps(source)}
    return _write(figure_of(ax), stem, about, f"lpsim {source['lpsim']}")


def _write(figure: Figure, stem: Path, about: Mapping[str, str], maker: str) -> list[Path]:
    """A figure as PNG and SVG; a date would make two files of the same runs differ."""
    png, svg = stem.with_suffix(".png"), stem.with_suffix(".svg")
    draw_letters(figure)
    quick = {"compress_level": 3}  # two thirds of the time for two hundredths more
    figure.savefig(png, dpi=150, metadata={**about, "Software": maker}, pil_kwargs=quick)
    figure.savefig(svg, metadata={**about, "Creator": maker, "Date": None})
    return [png, svg]


def provenance(runs: Sequence[Run]) -> dict[str, Any]:
    """What of the runs' provenance a figure carries; first what was changed of their scenario."""
    keys = ("lpsim", "digest", "engine")
    found = {key: ", ".join(sorted({str(run.provenance[key]) for run in runs})) for key in keys}
    return {
        "changed": dict(runs[0].scenario.given.changed),
        **found,
        "seeds": [int(run.seed) for run in runs],
    }
