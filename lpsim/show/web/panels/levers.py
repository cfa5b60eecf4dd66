"""A grid of levers, over time a byte a value; drawn by ``static/report/levers.js``."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, TypedDict

import numpy as np

from lpsim.runs.measures import MEASURES
from lpsim.show.text.briefing import lever_words
from lpsim.show.text.vocabulary import plural, step_word
from lpsim.show.web.panels.levels import HEADING, YLABEL
from lpsim.show.web.panels.sample import about_worlds, rounded

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lpsim.analysis.grid import Grid
    from lpsim.show.web.panels.sample import Values

NONE = 255
"""The byte of no value."""


class Packed(TypedDict):
    """Numbers, a byte each: a byte b below `NONE` is low + b * step."""

    low: float
    step: float
    bytes: str
    """In base64."""


class LeverData(TypedDict):
    """A slider."""

    key: str
    words: str
    """What it is."""
    values: list[float]
    own: int
    """The place of the scenario's own value."""


class Ends(TypedDict):
    """What is told in words of the last step, by combination (the last lever fastest) and level."""

    mean: Values
    apart: Values
    """The difference from the scenario as it is, and `low` and `high`, the ends of its 95 % interval."""
    low: Values
    high: Values
    clear: list[bool]
    """Whether an interval as wide as is due to one of all the levels leaves out 0."""


class Levers(TypedDict):
    """A grid: knowledge at the four levels for every combination of levers."""

    levers: list[LeverData]
    steps: list[int]
    unit: str
    word: str
    """A step in the singular."""
    worlds: int
    about: str
    heading: str
    ylabel: str
    labels: list[str]
    """Those of the levels."""
    values: Packed
    """By combination (the last lever fastest), level, mean, low and high, step."""
    ends: Ends


def levers(grid: Grid) -> Levers:
    """The data of the sliders."""
    word, worlds = step_word(grid.scenario), len(grid.seeds)
    values = np.stack([grid.mean, grid.low, grid.high], axis=-2)
    return {
        "levers": [
            {
                "key": lever.key, "words": lever_words(lever, grid.scenario), "values": list(lever.values),
                "own": lever.place,
            }
            for lever in grid.levers
        ],
        "steps": [int(step) for step in grid.steps], "unit": plural(word), "word": word, "worlds": worlds,
        "about": about_worlds(grid.seeds),
        "heading": HEADING, "ylabel": YLABEL, "labels": [MEASURES[name].label for name in grid.measures],
        "values": _packed(values), "ends": _ends(grid),
    }  # fmt: skip


def _ends(grid: Grid) -> Ends:
    apart, low, high = (rounded(grid.apart[..., place].ravel()) for place in range(3))
    return {
        "mean": rounded(grid.mean[..., -1].ravel()), "apart": apart, "low": low, "high": high,
        "clear": grid.clear.ravel().tolist(),
    }  # fmt: skip


def _packed(values: NDArray[np.float64]) -> Packed:
    """Numbers on a scale of their own: 255 steps, one of which is 0."""
    least, most = min(0.0, float(np.nanmin(values))), max(0.0, float(np.nanmax(values)))
    step = (most - least) / (NONE - 2) or 1.0
    below = int(np.ceil(-least / step - 1e-9))
    found = np.where(np.isnan(values), NONE, np.clip(np.round(values / step) + below, 0, NONE - 1))
    text = base64.b64encode(found.astype(np.uint8).tobytes()).decode("ascii")
    return {"low": -below * step, "step": step, "bytes": text}
