"""Commands on what a run learned: lessons, lesson, practices; and on what would be retained."""
# ruff: noqa: PLC0415 (nothing heavy is imported before it is needed, so that --help is fast)

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from lpsim.cli.app import app
from lpsim.cli.common import (
    Drawn,
    File,
    Replications,
    Result,
    Seed,
    Settings,
    load,
    progress,
    seeds_from,
    told,
)
from lpsim.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from lpsim.run import Run

Number = Annotated[int | None, typer.Argument(metavar="[ID]", help="The number of a lesson.")]
Pick = Annotated[
    str | None,
    typer.Option(help="Find one: furthest, lost-early, wrong-but-spread or returned.", metavar="WHICH"),
]
Gif = Annotated[bool, typer.Option("--gif", help="Draw an animation of its way as well.")]
Steps = Annotated[list[int] | None, typer.Option("--at", help="A step; repeatable.", metavar="STEP")]


@app.command("lessons")
def _lessons(run: Result, out: Drawn = None) -> None:
    """Tell how far the lessons of a run got, and where and how they ended."""
    with told("report"):
        from lpsim.lessons.funnel import lines
        from lpsim.results import load_results
        from lpsim.show.flow import save_flow

        runs = load_results(run)
        folder = _folder_for_figures(run, out)
        # Of replications often only the first followed lessons; if not even that did, it says so.
        runs = [runs[0], *(further for further in runs[1:] if further.lessons is not None)]
        kept = [replication.journal()[0] for replication in runs]
        figures = save_flow(runs, folder)
    scenario = runs[0].scenario
    typer.echo(f"{scenario.title or 'Untitled scenario'}\n")
    for line in lines(kept, scenario.step or "step"):
        typer.echo(line)
    _print_figures(figures)


@app.command("lesson")
def _lesson(
    run: Result, number: Number = None, pick: Pick = None, gif: Gif = False, out: Drawn = None
) -> None:
    """Tell the life of one lesson, and draw it."""
    with told("story"):
        from lpsim.run import Run
        from lpsim.show.journey import save_animation, save_journey
        from lpsim.show.story import tell
        from lpsim.show.timeline import save_timeline

        loaded = Run.load(run)
        folder = _folder_for_figures(run, out)
        chosen = _chosen(loaded, number, pick)
        story = tell(loaded, chosen)
        figures = save_timeline(loaded, chosen, folder) + save_journey(loaded, chosen, folder)
        if gif:
            figures.append(save_animation(loaded, chosen, folder))
    typer.echo(story.rstrip())
    _print_figures(figures)


def _chosen(run: Run, number: int | None, pick: str | None) -> int:
    from lpsim.lessons import pick as picking

    lessons, events = run.journal()
    if (number is None) == (pick is None):
        raise InputError(
            f"lesson: name one by its number (this run bore 1 to {len(lessons)}) or find one "
            f"(--pick {picking.PICKS[0]})."
        )
    if pick is not None:
        return picking.pick(lessons, events, pick)
    assert number is not None
    picking.lesson_row(lessons, number)  # or say which there are
    return number


@app.command("practices")
def _practices(run: Result, at: Steps = None, out: Drawn = None) -> None:
    """Draw the network of practices and what their memories know, at some steps."""
    with told("drawing"):
        from lpsim.run import Run
        from lpsim.show.maps import save_practices

        figures = save_practices(Run.load(run), _folder_for_figures(run, out), at or None)
    _print_figures(figures)


@app.command("retained")
def _retained(
    scenario: File,
    at: Steps = None,
    settings: Settings = None,
    seed: Seed = 1,
    replications: Replications = 5,
) -> None:
    """Tell what practices would still know if everybody left and beginners came."""
    with told("experiment"):
        from lpsim.retention import lines, retained_over_seeds

        loaded = load(scenario, settings)
        seeds = seeds_from(seed, replications)
        with progress(len(seeds)) as on_seed:
            table = retained_over_seeds(loaded, at=at or [loaded.steps], seeds=seeds, on_seed=on_seed)
    typer.echo(f"{loaded.title or 'Untitled scenario'}\n")
    for line in lines(table, loaded):
        typer.echo(line)


def _folder_for_figures(run: Path, out: Path | None) -> Path:
    """Where figures go; made if it is missing, refused if nothing can be written there."""
    folder = out or run
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"{folder}: cannot be made ({error.strerror}); name another folder (--out)."
        ) from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise InputError(f"{folder}: cannot be written to; name another folder (--out).")
    return folder


def _print_figures(figures: Sequence[Path]) -> None:
    typer.echo("\nFigures:")
    for figure in figures:
        typer.echo(f"  {figure}")
