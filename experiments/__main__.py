"""Run an experiment: ``python -m experiments march1991``; ``--help`` tells the rest."""

from __future__ import annotations

import shutil
import sys
import time
from contextlib import contextmanager, nullcontext
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import lpsim

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from experiments.run import Runnable

OWN_COMMAND = "guide"
"""Is run by a command of its own: ``python -m experiments.guide``."""
NAMES = sorted({path.parent.name for path in Path(__file__).parent.glob("*/__init__.py")} - {OWN_COMMAND})

Name = Annotated[str, typer.Argument(metavar="NAME", help=f"One of {', '.join(NAMES)}.")]
Parts = Annotated[
    list[str] | None, typer.Option("--part", help="Only this figure, table or setting; repeatable.")
]
Repetitions = Annotated[int | None, typer.Option(help="Runs of each cell. [default: full size]")]
Out = Annotated[Path | None, typer.Option(help="The folder for the results. [default: runs/<experiment>]")]
Workers = Annotated[int | None, typer.Option(help="Processes; 1 is this one. [default: one per processor]")]
Force = Annotated[bool, typer.Option("--force", help="Begin anew where results are there.")]
Redraw = Annotated[
    bool, typer.Option("--redraw", help="Only make figures and verdict again, from the tables.")
]

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.command()
def main(
    name: Name,
    part: Parts = None,
    repetitions: Repetitions = None,
    out: Out = None,
    workers: Workers = None,
    force: Force = False,
    redraw: Redraw = False,
) -> None:
    """Run an experiment, and write its tables, figures and verdict; goes on where an earlier run ended."""
    folder = out or Path("runs") / name
    try:
        experiment = _experiment(name)
        if redraw and not any((folder / f"{table}.csv").exists() for table in experiment.parts):
            raise lpsim.InputError(f"{folder}: found no table of this experiment; run it without --redraw.")
        if not redraw:
            parts = list(dict.fromkeys(part or experiment.parts))
            _check(experiment, folder, parts, repetitions, workers)
            _make_room(folder, parts, force=force)
            _run(experiment, folder, parts, repetitions, workers)
        experiment.present(folder)
    except (lpsim.InputError, lpsim.StoppedError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2 if isinstance(error, lpsim.InputError) else 1) from None
    except KeyboardInterrupt:
        typer.echo("interrupted; what is finished is kept, and the same command goes on from there", err=True)
        raise typer.Exit(130) from None
    typer.echo(f"{folder}: verdict.md says what came out")


def _experiment(name: str) -> Runnable:
    if name not in NAMES:
        raise lpsim.InputError(f"NAME: found {name!r}; allowed is one of {', '.join(NAMES)}.")
    found: Runnable = import_module(f"experiments.{name}").EXPERIMENT
    return found


def _check(
    experiment: Runnable, folder: Path, parts: Sequence[str], repetitions: int | None, workers: int | None
) -> None:
    for option, value in (("--repetitions", repetitions), ("--workers", workers)):
        if value is not None and value < 1:
            raise lpsim.InputError(f"{option}: found {value}; allowed is a whole number from 1.")
    for name in parts:
        if name not in experiment.parts:
            raise lpsim.InputError(
                f"--part: found {name!r}; allowed is one of {', '.join(experiment.parts)}."
            )


def _make_room(folder: Path, parts: Sequence[str], *, force: bool) -> None:
    """See that no table is written over that these runs did not make, unless that is asked for."""
    for name in parts:
        table, runs = folder / f"{name}.csv", folder / "sweeps" / name
        if force:
            shutil.rmtree(runs, ignore_errors=True)
        elif table.exists() and not runs.exists():
            raise lpsim.InputError(f"{table}: is there already; name another --out, or use --force.")


def _run(
    experiment: Runnable, folder: Path, parts: Sequence[str], repetitions: int | None, workers: int | None
) -> None:
    """Simulate with a progress line for people, and say how long it took."""
    from experiments.run import simulate  # noqa: PLC0415

    started = time.perf_counter()
    with (
        nullcontext() if workers == 1 else lpsim.LocalWorkers(workers) as executor,
        _progress() as on_progress,
    ):
        runs = simulate(
            experiment,
            folder,
            parts=parts,
            repetitions=repetitions,
            executor=executor,
            on_progress=on_progress,
        )
    seconds = time.perf_counter() - started
    typer.echo(f"{runs:,} runs of {', '.join(parts)}: {seconds:.0f} s", err=True)


@contextmanager
def _progress() -> Iterator[Callable[[str, Any], None]]:
    """A bar per part, where a person watches."""
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import MofNCompleteColumn, Progress, TimeRemainingColumn  # noqa: PLC0415

    columns = (*Progress.get_default_columns()[:2], MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty()) as progress:
        bars = {}

        def on_progress(part: str, now: Any) -> None:
            if part not in bars:
                bars[part] = progress.add_task(part, total=now.total)
            progress.update(bars[part], completed=now.made)

        yield on_progress


if __name__ == "__main__":
    app(prog_name="python -m experiments")
