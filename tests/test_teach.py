"""What lesson plans claim is what the model gives, what is made of them fits its pages, and notebooks run."""

from itertools import pairwise
from pathlib import Path
from urllib.parse import urlencode

import pytest

from docs.teach import answers, pages
from lpsim import Life, pick, simulate
from lpsim.show.text.numbers import written
from lpsim.show.web.app.question import Offer
from lpsim.show.web.app.server import Setting, application
from lpsim.show.web.app.teaching import plan, plans
from tests.show.web.asking import ask
from tests.show.web.browser import browser  # noqa: F401 (a fixture)

ROOT = Path(__file__).parents[1]
NOTEBOOKS = ("a_behaviour_of_ones_own", "a_first_study")


@pytest.mark.parametrize("name", sorted(plans()))
def test_every_answer_that_is_claimed_is_what_comes_out(name):
    lesson = plan(name)
    for key, answer in lesson.answers.items():
        found = answers.worked_out(lesson, answer)
        assert found == pytest.approx(answer.found, abs=1e-4), f"{key}: python -m docs.teach --write"
        assert answer.way is None or answer.way == answers.way_of(found), f"{key}: mind the plan's words"


def test_where_everybody_leaves_people_and_notes_both_know_less_in_the_world_that_is_shown():
    lesson = plan("who_knows")
    (step,) = (step for step in lesson.steps if step.title == "Everybody leaves")
    scenario = lesson.load(lesson.scenario).adapted({"record.lessons": False})
    before, after = (simulate(one, seed=step.seed) for one in (scenario, scenario.adapted(step.set)))
    for name in ("staff_knowledge", "practice_knowledge"):
        assert after.column(name)[-1] < before.column(name)[-1]


def test_the_lesson_that_got_furthest_in_the_first_world_is_a_mistake_that_is_held_at_the_end():
    lesson = plan("who_knows")
    run = simulate(lesson.load(lesson.scenario).adapted({"record.lessons": True}), seed=1)
    life = Life.of(run, pick(*run.journal(), "furthest"))
    assert not life.right
    assert "lost" not in life.reached


def test_the_way_back_took_longest_of_the_steps_of_the_lesson_that_came_back():
    found = plan("there_and_back").answers
    months = [found[key].found[0] for key in ("born", "talked", "noted", "guided", "came_back")]
    *others, back = [later - earlier for earlier, later in pairwise(months)]
    assert back > max(others)


def test_without_notes_people_know_a_little_less_in_nearly_every_twenty_games():
    lesson = plan("nine_people_and_a_coin")
    answer = lesson.answers["no_notes"]
    blocks = (answer.model_copy(update={"first": first}) for first in range(1, 301, answer.runs))
    means = [answers.worked_out(lesson, block)[0] for block in blocks]
    assert sum(-0.05 < mean < -0.005 for mean in means) >= 0.9 * len(means)
    assert not any(mean < -0.05 or mean > 0.005 for mean in means)


OF_STAFF = {"staff: rightly": "notes_leaving", "staff: wrongly": "notes_leaving_wrong"}
OF_MEMORIES = {"practices' memories: wrongly": "faster_wrong"}
MORNING = "The same morning in another practice"


@pytest.mark.parametrize(
    ("name", "title", "seed", "rows"),
    [
        ("nine_people_and_a_coin", "Without notes", 1, {"staff: rightly": "no_notes"}),
        ("nine_people_and_a_coin", "Without notes", 21, {"staff: rightly": "no_notes_later"}),
        ("nine_people_and_a_coin", "People leave", 1, OF_STAFF),
        ("there_and_back", "The minister's answer", 1, OF_MEMORIES),
        ("there_and_back", MORNING, "kept_wrong", {"staff: wrongly": "held_wrong_shown"}),
    ],
)
def test_what_the_key_says_of_right_and_wrong_stands_on_the_tab_compare(name, title, seed, rows):
    lesson = plan(name)
    (step,) = (step for step in lesson.steps if step.title == title)
    scenario = step.scenario or lesson.scenario
    app = application(Setting({scenario: Offer.of(scenario, lesson.load(scenario))}))
    kept = {f"a.{key}": value for key, value in step.kept.set.items()}
    asked = {"seed": lesson.seed(seed), "seeds": step.worlds, **step.set, "a.scenario": scenario, **kept}
    table = ask(app, f"/api/compare?{urlencode(asked)}").json["held"]["rows"]
    shown = {row[0]: row[-1] for row in table}
    for row, key in rows.items():
        mean, low, high = (written(100 * value, "+.1f") for value in lesson.answers[key].found[:3])
        assert shown[row] == f"{mean} [{low} to {high}]"


def test_the_two_stories_of_the_same_morning_are_what_comes_out():
    assert (pages.HERE / "same_morning.md").read_text(encoding="utf-8") == answers.morning()


def test_worksheets_handouts_and_the_glossary_print_on_one_page_and_slides_on_one_each(browser, tmp_path):  # noqa: F811
    pypdf = pytest.importorskip("pypdf")
    page = browser.new_page()
    for path in sorted(pages.HERE.glob("*.html")):
        page.goto(path.as_uri())
        page.pdf(path=tmp_path / "printed.pdf", prefer_css_page_size=True)
        wanted = page.locator("section").count() if path.name.startswith("slides_") else 1
        assert len(pypdf.PdfReader(tmp_path / "printed.pdf").pages) == wanted, path.name


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_every_cell_of_a_notebook_runs(name, tmp_path):
    jupytext = pytest.importorskip("jupytext")
    nbclient = pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    notebook = jupytext.read(ROOT / "docs" / "notebooks" / f"{name}.md")
    nbclient.NotebookClient(notebook, timeout=120, resources={"metadata": {"path": tmp_path}}).execute()
    assert sum(cell.cell_type == "code" for cell in notebook.cells) >= 4


def test_every_notebook_is_run():
    assert {path.stem for path in (ROOT / "docs" / "notebooks").glob("*.md")} == set(NOTEBOOKS)
