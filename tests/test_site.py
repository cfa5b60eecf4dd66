"""The site is made without a warning, says everything, and asks nothing of the network."""

import html
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer

import lpsim
from lpsim import cli
from lpsim.scenario.keys import known_keys
from tests.show.web.browser import browser  # noqa: F401 (a fixture)

pytest.importorskip("sphinx", reason='needs Sphinx: pip install -e ".[docs]"')

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-E", "docs", folder]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return folder


STRAIGHT = str.maketrans("“”‘’", "\"\"''")


def text(page):
    return html.unescape(re.sub(r"<[^>]+>", "", page.read_text(encoding="utf-8"))).translate(STRAIGHT)


def test_every_name_has_a_page_with_its_docstring(site):
    for name in lpsim.__all__:
        begin = getattr(lpsim, name).__doc__.strip()[:15].split("`")[0]
        assert begin in text(site / "made" / "python" / f"{name}.html"), name


def test_every_command_is_on_its_page(site):
    said = text(site / "commands.html")
    for name in typer.main.get_command(cli.app).commands:
        assert f"Usage: lpsim {name} " in said


def test_every_key_of_a_scenario_is_on_its_page(site):
    said = text(site / "keys.html")
    assert [key for key in known_keys(lpsim.Scenario) if key not in said] == []


def test_every_question_with_a_verdict_is_in_the_gallery(site):
    gallery = (site / "gallery.html").read_text(encoding="utf-8")
    for verdict in (ROOT / "experiments").glob("*/results/verdict.md"):
        name = verdict.parents[1].name
        assert re.search(rf'href="made/experiments/{name}.html"><span[^>]*><img', gallery)


def test_no_page_and_no_style_names_anything_outside_that_a_browser_would_fetch(site):
    fetched = r"<(?:script|img|iframe|source|link)\b[^>]*\b(?:src|href)=[\"']?(?:https?:)?//[^>]*>"
    for page in site.rglob("*.html"):
        assert re.findall(fetched, page.read_text(encoding="utf-8")) == [], page
    fetched = r"(?:url\(|@import)\s*[\"']?(?:https?:)?//"
    for style in site.rglob("*.css"):
        assert re.findall(fetched, style.read_text(encoding="utf-8")) == [], style


def test_a_browser_that_opens_pages_from_the_disk_asks_for_nothing_else(site, browser):  # noqa: F811
    asked = []

    def see(route):
        asked.append(route.request.url)
        route.abort() if re.match("https?:", route.request.url) else route.continue_()

    page = browser.new_page()
    page.route("**/*", see)
    for name in ("index", "keys", "gallery", "ODD", "made/python/Scenario", "search"):
        page.goto((site / f"{name}.html").as_uri())
        assert page.locator("h1").first.inner_text()
    assert len(asked) > 20
    assert {url.partition(":")[0] for url in asked} <= {"file", "data"}
    page.close()


@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_and_a_telephone_scrolls_no_page_sideways(site, width, browser):  # noqa: F811
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    pages = [site / f"{name}.html" for name in ("index", "keys", "gallery", "made/python/Scenario")]
    handouts = [*site.glob("_downloads/*/handout_who_knows.html")]
    assert len(handouts) == 1
    page = browser.new_page(viewport={"width": width, "height": 900})
    for file in [*pages, *handouts]:
        page.goto(file.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width, file
        found = axe.run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
        assert found.violations_count == 0, f"{file}: {found.generate_report()}"
    page.close()
