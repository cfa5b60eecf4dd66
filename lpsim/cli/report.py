"""The command `report`: one file to mail, to open anywhere and to print."""
# ruff: noqa: PLC0415 (nothing heavy is imported before it is needed, so that --help is fast)

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lpsim.cli.app import app
from lpsim.cli.compare import before_this, read_all, seeds_asked
from lpsim.cli.options import Settings, draw_into, told, width
from lpsim.cli.own import Practice, Service, StaffMember, agents, as_options
from lpsim.cli.streams import echo
from lpsim.cli.wording import Worded
from lpsim.errors import InputError, say
from lpsim.storage.folders import numbered
from lpsim.storage.readers import is_there, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

Sources = Annotated[
    list[Path],
    typer.Argument(
        metavar="SCENARIO [OPTION …]",
        help="Scenario files or names of those that ship, or folders of runs; or one folder of a sweep, or "
        "of a comparison. The first is the base.",
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
Seed = Annotated[int, typer.Option(metavar="SEED", help="The seed of the first run: 0 to 2^64 - 1.")]
Points = Annotated[
    list[int] | None,
    typer.Option("--point", metavar="POINT", help="Of a sweep: a point, the base first; repeatable."),
]
Levers = Annotated[
    list[str] | None,
    typer.Option(
        "--lever",
        metavar="KEY=FROM:TO:COUNT",
        help="A slider over a number of the base, such as practice.analysis.share=0:1:5; up to three. "
        "[default: some that act, where that takes less than half a minute]",
    ),
]
NoLevers = Annotated[bool, typer.Option("--no-levers", help="Without sliders.")]
Out = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="The file, as mine.html. [default: report.html, or report-2.html … where that is taken]",
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Replace the file.")]


@app.command("report", cls=Worded)
def _report(
    given: Sources,
    settings: Settings = None,
    seed: Seed = 1,
    replications: Replications = None,
    points: Points = None,
    levers: Levers = None,
    no_levers: NoLevers = False,
    out: Out = None,
    staff_member: StaffMember = None,
    practice: Practice = None,
    service: Service = None,
    force: Force = False,
) -> None:
    """Make a report in one HTML file: the answer, figures, sliders, numbers and what they rest on."""
    with told("report"):
        from lpsim.analysis.briefing import brief
        from lpsim.show.text.answer import answer, what_is_clear
        from lpsim.show.text.lines import fold
        from lpsim.show.web.report import write_report

        measures, _, step, seeds = before_this(given)
        own = agents(staff_member, practice, service)
        worlds = read_all(given, settings, measures, points, own)
        if step is not None and any(step < one.recorded[-1] for one in worlds):
            say(f"note: {shown(given[0])} was compared at step {step}; a report tells of the last one.")
        file = _target(out, force=force)
        seeds = seeds if (asked_for := seeds_asked(seed, replications)) is None else asked_for
        asked = [] if no_levers else levers
        words = _command(
            given, settings=settings, seed=seed, replications=replications, points=points, levers=asked
        )
        command = shlex.join([*words, *as_options(staff_member, practice, service)])
        said: list[str] = []

        def made(folder: Path) -> list[Path]:  # simulated only where the file can be written
            briefing = brief(worlds, seeds=seeds, levers=asked, measures=measures, **own)
            said.extend(filter(None, [*answer(briefing), what_is_clear(briefing)]))
            return [write_report(briefing, folder / file.name, command=command)]

        (file,) = draw_into(file.parent, None, made)
        for sentence in said:
            echo("\n".join(fold(sentence, width())))
        echo(f"\nReport: {file}")


def _target(out: Path | None, *, force: bool) -> Path:
    """The file to write; raises `InputError` where it cannot be, before anything is simulated."""
    from lpsim.show.web.report import as_html

    if out is None:
        free = (path.with_suffix(".html") for path in numbered(Path("report")))
        out = Path("report.html") if force else next(path for path in free if not path.exists())
    if is_there(out) and out.is_dir():
        raise InputError(f"--out {out}: is a folder; name a file, such as {out / 'report.html'}.")
    out = as_html(out, "--out")
    if out.exists() and not force:
        raise InputError(f"--out {out}: is there already; name another file, or replace it (--force).")
    return out


def _command(
    given: Sequence[Path],
    *,
    settings: Sequence[str] | None,
    seed: int,
    replications: int | None,
    points: Sequence[int] | None,
    levers: Sequence[str] | None,
) -> list[str]:
    """What makes the report again, wherever it is written to, except behaviours of one's own."""
    words = ["lpsim", "report", *map(str, given)]
    for name, values in (("--set", settings), ("--point", points), ("--lever", levers)):
        words += [word for value in values or () for word in (name, str(value))]
    words += ["--no-levers"] if levers == [] else []
    words += ["--seed", str(seed)] if seed != 1 else []
    words += ["--replications", str(replications)] if replications is not None else []
    return words
