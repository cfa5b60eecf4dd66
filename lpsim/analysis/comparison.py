"""Options against a base on the same seeds: what differs, how surely, and in how many worlds it is worse.

A difference is *paired*: taken world by world, so that what chance does to both falls out (common random
numbers). The *variance ratio* says what is left: the variance of a paired difference over that of one between
independent runs; so many independent runs as a pair are worth are its inverse.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
import pandas as pd

from lpsim.analysis.lesson_pairs import gained, shift
from lpsim.analysis.paired_effects import effect_at_the_end, over_time
from lpsim.analysis.sources import named, worlds_of
from lpsim.analysis.summary import paired_differences, summarize_runs
from lpsim.analysis.worlds import COMPARED, PRECISION, see_that_it_is_measured, with_seeds
from lpsim.errors import InputError
from lpsim.model.seeds import whole_seeds
from lpsim.runs.measures import LEVELS
from lpsim.scenario.differences import Difference, differences
from lpsim.scenario.keys import within_set
from lpsim.scenario.scenario import Scenario
from lpsim.scenario.taken import as_list
from lpsim.scenario.units import is_rate
from lpsim.shown import html
from lpsim.sweeps.store.rows import LESSONS
from lpsim.watching import progress

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from lpsim.analysis.lesson_pairs import Shift
    from lpsim.analysis.paired_effects import Effect
    from lpsim.analysis.sources import Source
    from lpsim.analysis.summary import PairedDifference
    from lpsim.analysis.worlds import Worlds
    from lpsim.engines.behaviours import Behaviours
    from lpsim.runs.names import MeasureName

SEEDS = range(1, 21)
"""Unless others are asked for, or there are some already."""
MOST = 12
"""So many options are compared at a time: more can neither be read nor told apart."""
_SAME = ("population.", "world.issues", "world.domains", "step")
"""Keys without which the same seeds are no more the same worlds."""
_SAME_OF_ROLES = ("headcount", "column", "people")


@dataclass(frozen=True, eq=False)
class Comparison:
    """Options against a base, in the same worlds.

    Attributes
    ----------
    base : Worlds
    options : tuple of Worlds
    seeds : tuple of int
        Those that all have in common.
    steps : array of int
        Those that are recorded of all, up to the one at which they are compared.
    measures : tuple of str
    precision : float
        For which `Effect.worlds_needed` says how many worlds are needed.
    """

    base: Worlds
    options: tuple[Worlds, ...]
    seeds: tuple[int, ...]
    steps: NDArray[np.int64]
    measures: tuple[str, ...]
    precision: float = PRECISION

    def __repr__(self) -> str:
        options = ", ".join(option.name for option in self.options)
        return f"<Comparison: {options} with {self.base.name}, worlds: {len(self.seeds):,}>"

    def _repr_html_(self) -> str:
        return html(self)

    def paired(self, option: Worlds, measure: str) -> PairedDifference[NDArray[Any]]:
        """The difference between an option and the base at every step."""
        return paired_differences(self._array(option, measure), self._array(self.base, measure))

    def mean(self, worlds: Worlds, measure: str) -> NDArray[np.float64]:
        """The mean over the worlds at every step."""
        mean: NDArray[np.float64] = summarize_runs(self._array(worlds, measure)).mean
        return mean

    def at_the_end(self, option: Worlds, measure: str) -> NDArray[np.float64]:
        """The difference in each world, at the last step, in the order of `seeds`."""
        apart = self._array(option, measure) - self._array(self.base, measure)
        last: NDArray[np.float64] = apart[:, -1]
        return last

    def effects(self) -> list[Effect]:
        """What each option does to each measure at the last of `steps`.

        What is compared without asking is left out where it has no value in any world of both.
        """
        return list(self._effects)

    @cached_property
    def _effects(self) -> list[Effect]:
        found = [self._effect(option, measure) for measure in self.measures for option in self.options]
        return [effect for effect in found if effect.worlds or effect.measure not in COMPARED]

    def is_same(self, option: Worlds) -> bool:
        """Whether an option gives exactly what the base gives, of each measure and step, in each world."""
        both = [name for name in self.base.measures if name in option.measures]
        arrays = ((self._array(option, name), self._array(self.base, name)) for name in both)
        return all(np.array_equal(one, other, equal_nan=True) for one, other in arrays)

    @property
    def is_whole(self) -> bool:
        """Whether every step was kept of all, and all that is compared without asking."""
        return len(self.steps) == self.steps[-1] + 1 and set(COMPARED) <= set(self.measures)

    @property
    def ends_early(self) -> bool:
        """Whether what is compared is an earlier step than the last recorded of any."""
        return any(one.steps[-1] > self.steps[-1] for one in (self.base, *self.options))

    def first_difference(self, option: Worlds) -> int | None:
        """The first step recorded at which any measure differs in any world; None where none does."""
        apart = np.zeros(len(self.steps), dtype=bool)
        for name in self.measures:
            one, other = self._array(option, name), self._array(self.base, name)
            apart |= ~((one == other) | (np.isnan(one) & np.isnan(other))).all(axis=0)
        return int(self.steps[apart][0]) if apart.any() else None

    def lessons(self, option: Worlds) -> Shift | None:
        """How far an option brought lessons born with and without it, up to the last step simulated.

        None where they are not followed, or what is compared is an earlier step.
        """
        found = self._lessons(option)
        return found and shift(*found)

    def lessons_gained(self, option: Worlds, most: int = 3) -> pd.DataFrame | None:
        """As `lpsim.analysis.lesson_pairs.gained`; None as of `lessons`."""
        found = self._lessons(option)
        return None if found is None else gained(*found, most)

    def _lessons(self, option: Worlds) -> tuple[dict[int, pd.DataFrame], dict[int, pd.DataFrame]] | None:
        both = (self.base, option)
        if self.ends_early or not all(seed in one.lessons for one in both for seed in self.seeds):
            return None
        mine, theirs = ({seed: one.lessons[seed] for seed in self.seeds} for one in (self.base, option))
        return mine, theirs

    def table(self) -> pd.DataFrame:
        """One row per option, measure and step; columns as in `effects`, the difference in several."""
        parts = [
            pd.DataFrame(self._rows(option, measure)) for option in self.options for measure in self.measures
        ]
        return pd.concat(parts, ignore_index=True)

    def changes(self, option: Worlds) -> list[Difference]:
        """Every key in which the scenario of an option differs from that of the base."""
        return [one for one in differences(self.base.scenario, option.scenario) if one.key not in _TEXTS]

    def unnamed(self, option: Worlds) -> list[str]:
        """Keys among those that the option's own file does not give: it extends something else than the base.

        None of what comes from no file.
        """
        if option.named is None:
            return []
        named = {*option.named, *map(within_set, option.scenario.given.changed)}
        whole = tuple(table for table in _WHOLE if any(key.startswith(table) for key in option.named))
        found = [one.key for one in self.changes(option) if not one.key.startswith(whole)]
        return [key for key in found if not any(_is_part(key, one) for one in named)]

    def _array(self, worlds: Worlds, measure: str) -> NDArray[np.float64]:
        return worlds.array(measure, self.seeds, self.steps)

    def _effect(self, option: Worlds, measure: str) -> Effect:
        values = self._array(option, measure), self._array(self.base, measure)
        return effect_at_the_end(option.name, measure, int(self.steps[-1]), values, self.precision)

    def _rows(self, option: Worlds, measure: str) -> dict[str, Any]:
        found = over_time(measure, self._array(option, measure), self._array(self.base, measure))
        return {"option": option.name, "measure": measure, "step": self.steps, **found}


_TEXTS = ("title", "description")
_WHOLE = ("interventions.", "kinds.", "population.tiers.")
"""Arrays, of which a file that names one names all."""


# --- to be compared ------------------------------------------------------------------------------


def compare(
    base: Source,
    options: Source | Sequence[Source] | Mapping[str, Source],
    *,
    seeds: Sequence[int] | None = None,
    measures: Sequence[MeasureName] = (),
    precision: float = PRECISION,
    step: int | None = None,
    on_step: Callable[[int], None] | None = None,
    **own: Unpack[Behaviours],
) -> Comparison:
    """Compare options with a base on the same seeds.

    Parameters
    ----------
    base : Scenario, path, or sequence of Run
        A path is a scenario file, the name of one that ships, or the folder of saved runs.
    options : sequence, mapping, Scenario or path
        Each as `base`; by the name that it is to have, or named by its file or title. A scenario or a path is
        one option.
    seeds : sequence of int, optional
        By default those that all runs that are there have in common; without any, 1 to 20. What is missing is
        simulated.
    measures : sequence of str
        Besides `COMPARED`; one of a group is written ``"staff_knowledge[role: gp]"``.
    precision : float
        Half the interval that is wanted, for `Effect.worlds_needed`.
    step : int, optional
        Compare at this one; by default at the last.
    on_step, staff_member, practice, service, observe : optional
        As for `simulate`; what is simulated is made with them, and what is observed is compared.

    Raises
    ------
    InputError
        The scenarios differ in steps or population, so that the same seeds are not the same worlds; a
        measure or step is not recorded; fewer than two seeds; or what cannot be read or simulated.
    """
    measures = as_list(measures, "measures")
    others = [worlds_of(source, name, measures) for name, source in named(options)]
    found = [worlds_of(base, None, measures, called="base"), *others]
    return compare_worlds(
        found[0], found[1:], seeds=seeds, measures=measures, precision=precision, step=step,
        on_step=on_step, **own,
    )  # fmt: skip


def compare_worlds(
    base: Worlds,
    options: Sequence[Worlds],
    *,
    seeds: Sequence[int] | None = None,
    measures: Sequence[str] = (),
    precision: float = PRECISION,
    step: int | None = None,
    on_step: Callable[[int], None] | None = None,
    **own: Unpack[Behaviours],
) -> Comparison:
    """As `compare`, of what was read already."""
    if not (isinstance(precision, Real) and 0 < precision < math.inf):
        raise InputError(f"precision: found {precision!r:.80}; allowed is a number above 0.")
    see_that_they_compare(base, options, step)
    observed = tuple(own.get("observe") or ())
    measures = (*measures, *observed)
    seen = [set(one.measures) for one in (base, *options) if one.by_seed]
    see_that_it_is_measured(measures, base.scenario, (*observed, *set.union(set(), *seen)))
    steps = _steps_up_to(step, [base, *options])
    wanted = seeds_of([base, *options], seeds)
    missing = sum(one.scenario.steps * len(set(wanted) - set(one.by_seed)) for one in (base, *options))
    with progress(missing, on_step) as tell:
        made = [with_seeds(one, wanted, more=measures, on_step=tell, **own) for one in (base, *options)]
    compared = _compared(made, measures)
    if not set(compared) & set(LEVELS):
        raise InputError(
            f"measures: found none of the levels kept ({', '.join(LEVELS)}); let the design keep one."
        )
    return Comparison(made[0], tuple(made[1:]), tuple(wanted), steps, compared, precision)


def _steps_up_to(step: int | None, worlds: Sequence[Worlds]) -> NDArray[np.int64]:
    """The steps recorded of all, up to the one asked for, else to the last of all."""
    steps = worlds[0].recorded
    for one in worlds[1:]:
        steps = np.intersect1d(steps, one.recorded)
    if step is not None and (not isinstance(step, Integral) or isinstance(step, bool)):
        raise InputError(f"step: found {step!r:.80}; give the number of one, or None for the last.")
    if step is not None and step not in steps:
        kept = ", ".join(map(str, steps[:MOST])) + (f" … {steps[-1]}" if len(steps) > MOST else "")
        raise InputError(f"step {step}: was not recorded of all; there is {kept or 'none in common'}.")
    if step is None and (not len(steps) or any(one.recorded[-1] != steps[-1] for one in worlds)):
        raise InputError(
            "steps: the last steps recorded differ; give all the same steps, and record the same of them "
            "(or compare at an earlier one: --step)."
        )
    return steps if step is None else steps[steps <= step]


def seeds_of(found: Sequence[Worlds], seeds: Sequence[int] | None) -> list[int]:
    """The seeds to compare: as asked, else those that are there in common, else `SEEDS`.

    Raises
    ------
    InputError
        These are fewer than two.
    """
    made = [set(one.by_seed) for one in found if one.by_seed]
    wanted = (
        sorted(set(whole_seeds(seeds)))
        if seeds is not None
        else sorted(set.intersection(*made))
        if made
        else [*SEEDS]
    )
    if len(wanted) < 2:
        raise InputError(
            f"seeds: found {len(wanted)} in common; a difference needs at least two (--replications 20)."
        )
    return wanted


def see_that_they_compare(base: Worlds, options: Sequence[Worlds], step: int | None = None) -> None:
    """Raises `InputError` where the same seeds are not the same worlds, or names do not tell them apart.

    Up to a step that both reach they are, be it that one ends earlier.
    """
    if not options:
        raise InputError(
            "found nothing to compare with the base; give at least one more scenario, as "
            "written_records (`lpsim scenarios` lists what ships)."
        )
    if len(options) > MOST:
        raise InputError(f"found {len(options)} options; at most {MOST} can be told apart, so choose some.")
    names = [one.name for one in (base, *options)]
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"{name}: found twice; give each once, under a name of its own.")
    for option in options:
        found = differences(base.scenario, option.scenario)
        for key, old, new in sorted(found, key=lambda one: one.key == "steps"):  # which has a cure: last
            if key == "steps" and step is None:
                raise InputError(
                    f"steps: found {old} in {base.name} and {new} in {option.name}; give both the same, or "
                    f"compare at one that both reach (--step {min(old, new)})."
                )
            if _is_of_population(key):
                raise InputError(
                    f"{key}: found {old} in {base.name} and {new} in {option.name}, so that the same seeds "
                    "are not the same worlds; give both the same, or see each by itself (`lpsim run`, or a "
                    "sweep of them)."
                )


def _is_of_population(key: str) -> bool:
    parts = key.split(".")
    if is_rate(Scenario, key):  # as how often a tier reports to the next
        return False
    of_role = parts[0] == "roles" and parts[-1] in _SAME_OF_ROLES
    return of_role or any(key == same or (same[-1] == "." and key.startswith(same)) for same in _SAME)


def _compared(made: Sequence[Worlds], asked: Sequence[str]) -> tuple[str, ...]:
    for name in asked:
        without = [one.name for one in made if name not in one.measures]
        if without:
            raise InputError(f"measure {name}: was not kept of {without[0]}; leave it out, or simulate it.")
    names = dict.fromkeys((*COMPARED, *asked, *LESSONS))
    found = tuple(name for name in names if all(name in one.measures for one in made))
    if not found:
        raise InputError("measures: found none that all have; keep the same of them.")
    return found


def _is_part(key: str, named: str) -> bool:
    """Whether a key is one that was given, or a part of it, or the other way round."""
    return f"{key}.".startswith(f"{named}.") or named.startswith(f"{key}.")
