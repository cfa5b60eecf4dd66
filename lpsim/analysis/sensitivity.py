"""Which factors of a sweep matter: Sobol' indices or elementary effects, and what chance makes of them.

Both are taken of the means over a point's replications, by SALib. Three uncertainties are told apart. The
*interval* (bootstrap over the sample) says how well an index is known from so many points. The *parts* are
the same index from one part of the replications each: how far it hangs on the seeds. The *noise floor* is the
index of the block of seeds that every point takes (``seed_blocks`` of the design): what chance alone makes of
a factor.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from lpsim.analysis.cases import cases_of
from lpsim.analysis.effects import is_ordered, places_of, steps_of
from lpsim.analysis.indices import Index, Influence, Interaction
from lpsim.errors import InputError
from lpsim.sweeps.design.factors import SEED_BLOCK, UNNAMED
from lpsim.sweeps.design.sampling import LEAST_SAMPLES, MORRIS_LEVELS, sampled
from lpsim.sweeps.store.store import opened

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from lpsim.analysis.cases import Cases
    from lpsim.sweeps.design.design import Design
    from lpsim.sweeps.store.store import Store

    Numbers = NDArray[np.float64]

INDICES = {"morris": ("mu_star", "mu", "sigma"), "sobol": ("total", "first")}
"""By analysis its indices; factors are ranked by the first."""
SAMPLER = {"morris": "morris", "sobol": "saltelli"}
"""The method of a design that each analysis needs."""
MOST_PARTS = 4
OVER = 1.1
"""A share of the variance that cannot be: samples whose interval reaches so far are too few."""
RESAMPLES = 500
"""Those of the bootstrap."""


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """How much each factor of a sweep moves each measure.

    Attributes
    ----------
    method : str
        "morris" or "sobol".
    design : Design
    step : int
        At which the measures were taken.
    points : int
        How many were looked at.
    influences : dict of tuple of Influence
        By measure, the strongest first; the block of seeds is among them where the design has some.
    interactions : dict of tuple of Interaction
        By measure, the strongest first; empty unless the design is made for them.
    constant : tuple of str
        Measures left out, as they are the same at all points.
    scenario : str
        The one looked at, of those that a design lists.
    """

    method: str
    design: Design
    step: int
    points: int
    influences: Mapping[str, tuple[Influence, ...]]
    interactions: Mapping[str, tuple[Interaction, ...]]
    constant: tuple[str, ...] = ()
    scenario: str = UNNAMED

    @property
    def measures(self) -> tuple[str, ...]:
        """What was looked at."""
        return tuple(self.influences)

    def floor(self, measure: str) -> Index | None:
        """What chance alone makes of an index; None where the design has no blocks of seeds."""
        return next((one.strength for one in self.influences[measure] if one.factor == SEED_BLOCK), None)

    def chance(self, measure: str, one: Influence) -> Index | None:
        """What chance alone makes of the index of one factor: the floor, magnified as its effects are."""
        floor, times = self.floor(measure), one.magnified
        return floor and Index(times * floor.value, times * floor.low, times * floor.high)

    def factors(self, measure: str) -> list[Influence]:
        """The factors without the block of seeds, the strongest first."""
        return [one for one in self.influences[measure] if one.factor != SEED_BLOCK]

    def clear(self, measure: str) -> list[Influence]:
        """Those whose interval lies above what chance makes of their index; without a floor those above 0.

        None where the indices are `unsettled`.
        """
        if self.unsettled(measure):
            return []
        found = [(one, self.chance(measure, one)) for one in self.factors(measure)]
        return [one for one, chance in found if one.strength.low > (chance.high if chance else 0.0)]

    def unsettled(self, measure: str) -> list[Influence]:
        """Those, and the block of seeds, whose share of the variance cannot be, or can be anything.

        That is a total share above 1 that may well be `OVER`, or a share alone whose interval holds both 0
        and 1: too few samples. (Of nearly all the variance the share comes out a little above 1 in half of
        all samples.)
        """
        if self.method != "sobol":
            return []
        found = self.influences[measure]
        first = [one.indices["first"] for one in found]
        return [
            one
            for one, alone in zip(found, first, strict=True)
            if (one.strength.value > 1 and one.strength.high > OVER) or (alone.low <= 0 and alone.high >= 1)
        ]

    def above(self, measure: str) -> list[Influence]:
        """Those whose index is more than chance makes of it, clearly or not."""
        found = [(one, self.chance(measure, one)) for one in self.factors(measure)]
        return [one for one, chance in found if one.strength.value > (chance.value if chance else 0.0)]

    def wide(self, measure: str) -> list[Influence]:
        """Those of `above` whose interval is wider than the index that it is of."""
        return [one for one in self.above(measure) if one.strength.width > one.strength.value]

    def table(self) -> pd.DataFrame:
        """One row per measure, factor and index: ``value``, ``low``, ``high``, ``part_1`` …, ``clear``.

        Where the design is made for them, also one per pair of factors, ``factor`` and ``with``, whose index
        is "second".
        """
        rows = [
            {
                "measure": measure, "step": self.step, "factor": one.factor, "index": name,
                **index.numbers(), "clear": one in self.clear(measure),
            }
            for measure, found in self.influences.items()
            for one in found
            for name, index in one.indices.items()
        ]  # fmt: skip
        pairs = [
            {
                "measure": measure, "step": self.step, "factor": pair.one, "with": pair.other,
                "index": "second", **pair.share.numbers(),
            }
            for measure, found in self.interactions.items()
            for pair in found
        ]  # fmt: skip
        return pd.DataFrame([*rows, *pairs])


def sobol(
    store: Store | str | Path,
    measures: str | Sequence[str] | None = None,
    *,
    step: int | None = None,
    scenario: str | None = None,
) -> Sensitivity:
    """Sobol' indices: what share of a measure's variance over the points is whose.

    ``total`` is a factor's share with all that it does together with others, ``first`` its share alone
    (Saltelli et al. 2010, *Computer Physics Communications* 181:259-270).

    Parameters
    ----------
    store : Store, str or Path
        Or its folder; of a design with ``method = "saltelli"``.
    measures : str or sequence of str, optional
        At most four of those kept; by default the levels.
    step : int, optional
        One of those kept; by default the last.
    scenario : str, optional
        Of a design that lists scenarios: which.

    Raises
    ------
    InputError
        The design does not fit, runs are missing, there are too few samples, or there is no such measure,
        step or scenario.
    """
    return _analysed("sobol", opened(store), measures, step=step, scenario=scenario)


def morris(
    store: Store | str | Path,
    measures: str | Sequence[str] | None = None,
    *,
    step: int | None = None,
    scenario: str | None = None,
) -> Sensitivity:
    """Elementary effects: how much a measure changes as one factor crosses its whole range, others anywhere.

    ``mu_star`` is the mean of their sizes, ``mu`` their mean with its sign, ``sigma`` their standard
    deviation (Morris 1991; Campolongo, Cariboni & Saltelli 2007, *Environmental Modelling & Software*
    22:1509-1518). Of names, switches and blocks of seeds an effect is the difference between two values
    (`lpsim.analysis.effects`). Parameters and errors as in `sobol`, of a design with ``method = "morris"``.
    """
    return _analysed("morris", opened(store), measures, step=step, scenario=scenario)


def sensitivity(
    store: Store | str | Path,
    measures: str | Sequence[str] | None = None,
    *,
    step: int | None = None,
    scenario: str | None = None,
) -> Sensitivity:
    """Whichever of `sobol` and `morris` the design of a store was made for."""
    store = opened(store)
    found = [name for name, sampler in SAMPLER.items() if sampler == store.design.method]
    return _analysed(found[0] if found else None, store, measures, step=step, scenario=scenario)


def _analysed(
    method: str | None,
    store: Store,
    measures: str | Sequence[str] | None,
    *,
    step: int | None,
    scenario: str | None,
) -> Sensitivity:
    design = store.design
    if method is None or design.method != SAMPLER[method]:
        raise InputError(_refusal(store, method))
    _see_that_it_is_large_enough(store, method)
    if scenario is None and UNNAMED not in design.scenarios:
        raise InputError(f"scenario: missing; the design lists {', '.join(design.scenarios)}, name one.")
    cases = cases_of(store, step=step, scenario=scenario)
    runs = {measure: cases.runs(measure) for measure in cases.chosen(measures)}
    constant = tuple(measure for measure, found in runs.items() if not np.ptp(found.mean(axis=1)))
    if len(constant) == len(runs) or (measures and constant):
        raise InputError(f"measure {constant[0]}: is the same at all points, so nothing moves it.")
    problem = _problem(design)
    influences, interactions = {}, {}
    for measure, found in runs.items():
        if measure not in constant:
            influences[measure], interactions[measure] = _of_measure(method, cases, problem, found)
    return Sensitivity(
        method, design, cases.step, len(cases.points), influences, interactions, constant, scenario or UNNAMED
    )


def _refusal(store: Store, method: str | None) -> str:
    found = f"{store.folder}: its design has method {store.design.method}"
    if method is not None:
        return f'{found}, {method} needs method = "{SAMPLER[method]}"; sweep such a design.'
    return (
        f'{found}, from which no index follows; sweep one with method = "morris" (samples = 10 or more: '
        'which of many matter) or method = "saltelli" (samples = 256 or more: shares of the variance).'
    )


def _see_that_it_is_large_enough(store: Store, method: str) -> None:
    samples = store.design.scheme.samples
    least = LEAST_SAMPLES[SAMPLER[method]]
    if samples is not None and samples < least:
        raise InputError(
            f"{store.folder}: its design has samples = {samples}, too few for an index; sweep one with at "
            f"least {least}."
        )


def _problem(design: Design) -> dict[str, Any]:
    """What SALib calls the problem: the factors of the design, each from 0 to 1."""
    names = [factor.name for factor in sampled(design.scheme, design.factors)]
    return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}


def _of_measure(
    method: str, cases: Cases, problem: dict[str, Any], runs: Numbers
) -> tuple[tuple[Influence, ...], tuple[Interaction, ...]]:
    analyse = {"morris": _morris, "sobol": _sobol}[method]
    whole = analyse(cases, problem, runs.mean(axis=1), RESAMPLES)
    # The replications in up to four parts, each with seeds of its own.
    parts = np.array_split(runs, min(MOST_PARTS, runs.shape[1]), axis=1) if runs.shape[1] > 1 else []
    by_part = [analyse(cases, problem, part.mean(axis=1), 2) for part in parts]
    steps = steps_of(cases) if method == "morris" else None
    times = [of.magnified for of in steps] if steps else _magnified(cases, problem["num_vars"])
    found = []
    for place, factor in enumerate(sampled(cases.design.scheme, cases.design.factors)):
        indices = {}
        for index in INDICES[method]:
            value, half = whole[index][place], whole.get(f"{index}_conf", {place: math.nan})[place]
            low = max(value - half, 0.0) if index in ("mu_star", "total") else value - half
            same = tuple(float(part[index][place]) for part in by_part)
            indices[index] = Index(float(value), float(low), float(value + half), same)
        places = steps[place].places if steps else 0
        found.append(Influence(factor.name, indices, is_ordered(factor), times[place], places))
    ranked = sorted(found, key=lambda one: -one.strength.value)
    return tuple(ranked), tuple(_interactions(problem["names"], whole))


def _magnified(cases: Cases, factors: int) -> list[float]:
    """How much larger than the floor what chance alone does is in the Sobol' index of each factor.

    The two blocks that are compared are the same in one of so many pairs, and chance then does
    nothing; a factor that leads to another history has all of it in every pair.
    """
    blocks = cases.design.scheme.seed_blocks
    return [blocks / (blocks - 1) if blocks > 1 else 1.0] * factors


def _interactions(names: Sequence[str], whole: Mapping[str, Any]) -> list[Interaction]:
    if "second" not in whole:
        return []
    found = []
    for one, other in combinations(range(len(names)), 2):
        value, half = (float(whole[key][one, other]) for key in ("second", "second_conf"))
        found.append(Interaction(names[one], names[other], Index(value, value - half, value + half)))
    return sorted(found, key=lambda pair: -pair.share.value)


def _sobol(cases: Cases, problem: dict[str, Any], means: Numbers, resamples: int) -> dict[str, Any]:
    from SALib.analyze import sobol as salib  # noqa: PLC0415 (half a second)

    second = cases.design.scheme.second_order
    if not np.ptp(means):  # one part of the replications, perhaps
        nothing = np.zeros(problem["num_vars"])
        return {"total": nothing, "first": nothing}
    found = salib.analyze(problem, means, calc_second_order=second, num_resamples=resamples, seed=1)
    named = {"total": "ST", "total_conf": "ST_conf", "first": "S1", "first_conf": "S1_conf"}
    named |= {"second": "S2", "second_conf": "S2_conf"} if second else {}
    return {name: found[key] for name, key in named.items()}


def _morris(cases: Cases, problem: dict[str, Any], means: Numbers, resamples: int) -> dict[str, Any]:
    from SALib.analyze import morris as salib  # noqa: PLC0415 (half a second)

    levels = cases.design.scheme.levels or MORRIS_LEVELS
    by_salib = salib.analyze(
        dict(problem), _places(cases), means, num_levels=levels, num_resamples=resamples, seed=1
    )
    found = {key: np.array(by_salib[key], dtype=float) for key in ("mu_star", "mu_star_conf", "mu", "sigma")}
    for place, steps in enumerate(steps_of(cases)):
        if not steps.continuous:
            for key, value in steps.indices(means, resamples).items():
                found[key][place] = value
        if steps.places < 2:  # the same two points again and again: no sample of places
            found["mu_star_conf"][place] = math.nan
    return found


def _places(cases: Cases) -> Numbers:
    """Where each point lies in each factor: SALib asks only which of two is higher, not by how much."""
    factors = sampled(cases.design.scheme, cases.design.factors)
    by_factor = ([tuple(point.values[key] for key in of.columns) for point in cases.points] for of in factors)
    return np.array(list(map(places_of, factors, by_factor))).T
