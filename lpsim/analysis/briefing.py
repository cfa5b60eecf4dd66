"""What a report is made of: worlds of some scenarios, what differs, one lesson's life, a grid of levers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lpsim.analysis.comparison import SEEDS, compare_worlds
from lpsim.analysis.grid import WORLDS, affordable, grid, read_lever, usual_levers
from lpsim.analysis.life import Life
from lpsim.analysis.picks import pick
from lpsim.analysis.worlds import with_seeds
from lpsim.errors import InputError
from lpsim.runs.measures import LEVELS
from lpsim.runs.simulate import simulate
from lpsim.watching import progress

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lpsim.analysis.comparison import Comparison
    from lpsim.analysis.grid import Grid, Lever
    from lpsim.analysis.worlds import Worlds

MOST_WITH_LESSONS = 2_000_000
"""People times steps of a run whose lessons are followed for a report: some seconds."""


@dataclass(frozen=True, eq=False)
class Briefing:
    """What a report is made of.

    Attributes
    ----------
    worlds : tuple of Worlds
        The base first.
    seeds : tuple of int
        Those that all have in common.
    comparison : Comparison or None
        Of the options with the base; None of one scenario alone.
    shown : tuple of Worlds
        Those that are drawn in full: the base, and the option that differs most from it.
    life : Life or None
        Of the lesson of the base's first world that got furthest.
    no_life : str
        Why there is none.
    grid : Grid or None
        Of the base.
    no_grid : str
        Why there is none.
    """

    worlds: tuple[Worlds, ...]
    seeds: tuple[int, ...]
    comparison: Comparison | None
    shown: tuple[Worlds, ...]
    life: Life | None
    no_life: str
    grid: Grid | None
    no_grid: str


def brief(
    worlds: Sequence[Worlds],
    *,
    seeds: Sequence[int] | None = None,
    levers: Sequence[str] | None = None,
    on_step: Callable[[int], None] | None = None,
) -> Briefing:
    """Gather what a report needs; worlds and levers that are missing are simulated.

    Parameters
    ----------
    worlds : sequence of Worlds
        The base first.
    seeds : sequence of int, optional
        As of `lpsim.compare`.
    levers : sequence of str, optional
        As `lpsim.analysis.grid.read_lever` reads them, of the base; without them those it usually has, an
        empty sequence for none.
    on_step : callable, optional
        As for `simulate`.

    Raises
    ------
    InputError
        The scenarios do not compare, a lever is none, or as `simulate_many`.
    """
    base = worlds[0]
    chosen = None if levers is None else [read_lever(base.scenario, text) for text in levers]
    made, comparison = _made(worlds, seeds, on_step)
    common = comparison.seeds if comparison else tuple(made[0].by_seed if seeds is None else seeds)
    shown = (made[0], *_most_different(made[1:], comparison))
    life, no_life = _life(made[0], common[0])
    found, no_grid = _grid(made[0], chosen, common, on_step)
    return Briefing(made, common, comparison, shown, life, no_life, found, no_grid)


def _made(
    worlds: Sequence[Worlds], seeds: Sequence[int] | None, on_step: Callable[[int], None] | None
) -> tuple[tuple[Worlds, ...], Comparison | None]:
    if len(worlds) > 1:
        comparison = compare_worlds(worlds[0], worlds[1:], seeds=seeds, on_step=on_step)
        return (comparison.base, *comparison.options), comparison
    (alone,) = worlds
    wanted = list(alone.by_seed or SEEDS) if seeds is None else list(seeds)
    missing = alone.scenario.steps * len(set(wanted) - set(alone.by_seed))
    with progress(missing, on_step) as tell:
        return (with_seeds(alone, wanted, on_step=tell),), None


def _most_different(options: Sequence[Worlds], comparison: Comparison | None) -> list[Worlds]:
    """The option with the largest difference at any level."""
    if comparison is None:
        return []

    def most(option: Worlds) -> float:
        effects = [one for one in comparison.effects() if one.option == option.name and one.measure in LEVELS]
        return max((abs(one.difference.mean) for one in effects), default=-math.inf)

    return [max(options, key=most)]


def _life(base: Worlds, seed: int) -> tuple[Life | None, str]:
    """The life of the lesson that got furthest in one world, followed anew; or why there is none."""
    scenario = base.scenario
    try:
        if _people(base) * scenario.steps > MOST_WITH_LESSONS:
            raise InputError("following every lesson of so many people takes too long for a report.")
        run = simulate(scenario.adapted({"record.lessons": True}), seed=seed, on_step=lambda _: None)
        number = pick(*run.journal(), "furthest")
        if number is None:
            raise InputError("nobody in a practice learned what most of the team did not know already.")
        return Life.of(run, number), ""
    except InputError as error:
        return None, str(error)


def _people(base: Worlds) -> int:
    from lpsim.population.build import build  # noqa: PLC0415 (slow to import)

    return build(base.scenario, 0).structure.staff


def _grid(
    base: Worlds,
    chosen: Sequence[Lever] | None,
    seeds: Sequence[int],
    on_step: Callable[[int], None] | None,
) -> tuple[Grid | None, str]:
    if chosen is not None and not chosen:
        return None, "none were asked for."
    levers = list(usual_levers(base.scenario) if chosen is None else chosen)
    count = min(len(seeds), WORLDS[1])
    if chosen is None:
        levers, count = affordable(base.scenario, levers, count)
    if not levers:
        return None, "no lever acts in this scenario, or it is too large for half a minute (--lever)."
    total = base.scenario.steps * count * math.prod(len(lever.values) for lever in levers)
    try:
        with progress(total, on_step) as tell:
            return grid(base.scenario, levers, seeds[:count], on_step=tell), ""
    except InputError as error:
        if chosen is not None:
            raise
        return None, str(error)  # what nobody asked for stops no report
