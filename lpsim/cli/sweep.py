"""Commands on many runs: sweep."""
# ruff: noqa: PLC0415 (nothing heavy is imported before it is needed, so that --help is fast)

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, cast

import typer

from lpsim.cli.app import app
from lpsim.cli.hints import command, meant_as
from lpsim.cli.options import draw_into, told
from lpsim.cli.own import Observe, Practice, Service, StaffMember, as_options, behaviours
from lpsim.cli.streams import echo
from lpsim.cli.sweep_progress import KEPT, in_words, print_end, sweep_progress
from lpsim.cli.wording import Worded
from lpsim.errors import InputError, StoppedError, say
from lpsim.watching import progress

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Executor
    from contextlib import AbstractContextManager

    from lpsim.engines.behaviours import Behaviours
    from lpsim.sweeps.design.design import Design
    from lpsim.sweeps.design.factors import Factor, Row
    from lpsim.sweeps.pilot import Pilot
    from lpsim.sweeps.store.merging import Merged

SAYS_MORE = {
    "morris": ("sensitivity",),
    "saltelli": ("sensitivity",),
    "points": ("discover", "--when", "MEASURE < NUMBER"),
}
"""By method of a design the command that says which factors matter, or where something happens."""

DesignFile = Annotated[Path, typer.Argument(metavar="FILE", help="A design file (TOML).")]
Store = Annotated[
    Path | None,
    typer.Option(
        "--out", metavar="STORE", help="The folder for the results. [default: sweeps/<name of the file>]"
    ),
]
Workers = Annotated[
    int | None,
    typer.Option(metavar="COUNT", help="Worker processes, one thread each. [default: one per processor]"),
]
Scheduler = Annotated[
    str | None, typer.Option(metavar="ADDRESS", help="Run on the Dask cluster with this scheduler.")
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Say what would be run, how long it takes and how large it gets.")
]
OnError = Annotated[str, typer.Option(help="When a run fails: keep going, or stop.", metavar="keep|stop")]
Merge = Annotated[
    list[Path] | None,
    typer.Option(
        "--merge", metavar="STORE", help="Take over the runs of another store of this design; repeatable."
    ),
]
RetryFailed = Annotated[bool, typer.Option("--retry-failed", help="Run again what failed before.")]

_OTHERS = {
    "common": "the same at every point",
    "paired": "the next future's begin {stride:,} later",
    "independent": "the next point's begin {stride:,} later",
}
"""What is said of the seeds of other points."""


@app.command("sweep", cls=Worded)
def _sweep(
    file: DesignFile,
    out: Store = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    dry_run: DryRun = False,
    on_error: OnError = "keep",
    retry_failed: RetryFailed = False,
    merge: Merge = None,
    staff_member: StaffMember = None,
    practice: Practice = None,
    service: Service = None,
    observe: Observe = None,
) -> None:
    """Run a design: every point with every seed; goes on where an earlier sweep ended."""
    failed = 0
    with told("sweep", kept=KEPT):
        from lpsim.engines.behaviours import Own
        from lpsim.sweeps.design.design import Design
        from lpsim.sweeps.runner import with_own
        from lpsim.sweeps.workers import processors

        _check_options(workers, scheduler, on_error)
        if dry_run and merge:
            raise InputError("--merge: a dry run changes no store; leave one of the two out.")
        with meant_as("design", file):
            design = Design.load(file)
        _warn_of_few_samples(design)
        own = behaviours(staff_member, practice, service, observe)
        if dry_run:
            again = command("sweep", file, *as_options(staff_member, practice, service, observe))
            _try(with_own(design, Own.of(**own)), again, workers or processors())
        else:
            failed = _run_sweep(
                design,
                store=out or Path("sweeps", file.stem),
                workers=workers,
                scheduler=scheduler,
                on_error=on_error,
                retry_failed=retry_failed,
                merge=merge or (),
                own=own,
            )
    if failed:
        raise typer.Exit(1)


