"""The worlds in which every step is tried, and what it does in each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np
import pandas as pd

import lpsim
from experiments.guide.steps import ROLES, SIZES, STEPS, Step
from experiments.question import CALIBRATED, MAIN_SCENARIO, NOT_KNOWN, base_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

NOT_KNOWN_OF_STEPS = Path(__file__).parent / "not_known.toml"
KIND, OTHERS = "takes the step", "other practices"
TAKING = 0.2
"""The share of practices that take the step."""
RUN_IN = 24
"""Months before the step, as in configs/policy."""
YEAR = 12
YEARS = (1, 2, 5, 10)
HALVES = ("first", "second")
FRESH = "fresh"
"""Worlds to see by whether the tiers would be the same another time."""
SETS = (*HALVES, FRESH)
"""The sets of worlds, with other points of the hypercube and other seeds each."""
NONE = "no step"
GOES_ON = {
    "staff": f"staff_knowledge[kind: {KIND}]",
    "memory": f"practice_knowledge[kind: {KIND}]",
    "others": f"staff_knowledge[kind: {OTHERS}]",
}
"""What is measured while the step goes on, by goal."""
LEAVES = "departures"
"""The goal measured a year after all people of the practice have left, and the step has ended with them."""
GOALS = ("staff", "memory", LEAVES, "others")
COLUMNS = ["half", "setting", "world", "size", "goal", "years", "step", "mean", "variance"]
Values = dict[str, Any]
T = TypeVar("T")
Found = dict[tuple[str, int], "NDArray[np.float64]"]
"""By goal and years."""


@dataclass(frozen=True)
class Extent:
    """How much is run: in each half so many points of the hypercube, and as many calibrated if there are.

    Everything is tried in `begin` of either. In practices of sizes looked at `closer`, steps that go on are
    then tried in the others, too, where their tier is in doubt.
    """

    points: int = 100
    begin: int = 20
    seeds: int = 2
    practices: int = 20
    sizes: tuple[str, ...] = tuple(SIZES)
    sizes_left: tuple[str, ...] = tuple(SIZES)
    """Those in which everybody leaves: a run for every year."""
    closer: tuple[str, ...] = ("usual",)
    years: tuple[int, ...] = YEARS


class Cell(NamedTuple):
    """What is tried: a step in practices of a size, which goes on or ends as everybody leaves."""

    size: str
    step: str
    left: int | None = None
    """After so many years of the step."""


class World(NamedTuple):
    """A point at which steps are tried, and the seeds they are tried with."""

    half: str
    setting: str
    name: str
    point: Values
    extent: Extent
    number: int
    """Among those of its half."""
    begins: bool = True
    """Whether everything is tried there."""

    @property
    def seeds(self) -> range:
        """Other ones in every world."""
        first = 1 + 1_000_000 * SETS.index(self.half) + 1_000 * self.number
        return range(first, first + self.extent.seeds)


def worlds(extent: Extent, sets: Sequence[str] = HALVES) -> Iterator[World]:
    """Those of both halves, which share out calibrated points; fresh ones have them all again."""
    for half in sets:
        number = SETS.index(half)
        calibrated = _calibrated() if half == FRESH else _calibrated()[number :: len(HALVES)]
        calibrated = _evenly(extent.points, calibrated)
        hypercube = _drawn(NOT_KNOWN, extent.points, number)
        places = range(len(calibrated)), range(len(calibrated), len(calibrated) + len(hypercube))
        begin = {place for some in places for place in _evenly(extent.begin, some)}
        points = [*(("calibrated", one) for one in calibrated), *(("hypercube", one) for one in hypercube)]
        of_steps = _drawn(NOT_KNOWN_OF_STEPS, len(points), number)
        for place, ((setting, point), own) in enumerate(zip(points, of_steps, strict=True)):
            yield World(half, setting, f"{half} {place:03}", {**point, **own}, extent, place, place in begin)


def _calibrated() -> list[Values]:
    return pd.read_csv(CALIBRATED, comment="#").to_dict("records")  # type: ignore[return-value]


def _evenly(count: int, among: Sequence[T]) -> list[T]:
    """So many of all, if there are as many, as far apart as they go."""
    places = np.linspace(0, len(among) - 1, min(count, len(among))).round()
    return [among[int(place)] for place in places]


def _drawn(file: Path, samples: int, number: int) -> list[Values]:
    design = lpsim.Design.load(file, {"samples": samples, "seed": 101 + number})
    return [dict(point.values) for point in design.points]


def cells(extent: Extent) -> list[Cell]:
    """All that is tried."""
    left = [(size, year) for size in extent.sizes_left for year in extent.years]
    places = [*((size, None) for size in extent.sizes), *left]
    return [Cell(size, step, year) for size, year in places for step in STEPS]


def cell_of(size: str, goal: str, years: int, step: str) -> Cell:
    """What has to be tried for a row of the results."""
    return Cell(size, step, years if goal == LEAVES else None)


def effects(world: World, tried: Sequence[Cell] | None = None) -> pd.DataFrame:
    """What steps do in a world, by default all that there is: the mean over seeds, and its variance."""
    rows: list[tuple[Any, ...]] = []
    without: dict[Cell, Found] = {}
    for cell in cells(world.extent) if tried is None else tried:
        none = cell._replace(step=NONE)
        if none not in without:
            without[none] = _found(world, none)
        for place, values in _found(world, cell).items():
            mean, variance = _mean(values - without[none][place])
            rows.append((*world[:3], cell.size, *place, cell.step, mean, variance))
    return pd.DataFrame(rows, columns=COLUMNS)


def _mean(apart: NDArray[np.float64]) -> tuple[float, float]:
    return float(apart.mean()), float(apart.var(ddof=1)) / len(apart) if len(apart) > 1 else 0.0


def _found(world: World, cell: Cell) -> Found:
    """What is measured where a step is taken, by goal and years: a value per seed."""
    seen = _measured(world, cell)
    if cell.left is not None:
        return {(LEAVES, cell.left): seen[GOES_ON["staff"]][:, -1]}
    return {
        (goal, year): seen[name][:, RUN_IN // YEAR + year]
        for goal, name in GOES_ON.items()
        for year in world.extent.years
    }


def _measured(world: World, cell: Cell) -> dict[str, NDArray[np.float64]]:
    """Measures at the end of every year, from the start on: shape (seeds, years)."""
    tried = scenario(world, cell.size, cell.step, left=cell.left)
    runs = list(lpsim.simulate_many(tried, world.seeds))
    return {name: np.stack([run.column(name) for run in runs]) for name in GOES_ON.values()}


def scenario(world: World, size: str, name: str, *, left: int | None = None) -> lpsim.Scenario:
    """Where a step is taken; where `left` is given, everybody leaves after so many years of it."""
    extent, point = world.extent, world.point
    step = STEPS.get(name, Step({}, lambda _: 0.0))
    of_steps = {key for one in STEPS.values() for key in one.own}
    here = {key: value for key, value in point.items() if key not in of_steps}
    before = {key: step.has.get(key, _value(key, here)) for key in step.does}
    after = {key: max(value, before[key]) for key, value in step.does.items()}
    moves = [{"at": RUN_IN + 1, "title": "The step", "set": _of_kind(after)}] if after else []
    if left is not None:
        moves += _leave(here, before, RUN_IN + YEAR * left + 1)
    has = {**step.has, **{key: point[key] for key in step.own}}
    return _main().adapted(
        {
            **here,
            **step.world,
            **{f"roles.{role}.headcount": people for role, people in SIZES[size].items()},
            "steps": RUN_IN + YEAR * (max(extent.years) if left is None else left + 1),
            "record.every": YEAR,
            "population.practices": extent.practices,
            "population.spread": 0.0,
            "kinds": [{"name": KIND, "share": TAKING, "set": has}],
            "interventions": moves,
        }
    )


@cache
def _main() -> lpsim.Scenario:
    return lpsim.Scenario.load(MAIN_SCENARIO)


def _value(key: str, here: Mapping[str, Any]) -> Any:
    return here[key] if key in here else base_value(key)


def _of_kind(values: Mapping[str, Any]) -> Values:
    return {f"kinds.{KIND}.{key}": value for key, value in values.items()}


def _leave(here: Values, before: Mapping[str, Any], month: int) -> list[Values]:
    """Everybody of the kind leaves in a month and beginners come, who do not go on with the step."""
    stay = {f"roles.{role}.turnover": _value(f"roles.{role}.turnover", here) for role in ROLES}
    experienced = {"turnover.experienced": _value("turnover.experienced", here)}
    gone = {**_of_kind(dict.fromkeys(stay, 1.0)), "turnover.experienced": 0.0, **_of_kind(before)}
    return [
        {"at": month, "title": "Everybody leaves", "set": gone},
        {"at": month + 1, "title": "Life goes on", "set": {**_of_kind(stay), **experienced}},
    ]
