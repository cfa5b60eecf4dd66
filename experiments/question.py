"""A question put to the model in three settings: what differs between options, paired on seeds.

The settings are the main scenario; calibrated points, which give what was observed; and points of a Latin
hypercube over what nobody measured. In each the same seed runs every option, so that what chance does to all
of them falls out of their differences; every point has seeds of its own, so that these are independent.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
import pandas as pd

import lpsim

if TYPE_CHECKING:
    from numpy.typing import NDArray

HERE = Path(__file__).parent
MAIN_SCENARIO = HERE.parent / "configs" / "learning_practice.toml"
CALIBRATED = HERE.parent / "configs" / "calibrated" / "observed_funnel.csv"
NOT_KNOWN = HERE / "not_known.toml"

SETTINGS = {"main": "main scenario", "calibrated": "calibrated points", "hypercube": "hypercube points"}
"""What the three settings are called; each is a part of an experiment."""
Expected = Literal["more", "less", "same"]
Settings = Mapping[str, Any]
"""Values by dotted key, as a design's ``set``."""
Values = Mapping[str, "NDArray[np.float64]"]
"""The values of an option by measure, at the last step: shape (points, seeds)."""


@dataclass(frozen=True)
class Times:
    """So many times what a key has at a point, at most 1."""

    factor: float


class Contrast(NamedTuple):
    """What is claimed of a difference between options.

    The difference is the sum of the options in `plus` less the sum of those in `minus`, of runs with the same
    seed: with one each a difference, with two each an interaction, without `minus` a level.
    """

    name: str
    words: str
    """What is claimed: a clause."""
    otherwise: str
    """What is so instead, where it is not."""
    measure: str
    plus: tuple[str, ...]
    minus: tuple[str, ...] = ()
    expected: Expected = "more"
    hypothesis: str = ""
    """One of the list in `experiments.hypotheses`."""
    margin: float = 0.02
    """Differences smaller than this count as the same."""


class Curve(NamedTuple):
    """Levels of the main scenario over what is varied: a panel per measure, a line per group of options."""

    across: str
    lines: Mapping[str, Mapping[float, str]]
    """By label, the option at each x."""
    measures: tuple[str, ...]
    is_log: bool = False


