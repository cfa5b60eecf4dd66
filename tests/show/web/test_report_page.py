"""The report in a real browser: from a file, offline, to everybody, on paper, whatever its texts hold."""

import base64
import re
import shutil
import subprocess

import numpy as np
import pytest

import lpsim
from lpsim.analysis.briefing import brief
from lpsim.analysis.worlds import of_runs, of_scenario
from lpsim.runs.measures import LEVELS, MEASURES
from lpsim.show.figures.plots import plot_levels
from lpsim.show.text.numbers import number
from lpsim.show.web.panels.lesson_map import lesson_map
from lpsim.show.web.report import report_html, write_report
from lpsim.show.web.texts import shown
from tests.show.web.browser import browser  # noqa: F401 (a fixture)

SEEDS = range(1, 6)
LEVERS = ["practice.analysis.share=0:1:3", "practice.codification.meetings=0.25:1:2"]
HOSTILE = (
    "</script><script>alert(1)</script><!-- <img src=x onerror=alert(2)> ]]> \" ' $x^2$ {{ 7*7 }} \u202eleft "
    "مرحبا "
)
HELD = "\N{NO-BREAK SPACE}"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]


def scenarios():
    base = lpsim.Scenario.load("some_learning_practices").adapted({"steps": 36, "population.practices": 12})
    return base, base.adapted({"practice.codification.meetings": 0.6})


def briefed():
    names = ("as it is", "more is written")
    worlds = [of_scenario(name, scenario) for name, scenario in zip(names, scenarios(), strict=True)]
    return brief(worlds, seeds=SEEDS, levers=LEVERS)


@pytest.fixture(scope="module")
def briefing():
    return briefed()


@pytest.fixture(scope="module")
def file(briefing, tmp_path_factory):
    return write_report(
        briefing, tmp_path_factory.mktemp("report") / "a report.html", command="lpsim report a b"
    )


PARTED = """all => all.flatMap(e => [...e.childNodes].filter(n => n.nodeType === 3).flatMap(n =>
  [...n.data.matchAll(/[0-9]\\s%/g)].filter(found => {
    const range = new Range();
    range.setStart(n, found.index);
    range.setEnd(n, found.index + 3);
    return range.getClientRects().length > 1;
  }).map(() => n.data)))"""
"""The sentences in which a line ends between a number and its per cent sign."""


class Visit:
    """A page that is open, and what went wrong on it."""

    def __init__(self, context, file):
        self.asked, self.wrong = [], []
        self.page = context.new_page()
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("console", lambda message: self.wrong.append(message.text))
        self.page.on("dialog", lambda dialog: (self.wrong.append(dialog.message), dialog.dismiss()))
        self.page.goto(file.as_uri())
        self.page.wait_for_selector("body[data-drawn]")


@pytest.fixture
def visit(browser, file):  # noqa: F811
    made = []

    def open_it(of=None, **options):
        made.append(browser.new_context(**options))
        return Visit(made[-1], of or file)

    yield open_it
    for context in made:
        context.close()


def numbers_at(page, chart):
    return page.locator(f"{chart} text.end").all_text_contents()


# --- what it shows --------------------------------------------------------------------------------


def test_it_opens_from_a_file_and_asks_nobody_for_anything(visit, file):
    seen = visit(offline=True)
    assert seen.asked == [file.as_uri()]
    assert seen.wrong == []
    for chart in ("differences", "levels", "funnel", "loops"):
        assert seen.page.locator(f"[data-chart={chart}] svg *").count() > 20, chart
    assert seen.page.locator("#lesson-map path").count() > 12
    assert seen.page.locator("#if-chart path.line").count() == 4


def test_it_is_small(file):
    assert file.stat().st_size < 1_000_000


def test_the_same_runs_give_the_same_bytes(briefing):
    assert report_html(briefed()) == report_html(briefing)


def test_the_last_values_are_those_of_the_saved_run_and_of_its_figure(visit, tmp_path):
    scenario = scenarios()[0].adapted({"record.lessons": False})
    lpsim.simulate(scenario, seed=1).save(tmp_path / "run")
    runs = lpsim.load_runs(tmp_path / "run")
    found = brief([of_runs("a run", runs)], levers=[])
    seen = visit(write_report(found, tmp_path / "one.html"))
    texts = numbers_at(seen.page, "[data-chart=levels]")
    figure = " ".join(text.get_text() for text in plot_levels(runs).texts).replace("\n", " ")
    for name, text in zip(LEVELS, texts, strict=True):
        said = f"{number(runs[0].summary['last'][name], share=False)} {MEASURES[name].label}"
        assert text.startswith(said)
        assert said in figure
    assert seen.page.locator("#numbers").get_by_text(f"{runs[0].summary['last'][LEVELS[0]]:.3f}").count() == 1


