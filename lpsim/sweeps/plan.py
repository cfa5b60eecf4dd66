"""The plan of a sweep: which runs are missing, and how many of them make a batch."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from lpsim.runs.versions import version_of
from lpsim.sweeps.batches import Batch, Job
from lpsim.sweeps.store.rows import schema_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from lpsim.sweeps.store.writing import Filling

LONG, SHORT = 1.5, 0.2
"""Seconds that a batch should take, and at least: much more than it takes to hand over and to write its
shard (some 20 ms), and little enough to do again after a crash."""
SHARE = 4
"""At the end a batch takes one part in so many, per worker, of what is left, so that all end together."""
GROWTH = 4
"""A batch has at most so many times the runs of one before, which may have been quick by chance."""
ROWS = 100_000
"""A batch has at most so many rows, which lie in memory."""


class Plan:
    """Hands out the runs that a store lacks, point by point, each once."""

    def __init__(self, filling: Filling) -> None:
        design = filling.design
        self._design, self._made, self._point_digests = design, filling.made, filling.digests
        self._digests = {name: scenario.digest for name, scenario in design.scenarios.items()}
        self._common = {
            "lpsim": version_of("lpsim"),
            "steps": design.steps,
            "measures": design.measured,
            "own": design.own,
            "schema": schema_of(design),
        }
        self._points = {points[0]: points for points in filling.sharing()}
        self.left = sum(len(self._missing(points)) for points in self._points.values())
        """Runs not handed out yet; points of one scenario share theirs."""
        self._runs = self._all_runs()
        self._pace, self._most = 0.0, 1

    def batch(self, workers: int) -> Batch | None:
        """The next runs, as many as they should be with so many workers; None if none is left."""
        runs = list(islice(self._runs, self._size(workers)))
        self.left -= len(runs)
        return self._batch(runs) if runs else None

    def learn(self, runs: int, seconds: float) -> None:
        """Take note of how long so many runs took a worker."""
        pace = seconds / runs
        self._pace = (self._pace + pace) / 2 if self._pace else pace
        self._most = max(self._most, GROWTH * runs)

    def _size(self, workers: int) -> int:
        most = min(self._most, max(ROWS // len(self._design.steps), 1))
        if not self._pace:
            return 1
        share = max(self.left / (SHARE * workers), SHORT / self._pace)
        return max(int(min(LONG / self._pace, share, most)), 1)

    def _missing(self, points: list[int]) -> NDArray[np.int64]:
        return np.flatnonzero(~self._made[points].all(axis=0))

    def _all_runs(self) -> Iterator[tuple[int, int]]:
        for first, points in self._points.items():
            seeds = self._design.seeds(self._design.points[first])
            for place in self._missing(points):
                yield first, seeds[place]

    def _batch(self, runs: list[tuple[int, int]]) -> Batch:
        seeds: dict[int, list[int]] = {}
        for first, seed in runs:
            seeds.setdefault(first, []).append(seed)
        jobs = tuple(self._job(first, those) for first, those in seeds.items())
        names = {job.points[0].listed for job in jobs}
        scenarios = {name: self._design.scenarios[name] for name in names}
        digests = {name: self._digests[name] for name in names}
        return Batch(scenarios=scenarios, digests=digests, jobs=jobs, **self._common)

    def _job(self, first: int, seeds: list[int]) -> Job:
        points = tuple(self._design.points[number] for number in self._points[first])
        return Job(self._point_digests[first], points, tuple(seeds))
