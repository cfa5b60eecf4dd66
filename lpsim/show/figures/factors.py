"""The figure of a sweep: what each factor does alone to each measure kept, at the last step."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from lpsim.analysis.factors import complete, factors_alone, share_with_value, valued
from lpsim.analysis.measured import measure_of, parts_of
from lpsim.analysis.summary import FEW
from lpsim.errors import InputError
from lpsim.plain import one_line
from lpsim.runs.measures import FUNNEL, RIGHT_AND_WRONG, SHARE
from lpsim.scenario.taken import as_list
from lpsim.show.figures.factor_names import is_log, log_ruler
from lpsim.show.figures.page import COLOURS, LEADING, POINTS, SMALL, heads, save_drawn, wrap, write_heads
from lpsim.show.text.levers import name_of, per, quoted, with_unit
from lpsim.show.text.measures import subject
from lpsim.show.text.numbers import number
from lpsim.show.text.scenario import in_brackets, written
from lpsim.show.text.vocabulary import counted, joined, step_word
from lpsim.sweeps.design.factors import SCENARIO, SEED_BLOCK
from lpsim.sweeps.store.store import opened

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from matplotlib.axes import Axes

    from lpsim.analysis.factors import Alone
    from lpsim.show.figures.page import Head
    from lpsim.sweeps.store.store import Store

INK = COLOURS[2]
MOST_MEASURES, MOST_FACTORS = 4, 5
"""Rows and columns; of factors those that move the measures most."""
# Inches: a panel and what stands around it.
WIDE, HIGH, GAP, BETWEEN, LEFT, RIGHT, BOTTOM = 1.95, 1.35, 0.25, 0.2, 1.25, 0.35, 0.4
LEAST_WIDTH = 6.5
STRAIGHT, SLANTING, SLANTED_SIZE, SINE = 45, 60, 7.5, math.sin(math.pi / 4)
"""Points for a name that need not slant, of a line that does, and its size; the sine of its slope."""
REACH = 0.01
"""A scale reaches so far each way from its middle, or noise would look like much."""
MOST_LINES, BESIDE = 4, 4
"""Lines of the name of a value, and points between two."""
_OF_ISSUES = {*FUNNEL, *(name for names in RIGHT_AND_WRONG.values() for name in names)}


def plot_factors(store: Store | str | Path, measures: str | Sequence[str] | None = None) -> Figure:
    """Draw what each factor of a sweep does alone.

    A row for each measure, a column for each factor: the mean over all points that share the factor's value
    (of drawn numbers over slices of as many points each), whatever the other factors are, and what 8 of 10
    points lie between. Of one at a time, only points are compared that differ in the factor alone.

    Parameters
    ----------
    store : Store, str or Path
        Or its folder, of which something is done.
    measures : str or sequence of str, optional
        Of those kept; by default the first four that have a value in every run, or else in any.

    Raises
    ------
    InputError
        One was not kept, nothing is done yet, or the design says of no factor what it does alone.
    """
    store = opened(store)
    asked = measures or complete(store) or valued(store) or store.design.keep.measures
    names = _names(asked)[:MOST_MEASURES]
    found = {name: {one.factor: one for one in factors_alone(store, name)} for name in names}
    factors = _chosen(found)
    width = max(LEFT + len(factors) * (WIDE + GAP) - GAP + RIGHT, LEAST_WIDTH)
    titles = _heads(store, found, factors, width, asked=bool(measures))
    above = sum(height for _, height, _, _ in titles) / POINTS + 0.2
    wide = (width - LEFT - RIGHT + GAP) / len(factors) - GAP
    below = _below_panels(store, [found[names[0]][factor] for factor in factors], wide)
    height = above + len(names) * (HIGH + BETWEEN) - BETWEEN + below
    figure = Figure(figsize=(width, height))
    for row, name in enumerate(names):
        for column, factor in enumerate(factors):
            left = LEFT + column * (wide + GAP)
            low = below + (len(names) - 1 - row) * (HIGH + BETWEEN)
            ax = figure.add_axes((left / width, low / height, wide / width, HIGH / height))
            _draw(ax, found[name][factor])
            if is_log(store.design, factor):
                log_ruler(ax, ax.xaxis)
            label = _label(name, store) if column == 0 else ""
            below_it = _below(store, factor, wide * POINTS + 10) if row == len(names) - 1 else ""
            _name_axes(ax, found[name][factor], label, below_it, wide)
        _same_scale(figure.axes[-len(factors) :], name)
    write_heads(figure, titles)
    return figure


def _names(asked: str | Sequence[str]) -> list[str]:
    names = as_list(asked, "measures")
    for name in names:
        if not isinstance(name, str):
            raise InputError(f"measures: found {name!r:.80}; give the name of one that was kept, or several.")
    return names


def save_factors(store: Store, folder: Path) -> list[Path]:
    """Write ``factors.png`` and ``.svg``, whose metadata hold the sweep's digest."""
    source = {"lpsim": store.head["lpsim"], "design": store.head["digest"]}
    title = store.head["title"]
    title = one_line(store.head["title"], "What each factor does alone")
    return save_drawn(lambda: plot_factors(store), folder / "factors", title=title, source=source)


