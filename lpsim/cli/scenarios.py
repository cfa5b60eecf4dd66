"""Commands on scenarios: run, check, schema; and what a person reads when a run ends."""
# ruff: noqa: PLC0415 (nothing heavy is imported before it is needed, so that --help is fast)

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import typer

from lpsim.cli.app import app
from lpsim.cli.common import (
    AllLessons,
    Engine,
    File,
    Force,
    Out,
    Replications,
    Seed,
    Settings,
    load,
    progress,
    seeds_from,
    told,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from lpsim.population import Population
    from lpsim.run import Run
    from lpsim.scenario import Scenario


@app.command("run")
def _run(
    scenario: File,
    settings: Settings = None,
    seed: Seed = 1,
    replications: Replications = 20,
    engine: Engine = "compiled",
    all_lessons: AllLessons = False,
    out: Out = None,
    force: Force = False,
) -> None:
    """Simulate a scenario; leaves tables and figures in a folder."""
    with told("run"):
        from lpsim.results import check_target, default_target, save_results

        seeds = seeds_from(seed, replications)
        loaded = load(scenario, settings)
        check_target(out or default_target(scenario), force=force)
        folder = out or default_target(scenario)
        with progress(loaded.steps * len(seeds)) as on_step:
            made = _simulate(loaded, seeds, engine, on_step, all_lessons=all_lessons)
            runs, figures = save_results(made, folder, force=force)
    _print_levels(runs)
    _print_times_to_half(runs)
    drawn = f" (seed {seed}; further seeds draw others)" if replications > 1 else ""
    _print_report(runs[0].provenance["population"], drawn)
    typer.echo(f"\nResults: {folder}")
    for figure in figures:
        typer.echo(f"  {figure}")
    if loaded.record.lessons:
        borne = len(runs[0].journal()[0])
        typer.echo(f"\n{borne:,} lessons were born{drawn}. How far they got: lpsim lessons {folder}")
        typer.echo(f"The life of one: lpsim lesson {folder} --pick furthest")


@app.command("check")
def _check(scenario: File, settings: Settings = None) -> None:
    """Check a scenario, and say what would be simulated."""
    with told("check"):
        from lpsim.population import build

        loaded = load(scenario, settings)
        population = build(loaded, 1)
        digest = loaded.digest
    for line in _outline(loaded, population):
        typer.echo(line)
    typer.echo(f"digest: {digest}")
    _print_report(population.report)
    typer.echo("\nok")


@app.command("schema")
def _schema() -> None:
    """Print the JSON Schema of a scenario file."""
    from lpsim.scenario import Scenario

    typer.echo(json.dumps(Scenario.model_json_schema(), indent=2))


# --- what is done ---------------------------------------------------------------------------------


def _simulate(
    scenario: Scenario,
    seeds: Sequence[int],
    engine: str,
    on_step: Callable[[int], None] | None,
    *,
    all_lessons: bool,
) -> Iterator[Run]:
    """The runs, one by one; lessons are followed in the first alone, unless in all."""
    from lpsim.simulation import simulate_many

    further = scenario if all_lessons else scenario.replace({"record.lessons": False})
    for part, among in ((scenario, seeds[:1]), (further, seeds[1:])):
        yield from simulate_many(part, among, engine=engine, threads=None, on_step=on_step)


# --- what is read at the end ----------------------------------------------------------------------


def _print_levels(runs: Sequence[Run]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    from lpsim.show.plots import LEVELS

    scenario = runs[0].scenario
    typer.echo(f"{scenario.title or 'Untitled scenario'}: {_about(runs)}\n")
    table = Table("knowledge (-1 to 1)", box=box.SIMPLE_HEAD)
    table.add_column("start", justify="right")
    table.add_column(f"{scenario.step or 'step'} {scenario.steps}", justify="right")
    for column, level in LEVELS.items():
        ends = ([float(run.series[column].iloc[row]) for run in runs] for row in (0, -1))
        table.add_row(level, *(_spread(values) for values in ends))
    Console(highlight=False, markup=False).print(table)


def _print_times_to_half(runs: Sequence[Run]) -> None:
    import pandas as pd

    from lpsim.diffusion import months_to_half_replicated

    scenario = runs[0].scenario
    step = scenario.step or "step"
    times = months_to_half_replicated(runs).set_index("time")["median"]
    typer.echo("Half of all that practices could know rightly (issue by issue, practice by practice)")
    for name, holder in (("by_staff", "by most of their staff"), ("by_memory", "in their memory")):
        never = f"not within {scenario.steps} {step}s"
        found = never if pd.isna(times[name]) else f"from {step} {times[name]}"
        typer.echo(f"  {holder}: {found}{' (median of the runs)' if len(runs) > 1 else ''}")


def _about(runs: Sequence[Run]) -> str:
    if len(runs) == 1:
        return f"one run, seed {runs[0].seed}; another seed gives other numbers (--replications 20)"
    seeds = f"seeds {runs[0].seed} to {runs[-1].seed}"
    return f"mean of {len(runs)} runs ({seeds}); in brackets the lowest and the highest"


def _spread(values: Sequence[float]) -> str:
    mean = f"{sum(values) / len(values):z.2f}"
    return mean if len(values) == 1 else f"{mean} ({min(values):z.2f} to {max(values):z.2f})"


def _print_report(report: dict[str, Any], drawn: str = "") -> None:
    if report.get("lines"):
        typer.echo(f"\nPractices and staff{drawn}:")
    for line in report.get("lines", ()):
        typer.echo(f"  {line}")


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
