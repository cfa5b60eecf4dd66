"""The command line's one application: every command registers here."""
# ruff: noqa: PLC0415 (nothing heavy is imported before it is needed, so that --help is fast)

from __future__ import annotations

import sys
from typing import Annotated

import typer

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Simulate how practices and their health service learn.",
)


def main() -> None:
    """Run the command line; the exit code is 0, 1 (the run failed) or 2 (the input is wrong)."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal without – or × is no reason to fail
    app(prog_name="lpsim")


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
