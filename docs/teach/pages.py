"""What is made of a plan: a page to teach from, a worksheet, a handout, slides; and the words on a page."""

from __future__ import annotations

import re
import textwrap
from itertools import accumulate, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from lpsim.scenario import Scenario
from lpsim.show.text.levers import LEVERS
from lpsim.show.web.app.levers import levers_of
from lpsim.show.web.app.teaching import plan, plans

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpsim.show.web.app.teaching import Lesson, Step

HERE = Path(__file__).parent
PAGES = {
    "{name}.md": "plan.md.jinja",
    "worksheet_{name}.html": "worksheet.html.jinja",
    "handout_{name}.html": "handout.html.jinja",
    "slides_{name}.html": "slides.html.jinja",
}
"""By the name of a file, the template that it is made from."""
WIDTH = 120
"""The width of a line of Markdown."""


class Timed(NamedTuple):
    """A step of a lesson, when it is."""

    number: int
    begin: int
    end: int
    step: Step
    told: str
    """What comes out, on which a bet was placed before."""
    sets: str
    """How it sets the page, in words."""
    choices: tuple[str, ...]
    """What can be bet, where it is not a number."""


def write() -> None:
    """Write every page, where it says something new."""
    for name, text in made():
        path = HERE / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8", newline="\n")


def environment() -> Environment:
    """What finds and fills templates."""
    env = Environment(
        loader=FileSystemLoader(HERE / "templates"), undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, keep_trailing_newline=True, autoescape=lambda name: ".html" in (name or ""),
    )  # fmt: skip
    env.filters["wrapped"] = wrapped
    return env


def made() -> Iterator[tuple[str, str]]:
    """Each page that is made of plans alone: the name of its file, and its text."""
    env = environment()
    for name in plans():
        lesson = plan(name)
        env.filters["filled"] = lesson.filled
        for file, template in PAGES.items():
            values = {"name": name, "lesson": lesson, "steps": list(timed(lesson))}
            yield file.format(name=name), env.get_template(template).render(values)
    yield "glossary.html", env.get_template("glossary.html.jinja").render(groups=list(glossary()))


def timed(lesson: Lesson) -> Iterator[Timed]:
    """The steps with their minutes."""
    ends = accumulate((step.minutes for step in lesson.steps), initial=0)
    on_page = lesson.for_page()["steps"]
    last, names = "", levers(lesson)
    for number, ((begin, end), step) in enumerate(zip(pairwise(ends), lesson.steps, strict=True), 1):
        told, bet = on_page[number - 1]["told"], on_page[number - 1]["bet"] or {}
        last = told or last
        shown = last if step.task == "run" else ""
        yield Timed(number, begin, end, step, shown, sets(lesson, step, names), bet.get("choices", ()))


def sets(lesson: Lesson, step: Step, names: dict[str, str]) -> str:
    """How a step sets the page, in words."""
    b = [f"“{names[key]}” to {value:g}" for key, value in step.set.items()]
    scenario = [f"the scenario `{step.scenario}`"] if step.scenario else []
    several = "" if step.worlds in (None, 1) else f"{step.worlds} worlds from "
    seed = [f"{several}seed {lesson.seed(step.seed)}"] if step.seed is not None else []
    parts = [*scenario, *seed, *b]
    if step.kept is not None:
        a = [f"“{names[key]}” at {value:g}" for key, value in step.kept.set.items()]
        where = [f"the scenario `{step.kept.scenario}`"] if step.kept.scenario else []
        parts.append(f"and keeps as A {', '.join([*where, *a]) or 'the scenario as it is'}")
    return f"{', '.join(parts)}." if parts else ""


def levers(lesson: Lesson) -> dict[str, str]:
    """What the levers of its scenarios are called."""
    names = {key: words.name for key, words in LEVERS.items()}
    for scenario in {lesson.ships(name) for name in lesson.scenarios}:
        names |= {lever.key: lever.name for lever in levers_of(Scenario.load(scenario))}
    return names


def glossary() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The groups of words of the glossary: a title, and its words with what they mean."""
    text = (HERE / "glossary.md").read_text(encoding="utf-8")
    for part in text.split("\n## ")[1:]:
        title, _, body = part.partition("\n")
        words = re.findall(r"^\*\*(.+?)\*\*\n: (.*?)(?=\n\n|\n?\Z)", body, flags=re.MULTILINE | re.DOTALL)
        yield title, [(word, " ".join(meaning.split())) for word, meaning in words]


def wrapped(text: str, before: str = "") -> str:
    """A paragraph of Markdown in lines that begin alike."""
    rest = " " * len(before) if before.strip() in ("-", "") else before
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=before,
        subsequent_indent=rest,
        break_on_hyphens=False,
        break_long_words=False,
    )
