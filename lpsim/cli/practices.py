"""The command `practices`: the network of practices and what their memories know."""
# ruff: noqa: PLC0415 (nothing heavy is imported before it is needed, so that --help is fast)

from __future__ import annotations

from typing import TYPE_CHECKING

from lpsim.cli.app import app
from lpsim.cli.hints import meant_as
from lpsim.cli.options import (
    Drawn,
    Result,
    Steps,
    draw_into,
    print_figures,
    told,
)
from lpsim.cli.wording import Worded

if TYPE_CHECKING:
    from pathlib import Path


@app.command("practices", cls=Worded)
def _practices(run: Result, at: Steps = None, out: Drawn = None) -> None:
    """Draw the network of practices and what their memories know, at some steps.

    A run of up to thirty people is drawn person by person instead, unless steps are named.
    """
    with told("drawing"):
        from lpsim.analysis.people import People, are_few
        from lpsim.runs.run import read_run
        from lpsim.show.figures.maps import save_practices
        from lpsim.show.figures.people import save_people

        with meant_as("run", run):
            loaded = read_run(run)

        def draw(folder: Path) -> list[Path]:
            if not at and are_few(loaded):
                return save_people(People.of(loaded), folder)
            return save_practices(loaded, folder, at or None)

        figures = draw_into(run, out, draw)
        print_figures(figures)
