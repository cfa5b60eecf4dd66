"""The figure of a sweep says what its means are of, and what it leaves out."""

import math

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from lpsim.scenario import Scenario
from lpsim.show.figures.factor_names import log_ruler
from lpsim.show.figures.factors import _name_values, plot_factors
from tests.sweeping import filled, small

RATE = {"key": "practice.reflection.rate", "kind": "lever", "range": [0.1, 0.9]}
OTHER = {"key": "forgetting.staff", "kind": "uncertainty", "range": [0.0, 0.5]}
DRAWN = {"method": "latin_hypercube", "samples": 20}
MONTHS = "months_to_half_by_memory"


def said(figure):
    """All that stands above the panels."""
    return " ".join(" ".join(text.get_text().split()) for text in figure.texts)


def drawn(folder, values, *, measures=("staff_knowledge",), asked=None, **more):
    scheme = {"factors": [RATE, OTHER], "replications": 1} | (more or DRAWN)
    design = small(folder, keep={"measures": list(measures)}, **scheme)
    return plot_factors(filled(folder / "store", design, values), asked)


def by_rate(point, seed):
    return point.values[RATE["key"]]


def test_means_over_slices_are_called_so(tmp_path):
    text = said(drawn(tmp_path, by_rate))
    assert "mean over each of 8 slices of a factor's values, with as many points each" in text
    assert "share the value" not in text
    assert "at about" in text


def test_means_over_points_that_share_a_value_are_called_so(tmp_path):
    text = said(drawn(tmp_path, by_rate, method="factorial", levels=3))
    assert "mean over all points that share the value, whatever" in text
    assert "at about" not in text


def test_one_at_a_time_is_said_to_be_against_the_base(tmp_path):
    text = said(drawn(tmp_path, by_rate, method="one_at_a_time", levels=3))
    assert "points that differ from the base scenario (ring) in this factor alone" in text


@pytest.mark.parametrize("effect", [0.0, 0.5])
def test_of_one_at_a_time_the_title_says_nothing_that_chance_may_have_done(tmp_path, effect):
    def values(point, seed):
        chance = np.random.default_rng([point.number, seed]).normal(0.0, 0.02)
        return 0.5 + chance + effect * point.values[OTHER["key"]]

    text = said(drawn(tmp_path, values, method="one_at_a_time", replications=5, levels=3))
    nothing = "No factor alone clearly moves any of these measures: such moves may be chance"
    assert text.startswith("“Staff forget” (forgetting.staff) moves" if effect else nothing)


def test_a_measure_that_some_runs_lack_is_left_out_and_named(tmp_path):
    def values(point, seed):
        return {"staff_knowledge": by_rate(point, seed), MONTHS: math.nan if point.number % 2 else 3.0}

    both = (MONTHS, "staff_knowledge")
    text = said(drawn(tmp_path, values, measures=both))
    assert text.startswith(
        "“Staff reflect on cases” (practice.reflection.rate) moves knowledge of staff most"
    )
    assert "Kept, not drawn: months to half by memory (some runs have no value)." in text


def test_a_measure_that_some_runs_lack_is_drawn_when_asked_for_and_it_is_said_of_how_many(tmp_path):
    text = said(drawn(tmp_path, lambda point, seed: math.nan if point.number % 2 else point.number,
                      measures=(MONTHS,), asked=[MONTHS]))  # fmt: skip
    assert "Of the 50 % of runs alone that have a value: months to half by memory." in text


def test_a_fifth_measure_that_was_kept_is_named(tmp_path):
    five = ["staff_knowledge", "practice_knowledge", "service_knowledge", "agreement", "performance"]
    assert "Kept, not drawn: performance of staff." in said(drawn(tmp_path, by_rate, measures=five))


@pytest.mark.parametrize("count", [6, 7])
def test_factors_that_are_not_drawn_are_counted_in_good_english(tmp_path, count):
    keys = ["practice.reflection.rate", "practice.discussion.rate", "practice.codification.rate",
            "forgetting.staff", "forgetting.practice", "forgetting.service", "world.turbulence"]  # fmt: skip
    factors = [{"key": key, "kind": "lever", "range": [0.1, 0.5]} for key in keys[:count]]
    expected = {
        6: "Not drawn: one factor with less effect.",
        7: "Not drawn: two factors with less effect.",
    }
    assert expected[count] in said(
        drawn(tmp_path, lambda point, seed: point.number, factors=factors, **DRAWN)
    )


def test_a_factor_is_named_in_words_and_by_its_key(tmp_path):
    figure = drawn(tmp_path, by_rate)
    below = {ax.get_xlabel().replace("\n", " ") for ax in figure.axes}
    assert "Staff reflect on cases (practice.reflection.rate, per month)" in below


def test_what_is_drawn_evenly_in_its_logarithm_stands_on_a_logarithmic_axis(tmp_path):
    even = {"name": "log_uniform", "low": "1 %/year", "high": 0.5}
    factors = [
        {"key": "forgetting.staff", "kind": "uncertainty", "distribution": even},
        {"key": "practice.reflection.rate", "kind": "uncertainty", "range": [0.1, 0.5]},
    ]
    figure = drawn(tmp_path, by_rate, factors=factors, **DRAWN)
    scales = {ax.get_xlabel().replace("\n", " "): ax.get_xscale() for ax in figure.axes if ax.get_xlabel()}
    assert scales == {
        "Staff forget (forgetting.staff, per month)": "log",
        "Staff reflect on cases (practice.reflection.rate, per month)": "linear",
    }


