"""The command that says how many replications are enough."""
# ruff: noqa: PLC0415 (nothing heavy is imported before it is needed, so that --help is fast)

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Annotated

import typer

from lpsim.cli.app import app
from lpsim.cli.options import File, Seed, Settings, load, told
from lpsim.cli.progress import progress

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from lpsim.analysis.replications import Enough, Mean

SHOWN = (3, 5, 10, 20, 50)
"""Numbers of replications in the table, and these times 10, 100 …, beside the answer and the last."""

Measure = Annotated[str, typer.Option(help="A column of a run's series, at the last step.")]
Precision = Annotated[
    float, typer.Option(help="How close the mean must be known: half its 95 % confidence interval.")
]
Relative = Annotated[bool, typer.Option("--relative", help="Take the precision as a share of the mean.")]
Most = Annotated[int, typer.Option("--max", help="Runs to make at most.")]


@app.command("replications")
def _replications(
    scenario: File,
    measure: Measure = "practice_knowledge",
    precision: Precision = 0.01,
    relative: Relative = False,
    settings: Settings = None,
    seed: Seed = 1,
    most: Most = 1000,
) -> None:
    """Tell how many replications are enough to know a mean so closely."""
    with told("experiment"):
        from lpsim.analysis.replications import replications_needed

        loaded = load(scenario, settings)
        with progress(most) as on_run:
            found = replications_needed(
                loaded,
                measure=measure,
                precision=precision,
                relative=relative,
                seed=seed,
                most=most,
                on_run=on_run,
            )
    typer.echo(f"{loaded.title or 'Untitled scenario'}\n")
    typer.echo(f"{measure} at {loaded.step or 'step'} {loaded.steps}; asked: {_asked(found)}")
    _print_table(found)
    for line in textwrap.wrap(" ".join(_answer(found, measure)), 100):
        typer.echo(line)
    if found.needed:
        typer.echo(f"\nUse it: {_use(scenario, found.needed)}")


def _asked(found: Enough) -> str:
    if found.relative:
        return f"the mean to within {100 * found.precision:g} % of itself"
    return f"the mean to within {found.precision:g} on its own scale"


def _print_table(found: Enough) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD)
    for heading in ("replications", "mean", "± (95 %)", *(["± / mean"] if found.relative else []), ""):
        table.add_column(heading, justify="right")
    for mean in _rows(found.means, found.needed):
        share = [f"{mean.half_width / abs(mean.mean):.1%}" if mean.mean else "-"] if found.relative else []
        mark = "enough" if mean.replications == found.needed else ""
        table.add_row(str(mean.replications), f"{mean.mean:z.4f}", f"{mean.half_width:.4f}", *share, mark)
    Console(highlight=False, markup=False).print(table)


def _rows(means: Sequence[Mean], needed: int | None) -> Iterator[Mean]:
    """Those that the table shows."""
    for mean in means:
        number = mean.replications
        shown = any(number % shown == 0 and str(number // shown).strip("0") == "1" for shown in SHOWN)
        if shown or number in (needed, len(means)):
            yield mean


def _answer(found: Enough, measure: str) -> Iterator[str]:
    last = found.means[-1]
    if found.needed is None:
        yield f"{last.replications:,} replications are not enough:"
        yield f"the mean is known to within {last.half_width:.2g} only."
        if found.estimate:
            yield f"About {found.estimate:,} may be needed (--max); or ask for less (--precision)."
        return
    mean = found.means[found.needed - 1]
    further = last.replications - found.needed
    yield f"{found.needed:,} replications are enough, and {further} more did not undo it."
    yield f"In words: the mean of {measure} over {found.needed:,} runs is {mean.mean:z.3f}, and in about"
    yield f"95 of 100 such experiments it lies within {mean.half_width:.2g} of what endlessly many runs"
    yield "would give."
    yield f"A single run is typically {mean.sd:.2g} away from it (the standard deviation), by chance alone;"
    yield "a smaller difference between one run of each of two scenarios says nothing."


def _use(scenario: Path, needed: int) -> str:
    return f"lpsim run {scenario} --replications {needed}, or replications = {needed} in a design file"
