"""The compiled engine (`lpsim.engines.base.Engine`): it holds the planes and calls the kernels."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from lpsim.engines.compiled import entry_points
from lpsim.engines.compiled.arrays import Planes, drawn_of, lanes_of, make_planes
from lpsim.engines.compiled.journal_arrays import Notes, new_notes, record_of, with_room
from lpsim.engines.compiled.workspace import Frame
from lpsim.model.counts import one_of, stack_of
from lpsim.model.jit import announce
from lpsim.model.state import Learners, State
from lpsim.population.initial import starts_of
from lpsim.scenario.settings import Settings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lpsim.engines.compiled.rate_arrays import Rates
    from lpsim.engines.compiled.workspace import Room
    from lpsim.lessons.journal import Record
    from lpsim.model.counts import Counts
    from lpsim.model.state import Structure
    from lpsim.population.initial import Starts
    from lpsim.scenario import Scenario


class CompiledEngine:
    """A run in the making; see `lpsim.engines.base.Engine`. Or several, moved side by side by one call.

    Parameters
    ----------
    scenario : Scenario
    structure : Structure
        Of all runs; that its world is only one run's does not matter.
    starts : Starts
        Of one run; or of several, on one thread and without lessons.
    threads : int
        On how many threads practices are simulated; the numbers are the same for any.
    frame : Frame, optional
        Of an engine of the same scenario that is done; used again where it fits.
    """

    def __init__(
        self,
        scenario: Scenario,
        structure: Structure,
        starts: Starts,
        *,
        threads: int = 1,
        frame: Frame | None = None,
    ) -> None:
        if frame is None or not frame.fits(structure):
            frame = Frame(scenario, structure, starts.allocation[:1], threads=threads, like=frame)
        self.frame, self.structure = frame, structure
        self.step = 0
        # Interventions change settings, nothing else does.
        self._settings = Settings(scenario) if scenario.interventions else frame.settings
        self._changes = [intervention.at for intervention in scenario.interventions]
        self._drawn = drawn_of(frame.world, starts.worlds)
        self.world = frame.world._replace(**one_of(self._drawn, 0)._asdict())
        self._own: Planes | None = None
        self._take(make_planes(frame.world, starts, scenario.steps))
        self.room, self.large_room = frame.rooms[0], frame.large_room
        lessons = scenario.record.lessons
        self._notes = new_notes(self.world, self.planes, structure) if lessons else None
        self._pool = ThreadPoolExecutor(threads) if threads > 1 else None
        self._use_rates(frame.rates, frame.rows)
        announce("lessons" if lessons else "threads" if self._pool else "steps")

    @classmethod
    def of_state(
        cls, scenario: Scenario, structure: Structure, state: State, *, seed: int, threads: int = 1
    ) -> CompiledEngine:
        """A run that goes on from any state as if it were step 0."""
        return cls(scenario, structure, starts_of(structure, state, seed), threads=threads)

    @property
    def planes(self) -> Planes:
        """The planes of the run; of several, those of the first."""
        if self._own is None:
            self._own = one_of(self._stacked, 0)
        return self._own

    def _take(self, planes: Planes) -> None:
        """Go on with planes, which are stacked."""
        self._stacked, self._own = planes, None

    # --- time -------------------------------------------------------------------------------------

    def advance(self) -> None:
        """Simulate one step."""
        self.advance_until(self.step + 1, self.frame.no_counts)

    def advance_until(self, last: int, counts: Counts) -> None:
        """Simulate up to a step; count those that have a row."""
        self.advance_runs(last, stack_of(counts))

    def advance_runs(self, last: int, counts: Counts) -> None:
        """Simulate all runs up to a step; `counts` are stacked."""
        while self.step < last:
            if self._settings.advance(self.step + 1):
                self._refresh_rates()
            if self._notes is None and self._pool is None:
                self._steps_alone(self._steady_until(last), counts)
            else:
                self.step += 1
                if self._notes is not None:
                    self._notes = self._step_followed(self._notes)
                else:
                    self._step_on_threads()
                self._count_if_due(one_of(counts, 0))
            self._reform()

    def _steady_until(self, last: int) -> int:
        """How far the rates stay as they are: to an intervention, a review or a given step."""
        following = self.step + 1
        ends = [at - 1 for at in self._changes if at > following]
        ends += [-(-following // review) * review for review in self._reviews]
        return min([last, *ends])

    def _steps_alone(self, last: int, counts: Counts) -> None:
        """Steps on one thread, with nothing but the kernels between them."""
        everything = (self.world, self._drawn, self.rates, self._stacked)
        entry_points.many_runs(*everything, counts, self.step + 1, last, self.room, self.large_room)
        if (last - self.step) % 2:
            self._take(_swapped(self._stacked))
        self.step = last

    def _count_if_due(self, counts: Counts) -> None:
        row = int(np.searchsorted(counts.step, self.step))
        if row < len(counts.step) and counts.step[row] == self.step:
            self.observe(counts, row)

    def _step_on_threads(self) -> None:
        """A whole step but for D2, the practices on several threads."""
        everything = (self.world, self.rates)
        entry_points.turbulence(*everything, self.planes, self.step)
        self._fill_posts()
        self._each(entry_points.forget_all)
        entry_points.forget_service(*everything, self.planes, self.step)
        self._take(_swapped(self._stacked))
        entry_points.act_service(*everything, self.planes, self.step)
        self._each(entry_points.act_all)
        self._each(entry_points.learn_all, self.frame.rooms)
        entry_points.learn_service(*everything, self.planes, self.step, self.large_room)

    def _step_followed(self, notes: Notes) -> Notes:
        """A whole step but for D2, with its lessons noted; on one thread."""
        everything = (self.world, self.rates, self.planes)
        while more := entry_points.followed_step(*everything, notes, self.step, self.room, self.large_room):
            notes = with_room(notes, 2 * more)
        self._take(_swapped(self._stacked))
        return notes

    def _fill_posts(self) -> None:
        self._each(entry_points.leave_all)
        self._each(entry_points.come_all)

    def _reform(self) -> None:
        if any(self.step % review == 0 for review in self._reviews):
            before = self._stacked.allocation.copy()
            everything = (self.world, self._drawn, self.rates, self._stacked)
            entry_points.reform_all(*everything, self.step, before, self.large_room)
            if not np.array_equal(before, self._stacked.allocation):
                self._refresh_rates()

    def _refresh_rates(self) -> None:
        rows = self.frame.table.rows(self._stacked.allocation)
        self._use_rates(self.frame.table.rates(self._settings), rows)

    def _use_rates(self, rates: Rates, rows: NDArray[np.int64]) -> None:
        planes, roles = self._stacked, len(self.structure.roles)
        planes.rates_of[:] = rows
        planes.staff_rates_of[:] = planes.rates_of[:, self.world.practice] * roles + self.world.role
        self.rates = rates
        self._reviews = [int(review) for review in np.unique(self.rates.review) if review]

    def _each(self, work: Any, rooms: list[Room] | None = None) -> None:
        """Do some work of this step over all practices, a range of them on each thread."""
        self._share_out(partial(work, self.world, self.rates, self.planes, self.step), rooms)

    def _share_out(self, work: Any, rooms: list[Room] | None) -> None:
        more = [(room,) for room in rooms] if rooms else [()] * len(self.frame.ranges)
        jobs = [(*span, *extra) for span, extra in zip(self.frame.ranges, more, strict=True)]
        if self._pool is None:
            work(*jobs[0])
        else:
            for job in [self._pool.submit(work, *job) for job in jobs]:
                job.result()

    # --- what others see --------------------------------------------------------------------------

    @property
    def journal(self) -> Record | None:
        """What happened to the lessons, where the scenario asks for it."""
        return None if self._notes is None else record_of(self._notes, self.structure)

    @property
    def state(self) -> State:
        """The state at the end of the last step."""
        p, w = self.planes, self.world
        levels = self._levels()
        return State(
            step=self.step,
            reality=self._signs(p.reality, w.issues),
            right_assumptions=self._signs(p.right, len(w.domain_issues)),
            staff=levels[0],
            practices=levels[1],
            service=tuple(levels[2:]),
            tenure=p.tenure,
            allocation=p.allocation,
            performance=p.standing[: w.staff].astype(np.int32),
            audited=self._audited_now(),
        )

    def _levels(self) -> list[Learners]:
        """The vectors of staff, practices and the tiers, level by level."""
        p, w = self.planes, self.world
        held, yes = lanes_of(p.held, w.issues), lanes_of(p.yes, w.issues)
        beliefs: NDArray[Any] = held.astype(np.int8) - 2 * (held & ~yes).astype(np.int8)
        assumptions = self._signs(p.assume, len(w.domain_issues))
        cuts = np.cumsum([w.staff, w.practices, *self.structure.bodies])[:-1]
        parts = zip(np.split(beliefs, cuts), np.split(assumptions, cuts), strict=True)
        return [Learners(views, assumed) for views, assumed in parts]

    def _signs(self, words: NDArray[np.uint64], size: int) -> NDArray[Any]:
        return np.where(lanes_of(words, size), 1, -1).astype(np.int8)

    def _audited_now(self) -> int:
        return int(lanes_of(self.planes.audited, self.world.issues).sum()) if self.step else 0

    def observe(self, counts: Counts, row: int) -> None:
        """Count the state, exactly, into a row."""
        if self._pool is None:
            self.observe_runs(stack_of(counts), row)
        else:
            self._count_on_threads(counts, row)
            if not self.step:
                counts.audited[row] = 0

    def observe_runs(self, counts: Counts, row: int) -> None:
        """Count the states of all runs into a row of each; `counts` are stacked."""
        entry_points.count_all(self.world, self._stacked, counts, row, self.room)
        if not self.step:
            counts.audited[:, row] = 0

    def _count_on_threads(self, counts: Counts, row: int) -> None:
        """Count the practices on several threads."""
        entry_points.count_service(self.world, self.planes, counts, row)
        self._share_out(
            partial(entry_points.count_practices, self.world, self.planes, counts, row), self.frame.rooms
        )
        for room in self.frame.rooms:
            entry_points.gather(counts, row, room)

    def close(self) -> None:
        """Give back the threads."""
        if self._pool is not None:
            self._pool.shutdown()


def _swapped(planes: Planes) -> Planes:
    """What everybody is becomes what everybody was; the other planes are written next."""
    return Planes(*planes[3:6], *planes[:3], *planes[6:])
