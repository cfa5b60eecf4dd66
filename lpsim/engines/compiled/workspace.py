"""What a seed does not change: the tree, the ties, the rates at the start, and where kernels count."""

from __future__ import annotations

from dataclasses import fields
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from lpsim.engines.compiled.arrays import BitPlanes, Fixed, make_fixed, make_planes
from lpsim.engines.compiled.rate_arrays import RateMaker
from lpsim.engines.compiled.stacking import DrawnWorlds, drawn_of, stacked
from lpsim.model.counts import empty_counts
from lpsim.model.state import Structure
from lpsim.scenario.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lpsim.engines.compiled.rate_arrays import RateArrays
    from lpsim.model.counts import Counts
    from lpsim.population.initial import Starts
    from lpsim.population.teams import Teams
    from lpsim.scenario import Scenario


_SHARED = [field.name for field in fields(Structure) if field.name not in ("norm", "tacit", "landscape")]


class Scratch(NamedTuple):
    """Where a thread counts."""

    up: Any
    """Counters of 64 lanes, as `lpsim.engines.compiled.bits.add` takes them; so is `down`."""
    down: Any
    own_up: Any
    """The same as one listener hears them; so is `own_down`."""
    own_down: Any
    limits: Any
    """(64,) a threshold per lane."""
    order: Any
    """(largest team,)"""
    stopped: Any
    """(5,) lessons that stop before each routine."""
    totals: Any
    """(3,) see `lpsim.engines.compiled.counting`."""
    issue_most: Any
    """(M,)"""
    issue_memory: Any
    """(M,)"""
    right: Any
    """(largest team, rounded up to eights) what each holds rightly, of 64 issues; so is `wrong`."""
    wrong: Any


class _Begun(NamedTuple):
    """What several runs begin with: those of another scenario from the same starts begin with the same."""

    starts: Starts
    steps: int
    guessing: bool
    drawn: DrawnWorlds
    planes: BitPlanes

    def serves(self, starts: Starts, steps: int, *, guessing: bool) -> bool:
        """Whether runs of so many steps from these starts begin so."""
        return self.starts is starts and (self.steps, self.guessing) == (steps, guessing)