def _chosen(found: dict[str, dict[str, Alone]]) -> list[str]:
    """The factors that move any of the measures most, and at last what chance alone does."""
    factors = list(next(iter(found.values())))
    most = {measure: max(one.move for one in of.values()) or 1.0 for measure, of in found.items()}
    moves = {factor: max(of[factor].move / most[name] for name, of in found.items()) for factor in factors}
    chance = [factor for factor in factors if factor == SEED_BLOCK]
    ordered = sorted((factor for factor in factors if factor not in chance), key=lambda one: -moves[one])
    return [*ordered[: MOST_FACTORS - len(chance)], *chance]


def _draw(ax: Axes, one: Alone) -> None:
    places = np.array(one.values, dtype=float) if one.is_number else np.arange(len(one.values))
    means = [group.mean for group in one.points]
    around = ((group.low, group.high) if one.one_at_a_time else group.spread for group in one.points)
    low, high = zip(*around, strict=True)
    if one.is_number and len(places) > 1:
        ax.fill_between(places, low, high, color=INK, alpha=0.18, lw=0)
        ax.plot(places, means, color=INK, lw=1.8, marker="o", ms=3)
    else:
        ax.vlines(places, low, high, color=INK, alpha=0.3, lw=6)
        ax.plot(places, means, "o", color=INK, ms=5)
    if one.base in one.values:
        at = one.values.index(one.base)
        ax.plot(places[at], means[at], "o", color="white", mec=INK, mew=1.5, ms=6)
    ax.spines[["top", "right"]].set_visible(False)
    ax.tick_params(labelsize=SMALL - 0.5, color="0.5")
    ax.grid(axis="y", color="0.92", linewidth=0.7)
    ax.set_axisbelow(True)
    if one.is_number:
        ax.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    else:
        ax.set(xticks=places, xlim=(-0.6, len(places) - 0.4))


def _name_axes(ax: Axes, one: Alone, label: str, below: str, wide: float) -> None:
    if label:
        text, _, _ = wrap(label, HIGH * POINTS + 12)
        ax.set_ylabel(text, size=SMALL, parse_math=False)
    else:
        ax.tick_params(labelleft=False)
    if not below:
        ax.tick_params(labelbottom=False)
        return
    if not one.is_number:
        _name_values(ax, [_value(value) for value in one.values], wide * POINTS / len(one.values))
    ax.set_xlabel(below, size=SMALL, parse_math=False)


def _name_values(ax: Axes, names: Sequence[str], room: float) -> None:
    """Names of values, so many points apart; where that is little, slanting lines of which none meet."""
    if not _slant(names, room):
        ax.set_xticklabels([_cut(name, room - BESIDE) for name in names], parse_math=False)
        return
    told = [_cut(name, SLANTING, _lines(room), SLANTED_SIZE) for name in names]
    ax.set_xticklabels(
        told, rotation=45, ha="right", va="top", rotation_mode="anchor", linespacing=1.0, parse_math=False
    )
    ax.tick_params(axis="x", labelsize=SLANTED_SIZE)


def _slant(names: Sequence[str], room: float) -> bool:
    """Whether names, so many points apart, need to: else a word would be broken that need not be."""
    longest = max(wrap(word, math.inf)[1] for name in names for word in name.split() or [""])
    return room < STRAIGHT or room - BESIDE < min(longest, SLANTING)


