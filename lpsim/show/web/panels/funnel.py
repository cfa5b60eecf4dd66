"""How far right knowledge gets, and what is written down wrongly; drawn by ``static/draw/funnel.js``."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from lpsim.analysis.summary import summarize
from lpsim.runs.measures import FUNNEL, MEASURES, RIGHT_AND_WRONG
from lpsim.show.text.findings import WORTH_TELLING
from lpsim.show.text.vocabulary import plural, step_word
from lpsim.show.web.panels.sample import about, line

if TYPE_CHECKING:
    from lpsim.show.web.panels.sample import Line, Sample

WRONG = {right: wrong for right, wrong in RIGHT_AND_WRONG.values() if right in FUNNEL}
"""What is written down wrongly where something is written down rightly."""


class Stage(TypedDict):
    """How far knowledge got: shares of all issues, over time."""

    right: Line
    wrong: Line | None
    """What is written down wrongly there; None where nothing is written."""


class Funnel(TypedDict):
    """The funnel of one scenario; any month of it can be drawn."""

    steps: list[int]
    unit: str
    worlds: int
    about: str
    """What the bars and the lines in them are."""
    stages: list[Stage]
    """From someone in the practice to the service's guidance: four."""


def funnel(sample: Sample) -> Funnel:
    """Known by someone in the practice, by most, in its memory, in the service's guidance."""
    return {
        "steps": [int(step) for step in sample.steps],
        "unit": plural(step_word(sample.scenario)),
        "worlds": len(sample.seeds),
        "about": " ".join(filter(None, (about(sample, "Bar", "line in it"), _start(sample)))),
        "stages": [_stage(sample, name) for name in FUNNEL],
    }


def _start(sample: Sample) -> str:
    """What the strokes across bars are, where there is a start and something was known there."""
    starts = [summarize(sample.values(name)[:, 0]).mean for name in FUNNEL]
    there = sample.steps[0] == 0 and any(start >= WORTH_TELLING for start in starts)
    return f"Stroke across: the start ({step_word(sample.scenario)} 0)." if there else ""


def _stage(sample: Sample, name: str) -> Stage:
    wrong = WRONG.get(name)
    return {"right": _line(sample, name), "wrong": _line(sample, wrong) if wrong else None}


def _line(sample: Sample, name: str) -> Line:
    return line(name, MEASURES[name].label, sample.values(name))
