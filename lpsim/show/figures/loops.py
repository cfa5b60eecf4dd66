"""The loops of learning over time: beliefs that are right, assumptions that are right, where time goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from lpsim.analysis.summary import summarize_runs
from lpsim.model.state import SLOTS
from lpsim.runs.measures import LOOPS, MEASURES, RIGHT_AND_WRONG
from lpsim.scenario.learning_parameters import ROUTINES
from lpsim.scenario.settings import loops_of
from lpsim.show.figures.over_time import BOTTOM, PERCENT, View, columns_of, draw_lines, label_ends, scale
from lpsim.show.figures.page import (
    LEFT,
    POINTS,
    RIGHT,
    SMALL,
    TEXT,
    WIDTH,
    about,
    drawable_runs,
    flags,
    headlines,
    wrap,
)
from lpsim.show.text.findings import loops_found, mean_at, time_for_learning
from lpsim.show.text.vocabulary import LOOP_PANELS, looked_at
from lpsim.show.text.vocabulary import ROUTINES as ROUTINE_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd
    from matplotlib.axes import Axes

    from lpsim.runs.folder import Runs
    from lpsim.runs.run import Run

_LEVELS = (0, 2, 3)
"""The colours of staff, practices and the service in the figure of levels."""
_ROUTINES = (0, 1, 2, 5, 3)
# Inches: a panel and what stands between two.
PANEL, BETWEEN = 1.9, 0.42
MUCH = 1 / 3
"""A band that is wider than this part of the axes, and twice as wide as any other, is drawn faintly."""


def plot_loops(runs: Runs, *, each_run: bool = False) -> Figure:
    """What each loop of learning that acts changes over time, a panel for each.

    Single: the shares of issues that staff, practices' memories and the service's guidance hold rightly.
    Double: the shares of their assumptions that are right. Triple: how many twentieths of their learning time
    practices put into each routine.

    Parameters
    ----------
    runs
        Finished runs of one scenario, one run, or the folder of some.
    each_run
        Draw a thin line for each run as well.

    Raises
    ------
    InputError
        When there are no runs, or runs of different scenarios.
    """
    runs = drawable_runs(runs)
    views = _views(runs, each_run=each_run)
    figure = Figure(figsize=(WIDTH, 1))
    panels = [figure.add_axes((LEFT / WIDTH, 0, 1 - (LEFT + RIGHT) / WIDTH, 1)) for _ in views]
    for ax, view in zip(panels, views, strict=True):
        draw_lines(ax, view)
        scale(ax, runs, view)
        _describe(ax, view, last=ax is panels[-1])
    if "triple" in loops_of(runs[0].scenario):
        _scale_time(panels[-1])
    for ax, view in zip(panels, views, strict=True):
        _widest_behind(ax, view)
    _arrange(figure, panels, runs, each_run=each_run)
    for ax, view in zip(panels, views, strict=True):
        label_ends(ax, view)
    return figure


def _views(runs: Sequence[Run], *, each_run: bool) -> list[View]:
    acting, views = loops_of(runs[0].scenario), []
    look: dict[str, Any] = {"form": PERCENT, "colours": _LEVELS, "each_run": each_run}
    wrong = {name: f"{PERCENT(mean_at(runs, of))} wrong" for name, (_, of) in RIGHT_AND_WRONG.items()}
    views.append(
        View(
            "",
            LOOP_PANELS["single"],
            "share of issues",
            _lines(runs, "single", RIGHT_AND_WRONG),
            more=wrong,
            **look,
        )
    )
    if "double" in acting:
        who = ("staff", "practices", "service")
        views.append(View("", LOOP_PANELS["double"], "share of domains", _lines(runs, "double", who), **look))
    if "triple" in acting:
        found = columns_of(runs, [f"time_{routine}" for routine in ROUTINES])
        lines = {
            ROUTINE_WORDS[routine]: SLOTS * found[MEASURES[f"time_{routine}"].label] for routine in ROUTINES
        }
        views.append(
            View(
                "",
                LOOP_PANELS["triple"],
                "twentieths of\nlearning time",
                lines,
                _twentieths,
                colours=_ROUTINES,
                each_run=each_run,
            )
        )
    return views


def _lines(runs: Sequence[Run], loop: str, names: Iterable[str]) -> dict[str, pd.DataFrame]:
    return dict(zip(names, columns_of(runs, LOOPS[loop]).values(), strict=True))


def _twentieths(value: float) -> str:
    return f"{value:.1f}"


def _widest_behind(ax: Axes, view: View) -> None:
    """Put wide bands behind narrow ones; one that fills much of the axes and dwarfs all others, faint."""
    bands = [one for one in ax.collections if one.get_label() == "_band"]
    spreads = [summarize_runs(values.to_numpy().T).spread for values in view.lines.values()]
    wide = [float(np.nanmean(high - low)) for low, high in spreads if bands]
    roof = ax.get_ylim()[1]
    order = np.argsort(wide)
    for place, i in enumerate(order):
        bands[i].set_zorder(1 - 0.1 * place)
    if bands and wide[order[-1]] > max(MUCH * roof, 2 * wide[order[-2]]):
        colour = to_rgb(bands[order[-1]].get_facecolor()[0])
        look = {"facecolor": (*colour, 0.06), "edgecolor": (*colour, 0.5), "linewidth": 0.6}
        bands[order[-1]].set(alpha=None, **look)


def _describe(ax: Axes, view: View, *, last: bool) -> None:
    """What a panel shows, above it; the axis of time is named below the last alone."""
    look: dict[str, Any] = {"size": 9.5, "color": "0.1", "va": "bottom", **TEXT}
    ax.annotate(view.heading, (0, 1), (0, 4), xycoords="axes fraction", textcoords="offset points", **look)
    if not last:
        ax.set_xlabel("")
        ax.tick_params(labelbottom=False)


def _scale_time(ax: Axes) -> None:
    ax.set_ylim(0, max(ax.dataLim.y1, 4.0) + 1)
    ax.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{y:.0f}"))


def _arrange(figure: Figure, panels: Sequence[Axes], runs: Sequence[Run], *, each_run: bool) -> None:
    """Place the panels one above the other; above them the interventions, and what the figure shows."""
    below = BOTTOM
    places = []
    for _ in panels:
        places.append(below)
        below += PANEL + BETWEEN
    room = (WIDTH - 0.24) * POINTS
    said = [about(runs, each_run=each_run), looked_at(runs[0].scenario), time_for_learning(runs)]
    heads = [*headlines(runs[0], loops_found(runs)), (" ".join(filter(None, said)), SMALL, "normal", "0.35")]
    blocks = [(*wrap(text, room, size, weight), size, weight, colour) for text, size, weight, colour in heads]
    width = (WIDTH - LEFT - RIGHT) * POINTS
    marked = max(18.0, 6 + flags(panels[0], runs, width, width + RIGHT * POINTS, above=18.0))
    top = below - BETWEEN + marked / POINTS + 0.1
    total = top + sum(block[2] + 3 for block in blocks) / POINTS + 0.06
    figure.set_size_inches(WIDTH, total)
    for ax, low in zip(panels, reversed(places), strict=True):
        ax.set_position((LEFT / WIDTH, low / total, 1 - (LEFT + RIGHT) / WIDTH, PANEL / total))
        for change in runs[0].scenario.interventions:
            ax.axvline(change.at, color="0.35", lw=0.8, ls=":", zorder=1)
    down = total - 0.06
    look: dict[str, Any] = {key: value for key, value in TEXT.items() if key != "annotation_clip"}
    for text, _, high, size, weight, colour in blocks:
        figure.text(
            0.12 / WIDTH, down / total, text, size=size, weight=weight, color=colour, va="top", **look
        )
        down -= (high + 3) / POINTS
