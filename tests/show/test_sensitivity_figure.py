"""The figure of a sensitivity analysis: every factor a row, the noise floor drawn in, and its source."""

import json

import pytest
from PIL import Image
from test_sensitivity_text import KEYS, analysed, luck, one_matters

from lpsim.show.figures.sensitivity import CLEAR, plot_sensitivity, save_sensitivity_figure


def lines(ax):
    """What stands beside each row, from above."""
    of_rows = {}
    for text in ax.texts:
        of_rows.setdefault(text.xy[1], []).append(text.get_text())
    return [of_rows[row] for row in sorted(of_rows)]


def test_every_factor_has_a_row_and_the_last_is_chance(tmp_path):
    figure = plot_sensitivity(analysed(tmp_path, one_matters))
    rows = [said[-1] for said in lines(figure.axes[0])]
    assert rows[0] == KEYS[0]
    assert set(rows) == set(KEYS)
    assert figure.axes[0].get_yticklabels()[-1].get_text() == "chance: another block of seeds"


def test_a_factor_is_named_in_words_above_its_key(tmp_path):
    (first, *_) = lines(plot_sensitivity(analysed(tmp_path, one_matters)).axes[0])
    assert first == ["Staff reflect on cases", "practice.reflection.rate"]


def test_marks_stand_at_the_index_and_are_blue_only_where_clear_of_chance(tmp_path):
    found = analysed(tmp_path, one_matters)
    for ax, measure in zip(plot_sensitivity(found).axes, found.measures, strict=True):
        marks = {
            round(line.get_ydata()[0]): line
            for line in ax.get_lines()
            if line.get_marker() not in ("None", "")
        }
        for row, (*_, name) in enumerate(lines(plot_sensitivity(found).axes[0])):
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
