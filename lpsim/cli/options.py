"""What commands have in common: options, what goes wrong, what goes in, and what comes out."""
# ruff: noqa: PLC0415 (nothing heavy is imported before it is needed, so that --help is fast)

from __future__ import annotations

import os
import shutil
import traceback
import warnings
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from lpsim.cli.hints import meant_as
from lpsim.cli.interrupts import Interrupted, heard
from lpsim.cli.streams import LostOutput, echo
from lpsim.engines.registry import ENGINES
from lpsim.errors import IdleSettingWarning, InputError, MissingLettersWarning, StoppedError, in_words, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from lpsim.scenario import Scenario

MAX_SEED = 2**64 - 1

File = Annotated[
    Path, typer.Argument(metavar="SCENARIO", help="A scenario file (TOML), or the name of one that ships.")
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="KEY=VALUE", help="Change a value of the scenario by its dotted key; repeatable."
    ),
]
Seed = Annotated[int, typer.Option(metavar="SEED", help="The seed of the first run: 0 to 2^64 - 1.")]
Replications = Annotated[
    int,
    typer.Option(metavar="COUNT", help="How many runs (1 or more), with the seeds that follow each other."),
]
AllLessons = Annotated[
    bool, typer.Option("--all-lessons", help="Follow lessons in all runs, not only in the first.")
]
EachRun = Annotated[
    bool, typer.Option("--each-run", help="Draw a thin line for each run in the figures, too.")
]
Result = Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a saved run.")]
Drawn = Annotated[
    Path | None,
    typer.Option("--out", metavar="FOLDER", help="The folder for the figures. [default: the run's own]"),
]
Engine = Annotated[
    str | None,
    typer.Option(
        metavar="ENGINE",
        help=f"The engine: {' or '.join(ENGINES)} (the same numbers). [default: the quicker]",
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(
        metavar="FOLDER", help="The folder for the results. [default: runs/<name>, -2, -3 … if it exists]"
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Replace the results of an earlier run.")]


Steps = Annotated[list[int] | None, typer.Option("--at", help="A step; repeatable.", metavar="STEP")]


# --- what goes wrong ------------------------------------------------------------------------------


NOTHING = "nothing was written"


@contextmanager
def told(what: str, *, kept: str = NOTHING) -> Iterator[None]:
    """Turn what goes wrong into words on stderr and an exit code.

    Nothing has gone wrong where a reader of the output has enough of it and closes it.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", IdleSettingWarning)  # `load` has told them
            warnings.simplefilter("once", MissingLettersWarning)
            warnings.showwarning = _show_warning
            yield
    except typer.Exit:
        raise
    except InputError as error:
        _fail(str(error), code=2)
    except Interrupted as stop:
        _fail(f"{stop}; {kept}", code=stop.code)
    except KeyboardInterrupt:
        _fail(f"interrupted; {kept}", code=130)
    except StoppedError as error:
        _show_where(error)
        _fail(str(error), code=1)
    except LostOutput as lost:
        if not lost.unwanted:
            _fail(f"{lost}" if kept == NOTHING else f"{lost}; {kept}", code=1)
    except Exception as error:
        signalled = heard()
        if signalled is not None:  # and something has made another exception of it
            _fail(f"{signalled}; {kept}", code=signalled.code)
        _show_where(error)
        _fail(f"the {what} failed: {in_words(error)} (LPSIM_DEBUG=1 shows where)", code=1)


def _show_where(error: Exception) -> None:
    if os.environ.get("LPSIM_DEBUG"):
        traceback.print_exception(error)


def _show_warning(message: Warning | str, category: type[Warning], *_: object, **__: object) -> None:
    if issubclass(category, MissingLettersWarning):
        say(f"warning: {message}.")
    else:
        say(f"{category.__name__}: {message}")


def _fail(message: str, *, code: int) -> NoReturn:
    say(message)
    raise typer.Exit(code)


# --- what goes in ---------------------------------------------------------------------------------


def load(path: Path, settings: Sequence[str] | None) -> Scenario:
    """The scenario of a file, with what ``--set`` changes; settings that cannot act are told on stderr."""
    from lpsim.scenario import Scenario
    from lpsim.scenario.idle import idle_settings

    with meant_as("scenario", path):
        scenario = Scenario.load(path, changes_of(settings))
    for sentence in idle_settings(scenario):
        say(f"warning: {sentence}.")
    return scenario


def changes_of(settings: Sequence[str] | None) -> dict[str, Any]:
    """What ``--set`` changes, by dotted key."""
    return dict(_setting(text) for text in settings or ())


def _setting(text: str) -> tuple[str, Any]:
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise InputError(f"--set {text}: found no key=value; write it as --set steps=60.")
    return key.strip(), _value(value.strip())


def _value(text: str) -> Any:
    """A TOML value, or else the text itself, so that names need no quotes in quotes."""
    from lpsim.scenario import toml_files

    try:
        table = toml_files.loads(f"v = {text}")
    except ValueError:
        return text
    plain = isinstance(table["v"], bool | int | float | str | list | dict)
    return table["v"] if plain and len(table) == 1 else text


def seeds_from(first: int, replications: int) -> range:
    """The seeds of so many runs."""
    if replications < 1:
        raise InputError(f"--replications: found {replications}; allowed is a whole number from 1.")
    last = first + replications - 1
    if first < 0 or last > MAX_SEED:
        raise InputError(f"--seed: found {first} to {last}; allowed are whole numbers from 0 to 2^64 - 1.")
    return range(first, last + 1)


# --- what comes out -----------------------------------------------------------------------------


def width() -> int:
    """Characters to a line: as many as the terminal has, from 40 to `lpsim.show.text.lines.WIDTH`."""
    from lpsim.show.text.lines import WIDTH

    return min(max(shutil.get_terminal_size((WIDTH, 24)).columns, 40), WIDTH)


def draw_into(run: Path, out: Path | None, draw: Callable[[Path], list[Path]]) -> list[Path]:
    """Draw figures into the run's folder, or another: each is there whole or not at all."""
    from lpsim.storage.folders import files_for, remove_empty

    folder = out or run
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        _make_folder(folder)
        with files_for(folder) as inside:
            figures = draw(inside)
    except OSError as error:
        words = (
            f"{folder}: cannot be written to ({error.strerror}); make room, or name another folder (--out)"
        )
        raise StoppedError(words) from error
    finally:
        remove_empty(missing)
    return [folder / figure.name for figure in figures]


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"{folder}: cannot be made ({error.strerror}); name another folder (--out)."
        ) from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise InputError(f"{folder}: cannot be written to; name another folder (--out).")


def print_figures(figures: Sequence[Path]) -> None:
    """Say where figures are."""
    echo("\nFigures:")
    for figure in figures:
        echo(f"  {figure}")


def print_results(folder: Path, wanted: Path) -> None:
    """Say which files a folder of results has; exit with 1 where it is not the one that was wanted."""
    echo(f"\nResults: {folder}")
    for path in sorted(folder.iterdir()):
        echo(f"  {path}")
    if folder != wanted:
        say(f"{wanted}: was taken by others meanwhile; the results are in {folder}")
        raise typer.Exit(1)


def print_report(report: dict[str, Any], drawn: str = "") -> None:
    """Say how practices and staff came to be."""
    from lpsim.show.text.lines import fold
    from lpsim.show.text.population import population_sentences

    echo(f"\nPractices and staff{drawn}:")
    for sentence in population_sentences(report):
        for line in fold(sentence, width() - 2, indent=2):
            echo(f"  {line}")
