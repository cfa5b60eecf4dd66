"""simulate(scenario, seed=…, engine=…) -> Run: the neck of the hourglass."""

from __future__ import annotations

import time
import warnings
from collections.abc import Sized
from itertools import pairwise, product
from typing import TYPE_CHECKING, Any, Unpack, cast

import numpy as np

from lpsim.engines.behaviours import Behaviours, Own, idle_parameters
from lpsim.engines.quickest import AS_REFERENCE, QUICKEST
from lpsim.engines.registry import ENGINES, Options, check, engine_named
from lpsim.errors import IdleSettingWarning, InputError
from lpsim.lessons.estimate import expected_lessons
from lpsim.model.counts import empty_counts_of_many, one_of, recorded_steps
from lpsim.model.seeds import several, whole_seed
from lpsim.population.build import Builder
from lpsim.population.footprint import check_footprint, size_of
from lpsim.runs.observations import Counted, Observations, see_that_names_are_free
from lpsim.runs.provenance import origin, provenance
from lpsim.runs.run import LESSON_TABLES, Run
from lpsim.scenario.idle import warn_of_idle_settings
from lpsim.scenario.taken import as_scenario
from lpsim.watching import progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    import pandas as pd

    from lpsim.engines.base import Engine, Factory, SideBySideFactory
    from lpsim.engines.registry import EngineName
    from lpsim.lessons.journal import Record
    from lpsim.model.counts import Counts
    from lpsim.population.build import Population
    from lpsim.scenario import Scenario

AT_ONCE = 1_000_000
"""Steps times staff times words (of 64 issues) simulated between two looks at the world outside: some tenths
of a second."""


def simulate(
    scenario: Scenario | str | Path,
    *,
    seed: int = 1,
    engine: EngineName | None = None,
    threads: int | None = None,
    on_step: Callable[[int], None] | None = None,
    **own: Unpack[Behaviours],
) -> Run:
    """Run a scenario from step 0 to its last step.

    Parameters
    ----------
    scenario : Scenario, str or Path
        What to simulate; or its file, or the name of one that ships.
    seed : int
        0 … 2^64 - 1, a whole number of Python or NumPy. Same scenario, same seed: the same series to the
        last bit.
    engine : str
        One of `lpsim.engines.registry.ENGINES`: "compiled" (fast), "reference" (the model as Mesa agents,
        to read and to extend), or one of your own; all give the same numbers to the last bit. By default
        the one that is quicker now (`lpsim.engines.quickest`): the compiled one, and the reference while
        its code is not there yet, or with behaviours of your own.
    threads : int, optional
        Of an engine that has them; the numbers are the same on any number. By default one, and as many
        as there are processors where the staff are very many.
    on_step : callable, optional
        Called now and then with how many more steps are done; by default a bar shows it where a person
        watches (a terminal, a notebook).
    staff_member, practice, service : type or str, optional
        Subclasses of `StaffMember`, `Practice`, `HealthService` with behaviours of your own, or where they
        are (``"module:Class"``).
    observe : mapping, optional
        Functions of the state (`lpsim.model.state.State`) by the name of their column in the series.

    Returns
    -------
    Run

    Raises
    ------
    InputError
        The seed or the engine does not exist, the engine cannot do what is asked, a behaviour is no such
        subclass or has a method that overrides nothing, a file the scenario
        names is wrong, or the run is expected to bear more lessons than ``record.lessons_limit`` or to need
        more bytes than are free.

    Warns
    -----
    IdleSettingWarning
        A setting was given that cannot act in the scenario.
    """
    maker = _Maker(as_scenario(scenario), engine, threads, Own.of(**own))
    maker.warn(stacklevel=2)
    with progress(maker.scenario.steps, on_step) as tell:
        return maker.run(seed, tell)


def simulate_many(
    scenario: Scenario | str | Path,
    seeds: Iterable[int],
    *,
    engine: EngineName | None = None,
    threads: int | None = 1,
    on_step: Callable[[int], None] | None = None,
    **own: Unpack[Behaviours],
) -> Iterator[Run]:
    """Run a scenario with many seeds, one after the other, sparing what no seed changes.

    Parameters
    ----------
    scenario, engine, on_step, staff_member, practice, service, observe
        As for `simulate`.
    seeds : iterable of int
        One per run.
    threads : int, optional
        As for `simulate`, but one by default: parallel workers must not start threads each.

    Yields
    ------
    Run
        In the order of the seeds, each the same to the last bit as `simulate` would give. Small runs are
        made some at a time, as many as take a fraction of a second.

    Raises
    ------
    InputError
        As `simulate`, which warns of the same.
    """
    seeds = several(seeds)
    runs = len(seeds) if isinstance(seeds, Sized) else 1
    maker = _Maker(as_scenario(scenario), engine, threads, Own.of(**own), runs=runs)
    maker.warn(stacklevel=2)
    return _watched(maker, seeds, on_step)