def _warn_of_few_samples(design: Design) -> None:
    """Say beforehand what `lpsim sensitivity` would say of the results."""
    from lpsim.sweeps.design.sampling import LEAST_SAMPLES

    samples, least = design.scheme.samples, LEAST_SAMPLES.get(design.method, 0)
    if samples is not None and samples < least:
        say(
            f"warning: samples: found {samples}, too few for the indices that method {design.method} is for; "
            f"give at least {least}."
        )


def _run_sweep(
    design: Design,
    *,
    store: Path,
    workers: int | None,
    scheduler: str | None,
    on_error: str,
    retry_failed: bool,
    merge: Sequence[Path],
    own: Behaviours,
) -> int:
    """Run what is missing; gives how many runs failed."""
    from lpsim.show.text.vocabulary import noun
    from lpsim.sweeps.runner import sweep

    def damaged(path: Path) -> None:
        say(f"{path}: damaged, and put aside; its runs are done again")

    def merged(what: Merged) -> None:
        already = f"; {what.here_already:,} were here already" if what.here_already else ""
        say(f"{what.other}: {what.taken:,} {noun(what.taken, 'run')} taken over{already}")

    with _executor(workers, scheduler) as executor, sweep_progress() as tell:
        sweep(
            design,
            store=store,
            executor=executor,
            on_error=cast('Literal["keep", "stop"]', on_error),
            retry_failed=retry_failed,
            merge=merge,
            on_progress=tell,
            on_damaged=damaged,
            on_merged=merged,
            **own,
        )
    with told("report", kept=f"the results are in {store}"):
        print_end(tell, store)
        if tell.last is not None and tell.last.done:
            _draw(store)
    return tell.last.failed if tell.last else 0


def _draw(store: Path) -> None:
    """Leave a figure beside the results; what keeps it from being drawn loses nothing."""
    from lpsim.analysis.discovery import NEEDED
    from lpsim.analysis.factors import told_alone
    from lpsim.show.figures.factors import save_factors
    from lpsim.sweeps.store.store import Store

    try:
        opened = Store.open(store)
        told_of = told_alone(opened.design)
        figures = draw_into(store, None, lambda folder: save_factors(opened, folder)) if told_of else []
    except (InputError, StoppedError) as error:
        say(f"no figure was drawn: {error}")
        return
    for figure in figures:
        echo(f"  {figure}")
    if not told_of:
        echo("No figure of what each factor does alone: points that share its value differ in others, too.")
    more = SAYS_MORE.get(opened.design.method)
    if more and (more[0] != "discover" or len(opened.design.points) >= 2 * NEEDED):
        echo(f"  {command(more[0], store, *more[1:])}")


def _executor(workers: int | None, scheduler: str | None) -> AbstractContextManager[Executor]:
    from lpsim.sweeps.workers import LocalWorkers, cluster

    return LocalWorkers(workers) if scheduler is None else cluster(scheduler)


def _check_options(workers: int | None, scheduler: str | None, on_error: str) -> None:
    if workers is not None and workers < 1:
        raise InputError(f"--workers: found {workers}; allowed is a whole number from 1.")
    if workers is not None and scheduler is not None:
        raise InputError(
            "--workers: the cluster of --scheduler has workers of its own; leave one of the two out."
        )
    if on_error not in ("keep", "stop"):
        raise InputError(f"--on-error: found {on_error!r}; allowed is keep or stop.")


# --- what a dry run says --------------------------------------------------------------------------


def _try(design: Design, again: str, workers: int) -> None:
    from lpsim.sweeps.pilot import POINTS, measure

    for line in _outline(design):
        echo(line)
    with progress(min(POINTS, len(design.points))) as on_run:
        pilot = measure(design, on_run=on_run)
    for line in _estimate(design, pilot, workers):
        echo(line)
    echo(f"\nNothing was kept. To run it: {again}")


