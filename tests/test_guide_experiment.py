"""The guide for a practice is what its table says, and its table what was simulated."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.guide import tiers
from experiments.guide.effects import agreement, likely, summary
from experiments.guide.page import PAGE, TEMPLATE, page
from experiments.guide.steps import SIZES, STEPS
from experiments.guide.sure import how_sure, in_doubt
from experiments.guide.worlds import (
    COLUMNS,
    GOES_ON,
    HALVES,
    KIND,
    LEAVES,
    NONE,
    RUN_IN,
    Cell,
    Extent,
    effects,
    scenario,
    worlds,
)
from lpsim.analysis import guide

SMALL = Extent(points=2, seeds=2, practices=5, sizes=("small",), sizes_left=("small",), years=(1,))


@pytest.fixture(scope="module")
def every():
    return list(worlds(SMALL))


def test_the_page_is_what_the_table_says():
    assert PAGE.read_text(encoding="utf-8") == page()


def test_no_result_stands_in_the_page_that_is_not_from_the_table():
    """Effects have three decimals, and the only ones written by hand are those of the rule."""
    text = TEMPLATE.read_text(encoding="utf-8")
    rule = {guide.NOTICED, -guide.NOTICED, 2 * guide.NOTICED}
    assert {float(number) for number in re.findall(r"-?(?<!\d)\.\d+", text)} <= rule
    for share in (guide.OFTEN, guide.HARM, guide.SELDOM):
        assert f"{100 * share:.0f} %" in text
    for name in ("SETTINGS", "TIERS", "NOTICED", "OFTEN", "HARM", "SELDOM"):
        assert getattr(tiers, name) == getattr(guide, name)


def test_the_two_halves_share_no_point_and_no_two_worlds_a_seed(every):
    first, second = ([world for world in every if world.half == half] for half in HALVES)
    for one in first:
        for other in second:
            assert one.point != other.point
    seeds = [seed for world in every for seed in world.seeds]
    assert len(set(seeds)) == len(seeds)


@pytest.mark.parametrize("step", STEPS)
def test_a_step_is_taken_by_its_kind_after_the_run_in_and_ends_with_those_who_leave(every, step):
    world = every[-1]
    without, taken = scenario(world, "usual", NONE), scenario(world, "usual", step)
    (kind,), (move,) = taken.kinds, taken.interventions
    assert (kind.name, kind.share, move.at, without.interventions) == (KIND, 0.2, RUN_IN + 1, ())
    left = scenario(world, "usual", step, left=1)
    assert [change.at for change in left.interventions] == [RUN_IN + 1, RUN_IN + 13, RUN_IN + 14]
    assert left.steps == RUN_IN + 24
    changed = {name.removeprefix(f"kinds.{KIND}.") for name in move.set}
    assert changed == set(STEPS[step].does)
    assert {f"kinds.{KIND}.{key}" for key in changed} <= set(left.interventions[1].set)


def test_a_step_that_is_taken_already_changes_nothing(every):
    world = every[0]
    here = {**world.point, "practice.discussion.meetings": 1.0}
    table = effects(world._replace(point=here))
    assert (table.loc[table["step"] == "meet", ["mean", "variance"]] == 0).all(axis=None)
    assert list(table) == COLUMNS
    assert set(table["goal"]) == {*guide.GOALS}
    assert set(table["step"]) == set(STEPS)


def test_the_error_of_few_runs_is_taken_out_of_the_spread_between_worlds():
    chance = np.random.default_rng(1)
    true = chance.normal(0.03, 0.02, 4000)
    seen = true + chance.normal(0, 0.02, 4000)
    found = likely(seen, np.full(4000, 0.02**2))
    assert (seen > 0).mean() < (true > 0).mean() - 0.05
    assert found.above(0.0) == pytest.approx((true > 0).mean(), abs=0.015)
    low, median, high = found.quantiles((0.05, 0.5, 0.95))
    assert [low, median, high] == pytest.approx(list(np.quantile(true, (0.05, 0.5, 0.95))), abs=0.003)


def test_a_world_in_which_nothing_moved_has_no_effect():
    found = likely(np.array([0.0, 0.03, 0.04, 0.05]), np.array([0.0, 1e-6, 1e-6, 1e-6]))
    assert (found.means[0], found.errors[0]) == (0, 0)
    assert found.above(0.0) == pytest.approx(0.75)


def rows(means, step="meet", goal="staff"):
    """In worlds of both halves and settings, each known without error."""
    return pd.DataFrame(
        [
            (half, setting, f"{half} {setting} {place}", "usual", goal, 5, step, mean, 1e-6)
            for half in HALVES
            for setting in guide.SETTINGS
            for place, mean in enumerate(means)
        ],
        columns=COLUMNS,
    )


def test_more_worlds_are_asked_for_where_the_tier_hangs_on_those_that_were_drawn_and_nowhere_else():
    clear, straddling = np.linspace(0.02, 0.04, 20), np.linspace(-0.004, 0.036, 20)
    assert in_doubt(rows(clear)) == []
    assert in_doubt(rows(straddling)) == [Cell("usual", "meet")]
    both = pd.concat([rows(clear), rows(straddling, goal=LEAVES), rows(clear, step="report")])
    assert in_doubt(both) == [Cell("usual", "meet", 5)]


def test_a_step_is_in_doubt_where_the_halves_differ():
    table = rows(np.linspace(0.02, 0.04, 20))
    table.loc[table["half"] == HALVES[1], "mean"] -= 0.03
    assert how_sure(table) == 0


def test_a_world_in_which_some_is_tried_has_that_alone_as_in_one_where_all_is(every):
    world = every[0]
    some = [Cell("small", "meet"), Cell("small", "report", 1)]
    whole, part = effects(world), effects(world, some)
    assert set(zip(part["step"], part["goal"], strict=True)) == {
        *(("meet", goal) for goal in GOES_ON),
        ("report", LEAVES),
    }
    pd.testing.assert_frame_equal(part.merge(whole), part)


def test_agreement_is_none_where_orders_are_reversed_and_whole_where_they_are_the_same():
    order = np.arange(1.0, 11)
    assert agreement(np.stack([order, order])) == pytest.approx(1)
    assert agreement(np.stack([order, order[::-1]])) == pytest.approx(0)


def test_the_table_has_a_row_for_every_step_in_both_halves_and_together(every):
    chance = np.random.default_rng(1)
    rows = [
        (world.half, world.setting, world.name, size, goal, 5, step, chance.normal(), 0.1)
        for world in every
        for size in SIZES
        for goal in ("staff", LEAVES)
        for step in STEPS
    ]
    table = summary(pd.DataFrame(rows, columns=COLUMNS), {w.name: w.point for w in every})
    assert len(table) == 3 * len(SIZES) * 2 * len(STEPS)
    assert set(guide.tables()) == set(table)


def test_the_table_that_ships_is_of_the_size_that_the_command_runs():
    head = guide.TABLE.read_text(encoding="utf-8").splitlines()[0]
    assert head.endswith(f"python -m experiments.guide: {Extent()}")
    assert Path(guide.TABLE).stat().st_size < 250_000
