"""The page of `lpsim explore` in a real browser: offline, by mouse and keyboard, small, hostile texts."""

import re
import sys
import threading
import time
from urllib.parse import parse_qs, urlsplit

import pytest

import lpsim
from lpsim.runs.measures import LEVELS, MEASURES
from lpsim.scenario import Scenario
from lpsim.show.figures.plots import plot_levels
from lpsim.show.text.numbers import number
from lpsim.show.web.app.question import Offer
from lpsim.show.web.app.server import Setting, application
from lpsim.show.web.app.teaching import plan, plans
from lpsim.show.web.texts import shown
from tests.show.web.asking import served
from tests.show.web.browser import browser  # noqa: F401 (a fixture)

TABS = ("levels", "compare", "lessons", "practices", "about")
MEETINGS = "practice.codification.meetings"
LEVER = f'[id="lever-{MEETINGS}"]'
NASTY = "</script><!--]]>\"'$x$\u202e\u0001<img src=x onerror=alert(1)>{{7*7}}" + "w" * 10_000
LOOPBACK = ("127.0.0.1", "::1", "localhost")
OUTSIDE = re.compile(r"^https?://(?!(127\.0\.0\.1|\[::1\]|localhost)[:/])")
"""As a pattern, as a function would be asked of the page's some thirty files each time it is loaded."""

outside = []
"""What the server, which is in this process, has connected to or looked up outside this machine."""


def _note(event, arguments):
    if event == "socket.connect" and isinstance(arguments[1], tuple) and arguments[1][0] not in LOOPBACK:
        outside.append(arguments[1])
    if event == "socket.getaddrinfo" and arguments[0] not in (*LOOPBACK, None):
        outside.append(arguments[0])


sys.addaudithook(_note)


def app_of(*names, **more):
    offers = {name: Offer.of(name, Scenario.load(name)) for name in names or ("one_practice",)}
    return application(Setting(offers, **more))


@pytest.fixture(scope="module")
def address():
    with served(app_of("one_practice", "no_memory")) as found:
        yield found