def _outline(design: Design) -> Iterator[str]:
    """What would be run, line by line."""
    from lpsim.sweeps.design.factors import SCENARIO
    from lpsim.sweeps.design.sampling import METHODS

    base, different = design.base, len({tuple(point.values.values()) for point in design.points})
    yield design.title or "Untitled design"
    listed = SCENARIO in design.columns
    what = (
        f"scenarios: {_listed(list(design.scenarios))}"
        if listed
        else f"base scenario: {base.title or '(untitled)'}"
    )
    yield f"\n{what}, {base.steps} {base.step or 'step'}s"
    yield f"method: {METHODS[design.method].title}"
    width = max((len(factor.name) for factor in design.factors), default=0)
    for factor in design.factors:
        yield f"  {factor.name:<{width}}  {factor.kind:<11}  {_spread(design, factor)}"
    twice = f", {different:,} of them different" if different < len(design.points) else ""
    yield f"points: {len(design.points):,}{twice}"
    seeds = design.seeds(design.points[0])
    others = _OTHERS[design.scheme.seeds].format(stride=design.stride)
    blocks = design.scheme.seed_blocks
    if blocks > 1:
        seeds = range(design.scheme.first_seed, design.scheme.first_seed + blocks * len(seeds))
        others = f"in {blocks} blocks; each point has one"
    yield f"replications: {design.scheme.replications:,} (seeds {seeds[0]} to {seeds[-1]}, {others})"
    yield f"kept of each run: {', '.join(design.measured)}"
    yield f"  {_steps(design)}{'; lessons are followed' if design.keep.lessons else ''}"


def _spread(design: Design, factor: Factor) -> str:
    from lpsim.show.text.levers import per_each

    unit = per_each(design.base, *factor.columns)
    if design.method in ("factorial", "one_at_a_time", "points"):
        rows = (tuple(point.values[key] for key in factor.columns) for point in design.points)
        values = [_in_one(row) for row in dict.fromkeys(rows)]
        first = f"{values.pop(0)}, else " if design.method == "one_at_a_time" else ""
        return f"{first}{_listed(values)}{unit}"
    if factor.rows is not None:
        return _listed([_in_one(row) for row in factor.rows]) + unit
    spread = factor.spread
    assert spread is not None
    shape = "" if factor.range is not None else f", {spread.name.replace('_', '-')}"
    return f"{spread.low:.4g} to {spread.high:.4g}{unit}{shape}"


def _in_one(row: Row) -> str:
    """The values of a factor's keys: once where all are the same."""
    return str(row[0]) if len(set(row)) == 1 else f"({', '.join(map(str, row))})"


def _listed(values: Sequence[object]) -> str:
    shown = [str(value) for value in values]
    return ", ".join(shown if len(shown) <= 12 else [*shown[:4], f"… ({len(shown)} values)", shown[-1]])


def _steps(design: Design) -> str:
    from lpsim.show.text.vocabulary import plural, step_word

    step, steps = step_word(design.base), design.steps
    if len(steps) == 1:
        return f"at {step} {steps[0]}"
    listed = ", ".join(
        str(number) for number in (steps if len(steps) <= 12 else (*steps[:3], "…", steps[-1]))
    )
    return f"at {plural(step)} {listed}"


def _estimate(design: Design, pilot: Pilot, workers: int) -> Iterator[str]:
    from lpsim.sweeps.pilot import bytes_expected, runs, seconds_expected

    shortest, longest = (in_words(end(pilot.seconds)) for end in (min, max))
    tried = len(pilot.seconds)
    how = f"mean of {tried} points tried, {shortest} to {longest}" if tried > 1 else "one point tried"
    yield f"runs: {runs(design):,}"
    yield f"one run: {in_words(pilot.mean)} ({how})"
    processes = "one process" if workers == 1 else f"{workers} processes"
    yield f"time: about {in_words(seconds_expected(design, pilot, workers=workers))} on {processes}"
    yield f"disk: at most about {_size_in_words(bytes_expected(design))}"


def _size_in_words(size: int) -> str:
    """So many bytes, in the unit a person would use."""
    for limit, name in ((1e6, "kB"), (1e9, "MB"), (1e12, "GB")):
        if size < limit:
            return f"{max(1000 * size / limit, 1):.0f} {name}"
    return f"{size / 1e12:,.0f} TB"