@dataclass(frozen=True)
class Question:
    """A question, the options that are tried and what is claimed of them.

    Attributes
    ----------
    title : str
        The question itself.
    folder : Path
        Holds ``results``.
    options : dict of dict
        What each changes, by dotted key; a value may be `Times`.
    contrasts : tuple of Contrast
        The first is the one the verdict begins with.
    base : dict
        What all options have in every setting, whatever the points say.
    derived : dict of callable
        Measures made of others, by name; each takes the measures of an option.
    made_of : tuple of str
        The measures that these need.
    curve : Curve, optional
    note : str
        What a reader has to know of the design.
    unit : str
        Of the measures that claims are about.
    practices : int
        In a run at a point; the main scenario keeps its own.
    seeds, seeds_of_points : int
        Full size: runs of each option in the main scenario, and at each point.
    points : int, optional
        So many of either set, evenly; else all.
    first_seed : int
    """

    title: str
    folder: Path
    options: Mapping[str, Settings]
    contrasts: tuple[Contrast, ...]
    base: Settings = field(default_factory=dict)
    derived: Mapping[str, Callable[[Values], NDArray[np.float64]]] = field(default_factory=dict)
    made_of: tuple[str, ...] = ()
    curve: Curve | None = None
    note: str = ""
    unit: str = "knowledge: -1 all wrong, 1 all right"
    practices: int = 20
    seeds: int = 20
    seeds_of_points: int = 3
    points: int | None = None
    first_seed: int = 1

    @property
    def parts(self) -> Mapping[str, str]:
        """The settings by the names of their tables."""
        return SETTINGS

    @property
    def made_by(self) -> str:
        """What stands in the head of its results."""
        return f"lpsim {lpsim.__version__}, python -m experiments {self.folder.name}"

    @property
    def kept(self) -> tuple[str, ...]:
        """The measures that are kept of runs."""
        asked = {contrast.measure for contrast in self.contrasts} - set(self.derived)
        drawn = self.curve.measures if self.curve else ()
        return tuple(sorted({*asked, *drawn, *self.made_of}))

    def design(self, part: str, repetitions: int | None = None) -> lpsim.Design:
        """Every option at every point of a setting, by default at full size."""
        points, tried = self.points_of(part), self._tried(part)
        rows = [
            {"scenario": name, **self._row(tried[name], point)} for point in points.values() for name in tried
        ]
        columns = {key for row in rows for key in row}
        sets = {
            name: {
                key: value
                for key, value in option.items()
                if key not in columns and self._changes(key, value)
            }
            for name, option in tried.items()
        }
        listed = {name: next(one for one in sets if sets[one] == sets[name]) for name in sets}
        for row in rows:
            row["scenario"] = listed[row["scenario"]]
        main = part == "main"
        smaller = (
            {} if main or "population.practices" in self.base else {"population.practices": self.practices}
        )
        design = {
            "title": f"{self.title} {SETTINGS[part]}",
            "base": str(MAIN_SCENARIO),
            "replications": repetitions or (self.seeds if main else self.seeds_of_points),
            "first_seed": self.first_seed,
            "set": {**smaller, **self.base},
            "keep": {"measures": list(self.kept), "observations": "last"},
            "scenarios": [{"name": name, "set": sets[name]} for name in dict.fromkeys(listed.values())],
        }
        if len(columns) == 1:
            return lpsim.Design.from_dict({**design, "method": "scenarios"})
        options = {"scenario", *(key for option in self.options.values() for key in option)}
        levers = [{"key": key, "kind": "lever"} for key in columns if key in options]
        by = {"method": "points", "points": rows, "factors": levers, "seeds": "paired"}
        return lpsim.Design.from_dict({**design, **by})

    def points_of(self, part: str) -> dict[int, Settings]:
        """What is varied besides the options, by the number of the point; of more points some, evenly."""
        every = self.every_point(part)
        asked = min(self.points or len(every), len(every))
        chosen = np.linspace(0, len(every) - 1, asked).round().astype(int)
        return {int(number): every[number] for number in chosen}

    def every_point(self, part: str) -> list[Settings]:
        """All points of a setting, except what the question holds fixed."""
        sets: dict[str, Callable[[], list[Settings]]] = {"calibrated": _calibrated, "hypercube": _not_known}
        every = sets[part]() if part in sets else [{}]
        return [{key: value for key, value in point.items() if key not in self.base} for point in every]

    def _changes(self, key: str, value: Any) -> bool:
        """Whether an option's value is another than all have anyhow; of nested ones always."""
        return key in self.base or isinstance(value, list) or value != base_value(key)

    def _tried(self, part: str) -> dict[str, Settings]:
        """The options of a setting: in the main scenario all, elsewhere those that claims are about."""
        asked = {name for contrast in self.contrasts for name in (*contrast.plus, *contrast.minus)}
        return {name: option for name, option in self.options.items() if part == "main" or name in asked}

    def _row(self, option: Settings, point: Settings) -> dict[str, Any]:
        """What the points' own keys are in an option, and those that it multiplies."""
        row = dict(point)
        for key in {key for one in self.options.values() for key in one}:
            multiplied = any(isinstance(one.get(key), Times) for one in self.options.values())
            if key not in point and not multiplied:
                continue
            here = point.get(key, base_value(key))
            value = option.get(key, here)
            row[key] = min(value.factor * here, 1.0) if isinstance(value, Times) else value
        return row

    def tables(self, part: str, store: lpsim.Store) -> dict[str, pd.DataFrame]:
        """The differences at every point; of the main scenario the levels of every option, too."""
        found = self._values(part, store)
        made = {part: self._differences(part, found, store.design)}
        if part == "main":
            made["levels"] = self._levels(found)
        return made

    def _values(self, part: str, store: lpsim.Store) -> dict[str, Values]:
        """By option and measure, at the last step: shape (points, seeds)."""
        frame, names = store.frame(), list(self._tried(part))
        shape = (len(self.points_of(part)), len(names), store.design.scheme.replications)
        arrays = {name: frame[name].to_numpy(dtype=float).reshape(shape) for name in self.kept}
        found: dict[str, Values] = {}
        for number, option in enumerate(names):
            own = {name: values[:, number] for name, values in arrays.items()}
            found[option] = {**own, **{name: make(own) for name, make in self.derived.items()}}
        return found

    def _differences(self, part: str, found: Mapping[str, Values], design: lpsim.Design) -> pd.DataFrame:
        rows, seeds = [], [design.seeds(point) for point in design.points[:: len(found)]]
        for contrast in self.contrasts:
            plus, minus = (
                [found[option][contrast.measure] for option in options]
                for options in (contrast.plus, contrast.minus)
            )
            apart = np.sum(plus, axis=0) - np.sum(minus, axis=0)
            for number, values, own in zip(self.points_of(part), apart, seeds, strict=True):
                rows.append((contrast.name, number, *_mean(values), len(own), own[0]))
        return pd.DataFrame(
            rows, columns=["contrast", "point", "mean", "sd", "se", "repetitions", "first_seed"]
        )

    def _levels(self, found: Mapping[str, Values]) -> pd.DataFrame:
        rows = [
            (option, measure, *_mean(values[0]))
            for option, measures in found.items()
            for measure, values in measures.items()
        ]
        return pd.DataFrame(rows, columns=["option", "measure", "mean", "sd", "se"])

    def head(self, part: str, repetitions: int) -> list[str]:
        """What stands above a table."""
        size = "" if part == "main" else f", {len(self.points_of(part))} points, {self.practices} practices"
        return [
            f"{self.title} {SETTINGS[part]}{size}",
            f"{self.made_by} --part {part} --repetitions {repetitions}",
            "at a point every option has the same seeds, from first_seed on, and differences are paired",
        ]

    def present(self, out: Path) -> None:
        """From the tables in a folder: the figures and ``verdict.md``."""
        from experiments.question_figures import draw  # noqa: PLC0415 (matplotlib is slow to import)
        from experiments.verdicts import verdict  # noqa: PLC0415

        (out / "verdict.md").write_text(verdict(self, out), encoding="utf-8")
        draw(self, out)


def _mean(values: NDArray[np.float64]) -> tuple[float, float, float]:
    """The mean, the standard deviation between runs and the standard error, of the runs that have a value."""
    known = values[~np.isnan(values)]
    sd = float(known.std(ddof=1)) if len(known) > 1 else math.nan
    return float(known.mean()) if len(known) else math.nan, sd, sd / math.sqrt(max(len(known), 1))


# --- what is varied besides the options -----------------------------------------------------------


@cache
def _calibrated() -> list[Settings]:
    return pd.read_csv(CALIBRATED, comment="#").to_dict("records")  # type: ignore[return-value]


@cache
def _not_known() -> list[Settings]:
    return [point.values for point in lpsim.Design.load(NOT_KNOWN).points]


@cache
def _main_scenario() -> lpsim.Scenario:
    return lpsim.Scenario.load(MAIN_SCENARIO)


def base_value(key: str) -> Any:
    """What the main scenario has under a dotted key."""
    value: Any = _main_scenario()
    for part in key.split("."):
        value = value[part] if isinstance(value, Mapping) else getattr(value, part)
    return value
