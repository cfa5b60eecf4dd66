"""Thresholds as arrays: a row per kind of practice and allocation of time, a column per draw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from lpsim.model.jit import inlined
from lpsim.model.rates import PracticeRates, ServiceRates, StaffRates, practice_rates, service_rates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from lpsim.model.state import Structure
    from lpsim.scenario import Scenario
    from lpsim.scenario.settings import Settings

# Columns are of one type, not literals: a literal would have a function compiled for itself.
OF_STAFF = (
    "turnover",
    "voice",
    "presence",
    "reflection",
    "noise",
    "discussion",
    "discussion_assumption",
    "socialisation",
    "socialisation_assumption",
    "analysis",
    "training",
    "training_assumption",
    "questioning",
)
(
    TURNOVER,
    VOICE,
    PRESENCE,
    REFLECTION,
    NOISE,
    DISCUSSION,
    DISCUSSION_ASSUMPTION,
    SOCIALISATION,
    SOCIALISATION_ASSUMPTION,
    ANALYSIS,
    TRAINING,
    TRAINING_ASSUMPTION,
    QUESTIONING,
) = map(np.int64, range(len(OF_STAFF)))
OF_PRACTICES = (
    "discussion_meeting",
    "codification_meeting",
    "analysis_share",
    "analysis_record",
    "revision",
    "trial",
    "networking_meeting",
    "networking",
    "networking_assumption",
    "reporting",
    "guidance",
    "guidance_assumption",
    "questioning",
    "imitate",
)
(
    MEETING,
    RECORDING,
    ANALYSIS_SHARE,
    ANALYSIS_RECORD,
    REVISION,
    TRIAL,
    NETWORKING_MEETING,
    NETWORKING,
    NETWORKING_ASSUMPTION,
    REPORTING,
    GUIDANCE,
    GUIDANCE_ASSUMPTION,
    QUESTIONING_OF_PRACTICE,
    IMITATE,
) = map(np.int64, range(len(OF_PRACTICES)))
OF_SERVICE = (
    "turbulence",
    "upheaval",
    "coverage",
    "experienced",
    "novice_view",
    "novice_right",
    "novice_assumption",
    "curriculum",
    "attendance",
    "guidance",
    "guidance_assumption",
    "questioning",
)
(
    TURBULENCE,
    UPHEAVAL,
    COVERAGE,
    EXPERIENCED,
    NOVICE_VIEW,
    NOVICE_RIGHT,
    NOVICE_ASSUMPTION,
    CURRICULUM,
    ATTENDANCE,
    OF_SERVICE_GUIDANCE,
    OF_SERVICE_GUIDANCE_ASSUMPTION,
    OF_SERVICE_QUESTIONING,
) = map(np.int64, range(len(OF_SERVICE)))


class RateArrays(NamedTuple):
    """The thresholds of this step: C combinations of kind and allocation, R roles, T tiers."""

    staff: Any
    """(C · R, 13) as `OF_STAFF`; role r of combination c in row c · R + r."""
    anybody: Any
    """(13,) whether anybody's threshold is above 0: what nobody does need not be asked of each."""
    cases: Any
    """(C · R,) the probability of reflecting on an issue, before specialisation."""
    practice: Any
    """(C, 14) as `OF_PRACTICES`."""
    questioning_threshold: Any
    """(C,) the share of right views below which an assumption is given up."""
    questioning_evidence: Any
    """(C,)"""
    review: Any
    """(C,) steps between reviews; 0 where there are none."""
    codification: Any
    """(C, largest team + 1) by the majority's lead."""
    codification_assumption: Any
    service: Any
    """(12,) as `OF_SERVICE`."""
    forgetting: Any
    """(3,) of staff, practices, bodies."""
    tier_reporting: Any
    """(T,)"""
    reporting: Any
    """(most children of a body + 1,) by the majority's lead."""
    reporting_assumption: Any
    service_questioning_threshold: Any
    service_questioning_evidence: Any


@inlined
def rates_of(stacked: Any, point: int) -> Any:
    """The rates of a point, of those stacked."""
    return RateArrays(
        stacked.staff[point],
        stacked.anybody[point],
        stacked.cases[point],
        stacked.practice[point],
        stacked.questioning_threshold[point],
        stacked.questioning_evidence[point],
        stacked.review[point],
        stacked.codification[point],
        stacked.codification_assumption[point],
        stacked.service[point],
        stacked.forgetting[point],
        stacked.tier_reporting[point],
        stacked.reporting[point],
        stacked.reporting_assumption[point],
        stacked.service_questioning_threshold[point],
        stacked.service_questioning_evidence[point],
    )


