"""Lesson plans say what is so: their times add up, their levers act, what they name is there."""

import html
import tomllib

import pytest

from docs.teach import pages
from lpsim.analysis.picks import PICKS
from lpsim.errors import InputError
from lpsim.lessons.stages import REACHED, STAGES
from lpsim.runs.measures import MEASURES
from lpsim.show.web.app.levers import changed, levers_of
from lpsim.show.web.app.teaching import Answer, Lesson, World, plan, plans

PLANS = sorted(plans())


@pytest.mark.parametrize("name", PLANS)
def test_a_plan_is_one_and_its_minutes_add_up(name):
    lesson = plan(name)
    assert lesson.minutes == sum(step.minutes for step in lesson.steps)
    assert {step.task for step in lesson.steps} >= {"predict", "run", "notice"}


@pytest.mark.parametrize("name", PLANS)
def test_every_lever_and_measure_that_a_plan_names_is_one_of_its_scenarios(name):
    lesson = plan(name)
    levers = {scenario: levers_of(lesson.load(scenario)) for scenario in lesson.scenarios}
    worlds = [world for one in lesson.answers.values() for world in (one.world, one.than) if world]
    worlds += [step.kept for step in lesson.steps if step.kept]
    worlds += [World(scenario=step.scenario, set=step.set) for step in lesson.steps]
    for world in worlds:
        known = levers[world.scenario or lesson.scenario]
        assert len(changed(known, {key: str(value) for key, value in world.set.items()})) == len(world.set)
    for step in lesson.steps:
        assert step.lever is None or step.lever in {lever.key for lever in levers[lesson.scenario]}
        assert step.pick is None or step.pick in PICKS
    for one in lesson.answers.values():
        assert one.measure is None or one.measure in MEASURES
        assert one.stage is None or one.stage in (*STAGES, "mistaken")
        assert one.pick is None or (one.pick in PICKS and one.mark in (*REACHED, "seed"))


@pytest.mark.parametrize("name", PLANS)
def test_after_a_bet_the_page_shows_what_the_bet_was_about(name):
    lesson = plan(name)
    asked, here = None, lesson.scenario
    for step in lesson.steps:
        here = step.scenario or here
        if step.task == "run" and (answer := lesson.answers[asked]).than is not None:
            assert here == (answer.world.scenario or lesson.scenario)
            assert step.set == answer.world.set
            if step.kept:
                kept, than = step.kept, answer.than
                assert (kept.scenario or lesson.scenario) == (than.scenario or lesson.scenario)
                assert kept.set == than.set
        asked = step.answer if step.task == "predict" else asked


@pytest.mark.parametrize("name", PLANS)
def test_of_what_twenty_worlds_do_not_show_the_key_tells_many_more(name):
    answers = plan(name).answers.values()
    for one in answers:
        if one.way == "no clear difference" and one.runs == 20:
            same = [each for each in answers if each.runs >= 200 and each.measure == one.measure]
            assert any((each.world, each.than) == (one.world, one.than) for each in same), one.words


@pytest.mark.parametrize("name", PLANS)
def test_every_text_names_answers_that_there_are(name):
    lesson = plan(name)
    texts = [*lesson.notice, *lesson.tries]
    texts += [text for step in lesson.steps for text in (step.text, step.teacher)]
    texts += [text for step in lesson.steps for one in step.paper for text in (one.ask, one.answer)]
    filled = [lesson.filled(text) for text in texts]
    assert not any("{" in text for text in filled)
    assert all(one.found for one in lesson.answers.values())


@pytest.fixture(scope="module")
def made():
    return list(pages.made())


def test_what_is_made_of_the_plans_is_what_stands_beside_them(made):
    for name, text in made:
        assert (pages.HERE / name).read_text(encoding="utf-8") == text, f"{name}: python -m docs.teach"


def test_a_page_that_is_made_asks_for_nothing_and_runs_nothing(made):
    for name, text in made:
        if name.endswith(".html"):
            assert "default-src 'none'" in text
            assert not any(word in text for word in ("<script", "http:", "https:", "url(", "@import"))


def test_a_difference_tells_its_way_its_interval_and_in_how_many_worlds_it_is_so():
    one = {"words": "w", "measure": "staff_knowledge", "at": 1, "than": World()}
    lower = Answer(**one, way="lower", found=(-0.1264, -0.198, -0.0547, 16, 1))
    assert str(lower) == "0.126 lower on average (95 % interval 0.055 to 0.198; lower in 16 of 20 worlds)"
    assert lower.same == "1"
    none = Answer(**one, way="no clear difference", found=(0.02, -0.0166, 0.0583, 12))
    assert str(none) == "no clear difference (95 % interval −0.017 to +0.058)"
    points = Answer(**one, way="higher", of=100, found=(0.065, 0.0463, 0.0837, 19))
    assert points.short == "6.5 points higher"
    level = Answer(words="w", stage="system", of=1000, found=(0.00635, 0.00598, 0.00672))
    assert str(level) == "6.3 of 1000 on average (95 % interval 6.0 to 6.7)"


