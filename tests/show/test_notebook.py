"""Things say in one line what they are; a notebook shows each as a table, and figures by themselves."""

import re

import pytest

import lpsim
from lpsim.errors import InputError
from lpsim.scenario import Scenario
from lpsim.sweeps.runner import sweep
from tests.sweeping import SMALL, small

NASTY = "<b>bold</b> & \x1b[31m"


@pytest.fixture(scope="module")
def things(tmp_path_factory):
    folder = tmp_path_factory.mktemp("things")
    changes = {"title": NASTY, "steps": 3, "population.practices": 2, "world.issues": 6, "world.domains": 2}
    scenario = Scenario().adapted(
        {**changes, "interventions": [{"at": 2, "set": {"practice.discussion.rate": 0.5}}]}
    )
    other = scenario.adapted({"practice.reflection.rate": 0.9})
    often = {**SMALL, "practice.codification.meetings": 1.0}  # so that how much is written down shows
    design = small(folder, replications=2, title=NASTY, set=often)
    return {
        "Scenario": scenario,
        "Run": lpsim.simulate(scenario),
        "Design": design,
        "Store": sweep(design, store=folder / "store"),
        "Comparison": lpsim.compare(scenario, {"more": other}, seeds=[1, 2]),
    }


NAMES = ("Scenario", "Run", "Design", "Store", "Comparison")


@pytest.mark.parametrize("name", NAMES)
def test_each_says_in_one_line_what_it_is(things, name):
    said = repr(things[name])
    assert re.fullmatch(rf"<{name}: [^\n]+>", said)
    assert len(said) < 200


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_shows_each_as_a_table_that_obeys_nothing(things, name):
    shown = things[name]._repr_html_()
    assert shown.count("<table>") == shown.count("</table>") >= 1
    assert "<b>bold" not in shown
    assert "\x1b" not in shown


def test_what_is_shown_says_the_numbers(things):
    assert "3 (a step is a month)" in things["Scenario"]._repr_html_()
    assert "from month 2" in things["Scenario"]._repr_html_()
    assert "another seed gives other numbers" in things["Run"]._repr_html_()
    assert "3 points, 2 runs of each; 6 done" in things["Store"]._repr_html_()
    assert "practice.codification.rate" in things["Design"]._repr_html_()
    assert "in the same 2 worlds" in things["Comparison"]._repr_html_().lower()


@pytest.mark.parametrize("what", ["levels", "funnel"])
def test_the_figures_of_a_run_are_shown_by_themselves(things, what):
    figure = things["Run"].plot(what)
    assert figure._repr_png_().startswith(b"\x89PNG")


def test_a_figure_that_is_not_there_is_told(things):
    with pytest.raises(InputError, match="what: found 'level'; allowed is one of levels"):
        things["Run"].plot("level")
    with pytest.raises(InputError, match="names no kinds"):
        things["Run"].plot("kinds")


def test_the_figure_of_a_store_says_what_it_found(things):
    figure = things["Store"].plot()
    texts = [text.get_text().replace("\n", " ") for text in figure.texts]
    assert texts[0].startswith("“What most staff hold is written down” (practice.codification.rate) moves ")
    assert "3 points, month 3" in texts[1]
    assert figure._repr_png_().startswith(b"\x89PNG")
    assert len(things["Store"].plot("staff_knowledge").axes) == 1
    with pytest.raises(InputError, match="was not kept"):
        things["Store"].plot("agreement")


def test_what_chance_alone_does_is_drawn_last_and_never_in_the_title(tmp_path):
    factors = [{"key": "practice.reflection.rate", "kind": "lever", "values": [0.1, 0.9]}]
    design = small(tmp_path, factors=factors, method="saltelli", samples=4, seed_blocks=2, replications=1)
    figure = sweep(design, store=tmp_path / "store").plot("staff_knowledge")
    labels = [ax.get_xlabel().replace("\n", " ") for ax in figure.axes]
    assert labels == [
        "Staff reflect on cases (practice.reflection.rate, per month)",
        "block of seeds (chance alone)",
    ]
    assert figure.texts[0].get_text().startswith("“Staff reflect on cases” (practice.reflection.rate) moves")


def test_a_comparison_shows_the_measures_that_it_was_asked_for():
    scenario = lpsim.Scenario.load("one_practice", {"steps": 6})
    asked = ["months_to_half_by_memory"]
    shown = lpsim.compare(scenario, {"other": scenario}, seeds=[1, 2], measures=asked)._repr_html_()
    assert "months to half by memory" in shown
    assert "held rightly by staff" not in shown
