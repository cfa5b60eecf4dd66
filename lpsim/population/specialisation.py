"""Who meets which cases: with specialisation, a domain's cases come most often to its home role."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from lpsim.errors import InputError
from lpsim.model.rates import practice_rates
from lpsim.scenario.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from lpsim.model.state import Structure
    from lpsim.scenario import Scenario


def case_factors(
    scenario: Scenario, headcounts: NDArray[np.int64], practice_kind: NDArray[np.int32]
) -> NDArray[np.float64]:
    """What a person's probability of meeting a case is multiplied by.

    The home role of domain k is role k mod R. The cases that a practice meets in a domain stay as many as
    they were: those that the home role takes over are the ones that the others no longer see.

    Parameters
    ----------
    scenario
        For the share of cases that are specialised, and roles' experience.
    headcounts
        (P, R) posts by practice and role.
    practice_kind
        (P,) index of the kind.

    Returns
    -------
    float64 array, (P, R, R)
        By practice, the person's role and the domain's home role; (0, 0, 0) without specialisation.
    """
    share, (practices, roles) = scenario.world.specialisation, headcounts.shape
    if not share:
        return np.zeros((0, 0, 0))
    by_kind = Settings(scenario).by_kind
    experience = np.array([[role.experience for role in s.roles.values()] for s in by_kind])
    weights = headcounts * experience[practice_kind]
    factors = np.empty((practices, roles, roles))
    for practice, row in enumerate(weights.tolist()):
        whole = sum(row)
        for home, weight in enumerate(row):
            # Who meets next to no cases can take none over: what they would be multiplied by is no number.
            takes_over = weight > 0 and math.isfinite(whole / weight)
            factors[practice, :, home] = 1 - share if takes_over else 1.0
            if takes_over:
                factors[practice, home, home] = (1 - share) + share * whole / weight
    return factors


def check_cases(scenario: Scenario, structure: Structure) -> None:
    """See that no person would meet more than every case; then none can be made up for by another.

    Looked at with the allocation of time that practices start with, at the start and after interventions.

    Raises
    ------
    InputError
        Somebody would.
    """
    if not structure.case_factors.size:
        return
    for cases in _cases(scenario, structure):
        most = cases[:, :, np.newaxis] * structure.case_factors
        if most.max() > 1:
            practice, role, _ = np.unravel_index(most.argmax(), most.shape)
            raise InputError(
                f"world.specialisation: a {structure.roles[role]} of practice "
                f"{structure.practice_names[practice]} would meet a case with probability {most.max():.3g}; "
                "lower world.specialisation or practice.reflection.rate, or have more people in that role."
            )


def _cases(scenario: Scenario, structure: Structure) -> Iterator[NDArray[np.float64]]:
    """The probability of a case before specialisation, (P, R), at the start and after each intervention."""
    settings = Settings(scenario)
    for step in (0, *sorted({change.at for change in scenario.interventions})):
        settings.advance(step)
        by_kind: list[Any] = []
        for own in settings.by_kind:
            slots = tuple(own.protected_time.allocation.model_dump().values())
            by_kind.append([role.cases for role in practice_rates(own, slots, largest_team=1).staff])
        yield np.array(by_kind)[structure.practice_kind]