def rates_stacked(points: Sequence[RateArrays]) -> RateArrays:
    """The rates of several points, each array with a first axis more."""
    return RateArrays(*map(np.array, zip(*points, strict=True)))


KEPT = 10_000
"""So many rows are kept, for practices that come to have them again."""


class _Row(NamedTuple):
    """What a kind and an allocation come to, while the kind's settings stay as they are."""

    settings: Scenario
    rates: PracticeRates
    staff: NDArray[np.uint64]
    """(R, 13)"""
    practice: NDArray[np.uint64]
    """(14,)"""


class RateMaker:
    """Makes `RateArrays`, with a row for each kind and allocation that practices have."""

    def __init__(self, structure: Structure, largest_team: int) -> None:
        self._largest_body, self._largest_team = _largest_body(structure), largest_team
        self._kinds = structure.practice_kind.tolist()
        self._rows: dict[tuple[int, tuple[int, ...]], int] = {}
        self._made: dict[tuple[int, tuple[int, ...]], _Row] = {}

    def serves(self, structure: Structure, largest_team: int) -> bool:
        """Whether it serves other practices too: of the same kinds, none with more children."""
        fits = _largest_body(structure) <= self._largest_body and largest_team <= self._largest_team
        return fits and structure.practice_kind.tolist() == self._kinds

    def rows(self, allocation: Any) -> NDArray[np.int64]:
        """The row of every practice of S runs (S, P), given their allocations (S, P, 5)."""
        runs, practices, routines = allocation.shape
        keys = zip(self._kinds * runs, map(tuple, allocation.reshape(-1, routines).tolist()), strict=True)
        self._rows = {}
        rows = [self._rows.setdefault(key, len(self._rows)) for key in keys]
        return np.array(rows, dtype=np.int64).reshape(runs, practices)

    def rates(self, settings: Settings) -> RateArrays:
        """The rates of the rows that were asked for last, as the scenario stands now."""
        service = service_rates(settings.by_kind[0], largest_body=self._largest_body)
        rows = [self._row(settings.by_kind[kind], kind, slots) for kind, slots in self._rows]
        staff = np.concatenate([row.staff for row in rows])
        found = [row.rates for row in rows]
        return RateArrays(
            staff=staff,
            anybody=staff.any(axis=0),
            cases=np.array([role.cases for row in rows for role in row.rates.staff], dtype=np.float64),
            practice=np.stack([row.practice for row in rows]),
            questioning_threshold=np.array([p.questioning_threshold for p in found], dtype=np.float64),
            questioning_evidence=np.array([p.questioning_evidence for p in found], dtype=np.int64),
            review=np.array([p.review for p in found], dtype=np.int64),
            codification=np.stack([p.codification for p in found]),
            codification_assumption=np.stack([p.codification_assumption for p in found]),
            service=np.array(_columns(service, OF_SERVICE), dtype=np.uint64),
            forgetting=np.array(service.forgetting, dtype=np.uint64),
            tier_reporting=np.array(service.tier_reporting, dtype=np.uint64),
            reporting=service.reporting.copy(),
            reporting_assumption=service.reporting_assumption.copy(),
            service_questioning_threshold=float(service.questioning_threshold),
            service_questioning_evidence=int(service.questioning_evidence),
        )

    def _row(self, settings: Scenario, kind: int, slots: tuple[int, ...]) -> _Row:
        """A row, made again only where an intervention has changed the settings of the kind."""
        made = self._made.get((kind, slots))
        if made is None or made.settings is not settings:
            rates = practice_rates(settings, slots, largest_team=self._largest_team)
            staff = np.array([_columns(of_role, OF_STAFF) for of_role in rates.staff], dtype=np.uint64)
            made = _Row(settings, rates, staff, np.array(_columns(rates, OF_PRACTICES), dtype=np.uint64))
            if len(self._made) >= KEPT:
                self._made.clear()
            self._made[kind, slots] = made
        return made


def _largest_body(structure: Structure) -> int:
    """The most children of a body."""
    below = [structure.practice_body, *structure.parent_body]
    return max(int(np.bincount(parents).max()) for parents in below)


def _columns(rates: StaffRates | PracticeRates | ServiceRates, names: tuple[str, ...]) -> list[int]:
    return [getattr(rates, name) for name in names]
