"""The compiled engine (`lpsim.engines.base`): it holds the planes and calls the kernels."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from lpsim.engines.compiled import entry_points
from lpsim.engines.compiled.arrays import BitPlanes, rules_of
from lpsim.engines.compiled.journal_arrays import JournalArrays, new_journal, record_of, widened
from lpsim.engines.compiled.packing import lanes_of
from lpsim.engines.compiled.rate_arrays import rates_stacked
from lpsim.engines.compiled.stacking import stacked
from lpsim.engines.compiled.workspace import Workspace, largest_team
from lpsim.model.counts import one_of, stack_of
from lpsim.model.state import Learners, State
from lpsim.scenario.settings import Settings, ever_above_zero

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from lpsim.engines.base import Factory
    from lpsim.engines.compiled.arrays import Fixed
    from lpsim.engines.compiled.rate_arrays import RateArrays
    from lpsim.engines.compiled.workspace import Scratch
    from lpsim.engines.registry import Options
    from lpsim.lessons.journal import Record
    from lpsim.model.counts import Counts
    from lpsim.model.state import Structure
    from lpsim.population.build import Population
    from lpsim.population.initial import Starts
    from lpsim.scenario import Scenario


MANY = 20_000
"""Staff above which threads pay for themselves."""
NO_ROW = -1


class CompiledFactory:
    """Starts runs of one scenario (`lpsim.engines.base.SideBySideFactory`), which share a workspace."""

    def __init__(self, scenario: Scenario, options: Options) -> None:
        self._scenario, self._threads = scenario, options.threads
        before = options.before
        self._last: _Last = before._last if isinstance(before, CompiledFactory) else _Last()

    def start(self, population: Population) -> CompiledEngine:
        """A run; by default on one thread, and on all processors where the staff are very many."""
        staff = population.structure.staff
        threads = self._threads or ((os.cpu_count() or 1) if staff > MANY else 1)
        return self._started(population.structure, population.starts, threads)

    def start_together(
        self, structure: Structure, starts: Starts, others: Sequence[Scenario] = ()
    ) -> CompiledEngine:
        """Several runs, moved by one call."""
        return self._started(structure, starts, 1, others)

    def goes_with(self, other: Factory) -> bool:
        """Whether nothing but rates, which stay as they are, tells its scenario from another factory's."""
        same = isinstance(other, CompiledFactory) and self._all_but_rates == other._all_but_rates
        return same and self._all_but_rates[0]

    @cached_property
    def _all_but_rates(self) -> tuple[bool, int, list[str], dict[str, Any]]:
        """Whether rates stay, and what runs of the same people and starts follow from besides."""
        scenario, roles = self._scenario, [*self._scenario.roles]
        return _is_steady(scenario), scenario.steps, roles, rules_of(scenario, roles)

    def _started(
        self, structure: Structure, starts: Starts, threads: int, others: Sequence[Scenario] = ()
    ) -> CompiledEngine:
        workspace = self._last.workspace
        engine = CompiledEngine(
            self._scenario, structure, starts, threads=threads, workspace=workspace, others=others
        )
        self._last.workspace = engine.workspace
        return engine


class _Last:
    """What factories that follow each other hand on: the last workspace."""

    workspace: Workspace | None = None


def _is_steady(scenario: Scenario) -> bool:
    """Whether all practices of a kind have the same rates, from the first step to the last."""
    moving = ever_above_zero(scenario, "loops.triple.review") or _is_spread(scenario)
    return not (moving or scenario.interventions)


def _is_spread(scenario: Scenario) -> bool:
    return ever_above_zero(scenario, "protected_time.allocation_spread")


