"""Worlds to compare: what was measured of one scenario, seed by seed, wherever it comes from.

They are simulated, or taken from saved runs or from a sweep; seeds that are missing are simulated and added.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np

from lpsim.analysis.lesson_pairs import standing
from lpsim.analysis.summary import summarize_runs
from lpsim.engines.behaviours import Own, agent_places
from lpsim.errors import InputError
from lpsim.model.counts import recorded_steps
from lpsim.runs.asked import as_sentence, measure_problem
from lpsim.runs.measures import LEVELS, MEASURES, RIGHT_AND_WRONG
from lpsim.runs.over_steps import needs_every_step
from lpsim.runs.simulate import simulate_many
from lpsim.scenario import Scenario
from lpsim.sweeps.batches import column_of, lessons_up_to
from lpsim.sweeps.store.rows import LESSONS
from lpsim.sweeps.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    import pandas as pd
    from numpy.typing import NDArray

    from lpsim.engines.behaviours import Behaviours
    from lpsim.runs.run import Run
    from lpsim.sweeps.design.factors import Point

    Columns = Mapping[str, NDArray[Any]]


COMPARED = (*LEVELS, *(name for names in RIGHT_AND_WRONG.values() for name in names), "learning_time")
"""What is compared without asking."""
PRECISION = 0.01
"""Half an interval, in a measure's own unit, that is wanted unless another is asked for."""
FEW = 3
"""What so many factors are set to can name a point of a sweep."""


@dataclass(frozen=True, eq=False)
class Worlds:
    """What was measured of one scenario.

    Attributes
    ----------
    name : str
        What it is called beside others.
    scenario : Scenario
    digest : str
        That of the scenario when the worlds were made, and of behaviours of one's own that made them.
    by_seed : mapping
        By seed, by measure a value per step of `steps`.
    steps : array of int
        Those recorded, ascending; empty before there is any world.
    named : frozenset of str or None
        The keys that its own file gives, without what that extends; None where it comes from no file.
    agents : mapping
        Where the classes of one's own are that made the worlds, by what they stand in for ("staff_member").
    lessons : mapping
        By seed, how far each lesson got (`lpsim.analysis.lesson_pairs.standing`), where lessons are followed.
    """

    name: str
    scenario: Scenario
    digest: str
    by_seed: Mapping[int, Columns]
    steps: NDArray[np.int64]
    named: frozenset[str] | None = None
    lessons: Mapping[int, pd.DataFrame] = field(default_factory=dict)
    agents: Mapping[str, str] = field(default_factory=dict)

    @property
    def measures(self) -> tuple[str, ...]:
        """What is known of every world."""
        worlds = list(self.by_seed.values())
        return tuple(name for name in worlds[0] if all(name in world for world in worlds)) if worlds else ()

    @property
    def recorded(self) -> NDArray[np.int64]:
        """As `steps`; before there is any world, those that will be."""
        return self.steps if self.by_seed else np.array(recorded_steps(self.scenario), dtype=np.int64)

    def array(self, measure: str, seeds: Sequence[int], steps: NDArray[np.int64]) -> NDArray[np.float64]:
        """A measure by seed and step."""
        places = np.searchsorted(self.steps, steps)
        return np.array([self.by_seed[seed][measure][places] for seed in seeds], dtype=float)


def values_of(
    worlds: Worlds, measure: str, seeds: Sequence[int], steps: NDArray[np.int64]
) -> NDArray[np.float64]:
    """As `Worlds.array`; NaN where a sweep did not keep the measure."""
    if measure in worlds.measures:
        return worlds.array(measure, seeds, steps)
    return np.full((len(seeds), len(steps)), np.nan)


def of_scenario(name: str, scenario: Scenario, named: Iterable[str] | None = None) -> Worlds:
    """A scenario of which no world was made yet."""
    keys = None if named is None else frozenset(named)
    return Worlds(name, scenario, scenario.digest, {}, np.array([], dtype=np.int64), keys)


def of_file(path: Path, changes: Mapping[str, Any] | None = None) -> Worlds:
    """A scenario file, of which no world was made yet; errors as in `Scenario.load`."""
    scenario = Scenario.load(path, changes)
    return of_scenario(name_of(path), scenario, Scenario.load(path).given.file)


def name_of(path: Path) -> str:
    """What a scenario or runs are called: by their file or folder."""
    return path.stem.replace("_", " ") if path.suffix == ".toml" else path.name.replace("_", " ")


def of_runs(name: str, runs: Iterable[Run], *, more: Sequence[str] = ()) -> Worlds:
    """Runs of one scenario, each with a seed of its own.

    Raises
    ------
    InputError
        There is none, or they are of several scenarios.
    """
    found: dict[int, Columns] = {}
    lessons: dict[int, pd.DataFrame] = {}
    first: Run | None = None
    for run in runs:
        first = first or run
        if _digest(run) != _digest(first):
            raise InputError(
                f"{name}: holds runs of several scenarios or behaviours; give each a name of its own."
            )
        found[run.seed] = _columns(run, more)
        if run.lessons is not None:
            lessons[run.seed] = standing(run.lessons)
    if first is None:
        raise InputError(f"{name}: holds no runs; give at least two.")
    agents = agent_places(first.provenance)
    digest, steps = _digest(first), first.column("step")
    return Worlds(name, first.scenario, digest, found, steps, lessons=lessons, agents=agents)


