"""What a measure is called: as a heading, and as the subject of a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpsim.analysis.measured import is_time, measure_of
from lpsim.show.text.vocabulary import plural, step_word

if TYPE_CHECKING:
    from lpsim.scenario import Scenario

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
