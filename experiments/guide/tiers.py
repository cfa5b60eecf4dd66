"""The rule of the three tiers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

SETTINGS = ("calibrated", "hypercube")
TIERS = ("sound bet", "depends", "little effect")
NOTICED = 0.01
"""The least effect worth the name; knowledge is between -1 and 1."""
OFTEN = 0.9
"""A sound bet helps in at least this share of the worlds of each setting …"""
HARM = 0.05
"""… and harms by more than `NOTICED` in at most this one."""
SELDOM = 0.2
"""Where the effect is little, fewer worlds than this have one beyond `NOTICED`, either way."""


def tiers(table: pd.DataFrame) -> NDArray[Any]:
    """Which tier each row is in: a step that is sound, or without effect, is so in both settings."""

    def least(what: str) -> pd.Series[Any]:
        return table[[f"{setting}_{what}" for setting in SETTINGS]].min(axis=1)

    def most(what: str) -> pd.Series[Any]:
        return table[[f"{setting}_{what}" for setting in SETTINGS]].max(axis=1)

    sound_bet, depends, nothing_seen = TIERS
    small = (most("median") < NOTICED) & (least("median") > -NOTICED)
    nothing = small & (most("gains") < SELDOM) & (most("harms") < SELDOM)
    sound = (least("median") >= NOTICED) & (least("helps") >= OFTEN) & (most("harms") <= HARM)
    return np.select([nothing, sound], [nothing_seen, sound_bet], depends)
