"""What practices still know when everybody has left, in a table and a few sentences."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from lpsim.analysis.retention import KEPT, RETAINED_MEASURES, YEAR
from lpsim.analysis.summary import are_clear
from lpsim.runs.measures import MEASURES
from lpsim.show.text.lines import WIDTH, fold
from lpsim.show.text.numbers import hundredths, number
from lpsim.show.text.table import ROUNDED, Cell, Number, Table, as_rounded
from lpsim.show.text.uncertainty import means_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from lpsim.scenario import Scenario

    Numbers = Mapping[tuple[str, str], Number]  # by measure and case

_ROUNDING = 1e-9
"""Ends of an interval that lie no farther apart are one number."""
_COLUMNS = {
    "before": "before",
    "undisturbed": "undisturbed",
    "replaced": "replaced",
    "replaced_without_memory": "no memory",
    KEPT: "kept",
}
_KEY = (
    "Rows: knowledge, from −1 (all wrong) to 1 (all right); in the last two, the share of what there is to "
    "know that most of a practice's staff, or its memory, hold rightly.",
    "Columns: before; then, {later}, undisturbed (nobody but the usual leavers left), replaced (everybody "
    "left and beginners came), no memory (and all protocols and records were lost too), kept (replaced less "
    "no memory: what the practices' memories kept alive, beyond what beginners learn again).",
)


def retention_text(
    table: pd.DataFrame, scenario: Scenario, *, later: int = YEAR, width: int | None = WIDTH
) -> str:
    """What `lpsim.analysis.retention.retained_over_seeds` found: a table for each step, and its sense."""
    return "\n".join(_lines(table, scenario, later, width))


def _lines(table: pd.DataFrame, scenario: Scenario, later: int, width: int | None) -> Iterator[str]:
    then = _then(scenario, later)
    rounded = False
    for at in table["at"].unique().tolist():
        when = f"after {scenario.step or 'step'} {at}" if at else "at the start"
        numbers = {
            (row.measure, row.case): Number(row.mean, ".2f", row.low, row.high)
            for row in table[table["at"] == at].itertuples()
        }
        yield _table(numbers, f"Everybody leaves {when}, beginners come; {then}:").terminal(width)
        yield ""
        yield from fold(_said(numbers, when=when, then=then, runs=int(table["runs"].iloc[0])), width)
        yield ""
        rounded |= not all(_adds_up(numbers, measure) for measure in RETAINED_MEASURES)
    for words in (*_KEY, *[ROUNDED] * rounded, means_of(int(table["runs"].iloc[0]))):
        yield from fold(words.format(later=then), width)


def _table(numbers: Numbers, title: str) -> Table:
    rows: list[list[Cell]] = [
        [MEASURES[measure].label, *(numbers[measure, case] for case in _COLUMNS)]
        for measure in RETAINED_MEASURES
    ]
    return Table(["", *_COLUMNS.values()], rows, title)


def _adds_up(numbers: Numbers, measure: str) -> bool:
    """Whether what was kept is, as it is shown, the difference of what stands beside it."""
    return as_rounded(*(numbers[measure, case] for case in ("replaced", "replaced_without_memory", KEPT)))


def _then(scenario: Scenario, later: int) -> str:
    if later == YEAR and scenario.step == "month":
        return "a year later"
    return f"{later} {scenario.step or 'step'}{'s' if later > 1 else ''} later"


def _said(numbers: Numbers, *, when: str, then: str, runs: int) -> str:
    """What the share known by most of the staff says, for whoever decides."""
    known = {case: numbers["known_by_most", case] for case in _COLUMNS}
    share = {case: _share(one.value) for case, one in known.items()}
    exact = _adds_up(numbers, "known_by_most")
    return (
        f"If everybody left {when} and beginners came, most of a practice's staff would know "
        f"{share['replaced']} of what there is to know {then}, instead of {share['undisturbed']} had "
        "everybody but the usual leavers stayed. Had protocols and records been lost as well, it would "
        f"be {share['replaced_without_memory']}: {_verdict(known[KEPT], runs, exact=exact)}."
    )


def _share(value: float) -> str:
    return number(value, share=True)


def _verdict(kept: Number, runs: int, *, exact: bool) -> str:
    """What the memories kept; `exact` where it is, as it is shown, the difference of the shares told."""
    points, low, high = f"{hundredths(abs(kept.value))} points", kept.low, kept.high
    beside = [] if exact else ["before rounding"]
    if math.isnan(low):
        low = high = kept.value
    else:
        nearer, farther = sorted(hundredths(abs(end)) for end in (low, high))
        beside.append(f"95 % interval {nearer} to {farther}")
    points += f" ({'; '.join(beside)})" if beside else ""
    # A few runs may differ by just as much each: their interval has no width and says nothing.
    hidden = runs > 1 and high - low < _ROUNDING and not are_clear(kept.value, 0.0, runs)
    if low == high == 0:
        return "the practices' memories made no difference to that"
    if low > 0 and not hidden:
        return f"the practices' memories kept {points} of it alive"
    if high < 0 and not hidden:
        return f"the practices' memories cost {points} of it"
    what = "what most of the staff know"
    return f"whether the practices' memories made a difference to {what}, these runs cannot tell"
