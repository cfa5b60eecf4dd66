"""The figure of a comparison: each level over time, and below it what differs at the end.

Below are the difference in each world, and how much more is held rightly and wrongly: a level's knowledge
is the one less the other, so it can rise while more is held wrongly, too.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, MultipleLocator

from lpsim.analysis.comparison import Comparison
from lpsim.plain import one_line
from lpsim.runs.measures import KNOWLEDGE_IN_SHARES, LEVELS, MEASURES
from lpsim.runs.versions import version_of
from lpsim.scenario.taken import as_one
from lpsim.show.figures.letters import FONT
from lpsim.show.figures.over_time import DASHES, marker
from lpsim.show.figures.page import POINTS, SMALL, apart, heads, save_drawn, told_apart, wrap, write_heads
from lpsim.show.text.comparison import headline, held
from lpsim.show.text.comparison_notes import when
from lpsim.show.text.numbers import number
from lpsim.show.text.uncertainty import INTERVAL
from lpsim.show.text.vocabulary import looked_at

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike

    from lpsim.analysis.worlds import Worlds
    from lpsim.show.figures.page import Head

BASE = "#000000"
EDGE = "0.1"
# At least 3 to 1 in contrast to white; neighbours differ in luminance, for grey print, and in their dashes.
INKS = ("#0A4C8C", "#D55E00", "#5B2A86", "#009E73", "#6B5900", "#C06C9B", "#005A63", "#7F7F7F")
# Inches: of the figure, of a panel over time, of a row of differences, and what stands around them.
WIDTH, LEFT, RIGHT, GAP = 11.4, 2.3, 0.36, 0.4
TALL, ROW, BETWEEN, BOTTOM = 2.0, 0.27, 0.68, 0.55
LEAST_ROWS = 1.6
# Points: the room for a name, and the letters of one on two lines.
BESIDE, TINY = (LEFT - 0.6) * POINTS, 7
REACH = 0.012
"""An axis of differences reaches so far each way, or noise would look like much."""
# Points: from the end of a line to its number, and the height of that.
STUB, DIGITS, HIGH = 11, 7.5, 8.5
DOT = 4.0
"""Points: a step that was looked at, where these are few."""
MARKS = (("o", -0.17), ("X", 0.17))
"""What is held rightly and wrongly: the mark, and how far below the middle of its row it stands."""
KEY = "\N{WHITE CIRCLE} held rightly  \N{MULTIPLICATION X} wrongly"


def plot_comparison(comparison: Comparison) -> Figure:
    """Draw a comparison.

    Above, a panel for each level at the same scale: the base in black, the mean with each option, and around
    it the 95 % interval of its paired difference. Below, at the end: the mean difference of each option with
    its interval, and a stroke for each world; and in a third row the same of the shares of issues that are
    held rightly and wrongly, where they were compared.

    Raises
    ------
    ValueError
        None of the levels was compared.
    """
    comparison = as_one(comparison, Comparison, "comparison")
    levels = [name for name in LEVELS if name in comparison.measures]
    if not levels:
        raise ValueError("none of the levels was compared, so there is nothing to draw")
    split = [level for level in levels if _is_split(comparison, level)]
    tall = max(len(comparison.options), LEAST_ROWS) * ROW
    bottoms = [BOTTOM + tall + BETWEEN, BOTTOM] if split else [BOTTOM]
    titles = _heads(comparison)
    above = bottoms[0] + tall + BETWEEN
    height = above + TALL + 0.35 + sum(height for _, height, _, _ in titles) / POINTS
    figure = Figure(figsize=(WIDTH, height))
    wide = (WIDTH - LEFT - RIGHT - GAP * (len(levels) - 1)) / len(levels)

    def panel(level: str, bottom: float, tall: float) -> Axes:
        left = LEFT + levels.index(level) * (wide + GAP)
        return figure.add_axes((left / WIDTH, bottom / height, wide / WIDTH, tall / height))

    courses = {level: panel(level, above, TALL) for level in levels}
    ends = {level: panel(level, bottoms[0], tall) for level in levels}
    shares = {level: panel(level, bottoms[1], tall) for level in split}
    for axes, draw in ((courses, _draw_course), (ends, _draw_ends), (shares, _draw_shares)):
        for level, ax in axes.items():
            draw(ax, comparison, level)
    _scale_courses(list(courses.values()), comparison)
    for level, ax in courses.items():
        _number_ends(ax, comparison, level)
    _scale_rows(list(ends.values()), comparison, f"difference at {when(comparison)}")
    (base,) = _names([f"base: {comparison.base.name}"])
    _name(ends[levels[0]], base, -1, ink=(BASE, "solid"))
    _scale_rows(list(shares.values()), comparison, "difference in the share of issues")
    if split:
        _name(shares[split[0]], KEY, -1)
    write_heads(figure, titles)
    return figure


def _is_split(comparison: Comparison, level: str) -> bool:
    """Whether it was compared how much a level holds rightly and wrongly."""
    return all(name in comparison.measures for name in KNOWLEDGE_IN_SHARES.get(level, ("",)))


def save_comparison_figure(comparison: Comparison, folder: Path) -> list[Path]:
    """Write ``comparison.png`` and ``.svg``, whose metadata hold what was compared."""
    source = {
        "lpsim": version_of("lpsim"),
        "seeds": list(comparison.seeds),
        "scenarios": {one.name: one.digest for one in (comparison.base, *comparison.options)},
    }
    return save_drawn(
        lambda: plot_comparison(comparison), folder / "comparison", title=headline(comparison), source=source
    )


def _ink(comparison: Comparison, option: Worlds) -> tuple[str, Any]:
    place = comparison.options.index(option)
    return INKS[place % len(INKS)], DASHES[(place + 1 + place // len(INKS)) % 4]


def _draw_course(ax: Axes, comparison: Comparison, level: str) -> None:
    """The base in black, and every option with the interval of its difference."""
    steps, base = comparison.steps, comparison.mean(comparison.base, level)
    for option in comparison.options:
        colour, dash = _ink(comparison, option)
        found = comparison.paired(option, level)
        band = (base + found.low, base + found.high)
        ax.fill_between(steps, *band, color=colour, alpha=0.18, lw=0, label="_band")
        dots = marker(steps, found.runs > 0)
        look: dict[str, Any] = {"color": colour, "linestyle": dash, "marker": dots, "ms": DOT}
        ax.plot(steps, base + found.mean, lw=1.5, label=option.name, **look)
    dots = marker(steps, ~np.isnan(base))
    ax.plot(steps, base, color=BASE, lw=2.0, marker=dots, ms=DOT, label=comparison.base.name, zorder=3)
    ax.set_title(MEASURES[level].label, size=10, loc="left", color="0.1", pad=5)


def _scale_courses(courses: list[Axes], comparison: Comparison) -> None:
    """One scale for all, from 0 or the lowest value, so that heights can be compared between levels."""
    drawn = np.concatenate([line.get_ydata() for ax in courses for line in ax.get_lines()])
    low, high = min(0.0, float(np.nanmin(drawn))), float(np.nanmax(drawn))
    top = 0.25 * np.ceil((high + 0.05) / 0.25)
    step = one_line(comparison.base.scenario.step, "step")
    for ax in courses:
        ax.set(xlim=(0, max(comparison.steps[-1], 1)), ylim=(low - 0.01, min(top, 1.02)), axisbelow=True)
        ax.yaxis.set_major_locator(MultipleLocator(0.25))
        ax.yaxis.set_major_formatter(FuncFormatter(lambda y, _: number(y, share=False)))
        ax.xaxis.set_major_locator(MaxNLocator(5, integer=True, steps=[1, 1.2, 2.4, 3, 6, 10]))
        ax.set_xlabel(f"{step}s", size=SMALL, parse_math=False, labelpad=2)
        _plain(ax)
        ax.grid(axis="y", color="0.9", linewidth=0.7)
        _flags(ax, comparison)
        ax.tick_params(labelleft=ax is courses[0])
    courses[0].set_ylabel("knowledge\n(1: all right)", size=SMALL)


def _number_ends(ax: Axes, comparison: Comparison, level: str) -> None:
    """The number of its row below at the end of each option's line: dashes repeat, and in grey so do inks."""
    base = comparison.mean(comparison.base, level)[-1]
    found = [(one, base + comparison.paired(one, level).mean[-1]) for one in comparison.options]
    drawn = [(one, float(end)) for one, end in found if not np.isnan(end)]
    if len(comparison.options) == 1 or not drawn:
        return
    (low, high), tall = ax.get_ylim(), TALL * POINTS
    wanted = np.array([(end - low) / (high - low) * tall for _, end in drawn])
    centres = apart(wanted, np.full(len(drawn), HIGH), 0.0, tall)
    for (option, end), at, centre in zip(drawn, wanted, centres, strict=True):
        colour, _ = _ink(comparison, option)
        leader: dict[str, Any] = {"arrowstyle": "-", "color": colour, "lw": 0.8, "relpos": (0, 0.5)}
        leader |= {"patchA": None, "shrinkA": 1, "shrinkB": 0}  # no patch: to look for its edge takes long
        ax.annotate(
            _number(comparison, option), (comparison.steps[-1], end), (STUB, centre - at),
            textcoords="offset points", va="center", arrowprops=leader, size=DIGITS, color="0.1",
            family=FONT, annotation_clip=False,
        )  # fmt: skip