@pytest.mark.parametrize("name", PLANS)
def test_a_step_that_shows_worlds_sets_those_that_its_key_is_about(name):
    for step in plan(name).steps:
        if step.task in ("run", "change") and not step.blank:
            assert step.seed is not None, step.title
            assert step.worlds == 20 or step.tab == "lessons", step.title


@pytest.mark.parametrize("name", PLANS)
def test_a_step_that_keeps_a_names_both_and_shows_its_levers(name):
    lesson = plan(name)
    told = lesson.for_page()["steps"]
    for step, of_page in zip(lesson.steps, told, strict=True):
        assert (step.kept is None) == (step.names is None)
        assert set(step.set) <= set(of_page["levers"])
        assert step.lever is None or step.lever in of_page["levers"]


@pytest.mark.parametrize("name", PLANS)
def test_every_step_says_all_that_the_page_shows_so_that_it_shows_the_same_however_one_comes_to_it(name):
    lesson = plan(name)
    said = {"tab", "scenario", "levers", "a", "seed", "seeds", "pick"}
    at = {"scenario": lesson.scenario, "seed": "1", "seeds": None, "a": None}
    for step, page in zip(lesson.steps, (one["page"] for one in lesson.for_page()["steps"]), strict=True):
        assert set(page) == said
        at["scenario"] = step.scenario or at["scenario"]
        at["seed"] = at["seed"] if step.seed is None else str(lesson.seed(step.seed))
        at["seeds"] = str(step.worlds) if step.worlds else at["seeds"]
        if step.kept:
            at["a"] = {"scenario": step.kept.scenario or lesson.scenario, "levers": step.kept.set}
        assert {key: page[key] for key in at} == at
        assert page["levers"] == step.set, "levers of an earlier step are not taken along"


def test_where_people_leave_often_it_is_about_eight_times_as_often():
    shipped = plan("who_knows").load("one_practice")
    (step,) = (step for step in plan("who_knows").steps if step.title == "Everybody leaves")
    often = shipped.adapted(step.set)
    leaving = [sum(role.headcount * role.turnover for role in one.roles.values()) for one in (often, shipped)]
    assert round(leaving[0] / leaving[1]) == 8
    assert "eight times as often" in step.names[1]


def test_three_in_ten_newcomers_of_the_practice_of_nine_have_experience():
    assert plan("who_knows").load("one_practice").turnover.experienced == 0.3


def test_where_it_is_said_when_a_difference_is_clear_the_largest_of_several_is_said_to_need_more(made):
    (step,) = (step for step in plan("three_loops").steps if "it is clear where" in step.text)
    assert "the largest of four differences, and asks for more" in step.text
    handouts = [text for name, text in made if name.startswith("handout_")]
    assert all("Of the largest of several differences the page asks for more" in text for text in handouts)


@pytest.mark.parametrize("name", PLANS)
def test_the_slide_of_a_bet_shows_what_can_be_chosen(name, made):
    slides = html.unescape(dict(made)[f"slides_{name}.html"])
    for step, told in zip(plan(name).steps, plan(name).for_page()["steps"], strict=True):
        for choice in (told["bet"] or {}).get("choices", ()):
            (ask,) = (line for line in slides.splitlines() if step.ask in line)
            assert f">{choice}<" in ask


def test_who_is_told_to_install_lpsim_for_a_lesson_is_told_of_what_its_page_needs(made):
    handouts = [text for name, text in made if name.startswith("handout_")]
    before = (pages.HERE / "before_the_class.md").read_text(encoding="utf-8")
    assert all('pip install ".[explore]"' in text for text in [before, *handouts])


def test_a_lesson_ends_in_the_scenario_that_it_is_about():
    assert [one["page"] for one in plan("there_and_back").for_page()["steps"]][-1]["scenario"] == (
        "some_learning_practices"
    )


def test_names_without_a_are_refused():
    (first, *_) = plans().values()
    data = {"name": first.stem, **tomllib.loads(first.read_text(encoding="utf-8"))}
    data["steps"][0]["names"] = ["one", "other"]
    with pytest.raises(ValueError, match="names are those of what is kept as A"):
        Lesson.model_validate(data)


def test_a_lesson_that_is_not_there_is_told_with_those_that_are():
    with pytest.raises(InputError, match="no lesson of that name ships") as refused:
        plan("../../etc/passwd")
    assert "who_knows" in str(refused.value)


def test_a_plan_whose_minutes_do_not_add_up_is_none():
    (first, *_) = plans().values()
    data = {"name": first.stem, **tomllib.loads(first.read_text(encoding="utf-8"))}
    with pytest.raises(ValueError, match="minutes is not the sum"):
        Lesson.model_validate({**data, "minutes": data["minutes"] + 1})


def test_an_answer_names_one_thing_and_a_difference_its_way():
    with pytest.raises(ValueError, match="names one of measure"):
        Answer(words="w")
    with pytest.raises(ValueError, match="a difference has than and way"):
        Answer(words="w", stage="system", than=World())
