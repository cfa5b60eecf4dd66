"""What the page is told: worlds made for a question, as the data of panels and sentences."""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from lpsim.analysis.briefing import brief
from lpsim.analysis.comparison import Comparison, see_that_they_compare
from lpsim.analysis.life import Life
from lpsim.analysis.people import People
from lpsim.analysis.picks import pick
from lpsim.analysis.summary import paired_difference, picked_among, summarize
from lpsim.analysis.twins import twins
from lpsim.analysis.worlds import Worlds, of_runs
from lpsim.analysis.worlds import of_scenario as worlds_of
from lpsim.engines.registry import engine_named
from lpsim.errors import InputError
from lpsim.runs.measures import LEVELS, RIGHT_AND_WRONG
from lpsim.runs.provenance import origin
from lpsim.show.text import explore
from lpsim.show.text.closing import levels_table, right_and_wrong_table
from lpsim.show.text.findings import life_found
from lpsim.show.text.picks import why_none
from lpsim.show.text.scenario import assumptions_table, rates_table
from lpsim.show.text.story import by_step
from lpsim.show.text.table import Number, Table
from lpsim.show.text.uncertainty import means_of, seeds_of
from lpsim.show.text.vocabulary import sentences
from lpsim.show.web.panels.differences import differences
from lpsim.show.web.panels.funnel import funnel
from lpsim.show.web.panels.lesson_map import lesson_map
from lpsim.show.web.panels.levels import levels
from lpsim.show.web.panels.loops import loops
from lpsim.show.web.panels.people import of_practice
from lpsim.show.web.panels.practices import practices
from lpsim.show.web.panels.sample import Sample
from lpsim.show.web.report import report_html

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lpsim.runs.run import Run
    from lpsim.show.text.table import Cell
    from lpsim.show.web.app.pair import Pair
    from lpsim.show.web.app.question import Question
    from lpsim.show.web.app.worlds import Made
    from lpsim.show.web.panels.people import Everybody
    from lpsim.show.web.panels.practices import Practices


REPORTED = 20
"""Worlds in a report."""
COMPARED = (*LEVELS, *(name for names in RIGHT_AND_WRONG.values() for name in names))
"""What of A and B is compared."""


def of_levels(worlds: Made, question: Question, *, tables: bool) -> dict[str, Any]:
    """Levels and the funnel, the sentence on what levers changed, and tables if asked for."""
    runs = worlds.runs(question)
    before = Sample.of_runs(worlds.runs(question.as_it_is)) if question.changes else None
    sample = Sample.of_runs(runs)
    return {
        "levels": levels(sample),
        "funnel": funnel(sample),
        "loops": loops(sample)[1:],  # what the single loop changes, levels and funnel show
        "said": _said(question, sample, before),
        "tables": list(_levels_tables(runs)) if tables else [],
    }


def _levels_tables(runs: Sequence[Run]) -> Iterator[dict[str, Any]]:
    yield _table(replace(levels_table(runs), notes=[means_of(len(runs))]), "Knowledge")
    yield _table(right_and_wrong_table(runs), "Held rightly and wrongly")


def of_comparison(worlds: Made, both: Pair, *, several: bool) -> dict[str, Any]:
    """B less A in the same worlds, and what they are; ``several``: whether several scenarios are open.

    Raises
    ------
    InputError
        As `Made.runs`; or the same seeds are not the same worlds, as the population or the steps differ.
    """
    found = zip(both.by_title, (both.a, both.b), strict=True)
    base, option = (_levels_of(name, worlds.runs(one)) for name, one in found)
    _see_that_worlds_are_the_same(base, option)
    comparison = Comparison(base, (option,), tuple(both.b.seeds), base.steps, COMPARED)
    return {
        "about": explore.what_they_are(both.why, of_one=both.of_one, same=both.same, several=several),
        "same": both.same,
        "differences": differences(comparison),
        "said": sentences([explore.ALL_THE_SAME if both.same else explore.compared(comparison)]),
        "held": _table(explore.held_table(comparison)),
        "levers": _table(explore.differing_table(comparison, several=several)),
        "tables": [_table(explore.ends_table(comparison))],
    }


def of_lesson(run: Run, what: str, number: int | None) -> dict[str, Any]:
    """One lesson's way and its story: by its number, or else picked.

    Raises
    ------
    InputError
        There is no such lesson, or nothing is picked by such a word.
    """
    lessons, events = run.journal()
    if number is not None and number not in set(lessons["lesson"]):
        raise InputError(explore.no_such_lesson(number, run.seed, lessons["lesson"].tolist()))
    lesson = pick(lessons, events, what) if number is None else number
    if lesson is None:
        return {"none": sentences([why_none(what)])}
    drawn = lesson_map(Life.of(run, lesson))
    rows = [[str(one["step"]), one["title"], one["counts"]] for one in drawn["frames"] if one["milestone"]]
    table = Table(["step", "what happened", "who carries it"], rows, title=drawn["heading"])
    return {"map": drawn, "tables": [_table(table)]}


