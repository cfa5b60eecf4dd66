"""What ends the program from outside: Ctrl-C, SIGTERM, and the terminal that goes away."""

from __future__ import annotations

import signal
from contextlib import contextmanager
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
    """Raise `Interrupted` when a signal comes, but for those that this process was told to ignore."""
    heard = [getattr(signal, name) for name in SIGNALS]
    heard = [number for number in heard if signal.getsignal(number) is not signal.SIG_IGN]
    for number in heard:
        signal.signal(number, _interrupt)
    try:
        yield
    finally:  # all is done and said: what comes now has only to end the process
        for number in heard:
            signal.signal(number, signal.SIG_DFL)


def _interrupt(number: int, _frame: FrameType | None) -> None:
    raise Interrupted(number)
