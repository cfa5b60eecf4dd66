"""The figure of a comparison shows the numbers of its table, at one scale, in inks that can be told apart."""

import itertools
import json
import warnings

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.text import Text
from PIL import Image

from lpsim.analysis.comparison import compare_worlds
from lpsim.analysis.worlds import Worlds
from lpsim.runs.measures import KNOWLEDGE_IN_SHARES, LEVELS, MEASURES
from lpsim.scenario import Scenario
from lpsim.show.figures.comparison import INKS, plot_comparison, save_comparison_figure
from lpsim.show.figures.page import told_apart
from lpsim.show.text.comparison import headline, held

BASE = Scenario().replace({"steps": 4})
STEPS = np.array([0, 2, 4])


def worlds(name, gain):
    by_seed = {}
    for seed in range(1, 7):
        by_seed[seed] = {measure: np.array([0.0, 0.1, 0.1 + 0.01 * seed]) for measure in MEASURES}
        for place, level in enumerate(LEVELS):
            more = gain * (place + 1) * (1 + 0.05 * seed)
            by_seed[seed][level] = by_seed[seed][level] + np.array([0.0, more / 2, more])
    return Worlds(name, BASE, BASE.digest, by_seed, STEPS)


def compared(count=2):
    options = [worlds(f"option {place}", 0.02 * place) for place in range(1, count + 1)]
    return compare_worlds(worlds("as it is", 0.0), options)


def words(figure):
    return [text.get_text() for text in figure.findobj(lambda artist: hasattr(artist, "get_text"))]


def test_the_title_is_the_sentence_of_the_text():
    comparison = compared()
    figure = plot_comparison(comparison)
    assert headline(comparison) in " ".join(" ".join(words(figure)).split())


def test_every_level_has_a_panel_and_all_have_one_scale():
    figure = plot_comparison(compared())
    courses, ends, shares = figure.axes[:4], figure.axes[4:8], figure.axes[8:]
    titles = [ax.get_title(loc="left") for ax in courses]
    assert titles == [MEASURES[level].label for level in LEVELS]
    assert len({ax.get_ylim() for ax in courses}) == len({ax.get_xlim() for ax in ends}) == 1
    assert len({ax.get_xlim() for ax in shares}) == 1


def test_lines_are_the_base_in_black_and_the_mean_with_each_option():
    comparison = compared()
    ax = plot_comparison(comparison).axes[0]
    lines = {line.get_label(): line for line in ax.get_lines()}
    assert lines["as it is"].get_color() == "#000000"
    for one in (comparison.base, *comparison.options):
        wanted = comparison.mean(one, "staff_knowledge")
        assert lines[one.name].get_ydata() == pytest.approx(wanted)


def test_where_few_steps_were_looked_at_each_is_marked_and_it_is_said_which():
    figure = plot_comparison(compared())
    courses = [line for ax in figure.axes[:4] for line in ax.get_lines()]
    assert {line.get_marker() for line in courses} == {"o"}
    assert "Looked at in months 0, 2 and 4 only." in " ".join(" ".join(words(figure)).split())
    steps = np.arange(5)
    every = [
        Worlds(one.name, BASE, one.digest, _at_each(one, steps), steps)
        for one in (worlds("as it is", 0.0), worlds("more", 0.1))
    ]
    figure = plot_comparison(compare_worlds(every[0], every[1:]))
    assert {line.get_marker() for ax in figure.axes[:4] for line in ax.get_lines()} == {"None"}
    assert "Looked at" not in " ".join(words(figure))


def _at_each(found, steps):
    return {
        seed: {name: np.interp(steps, found.steps, values) for name, values in kept.items()}
        for seed, kept in found.by_seed.items()
    }


def test_below_there_is_a_stroke_for_each_world_and_a_dot_at_the_mean():
    comparison = compared()
    ax = plot_comparison(comparison).axes[4]
    strokes = [collection.get_segments() for collection in ax.collections]
    assert [len(rows) for rows in strokes] == [6, 6]
    dots = [line for line in ax.get_lines() if line.get_marker() == "o"]
    for dot, option in zip(dots, comparison.options, strict=True):
        found = comparison.paired(option, "staff_knowledge")
        assert dot.get_xdata()[0] == pytest.approx(found.mean[-1])


def test_at_the_foot_stand_what_is_held_rightly_and_what_wrongly():
    comparison = compared()
    shares = plot_comparison(comparison).axes[8:]
    assert len(shares) == len(KNOWLEDGE_IN_SHARES)  # of teams there are none
    for ax, names in zip(shares, KNOWLEDGE_IN_SHARES.values(), strict=True):
        for mark, name in zip("oX", names, strict=True):
            marks = [line for line in ax.get_lines() if line.get_marker() == mark]
            wanted = [comparison.paired(option, name).mean[-1] for option in comparison.options]
            assert [line.get_xdata()[0] for line in marks] == pytest.approx(wanted)


