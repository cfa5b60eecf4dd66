"""Repeating the cells of an experiment, on several processors where there are."""

from __future__ import annotations

import signal
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

import lpsim

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    Values = NDArray[np.float64]
    Map = Callable[..., Iterable[Values]]

APART = 1_000_000
"""Seeds from one cell's first to the next one's: cells share no seed, so their errors are independent."""
BATCHES = 20
"""Per cell: some tenths of a second each, so that all processors have work until the end."""


class Point(NamedTuple):
    """Where a number stands: which figure, panel and line, and at what value of the horizontal axis."""

    figure: str
    panel: str
    line: str
    x: float


@dataclass(frozen=True)
class Cell:
    """A scenario that is repeated, and what is read of each run.

    Attributes
    ----------
    points : tuple of Point
        What the numbers of a run are, in the order in which `read` gives them.
    scenario : lpsim.Scenario
    read : callable
        Run -> as many numbers as there are points; a function of a module, as workers import it.
    first_seed : int
        Repetition i has the seed ``first_seed + i``.
    """

    points: tuple[Point, ...]
    scenario: lpsim.Scenario
    read: Callable[[lpsim.Run], Values]
    first_seed: int = 0


@contextmanager
def processors(number: int) -> Iterator[Map]:
    """Give a ``map`` that works in so many processes, one thread each; 1 is this process itself."""
    if number == 1:
        yield map
        return
    with ProcessPoolExecutor(number, mp_context=get_context("spawn"), initializer=_leave_ctrl_c) as pool:
        try:
            yield pool.map
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _leave_ctrl_c() -> None:
    """Ctrl-C reaches every process of a terminal; the first process alone answers it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def repeat(
    cells: Sequence[Cell], repetitions: int, *, run: Map = map, on_runs: Callable[[int], Any] | None = None
) -> list[Values]:
    """Repeat every cell; one array per cell, shape (repetitions, points).

    Raises
    ------
    lpsim.InputError
        A scenario cannot be run; nothing has been by then.
    """
    for cell in cells:  # compiles what is not compiled yet, once and not in every process
        values_of(cell, range(cell.first_seed, cell.first_seed + 1))
    batch = -(-repetitions // BATCHES)
    starts = range(0, repetitions, batch)
    tasks = [
        (cell, range(cell.first_seed + start, cell.first_seed + min(start + batch, repetitions)))
        for cell in cells
        for start in starts
    ]
    found = []
    for values in run(values_of, *zip(*tasks, strict=True)):
        found.append(values)
        if on_runs is not None:
            on_runs(len(values))
    return [np.concatenate(found[i : i + len(starts)]) for i in range(0, len(found), len(starts))]


def values_of(cell: Cell, seeds: range) -> Values:
    """What is read of the runs with these seeds: shape (seeds, points)."""
    return np.array([cell.read(run) for run in lpsim.simulate_many(cell.scenario, seeds)], dtype=float)
