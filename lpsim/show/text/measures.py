"""What a measure is called: as a heading, and as the subject of a sentence."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from lpsim.analysis.measured import is_time, measure_of
from lpsim.runs.measures import KNOWLEDGE, SHARE
from lpsim.show.text.levers import per
from lpsim.show.text.numbers import written
from lpsim.show.text.vocabulary import plural, step_word
from lpsim.sweeps.store.rows import LESSONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lpsim.scenario import Scenario
    from lpsim.sweeps.design.design import Design

HELD = {
    "staff_knowledge": "knowledge of staff",
    "collective_knowledge": "knowledge of teams",
    "practice_knowledge": "knowledge in practices' memories",
    "service_knowledge": "knowledge in the service's guidance",
}
"""The levels as the subject of a sentence."""


def label_of(measure: str, scenario: Scenario) -> str:
    """A measure as a heading; times are counted in the scenario's own steps, and so they are told."""
    label = measure_of(measure).label
    return label.replace("months", plural(step_word(scenario)), 1) if is_time(measure) else label


def subject(measure: str, scenario: Scenario) -> str:
    """A measure as it stands in a sentence."""
    return HELD.get(measure) or label_of(measure, scenario)


_SAME_SCALE = re.compile(r"(?:avg|mean|median|min|max|any_value|first|last)\((.*)\)", re.IGNORECASE)
"""What SQL calls a column that is on the scale of another: some middle or end of it."""


def scales_told(columns: Iterable[str], design: Design, renamed: Mapping[str, str]) -> str:
    """On which scale the columns of a query's answer are, as far as their names tell; "" where none does.

    ``renamed``: what columns are that have other names, as `lpsim.sweeps.store.query.renamed`.
    """
    by_scale: dict[str, list[str]] = {}
    for column in dict.fromkeys(columns):
        was = renamed.get(column, column)
        found = _SAME_SCALE.fullmatch(was)
        name = (found[1] if found else was).strip('"')
        scale = ""
        if name in design.columns:
            scale = per(design.base, name).strip()
        elif name in (*design.measured, *LESSONS):
            scale = _scale(name, design.base)
        if scale:
            by_scale.setdefault(scale, []).append(column)
    return _told(by_scale)


def _told(by_scale: Mapping[str, list[str]]) -> str:
    said = [f"{', '.join(names)}: {scale}" for scale, names in by_scale.items()]
    return f"Scales: {'; '.join(said)}." if said else ""


def _scale(name: str, scenario: Scenario) -> str:
    """From where to where a measure goes, or what it counts; "" where that is not known."""
    measure = measure_of(name)
    if is_time(name):
        return plural(step_word(scenario))
    if name in LESSONS:
        return "lessons"
    if measure.unit == SHARE:
        return "shares, from 0 to 1"
    if measure.unit == KNOWLEDGE and measure.low == -1:
        return f"from {written(-1, 'd')} (all wrong) to 1 (all right)"
    low, high = (written(end, "g") for end in (measure.low, measure.high))
    return f"from {low} to {high}" if math.isfinite(measure.low + measure.high) else ""
