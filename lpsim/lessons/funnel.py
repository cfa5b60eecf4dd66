"""How far lessons get, and where they end: counted in each run, then over runs, and told in words.

Counted are the lessons born in a practice, by its staff or by the practice itself, that most of its team
did not hold already. The stages are not nested: a lesson can spread with one colleague and never be collective.
Every function takes the journal's ``lessons`` as `lpsim.lessons.stages.tables` gives them, a table per run.
"""

from __future__ import annotations

import math
import statistics
import textwrap
from functools import cache
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
import pandas as pd

from lpsim.errors import InputError
from lpsim.lessons.stages import CHANNELS, ENDS, LEVELS, NO_PRACTICE, NO_ROLE, STAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

REACHED = ("born", *STAGES)
STAGE_WORDS = {
    "born": "someone in a practice, or the practice itself, learned it",
    "collective": "most of the team held it",
    "organizational": "it was in the practice's memory (protocols, records)",
    "spread": "it reached another practice",
    "system": "it was in the service's guidance",
    "returned": "it came back from the service, to a practice that never saw the event",
}
GROUPS = {"right": "right when born", "mistaken": "mistaken when born"}
CHANNEL_WORDS = {
    "peer tie": "a tie to a colleague there",
    "networking": "practices' network",
    "guidance": "the service's guidance",
    "training": "training",
    "curriculum": "the newcomers' curriculum",
    "newcomer": "an experienced newcomer",
}
FATES = {
    ("held", NO_ROLE): "still held at the end",
    ("left", "staff"): "its last holder left",
    ("forgot", "staff"): "its last holder forgot it",
    ("overwrote", "staff"): "its last holder came to another view",
    ("overwrote", "practice"): "overwritten in a practice's memory",
    ("decayed", "practice"): "decayed in a practice's memory",
    ("overwrote", "service"): "overwritten in the service's guidance",
    ("decayed", "service"): "decayed in the service's guidance",
}
"""How and at which level a lesson can end, in words."""
PASSAGES = (
    ("reached", "reached"),
    ("reached", "passed by"),
    ("passed by", "reached"),
    ("passed by", "passed by"),
    ("reached", "held"),
    ("reached", "lost"),
)
"""From a stage, reached or passed by, to the next one or to an end."""


class Observed(NamedTuple):
    """A rate observed in general practice; nothing in lpsim is fitted to it."""

    value: float
    what: str
    counts: str
    """What the rate was computed from; empty where the source gives no counts."""
    source: str
    beside: str
    """Which simulated number it may be looked at beside, and why it is another quantity."""


_BOWIE = "Bowie et al. 2004, Qual Saf Health Care 13:102"
_MCNAB = "McNab et al. 2017, Qual Prim Care 25(3), Ayrshire"
OBSERVED = (
    Observed(
        *(0.86, "of GPs recalled a recent significant event", "401 of 466 GPs in Glasgow", _BOWIE),
        beside="born: but a share of doctors, not of lessons, so no simulated number compares",
    ),
    Observed(
        *(0.55, "of those GPs had the event fully analysed", "219 of 401 GPs", _BOWIE),
        beside="collective, of all born: but an analysis need not reach most of a team",
    ),
    Observed(
        *(0.35, "of the actions after an analysis made or changed a protocol", "113 actions", _MCNAB),
        beside="organizational, of the stage before: but a share of actions, in 51 volunteering practices",
    ),
    Observed(
        *(0.58, "of events with another sector were discussed outside the practice", "7 of 12", _MCNAB),
        beside="spread, of all born: but of a dozen events that concerned others from the start",
    ),
    Observed(
        *(0.005, "of the reports to the national system came from general practice", ""),
        "NHS England, quoted in Pulse (reports to the NRLS)",
        beside="no number here: a share of the whole service's reports, not of a practice's lessons",
    ),
)
"""Observed, not fitted. The source of the third gives its 58 % as 7 of 12."""


# --- one run --------------------------------------------------------------------------------------


def counted(lessons: pd.DataFrame) -> pd.DataFrame:
    """The lessons that are counted: born in a practice, and not known already to most of its team."""
    return lessons[(lessons["practice"] != NO_PRACTICE) & ~lessons["known_already"]]


def stage_table(lessons: pd.DataFrame) -> pd.DataFrame:
    """How many of the counted lessons of one run ever reached each stage.

    Returns
    -------
    pandas.DataFrame
        One row per ``stage`` of `REACHED`: how many lessons ``reached`` it; their share ``of_born``; of
        the lessons that reached the stage before, the share ``of_before`` that reached this one, sooner
        or later; the median number of ``steps`` from birth. Shares in [0, 1]; NaN where nothing is to
        be divided or no lesson is there, and for ``of_before`` and ``steps`` of "born".
    """
    return _stages(counted(lessons))


