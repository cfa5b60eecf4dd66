"""The command `discover`: where in a sweep something happens."""
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
When = Annotated[
    str,
    typer.Option(
        "--when",
        metavar="CONDITION",
        help='What is sought, as in "staff_knowledge < 0.2": a measure that was kept (its mean over the runs '
        "of a point), <, <=, > or >=, and a number.",
    ),
]
Step = Annotated[
    int | None, typer.Option("--step", metavar="STEP", help="A step that was kept. [default: the last]")
]
Out = Annotated[
    Path | None,
    typer.Option(
        metavar="FOLDER",
        help="The folder for the results. [default: discovery/<store>, -2, -3 … if it exists]",
    ),
]


@app.command("discover", cls=Worded)
def _discover(
    store: StoreFolder, when: When, step: Step = None, out: Out = None, force: Force = False
) -> None:
    """Find where in a sweep something happens (PRIM, CART), and which policy is regretted least."""
    with told("discovery"):
        from lpsim.analysis.discovery import discover
        from lpsim.analysis.discovery_folder import FOLDER
        from lpsim.show.discovery import save_discovery
        from lpsim.show.text.discovery import discovery_text
        from lpsim.sweeps.store.store import Store

        with meant_as("store", store):
            opened = Store.open(store)
        target = out or FOLDER.default_target(store.resolve().name)
        FOLDER.check_target(target, force=force)
        found = discover(opened, when, step=step)
        folder = save_discovery(found, target, force=force)
    with told("report", kept=f"the results are in {folder}"):
        echo(discovery_text(found, width=width()))
        print_results(folder, target)
