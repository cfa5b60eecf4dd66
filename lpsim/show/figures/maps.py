"""The picture of practices: what each one's memory knows, on a map of their network, at chosen steps."""

from __future__ import annotations

from numbers import Integral
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib import colormaps, patheffects, style
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection
from matplotlib.colors import Normalize
from matplotlib.patches import FancyArrowPatch

from lpsim.errors import InputError
from lpsim.plain import one_line
from lpsim.runs.folder import as_run
from lpsim.scenario.taken import as_list
from lpsim.show.figures import layout, page
from lpsim.show.figures.page import SMALL
from lpsim.show.figures.sheet import BAR, EDGE, LOOK, MARGIN, MOST_PANELS, Sheet, sheet, sign
from lpsim.show.text.findings import practices_found
from lpsim.show.text.numbers import number
from lpsim.storage.folders import made

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D
    from numpy.typing import NDArray

    from lpsim.model.state import Structure
    from lpsim.runs.run import Run
    from lpsim.show.figures.layout import Map, Points


COLOURS_OF_KNOWLEDGE = colormaps["YlGnBu"]
"""For colour-blind readers (Brewer 2003); darker the more is known, so that it can be printed in grey."""
SCALE = Normalize(0, 1)
"""The same for all maps of all runs. Memories with less than 0 are white and crossed."""
MARKERS = ("o", "s", "^", "D", "v", "p", "h")
"""By kind of practice, in the order of `Structure.kinds`; all kinds from the seventh on share one."""
BODY = 4.8
"""The radius of a body of the wider service, in points."""
STYLE: Any = ["default", {"svg.hashsalt": "lpsim", "svg.fonttype": "path"}]

_AREA = {"o": np.pi / 4, "s": 1.0, "^": 0.5, "D": 1.0, "v": 0.5, "p": 0.594, "h": 0.65}  # of size 1
_TIE = "0.58"
_BELOW = "below 0: more wrong than right"
_TINY, _ALONG = 7.5, (-0.8, 0, 0.8)  # text on a map: points, and where along it others are looked for
_FEW, _MANY = 4, 150  # nodes: fewer do with small panels, more need large ones


def plot_practices(run: Run | str | Path, steps: Iterable[int] | None = None) -> Figure:
    """What each practice's memory knows, at some steps, on the map of their network.

    Parameters
    ----------
    run
        A finished run, or the folder of one.
    steps
        Recorded steps, at most `MOST_PANELS`; without them six, evenly spread.

    Returns
    -------
    matplotlib.figure.Figure
        One panel per step. Above `lpsim.show.figures.layout.MOST_NODES` practices a node is a body of the
        wider service with the mean of its practices, and the figure says so.

    Raises
    ------
    InputError
        A step was not recorded, or there are none or too many; as `Run.structure` does.
    """
    run = as_run(run)
    structure = run.structure()
    spot = layout.lay_out(structure)
    chosen = choose(steps, np.unique(run.practices["step"].to_numpy()))
    known = [knowledge(run, step) for step in chosen]
    word = one_line(run.scenario.step, "step")
    mean = "mean of practices" if structure.practices > 1 else "knowledge"
    means = [f"{mean} {number(values.mean(), share=False)}" for values in known]
    nodes = [np.bincount(spot.node, weights=values) / spot.practices for values in known]
    negative = any(float(values.min()) < 0 for values in nodes)
    size, by = len(spot.names), {"practice": "practice by practice", layout.ALL: layout.ALL}
    leaf = sheet(
        run,
        found=practices_found(
            {step: float(values.mean()) for step, values in zip(chosen, known, strict=True)}, run
        ),
        heading=f"What practices' memories know, {by.get(spot.unit, f'by {spot.unit}')}",
        titles=[(f"{word} {step}", mean) for step, mean in zip(chosen, means, strict=True)],
        key=[*kind_signs(structure, spot), *([sign("x", _BELOW, fill="k")] if negative else [])],
        notes=[layout.about_nodes(spot), layout.about_ties(spot)],
        extra=BAR,
        columns=len(chosen) if size < _FEW else min(2, len(chosen)) if size > _MANY else 0,
    )
    for panel, values in zip(leaf.panels, nodes, strict=True):
        _draw_knowledge(panel, spot, values, leaf.scale)
    _draw_bar(leaf, spot)
    return leaf.figure


def save_practices(run: Run, folder: Path | str, steps: Iterable[int] | None = None) -> list[Path]:
    """Write ``practices.png`` and ``practices.svg``, with the run's provenance inside.

    The same run gives the same bytes. Makes a missing ``folder`` and raises as `plot_practices` does.
    """
    with style.context(STYLE):
        return save(plot_practices(run, steps), Path(folder) / "practices", run)