class CompiledEngine:
    """A run in the making (`lpsim.engines.base.Engine`); or several, moved side by side by one call.

    Parameters
    ----------
    scenario : Scenario
    structure : Structure
        Of all runs; that its world (norm, tacit issues) is only one run's does not matter, nor whose its
        people are where the starts have teams of their own.
    starts : Starts
        Of one run; or of several, on one thread and without lessons.
    threads : int
        On how many threads practices are simulated; the numbers are the same for any.
    workspace : Workspace, optional
        Of an engine that is done; used again where it fits.
    others : sequence of Scenario
        Scenarios that only rates tell from the first: each run is made with each of them as well.
    """

    def __init__(
        self,
        scenario: Scenario,
        structure: Structure,
        starts: Starts,
        *,
        threads: int = 1,
        workspace: Workspace | None = None,
        others: Sequence[Scenario] = (),
    ) -> None:
        largest = largest_team(structure, starts.teams)
        if workspace is None or not workspace.fits(scenario, structure, largest):
            allocation = starts.allocation[:1]
            workspace = Workspace(
                scenario, structure, allocation, largest=largest, threads=threads, like=workspace
            )
        self.workspace, self.structure = workspace, structure
        self.step, self._last = 0, scenario.steps
        # Interventions change settings, nothing else does.
        self._settings = Settings(scenario) if scenario.interventions else workspace.settings
        self._changes = [intervention.at for intervention in scenario.interventions]
        self._drawn, planes = workspace.begin(starts, 1 + len(others))
        self._other_rates = workspace.rates_of(others) if others else []
        self._fixed = workspace.stacked if starts.teams is None else stacked(workspace.fixed, starts.teams)
        self._first_run: BitPlanes | None = None
        self._go_on_with(planes)
        self.scratch, self.large_scratch = workspace.scratches[0], workspace.large_scratch
        lessons = scenario.record.lessons
        self._journal = new_journal(self.fixed, self.planes, structure) if lessons else None
        self._pool = ThreadPoolExecutor(threads) if threads > 1 else None
        if _is_spread(scenario):
            self._refresh_rates()
        else:
            self._use_rates(workspace.rates, workspace.rate_rows)

    @cached_property
    def fixed(self) -> Fixed:
        """What the run never changes; of several, the first."""
        return self.workspace.fixed._replace(**one_of(self._drawn, 0)._asdict())

    @property
    def planes(self) -> BitPlanes:
        """The planes of the run; of several, those of the first."""
        if self._first_run is None:
            self._first_run = one_of(self._stacked, 0)
        return self._first_run

    def _go_on_with(self, planes: BitPlanes) -> None:
        """Go on with planes, which are stacked."""
        self._stacked, self._first_run = planes, None

    # --- time -------------------------------------------------------------------------------------

    def advance(self) -> None:
        """Simulate one step."""
        self.advance_until(self.step + 1, self.workspace.no_counts)

    def advance_until(self, last: int, counts: Counts) -> None:
        """Simulate up to a step; count those that have a row."""
        self.advance_runs(last, stack_of(counts))

    def advance_runs(self, last: int, counts: Counts) -> None:
        """Simulate all runs up to a step; `counts` are stacked."""
        if last > self._last:
            raise ValueError(f"step {last} is beyond the scenario's last, {self._last}")
        while self.step < last:
            first = self.step + 1
            if self._settings.advance(first):
                self._refresh_rates()
            if self._journal is None and self._pool is None:
                self._steps_alone(self._steady_until(last), counts)
            else:
                self.step += 1
                if self._journal is not None:
                    self._journal = self._step_with_lessons(self._journal)
                else:
                    self._step_on_threads()
                self._count_if_due(one_of(counts, 0))
            self._count_slots(counts, first, self.step)
            if self._reform():
                self._count_slots(counts, self.step, self.step)

    def _steady_until(self, last: int) -> int:
        """How far the rates stay as they are: to an intervention, a review or a given step."""
        following = self.step + 1
        ends = [at - 1 for at in self._changes if at > following]
        ends += [-(-following // review) * review for review in self._reviews]
        return min([last, *ends])

    def _steps_alone(self, last: int, counts: Counts) -> None:
        """Steps on one thread, with nothing but the kernels between them."""
        self._move(counts, NO_ROW, last)
        if (last - self.step) % 2:
            self._go_on_with(_swapped(self._stacked))
        self.step = last

    def _move(self, counts: Counts, now: int, last: int) -> None:
        """Count into the row `now`, then go on to a step, counting those that have a row."""
        everything = (self._fixed, self._drawn, self._rates, self._stacked, counts)
        entry_points.many_runs(*everything, now, self.step + 1, last, self.scratch, self.large_scratch)

    def _count_slots(self, counts: Counts, first: int, last: int) -> None:
        """Count the allocations of time of steps through which they are what they are now."""
        rows = slice(*np.searchsorted(counts.step[0], (first, last + 1)))
        counts.slots[:, rows] = self._stacked.allocation[:, None]

    def _count_if_due(self, counts: Counts) -> None:
        row = int(np.searchsorted(counts.step, self.step))
        if row < len(counts.step) and counts.step[row] == self.step:
            self.observe(counts, row)

    def _step_on_threads(self) -> None:
        """A whole step except D2, the practices on several threads."""
        everything = (self.fixed, self.rates)
        entry_points.turbulence(*everything, self.planes, self.step)
        self._fill_posts()
        self._each(entry_points.forget_all)
        entry_points.forget_service(*everything, self.planes, self.step)
        self._go_on_with(_swapped(self._stacked))
        entry_points.act_service(*everything, self.planes, self.step)
        self._each(entry_points.act_all)
        self._each(entry_points.learn_all, self.workspace.scratches)
        entry_points.learn_service(*everything, self.planes, self.step, self.large_scratch)

    def _step_with_lessons(self, journal: JournalArrays) -> JournalArrays:
        """A whole step except D2, with its lessons followed; on one thread."""
        everything = (self.fixed, self.rates, self.planes)
        while more := entry_points.step_with_lessons(
            *everything, journal, self.step, self.scratch, self.large_scratch
        ):
            journal = widened(journal, 2 * more)
        self._go_on_with(_swapped(self._stacked))
        return journal

    def _fill_posts(self) -> None:
        self._each(entry_points.leave_all)
        self._each(entry_points.come_all)

    def _reform(self) -> bool:
        """D2, in steps of a review; whether any time moved."""
        moved = False
        if any(self.step % review == 0 for review in self._reviews):
            before = self._stacked.allocation.copy()
            everything = (self._fixed, self._drawn, self.rates, self._stacked)
            entry_points.reform_all(*everything, self.step, before, self.large_scratch)
            moved = not np.array_equal(before, self._stacked.allocation)
            if moved:
                self._refresh_rates()
        return moved

    def _refresh_rates(self) -> None:
        rows = self.workspace.rate_maker.rows(self._stacked.allocation)
        self._use_rates(self.workspace.rate_maker.rates(self._settings), rows)

    def _use_rates(self, rates: RateArrays, rows: NDArray[np.int64]) -> None:
        planes, roles = self._stacked, len(self.structure.roles)
        planes.rate_row[:] = rows
        by_point = planes.rate_row.reshape(1 + len(self._other_rates), -1, self.structure.practices)
        of_staff = np.take_along_axis(by_point, self._fixed.practice[None], axis=2) * roles + self._fixed.role
        planes.staff_rate_row[:] = of_staff.reshape(planes.staff_rate_row.shape)
        self.rates, self._rates = rates, rates_stacked([rates, *self._other_rates])
        self._reviews = sorted({review for review in self.rates.review.tolist() if review})

    def _each(self, work: Any, scratches: list[Scratch] | None = None) -> None:
        """Do some work of this step over all practices, a range of them on each thread."""
        self._share_out(partial(work, self.fixed, self.rates, self.planes, self.step), scratches)

    def _share_out(self, work: Any, scratches: list[Scratch] | None) -> None:
        more = [(scratch,) for scratch in scratches] if scratches else [()] * len(self.workspace.ranges)
        jobs = [(*span, *extra) for span, extra in zip(self.workspace.ranges, more, strict=True)]
        if self._pool is None:
            work(*jobs[0])
        else:
            for job in [self._pool.submit(work, *job) for job in jobs]:
                job.result()

    # --- what others see --------------------------------------------------------------------------

    @property
    def journal(self) -> Record | None:
        """What happened to the lessons, where the scenario asks for it."""
        return None if self._journal is None else record_of(self._journal, self.structure)

    @property
    def state(self) -> State:
        """The state at the end of the last step."""
        p, w = self.planes, self.fixed
        levels = self._levels()
        return State(
            step=self.step,
            reality=self._signs(p.reality, w.issues),
            right_assumptions=self._signs(p.right, len(w.domain_issues)),
            staff=levels[0],
            practices=levels[1],
            service=tuple(levels[2:]),
            tenure=p.tenure,
            agenda=self._views(p.agenda, p.agenda_yes),
            allocation=p.allocation,
            performance=p.standing[: w.staff].astype(np.int32),
            audited=self._audited_now(),
        )

    def _levels(self) -> list[Learners]:
        """The vectors of staff, practices and the tiers, level by level."""
        p, w = self.planes, self.fixed
        beliefs = self._views(p.held, p.yes)
        assumptions = self._signs(p.assume, len(w.domain_issues))
        cuts = np.cumsum([w.staff, w.practices, *self.structure.bodies])[:-1]
        parts = zip(np.split(beliefs, cuts), np.split(assumptions, cuts), strict=True)
        return [Learners(views, assumed) for views, assumed in parts]

    def _views(self, held_words: NDArray[np.uint64], yes_words: NDArray[np.uint64]) -> NDArray[np.int8]:
        held, yes = (lanes_of(words, self.fixed.issues) for words in (held_words, yes_words))
        views: NDArray[np.int8] = held.astype(np.int8) - 2 * (held & ~yes).astype(np.int8)
        return views

    def _signs(self, words: NDArray[np.uint64], size: int) -> NDArray[Any]:
        return np.where(lanes_of(words, size), 1, -1).astype(np.int8)

    def _audited_now(self) -> int:
        return int(lanes_of(self.planes.audited, self.fixed.issues).sum()) if self.step else 0

    def observe(self, counts: Counts, row: int) -> None:
        """Count the state, exactly, into a row."""
        if self._pool is None:
            self.observe_runs(stack_of(counts), row)
        else:
            self._count_on_threads(counts, row)
            counts.slots[row] = self.planes.allocation
            if not self.step:
                counts.audited[row] = 0

    def observe_runs(self, counts: Counts, row: int) -> None:
        """Count the states of all runs into a row of each; `counts` are stacked."""
        self._move(counts, row, self.step)
        counts.slots[:, row] = self._stacked.allocation
        if not self.step:
            counts.audited[:, row] = 0

    def _count_on_threads(self, counts: Counts, row: int) -> None:
        """Count the practices on several threads."""
        entry_points.count_service(self.fixed, self.planes, counts, row)
        self._share_out(
            partial(entry_points.count_practices, self.fixed, self.planes, counts, row),
            self.workspace.scratches,
        )
        for scratch in self.workspace.scratches:
            entry_points.gather(counts, row, scratch)

    def close(self) -> None:
        """Give back the threads."""
        if self._pool is not None:
            self._pool.shutdown()


def _swapped(planes: BitPlanes) -> BitPlanes:
    """What everybody is becomes what everybody was; the other planes are written next."""
    return BitPlanes(*planes[3:6], *planes[:3], *planes[6:])