def _stages(rows: pd.DataFrame) -> pd.DataFrame:
    waits = [(rows[stage] - rows["step"]).to_numpy(dtype=float, na_value=np.nan) for stage in STAGES]
    reached = _reached(rows)
    number = reached.sum(axis=1)
    both = (reached[1:] & reached[:-1]).sum(axis=1)
    return pd.DataFrame(
        {
            "stage": REACHED,
            "reached": number,
            "of_born": _share(number, np.full(len(number), number[0])),
            "of_before": np.append(np.nan, _share(both, number[:-1])),
            "steps": [np.nan, *(_median(wait[~np.isnan(wait)]) for wait in waits)],
        }
    )


def _reached(rows: pd.DataFrame) -> NDArray[np.bool_]:
    """Per stage of `REACHED` (rows) and lesson (columns)."""
    return np.stack([np.full(len(rows), True), *(rows[stage].notna().to_numpy() for stage in STAGES)])


def _share(part: NDArray[np.int64], whole: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)


def _median(values: NDArray[np.float64]) -> float:
    return float(np.median(values)) if len(values) else math.nan


def _furthest(rows: pd.DataFrame) -> NDArray[np.int64]:
    """Per lesson, the index among `REACHED` of the last stage it reached."""
    return (_reached(rows) * np.arange(len(REACHED))[:, np.newaxis]).max(axis=0)


def _scope(lessons: pd.DataFrame) -> pd.DataFrame:
    service = lessons["practice"] == NO_PRACTICE
    known = ~service & lessons["known_already"]
    mistaken = ~counted(lessons)["right"]
    number = {"counted": len(lessons) - service.sum() - known.sum(), "mistaken": mistaken.sum()}
    number |= {"known already": known.sum(), "of the service": service.sum()}
    return pd.DataFrame({"which": list(number), "lessons": list(number.values())})


def _grouped(lessons: pd.DataFrame, by: str, groups: Sequence[str]) -> pd.DataFrame:
    rows = counted(lessons)
    label = _labels(rows, by)
    tables = [_stages(rows[label == group]) for group in groups]
    for table, group in zip(tables, groups, strict=True):
        table.insert(0, "group", group)
    table = pd.concat(tables, ignore_index=True).rename(columns={"of_born": "of_group"})
    whole = table.groupby("stage")["reached"].transform("sum").to_numpy()
    return table.assign(of_all=_share(table["reached"].to_numpy(), whole))


def _labels(rows: pd.DataFrame, by: str) -> pd.Series[str]:
    if by == "right":
        return rows["right"].map({True: "right", False: "mistaken"})
    return rows[by].astype(object)


def _endings(lessons: pd.DataFrame) -> pd.DataFrame:
    rows = counted(lessons)
    end, furthest = rows["end"].astype(object), _furthest(rows)
    level = rows["end_level"].astype(object).where(end != ENDS[0], NO_ROLE)
    fates = [((end == e) & (level == holder)).to_numpy() for e, holder in FATES]
    number = np.stack([np.bincount(furthest[fate], minlength=len(REACHED)) for fate in fates], axis=1)
    table = pd.DataFrame([(s, *f) for s in REACHED for f in FATES], columns=["stage", "end", "end_level"])
    whole = np.repeat(number.sum(axis=1), len(FATES))
    return table.assign(lessons=number.ravel(), of_stage=_share(number.ravel(), whole))


def _passages(lessons: pd.DataFrame) -> pd.DataFrame:
    rows = counted(lessons)
    reached, furthest = _reached(rows), _furthest(rows)
    held = (rows["end"] == ENDS[0]).to_numpy()
    last = len(REACHED) - 1
    number = []
    for i in range(last + 1):
        here, on = reached[i], furthest > i
        there, stops = reached[min(i + 1, last)], furthest == i
        masks = [here & on & there, here & on & ~there, ~here & on & there, ~here & on & ~there]
        number += [mask.sum() for mask in (*masks, stops & held, stops & ~held)]
    keys = [(stage, *passage) for stage in REACHED for passage in PASSAGES]
    return pd.DataFrame(keys, columns=["stage", "how", "then"]).assign(lessons=number)


# --- over runs ------------------------------------------------------------------------------------


