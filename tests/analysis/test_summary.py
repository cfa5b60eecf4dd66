"""Means over replications and their intervals."""

import math

import numpy as np
import pytest

from lpsim.analysis.summary import t_interval


def test_the_interval_is_students():
    # t(.975, 3) = 3.182446; standard deviation of 1, 2, 3, 6: 2.160247.
    mean, low, high = t_interval([1, 2, 3, 6])
    assert mean == 3
    assert high - mean == pytest.approx(3.182446 * 2.160247 / 2, rel=1e-6)
    assert mean - low == pytest.approx(high - mean)


def test_another_level_has_another_width():
    # t(.95, 1) = 6.313752; standard deviation of 0, 1: .707107.
    assert t_interval([0, 1], level=0.9).high == pytest.approx(0.5 + 6.313752 * 0.5, rel=1e-6)


def test_one_value_has_no_interval_and_none_no_mean():
    assert t_interval([4.0]) == pytest.approx((4.0, math.nan, math.nan), nan_ok=True)
    assert all(math.isnan(number) for number in t_interval([math.nan]))


def test_values_that_are_missing_are_left_out():
    assert t_interval([1.0, math.nan, 3.0]) == t_interval([1.0, 3.0])


def test_equal_values_have_an_interval_of_no_width():
    assert t_interval([0.1] * 7) == (pytest.approx(0.1),) * 3


def test_it_covers_the_truth_as_often_as_it_says():
    # 2,000 intervals at 95 %: 1,900 expected, standard deviation 9.7; 1 chance in 16,000 of more than 4 off.
    draws = np.random.default_rng(1).normal(size=(2000, 5))
    covered = sum(low <= 0 <= high for _, low, high in map(t_interval, draws))
    assert abs(covered - 1900) <= 39
