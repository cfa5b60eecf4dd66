"""What ends the program from outside: Ctrl-C, SIGTERM, and the terminal that goes away."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from importlib.machinery import ExtensionFileLoader
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
SOON = 0.05
"""Seconds until a signal that came at a bad moment is heard again."""
_LOADING = (ExtensionFileLoader.create_module.__code__, ExtensionFileLoader.exec_module.__code__)


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
    heard = [getattr(signal, name) for name in SIGNALS]
    heard = [number for number in heard if signal.getsignal(number) is not signal.SIG_IGN]
    for number in heard:
        signal.signal(number, _interrupt)
    try:
        yield
    finally:  # all is done and said: what comes now has only to end the process
        for number in heard:
            signal.signal(number, signal.SIG_DFL)


def _interrupt(number: int, frame: FrameType | None) -> None:
    if _is_loading(frame):
        again = threading.Timer(SOON, _send, (number,))
        again.daemon = True
        again.start()
    else:
        raise Interrupted(number)


def _send(number: int) -> None:
    """Send a signal to the thread that hears it, and wakes up by it."""
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(threading.main_thread().ident or 0, number)
    else:
        signal.raise_signal(number)


def _is_loading(frame: FrameType | None) -> bool:
    """Whether a compiled library is being loaded, which would make an exception of its own of any."""
    while frame is not None:
        if frame.f_code in _LOADING:
            return True
        frame = frame.f_back
    return False