def test_levers_show_what_was_simulated(visit, briefing):
    seen = visit()
    grid = briefing.grid
    first = seen.page.locator("#sliders input").first
    before = seen.page.locator("#if-said").text_content()
    first.focus()
    first.press("End")
    place = (len(grid.levers[0].values) - 1, grid.levers[1].place)
    texts = numbers_at(seen.page, "#if-chart")
    for level, text in enumerate(texts):
        shown = float(text.split()[0].replace("\N{MINUS SIGN}", "-"))
        assert shown == pytest.approx(grid.mean[place][level][-1], abs=0.01)
    after = seen.page.locator("#if-said").text_content()
    assert after != before
    unclear = int((~grid.clear[place] & (grid.apart[place].any(axis=-1))).sum())
    assert after.count(", not clear") == unclear
    for mean, low, high in grid.apart[place]:  # all with as many decimals
        ends = [f"{value:+z.3f}".replace("-", "\N{MINUS SIGN}") for value in (mean, low, high)]
        assert not mean or any(f"{a} ({b} to {c})" in after for a, b, c in (ends, [e[:-1] for e in ends]))
    seen.page.get_by_role("button", name="As in the scenario").click()
    assert seen.page.locator("#if-said").text_content() == before


def test_where_sliders_stand_it_is_said_from_when_they_and_the_options_act(visit, tmp_path):
    base = lpsim.Scenario.load("one_practice").adapted({"steps": 20})
    later = {"at": 12, "set": {"practice.analysis.share": 0.9}}
    worlds = [of_scenario("base", base), of_scenario("later", base.adapted({"interventions": [later]}))]
    found = brief(worlds, seeds=[1, 2], levers=["practice.discussion.meetings=0.1:1:2"])
    said = visit(write_report(found, tmp_path / "r.html")).page.locator("#levers .note").first.text_content()
    told = "they act from the start (month 0), while “later” begins in month 12. They were moved in"
    assert told in said.replace(HELD, " ")


def test_sliders_over_one_world_claim_no_interval(visit, tmp_path):
    alone = of_scenario("as it is", lpsim.Scenario.load("one_practice").adapted({"steps": 20}))
    found = brief([alone], seeds=[3], levers=["practice.discussion.meetings=0.1:1:2"])
    page = visit(write_report(found, tmp_path / "one.html")).page
    page.locator("#sliders input").first.focus()
    page.keyboard.press("Home")
    said = page.locator("#if-said").text_content()
    assert "Differences from the scenario as it is, in this one world." in said
    assert " to " not in said
    assert page.locator("#if-about").text_content().startswith("Simulation. One run (seed 3)")


def test_differences_from_the_scenario_are_nothing_where_no_lever_was_moved(briefing):
    own = tuple(lever.place for lever in briefing.grid.levers)
    np.testing.assert_array_equal(briefing.grid.apart[own], 0)


def test_a_lesson_plays_and_its_story_follows(visit):
    seen = visit()
    from playwright.sync_api import expect

    page, slider = seen.page, seen.page.locator("#frame")
    page.get_by_role("button", name="Play", exact=True).click()
    assert slider.input_value() == "0"
    now = page.locator("#story li[aria-current]")
    assert now.first.text_content() == page.locator("#story li").first.text_content()
    expect(slider).to_have_value("1", timeout=5000)
    page.get_by_role("button", name="Pause").click()
    stopped = slider.input_value()
    page.wait_for_timeout(1600)
    assert slider.input_value() == stopped
    page.get_by_role("button", name="One change on").click()
    assert int(slider.input_value()) == int(stopped) + 1


# --- to everybody ---------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [1200, 640, 390])
def test_nothing_stands_beyond_the_side_of_the_screen(visit, width):  # 640: 1,280 at 200 % zoom
    seen = visit(viewport={"width": width, "height": 800})
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
    smallest = seen.page.evaluate(
        "Math.min(...[...document.querySelectorAll('svg.chart')].filter(svg => svg.clientWidth)"
        ".map(svg => svg.clientWidth / svg.viewBox.baseVal.width))"
    )
    assert smallest > 0.99  # drawn anew for the width, not shrunk