def _number(comparison: Comparison, option: Worlds) -> str:
    """What tells an option from others in print; one alone needs none."""
    return str(comparison.options.index(option) + 1) if len(comparison.options) > 1 else ""


def _flags(ax: Axes, comparison: Comparison) -> None:
    """When an option begins."""
    for at in sorted({one.at for option in comparison.options for one in option.scenario.interventions}):
        ax.axvline(at, color="0.45", lw=0.8, ls=":", zorder=1)


def _draw_ends(ax: Axes, comparison: Comparison, level: str) -> None:
    """A row for each option: a stroke for each world, and a dot with its interval."""
    ax.axvline(0, color=BASE, lw=1.4, zorder=1)
    for row, option in enumerate(comparison.options):
        colour, _ = _ink(comparison, option)
        worlds = comparison.at_the_end(option, level)
        found = comparison.paired(option, level)
        ax.vlines(worlds, row - 0.27, row + 0.27, color=colour, alpha=0.35, lw=0.7)
        ax.plot([found.low[-1], found.high[-1]], [row, row], color=colour, lw=5, solid_capstyle="butt")
        ax.plot(found.mean[-1], row, "o", color="white", mec=EDGE, mew=1.0, ms=4, zorder=4)


def _draw_shares(ax: Axes, comparison: Comparison, level: str) -> None:
    """A row for each option: how much more is held rightly and wrongly, each with its interval."""
    ax.axvline(0, color=BASE, lw=1.4, zorder=1)
    for row, option in enumerate(comparison.options):
        colour, _ = _ink(comparison, option)
        for name, (mark, down) in zip(KNOWLEDGE_IN_SHARES[level], MARKS, strict=True):
            found, at = comparison.paired(option, name), row + down
            ax.plot([found.low[-1], found.high[-1]], [at, at], color=colour, lw=2.5, solid_capstyle="butt")
            size = 5.5 if mark == "X" else 4.5
            ax.plot(found.mean[-1], at, mark, color="white", mec=EDGE, ms=size, zorder=4)


