"""What a report is made of: worlds of some scenarios, what differs, one lesson's life, a grid of levers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Unpack

import numpy as np

from lpsim.analysis.comparison import SEEDS, compare_worlds
from lpsim.analysis.grid import WORLDS, affordable, grid, read_levers, usual_levers
from lpsim.analysis.life import Life
from lpsim.analysis.paired_effects import clear_among
from lpsim.analysis.picks import pick
from lpsim.analysis.summary import summarize
from lpsim.analysis.worlds import values_of, with_seeds
from lpsim.errors import InputError
from lpsim.model.seeds import whole_seeds
from lpsim.runs.measures import FUNNEL, LEVELS
from lpsim.runs.simulate import simulate, simulate_many
from lpsim.watching import progress

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lpsim.analysis.comparison import Comparison
    from lpsim.analysis.grid import Grid, Lever
    from lpsim.analysis.summary import Summary
    from lpsim.analysis.worlds import Worlds
    from lpsim.engines.behaviours import Agents
    from lpsim.runs.run import Run
    from lpsim.scenario import Scenario

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
        Those that are drawn in full: the base, and the option that the answer begins with.
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

    def at_the_end(self, worlds: Worlds, measure: str) -> Summary[float]:
        """What the worlds of a scenario say together of a measure at the last step."""
        return summarize(values_of(worlds, measure, self.seeds, worlds.steps)[:, -1].tolist())


def brief(
    worlds: Sequence[Worlds],
    *,
    seeds: Sequence[int] | None = None,
    levers: Sequence[str] | None = None,
    measures: Sequence[str] = (),
    on_step: Callable[[int], None] | None = None,
    **own: Unpack[Agents],
) -> Briefing:
    """Gather what a report needs; worlds and levers that are missing are simulated.

    Parameters
    ----------
    worlds : sequence of Worlds
        The base first.
    seeds : sequence of int, optional
        As in `lpsim.compare`.
    levers : sequence of str, optional
        As `lpsim.analysis.grid.read_levers` reads them, of the base; without them those it usually has, an
        empty sequence for none.
    measures : sequence of str
        As in `lpsim.compare`.
    on_step : callable, optional
        As for `simulate`.
    **own
        ``staff_member``, ``practice`` and ``service``, as for `simulate`; all worlds are made with them.

    Raises
    ------
    InputError
        The scenarios do not compare, a lever is none, or as `simulate_many`.
    """
    base = worlds[0]
    chosen = None if levers is None else read_levers(base.scenario, levers)
    made, comparison = _made(worlds, seeds, measures, on_step, own)
    common = (
        comparison.seeds if comparison else tuple(made[0].by_seed if seeds is None else whole_seeds(seeds))
    )
    shown = (made[0], *_most_different(made[1:], comparison))
    acting = own if made[0].agents else {}  # runs that were saved may have been made without
    life, no_life = _life(made[0], common[0], acting)
    found, no_grid = _grid(made[0], chosen, _changed(comparison), common, on_step, acting)
    return Briefing(made, common, comparison, shown, life, no_life, found, no_grid)


def _made(
    worlds: Sequence[Worlds],
    seeds: Sequence[int] | None,
    measures: Sequence[str],
    on_step: Callable[[int], None] | None,
    own: Agents,
) -> tuple[tuple[Worlds, ...], Comparison | None]:
    if len(worlds) > 1:
        _see_that_they_end_together(worlds)
        measures = (*_known_of_all(worlds), *measures)
        comparison = compare_worlds(
            worlds[0], worlds[1:], seeds=seeds, measures=measures, on_step=on_step, **own
        )
        return (comparison.base, *comparison.options), comparison
    (alone,) = worlds
    wanted = list(alone.by_seed or SEEDS) if seeds is None else whole_seeds(seeds)
    missing = alone.scenario.steps * len(set(wanted) - set(alone.by_seed))
    with progress(missing, on_step) as tell:
        return (with_seeds(alone, wanted, on_step=tell, **own),), None


def _see_that_they_end_together(worlds: Sequence[Worlds]) -> None:
    """Raises `InputError` where there is no last step of all, which is what a report tells of."""
    base, *options = [(one.name, int(one.recorded[-1])) for one in worlds]
    for name, last in options:
        if last != base[1]:
            raise InputError(
                f"steps: {base[0]} ends at {base[1]} and {name} at {last}, and a report tells of the last "
                "step; give both the same (`lpsim compare` compares at one that both reach: "
                f"--step {min(base[1], last)})."
            )


def _known_of_all(worlds: Sequence[Worlds]) -> list[str]:
    """How far right knowledge gets, except what a sweep did not keep."""
    return [name for name in FUNNEL if all(not one.by_seed or name in one.measures for one in worlds)]


def _most_different(options: Sequence[Worlds], comparison: Comparison | None) -> list[Worlds]:
    """The option with the largest clear difference at a level, as the answer has it, or else the largest."""
    if comparison is None:
        return []
    effects = [one for one in comparison.effects() if one.measure in LEVELS]
    largest = max(clear_among(effects) or effects, key=lambda one: abs(one.difference.mean), default=None)
    return [next((one for one in options if largest and one.name == largest.option), options[0])]


def _life(base: Worlds, seed: int, own: Agents) -> tuple[Life | None, str]:
    """The life of a lesson of one world, followed anew: one that came back from the service, or else the one
    that got furthest; or why there is none.
    """
    scenario = base.scenario
    try:
        if _people(scenario) * scenario.steps > MOST_WITH_LESSONS:
            raise InputError("following every lesson of so many people takes too long for a report.")
        run = simulate(scenario.adapted({"record.lessons": True}), seed=seed, on_step=lambda _: None, **own)
        _see_that_it_is_the_same(run, base)
        journal = run.journal()
        number = pick(*journal, "returned") or pick(*journal, "furthest")
        if number is None:
            raise InputError("nobody in a practice learned what most of the team did not know already.")
        return Life.of(run, number), ""
    except InputError as error:
        return None, str(error)


def _people(scenario: Scenario) -> int:
    from lpsim.population.build import build  # noqa: PLC0415 (slow to import)

    return build(scenario, 0).structure.staff


def _see_that_it_is_the_same(run: Run, base: Worlds) -> None:
    """Raises `InputError` where runs that were given are not made again by the scenario alone."""
    kept = np.isin(run.column("step"), base.steps)
    for name in set(LEVELS) & set(base.measures):
        (given,) = base.array(name, [run.seed], base.steps)
        if not np.allclose(run.column(name)[kept], given, rtol=0, atol=1e-9, equal_nan=True):
            raise InputError(
                "these runs cannot be made again, as a behaviour of one's own or another lpsim made them; "
                "give the behaviour as well (--staff-member), or run them again."
            )


def _changed(comparison: Comparison | None) -> list[str]:
    """The keys whose values options change, be it by an intervention."""
    if comparison is None:
        return []
    changes = (one.key for option in comparison.options for one in comparison.changes(option))
    return [key.rpartition(".set.")[2] for key in changes]


def _grid(
    base: Worlds,
    chosen: Sequence[Lever] | None,
    changed: Sequence[str],
    seeds: Sequence[int],
    on_step: Callable[[int], None] | None,
    own: Agents,
) -> tuple[Grid | None, str]:
    """That of the levers chosen, or of the usual ones as far as that takes little; or why there is none."""
    if chosen is not None and not chosen:
        return None, "none were asked for."
    if chosen is not None:
        return _simulated(base, chosen, seeds[: WORLDS[1]], on_step, own), ""
    try:
        levers, count = affordable(
            base.scenario, usual_levers(base.scenario, changed), min(len(seeds), WORLDS[1])
        )
        if not levers:
            return None, "no lever acts in this scenario, or it is too large for half a minute (--lever)."
        return _simulated(base, levers, seeds[:count], on_step, own), ""
    except InputError as error:  # what nobody asked for stops no report
        return None, str(error)


def _simulated(
    base: Worlds,
    levers: Sequence[Lever],
    seeds: Sequence[int],
    on_step: Callable[[int], None] | None,
    own: Agents,
) -> Grid:
    (first, *_) = simulate_many(base.scenario.adapted({"record.lessons": False}), seeds[:1], **own)
    _see_that_it_is_the_same(first, base)
    total = base.scenario.steps * len(seeds) * math.prod(len(lever.values) for lever in levers)
    with progress(total, on_step) as tell:
        return grid(base.scenario, levers, seeds, on_step=tell, **own)