@pytest.mark.parametrize("width", [1200, 390])
def test_a_table_wider_than_the_screen_says_so_and_breaks_no_key(visit, width):
    page = visit(viewport={"width": width, "height": 800}).page
    for part in page.locator("#numbers > .scroll, #assumptions > .scroll").all():
        wider = part.evaluate("e => e.scrollWidth > e.clientWidth + 1")
        said = part.evaluate("e => getComputedStyle(e, '::before').content")
        assert ("scroll it sideways" in said) == wider
    assert page.locator("#numbers > .scroll.wide").count() == (width < 400)
    keys = page.locator("#assumptions > .scroll td:last-child")
    assert keys.all_text_contents() == ["practice.codification.meetings"]
    lines = "e => { const r = new Range(); r.selectNode(e.firstChild); return r.getClientRects().length; }"
    assert keys.first.evaluate(lines) == 1


@pytest.mark.parametrize("width", [1200, 390])
def test_it_has_no_violation_of_wcag(visit, width):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    # Its own policy keeps the checker's script out.
    seen = visit(bypass_csp=True, viewport={"width": width, "height": 800})
    for details in seen.page.locator("details").all() if width > 400 else ():
        details.evaluate("element => { element.open = true; }")
    found = axe.Axe().run(seen.page, options={"runOnly": RULES})
    assert found.violations_count == 0, found.generate_report()


def test_the_keyboard_reaches_all_there_is_to_move_in_the_order_of_the_page(visit):
    seen = visit()
    all_there_is = "[...document.querySelectorAll(\"a, button, input, summary, [tabindex='0']\")]"
    wanted = seen.page.evaluate(f"{all_there_is}.filter(e => e.checkVisibility()).length")
    reached = []
    for _ in range(wanted):
        seen.page.keyboard.press("Tab")
        reached.append(seen.page.evaluate(f"{all_there_is}.indexOf(document.activeElement)"))
    assert min(reached) == 0
    assert reached == sorted(set(reached))
    assert wanted > 20


def test_who_wants_no_motion_steps_through_a_lesson(visit):
    seen = visit(reduced_motion="reduce")
    assert not seen.page.locator("#play").is_visible()
    seen.page.get_by_role("button", name="One change back").click()
    assert seen.page.locator("#lesson-map svg").count() == 1


@pytest.mark.parametrize("width", [1200, 700, 390, 360])
def test_no_line_of_a_sentence_begins_with_a_per_cent_sign_or_parts_a_number_from_its_unit(visit, width):
    page = visit(viewport={"width": width, "height": 800}).page
    for sentence in page.locator("p, li, dd, caption").all_text_contents():
        assert not re.search(r"\d %|\bmonth \d|\d (months?|points?|worlds?)\b", sentence), sentence
    parted = page.locator("p, li").evaluate_all(PARTED)
    assert parted == []


def test_every_chart_has_a_name_for_who_does_not_see_it(visit):
    seen = visit()
    labels = seen.page.locator("svg.chart").evaluate_all("all => all.map(e => e.getAttribute('aria-label'))")
    assert all(labels)
    assert "more is written" in " ".join(labels)


# --- whatever its texts hold ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """Hostile strings wherever a user can write some."""
    data = {
        "title": HOSTILE, "description": HOSTILE + "x" * 10_000, "steps": 6, "step": "mo</script>nth",
        "population": {"practices": 6}, "practice": {"analysis": {"share": 0.5}},
        "service": {"reporting": {"share": 0.5}},
        "kinds": [{"name": "<b>kind</b><script>alert(3)</script>", "share": 0.5,
                   "set": {"practice.codification.meetings": 0.5}}],
        "interventions": [{"at": 2, "title": HOSTILE * 3, "set": {"practice.codification.rate": 0.2}}],
        "evidence": {"*": f"assumed: {HOSTILE}"},
    }  # fmt: skip
    scenario = lpsim.Scenario.from_dict(data)
    option = scenario.adapted({"practice.analysis.share": 0.9})
    worlds = [of_scenario(HOSTILE + "base", scenario), of_scenario(HOSTILE + "x" * 3000, option)]
    found = brief(worlds, seeds=[1, 2], levers=LEVERS[:1])
    folder = tmp_path_factory.mktemp("hostile")
    return write_report(found, folder / "hostile.html", command=f"lpsim report {HOSTILE}")