def _scale_rows(axes: list[Axes], comparison: Comparison, label: str) -> None:
    """One scale for all; the names of the options stand beside the first."""
    if not axes:
        return
    rows = len(comparison.options)
    low = min(ax.dataLim.x0 for ax in axes)
    high = max(ax.dataLim.x1 for ax in axes)
    room = 0.04 * max(high - low, 0.02)
    ends = (min(low - room, -REACH), max(high + room, REACH))
    if low == high:  # nothing differs
        ends = (low - 0.12, high + 0.12)
    for ax in axes:
        ax.set(xlim=ends, ylim=(rows - 0.5, -0.5), yticks=range(rows), axisbelow=True)
        ax.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]))
        ax.xaxis.set_major_formatter(FuncFormatter(partial(_signed, ticks=ax.get_xticks())))
        ax.tick_params(axis="y", length=0, labelleft=ax is axes[0])
        ax.set_xlabel(label, size=SMALL, parse_math=False, labelpad=2)
        _plain(ax)
        ax.spines["left"].set_visible(False)
        ax.grid(axis="x", color="0.92", linewidth=0.7)
    axes[0].set_yticklabels([""] * rows)
    names = _names([option.name for option in comparison.options])
    for row, (option, name) in enumerate(zip(comparison.options, names, strict=True)):
        _name(axes[0], name, row, ink=_ink(comparison, option), number=_number(comparison, option))


