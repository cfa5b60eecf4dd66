"""Times are the first recorded step at which exactly half, or more, know; never is never dropped."""

import math
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

import lpsim
from lpsim.analysis.diffusion import (
    Overall,
    months_to_half,
    months_to_half_overall,
    months_to_half_replicated,
)
from lpsim.errors import InputError
from lpsim.runs.run import Run
from lpsim.scenario import Scenario


def written_down(staff, memory, *, practices, steps=None, seed=1, every=1):
    """A run from counts of practices, one row per recorded step and one column per issue."""
    counts = {"known_by_most": np.array(staff), "in_practice_memory": np.array(memory)}
    recorded, issues = counts["known_by_most"].shape
    steps = list(range(recorded)) if steps is None else steps
    places = {"step": np.repeat(steps, issues), "issue": np.tile(np.arange(issues), recorded)}
    by_issue = pd.DataFrame(places | {name: rows.ravel() / practices for name, rows in counts.items()})
    pairs = practices * issues
    totals = {name: [int(row.sum()) / pairs for row in rows] for name, rows in counts.items()}
    return Run(
        Scenario().replace({"record.every": every}),
        seed,
        provenance={"digest": "the same"},
        tables={"series": pd.DataFrame({"step": steps, **totals}), "issues": by_issue},
    )


def rows_of(table):
    return [
        tuple(None if pd.isna(value) else value for value in row) for row in table.itertuples(index=False)
    ]


# Four practices, three issues, four recorded steps.
STAFF = [[0, 2, 1], [1, 1, 1], [2, 0, 1], [4, 0, 1]]
MEMORY = [[0, 0, 0], [0, 0, 0], [0, 1, 0], [0, 3, 4]]


def test_the_time_of_an_issue_is_the_first_recorded_step_at_which_half_or_more_practices_hold_it():
    table = months_to_half(written_down(STAFF, MEMORY, practices=4))
    # Issue 0: exactly half at step 2. Issue 1: at step 0, although less than half later. Issue 2: never.
    assert rows_of(table) == [(0, 2, None), (1, 0, 3), (2, None, 3)]
    assert list(table.columns) == ["issue", "by_staff", "by_memory"]
    assert table.dtypes.astype(str).tolist() == ["int64", "Int64", "Int64"]
    assert table.loc[2, "by_staff"] is pd.NA


def test_where_no_issue_got_there_every_time_is_empty():
    table = months_to_half(written_down([[0, 1]], [[0, 0]], practices=4))
    assert rows_of(table) == [(0, None, None), (1, None, None)]
    assert table.dtypes.astype(str).tolist() == ["int64", "Int64", "Int64"]


@pytest.mark.parametrize("every", [2, 7, 12])
def test_where_knowledge_only_grows_a_time_is_late_by_less_than_the_steps_between_observations(every):
    counts = [[step >= first for first in range(40)] for step in range(49)]
    steps = sorted({*range(0, 49, every), 48})
    seen = [counts[step] for step in steps]
    run = written_down(seen, seen, practices=1, steps=steps, every=every)
    late = months_to_half(run)["by_staff"] - np.arange(40)
    assert late.min() == 0 and late.max() == every - 1


def test_an_issue_known_only_between_two_observations_is_not_seen():
    counts = [[0], [1], [0], [0], [1]]
    fine = months_to_half(written_down(counts, counts, practices=1))
    coarse = months_to_half(written_down(counts[::2], counts[::2], practices=1, steps=[0, 2, 4], every=2))
    assert (rows_of(fine), rows_of(coarse)) == ([(0, 1, 1)], [(0, 4, 4)])


FAST = Scenario().replace(
    {"steps": 40, "population.practices": 5, "practice.reflection.rate": 0.1, "world.turbulence": 0.01}
)


def test_the_times_are_those_of_a_naive_count_over_the_run():
    run = lpsim.simulate(FAST, seed=5)
    table = months_to_half(run).set_index("issue")
    shares = run.issues.set_index(["issue", "step"])
    for issue in range(FAST.world.issues):
        for name, column in (("by_staff", "known_by_most"), ("by_memory", "in_practice_memory")):
            steps = (s for s in range(41) if Fraction(shares.loc[(issue, s), column]) * 2 >= 1)
            expected = next(steps, None)
            found = table.loc[issue, name]
            assert (None if pd.isna(found) else found) == expected
    assert table["by_staff"].notna().any() and table["by_memory"].isna().any()


def test_exactly_half_counts_and_one_less_does_not_whatever_the_number_of_practices():
    """Odd and even numbers, small and as large as a share can be divided exactly."""
    rng = np.random.default_rng(1)
    large = np.concatenate([rng.integers(2, 2**53, 20_000), 2**53 - np.arange(1000)])
    for practices in np.concatenate([np.arange(1, 20_000), large]):
        below, enough = (practices - 1) // 2, (practices + 1) // 2
        assert 2 * below < practices <= 2 * enough
        assert below / practices < 0.5 <= enough / practices


