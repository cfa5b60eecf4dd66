"""The command that says how many replications are enough."""
# ruff: noqa: PLC0415 (nothing heavy is imported before it is needed, so that --help is fast)

from __future__ import annotations

from typing import Annotated

import typer

from lpsim.cli.app import app
from lpsim.cli.hints import command
from lpsim.cli.options import File, Seed, Settings, load, told, width
from lpsim.cli.own import (
    Observe,
    Practice,
    Service,
    StaffMember,
    as_options,
    behaviours,
    tell_idle_parameters,
)
from lpsim.cli.streams import echo
from lpsim.cli.wording import Worded
from lpsim.watching import progress

Measure = Annotated[
    str, typer.Option(metavar="MEASURE", help="A measure at the last step, also of a group or several steps.")
]
Precision = Annotated[
    float,
    typer.Option(
        metavar="NUMBER", help="How close the mean must be known: half its 95 % confidence interval."
    ),
]
Relative = Annotated[bool, typer.Option("--relative", help="Take the precision as a share of the mean.")]
Most = Annotated[int, typer.Option("--max", metavar="COUNT", help="Runs to make at most.")]


@app.command("replications", cls=Worded)
def _replications(
    scenario: File,
    measure: Measure = "practice_knowledge",
    precision: Precision = 0.01,
    relative: Relative = False,
    settings: Settings = None,
    seed: Seed = 1,
    most: Most = 1000,
    staff_member: StaffMember = None,
    practice: Practice = None,
    service: Service = None,
    observe: Observe = None,
) -> None:
    """Tell how many replications are enough to know a mean so closely."""
    with told("experiment"):
        from lpsim.analysis.replications import replications_needed
        from lpsim.engines.behaviours import Own
        from lpsim.show.text.replications import replications_text
        from lpsim.show.text.scenario import heading

        own = behaviours(staff_member, practice, service, observe)
        loaded = load(scenario, settings)
        tell_idle_parameters(loaded, own)
        with progress(most) as on_run:
            found = replications_needed(
                loaded,
                measure=measure,
                precision=precision,
                relative=relative,
                seed=seed,
                most=most,
                on_run=on_run,
                **own,
            )
        text = replications_text(found, measure, loaded, width=width())
        echo(f"{heading(loaded, agents=Own.of(**own).agent_places)}\n\n{text}")
        if found.needed:
            changes = [word for setting in settings or () for word in ("--set", setting)]
            mine = as_options(staff_member, practice, service, observe)
            use = command("run", scenario, *changes, "--replications", found.needed, *mine)
            echo(f"\nUse it: {use}, or replications = {found.needed} in a design file")
