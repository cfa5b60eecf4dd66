"""What the panels over time are made of: some worlds of one scenario, and lines of their means."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING, NamedTuple, TypedDict

import numpy as np

from lpsim.analysis.summary import summarize_runs
from lpsim.analysis.worlds import values_of
from lpsim.plain import one_line
from lpsim.show.text.numbers import short, steady
from lpsim.show.text.uncertainty import band_of, one_run
from lpsim.show.text.vocabulary import looked_at, plural, step_word

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Self

    from numpy.typing import ArrayLike, NDArray

    from lpsim.analysis.worlds import Worlds
    from lpsim.runs.run import Run
    from lpsim.scenario import Scenario

    Values = list[float | None]


class Flag(TypedDict):
    """Where something begins."""

    at: int
    text: str


class Line(TypedDict):
    """A line over time, a value per step."""

    name: str
    """The measure's."""
    label: str
    mean: Values
    low: Values | None
    """With `high` the spread between worlds (`lpsim.show.text.uncertainty.band_of`); None of a single run."""
    high: Values | None
    right: Values | None
    """The shares of issues held rightly and `wrong`, means; None where the line is no such difference."""
    wrong: Values | None


class OverTime(TypedDict):
    """Lines over time on one pair of axes."""

    steps: list[int]
    unit: str
    """What steps are, in the plural."""
    worlds: int
    about: str
    """What the lines and bands are."""
    heading: str
    ylabel: str
    form: str
    """How a value is written: "knowledge" (0.32), "share" (32 %) or "twentieths" (6.4)."""
    colours: list[int]
    """The place of each line in the palette."""
    floor: float
    """The least value drawn, 0 or less."""
    top: float
    flags: list[Flag]
    lines: list[Line]


class Sample(NamedTuple):
    """Some worlds of one scenario."""

    scenario: Scenario
    seeds: tuple[int, ...]
    steps: NDArray[np.int64]
    values: Callable[[str], NDArray[np.float64]]
    """The values of a measure, by world and step."""

    @classmethod
    def of_runs(cls, runs: Sequence[Run]) -> Self:
        """Finished runs of one scenario, one or more."""

        @cache  # a funnel shows some of the shares that levels are made of
        def values(measure: str) -> NDArray[np.float64]:
            return np.array([run.column(measure) for run in runs], dtype=float)

        return cls(runs[0].scenario, tuple(run.seed for run in runs), runs[0].column("step"), values)

    @classmethod
    def of_worlds(
        cls, worlds: Worlds, seeds: Sequence[int] | None = None, steps: NDArray[np.int64] | None = None
    ) -> Self:
        """Worlds as they are compared, all of them or those of some seeds and steps."""
        chosen = tuple(worlds.by_seed) if seeds is None else tuple(seeds)
        at = worlds.steps if steps is None else steps
        return cls(worlds.scenario, chosen, at, lambda measure: values_of(worlds, measure, chosen, at))


def rounded(values: ArrayLike) -> Values:
    """As they are sent: a number per step, None where there is none."""
    found = np.asarray(values, dtype=float).tolist()
    return [None if math.isnan(value) else steady(value) for value in found]


def line(
    name: str, label: str, values: NDArray[np.float64], shares: tuple[ArrayLike, ArrayLike] | None = None
) -> Line:
    """The mean of some worlds, (worlds, steps), and their spread."""
    found = summarize_runs(values)
    low, high = map(rounded, found.spread) if len(values) > 1 else (None, None)
    right, wrong = map(rounded, shares) if shares else (None, None)
    return {
        "name": name, "label": label, "mean": rounded(found.mean),
        "low": low, "high": high, "right": right, "wrong": wrong,
    }  # fmt: skip


def over_time(
    sample: Sample, lines: list[Line], *, heading: str, ylabel: str, form: str, colours: Sequence[int],
    top: float = 1.0,
) -> OverTime:  # fmt: skip
    """Lines on one pair of axes."""
    seen = looked_at(sample.scenario, [int(step) for step in sample.steps])
    said = " ".join(filter(None, (about(sample), seen)))
    drawn = [value for one in lines for value in (one["low"] or one["mean"]) if value is not None]
    return {
        "steps": [int(step) for step in sample.steps], "unit": plural(step_word(sample.scenario)),
        "worlds": len(sample.seeds), "about": said, "heading": heading, "ylabel": ylabel,
        "form": form, "colours": list(colours), "floor": min([0.0, *drawn]), "top": top,
        "flags": flags(sample.scenario), "lines": lines,
    }  # fmt: skip


def about(sample: Sample, line: str = "Line", band: str = "band") -> str:
    """What is drawn of worlds, so that nobody takes chance for effect."""
    return about_worlds(sample.seeds, line, band)


def about_worlds(seeds: Sequence[int], line: str = "Line", band: str = "band") -> str:
    """The same of worlds by their seeds."""
    if len(seeds) == 1:
        return f"Simulation. {one_run(seeds[0])}"
    return f"Simulation. {line}: mean of {len(seeds)} runs; {band}: {band_of(len(seeds))}."


def flags(scenario: Scenario) -> list[Flag]:
    """When interventions begin, and what they are."""
    word = step_word(scenario)
    return [
        {"at": one.at, "text": f"from {word} {one.at}: {one_line(one.title, _settings(one.set))}"}
        for one in scenario.interventions
    ]


def _settings(changes: dict[str, object]) -> str:
    return ", ".join(f"{key} = {short(value)}" for key, value in changes.items())
