"""The figure of a discovery: what boxes ask of factors, the points, and what policies are regretted."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from lpsim.analysis.discovery import RESAMPLES, Discovery
from lpsim.plain import one_line
from lpsim.runs.versions import version_of
from lpsim.scenario.taken import as_one
from lpsim.show.figures.factor_names import is_log, log_ruler, name_rows
from lpsim.show.figures.letters import FONT
from lpsim.show.figures.page import LEADING, POINTS, SMALL, heads, save_drawn, wrap, write_heads
from lpsim.show.text.discovery import (
    headline,
    per_cent,
    policy_name,
    regret_sentence,
    set_to,
    side_words,
    when,
)
from lpsim.show.text.levers import named, with_unit
from lpsim.show.text.scenario import in_brackets

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.axis import XAxis, YAxis
    from numpy.typing import NDArray

    from lpsim.analysis.boxes import Axis, Limit
    from lpsim.analysis.discovery import Region
    from lpsim.show.figures.page import Head

    Numbers = NDArray[np.float64]

# Blue for boxes (PRIM), orange for leaves (CART); what is sought is dark, the rest pale.
BOX, LEAF, SOUGHT, OTHER = "#0A4C8C", "#D55E00", "#3A1A5E", "#8C8C8C"
# Inches: the figure, rows of limits, the panel of points, and what stands around them.
WIDTH, LEFT, RIGHT, BETWEEN = 11.2, 2.65, 0.25, 1.25
ROW, LEAST, BOTTOM, TITLE, APART = 0.42, 2.5, 0.55, 0.35, 0.95
SQUARE = 3.4
FEW_VALUES, ASIDE = 12, 0.3
"""Of a factor with so few values, points move aside by at most so much of the distance between two."""
A_LITTLE = 0.05
"""Of a factor with many, by that share of so much of its whole range."""
TICKS = 5
EVENLY = np.array([0.7548776662466927, 0.5698402909980532])
"""Multiples of these, less their whole part, fill a square evenly, however many there are (Roberts 2018)."""
NAME_ROOM = 0.4
"""How far a frame around a name reaches, as a share of the distance between two."""
MOST_POLICIES = 15
"""Where there are more policies, those that are regretted least are drawn."""


def plot_discovery(found: Discovery) -> Figure:
    """Draw what was found.

    Left: of each factor that the first box (blue) or the best leaf (orange) limits, which share of all
    points' values is allowed, and in how many resamples a limit came back. Right: the points in the two
    factors that are limited most surely. Below: what each policy is regretted in each future, where policies
    can be compared.
    """
    found = as_one(found, Discovery, "found")
    rows = _limited(found)
    policies = found.policies[:MOST_POLICIES]
    titles = _heads(found)
    top = sum(height for _, height, _, _ in titles) / POINTS + TITLE
    middle = max(ROW * len(rows), LEAST)
    rows_high = 0.27 * max(len(policies), 2) + 0.1
    below = APART + _further_lines(found) + rows_high if policies else 0.0
    height = top + middle + below + BOTTOM
    figure = Figure(figsize=(WIDTH, height))
    wide = WIDTH - LEFT - RIGHT - BETWEEN - SQUARE
    up = (BOTTOM + below) / height
    limits = figure.add_axes((LEFT / WIDTH, up, wide / WIDTH, middle / height))
    _draw_limits(limits, found, rows)
    points = figure.add_axes((1 - (RIGHT + SQUARE) / WIDTH, up, SQUARE / WIDTH, middle / height))
    _draw_points(points, found, rows)
    if policies:
        across = WIDTH - LEFT - RIGHT
        ax = figure.add_axes((LEFT / WIDTH, BOTTOM / height, across / WIDTH, rows_high / height))
        _draw_regret(ax, found)
    write_heads(figure, titles)
    return figure


def save_discovery_figure(found: Discovery, folder: Path) -> list[Path]:
    """Write ``discovery.png`` and ``.svg``, whose metadata hold what was sought, and where."""
    source = {
        "lpsim": version_of("lpsim"), "design": found.design.digest, "step": found.step,
        "condition": found.condition._asdict(),
    }  # fmt: skip
    return save_drawn(
        lambda: plot_discovery(found), folder / "discovery", title=headline(found), source=source
    )


def _shown(found: Discovery) -> list[tuple[str, Region]]:
    """The first box and the best leaf, with their colours."""
    both = ((BOX, found.boxes[:1]), (LEAF, found.leaves[:1]))
    return [(ink, region) for ink, regions in both for region in regions]


def _limited(found: Discovery) -> list[int]:
    """The axes that are limited, those most surely first; two at least, for the points."""
    kept: dict[int, float] = {}
    for _, region in _shown(found):
        names = {axis.name: number for number, axis in enumerate(found.axes)}
        for side in region.sides:
            number = names[side.factor]
            kept[number] = max(kept.get(number, 0.0), side.kept)
    ranked = sorted(kept, key=lambda number: -kept[number])
    others = [number for number in range(len(found.axes)) if number not in ranked]
    return [*ranked, *others[: max(2 - len(ranked), 0)]]


# --- limits -------------------------------------------------------------------------------------------


def _draw_limits(ax: Axes, found: Discovery, rows: list[int]) -> None:
    """A row for each factor: from the lowest to the highest value of the points, in equal shares of them."""
    for row, number in enumerate(rows):
        ax.plot([0, 1], [row, row], color="0.85", lw=1.0, zorder=0)
        for place, (ink, region) in enumerate(_shown(found)):
            if number in region.box:
                _draw_limit(ax, found, number, region, row - 0.14 + 0.28 * place, ink)
    ax.set(xlim=(0, 1), ylim=(len(rows) - 0.45, -0.6))
    name_rows(ax, [found.axes[number].name for number in rows], LEFT - 0.2, found.design.base)
    ax.set_xticks([0, 0.25, 0.5, 0.75, 1], ["lowest", "¼", "half of the points", "¾", "highest"])
    ax.set_title("What the box (blue, PRIM) and the leaf (orange, CART) allow", **_panel_title())
    _plain(ax)
    ax.spines["left"].set_visible(False)
    ax.tick_params(axis="y", length=0)


def _draw_limit(ax: Axes, found: Discovery, number: int, region: Region, row: float, ink: str) -> None:
    axis, limit = found.axes[number], region.box[number]
    sides = [side for side in region.sides if side.factor == axis.name]
    said = "; ".join(
        f"{side_words(found, side)} ({round(side.kept * RESAMPLES)}/{RESAMPLES})" for side in sides
    )
    low, high = 0.0, 1.0
    if limit.names is None:
        low, high = (float((axis.places < end).mean()) for end in (limit.low, limit.high))
        ax.plot([low, high], [row, row], color=ink, lw=5, solid_capstyle="butt")
    side, x = ("right", high) if high > 0.6 else ("left", high)
    if limit.names is not None:
        side, x = "left", 0.0
    look: dict[str, Any] = {"size": 7, "color": ink, "family": FONT, "parse_math": False}
    above = ink == BOX
    ax.text(x, row + (-0.08 if above else 0.08), said, ha=side, va="bottom" if above else "top", **look)


# --- points -------------------------------------------------------------------------------------------


def _draw_points(ax: Axes, found: Discovery, rows: list[int]) -> None:
    """The points in two factors: those that are sought, and the others."""
    if len(rows) < 2:
        ax.set_axis_off()
        return
    one, other = (found.axes[number] for number in rows[:2])
    across, up, apart = _apart(found, one, other)
    for which, ink, marker, size in ((~found.sought, OTHER, "o", 3.0), (found.sought, SOUGHT, "D", 4.0)):
        ax.plot(across[which], up[which], marker, color=ink, ms=size, mew=0, alpha=0.8)
    _margins(ax, found, one._replace(places=across), other._replace(places=up))
    _ticks(ax, found, one, ax.xaxis)
    _ticks(ax, found, other, ax.yaxis)
    for ink, region in _shown(found):
        limits = [region.box.get(number) for number in rows[:2]]
        if any(limits):
            _frame(ax, limits, ink)
    for axis, name, room in ((one, ax.set_xlabel, SQUARE), (other, ax.set_ylabel, LEAST)):
        text, _, _ = wrap(named(found.design.base, axis.name), room * POINTS)
        name(text, size=SMALL, parse_math=False, family=FONT, labelpad=2)
    sign = f"{found.condition.sign} {found.condition.threshold:g}"
    beside = "; points at one place stand beside each other" if apart else ""
    title = f"Points: dark diamonds have {found.condition.measure} {sign}{beside}"
    ax.set_title(wrap(title, SQUARE * POINTS, 7.5, "bold")[0], **_panel_title(7.5))
    _plain(ax)


def _apart(found: Discovery, one: Axis, other: Axis) -> tuple[Numbers, Numbers, bool]:
    """Where points stand: those at one place around it, or one hid another; and whether any do so."""
    places, at = np.unique(np.column_stack([one.places, other.places]), axis=0, return_inverse=True)
    if len(places) == len(at):
        return one.places, other.places, False
    order = np.argsort(at, kind="stable")
    turn = np.empty(len(at))
    turn[order] = np.concatenate([np.arange(1, count + 1) for count in np.bincount(at)])
    shifts = (turn[:, None] * EVENLY + 0.5) % 1 - 0.5
    across, up = (
        _shifted(axis.places, 2 * ASIDE * shift, log=is_log(found.design, axis.name))
        for axis, shift in zip((one, other), shifts.T, strict=True)
    )
    return across, up, True


def _shifted(values: Numbers, shares: Numbers, *, log: bool) -> Numbers:
    """Values moved by shares of the least distance between two; where there are many, of a little."""
    scaled: Numbers = np.log(values) if log else values
    there = np.unique(scaled)
    if len(there) < 2:
        return values
    few = len(there) <= FEW_VALUES
    distance = float(np.diff(there).min()) if few else A_LITTLE * float(there[-1] - there[0])
    moved: Numbers = scaled + shares * distance
    return np.exp(moved) if log else moved


def _ticks(ax: Axes, found: Discovery, axis: Axis, ruler: XAxis | YAxis) -> None:
    """The scale that a factor's values were drawn on; its names, or its values where they are few."""
    there = np.unique(axis.places)
    if axis.names:
        ruler.set_ticks(range(len(axis.names)), [one_line(str(name)) for name in axis.names])
    elif is_log(found.design, axis.name):
        log_ruler(ax, ruler)
    elif len(there) <= TICKS:  # or points beside the first of them would seem to stand below 0
        ruler.set_ticks(there, [f"{value:g}" for value in there])
    else:
        ruler.set_major_locator(MaxNLocator(TICKS))


