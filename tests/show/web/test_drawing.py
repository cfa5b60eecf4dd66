"""The drawing modules, in a browser: numbers, words and shapes, each function by itself."""

import itertools
import json
import re

import numpy as np
import pytest

import lpsim
from lpsim.analysis.life import Life
from lpsim.analysis.picks import pick
from lpsim.show.figures.page import apart
from lpsim.show.text.numbers import number
from lpsim.show.text.table import Number
from lpsim.show.web import page as pages
from lpsim.show.web.panels.differences import differences
from lpsim.show.web.panels.funnel import funnel
from lpsim.show.web.panels.lesson_map import lesson_map
from lpsim.show.web.panels.levels import levels
from lpsim.show.web.panels.people import people
from lpsim.show.web.panels.sample import Sample, rounded
from tests.show.web.browser import browser  # noqa: F401 (a fixture)

MODULES = ("axes", "levels", "loops", "funnel", "differences", "lesson_map", "people")
HERE = "http://drawing.test/"
IMPORTS = "".join(f'import * as {name} from "/draw/{name}.js";' for name in MODULES)
HTML = f"""<!doctype html><body><div id="a"></div><div id="b"></div><script src="/{pages.D3}"></script>
<script type="module">{IMPORTS} window.draw = {{ {", ".join(f"...{name}" for name in MODULES)} }};</script>"""


@pytest.fixture(scope="module")
def drawing(browser):  # noqa: F811
    """A page on which every module's functions stand in `window.draw`; its files are handed over here."""
    page = browser.new_page(viewport={"width": 1000, "height": 800})
    errors = []

    def answer(route):
        name = route.request.url.removeprefix(HERE)
        if name:
            route.fulfill(path=pages.STATIC / name)
        else:
            route.fulfill(body=HTML, content_type="text/html")

    page.on("pageerror", lambda error: errors.append(str(error)))
    page.route("**/*", answer)
    page.goto(HERE)
    page.wait_for_function("window.draw")
    yield page
    assert errors == []


@pytest.fixture(scope="module")
def scenario():
    return lpsim.Scenario.load("one_practice").adapted({"steps": 24})


@pytest.fixture(scope="module")
def runs(scenario):
    return list(lpsim.simulate_many(scenario, range(1, 6)))


@pytest.fixture(scope="module")
def sample(runs):
    return Sample.of_runs(runs)


def drawn(drawing, function, data, options=None, container="#a"):
    drawing.evaluate(
        "([f, c, data, options]) => draw[f](document.querySelector(c), data, options)",
        [function, container, data, options or {}],
    )
    return drawing.locator(container)


def test_a_number_and_its_per_cent_sign_stay_on_one_line(drawing):
    said = "its memory holds 49 % and the guidance 7 %, of all"
    for width in range(40, 200, 5):
        lines = drawing.evaluate("([text, width]) => draw.wrap(text, width, { most: 40 })", [said, width])
        assert not any(line.startswith("%") for line in lines)


def test_numbers_are_written_as_in_the_figures(drawing):
    shares = [0, 0.001, 0.005, 0.0099, 0.01, 0.125, 0.135, 0.145, 0.5, 0.505, 0.625, 0.99, 0.995, 0.999, 1]
    found = drawing.evaluate("values => values.map(value => draw.written(value, 'share'))", shares)
    assert found == [number(value, share=True) for value in shares]
    values = [-1, -0.126, -0.004, 0, 0.004, 0.006, 0.314159, 0.999, 1]
    found = drawing.evaluate("values => values.map(value => draw.written(value, 'knowledge'))", values)
    assert found == [number(value, share=False) for value in values]


def test_a_number_is_rounded_alike_in_a_sentence_a_table_and_a_picture(drawing):
    values = [place / 400 for place in range(401)]  # halves of per cents among them
    noisy = [np.nextafter(value, way) for value in values for way in (-1, 2)]
    for same in (values, noisy):
        sent = rounded(same)
        pictures = drawing.evaluate("values => values.map(value => draw.written(value, 'share'))", sent)
        assert pictures == [number(value, share=True) for value in same]
        levels = drawing.evaluate("values => values.map(value => draw.written(value, 'knowledge'))", sent)
        assert levels == [Number(value).text for value in same]
    told = [number(value, share=True) for value in noisy]
    assert told == [number(value, share=True) for value in np.repeat(values, 2)]


