"""The command `compare`: options against a base, on the same seeds."""
# ruff: noqa: PLC0415 (nothing heavy is imported before it is needed, so that --help is fast)

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lpsim.cli.app import app
from lpsim.cli.hints import meant_as
from lpsim.cli.options import Force, Seed, Settings, changes_of, print_results, seeds_from, told, width
from lpsim.cli.own import Practice, Service, StaffMember, agents, tell_idle_parameters
from lpsim.cli.streams import echo
from lpsim.cli.wording import Worded
from lpsim.errors import InputError, say
from lpsim.watching import progress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lpsim.analysis.sources import Asked
    from lpsim.analysis.worlds import Worlds
    from lpsim.engines.behaviours import Agents

Sources = Annotated[
    list[Path],
    typer.Argument(
        metavar="BASE OPTION …",
        help="Scenario files or names of those that ship, or folders of runs; or one folder of a sweep, or "
        "of a comparison that gets more seeds.",
        show_default=False,
    ),
]
Replications = Annotated[
    int | None,
    typer.Option(
        "--replications",
        "--seeds",
        metavar="COUNT",
        help="How many worlds, with the seeds that follow each other; what is missing is simulated. "
        "[default: those that all runs given have in common, else 20]",
    ),
]
Measures = Annotated[
    list[str] | None,
    typer.Option(
        "--measure",
        metavar="MEASURE",
        help="A column of a run's series, besides the four levels; repeatable.",
    ),
]
Precision = Annotated[
    float | None,
    typer.Option(
        metavar="NUMBER",
        help="Half the 95 % interval wanted: how many worlds that needs is told. [default: what was asked of "
        "the comparison given, else 0.01]",
    ),
]
Step = Annotated[
    int | None,
    typer.Option(
        metavar="STEP", help="Compare at this step. [default: that of the comparison given, else the last]"
    ),
]
Points = Annotated[
    list[int] | None,
    typer.Option("--point", metavar="POINT", help="Of a sweep: a point, the base first; repeatable."),
]
Out = Annotated[
    Path | None,
    typer.Option(
        metavar="FOLDER",
        help="The folder for the results. [default: comparisons/<base>, -2, -3 … if it exists]",
    ),
]


@app.command("compare", cls=Worded)
def _compare(
    given: Sources,
    settings: Settings = None,
    seed: Seed = 1,
    replications: Replications = None,
    measures: Measures = None,
    precision: Precision = None,
    step: Step = None,
    points: Points = None,
    out: Out = None,
    staff_member: StaffMember = None,
    practice: Practice = None,
    service: Service = None,
    force: Force = False,
) -> None:
    """Compare options with a base in the same worlds: how much, how surely, and how often worse."""
    with told("comparison"):
        from lpsim.analysis.comparison import compare_worlds
        from lpsim.analysis.comparison_folder import FOLDER
        from lpsim.show.comparison import save_comparison
        from lpsim.show.text.comparison import comparison_text

        again = len(given) == 1 and out is None and FOLDER.is_one(given[0])
        before = before_this(given)
        shown = [*before.measures, *(measures or ())]
        own = agents(staff_member, practice, service)
        base, *options = read_all(given, settings, shown, points, own)
        target = given[0] if again else out or FOLDER.default_target(base.name.replace(" ", "_"))
        FOLDER.check_target(target, force=force or again)
        asked = before.seeds if (told_of := seeds_asked(seed, replications)) is None else told_of
        missing = sum(base.scenario.steps * len(asked or range(20)) for _ in (base, *options))
        with progress(missing) as on_step:
            comparison = compare_worlds(
                base,
                options,
                seeds=asked,
                measures=shown,
                precision=before.precision if precision is None else precision,
                step=before.step if step is None else step,
                on_step=on_step,
                **own,
            )
        folder = save_comparison(comparison, target, force=force or again)
    with told("report", kept=f"the results are in {folder}"):
        echo(comparison_text(comparison, shown, width=width()))
        print_results(folder, target)


def seeds_asked(first: int, replications: int | None) -> Sequence[int] | None:
    """The seeds that a person asked for; None where nothing was said."""
    if replications is None:
        return None if first == 1 else seeds_from(first, 20)
    return seeds_from(first, replications)


def before_this(given: Sequence[Path]) -> Asked:
    """What a comparison was asked for, where its folder is given first; else what all are unless told."""
    from lpsim.analysis.comparison_folder import FOLDER
    from lpsim.analysis.sources import Asked, asked_before

    return asked_before(given[0]) if FOLDER.is_one(given[0]) else Asked()


def read_all(
    given: Sequence[Path],
    settings: Sequence[str] | None,
    measures: Sequence[str],
    points: Sequence[int] | None,
    own: Agents,
) -> list[Worlds]:
    """What was given, the base first; settings that cannot act are told on stderr."""
    from lpsim.analysis.sources import read
    from lpsim.scenario.idle import idle_settings

    changes = changes_of(settings)
    found: list[Worlds] = []
    for path in given:
        with meant_as("scenario", path, "run", "store", "comparison"):
            found += read(path, more=measures, points=points, changes=changes)
    if points and all(one.named is not None for one in found):
        raise InputError("--point: none of what was given is a sweep; leave it out.")
    for one in found:
        if one.named is not None and not one.by_seed:
            for sentence in idle_settings(one.scenario):
                say(f"warning: {one.name}: {sentence}.")
            tell_idle_parameters(one.scenario, own, name=one.name)
    return found
