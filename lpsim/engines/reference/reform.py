"""How a practice learns how to learn (D2): diagnosis of where its lessons stop, and imitation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from lpsim.engines.reference.agents import Practice

FEWEST_SLOTS = 2
"""A routine with no more slots gives none away."""


def best_neighbour(practice: Practice, review: int) -> Practice | None:
    """The peer with the greatest performance over the review period, if strictly above one's own."""

    def over_period(p: Practice) -> int:
        return p.standing_sums[-1] - p.standing_sums[max(0, len(p.standing_sums) - 1 - review)]

    best = max(practice.peers, key=lambda p: (over_period(p), -p.uid), default=None)
    if best is None or over_period(best) <= over_period(practice):
        return None
    return best


def diagnose(practice: Practice) -> tuple[int, ...]:
    """One slot more for the routine where most lessons stop, one less where fewest do."""
    counts = lessons_stopped(practice)
    slots = list(practice.allocation_before)
    receiver = max(range(len(slots)), key=lambda routine: (counts[routine], -routine))
    givers = [routine for routine, slot in enumerate(slots) if slot > FEWEST_SLOTS]
    giver = min(givers, key=lambda routine: (counts[routine], routine))
    if counts[giver] < counts[receiver]:
        slots[receiver] += 1
        slots[giver] -= 1
    return tuple(slots)


def lessons_stopped(practice: Practice) -> tuple[int, int, int, int, int]:
    """Audited issues that stop before each routine, in the order of `ROUTINES`; outreach counts 0."""
    model, standard = practice.model, practice.standard
    audited = model.audited
    holders = sum((member.before.beliefs == standard).astype(np.int64) for member in practice.staff)
    most = 2 * holders > len(practice.staff)
    unwritten = most & model.can_be_written & (practice.before.beliefs != standard)
    rates = practice.rates
    failing = model.failing(practice.before.beliefs, rates.questioning_threshold, rates.questioning_evidence)
    in_question = failing[model.structure.domain] if len(failing) else np.zeros_like(audited)
    return (
        int((audited & (holders == 0)).sum()),
        int((audited & (holders > 0) & ~most).sum()),
        int((audited & unwritten).sum()),
        int((audited & in_question).sum()),
        0,
    )
