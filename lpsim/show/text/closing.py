"""What a person reads when runs have ended: what is known at each level, and how fast it got there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from lpsim.analysis.diffusion import months_to_half_replicated
from lpsim.analysis.summary import summarize
from lpsim.runs.measures import LEVELS, MEASURES, Measure
from lpsim.show.text.lines import WIDTH
from lpsim.show.text.scenario import heading
from lpsim.show.text.table import Cell, Number, Range, Table
from lpsim.show.text.uncertainty import means_of, one_run, seeds_of, spread_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lpsim.runs.run import Run

_HOLDERS = {"by_staff": "by most of their staff", "by_memory": "in their memory"}


def closing_text(runs: Sequence[Run], *, width: int | None = WIDTH) -> str:
    """The table of levels, and the times to half, of runs of one scenario."""
    scenario = runs[0].scenario
    made = seeds_of([run.seed for run in runs]) if len(runs) > 1 else f"one run, seed {runs[0].seed}"
    lines = [heading(scenario, made, width=width), "", levels_table(runs).terminal(width), ""]
    return "\n".join([*lines, *_times_to_half(runs)])


def levels_table(runs: Sequence[Run]) -> Table:
    """Knowledge of staff, teams, practices and the service, at the first and the last step recorded."""
    scenario, several = runs[0].scenario, len(runs) > 1
    first = MEASURES[LEVELS[0]]
    headings = [f"{first.unit} ({first.low:g} to {first.high:g})", "start"]
    headings += [f"{scenario.step or 'step'} {scenario.steps}", *([spread_of(len(runs))] if several else [])]
    note = means_of(len(runs)) if several else f"{one_run()} (--replications 20)"
    rows = [_level(MEASURES[name], [run.column(name) for run in runs]) for name in LEVELS]
    return Table(headings, rows, notes=[note])


def _level(measure: Measure, columns: Sequence[Any]) -> list[Cell]:
    start, end = (
        summarize(column[place] for column in columns).within(measure.low, measure.high) for place in (0, -1)
    )
    spread = [Range(*end.spread)] if len(columns) > 1 else []
    return [measure.label, Number.mean(start), Number.mean(end), *spread]


def _times_to_half(runs: Sequence[Run]) -> Iterator[str]:
    scenario = runs[0].scenario
    step = scenario.step or "step"
    times = months_to_half_replicated(runs).set_index("time")["median"]
    yield "Half of all that practices could know rightly (issue by issue, practice by practice)"
    for name, holder in _HOLDERS.items():
        never = f"not within {scenario.steps} {step}s"
        found = never if pd.isna(times[name]) else f"from {step} {times[name]}"
        yield f"  {holder}: {found}{' (median of the runs)' if len(runs) > 1 else ''}"