@pytest.mark.parametrize(
    ("practices", "first"), [(1, 1), (2, 1), (3, 2), (4, 2), (7, 4), (49, 25), (6210, 3105)]
)
def test_the_practices_it_takes_are_half_rounded_up(practices, first):
    counts = [[k] for k in range(practices + 1)]
    run = written_down(counts, counts, practices=practices)
    assert rows_of(months_to_half(run)) == [(0, first, first)]
    assert months_to_half_overall(run) == Overall(first, first, first, first)


def test_overall_asks_for_half_of_all_pairs_at_one_time_and_for_the_median_issue():
    # Pairs held: 3, 3, 3, 5 of 12 and 0, 0, 1, 7: never; at step 3.
    # By issue: 2, 0, never: two of three had got there by step 2. Never, 3, 3: by step 3.
    overall = months_to_half_overall(written_down(STAFF, MEMORY, practices=4))
    assert overall == Overall(by_staff=None, by_memory=3, median_by_staff=2, median_by_memory=3)


@pytest.mark.parametrize(
    ("got_there", "median"),
    [
        ([1, 2], 1),  # exactly half of two by step 1
        ([1, None], 1),
        ([None, None], None),
        ([1, 2, 3], 2),
        ([1, None, None], None),
        ([0, 0, None, None], 0),
        ([3, None, 1, None, 2], 3),
    ],
)
def test_the_median_issue_is_when_half_of_the_issues_had_got_there_and_never_is_later_than_any(
    got_there, median
):
    counts = [[int(at is not None and step >= at) for at in got_there] for step in range(5)]
    overall = months_to_half_overall(written_down(counts, counts, practices=1))
    assert (overall.median_by_staff, overall.median_by_memory) == (median, median)


def test_steps_are_those_recorded_not_rows():
    run = written_down([[0], [1], [1]], [[0], [0], [1]], practices=1, steps=[0, 12, 20], every=12)
    assert rows_of(months_to_half(run)) == [(0, 12, 20)]
    assert months_to_half_overall(run) == Overall(12, 20, 12, 20)


def reaching(times):
    """One run per time at which staff get there; by memory at step 0 in all."""
    runs = []
    for seed, time in enumerate(times):
        staff = [[int(time is not None and step >= time)] for step in range(50)]
        runs.append(written_down(staff, [[1]] * 50, practices=1, seed=seed))
    return runs


def test_a_run_that_never_got_there_is_counted_and_not_averaged():
    table = months_to_half_replicated(reaching([10, 20, 30, None])).set_index("time")
    row = table.loc["by_staff"]
    assert (row["runs"], row["reached"], row["never"]) == (4, 3, 1)
    # 4.302653 standard errors: the t of two degrees of freedom.
    assert row["mean"] == 20
    assert row["high"] - 20 == pytest.approx(4.302653 * 10 / math.sqrt(3), rel=1e-6)
    assert 20 - row["low"] == pytest.approx(row["high"] - 20)
    assert row["median"] == 25
    sure = table.loc["by_memory"]
    assert sure[["runs", "reached", "never", "mean", "low", "high", "median"]].tolist() == [
        4,
        4,
        0,
        0,
        0,
        0,
        0,
    ]


@pytest.mark.parametrize(
    ("times", "median"),
    [([32, 34], 33), ([1, 2, 4], 2), ([5, 6, None, None], None), ([None, 7, 9], 9), ([7, None], None)],
)
def test_the_median_of_an_even_number_of_runs_is_between_the_two_middle_ones(times, median):
    (row,) = months_to_half_replicated(reaching(times)).query("time == 'by_staff'").to_dict("records")
    assert row["median"] == (pytest.approx(math.nan, nan_ok=True) if median is None else median)


def test_where_fewer_than_half_of_the_runs_got_there_the_median_is_empty():
    table = months_to_half_replicated(reaching([10, None, None])).set_index("time")
    row = table.loc["median_by_staff"]
    assert (row["reached"], row["never"], row["mean"]) == (1, 2, 10)
    assert row[["low", "high", "median"]].isna().all()


def test_where_no_run_got_there_there_is_no_mean():
    row = months_to_half_replicated(reaching([None, None])).set_index("time").loc["by_staff"]
    assert (row["runs"], row["reached"], row["never"]) == (2, 0, 2)
    assert row[["mean", "low", "high", "median"]].isna().all()


def test_there_is_a_row_for_every_overall_time():
    table = months_to_half_replicated(reaching([1]))
    assert table["time"].tolist() == list(Overall._fields)
    assert list(table.columns) == ["time", "runs", "reached", "never", "mean", "low", "high", "median"]


@pytest.mark.parametrize(
    ("runs", "words"),
    [
        ([], "runs: found none; give at least one."),
        (reaching([1])[:1] * 2, "runs: found two with the same seed; give each a seed of its own."),
        (
            [written_down([[1]], [[1]], practices=1, every=every, seed=every) for every in (1, 2)],
            "runs: found several scenarios; give runs of one, recorded equally often.",
        ),
    ],
    ids=["none", "the same seed", "several scenarios"],
)
def test_runs_that_do_not_belong_together_are_refused(runs, words):
    with pytest.raises(InputError) as error:
        months_to_half_replicated(runs)
    assert str(error.value) == words
