"""The command `sensitivity`: which factors of a sweep matter."""
# ruff: noqa: PLC0415 (nothing heavy is imported before it is needed, so that --help is fast)

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lpsim.cli.app import app
from lpsim.cli.hints import meant_as
from lpsim.cli.options import Force, print_results, told, width
from lpsim.cli.streams import echo
from lpsim.cli.wording import Worded

StoreFolder = Annotated[Path, typer.Argument(metavar="STORE", help="The folder of a sweep.")]
Measures = Annotated[
    list[str] | None,
    typer.Option(
        "--measure",
        metavar="MEASURE",
        help="What was kept of the runs; repeatable. [default: the four levels]",
    ),
]
Step = Annotated[
    int | None, typer.Option("--step", metavar="STEP", help="A step that was kept. [default: the last]")
]
Listed = Annotated[
    str | None,
    typer.Option("--scenario", metavar="NAME", help="Of a design that lists scenarios: the name of one."),
]
Out = Annotated[
    Path | None,
    typer.Option(
        metavar="FOLDER",
        help="The folder for the results. [default: sensitivity/<store>, -2, -3 … if it exists]",
    ),
]


@app.command("sensitivity", cls=Worded)
def _sensitivity(
    store: StoreFolder,
    measures: Measures = None,
    step: Step = None,
    scenario: Listed = None,
    out: Out = None,
    force: Force = False,
) -> None:
    """Say which factors of a sweep matter, and which do no more than chance (Sobol', Morris)."""
    with told("analysis"):
        from lpsim.analysis.sensitivity import sensitivity
        from lpsim.analysis.sensitivity_folder import FOLDER
        from lpsim.show.sensitivity import save_sensitivity
        from lpsim.show.text.sensitivity import sensitivity_text
        from lpsim.sweeps.store.store import Store

        with meant_as("store", store):
            opened = Store.open(store)
        target = out or FOLDER.default_target(store.resolve().name)
        FOLDER.check_target(target, force=force)
        found = sensitivity(opened, measures, step=step, scenario=scenario)
        folder = save_sensitivity(found, target, force=force)
    with told("report", kept=f"the results are in {folder}"):
        echo(sensitivity_text(found, width=width()))
        print_results(folder, target)