@pytest.fixture
def page(browser, request):  # noqa: F811
    """A page that reaches this machine alone, and tells what it was not meant to do."""
    asked = {"viewport": {"width": 1280, "height": 900}, **getattr(request, "param", {})}
    context = browser.new_context(**asked)
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.told = []
    page.on("dialog", lambda dialog: (page.told.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on("pageerror", lambda error: page.told.append(f"error: {error}"))
    page.on(
        "console", lambda said: page.told.append(said.text) if said.type in ("error", "warning") else None
    )

    def refuse(route):
        page.told.append(f"outside: {route.request.url}")
        route.abort()

    context.route(OUTSIDE, refuse)
    yield page
    assert page.told == []
    context.close()


def opened(page, address, query=""):
    page.goto(f"{address}?{query}")
    page.wait_for_selector("body[data-drawn]", timeout=60_000)
    return page


def show(page, tab):
    """Open a tab, and wait until it is drawn."""
    page.evaluate("delete document.body.dataset.drawn")
    page.click(f"#tab-{tab}")
    page.wait_for_selector("body[data-drawn]", timeout=60_000)


def wait_until(page, so):
    """Wait until something is so, for a minute at most."""
    for _ in range(600):
        if so():
            return
        page.wait_for_timeout(100)
    pytest.fail("it never was so")


def paths(page, selector):
    """How many lines, areas or shapes there are, none of them empty."""
    drawn = page.eval_on_selector_all(
        f"{selector} path", "all => all.map(one => one.getAttribute('d') ?? '')"
    )
    assert all(len(path) > 10 and "NaN" not in path for path in drawn)
    return len(drawn)


# --- offline --------------------------------------------------------------------------------------


def test_every_tab_draws_where_neither_browser_nor_server_has_a_network(page, address):
    outside.clear()
    opened(page, address, f"{MEETINGS}=0.9")
    assert paths(page, "#levels-chart") >= 5  # four lines and a band
    assert page.locator("#funnel-chart .bar").count() == 6
    show(page, "compare")
    assert paths(page, "#differences-chart") >= 12
    assert page.locator("#compare-held tbody tr").count() == 6
    show(page, "lessons")
    assert paths(page, "#lesson-chart") >= 3
    assert page.locator("#story li").count() >= 3
    show(page, "practices")
    assert paths(page, "#practices-chart") >= 2
    assert paths(page, "#people-chart") >= 20
    assert "a black stroke: somebody new" in page.inner_text("#people-heading")
    show(page, "about")
    assert page.locator("#about-tables table").count() == 3
    assert page.locator("#about-tables tr").count() > 50
    assert outside == []


# --- levers ---------------------------------------------------------------------------------------

WATCH = """() => {
  window.seen = [];
  new MutationObserver(() => window.seen.push(document.body.dataset.drawn))
    .observe(document.body, { attributes: true, attributeFilter: ["data-drawn"] });
}"""


def values_of(page):
    return [parse_qs(query).get(MEETINGS, ["0.25"])[0] for query in page.evaluate("window.seen")]


def test_every_value_of_a_slow_drag_is_drawn_and_in_order(page, address):
    opened(page, address)
    begun = time.monotonic()
    page.focus(LEVER)
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(f'body[data-drawn*="{MEETINGS}={page.input_value(LEVER)}"]', timeout=20_000)
    pause = max(300, 3000 * (time.monotonic() - begun))  # slow is what this machine can follow
    page.evaluate(WATCH)
    box = page.locator(LEVER).bounding_box()
    page.mouse.move(box["x"] + 0.25 * box["width"], box["y"] + box["height"] / 2)
    page.mouse.down()
    moved = []
    for place in range(12):
        page.mouse.move(box["x"] + (0.3 + 0.05 * place) * box["width"], box["y"] + box["height"] / 2)
        moved.append(page.input_value(LEVER))
        page.wait_for_timeout(pause)
    page.mouse.up()
    page.wait_for_timeout(pause)
    assert len(set(moved)) == 12
    drawn = [value for value in values_of(page) if value in moved]
    assert list(dict.fromkeys(drawn)) == moved


def test_no_stale_answer_wins(page, address):
    opened(page, address)
    page.evaluate(WATCH)
    waits = iter([0.6, 0.0, 0.3, 0.0, 0.2] + [0.0] * 50)

    def late(route):
        threading.Event().wait(next(waits))
        route.continue_()

    page.route("**/api/levels?*", late)
    page.focus(LEVER)
    for _ in range(8):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(30)
    last = page.input_value(LEVER)
    page.wait_for_selector(f'body[data-drawn*="{MEETINGS}={last}"]', timeout=20_000)
    page.wait_for_timeout(800)
    drawn = values_of(page)
    assert drawn[-1] == last
    assert [float(value) for value in drawn] == sorted(float(value) for value in drawn)


def test_the_page_ends_on_the_values_of_run_json_and_of_the_figure(page, address, tmp_path):
    run = lpsim.simulate(Scenario.load("one_practice"), seed=3)
    run.save(tmp_path / "run")
    last = lpsim.Run.load(tmp_path / "run").summary["last"]
    opened(page, address, "seed=3&seeds=1")
    shown = " ".join(page.locator("#levels-chart").inner_text().split())
    figure = " ".join(" ".join(text.get_text() for text in plot_levels([run]).texts).split())
    for name in LEVELS:
        said = f"{number(last[name], share=False)} {MEASURES[name].label}"
        assert said in shown
        assert said in figure
    shown = page.locator("#funnel-chart").inner_text()
    for name in ("known_by_someone", "known_by_most", "in_practice_memory", "in_practice_memory_wrong"):
        assert number(last[name], share=True) in shown


def test_the_address_is_the_state(page, address):
    opened(page, address)
    page.focus(LEVER)
    page.keyboard.press("End")
    page.select_option("#seeds", "4")
    page.fill("#seed", "7")
    page.keyboard.press("Tab")
    page.click("#keep")
    page.focus(LEVER)
    page.keyboard.press("Home")
    page.wait_for_selector(f'body[data-drawn*="&{MEETINGS}=0&"]')
    page.wait_for_url(lambda url: f"&{MEETINGS}=0&" in url)
    query = parse_qs(urlsplit(page.url).query)
    assert (query["seed"], query["seeds"], query["tab"]) == (["7"], ["4"], ["compare"])
    assert (query[MEETINGS], query[f"a.{MEETINGS}"]) == (["0"], ["1"])
    words = page.inner_text("#said")
    opened(page, page.url.split("?")[0], urlsplit(page.url).query)
    assert page.inner_text("#said") == words
    assert page.input_value(LEVER) == "0"
    assert page.input_value("#seeds") == "4"


def test_a_bad_link_is_told_in_a_sentence(page, address):
    page.goto(f"{address}?{MEETINGS}=7")
    page.wait_for_selector("#wrong:not([hidden])", timeout=60_000)
    assert page.inner_text("#wrong") == f"{MEETINGS}: found '7'; allowed is a number from 0 to 1."
    page.told[:] = [said for said in page.told if "400" not in said]  # what the browser says of it itself


def test_a_link_of_nonsense_opens_the_page_all_the_same(page, address):
    opened(page, address, "tab=constructor&at=abc&band=__proto__&step=99&pick=furthest")
    assert page.is_visible("#levels-chart")
    assert page.input_value("#at") == "60"


def test_another_scenario_is_compared_with_what_was_kept(page, address):
    opened(page, address)
    page.click("#keep")
    page.select_option("#scenario", "no_memory")
    page.wait_for_selector("#wrong:not([hidden])")
    assert "not the same worlds" in page.inner_text("#wrong")
    page.told[:] = [said for said in page.told if "400" not in said]


def test_the_scenario_chosen_is_compared_with_the_first_and_what_was_kept_can_be_forgotten(page):
    main = Scenario.load("one_practice", {"steps": 12})
    offers = {"main": main, "mine": main.adapted({"title": "Mine", MEETINGS: 0.9})}
    with served(application(Setting({name: Offer.of(name, one) for name, one in offers.items()}))) as address:
        opened(page, address, "seeds=4")
        page.select_option("#scenario", "mine")
        page.click("#tab-compare")
        page.wait_for_selector("#differences-chart path.line")
        said = page.inner_text("#differences-chart")
        assert f"A: {main.title}" in said
        assert "B: Mine" in said
        memory = page.locator("#differences-chart path.line").all()[4:6]
        assert memory[0].get_attribute("d") != memory[1].get_attribute("d")
        assert not page.is_visible("#forget")
        page.click("#keep")
        wait_until(page, lambda: "A is what was kept" in page.inner_text("#kept"))
        page.focus("#forget")
        page.keyboard.press("Enter")
        wait_until(page, lambda: "opened first" in page.inner_text("#kept"))
        assert page.evaluate("document.activeElement.id") == "compare"
        page.wait_for_url(lambda url: "a.scenario" not in url)


def test_the_same_morning_is_told_of_both_practices(page, address):
    opened(page, address, f"tab=compare&{MEETINGS}=0.9")
    page.click("#morning summary")
    page.wait_for_selector("#twins h3")
    assert page.locator("#twins h3").count() == 2
    assert "in both worlds" in page.inner_text("#event")


def test_where_a_and_b_are_the_same_that_alone_is_said(page, address):
    opened(page, address, "tab=compare")
    assert page.inner_text("#said") == "A and B are the same, so every world ends alike with both."
    assert not page.is_visible("#differences-chart")
    assert "no clear difference" not in page.inner_text("#page")
    page.focus(LEVER)
    page.keyboard.press("End")
    page.wait_for_selector("#differences-chart path.line")


def test_of_few_worlds_it_is_said_that_others_may_differ(page, address):
    opened(page, address)
    for worlds, warned in (("4", True), ("20", False), ("1", True)):
        page.select_option("#seeds", worlds)
        wait_until(page, lambda said=warned: page.is_visible("#few") == said)
    assert page.inner_text("#few").startswith("Few worlds")
    show(page, "lessons")
    assert not page.is_visible("#few")


def test_a_seed_may_stand_between_spaces(page, address):
    opened(page, address)
    page.fill("#seed", " 7 ")
    page.keyboard.press("Enter")
    page.wait_for_selector('body[data-drawn*="seed=7&"]')
    assert page.input_value("#seed") == "7"
    assert not page.is_visible("#wrong")
    show(page, "lessons")
    page.fill("#number", " 3 ")
    page.keyboard.press("Enter")
    page.wait_for_selector('body[data-drawn*="lesson=3"]')
    assert page.locator("input[pattern]").count() == 0


def test_a_lesson_that_is_not_there_is_told_to_who_has_no_command_line(page, address):
    page.goto(f"{address}?tab=lessons&lesson=999999")
    page.wait_for_selector("#wrong:not([hidden])", timeout=60_000)
    assert "type one of these, or empty the box" in page.inner_text("#wrong")
    assert "--" not in page.inner_text("#wrong")
    page.told[:] = [said for said in page.told if "400" not in said]


# --- old and new values ---------------------------------------------------------------------------

OLDER = "document.body.classList.contains('older')"


class Gate:
    """Holds what the page asks of its levels until it is let through."""

    def __init__(self, page):
        self.page, self.held, self.closed = page, [], False
        page.route("**/api/levels?*", self._asked)

    def _asked(self, route):
        if self.closed:
            self.held.append(route)
        else:
            route.continue_()

    def wait(self):
        wait_until(self.page, lambda: self.held)
        return self.held.pop(0)


def stopped(page, address):
    """A page whose clock stands still, so that what takes how long is up to the test."""
    page.clock.install()
    opened(page, address)
    page.clock.pause_at(page.evaluate("Date.now() / 1000 + 60"))
    return Gate(page)


def move_to(page, key):
    """Move the lever with a key, and give the value that it has then."""
    page.focus(LEVER)
    page.keyboard.press(key)
    return page.input_value(LEVER)


def fits(value):
    return f'body[data-drawn$="{MEETINGS}={value}"]'


def test_a_quick_answer_does_not_flicker(page, address):
    stopped(page, address)
    page.evaluate(
        """() => new MutationObserver(() => (window.faded ||= document.body.classList.contains("older")))
           .observe(document.body, { attributes: true })"""
    )
    page.wait_for_selector(fits(move_to(page, "End")))
    page.wait_for_selector(fits(move_to(page, "Home")))
    assert page.evaluate("window.faded") is False
    assert page.inner_text("#busy") == ""


def test_what_is_shown_fades_while_other_values_are_simulated(page, address):
    gate = stopped(page, address)
    before = page.inner_text("#said")
    gate.closed = True
    value = move_to(page, "Home")
    route = gate.wait()
    page.clock.run_for(200)
    assert not page.evaluate(OLDER)
    page.clock.run_for(100)
    assert page.evaluate(OLDER)
    assert page.inner_text("#busy") == "Simulating…"
    assert page.get_attribute("#busy", "role") == "status"
    assert page.inner_text("#said") == before
    for part in ("#said", "#levels-chart", "#funnel-chart"):
        assert page.eval_on_selector(part, "one => Number(getComputedStyle(one).opacity)") < 0.5
    assert page.evaluate("document.getAnimations().length") == 0
    route.continue_()
    page.wait_for_selector(fits(value))
    assert not page.evaluate(OLDER)
    assert page.inner_text("#busy") == ""
    assert page.inner_text("#said") != before


def test_an_answer_to_earlier_values_stays_faded(page, address):
    gate = stopped(page, address)
    gate.closed = True
    first = move_to(page, "Home")
    route = gate.wait()
    last = move_to(page, "End")
    page.clock.run_for(300)
    route.continue_()
    page.wait_for_selector(fits(first))
    assert page.evaluate(OLDER)
    gate.wait().continue_()
    page.wait_for_selector(fits(last))
    assert not page.evaluate(OLDER)


def test_values_that_are_shown_already_do_not_fade(page, address):
    gate = stopped(page, address)
    value = move_to(page, "Home")
    page.wait_for_selector(fits(value))
    gate.closed = True
    move_to(page, "ArrowRight")
    move_to(page, "ArrowLeft")
    page.clock.run_for(1000)
    assert not page.evaluate(OLDER)
    for _ in range(2):
        gate.wait().continue_()
    page.wait_for_timeout(100)


def test_after_a_failure_what_is_shown_is_said_to_be_of_the_earlier_values(page, address):
    gate = stopped(page, address)
    before = page.inner_text("#said")
    gate.closed = True
    move_to(page, "Home")
    gate.wait().abort()
    page.wait_for_selector("#wrong:not([hidden])")
    assert "The server does not answer" in page.inner_text("#wrong")
    assert "belongs to the earlier values" in page.inner_text("#wrong")
    assert page.evaluate(OLDER)
    assert page.inner_text("#said") == before
    gate.closed = False
    page.wait_for_selector(fits(move_to(page, "End")))
    assert not page.is_visible("#wrong")
    assert not page.evaluate(OLDER)
    page.told[:] = [said for said in page.told if "ERR_FAILED" not in said]


def test_a_failure_of_earlier_values_is_not_told_of_the_newer(page, address):
    gate = stopped(page, address)
    gate.closed = True
    move_to(page, "Home")
    route = gate.wait()
    last = move_to(page, "End")
    route.fulfill(status=400, json={"error": "of earlier values"})
    newer = gate.wait()
    assert not page.is_visible("#wrong")
    newer.continue_()
    page.wait_for_selector(fits(last))
    page.told[:] = [said for said in page.told if "400" not in said]


# --- back and forward -----------------------------------------------------------------------------


def test_back_and_forward_lead_through_tabs_and_levers_that_were_let_go(page, address):
    opened(page, address)
    entries = page.evaluate("history.length")
    box = page.locator(LEVER).bounding_box()
    page.mouse.move(box["x"] + 0.25 * box["width"], box["y"] + box["height"] / 2)
    page.mouse.down()
    for place in range(20):
        page.mouse.move(box["x"] + (0.3 + 0.03 * place) * box["width"], box["y"] + box["height"] / 2)
    page.mouse.up()
    value = page.input_value(LEVER)
    page.wait_for_url(lambda url: f"{MEETINGS}={value}" in url)
    show(page, "practices")
    assert page.evaluate("history.length") == entries + 2
    page.go_back()
    page.wait_for_selector("#levels-chart", state="visible")
    assert page.input_value(LEVER) == value
    page.go_back()
    wait_until(page, lambda: page.input_value(LEVER) == "0.25")
    page.wait_for_selector("body[data-drawn]")
    page.go_forward()
    wait_until(page, lambda: page.input_value(LEVER) == value)
    page.go_forward()
    page.wait_for_selector("#practices-chart", state="visible")
    assert page.evaluate("history.length") == entries + 2


def test_a_key_that_is_held_down_makes_one_entry(page, address):
    opened(page, address)
    entries = page.evaluate("history.length")
    page.focus(LEVER)
    for _ in range(15):
        page.keyboard.press("ArrowRight")
    value = page.input_value(LEVER)
    page.wait_for_url(lambda url: f"{MEETINGS}={value}" in url)
    assert page.evaluate("history.length") == entries + 1


def test_play_makes_no_entry(page, address):
    opened(page, address, "at=1")
    entries = page.evaluate("history.length")
    page.click("#on")
    page.wait_for_url(lambda url: "at=2" in url)
    assert page.evaluate("history.length") == entries


def test_back_leads_to_the_step_of_a_lesson_before(page):
    with served(app_of(lesson=plan("nine_people_and_a_coin"))) as address:
        opened(page, address)
        entries = page.evaluate("history.length")
        page.click("#lesson-on")
        page.click("#lesson-on")
        page.fill("#guess-number", "40")
        page.click("#lesson-on")
        assert page.evaluate("history.length") == entries + 3
        assert page.inner_text("#answer").startswith("Your bet was 40. ")
        page.go_back()
        wait_until(page, lambda: "3 of 8" in page.inner_text("#lesson-step"))
        assert page.inner_text("#guessed") == page.input_value("#guess-number") == "40"
        assert not page.is_visible("#levels-chart")
        page.go_forward()
        wait_until(page, lambda: "4 of 8" in page.inner_text("#lesson-step"))
        page.wait_for_selector("#levels-chart")
        assert page.inner_text("#answer").startswith("Your bet was 40. ")


# --- time -----------------------------------------------------------------------------------------


def test_play_moves_the_chart_and_asks_nobody(page, address):
    opened(page, address, "tab=lessons&at=1")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    before = page.inner_html("#lesson-chart")
    page.click("#play")
    wait_until(page, lambda: int(page.input_value("#at")) >= 3)
    page.click("#play")
    assert page.inner_html("#lesson-chart") != before
    assert page.locator('#story li[aria-current="step"]').count() == 1
    assert asked == []


@pytest.mark.parametrize("page", [{"reduced_motion": "reduce"}], indirect=True)
def test_who_wants_little_motion_gets_a_step_a_second(page, address):
    opened(page, address, "at=0")
    begun = time.monotonic()
    page.click("#play")
    wait_until(page, lambda: page.input_value("#at") != "0")
    assert time.monotonic() - begun > 0.9 * int(page.input_value("#at"))
    moving = page.evaluate("document.getAnimations().length")
    assert moving == 0


# --- everybody ------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", [{"bypass_csp": True}], indirect=True)
def test_axe_finds_nothing_on_any_tab(page, address):
    from axe_playwright_python.sync_playwright import Axe

    opened(page, address, f"{MEETINGS}=0.9")
    page.click("#more summary")
    wanted = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
    for tab in TABS:
        show(page, tab)
        if page.is_visible("#numbers"):
            page.evaluate("document.querySelector('#numbers').open = true")
        found = Axe().run(page, options=wanted).response["violations"]
        assert [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found] == [], tab


@pytest.mark.parametrize("page", [{"bypass_csp": True}], indirect=True)
def test_axe_finds_nothing_in_a_lesson_or_a_class(page):
    from axe_playwright_python.sync_playwright import Axe

    more = {"address": "http://192.168.1.20:8765/", "host": "192.168.1.20"}
    with served(app_of(lesson=plan("who_knows"), **more)) as address:
        opened(page, address, "step=1")
        assert page.is_visible("#code")
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa"]}).response["violations"]
    assert [one["id"] for one in found] == []


@pytest.mark.parametrize("page", [{"viewport": {"width": 390, "height": 800}}], indirect=True)
def test_on_a_phone_the_class_s_address_stands_above_the_title(page):
    with served(app_of(address="http://192.168.1.20:8765/", host="192.168.1.20")) as address:
        opened(page, address)
        code, title = (page.locator(one).bounding_box() for one in ("#code", "#title"))
        assert code["y"] + code["height"] <= title["y"]
        assert title["width"] > 300


def test_the_keyboard_alone_reaches_all(page, address):
    opened(page, address)
    wanted = set(page.eval_on_selector_all(
        "a[href], button, select, input, summary",
        "all => all.filter(one => one.checkVisibility()).map(one => one.id || one.textContent || one.value)",
    ))  # fmt: skip
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("(document.activeElement.id || document.activeElement.textContent || '')"))
    others = {f"tab-{tab}" for tab in TABS[1:]}  # one tab is reached, the others by arrows
    assert wanted - others - {""} <= reached
    page.focus("#tab-levels")
    for tab in TABS[1:]:
        page.keyboard.press("ArrowRight")
        assert page.get_attribute(f"#tab-{tab}", "aria-selected") == "true"
        assert page.is_visible(f"#{tab}")
    assert not page.is_visible("#player")  # nothing moves on the last tab
    page.keyboard.press("Home")
    assert page.is_visible("#levels")
    assert page.is_visible("#player")  # before the answer: who tabs on finds it
    page.evaluate("document.getElementById('play').addEventListener('click', () => (window.played = true))")
    page.focus("#play")
    page.keyboard.press("Space")
    assert page.evaluate("window.played")


PHONE, ZOOMED = {"viewport": {"width": 390, "height": 844}}, {"viewport": {"width": 640, "height": 400}}


def in_sight(page, selector):
    """How many pixels of something, from above, can be seen: nothing else lies on them."""
    return page.eval_on_selector(
        selector,
        """one => {
          const { left, right, top, bottom } = one.getBoundingClientRect();
          const x = (left + Math.min(right, innerWidth)) / 2;
          const seen = (y) => one.contains(document.elementFromPoint(x, y));
          return d3.range(Math.max(0, top) + 1, Math.min(innerHeight, bottom) - 1).filter(seen).length;
        }""",
    )


def to_the_chart(page):
    """Scroll until the axes stand below the levers."""
    page.evaluate(
        """() => {
          const below = document.querySelector(".control").getBoundingClientRect().height;
          const top = document.querySelector("#levels-chart, #differences-chart").getBoundingClientRect().top;
          scrollBy(0, top - below);
        }"""
    )


@pytest.mark.parametrize("page", [PHONE, ZOOMED], indirect=True, ids=["phone", "zoomed"])
def test_where_it_is_narrow_chart_sentence_and_refusal_are_seen_while_any_lever_is_moved(page, address):
    opened(page, address)
    to_the_chart(page)
    page.click("#more summary")
    levers = page.locator("#levers .lever input").all()
    for lever in (levers[0], levers[5], levers[-1]):
        lever.press("ArrowRight")
        name = lever.get_attribute("id")
        assert in_sight(page, f'[id="{name}"]') > 5
        assert in_sight(page, "#said") > 30
        assert in_sight(page, "#levels-chart") > 100
    page.route(
        "**/api/levels?*", lambda route: route.fulfill(status=400, json={"error": "These contradict."})
    )
    levers[-1].press("ArrowLeft")
    page.wait_for_selector("#wrong:not([hidden])")
    assert in_sight(page, "#wrong") > 20
    assert in_sight(page, f'[id="{levers[-1].get_attribute("id")}"]') > 5
    page.told[:] = [said for said in page.told if "400" not in said]


@pytest.mark.parametrize("page", [PHONE], indirect=True)
def test_on_a_phone_the_levers_of_a_step_stand_with_the_pictures_that_they_change(page):
    with served(app_of(lesson=plan("nine_people_and_a_coin"))) as address:
        opened(page, address, "step=5")
        page.click("#lesson-on")
        page.wait_for_selector("#differences-chart path.line")
        page.eval_on_selector("#differences-chart", "one => one.scrollIntoView()")
        page.evaluate("scrollBy(0, -document.querySelector('.control').getBoundingClientRect().height)")
        page.locator("#step-levers input").first.press("ArrowRight")
        assert in_sight(page, "#step-levers input") > 5
        assert in_sight(page, "#said") > 30
        assert in_sight(page, "#differences-chart") > 200


@pytest.mark.parametrize("page", [PHONE, {}], indirect=True, ids=["phone", "wide"])
def test_the_focus_goes_through_the_page_as_it_is_drawn(page, address):
    opened(page, address)
    tops = [page.locator(one).bounding_box()["y"] for one in ("#tabs", ".levers", ".told", "#views")]
    assert tops == sorted(tops)
    page.focus("#tab-levels")
    where = []
    for _ in range(20):
        page.keyboard.press("Tab")
        where.append(
            page.evaluate("['levers', 'views'].find((id) => document.activeElement.closest(`#${id}`))")
        )
    assert where == sorted(where)
    assert set(where) == {"levers", "views"}


@pytest.mark.parametrize("page", [PHONE], indirect=True)
def test_levers_can_be_folded_where_they_take_the_room_to_read(page, address):
    opened(page, address)
    before = in_sight(page, "#views")
    page.click("#fold")
    assert page.get_attribute("#fold", "aria-expanded") == "false"
    assert not page.is_visible(LEVER)
    assert in_sight(page, "#views") > before + 100
    page.click("#fold")
    assert page.is_visible(LEVER)


def test_where_it_is_wide_the_sentence_is_seen_while_the_last_of_all_levers_is_moved(page, address):
    opened(page, address)
    page.click("#more summary")
    lever = page.locator("#others input").last
    lever.press("ArrowRight")
    assert in_sight(page, f'[id="{lever.get_attribute("id")}"]') > 5
    assert in_sight(page, "#said") > 30
    assert in_sight(page, "#levels-chart") > 200
    assert not page.is_visible("#fold")


SMALL = """all => all.filter(one => one.checkVisibility() && one.textContent)
  .filter(one => one.getBoundingClientRect().height < 8).map(one => one.textContent)"""


@pytest.mark.parametrize("page", [{"viewport": {"width": 390, "height": 800}}], indirect=True)
def test_a_phone_needs_no_scrolling_sideways(page, address):
    opened(page, address, f"{MEETINGS}=0.9")
    for tab in TABS:
        show(page, tab)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, tab
        assert page.eval_on_selector_all("svg text", SMALL) == [], tab


def test_on_paper_there_is_no_control_and_nothing_that_is_closed(page, address):
    opened(page, address, f"tab=compare&{MEETINGS}=0.9&a.scenario=one_practice")
    page.emulate_media(media="print")
    for control in ("#player", "#levers", "#tabs", "#forget", "#morning", "#numbers"):
        assert not page.locator(control).is_visible()
    assert page.locator("#compare-held").is_visible()
    page.evaluate("document.getElementById('numbers').open = true")
    assert page.locator("#numbers").is_visible()


@pytest.mark.parametrize("page", [{"viewport": {"width": 390, "height": 844}}], indirect=True)
def test_on_a_phone_what_is_held_with_a_and_b_is_seen_whole(page, address):
    opened(page, address, f"tab=compare&{MEETINGS}=0.9")
    table = page.locator("#compare-held .scroll")
    assert table.locator("tbody tr").count() == 6
    assert table.evaluate("one => one.scrollHeight <= one.clientHeight")


@pytest.mark.parametrize(
    "page", [{"viewport": {"width": 640, "height": 450}, "device_scale_factor": 2}], indirect=True
)
def test_at_200_per_cent_nothing_is_cut_off(page, address):
    opened(page, address, f"{MEETINGS}=0.9")
    for tab in TABS:
        show(page, tab)
        assert page.evaluate("document.documentElement.scrollWidth") <= 640, tab


# --- hostile texts --------------------------------------------------------------------------------


def test_hostile_texts_are_shown_as_text(page):
    name = NASTY[:70].replace(".", "")
    meeting = {"practice.discussion.meetings": 0.2}
    scenario = Scenario.from_dict(
        {
            "title": NASTY, "description": NASTY, "step": NASTY[:80], "steps": 12,
            "roles": {name: {"headcount": 3, "turnover": 0.05}}, "record": {"lessons": True},
            "population": {"practices": 4, "tiers": [{"name": name}]},
            "kinds": [{"name": name, "share": 0.5, "set": meeting}],
            "interventions": [{"at": 5, "title": NASTY, "set": {"world.turbulence": 0.1}}],
            "evidence": {"world.turbulence": f"sourced: {NASTY}"},
        }
    )  # fmt: skip
    with served(application(Setting({name: Offer.of(name, scenario)}))) as address:
        opened(page, address, f"{MEETINGS}=0.9&tab=levels")
        for tab in TABS:
            show(page, tab)
        assert page.inner_text("#title").startswith("</script><!--]]>")
        assert "<img src=x onerror=alert(1)>" in page.inner_text("#title")
        assert page.locator("img[src=x]").count() == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280


# --- a lesson -------------------------------------------------------------------------------------


def test_in_a_lesson_a_bet_is_placed_before_the_curves_are_shown(page):
    lesson = plan("who_knows")
    with served(app_of(lesson=lesson)) as address:
        opened(page, address)
        assert "1 of 9 (minutes 0 to 5)" in page.inner_text("#lesson-step")
        assert not page.is_visible("#practices-chart")
        page.click("#lesson-on")
        assert page.is_visible("#guess")
        assert page.inner_text("#guessed") == "not placed yet"
        assert not page.is_visible("#levels-chart")
        page.focus("#guess")
        page.keyboard.press("ArrowRight")
        assert page.inner_text("#guessed") == "0.55"
        page.click("#lesson-on")
        page.wait_for_selector("#levels-chart path.line")
        told = shown(lesson.for_page())["steps"][1]["told"]
        assert page.inner_text("#answer") == f"Your bet was 0.55. {told}"
        for _ in range(4):
            page.click("#lesson-on")
        assert page.is_visible("#practices")
        assert page.input_value('[id="lever-turnover.experienced"]') == "0"
        page.click("#lesson-on")
        assert page.input_value('[id="lever-turnover.experienced"]') != "0"
        page.click("#lesson-on")
        assert page.is_disabled("#lesson-on")
        page.wait_for_url(lambda url: "step=8" in url)


def test_a_bet_is_dragged_on_the_chart_or_moved_by_keys_and_none_is_made_up(page):
    with served(app_of(lesson=plan("who_knows"))) as address:
        opened(page, address, "step=1")
        page.click("#lesson-on")
        page.click("#lesson-on")
        page.wait_for_selector("#levels-chart path.line")
        assert page.inner_text("#answer").startswith("What the practice's memory knows")
        page.click("#lesson-back")
        box = page.locator("#bet-chart svg").bounding_box()
        page.mouse.move(box["x"] + 200, box["y"] + 120)
        page.mouse.down()
        page.mouse.move(box["x"] + 220, box["y"] + 12)
        page.mouse.up()
        page.mouse.move(box["x"] + 220, box["y"] + 150)
        assert page.inner_text("#guessed") == page.input_value("#guess") == "1"
        page.focus("#guess")
        page.keyboard.press("ArrowLeft")
        assert page.locator("#bet-chart text").filter(has_text="my bet 0.95").count() == 1
        assert "my bet: 0.95" in page.get_attribute("#bet-chart svg", "aria-label")
        page.click("#lesson-on")
        assert page.inner_text("#answer").startswith("Your bet was 0.95. ")


def test_levers_that_a_step_moves_are_seen(page):
    with served(app_of(lesson=plan("who_knows"))) as address:
        opened(page, address, "step=5")
        page.click("#lesson-on")
        wait_until(page, lambda: page.locator(".lever.moved").count() == 4)
        assert all(lever.is_visible() for lever in page.locator("#step-levers .lever.moved").all())
        assert page.locator("#step-levers .lever").count() == 4
        assert page.locator("#first .lever").count() == 6
        assert page.get_attribute("#more", "open") is None
        page.click("#lesson-on")
        page.wait_for_selector("#step-levers", state="hidden")
        assert page.locator(".lever.moved").count() == 0


def test_levers_that_an_address_moves_are_seen_and_stay_in_their_place(page, address):
    opened(page, address, "turnover.experienced=0")
    moved = '#first [id="lever-turnover.experienced"]'
    assert page.is_visible(moved)
    assert page.get_attribute("#more", "open") is None
    page.click("#more summary")
    page.locator("#others input").first.press("End")
    wait_until(page, lambda: page.locator("#others .lever.moved").count() == 1)
    show(page, "compare")
    assert page.locator("#others .lever.moved").is_visible()
    assert page.locator("#first .lever").count() == 7


def test_to_go_on_without_a_bet_takes_a_second_press_and_is_said_before(page):
    with served(app_of(lesson=plan("nine_people_and_a_coin"))) as address:
        opened(page, address, "step=2")
        assert page.inner_text("#no-bet") == ""
        page.focus("#lesson-on")
        page.keyboard.press("Enter")
        assert "You have placed no bet yet" in page.inner_text("#no-bet")
        assert page.get_attribute("#no-bet", "role") == "status"
        assert "3 of 8" in page.inner_text("#lesson-step")
        assert page.evaluate("document.activeElement.id") == "lesson-on"
        page.keyboard.press("Enter")
        assert "4 of 8" in page.inner_text("#lesson-step")
        assert page.inner_text("#no-bet") == ""
        page.wait_for_selector("#levels-chart path.line")
        page.click("#lesson-on")
        page.click("#lesson-on")
        assert "5 of 8" in page.inner_text("#lesson-step")
        page.check("#choosing input >> nth=1")
        assert page.inner_text("#no-bet") == ""
        page.click("#lesson-on")
        assert "6 of 8" in page.inner_text("#lesson-step")


@pytest.mark.parametrize("page", [{"viewport": {"width": 390, "height": 800}}], indirect=True)
def test_every_number_can_be_bet_on_a_phone(page):
    lesson = plan("there_and_back")
    with served(app_of(*lesson.scenarios, lesson=lesson)) as address:
        page.goto(f"{address}?step=1")
        page.wait_for_selector("#guess-number")
        for number in ("4", "5", "6", "1000"):
            page.fill("#guess-number", number)
            assert page.inner_text("#guessed") == page.input_value("#guess") == number
        for number in ("1001", "-1", "0.5"):
            page.fill("#guess-number", number)
            assert page.inner_text("#guessed") == "not placed yet"
            assert page.inner_text("#bet-refused") == "Allowed is a whole number from 0 to 1000."
        page.fill("#guess-number", "")
        assert page.inner_text("#bet-refused") == ""
        assert page.inner_text("#guessed") == "not placed yet"
        page.focus("#guess")
        page.keyboard.press("Home")
        assert page.inner_text("#guessed") == page.input_value("#guess-number") == "0"
        page.wait_for_selector("body[data-drawn]")


def test_the_table_is_of_the_tab_that_is_open(page, address):
    opened(page, address)
    page.click("#numbers summary")
    page.wait_for_selector("#numbers-tables table")
    held = []

    def hold(route):
        held.append(route)

    page.route("**/api/levels*", hold)
    page.locator(LEVER).focus()
    page.keyboard.press("ArrowRight")
    wait_until(page, lambda: held)
    show(page, "practices")
    wait_until(page, lambda: "What memories know" in page.inner_text("#numbers-tables"))
    for route in held:
        route.continue_()
    page.wait_for_timeout(1000)
    assert "What memories know" in page.inner_text("#numbers-tables")


def test_in_a_lesson_a_bet_may_be_a_choice_and_the_next_step_sets_the_page(page):
    lesson = plan("nine_people_and_a_coin")
    with served(app_of(lesson=lesson)) as address:
        opened(page, address, "step=4")
        page.check("#choosing input >> nth=1")
        page.click("#lesson-on")
        page.wait_for_selector("#differences-chart path")
        mine = "Your bet was “a little less, by 1 to 5 points”. What a person knows rightly"
        assert page.inner_text("#answer").startswith(shown(mine))
        assert page.input_value(LEVER) == "0"
        wait_until(page, lambda: "B: without notes" in page.inner_text("#differences-chart"))
        page.click("#lesson-on")
        page.wait_for_url(lambda url: f"a.{MEETINGS}=0" in url)
        assert page.input_value(LEVER) == "0.25"
        wait_until(page, lambda: "A: without notes" in page.inner_text("#differences-chart"))
        assert "B: with notes" in page.inner_text("#differences-chart")
        page.focus(LEVER)
        page.keyboard.press("End")
        wait_until(page, lambda: "with its levers moved" in page.inner_text("#differences-chart"))


def app_of_all(lesson):
    """The server of a lesson with all its scenarios."""
    offers = {name: Offer.of(name, lesson.load(name)) for name in lesson.scenarios}
    return application(Setting(offers, lesson=lesson))


def at_step(page, lesson, place):
    """Go to a step by the buttons, and give the address that it then has."""
    button = (
        "#lesson-on" if place > int(page.inner_text("#lesson-step").split(" of ")[0]) - 1 else "#lesson-back"
    )
    told = f"{place + 1} of {len(lesson.steps)} "
    while not page.inner_text("#lesson-step").startswith(told):
        page.click(button)
    return urlsplit(page.url).query


@pytest.mark.parametrize("name", sorted(plans()))
def test_back_leaves_every_step_of_a_lesson_as_next_shows_it(page, name):
    lesson = plan(name)
    with served(app_of_all(lesson)) as address:
        opened(page, address)
        places = range(len(lesson.steps))
        there = [at_step(page, lesson, place) for place in places]
        back = [at_step(page, lesson, place) for place in reversed(places)]
        assert back[::-1] == there
        page.wait_for_selector("body[data-drawn]")


def test_a_step_of_a_lesson_shows_none_of_the_levers_seeds_and_worlds_of_another(page):
    with served(app_of(lesson=plan("who_knows"))) as address:
        opened(page, address, "step=4")
        page.focus(LEVER)
        page.keyboard.press("End")
        page.fill("#seed", "21")
        page.select_option("#seeds", "4")
        page.click("#lesson-on")
        wait_until(page, lambda: page.locator(".lever.moved").count() == 0)
        assert (page.input_value("#seed"), page.input_value("#seeds")) == ("1", "20")


def test_where_all_practices_begin_alike_the_two_are_compared_as_the_step_says(page):
    lesson = plan("three_loops")
    (place,) = (at for at, step in enumerate(lesson.steps) if step.title == "Triple loop: run it")
    without, _, with_it = re.findall("“(.+?)”", lesson.steps[place].text)
    with served(app_of_all(lesson)) as address:
        opened(page, address, f"step={place}")
        page.select_option("#scenario", label=without)
        page.click("#keep")
        page.select_option("#scenario", label=with_it)
        wait_until(page, lambda: "scenario=alike&" in (page.get_attribute("body", "data-drawn") or ""))
        asked = parse_qs(page.get_attribute("body", "data-drawn"))
        assert (asked["scenario"], asked["a.scenario"]) == (["alike"], ["alike_no_review"])
        assert (asked["seed"], asked["seeds"]) == (["1"], ["20"])
        assert "service's guidance" in page.inner_text("#said"), "as the key says"


def test_two_answers_are_compared_as_the_step_says_each_alone(page):
    lesson = plan("who_knows")
    (place,) = (at for at, step in enumerate(lesson.steps) if step.title == "Compare two answers")
    assert re.findall("“(.+?)”", lesson.steps[place].text) == ["Keep as A", "Reset"]
    other = "practice.discussion.meetings"
    with served(app_of(lesson=lesson)) as address:
        for query in (
            f"step={place}",
            f"scenario=one_practice&{MEETINGS}=1&step=4",
        ):  # there, and a pair's address
            opened(page, address, query)
            page.focus(LEVER)
            page.keyboard.press("End")
            page.click("#keep")
            page.click("#reset")
            page.focus(f'[id="lever-{other}"]')
            page.keyboard.press("End")
            wait_until(page, lambda: f"&{other}=1&" in (page.get_attribute("body", "data-drawn") or ""))
            asked = parse_qs(page.get_attribute("body", "data-drawn"))
            assert (asked[other], asked[f"a.{MEETINGS}"]) == (["1"], ["1"])
            assert not {MEETINGS, f"a.{other}"} & set(asked)


def test_an_address_that_names_a_step_of_a_lesson_alone_opens_that_step_whole(page):
    lesson = plan("who_knows")
    with served(app_of(lesson=lesson)) as address:
        opened(page, address, "step=6")
        alone = urlsplit(page.url).query
        opened(page, address)
        assert parse_qs(at_step(page, lesson, 6)) == parse_qs(alone)


def test_an_address_has_a_step_only_where_a_lesson_is_open_and_one_that_it_has(page, address):
    pair = f"scenario=one_practice&{MEETINGS}=1&a.scenario=one_practice&tab=compare&step="
    opened(page, address, f"{pair}4")  # copied from a lesson, opened without
    shown = parse_qs(urlsplit(page.url).query)
    assert "step" not in shown
    assert (shown[MEETINGS], shown["a.scenario"], shown["tab"]) == (["1"], ["one_practice"], ["compare"])
    lesson = plan("who_knows")
    with served(app_of(lesson=lesson)) as of_lesson:
        for step, place in (("4", 4), ("99", len(lesson.steps) - 1), ("-1", 0), ("x", 0)):
            opened(page, of_lesson, f"{pair}{step}")
            assert parse_qs(urlsplit(page.url).query)["step"] == [str(place)]
            assert page.inner_text("#lesson-step").startswith(f"{place + 1} of ")


def test_an_address_names_the_lesson_of_its_step_and_opens_no_step_of_another(page, address):
    with served(app_of(lesson=plan("who_knows"))) as of_lesson:
        opened(page, of_lesson, "step=4")
        copied = urlsplit(page.url).query
        assert parse_qs(copied)["plan"] == ["who_knows"]
        opened(page, of_lesson, copied)
        assert page.inner_text("#lesson-step").startswith("5 of ")
        assert page.is_hidden("#elsewhere")
    with served(app_of_all(plan("there_and_back"))) as of_another:
        opened(page, of_another, copied)
        assert page.inner_text("#lesson-step").startswith("1 of ")
        assert parse_qs(urlsplit(page.url).query)["plan"] == ["there_and_back"]
        assert "“who_knows”, and here another one is open" in page.inner_text("#elsewhere")
        page.click("#lesson-on")
        assert page.is_hidden("#elsewhere")
        page.wait_for_load_state("networkidle")
    opened(page, address, copied)
    told = page.inner_text("#elsewhere")
    assert told.endswith("no lesson is open. What opens that one is: lpsim explore --lesson who_knows")
    assert not {"plan", "step"} & set(parse_qs(urlsplit(page.url).query))
    opened(page, address, "step=4&plan=<img src=x onerror=alert(1)>")
    assert page.is_hidden("#elsewhere")


@pytest.mark.parametrize("lesson", [None, "who_knows"])
def test_where_a_and_b_are_the_same_a_command_is_told_only_outside_a_lesson(page, lesson):
    with served(app_of(lesson=lesson and plan(lesson))) as address:
        opened(page, address, "tab=compare&step=4&scenario=one_practice")
        kept = page.inner_text("#kept")
        assert "A and B are the same: move a lever." in kept
        assert ("lpsim explore learning_practice mine.toml" in kept) is (lesson is None)
        page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("page", [{"viewport": {"width": 390, "height": 844}}], indirect=True)
def test_where_nothing_is_told_no_strip_stands_below_the_levers_of_a_telephone(page, address):
    for tab in ("lessons", "practices"):
        opened(page, address, f"tab={tab}")
        control, levers = (page.locator(one).bounding_box() for one in (".control", ".levers"))
        assert control["y"] + control["height"] - levers["y"] - levers["height"] <= 2
        first, views = (page.locator(one).first.bounding_box() for one in (f"#{tab} p", "#views"))
        assert first["y"] - views["y"] < 16


def test_a_bet_outlives_the_loading_of_the_page_and_none_outside_the_range_is_one(page):
    lesson = plan("who_knows")
    with served(app_of(lesson=lesson)) as address:
        opened(page, address)
        page.click("#lesson-on")
        page.fill("#guess-number", "7")
        assert page.inner_text("#bet-refused") == "Allowed is a number from 0 to 1, with a point: 0.5."
        assert page.get_attribute("#guess-number", "aria-describedby") == "bet-refused"
        assert page.input_value("#guess-number") == "7"
        page.click("#lesson-on")
        page.click("#lesson-on")
        assert "2 of 9" in page.inner_text("#lesson-step")
        page.fill("#guess-number", "0.35")
        assert page.inner_text("#bet-refused") == ""
        page.reload()
        page.wait_for_selector("body[data-drawn]")
        assert page.inner_text("#guessed") == page.input_value("#guess-number") == "0.35"
        page.click("#lesson-on")
        page.wait_for_selector("#levels-chart path.line")
        page.reload()
        page.wait_for_selector("#levels-chart path.line")
        told = shown(lesson.for_page())["steps"][1]["told"]
        assert page.inner_text("#answer") == f"Your bet was 0.35. {told}"
        opened(page, address)
        page.click("#lesson-on")
        assert page.inner_text("#guessed") == "not placed yet"


def test_the_same_morning_is_open_at_its_step_alone_be_it_reached_by_buttons_or_by_an_address(page):
    lesson = plan("there_and_back")
    (place,) = (at for at, step in enumerate(lesson.steps) if step.morning)
    with served(app_of_all(lesson)) as address:
        opened(page, address, f"step={place}")
        wait_until(page, lambda: page.locator("#twins li").count() > 1)
        at_step(page, lesson, place + 1)
        assert page.get_attribute("#morning", "open") is None
        at_step(page, lesson, place)
        assert page.get_attribute("#morning", "open") is not None
        wait_until(page, lambda: page.locator("#twins li").count() > 1)


def test_a_decimal_comma_in_a_bet_is_a_point_and_never_another_number(page):
    with served(app_of("one_practice", lesson=plan("who_knows"))) as address:
        page.goto(f"{address}?step=1")
        page.click("#guess-number")
        for typed, bet in (("0,1", "0.1"), ("0.1", "0.1"), (",5 ", ".5"), ("1", "1")):
            page.fill("#guess-number", "")
            page.keyboard.type(typed)
            assert page.inner_text("#guessed") == bet
            assert page.input_value("#guess-number") == typed
            assert float(page.input_value("#guess")) == float(bet)
        for typed in ("6,1", "0,1,2", "0.1.2", "1e0", "0x1", "a half", "-0.5", ",", "10 %"):
            page.fill("#guess-number", "")
            page.keyboard.type(typed)
            assert page.inner_text("#guessed") == "not placed yet", typed
            assert page.inner_text("#bet-refused") == "Allowed is a number from 0 to 1, with a point: 0.5."
            assert page.input_value("#guess-number") == typed
        page.wait_for_selector("body[data-drawn]")


def test_what_is_kept_as_a_bet_and_is_none_is_left_out(page):
    lesson = plan("who_knows")
    with served(app_of(lesson=lesson)) as address:
        opened(page, address)
        for kept in ('{"1": "7"}', '{"1": "<b>"}', "[1", "null", '{"1": {"a": 1}}'):
            page.evaluate("kept => sessionStorage.setItem('bets: Who knows?', kept)", kept)
            opened(page, address, "step=2")
            assert page.inner_text("#answer") == shown(lesson.for_page())["steps"][1]["told"]


def written_on(page):
    """All words on the page, without the spaces between, as lines are broken in pictures."""
    return "".join(page.text_content("#page").split())


@pytest.mark.parametrize("name", sorted(plans()))
def test_what_a_step_quotes_stands_on_its_page(page, name):
    lesson = plan(name)
    with served(app_of_all(lesson)) as address:
        opened(page, address)
        for step in lesson.steps:
            quoted = [] if step.blank else re.findall("“(.+?)”", step.text)
            if step.task == "change" and quoted and not step.set:  # pupils are to move one first
                page.locator("#first input").first.press("End")
            for words in quoted:
                wait_until(page, lambda words=words: "".join(words.split()) in written_on(page))
            on = page.inner_text("#lesson-step")
            while page.is_enabled("#lesson-on") and page.inner_text("#lesson-step") == on:
                page.click("#lesson-on")
