"""Boxes and trees find what was planted: their edges, in nearly every sample, and nothing else."""

import numpy as np
import pytest
from scipy.stats import qmc

from lpsim.analysis.boxes import LEAST, Axis, Limit, find_box, inside, merit
from lpsim.analysis.trees import leaves

SAMPLES = 20
PLANTED = {0: Limit(high=0.5), 1: Limit(0.3, 0.8), 2: Limit(low=0.4)}
"""A box of three factors with four edges, among eight factors from 0 to 1."""


def drawn(sample, points=400, factors=8):
    """Axes of a Latin hypercube, and which of its points lie in the planted box."""
    places = qmc.LatinHypercube(factors, seed=sample).random(points)
    axes = [Axis(f"factor {number}", places[:, number]) for number in range(factors)]
    return axes, inside(axes, PLANTED)


def is_found(box):
    """Whether a box limits what the planted one does and nothing else, each edge within 5 % of the range."""
    if {number: limit.sides for number, limit in box.items()} != {
        number: limit.sides for number, limit in PLANTED.items()
    }:
        return False
    return all(
        abs(getattr(box[number], side) - getattr(limit, side)) <= 0.05
        for number, limit in PLANTED.items()
        for side in limit.sides
    )


def test_prim_finds_a_planted_box_within_five_per_cent_of_each_edge_in_19_of_20_samples():
    assert sum(is_found(find_box(*drawn(sample))) for sample in range(SAMPLES)) >= 19


def test_cart_finds_a_planted_box_within_five_per_cent_of_each_edge_in_19_of_20_samples():
    assert sum(is_found(leaves(*drawn(sample))[0]) for sample in range(SAMPLES)) >= 19


@pytest.mark.parametrize("finder", [find_box, lambda axes, sought: leaves(axes, sought)[0]])
def test_both_find_it_also_where_one_point_in_twenty_says_the_contrary(finder):
    found = 0
    for sample in range(SAMPLES):
        axes, sought = drawn(sample, points=1000)
        sought ^= np.random.default_rng(sample).random(len(sought)) < 0.05
        found += is_found(finder(axes, sought))
    assert found >= 19


def test_where_nothing_is_planted_hardly_anything_is_found():
    axes, _ = drawn(1)
    sought = np.random.default_rng(1).random(400) < 0.5
    box = find_box(axes, sought)
    assert merit(sought, inside(axes, box)) < 0.75


@pytest.mark.parametrize("finder", [find_box, lambda axes, sought: leaves(axes, sought)[0]])
def test_names_that_have_no_order_are_found(finder):
    draws = np.random.default_rng(3)
    rule = Axis("rule", draws.integers(4, size=300).astype(float), ("a", "b", "c", "d"))
    rate = Axis("rate", draws.random(300))
    sought = np.isin(rule.places, [1, 3]) & (rate.places > 0.6)
    box = finder([rule, rate], sought)
    held = inside([rule, rate], box)
    assert sought[held].mean() > 0.95
    assert box[1].low == pytest.approx(0.6, abs=0.05)
    if finder is find_box:
        assert box[0].names == {1, 3}


def test_values_that_repeat_are_cut_between_two_of_them():
    values = np.repeat([1.0, 2.0, 3.0, 4.0], 30)
    sought = values >= 3
    assert find_box([Axis("levels", values)], sought) == {0: Limit(low=2.5)}


def test_a_box_holds_at_least_ten_cases():
    axes, _ = drawn(2)
    sought = np.zeros(400, dtype=bool)
    sought[:3] = True
    assert inside(axes, find_box(axes, sought)).sum() >= LEAST


def test_the_merit_of_a_box_is_the_harmonic_mean_of_coverage_and_density():
    sought, held = np.array([1, 1, 1, 1, 0, 0], bool), np.array([1, 1, 0, 0, 1, 0], bool)
    coverage, density = 2 / 4, 2 / 3
    assert merit(sought, held) == pytest.approx(2 * coverage * density / (coverage + density))