def test_what_a_user_wrote_is_shown_as_text_and_obeyed_nowhere(visit, hostile):
    seen = visit(hostile)
    assert seen.wrong == []
    assert seen.asked == [hostile.as_uri()]
    assert seen.page.locator("script").count() == 3
    assert seen.page.locator("img, b").count() == 0
    shown = seen.page.locator("body").text_content()
    assert shown.count("</script><script>alert(1)</script><!-- <img src=x onerror=alert(2)> ]]>") > 3
    assert "{{ 7*7 }}" in shown
    assert "مرحبا" in shown
    assert "\u202e" not in hostile.read_text(encoding="utf-8")  # written out: nothing is turned round
    assert "\\u202eleft" in shown
    assert "x" * 10_000 in shown


def test_long_texts_leave_the_page_as_wide_as_the_screen(visit, hostile):
    seen = visit(hostile, viewport={"width": 390, "height": 800})
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_script_that_got_in_would_not_run(visit):
    seen = visit()
    seen.page.evaluate(
        "() => { const one = document.createElement('script'); one.textContent = 'window.got = 1';"
        "document.body.append(one); }"
    )
    assert seen.page.evaluate("window.got") is None


# --- on paper -------------------------------------------------------------------------------------


@pytest.fixture
def printed(visit, tmp_path):
    seen = visit(viewport={"width": 1200, "height": 800})
    seen.page.pdf(path=tmp_path / "report.pdf", prefer_css_page_size=True)
    return tmp_path / "report.pdf"


def test_it_is_two_to_four_pages_of_a4_without_a_control(printed):
    pypdf = pytest.importorskip("pypdf")
    pages = pypdf.PdfReader(printed).pages
    assert 2 <= len(pages) <= 4
    assert {(round(float(page.mediabox.width)), round(float(page.mediabox.height))) for page in pages} == {
        (595, 842)
    }
    text = " ".join(page.extract_text() for page in pages)
    assert not re.search(r"Play|As in the scenario|To the answer|Every number of", text)
    assert "lpsim report a b" in text
    assert "sourced" in text


def test_no_chart_is_cut(visit):
    seen = visit(viewport={"width": 1200, "height": 800})
    seen.page.emulate_media(media="print")
    seen.page.wait_for_selector("#lesson-frames svg")
    charts = seen.page.locator("svg.chart").evaluate_all(
        "all => all.filter(e => e.getClientRects().length).map(e => "
        "[e.clientWidth, e.clientHeight, getComputedStyle(e).breakInside])"
    )
    assert len(charts) >= 6
    for width, height, inside in charts:
        assert width <= 718  # A4 within its margins, in pixels of CSS
        assert height < 1000
        assert inside == "avoid"
    for name in ("#play", "#frame", "nav", "#levers", "summary"):
        assert not seen.page.locator(name).first.is_visible()


def test_on_paper_a_lesson_has_its_first_its_furthest_and_its_last_month(visit, briefing):
    page = visit(viewport={"width": 1200, "height": 800}).page
    page.emulate_media(media="print")
    page.wait_for_selector("#lesson-frames svg")
    labels = page.locator("#lesson-frames svg").evaluate_all("all => all.map(e => e.textContent)")
    steps = sorted(set(briefing.life.reached.values()))
    for step, label in zip((steps[0], steps[-1], 36), labels, strict=True):
        assert f"month{HELD}{step}" in label


def test_on_paper_each_map_of_a_lesson_has_what_happened_by_its_month_below_it(visit, briefing):
    page = visit(viewport={"width": 1200, "height": 800}).page
    story = page.locator("#story li").all_text_contents()
    page.emulate_media(media="print")
    page.wait_for_selector("#lesson-frames svg")
    assert not page.locator("#story").is_visible()
    parts = page.locator("#lesson-frames > div").all()
    told = [part.locator("li").all_text_contents() for part in parts]
    assert [text for texts in told for text in texts] == story
    steps = [int(re.search(rf"month{HELD}(\d+)", part.locator("svg").text_content())[1]) for part in parts]
    said = shown(lesson_map(briefing.life)["story"])
    for i, texts in enumerate(told):
        by = [step for step in steps if step < steps[i]][-1:] or [-1]
        assert texts == [one["text"] for one in said if by[0] < one["step"] <= steps[i]]
    tops = [part.locator("svg rect").first.bounding_box()["y"] for part in parts]
    assert max(tops) - min(tops) < 1  # the maps stand level


