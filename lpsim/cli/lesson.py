"""The command `lesson`: the life of one lesson, told and drawn."""
# ruff: noqa: PLC0415 (nothing heavy is imported before it is needed, so that --help is fast)

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from lpsim.cli.app import app
from lpsim.cli.hints import meant_as
from lpsim.cli.options import (
    Drawn,
    Result,
    draw_into,
    print_figures,
    told,
)
from lpsim.cli.streams import echo
from lpsim.cli.wording import Worded
from lpsim.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from lpsim.runs.run import Run


Number = Annotated[int | None, typer.Argument(metavar="ID", help="The number of a lesson.")]
Pick = Annotated[
    str | None,
    typer.Option(
        help="Find one: furthest, lost-early, wrong-but-spread, returned or double-loop.", metavar="WHICH"
    ),
]
Gif = Annotated[bool, typer.Option("--gif", help="Draw an animation of its way as well.")]


@app.command("lesson", cls=Worded)
def _lesson(
    run: Result, number: Number = None, pick: Pick = None, gif: Gif = False, out: Drawn = None
) -> None:
    """Tell the life of one lesson, and draw it."""
    with told("story"):
        from lpsim.analysis.life import Life
        from lpsim.runs.run import read_run
        from lpsim.show.figures.journey import save_animation, save_journey
        from lpsim.show.figures.timeline import save_timeline
        from lpsim.show.text.story import tell

        with meant_as("run", run):
            loaded = read_run(run)
        life = Life.of(loaded, _chosen(loaded, number, pick))
        story = tell(life)

        def draw(folder: Path) -> list[Path]:
            figures = save_timeline(life, folder)
            if loaded.structure().practices > 1:  # a map of one practice would be a circle in an empty box
                figures += save_journey(life, folder)
            return [*figures, save_animation(life, folder)] if gif else figures

        figures = draw_into(run, out, draw)
        echo(story.rstrip())
        print_figures(figures)


def _chosen(run: Run, number: int | None, what: str | None) -> int:
    from lpsim.analysis.picks import PICKS, pick
    from lpsim.show.text.picks import none_found

    lessons, events = run.journal()
    if (number is None) == (what is None):
        raise InputError(
            f"lesson: name one by its number (this run has 1 to {len(lessons)}) "
            f"or find one (--pick {PICKS[0]})."
        )
    if what is not None:
        number = pick(lessons, events, what)
        if number is None:
            raise InputError(none_found(what))
    assert number is not None
    return number
