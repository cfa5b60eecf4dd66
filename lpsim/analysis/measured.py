"""What is known of a measure by its name, also of one of a group, of several steps or of lessons."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from lpsim.runs.groups import measure_and_group
from lpsim.runs.measures import MEASURES, Measure
from lpsim.runs.over_steps import MONTHS_TO_HALF, mean_of_last
from lpsim.sweeps.store.rows import LESSONS

if TYPE_CHECKING:
    from lpsim.analysis.summary import Summary

S = TypeVar("S", bound="Summary[Any]")


def measure_of(name: str) -> Measure:
    """The record of a measure, also of one of a group, of several steps, or of how far lessons got."""
    if name in LESSONS:
        stage = name.removeprefix("lessons_")
        return Measure(name, f"lessons {stage}", "lessons", 0, math.inf, "practice", None)
    if name in MONTHS_TO_HALF:
        label = name.replace("_", " ")
        return Measure(name, label, "months", 0, math.inf, MEASURES[MONTHS_TO_HALF[name]].level, False)
    bare, within = parts_of(name)
    if bare not in MEASURES:  # a sweep may keep what is no column of a run
        return Measure(name, name.replace("_", " "), name, -math.inf, math.inf, "practice", None)
    found = MEASURES[bare]
    label = f"{found.label} ({within})" if within else found.label
    return replace(found, name=name, label=label)


def possible(difference: S, name: str) -> S:
    """A difference of a measure with its interval cut: no two values of it lie further apart."""
    measure = measure_of(name)
    room = measure.high - measure.low
    return difference.within(-room, room)


def parts_of(name: str) -> tuple[str, str]:
    """A measure without its brackets, and what these say in words, as in "role: gp, mean of the last 12"."""
    over, said = mean_of_last(name), []
    if over is not None:
        name, steps = over
        said = [f"mean of the last {steps}"]
    of_group = measure_and_group(name)
    if of_group is not None:
        name, group = of_group
        said = [group, *said]
    return name, ", ".join(said)


def is_time(name: str) -> bool:
    """Whether a measure is when something was first so.

    Where it never was there is no value, and that comes later than any.
    """
    return name in MONTHS_TO_HALF


def is_counted(name: str) -> bool:
    """Whether a measure is in lessons or months, of which a precision for measures up to 1 says nothing."""
    return name in LESSONS or is_time(name)