def test_no_value_is_said_and_not_drawn(drawing, sample):
    data = json.loads(json.dumps(levels(sample)))
    data["lines"][0]["mean"] = [None] * len(data["steps"])
    found = drawn(drawing, "drawLevels", data)
    assert "no value staff" in " ".join(found.locator("text.end").all_text_contents())
    assert found.locator("path.line").first.get_attribute("d") in ("", None)


def test_labels_do_not_overlap_and_stand_where_the_figures_have_them(drawing):
    wanted, heights = [50.0, 52.0, 51.0, 200.0, 4.0], [20.0, 30.0, 10.0, 20.0, 20.0]
    found = drawing.evaluate("([w, h]) => draw.apart(w, h, 0, 300)", [wanted, heights])
    np.testing.assert_allclose(found, apart(np.array(wanted), np.array(heights), 0, 300), atol=1e-9)


@pytest.mark.parametrize("text", ["a few words that have to be broken", "x" * 900, "wide " * 300, ""])
def test_words_fit_in_their_width(drawing, text):
    lines = drawing.evaluate("text => draw.wrap(text, 120, { most: 3 })", text)
    assert len(lines) <= 3
    widths = drawing.evaluate("lines => lines.map(line => draw.widthOf(line))", lines)
    assert max(widths, default=0) <= 132  # an ellipsis may stand out


@pytest.mark.parametrize("width", [1000, 390])
def test_every_line_of_the_levels_is_drawn_with_its_band_and_its_value(drawing, sample, width):
    data = levels(sample)
    found = drawn(drawing, "drawLevels", data, {"width": width})
    assert found.locator("path.line").count() == found.locator("path.band").count() == 4
    ends = found.locator("text.end").all_text_contents()
    for line, text in zip(data["lines"], ends, strict=True):
        assert text.startswith(number(line["mean"][-1], share=False))
    box = found.locator("svg").bounding_box()
    assert box["width"] == width
    for text in found.locator("text").all():
        inside = text.bounding_box()
        assert inside["x"] >= box["x"] - 1
        assert inside["x"] + inside["width"] <= box["x"] + box["width"] + 1


def test_no_band_hides_a_line_or_a_narrower_band(drawing, sample):
    data = levels(sample)
    for line, half in zip(data["lines"], (0.05, 0.3, 0.01, 0.1), strict=True):
        line["low"], line["high"] = [0.4 - half] * len(data["steps"]), [0.4 + half] * len(data["steps"])
    found = drawn(drawing, "drawLevels", data)
    kinds = found.locator("path").evaluate_all("all => all.map(e => e.getAttribute('class'))")
    assert kinds == ["band"] * 4 + ["line"] * 4
    bands = found.locator("path.band")
    heights = bands.evaluate_all("all => all.map(e => e.getBBox().height)")
    assert heights == sorted(heights, reverse=True)
    filled = bands.evaluate_all("all => all.map(e => Number(e.getAttribute('fill-opacity')))")
    assert filled == [0.06, 0.16, 0.16, 0.16]
    assert [one.get_attribute("stroke") is not None for one in bands.all()] == [True, False, False, False]


def test_every_arrow_and_every_hatch_refers_to_what_its_own_drawing_has(drawing, sample):
    run = lpsim.simulate("some_learning_practices", seed=1)
    data = lesson_map(Life.of(run, pick(*run.journal(), "returned")))
    for container in ("#a", "#b"):
        drawn(drawing, "drawLessonMap", data, {"older": True}, container)
        refers = (
            "all => all.every(e => e.closest('svg') === "
            "document.querySelector(e.getAttribute('marker-end').slice(4, -1)).closest('svg'))"
        )
        assert drawing.locator("path.arrow").evaluate_all(refers)
    assert drawing.locator("path.arrow").count() > 4
    for container in ("#a", "#b"):
        drawn(drawing, "drawFunnel", funnel(sample), container=container)
        hatched = (
            "all => all.every(e => e.closest('svg') === "
            "document.querySelector(e.getAttribute('fill').slice(4, -1)).closest('svg'))"
        )
        assert drawing.locator("rect.bar[fill^=url]").evaluate_all(hatched)
    assert drawing.locator("rect.bar[fill^=url]").count() == 4