class Simulator:
    """Runs scenarios, each with many seeds, sparing what none of both changes.

    As `simulate_many`, but it warns of no setting that cannot act, and runs say of where they come from only
    their seed, seconds and population (`lpsim.runs.provenance`). Small runs of scenarios that follow each
    other and differ in rates only are made at once, too.
    """

    def __init__(self, own: Own) -> None:
        self._own = own
        self._before: _Maker | None = None

    def many(self, scenarios: Iterable[Scenario], seeds: Sequence[int]) -> Iterator[Run]:
        """A run of each seed with the first scenario, then with the second, and so on."""
        for makers in self._groups(scenarios, len(seeds)):
            if len(makers) > 1:
                yield from _side_by_side(makers, seeds)
            else:
                yield from makers[0].runs(seeds, None)

    def _groups(self, scenarios: Iterable[Scenario], seeds: int) -> Iterator[list[_Maker]]:
        """Makers of the runs of some scenarios, those together whose runs can be made at once."""
        group: list[_Maker] = []
        for scenario in scenarios:
            maker = _Maker(scenario, None, 1, self._own, before=self._before, brief=True, runs=seeds)
            self._before = maker
            if group and not ((len(group) + 1) * seeds <= maker.at_once() and maker.goes_with(group[0])):
                yield group
                group = []
            group.append(maker)
        if group:
            yield group


def _watched(maker: _Maker, seeds: Iterable[int], on_step: Callable[[int], None] | None) -> Iterator[Run]:
    total = maker.scenario.steps * len(seeds) if isinstance(seeds, Sized) else None
    with progress(total, on_step) as tell:
        yield from maker.runs(seeds, tell)


