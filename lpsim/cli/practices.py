"""The command `practices`: the network of practices and what their memories know."""
# ruff: noqa: PLC0415 (nothing heavy is imported before it is needed, so that --help is fast)

from __future__ import annotations

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


@app.command("practices")
def _practices(run: Result, at: Steps = None, out: Drawn = None) -> None:
    """Draw the network of practices and what their memories know, at some steps."""
    with told("drawing"):
        from lpsim.runs.run import read_run
        from lpsim.show.figures.maps import save_practices

        with meant_as("run", run):
            loaded = read_run(run)
        figures = draw_into(run, out, lambda folder: save_practices(loaded, folder, at or None))
        print_figures(figures)