def _margins(ax: Axes, found: Discovery, one: Axis, other: Axis) -> None:
    """A little room around the points, on either scale."""
    for axis, limit in ((one, ax.set_xlim), (other, ax.set_ylim)):
        low, high = float(axis.places.min()), float(axis.places.max())
        if axis.names:
            limit(low - 0.5, high + 0.5)
        elif is_log(found.design, axis.name):
            room = (high / low) ** 0.04
            limit(low / room, high * room)
        else:
            limit(low - 0.04 * (high - low), high + 0.04 * (high - low))


def _frame(ax: Axes, limits: list[Limit | None], ink: str) -> None:
    """The edges of a box in two factors, around each name that it allows; open where it has none.

    A leaf's is thin and lies upon that of the box, so that both are seen where they are the same; points
    lie upon both.
    """
    across, up = (_ends(*each) for each in zip(limits, (ax.get_xlim(), ax.get_ylim()), strict=True))
    for (left, right), (low, high) in product(across, up):
        look: dict[str, Any] = {"lw": 4.0, "zorder": 1.2} if ink == BOX else {"lw": 1.5, "zorder": 1.4}
        ax.add_patch(Rectangle((left, low), right - left, high - low, fill=False, ec=ink, **look))


def _ends(limit: Limit | None, bounds: tuple[float, float]) -> list[tuple[float, float]]:
    """Between which ends an axis is allowed: one pair, or one for each name."""
    if limit is None:
        return [bounds]
    if limit.names is not None:
        return [(name - NAME_ROOM, name + NAME_ROOM) for name in sorted(limit.names)]
    return [(max(limit.low, bounds[0]), min(limit.high, bounds[1]))]


