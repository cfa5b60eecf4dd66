"""What ends the program from outside: Ctrl-C, SIGTERM, and the terminal that goes away."""

from __future__ import annotations

import signal
import threading
import weakref
from contextlib import contextmanager
from importlib.machinery import ExtensionFileLoader
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

SIGNALS = {
    name: words
    for name, words in {
        "SIGINT": "interrupted",
        "SIGTERM": "ended by SIGTERM",
        "SIGHUP": "ended, as the terminal is gone",
    }.items()
    if hasattr(signal, name)  # Windows has fewer
}
SOON, AGAIN = 0.05, 5.0
"""Seconds until a signal is heard again that came at a bad moment, and one that was swallowed."""
_LOADING = (ExtensionFileLoader.create_module.__code__, ExtensionFileLoader.exec_module.__code__)
_CALLED_BACK = ("__del__", "_raw_object_cache_notify", "_raw_object_cache_getbuffer")
"""Functions that are called by what lets no exception through: Python's own, and LLVM."""
_TRANSFORMS = str(Path("matplotlib", "transforms.py"))
"""Where unnamed functions are called by Python when something is gone, which lets no exception through."""
_heard: list[Interrupted] = []
_repeats: list[threading.Timer] = []


class Interrupted(BaseException):
    """The program is to end now: what is not finished is cleaned up on the way out.

    Not a KeyboardInterrupt, which the library of the command line would make another message of.
    """

    def __init__(self, number: int) -> None:
        self.code = 128 + number
        """What a shell says of a process that such a signal has ended."""
        super().__init__(SIGNALS[signal.Signals(number).name])


@contextmanager
def heeded() -> Iterator[None]:
    """Raise `Interrupted` when a signal comes, except those that this process was told to ignore."""
    numbers = [getattr(signal, name) for name in SIGNALS]
    numbers = [number for number in numbers if signal.getsignal(number) is not signal.SIG_IGN]
    for number in numbers:
        signal.signal(number, _interrupt)
    try:
        yield
    finally:  # all is done and said: what comes now has only to end the process
        for number in numbers:
            signal.signal(number, signal.SIG_DFL)
        for repeat in _repeats:
            repeat.cancel()
        _repeats.clear()


def heard() -> Interrupted | None:
    """The signal that has come, if one has: what goes wrong after it does so for that reason."""
    return _heard[-1] if _heard else None


def _interrupt(number: int, frame: FrameType | None) -> None:
    bad = _is_bad_moment(frame)
    repeat = threading.Timer(SOON if bad else AGAIN, _send, (number,))
    repeat.daemon = True
    repeat.start()
    _repeats[:] = [repeat]
    if not bad:
        _heard.append(Interrupted(number))
        raise _heard[-1]


def _send(number: int) -> None:
    """Send a signal to the thread that hears it, and wakes up by it."""
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(threading.main_thread().ident or 0, number)
    else:
        signal.raise_signal(number)


def _is_bad_moment(frame: FrameType | None) -> bool:
    """Whether an exception would be swallowed, or become another: in what compiled code calls or loads."""
    while frame is not None:
        code = frame.f_code
        if code in _LOADING or code.co_name in _CALLED_BACK or code.co_filename == weakref.__file__:
            return True
        if code.co_name == "<lambda>" and code.co_filename.endswith(_TRANSFORMS):
            return True
        frame = frame.f_back
    return False
