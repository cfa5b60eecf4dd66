"""What a factor does alone is the mean over all points that share its value."""

import math

import numpy as np
import pytest

from lpsim.analysis import factors
from lpsim.analysis.factors import complete, factors_alone, share_with_value, told_alone, valued
from lpsim.errors import InputError
from lpsim.runs import simulate as simulate_module
from lpsim.sweeps.design.design import Design
from lpsim.sweeps.runner import sweep
from tests.sweeping import SMALL, as_dict, filled, small

RULES = {"key": "practice.discussion.rule", "kind": "uncertainty", "values": ["best", "majority"]}
RATES = {"key": "practice.reflection.rate", "kind": "lever", "values": [0.0, 0.9]}


@pytest.fixture(autouse=True)
def slow_engine(monkeypatch):
    """The reference engine, which need not be compiled."""
    monkeypatch.setattr(simulate_module.simulate_many, "__kwdefaults__", {
        **simulate_module.simulate_many.__kwdefaults__, "engine": "reference"
    })  # fmt: skip


@pytest.fixture
def store(tmp_path):
    return sweep(small(tmp_path, factors=[RULES, RATES], replications=2), store=tmp_path / "store")


def test_it_is_the_mean_of_the_points_means(store):
    found = {one.factor: one for one in factors_alone(store, "staff_knowledge")}
    frame = store.frame()
    means = frame.groupby(["point", "practice.reflection.rate"])["staff_knowledge"].mean().reset_index()
    expected = means.groupby("practice.reflection.rate")["staff_knowledge"].mean()
    rates = found["practice.reflection.rate"]
    assert rates.values == (0.0, 0.9)
    assert [group.mean for group in rates.points] == pytest.approx(list(expected), abs=1e-12)
    assert [group.runs for group in rates.points] == [2, 2]
    rules = found["practice.discussion.rule"]
    assert (rules.values, rules.is_number, rates.is_number) == (("best", "majority"), False, True)


def test_the_factor_that_moves_it_most_comes_first(store):
    found = factors_alone(store, "staff_knowledge")
    assert [one.factor for one in found] == ["practice.reflection.rate", "practice.discussion.rule"]
    assert found[0].move >= found[1].move


def test_a_number_with_many_values_is_cut_into_parts_of_as_many_points(tmp_path, monkeypatch):
    monkeypatch.setattr(factors, "BINS", 3)
    rates = np.linspace(0.1, 0.9, 9).round(3).tolist()
    store = sweep(small(tmp_path, rates=rates, replications=1), store=tmp_path / "store")
    (one,) = factors_alone(store, "staff_knowledge")
    assert [group.runs for group in one.points] == [3, 3, 3]
    assert one.values == pytest.approx((0.2, 0.5, 0.8))


def test_of_one_at_a_time_every_value_is_told_with_the_interval_over_its_runs(tmp_path, monkeypatch):
    monkeypatch.setattr(factors, "BINS", 3)
    rates = {"key": RATES["key"], "kind": "lever", "values": [0.1, 0.3, 0.5, 0.7]}
    design = small(tmp_path, factors=[RULES, rates], method="one_at_a_time", replications=4)
    store = filled(tmp_path / "store", design, lambda point, seed: point.values[RATES["key"]] + 0.1 * seed)
    found = {one.factor: one for one in factors_alone(store, "staff_knowledge")}[RATES["key"]]
    assert not found.sliced
    assert {0.1, 0.3, 0.5, 0.7} <= set(found.values)
    half = 3.182446 * np.std([0.1, 0.2, 0.3, 0.4], ddof=1) / 2  # t of 3 beyond which 2.5 % lie
    assert [group.runs for group in found.points] == [4] * len(found.values)
    for value, group in zip(found.values, found.points, strict=True):
        assert group.mean == pytest.approx(value + 0.25)
        assert (group.low, group.high) == pytest.approx((group.mean - half, group.mean + half))


