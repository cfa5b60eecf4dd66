"""simulate(scenario, seed=…, engine=…) -> Run: the neck of the hourglass."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from lpsim.errors import InputError
from lpsim.lessons.estimate import expected_lessons
from lpsim.lessons.stages import tables
from lpsim.measures import Observer
from lpsim.population import build
from lpsim.run import Run, provenance

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from lpsim.engines.base import Engine
    from lpsim.engines.reference.agents import StaffMember
    from lpsim.population import Population
    from lpsim.scenario import Scenario

MANY = 20_000
"""Staff above which threads pay for themselves."""
ENGINES = ("compiled", "reference")


def simulate(
    scenario: Scenario,
    *,
    seed: int = 0,
    engine: str = "compiled",
    threads: int | None = None,
    staff_member: type[StaffMember] | None = None,
    on_step: Callable[[int], None] | None = None,
) -> Run:
    """Run a scenario from step 0 to its last step.

    Parameters
    ----------
    scenario : Scenario
        What to simulate.
    seed : int
        0 … 2^64 - 1. Same scenario, same seed: the same series to the last bit.
    engine : str
        "compiled" (fast) or "reference" (the model as Mesa agents, to read and to extend); both give
        the same numbers to the last bit.
    threads : int, optional
        Of the compiled engine, which gives the same numbers on any number; by default one, and as many
        as there are processors where the staff are very many.
    staff_member : type, optional
        A subclass of `StaffMember` with a behaviour of your own; of the reference engine only.
    on_step : callable, optional
        Called with the number of each step done, for progress.

    Returns
    -------
    Run

    Raises
    ------
    InputError
        The seed or the engine does not exist, a file the scenario names is wrong, or the run is
        expected to bear more lessons than ``record.lessons_limit``.
    """
    _check(seed, engine, threads, staff_member)
    started = time.perf_counter()
    population = build(scenario, seed)
    _check_lessons(scenario, population)
    machine = _started(engine, scenario, population, seed=seed, threads=threads, staff_member=staff_member)
    try:
        kept = _record(scenario, population, machine, on_step)
    finally:
        machine.close()
    seconds = time.perf_counter() - started
    origin = provenance(
        scenario, seed=seed, engine=engine, seconds=seconds, population_report=population.report
    )
    if staff_member is not None:
        origin["staff_member"] = f"{staff_member.__module__}.{staff_member.__qualname__}"
    return Run(scenario=scenario, seed=seed, provenance=origin, **kept)


def _check(seed: int, engine: str, threads: int | None, staff_member: type[StaffMember] | None) -> None:
    if not 0 <= seed < 2**64:
        raise InputError(f"seed: found {seed}; allowed is a whole number from 0 to 2^64 - 1.")
    if engine not in ENGINES:
        raise InputError(f"engine: found {engine!r}; allowed is one of {', '.join(ENGINES)}.")
    if threads is not None and threads < 1:
        raise InputError(f"threads: found {threads}; allowed is a whole number from 1.")
    if staff_member is not None and engine != "reference":
        raise InputError(
            f"staff_member: the {engine} engine has no behaviours of one's own; use engine='reference'."
        )


def _check_lessons(scenario: Scenario, population: Population) -> None:
    if not scenario.record.lessons:
        return
    limit, expected = scenario.record.lessons_limit, expected_lessons(scenario, population.structure)
    if expected > limit:
        raise InputError(
            f"record.lessons_limit: this run is expected to bear about {expected:,} lessons, allowed are "
            f"{limit:,}; raise the limit, simulate less, or set record.lessons = false."
        )


def _started(
    engine: str,
    scenario: Scenario,
    population: Population,
    *,
    seed: int,
    threads: int | None,
    staff_member: type[StaffMember] | None,
) -> Engine:
    # Imported late: Mesa and the compiler take most of a second each, and a run needs one of them.
    structure, state = population.structure, population.state
    if engine == "compiled":
        from lpsim.engines.compiled.engine import CompiledEngine  # noqa: PLC0415

        many = (os.cpu_count() or 1) if structure.staff > MANY else 1
        return CompiledEngine(scenario, structure, state, seed=seed, threads=threads or many)
    from lpsim.engines.reference.agents import StaffMember as Ordinary  # noqa: PLC0415
    from lpsim.engines.reference.model import LearningModel  # noqa: PLC0415

    return LearningModel(scenario, structure, state, seed=seed, staff_member=staff_member or Ordinary)


def _record(
    scenario: Scenario,
    population: Population,
    engine: Engine,
    on_step: Callable[[int], None] | None,
) -> dict[str, pd.DataFrame]:
    observer = Observer(population.structure, bundles=scenario.judgement.payoff == "bundles")
    for step in range(scenario.steps + 1):
        if step:
            engine.advance()
            if on_step is not None:
                on_step(step)
        if step % scenario.record.every == 0 or step == scenario.steps:
            observer.add(engine.observe(), scenario.world.domains)
    kept = observer.tables()
    if engine.journal is not None:
        kept["lessons"], kept["lesson_events"] = tables(engine.journal)
    return kept
