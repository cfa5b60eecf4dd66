"""The same event in two runs of one seed: which lesson each drew from it.

Random numbers are keyed by events: what happens to somebody at some step happens in both runs, whatever else
differs between their scenarios, so that what became of the lesson is due to that alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lpsim.analysis.life import practice_of
from lpsim.lessons.journal import NOWHERE
from lpsim.lessons.stages import STAGES

if TYPE_CHECKING:
    import pandas as pd

    from lpsim.runs.run import Run

EVENT = ["step", "who", "process", "about", "number", "right"]
"""What the event of a lesson is known by in both runs."""


class Twins(NamedTuple):
    """Two lessons of the same event, by their numbers."""

    one: int
    other: int


def twins(one: Run, other: Run) -> Twins | None:
    """The two lessons of one event whose fates differ most: by the stages they reached, then by their birth.

    Counted are events in practices from which something was learned that, in both runs, most of the team did
    not know already. None where both runs have no such event in common.

    Raises
    ------
    InputError
        A run kept no journal of lessons.
    """
    both = _lessons(one).merge(_lessons(other), on=EVENT, suffixes=("", "_other"))
    if both.empty:
        return None
    apart = (both["stages"] - both["stages_other"]).abs()
    first = both.assign(apart=-apart).sort_values(["apart", "step", "lesson"], kind="stable").iloc[0]
    return Twins(int(first["lesson"]), int(first["lesson_other"]))


def _lessons(run: Run) -> pd.DataFrame:
    lessons, _ = run.journal()
    found = lessons[(practice_of(lessons["who"]) != NOWHERE) & ~lessons["known_already"].to_numpy(dtype=bool)]
    stages = found[list(STAGES)].notna().sum(axis=1)
    kept: pd.DataFrame = found[["lesson", *EVENT]].assign(stages=stages)
    return kept