def _lines(room: float) -> int:
    """Of names that slant, so many points apart: how many lines each may have."""
    return max(int(room * SINE / (SLANTED_SIZE * LEADING)), 1)


def _cut(name: str, width: float, most: int = MOST_LINES, size: float = SMALL) -> str:
    """The name of a value in so many lines at most, the last of which says that there were more."""
    lines = wrap(name, width, size)[0].split("\n")
    return "\n".join(lines[:most]) + "…" * (len(lines) > most)


def _below_panels(store: Store, drawn: Sequence[Alone], wide: float) -> float:
    """Inches for the names of values and of factors below the last row."""
    return BOTTOM + max(_below_panel(store, one, wide * POINTS) for one in drawn)


def _below_panel(store: Store, one: Alone, wide: float) -> float:
    """The same of one panel, so many points wide, beyond what a line of values takes."""
    line, room = SMALL * LEADING / POINTS, wide / len(one.values)
    factor = line * (_below(store, one.factor, wide + 10).count("\n") + 1)
    if one.is_number:
        return factor
    names = [_value(value) for value in one.values]
    if _slant(names, room):
        told = [wrap(name, SLANTING, SLANTED_SIZE) for name in names]
        high = max(min(text.count("\n") + 1, _lines(room)) for text, _, _ in told) * SLANTED_SIZE * LEADING
        return factor + max((max(wide for _, wide, _ in told) + high) * SINE / POINTS - line, 0.0)
    return factor + line * max(_cut(name, room - BESIDE).count("\n") for name in names)


def _below(store: Store, factor: str, width: float) -> str:
    """What a factor is called below its panels: words, where it has some, and its key, broken at its dots.

    With the time for which a probability is told.
    """
    if factor == SEED_BLOCK:
        return wrap("block of seeds (chance alone)", width)[0]
    said = f"{with_unit(store.design.base, factor)}{_with_others(store, factor)}"
    key, _, _ = wrap(said.replace(".", ". "), width)
    key = key.replace(". ", ".").replace(".\n", "\n.")
    words = name_of(factor)
    return f"{wrap(words, width)[0]}\n({key})" if words else key


def _with_others(store: Store, factor: str) -> str:
    """The keys that move with a factor's first one."""
    others = [key for of in store.design.factors if of.columns[0] == factor for key in of.columns[1:]]
    return f", with {joined(others)}" if others else ""


def _same_scale(axes: Sequence[Axes], measure: str) -> None:
    low = min(ax.dataLim.y0 for ax in axes)
    high = max(ax.dataLim.y1 for ax in axes)
    short = max(REACH - (high - low) / 2, 0.0)
    low, high = low - short, high + short
    room = 0.08 * (high - low)
    share = _is_share(measure)
    for ax in axes:
        ax.set_ylim(low - room, high + room)
        ax.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
        if share:
            ax.yaxis.set_major_formatter(FuncFormatter(lambda y, _: number(y, share=True)))


def _heads(
    store: Store, found: dict[str, dict[str, Alone]], factors: Sequence[str], width: float, *, asked: bool
) -> list[Head]:
    """What stands above all."""
    design, several = store.design, max(len(one.points) for of in found.values() for one in of.values())
    when = f"{step_word(design.base)} {design.steps[-1]}"
    said = (
        f"Simulation{in_brackets(store.head['title'])}, {len(design.points):,} points, {when}. "
        f"{_line(store, found)}. {' '.join(_left_out(store, found, factors, asked=asked))}"
    )
    headline = ((_headline(store, found), 12.0, "bold"),) if several else ()
    return heads(width, *headline, (said.strip(), SMALL, "normal"))


def _line(store: Store, found: dict[str, dict[str, Alone]]) -> str:
    """What is drawn of each factor."""
    every = [one for of in found.values() for one in of.values()]
    drawn = {one.is_number and len(one.values) > 1 for one in every}
    mark = " or ".join(name for name, of in (("Line", True), ("dot", False)) if of in drawn).capitalize()
    area = " or ".join(name for name, of in (("band", True), ("bar", False)) if of in drawn)
    if store.design.method == "one_at_a_time":
        several = any(group.runs > 1 for one in every for group in one.points)
        sure = ", differences are surer than that" if store.design.scheme.seeds == "common" else ""
        band = f"; {area}: 95 % interval of the mean over runs{sure}" if several else ""
        return f"{mark}: points that differ from the base scenario (ring) in this factor alone{band}"
    band = "from the lowest to the highest point"
    if any(group.runs >= FEW for one in every for group in one.points):
        band = "what 8 of 10 points lie between"
    share = "mean over all points that share the value"
    slices = {len(one.values) for one in every if one.sliced}
    most = f"{'up to ' * (len(slices) > 1)}{max(slices, default=0)}"
    sliced = f"mean over each of {most} slices of a factor's values, with as many points each"
    kinds = {one.sliced for one in every if one.factor != SEED_BLOCK}
    means = (
        f"{share} (of factors with many values: {sliced})"
        if len(kinds) > 1
        else sliced
        if True in kinds
        else share
    )
    return f"{mark}: {means}, whatever the other factors are; {area}: {band}"


