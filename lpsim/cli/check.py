"""The command `check`: is a scenario valid, and what would be simulated?"""
# ruff: noqa: PLC0415 (nothing heavy is imported before it is needed, so that --help is fast)

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from lpsim.cli.app import app
from lpsim.cli.options import (
    File,
    Settings,
    load,
    print_report,
    told,
)
from lpsim.cli.streams import echo
from lpsim.cli.wording import Worded

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lpsim.scenario import Scenario


Assumptions = Annotated[
    bool,
    typer.Option("--assumptions", help="Print where each number comes from: sourced, calibrated or assumed."),
]


@app.command("check", cls=Worded)
def _check(scenario: File, settings: Settings = None, assumptions: Assumptions = False) -> None:
    """Check a scenario, and say what would be simulated."""
    if assumptions:
        _print_assumptions(scenario, settings)
        return
    with told("check"):
        from lpsim.population.build import who
        from lpsim.show.text.lines import fold
        from lpsim.show.text.outline import outline
        from lpsim.show.text.scenario import rates_table

        loaded = load(scenario, settings)
        structure, report = who(loaded, 1)
        said = [*outline(loaded, structure), *_changed(scenario, loaded)]
        lines = [line for text in said for line in fold(text, indent=2)]
        echo("\n".join(lines))
        echo(f"\n{rates_table(loaded).terminal()}")
        print_report(report)
        echo("\nok")


def _print_assumptions(path: Path, settings: Settings) -> None:
    with told("check"):
        from lpsim.show.text.scenario import assumptions_table

        table = assumptions_table(load(path, settings))
    echo(table.terminal())


def _changed(path: Path, scenario: Scenario) -> Iterator[str]:
    """What a scenario has that the file which its own file extends has not."""
    from lpsim.scenario import ScenarioError
    from lpsim.show.text.scenario import extension_lines

    try:
        extended = type(scenario).extended(path)
    except ScenarioError:
        yield "\nWhat it changes cannot be said: the file it extends is no scenario by itself."
        return
    if extended is not None:
        lines = [f"  {line}" for line in extension_lines(extended, scenario)]
        words = "of the file it extends"
        if any(": – → " in line or line.endswith(" → –") for line in lines):
            lines.append("  –: nothing of its own is set there.")
        yield from [f"\nIt changes {words}:", *lines] if lines else [f"\nIt changes nothing {words}."]
