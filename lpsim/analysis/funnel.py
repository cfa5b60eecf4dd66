"""How far lessons get, and where they end: counted in each run, then over runs.

Counted are lessons born in a practice, by its staff or by itself, that most of its team did not hold
already. The stages are not nested: a lesson can spread with one colleague and never be collective.
Functions take the ``lessons`` that `lpsim.lessons.stages.tables` gives, or a sequence of them, one per run.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from lpsim.analysis.summary import summarize_runs
from lpsim.errors import InputError
from lpsim.lessons.stages import (
    CHANNELS,
    FATES,
    NO_LEVEL,
    NO_PRACTICE,
    NO_ROLE,
    OF_EVENTS,
    REACHED,
    counted,
    reached,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    By = Literal["loop", "role", "right", "channel"]

LOOP_OF = {"issue": "single loop", "domain": "double loop"}
"""By what a lesson is about: a belief under given assumptions, or an assumption that was questioned."""
RIGHT = ("right", "mistaken")
"""The groups of lessons by what they were when they were born."""


def stages_there(runs_lessons: Sequence[pd.DataFrame]) -> tuple[str, ...]:
    """`REACHED`, without those of `OF_EVENTS` where no event was ever raised: it could not be analysed."""
    raised = any(lessons["raised"].notna().any() for lessons in runs_lessons)
    return tuple(stage for stage in REACHED if raised or stage not in OF_EVENTS)


def stage_table(lessons: pd.DataFrame, stages: Sequence[str] | None = None) -> pd.DataFrame:
    """How many of the counted lessons of one run ever reached each stage.

    Parameters
    ----------
    lessons
        Of the run.
    stages
        Some of `REACHED`, "born" first; `stages_there` unless told.

    Returns
    -------
    pandas.DataFrame
        One row per ``stage``: how many lessons ``reached`` it; their share ``of_born``; of
        the lessons that reached the stage before, the share ``of_before`` that reached this one, sooner
        or later; the median number of ``steps`` from birth. Shares in [0, 1]; NaN where nothing is to
        be divided or no lesson is there, and for ``of_before`` and ``steps`` of "born".
    """
    stages = stages_there([lessons]) if stages is None else stages
    rows = counted(lessons)
    waits = rows[list(stages[1:])].sub(rows["step"], axis=0).astype("Float64")
    ever = reached(rows, stages)
    number = ever.sum(axis=1)
    both = (ever[1:] & ever[:-1]).sum(axis=1)
    return pd.DataFrame(
        {
            "stage": stages,
            "reached": number,
            "of_born": _share(number, np.full(len(number), number[0])),
            "of_before": np.append(np.nan, _share(both, number[:-1])),
            "steps": np.append(np.nan, waits.median().to_numpy(dtype=float, na_value=np.nan)),
        }
    )


def still_held(lessons: pd.DataFrame) -> int:
    """How many of the counted lessons of one run somebody holds at its end."""
    return int((counted(lessons)["end"] == "held").sum())


def stages_over(runs_lessons: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """`stage_table` over runs, of `stages_there`.

    Returns
    -------
    pandas.DataFrame
        Each number of `stage_table` as its mean over the runs that have a value (``reached``, …), the
        limits of the mean's 95 % interval (``reached_low``, ``reached_high``, …; Student's t over runs,
        cut at 0 and, of shares, at 1; NaN with fewer than two values), and how many runs have a value
        (``reached_runs``, …).

    Raises
    ------
    InputError
        No runs were given.
    """
    stages = stages_there(runs_lessons)
    return _over(runs_lessons, lambda lessons: stage_table(lessons, stages))


def stages_by(runs_lessons: Sequence[pd.DataFrame], by: By) -> pd.DataFrame:
    """`stages_over` for groups of lessons.

    Parameters
    ----------
    runs_lessons
        The ``lessons`` of each run.
    by
        The ``loop`` by which it was learned, see `LOOP_OF`; the ``role`` of origin, "–" being the practice
        itself (roles that bore none are left out); whether the lesson was ``right`` or mistaken when it
        was born; or the ``channel`` by which it first spread (lessons that did spread only, so that "born"
        and "spread" are the same).

    Returns
    -------
    pandas.DataFrame
        One row per ``group`` and ``stage``; as `stages_over`, with ``of_group``, the share of the
        group's own lessons, for ``of_born``, and with ``of_all``, the group's share of the lessons of
        all groups that reached the stage.
    """
    groups = (
        {"loop": tuple(LOOP_OF.values()), "right": RIGHT, "channel": CHANNELS}.get(by)
        or _roles(runs_lessons)
        or (NO_ROLE,)
    )
    stages = stages_there(runs_lessons)
    return _over(runs_lessons, lambda lessons: _grouped(counted(lessons), by, groups, stages))


def endings_over(runs_lessons: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """What became of the counted lessons, by the furthest stage they reached.

    Returns
    -------
    pandas.DataFrame
        One row per ``stage`` (the last of `stages_there` that the lesson reached) and fate, in the order of
        `lpsim.lessons.stages.FATES`: ``end``, ``end_level`` of its last holder ("–" where still
        held); ``lessons`` and their share ``of_stage``, of the lessons that got just as far, over runs as
        in `stages_over`.
    """
    stages = stages_there(runs_lessons)
    return _over(runs_lessons, lambda lessons: _endings(lessons, stages))


def scope_over(runs_lessons: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """How many ``lessons``, over runs as in `stages_over`, there are, by ``which``.

    "counted"; "mistaken" when born, of those; and left out: "known already" and "of the service".
    """
    return _over(runs_lessons, _scope)


def _share(part: NDArray[np.int64], whole: NDArray[np.int64]) -> NDArray[np.float64]:
    share = np.full(len(part), np.nan)
    np.divide(part, whole, out=share, where=whole > 0)
    return share


def _roles(runs_lessons: Sequence[pd.DataFrame]) -> tuple[str, ...]:
    """Those that bore a counted lesson, in the scenario's order."""
    roles = [counted(lessons)["role"].astype("category") for lessons in runs_lessons]
    born = {role for column in roles for role in column.unique()}
    return tuple(role for role in dict.fromkeys(r for c in roles for r in c.cat.categories) if role in born)


