"""How far lessons get, and where they end: counted in each run, then over runs, and told in words.

Counted are lessons born in a practice, by its staff or by itself, that most of its team did not hold
already. The stages are not nested: a lesson can spread with one colleague and never be collective.
Functions take the ``lessons`` that `lpsim.lessons.stages.tables` gives, or a sequence of them, one per run.
"""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from lpsim.analysis.summary import t_interval
from lpsim.errors import InputError
from lpsim.lessons.stages import (
    CHANNELS,
    ENDS,
    NO_PRACTICE,
    NO_ROLE,
    REACHED,
    STAGES,
    counted,
    reached,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    By = Literal["role", "right", "channel"]

WIDE = 100
"""Characters to a line of the report."""
STAGE_WORDS = {
    "born": "someone in a practice, or the practice itself, learned it",
    "collective": "came to be held by most of the team",
    "organizational": "got into the practice's memory (protocols, records)",
    "spread": "reached another practice",
    "system": "got into the service's guidance",
    "returned": "came back from the service to a practice that never saw the event",
}
RIGHT = ("right", "mistaken")
CHANNEL_WORDS = {
    "peer tie": "a tie to a colleague there",
    "networking": "the practices' network",
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
"""How, and at which level, a lesson can end."""
_PARTS = ("", "_low", "_high", "_runs")


class Observed(NamedTuple):
    """A rate observed in general practice; nothing in lpsim is fitted to it."""

    value: float
    what: str
    source: str
    beside: str
    """The simulated number it may be looked at beside, and why that is another quantity all the same."""


_BOWIE = "Bowie et al. 2004, Qual Saf Health Care 13:102"
_MCNAB = "McNab et al. 2017, Qual Prim Care 25(3)"
OBSERVED = (
    Observed(
        0.86,
        "of GPs recalled a recent significant event",
        f"401 of 466, Glasgow; {_BOWIE}",
        "no number here is like it: a share of doctors, not of lessons",
    ),
    Observed(
        0.55,
        "of these GPs had the event fully analysed",
        f"219 of 401, Glasgow; {_BOWIE}",
        "see it beside collective (of all born), but an analysis need not reach most of a team",
    ),
    Observed(
        0.35,
        "of the actions after an analysis made or changed a protocol",
        f"of 113, Ayrshire; {_MCNAB}",
        "see it beside organizational (of the stage before), but it is a share of actions, by volunteers",
    ),
    Observed(
        0.58,
        "of events with other sectors were discussed outside the practice",
        f"7 of 12; {_MCNAB}",
        "see it beside spread (of all born), but these few events concerned others from the start",
    ),
    Observed(
        0.005,
        "of the reports to the national system came from general practice",
        "NHS England, in Pulse",
        "no number here is like it: a share of all the service's reports, not of lessons",
    ),
)
OBSERVED_NOTE = "Nothing simulated was tuned to these rates, and no simulated number is the same quantity."


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
    rows = counted(lessons)
    waits = rows[list(STAGES)].sub(rows["step"], axis=0).astype("Float64")
    ever = reached(rows)
    number = ever.sum(axis=1)
    both = (ever[1:] & ever[:-1]).sum(axis=1)
    return pd.DataFrame(
        {
            "stage": REACHED,
            "reached": number,
            "of_born": _share(number, np.full(len(number), number[0])),
            "of_before": np.append(np.nan, _share(both, number[:-1])),
            "steps": np.append(np.nan, waits.median().to_numpy(dtype=float, na_value=np.nan)),
        }
    )


def stages_over(runs_lessons: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """`stage_table` over runs.

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
    return _over(runs_lessons, stage_table)


def stages_by(runs_lessons: Sequence[pd.DataFrame], by: By) -> pd.DataFrame:
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
        group's own lessons, for ``of_born``, and with ``of_all``, the group's share of the lessons of
        all groups that reached the stage.
    """
    groups = {"right": RIGHT, "channel": CHANNELS}.get(by) or _roles(runs_lessons) or (NO_ROLE,)
    return _over(runs_lessons, lambda lessons: _grouped(counted(lessons), by, groups))


def endings_over(runs_lessons: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """What became of the counted lessons, by the furthest stage they reached.

    Returns
    -------
    pandas.DataFrame
        One row per ``stage`` (the last in the order of `REACHED` that the lesson reached) and fate, in the
        order of `FATES`: ``end``, ``end_level`` of its last holder ("–" where still held); ``lessons`` and
        their share ``of_stage``, of the lessons that got just as far, over runs as in `stages_over`.
    """
    return _over(runs_lessons, _endings)


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


def _grouped(rows: pd.DataFrame, by: By, groups: Sequence[str]) -> pd.DataFrame:
    label = pd.Series(np.where(rows["right"], *RIGHT), rows.index) if by == "right" else rows[by]
    tables = [stage_table(rows[label == group]).assign(group=group) for group in groups]
    table = pd.concat(tables, ignore_index=True).rename(columns={"of_born": "of_group"})
    whole = table.groupby("stage")["reached"].transform("sum").to_numpy()
    return table.assign(of_all=_share(table["reached"].to_numpy(), whole))


def _endings(lessons: pd.DataFrame) -> pd.DataFrame:
    rows = counted(lessons)
    furthest = (reached(rows) * np.arange(len(REACHED))[:, np.newaxis]).max(axis=0)
    end = rows["end"].astype(object)
    level = rows["end_level"].astype(object).where(end != ENDS[0], NO_ROLE)
    fates = [((end == how) & (level == holder)).to_numpy() for how, holder in FATES]
    number = np.stack([np.bincount(furthest[fate], minlength=len(REACHED)) for fate in fates], axis=1)
    whole = np.repeat(number.sum(axis=1), len(FATES))
    keys = [(stage, *fate) for stage in REACHED for fate in FATES]
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
    columns: dict[str, list[float]] = {}
    for name in tables[0].columns.difference(keys.columns, sort=False):
        rows = zip(*(table[name] for table in tables), strict=True)
        numbers = [_interval(row, share=name.startswith("of_")) for row in rows]
        columns |= {name + part: [number[i] for number in numbers] for i, part in enumerate(_PARTS)}
    return keys.assign(**columns)


def _interval(values: Iterable[float], *, share: bool) -> tuple[float, float, float, int]:
    """Mean, 95 % limits within what is possible, and number of the values there are."""
    known = [float(value) for value in values if not math.isnan(value)]
    mean, low, high = t_interval(known)
    # NaN stays NaN: a comparison with it is false.
    return mean, 0.0 if low < 0 else low, 1.0 if share and high > 1 else high, len(known)


# --- in words -------------------------------------------------------------------------------------


def said(row: pd.Series[Any] | Mapping[str, float], name: str) -> tuple[str, str]:
    """A number of a row over runs, and its interval in brackets (empty where there is none)."""
    value, low, high, runs = (float(row[name + part]) for part in _PARTS)
    if math.isnan(value):
        return "–", ""
    share = name.startswith("of_")
    value, low, high = (100 * number if share else number for number in (value, low, high))
    whole = value == 0 or value >= 100 or (runs == 1 and value.is_integer())
    places = 0 if whole else max(1, 1 - math.floor(math.log10(value)))  # never 0.0 for a little
    text, *ends = (f"{number:,.{places}f}" for number in (value, low, high))
    return text + " %" * share, f"[{'–'.join(ends)}]" if ends[0] != ends[1] else ""


def in_words(runs_lessons: Sequence[pd.DataFrame]) -> tuple[str, str]:
    """How far a thousand lessons get; and which lessons are counted, and which left out."""
    born, mistaken, known, service = (_about(n) for n in scope_over(runs_lessons)["lessons"])
    left = f"Left out: {known} that most of the team held already, {service} born in bodies of the service."
    if born == "none":
        return "No lesson was born in a practice whose team did not hold it already.", left
    share = stages_over(runs_lessons).set_index("stage")["of_born"]
    *parts, last = (f"{_about(1000 * share[stage])} {STAGE_WORDS[stage]}" for stage in STAGES)
    some = f"{born} lesson{'s' * (born != '1')}{' a run' * (len(runs_lessons) > 1)}"
    told = f"Of every 1,000 lessons born in practices, {', '.join(parts)}, and {last}."
    return told, f"Counted: {some}, {mistaken} mistaken when born. {left}"


def _about(number: float) -> str:
    return "none" if number == 0 else "fewer than 1" if number < 1 else f"{number:,.0f}"


def lines(runs_lessons: Sequence[pd.DataFrame], step_word: str) -> Iterator[str]:
    """The report for a terminal, `WIDE` characters to a line; errors as in `stages_over`.

    ``step_word`` is the scenario's word for a step, in the singular.
    """
    runs, stages = len(runs_lessons), stages_over(runs_lessons)
    about = "One run: there is no interval, and another seed gives other numbers."
    if runs > 1:
        about = f"Means over {runs} runs; in brackets the 95 % interval of the mean over {runs} runs "
        about += "(cut at 0 and 100 %; none where all agree or only one has a value)."
    yield from _heading("How far lessons get, and where they end", *in_words(runs_lessons), about)
    if stages["reached"][0]:
        yield ""
        yield from _stage_lines(stages, step_word)
        for by, title in _GROUPINGS.items():
            yield ""
            yield from _heading(title, "How many; and of these, the share that reached each stage.")
            stages_shown = REACHED[REACHED.index("spread") :] if by == "channel" else REACHED
            yield from _group_lines(stages_by(runs_lessons, by), stages_shown)
        yield ""
        yield from _ending_lines(endings_over(runs_lessons))
    yield ""
    yield from _heading("Observed in general practice, not fitted", OBSERVED_NOTE)
    for rate in OBSERVED:
        text = f"{100 * rate.value:>4g} %  {rate.what} ({rate.source}); {rate.beside}"
        yield from textwrap.wrap(text, WIDE, subsequent_indent=" " * 8)


_GROUPINGS: dict[By, str] = {
    "role": "By role of origin",
    "right": "Right against mistaken when born",
    "channel": "By the channel that first carried them to another practice",
}


def _stage_lines(stages: pd.DataFrame, step_word: str) -> Iterator[str]:
    yield from _heading(
        "Stages",
        "Not nested: a lesson can spread with a colleague who leaves and never be collective. Lessons born "
        "late had less time. Of before: of those that reached the stage before, the share that reached "
        f"this one too. {step_word.capitalize()}s: from birth, the median of those that got there.",
    )
    yield from (f"{stage:<16}{words}" for stage, words in STAGE_WORDS.items())
    yield ""
    names = {"reached": "lessons", "of_born": "of born", "of_before": "of before", "steps": f"{step_word}s"}
    rows = [["", *(cell for title in names.values() for cell in (title, ""))]]
    for _, row in stages.iterrows():
        rows.append([row["stage"], *(cell for name in names for cell in said(row, name))])
    yield from _aligned(rows)


def _group_lines(table: pd.DataFrame, stages: Sequence[str]) -> Iterator[str]:
    """The number at the first stage, then shares; brackets stand below, as there are many columns."""
    rows, words = [["", *stages]], {NO_ROLE: "the practice", **CHANNEL_WORDS}
    for group, part in table.groupby("group", sort=False):
        at = part.set_index("stage").loc[list(stages)]
        cells = [said(row, "of_group" if i else "reached") for i, (_, row) in enumerate(at.iterrows())]
        rows.append([words.get(str(group), str(group)), *(value for value, _ in cells)])
        rows.append(["", *(bracket for _, bracket in cells)])
    yield from _aligned(rows)


def _ending_lines(table: pd.DataFrame) -> Iterator[str]:
    yield from _heading(
        "How they ended, by the furthest stage they reached",
        "Ended: nobody, no memory and no guidance holds the lesson any more, though some may hold the same "
        "view by another one. That a mistaken lesson ends is no loss. Of these: that got just as far.",
    )
    rows = [["", "", "lessons", "", "of these", ""]]
    for _, row in table[table["lessons"] > 0].iterrows():
        fate = FATES[row["end"], row["end_level"]]
        rows.append([row["stage"], f"{fate:<36}", *said(row, "lessons"), *said(row, "of_stage")])
    yield from _aligned(rows)


def _heading(title: str, *notes: str) -> Iterator[str]:
    yield title.upper()
    for note in notes:
        yield from textwrap.wrap(note, WIDE)


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Names on the left, all else on the right; columns and rows without anything are left out."""
    columns = [column for column in zip(*rows, strict=True) if any(column)]
    wide = [max(map(len, column)) for column in columns]
    for name, *cells in filter(any, zip(*columns, strict=True)):
        parts = [f"{cell:>{width}}" for cell, width in zip(cells, wide[1:], strict=True)]
        yield "  ".join([f"{name:<{wide[0]}}", *parts]).rstrip()