class _Maker:
    """Makes runs of one scenario; what no seed changes is made once."""

    factory: Factory

    def __init__(
        self,
        scenario: Scenario,
        engine: str | None,
        threads: int | None,
        own: Own,
        *,
        before: _Maker | None = None,
        brief: bool = False,
        runs: int = 1,
    ) -> None:
        """`before` is the maker of runs of another scenario: what serves both is not made again.

        Of those of a `brief` one the provenance says the seed, the seconds and the population alone. `runs`
        are to come, as far as is known: compiling may begin now.
        """
        entry = engine_named(engine, own.agents)
        options = Options(threads, own.agents, before.factory if before is not None else None)
        check(entry, scenario, options)
        see_that_names_are_free(own.observed)
        self.scenario, self.entry, self.options, self.own = scenario, entry, options, own
        self.builder: Builder = Builder(scenario, before.builder if before is not None else None)
        self.origin: dict[str, Any] = {}
        self.brief = brief
        if not brief:
            self.origin = origin(scenario, entry.name) | ({"own": own.said} if own.said else {})
        self._factories: dict[str, Factory] = {}
        self._left = runs
        self._chooses = engine is None and not own.agents and (threads or 1) == 1
        self._choose_engine()

    def warn(self, *, stacklevel: int) -> None:
        """Warn of what was given and cannot act, where a function so far up was called."""
        warn_of_idle_settings(self.scenario, stacklevel=stacklevel + 1)
        for sentence in idle_parameters(self.scenario, self.own):
            warnings.warn(f"{sentence}.", IdleSettingWarning, stacklevel=stacklevel + 1)

    def runs(self, seeds: Iterable[int], on_step: Callable[[int], None] | None) -> Iterator[Run]:
        """A run of each seed; those that only worlds or sizes tell apart side by side, if they are small."""
        for some in _groups(seeds, self.at_once):
            if len(some) > 1:
                yield from _side_by_side([self], some, on_step)
            else:
                yield self.run(some[0], on_step)
            self._left = max(1, self._left - len(some))

    def _choose_engine(self) -> None:
        """Go on with the engine that is quicker now, where none was asked for."""
        if self._chooses:
            person_steps = int(self.builder.expected_size.staff) * self.scenario.steps
            name = QUICKEST.engine(person_steps, self._left, lessons=self.scenario.record.lessons)
            self.entry, self.origin["engine"] = ENGINES[name], name
        if self.entry.name not in self._factories:
            self._factories[self.entry.name] = self.entry.make(self.scenario, self.options)
        self.factory = self._factories[self.entry.name]

    def at_once(self) -> int:
        """How many runs are made at once: of small ones, as many as take a fraction of a second."""
        self._choose_engine()
        alone = self.scenario.record.lessons or (self.options.threads or 1) > 1
        alike = self.builder.only_worlds_differ or self.builder.only_sizes_differ
        if alone or self.own.functions or not self.entry.side_by_side or not alike:
            return 1
        work = _work_of_a_step(self.scenario, int(self.builder.expected_size.staff)) * self.scenario.steps
        return max(1, AT_ONCE // max(1, work))

    def goes_with(self, other: _Maker) -> bool:
        """Whether small runs can be made at once with those of another maker."""
        if self.entry is not other.entry or not self.builder.begins_as(other.builder):
            return False
        factory = cast("SideBySideFactory", other.factory)
        return self.scenario.record == other.scenario.record and factory.goes_with(self.factory)

    def run(self, seed: int, on_step: Callable[[int], None] | None = None) -> Run:
        """One run; only its seed differs from those before."""
        seed = whole_seed(seed)
        self._choose_engine()
        started = time.perf_counter()
        population = self.builder.build(seed)
        self._check(population)
        engine = self.factory.start(population)
        try:
            counts, observed = _record(self.scenario, population, engine, on_step, self.own)
        finally:
            engine.close()
        journal = engine.journal
        lessons = _lesson_tables(journal) if journal is not None else {}
        seconds = time.perf_counter() - started
        if self._chooses and self.entry.name == AS_REFERENCE:
            QUICKEST.spent += seconds
        seen = Observations(self.scenario, Counted(population.structure, counts), 0, observed)
        return self.run_of(seed, seconds, seen, lessons, report=population.report)

    def run_of(
        self,
        seed: int,
        seconds: float,
        seen: Observations,
        lessons: dict[str, pd.DataFrame] | None = None,
        *,
        report: dict[str, Any],
    ) -> Run:
        """A run that has been made."""
        about: dict[str, Any] = {"seed": seed, "seconds": seconds, "population": report}
        if not self.brief:
            about = provenance(self.origin, seed=seed, seconds=seconds, population_report=report)
        return Run(self.scenario, seed, about, seen.tables(lessons or {}), seen)

    def _check(self, population: Population) -> None:
        """See that a run that follows lessons, or has an object for everybody, is not too much."""
        lessons = 0
        if self.scenario.record.lessons:
            lessons = expected_lessons(self.scenario, population.structure)
            _check_lessons(self.scenario, lessons)
        own = self.entry.bytes_per_person
        if lessons or own:
            headcounts = np.diff(population.structure.first_staff)[:, None]
            check_footprint(self.scenario, size_of(headcounts), bytes_per_person=own, lessons=lessons)


def _side_by_side(
    makers: Sequence[_Maker], seeds: Sequence[int], on_step: Callable[[int], None] | None = None
) -> Iterator[Run]:
    """Runs of each seed by each maker, which only worlds, sizes and rates tell apart: moved by one call."""
    started, first, scenarios = time.perf_counter(), makers[0], [maker.scenario for maker in makers]
    structure, starts, report = first.builder.build_together(seeds)
    together = cast("SideBySideFactory", first.factory).start_together(structure, starts, scenarios[1:])
    steps, runs = scenarios[0].steps, len(makers) * len(seeds)
    counts = empty_counts_of_many(structure, recorded_steps(scenarios[0]), runs)
    together.observe_runs(counts, 0)
    together.advance_runs(steps, counts)
    together.close()
    seconds = (time.perf_counter() - started) / runs
    counted = Counted(structure, counts, starts.teams)
    for run, (maker, (world, seed)) in enumerate(product(makers, enumerate(seeds))):
        if on_step is not None:
            on_step(steps)
        if starts.teams is not None:
            report = {**report, "staff": int(starts.teams.staff[world])}
        yield maker.run_of(seed, seconds, Observations(maker.scenario, counted, run), report=report)


def _lesson_tables(journal: Record) -> dict[str, pd.DataFrame]:
    from lpsim.lessons.stages import tables  # noqa: PLC0415 (pandas is slow to import, and few runs need it)

    return dict(zip(LESSON_TABLES, tables(journal), strict=True))


def _check_lessons(scenario: Scenario, expected: int) -> None:
    limit = scenario.record.lessons_limit
    if expected > limit:
        raise InputError(
            f"record.lessons_limit: this run is expected to bear about {expected:,} lessons, allowed are "
            f"{limit:,}; raise the limit, simulate less, or set record.lessons = false."
        )


def _groups(seeds: Iterable[int], most: Callable[[], int]) -> Iterator[list[int]]:
    """Seeds, so many at a time as is asked anew; those before a wrong one come first, whatever is wrong."""
    group: list[int] = []
    at_once = most()
    try:
        for seed in seeds:
            group.append(whole_seed(seed))
            if len(group) == at_once:
                yield group
                group, at_once = [], most()
    except Exception:
        if group:
            yield group
        raise
    if group:
        yield group


def _work_of_a_step(scenario: Scenario, staff: int) -> int:
    """Staff times words of 64 issues."""
    return staff * -(-scenario.world.issues // 64)


def _record(
    scenario: Scenario,
    population: Population,
    engine: Engine,
    on_step: Callable[[int], None] | None,
    own: Own,
) -> tuple[Counts, dict[str, list[float]]]:
    """What is counted of a run at each recorded step, and what functions of one's own observe."""
    stacked = empty_counts_of_many(population.structure, recorded_steps(scenario), 1)
    counts = one_of(stacked, 0)
    engine.observe(counts, 0)
    observed: dict[str, list[float]] = {name: [] for name in own.functions}

    def look() -> None:
        for name, value in own.values(engine.state).items() if observed else ():
            observed[name].append(value)

    look()
    at_once = max(1, AT_ONCE // _work_of_a_step(scenario, population.structure.staff))
    stops = recorded_steps(scenario) if observed else [*range(0, scenario.steps, at_once), scenario.steps]
    for done, stop in pairwise(stops):
        engine.advance_until(stop, counts)
        look()
        if on_step is not None:
            on_step(stop - done)
    return stacked, observed
