"""A grid of levers, a byte a value; drawn by ``static/report/levers.js``."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, TypedDict

import numpy as np

from lpsim.runs.measures import MEASURES
from lpsim.show.text.briefing import lever_words
from lpsim.show.text.uncertainty import band_of
from lpsim.show.text.vocabulary import plural, step_word
from lpsim.show.web.panels.levels import HEADING, YLABEL

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lpsim.analysis.grid import Grid

NONE = 255
"""The byte of no value; a byte b below it is b / 127 - 1."""


class LeverData(TypedDict):
    """A slider."""

    key: str
    words: str
    """What it is."""
    values: list[float]
    own: int
    """The place of the scenario's own value."""


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
    """Of the levels."""
    bytes: str
    """In base64, a byte a value: by combination (the last lever fastest), level, mean, low and high, step."""
    apart: str
    """In the same way: by combination, level, the difference at the end and the ends of its interval."""


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
        "about": f"Simulation. Line: mean of {worlds} runs; band: {band_of(worlds)}.",
        "heading": HEADING, "ylabel": YLABEL, "labels": [MEASURES[name].label for name in grid.measures],
        "bytes": _packed(values), "apart": _packed(grid.apart),
    }  # fmt: skip


def _packed(values: NDArray[np.float64]) -> str:
    found = np.where(np.isnan(values), NONE, np.round((np.nan_to_num(values) + 1) * 127))
    return base64.b64encode(np.clip(found, 0, NONE).astype(np.uint8).tobytes()).decode("ascii")
