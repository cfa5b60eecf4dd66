"""The command line: argument parsing, and what a person reads when a run ends."""
# ruff: noqa: PLC0415 (nothing heavy is imported before it is needed, so that --help is fast)

from __future__ import annotations

import json
import os
import sys
import tomllib
import traceback
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from lpsim.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from lpsim.population import Population
    from lpsim.run import Run
    from lpsim.scenario import Scenario

MAX_SEED = 2**64 - 1

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Simulate how practices and their health service learn.",
)

File = Annotated[Path, typer.Argument(metavar="SCENARIO", help="A scenario file (TOML).")]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="KEY=VALUE", help="Change a value of the scenario by its dotted key; repeatable."
    ),
]
Seed = Annotated[int, typer.Option(help="The seed of the first run: 0 to 2^64 - 1.")]
Replications = Annotated[
    int, typer.Option(help="How many runs (1 or more), with the seeds that follow each other.")
]
Engine = Annotated[str, typer.Option(help="The engine: reference.")]
Out = Annotated[
    Path | None,
    typer.Option(help="The folder for the results. [default: runs/<name>, -2, -3 … if it exists]"),
]
Force = Annotated[bool, typer.Option("--force", help="Replace the results of an earlier run.")]


def main() -> None:
    """Run the command line; the exit code is 0, 1 (the run failed) or 2 (the input is wrong)."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal without – or × is no reason to fail
    app(prog_name="lpsim")


def _print_version(wanted: bool) -> None:
    if wanted:
        from lpsim.run import version_of

        typer.echo(f"lpsim {version_of('lpsim')}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    pass


@app.command("run")
def _run(
    scenario: File,
    settings: Settings = None,
    seed: Seed = 1,
    replications: Replications = 1,
    engine: Engine = "reference",
    out: Out = None,
    force: Force = False,
) -> None:
    """Simulate a scenario; leaves tables and figures in a folder."""
    with _told("run"):
        from lpsim.results import check_target, default_target, save_results

        seeds = _seeds(seed, replications)
        loaded = _load(scenario, settings)
        check_target(out or default_target(scenario), force=force)
        runs = _simulate(loaded, seeds, engine)
        # Looked for again: another process may have taken the first meanwhile.
        folder = out or default_target(scenario)
        figures = save_results(runs, folder, force=force)
    _print_levels(runs)
    drawn = f" (seed {seed}; further seeds draw others)" if replications > 1 else ""
    _print_report(runs[0].provenance["population"], drawn)
    typer.echo(f"\nResults: {folder}")
    for figure in figures:
        typer.echo(f"  {figure}")


@app.command("check")
def _check(scenario: File, settings: Settings = None) -> None:
    """Check a scenario, and say what would be simulated."""
    with _told("check"):
        from lpsim.population import build

        loaded = _load(scenario, settings)
        population = build(loaded, 1)
        digest = loaded.digest
    for line in _outline(loaded, population):
        typer.echo(line)
    typer.echo(f"digest: {digest}")
    _print_report(population.report)
    typer.echo("\nok")


@app.command("schema")
def _schema() -> None:
    """Print the JSON Schema of a scenario file."""
    from lpsim.scenario import Scenario

    typer.echo(json.dumps(Scenario.model_json_schema(), indent=2))


# --- what goes wrong ------------------------------------------------------------------------------


@contextmanager
def _told(what: str) -> Iterator[None]:
    """Turn what goes wrong into words on stderr and an exit code."""
    try:
        yield
    except InputError as error:
        _fail(str(error), code=2)
    except KeyboardInterrupt:
        _fail("interrupted; nothing was written", code=130)
    except Exception as error:
        if os.environ.get("LPSIM_DEBUG"):
            traceback.print_exc()
        words = " ".join(f"{type(error).__name__}: {error}".split())
        _fail(f"the {what} failed: {words} (LPSIM_DEBUG=1 shows where)", code=1)


def _fail(message: str, *, code: int) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(code)


# --- what goes in ---------------------------------------------------------------------------------


def _load(path: Path, settings: Sequence[str] | None) -> Scenario:
    from lpsim.scenario import Scenario

    return Scenario.load(path, dict(_setting(text) for text in settings or ()))


def _setting(text: str) -> tuple[str, Any]:
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise InputError(f"--set {text}: found no key=value; write it as --set steps=60.")
    return key.strip(), _value(value.strip())


def _value(text: str) -> Any:
    """A TOML value, or else the text itself, so that names need no quotes in quotes."""
    try:
        table = tomllib.loads(f"v = {text}")
    except tomllib.TOMLDecodeError:
        return text
    plain = isinstance(table["v"], bool | int | float | str | list | dict)
    return table["v"] if plain and len(table) == 1 else text


def _seeds(first: int, replications: int) -> range:
    if replications < 1:
        raise InputError(f"--replications: found {replications}; allowed is a whole number from 1.")
    last = first + replications - 1
    if first < 0 or last > MAX_SEED:
        raise InputError(f"--seed: found {first} to {last}; allowed are whole numbers from 0 to 2^64 - 1.")
    return range(first, last + 1)


# --- what is done ---------------------------------------------------------------------------------


def _simulate(scenario: Scenario, seeds: Sequence[int], engine: str) -> list[Run]:
    from lpsim.simulation import simulate

    with _progress(scenario.steps * len(seeds)) as on_step:
        return [simulate(scenario, seed=seed, engine=engine, on_step=on_step) for seed in seeds]


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None] | None]:
    """Show a bar on stderr if a person is watching; gives what to call after each step."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("simulating", total=total)
        yield lambda _: progress.advance(bar)


