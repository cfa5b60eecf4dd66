"""Options against a base in the same worlds; drawn by ``static/draw/differences.js``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

from lpsim.plain import one_line
from lpsim.runs.measures import LEVELS, MEASURES
from lpsim.show.text.comparison_notes import when
from lpsim.show.text.vocabulary import plural, step_word
from lpsim.show.web.panels.sample import Flag, rounded

if TYPE_CHECKING:
    from lpsim.analysis.comparison import Comparison
    from lpsim.analysis.summary import PairedDifference
    from lpsim.analysis.worlds import Worlds
    from lpsim.show.web.panels.sample import Values


class End(TypedDict):
    """A paired difference at the last step; None where fewer than two worlds have a value."""

    mean: float | None
    low: float | None
    """With `high` the 95 % interval of the mean."""
    high: float | None
    higher: int
    """In so many worlds the option is higher."""
    worlds: int
    each: Values
    """In each world, in the order of the seeds."""


class Option(TypedDict):
    """One option at one level."""

    mean: Values
    """Over time: the base's mean and the mean difference."""
    low: Values
    """With `high` the same with the ends of the difference's interval."""
    high: Values
    end: End


class Panel(TypedDict):
    """One level."""

    name: str
    label: str
    base: Values
    options: list[Option]
    """In the order of `Differences.options`."""


class Differences(TypedDict):
    """A comparison."""

    steps: list[int]
    unit: str
    worlds: int
    base: str
    options: list[str]
    """Their names."""
    when: str
    """The last step in words: "month 120"."""
    flags: list[Flag]
    """When an option begins."""
    panels: list[Panel]
    """One per level compared, in the order of `lpsim.runs.measures.LEVELS`."""


def differences(comparison: Comparison) -> Differences:
    """The data of a comparison's panels."""
    scenario = comparison.base.scenario
    starts = {one.at for option in comparison.options for one in option.scenario.interventions}
    return {
        "steps": [int(step) for step in comparison.steps],
        "unit": plural(step_word(scenario)),
        "worlds": len(comparison.seeds),
        "base": one_line(comparison.base.name),
        "options": [one_line(option.name) for option in comparison.options],
        "when": when(comparison),
        "flags": [{"at": at, "text": f"from {step_word(scenario)} {at}"} for at in sorted(starts)],
        "panels": [_panel(comparison, name) for name in LEVELS if name in comparison.measures],
    }


def _panel(comparison: Comparison, name: str) -> Panel:
    base = comparison.mean(comparison.base, name)
    return {
        "name": name,
        "label": MEASURES[name].label,
        "base": rounded(base),
        "options": [_option(comparison, option, name) for option in comparison.options],
    }


def _option(comparison: Comparison, option: Worlds, name: str) -> Option:
    base, found = comparison.mean(comparison.base, name), comparison.paired(option, name)
    return {
        "mean": rounded(base + found.mean),
        "low": rounded(base + found.low),
        "high": rounded(base + found.high),
        "end": _end(comparison, option, name, found),
    }


def _end(comparison: Comparison, option: Worlds, name: str, found: PairedDifference[Any]) -> End:
    worlds, (mean, low, high) = int(found.runs[-1]), rounded([found.mean[-1], found.low[-1], found.high[-1]])
    return {
        "mean": mean,
        "low": low,
        "high": high,
        "higher": round(float(found.positive[-1]) * worlds) if worlds else 0,
        "worlds": worlds,
        "each": rounded(comparison.at_the_end(option, name)),
    }
