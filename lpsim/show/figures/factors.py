"""The figure of a sweep: what each factor does alone to each measure kept, at the last step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from lpsim.analysis.factors import factors_alone, valued
from lpsim.analysis.summary import FEW
from lpsim.plain import one_line
from lpsim.runs.groups import measure_and_group
from lpsim.runs.measures import FUNNEL, MEASURES, RIGHT_AND_WRONG, SHARE
from lpsim.show.figures.page import COLOURS, POINTS, SMALL, heads, save_drawn, wrap, write_heads
from lpsim.show.text.comparison import HELD
from lpsim.show.text.scenario import UNTITLED, written
from lpsim.show.text.vocabulary import number, step_word
from lpsim.sweeps.design.factors import SEED_BLOCK

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from matplotlib.axes import Axes

    from lpsim.analysis.factors import Alone
    from lpsim.show.figures.page import Head
    from lpsim.sweeps.store.store import Store

INK = COLOURS[2]
MOST_MEASURES, MOST_FACTORS = 4, 5
"""Rows and columns; of factors those that move the measures most."""
# Inches: a panel and what stands around it.
WIDE, HIGH, GAP, BETWEEN, LEFT, RIGHT, BOTTOM = 1.95, 1.35, 0.25, 0.2, 1.25, 0.35, 0.65
LEAST_WIDTH = 6.5
_OF_ISSUES = {*FUNNEL, *(name for names in RIGHT_AND_WRONG.values() for name in names)}


def plot_factors(store: Store, measures: Sequence[str] | None = None) -> Figure:
    """Draw what each factor of a sweep does alone.

    A row for each measure, a column for each factor: the mean over all points that share the factor's value,
    whatever the other factors are, and what 8 of 10 points lie between.

    Parameters
    ----------
    store : Store
        Of which something is done.
    measures : sequence of str, optional
        Of those kept; by default the first four that have a value.

    Raises
    ------
    InputError
        One was not kept, or nothing is done yet.
    """
    names = list(measures or valued(store) or store.design.keep.measures)[:MOST_MEASURES]
    found = {name: {one.factor: one for one in factors_alone(store, name)} for name in names}
    factors = _chosen(found)
    width = max(LEFT + len(factors) * (WIDE + GAP) - GAP + RIGHT, LEAST_WIDTH)
    titles = _heads(store, found, factors, width)
    above = sum(height for _, height, _, _ in titles) / POINTS + 0.2
    below = BOTTOM if all(one.is_number for one in found[names[0]].values()) else BOTTOM + 0.4
    height = above + len(names) * (HIGH + BETWEEN) - BETWEEN + below
    figure = Figure(figsize=(width, height))
    wide = (width - LEFT - RIGHT + GAP) / len(factors) - GAP
    for row, name in enumerate(names):
        for column, factor in enumerate(factors):
            left = LEFT + column * (wide + GAP)
            low = below + (len(names) - 1 - row) * (HIGH + BETWEEN)
            ax = figure.add_axes((left / width, low / height, wide / width, HIGH / height))
            _draw(ax, found[name][factor])
            _name_axes(ax, found[name][factor], first=column == 0, last=row == len(names) - 1, wide=wide)
        _same_scale(figure.axes[-len(factors) :], name)
    write_heads(figure, titles)
    return figure


def save_factors(store: Store, folder: Path) -> list[Path]:
    """Write ``factors.png`` and ``.svg``, whose metadata hold the sweep's digest."""
    source = {"lpsim": store.head["lpsim"], "design": store.head["digest"]}
    title = store.head["title"]
    return save_drawn(lambda: plot_factors(store), folder / "factors", title=title, source=source)


def _chosen(found: dict[str, dict[str, Alone]]) -> list[str]:
    """The factors that move any of the measures most, and at last what chance alone does."""
    factors = list(next(iter(found.values())))
    moves = {factor: max(of[factor].move for of in found.values()) for factor in factors}
    chance = [factor for factor in factors if factor == SEED_BLOCK]
    ordered = sorted((factor for factor in factors if factor not in chance), key=lambda one: -moves[one])
    return [*ordered[: MOST_FACTORS - len(chance)], *chance]


