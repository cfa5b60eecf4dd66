"""Probabilities into thresholds: what every rate is, for whom, at the current step.

Both engines take their thresholds from here, so that a product of probabilities is made in one
order and turned into an integer once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from lpsim.model.draws import threshold

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lpsim.scenario import Scenario


@dataclass(frozen=True)
class StaffRates:
    """Thresholds of the staff of one role, in practices of one kind and allocation of time."""

    turnover: int
    voice: int
    presence: int
    cases: float
    """The probability of reflecting on an issue, before specialisation."""
    reflection: int
    noise: int
    discussion: int
    discussion_assumption: int
    socialisation: int
    socialisation_assumption: int
    analysis: int
    training: int
    training_assumption: int
    questioning: int


@dataclass(frozen=True)
class PracticeRates:
    """Thresholds of practices of one kind and allocation of time, and of their staff by role."""

    staff: tuple[StaffRates, ...]
    discussion_meeting: int
    codification_meeting: int
    codification: NDArray[np.uint64]
    """By the majority's lead k: entry k is for ``1 - (1 - rate)^k``."""
    codification_assumption: NDArray[np.uint64]
    analysis_share: int
    analysis_record: int
    revision: int
    trial: int
    networking_meeting: int
    networking: int
    networking_assumption: int
    reporting: int
    """Threshold of reporting upwards in a step."""
    guidance: int
    guidance_assumption: int
    questioning: int
    questioning_threshold: float
    questioning_evidence: int
    review: int
    """Steps between reviews; 0 where there are none, or no protected time."""
    imitate: int


@dataclass(frozen=True)
class ServiceRates:
    """Thresholds of the world and of the wider health service."""

    turbulence: int
    upheaval: int
    coverage: int
    experienced: int
    novice_view: int
    novice_right: int
    novice_assumption: int
    curriculum: int
    forgetting: tuple[int, int, int]
    """Thresholds of staff, practices, bodies."""
    attendance: int
    tier_reporting: tuple[int, ...]
    """Per tier: of a body reporting upwards in a step."""
    reporting: NDArray[np.uint64]
    """By the majority's lead k, as `PracticeRates.codification`."""
    reporting_assumption: NDArray[np.uint64]
    guidance: int
    guidance_assumption: int
    questioning: int
    questioning_threshold: float
    questioning_evidence: int


def intensities(settings: Scenario, allocation: tuple[int, ...]) -> tuple[float, ...]:
    """How intensely each routine runs, given the time a practice puts into it; 1 is as today.

    ``(1 - 2^(-share · slots / 20 / half)) / (1 - 2^(-base / 5 / half))``, in the order of
    `lpsim.scenario.learning_parameters.ROUTINES`; all 1 while protected time is off.
    """
    time = settings.protected_time
    if not time.enabled:
        return (1.0,) * len(allocation)
    today = 1.0 - 2.0 ** (-time.base / 5 / time.half)
    return tuple((1.0 - 2.0 ** (-time.share * slots / 20 / time.half)) / today for slots in allocation)


def _experience_left(settings: Scenario) -> float:
    """Learning competes with service: fewer cases are met in the time that is left."""
    time = settings.protected_time
    if not time.enabled:
        return 1.0
    return 1.0 - time.service_load * (time.share - time.base) / (1.0 - time.base)


@lru_cache(maxsize=256)
def lead_thresholds(rate: float, largest: int) -> NDArray[np.uint64]:
    """Thresholds of ``1 - (1 - rate)^k`` for k = 0 … largest: shape (largest + 1,).

    By repeated multiplication, not by a power: `**` differs between Python and compiled code in the
    last bit.
    """
    limits = np.zeros(largest + 1, dtype=np.uint64)
    rest = 1.0
    for lead in range(1, largest + 1):
        rest *= 1.0 - rate
        limits[lead] = threshold(1.0 - rest)
    limits.flags.writeable = False
    return limits


