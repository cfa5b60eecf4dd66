"""The command `rerun`: make a saved run again, and say whether it is the same."""
# ruff: noqa: PLC0415 (nothing heavy is imported before it is needed, so that --help is fast)

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from lpsim.cli.app import app
from lpsim.cli.hints import meant_as
from lpsim.cli.options import Result, changes_of, told, width
from lpsim.cli.own import Observe, Practice, Service, StaffMember, behaviours
from lpsim.cli.streams import echo
from lpsim.cli.wording import Worded
from lpsim.engines.registry import ENGINES
from lpsim.watching import progress

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lpsim.runs.run import Run

Engine = Annotated[
    str | None,
    typer.Option(metavar="ENGINE", help=f"The engine: {' or '.join(ENGINES)}. [default: that of the run]"),
]
Files = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=PATH", help="Where a file that the run reads lies now; repeatable."),
]


@app.command("rerun", cls=Worded)
def _rerun(
    run: Result,
    files: Files = None,
    engine: Engine = None,
    staff_member: StaffMember = None,
    practice: Practice = None,
    service: Service = None,
    observe: Observe = None,
) -> None:
    """Make a saved run and its replications again, and tell whether they are equal to the last bit."""
    with told("run"):
        from lpsim.analysis.rerun import rerun
        from lpsim.runs.run import read_run, replications_in
        from lpsim.show.text.rerun import rerun_text

        with meant_as("run", run):
            first = read_run(run)
        where = changes_of(files)
        own = behaviours(staff_member, practice, service, observe, anyway="own" in first.provenance)
        further = replications_in(run)
        with progress(first.scenario.steps * (1 + len(further))) as on_step:
            made = [
                rerun(one, files=where, engine=engine, on_step=on_step, **own)
                for one in _runs(first, list(further.values()))
            ]
        echo(rerun_text(made, width=width()))
    if not all(one.equal for one in made):
        raise typer.Exit(1)


def _runs(first: Run, further: list[Path]) -> Iterator[Run]:
    from lpsim.runs.run import read_run

    yield first
    for path in further:
        yield read_run(path)
