"""Measures that are made of several steps: a mean of the last ones, and how long until half knew.

A mean of the last steps is written ``"practice_knowledge[last 12]"``, of a group
``"staff_knowledge[role: gp][last 12]"``: of the twelve steps that end with the one looked at, or of those
there were, step 0 being one.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import numpy as np
    from numpy.typing import NDArray

HALF = 0.5
"""A share k / n is one rounded division, and below n = 2^54 none under a half rounds up to it."""
MONTHS_TO_HALF = {
    "months_to_half_by_staff": "known_by_most",
    "months_to_half_by_memory": "in_practice_memory",
}
"""The first step at which at least half of all (practice, issue) pairs are held rightly, by the measure that
says so; none up to steps at which that never was."""
_LAST = re.compile(r"(?P<measure>.+)\[last (?P<steps>[1-9]\d{0,8})\]", re.DOTALL)


def mean_of_last(name: str) -> tuple[str, int] | None:
    """``"practice_knowledge[last 12]"`` in its two parts; None where a name is of one step."""
    found = _LAST.fullmatch(name)
    return None if found is None else (found["measure"], int(found["steps"]))


def needs_every_step(measures: Iterable[str]) -> bool:
    """Whether a measure is made of several steps, so that all must be recorded."""
    return any(map(is_of_several, measures))


@lru_cache(maxsize=256)  # asked for at every column of every run
def is_of_several(name: str) -> bool:
    """Whether a measure is made of several steps."""
    return name in MONTHS_TO_HALF or mean_of_last(name) is not None


def over_steps(
    name: str, column: Callable[[str], NDArray[Any]], steps: NDArray[np.int64], places: NDArray[np.int64]
) -> NDArray[np.float64]:
    """A measure of several steps (see `needs_every_step`) at some of those recorded.

    Parameters
    ----------
    name : str
        Of the measure.
    column : callable
        Gives a measure of one step at all steps recorded.
    steps : array of int, shape (S,)
        Those recorded: every one.
    places : array of int
        Of the steps wanted, among them.
    """
    import numpy as np  # noqa: PLC0415 (whoever asks for names needs none)

    if name in MONTHS_TO_HALF:
        reached = np.flatnonzero(column(MONTHS_TO_HALF[name]) >= HALF)
        first = int(steps[reached[0]]) if len(reached) else math.inf
        return np.where(steps[places] >= first, first, math.nan)
    parts = mean_of_last(name)
    assert parts is not None
    measure, last = parts
    values = column(measure)
    return np.array([_mean(values[max(place - last + 1, 0) : place + 1]) for place in places.tolist()])


def _mean(values: NDArray[Any]) -> float:
    """The mean of the values that are not NaN, if there are any."""
    known = [value for value in values.tolist() if not math.isnan(value)]
    return math.fsum(known) / len(known) if known else math.nan