def test_on_paper_arrows_have_heads_and_a_key(visit, briefing):
    page = visit(viewport={"width": 1200, "height": 800}).page
    page.emulate_media(media="print")
    page.wait_for_selector("#lesson-frames svg")
    arrows = page.locator("#lesson-frames path.arrow")
    assert arrows.count()
    assert arrows.evaluate_all(
        "all => all.every(e => e.closest('svg').contains("
        "document.querySelector(e.getAttribute('marker-end').slice(4, -1))))"
    )
    key = page.locator("#lesson-arrows").text_content()
    assert all(way["label"] in key for way in lesson_map(briefing.life)["ways"])


def test_on_screen_and_on_paper_levels_that_stand_beside_each_other_stand_level(visit, tmp_path):
    base = lpsim.Scenario.load("one_practice").adapted({"steps": 20})
    later = {"at": 12, "title": "much " * 20, "set": {"practice.analysis.share": 0.9}}
    worlds = [of_scenario("base", base), of_scenario("later", base.adapted({"interventions": [later]}))]
    found = brief(worlds, seeds=[1, 2], levers=[])
    page = visit(write_report(found, tmp_path / "r.html"), viewport={"width": 1200, "height": 800}).page

    def apart():
        both = page.locator("[data-chart=levels]").all()
        tops = [one.locator(".axis").first.bounding_box()["y"] for one in both]
        return abs(tops[0] - tops[1])

    assert apart() < 1
    page.emulate_media(media="print")
    page.wait_for_function("document.querySelector('[data-chart=levels] svg').clientWidth < 360")
    assert apart() < 1


def test_loops_of_which_nothing_is_drawn_have_no_heading_on_paper(visit, tmp_path):
    alone = of_scenario("alone", lpsim.Scenario.load("one_practice").adapted({"steps": 12}))
    page = visit(write_report(brief([alone], seeds=[1, 2], levers=[]), tmp_path / "r.html")).page
    said = page.get_by_text("Only the single loop acts here")
    assert [one.is_visible() for one in said.all()] == [False, True]  # among the levels, and with its figure
    page.emulate_media(media="print")
    assert not page.get_by_role("heading", name="The loops of learning").is_visible()
    assert [one.is_visible() for one in said.all()] == [True, False]


def test_on_paper_a_table_of_many_scenarios_is_no_wider_than_the_page(visit, tmp_path):
    base = lpsim.Scenario.load("one_practice").adapted({"steps": 12})
    shares = {"as it is": 0.2, "reporting and guidance": 0.4, "protected time": 0.6, "written records": 0.8}
    changes = {name: {"practice.analysis.share": share} for name, share in shares.items()}
    worlds = [of_scenario(name, base.adapted(change)) for name, change in changes.items()]
    file = write_report(brief(worlds, seeds=[1, 2], levers=[]), tmp_path / "r.html")
    page = visit(file, viewport={"width": 700, "height": 900}).page
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") <= 700
    assert page.locator("#numbers").get_by_text("the file has the spread between worlds, too").is_visible()


def test_four_lines_are_told_apart_in_grey(visit):
    seen = visit()
    lines = seen.page.locator("[data-chart=levels]").first.locator("path.line")
    dashes, inks = (
        lines.evaluate_all(f"all => all.map(e => e.getAttribute('{name}'))")
        for name in ("stroke-dasharray", "stroke")
    )
    assert len(set(dashes)) == 4
    parts = [[int(ink[i : i + 2], 16) for i in (1, 3, 5)] for ink in inks]
    greys = [float(np.dot(part, [0.2126, 0.7152, 0.0722])) for part in parts]
    assert greys == sorted(greys, reverse=True)
    assert min(-np.diff(greys)) > 8


@pytest.mark.skipif(not shutil.which("pdftoppm"), reason="no pdftoppm on this machine")
def test_paper_shows_the_charts(printed, tmp_path):
    subprocess.run(["pdftoppm", "-r", "30", "-gray", printed, tmp_path / "page"], check=True)
    first = min(tmp_path.glob("page-*.pgm")).read_bytes()
    assert len(set(first[20:])) > 20  # shades of grey, not an empty sheet


def test_data_is_read_back_as_it_was_sent(file):
    text = file.read_text(encoding="utf-8")
    assert text.count("<script") == 3
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', text)
    for digest in re.findall(r"sha256-([^&']*)", policy.replace("&#39;", "'")):
        assert len(base64.b64decode(digest)) == 32
