"""The figure of a calibration: targets against the model, and what is left of the range of each key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure

from lpsim.analysis.calibration import Calibration
from lpsim.analysis.calibration_fits import places, quantiles, shares_of_names
from lpsim.runs.versions import version_of
from lpsim.scenario.taken import as_one
from lpsim.show.figures.factor_names import name_rows
from lpsim.show.figures.letters import FONT
from lpsim.show.figures.page import COLOURS, POINTS, SMALL, heads, save_drawn, told_apart, write_heads
from lpsim.show.text.calibration import headline, row_words, verdict
from lpsim.show.text.numbers import number
from lpsim.show.text.scenario import in_brackets, stand_ins
from lpsim.sweeps.design.sampling import values_at

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from lpsim.show.figures.page import Head
    from lpsim.sweeps.design.factors import Row

# Inches: the figure, a row, and what stands around the two panels.
WIDTH, LEFT, RIGHT, MIDDLE = 11.2, 2.0, 1.5, 2.75
WIDE = (WIDTH - LEFT - RIGHT - MIDDLE) / 2
ROW, TOP, BOTTOM = 0.42, 0.4, 0.6
TINY, GAP = 6.5, 6.0
"""Points: letters of a name above its strokes, and what is left free between two."""
FITTED, HELD_OUT, FIRST = COLOURS[2], COLOURS[5], "0.75"
REACH, FURTHEST = 6.0, 20.0
"""Standard deviations of a target to either side that are shown, and at most where chance allows more."""


def plot_calibration(calibration: Calibration) -> Figure:
    """Draw a calibration.

    On the left, a row for each target, in its own standard deviations from what was observed: nine of ten
    points of the first wave, every point kept with the seeds it was fitted to and with those held out,
    and how far off one may be, which counts chance as well; of the points that are kept. On the right, a row
    for each key: every acceptable point in its range, kept or not.
    """
    calibration = as_one(calibration, Calibration, "calibration")
    plan = calibration.plan
    rows = max(len(plan.targets), len(plan.design.factors), 2)
    titles = _heads(calibration)
    above = sum(high for _, high, _, _ in titles) / POINTS + TOP
    height = above + rows * ROW + BOTTOM
    figure = Figure(figsize=(WIDTH, height))
    for left, own, draw in (
        (LEFT, len(plan.targets), _draw_targets),
        (LEFT + WIDE + MIDDLE, len(plan.design.factors), _draw_keys),
    ):
        low = BOTTOM + (rows - own) * ROW
        ax = figure.add_axes((left / WIDTH, low / height, WIDE / WIDTH, own * ROW / height))
        draw(ax, calibration)
        ax.set_ylim(own - 0.5, -0.5)
    write_heads(figure, titles)
    return figure


def save_calibration_figure(calibration: Calibration, folder: Path) -> list[Path]:
    """Write ``calibration.png`` and ``.svg``, whose metadata hold what was calibrated."""
    plan = calibration.plan
    source = {
        "lpsim": version_of("lpsim"),
        "base": plan.design.base.digest,
        "targets": [target.name for target in plan.targets],
    }
    return save_drawn(
        lambda: plot_calibration(calibration),
        folder / "calibration",
        title=headline(calibration),
        source=source,
    )


def _draw_targets(ax: Axes, calibration: Calibration) -> None:
    ax.axvspan(-1, 1, color="0.93", lw=0)
    ax.axvline(0, color="black", lw=1.4)
    names, fits = [], calibration.targets()
    allowed, reach = _allowed(calibration)
    for row, fit in enumerate(fits):
        _bracket(ax, row, allowed[row], reach)
        bar = (np.array(fit.first) - fit.centre) / fit.spread
        ax.plot(bar.clip(-reach, reach), [row, row], color=FIRST, lw=9, solid_capstyle="butt")
        _beyond(ax, bar, row, FIRST, reach)
        for seen, colour, up in ((calibration.fitted, FITTED, -0.17), (calibration.held_out, HELD_OUT, 0.17)):
            off = (seen.values[:, row] - fit.centre) / fit.spread
            _strokes(ax, off, row + up, colour, reach=reach)
            _beyond(ax, off, row + up, colour, reach)
            if row == 0:
                said = "fitted" if up < 0 else "held out"
                ax.text(1.1 * reach, row + up, said, size=7.5, va="center", color=colour)
        names.append(f"{fit.name}\n{fit.centre:.3g} ± {fit.spread:.2g}")
    _rows(ax, names)
    ax.set_xlim(-1.05 * reach, 1.05 * reach)
    ax.set_xlabel("model less observed, in standard deviations of the target alone", size=SMALL)
    ax.set_title("What the model gives", size=10, loc="left", color="0.1", pad=6)


def _allowed(calibration: Calibration) -> tuple[list[float], float]:
    """How far off each target may be, in its own deviations, and how many of these are shown."""
    spreads = [target.spread for target in calibration.plan.targets]
    allowed = [far / spread for far, spread in zip(calibration.allowed(), spreads, strict=True)]
    return allowed, min(max(REACH, *(1.05 * far for far in allowed)), FURTHEST)


def _beyond(ax: Axes, off: NDArray[Any], row: float, colour: str, reach: float) -> None:
    """An arrow at the edge where something lies beyond what is shown."""
    for side, marker in ((-1, "<"), (1, ">")):
        if (side * off > reach).any():
            ax.plot(1.03 * side * reach, row, marker, color=colour, ms=5, mew=0, zorder=5)


def _bracket(ax: Axes, row: int, far: float, reach: float) -> None:
    """How far off the middle acceptable point may be, where that is not beyond what is shown."""
    if far <= reach:
        inwards = 0.03 * reach
        for side in (-1, 1):
            xs = [side * (far - inwards), side * far, side * far, side * (far - inwards)]
            ax.plot(xs, [row - 0.4, row - 0.4, row + 0.4, row + 0.4], color="0.1", lw=1.1, zorder=3)


def _draw_keys(ax: Axes, calibration: Calibration) -> None:
    fits, points = calibration.free_keys(), calibration.acceptable
    for row, (fit, factor) in enumerate(zip(fits, calibration.plan.design.factors, strict=True)):
        ax.plot([0, 1], [row, row], color=FIRST, lw=9, solid_capstyle="butt")
        shares = points.shares[:, row]
        where, names = places(factor, shares), shares_of_names(factor, shares, points.chances)
        _strokes_by_weight(ax, where, row, points.chances)
        if names:
            by_name = dict(zip(values_at(factor, shares), where.tolist(), strict=True))
            _name_shares(ax, row, {by_name[name]: (name, share) for name, share in names.items()})
        else:
            _dot(ax, float(quantiles(where, points.chances, 0.5)), row, FITTED)
        ax.text(
            1.04, row, verdict(fit).replace(" identified", "\nidentified"), size=7.5, va="center", color="0.2"
        )
    _rows(ax, [""] * len(fits))
    factors = [factor.columns for factor in calibration.plan.design.factors]
    name_rows(ax, factors, MIDDLE - 0.6, calibration.plan.design.base)
    ax.set(xlim=(-0.02, 1.02), xticks=[0, 0.5, 1], xticklabels=["lowest", "middle", "highest"])
    ax.set_xlabel("where acceptable points lie in the range of the key", size=SMALL)
    ax.set_title("What that says of the keys", size=10, loc="left", color="0.1", pad=6)


def _strokes(ax: Axes, values: NDArray[Any], row: float, colour: str, *, reach: float) -> None:
    """A stroke for each value within reach, and the median of all, or the edge that it lies beyond."""
    known = values[np.isfinite(values)]
    ax.vlines(known[np.abs(known) <= reach], row - 0.14, row + 0.14, color=colour, alpha=0.55, lw=0.9)
    if len(known):
        _dot(ax, float(np.clip(np.median(known), -reach, reach)), row, colour)


def _strokes_by_weight(ax: Axes, values: NDArray[Any], row: float, weights: NDArray[Any]) -> None:
    """A stroke for each value, the fainter the less it counts."""
    strengths = 0.55 * weights.clip(0.1, 1)
    colours = [to_rgba(FITTED, strength) for strength in strengths.tolist()]
    ax.vlines(values, row - 0.26, row + 0.26, colors=colours, lw=0.9)


def _name_shares(ax: Axes, row: int, by_place: Mapping[float, tuple[Row, float]]) -> None:
    """Each name above its strokes, and beside them how many points have it.

    Names lie in no order, so they have no median.
    """
    room = min([1.0, *np.diff(sorted(by_place))]) * WIDE * POINTS - GAP
    names = told_apart([row_words(name) for name, _ in by_place.values()], room, TINY, most=1)
    for (place, (_, share)), name in zip(by_place.items(), names, strict=True):
        beside = place + GAP / 2 / (WIDE * POINTS)
        for x, up, said, side in (
            (place, -0.3, name, "center"),
            (beside, 0.0, number(share, share=True), "left"),
        ):
            text = ax.text(x, row + up, said, size=TINY, ha=side, va="center" if up == 0 else "bottom")
            text.set(color="0.1", family=FONT, parse_math=False)


def _dot(ax: Axes, middle: float, row: float, colour: str) -> None:
    ax.plot(middle, row, "o", color="white", mec=colour, mew=1.2, ms=4, zorder=4)


def _rows(ax: Axes, names: list[str]) -> None:
    ax.set_yticks(range(len(names)), names)
    for label in ax.get_yticklabels():
        label.set(size=7.5, family=FONT, parse_math=False, linespacing=1.0)
    ax.tick_params(axis="x", labelsize=SMALL, color="0.5")
    ax.tick_params(axis="y", length=0)
    ax.spines[["top", "right", "left"]].set_visible(False)


def _heads(calibration: Calibration) -> list[Head]:
    """What stands above all."""
    search = calibration.plan.search
    which = "; ".join(filter(None, [calibration.plan.title, *stand_ins(calibration.agents)]))
    about = (
        f"Simulation{in_brackets(which)}. Left: a stroke for each point kept, the "
        "dot their median: blue (above) with the seeds they were fitted to, orange (below) with "
        f"{search.held_out} seeds held out. Grey: nine of ten points of the first wave. "
        f"Brackets: {search.cutoff:g} deviations of target and chance together, which an acceptable point "
        f"may be off (chance: that of {search.replications} runs, at the middle acceptable point)."
        f"{_what_lies_beyond(calibration)} Right: a stroke for each acceptable point"
        f"{_faint(calibration)}, the dot their median{_of_names(calibration)}; grey: the range."
    )
    return heads(WIDTH, (headline(calibration), 13.0, "bold"), (about, SMALL, "normal"))


def _faint(calibration: Calibration) -> str:
    some = calibration.found > len(calibration.rows)
    return f" (all {calibration.found:,}, the fainter the less it counts)" if some else ""


def _of_names(calibration: Calibration) -> str:
    """What stands where keys whose values are names have no median."""
    points, factors = calibration.acceptable, calibration.plan.design.factors
    any_names = any(
        shares_of_names(factor, shares, points.chances)
        for factor, shares in zip(factors, points.shares.T, strict=True)
    )
    return ", or by name how many of them have it" if any_names else ""


def _what_lies_beyond(calibration: Calibration) -> str:
    """What arrows at the edges stand for, where there are any, and which brackets are not drawn."""
    allowed, reach = _allowed(calibration)
    said = ""
    for place, fit in enumerate(calibration.targets()):
        values = (calibration.fitted.values[:, place], calibration.held_out.values[:, place], fit.first)
        off = (np.concatenate(values) - fit.centre) / fit.spread
        if (np.abs(off) > reach).any():
            said = f" Arrows: some lie further off than {reach:.3g} deviations."
    hidden = any(far > reach for far in allowed)
    return said + (f" A target without brackets may be further off than {reach:g}." if hidden else "")