def stages_over(runs_lessons: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """`stage_table` over runs.

    Returns
    -------
    pandas.DataFrame
        Each number of `stage_table` as its mean over the runs that have a value (``reached``, …), the
        limits of the mean's 95 % interval (``reached_low``, ``reached_high``, …; Student's t over runs,
        cut at 0 and for shares at 1; NaN with fewer than two values), and how many runs have a value
        (``reached_runs``, …).

    Raises
    ------
    InputError
        No runs were given.
    """
    return _over(runs_lessons, stage_table)


def stages_by(runs_lessons: Sequence[pd.DataFrame], by: Literal["role", "right", "channel"]) -> pd.DataFrame:
    """`stages_over` for groups of lessons.

    Parameters
    ----------
    runs_lessons
        The ``lessons`` of each run.
    by
        The ``role`` of origin, "–" being the practice itself (roles that bore none are left out);
        whether the lesson was ``right`` or mistaken when it was born; or the ``channel`` by which it
        first spread (lessons that did spread only, so that "born" and "spread" are the same).

    Returns
    -------
    pandas.DataFrame
        One row per ``group`` and ``stage``; as `stages_over`, with ``of_group``, the share of the
        group's own lessons, for ``of_born``, and with ``of_all``, the group's share of all lessons of
        any group that reached the stage.
    """
    groups: Iterable[str] = {"right": GROUPS, "channel": CHANNELS}.get(by, _roles(runs_lessons))
    return _over(runs_lessons, lambda lessons: _grouped(lessons, by, list(groups)))


def endings_over(runs_lessons: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """What became of the counted lessons, by the furthest stage they reached.

    Returns
    -------
    pandas.DataFrame
        One row per ``stage`` (the last in the order of `REACHED` that the lesson reached) and fate in the
        order of `FATES`: ``end``, ``end_level`` of its last holder ("–" where still held); ``lessons`` and
        their share ``of_stage``, of the lessons that got just as far, over runs as in `stages_over`.
    """
    return _over(runs_lessons, _endings)


def passages_over(runs_lessons: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """From stage to stage: what a picture of the flow is drawn from.

    Returns
    -------
    pandas.DataFrame
        One row per ``stage`` and passage in the order of `PASSAGES`: ``how`` the stage was ("reached", or
        "passed by": not reached, though a later one was) and what came ``then`` ("reached" or "passed
        by", of the next stage; or, from the last stage it reached, "held" at the end or "lost");
        ``lessons``, over runs as in `stages_over`. Passages out of a stage add up to those into it.
    """
    return _over(runs_lessons, _passages)


def scope_over(runs_lessons: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """How many ``lessons`` (over runs as in `stages_over`) there are, by ``which``.

    "counted"; "mistaken" when born, of those; and left out, "known already" or "of the service".
    """
    return _over(runs_lessons, _scope)


def _roles(runs_lessons: Sequence[pd.DataFrame]) -> list[str]:
    """Those that bore a counted lesson, in the scenario's order."""
    roles = [counted(lessons)["role"].astype("category") for lessons in runs_lessons]
    order = dict.fromkeys(str(role) for column in roles for role in column.cat.categories)
    born = {str(role) for column in roles for role in column.unique()}
    return [role for role in order if role in born]


def _over(
    runs_lessons: Sequence[pd.DataFrame], table_of: Callable[[pd.DataFrame], pd.DataFrame]
) -> pd.DataFrame:
    if not len(runs_lessons):
        raise InputError("runs: none were given, so there are no lessons to count.")
    tables = [table_of(lessons) for lessons in runs_lessons]
    keys = tables[0].select_dtypes(exclude="number")
    columns = {}
    for name in tables[0].columns.difference(keys.columns, sort=False):
        rows = zip(*(table[name] for table in tables), strict=True)
        numbers = np.array([_interval(row, name.startswith("of_")) for row in rows]).reshape(-1, 4)
        columns |= {f"{name}{end}": numbers[:, i] for i, end in enumerate(("", "_low", "_high", "_runs"))}
    return keys.assign(**columns)


def _interval(values: Iterable[float], share: bool) -> tuple[float, float, float, int]:
    """Mean, 95 % limits and number of the values there are."""
    known = [float(value) for value in values if not math.isnan(value)]
    if len(known) < 2:
        return known[0] if known else math.nan, math.nan, math.nan, len(known)
    mean = statistics.fmean(known)
    half = _student(len(known) - 1) * statistics.stdev(known) / math.sqrt(len(known))
    return mean, max(mean - half, 0.0), min(mean + half, 1.0) if share else mean + half, len(known)


@cache
def _student(freedom: int) -> float:
    """The .975 quantile of Student's t (Abramowitz & Stegun 1964, 26.7.3 and 26.7.4, by bisection)."""
    low, high = 0.0, math.pi / 2
    for _ in range(60):
        angle = (low + high) / 2
        term = math.cos(angle) if freedom % 2 else 1.0
        total = 0.0
        for k in range(freedom % 2 + 1, freedom, 2):
            total += term
            term *= k / (k + 1) * math.cos(angle) ** 2
        inside = math.sin(angle) * total
        inside = (inside + angle) * 2 / math.pi if freedom % 2 else inside
        low, high = (angle, high) if inside < 0.95 else (low, angle)
    return math.sqrt(freedom) * math.tan(low)
