"""The command line's one application: every command registers here."""
# ruff: noqa: PLC0415 (nothing heavy is imported before it is needed, so that --help is fast)

from __future__ import annotations

import sys
from typing import Annotated

import typer

from lpsim.cli.interrupts import Interrupted, heeded

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Simulate how practices and their health service learn.",
)


def main() -> None:
    """Run the command line.

    The exit code is 0, 1 (the run failed), 2 (the input is wrong), or 128 and the number of the signal that
    ended it: 130 after Ctrl-C, 143 after SIGTERM.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal without – or × is no reason to fail
    try:
        with heeded():
            app(prog_name="lpsim")
    except Interrupted as stop:  # before or after all that `told` looks after
        print(stop, file=sys.stderr)
        sys.exit(stop.code)


def _print_version(wanted: bool) -> None:
    if wanted:
        from lpsim.runs.versions import version_of

        typer.echo(f"lpsim {version_of('lpsim')}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    pass
