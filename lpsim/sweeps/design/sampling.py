"""How the points of a design are made, one method each.

Nothing here draws from a generator of its own: the samplers of SciPy and SALib are seeded with a word of
`lpsim.model.draws`, and what they draw is rounded, so that the same design has the same points on
every machine.
"""

from __future__ import annotations

import math
from itertools import chain, product
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from lpsim.sweeps.design.factors import SEED_BLOCK, Factor
from lpsim.sweeps.design.varying import is_whole, typed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from lpsim.sweeps.design.factors import Distribution, Row, Scheme, Value

    Levels = list[tuple[Row, ...]]  # the points, a level of each factor

DIGITS = 9
"""Significant digits of a value drawn or computed: machines differ in later ones."""
MORRIS_LEVELS = 4
"""Unless the design says otherwise."""

LEAST_SAMPLES = {"morris": 4, "saltelli": 16}
"""By method, samples below which nothing can be ranked (`lpsim.analysis.sensitivity`)."""


def design_points(
    scheme: Scheme, factors: Sequence[Factor], baseline: Sequence[Row], listed: Sequence[Row] = ()
) -> list[Row]:
    """The points of a design at one of its scenarios: a value per key of the factors, and its block of seeds
    if any.

    Parameters
    ----------
    scheme : Scheme
        The method, and what it needs.
    factors : sequence of Factor
        What is varied.
    baseline : sequence of Row
        What the scenario holds at each factor; for one_at_a_time.
    listed : sequence of Row
        The rows of a table of points; each is taken with every value of the factors that are not in it.
    """
    made = METHODS[scheme.method].points(scheme, _beside(listed, sampled(scheme, factors)), baseline)
    found = [tuple(chain.from_iterable(levels)) for levels in made]
    return [(*row, *more) for row in listed for more in found] if listed else found


def number_of_points(scheme: Scheme, factors: Sequence[Factor], listed: Sequence[Row] = ()) -> int:
    """How many points a scenario gives, without making them; of one_at_a_time at most so many."""
    return METHODS[scheme.method].size(scheme, _beside(listed, sampled(scheme, factors))) * max(
        len(listed), 1
    )


def _beside(listed: Sequence[Row], factors: Sequence[Factor]) -> Sequence[Factor]:
    """The factors that are not in a table of points, whose columns come first."""
    return factors[len(listed[0]) :] if listed else factors


def sampled(scheme: Scheme, factors: Sequence[Factor]) -> tuple[Factor, ...]:
    """The factors of a design, and after them the block of seeds where it has some."""
    if scheme.seed_blocks == 1:
        return tuple(factors)
    blocks = tuple(range(1, scheme.seed_blocks + 1))
    return (*factors, Factor(key=SEED_BLOCK, kind="uncertainty", values=blocks))


# --- the values of one factor ---------------------------------------------------------------------


def levels_of(factor: Factor, count: int | None) -> list[Row]:
    """The values listed, or so many from one end to the other, fewer where whole numbers run out.

    Each is a value for every key of the factor. Of a distribution they are equally likely to lie between two
    neighbours.
    """
    listed = factor.rows
    if listed is not None:
        return [_typed(factor, row) for row in listed]
    assert count is not None
    return list(dict.fromkeys(values_at(factor, np.linspace(0, 1, count))))


def values_at(factor: Factor, shares: NDArray[np.float64]) -> list[Row]:
    """The values of a factor, one for each of its keys, below which the stated shares (0 to 1) of all lie."""
    if factor.values is not None:
        listed = levels_of(factor, None)
        # A share of 2/3 that came out a little too small still begins the third of three values.
        places = np.searchsorted(_thresholds(factor), shares + 1e-9 / len(listed), side="right")
        return [listed[place] for place in places.clip(0, len(listed) - 1)]
    spread = factor.spread
    assert spread is not None
    if is_whole(factor):
        found: Sequence[Value] = _whole_quantiles(spread, shares)
    else:
        low, high = spread.low, spread.high
        found = [min(max(float(f"{x:.{DIGITS}g}"), low), high) for x in spread.quantiles(shares)]
    return [_typed(factor, (value,) * len(factor.columns)) for value in found]


