"""The figure of the loops: a panel for each that acts, with what the run recorded."""

import numpy as np
import pytest

import lpsim
from lpsim.runs.measures import LOOPS, RIGHT_AND_WRONG
from lpsim.scenario import Scenario
from lpsim.scenario.learning_parameters import ROUTINES
from lpsim.scenario.settings import loops_of
from lpsim.show.figures.loops import plot_loops
from lpsim.show.text.findings import loops_found, time_for_learning

LOOPED = Scenario().replace(
    {
        "title": "All loops",
        "steps": 12,
        "population.practices": 4,
        "loops.double.practice": 0.3,
        "protected_time.enabled": True,
        "protected_time.share": 0.05,
        "protected_time.allocation_spread": 20,
        "loops.triple.review": 3,
        "loops.triple.imitate": 0.5,
        "interventions": [{"at": 6, "title": "More time", "set": {"protected_time.share": 0.1}}],
    }
)


@pytest.fixture(scope="module")
def runs():
    return list(lpsim.simulate_many(LOOPED, range(1, 5)))


@pytest.fixture(scope="module")
def figure(runs):
    return plot_loops(runs)


def means(ax):
    return [line.get_ydata() for line in ax.get_lines() if line.get_label() == "_mean"]


def test_every_loop_that_acts_has_a_panel_with_what_was_recorded(runs, figure):
    assert loops_of(LOOPED) == ("single", "double", "triple")
    names = [LOOPS["single"], LOOPS["double"], [f"time_{routine}" for routine in ROUTINES]]
    for ax, measures, unit in zip(figure.axes, names, (1, 1, 20), strict=True):
        drawn = means(ax)
        assert len(drawn) == len(measures)
        for line, name in zip(drawn, measures, strict=True):
            mean = np.mean([run.series[name] for run in runs], axis=0)
            np.testing.assert_allclose(line, unit * mean, rtol=0, atol=1e-12)
    assert sum(line[-1] for line in means(figure.axes[2])) == pytest.approx(20)


def test_what_is_held_wrongly_stands_beside_what_is_held_rightly(runs, figure):
    texts = [" ".join(text.get_text().split()) for text in figure.axes[0].texts]
    for holders, (right, wrong) in RIGHT_AND_WRONG.items():
        (label,) = [text for text in texts if f" {holders}" in text and text.endswith(" wrong")]
        numbers = [
            round(100 * np.mean([run.series[name].iloc[-1] for run in runs])) for name in (right, wrong)
        ]
        if min(numbers) > 1:
            assert label == f"{numbers[0]} % {holders} {numbers[1]} % wrong"


def test_the_title_is_the_finding_and_below_it_stand_the_scenario_and_the_time_for_learning(runs, figure):
    said = [" ".join(text.get_text().split()) for text in figure.texts]
    assert said[0] == loops_found(runs)
    moved = np.mean([run.series["time_moved"].iloc[-1] for run in runs])
    assert f"{100 * moved:.0f} % of learning time has moved" in said[0]
    assert said[1] == "All loops"
    assert time_for_learning(runs) == "Time for learning: 10 % of working time (5 % at the start)."
    assert time_for_learning(runs) in said[-1]


def test_an_intervention_is_marked_at_its_month_in_every_panel(figure):
    for ax in figure.axes:
        poles = [line for line in ax.get_lines() if line.get_linestyle() == ":"]
        assert [list(pole.get_xdata()) for pole in poles] == [[6, 6]]


def area(band):
    x, y = band.get_paths()[0].vertices.T
    return abs(x @ np.roll(y, 1) - y @ np.roll(x, 1)) / 2


def test_no_band_hides_a_line_or_a_narrower_band():
    for ax in plot_loops(list(lpsim.simulate_many(LOOPED, range(1, 8)))).axes:
        bands = [one for one in ax.collections if one.get_label() == "_band"]
        lines = [line.get_zorder() for line in ax.get_lines() if line.get_label() == "_mean"]
        from_behind = sorted(bands, key=lambda band: band.get_zorder())
        assert from_behind[-1].get_zorder() < min(lines)
        assert [area(band) for band in from_behind] == sorted(map(area, bands), reverse=True)
        much = area(from_behind[0]) > max(LOOPED.steps * ax.get_ylim()[1] / 3, 2 * area(from_behind[1]))
        faint = [band.get_facecolor()[0][3] < 0.1 for band in from_behind]
        assert faint == [much, *[False] * (len(bands) - 1)]


def test_nothing_is_cut_off(figure):
    figure.draw_without_rendering()
    edge = figure.bbox
    boxes = [text.get_window_extent() for ax in figure.axes for text in ax.texts]
    boxes += [text.get_window_extent() for text in figure.texts]
    assert all(0 <= box.x0 and box.x1 <= edge.x1 and 0 <= box.y0 and box.y1 <= edge.y1 for box in boxes)


def test_without_further_loops_there_is_one_panel():
    run = lpsim.simulate(Scenario().replace({"steps": 2, "population.practices": 2}))
    assert len(plot_loops([run]).axes) == 1


@pytest.mark.parametrize("engine", ["compiled", "reference"])
def test_both_engines_record_the_same_time_moved(runs, engine):
    again = lpsim.simulate(LOOPED, seed=1, engine=engine)
    np.testing.assert_array_equal(again.series["time_moved"], runs[0].series["time_moved"])