def practice_rates(settings: Scenario, allocation: tuple[int, ...], *, largest_team: int) -> PracticeRates:
    """The thresholds of practices with these settings and this allocation of time."""
    practice, service, loops = settings.practice, settings.service, settings.loops
    _, discussion, codification, questioning, outreach = intensities(settings, allocation)
    recording = practice.codification
    return PracticeRates(
        staff=tuple(_staff_rates(settings, role, allocation) for role in settings.roles),
        discussion_meeting=threshold(practice.discussion.meetings * discussion),
        codification_meeting=threshold(recording.meetings * codification),
        codification=lead_thresholds(recording.rate, largest_team),
        codification_assumption=lead_thresholds(recording.rate * loops.depth, largest_team),
        analysis_share=threshold(practice.analysis.share),
        analysis_record=threshold(practice.analysis.record),
        revision=threshold(practice.revision.rate),
        trial=threshold(practice.trial.rate),
        networking_meeting=threshold(service.networking.meetings * outreach),
        networking=threshold(service.networking.rate),
        networking_assumption=threshold(service.networking.rate * loops.depth),
        reporting=threshold(service.reporting.share * outreach),
        guidance=threshold(service.guidance.rate),
        guidance_assumption=threshold(service.guidance.rate * loops.depth),
        questioning=threshold(loops.double.practice * questioning),
        questioning_threshold=loops.double.threshold,
        questioning_evidence=loops.double.evidence,
        review=loops.triple.review if settings.protected_time.enabled else 0,
        imitate=threshold(loops.triple.imitate),
    )


def _staff_rates(settings: Scenario, name: str, allocation: tuple[int, ...]) -> StaffRates:
    practice, training, depth = settings.practice, settings.service.training, settings.loops.depth
    role = settings.roles[name]
    reflection, _, _, questioning, _ = intensities(settings, allocation)
    experience = practice.reflection.rate * role.experience * reflection
    cases = experience * _experience_left(settings)
    discussion = practice.discussion.rate * role.discussion
    socialisation = practice.socialisation.rate * role.socialisation
    return StaffRates(
        turnover=threshold(role.turnover),
        voice=threshold(role.voice),
        presence=threshold(role.presence),
        cases=cases,
        reflection=threshold(cases),
        noise=threshold(practice.reflection.noise),
        discussion=threshold(discussion),
        discussion_assumption=threshold(discussion * depth),
        socialisation=threshold(socialisation),
        socialisation_assumption=threshold(socialisation * depth),
        analysis=threshold(practice.analysis.rate * role.discussion),
        training=threshold(training.uptake),
        training_assumption=threshold(training.uptake * depth),
        questioning=threshold(settings.loops.double.staff * questioning),
    )


def service_rates(settings: Scenario, *, largest_body: int) -> ServiceRates:
    """The thresholds of the world and the wider service; `largest_body` is most children of one."""
    service, loops, initial = settings.service, settings.loops, settings.initial
    forgetting = settings.forgetting
    return ServiceRates(
        turbulence=threshold(settings.world.turbulence),
        upheaval=threshold(settings.world.upheaval),
        coverage=threshold(settings.judgement.coverage),
        experienced=threshold(settings.turnover.experienced),
        novice_view=threshold(settings.turnover.prior),
        novice_right=threshold(initial.right),
        novice_assumption=threshold(initial.assumption_right),
        curriculum=threshold(service.training.curriculum),
        forgetting=(
            threshold(forgetting.staff),
            threshold(forgetting.practice),
            threshold(forgetting.service),
        ),
        attendance=threshold(service.training.attendance),
        tier_reporting=tuple(
            threshold(service.reporting.share if tier.reporting is None else tier.reporting)
            for tier in settings.population.tiers
        ),
        reporting=lead_thresholds(service.reporting.rate, largest_body),
        reporting_assumption=lead_thresholds(service.reporting.rate * loops.depth, largest_body),
        guidance=threshold(service.guidance.rate),
        guidance_assumption=threshold(service.guidance.rate * loops.depth),
        questioning=threshold(loops.double.service),
        questioning_threshold=loops.double.threshold,
        questioning_evidence=loops.double.evidence,
    )