def _typed(factor: Factor, row: Sequence[Value]) -> Row:
    return tuple(typed(key, [value])[0] for key, value in zip(factor.columns, row, strict=True))


def _thresholds(factor: Factor) -> NDArray[np.float64]:
    """The share of all at which each value listed ends."""
    assert factor.values is not None
    weights = np.ones(len(factor.values)) if factor.weights is None else np.array(factor.weights)
    return np.cumsum(weights / weights.sum())


def _whole_quantiles(spread: Distribution, shares: NDArray[np.float64]) -> list[int]:
    low, high = int(spread.low), int(spread.high)
    if spread.name == "uniform":  # each number equally likely, the first and the last too
        found = np.floor(low + shares * (high - low + 1) + 1e-9)
    else:
        found = np.floor(spread.quantiles(shares) + 0.5)
    return [int(number) for number in found.clip(low, high)]


# --- methods that enumerate -----------------------------------------------------------------------


def _factorial(scheme: Scheme, factors: Sequence[Factor], _: Sequence[Row]) -> Levels:
    """Every level of every factor with every level of the others; the last factor changes fastest."""
    return list(product(*(levels_of(factor, scheme.levels) for factor in factors)))


def _factorial_count(scheme: Scheme, factors: Sequence[Factor]) -> int:
    return math.prod(len(levels_of(factor, scheme.levels)) for factor in factors)


def _one_at_a_time(scheme: Scheme, factors: Sequence[Factor], baseline: Sequence[Row]) -> Levels:
    """The base scenario, then each factor at each other level while all others stay."""
    found = [tuple(baseline)]
    for place, factor in enumerate(factors):
        for level in levels_of(factor, scheme.levels):
            if level != baseline[place]:
                found.append((*baseline[:place], level, *baseline[place + 1 :]))
    return found


def _one_at_a_time_count(scheme: Scheme, factors: Sequence[Factor]) -> int:
    return 1 + sum(len(levels_of(factor, scheme.levels)) for factor in factors)


def _as_listed(_: Scheme, _factors: Sequence[Factor], _baseline: Sequence[Row]) -> Levels:
    """Each scenario as it is: one point without factors."""
    return [()]


# --- methods that draw ----------------------------------------------------------------------------


def _drawn(shares: NDArray[np.float64], factors: Sequence[Factor]) -> Levels:
    columns = (values_at(factor, shares[:, place]) for place, factor in enumerate(factors))
    return list(zip(*columns, strict=True))


def _seed_of(scheme: Scheme) -> int:
    return _word(scheme.seed, 0)


def _word(seed: int, draw: int) -> int:
    # Imported late, as all that draws: designs that enumerate need no compiled code, nor SciPy.
    from lpsim.model.draws import Draws, Stream  # noqa: PLC0415

    return Draws(seed).word(Stream.SWEEP_POINTS, draw, 0)


def _samples(scheme: Scheme) -> int:
    assert scheme.samples is not None
    return scheme.samples


def _latin_hypercube(scheme: Scheme, factors: Sequence[Factor], _: Sequence[Row]) -> Levels:
    """One point in each of so many equally likely slices of every factor (McKay, Beckman & Conover 1979)."""
    from scipy.stats import qmc  # noqa: PLC0415

    return _drawn(qmc.LatinHypercube(len(factors), seed=_seed_of(scheme)).random(_samples(scheme)), factors)


def _sobol(scheme: Scheme, factors: Sequence[Factor], _: Sequence[Row]) -> Levels:
    """Sobol' sequence, scrambled (Owen): points that fill the space evenly."""
    from scipy.stats import qmc  # noqa: PLC0415

    exponent = _samples(scheme).bit_length() - 1
    return _drawn(qmc.Sobol(len(factors), seed=_seed_of(scheme)).random_base2(exponent), factors)


