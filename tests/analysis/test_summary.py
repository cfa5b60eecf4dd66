"""What several runs say together, and how sure that is."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import examples

from lpsim.analysis.summary import (
    FEW,
    PairedDifference,
    Summary,
    half_width,
    is_clear,
    paired_difference,
    paired_differences,
    summarize,
    summarize_runs,
)

FIELDS = ("runs", "mean", "low", "high", "sd", "lowest", "tenth", "ninetieth", "highest")
VALUES = st.floats(-1, 1) | st.just(math.nan)


def numbers(found, index=()):
    return {name: float(np.asarray(getattr(found, name))[index]) for name in FIELDS}


class TestWhatIsClear:
    def test_it_is_what_an_interval_leaves_0_out_of(self):
        # t(.975, 3) = 3.182446: 1, 2, 3, 6 have 3 \u00b1 3.44, and 2, 2, 3, 3 have 2.5 \u00b1 .92.
        assert not is_clear(paired_difference([1, 2, 3, 6], [0] * 4))
        assert is_clear(paired_difference([2, 2, 3, 3], [0] * 4))

    def test_of_many_differences_the_largest_needs_a_wider_interval(self):
        # t(.9975, 3) = 7.453: 2.5 \u00b1 2.15; t(.9995, 3) = 12.924: 2.5 \u00b1 3.73.
        found = paired_difference([2, 2, 3, 3], [0] * 4)
        assert is_clear(found, among=10)
        assert not is_clear(found, among=50)

    @pytest.mark.parametrize(("among", "fewest"), [(1, 6), (4, 8), (100, 12)])
    def test_equal_differences_are_clear_only_where_their_signs_are(self, among, fewest):
        # So many coins show the same side with probability 2 \u00b7 2^-n: .031 of six, .0625 of five.
        for worlds in range(2, 15):
            apart = [0.1 * world for world in range(worlds)]
            found = paired_difference([value + 0.05 for value in apart], apart)  # equal but for rounding
            assert is_clear(found, among=among) is (worlds >= fewest)

    def test_one_world_none_and_no_difference_make_nothing_clear(self):
        for values in ([0.3], [], [0.0] * 20):
            assert not is_clear(paired_difference(values, [0.0] * len(values)))


class TestTheMeanAndItsInterval:
    def test_the_interval_is_students(self):
        # t(.975, 3) = 3.182446; standard deviation of 1, 2, 3, 6: 2.160247.
        found = summarize([1, 2, 3, 6])
        assert (found.runs, found.mean) == (4, 3)
        assert found.sd == pytest.approx(2.160247, rel=1e-6)
        assert found.high - found.mean == pytest.approx(3.182446 * 2.160247 / 2, rel=1e-6)
        assert found.mean - found.low == pytest.approx(found.high - found.mean)

    def test_another_level_has_another_width(self):
        # t(.95, 1) = 6.313752; standard deviation of 0, 1: .707107.
        assert half_width(0.5, 2, level=0.9) == pytest.approx(6.313752 * 0.5, rel=1e-6)

    def test_one_value_has_no_interval_and_none_no_mean(self):
        one, none = summarize([4.0]), summarize([])
        assert (one.runs, one.mean, one.lowest, one.tenth, one.highest) == (1, 4, 4, 4, 4)
        assert all(math.isnan(number) for number in (one.low, one.high, one.sd))
        assert none.runs == 0
        assert all(math.isnan(number) for name, number in numbers(none).items() if name != "runs")

    def test_values_that_are_missing_are_left_out_and_not_counted(self):
        assert summarize([1.0, math.nan, 3.0]) == summarize([1.0, 3.0])
        assert numbers(summarize([math.nan])) == pytest.approx(numbers(summarize([])), nan_ok=True)

    @pytest.mark.parametrize("value", [0.1, 1 / 3, -0.7])
    def test_equal_values_are_their_mean_to_the_bit_and_have_an_interval_of_no_width(self, value):
        found = summarize([value] * 7)
        assert (found.mean, found.low, found.high, found.sd) == (value, value, value, 0)
        assert found.spread == (value, value)

    def test_it_covers_the_truth_as_often_as_it_says(self):
        # 2,000 intervals at 95 %: 1,900 expected, standard deviation 9.7; 1 in 16,000 is more than 4 off.
        found = summarize_runs(np.random.default_rng(1).normal(size=(5, 2000)))
        covered = ((found.low <= 0) & (found.high >= 0)).sum()
        assert abs(covered - 1900) <= 39

    def test_it_can_be_cut_at_what_is_possible(self):
        wide, one = summarize([0, 1]).within(0, 1), summarize([0.5]).within(0, 1)
        assert (wide.low, wide.mean, wide.high) == (0, 0.5, 1)
        assert math.isnan(one.low) and math.isnan(one.high)


class TestTheSpreadBetweenWorlds:
    def test_the_quantiles_are_weibulls_of_numpy(self):
        values = np.random.default_rng(2).normal(size=(20, 4))
        found = summarize_runs(values)
        tenth, ninetieth = np.quantile(values, [0.1, 0.9], axis=0, method="weibull")
        np.testing.assert_allclose(found.tenth, tenth, rtol=1e-14)
        np.testing.assert_allclose(found.ninetieth, ninetieth, rtol=1e-14)
        np.testing.assert_array_equal(found.lowest, values.min(axis=0))
        np.testing.assert_array_equal(found.highest, values.max(axis=0))

    @pytest.mark.parametrize("runs", [9, 20, 50])
    @pytest.mark.parametrize("draw", ["normal", "exponential"])
    def test_eight_of_ten_further_worlds_lie_between_its_ends(self, runs, draw):
        """Of one further world for each of 20,000 sets of runs."""
        rng = np.random.default_rng(runs)
        found = summarize_runs(getattr(rng, draw)(size=(runs, 20_000)))
        further = getattr(rng, draw)(size=20_000)
        inside = (found.tenth <= further) & (further <= found.ninetieth)
        assert inside.mean() == pytest.approx(
            0.8, abs=0.012
        )  # a world each: standard error .0028, so 4 of them

    def test_of_few_runs_it_is_the_lowest_and_the_highest(self):
        assert summarize(range(FEW - 1)).spread == (0, FEW - 2)
        assert summarize(range(FEW)).spread == (0, FEW - 1)
        assert summarize(range(2 * FEW + 1)).spread == (pytest.approx(1), pytest.approx(2 * FEW - 1))

    def test_more_runs_narrow_the_interval_and_not_the_spread(self):
        draws = np.random.default_rng(3).normal(size=4000)
        few, many = summarize(draws[:100]), summarize(draws)
        assert many.high - many.low < 0.25 * (few.high - few.low)
        for found in (few, many):
            assert np.diff(found.spread)[0] == pytest.approx(2 * 1.2816, rel=0.2)


@examples(200)
@given(st.lists(st.lists(VALUES, min_size=3, max_size=3), max_size=12))
def test_arrays_are_summed_up_number_by_number(rows):
    values = np.array(rows).reshape(len(rows), 3)
    found = summarize_runs(values)
    assert found.mean.shape == (3,)
    for column in range(3):
        alone = numbers(summarize(values[:, column]))
        assert numbers(found, column) == pytest.approx(alone, nan_ok=True)


@examples(200)
@given(st.lists(VALUES, max_size=12))
def test_what_is_said_is_in_order(values):
    found = summarize(values)
    if found.runs:
        ends = (found.lowest, found.tenth, found.ninetieth, found.highest)
        assert list(ends) == sorted(ends)
        assert found.lowest - 1e-12 <= found.mean <= found.highest + 1e-12
    if found.runs > 1:
        assert found.low <= found.mean <= found.high


class TestThePairedDifference:
    def test_it_is_the_summary_of_the_differences(self):
        found = paired_difference([3, 5, 4, 4], [1, 4, 6, 4])
        differences = summarize([2, 1, -2, 0])
        assert isinstance(found, PairedDifference) and isinstance(found, Summary)
        assert numbers(found) == numbers(differences)
        assert (found.positive, found.negative) == (0.5, 0.25)

    def test_it_is_narrower_than_the_worlds_where_seeds_have_much_in_common(self):
        worlds = np.random.default_rng(4).normal(size=50)
        found = paired_difference(worlds + 0.1, worlds)
        assert found.mean == pytest.approx(0.1)
        assert (found.positive, found.negative) == (1, 0)
        assert found.high - found.low < 1e-9 < summarize(worlds).sd

    def test_a_seed_without_a_value_in_either_is_left_out(self):
        found = paired_difference([1, math.nan, 3, 5], [0, 1, math.nan, 6])
        assert (found.runs, found.mean, found.positive, found.negative) == (2, 0, 0.5, 0.5)
        assert math.isnan(paired_difference([math.nan], [1]).positive)

    def test_arrays_are_compared_number_by_number(self):
        one, other = np.random.default_rng(5).normal(size=(2, 9, 2, 3))
        found = paired_differences(one, other)
        assert found.positive.shape == (2, 3)
        single = paired_difference(one[:, 1, 2], other[:, 1, 2])
        assert numbers(found, (1, 2)) == pytest.approx(numbers(single))
        assert (found.positive[1, 2], found.negative[1, 2]) == (single.positive, single.negative)

    def test_values_of_other_seeds_have_no_pairs(self):
        with pytest.raises(ValueError, match="have no pairs"):
            paired_difference([1, 2], [1])


def test_a_mean_is_the_same_to_the_bit_whether_of_one_step_or_of_many():
    draws = np.random.default_rng(1)
    for _ in range(200):
        values = draws.integers(0, 41, size=draws.integers(2, 60)) / 40
        alone, among = summarize(values.tolist()), summarize_runs(np.stack([values] * 7, axis=1))
        for name in ("mean", "low", "high", "sd"):
            assert getattr(alone, name) == getattr(among, name)[3]
