"""Every figure and every text of a run says what was changed of its scenario, under the title."""

import inspect
import json
import re
from pathlib import Path

import pytest
from PIL import Image

import lpsim
from lpsim.analysis.life import Life
from lpsim.show.figures import page
from lpsim.show.text.closing import closing_text

CHANGED = {
    "steps": 6,
    "population.practices": 4,
    "practice.reflection.rate": "30 %/year",
    "record.lessons": True,
}
SAID = 'changed: steps = 6, population.practices = 4, practice.reflection.rate = "30 %/year"'
CONFIG = Path(__file__).parents[2] / "configs" / "some_learning_practices.toml"
OF_ONE_SCENARIO = {"run", "runs", "life"}
"""What a figure is of; others are of several scenarios, and name every key in which they differ."""
PLOTS = [
    name
    for name in sorted(lpsim.__all__)
    if name.startswith("plot_")
    and next(iter(inspect.signature(getattr(lpsim, name)).parameters)) in OF_ONE_SCENARIO
]


@pytest.fixture(scope="module")
def run():
    return lpsim.simulate(lpsim.Scenario.load(CONFIG, CHANGED), seed=1)


def drawn(plot, run):
    """A figure, from runs, a run, or the life of a lesson, whichever it is of."""
    (first, *_) = inspect.signature(plot).parameters
    given = {"runs": [run], "run": run, "life": Life.of(run, 1)}
    made = plot(given[first])
    return made if hasattr(made, "axes") and isinstance(made.axes, list) else page.figure_of(made)


def texts(figure):
    """The lines of a figure from above, as one text each."""
    figure.draw_without_rendering()
    found = [*figure.texts, *(text for axes in figure.axes for text in axes.texts)]
    found.sort(key=lambda text: -text.get_window_extent().y1)
    return [" ".join(text.get_text().split()) for text in found]


@pytest.mark.parametrize("name", PLOTS)
def test_under_the_title_of_every_figure_stands_what_was_changed(run, name):
    said = texts(drawn(getattr(lpsim, name), run))
    found, title, below = " ".join(said).partition(run.scenario.title)
    assert found and title
    assert below.strip().startswith(SAID)


@pytest.mark.parametrize("name", PLOTS)
def test_the_title_of_every_figure_is_what_was_found(run, name):
    found = texts(drawn(getattr(lpsim, name), run))[0]
    about_lessons = name in ("plot_flow", "plot_journey", "plot_timeline")
    assert ("esson" in found) == about_lessons
    assert re.search(r"\d", found) and found != run.scenario.title


@pytest.mark.parametrize("name", PLOTS)
def test_where_nothing_was_changed_no_figure_speaks_of_it(name):
    scenario = lpsim.Scenario.model_validate(
        {
            "steps": 3,
            "population": {"practices": 3},
            "kinds": [{"name": "own", "share": 0.5}],
            "record": {"lessons": True},
        }
    )
    assert "changed:" not in " ".join(texts(drawn(getattr(lpsim, name), lpsim.simulate(scenario))))


def test_two_values_of_one_key_give_figures_with_different_headers(run):
    base = lpsim.Scenario.load(CONFIG, CHANGED)
    runs = [lpsim.simulate(base.replace({"roles.gp.voice": voice}), seed=1) for voice in (0.5, 0.6)]
    heads = {" ".join(texts(drawn(lpsim.plot_levels, one))[:4]) for one in (run, *runs)}
    assert len(heads) == 3


def test_an_animation_and_a_file_of_a_figure_carry_it_first(run, tmp_path):
    (png, *_) = lpsim.save_figures([run], tmp_path)
    with Image.open(png) as image, Image.open(lpsim.save_animation(Life.of(run, 1), tmp_path)) as animation:
        for text in (image.text["Description"], animation.info["comment"]):
            found = json.loads(text)
            assert next(iter(found)) == "changed"
            assert found["changed"]["practice.reflection.rate"] == "30 %/year"


def test_a_run_that_was_saved_says_it_as_before(run, tmp_path):
    run.save(tmp_path / "run")
    again = lpsim.Run.load(tmp_path / "run")
    assert texts(drawn(lpsim.plot_levels, again)) == texts(drawn(lpsim.plot_levels, run))
    assert closing_text([again]) == closing_text([run])
    assert closing_text([run]).splitlines()[1] == SAID
