"""Lesson plans say what is so: their times add up, their levers act, their answers are worked out again."""

import re
import statistics
import tomllib
from pathlib import Path

import pytest

import lpsim
from lpsim.errors import InputError
from lpsim.runs.measures import MEASURES
from lpsim.scenario import Scenario
from lpsim.show.web.app.levers import changed, levers_of
from lpsim.show.web.app.teaching import Lesson, plan, plans

PLANS = sorted(plans())


@pytest.mark.parametrize("name", PLANS)
def test_a_plan_is_one_and_its_minutes_add_up(name):
    lesson = plan(name)
    assert lesson.minutes == sum(step.minutes for step in lesson.steps)
    assert {step.task for step in lesson.steps} >= {"predict", "run", "change", "notice"}


@pytest.mark.parametrize("name", PLANS)
def test_every_lever_a_plan_names_is_one_of_its_scenario(name):
    lesson = plan(name)
    levers = levers_of(Scenario.load(lesson.scenario))
    for step in lesson.steps:
        assert step.lever is None or step.lever in {lever.key for lever in levers}
        changed(levers, {key: str(value) for key, value in step.set.items()})
        assert step.measure is None or step.measure in MEASURES


@pytest.mark.medium
@pytest.mark.parametrize("name", PLANS)
def test_every_answer_that_is_claimed_is_what_comes_out(name):
    lesson = plan(name)
    scenario = Scenario.load(lesson.scenario).adapted({"record.lessons": False})
    for step in lesson.steps:
        if step.claim is None:
            continue
        worlds = lpsim.simulate_many(scenario.adapted(dict(step.set)), range(1, 21))
        mean = statistics.fmean(run.column(step.measure)[step.at] for run in worlds)
        low, high = step.claim
        assert low <= mean <= high
        assert high - low <= 0.2


def test_a_lesson_that_is_not_there_is_told_with_those_that_are():
    with pytest.raises(InputError, match="no lesson of that name ships") as refused:
        plan("../../etc/passwd")
    assert "who_knows" in str(refused.value)


def test_a_plan_whose_minutes_do_not_add_up_is_none():
    (first, *_) = plans().values()
    data = tomllib.loads(first.read_text(encoding="utf-8"))
    with pytest.raises(ValueError, match="minutes is not the sum"):
        Lesson.model_validate({**data, "minutes": data["minutes"] + 1})


def test_the_page_on_exploring_names_every_lesson_and_every_tab():
    root = Path(__file__).parents[3]
    text = (root / "docs" / "explore.md").read_text(encoding="utf-8")
    page = (root / "lpsim/show/web/static/app/index.html").read_text(encoding="utf-8")
    assert all(f"`{name}`" in text for name in PLANS)
    tabs = re.findall(r'role="tab" [^>]*>(\w+)<', page)
    assert len(tabs) == 5
    assert all(f"\n| {tab} |" in text for tab in tabs)
