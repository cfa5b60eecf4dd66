"""Calibration: which values of the free keys bring the model to what was observed, and what they leave open.

In waves, each a sweep with a store of its own, so that the same call goes on where it ended. All points have
the same seeds; the acceptable ones are run again with seeds that were held out, as what fits the first by
chance alone does not fit these.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np

from lpsim.analysis.calibration_file import read_plan
from lpsim.analysis.calibration_fits import (
    FEWEST,
    TOGETHER,
    KeyFit,
    Pair,
    TargetFit,
    difference,
    ends,
    key_fit,
    mean_and_ends,
)
from lpsim.analysis.proposals import Even, Region, Steps
from lpsim.analysis.targets import estimates
from lpsim.engines.behaviours import Own
from lpsim.errors import StoppedError
from lpsim.scenario import ScenarioError
from lpsim.storage.readers import as_path, shown
from lpsim.sweeps.design.sampling import values_at
from lpsim.sweeps.runner import KEPT, Standing, sweep
from lpsim.watching import see_that_they_can_be_called

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Executor

    from numpy.typing import NDArray

    from lpsim.analysis.calibration_file import Plan
    from lpsim.analysis.proposals import Proposal
    from lpsim.analysis.targets import Estimates
    from lpsim.engines.behaviours import Agents
    from lpsim.sweeps.design.design import Design
    from lpsim.sweeps.design.factors import Row

    Floats = NDArray[np.float64]

WAVES, HELD_OUT = "waves", "held_out"
"""The folders of the sweeps, in that of the calibration."""


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


@dataclass(frozen=True, eq=False)
class Calibration:
    """What came of a calibration.

    Attributes
    ----------
    plan : Plan
    waves : tuple of Wave
    shares, rows : array (points, keys), list of tuple
        The acceptable points, as in `Wave`.
    fitted, held_out : Estimates
        What came of them with the seeds they were fitted to, and with those held out.
    off, off_held_out : array, (points,)
        As in `Wave`.
    found : int
        How many acceptable points there are, of which these are some.
    agents : mapping
        Where the classes of one's own are that made the runs, by what they stand in for ("staff_member").
    """

    plan: Plan
    waves: tuple[Wave, ...]
    shares: Floats
    rows: list[Row]
    fitted: Estimates
    held_out: Estimates
    off: Floats
    off_held_out: Floats
    found: int
    agents: Mapping[str, str] = field(default_factory=dict)

    @property
    def still_acceptable(self) -> float:
        """The share of the acceptable points that are acceptable with the seeds held out, too."""
        return float((self.off_held_out <= self.plan.search.cutoff).mean())

    def allowed(self) -> list[float]:
        """How far from each target the middle acceptable point may be, in its unit; chance counted."""
        cutoff, (_, spreads) = self.plan.search.cutoff, _of_targets(self.plan)
        return [float(far) for far in cutoff * np.median(np.hypot(spreads, self.fitted.errors), axis=0)]

    def chance(self) -> list[float]:
        """How far chance moves each target at the middle acceptable point: a standard deviation."""
        return [float(error) for error in np.median(self.fitted.errors, axis=0)]

    def targets(self) -> list[TargetFit]:
        """Each target with what the model gives."""
        count = len(self.plan.targets)
        both = np.isfinite(self.fitted.values) & np.isfinite(self.held_out.values)
        by_seed = tuple(seen.only(both).by_seed() for seen in (self.fitted, self.held_out))
        first = self.waves[0].seen.values
        return [
            TargetFit(
                target.name,
                target.about,
                target.centre,
                target.spread,
                ends(first[:, place]),
                mean_and_ends(self.fitted.values[:, place]),
                mean_and_ends(self.held_out.values[:, place]),
                difference(*(values[:, place] for values in by_seed), among=count),
            )
            for place, target in enumerate(self.plan.targets)
        ]

    def free_keys(self) -> list[KeyFit]:
        """Each free key with what the acceptable points say of it."""
        return [
            key_fit(factor, self.shares[:, place]) for place, factor in enumerate(self.plan.design.factors)
        ]

    def pairs(self) -> list[Pair]:
        """The pairs of keys that the targets do not tell apart, the closest first."""
        if len(self.shares) < FEWEST:
            return []
        from scipy.stats import rankdata  # noqa: PLC0415

        ranks = rankdata(self.shares, axis=0)
        names = [factor.name for factor in self.plan.design.factors]
        found = []
        for one in range(len(names)):
            for other in range(one):
                if np.ptp(ranks[:, one]) and np.ptp(ranks[:, other]):
                    correlation = float(np.corrcoef(ranks[:, one], ranks[:, other])[0, 1])
                    found.append(Pair(names[other], names[one], correlation))
        far = [pair for pair in found if abs(pair.correlation) >= TOGETHER]
        return sorted(far, key=lambda pair: -abs(pair.correlation))


def calibrate(
    given: str | Path | Mapping[str, Any],
    folder: str | Path,
    *,
    executor: Executor | None = None,
    on_progress: Callable[[Standing], None] | None = None,
    **own: Unpack[Agents],
) -> Calibration:
    """Look for the points at which a model gives what was observed.

    Parameters
    ----------
    given : str, Path or mapping
        A calibration file (see ``docs/calibrate.md``), or what is in one.
    folder : str or Path
        For the stores of its sweeps; the same call goes on with what is there.
    executor : concurrent.futures.Executor, optional
        Who does the runs, as for `lpsim.sweep`.
    on_progress : callable, optional
        Called after each batch with how many runs are done, of at most how many.
    staff_member, practice, service
        As for `simulate`: behaviours of one's own that all runs are made with.

    Returns
    -------
    Calibration

    Raises
    ------
    InputError
        The file is not valid, or the folder holds the sweeps of another calibration.
    StoppedError
        No point is acceptable; or as `lpsim.sweep`. What was simulated is kept.
    """
    see_that_they_can_be_called(on_progress=on_progress)
    plan = read_plan(given)
    folder = as_path(folder, "folder", "the path of a folder")
    work = _Work(plan, folder, executor, on_progress, own)
    proposal: Proposal = Even(len(plan.design.factors))
    waves: list[Wave] = []
    while True:
        waves.append(work.wave(len(waves) + 1, proposal))
        found = sum(int((wave.off <= plan.search.cutoff).sum()) for wave in waves)
        if found >= plan.search.accept or len(waves) == plan.search.waves:
            break
        proposal = _next(plan, waves)
    if not found:
        raise StoppedError(_nothing(plan, waves, folder))
    return work.checked(waves, found)


class _Work:
    """Runs the sweeps of a calibration."""

    def __init__(
        self,
        plan: Plan,
        folder: Path,
        executor: Executor | None,
        on_progress: Callable[[Standing], None] | None,
        own: Agents,
    ) -> None:
        self._plan, self._folder, self._executor = plan, folder, executor
        self._on_progress, self._own = on_progress, Own.of(**own)
        search = plan.search
        self._before = Standing(0, 0, 0)
        self._most = search.waves * search.samples * search.replications + search.accept * search.held_out

    def wave(self, number: int, proposal: Proposal) -> Wave:
        """Simulate the points of a wave."""
        plan, design = self._plan, self._plan.design
        shares = proposal.draw(plan.search.samples, seed=design.scheme.seed, wave=number)
        rows = _rows(design, shares)
        valid = [place for place, row in enumerate(rows) if _is_valid(design, row)]
        shares, rows = shares[valid], [rows[place] for place in valid]
        seen = self._run(design.at(rows), Path(WAVES, str(number)))
        return Wave(shares, rows, seen, _off(plan, seen), proposal)

    def checked(self, waves: Sequence[Wave], found: int) -> Calibration:
        """The acceptable points of all waves, run with the seeds held out as well."""
        plan = self._plan
        kept = _acceptable(plan, waves)
        shares, off = (
            np.concatenate([getattr(wave, of) for wave in waves])[kept] for of in ("shares", "off")
        )
        every = [row for wave in waves for row in wave.rows]
        rows = [every[place] for place in kept]
        fitted = type(waves[0].seen)(
            *(np.concatenate(counts)[kept] for counts in zip(*(wave.seen for wave in waves), strict=True))
        )
        first = plan.design.scheme.first_seed + plan.search.replications
        design = plan.design.at(rows, first_seed=first, replications=plan.search.held_out)
        held_out = self._run(design, Path(HELD_OUT, design.digest[:8]))
        far, places = _off(plan, held_out), self._own.agent_places
        return Calibration(plan, tuple(waves), shares, rows, fitted, held_out, off, far, found, places)

    def _run(self, design: Design, place: Path) -> Estimates:
        """What runs of a design say of the targets."""
        store = sweep(
            design,
            store=self._folder / place,
            executor=self._executor,
            on_progress=self._report,
            **self._own.given,
        )
        self._before = Standing(
            self._before.done + len(design.points) * design.scheme.replications, 0, self._most
        )
        return estimates(store, design, self._plan.targets)

    def _report(self, now: Standing) -> None:
        if self._on_progress is not None:
            done = self._before.done + now.done
            self._on_progress(Standing(done, now.failed, max(self._most, done + now.failed)))


def _rows(design: Design, shares: Floats) -> list[Row]:
    """The values of all keys at some points."""
    columns = [values_at(factor, shares[:, place]) for place, factor in enumerate(design.factors)]
    return [tuple(value for part in parts for value in part) for parts in zip(*columns, strict=True)]


def _is_valid(design: Design, row: Row) -> bool:
    """Whether a point is a scenario: some keys forbid each other."""
    one = design.at([row])
    try:
        one.scenario(one.points[0])
    except ScenarioError:
        return False
    return True


def _off(plan: Plan, seen: Estimates) -> Floats:
    """How far off the furthest target is, in standard deviations; infinite where there is no value."""
    off: Floats = _each_off(plan, seen).max(axis=1)
    return off


def _each_off(plan: Plan, seen: Estimates) -> Floats:
    """The same of each target, (points, targets)."""
    centres, spreads = _of_targets(plan)
    off: Floats = np.abs(seen.values - centres) / np.hypot(spreads, seen.errors)
    return np.where(np.isfinite(off), off, np.inf)


def _of_targets(plan: Plan) -> tuple[Floats, Floats]:
    """The targets and their standard deviations."""
    return (
        np.array([target.centre for target in plan.targets]),
        np.array([target.spread for target in plan.targets]),
    )


# --- from wave to wave ----------------------------------------------------------------------------


def _next(plan: Plan, waves: Sequence[Wave]) -> Proposal:
    """Where to try next, by all that was seen so far."""
    shares = np.concatenate([wave.shares for wave in waves])
    if plan.search.method == "history_matching":
        values = np.concatenate([wave.seen.values for wave in waves])
        return Region(shares, values, *_of_targets(plan), cutoff=plan.search.cutoff)
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


def _acceptable(plan: Plan, waves: Sequence[Wave]) -> NDArray[np.int64]:
    """The acceptable points, by their places among those of all waves; where there are more than asked, so
    many of them, by their weights.
    """
    off = np.concatenate([wave.off for wave in waves])
    found = np.flatnonzero(off <= plan.search.cutoff)
    if len(found) <= plan.search.accept:
        return found
    # In the order in which they were drawn, evenly, every second one lies in the same half of some range.
    draws = np.random.Generator(np.random.PCG64(plan.design.scheme.seed))
    found = found[np.argsort(draws.random(len(found)))]
    weights = _weights(waves, np.concatenate([wave.shares for wave in waves])[found])
    chances = np.cumsum(_chances(weights, plan.search.accept))
    ticks = np.arange(plan.search.accept) + 0.5
    places: NDArray[np.int64] = found[np.searchsorted(chances, ticks).clip(0, len(found) - 1)]
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


def _nothing(plan: Plan, waves: Sequence[Wave], folder: Path) -> str:
    off = np.concatenate([wave.off for wave in waves])
    nearest, cutoff = float(off.min()), plan.search.cutoff
    if not np.isfinite(nearest):
        what = (
            "no point has a value for every target in more than half of its runs; ask for lessons or "
            "measures that there are, or give more steps"
        )
    else:
        values = np.concatenate([wave.seen.values for wave in waves])[off.argmin()]
        centres, _ = _of_targets(plan)
        worst = int(np.concatenate([_each_off(plan, wave.seen) for wave in waves])[off.argmin()].argmax())
        name = plan.targets[worst].name
        what = (
            f"no point is acceptable: the nearest is {nearest:.1f} standard deviations off, by {name} "
            f"({values[worst]:.3g} where {centres[worst]:.3g} was observed), allowed are {cutoff:g}; "
            "raise waves or samples, widen ranges, or give targets a discrepancy"
        )
    return f"{shown(folder)}: {what}; {KEPT}"
