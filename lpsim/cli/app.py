"""The command line's one application: every command registers here."""
# ruff: noqa: PLC0415 (nothing heavy is imported before it is needed, so that --help is fast)

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import Annotated

import typer

from lpsim.cli.first import BEGINNING, InOrder
from lpsim.cli.interrupts import Interrupted, heeded
from lpsim.cli.streams import LostOutput, echo, forget_environment, open_streams
from lpsim.errors import say
from lpsim.garbage import seldom_looked_for

app = typer.Typer(
    add_completion=False,
    cls=InOrder,
    invoke_without_command=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Simulate how practices and their health service learn.",
)


def main() -> None:
    """Run the command line.

    The exit code is 0, 1 (the run failed), 2 (the input is wrong), or 128 and the number of the signal that
    ended it: 130 after Ctrl-C, 143 after SIGTERM.
    """
    open_streams()
    forget_environment()
    try:
        with heeded(), seldom_looked_for():
            app(prog_name="lpsim")
    # What `told` does not look after: what comes before and after it, such as --help.
    except Interrupted as stop:
        say(str(stop))
        sys.exit(stop.code)
    except LostOutput as lost:
        if not lost.unwanted:
            say(str(lost))
            sys.exit(1)
    finally:
        gc.freeze()  # or Python, as it ends, looks through everything once more: a tenth of a second


def _print_version(wanted: bool) -> None:
    if wanted:
        from lpsim.runs.versions import version_of

        echo(f"lpsim {version_of('lpsim')}")
        raise typer.Exit


def _see_working_folder() -> None:
    try:
        Path.cwd()
    except OSError as error:
        say(f"the working folder is gone ({error.strerror}); change to another (cd)")
        raise typer.Exit(2) from None


@app.callback()
def _options(
    context: typer.Context,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    if context.invoked_subcommand is None:
        echo(BEGINNING)
    else:
        _see_working_folder()
