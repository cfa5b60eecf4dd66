"""What is read of the runs, and where it stands: performance over time, and what still changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.tables import Place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from experiments.tables import Numbers, Seen

PERIODS = 1000
EARLY, LATE = 300, 900
"""Periods after which it is asked what still changes; 300 is where the scenario file stops."""


def curves(point: Mapping[str, Any], seen: Seen) -> Numbers:
    """One size of bundles and one share of ties rewired."""
    bundles, share = f"bundles of {point['world.bundle']}", point["network.rewire"]
    steps, performance, known = seen["step"][0], seen["performance"], seen["staff_knowledge"]
    (early,), (late,) = (np.flatnonzero(steps == period) for period in (EARLY, LATE))
    yield Place("performance", "in the end", bundles, share), performance[:, -1]
    yield Place("performance", f"period {EARLY}", bundles, share), performance[:, early]
    for period, since in ((EARLY, early), (LATE, late)):
        changed = (known[:, since:] != known[:, -1:]).any(axis=1)
        yield Place("still changing", f"period {period}", bundles, share), changed.astype(float)
    for step, then in zip(steps[1:], performance.T[1:], strict=True):
        yield Place("course", bundles, f"share {share:g}", step), then