def test_scenarios_that_are_listed_are_a_factor(tmp_path):
    data = as_dict(tmp_path, factors=[], method="scenarios")
    listed = [{"name": "a"}, {"name": "b", "set": {"practice.reflection.rate": 0.9}}]
    design = Design.from_dict({**data, "scenarios": listed, "set": SMALL})
    (one,) = factors_alone(sweep(design, store=tmp_path / "store"), "staff_knowledge")
    assert (one.factor, one.values) == ("scenario", ("a", "b"))


def test_what_was_not_kept_and_what_is_not_done_is_told(store, tmp_path, monkeypatch):
    with pytest.raises(InputError, match=r"measure: 'staff_knowlege' was not kept; did you mean"):
        factors_alone(store, "staff_knowlege")

    def fails(*_, **__):
        raise OSError("no")

    monkeypatch.setattr("lpsim.sweeps.batches.Simulator.many", fails)
    empty = sweep(small(tmp_path), store=tmp_path / "empty")
    with pytest.raises(
        InputError, match=r"no run has a value of staff_knowledge .*; run `lpsim sweep` again\."
    ):
        factors_alone(empty, "staff_knowledge")


def test_of_a_measure_without_a_value_those_that_have_one_are_named(tmp_path):
    keep = {"keep": {"measures": ["months_to_half_by_memory", "staff_knowledge"]}}
    values = {"months_to_half_by_memory": math.nan, "staff_knowledge": 0.5}
    store = filled(tmp_path / "store", small(tmp_path, **keep), lambda *_: values)
    assert valued(store) == ["staff_knowledge"]
    with pytest.raises(InputError, match=r"no run has a value of .*; choose staff_knowledge"):
        factors_alone(store, "months_to_half_by_memory")
    assert complete(store) == ["staff_knowledge"]


def test_a_measure_that_some_runs_lack_is_not_complete(tmp_path):
    keep = {"keep": {"measures": ["months_to_half_by_memory", "staff_knowledge"]}}

    def values(point, seed):
        return {"months_to_half_by_memory": math.nan if seed == 1 else 2.0, "staff_knowledge": 0.5}

    store = filled(tmp_path / "store", small(tmp_path, **keep), values)
    assert (valued(store)[0], complete(store)) == ("months_to_half_by_memory", ["staff_knowledge"])
    assert share_with_value(store, "months_to_half_by_memory") == pytest.approx(3 / 4)


RATE, RULE = RATES["key"], RULES["key"]


def test_of_one_at_a_time_a_factor_is_compared_with_the_base_alone(tmp_path):
    three = {**RATES, "values": [0.0, 0.5, 0.9]}
    listed = [{"name": "a"}, {"name": "b", "set": {"forgetting.staff": 0.2}}]
    design = small(tmp_path, method="one_at_a_time", factors=[RULES, three], scenarios=listed)

    def value(point, seed):
        return 10 * (point.values[RULE] == "best") + point.values[RATE] + 100 * (point.listed == "b")

    store = filled(tmp_path / "store", design, value)
    found = {one.factor: one for one in factors_alone(store, "staff_knowledge")}
    rate = found[RATE]
    # The base discusses by another rule than "best", and reflects at a rate that is among neither.
    assert [group.mean - place for place, group in zip(rate.values, rate.points, strict=True)] == (
        pytest.approx([50.0] * len(rate.values))
    )
    assert rate.base in rate.values
    assert found["scenario"].move == pytest.approx(100)
    assert [group.runs for group in found["scenario"].points] == [4, 4]


def test_of_walks_and_of_a_table_nothing_is_told_of_a_factor_unless_it_is_crossed_with_all_others(tmp_path):
    both = [{**RATES, "values": [0.0, 0.5, 0.9]}, RULES]
    walks = small(tmp_path, method="morris", samples=4, factors=both, replications=1)
    assert told_alone(walks) == []
    listed = [{"name": "a"}, {"name": "b", "set": {"forgetting.staff": 0.2}}]
    scenarios = small(tmp_path, method="morris", samples=4, factors=both, scenarios=listed, replications=1)
    assert told_alone(scenarios) == ["scenario"]
    store = filled(tmp_path / "store", walks, lambda point, seed: 0.5)
    with pytest.raises(InputError, match=r"no mean over them says what it does alone; use lpsim sensitivity"):
        factors_alone(store, "staff_knowledge")
    (tmp_path / "points.csv").write_text(f"{RATE}\n0.0\n0.5\n")
    table = {**as_dict(tmp_path), "points": str(tmp_path / "points.csv"), "factors": [
        {"key": RATE, "kind": "uncertainty"}, RULES,
    ]}  # fmt: skip
    crossed = Design.from_dict({**table, "method": "points", "replications": 1})
    assert told_alone(crossed) == [RATE, RULE]


