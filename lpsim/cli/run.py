"""The command `run`: simulate a scenario; and what a person reads when it ends."""
# ruff: noqa: PLC0415 (nothing heavy is imported before it is needed, so that --help is fast)

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from lpsim.cli.app import app
from lpsim.cli.options import (
    AllLessons,
    Engine,
    File,
    Force,
    Out,
    Replications,
    Seed,
    Settings,
    load,
    print_report,
    seeds_from,
    told,
)
from lpsim.cli.progress import progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from lpsim.runs.run import Run
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
        from lpsim.runs.folder import check_target, default_target, save_results
        from lpsim.show.figures.plots import save_figures

        seeds = seeds_from(seed, replications)
        loaded = load(scenario, settings)
        check_target(out or default_target(scenario), force=force)
        folder = out or default_target(scenario)
        with progress(loaded.steps * len(seeds)) as on_step:
            made = _simulate(loaded, seeds, engine, on_step, all_lessons=all_lessons)
            runs, figures = save_results(made, folder, draw=save_figures, force=force)
    _print_levels(runs)
    _print_times_to_half(runs)
    drawn = f" (seed {seed}; further seeds draw others)" if replications > 1 else ""
    print_report(runs[0].provenance["population"], drawn)
    typer.echo(f"\nResults: {folder}")
    for figure in figures:
        typer.echo(f"  {figure}")
    if loaded.record.lessons:
        borne = len(runs[0].journal()[0])
        typer.echo(f"\n{borne:,} lessons were born{drawn}. How far they got: lpsim lessons {folder}")
        typer.echo(f"The life of one: lpsim lesson {folder} --pick furthest")


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
    from lpsim.runs.simulate import simulate_many

    further = scenario if all_lessons else scenario.replace({"record.lessons": False})
    for part, among in ((scenario, seeds[:1]), (further, seeds[1:])):
        yield from simulate_many(part, among, engine=engine, threads=None, on_step=on_step)


# --- what is read at the end ----------------------------------------------------------------------


def _print_levels(runs: Sequence[Run]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    from lpsim.show.figures.plots import LEVELS

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

    from lpsim.analysis.diffusion import months_to_half_replicated

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
