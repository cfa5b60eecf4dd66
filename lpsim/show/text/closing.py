"""What a person reads when runs have ended: what is known at each level, and how fast it got there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from lpsim.analysis.diffusion import months_to_half_replicated
from lpsim.analysis.summary import summarize
from lpsim.engines.behaviours import agent_places
from lpsim.runs.measures import LEVELS, LOOPS, MEASURES, RIGHT_AND_WRONG, Measure
from lpsim.scenario.learning_parameters import ROUTINES
from lpsim.scenario.settings import loops_of, time_is_protected
from lpsim.show.text.findings import funnel_found, mean_at
from lpsim.show.text.lines import WIDTH, fold
from lpsim.show.text.numbers import number
from lpsim.show.text.scenario import heading
from lpsim.show.text.table import Cell, Number, Range, Table
from lpsim.show.text.uncertainty import means_of, one_run, seeds_of, spread_of
from lpsim.show.text.vocabulary import ROUTINES as ROUTINE_WORDS
from lpsim.show.text.vocabulary import looked_at, noun, step_word

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lpsim.runs.run import Run
    from lpsim.scenario import Scenario

_CHANGES = {
    "staff_right": "issues that staff hold rightly",
    "in_practice_memory": "that practices' memories hold rightly",
    "in_service_guidance": "that the service's guidance holds rightly",
    "assumptions_right_staff": "assumptions of staff that are right",
    "assumptions_right_practice": "of practices",
    "assumptions_right_service": "of the service",
    "time_moved": "learning time in another routine than at the start",
}
_HOLDERS = {"by_staff": "by most of their staff", "by_memory": "in their memory"}


def closing_text(runs: Sequence[Run], *, width: int | None = WIDTH) -> str:
    """What runs of one scenario say: levels, what is held rightly and wrongly, loops, times to half, time."""
    scenario = runs[0].scenario
    made = seeds_of([run.seed for run in runs])
    tables = [levels_table(runs).terminal(width), "", right_and_wrong_table(runs).terminal(width), ""]
    if len(loops_of(scenario)) > 1:
        tables += [loops_table(runs).terminal(width), ""]
    above = heading(scenario, made, agents=agent_places(runs[0].provenance), width=width)
    lines = [above, "", *tables, *fold(f"{funnel_found(runs)}.", width)]
    return "\n".join([*lines, *_times_to_half(runs), *_learning_time(runs)])


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


def right_and_wrong_table(runs: Sequence[Run]) -> Table:
    """What is held rightly, what wrongly, and on what there is no view, at the last step recorded."""
    scenario = runs[0].scenario
    headings = [f"share of issues, {step_word(scenario)} {scenario.steps}", "right", "wrong", "no view"]
    headings += ["wrong of held"]
    rows: list[list[Cell]] = []
    for holders, names in RIGHT_AND_WRONG.items():
        right, wrong = (np.array([run.column(name)[-1] for run in runs]) for name in names)
        shares = (right, wrong, 1.0 - right - wrong, _ratio(wrong, right + wrong))
        found = [summarize(share).within(0.0, 1.0) for share in shares]
        rows.append([holders, *(Number.mean(share, ".0%") for share in found)])
    return Table(headings, rows, notes=["Of what is held, half would be wrong by luck alone."])


def _ratio(part: Any, whole: Any) -> Any:
    """Values whose mean is the share of all that runs have together, and whose interval is that ratio's.

    The mean of each run's own share would leave out runs that have nothing, and weigh those that have little
    as much as others. NaN where none has anything.
    """
    if not whole.sum() > 0:
        return np.full(len(whole), np.nan)
    ratio = part.sum() / whole.sum()
    return ratio + (part - ratio * whole) / whole.mean()


def loops_table(runs: Sequence[Run]) -> Table:
    """What each loop of learning that acts has changed: beliefs, assumptions, where time goes."""
    scenario, rows = runs[0].scenario, []
    headings = ["loop", "what it changes", "start", f"{step_word(scenario)} {scenario.steps}"]
    for loop in loops_of(scenario):
        for name in LOOPS[loop]:
            columns = [run.column(name) for run in runs]
            ends = [summarize(column[place] for column in columns).within(0.0, 1.0) for place in (0, -1)]
            first = loop if name == LOOPS[loop][0] else ""
            cells: list[Cell] = [first, _CHANGES[name], *(Number.mean(end, ".0%") for end in ends)]
            rows.append(cells)
    return Table(headings, rows)


def _times_to_half(runs: Sequence[Run]) -> Iterator[str]:
    scenario = runs[0].scenario
    times = months_to_half_replicated(runs).set_index("time")["median"]
    yield "Half of all that practices could know rightly (issue by issue, practice by practice)"
    for name, holder in _HOLDERS.items():
        found = _time_to_half(scenario, times[name])
        yield f"  {holder}: {found}{' (median of the runs)' if len(runs) > 1 else ''}"
    if only := looked_at(scenario):
        yield f"  {only}"


def _time_to_half(scenario: Scenario, time: Any) -> str:
    """When half was known; with the words for what was seen where not every step was looked at."""
    step, every_step = step_word(scenario), not looked_at(scenario)
    if pd.isna(time):
        return f"not within {scenario.steps} {noun(scenario.steps, step)}" if every_step else "not seen"
    return f"{'from' if every_step else 'seen first in'} {step} {time:g}"


def _learning_time(runs: Sequence[Run]) -> Iterator[str]:
    """How much time there is for learning and how practices divide it; only where time is protected."""
    scenario = runs[0].scenario
    if not time_is_protected(scenario):
        return
    ends = {
        name: mean_at(runs, name) for name in ("learning_time", *(f"time_{routine}" for routine in ROUTINES))
    }
    working = f"{100 * ends['learning_time']:.3g} % of working time"
    yield f"Time for learning at {step_word(scenario)} {scenario.steps}: {working}"
    shares = (
        f"{words} {number(ends[f'time_{routine}'], share=True)}" for routine, words in ROUTINE_WORDS.items()
    )
    yield from fold(f"  of it {', '.join(shares)}")
