"""The plan of a lesson that the page leads a class through, step by step.

A plan is a TOML file in ``lpsim/show/web/teach/``; its name without the suffix is what ``--lesson`` takes.
``python -m docs.teach`` makes of it a page to teach from, a worksheet, a handout and slides.

    title = "Who knows?"
    minutes = 60                       # the sum of those of the steps
    scenario = "one_practice"          # a scenario that ships
    question = "Nine people; one learns something. Will the practice know in five years?"

    [answers.memory]                   # a number that the model gives; every text may name it: {memory}
    words = "What the practice's memory knows after five years"
    measure = "practice_knowledge"     # of 20 worlds, at the step `at`; or a `stage` that lessons reach;
    at = 60                            # or of one lesson, which `pick` finds, the step of a `mark`
    world = { set = {} }               # in which scenario, with which levers
    than = {}                          # if given: the difference to this world, seed by seed,
    way = "higher"                     # and which it is claimed to be
    found = [0.283, 0.204, 0.361]      # worked out by `python -m docs.teach --write`, and again by a test

    [[steps]]
    title = "Place your bets"          # a line
    minutes = 7
    text = "What the class reads; a paragraph."
    teacher = "What the teacher does and says."
    paper = [{ ask = "On the worksheet.", answer = "About {memory.mean}." }]
    task = "predict"                   # predict, run, change, notice
    tab = "levels"                     # the tab it is about: levels, compare, lessons, practices, about
    answer = "memory"                  # predict: what is guessed before anything is drawn,
    ask = "My bet for the memory:"     # in these words
    lever = "practice.codification.meetings"   # change: the lever it is about, if one

``predict`` hides the page until everybody has placed a bet; ``run`` shows it, and the answer beside the bet;
``change`` asks for a lever to be moved; ``notice`` is something to look at or to talk about. A step may set
the page: its ``scenario``, the levers ``set`` there, what is ``kept`` as A, the ``names`` of A and B, the
``seed``, how many ``worlds``, the ``pick`` of a lesson, whether the same ``morning`` in A and in B is told;
or leave it ``blank``. Of what it does not set, levers stand as the scenario has them, and the rest as at the
step before: a step shows the same, however one comes to it.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from lpsim.errors import InputError
from lpsim.plain import one_line
from lpsim.scenario import Scenario
from lpsim.scenario.keys import nearest
from lpsim.show.text.numbers import written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FOLDER = Path(__file__).parents[1] / "teach"
WORLDS = 20
"""So many an answer is worked out in, unless it says otherwise."""
PICK = "furthest"
"""The lesson that is followed until a step picks another."""


class _Plan(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class World(_Plan):
    """A scenario of a lesson, its own unless it names another, with levers set."""

    scenario: str | None = None
    set: dict[str, int | float] = {}


class Variant(World):
    """A scenario that a lesson makes of one that ships."""

    title: str
    description: str


class Answer(_Plan):
    """A number that the model gives: a mean over worlds, a difference between worlds, or of one lesson."""

    words: str
    measure: str | None = None
    at: int | None = None
    stage: str | None = None
    only: Literal["right", "mistaken"] | None = None
    """Which lessons are counted, of those that reach the stage."""
    pick: str | None = None
    mark: str | None = None
    twins: Literal["right", "mistaken"] | None = None
    seed: int | str = 1
    """That of the world whose lesson is picked; a text names an answer that is one."""
    world: World = World()
    than: World | None = None
    way: Literal["higher", "lower", "no clear difference"] | None = None
    runs: int = WORLDS
    """In so many worlds."""
    first: int = 1
    """The seed of the first of them."""
    of: int = 1
    """What shares are counted in: "5 of 20"."""
    found: tuple[float, ...] = ()
    """The mean, the ends of its 95 % interval, and of a difference in how many worlds it is so and in how
    many there is none. Of a lesson's mark, the step alone; of the mark "seed", the first in which a lesson
    has all marks. Of twins, the first seed in which two lessons of one event got nowhere with ``than``, and
    into the memory with ``world``."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if sum(what is not None for what in (self.measure, self.stage, self.pick, self.twins)) != 1:
            raise ValueError(f"{self.words}: names one of measure, stage, pick and twins")
        if (self.than is None or self.twins is not None) != (self.way is None):
            raise ValueError(f"{self.words}: a difference has than and way, nothing else has")
        return self

    @property
    def whole(self) -> bool:
        """Whether it is a whole number, of one world."""
        return self.pick is not None or self.twins is not None

    @property
    def mean(self) -> str:
        """The number alone."""
        return self._number(abs(self.found[0]) if self.way else self.found[0])

    @property
    def short(self) -> str:
        """The number with what it is of, or which way a difference goes."""
        if self.way == "no clear difference":
            return self.way
        if self.way is not None:
            return f"{self.mean}{' points' if self.of == 100 else ''} {self.way}"
        if self.of > 1:
            return f"{self.mean} %" if self.of == 100 and self.measure else f"{self.mean} of {self.of}"
        return self.mean

    @property
    def interval(self) -> str:
        """Where the true mean lies, likely: of "lower", by how much lower; with signs where it holds 0."""
        low, high = self.found[1:3]
        ends = (-high, -low) if self.way == "lower" else (low, high)
        return " to ".join(self._number(end, signed=self.way == "no clear difference") for end in ends)

    @property
    def worlds(self) -> str:
        """In how many worlds the difference is what it is on average."""
        return f"{int(self.found[3])} of {self.runs} worlds"

    @property
    def same(self) -> str:
        """In how many worlds there is no difference at all."""
        return f"{int(self.found[4])}"

    def __str__(self) -> str:
        if self.whole:
            return self.short
        if self.way is None:
            return f"{self.short} on average (95 % interval {self.interval})"
        if self.way == "no clear difference":
            return f"{self.way} (95 % interval {self.interval})"
        return f"{self.short} on average (95 % interval {self.interval}; {self.way} in {self.worlds})"

    def _number(self, value: float, *, signed: bool = False) -> str:
        counted, few = self.of > 1, value * self.of < 10 < self.of / 10
        digits = 0 if self.whole else (1 if counted else 3) if self.way else (int(few) if counted else 2)
        return written(value * self.of, f"{'+' if signed else ''}.{digits}f")

    def bet(self, bets: tuple[str, ...]) -> dict[str, Any]:
        """How the page asks for a guess: one of some words, or a number."""
        if self.way is not None:
            return {"choices": bets or ("higher", "lower", "no clear difference")}
        return {"low": 0, "high": self.of, "step": 0.05 if self.of == 1 else 1}


