"""What each practice's memory knows, on the map of their network; drawn by ``static/draw/practices.js``."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

import numpy as np

from lpsim.show.figures import layout
from lpsim.show.text.vocabulary import practice_name, step_word
from lpsim.show.web.panels.lesson_map import base

if TYPE_CHECKING:
    from lpsim.runs.run import Run
    from lpsim.show.web.panels.lesson_map import Base

DIGITS = 3
"""More than a colour shows."""


class Practices(TypedDict):
    """What the practices of one world know."""

    base: Base
    steps: list[int]
    step: str
    """What a step is called."""
    known: list[list[float]]
    """By step and node what the practice's memory knows, in [-1, 1]; of a node for several, their mean."""
    names: list[str]
    """The name of each node."""
    practices: list[int]
    """How many a node stands for."""


def practices(run: Run) -> Practices:
    """What memories know at every recorded step."""
    structure = run.structure()
    spot = layout.lay_out(structure)
    steps = run.column("step").tolist()
    values = run.practices["practice_knowledge"].to_numpy(dtype=float).reshape(len(steps), -1)
    sums = np.array([np.bincount(spot.node, weights=row, minlength=len(spot.names)) for row in values])
    return {
        "base": base(structure, spot),
        "steps": steps,
        "step": step_word(run.scenario),
        "known": np.round(sums / spot.practices, DIGITS).tolist(),
        "names": list(spot.names) if spot.aggregated else [practice_name(structure, i) for i in spot.node],
        "practices": spot.practices.tolist(),
    }