def _draw(ax: Axes, one: Alone) -> None:
    places = np.array(one.values, dtype=float) if one.is_number else np.arange(len(one.values))
    means = [group.mean for group in one.points]
    low, high = zip(*(group.spread for group in one.points), strict=True)
    if one.is_number and len(places) > 1:
        ax.fill_between(places, low, high, color=INK, alpha=0.18, lw=0)
        ax.plot(places, means, color=INK, lw=1.8, marker="o", ms=3)
    else:
        ax.vlines(places, low, high, color=INK, alpha=0.3, lw=6)
        ax.plot(places, means, "o", color=INK, ms=5)
    ax.spines[["top", "right"]].set_visible(False)
    ax.tick_params(labelsize=SMALL - 0.5, color="0.5")
    ax.grid(axis="y", color="0.92", linewidth=0.7)
    ax.set_axisbelow(True)
    if one.is_number:
        ax.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    else:
        ax.set(xticks=places, xlim=(-0.6, len(places) - 0.4))


def _name_axes(ax: Axes, one: Alone, *, first: bool, last: bool, wide: float) -> None:
    if first:
        text, _, _ = wrap(_label(one.measure), HIGH * POINTS + 12)
        ax.set_ylabel(text, size=SMALL, parse_math=False)
    else:
        ax.tick_params(labelleft=False)
    if not last:
        ax.tick_params(labelbottom=False)
        return
    if not one.is_number:
        room = wide * POINTS / len(one.values)
        names = [wrap(_value(value), max(room, 45))[0] for value in one.values]
        tilted = room < 45
        ax.set_xticklabels(
            names, rotation=30 if tilted else 0, ha="right" if tilted else "center", parse_math=False
        )
    name = "block of seeds (chance alone)" if one.factor == SEED_BLOCK else one.factor
    text, _, _ = wrap(name.replace(".", ". "), wide * POINTS + 10)
    ax.set_xlabel(text.replace(". ", ".").replace(".\n", "\n."), size=SMALL, parse_math=False)


def _same_scale(axes: Sequence[Axes], measure: str) -> None:
    low = min(ax.dataLim.y0 for ax in axes)
    high = max(ax.dataLim.y1 for ax in axes)
    room = 0.08 * max(high - low, 0.02)
    share = _is_share(measure)
    for ax in axes:
        ax.set_ylim(low - room, high + room)
        ax.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
        if share:
            ax.yaxis.set_major_formatter(FuncFormatter(lambda y, _: number(y, share=True)))


def _heads(
    store: Store, found: dict[str, dict[str, Alone]], factors: Sequence[str], width: float
) -> list[Head]:
    """What stands above all."""
    design, several = store.design, max(len(one.points) for of in found.values() for one in of.values())
    when = f"{step_word(design.base)} {design.steps[-1]}"
    few = all(group.runs < FEW for of in found.values() for one in of.values() for group in one.points)
    band = "from the lowest to the highest point" if few else "what 8 of 10 points lie between"
    hidden = len(store.head["columns"]) - len(factors)
    more = f" Not shown: {hidden} factors that move less." if hidden else ""
    said = (
        f"{one_line(store.head['title'], UNTITLED)}. Simulation, {len(design.points):,} points, {when}. "
        f"Line: mean over all points that share the value, whatever the other factors are; band: {band}."
        f"{more}"
    )
    headline = ((_headline(found), 12.0, "bold"),) if several else ()
    return heads(width, *headline, (said, SMALL, "normal"))


def _headline(found: dict[str, dict[str, Alone]]) -> str:
    """What the figure shows, as a person would say it."""
    every = [one for of in found.values() for one in of.values() if one.factor != SEED_BLOCK]
    one = max(every, key=lambda alone: alone.move)
    if one.move == 0:
        return "No factor alone moves any of these measures"
    ends = sorted((group.mean, _value(value)) for value, group in zip(one.values, one.points, strict=True))
    (low, lowest), (high, highest) = ends[0], ends[-1]
    share, of = _is_share(one.measure), found[one.measure]
    moved = f"from {number(low, share=share)} at {lowest} to {number(high, share=share)} at {highest}"
    most = " most" if len(of.keys() - {SEED_BLOCK}) > 1 else ""
    the = "the " if (measure_and_group(one.measure) or (one.measure, ""))[0] in _OF_ISSUES else ""
    chance = SEED_BLOCK in of and of[SEED_BLOCK].move >= one.move
    more = ", no more than other seeds do" if chance else ""
    return f"{one.factor} moves {the}{_label(one.measure)}{most}: {moved}{more}"


def _label(measure: str) -> str:
    """A measure as the subject or the object of a sentence."""
    name, group = measure_and_group(measure) or (measure, None)
    found = MEASURES.get(name)
    label = HELD.get(name) or (found.label if found else name)
    if name in _OF_ISSUES:
        label = f"share of issues {label}"
    return f"{label} ({group})" if group else label


def _is_share(measure: str) -> bool:
    found = MEASURES.get((measure_and_group(measure) or (measure, ""))[0])
    return found is not None and found.unit == SHARE


def _value(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else value if isinstance(value, str) else written(value)