class Question(_Plan):
    """A question on the worksheet."""

    ask: str
    answer: str
    lines: int = 2


class Step(_Plan):
    """A part of a lesson."""

    title: str
    minutes: int = Field(ge=1)
    text: str
    teacher: str = ""
    paper: tuple[Question, ...] = ()
    task: Literal["predict", "run", "change", "notice"]
    ask: str = ""
    answer: str | None = None
    bets: tuple[str, ...] = ()
    tab: Literal["levels", "compare", "lessons", "practices", "about"] = "levels"
    lever: str | None = None
    scenario: str | None = None
    set: dict[str, int | float] = {}
    kept: World | None = None
    names: tuple[str, str] | None = None
    """What A, which is kept, and B are called."""
    seed: int | str | None = None
    """The first world; a text names an answer that is one."""
    worlds: Literal[1, 4, 20] | None = None
    pick: str | None = None
    morning: bool = False
    blank: bool = False
    """Nothing is shown but the text, as while bets are placed."""


class Lesson(_Plan):
    """A lesson for a class."""

    name: str
    """That of its plan."""
    title: str
    minutes: int
    scenario: str
    question: str
    who: str
    """Whom it is for."""
    aims: tuple[str, ...]
    needs: tuple[str, ...] = ()
    notice: tuple[str, ...]
    tries: tuple[str, ...]
    left_out: str
    plain: bool = False
    """Numbers are told without their intervals."""
    variants: dict[str, Variant] = {}
    answers: dict[str, Answer] = {}
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.minutes != sum(step.minutes for step in self.steps):
            raise ValueError("minutes is not the sum of those of the steps")
        for step in self.steps:
            if step.task == "predict" and step.answer not in self.answers:
                raise ValueError(f"{step.title}: a step to predict needs an answer, one of the lesson's")
            if step.names and step.kept is None:
                raise ValueError(f"{step.title}: names are those of what is kept as A, and of B")
        return self

    def filled(self, text: str) -> str:
        """A text with the answers that it names."""
        return text.format(**self.answers)

    @property
    def scenarios(self) -> tuple[str, ...]:
        """The scenarios it is about, its own first."""
        worlds: Iterable[World] = (
            *(World(scenario=step.scenario) for step in self.steps),
            *(step.kept for step in self.steps if step.kept),
            *(world for one in self.answers.values() for world in (one.world, one.than) if world),
        )
        return tuple(dict.fromkeys([self.scenario, *(one.scenario for one in worlds if one.scenario)]))

    def seed(self, given: int | str | None) -> int | None:
        """The first world of a step, or that of an answer."""
        return int(self.answers[given].found[0]) if isinstance(given, str) else given

    def ships(self, name: str) -> str:
        """The scenario that one of its scenarios is, or is a variant of."""
        variant = self.variants.get(name)
        return name if variant is None else variant.scenario or self.scenario

    def of(self, name: str, shipped: Scenario) -> Scenario:
        """One of its scenarios, of the one that ships."""
        variant = self.variants.get(name)
        if variant is None:
            return shipped
        return shipped.adapted({"title": variant.title, "description": variant.description, **variant.set})

    def load(self, name: str) -> Scenario:
        """One of its scenarios as it ships."""
        return self.of(name, Scenario.load(self.ships(name)))

    def for_page(self) -> dict[str, Any]:
        """What the page needs of it, as data for JSON."""
        return {
            "name": self.name,
            "title": self.title,
            "question": self.question,
            "minutes": self.minutes,
            "steps": [self._of_step(*one) for one in zip(self.steps, self.shown(), strict=True)],
        }

    def shown(self) -> Iterator[dict[str, Any]]:
        """What each step shows, whole: in the words of an address, which are texts but for levers."""
        at: dict[str, Any] = {"scenario": self.scenario, "seed": "1", "seeds": None, "pick": PICK, "a": None}
        for step in self.steps:
            told = {
                "scenario": step.scenario,
                "seed": None if step.seed is None else str(self.seed(step.seed)),
                "seeds": None if step.worlds is None else str(step.worlds),
                "pick": step.pick,
                "a": step.kept and {"scenario": step.kept.scenario or self.scenario, "levers": step.kept.set},
            }
            at |= {name: value for name, value in told.items() if value is not None}
            yield {**at, "tab": step.tab, "levers": step.set}

    def _of_step(self, step: Step, shown: dict[str, Any]) -> dict[str, Any]:
        asked = self.answers[step.answer] if step.answer and step.task == "predict" else None
        return {
            **step.model_dump(mode="json", include={"title", "minutes", "task", "names", "morning", "blank"}),
            "text": self.filled(step.text),
            "page": shown,
            "levers": list(dict.fromkeys([*step.set, *([step.lever] if step.lever else [])])),
            "ask": step.ask,
            "bet": asked.bet(step.bets) if asked else None,
            "told": f"{asked.words}: {asked.short if self.plain else asked}." if asked else "",
        }


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
        return Lesson.model_validate({**tomllib.loads(known[name].read_text(encoding="utf-8")), "name": name})
    except ValidationError as error:
        raise InputError(f"{known[name].name}: is no plan of a lesson: {error.errors()[0]['msg']}.") from None
