"""The command `check`: is a scenario valid, and what would be simulated?"""
# ruff: noqa: PLC0415 (nothing heavy is imported before it is needed, so that --help is fast)

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from lpsim.cli.app import app
from lpsim.cli.options import (
    File,
    Settings,
    load,
    print_report,
    told,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lpsim.population.build import Population
    from lpsim.scenario import Scenario


@app.command("check")
def _check(scenario: File, settings: Settings = None) -> None:
    """Check a scenario, and say what would be simulated."""
    with told("check"):
        from lpsim.population.build import build

        loaded = load(scenario, settings)
        population = build(loaded, 1)
        digest = loaded.digest
        for line in _outline(loaded, population):
            typer.echo(line)
        typer.echo(f"digest: {digest}")
        print_report(population.report)
        typer.echo("\nok")


def _outline(scenario: Scenario, population: Population) -> Iterator[str]:
    """What would be simulated, line by line."""
    who = population.structure
    yield f"title: {scenario.title or '(none)'}"
    yield f"practices: {who.practices}"
    yield f"staff: {who.staff} ({_counted(who.roles, who.staff_role)}), as seed 1 draws them"
    if scenario.kinds:
        yield f"kinds of practices: {_counted(who.kinds, who.practice_kind)}"
    tiers = zip(who.tiers, who.bodies, strict=True)
    yield f"service, from the bottom: {', '.join(f'{tier} {count}' for tier, count in tiers)}"
    colleagues = len(who.staff_ties.neighbours) / max(who.staff, 1)
    peers = len(who.practice_ties.neighbours) / who.practices
    yield f"network: {colleagues:.1f} colleagues per person, {peers:.1f} peers per practice"
    yield f"steps: {scenario.steps} (a step is a {scenario.step or 'step'})"
    if scenario.record.lessons:
        from lpsim.lessons.estimate import expected_lessons

        yield f"lessons: followed; up to about {expected_lessons(scenario, who):,} will be born"
    for change in scenario.interventions:
        settings = ", ".join(f"{key} = {value}" for key, value in change.set.items())
        yield f"intervention from step {change.at}: {change.title or settings}"
    if not scenario.interventions:
        yield "interventions: none"


def _counted(names: Sequence[str], indices: Any) -> str:
    numbers = [int((indices == index).sum()) for index in range(len(names))]
    return ", ".join(f"{name} {number}" for name, number in zip(names, numbers, strict=True))
