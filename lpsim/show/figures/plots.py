"""The figures over time that every run leaves: knowledge at four levels, how far it gets, and of kinds."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from matplotlib import style

from lpsim.analysis.summary import summarize
from lpsim.errors import InputError
from lpsim.runs.measures import FUNNEL, KNOWLEDGE_IN_SHARES, LEVELS, MEASURES, RIGHT_AND_WRONG
from lpsim.scenario.keys import by_key
from lpsim.scenario.settings import loops_of
from lpsim.show.figures.loops import plot_loops
from lpsim.show.figures.over_time import PERCENT, View, collect, columns_of, plot
from lpsim.show.figures.page import drawable_runs, save
from lpsim.show.text.findings import (
    funnel_found,
    kinds_found,
    levels_found,
    mean_at,
    right_and_wrong,
    time_for_learning,
)
from lpsim.storage.folders import made

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import pandas as pd
    from matplotlib.axes import Axes

    from lpsim.runs.folder import Runs
    from lpsim.runs.run import Run

KNOWLEDGE = "{}\n(1: all right; 0: nothing known,\nor as much wrong as right)"
SHARE = "share of all issues\n(in the practice: mean over practices)"
OF_THE_REST = "right and wrong: shares of issues (of the rest there is no view)"
WRONG = {wrong: right for right, wrong in RIGHT_AND_WRONG.values() if right in FUNNEL}
"""What is written down wrongly, and what is written down rightly in the same place."""
MEMORY = 2
"""The colour kinds begin with."""


def plot_levels(
    runs: Runs,
    *,
    without: Mapping[str, np.ndarray] | None = None,
    each_run: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """Knowledge of staff, teams, practices and the health service over time.

    Parameters
    ----------
    runs
        Finished runs of one scenario, one run, or the folder of some.
    without
        By measure, the mean of the same worlds without the interventions at every recorded step, in grey.
    each_run
        Draw a thin line for each run as well.
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
    runs = drawable_runs(runs)
    lines = columns_of(runs, LEVELS)
    other = {MEASURES[name].label: mean for name, mean in by_key(without or {}, "without").items()}
    view = View(
        levels_found(runs),
        f"What is known, and at which level; {OF_THE_REST}",
        KNOWLEDGE.format("knowledge"),
        lines,
        more={
            MEASURES[name].label: right_and_wrong(*(mean_at(runs, share) for share in shares))
            for name, shares in KNOWLEDGE_IN_SHARES.items()
        },
        without=other,
        each_run=each_run,
        note=time_for_learning(runs),
    )
    return plot(runs, view, ax)


def plot_funnel(runs: Runs, *, each_run: bool = False, ax: Axes | None = None) -> Axes:
    """How far right knowledge gets, from someone in a practice to the service, and what is written wrongly.

    As `plot_levels`, in per cent of the issues; what is of practices is a mean over them. What is written
    down wrongly has the colour of what is written down rightly.
    """
    runs = drawable_runs(runs)
    lines = columns_of(runs, (*FUNNEL, *WRONG))
    view = View(
        funnel_found(runs),
        "What is known rightly, and what is written down wrongly",
        SHARE,
        lines,
        form=PERCENT,
        colours=(*range(len(FUNNEL)), *(FUNNEL.index(right) for right in WRONG.values())),
        each_run=each_run,
    )
    return plot(runs, view, ax)


def plot_kinds(runs: Runs, *, each_run: bool = False, ax: Axes | None = None) -> Axes:
    """Knowledge in practices' memories over time, for each kind of practice.

    As `plot_levels`; `InputError` also where the scenario names no kinds.
    """
    runs = drawable_runs(runs)
    if not runs[0].scenario.kinds:
        raise InputError("kinds: the scenario names no kinds of practices; name some to compare.")
    right, wrong = (
        {kind: _last(frame) for kind, frame in _kinds(runs, name).items()}
        for name in RIGHT_AND_WRONG["practices' memories"]
    )
    shares = {kind: (right[kind], wrong[kind]) for kind in right}
    view = View(
        kinds_found(runs, shares),
        f"What practices' memories hold, by kind of practice; {OF_THE_REST}",
        KNOWLEDGE.format("knowledge in memory"),
        _kinds(runs, "practice_knowledge"),
        more={kind: right_and_wrong(*both) for kind, both in shares.items() if not np.isnan(both[0])},
        colours=range(MEMORY, 9),
        each_run=each_run,
    )
    return plot(runs, view, ax)


def save_figures(
    runs: Runs,
    folder: Path | str,
    *,
    without: Mapping[str, np.ndarray] | None = None,
    each_run: bool = False,
) -> list[Path]:
    """Write ``levels``, ``funnel``, ``kinds`` where there are any, and ``loops`` where a further one acts.

    Each as PNG and SVG, whose metadata hold the runs' provenance; the same runs give the same bytes. Makes a
    missing ``folder``, returns the files' paths; takes ``without`` and ``each_run`` and raises `InputError`
    as `plot_levels` does.
    """
    runs = drawable_runs(runs)
    plots: dict[str, Callable[..., Axes]] = {
        "levels": partial(plot_levels, without=without),
        "funnel": plot_funnel,
    }
    if runs[0].scenario.kinds:
        plots["kinds"] = plot_kinds
    if len(loops_of(runs[0].scenario)) > 1:
        plots["loops"] = _loops
    folder = made(folder)
    with style.context(["default", {"svg.hashsalt": "lpsim", "svg.fonttype": "path"}]):
        files = [save(make(runs, each_run=each_run), folder / name, runs) for name, make in plots.items()]
    return [file for pair in files for file in pair]


def _loops(runs: Sequence[Run], *, each_run: bool) -> Axes:
    return plot_loops(runs, each_run=each_run).axes[0]


def _kinds(runs: Sequence[Run], name: str) -> dict[str, pd.DataFrame]:
    """A measure by kind, in file order, then the remainder where there is one."""
    groups = [f"kind: {kind.name}" for kind in runs[0].scenario.kinds]
    groups += [str(group) for run in runs for group in run.groups["group"].unique()]
    frames = {}
    for group in filter(lambda group: group.startswith("kind: "), dict.fromkeys(groups)):
        tables = [run.groups[run.groups["group"] == group] for run in runs]
        frames[group.removeprefix("kind: ")] = collect(tables, name)
    return frames


def _last(frame: pd.DataFrame) -> float:
    """The mean over runs where they end; NaN where none has a value."""
    return summarize(frame.iloc[-1:].to_numpy().ravel()).mean
