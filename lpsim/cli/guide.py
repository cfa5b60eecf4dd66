"""The command `guide`: what one practice can do by itself, from a table that ships."""
# ruff: noqa: PLC0415 (nothing heavy is imported before it is needed, so that --help is fast)

from __future__ import annotations

from typing import Annotated

import typer

from lpsim.cli.app import app
from lpsim.cli.options import told, width
from lpsim.cli.streams import echo
from lpsim.cli.wording import Worded

Goal = Annotated[
    str,
    typer.Option(
        metavar="GOAL",
        help="What is to be gained: staff (what they know), memory (what it holds), departures (what "
        "survives them) or others (what reaches them).",
    ),
]
Horizon = Annotated[int, typer.Option(help="After how many years: 1, 2, 5 or 10.", metavar="YEARS")]
Size = Annotated[
    str, typer.Option(metavar="SIZE", help="Of the practice: small (7 people), usual (15) or large (30).")
]


@app.command("guide", cls=Worded)
def _guide(goal: Goal = "staff", horizon: Horizon = 5, size: Size = "usual") -> None:
    """Tell what one practice can do by itself: sound bets, what depends, and where the effect is little.

    Nothing is simulated: the numbers are those of a table that ships with lpsim. They were made in worlds of
    20 practices of which 4 take a step: worlds that give what was observed, and worlds over all that nobody
    measured. In a clone of the repository `python -m experiments.guide` makes them again; docs/guide.md is
    the guide to read.
    """
    with told("guide"):
        from lpsim.analysis.guide import guide
        from lpsim.show.text.guide import guide_text

        found = guide(goal, horizon=horizon, size=size)
        echo(guide_text(found, goal=goal, horizon=horizon, width=width()))
