"""280 people in 40 subgroups of 7, 100 issues: performance by the share of ties rewired across groups."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

import lpsim
from experiments.repetitions import APART, Cell, Point

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Values = NDArray[np.float64]

CONFIG = Path(__file__).parents[2] / "configs" / "fang2010.toml"
SHARES = (0, 0.02, 0.05, 0.1, 0.15, 0.3, 1)
BUNDLES = (5, 1)
PERIODS, EVERY = 1000, 20
EARLY, LATE = 300, 900
"""Periods after which it is asked what still changes; 300 is where the scenario file stops."""


def cells() -> list[Cell]:
    """One cell per size of bundle and share; no two share a seed."""
    found = [_cell(bundle, share) for bundle in BUNDLES for share in SHARES]
    return [replace(cell, first_seed=i * APART) for i, cell in enumerate(found)]


def course(run: lpsim.Run) -> Values:
    """What `points` names, of one run."""
    performance, known = run.column("performance")[1:], run.column("staff_knowledge")[1:]
    early, late = EARLY // EVERY - 1, LATE // EVERY - 1
    changed = [(known[since:] != known[-1]).any() for since in (early, late)]
    return np.array([performance[-1], performance[early], *changed, *performance], dtype=float)


def points(bundle: int, share: float) -> tuple[Point, ...]:
    """Performance in the end and early; whether anything changed since then, and late; and its course."""
    bundles = f"bundles of {bundle}"
    ends = [Point("performance", panel, bundles, share) for panel in ("in the end", f"period {EARLY}")]
    changes = [Point("still changing", f"period {time}", bundles, share) for time in (EARLY, LATE)]
    times = range(EVERY, PERIODS + 1, EVERY)
    return (*ends, *changes, *(Point("course", bundles, f"share {share:g}", time) for time in times))


def _cell(bundle: int, share: float) -> Cell:
    changes = {"steps": PERIODS, "record.every": EVERY, "world.bundle": bundle, "network.rewire": share}
    return Cell(points(bundle, share), lpsim.Scenario.load(CONFIG, changes), course)
