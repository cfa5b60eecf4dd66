"""State -> numbers: exact integer sums per practice, and the one place that makes floats of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lpsim.state import Learners, State, Structure


MEASURES = (
    "staff_knowledge",
    "collective_knowledge",
    "practice_knowledge",
    "service_knowledge",
    "known_by_someone",
    "known_by_most",
    "in_practice_memory",
    "in_service_guidance",
    "assumptions_right_staff",
    "assumptions_right_practice",
    "assumptions_right_service",
    "practice_spread",
    "agreement",
    "performance",
)
"""Columns of a run's series, beside ``step``."""

GROUP_MEASURES = MEASURES[:8]
"""Columns of a run's groups, beside ``step`` and ``group``; empty where one does not apply."""
PRACTICE_MEASURES = (
    "staff_knowledge",
    "collective_knowledge",
    "practice_knowledge",
    "known_by_someone",
    "known_by_most",
    "in_practice_memory",
)
"""Columns of a run's practices, beside ``step`` and ``practice``."""
ISSUE_MEASURES = ("known_by_most", "in_practice_memory")
"""Columns of a run's issues, beside ``step`` and ``issue``: shares of the practices."""


@dataclass(frozen=True)
class Counts:
    """What an engine returns of a state: exact integers, P practices, R roles, B_t bodies.

    Knowledge sums are Σ belief · reality over issues, in [-M, M] per learner.
    """

    step: int
    staff: NDArray[np.int64]
    """(P, R) knowledge sums of staff."""
    collective: NDArray[np.int64]
    """(P,) of the staff's majority belief (tie = 0)."""
    memory: NDArray[np.int64]
    """(P,)"""
    guidance: tuple[NDArray[np.int64], ...]
    """Per tier (B_t,)"""
    someone: NDArray[np.int64]
    """(P,) issues held rightly by at least one member of staff."""
    most: NDArray[np.int64]
    """(P,) by more than half."""
    in_memory: NDArray[np.int64]
    """(P,) by the memory."""
    in_guidance: tuple[NDArray[np.int64], ...]
    """Per tier (B_t,)"""
    agreement: NDArray[np.int64]
    """(P,) Σ over issues of \\|Σ belief of the staff\\|."""
    issue_most: NDArray[np.int64]
    """(M,) practices in which more than half of the staff hold it rightly."""
    issue_memory: NDArray[np.int64]
    """(M,) practices whose memory does."""
    right_staff: int
    """Right assumptions of all staff, over domains."""
    right_practices: int
    right_top: int
    """Of the top tier's bodies."""
    performance: int
    """Sum over staff."""
    audited: int


def count(structure: Structure, state: State) -> Counts:
    """Count a state held as ternary arrays."""
    reality = state.reality.astype(np.int64)
    beliefs = state.staff.beliefs
    first = structure.first_staff[:-1]
    team = np.diff(structure.first_staff)
    votes = np.add.reduceat(beliefs, first, axis=0, dtype=np.int64)
    right = np.add.reduceat(beliefs == state.reality, first, axis=0, dtype=np.int64)
    staff = np.zeros((structure.practices, len(structure.roles)), dtype=np.int64)
    np.add.at(staff, (structure.staff_practice, structure.staff_role), beliefs @ reality)
    top = state.service[-1]
    most = 2 * right > team[:, None]
    in_memory = state.practices.beliefs == state.reality
    return Counts(
        step=state.step,
        staff=staff,
        collective=np.sign(votes) @ reality,
        memory=state.practices.beliefs @ reality,
        guidance=tuple(tier.beliefs @ reality for tier in state.service),
        someone=(right > 0).sum(axis=1),
        most=most.sum(axis=1),
        in_memory=in_memory.sum(axis=1),
        in_guidance=tuple(_held_rightly(tier, state) for tier in state.service),
        agreement=np.abs(votes).sum(axis=1),
        issue_most=most.sum(axis=0),
        issue_memory=in_memory.sum(axis=0),
        right_staff=_assumptions_right(state.staff, state),
        right_practices=_assumptions_right(state.practices, state),
        right_top=_assumptions_right(top, state),
        performance=int(state.performance.sum()),
        audited=state.audited,
    )


def _held_rightly(learners: Learners, state: State) -> NDArray[np.int64]:
    held: NDArray[np.int64] = (learners.beliefs == state.reality).sum(axis=1)
    return held


def _assumptions_right(learners: Learners, state: State) -> int:
    return int((learners.assumptions == state.right_assumptions).sum())


