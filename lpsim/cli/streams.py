"""What the program is started in: where it speaks, which may be full or closed, and its environment."""

from __future__ import annotations

import codecs
import io
import os
import select
import sys
from typing import TYPE_CHECKING, TextIO

import typer

from lpsim.plain import plain

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


_PLAINLY = "lpsim.plainly"
"""The name of what writes letters that a terminal has not: without its minus a number would be another."""
_PLAIN = {"…": "...", "×": "x", "±": "+/-", "→": "->", "“": '"', "”": '"', **dict.fromkeys("−–─", "-")}


def _plainly(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    letters = error.object[error.start : error.end]
    return "".join(_PLAIN.get(letter, "?") for letter in letters), error.end


codecs.register_error(_PLAINLY, _plainly)


def echo(text: str) -> None:
    """Print text, none of which a terminal obeys."""
    typer.echo(plain(text))


class LostOutput(Exception):  # noqa: N818 (no error where a reader has enough)
    """What is printed cannot be written; all that is printed after it goes nowhere.

    Not an OSError, which could be of any file, and of which the library of the command line makes its own.
    """

    def __init__(self, error: OSError) -> None:
        super().__init__(f"the output cannot be written ({error.strerror})")
        self.unwanted = isinstance(error, BrokenPipeError)
        """Whether nobody reads on, which is no failure."""


def open_streams() -> None:
    """Have something to write to, whatever the program was started with."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=_PLAINLY)  # a terminal without – or × is no reason to fail
    sys.stdout = _minded(sys.stdout)


def forget_environment() -> None:
    """Forget what other programs want of libraries, which may fail on it; no command needs it."""
    os.environ["MPLBACKEND"] = "agg"  # a notebook sets one of its own
    os.environ.pop("NUMBA_NUM_THREADS", None)  # a batch system's may be 0 or empty


class _Output(io.FileIO):
    """The same file, but what goes wrong is raised once, as `LostOutput`."""

    _lost = False

    def write(self, content: ReadableBuffer) -> int:
        """Write some of the content; gives how many bytes."""
        if self._lost:
            return memoryview(content).nbytes
        try:
            while (written := super().write(content)) is None:  # another program has made it impatient
                select.select([], [self], [])
        except OSError as error:
            self._lost = True
            raise LostOutput(error) from error
        return written


def _minded(stream: TextIO) -> TextIO:
    binary = getattr(stream, "buffer", None)
    if type(getattr(binary, "raw", binary)) is not io.FileIO:  # as the console of Windows
        return stream
    output = _Output(os.dup(stream.fileno()), "w")
    return io.TextIOWrapper(
        io.BufferedWriter(output),
        encoding=stream.encoding,
        errors=_PLAINLY,
        line_buffering=getattr(stream, "line_buffering", False),
        write_through=getattr(stream, "write_through", False),
    )
