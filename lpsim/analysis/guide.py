"""What one practice gains by a step that it takes by itself: the table that ships, and three tiers.

The table, ``guide.csv``, is made by ``python -m experiments.guide`` in a clone; nothing is simulated here. It
holds how large the effect of every step is in worlds of two settings (`SETTINGS`), by goal, years and size,
and its tier.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from lpsim.errors import InputError

TABLE = Path(__file__).with_name("guide.csv")
SETTINGS = ("calibrated", "hypercube")
"""Worlds that give what was observed, and worlds over all that is not known."""
HALVES = ("first", "second")
BOTH = "both"
GOALS = ("staff", "memory", "departures", "others")
YEARS = (1, 2, 5, 10)
SIZES = ("small", "usual", "large")

SOUND, DEPENDS, NOTHING = TIERS = ("sound bet", "depends", "little effect")
NOTICED = 0.01
"""The least effect worth the name; knowledge is between -1 and 1."""
OFTEN = 0.9
"""A sound bet helps in at least this share of the worlds of each setting …"""
HARM = 0.05
"""… and harms by more than `NOTICED` in at most this one."""
SELDOM = 0.2
"""Where the effect is little, fewer worlds than this have one beyond `NOTICED`, either way."""


def guide(goal: str = "staff", *, horizon: int = 5, size: str = "usual") -> pd.DataFrame:
    """The steps that one practice can take by itself, the best first.

    Parameters
    ----------
    goal : str
        What is to be gained: ``"staff"``, the knowledge of the practice's staff; ``"memory"``, of its
        memory; ``"departures"``, of its staff a year after all people have left and the step has ended
        with them; ``"others"``, of the staff of practices that do not take the step.
    horizon : int
        After how many years of the step: 1, 2, 5 or 10.
    size : str
        Of the practice: ``"small"``, ``"usual"`` or ``"large"``.

    Returns
    -------
    pandas.DataFrame
        A row per step, sorted by tier and then by the mean of the two medians: ``step``; ``tier``, and as
        ``first`` and ``second`` the tier by each half of the worlds alone; ``people`` and ``hours`` (of
        working time in a month) of the practice. For each of ``calibrated`` and ``hypercube``: the
        ``_median`` effect with ``_low`` and ``_high`` (5 to 95 % of worlds); the shares of worlds in which
        the step ``_helps`` (an effect above 0), ``_gains`` and ``_harms`` (by more than .01) and is among
        the best three (``_top``); the ``_agreement`` of worlds about the order (Kendall's W); how many
        ``_worlds``. ``turns_with`` and ``rank``: the key with which the effect goes most in the hypercube,
        if with any, and the rank correlation.

    Raises
    ------
    InputError
        There is no such goal, horizon or size, or the goal was not tried at that size.
    """
    for name, found, allowed in (("goal", goal, GOALS), ("horizon", horizon, YEARS), ("size", size, SIZES)):
        if found not in allowed:
            raise InputError(f"{name}: found {found!r}; allowed is one of {', '.join(map(str, allowed))}.")
    every = tables()
    asked = every[(every["goal"] == goal) & (every["years"] == horizon) & (every["size"] == size)]
    if asked.empty:
        sizes = every.loc[every["goal"] == goal, "size"].unique()
        raise InputError(
            f"size: found {size!r}; for the goal {goal} allowed is one of {', '.join(sizes)}: it was "
            "not tried in others."
        )
    whole = asked[asked["half"] == BOTH].set_index("step")
    for half in HALVES:
        whole[half] = asked[asked["half"] == half].set_index("step")["tier"]
    order = whole["tier"].map(TIERS.index)
    gain = whole[[f"{setting}_median" for setting in SETTINGS]].mean(axis=1)
    place = np.lexsort((-gain.to_numpy(), order.to_numpy()))
    return whole.iloc[place].drop(columns=["half", "size", "goal", "years"]).reset_index()


@cache
def tables() -> pd.DataFrame:
    """Every row of the table that ships."""
    return pd.read_csv(TABLE, comment="#", keep_default_na=False, na_values={"rank": ""})
