"""Knowledge at the four levels over time; drawn by ``static/draw/levels.js``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpsim.analysis.summary import summarize_runs
from lpsim.runs.measures import KNOWLEDGE_IN_SHARES, LEVELS, MEASURES
from lpsim.show.web.panels.sample import line, over_time

if TYPE_CHECKING:
    from lpsim.show.web.panels.sample import Line, OverTime, Sample

HEADING = "What is known, and at which level"
YLABEL = "knowledge (1: all right; 0: nothing known, or as much wrong as right)"


def levels(sample: Sample) -> OverTime:
    """Staff, teams, practices' memory and the service's guidance: four lines, in this order."""
    return over_time(
        sample, [_level(sample, name) for name in LEVELS],
        heading=HEADING, ylabel=YLABEL, form="knowledge", colours=range(len(LEVELS)),
    )  # fmt: skip


def _level(sample: Sample, name: str) -> Line:
    held = KNOWLEDGE_IN_SHARES.get(name)
    right, wrong = (summarize_runs(sample.values(share)).mean for share in held) if held else (None, None)
    shares = None if right is None or wrong is None else (right, wrong)
    return line(name, MEASURES[name].label, sample.values(name), shares)
