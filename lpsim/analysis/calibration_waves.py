"""From wave to wave of a calibration: how far off points are, where to try next, and which are acceptable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lpsim.analysis.proposals import Region, Steps
from lpsim.storage.readers import shown
from lpsim.sweeps.runner import KEPT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from lpsim.analysis.calibration_file import Plan
    from lpsim.analysis.proposals import Proposal
    from lpsim.analysis.targets import Estimates
    from lpsim.sweeps.design.factors import Row

    Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Wave:
    """Points simulated together.

    Attributes
    ----------
    shares : array, (points, keys)
        Where each lies in the ranges, 0 to 1.
    rows : list of tuple
        The values of the keys.
    seen : Estimates
        What came of each.
    off : array, (points,)
        How far the furthest target is off, in standard deviations of target and chance; infinite where there
        is no value.
    proposal : Proposal
        That they come from.
    """

    shares: Floats
    rows: list[Row]
    seen: Estimates
    off: Floats
    proposal: Proposal


class Acceptable(NamedTuple):
    """The acceptable points of all waves."""

    places: NDArray[np.int64]
    """Theirs among the points of all waves."""
    shares: Floats
    """Where each lies in the ranges, 0 to 1: (points, keys)."""
    errors: Floats
    """How far chance moves each target, as it was found acceptable with: (points, targets)."""
    chances: Floats
    """That of each to be kept: in proportion to how much it counts, 1 where all are kept; (points,)."""


def off_by(plan: Plan, seen: Estimates) -> Floats:
    """How far off the furthest target is, in standard deviations; infinite where there is no value."""
    off: Floats = each_off(plan, seen).max(axis=1)
    return off


def each_off(plan: Plan, seen: Estimates) -> Floats:
    """The same of each target, (points, targets)."""
    centres, spreads = of_targets(plan)
    off: Floats = np.abs(seen.values - centres) / np.hypot(spreads, seen.errors)
    return np.where(np.isfinite(off), off, np.inf)


def of_targets(plan: Plan) -> tuple[Floats, Floats]:
    """The targets and their standard deviations."""
    return (
        np.array([target.centre for target in plan.targets]),
        np.array([target.spread for target in plan.targets]),
    )


def next_proposal(plan: Plan, waves: Sequence[Wave]) -> Proposal:
    """Where to try next, by all that was seen so far."""
    shares = np.concatenate([wave.shares for wave in waves])
    if plan.search.method == "history_matching":
        values = np.concatenate([wave.seen.values for wave in waves])
        return Region(shares, values, *of_targets(plan), cutoff=plan.search.cutoff)
    off = np.concatenate([wave.off for wave in waves])
    best = np.argsort(off, kind="stable")[: max(plan.search.samples // 4, 2 * (shares.shape[1] + 1))]
    near = np.union1d(best, np.flatnonzero(off <= plan.search.cutoff))
    return Steps(shares[near], _weights(waves, shares[near]))


def _weights(waves: Sequence[Wave], shares: Floats) -> Floats:
    """How much each point counts, so that points count as if they had been proposed evenly; sum 1.

    A point is weighed against how likely any of the waves was to propose it (deterministic mixture).
    """
    proposed = sum(len(wave.shares) * wave.proposal.density(shares) for wave in waves)
    weights: Floats = 1 / np.maximum(proposed, 1e-12)
    weights /= weights.sum()
    return weights


def acceptable(plan: Plan, waves: Sequence[Wave]) -> Acceptable:
    """The acceptable points; where there are more than asked, each counts by its weight."""
    found = np.flatnonzero(np.concatenate([wave.off for wave in waves]) <= plan.search.cutoff)
    shares = np.concatenate([wave.shares for wave in waves])[found]
    errors = np.concatenate([wave.seen.errors for wave in waves])[found]
    chances = np.ones(len(found))
    if len(found) > plan.search.accept:
        chances = _chances(_weights(waves, shares), plan.search.accept)
    return Acceptable(found, shares, errors, chances)


def kept(plan: Plan, acceptable: Acceptable) -> NDArray[np.int64]:
    """Those of the acceptable points that are kept, by their places among those of all waves."""
    if len(acceptable.places) <= plan.search.accept:
        return acceptable.places
    # In the order in which they were drawn, evenly, every second one lies in the same half of some range.
    draws = np.random.Generator(np.random.PCG64(plan.design.scheme.seed))
    order = np.argsort(draws.random(len(acceptable.places)))
    chances = np.cumsum(acceptable.chances[order])
    ticks = np.arange(plan.search.accept) + 0.5
    places = acceptable.places[order[np.searchsorted(chances, ticks).clip(0, len(order) - 1)]]
    return np.sort(places)


def _chances(weights: Floats, count: int) -> Floats:
    """The chance of each to be among so many of them: in proportion to its weight, where that is below 1."""
    certain = np.zeros(len(weights), dtype=bool)
    while True:
        chances: Floats = np.ones(len(weights))
        chances[~certain] = (count - certain.sum()) * weights[~certain] / weights[~certain].sum()
        if (chances <= 1).all():
            return chances
        certain |= chances > 1


def nothing(plan: Plan, waves: Sequence[Wave], folder: Path) -> str:
    """What is wrong where no point is acceptable, and what may help."""
    off = np.concatenate([wave.off for wave in waves])
    nearest, cutoff = float(off.min()), plan.search.cutoff
    if not np.isfinite(nearest):
        what = (
            "no point has a value for every target in more than half of its runs; ask for lessons or "
            "measures that there are, or give more steps"
        )
    else:
        values = np.concatenate([wave.seen.values for wave in waves])[off.argmin()]
        centres, _ = of_targets(plan)
        worst = int(np.concatenate([each_off(plan, wave.seen) for wave in waves])[off.argmin()].argmax())
        name = plan.targets[worst].name
        what = (
            f"no point is acceptable: the nearest is {nearest:.1f} standard deviations off, by {name} "
            f"({values[worst]:.3g} where {centres[worst]:.3g} was observed), allowed are {cutoff:g}; "
            "raise waves or samples, widen ranges, or give targets a discrepancy"
        )
    return f"{shown(folder)}: {what}; {KEPT}"