def test_at_a_step_the_values_of_that_step_are_told(drawing, sample):
    data = levels(sample)
    found = drawn(drawing, "drawLevels", data, {"at": 6})
    for line, text in zip(data["lines"], found.locator("text.end").all_text_contents(), strict=True):
        assert text.startswith(number(line["mean"][6], share=False))
    assert found.locator("line.cursor").count() == 1


def test_bars_of_the_funnel_are_marked_with_the_start_in_a_stroke_and_in_words(drawing, sample):
    data = funnel(sample)
    found = drawn(drawing, "drawFunnel", data, {"width": 700})
    starts = [stage["right"]["mean"][0] for stage in data["stages"]]
    assert starts[0] > 0.1
    marks = found.locator("line.start").evaluate_all("all => all.map(e => Number(e.getAttribute('x1')))")
    assert marks == pytest.approx([4 + (700 - 260 - 4) * start for start in starts if start >= 0.01])
    words = f"known by someone in the practice ({number(starts[0], share=True)} at the start)"
    assert words in found.text_content()
    at_the_start = drawn(drawing, "drawFunnel", data, {"width": 700, "at": 0})
    assert at_the_start.locator("line.start").count() == 0
    assert "at the start" not in at_the_start.text_content()


def test_funnels_drawn_apart_and_together_have_one_scale(drawing, sample, scenario):
    other = Sample.of_runs(
        list(lpsim.simulate_many(scenario.adapted({"practice.analysis.share": 0.0}), range(1, 6)))
    )
    one, two = funnel(sample), funnel(other)

    def scales(found):
        bars = found.locator("rect.bar").all()
        return {bar.get_attribute("data-name"): float(bar.get_attribute("width")) for bar in bars}

    apart_widths = [scales(drawn(drawing, "drawFunnel", data, {"width": 700})) for data in (one, two)]
    for data, widths in zip((one, two), apart_widths, strict=True):
        for stage in data["stages"]:
            share = stage["right"]["mean"][-1]
            if share > 0.01:
                ratio = widths[stage["right"]["name"]] / share
                assert ratio == pytest.approx(700 - 260 - 4, rel=1e-6)
    together = drawn(drawing, "drawFunnel", [one, two], {"width": 700, "names": ["one", "two"]})
    assert together.locator("rect.bar").count() == 12


def compared(scenario, runs, count):
    changed = [scenario.adapted({"practice.analysis.share": share}) for share in np.linspace(0, 1, count)]
    others = {f"option {place}": list(lpsim.simulate_many(one, [1, 2])) for place, one in enumerate(changed)}
    return differences(lpsim.compare(runs, others, seeds=[1, 2]))


@pytest.mark.parametrize("width", [1000, 390])
def test_each_of_several_options_has_its_number_at_its_line_its_row_and_in_the_key(
    drawing, runs, scenario, width
):
    found = drawn(drawing, "drawDifferences", compared(scenario, runs, 12), {"width": width})
    numbers = [str(number) for number in range(1, 13)]
    told = found.locator("text.number").all_text_contents()
    assert sorted(told, key=int) == sorted(numbers * 9, key=int)
    box = found.locator("svg").bounding_box()
    for text in found.locator("text.number").all():
        inside = text.bounding_box()
        assert inside["x"] + inside["width"] <= box["x"] + box["width"] + 1


def test_one_option_alone_has_no_number(drawing, runs, scenario):
    found = drawn(drawing, "drawDifferences", compared(scenario, runs, 1))
    assert found.locator("text.number").count() == 0


def test_where_nothing_differs_in_any_world_the_scale_is_one_of_knowledge(drawing, runs):
    found = drawn(drawing, "drawDifferences", differences(lpsim.compare(runs, {"same": runs})))
    assert {"\N{MINUS SIGN}0.1", "0", "+0.1"} <= set(found.locator("text").all_text_contents())