def save(figure: Figure, stem: Path, run: Run) -> list[Path]:
    """Write a figure as PNG and SVG; makes the folder."""
    made(stem.parent)
    return page.save(figure.axes[0], stem, [run])


def knowledge(run: Run, step: int) -> NDArray[np.float64]:
    """What each practice's memory knows at a recorded step, in [-1, 1]."""
    return run.practices.loc[run.practices["step"] == step, "practice_knowledge"].to_numpy(dtype=float)


def choose(steps: Iterable[int] | None, there: NDArray[np.int64]) -> list[int]:
    """The steps to draw, of those there are; raises `InputError` where they cannot be drawn."""
    if steps is None:
        return layout.evenly(there, 6)
    given = as_list(steps, "steps")
    wrong = [step for step in given if not isinstance(step, Integral) or isinstance(step, bool)]
    if wrong:
        raise InputError(f"steps: found {wrong[0]!r:.80}; give whole numbers.")
    chosen = sorted(set(given))
    if not 0 < len(chosen) <= MOST_PANELS:
        raise InputError(f"steps: found {len(chosen)} of them; name 1 to {MOST_PANELS}.")
    for step in chosen:
        if step not in there:
            near = [*there[there < step][-1:], *there[there > step][:1]]
            nearest = " and ".join(str(number) for number in near)
            raise InputError(f"steps: {step} was not recorded; the nearest recorded: {nearest}.")
    return chosen


# --- what stands on a map ------------------------------------------------------------------------------


def draw_ties(panel: Axes, spot: Map) -> None:
    """The ties as thin lines, thicker the more of them a line stands for."""
    thin = 0.5 if len(spot.ties) < 300 else 0.25
    more = 1.3 * spot.aggregated * spot.weight / spot.weight.max(initial=1)
    for pairs, widths, dash in ((spot.ties, thin + more, "solid"), (spot.staff_ties, thin, "dotted")):
        lines: Any = spot.xy[pairs]
        panel.add_collection(
            LineCollection(lines, linewidths=widths, colors=_TIE, linestyles=dash, zorder=1, label="_ties"),
            autolim=False,
        )


def draw_nodes(
    panel: Axes, spot: Map, colours: Any, *, scale: float, which: Any = slice(None), **look: Any
) -> None:
    """Nodes in the shape of their kind; `colours` one per node, `grow` points added to the radius."""
    look = {"edgecolors": EDGE, "zorder": 3, "clip_on": False, **look}
    grow, thick = look.pop("grow", 0.0), look.pop("linewidths", None)
    chosen = np.arange(len(spot.names))[which]
    for kind in np.unique(spot.kind[chosen]):
        members = chosen[spot.kind[chosen] == kind]
        size = _size(marker(kind), spot.radius[members] * scale + grow)
        colour = np.asarray(colours)[members]
        x, y = spot.xy[members].T
        edges = thick or np.minimum(0.6, spot.radius[members] * scale / 5).tolist()
        panel.scatter(x, y, s=size, c=colour, marker=marker(kind), linewidths=edges, **look)


def draw_bodies(panel: Axes, structure: Structure, filled: NDArray[np.int64], scale: float) -> None:
    """The bodies of the wider service in rows, those filled black; a tier too large in numbers."""
    first = 0
    for name, places in zip(structure.tiers, layout.body_places(structure), strict=True):
        here = filled[first : first + len(places)] > 0
        first += len(places)
        lines = page.wrap(name, (layout.ROW_START - 0.06) * scale, _TINY)[0].split("\n")
        text = "\n".join([*lines[:2][:-1], lines[:2][-1] + "…" * (len(lines) > 2)])
        panel.text(0.03, places[0, 1], text, size=_TINY, color="0.3", va="center", **LOOK)
        if len(places) > layout.MOST_IN_ROW:
            told: Any = (*places[0], f"{here.sum():,} of {len(places):,}")
            panel.text(*told, size=_TINY, va="center", **LOOK)
            continue
        fill = ["#000000" if carries else "#FFFFFF" for carries in here]
        size = min(BODY, 0.38 * scale * (layout.ACROSS - layout.ROW_START) / len(places))
        x, y = places.T
        panel.scatter(x, y, s=_size("h", size), c=fill, marker="h", edgecolors=EDGE, lw=0.6, zorder=3)


