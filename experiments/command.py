"""The command of an experiment: what is run, how often, and where the results go."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TimeElapsedColumn, TimeRemainingColumn

import lpsim
from experiments.experiment import present, simulate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from experiments.experiment import Experiment

Repetitions = Annotated[int | None, typer.Option(help="Runs of each cell. [default: full size]")]
Out = Annotated[Path | None, typer.Option(help="The folder for the results. [default: runs/<experiment>]")]
Parts = Annotated[list[str] | None, typer.Option("--part", help="Only this figure or table; repeatable.")]
Workers = Annotated[int | None, typer.Option(help="Processes. [default: one per processor]")]
Force = Annotated[bool, typer.Option("--force", help="Replace the results that are there.")]
Redraw = Annotated[
    bool, typer.Option("--redraw", help="Only make figures and verdict again, from the tables.")
]


def command(experiment: Experiment) -> typer.Typer:
    """Make the command of an experiment."""
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

    @app.command(help=f"{experiment.title}: run it, and write tables, figures and a verdict.")
    def main(
        repetitions: Repetitions = None,
        out: Out = None,
        part: Parts = None,
        workers: Workers = None,
        force: Force = False,
        redraw: Redraw = False,
    ) -> None:
        folder = out or Path("runs") / experiment.module.rpartition(".")[2]
        try:
            if not redraw:
                wanted = _checked(experiment, folder, part, repetitions, workers, force=force)
                _run(experiment, folder, *wanted)
            elif not any((folder / f"{name}.csv").exists() for name in experiment.parts):
                raise lpsim.InputError(
                    f"{folder}: found no table of this experiment; run it without --redraw."
                )
            present(experiment, folder)
        except lpsim.InputError as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(2) from None
        typer.echo(f"{folder}: verdict.md says what came out")

    return app


def _checked(
    experiment: Experiment,
    folder: Path,
    part: Sequence[str] | None,
    repetitions: int | None,
    workers: int | None,
    *,
    force: bool,
) -> tuple[Sequence[str], int | None, int]:
    """Parts, repetitions and workers, once nothing stands against running them."""
    for name, value in (("--repetitions", repetitions), ("--workers", workers)):
        if value is not None and value < 1:
            raise lpsim.InputError(f"{name}: found {value}; allowed is a whole number from 1.")
    parts = list(dict.fromkeys(part or experiment.parts))
    unknown = [name for name in parts if name not in experiment.parts]
    if unknown:
        raise lpsim.InputError(
            f"--part: found {unknown[0]!r}; allowed is one of {', '.join(experiment.parts)}."
        )
    there = [name for name in parts if (folder / f"{name}.csv").exists()]
    if there and not force:
        raise lpsim.InputError(
            f"{folder / there[0]}.csv: is there already; name another --out, or use --force."
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise lpsim.InputError(f"{folder}: cannot be made ({error.strerror}); name another --out.") from None
    return parts, repetitions, workers or os.cpu_count() or 1


def _run(
    experiment: Experiment, folder: Path, parts: Sequence[str], repetitions: int | None, workers: int
) -> None:
    """Simulate with a progress line for people, and say how long it took."""
    started = time.perf_counter()
    chosen = [experiment.parts[name] for name in parts]
    total = sum(len(part.cells) * (repetitions or part.repetitions) for part in chosen)
    columns = (
        *Progress.get_default_columns()[:2],
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty()) as progress:
        bar = progress.add_task("runs", total=total)
        simulate(
            experiment,
            folder,
            parts=parts,
            repetitions=repetitions,
            workers=workers,
            on_runs=lambda more: progress.advance(bar, more),
        )
    seconds = time.perf_counter() - started
    typer.echo(
        f"{total:,} runs of {', '.join(parts)}: {seconds:.0f} s ({workers} at a time)",
        err=True,
    )
