"""How long until half of the practices know: by most of their staff, and by their memory.

March's model is usually read at the end of a run; how fast learning gets there is another question.
A time is a number of the scenario's steps (months unless the scenario says otherwise), counted from
step 0, the state before the first step, which counts: what is so from the start took 0 steps. It is
the *first* time: it stands even if fewer than half know later. Exactly half is half.

Only recorded steps are seen. A time is therefore late by less than ``record.every`` steps, or by more
where half knew between two observations and at neither; record every step to know it exactly.
"""

from __future__ import annotations

import math
import statistics
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from lpsim.analysis.summary import summarize
from lpsim.errors import InputError
from lpsim.runs.folder import as_run, as_runs
from lpsim.runs.over_steps import HALF, MONTHS_TO_HALF

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from lpsim.runs.folder import Runs
    from lpsim.runs.run import Run

_HOLDERS = {name.removeprefix("months_to_half_"): column for name, column in MONTHS_TO_HALF.items()}


class Overall(NamedTuple):
    """When half was reached over all issues together; None where it was not within the run."""

    by_staff: int | None
    """At least half of all (practice, issue) pairs are held rightly by most of the staff."""
    by_memory: int | None
    """The same, by the practice's memory."""
    median_by_staff: int | None
    """At least half of the issues had each been known in at least half of the practices."""
    median_by_memory: int | None


def months_to_half(run: Run | str | Path) -> pd.DataFrame:
    """Per issue, the first recorded step at which at least half of the practices hold it rightly.

    Parameters
    ----------
    run : Run, str or Path
        Any run, or the folder of one; the finer it was recorded, the finer the times.

    Returns
    -------
    pandas.DataFrame
        One row per issue: ``issue``, ``by_staff`` (more than half of a practice's staff hold it
        rightly) and ``by_memory`` (its memory does), in steps; empty where that never happened
        within the run. See the module's docstring on what a step is and how finely it is seen.
    """
    issues = as_run(run).issues
    table = pd.DataFrame({"issue": sorted(issues["issue"].unique().tolist())})
    for name, column in _HOLDERS.items():
        first = issues[issues[column] >= HALF].groupby("issue")["step"].min().astype("Int64")
        table[name] = first.reindex(table["issue"]).array
    return table


def months_to_half_overall(run: Run) -> Overall:
    """When half was reached over all issues together, in two ways.

    ``by_…`` asks for at least half of all (practice, issue) pairs at one time; ``median_by_…`` is the
    median over `months_to_half`: the first time by which at least half of the issues had got there,
    each in its own time. None where that never happened within the run.
    """
    table, series = months_to_half(run), run.series
    pairs = [_first(series.loc[series[column] >= HALF, "step"]) for column in _HOLDERS.values()]
    medians = [_median(_times(table[name])) for name in _HOLDERS]
    return Overall(pairs[0], pairs[1], medians[0], medians[1])


def months_to_half_replicated(runs: Runs) -> pd.DataFrame:
    """`months_to_half_overall` over runs of one scenario with different seeds.

    A run that did not get there within its length is censored: it has no time, but it is counted. The
    mean and its interval are those of the runs that got there and of no others; with ``never`` above
    0 they are too short, and ``median``, in which such a run counts as longer than any, is the number to
    give. (There is no such table by issue: issue 3 of one seed has nothing to do with issue 3 of another.)

    Parameters
    ----------
    runs : sequence of Run, str or Path
        Or the folder of some. Recorded equally often.

    Returns
    -------
    pandas.DataFrame
        One row per field of `Overall`: ``time`` (its name), ``runs``, ``reached`` and ``never`` (how many
        did and did not get there), ``mean``, ``low``, ``high`` (95 % interval, Student's t; empty
        with fewer than two that got there) and ``median`` (of all runs; empty where half of them or fewer
        got there).

    Raises
    ------
    InputError
        There are no runs, two with the same seed, or runs of several scenarios.
    """
    runs = as_runs(runs)
    _check(runs)
    found = [months_to_half_overall(run) for run in runs]
    rows = []
    for place, name in enumerate(Overall._fields):
        times = [overall[place] for overall in found]
        reached = [time for time in times if time is not None]
        numbers = {"runs": len(times), "reached": len(reached), "never": len(times) - len(reached)}
        over = summarize(reached)
        mean = {"mean": over.mean, "low": over.low, "high": over.high}
        rows.append({"time": name, **numbers, **mean, "median": _median_of_runs(times)})
    return pd.DataFrame(rows)


def _check(runs: Sequence[Run]) -> None:
    if not runs:
        raise InputError("runs: found none; give at least one.")
    if len({run.seed for run in runs}) < len(runs):
        raise InputError("runs: found two with the same seed; give each a seed of its own.")
    if len({(run.provenance["digest"], run.scenario.record.every) for run in runs}) > 1:
        raise InputError("runs: found several scenarios; give runs of one, recorded equally often.")


def _first(steps: pd.Series[int]) -> int | None:
    return None if steps.empty else int(steps.min())


def _times(column: pd.Series[int]) -> list[int | None]:
    return [None if pd.isna(time) else int(time) for time in column]


def _median_of_runs(times: Sequence[int | None]) -> float:
    """The median, never being later than any time; NaN where it is never."""
    median = float(statistics.median(math.inf if time is None else time for time in times))
    return median if math.isfinite(median) else math.nan


def _median(times: Iterable[int | None]) -> int | None:
    """The first time by which at least half had got there; None, which is never, comes last."""
    ordered = sorted(times, key=lambda time: (time is None, time or 0))
    return ordered[(len(ordered) - 1) // 2]