class Observer:
    """Makes tables of floats of counts, one division each (shared by all engines).

    Parameters
    ----------
    structure : Structure
    bundles : bool
        Whether the payoff is "bundles", whose performance is a share of all issues.
    """

    def __init__(self, structure: Structure, *, bundles: bool) -> None:
        self._structure = structure
        self._issues = len(structure.norm)
        self._bundles = bundles
        self._team = np.diff(structure.first_staff)
        self._role_size = np.bincount(structure.staff_role, minlength=len(structure.roles))
        self._series: list[dict[str, Any]] = []
        self._groups: list[dict[str, Any]] = []
        self._practice_rows: list[NDArray[np.float64]] = []
        self._issue_rows: list[NDArray[np.float64]] = []

    def add(self, counts: Counts, domains: int) -> None:
        """Take the counts of one more step into the tables."""
        self._series.append(self.series_row(counts, domains))
        self._groups += self.group_rows(counts)
        self._practice_rows.append(self.practice_rows(counts))
        by_issue = np.stack([counts.issue_most, counts.issue_memory], axis=1)
        self._issue_rows.append(by_issue / self._structure.practices)

    def tables(self) -> dict[str, pd.DataFrame]:
        """``series``, ``groups``, ``practices`` and ``issues`` of the steps added, in that order."""
        series = pd.DataFrame(self._series, columns=["step", *MEASURES])
        steps, names = series["step"].to_numpy(), self._structure.practice_names
        practices = pd.DataFrame(np.concatenate(self._practice_rows), columns=list(PRACTICE_MEASURES))
        codes = np.tile(np.arange(len(names)), len(steps))
        named = pd.Series(pd.Categorical.from_codes(codes, categories=pd.Index(names)))
        practices.insert(0, "practice", named)
        practices.insert(0, "step", np.repeat(steps, len(names)))
        issues = pd.DataFrame(np.concatenate(self._issue_rows), columns=list(ISSUE_MEASURES))
        issues.insert(0, "issue", np.tile(np.arange(self._issues), len(steps)))
        issues.insert(0, "step", np.repeat(steps, self._issues))
        groups = pd.DataFrame(self._groups, columns=["step", "group", *GROUP_MEASURES])
        return {"series": series, "groups": groups, "practices": practices, "issues": issues}

    def series_row(self, counts: Counts, domains: int) -> dict[str, Any]:
        """One row of the series; empty (NaN) where a measure has no meaning."""
        s = self._structure
        everybody = np.ones(s.practices, dtype=bool)
        return {
            "step": counts.step,
            "staff_knowledge": int(counts.staff.sum()) / (s.staff * self._issues),
            **self._practices(counts, everybody),
            **self._tier(counts, len(s.tiers) - 1),
            "assumptions_right_staff": _share(counts.right_staff, s.staff * domains),
            "assumptions_right_practice": _share(counts.right_practices, s.practices * domains),
            "assumptions_right_service": _share(counts.right_top, s.bodies[-1] * domains),
            "practice_spread": self._spread(counts),
            "agreement": self._agreement(counts),
            "performance": self._performance(counts),
        }

    def group_rows(self, counts: Counts) -> list[dict[str, Any]]:
        """Rows by role, by kind of practice where there are kinds, and by tier."""
        s = self._structure
        rows = []
        for role, name in enumerate(s.roles):
            total = int(counts.staff[:, role].sum())
            known = _share(total, int(self._role_size[role]) * self._issues)
            rows.append({"group": f"role: {name}", "staff_knowledge": known})
        for kind, name in enumerate(s.kinds if len(s.kinds) > 1 else ()):
            members = s.practice_kind == kind
            people = int(self._team[members].sum())
            known = _share(int(counts.staff[members].sum()), people * self._issues)
            row = {"staff_knowledge": known, **self._practices(counts, members)}
            rows.append({"group": f"kind: {name}", **row})
        for tier, name in enumerate(s.tiers):
            rows.append({"group": f"tier: {name}", **self._tier(counts, tier)})
        return [{"step": counts.step, **row} for row in rows]

    def practice_rows(self, counts: Counts) -> NDArray[np.float64]:
        """`PRACTICE_MEASURES` of every practice, (P, 6)."""
        rows: NDArray[np.float64] = np.stack(
            [
                counts.staff.sum(axis=1) / (self._team * self._issues),
                counts.collective / self._issues,
                counts.memory / self._issues,
                counts.someone / self._issues,
                counts.most / self._issues,
                counts.in_memory / self._issues,
            ],
            axis=1,
        )
        return rows

    def _practices(self, counts: Counts, members: NDArray[np.bool_]) -> dict[str, float]:
        pairs = int(members.sum()) * self._issues
        sums = {
            "collective_knowledge": counts.collective,
            "practice_knowledge": counts.memory,
            "known_by_someone": counts.someone,
            "known_by_most": counts.most,
            "in_practice_memory": counts.in_memory,
        }
        return {name: _share(int(values[members].sum()), pairs) for name, values in sums.items()}

    def _tier(self, counts: Counts, tier: int) -> dict[str, float]:
        pairs = self._structure.bodies[tier] * self._issues
        return {
            "service_knowledge": int(counts.guidance[tier].sum()) / pairs,
            "in_service_guidance": int(counts.in_guidance[tier].sum()) / pairs,
        }

    def _spread(self, counts: Counts) -> float:
        """Population standard deviation of the memories' knowledge, from exact sums."""
        practices = self._structure.practices
        total = int(counts.memory.sum())
        squares = int((counts.memory**2).sum())
        return math.sqrt(practices * squares - total * total) / (practices * self._issues)

    def _agreement(self, counts: Counts) -> float:
        shares = (int(a) / int(n) for a, n in zip(counts.agreement, self._team, strict=True))
        return math.fsum(shares) / (self._structure.practices * self._issues)

    def _performance(self, counts: Counts) -> float:
        if counts.step == 0 or counts.audited == 0:
            return math.nan
        most = self._issues if self._bundles else counts.audited
        return counts.performance / (self._structure.staff * most)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else math.nan
