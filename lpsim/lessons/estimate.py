"""How many lessons a run will bear, before it starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lpsim.model.rates import practice_rates, service_rates
from lpsim.scenario.settings import Settings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lpsim.model.rates import PracticeRates, ServiceRates
    from lpsim.model.state import Structure
    from lpsim.scenario import Scenario

_ONE = 2.0**64
"""Thresholds over this are probabilities."""


def expected_lessons(scenario: Scenario, structure: Structure) -> int:
    """About how many lessons a run will bear.

    The mean of a person's views on an issue is followed through turnover, forgetting and reflection, as
    if nobody learned from anybody else: learning from others makes people agree with what they
    see, so that a case less often teaches something new, and the estimate errs on the high side. Lessons
    of questioning count as often as a domain is asked about and could fail, those of trials as often as
    somebody might try.
    """
    settings, kinds = Settings(scenario), len(structure.kinds)
    members = np.bincount(structure.practice_kind, minlength=kinds).tolist()
    people = np.zeros((kinds, len(structure.roles)))
    np.add.at(people, (structure.practice_kind[structure.staff_practice], structure.staff_role), 1)
    views = _Views(scenario, shape=people.shape)
    issues, domains = scenario.world.issues, scenario.world.domains
    total = 0.0
    rates = _rates(settings, structure)
    for step in range(1, scenario.steps + 1):
        if settings.advance(step):
            rates = _rates(settings, structure)
        service, by_kind = rates
        total += issues * float((people * views.advance(service, by_kind)).sum())
        asked = service.questioning * sum(structure.bodies) * (service.questioning_threshold > 0)
        for kind, practice in enumerate(by_kind):
            total += practice.trial * float(people[kind].sum()) / _ONE
            if practice.questioning_threshold > 0:
                asked += practice.questioning * members[kind]
                asked += sum(
                    r.questioning * n for r, n in zip(practice.staff, people[kind].tolist(), strict=True)
                )
        total += domains * asked / _ONE
    return round(total)


def _rates(settings: Settings, structure: Structure) -> tuple[ServiceRates, list[PracticeRates]]:
    """The rates of the service and of each kind, with the allocation of time that practices start with."""
    by_kind = []
    for scenario in settings.by_kind:
        slots = tuple(scenario.protected_time.allocation.model_dump().values())
        by_kind.append(practice_rates(scenario, slots, largest_team=1))
    return service_rates(settings.by_kind[0], largest_body=1), by_kind


class _Views:
    """The probabilities of the three states of a view, as a mean over the people of each kind and role."""

    def __init__(self, scenario: Scenario, *, shape: tuple[int, int]) -> None:
        initial = scenario.initial
        overlap = scenario.world.overlap if scenario.world.domains else 1.0
        seen_rightly = initial.assumption_right * initial.shared_culture
        seen_rightly += (1 - initial.assumption_right) * (1 - initial.shared_culture)
        self._truthful = seen_rightly + (1 - seen_rightly) * overlap
        self._right = np.full(shape, initial.prior * initial.right)
        self._wrong = np.full(shape, initial.prior * (1 - initial.right))

    def advance(self, service: ServiceRates, kinds: list[PracticeRates]) -> NDArray[np.float64]:
        """One step; returns the probability that reflection changed the view, per kind and role."""
        leave, meet, misread = (_of(kinds, name) for name in ("turnover", "reflection", "noise"))
        novice, novice_right = service.novice_view / _ONE, service.novice_right / _ONE
        kept = (1 - leave) * (1 - service.forgetting[0] / _ONE)
        moved = service.turbulence / _ONE
        right = kept * self._right + leave * novice * novice_right
        wrong = kept * self._wrong + leave * novice * (1 - novice_right)
        right, wrong = right + moved * (wrong - right), wrong + moved * (right - wrong)
        good = self._truthful * (1 - misread) + (1 - self._truthful) * misread
        born = meet * (good * (1 - right) + (1 - good) * (1 - wrong))
        self._right, self._wrong = right + meet * (good - right), wrong + meet * (1 - good - wrong)
        return np.asarray(born)


def _of(kinds: list[PracticeRates], name: str) -> NDArray[np.float64]:
    """A rate of every kind and role, (kinds, roles)."""
    return np.array([[getattr(role, name) / _ONE for role in kind.staff] for kind in kinds])
