"""What is read of the runs of each part, and where it stands: panel (whose rules), line and x.

p1 is the probability of learning from the code (`practice.socialisation.rate`), p2 that of the code
learning (`practice.codification.rate`), p3 turnover, p4 turbulence. The code is the practice's memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.tables import Place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from experiments.tables import Numbers, Seen

    Values = Mapping[str, Any]

P1, P2, P3 = "practice.socialisation.rate", "practice.codification.rate", "roles.staff.turnover"
CODE = "practice_knowledge"
SLOW, FAST = 0.1, 0.9
"""The p1 of slow learners and of fast ones."""
LATENESS = ("change of the mean", "share of runs that changed")
"""What `horizon` says of each line."""


def figure1(point: Values, seen: Seen) -> Numbers:
    """Knowledge of the code at the end, by p1."""
    yield Place("figure1", point["scenario"], f"p2 = {point[P2]:g}", point[P1]), seen[CODE][:, -1]


def figure2(point: Values, seen: Seen) -> Numbers:
    """Knowledge of the code at the end, by the share of fast learners."""
    rules, line, share = point["scenario"].split(", ")
    yield Place("figure2", rules, line, float(share)), seen[CODE][:, -1]


def figure3(point: Values, seen: Seen) -> Numbers:
    """Knowledge of slow and fast learners at the end, by the share of the fast."""
    rules, share = point["scenario"].split(", ")
    for line in ("slow", "fast"):
        yield Place("figure3", rules, line, float(share)), seen[f"staff_knowledge[role: {line}]"][:, -1]


def figure4(point: Values, seen: Seen) -> Numbers:
    """Knowledge of the code at the end, by turnover."""
    yield Place("figure4", point["scenario"], f"p1 = {point[P1]:g}", point[P3]), seen[CODE][:, -1]


def figure5(point: Values, seen: Seen) -> Numbers:
    """Knowledge of the code over time."""
    for step, code in zip(seen["step"][0], seen[CODE].T, strict=True):
        yield Place("figure5", point["scenario"], f"p3 = {point[P3]:g}", step), code


def ablation(point: Values, seen: Seen) -> Numbers:
    """Knowledge of the code at the end, by p1, a line per set of rules."""
    yield Place("ablation", "rules", point["scenario"], point[P1]), seen[CODE][:, -1]


def horizon(point: Values, seen: Seen) -> Numbers:
    """What changed between two observations: the code's knowledge, and whether anything did."""
    changed = [seen[name][:, 1] - seen[name][:, 0] for name in (CODE, "staff_knowledge", "agreement")]
    for what, values in zip(LATENESS, (changed[0], np.any(changed, axis=0).astype(float)), strict=True):
        yield Place("horizon", point["scenario"], f"p2 = {point[P2]:g}, {what}", point[P1]), values


def mean_p1(share: float) -> float:
    """The mean p1 where a share learns fast and the others slowly."""
    return round(SLOW + (FAST - SLOW) * share, 10)