@pytest.mark.parametrize(
    ("high", "ticks"), [(0.02, [0.01, 0.02]), (0.5, [0.01, 0.03, 0.1, 0.3]), (9.0, [0.01, 0.1, 1])]
)
def test_a_logarithmic_axis_has_some_four_numbers(high, ticks):
    ax = Figure().add_subplot()
    ax.set(xlim=(0.01, high))
    log_ruler(ax, ax.xaxis)
    shown = [tick for tick in ax.get_xticks() if 0.01 <= tick <= high]
    assert shown == pytest.approx(ticks)


def test_keys_that_move_together_are_one_panel_that_names_them(tmp_path):
    both = {
        "keys": ["world.turbulence", "world.overlap"],
        "kind": "lever",
        "values": [[0.01, 0.2], [0.1, 0.5]],
    }
    figure = drawn(tmp_path, lambda point, seed: point.values["world.overlap"], factors=[both, RATE], **DRAWN)
    below = [ax.get_xlabel().replace("\n", " ") for ax in figure.axes if ax.get_xlabel()]
    assert below[0] == "What is right changes (world.turbulence, per month, with world.overlap)"
    assert len(below) == 2
    text = said(figure)
    assert text.startswith("“What is right changes” (world.turbulence), with world.overlap moves")
    assert "does not say" not in text


def test_where_there_are_names_alone_dots_and_bars_are_spoken_of(tmp_path):
    factors = [{"key": "practice.discussion.rule", "kind": "lever", "values": ["best", "majority"]}]
    assert (
        "Dot: mean over all points that share the value, whatever the other factors are; bar: from"
        in said(drawn(tmp_path, lambda point, seed: point.number, factors=factors))
    )


@pytest.mark.parametrize("names", [["as it is", "reporting and guidance"], ["a long name of a policy"] * 9])
def test_names_of_values_do_not_run_into_each_other(names):
    figure = Figure(figsize=(2.2, 3))
    ax = figure.add_axes((0.1, 0.5, 0.88, 0.45))
    ax.set(xticks=range(len(names)), xlim=(-0.6, len(names) - 0.4))
    room = 0.88 * 2.2 * 72 / len(names)
    _name_values(ax, names, room)
    for label in ax.get_xticklabels():
        lines = label.get_text().count("\n") + 1
        tilt = np.sin(np.radians(label.get_rotation())) or 1.0
        assert lines * label.get_fontsize() <= room * tilt + 1e-9 or not label.get_rotation()


def test_a_word_is_not_broken_that_has_room_where_names_slant():
    ax = Figure(figsize=(2.2, 3)).add_subplot()
    ax.set(xticks=range(3), xlim=(-0.6, 2.4))
    _name_values(ax, ["complete", "ring", "small_world"], 50)
    assert [label.get_text() for label in ax.get_xticklabels()] == ["complete", "ring", "small_world"]
    assert all(label.get_rotation() == 45 for label in ax.get_xticklabels())


WEEKS = Scenario.from_dict(
    {
        "steps": 3,
        "step": "week",
        "population": {"practices": 1},
        "world": {"issues": 6, "domains": 2},
    }
)


def test_times_to_half_are_told_in_the_scenarios_own_steps(tmp_path):
    figure = drawn(tmp_path, by_rate, measures=(MONTHS,), asked=[MONTHS], base=WEEKS, set={}, **DRAWN)
    text = " ".join([said(figure), *(ax.get_ylabel().replace("\n", " ") for ax in figure.axes)])
    assert "weeks to half by memory" in text
    assert "months" not in text


def test_of_a_design_without_a_title_the_figure_says_nothing_of_a_title(tmp_path):
    text = said(drawn(tmp_path, by_rate, title="", **DRAWN))
    assert "Simulation, 20 points, " in text
    assert "ntitled" not in text


@pytest.mark.parametrize("count", [2, 3, 5])
def test_names_of_any_length_stand_whole_lines_above_the_foot_of_the_figure(tmp_path, count):
    name = "a scenario with a name of many words, such as people write"
    listed = [
        {"name": f"{name} {number}", "set": {"practice.reflection.rate": 0.1 * number + 0.1}}
        for number in range(count)
    ]
    more = {"factors": [OTHER], "scenarios": listed, "method": "factorial", "levels": 2}
    figure = drawn(tmp_path, lambda point, seed: point.number, **more)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    for ax in figure.axes:
        for text in (ax.xaxis.label, *ax.get_xticklabels()):
            assert text.get_window_extent(canvas.get_renderer()).y0 >= 0, text.get_text()


def test_a_factor_that_moves_next_to_nothing_is_drawn_so(tmp_path):
    figure = drawn(tmp_path, lambda point, seed: 0.5 + 1e-5 * by_rate(point, seed), **DRAWN)
    low, high = figure.axes[0].get_ylim()
    assert high - low >= 0.02