def test_a_difference_of_next_to_nothing_is_drawn_as_next_to_nothing(drawing, scenario, runs):
    data = compared(scenario, runs, 1)
    for panel in data["panels"]:
        panel["options"][0]["end"] = {
            "each": [0.0001, 0.0002],
            "mean": 0.00015,
            "low": 0.0001,
            "high": 0.0002,
        }
    found = drawn(drawing, "drawDifferences", data)
    assert {"\N{MINUS SIGN}0.01", "0", "+0.01"} <= {
        text.rstrip("0") or text for text in found.locator("text").all_text_contents()
    }


@pytest.mark.parametrize("width", [660, 828, 1000, 390])
@pytest.mark.parametrize("ends", [(-0.25, 0.43), (-0.01, 0.9), (-0.11, 0.02), (-0.4, 0.35)])
def test_the_scale_of_a_difference_has_two_numbers_at_least_which_do_not_run_into_each_other(
    drawing, scenario, runs, width, ends
):
    data = compared(scenario, runs, 1)
    for panel in data["panels"]:
        panel["options"][0]["end"] = {"each": [*ends], "mean": 0.0, "low": -0.001, "high": 0.001}
    found = drawn(drawing, "drawDifferences", data, {"width": width})
    texts = found.locator("text").filter(has_text=re.compile(r"^(0|[+−]0?\.?\d+)$")).all()
    boxes = sorted((one.bounding_box() for one in texts), key=lambda box: (round(box["y"]), box["x"]))
    signed = [one for one in texts if one.text_content() != "0"]
    assert len(signed) >= len(data["panels"]), "0 stands on each, too"
    for one, other in itertools.pairwise(boxes):
        assert round(one["y"]) != round(other["y"]) or one["x"] + one["width"] < other["x"] - 2


@pytest.mark.parametrize("places", [1, 2, 3])
def test_halves_are_rounded_as_python_rounds_them(drawing, places):
    values = [place / 80 for place in range(81)] + [place / 1024 for place in range(1025)]
    values += [21.25, 0.115, 1.005, 2.5]
    found = drawing.evaluate(
        "async ([values, places]) => { const { fixed } = await import('/draw/look.js');"
        "return values.map((value) => fixed(value, places)); }",
        [values, places],
    )
    assert found == [f"{value:.{places}f}" for value in values]


def test_people_have_a_row_each_and_a_stroke_where_somebody_came(drawing, runs):
    data = people(lpsim.People.of(runs[0]))
    found = drawn(drawing, "drawPeople", data)
    assert found.locator("path.right").count() == len(data["rows"])
    texts = " ".join(found.locator("text").all_text_contents())
    assert "GP 1" in texts
    assert number(data["rows"][2]["right"][-1], share=True) in texts


@pytest.mark.parametrize("width", [360, 520, 540, 700])
def test_no_two_times_on_an_axis_run_into_each_other_and_no_name_is_cut(drawing, width):
    data = people(lpsim.People.of(lpsim.simulate("one_practice", seed=1)))
    held = [{**row, "right": row["right"] * 20, "wrong": row["wrong"] * 20} for row in data["rows"]]
    for rows, months in ((data["rows"], data["steps"]), (held, range(len(held[0]["right"])))):
        found = drawn(drawing, "drawPeople", {**data, "rows": rows, "steps": list(months)}, {"width": width})
        times = [one.bounding_box() for one in found.locator(".axis > text[text-anchor=middle]").all()][:-1]
        assert len(times) > 1
        for one, other in itertools.pairwise(times):
            assert one["x"] + one["width"] < other["x"]
        assert "…" not in found.text_content()


def test_drawing_again_replaces_what_was_drawn(drawing, sample):
    for _ in range(3):
        found = drawn(drawing, "drawLevels", levels(sample), container="#b")
    assert found.locator("svg").count() == 1
    assert found.locator("svg").get_attribute("role") == "img"
    assert "at the end: staff" in found.locator("svg").get_attribute("aria-label")
