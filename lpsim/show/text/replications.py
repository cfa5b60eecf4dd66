"""How many replications are enough, in a table and in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpsim.analysis.replications import LEAST
from lpsim.show.text.lines import WIDTH, fold
from lpsim.show.text.measures import label_of
from lpsim.show.text.table import Cell, Number, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lpsim.analysis.replications import Enough, Mean
    from lpsim.scenario import Scenario

SHOWN = (3, 5, 10, 20, 50)
"""Numbers of replications in the table, and these times 10, 100 …, beside the answer and the last."""


def replications_text(found: Enough, measure: str, scenario: Scenario, *, width: int | None = WIDTH) -> str:
    """What `lpsim.analysis.replications.replications_needed` found of a scenario."""
    label = label_of(measure, scenario)
    label = measure if label in (measure, measure.replace("_", " ")) else f"{measure} ({label})"
    asked = f"{label} at {scenario.step or 'step'} {scenario.steps}; asked: {_asked(found)}"
    answer = fold(" ".join(_answer(found, measure)), width)
    return "\n".join([*fold(asked, width), "", _table(found).terminal(width), "", *answer])


def _asked(found: Enough) -> str:
    if found.relative:
        return f"the mean to within {100 * found.precision:g} % of itself"
    return f"the mean to within {found.precision:g} on its own scale"


def _table(found: Enough) -> Table:
    relative = ["± / mean"] if found.relative else []
    rows: list[list[Cell]] = []
    for mean in _rows(found.means, found.needed):
        share = mean.half_width / abs(mean.mean) if mean.mean else float("nan")
        numbers = [Number(mean.replications, "d"), Number(mean.mean, ".4f"), Number(mean.half_width, ".4f")]
        enough = "enough" if mean.replications == found.needed else ""
        rows.append([*numbers, *(Number(share, ".1%") for _ in relative), enough])
    return Table(["replications", "mean", "± (95 %)", *relative, ""], rows)


def _rows(means: Sequence[Mean], needed: int | None) -> Iterator[Mean]:
    """Those that the table shows."""
    for mean in means:
        number = mean.replications
        shown = any(number % shown == 0 and str(number // shown).strip("0") == "1" for shown in SHOWN)
        if shown or number in (needed, len(means)):
            yield mean


def _answer(found: Enough, measure: str) -> Iterator[str]:
    last = found.means[-1]
    if found.all_equal:
        yield from _all_equal(found, measure)
        return
    if found.needed is None:
        yield f"{last.replications:,} replications are not enough:"
        yield f"the mean is known to within {last.half_width:.2g} only."
        if found.estimate:
            yield f"About {found.estimate:,} may be needed (--max); or ask for less (--precision)."
        return
    mean = found.means[found.needed - 1]
    further = last.replications - found.needed
    yield f"{found.needed:,} replications are enough, and {further} more did not undo it."
    yield f"In words: the mean of {measure} over {found.needed:,} runs is {mean.mean:z.3f}, and in about"
    yield f"95 of 100 such experiments it lies within {mean.half_width:.2g} of what endlessly many runs"
    yield "would give."
    yield f"A single run is typically {mean.sd:.2g} away from it (the standard deviation), by chance alone;"
    yield "a smaller difference between one run of each of two scenarios says nothing."


def _all_equal(found: Enough, measure: str) -> Iterator[str]:
    last = found.means[-1]
    yield f"All {last.replications:,} runs have the same value of {measure}, {last.mean:z.3f}:"
    yield "how far runs differ is not known, so the interval of no width says nothing."
    yield f"If it never varies, one run is enough; but up to {100 * found.unseen:.2g} % of runs may have"
    yield f"another value (with {100 * found.level:g} % confidence, the rule of three)."
    if found.needed is None:
        yield f"Values that are all equal are enough from {LEAST} replications on (--max)."