def draw_arrow(
    panel: Axes, ends: Points, room: Points, *, line: tuple[str, Any, float], scale: float
) -> None:
    """A bent arrow below the nodes, `room` points from its ends; `line` is its colour, dashes and width."""
    far = float(np.hypot(*(ends[1] - ends[0]))) * scale
    # Between neighbours it would be too short to see: then it lies above them.
    part = min(1.0, max(0.0, far - 11) / float(room.sum()))
    look: Any = {"arrowstyle": "-|>,head_length=3.2,head_width=1.7", "connectionstyle": "arc3,rad=0.12"}
    look |= dict(zip(("color", "linestyle", "linewidth"), line, strict=True))
    look |= {"shrinkA": part * room[0], "shrinkB": part * room[1], "zorder": 2.2 if part == 1 else 5}
    panel.add_patch(FancyArrowPatch(*ends.tolist(), clip_on=False, **look))


def draw_labels(panel: Axes, labels: dict[int, str], xy: Points, room: Points, scale: float) -> None:
    """Write above or below places, where what else is there leaves more room; not across the sides."""
    xy = xy * scale
    for place, text in labels.items():
        half = page.wrap(text, 999, _TINY)[1] / 2 + 3
        middle = min(max(xy[place, 0], half), layout.ACROSS * scale - half)
        heights = xy[place, 1] + np.array([-1, 1]) * (room[place] + 5)
        along = [np.array([[middle + part * half, height] for part in _ALONG]) for height in heights]
        apart = [np.linalg.norm(xy[:, None] - line, axis=2) - room[:, None] for line in along]
        free = [np.delete(gap, place, axis=0).min(initial=99) for gap in apart]
        up = free[1] > free[0] + 0.5 or heights[0] < 6
        look: Any = {"ha": "center", "va": "bottom" if up else "top", "size": _TINY, "zorder": 6, **LOOK}
        look["path_effects"] = [patheffects.withStroke(linewidth=2.5, foreground="w")]
        shift = (middle - xy[place, 0], room[place] if up else -room[place])
        panel.annotate(text, (xy[place] / scale).tolist(), shift, textcoords="offset points", **look)
        xy, room = np.append(xy, along[int(up)], axis=0), np.append(room, [7.0] * len(_ALONG))


def marker(kind: int) -> str:
    """The shape of a kind of practice."""
    return MARKERS[min(kind, len(MARKERS) - 1)]


def _size(shape: str, radius: Any) -> Any:
    """What matplotlib takes for a marker of the area of a circle; all in points."""
    return np.pi * radius**2 / _AREA[shape]


def _draw_knowledge(panel: Axes, spot: Map, values: NDArray[np.float64], scale: float) -> None:
    draw_ties(panel, spot)
    below = values < 0
    colours = np.where(below[:, None], 1.0, COLOURS_OF_KNOWLEDGE(SCALE(values)))
    draw_nodes(panel, spot, colours, scale=scale)
    cross = np.minimum(spot.radius[below] * scale, 4.0)
    x, y = spot.xy[below].T
    panel.scatter(x, y, s=2 * cross**2, c="k", marker="x", linewidths=(cross / 5).tolist(), zorder=4)


def _draw_bar(leaf: Sheet, spot: Map) -> None:
    wide, high = leaf.figure.get_size_inches()
    box = ((MARGIN + 0.15) / wide, (leaf.foot + BAR - 0.35) / high, 3.4 / wide, 0.16 / high)
    bar = leaf.figure.colorbar(
        ScalarMappable(SCALE, COLOURS_OF_KNOWLEDGE),
        cax=leaf.figure.add_axes(box),
        orientation="horizontal",
        ticks=[0, 0.25, 0.5, 0.75, 1],
    )
    bar.ax.tick_params(labelsize=SMALL, length=3)
    whose = "practices' memories, mean" if spot.aggregated else "the practice's memory"
    words = f"knowledge in {whose}\n1: all right; 0: nothing known, or as much wrong as right"
    place: Any = {"xycoords": "axes fraction", "textcoords": "offset points", "va": "center"}
    bar.ax.annotate(words, (1, 0.5), (14, 0), size=9, **place, **LOOK)


# --- the key -------------------------------------------------------------------------------------------


def kind_signs(structure: Structure, spot: Map) -> list[Line2D]:
    """A sign per kind of practice where shapes tell them apart."""
    found = sorted(set(spot.kind.tolist()), key=lambda kind: kind or len(structure.kinds))
    shapes: dict[str, list[str]] = {}
    for kind in found if len(found) > 1 else ():
        shapes.setdefault(marker(kind), []).append(structure.kinds[kind])
    return [sign(s, k[0] + f" and {len(k) - 1} more" * (len(k) > 1)) for s, k in shapes.items()]