def test_a_number_that_was_cut_into_parts_is_told(tmp_path):
    rates = np.linspace(0.1, 0.9, 17).round(3).tolist()
    store = filled(tmp_path / "store", small(tmp_path, rates=rates), lambda point, seed: 0.5)
    (one,) = factors_alone(store, "staff_knowledge")
    assert one.sliced


@pytest.mark.parametrize(("samples", "parts"), [(10, 5), (16, 8), (17, 8)])
def test_of_few_points_drawn_in_several_factors_the_one_that_matters_comes_first(tmp_path, samples, parts):
    """Each point has values of its own, so that uncut every factor would seem to move the measure as much."""
    drawn = [{"key": key, "kind": "uncertainty", "range": [0.0, 1.0]} for key in (RATE, "initial.prior")]
    design = Design.from_dict({
        **as_dict(tmp_path), "method": "latin_hypercube", "samples": samples, "seed": 3, "factors": drawn,
        "replications": 1,
    })  # fmt: skip
    store = filled(tmp_path / "store", design, lambda point, seed: point.values["initial.prior"])
    first, other = factors_alone(store, "staff_knowledge")
    assert (first.factor, len(first.values)) == ("initial.prior", parts)
    assert first.sliced and other.sliced and first.move > other.move


def test_of_one_factor_alone_each_point_stands_for_itself(tmp_path):
    rates = np.linspace(0.1, 0.9, 9).round(3).tolist()
    store = filled(tmp_path / "store", small(tmp_path, rates=rates), lambda point, seed: 0.5)
    (one,) = factors_alone(store, "staff_knowledge")
    assert one.values == tuple(rates) and not one.sliced


def test_keys_that_move_together_are_told_by_all_of_them_where_the_first_does_not_say_which_row(tmp_path):
    both = {"keys": [RATE, "initial.prior"], "kind": "lever", "values": [[0.1, 0.1], [0.1, 0.9], [0.2, 0.5]]}
    design = small(tmp_path, factors=[both, RULES])
    store = filled(tmp_path / "store", design, lambda point, seed: point.values["initial.prior"])
    found = {one.factor: one for one in factors_alone(store, "staff_knowledge")}[RATE]
    assert found.values == ("0.1, 0.1", "0.1, 0.9", "0.2, 0.5") and not found.is_number
    assert [group.mean for group in found.points] == pytest.approx([0.1, 0.9, 0.5])


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (np.column_stack([np.linspace(0.1, 0.9, 30), np.linspace(0.9, 0.1, 30)]), [RATE, RULE]),  # a line
        (np.random.default_rng(1).random((30, 2)), [RULE]),  # as points of a table
    ],
)
def test_many_rows_of_keys_are_told_only_where_all_rise_or_fall_together(tmp_path, rows, told):
    both = {"keys": [RATE, "initial.prior"], "kind": "uncertainty", "values": rows.round(3).tolist()}
    assert told_alone(small(tmp_path, factors=[both, RULES])) == told


def test_numbers_that_are_listed_are_not_cut_within_a_value(tmp_path):
    rates = {**RATES, "values": np.linspace(0.1, 1.0, 10).round(3).tolist()}
    made = small(tmp_path, factors=[RULES, rates], replications=1)
    store = filled(
        tmp_path / "store", made,
        lambda point, seed: point.values[RATES["key"]] + 5 * (point.values[RULES["key"]] == "best"),
    )  # fmt: skip
    one = next(one for one in factors_alone(store, "staff_knowledge") if one.factor == RATES["key"])
    assert [group.mean for group in one.points] == pytest.approx([rate + 2.5 for rate in rates["values"]])
