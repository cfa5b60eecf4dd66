"""What goes wrong, told so that the user can mend it."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from lpsim.plain import plain

if TYPE_CHECKING:
    from collections.abc import Sequence


class InputError(ValueError):
    """The input is wrong: the message names the place, what was found, and the cure.

    The command line prints the message alone (no traceback) and exits with 2.
    """


class ManyProblemsError(InputError):
    """All that is wrong with one input: `problems` holds a sentence each, without its full stop."""

    def __init__(self, problems: Sequence[str], source: str) -> None:
        self.problems = tuple(problems)
        sentences = (problem if problem.endswith("?") else f"{problem}." for problem in self.problems)
        super().__init__("\n".join(f"{source}: {sentence}" for sentence in sentences))


class NoSuchColumnError(InputError, KeyError):
    """There is no column of that name: a mistake in the input, and of a key."""

    __str__ = Exception.__str__  # that of KeyError shows a message in quotes


class StoppedError(RuntimeError):
    """Something ended half-way, and what was finished is kept: the message says why, and how to go on.

    The command line prints the message alone (no traceback) and exits with 1.
    """


class IdleSettingWarning(UserWarning):
    """A setting was given that cannot act in its scenario: which, why not, and what would let it."""


class MissingLettersWarning(UserWarning):
    """A figure has letters that no installed font has: which."""


def say(words: str) -> None:
    """Say something on stderr; that nobody can or wants to hear it is no reason to fail."""
    if sys.stderr is not None:  # print() would take stdout instead
        with suppress(OSError, ValueError):
            print(plain(words), file=sys.stderr, flush=True)


def installing(extra: str) -> str:
    """How what an extra of lpsim needs is installed: from a clone, as no package index has lpsim."""
    return f"pip install '.[{extra}]' in your clone of lpsim"


def in_words(error: BaseException) -> str:
    """What went wrong, on one line and without a full stop."""
    if isinstance(error, InputError | StoppedError):
        return str(error).removesuffix(".")
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return " ".join(f"{type(error).__name__}: {error}".split())