def even_shares(count: int, dimensions: int, *, seed: int, draw: int) -> NDArray[np.float64]:
    """So many points between 0 and 1, (count, dimensions), evenly spread: a Sobol' sequence, scrambled.

    Another `draw` gives others, with the same seed.
    """
    from scipy.stats import qmc  # noqa: PLC0415

    sequence = qmc.Sobol(dimensions, seed=_word(seed, draw))
    shares: NDArray[np.float64] = sequence.random_base2(max(count - 1, 1).bit_length())[:count]
    return shares.round(DIGITS)


def _saltelli(scheme: Scheme, factors: Sequence[Factor], _: Sequence[Row]) -> Levels:
    """Saltelli's extension of the Sobol' sequence, for Sobol' indices (`SALib.analyze.sobol`)."""
    from SALib.sample import sobol  # noqa: PLC0415

    shares = sobol.sample(
        _unit_problem(factors), _samples(scheme), calc_second_order=scheme.second_order, seed=_seed_of(scheme)
    )
    return _drawn(shares, factors)


def _saltelli_count(scheme: Scheme, factors: Sequence[Factor]) -> int:
    return _samples(scheme) * ((2 if scheme.second_order else 1) * len(factors) + 2)


def _morris(scheme: Scheme, factors: Sequence[Factor], _: Sequence[Row]) -> Levels:
    """Trajectories that change one factor at a time (Morris 1991; `SALib.analyze.morris`)."""
    from SALib.sample import morris  # noqa: PLC0415

    levels = scheme.levels or MORRIS_LEVELS
    shares = morris.sample(_unit_problem(factors), _samples(scheme), num_levels=levels, seed=_seed_of(scheme))
    return _drawn(shares, factors)


def _morris_count(scheme: Scheme, factors: Sequence[Factor]) -> int:
    return _samples(scheme) * (len(factors) + 1)


def _unit_problem(factors: Sequence[Factor]) -> dict[str, Any]:
    """SALib's words for so many factors from 0 to 1."""
    names = [factor.name for factor in factors]
    return {"num_vars": len(factors), "names": names, "bounds": [[0, 1]] * len(factors)}


def _samples_count(scheme: Scheme, _: Sequence[Factor]) -> int:
    return _samples(scheme)


class Sampler(NamedTuple):
    """A method: what it is called, what it makes of a scheme, and what it needs to know."""

    title: str
    points: Callable[[Scheme, Sequence[Factor], Sequence[Row]], Levels]
    size: Callable[[Scheme, Sequence[Factor]], int]
    takes: frozenset[str]
    """Which of a scheme's levels, samples, second_order, seed and seed_blocks."""


_LEVELS, _DRAWS, _BLOCKS = frozenset({"levels"}), frozenset({"samples", "seed"}), frozenset({"seed_blocks"})
METHODS: dict[str, Sampler] = {
    "factorial": Sampler("full factorial", _factorial, _factorial_count, _LEVELS),
    "one_at_a_time": Sampler("one at a time", _one_at_a_time, _one_at_a_time_count, _LEVELS),
    "latin_hypercube": Sampler("Latin hypercube", _latin_hypercube, _samples_count, _DRAWS),
    "sobol": Sampler("Sobol' sequence", _sobol, _samples_count, _DRAWS),
    "saltelli": Sampler("Saltelli", _saltelli, _saltelli_count, _DRAWS | _BLOCKS | {"second_order"}),
    "morris": Sampler("Morris", _morris, _morris_count, _DRAWS | _BLOCKS | _LEVELS),
    "scenarios": Sampler("scenarios as listed", _as_listed, lambda *_: 1, frozenset()),
    "points": Sampler("points of a table", _factorial, _factorial_count, frozenset()),
}
