"""Compiling, as it is told while it lasts: each function by one process, so that the others find it done."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING

import filelock

from lpsim.errors import say

if TYPE_CHECKING:
    from pathlib import Path

UNTOLD = 1.0
"""Seconds of compiling that nobody needs to know of."""
NOW_AND_THEN = 10.0
"""Seconds between two lines."""
WAIT = 300.0
"""Seconds to wait for another process, which may have been stopped: then its work is done here as well."""
LOCK, PARTIAL = ".lock", ".partial"
HERE, ELSEWHERE = "compiling", "waiting for another process of lpsim, which is compiling"


class Compiling(threading.local):
    """What this thread is compiling: a function, and within it those it calls."""

    def __init__(self) -> None:
        self._depth = 0
        self._telling: _Telling | None = None
        self._lock: filelock.BaseFileLock | None = None

    def __enter__(self) -> None:
        """Come to a function that may have to be compiled."""
        self._depth += 1

    def __exit__(self, *_: object) -> None:
        """Leave it; with the outermost one, compiling has ended, however it has."""
        self._depth -= 1
        if self._depth == 0 and self._telling is not None:
            self._telling.end()
            self._telling = None
            if self._lock is not None:
                self._lock.release()

    def begin(self, folder: Path | None, name: str) -> None:
        """Say that compiling begins, and wait until no other process does so for the same file."""
        if self._telling is not None:
            return
        self._telling = _Telling(for_good=folder is not None)
        self._lock = None if folder is None else self._locked(folder, name)

    def _locked(self, folder: Path, name: str) -> filelock.BaseFileLock | None:
        assert self._telling is not None
        lock = filelock.FileLock(folder / (name + LOCK), fallback_to_soft=False)
        self._telling.doing = ELSEWHERE
        try:
            lock.acquire(timeout=WAIT)
            _sweep(folder)
        except (OSError, NotImplementedError):
            pass  # then some work is done twice
        self._telling.doing = HERE
        return lock if lock.is_locked else None


def _sweep(folder: Path) -> None:
    """Delete what processes that died half wrote; another that lives may be writing just now."""
    for partial in folder.glob("*" + PARTIAL):
        with suppress(FileNotFoundError):
            if partial.stat().st_mtime < time.time() - WAIT:
                partial.unlink()


class _Telling:
    """Tells from a thread of its own, on stderr, what is done and for how long this process has done it."""

    spent = 0.0
    """Seconds that went before."""
    begun = False
    """Whether it was told before."""

    def __init__(self, *, for_good: bool) -> None:
        self.doing = HERE
        self._often = ", once per version" if for_good else ""
        self._since, self._ended = time.monotonic(), threading.Event()
        threading.Thread(target=self._tell, daemon=True).start()

    def end(self) -> None:
        """Tell no more."""
        self._ended.set()
        _Telling.spent += time.monotonic() - self._since

    def _seconds(self) -> float:
        return _Telling.spent + time.monotonic() - self._since

    def _tell(self) -> None:
        if self._ended.wait(UNTOLD):
            return
        if not _Telling.begun:
            _Telling.begun = True
            say(f"{self.doing}{self._often}: half a minute, more on a busy machine")
        while not self._ended.wait(NOW_AND_THEN - self._seconds() % NOW_AND_THEN):
            say(f"{self.doing}: {self._seconds():.0f} s")


@cache
def say_once(words: str) -> None:
    """Say something that is said only once."""
    say(words)


COMPILING = Compiling()