def _left_out(
    store: Store, found: dict[str, dict[str, Alone]], factors: Sequence[str], *, asked: bool
) -> Iterator[str]:
    """What is not drawn, unless only some measures were asked for, and of what not all runs are."""
    told = list(next(iter(found.values())))
    if len(told) > len(factors):
        yield f"Not drawn: {counted(len(told) - len(factors), 'factor')} with less effect."
    together = sum(len(factor.columns) - 1 for factor in store.design.factors)
    mixed = len(store.head["columns"]) - together - len(told)
    if mixed:
        yield f"Of {counted(mixed, 'factor')} this design does not say what they do alone."
    shares = {name: share_with_value(store, name) for name in store.design.measured}
    for name in found:
        if shares[name] < 1:
            share = number(shares[name], share=True)
            yield f"Of the {share} of runs alone that have a value: {_label(name, store)}."
    others = [name for name in store.design.keep.measures if name not in found]
    if others and not asked:
        told = [
            f"{_label(name, store)}{' (some runs have no value)' * (0 < shares[name] < 1)}" for name in others
        ]
        yield f"Kept, not drawn: {', '.join(told)}."


def _headline(store: Store, found: dict[str, dict[str, Alone]]) -> str:
    """What the figure shows, as a person would say it."""
    # Moves of one unit only can be compared: that of the first measure.
    unit = measure_of(next(iter(found))).unit
    alike = [of for name, of in found.items() if measure_of(name).unit == unit]
    every = [one for of in alike for one in of.values() if one.factor != SEED_BLOCK]
    clear = [one for one in every if one.is_clear(every)]
    one = max(clear or every, key=lambda alone: alone.move)
    if one.move == 0:
        return "No factor alone moves any of these measures"
    if not clear:
        return "No factor alone clearly moves any of these measures: such moves may be chance"
    ends = sorted((group.mean, _quoted(value)) for value, group in zip(one.values, one.points, strict=True))
    (low, lowest), (high, highest) = ends[0], ends[-1]
    share, of = _is_share(one.measure), found[one.measure]
    at = "at about" if one.sliced else "at"
    unit = per(store.design.base, one.factor) if one.is_number else ""
    moved = (
        f"from {number(low, share=share)} {at} {lowest} to {number(high, share=share)} {at} {highest}{unit}"
    )
    largest = all(one.move >= other.move for other in every)
    most = f" most{'' if largest else ' clearly'}" if len(of.keys() - {SEED_BLOCK}) > 1 else ""
    the = "the " if parts_of(one.measure)[0] in _OF_ISSUES else ""
    chance = SEED_BLOCK in of and of[SEED_BLOCK].move >= one.move
    more = ", no more than other seeds do" if chance else ""
    factor = quoted(one.factor) + _with_others(store, one.factor)
    factor = "The scenario" if one.factor == SCENARIO else factor
    return f"{factor} moves {the}{_label(one.measure, store)}{most}: {moved}{more}"


def _label(measure: str, store: Store) -> str:
    """A measure as the subject or the object of a sentence."""
    name, within = parts_of(measure)
    label = subject(name, store.design.base)
    if name in _OF_ISSUES:
        label = f"share of issues {label}"
    return f"{label} ({within})" if within else label


def _is_share(measure: str) -> bool:
    return measure_of(measure).unit == SHARE


def _quoted(value: Any) -> str:
    """A value within a sentence, of which a name may be part of one itself: “as it is”."""
    return f"“{one_line(value)}”" if isinstance(value, str) else _value(value)


def _value(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else value if isinstance(value, str) else written(value)
