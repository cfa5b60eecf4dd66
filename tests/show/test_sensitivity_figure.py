"""The figure of a sensitivity analysis: every factor a row, the noise floor drawn in, and its source."""

import json

import pytest
from PIL import Image
from test_sensitivity_text import KEYS, analysed, luck, one_matters

from lpsim.show.figures.sensitivity import CLEAR, plot_sensitivity, save_sensitivity_figure


def names(ax):
    return [label.get_text() for label in ax.get_yticklabels()]


def test_every_factor_has_a_row_and_the_last_is_chance(tmp_path):
    figure = plot_sensitivity(analysed(tmp_path, one_matters))
    rows = names(figure.axes[0])
    assert rows[0] == KEYS[0]
    assert set(rows[:-1]) == set(KEYS)
    assert rows[-1] == "chance: another block of seeds"


def test_marks_stand_at_the_index_and_are_blue_only_where_clear_of_chance(tmp_path):
    found = analysed(tmp_path, one_matters)
    for ax, measure in zip(plot_sensitivity(found).axes, found.measures, strict=True):
        marks = {
            round(line.get_ydata()[0]): line
            for line in ax.get_lines()
            if line.get_marker() not in ("None", "")
        }
        for row, name in enumerate(names(plot_sensitivity(found).axes[0])[:-1]):
            (one,) = [one for one in found.influences[measure] if one.factor == name]
            assert marks[row].get_xdata()[0] == pytest.approx(one.strength.value)
            assert (marks[row].get_markeredgecolor() == CLEAR) == (one in found.clear(measure))
        for one in found.influences[measure]:
            chance = found.chance(measure, one)
            assert any(list(line.get_xdata()) == [chance.value] * 2 for line in ax.get_lines())


@pytest.mark.parametrize("method", ["morris", "saltelli"])
def test_files_say_what_was_analysed_and_are_the_same_bytes_each_time(tmp_path, method):
    found = analysed(tmp_path, lambda x, y, z, seed: x * y + 0.1 * luck(seed), method)
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        save_sensitivity_figure(found, tmp_path / name)
    for suffix in ("png", "svg"):
        one, other = ((tmp_path / name / f"sensitivity.{suffix}").read_bytes() for name in ("one", "other"))
        assert one == other
    with Image.open(tmp_path / "one" / "sensitivity.png") as image:
        about = json.loads(image.info["Description"])
    assert (about["design"], about["method"]) == (found.design.digest, found.method)
