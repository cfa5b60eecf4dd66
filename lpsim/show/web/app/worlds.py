"""Makes the worlds that pages ask for: one question after the other, the newest of each page alone."""

from __future__ import annotations

import asyncio
import os
import traceback
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

from lpsim.errors import InputError, in_words, say

if TYPE_CHECKING:
    from collections.abc import Callable

    from lpsim.runs.run import Run
    from lpsim.show.web.app.question import Question

KEPT = 200_000_000
"""Bytes of runs that are kept to be asked for again."""
WAITING = 200
"""So many questions may wait; who asks more is to come again."""
MOST_WITH_LESSONS = 2_000_000
"""People times steps of a world whose lessons are followed: some seconds."""
PAGES = 2_000
"""So many pages are known by their newest question."""
T = TypeVar("T")


class StaleError(Exception):
    """The page has asked something newer meanwhile: nobody waits for this answer."""


class BusyError(Exception):
    """Too many questions wait."""


class FailedError(Exception):
    """Something went wrong that no sentence foresees: what, in words."""


class Made:
    """Worlds by question, made on a thread of their own, so that the server goes on listening."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="worlds")
        self._newest: OrderedDict[tuple[str, str], int] = OrderedDict()
        self._kept: OrderedDict[Any, Run] = OrderedDict()
        self._size = 0
        self._waiting = 0

    async def answer(self, page: tuple[str, str], number: int, work: Callable[[], T]) -> T:
        """Do some work in its turn.

        Parameters
        ----------
        page : tuple of str
            Which page asks, and for what.
        number : int
            Of the question: a page counts them.
        work : callable
            Done on the thread that makes worlds.

        Raises
        ------
        StaleError
            The page has asked for the same with a higher number before this question's turn came.
        BusyError
            Too many questions wait.
        FailedError
            The work failed; on stderr stands why.
        """
        self._newest[page] = max(number, self._newest.pop(page, -1))
        if len(self._newest) > PAGES:
            self._newest.popitem(last=False)
        if self._waiting >= WAITING:
            raise BusyError
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._thread, self._in_turn, page, number, work
            )
        finally:
            self._waiting -= 1

    def _in_turn(self, page: tuple[str, str], number: int, work: Callable[[], T]) -> T:
        if self._newest.get(page, number) > number:
            raise StaleError
        try:
            return work()
        except InputError:
            raise
        except Exception as error:
            if os.environ.get("LPSIM_DEBUG"):
                traceback.print_exception(error)
            say(f"an answer failed: {in_words(error)} (LPSIM_DEBUG=1 shows where)")
            raise FailedError(in_words(error)) from error

    def close(self) -> None:
        """Begin nothing more."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def runs(self, question: Question) -> list[Run]:
        """The worlds of a question, in the order of their seeds; what was made before is not made again.

        Raises
        ------
        InputError
            What levers are set to contradicts another key of the scenario, or the run is too large.
        """
        keys = {seed: (question.offer.name, question.changes, seed) for seed in question.seeds}
        found = {seed: self._kept[key] for seed, key in keys.items() if key in self._kept}
        missing = [seed for seed in question.seeds if seed not in found]
        if missing:
            from lpsim.runs.simulate import simulate_many  # noqa: PLC0415 (takes a second)

            made = simulate_many(question.scenario(lessons=False), missing)
            found |= {run.seed: run for run in made}
        for seed, key in keys.items():
            self._keep(key, found[seed])
        return [found[seed] for seed in question.seeds]

    def with_lessons(self, question: Question) -> Run:
        """The first world of a question, with its lessons followed.

        Raises
        ------
        InputError
            As `runs`; or there are so many people that others would wait too long.
        """
        if question.offer.people * question.offer.scenario.steps > MOST_WITH_LESSONS:
            raise InputError(
                "record.lessons: following every lesson of so many people takes too long for a page; "
                "use `lpsim run` and `lpsim lesson`."
            )
        key = (question.offer.name, question.changes, question.first, "lessons")
        if key not in self._kept:
            from lpsim.runs.simulate import simulate  # noqa: PLC0415

            run = simulate(question.scenario(lessons=True), seed=question.first)
            self._keep(key, run)
        return self._kept[key]

    def _keep(self, key: Any, run: Run) -> None:
        if key in self._kept:
            self._kept.move_to_end(key)
            return
        self._kept[key] = run
        self._size += _size(run)
        while self._size > KEPT and len(self._kept) > 1:
            _, dropped = self._kept.popitem(last=False)
            self._size -= _size(dropped)


def _size(run: Run) -> int:
    """About how many bytes a run takes."""
    seen, lessons = run.observations, (run.lessons, run.lesson_events)
    counts = sum(values.nbytes for values in seen.counts) if seen is not None else 0
    return counts + sum(int(table.memory_usage().sum()) for table in lessons if table is not None)
