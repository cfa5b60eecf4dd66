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
    quantiles,
)
from lpsim.analysis.calibration_waves import (
    Acceptable,
    Wave,
    acceptable,
    kept,
    next_proposal,
    nothing,
    of_targets,
    off_by,
)
from lpsim.analysis.proposals import Even
from lpsim.analysis.targets import estimates
from lpsim.engines.behaviours import Own
from lpsim.errors import StoppedError
from lpsim.scenario import ScenarioError
from lpsim.storage.readers import as_path
from lpsim.sweeps.design.sampling import values_at
from lpsim.sweeps.runner import Standing, sweep
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
class Calibration:
    """What came of a calibration.

    Attributes
    ----------
    plan : Plan
    waves : tuple of Wave
    acceptable : Acceptable
        All points that are acceptable.
    shares, rows : array (points, keys), list of tuple
        Those of them that are kept, as in `Wave`.
    fitted, held_out : Estimates
        What came of them with the seeds they were fitted to, and with those held out.
    off, off_held_out : array, (points,)
        As in `Wave`.
    agents : mapping
        Where the classes of one's own are that made the runs, by what they stand in for ("staff_member").
    """

    plan: Plan
    waves: tuple[Wave, ...]
    acceptable: Acceptable
    shares: Floats
    rows: list[Row]
    fitted: Estimates
    held_out: Estimates
    off: Floats
    off_held_out: Floats
    agents: Mapping[str, str] = field(default_factory=dict)

    @property
    def found(self) -> int:
        """How many acceptable points there are."""
        return len(self.acceptable.places)

    @property
    def still_acceptable(self) -> float:
        """The share of the points kept that are acceptable with the seeds held out, too."""
        return float((self.off_held_out <= self.plan.search.cutoff).mean())

    def allowed(self) -> list[float]:
        """How far from each target the middle acceptable point may be, in its unit; chance counted."""
        cutoff, (_, spreads) = self.plan.search.cutoff, of_targets(self.plan)
        return [cutoff * far for far in self._middle(np.hypot(spreads, self.acceptable.errors))]

    def chance(self) -> list[float]:
        """How far chance moves each target at the middle acceptable point: a standard deviation."""
        return self._middle(self.acceptable.errors)

    def _middle(self, values: Floats) -> list[float]:
        """Of each column the value of the middle acceptable point; each counts by its chance to be kept."""
        return [float(quantiles(column, self.acceptable.chances, 0.5)) for column in values.T]

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
        """Each free key with what all acceptable points say of it, each counted by its chance to be kept."""
        factors, points = self.plan.design.factors, self.acceptable
        return [
            key_fit(factor, shares, points.chances)
            for factor, shares in zip(factors, points.shares.T, strict=True)
        ]

    def pairs(self) -> list[Pair]:
        """The pairs of keys that the targets do not tell apart, the closest first."""
        points = self.acceptable
        if len(points.shares) < FEWEST:
            return []
        from scipy.stats import rankdata  # noqa: PLC0415

        ranks = rankdata(points.shares, axis=0)
        together = np.cov(ranks.T, aweights=points.chances, ddof=0).reshape(2 * ranks.shape[1:])
        names = [factor.name for factor in self.plan.design.factors]
        found = []
        for one in range(len(names)):
            for other in range(one):
                if np.ptp(ranks[:, one]) and np.ptp(ranks[:, other]):
                    scale = np.sqrt(together[one, one] * together[other, other])
                    found.append(Pair(names[other], names[one], float(together[one, other] / scale)))
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
        proposal = next_proposal(plan, waves)
    if not found:
        raise StoppedError(nothing(plan, waves, folder))
    return work.checked(waves)


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
        return Wave(shares, rows, seen, off_by(plan, seen), proposal)

    def checked(self, waves: Sequence[Wave]) -> Calibration:
        """The acceptable points of all waves, run with the seeds held out as well."""
        plan = self._plan
        points = acceptable(plan, waves)
        places = kept(plan, points)
        shares, off = (
            np.concatenate([getattr(wave, of) for wave in waves])[places] for of in ("shares", "off")
        )
        every = [row for wave in waves for row in wave.rows]
        rows = [every[place] for place in places]
        fitted = type(waves[0].seen)(
            *(np.concatenate(counts)[places] for counts in zip(*(wave.seen for wave in waves), strict=True))
        )
        first = plan.design.scheme.first_seed + plan.search.replications
        design = plan.design.at(rows, first_seed=first, replications=plan.search.held_out)
        held_out = self._run(design, Path(HELD_OUT, design.digest[:8]))
        far, agents = off_by(plan, held_out), self._own.agent_places
        return Calibration(plan, tuple(waves), points, shares, rows, fitted, held_out, off, far, agents)

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
