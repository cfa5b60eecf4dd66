"""How far a sweep is, for a person who watches and for one who reads the log."""
# ruff: noqa: PLC0415 (nothing heavy is imported before it is needed, so that --help is fast)

from __future__ import annotations

import sys
import time
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING

from lpsim.cli.hints import command
from lpsim.cli.streams import echo
from lpsim.errors import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lpsim.sweeps.runner import Standing

RECENT = 60.0
"""Seconds over which the rate is taken."""
NOW_AND_THEN = 30.0
"""Seconds between two lines where nobody watches."""


KEPT = "what is finished is kept, and the same command goes on from there"


class Teller:
    """Says how far a sweep is: runs, rate, time left.

    Attributes
    ----------
    first, last : Standing or None
        How it stood at the beginning, and how it stands now.
    """

    def __init__(self, show: Callable[[Standing, str], None]) -> None:
        self._show = show
        self._seen: deque[tuple[float, int]] = deque()
        self._begun = time.monotonic()
        self.first: Standing | None = None
        self.last: Standing | None = None

    def __call__(self, progress: Standing) -> None:
        """Take note of how it stands now."""
        if self.first is None:
            self.first = progress
        else:  # the rate is taken from the first batch that is back: before it workers only start
            self._seen.append((time.monotonic(), progress.made))
        while len(self._seen) > 2 and self._seen[-1][0] - self._seen[0][0] > RECENT:
            self._seen.popleft()
        self.last = progress
        self._show(progress, self._words(progress))

    def seconds(self) -> float:
        """Since the beginning."""
        return time.monotonic() - self._begun

    def _words(self, progress: Standing) -> str:
        words = f"{progress.made:,} of {progress.total:,} runs"
        if progress.failed:
            words += f" ({progress.failed:,} failed)"
        if len(self._seen) > 1:
            (since, before), (now, made) = self._seen[0], self._seen[-1]
            rate = max(made - before, 1) / max(now - since, 1e-3)
            words += f", {rate:,.{0 if rate >= 10 else 2}f} a second"
            if progress.made < progress.total:
                words += f", {in_words((progress.total - made) / rate)} left"
        return words


@contextmanager
def sweep_progress() -> Iterator[Teller]:
    """Show a bar on stderr if a person is watching, else a line now and then."""
    if not sys.stderr.isatty():
        yield Teller(_lines())
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    with Progress(
        BarColumn(), TextColumn("{task.description}"), console=Console(stderr=True), transient=True
    ) as bars:
        bar = bars.add_task("starting", total=None)

        def show(progress: Standing, words: str) -> None:
            bars.update(bar, total=progress.total, completed=progress.made, description=words)

        yield Teller(show)


def _lines() -> Callable[[Standing, str], None]:
    last = time.monotonic()

    def show(_: Standing, words: str) -> None:
        nonlocal last
        if time.monotonic() - last >= NOW_AND_THEN:
            last = time.monotonic()
            say(words)

    return show


def print_end(tell: Teller, store: Path) -> None:
    """Say what there is now, and where."""
    first, last = tell.first, tell.last
    assert first is not None
    assert last is not None
    from lpsim.show.text.vocabulary import noun

    new = last.made - first.made
    took = f"{new:,} {noun(new, 'run')} in {in_words(tell.seconds())}" if new else "nothing was missing"
    echo(f"{took}; {last.done:,} of {last.total:,} are done")
    echo(f"Results: {store}")
    echo(f"  {command('query', store, 'describe runs')}")
    if last.failed:
        failed = f"{last.failed:,} {noun(last.failed, 'run')} failed"
        how = command("query", store, "from failures")
        say(f"{failed}: {how} says where; --retry-failed tries again")


def in_words(seconds: float) -> str:
    """A duration to two digits, in the unit a person would use."""
    for limit, unit, name in ((1, 1e-3, "ms"), (120, 1, "s"), (7200, 60, "min"), (172_800, 3600, "h")):
        if seconds < limit:
            return f"{float(f'{seconds / unit:.2g}'):g} {name}"
    return f"{seconds / 86_400:,.1f} days"