# --- what is read at the end ----------------------------------------------------------------------


def _print_levels(runs: Sequence[Run]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    from lpsim.show.plots import LEVELS

    scenario = runs[0].scenario
    typer.echo(f"{scenario.title or 'Untitled scenario'}: {_about(runs)}\n")
    table = Table("knowledge (-1 to 1)", box=box.SIMPLE_HEAD)
    table.add_column("start", justify="right")
    table.add_column(f"{scenario.step or 'step'} {scenario.steps}", justify="right")
    for column, level in LEVELS.items():
        ends = ([float(run.series[column].iloc[row]) for run in runs] for row in (0, -1))
        table.add_row(level, *(_spread(values) for values in ends))
    Console(highlight=False, markup=False).print(table)


def _about(runs: Sequence[Run]) -> str:
    if len(runs) == 1:
        return f"one run, seed {runs[0].seed}; another seed gives other numbers (--replications 10)"
    seeds = f"seeds {runs[0].seed} to {runs[-1].seed}"
    return f"mean of {len(runs)} runs ({seeds}); in brackets the lowest and the highest"


def _spread(values: Sequence[float]) -> str:
    mean = f"{sum(values) / len(values):z.2f}"
    return mean if len(values) == 1 else f"{mean} ({min(values):z.2f} to {max(values):z.2f})"


def _print_report(report: dict[str, Any], drawn: str = "") -> None:
    if report.get("lines"):
        typer.echo(f"\nPractices and staff{drawn}:")
    for line in report.get("lines", ()):
        typer.echo(f"  {line}")


def _outline(scenario: Scenario, population: Population) -> Iterator[str]:
    """What would be simulated, line by line."""
    who = population.structure
    yield f"title: {scenario.title or '(none)'}"
    yield f"practices: {who.practices}"
    yield f"staff: {who.staff} ({_counted(who.roles, who.staff_role)}), as seed 1 draws them"
    if scenario.kinds:
        yield f"kinds of practices: {_counted(who.kinds, who.practice_kind)}"
    tiers = zip(who.tiers, who.bodies, strict=True)
    yield f"service, from the bottom: {', '.join(f'{tier} {count}' for tier, count in tiers)}"
    colleagues = len(who.staff_ties.neighbours) / max(who.staff, 1)
    peers = len(who.practice_ties.neighbours) / who.practices
    yield f"network: {colleagues:.1f} colleagues per person, {peers:.1f} peers per practice"
    yield f"steps: {scenario.steps} (a step is a {scenario.step or 'step'})"
    for change in scenario.interventions:
        settings = ", ".join(f"{key} = {value}" for key, value in change.set.items())
        yield f"intervention from step {change.at}: {change.title or settings}"
    if not scenario.interventions:
        yield "interventions: none"


def _counted(names: Sequence[str], indices: Any) -> str:
    numbers = [int((indices == index).sum()) for index in range(len(names))]
    return ", ".join(f"{name} {number}" for name, number in zip(names, numbers, strict=True))