def _grouped(rows: pd.DataFrame, by: By, groups: Sequence[str], stages: Sequence[str]) -> pd.DataFrame:
    label = _label(rows, by)
    tables = [stage_table(rows[label == group], stages).assign(group=group) for group in groups]
    table = pd.concat(tables, ignore_index=True).rename(columns={"of_born": "of_group"})
    whole = table.groupby("stage")["reached"].transform("sum").to_numpy()
    return table.assign(of_all=_share(table["reached"].to_numpy(), whole))


def _label(rows: pd.DataFrame, by: By) -> pd.Series[Any]:
    if by == "loop":
        return rows["about"].astype(object).map(LOOP_OF)
    return pd.Series(np.where(rows["right"], *RIGHT), rows.index) if by == "right" else rows[by]


def loops_of_lessons(runs_lessons: Sequence[pd.DataFrame]) -> tuple[str, ...]:
    """Those of `LOOP_OF` by which some counted lesson was learned."""
    about = {str(what) for lessons in runs_lessons for what in counted(lessons)["about"].unique()}
    return tuple(loop for what, loop in LOOP_OF.items() if what in about)


def _endings(lessons: pd.DataFrame, stages: Sequence[str]) -> pd.DataFrame:
    rows = counted(lessons)
    furthest = (reached(rows, stages) * np.arange(len(stages))[:, np.newaxis]).max(axis=0)
    end = rows["end"].astype(object)
    level = rows["end_level"].astype(object).where(end != "held", NO_LEVEL)
    fates = [((end == how) & (level == holder)).to_numpy() for how, holder in FATES]
    number = np.stack([np.bincount(furthest[fate], minlength=len(stages)) for fate in fates], axis=1)
    whole = np.repeat(number.sum(axis=1), len(FATES))
    keys = [(stage, *fate) for stage in stages for fate in FATES]
    table = pd.DataFrame(keys, columns=["stage", "end", "end_level"])
    return table.assign(lessons=number.ravel(), of_stage=_share(number.ravel(), whole))


def _scope(lessons: pd.DataFrame) -> pd.DataFrame:
    rows, service = counted(lessons), lessons["practice"] == NO_PRACTICE
    number = {"counted": len(rows), "mistaken": (~rows["right"]).sum()}
    number |= {"known already": (~service).sum() - len(rows), "of the service": service.sum()}
    return pd.DataFrame({"which": list(number), "lessons": list(number.values())})


def _over(
    runs_lessons: Sequence[pd.DataFrame], table_of: Callable[[pd.DataFrame], pd.DataFrame]
) -> pd.DataFrame:
    if not len(runs_lessons):
        raise InputError("runs: none were given, so there are no lessons to count.")
    tables = [table_of(lessons) for lessons in runs_lessons]
    keys = tables[0].select_dtypes(exclude="number")
    columns: dict[str, NDArray[Any]] = {}
    for name in tables[0].columns.difference(keys.columns, sort=False):
        number = summarize_runs([table[name] for table in tables])
        number = number.within(0.0, 1.0 if name.startswith("of_") else math.inf)
        columns |= {name: number.mean, f"{name}_low": number.low, f"{name}_high": number.high}
        columns[f"{name}_runs"] = number.runs
    return keys.assign(**columns)
