"""The figure of a discovery: a row for each limit, the points, a stroke for each future, and its source."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib.colors import to_rgba
from PIL import Image
from test_discovery_text import discovered, low_by_rule, nothing

from lpsim.analysis.boxes import inside
from lpsim.scenario import Scenario
from lpsim.show.figures.discovery import (
    A_LITTLE,
    BOX,
    LEAF,
    TICKS,
    _policy_labels,
    _shifted,
    plot_discovery,
    save_discovery_figure,
)
from lpsim.show.text.levers import named


def test_every_factor_that_is_limited_has_a_row_with_its_limit(tmp_path):
    found = discovered(tmp_path, low_by_rule)
    limits = plot_discovery(found).axes[0]
    words = " ".join(text.get_text() for text in limits.texts)
    assert "practice.discussion.rule" in words
    assert "Staff reflect on cases practice.reflection.rate" in words
    assert "best (" in words
    assert "below 0.65 per month (" in words


def test_all_points_are_drawn_those_that_are_sought_otherwise(tmp_path):
    found = discovered(tmp_path, low_by_rule)
    points = plot_discovery(found).axes[1]
    other, sought = points.get_lines()
    assert len(sought.get_xdata()) == found.sought.sum()
    assert len(other.get_xdata()) == (~found.sought).sum()
    assert sought.get_marker() != other.get_marker()


def test_no_point_of_a_factorial_hides_another_and_each_stays_nearest_its_own_values(tmp_path):
    found = discovered(tmp_path, low_by_rule)
    points = plot_discovery(found).axes[1]
    drawn = np.concatenate([line.get_xydata() for line in points.get_lines()])
    assert len(np.unique(drawn.round(6), axis=0)) == len(found.sought)
    assert "stand beside each other" in points.get_title(loc="left").replace("\n", " ")
    by_label = {named(found.design.base, axis.name): axis for axis in found.axes}
    order = np.argsort(found.sought, kind="stable")  # those that are sought are drawn last
    labels = points.get_xlabel(), points.get_ylabel()
    rulers = points.xaxis, points.yaxis
    for label, seen, limits, ruler in zip(
        labels, drawn.T, (points.get_xlim(), points.get_ylim()), rulers, strict=True
    ):
        own = by_label[label.replace("\n", " ")].places[order]
        there = np.unique(own)
        assert (there[np.abs(seen[:, None] - there).argmin(axis=1)] == own).all()
        assert (seen > limits[0]).all()
        assert (seen < limits[1]).all()
        assert len(there) > TICKS or ruler.get_ticklocs().tolist() == there.tolist()  # and none below 0


def test_what_is_moved_aside_on_a_logarithmic_axis_is_moved_by_as_many_powers():
    values = np.array([0.01, 0.1, 1.0])
    assert _shifted(values, np.array([0.3, 0.3, -0.3]), log=True) == pytest.approx(
        [0.01 * 10**0.3, 10**-0.7, 10**-0.3]
    )
    many = np.linspace(0, 1, 30)  # drawn, perhaps, and each met by several policies
    assert _shifted(many, np.full(30, 0.3), log=False) == pytest.approx(many + 0.3 * A_LITTLE)


def test_frames_hold_the_points_of_a_box_and_of_a_leaf_and_no_others(tmp_path):
    found = discovered(tmp_path, low_by_rule)
    points = plot_discovery(found).axes[1]
    by_label = {named(found.design.base, axis.name): axis for axis in found.axes}
    one, other = (by_label[label.replace("\n", " ")] for label in (points.get_xlabel(), points.get_ylabel()))
    for ink, region in ((BOX, found.boxes[0]), (LEAF, found.leaves[0])):
        frames = [frame for frame in points.patches if frame.get_edgecolor() == to_rgba(ink)]
        framed = sum(
            (one.places > frame.get_x()) & (one.places < frame.get_x() + frame.get_width())
            & (other.places > frame.get_y()) & (other.places < frame.get_y() + frame.get_height())
            for frame in frames
        )  # fmt: skip
        assert framed.tolist() == inside(found.axes, region.box).tolist()


def test_the_frame_of_a_leaf_does_not_hide_that_of_the_box(tmp_path):
    points = plot_discovery(discovered(tmp_path, low_by_rule)).axes[1]
    box, leaf = points.patches
    assert box.get_bbox().bounds == pytest.approx(leaf.get_bbox().bounds)
    assert box.get_zorder() < leaf.get_zorder()
    assert box.get_linewidth() > 2 * leaf.get_linewidth()


def test_policies_whose_names_are_too_long_are_told_apart_by_their_values():
    keys = ("practice.codification.meetings", "service.reporting.share", "service.guidance.rate")
    policies = [
        SimpleNamespace(levers=dict(zip(keys, values, strict=True)))
        for values in ((0.5, 0.3, 0.1), (0.5, 0.3, 0.01))
    ]
    found = SimpleNamespace(policies=policies, design=SimpleNamespace(base=Scenario()))
    labels, said = _policy_labels(found)
    assert labels == ["0.1", "0.01"]
    assert said == "(Rows: service.guidance.rate, per month.)"


def test_each_policy_has_a_stroke_for_each_future(tmp_path):
    found = discovered(tmp_path, low_by_rule)
    regret = plot_discovery(found).axes[2]
    strokes = [collection.get_segments() for collection in regret.collections]
    assert [len(rows) for rows in strokes] == [36, 36, 36]
    for rows, policy in zip(strokes, found.policies, strict=True):
        assert np.array(rows)[:, 0, 0] == pytest.approx(policy.regret)


@pytest.mark.parametrize("function", [low_by_rule, nothing])
def test_files_say_what_was_sought_and_are_the_same_bytes_each_time(tmp_path, function):
    found = discovered(tmp_path, function)
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        save_discovery_figure(found, tmp_path / name)
    for suffix in ("png", "svg"):
        one, other = ((tmp_path / name / f"discovery.{suffix}").read_bytes() for name in ("one", "other"))
        assert one == other
    with Image.open(tmp_path / "one" / "discovery.png") as image:
        about = json.loads(image.info["Description"])
    assert about["condition"] == {"measure": "staff_knowledge", "sign": "<", "threshold": 0.3}
