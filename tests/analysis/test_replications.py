"""How many replications are enough: against the sim-tools package, by hand, and on scenarios."""

import math
import statistics
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sim_tools.output_analysis import ReplicationsAlgorithm, confidence_interval_method

import lpsim
from lpsim.analysis.replications import FIRST, LEAST, LOOK_AHEAD, enough, replications_needed
from lpsim.analysis.summary import summarize
from lpsim.errors import InputError
from lpsim.scenario import Scenario
from lpsim.sweeps.batches import column_of

ONE_PRACTICE = Scenario.load(Path(__file__).parents[2] / "configs" / "one_practice.toml").replace(
    {"steps": 8}
)
ASKED = {"measure": "staff_knowledge", "precision": 0.05}


def positive(mean, sd, seed):
    """Two thousand positive values; sim-tools takes any negative mean for precise."""
    return np.random.default_rng(seed).gamma((mean / sd) ** 2, sd**2 / mean, 2000)


class Recorded:
    """A model for sim-tools whose replications are there already."""

    def __init__(self, values):
        self.values = values

    def single_run(self, replication_number):
        return {"measure": float(self.values[replication_number])}


def by_sim_tools(values, precision, look_ahead=LOOK_AHEAD):
    algorithm = ReplicationsAlgorithm(
        half_width_precision=precision,
        initial_replications=FIRST,
        look_ahead=look_ahead,
        replication_budget=1700,
    )
    needed, table = algorithm.select(Recorded(values), ["measure"])
    return needed["measure"], table


# --- against sim-tools ------------------------------------------------------------------------------

SERIES = [
    (*shape, seed)
    for shape in [(1, 0.1, 0.05), (0.4, 0.05, 0.02), (5, 2, 0.05), (20, 9, 0.04), (3, 0.9, 0.02)]
    for seed in range(3)
]


@pytest.mark.parametrize(("mean", "sd", "precision", "seed"), SERIES)
@pytest.mark.parametrize("look_ahead", [0, 5])
def test_it_needs_as_many_replications_as_sim_tools_says(mean, sd, precision, seed, look_ahead):
    values = positive(mean, sd, seed)
    expected, table = by_sim_tools(values, precision, look_ahead)
    found = enough(values, precision=precision, relative=True, look_ahead=look_ahead)
    assert found.needed == expected
    assert len(found.means) == len(table)
    np.testing.assert_allclose([m.mean for m in found.means], table["Cumulative Mean"], rtol=1e-12)
    late, table = found.means[FIRST - 1 :], table[FIRST - 1 :]
    widths = (table["Upper Interval"] - table["Lower Interval"]) / 2
    np.testing.assert_allclose([m.half_width for m in late], widths, rtol=1e-9)
    np.testing.assert_allclose([m.sd for m in late], table["Standard Deviation"], rtol=1e-9)


def test_those_series_need_from_a_few_to_many_hundred_replications():
    needed = [by_sim_tools(positive(mean, sd, seed), precision)[0] for mean, sd, precision, seed in SERIES]
    assert min(needed) < 20
    assert max(needed) > 500


@pytest.mark.parametrize("seed", range(5))
def test_without_look_ahead_it_is_the_confidence_interval_method(seed):
    values = positive(1, 0.3, seed)[:400]
    expected, _ = confidence_interval_method(list(values), desired_precision=0.05, min_rep=FIRST - 1)
    assert enough(values, precision=0.05, relative=True, look_ahead=0).needed == expected


# --- by hand ----------------------------------------------------------------------------------------


def test_a_precision_that_does_not_last_is_luck():
    lucky = [0.5, 0.5, 0.5, 0.5, *[0.9, 0.5] * 1000]
    found = enough(lucky, precision=0.02)
    assert found.means[3].half_width == 0
    assert found.means[4].half_width > 0.02
    assert found.needed is not None
    assert found.needed > 300
    unequal = [0.5, 0.5001, *lucky]
    assert enough(unequal, precision=0.02, look_ahead=0).needed == FIRST


def test_values_that_are_all_equal_are_not_enough_before_a_stated_number():
    rare = [0.0] * 40
    found = enough(rare, precision=0.01)
    assert (found.needed, len(found.means), found.all_equal) == (LEAST, LEAST + LOOK_AHEAD, True)
    assert enough(rare[: LEAST - 1], precision=0.01).needed is None
    assert enough([*rare[:20], 1.0, *rare], precision=0.01).needed is None


def test_what_may_be_unseen_is_the_rule_of_three():
    found = enough([0.0] * 300, precision=0.01, look_ahead=270)
    assert len(found.means) == 300
    assert found.unseen == pytest.approx(3 / 300, rel=0.01)
    assert (1 - found.unseen) ** 300 == pytest.approx(0.05)


@pytest.mark.parametrize(("count", "precision"), [(100, 0.7), (4000, 0.05)])
def test_the_look_ahead_is_five_up_to_a_hundred_and_five_in_a_hundred_beyond(count, precision):
    found = enough(np.random.default_rng(1).normal(0, 1, count), precision=precision)
    made = len(found.means)
    assert made - found.needed == 5 * max(made, 100) // 100
    assert all(mean.half_width <= precision for mean in found.means[found.needed - 1 :])
    assert found.means[found.needed - 2].half_width > precision


