"""What lesson plans claim is what the model gives, what is made of them fits its pages, and notebooks run."""

from pathlib import Path

import pytest

from docs.teach import answers, pages
from lpsim.show.web.app.teaching import plan, plans
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
