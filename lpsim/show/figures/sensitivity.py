"""The figure of a sensitivity analysis: a panel for each measure, a row for each factor, the noise floor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from lpsim.analysis.measured import measure_of
from lpsim.analysis.sensitivity import Sensitivity
from lpsim.runs.versions import version_of
from lpsim.scenario.taken import as_one
from lpsim.show.figures.factor_names import TWO_LINES, any_words, name_rows
from lpsim.show.figures.letters import FONT
from lpsim.show.figures.page import POINTS, SMALL, heads, save_drawn, wrap, write_heads
from lpsim.show.text.scenario import in_brackets
from lpsim.show.text.sensitivity import FLOOR, direction, headline, how_many, when
from lpsim.show.text.vocabulary import counted
from lpsim.sweeps.design.factors import SEED_BLOCK

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from matplotlib.axes import Axes

    from lpsim.analysis.indices import Index, Influence
    from lpsim.show.figures.page import Head

# Blue for what stands clear of chance, a lighter grey for what does not; chance itself is brown.
CLEAR, UNCLEAR, BAND, EDGE = "#0A4C8C", "#767676", "#F2DDB4", "#A66A00"
MARKERS = {
    "raises": "^",
    "mostly raises": "^",
    "lowers": "v",
    "mostly lowers": "v",
    "both ways": "D",
    "": "o",
}
# Inches: a panel, a row, and what stands around them.
LEFT, PANEL, GAP, RIGHT = 2.65, 2.15, 0.22, 0.2
ROW, BOTTOM, TITLE = 0.21, 0.62, 0.16
LEAST = 0.02
"""A scale is so wide at least, or noise would look like much."""
MOST_ROWS = 40
"""Where there are more factors, only the strongest are drawn."""


def plot_sensitivity(found: Sensitivity) -> Figure:
    """Draw an analysis: of each factor its index on each measure, its interval, and what chance alone does.

    Factors stand in the order of how far they reach above chance in any panel. Blue: the interval lies above
    that of the noise floor. Strokes: the same index from parts of the runs alone.
    """
    found = as_one(found, Sensitivity, "found")
    rows = _rows(found)
    width = LEFT + RIGHT + PANEL * len(found.measures) + GAP * (len(found.measures) - 1)
    width = max(width, 7.5)
    titles = _heads(found, rows, width)
    wide = (width - LEFT - RIGHT - GAP * (len(found.measures) - 1)) / len(found.measures)
    over = [wrap(how_many(found, name), wide * POINTS, SMALL, "bold")[2] for name in found.measures]
    top = (sum(height for _, height, _, _ in titles) + max(over)) / POINTS + TITLE
    high = (TWO_LINES if any_words(rows) else ROW) * (len(rows) + 0.6)
    height = top + high + BOTTOM
    figure = Figure(figsize=(width, height))
    for place, measure in enumerate(found.measures):
        left = LEFT + place * (wide + GAP)
        box = (left / width, BOTTOM / height, wide / width, high / height)
        ax = figure.add_axes(box)
        _draw(ax, found, measure, rows)
        _title(ax, how_many(found, measure), wide * POINTS)
        if place == 0:
            _name_rows(ax, rows)
        else:
            ax.tick_params(labelleft=False)
    _scale(figure.axes, found)
    write_heads(figure, titles)
    return figure


def save_sensitivity_figure(found: Sensitivity, folder: Path) -> list[Path]:
    """Write ``sensitivity.png`` and ``.svg``, whose metadata hold what was analysed."""
    source = {
        "lpsim": version_of("lpsim"), "design": found.design.digest, "method": found.method,
        "step": found.step, "measures": list(found.measures), "scenario": found.scenario,
    }  # fmt: skip
    return save_drawn(
        lambda: plot_sensitivity(found), folder / "sensitivity", title=headline(found), source=source
    )


def _rows(found: Sensitivity) -> list[str]:
    """The factors in order: how far each reaches in the panel where it reaches furthest; then the floor."""
    reach: dict[str, float] = {}
    for measure in found.measures:
        factors, floor = found.factors(measure), found.floor(measure)
        unit = floor.value if floor and floor.value else factors[0].strength.value or 1.0
        for one in factors:
            reach[one.factor] = max(reach.get(one.factor, 0.0), one.strength.value / unit)
    ranked = sorted(reach, key=lambda factor: -reach[factor])[:MOST_ROWS]
    return [*ranked, *([SEED_BLOCK] if found.design.scheme.seed_blocks > 1 else [])]


def _draw(ax: Axes, found: Sensitivity, measure: str, rows: list[str]) -> None:
    by_name = {one.factor: one for one in found.influences[measure]}
    clear = {one.factor for one in found.clear(measure)}
    for row, name in enumerate(rows):
        _draw_chance(ax, found.chance(measure, by_name[name]), row, last=row == len(rows) - 1)
        _draw_row(ax, by_name[name], row, clear=name in clear)
    ax.set(ylim=(len(rows) - 0.3, -0.9), yticks=range(len(rows)), axisbelow=True)
    said = "mean size of effect µ*" if found.method == "morris" else "share of variance"
    ax.set_xlabel(f"{said} at {when(found)}", size=SMALL, parse_math=False, labelpad=2)
    ax.grid(axis="y", color="0.93", linewidth=0.6)
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.tick_params(axis="y", length=0)
    ax.tick_params(labelsize=SMALL, color="0.5")


def _draw_chance(ax: Axes, chance: Index | None, row: int, *, last: bool) -> None:
    """What chance alone makes of the index in a row; rows touch each other."""
    if chance is not None:
        low, high = row - (0.9 if row == 0 else 0.5), row + (0.7 if last else 0.5)
        ax.fill_between([0, chance.high], low, high, color=BAND, lw=0, zorder=0)
        ax.plot([chance.value] * 2, [low, high], color=EDGE, lw=1.2, solid_capstyle="butt", zorder=1)


def _scale(panels: Sequence[Axes], found: Sensitivity) -> None:
    """One scale for all panels whose measures have one unit, so that lengths can be compared."""
    same = found.method == "sobol" or len({measure_of(name).unit for name in found.measures}) == 1
    high = max(ax.dataLim.x1 for ax in panels)
    low = min(0.0, *(ax.dataLim.x0 for ax in panels))
    for ax in panels:
        least, most = (low, high) if same else (min(0.0, ax.dataLim.x0), ax.dataLim.x1)
        most = max(most, LEAST)
        room = 0.03 * (most - least)
        ax.set_xlim(least - room, most + room)
        ax.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]))


def _draw_row(ax: Axes, one: Influence, row: int, *, clear: bool) -> None:
    """A factor: its interval, the strokes of the parts, and a mark that says which way it moves things."""
    strength = one.strength
    ink = EDGE if one.factor == SEED_BLOCK else CLEAR if clear else UNCLEAR
    ax.vlines(strength.parts, row - 0.28, row + 0.28, color=ink, alpha=0.55, lw=0.8)
    ax.plot([strength.low, strength.high], [row, row], color=ink, lw=2.4, solid_capstyle="butt")
    way = "" if one.factor == SEED_BLOCK else direction(one)
    face = ink if way != "both ways" else "white"
    ax.plot(strength.value, row, MARKERS[way], color=face, mec=ink, mew=1.2, ms=6, zorder=4)
    if "first" in one.indices:
        first = one.indices["first"]
        ax.plot(first.value, row, "|", color=ink, mew=2.2, ms=9, zorder=5)


def _title(ax: Axes, text: str, room: float) -> None:
    said, _, _ = wrap(text, room, SMALL, "bold")
    ax.set_title(
        said, size=SMALL, loc="left", color="0.1", pad=4, weight="bold", family=FONT, parse_math=False
    )


def _name_rows(ax: Axes, rows: list[str]) -> None:
    factors = [name for name in rows if name != SEED_BLOCK]
    name_rows(ax, factors, LEFT - 0.2)
    if len(factors) < len(rows):
        ax.set_yticks(range(len(rows)), [*[""] * len(factors), f"chance: {FLOOR}"])
        chance = ax.get_yticklabels()[-1]
        chance.set(family=FONT, size=SMALL, color=EDGE)


def _heads(found: Sensitivity, rows: list[str], width: float) -> list[Head]:
    """What stands above all: text, height (points), size and weight."""
    scheme = found.design.scheme
    ordered = all(one.ordered for one in found.factors(found.measures[0]))
    names = "" if ordered else "; ● of names, from one to another"
    how = {
        "morris": "Mark: how much the measure changes, in the mean, as a factor crosses its range (▲ up, "
        f"▼ down, ◇ either way{names})",
        "sobol": "Dot: share of the variance that is the factor's, with all it does together with others; "
        "upright stroke: alone",
    }[found.method]
    strokes = "; thin strokes: from parts of the runs alone" if scheme.replications > 1 else ""
    band = (
        " Brown: how much of that is chance, by what another block of seeds does. Blue: clear of that."
        if scheme.seed_blocks > 1
        else ""
    )
    left = len(found.design.factors) - sum(name != SEED_BLOCK for name in rows)
    more = f" Not drawn: {counted(left, 'factor')} with less effect." if left else ""
    about = (
        f"Simulation{in_brackets(found.design.title)}. {how}; bar: its 95 % interval{strokes}. "
        f"Means of {counted(scheme.replications, 'run')} at each of {found.points:,} points."
        f"{band}{more}"
    )
    return heads(width, (headline(found), 12.5, "bold"), (about, SMALL, "normal"))