def _names(names: Sequence[str]) -> list[str]:
    """Names as they stand beside rows: on one line, or on two in smaller letters."""
    broken = [wrap(name, BESIDE)[0] for name in names]
    return [
        one if "\n" not in one else small
        for one, small in zip(broken, told_apart(names, BESIDE, TINY), strict=True)
    ]


def _name(ax: Axes, name: str, row: int, *, ink: tuple[str, Any] | None = None, number: str = "") -> None:
    """A name, on its lines, beside its row, with the end of its line and the number there if it has one."""
    across = ax.get_yaxis_transform()
    wide = ax.get_position().width * WIDTH
    if ink is not None:
        colour, dash = ink
        look: dict[str, Any] = {"color": colour, "ls": dash, "lw": 1.8, "transform": across}
        ax.plot([-0.5 / wide, -0.22 / wide], [row, row], clip_on=False, **look)
    look = {"color": "0.1", "family": FONT, "parse_math": False, "linespacing": 0.95}
    ax.text(-0.18 / wide, row, number, va="center", size=DIGITS, transform=across, **look)
    look |= {"size": TINY if "\n" in name else SMALL, "ha": "right", "va": "center", "transform": across}
    ax.text(-0.57 / wide, row, name, **look)


def _plain(ax: Axes) -> None:
    ax.spines[["top", "right"]].set_visible(False)
    ax.tick_params(labelsize=SMALL, color="0.5")


def _signed(value: float, _: int | None = None, *, ticks: ArrayLike = ()) -> str:
    """A tick with its sign and as many decimals as the ticks are apart."""
    if abs(value) < 1e-9:
        return "0"
    steps = np.diff(np.asarray(ticks))
    apart = float(steps.min()) if len(steps) else 0.01
    places = next(places for places in range(1, 9) if abs(round(apart, places) - apart) < 1e-9 or places == 8)
    return f"{value:+.{places}f}".replace("-", "\N{MINUS SIGN}")


def _heads(comparison: Comparison) -> list[Head]:
    """What stands above all: text, height (points), size and weight."""
    worlds = len(comparison.seeds)
    interval = INTERVAL.removesuffix(" of the mean")
    about = (
        f"Simulation. Black: {comparison.base.name}, mean of {worlds} worlds. Lines: with each option; band: "
        f"the {interval} of its difference in the same worlds. Below: mean difference, its interval, and a "
        "stroke for each world."
    )
    if len(comparison.options) > 1:
        about += " Numbers: each line's row below."
    if any(option.scenario.interventions for option in comparison.options):
        about += " Dotted: when an intervention of an option begins."
    if any(_is_split(comparison, level) for level in LEVELS):
        about += " At the foot: how much more of all issues is held rightly, and how much more wrongly."
    if seen := looked_at(comparison.base.scenario, [int(step) for step in comparison.steps]):
        about += f" {seen}"
    said = [(f"{sentence}.", 10.0, "normal") for sentence in [held(comparison)] if sentence]
    return heads(WIDTH, (headline(comparison), 13.0, "bold"), *said, (about, SMALL, "normal"))