class Workspace:
    """What engines of one scenario have in common where their practices and ties are the same.

    Engines that share a workspace must not be advanced at the same time: they count in the same scratch.
    """

    def __init__(
        self,
        scenario: Scenario,
        structure: Structure,
        allocation: Any,
        *,
        largest: int,
        threads: int,
        like: Workspace | None = None,
    ) -> None:
        """`largest` is the size of the largest team that it must serve, one of the structure or another.

        `like` is the workspace of a run before: what serves both is not made again.
        """
        same = like if like is not None and like.has_same(structure) else None
        largest = max(largest, same.largest) if same else largest
        self.scenario, self.structure, self.threads = scenario, structure, threads
        self.largest: int = largest
        self.fixed: Fixed = make_fixed(scenario, structure, same.fixed if same else None)
        space = same.space if same and same.serves(largest, threads) else None
        self.space: tuple[list[Scratch], Scratch] = space or _scratches(self.fixed, largest, threads)
        self.scratches, self.large_scratch = self.space
        ranges = same.ranges if same and same.threads == threads else None
        self.ranges: list[tuple[int, int]] = ranges or _ranges(structure, threads)
        of_same_scenario = like is not None and like.scenario is scenario
        self.settings: Settings = like.settings if like and of_same_scenario else Settings(scenario)
        serves = like is not None and like.rate_maker.serves(structure, largest)
        self.rate_maker: RateMaker = like.rate_maker if like and serves else RateMaker(structure, largest)
        self._allocation = allocation
        self.rate_rows = self.rate_maker.rows(allocation)
        self.rates = self.rate_maker.rates(self.settings)
        self._begun: _Begun | None = like._begun if like else None

    def begin(self, starts: Starts, points: int) -> tuple[DrawnWorlds, BitPlanes]:
        """Worlds, and planes for an engine to own: those of every world for each of some points.

        Of several runs, which are small, they are kept for the next engine.
        """
        steps, several = self.scenario.steps, points * len(starts.worlds.seed) > 1
        begun = self._begun
        if begun is None or not begun.serves(starts, steps, guessing=self.fixed.guessing):
            made = drawn_of(self.fixed, starts.worlds), make_planes(self.fixed, starts, steps)
            begun = _Begun(starts, steps, self.fixed.guessing, *made)
            self._begun = begun if several else None
        if not several:
            return begun.drawn, begun.planes
        return begun.drawn, BitPlanes(*(np.concatenate([plane] * points) for plane in begun.planes))

    def rates_of(self, others: Sequence[Scenario]) -> list[RateArrays]:
        """The rates at the start of scenarios that begin with the same allocations of time."""
        self.rate_maker.rows(self._allocation)
        return [self.rate_maker.rates(Settings(other)) for other in others]

    @cached_property
    def stacked(self) -> Fixed:
        """What is fixed, as all runs with the structure have it."""
        return stacked(self.fixed, None)

    @cached_property
    def no_counts(self) -> Counts:
        """Counts of no step."""
        return empty_counts(self.structure, [])

    def has_same(self, structure: Structure) -> bool:
        """Whether all of a structure but the draws of its world is the very same as this one's."""
        return all(getattr(structure, name) is getattr(self.structure, name) for name in _SHARED)

    def serves(self, largest: int, threads: int) -> bool:
        """Whether its scratches are for so large a team, and so many threads."""
        return self.largest == largest and self.threads == threads

    def fits(self, scenario: Scenario, structure: Structure, largest: int) -> bool:
        """Whether it is of this scenario and structure, and no team is larger."""
        return scenario is self.scenario and self.has_same(structure) and largest <= self.largest


def largest_team(structure: Structure, teams: Teams | None) -> int:
    """The most staff of a practice, of a structure or of teams that take the place of its own."""
    sizes = np.diff(structure.first_staff) if teams is None else teams.headcounts.sum(axis=2)
    return int(sizes.max())


def _scratches(fixed: Fixed, team: int, threads: int) -> tuple[list[Scratch], Scratch]:
    """A scratch for each thread, and one for the bodies of the service."""
    degree = int(np.diff(fixed.first_peer).max(initial=0))
    children = int(np.diff(fixed.first_child).max())
    scratches = [_scratch(max(team, degree), team, fixed.issues) for _ in range(threads)]
    return scratches, _scratch(max(children, team), team, fixed.issues)


def _scratch(most: int, team: int, issues: int) -> Scratch:
    """Counters up to `most`, and places for a team and for the issues."""
    digits = max(4, most.bit_length())
    eights = (team + 7) // 8 * 8
    return Scratch(
        up=np.zeros(digits, dtype=np.uint64),
        down=np.zeros(digits, dtype=np.uint64),
        own_up=np.zeros(digits, dtype=np.uint64),
        own_down=np.zeros(digits, dtype=np.uint64),
        limits=np.zeros(64, dtype=np.uint64),
        order=np.zeros(max(1, team), dtype=np.int64),
        stopped=np.zeros(5, dtype=np.int64),
        totals=np.zeros(3, dtype=np.int64),
        issue_most=np.zeros(issues, dtype=np.int64),
        issue_memory=np.zeros(issues, dtype=np.int64),
        right=np.zeros(eights, dtype=np.uint64),
        wrong=np.zeros(eights, dtype=np.uint64),
    )


def _ranges(structure: Structure, threads: int) -> list[tuple[int, int]]:
    """Ranges of practices with about as many staff each."""
    shares = np.linspace(0, structure.staff, threads + 1)
    cuts = np.searchsorted(structure.first_staff, shares).tolist()
    cuts[0], cuts[-1] = 0, structure.practices
    return list(pairwise(cuts))
