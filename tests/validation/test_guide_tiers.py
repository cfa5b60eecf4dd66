"""The tiers of the guide for a practice in worlds that it was not made of: other points and seeds.

Fresh calibrated worlds are as many as there are behind the table, those of the hypercube half as many. Tiers
that both halves gave are held to it; those that carry a mark, since the halves differ, are not.
"""

import pandas as pd
import pytest

from experiments.guide.effects import summary
from experiments.guide.worlds import FRESH, GOES_ON, Extent, effects, worlds
from lpsim.analysis.guide import DEPENDS, guide
from lpsim.show.text.guide import is_stable

EXTENT = Extent(points=100, begin=100, sizes=("usual",), sizes_left=(), years=(1, 2, 5))


@pytest.fixture(scope="module")
def told():
    """Of every step, goal and horizon: the row of the guide, and the tier in fresh worlds."""
    every = list(worlds(EXTENT, [FRESH]))
    points = {world.name: world.point for world in every}
    table = summary(pd.concat([effects(world) for world in every]), points)
    fresh = table.set_index(["goal", "years", "step"])["tier"]
    return [
        (row, fresh[goal, horizon, row["step"]])
        for goal in GOES_ON
        for horizon in EXTENT.years
        for row in guide(goal, horizon=horizon).to_dict("records")
    ]


def test_nine_in_ten_tiers_without_a_mark_are_the_same_in_fresh_worlds(told):
    same = [row["tier"] == fresh for row, fresh in told if is_stable(row)]
    assert len(same) > len(told) / 2
    assert sum(same) >= 0.9 * len(same)


def test_no_sound_bet_has_no_effect_in_fresh_worlds_nor_the_other_way_round(told):
    assert all(row["tier"] == fresh or DEPENDS in (row["tier"], fresh) for row, fresh in told)
