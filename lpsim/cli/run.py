"""The command `run`: simulate a scenario; and what a person reads when it ends."""
# ruff: noqa: PLC0415 (nothing heavy is imported before it is needed, so that --help is fast)

from __future__ import annotations

from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

import typer

from lpsim.cli.app import app
from lpsim.cli.hints import command
from lpsim.cli.options import (
    AllLessons,
    EachRun,
    Engine,
    File,
    Force,
    Out,
    Replications,
    Seed,
    Settings,
    load,
    print_report,
    seeds_from,
    told,
    width,
)
from lpsim.cli.own import Observe, Practice, Service, StaffMember, behaviours, tell_idle_parameters
from lpsim.cli.streams import echo
from lpsim.cli.wording import Worded
from lpsim.errors import say
from lpsim.watching import progress, say_what

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from lpsim.engines.behaviours import Behaviours
    from lpsim.runs.run import Run
    from lpsim.scenario import Scenario


_FOLLOW = "follow them (--set record.lessons=true)"


@app.command("run", cls=Worded)
def _run(
    scenario: File,
    settings: Settings = None,
    seed: Seed = 1,
    replications: Replications = 20,
    engine: Engine = None,
    all_lessons: AllLessons = False,
    each_run: EachRun = False,
    staff_member: StaffMember = None,
    practice: Practice = None,
    service: Service = None,
    observe: Observe = None,
    out: Out = None,
    force: Force = False,
) -> None:
    """Simulate a scenario; leaves tables and figures in a folder."""
    with told("run"):
        from lpsim.runs.folder import check_target, default_target, save_results

        seeds = seeds_from(seed, replications)
        own = behaviours(staff_member, practice, service, observe)
        loaded = load(scenario, settings)
        tell_idle_parameters(loaded, own)
        if all_lessons and not loaded.record.lessons:
            say(f"warning: --all-lessons: no lessons are followed; {_FOLLOW}.")
        wanted = out or default_target(scenario)
        check_target(wanted, force=force)
        with progress(loaded.steps * len(seeds)) as on_step:
            made = _simulate(loaded, seeds, engine, on_step, own, all_lessons=all_lessons)
            if on_step is not None:
                made = _noted(made, len(seeds), on_step)
            from lpsim.show.figures.plots import save_figures  # while another process compiles, perhaps

            more = partial(save_figures, each_run=True) if each_run else save_figures
            draw = partial(_draw, loaded, seeds, own, more) if loaded.interventions else more
            runs, figures, folder = save_results(made, wanted, draw=draw, force=force)
    with told("report", kept=f"the results are in {folder}"):
        from lpsim.show.text.closing import closing_text

        echo(closing_text(runs, width=width()))
        drawn = f" (seed {seed}; further seeds draw others)" if replications > 1 else ""
        print_report(runs[0].provenance["population"], drawn)
        echo(f"\nResults: {folder}")
        for figure in figures:
            echo(f"  {figure}")
        if loaded.record.lessons:
            for sentence in _lessons_born(len(runs[0].journal()[0]), drawn, folder):
                echo(sentence)
    if out is not None and folder != out:
        say(f"{out}: was taken by others meanwhile; the results are in {folder}")
        raise typer.Exit(1)


def _lessons_born(born: int, drawn: str, folder: Path) -> Iterator[str]:
    """How many lessons there are, and what to type next; nothing to type where there are none."""
    from lpsim.show.text.vocabulary import noun

    if not born:
        yield f"\nNo lesson was born{drawn}: nobody learned anything anew; try more steps or another seed."
        return
    got = "How far they got" if born > 1 else "How far it got"
    yield f"\n{born:,} {noun(born, 'lesson')} {'were' if born > 1 else 'was'} born{drawn}. {got}: " + command(
        "lessons", folder
    )
    yield f"The life of one: {command('lesson', folder, '--pick', 'furthest')}"


def _draw(
    scenario: Scenario,
    seeds: Sequence[int],
    own: Behaviours,
    save: Callable[..., list[Path]],
    runs: list[Run],
    folder: Path,
) -> list[Path]:
    """The figures, with the same worlds without the interventions."""
    from lpsim.analysis.worlds import without_interventions
    from lpsim.runs.measures import LEVELS

    return save(runs, folder, without=without_interventions(scenario, seeds, LEVELS, **own))


def _noted(runs: Iterator[Run], most: int, on_step: Callable[[int], None]) -> Iterator[Run]:
    """The runs; beside the bar stands what they have come to so far, as the first ones may take a while."""
    from lpsim.runs.measures import MEASURES

    shown, ends = MEASURES["practice_knowledge"], 0.0
    for made, run in enumerate(runs, 1):
        ends += run.summary["last"][shown.name]
        say_what(f"{made} of {most} runs: {shown.label} {ends / made:z.2f}")
        on_step(0)
        yield run


def _simulate(
    scenario: Scenario,
    seeds: Sequence[int],
    engine: str | None,
    on_step: Callable[[int], None] | None,
    own: Behaviours,
    *,
    all_lessons: bool,
) -> Iterator[Run]:
    """The runs, one by one; lessons are followed in the first alone, unless in all."""
    from lpsim.runs.simulate import simulate_many

    parts = [(scenario, seeds)]
    if scenario.record.lessons and not all_lessons:
        parts = [(scenario, seeds[:1]), (scenario.replace({"record.lessons": False}), seeds[1:])]
    made = [
        simulate_many(part, among, engine=engine, threads=None, on_step=on_step, **own)
        for part, among in parts
        if among
    ]
    return chain.from_iterable(made)
