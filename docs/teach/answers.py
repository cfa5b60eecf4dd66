"""What the plans of lessons claim of the model, worked out and written down."""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import TYPE_CHECKING

from docs.teach import pages
from lpsim import Life, Scenario, pick, simulate, simulate_many
from lpsim.analysis.summary import paired_difference, summarize
from lpsim.analysis.twins import twins
from lpsim.lessons.stages import counted, reached
from lpsim.show.text import explore
from lpsim.show.text.findings import life_found
from lpsim.show.text.story import by_step
from lpsim.show.web.app.teaching import plan, plans

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pandas import DataFrame

    from lpsim import Run
    from lpsim.show.web.app.teaching import Answer, Lesson, World


KEPT = 6
"""The worlds of so many scenarios are kept."""
_made: dict[tuple[str, range], list[Run]] = {}


def worked_out(lesson: Lesson, answer: Answer) -> tuple[float, ...]:
    """A number of the model, as `Answer.found` holds it."""
    if answer.pick:
        return (_marked(lesson, answer),)
    if answer.twins:
        return (next(seed for seed in range(1, 100) if _apart(lesson, answer, seed)),)
    here = _values(lesson, answer, answer.world)
    if answer.than is None:
        mean = summarize(here)
        return tuple(round(value, 5) for value in (mean.mean, mean.low, mean.high))
    gap = paired_difference(here, _values(lesson, answer, answer.than))
    share = gap.negative if gap.mean < 0 else gap.positive
    shares = (share, 1 - gap.negative - gap.positive)
    ends = (round(value, 5) for value in (gap.mean, gap.low, gap.high))
    return (*ends, *(round(part * answer.runs) for part in shares))


def way_of(found: tuple[float, ...]) -> str:
    """What a difference with its interval is, in the words of `Answer.way`."""
    _, low, high, *_ = found
    return "higher" if low > 0 else "lower" if high < 0 else "no clear difference"


def write(names: Sequence[str]) -> Iterator[str]:
    """Work out the answers of plans, and write them there; tells which are no longer what a plan claims."""
    for name in names:
        path = plans()[name]
        lesson, text = plan(name), path.read_text(encoding="utf-8")
        for key, answer in lesson.answers.items():
            found = worked_out(lesson, answer)
            known = {**lesson.answers, key: answer.model_copy(update={"found": found})}
            lesson = lesson.model_copy(update={"answers": known})
            line = rf"(^\[answers\.{key}\]\n(?:(?!\[).*\n)*?found = )\[.*\]"
            text, count = re.subn(line, rf"\g<1>{list(found)}", text, flags=re.MULTILINE)
            assert count == 1, f"{path.name}: [answers.{key}] needs a line that begins with: found = ["
            if answer.way and answer.way != way_of(found):
                yield f'{path.name}: {key} is claimed to be "{answer.way}", but is "{way_of(found)}"'
        path.write_text(text, encoding="utf-8")


def _values(lesson: Lesson, answer: Answer, world: World) -> list[float]:
    """The number in each world."""
    lessons = answer.stage is not None
    seeds = range(answer.first, answer.first + answer.runs)
    runs = _runs(_scenario(lesson, world, lessons=lessons), seeds)
    if answer.stage is not None:
        return [_reaching(counted(run.journal()[0]), answer) for run in runs]
    return [float(run.column(answer.measure)[answer.at]) for run in runs]


def _reaching(lessons: DataFrame, answer: Answer) -> float:
    """The share of lessons that reach a stage; or of those that are mistakes."""
    if answer.stage == "mistaken":
        return float((~lessons["right"]).mean())
    if answer.only:
        lessons = lessons[lessons["right"] == (answer.only == "right")]
    return float(reached(lessons, [answer.stage]).mean())


def _marked(lesson: Lesson, answer: Answer) -> int:
    """The step at which one lesson came somewhere; or the first seed with a lesson that has all marks."""
    if answer.mark != "seed":
        life = _picked(lesson, answer, lesson.seed(answer.seed))
        assert life is not None
        return life.reached[answer.mark]
    marks = {one.mark for one in lesson.answers.values() if one.pick == answer.pick} - {"seed"}
    lives = ((seed, _picked(lesson, answer, seed)) for seed in range(1, 100))
    return next(seed for seed, life in lives if life and life.right and marks <= set(life.reached))


def _picked(lesson: Lesson, answer: Answer, seed: int) -> Life | None:
    """The life of the lesson that is picked in the world of a seed."""
    run = simulate(_scenario(lesson, answer.world, lessons=True), seed=seed)
    number = pick(*run.journal(), answer.pick)
    return None if number is None else Life.of(run, number)


def _apart(lesson: Lesson, answer: Answer, seed: int) -> bool:
    """Whether the lessons of one event end as `Answer.found` says."""
    found = same_event(lesson, answer, seed)
    if found is None:
        return False
    a, b = found
    nowhere = set(a.reached) == {"born", "lost"}
    return nowhere and "organizational" in b.reached and a.right == (answer.twins == "right")


def same_event(lesson: Lesson, answer: Answer, seed: int) -> tuple[Life, Life] | None:
    """The lives of two lessons of one event, in the world of ``than`` and in that of ``world``."""
    assert answer.than is not None
    worlds = (answer.than, answer.world)
    a, b = (simulate(_scenario(lesson, world, lessons=True), seed=seed) for world in worlds)
    found = twins(a, b)
    return None if found is None else (Life.of(a, found.one), Life.of(b, found.other))


def morning() -> str:
    """The page on the same morning in two practices: their stories side by side."""
    env = pages.environment()
    cases = []
    for name in plans():
        lesson = plan(name)
        for answer in lesson.answers.values():
            if answer.twins:
                seed = int(answer.found[0])
                a, b = same_event(lesson, answer, seed)
                rows = zip_longest(
                    *([text for _, text in by_step(life)[1:]] for life in (a, b)), fillvalue=""
                )
                told = {"event": explore.same_event(a), "found": [life_found(life) for life in (a, b)]}
                cases.append({"lesson": name, "seed": seed, "answer": answer, "rows": list(rows), **told})
    return env.get_template("same_morning.md.jinja").render(cases=cases)


def _scenario(lesson: Lesson, world: World, *, lessons: bool) -> Scenario:
    scenario = lesson.load(world.scenario or lesson.scenario)
    return scenario.adapted({**world.set, "record.lessons": lessons})


def _runs(scenario: Scenario, seeds: range) -> list[Run]:
    """Its worlds; what was made for the answer before is not made again."""
    key = (scenario.to_toml(), seeds)
    if key not in _made:
        while len(_made) >= KEPT:
            del _made[next(iter(_made))]
        _made[key] = list(simulate_many(scenario, seeds))
    return _made[key]