def test_where_nothing_differs_in_any_world_the_title_says_so_and_the_scale_is_one_of_knowledge():
    comparison = compare_worlds(worlds("as it is", 0.0), [worlds("same", 0.0)])
    figure = plot_comparison(comparison)
    assert "same gives exactly what as it is gives" in " ".join(" ".join(words(figure)).split())
    assert {ax.get_xlim() for ax in figure.axes[4:]} == {(-0.12, 0.12)}


def test_a_difference_of_next_to_nothing_is_drawn_as_next_to_nothing():
    figure = plot_comparison(compare_worlds(worlds("as it is", 0.0), [worlds("hardly", 1e-5)]))
    low, high = figure.axes[4].get_xlim()
    assert low <= -0.01
    assert high >= 0.01


def test_the_figure_says_what_its_finding_is_made_of():
    comparison = compared()
    assert held(comparison) in " ".join(" ".join(words(plot_comparison(comparison))).split())


@pytest.mark.parametrize("count", [1, 8, 12])
def test_no_name_is_lost_and_no_two_look_alike(count):
    comparison = compared(count)
    figure = plot_comparison(comparison)
    assert {option.name for option in comparison.options} <= set(words(figure))
    lines = [line for line in figure.axes[0].get_lines() if line.get_label().startswith("option")]
    looks = {(line.get_color(), str(line._unscaled_dash_pattern)) for line in lines}
    assert len(looks) == count


@pytest.mark.parametrize("count", [2, 12])
def test_each_line_ends_at_the_number_of_its_row_as_dashes_repeat_and_in_grey_so_do_inks(count):
    comparison = compared(count)
    figure = plot_comparison(comparison)
    figure.draw_without_rendering()
    numbers = [str(number) for number in range(1, count + 1)]
    for ax, level in zip(figure.axes[:4], LEVELS, strict=True):
        found = {text.get_text(): text for text in ax.texts}
        assert list(found) == numbers
        for option, text in zip(comparison.options, found.values(), strict=True):
            assert text.xy == pytest.approx((4, comparison.mean(option, level)[-1]))
        places = [Text.get_window_extent(text) for text in found.values()]  # without their leaders
        apart = np.diff(sorted(place.y0 for place in places))
        assert min(apart) >= 0.9 * max(place.height for place in places)
    for ax in (figure.axes[4], figure.axes[8]):
        beside = {text.get_position()[1]: text.get_text() for text in ax.texts if text.get_text().isdigit()}
        assert beside == {row: str(row + 1) for row in range(count)}


def test_one_option_alone_has_no_number():
    assert not [word for word in words(plot_comparison(compared(1)).axes[0]) if word == "1"]


def test_inks_have_enough_contrast_and_neighbours_differ_in_grey():
    def luminance(ink):
        parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(ink)]
        return float(np.dot(parts, [0.2126, 0.7152, 0.0722]))

    found = [luminance(ink) for ink in INKS]
    assert all(1.05 / (light + 0.05) >= 3 for light in found)
    for one, other in itertools.pairwise(found):
        assert (max(one, other) + 0.05) / (min(one, other) + 0.05) > 1.5


def test_files_say_what_was_compared_and_are_the_same_bytes_each_time(tmp_path):
    comparison = compared()
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        save_comparison_figure(comparison, tmp_path / name)
    for suffix in ("png", "svg"):
        one, other = ((tmp_path / name / f"comparison.{suffix}").read_bytes() for name in ("one", "other"))
        assert one == other
    with Image.open(tmp_path / "one" / "comparison.png") as image:
        about = json.loads(image.info["Description"])
    assert about["seeds"] == [1, 2, 3, 4, 5, 6]
    assert set(about["scenarios"]) == {"as it is", "option 1", "option 2"}


def test_at_step_0_where_nothing_has_happened_yet_it_is_drawn_without_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        plot_comparison(compare_worlds(worlds("as it is", 0.0), [worlds("option", 0.02)], step=0))


def test_names_that_are_too_long_are_cut_where_they_can_still_be_told_apart():
    """With a mark, on two lines, in the middle, or nearer to that end at which they are alike."""
    same = "the very same beginning of a name of an option that nobody could read here"
    names = [f"{same} number {number}" for number in range(1, 11)]
    names += [f"{number}: {same * 2}" for number in range(1, 4)]
    cut = told_apart(names, 120, 7)
    assert len(set(cut)) == len(names)
    assert all("…" in name and name.count("\n") < 2 for name in cut)
    assert told_apart(["short", "other"], 120, 7) == ["short", "other"]
