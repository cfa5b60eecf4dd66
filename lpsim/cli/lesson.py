"""The command `lesson`: the life of one lesson, told and drawn."""
# ruff: noqa: PLC0415 (nothing heavy is imported before it is needed, so that --help is fast)

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from lpsim.cli.app import app
from lpsim.cli.options import (
    Drawn,
    Result,
    folder_for_figures,
    print_figures,
    told,
)
from lpsim.errors import InputError

if TYPE_CHECKING:
    from lpsim.runs.run import Run


Number = Annotated[int | None, typer.Argument(metavar="[ID]", help="The number of a lesson.")]
Pick = Annotated[
    str | None,
    typer.Option(help="Find one: furthest, lost-early, wrong-but-spread or returned.", metavar="WHICH"),
]
Gif = Annotated[bool, typer.Option("--gif", help="Draw an animation of its way as well.")]


@app.command("lesson")
def _lesson(
    run: Result, number: Number = None, pick: Pick = None, gif: Gif = False, out: Drawn = None
) -> None:
    """Tell the life of one lesson, and draw it."""
    with told("story"):
        from lpsim.runs.run import Run
        from lpsim.show.figures.journey import save_animation, save_journey
        from lpsim.show.figures.timeline import save_timeline
        from lpsim.show.text.story import tell

        loaded = Run.load(run)
        folder = folder_for_figures(run, out)
        chosen = _chosen(loaded, number, pick)
        story = tell(loaded, chosen)
        figures = save_timeline(loaded, chosen, folder) + save_journey(loaded, chosen, folder)
        if gif:
            figures.append(save_animation(loaded, chosen, folder))
    typer.echo(story.rstrip())
    print_figures(figures)


def _chosen(run: Run, number: int | None, pick: str | None) -> int:
    from lpsim.analysis import life

    lessons, events = run.journal()
    if (number is None) == (pick is None):
        raise InputError(
            f"lesson: name one by its number (this run bore 1 to {len(lessons)}) or find one "
            f"(--pick {life.PICKS[0]})."
        )
    if pick is not None:
        return life.pick(lessons, events, pick)
    assert number is not None
    life.lesson_row(lessons, number)  # or say which there are
    return number
