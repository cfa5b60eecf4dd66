"""The same event in two runs of one seed: which lesson each drew from it.

Random numbers are keyed by events: what happens to somebody at some step happens in both runs, whatever else
differs between their scenarios, so that what became of the lesson is due to that alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lpsim.analysis.lesson_pairs import pairs, standing

if TYPE_CHECKING:
    import pandas as pd

    from lpsim.runs.run import Run


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
    found = pairs(_standing(one), _standing(other))
    both = found[found["_merge"] == "both"]
    if both.empty:
        return None
    apart = (both["stages_base"] - both["stages_option"]).abs()
    first = both.assign(apart=-apart).sort_values(["apart", "step", "lesson_base"], kind="stable").iloc[0]
    return Twins(int(first["lesson_base"]), int(first["lesson_option"]))


def _standing(run: Run) -> pd.DataFrame:
    lessons, _ = run.journal()
    return standing(lessons)
