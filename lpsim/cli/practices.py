"""The command `practices`: the network of practices and what their memories know."""
# ruff: noqa: PLC0415 (nothing heavy is imported before it is needed, so that --help is fast)

from __future__ import annotations

from lpsim.cli.app import app
from lpsim.cli.options import (
    Drawn,
    Result,
    Steps,
    folder_for_figures,
    print_figures,
    told,
)


@app.command("practices")
def _practices(run: Result, at: Steps = None, out: Drawn = None) -> None:
    """Draw the network of practices and what their memories know, at some steps."""
    with told("drawing"):
        from lpsim.runs.run import read_run
        from lpsim.show.figures.maps import save_practices

        figures = save_practices(read_run(run), folder_for_figures(run, out), at or None)
    print_figures(figures)
