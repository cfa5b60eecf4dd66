"""The tiers of the guide for a practice in worlds that it was not made of: other points and seeds."""

import pandas as pd
import pytest

from experiments.guide.effects import summary
from experiments.guide.worlds import FRESH, GOES_ON, Extent, effects, worlds
from lpsim.analysis.guide import DEPENDS, guide, tiers

EXTENT = Extent(sizes=("usual",), sizes_left=(), years=(5,))


@pytest.fixture(scope="module")
def fresh():
    """Tiers by goal and step."""
    every = list(worlds(EXTENT, [FRESH]))
    table = summary(
        pd.concat([effects(world) for world in every]), {w.name: w.point for w in every}, EXTENT.seeds
    )
    return table.assign(tier=tiers(table)).set_index(["goal", "step"])["tier"]


def test_nine_in_ten_steps_are_in_the_same_tier_in_fresh_worlds(fresh):
    same = [
        row.tier == fresh[goal, row.step] for goal in GOES_ON for row in guide(goal, horizon=5).itertuples()
    ]
    assert sum(same) >= 0.9 * len(same)


def test_no_sound_bet_has_no_effect_in_fresh_worlds_nor_the_other_way_round(fresh):
    for goal in GOES_ON:
        for row in guide(goal, horizon=5).itertuples():
            assert row.tier == fresh[goal, row.step] or DEPENDS in (row.tier, fresh[goal, row.step])
