"""The command `lessons`: how far the lessons of a run got, and where they ended."""
# ruff: noqa: PLC0415 (nothing heavy is imported before it is needed, so that --help is fast)

from __future__ import annotations

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


@app.command("lessons", cls=Worded)
def _lessons(run: Result, out: Drawn = None) -> None:
    """Tell how far the lessons of a run got, and where and how they ended."""
    with told("report"):
        from lpsim.engines.behaviours import agent_places
        from lpsim.runs.folder import load_runs
        from lpsim.show.figures.flow import save_flow
        from lpsim.show.text.funnel import report
        from lpsim.show.text.scenario import heading
        from lpsim.show.text.vocabulary import step_word

        with meant_as("run", run):
            runs = load_runs(run)
        # Of replications often only the first followed lessons; if not even that did, it says so.
        runs = [runs[0], *(further for further in runs[1:] if further.lessons is not None)]
        kept = [replication.journal()[0] for replication in runs]
        figures = draw_into(run, out, lambda folder: save_flow(runs, folder))
        scenario = runs[0].scenario
        echo(f"{heading(scenario, agents=agent_places(runs[0].provenance))}\n")
        for line in report(kept, step_word(scenario)):
            echo(line)
        print_figures(figures)