def of_store(folder: Path, points: Sequence[int] | None = None) -> list[Worlds]:
    """The points of a sweep, or some of them by number, in that order.

    Raises
    ------
    InputError
        As `Store.open` and `Store.frame`; or there is no such point, or nothing of it is done.
    """
    store = Store.open(folder)
    design = store.design
    wanted = [point.number for point in design.points] if points is None else list(points)
    wrong = [number for number in wanted if not 0 <= number < len(design.points)]
    if wrong:
        raise InputError(
            f"point {wrong[0]}: no such point of {folder}; there are 0 to {len(design.points) - 1}."
        )
    frame = store.frame()
    kept = [*design.measured, *(LESSONS if design.keep.lessons else ())]
    found = []
    for number in wanted:
        point, rows = design.points[number], frame[frame["point"] == number]
        if not len(rows):
            raise InputError(f"{folder}: nothing of point {number} is done; run `lpsim sweep` again.")
        scenario, digest = design.scenario(point), design.digest_of(point)
        by_seed = {
            int(str(seed)): {measure: world[measure].to_numpy(dtype=float) for measure in kept}
            for seed, world in rows.groupby("seed")
        }
        steps = np.array(design.steps, dtype=np.int64)
        agents = design.own.agent_places
        found.append(Worlds(_name(point), scenario, digest, by_seed, steps, agents=agents))
    if len({worlds.name for worlds in found}) < len(found):
        found = [replace(one, name=f"point {number}") for one, number in zip(found, wanted, strict=True)]
    return found


def _name(point: Point) -> str:
    """What sets a point apart, where it is little enough for a line; else its number."""
    if not 0 < len(point.values) <= FEW:
        return f"point {point.number}"
    told = {key: f"{value:.3g}" if isinstance(value, float) else value for key, value in point.values.items()}
    return ", ".join(f"{'.'.join(key.split('.')[-2:])} {value}" for key, value in told.items())


def with_seeds(
    worlds: Worlds,
    seeds: Iterable[int],
    *,
    more: Sequence[str] = (),
    on_step: Callable[[int], None] | None = None,
    **own: Unpack[Behaviours],
) -> Worlds:
    """The same with the worlds of seeds that are missing, simulated.

    Raises
    ------
    InputError
        As `simulate_many`; or what the worlds that are there were made from has changed since.
    """
    missing = [seed for seed in seeds if seed not in worlds.by_seed]
    if not missing:
        return worlds
    mine = Own.of(**own)
    digest = mine.digest_of(worlds.scenario.digest)
    if worlds.by_seed and digest != worlds.digest:
        raise InputError(
            f"{worlds.name}: seeds are missing, and its runs were made from files, or with behaviours, that "
            "are others now, or by another lpsim; run it again with all seeds."
        )
    found, lessons, steps = dict(worlds.by_seed), dict(worlds.lessons), worlds.steps
    for run in simulate_many(worlds.scenario, missing, on_step=on_step, **own):
        if not len(steps):
            steps = run.column("step")
        columns, places = _columns(run, more), np.searchsorted(run.column("step"), steps)
        found[run.seed] = {name: values[places] for name, values in columns.items()}
        if run.lessons is not None:
            lessons[run.seed] = standing(run.lessons)
    agents = mine.agent_places
    return replace(worlds, digest=digest, by_seed=found, steps=steps, lessons=lessons, agents=agents)


def without_interventions(
    scenario: Scenario, seeds: Sequence[int], measures: Sequence[str], **own: Unpack[Behaviours]
) -> dict[str, NDArray[np.float64]]:
    """The means of measures, by step, in the same worlds without a scenario's interventions.

    Raises
    ------
    InputError
        As `simulate_many`.
    """
    as_before = scenario.adapted({"interventions": [], "record.lessons": False})
    worlds = with_seeds(of_scenario("without the interventions", as_before), seeds, **own)
    return {name: summarize_runs(worlds.array(name, seeds, worlds.steps)).mean for name in measures}


def see_that_it_is_measured(measures: Iterable[str], scenario: Scenario, known: Iterable[str] = ()) -> None:
    """Raises `InputError` at a name that is no measure of a scenario, nor one of its groups, nor `known`.

    One of several steps needs every step recorded.
    """
    for name in measures:
        if not isinstance(name, str):
            raise InputError(f"measures: found {name!r:.80}; give the name of a measure, or several.")
        if needs_every_step([name]) and scenario.record.every != 1:
            raise InputError(f"measure {name}: needs every step; record them (record.every = 1).")
        others = (*(LESSONS if scenario.record.lessons else ()), *known)
        problem = measure_problem({name: scenario}, name, others)
        if problem is not None:
            raise InputError(as_sentence(f"measure {name}: is not recorded; {problem}"))


def _digest(run: Run) -> str:
    return Own(said=run.provenance.get("own", {})).digest_of(str(run.provenance["digest"]))


def _columns(run: Run, more: Sequence[str]) -> Columns:
    """Every measure, those of groups that are asked for, and where lessons are followed how far they got."""
    names = dict.fromkeys([*MEASURES, *(name for name in more if name not in LESSONS)])
    columns = {name: column_of(run, name) for name in names}
    return (
        columns
        if run.lessons is None
        else {**columns, **lessons_up_to(run.lessons, run.column("step").tolist())}
    )
