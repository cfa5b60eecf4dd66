"""What a seed does not change: the tree, the ties, the rates at the start, and where kernels count."""

from __future__ import annotations

from dataclasses import fields
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from lpsim.engines.compiled.arrays import Fixed, make_fixed
from lpsim.engines.compiled.rate_arrays import RateMaker
from lpsim.model.counts import empty_counts
from lpsim.model.state import Structure
from lpsim.scenario.settings import Settings

if TYPE_CHECKING:
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
        threads: int,
        like: Workspace | None = None,
    ) -> None:
        """`like` is the workspace of another run of the scenario: what serves both is not made again."""
        self.structure = structure
        self.fixed = make_fixed(scenario, structure)
        self.scratches, self.large_scratch = _scratches(self.fixed, structure, threads)
        self.ranges = _ranges(structure, threads)
        self.settings: Settings = like.settings if like is not None else Settings(scenario)
        kept = like.rate_maker if like is not None and like.rate_maker.serves(structure) else None
        self.rate_maker: RateMaker = kept or RateMaker(structure)
        self.rate_rows = self.rate_maker.rows(allocation)
        self.rates = self.rate_maker.rates(self.settings)
        self.no_counts = empty_counts(structure, [])

    def fits(self, structure: Structure) -> bool:
        """Whether all of a structure but the draws of its world is the very same as this one's."""
        return all(getattr(structure, name) is getattr(self.structure, name) for name in _SHARED)


def _scratches(fixed: Fixed, structure: Structure, threads: int) -> tuple[list[Scratch], Scratch]:
    """A scratch for each thread, and one for the bodies of the service."""
    team = int(np.diff(structure.first_staff).max())
    degree = int(np.diff(fixed.first_peer).max(initial=0))
    children = int(np.diff(fixed.first_child).max())
    scratches = [_scratch(max(team, degree), team, fixed.issues) for _ in range(threads)]
    return scratches, _scratch(max(children, team), team, fixed.issues)


def _scratch(most: int, team: int, issues: int) -> Scratch:
    """Counters up to `most`, and places for a team and for the issues."""
    digits = max(1, most.bit_length())
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
    )


def _ranges(structure: Structure, threads: int) -> list[tuple[int, int]]:
    """Ranges of practices with about as many staff each."""
    shares = np.linspace(0, structure.staff, threads + 1)
    cuts = np.searchsorted(structure.first_staff, shares).tolist()
    cuts[0], cuts[-1] = 0, structure.practices
    return list(pairwise(cuts))