def test_absolute_precision_does_not_depend_on_the_mean_and_relative_does():
    values = np.random.default_rng(3).normal(0, 0.1, 3000)
    assert enough(values + 5, precision=0.02).needed == enough(values, precision=0.02).needed
    assert enough(values + 5, precision=0.02, relative=True).needed < 20
    assert enough(values, precision=0.02, relative=True).needed is None
    negative, positive = (enough(sign * (values + 5), precision=0.001, relative=True) for sign in (-1, 1))
    assert negative.needed == positive.needed is not None


def test_where_those_made_are_not_enough_their_spread_says_how_many_may_be():
    values = np.random.default_rng(4).normal(0, 1, 50)
    found = enough(values, precision=0.05)
    assert found.needed is None
    assert found.estimate == math.ceil(50 * (found.means[-1].half_width / 0.05) ** 2)
    assert enough(values, precision=10).estimate is None


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.floats(-1, 1), min_size=2, max_size=60))
def test_the_running_interval_is_the_t_interval_of_all_values_so_far(values):
    for mean in enough(values, precision=1e-300, look_ahead=10_000).means[1:]:
        so_far = values[: mean.replications]
        expected = summarize(so_far)
        assert mean.mean == pytest.approx(expected.mean, abs=1e-12)
        assert mean.half_width == pytest.approx(expected.high - expected.mean, rel=1e-7, abs=1e-7)
        assert mean.sd == pytest.approx(statistics.stdev(so_far), rel=1e-7, abs=1e-7)


def test_the_interval_covers_the_true_mean_about_as_often_as_it_says():
    # 400 sequences around a known mean; to stop when the interval is narrow costs a little coverage. Were it
    # 93 %, fewer than 354 hits would have a probability of 4e-4; were it 97 %, more than 397 one of 2e-3.
    draws = np.random.default_rng(11)
    hits = 0
    for _ in range(400):
        found = enough(draws.normal(0.4, 0.1, 500), precision=0.03)
        mean = found.means[found.needed - 1]
        hits += abs(mean.mean - 0.4) <= mean.half_width
    assert 354 <= hits <= 397


# --- on scenarios -----------------------------------------------------------------------------------


def test_the_runs_are_those_of_the_seeds_that_follow_each_other():
    counted = []
    found = replications_needed(ONE_PRACTICE, **ASKED, seed=5, on_run=counted.append)
    runs = [lpsim.simulate(ONE_PRACTICE, seed=5 + number) for number in range(len(found.means))]
    ends = [run.series["staff_knowledge"].iloc[-1] for run in runs]
    assert repr(enough(ends, precision=0.05)) == repr(found)  # NaN is not equal to itself
    assert counted == [1] * len(ends)


def test_a_run_that_keeps_lessons_needs_as_many_as_one_that_does_not():
    kept = ONE_PRACTICE.replace({"record.lessons": True, "record.every": 3})
    with_lessons, without = (lpsim.replications_needed(s, **ASKED) for s in (kept, ONE_PRACTICE))
    assert repr(with_lessons) == repr(without)


def test_no_more_runs_are_made_than_allowed():
    found = replications_needed(ONE_PRACTICE, measure="staff_knowledge", precision=1e-4, most=9)
    assert (found.needed, len(found.means)) == (None, 9)


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        (
            {"measure": "staff_knowlege"},
            "'staff_knowlege' is not recorded; did you mean \"staff_knowledge\"?",
        ),
        ({"precision": 0.0}, "precision: found 0; allowed is a number above 0."),
        ({"precision": math.nan}, "precision: found nan; allowed is a number above 0."),
        ({"level": 1.0}, "level: found 1; allowed is a number between 0 and 1."),
        ({"most": 7}, r"most \(--max\): found 7; allowed is a whole number from 8."),
        ({"seed": -1}, "seed: found -1; allowed is a whole number from 0 to"),
        ({"seed": 2**64 - 9}, "allowed is 0 to 2.64 - 1000, as the others follow it."),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_runs(wrong, expected):
    with pytest.raises(InputError, match=expected):
        replications_needed(ONE_PRACTICE, **{**ASKED, **wrong})


def test_a_measure_without_a_value_is_refused():
    scenario = ONE_PRACTICE.replace({"world.domains": 0})
    with pytest.raises(InputError, match="assumptions_right_staff has no value at step 8 of this scenario"):
        replications_needed(scenario, measure="assumptions_right_staff", precision=0.1)


@pytest.mark.parametrize("measure", ["staff_knowledge[role: gp]", "staff_knowledge[last 3]"])
def test_the_mean_of_a_group_or_of_the_last_steps_is_that_of_the_runs(measure):
    found = replications_needed(ONE_PRACTICE, measure=measure, precision=10.0, most=8)
    ends = [column_of(lpsim.simulate(ONE_PRACTICE, seed=seed), measure)[-1] for seed in range(1, 9)]
    assert found.means[-1].mean == pytest.approx(np.mean(ends[: found.means[-1].replications]))
