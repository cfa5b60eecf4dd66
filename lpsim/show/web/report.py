"""The report: one HTML file that opens anywhere, prints on a few pages, and asks nobody for anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

from markupsafe import Markup, escape

from lpsim.analysis.briefing import brief
from lpsim.analysis.sources import named, worlds_of
from lpsim.errors import InputError
from lpsim.plain import one_line, plain
from lpsim.runs.versions import version_of
from lpsim.scenario.settings import loops_of
from lpsim.scenario.taken import as_list
from lpsim.show.text import briefing as words
from lpsim.show.text.answer import answer, what_is_clear
from lpsim.show.text.comparison import effect_tables, shares_tables
from lpsim.show.text.scenario import assumptions_table, rates_table
from lpsim.show.web.page import render, table
from lpsim.show.web.panels.differences import differences
from lpsim.show.web.panels.funnel import funnel
from lpsim.show.web.panels.lesson_map import lesson_map
from lpsim.show.web.panels.levels import levels
from lpsim.show.web.panels.levers import levers
from lpsim.show.web.panels.loops import loops
from lpsim.show.web.panels.sample import Sample
from lpsim.storage.readers import as_path, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from lpsim.analysis.briefing import Briefing
    from lpsim.analysis.sources import Source
    from lpsim.analysis.worlds import Worlds
    from lpsim.engines.behaviours import Agents


def report_html(briefing: Briefing, *, command: str = "") -> str:
    """The report as one HTML page; the same runs give the same text.

    Parameters
    ----------
    briefing : Briefing
        What it is made of.
    command : str
        What makes it again, for a terminal.
    """
    samples = [Sample.of_worlds(worlds, briefing.seeds, worlds.steps) for worlds in briefing.shown]
    return render(
        "report.html",
        main="report/report.js",
        styles=("style.css", "report/report.css"),
        data=_drawn(briefing, samples),
        question=words.question(briefing),
        answer=answer(briefing),
        clear=what_is_clear(briefing),
        scenarios=[_scenario(worlds) for worlds in briefing.worlds],
        shown=[one_line(worlds.name) for worlds in briefing.shown],
        drawn=words.drawn(briefing),
        compared=briefing.comparison is not None,
        seen=words.steps_seen(briefing),
        loops=max(len(loops_of(worlds.scenario)) for worlds in briefing.shown),
        only_single=words.ONLY_SINGLE,
        no_lesson=words.lesson_left_out(briefing.no_life) if briefing.life is None else "",
        lesson_chosen=words.lesson_chosen(briefing),
        if_worlds=words.levers_worlds(briefing),
        if_from=words.levers_from(briefing),
        no_levers=words.levers_left_out(briefing.no_grid) if briefing.grid is None else "",
        numbers=table(words.numbers_table(briefing)),
        effects=list(_effects(briefing)),
        assumptions=[_assumptions(worlds) for worlds in briefing.shown],
        differing=list(_differing(briefing)),
        provenance=table(words.provenance_table(briefing)),
        command=Markup(escape(plain(command))),  # to be copied: with the spaces it has
        version=version_of("lpsim"),
    )


def write_report(briefing: Briefing, path: Path, *, command: str = "") -> Path:
    """Write `report_html` to a file; its folder must exist."""
    path.write_bytes(report_html(briefing, command=command).encode("utf-8"))
    return path


def as_html(path: str | Path, name: str = "path") -> Path:
    """A path of a report, called by a name; raises `InputError` where a browser would not take it for one."""
    file = as_path(path, name, "the path of an HTML file")
    if not file.name:
        raise InputError(f"{name}: found {str(path)!r}; name a file, such as report.html.")
    if file.suffix.lower() not in (".html", ".htm"):
        better = shown(file.with_name("report.html" if file.name.startswith(".") else f"{file.name}.html"))
        raise InputError(f"{name}: found {shown(file)}; a report is an HTML file, so name it {better}.")
    try:
        file.stat()
    except (FileNotFoundError, NotADirectoryError):
        return file
    except (OSError, ValueError):  # a name that is too long, or holds a null character
        raise InputError(f"{name}: found {shown(file)}; no file can be there, name another.") from None
    return file


def save_report(
    base: Source,
    options: Source | Sequence[Source] | Mapping[str, Source] = (),
    *,
    path: str | Path = "report.html",
    seeds: Sequence[int] | None = None,
    levers: Sequence[str] | None = None,
    **own: Unpack[Agents],
) -> Path:
    """Save a report of a scenario, or of options against it, in one HTML file.

    Parameters
    ----------
    base : Scenario, path, or sequence of Run
        As in `lpsim.compare`.
    options : sequence or mapping
        As in `lpsim.compare`; none for a report of one scenario.
    path : str or Path
        The file, whose name ends in .html; one that is there is replaced.
    seeds : sequence of int, optional
        As in `lpsim.compare`.
    levers : sequence of str, optional
        Sliders, as in ``"practice.analysis.share=0:1:5"``: up to three numbers of the base, from, to, and how
        many values. Without them some that act; an empty sequence for none.
    **own
        ``staff_member``, ``practice`` and ``service``, as for `simulate`; all worlds are made with them.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    InputError
        As `lpsim.compare`; a lever is none; the file's name does not end in .html, or it cannot be written.
    """
    file = as_html(path)
    if not file.parent.is_dir():
        raise InputError(f"path: found {shown(file)}; there is no such folder, so make it or name another.")
    worlds = [worlds_of(base, called="base"), *(worlds_of(source, name) for name, source in named(options))]
    chosen = None if levers is None else as_list(levers, "levers")
    briefing = brief(worlds, seeds=seeds, levers=chosen, **own)
    try:
        return write_report(briefing, file)
    except OSError as error:
        why = error.strerror or error
        raise InputError(f"path: {shown(file)} cannot be written ({why}); name another file.") from None


def _drawn(briefing: Briefing, samples: list[Sample]) -> dict[str, Any]:
    """What the page's scripts draw; None where there is nothing."""
    return {
        "names": [one_line(worlds.name) for worlds in briefing.shown],
        "levels": [levels(sample) for sample in samples],
        "funnel": [funnel(sample) for sample in samples],
        "loops": [loops(sample) for sample in samples],
        "differences": differences(briefing.comparison) if briefing.comparison else None,
        "lesson": lesson_map(briefing.life) if briefing.life else None,
        "levers": levers(briefing.grid) if briefing.grid else None,
    }


def _scenario(worlds: Worlds) -> dict[str, str]:
    return {
        "name": one_line(worlds.name),
        "title": words.title_of(worlds),
        "description": plain(worlds.scenario.description.strip()),
    }


def _effects(briefing: Briefing) -> Iterator[Any]:
    if briefing.comparison is not None:
        comparison = briefing.comparison
        yield from map(table, effect_tables(comparison, comparison.measures, brief=True))
        yield from map(table, shares_tables(comparison))


def _differing(briefing: Briefing) -> Iterator[Any]:
    if briefing.comparison is not None:
        for option in briefing.comparison.options:
            yield table(words.differing_table(briefing.comparison, option))


def _assumptions(worlds: Worlds) -> dict[str, Any]:
    found = assumptions_table(worlds.scenario)
    return {
        "name": one_line(worlds.name),
        "counts": found.notes[0],
        "table": table(found),
        "rates": table(rates_table(worlds.scenario)),
    }
