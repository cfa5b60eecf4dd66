"""Every line of every figure has a contrast of 3 to 1 with the white behind it (WCAG 1.4.11)."""

import numpy as np
import pytest
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch

import lpsim
from lpsim.analysis.life import Life
from lpsim.analysis.people import People
from lpsim.analysis.worlds import without_interventions
from lpsim.runs.measures import LEVELS
from lpsim.scenario import Scenario
from lpsim.show.figures import comparison, discovery, journey, page

SCENARIO = Scenario().replace(
    {
        "steps": 12,
        "population.practices": 6,
        "network.practices": "ring",
        "network.degree": 2,
        "kinds": [{"name": "own", "share": 0.5, "set": {"practice.reflection.rate": 0.2}}],
        "loops.double.practice": 0.1,
        "protected_time.enabled": True,
        "loops.triple.review": 3,
        "loops.triple.imitate": 0.5,
        "interventions": [{"at": 6, "title": "All speak", "set": {"roles.nurse.voice": 1.0}}],
        "record.lessons": True,
    }
)


@pytest.fixture(scope="module")
def figures():
    runs = list(lpsim.simulate_many(SCENARIO, [1, 2, 3]))
    few = lpsim.simulate(Scenario.load("one_practice", {"steps": 12}))
    life = Life.of(runs[0], lpsim.pick(*runs[0].journal(), "furthest"))
    changed = SCENARIO.adapted({"roles.gp.voice": 0.5})
    without = without_interventions(SCENARIO, [1, 2, 3], LEVELS)
    axes = [
        lpsim.plot_levels(runs, without=without, each_run=True),
        lpsim.plot_funnel(runs),
        lpsim.plot_kinds(runs),
    ]
    return {
        **dict(zip(("levels", "funnel", "kinds"), map(page.figure_of, axes), strict=True)),
        "loops": lpsim.plot_loops(runs),
        "practices": lpsim.plot_practices(runs[0]),
        "people": lpsim.plot_people(People.of(few)),
        "lessons": lpsim.plot_flow(runs[:1]),
        "timeline": lpsim.plot_timeline(life),
        "journey": lpsim.plot_journey(life),
        "comparison": lpsim.plot_comparison(lpsim.compare(SCENARIO, {"quieter": changed}, seeds=[1, 2])),
    }


def contrast(colour):
    """With white: that of two relative luminances."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return 1.05 / (float(np.dot([0.2126, 0.7152, 0.0722], linear)) + 0.05)


def line_colours(figure):
    """Of what is drawn as a line; a grid says nothing by itself."""
    grids = [line for ax in figure.axes for line in (*ax.get_xgridlines(), *ax.get_ygridlines())]
    for line in figure.findobj(Line2D):
        if line not in grids and line.get_linestyle() != "None":
            yield line.get_color()
    for lines in figure.findobj(LineCollection):
        yield from lines.get_colors()[:, :3]
    for arrow in figure.findobj(FancyArrowPatch):
        yield arrow.get_edgecolor()[:3]


NAMES = (
    "levels",
    "funnel",
    "kinds",
    "loops",
    "practices",
    "people",
    "lessons",
    "timeline",
    "journey",
    "comparison",
)


@pytest.mark.parametrize("name", NAMES)
def test_every_line_that_is_drawn_stands_out_from_white(figures, name):
    assert set(figures) == set(NAMES)
    found = [contrast(colour) for colour in line_colours(figures[name])]
    assert not found or min(found) >= 3


def test_so_do_all_colours_that_a_line_may_have():
    points = [discovery.BOX, discovery.LEAF, discovery.SOUGHT, discovery.OTHER]
    lines = [*page.COLOURS, *comparison.INKS, *(colour for colour, _ in journey.ARROWS.values()), *points]
    assert min(map(contrast, lines)) >= 3