def of_morning(worlds: Made, both: Pair) -> dict[str, Any]:
    """The same event in A and in B, and what became of the lesson in each.

    Raises
    ------
    InputError
        The population or the steps differ, so that the same seed is not the same world.
    """
    runs = [worlds.with_lessons(one) for one in (both.a, both.b)]
    base, option = (worlds_of(name, run.scenario) for name, run in zip(both.by_title, runs, strict=True))
    _see_that_worlds_are_the_same(base, option)
    found = twins(*runs)
    if found is None:
        return {"none": explore.NO_TWINS}
    lives = [Life.of(run, lesson) for run, lesson in zip(runs, found, strict=True)]
    return {
        "event": explore.same_event(lives[0]),
        "worlds": [
            {"found": life_found(life), "story": [text for _, text in by_step(life)[1:]]} for life in lives
        ],
    }


def of_practices(run: Run, practice: int) -> dict[str, Any]:
    """What each practice's memory knows, and what the people of one of them hold."""
    drawn = practices(run)
    ends: list[list[Cell]] = [
        [name, Number(drawn["known"][0][i]), Number(drawn["known"][-1][i])]
        for i, name in enumerate(drawn["names"])
    ]
    title = f"What memories know in the world of seed {run.seed}"
    table = Table(["practice", "at the start", "at the end"], ends, title=title)
    return {"practices": drawn, "people": _people(run, practice, drawn), "tables": [_table(table)]}


def _people(run: Run, practice: int, drawn: Practices) -> Everybody | dict[str, str]:
    """What the people of a practice hold, or why that cannot be shown."""
    if max(drawn["practices"]) > 1:
        return {"none": explore.MANY}
    try:
        return of_practice(People.of(run, practice), practice)
    except InputError as error:
        return {"none": str(error)}


def of_scenario(question: Question) -> dict[str, Any]:
    """Where the numbers of a scenario come from, its rates, and what it takes to make its worlds again."""
    scenario = question.scenario()
    about = origin(scenario, engine_named(None).name)
    rows = {
        "worlds": seeds_of(question.seeds),
        "changed": ", ".join(f"{key} = {value:g}" for key, value in question.changes) or "nothing",
        **{name: about[name] for name in ("digest", "lpsim", "model", "engine", "python")},
        **about["dependencies"],
    }
    return {
        "left_out": explore.LEFT_OUT,
        "about": [
            _table(assumptions_table(scenario), "Where the numbers come from"),
            _table(rates_table(scenario), "Rates"),
            _table(
                Table(["what", "value"], [[name, str(value)] for name, value in rows.items()]), "Provenance"
            ),
        ],
    }


def numbers(worlds: Made, question: Question) -> str:
    """Every measure by seed and step, as the text of a CSV file."""
    tables = (run.series.assign(seed=run.seed) for run in worlds.runs(question))
    rows = pd.concat(list(tables), ignore_index=True)
    return str(rows[["seed", *rows.columns.drop("seed")]].to_csv(index=False))


def report(worlds: Made, both: Pair) -> str:
    """The report of B beside A, or of B alone where nothing differs; each in `REPORTED` worlds.

    Raises
    ------
    InputError
        As `Made.runs`; or the two do not compare.
    """
    asked = {"A": both.a, "B": both.b}
    shown = {name: one for name, one in asked.items() if name == "B" or not both.same}
    names = both.by_file[-len(shown) :]
    runs = [worlds.runs(replace(one, worlds=REPORTED)) for one in shown.values()]
    found = [of_runs(name, some) for name, some in zip(names, runs, strict=True)]
    # What was changed is saved as a file (Save scenario), here called by its letter on the page.
    files = [f"{name}.toml" if one.changes else one.offer.file for name, one in shown.items()]
    command = ["lpsim", "report", *files, "--seed", str(both.b.first), "--replications", str(REPORTED)]
    return report_html(brief(found, levers=[]), command=shlex.join([*command, "--no-levers"]))


def _said(question: Question, sample: Sample, before: Sample | None) -> str:
    """What levers did to the level they did most to, by the end; or how much memories know."""
    end = explore.at(question.offer.scenario, question.offer.scenario.steps)
    if before is None:
        name = "practice_knowledge"
        return sentences([f"{end} {explore.level_found(name, summarize(_last(sample, name)))}"])
    names = [lever.name for lever in question.offer.levers if lever.key in dict(question.changes)]
    found = {name: paired_difference(_last(sample, name), _last(before, name)) for name in LEVELS}
    most = explore.largest(found)
    told = explore.change_found(*most, among=picked_among(found.values()))
    return sentences([f"{explore.moved(names)}, {end} {told}"])


def _last(sample: Sample, name: str) -> list[float]:
    last: list[float] = sample.values(name)[:, -1].tolist()
    return last


def _see_that_worlds_are_the_same(base: Worlds, option: Worlds) -> None:
    """As `see_that_they_compare`, with what can be done on the page."""
    try:
        see_that_they_compare(base, [option])
    except InputError:
        raise InputError(explore.OTHER_WORLDS) from None


def _levels_of(name: str, runs: Sequence[Run]) -> Worlds:
    """Worlds to compare by their levels, and by what is held rightly and wrongly."""
    found = {run.seed: {name: run.column(name) for name in COMPARED} for run in runs}
    return Worlds(name, runs[0].scenario, str(runs[0].provenance["digest"]), found, runs[0].column("step"))


def _table(table: Table, title: str = "") -> dict[str, Any]:
    """A table as texts."""
    return {
        "title": title or table.title,
        "headings": list(table.headings),
        "rows": [[str(cell) for cell in row] for row in table.rows],
        "notes": list(table.notes),
    }
