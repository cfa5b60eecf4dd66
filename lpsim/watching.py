"""How far something is, where a person watches: a bar in a terminal, a line in a notebook, else nothing."""
# ruff: noqa: PLC0415 (nothing is imported before it is needed)

from __future__ import annotations

import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from lpsim.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

OFTEN = 0.2
"""Seconds between two looks in a notebook."""
_told: list[object] = []
"""Whatever is shown, or kept quiet, now: what is within another shows nothing of its own."""
_WHAT = "simulating"
_what: list[str] = []
"""What is said to be done now, in the place of that."""


def see_that_they_can_be_called(**given: Any) -> None:
    """Raises `InputError` where what is to be called, by its name, is no function; None is none."""
    for name, one in given.items():
        if one is not None and not callable(one):
            raise InputError(f"{name}: found {one!r:.80}; give a function, which is called now and then.")


@contextmanager
def progress(
    total: int | None, given: Callable[[int], None] | None = None, name: str = "on_step"
) -> Iterator[Callable[[int], None] | None]:
    """What to call with how much more is done; None where nobody watches.

    Parameters
    ----------
    total : int or None
        When it is all done; None where that is not known.
    given : callable, optional
        What is called instead, and nothing shown.
    name : str
        What that is called where it is no function.

    Raises
    ------
    InputError
        What was given is no function.
    """
    see_that_they_can_be_called(**{name: given})
    if given is not None or not _watched():
        yield given
        return
    _what[:] = [_WHAT]
    with within(), _line() if _notebook() else _bar() as show:
        done = 0

        def tell(more: int) -> None:
            nonlocal done
            done += more
            show(done, total)

        yield tell


def say_what(words: str) -> None:
    """Say in what is shown, if anything is, how what is done stands: ``3 of 20 runs``."""
    _what[:] = [words]


@contextmanager
def within() -> Iterator[None]:
    """Nothing is shown of what is done meanwhile: what it is part of is shown, or nobody is to see it."""
    mark = object()
    _told.append(mark)
    try:
        yield
    finally:
        _told.remove(mark)


def _watched() -> bool:
    """Whether a person watches this process, who is not shown anything yet."""
    begun = sys.modules.get("multiprocessing.process")  # workers write to the same terminal
    child = begun is not None and begun.parent_process() is not None
    if _told or child or threading.current_thread() is not threading.main_thread():
        return False
    return _notebook() or bool(sys.stderr is not None and sys.stderr.isatty())


def _notebook() -> bool:
    """Whether this is the kernel of a notebook."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return getattr(shell, "kernel", None) is not None


@contextmanager
def _bar() -> Iterator[Callable[[int, int | None], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    words = TextColumn("{task.description}", markup=False)
    columns = (words, BarColumn(20), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        bar = bars.add_task(_WHAT, total=None)
        yield lambda done, total: bars.update(bar, completed=done, total=total, description=_what[0])


@contextmanager
def _line() -> Iterator[Callable[[int, int | None], None]]:
    """A line that is written anew, and empty at the end."""
    display: Any = sys.modules["IPython"].display
    handle, shown = display.display(_plain(_WHAT), raw=True, display_id=True), 0.0

    def show(done: int, total: int | None) -> None:
        nonlocal shown
        if time.monotonic() - shown >= OFTEN:
            shown = time.monotonic()
            share = f" of {total:,} ({100 * done / total:.0f} %)" if total else ""
            handle.update(_plain(f"{_what[0]}: {done:,}{share}"), raw=True)

    try:
        yield show
    finally:
        handle.update(_plain(""), raw=True)


def _plain(text: str) -> dict[str, str]:
    return {"text/plain": text}
