"""The guide's table is whole, and its tiers are by the rule that it states."""

import pandas as pd
import pytest

from experiments.guide.tiers import tiers
from lpsim.analysis.guide import (
    BOTH,
    DEPENDS,
    GOALS,
    HALVES,
    NOTHING,
    SETTINGS,
    SIZES,
    SOUND,
    TIERS,
    YEARS,
    guide,
    tables,
)
from lpsim.errors import InputError


def row(**changed):
    """Of a sound bet, with what is changed in either setting."""
    both = {"median": 0.03, "helps": 0.95, "gains": 0.9, "harms": 0.01}
    return pd.DataFrame([{f"{name}_{what}": both[what] for name in SETTINGS for what in both} | changed])


@pytest.mark.parametrize(
    ("changed", "tier"),
    [
        ({}, SOUND),
        ({"hypercube_median": 0.009}, DEPENDS),
        ({"calibrated_helps": 0.89}, DEPENDS),
        ({"hypercube_harms": 0.06}, DEPENDS),
        ({"calibrated_median": -0.03, "hypercube_median": -0.03}, DEPENDS),
    ],
)
def test_a_sound_bet_gains_in_nearly_all_worlds_of_both_settings(changed, tier):
    assert tiers(row(**changed)).tolist() == [tier]


@pytest.mark.parametrize(
    ("changed", "tier"),
    [
        ({}, NOTHING),
        ({"hypercube_gains": 0.2}, DEPENDS),
        ({"calibrated_harms": 0.2}, DEPENDS),
        ({"calibrated_median": -0.01}, DEPENDS),
        ({"hypercube_median": 0.01}, DEPENDS),
    ],
)
def test_where_no_effect_is_seen_hardly_a_world_of_either_setting_has_one(changed, tier):
    small = {f"{name}_median": 0.009 for name in SETTINGS} | {f"{name}_gains": 0.19 for name in SETTINGS}
    assert tiers(row(**{**small, **changed})).tolist() == [tier]


def test_every_table_has_every_step_once_by_tier():
    for goal in GOALS:
        for horizon in YEARS:
            for size in SIZES:
                found = guide(goal, horizon=horizon, size=size)
                assert found["step"].is_unique
                assert set(found["step"]) == set(tables()["step"])
                assert list(found["tier"]) == sorted(found["tier"], key=TIERS.index)
                assert found[[*HALVES, "hours", "calibrated_median"]].notna().all(axis=None)


def test_shares_are_shares_and_intervals_hold_their_medians():
    whole = tables()
    for name in SETTINGS:
        shares = whole[[f"{name}_{what}" for what in ("helps", "gains", "harms", "top", "agreement")]]
        assert shares.min(axis=None) >= 0
        assert shares.max(axis=None) <= 1
        ends = whole[[f"{name}_{what}" for what in ("low", "median", "high")]]
        assert (ends.diff(axis=1).iloc[:, 1:] >= 0).all(axis=None)


def test_the_tiers_are_by_the_rule():
    assert tables()["tier"].tolist() == tiers(tables()).tolist()


def test_both_halves_together_are_all_worlds():
    keys = ["size", "goal", "years", "step"]
    counts = tables().pivot(index=keys, columns="half", values="hypercube_worlds")
    assert (counts[BOTH] == counts[list(HALVES)].sum(axis=1)).all()
    assert counts[BOTH].nunique() == 2


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"goal": "memry"}, "goal: found 'memry'; allowed is one of staff, memory, departures, others.$"),
        ({"horizon": 3}, "horizon: found 3; allowed is one of 1, 2, 5, 10"),
        ({"size": "big"}, "size: found 'big'; allowed is one of small, usual, large"),
    ],
)
def test_what_was_not_tried_is_refused_with_what_was(asked, told):
    with pytest.raises(InputError, match=told):
        guide(**asked)