# --- regret -------------------------------------------------------------------------------------------


def _draw_regret(ax: Axes, found: Discovery) -> None:
    """A row for each policy: a stroke for each future, a dot at the mean, a mark at the worst."""
    policies = found.policies[:MOST_POLICIES]
    for row, policy in enumerate(policies):
        ax.vlines(policy.regret, row - 0.26, row + 0.26, color=BOX, alpha=0.3, lw=0.7)
        ax.plot(np.mean(policy.regret), row, "o", color="white", mec=BOX, mew=1.2, ms=5, zorder=4)
        ax.plot(policy.worst, row, "|", color=LEAF, mew=2.5, ms=11, zorder=4)
    ax.set(ylim=(len(policies) - 0.5, -0.5), yticks=range(len(policies)))
    ax.set_xlim(left=0)
    ax.set_yticklabels(_policy_labels(found)[0], family=FONT, size=SMALL, parse_math=False)
    ax.xaxis.set_major_locator(MaxNLocator(6))
    said = (
        "regret: how far from the best policy of the same future (strokes: futures; dot: mean; orange: worst)"
    )
    ax.set_xlabel(said, size=SMALL, parse_math=False, labelpad=2)
    ax.set_title(_regret_title(found), **_panel_title())
    _plain(ax)
    ax.tick_params(axis="y", length=0)


