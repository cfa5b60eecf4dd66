"""The plan of a lesson that the page leads a class through, step by step.

A plan is a TOML file in ``lpsim/show/web/teach/``; its name without the suffix is what ``--lesson`` takes.

    title = "Who knows?"
    minutes = 60                       # the sum of those of the steps
    scenario = "one_practice"          # a scenario that ships
    question = "Nine people; one learns something. Will the practice know in five years?"

    [[steps]]
    title = "Place your bets"          # a line
    minutes = 7
    text = "What the class reads; a paragraph."
    task = "predict"                   # predict, run, change, notice
    tab = "levels"                     # the tab it is about: levels, compare, lessons, practices, about
    measure = "practice_knowledge"     # predict: a measure whose value is guessed before it is drawn,
    ask = "My bet for the memory:"     # in these words,
    at = 60                            # at this step,
    claim = [0.37, 0.57]               # where the mean of 20 worlds (seeds 1 to 20) lies: a test works it out
    lever = "practice.codification.meetings"   # change: the lever it is about, if one

``predict`` hides the curves until everybody has placed a bet; ``run`` shows them and the answer beside the
bet; ``change`` asks for a lever to be moved; ``notice`` is something to look at or to talk about. A step may
hold ``set``, a table of levers that the page sets when it comes to the step:
``set = { "turnover.experienced" = 0 }``.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from lpsim.errors import InputError
from lpsim.plain import one_line
from lpsim.scenario.keys import nearest

FOLDER = Path(__file__).parents[1] / "teach"


class _Plan(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Step(_Plan):
    """A part of a lesson."""

    title: str
    minutes: int = Field(ge=1)
    text: str
    task: Literal["predict", "run", "change", "notice"]
    ask: str = ""
    tab: Literal["levels", "compare", "lessons", "practices", "about"] = "levels"
    measure: str | None = None
    at: int | None = None
    claim: tuple[float, float] | None = None
    lever: str | None = None
    set: dict[str, float] = {}


class Lesson(_Plan):
    """A lesson for a class."""

    title: str
    minutes: int
    scenario: str
    question: str
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.minutes != sum(step.minutes for step in self.steps):
            raise ValueError("minutes is not the sum of those of the steps")
        for step in self.steps:
            if step.task == "predict" and None in (step.measure, step.at, step.claim):
                raise ValueError(f"{step.title}: a step to predict needs measure, at and claim")
        return self


def plans() -> dict[str, Path]:
    """The plans that ship, by name."""
    return {path.stem: path for path in sorted(FOLDER.glob("*.toml"))}


def plan(name: str) -> Lesson:
    """The plan of a lesson.

    Raises
    ------
    InputError
        None of that name ships.
    """
    known = plans()
    if name not in known:
        hint = nearest(name, known)
        end = "" if hint.endswith("?") else "."
        raise InputError(f"--lesson {one_line(name)}: no lesson of that name ships; {hint}{end}")
    try:
        return Lesson.model_validate(tomllib.loads(known[name].read_text(encoding="utf-8")))
    except ValidationError as error:
        raise InputError(f"{known[name].name}: is no plan of a lesson: {error.errors()[0]['msg']}.") from None
