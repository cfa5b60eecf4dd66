"""What a sweep will take, from a few runs made and measured beforehand."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lpsim.runs.simulate import simulate_many
from lpsim.sweeps.batches import column_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from lpsim.sweeps.design.design import Design

POINTS = 7
"""Points tried, spread evenly over the design."""
RUNS = 5
"""Runs of each of them: those of one point share some work, in a sweep as here."""
PATIENCE = 20.0
"""Seconds after which no further point is tried, nor after a seventh of them another run of a point."""
OVERHEAD = 1.1
"""A sweep's time over that of its runs."""
START = 3.0
"""Seconds until the workers have started."""
ROW, NUMBER, LESSONS = 20, 8, 28
"""Bytes in the store at most: of what names a row, of each measure, of the counts of lessons; compressed."""


class Pilot(NamedTuple):
    """The runs measured."""

    seconds: tuple[float, ...]
    """What one run took at each point tried, on average."""
    tried: int
    """Points there were to try; fewer were where each takes long."""

    @property
    def mean(self) -> float:
        """Seconds a run takes, on average over the points."""
        return sum(self.seconds) / len(self.seconds)


def measure(design: Design, *, on_run: Callable[[int], None] | None = None) -> Pilot:
    """Run a few points of a design, spread over it, and take the time of each.

    `on_run` is called with how many more points are tried. One run is made before: it may have to compile,
    which no later one has to.
    """
    numbers = np.unique(np.linspace(0, len(design.points) - 1, POINTS).round().astype(int))
    _seconds(design, 0, runs=1)
    started = time.perf_counter()
    seconds: list[float] = []
    for number in numbers:
        if not seconds or time.perf_counter() - started < PATIENCE:
            seconds.append(_seconds(design, int(number), runs=RUNS))
            if on_run is not None:
                on_run(1)
    return Pilot(tuple(seconds), len(numbers))


def _seconds(design: Design, number: int, *, runs: int) -> float:
    """How long one run of a point takes, on average over so many or fewer."""
    started, made = time.perf_counter(), 0
    point = design.points[number]
    for run in simulate_many(design.scenario(point), design.seeds(point)[:runs], **design.own.given):
        for measure in design.measured:
            column_of(run, measure)
        made += 1
        if time.perf_counter() - started > PATIENCE / POINTS:
            break
    return (time.perf_counter() - started) / made


def seconds_expected(design: Design, pilot: Pilot, *, workers: int) -> float:
    """How long a sweep will take, in seconds, on so many worker processes."""
    # A run is never split among workers.
    return START + OVERHEAD * pilot.mean * max(runs(design) / workers, 1)


def bytes_expected(design: Design) -> int:
    """How much room the results will take on the disk at most, in bytes."""
    rows = len(design.points) * design.scheme.replications * len(design.steps)
    return rows * (ROW + NUMBER * len(design.measured) + LESSONS * design.keep.lessons)


def runs(design: Design) -> int:
    """Runs to make: points that come to the same scenario with the same seeds are run once."""
    different = {(tuple(point.values.values()), design.seeds(point)) for point in design.points}
    return len(different) * design.scheme.replications