def _regret_title(found: Discovery) -> str:
    """What the panel shows, and where names are too long for its rows, what their values are of."""
    said = " ".join([regret_sentence(found), _policy_labels(found)[1]]).strip()
    return wrap(said, (WIDTH - LEFT - RIGHT) * POINTS, SMALL, "bold")[0]


def _further_lines(found: Discovery) -> float:
    """Inches that the title takes beyond the two lines that there is room for."""
    return max(_regret_title(found).count("\n") - 1, 0) * SMALL * LEADING / POINTS


def _policy_labels(found: Discovery) -> tuple[list[str], str]:
    """Policies in two lines each; where their names take more, by their values alone, and of which keys."""
    policies = found.policies[:MOST_POLICIES]
    room, keys = (LEFT - 0.2) * POINTS, ""
    labels = [wrap(policy_name(found, policy), room)[0] for policy in policies]
    if any(label.count("\n") > 1 for label in labels):
        levers = list(policies[0].levers)
        told = [key for key in levers if len({of.levers[key] for of in policies}) > 1] or levers
        labels = [wrap(", ".join(set_to(policy.levers[key]) for key in told), room)[0] for policy in policies]
        keys = f"(Rows: {'; '.join(with_unit(found.design.base, key) for key in told)}.)"
    return [_in_two_lines(label) for label in labels], keys


def _in_two_lines(text: str) -> str:
    first, *others = text.split("\n")
    return "\n".join([first, *others[:1]]) + "…" * (len(others) > 1)


# --- what all share -----------------------------------------------------------------------------------


def _panel_title(size: float = SMALL) -> dict[str, Any]:
    look = {"size": size, "loc": "left", "color": "0.1", "pad": 5, "weight": "bold"}
    return {**look, "family": FONT, "parse_math": False}


def _plain(ax: Axes) -> None:
    ax.spines[["top", "right"]].set_visible(False)
    ax.tick_params(labelsize=SMALL, color="0.5")


def _heads(found: Discovery) -> list[Head]:
    """What stands above all: text, height (points), size and weight."""
    shares = [
        f"{name}: density {per_cent(region.density)}, coverage {per_cent(region.coverage)}; on points left "
        f"out {per_cent(region.held_density)}, {per_cent(region.held_coverage)}."
        for name, regions in (("Box", found.boxes), ("Leaf", found.leaves))
        for region in regions[:1]
    ]
    runs = found.design.scheme.replications
    about = (
        f"Simulation{in_brackets(found.design.title)}, at {when(found)}; a point is the mean of "
        f"{runs} run{'' if runs == 1 else 's'}. {' '.join(shares)} In brackets: in how many of {RESAMPLES} "
        "resamples of the points a limit came back."
    )
    return heads(WIDTH, (headline(found), 12.5, "bold"), (about, SMALL, "normal"))
