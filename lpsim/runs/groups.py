"""Measures of a group: of the people of a role, of a kind of practices, of a tier of the service."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from lpsim.runs.measures import MEASURES, measures_of
from lpsim.scenario.parameters import OTHER_PRACTICES

if TYPE_CHECKING:
    from lpsim.scenario import Scenario

MEASURES_OF = {
    "role": ("staff_knowledge", "staff_right", "staff_wrong"),
    "kind": measures_of("practices"),
    "tier": tuple(name for name in measures_of("groups") if MEASURES[name].level == "service"),
}
"""What is measured of a group, by what it is a group of."""


@lru_cache(maxsize=256)  # asked for at every column of every run
def measure_and_group(name: str) -> tuple[str, str] | None:
    """``"staff_knowledge[role: gp]"`` in its two parts; None where a name names no group."""
    measure, bracket, rest = name.partition("[")
    return (measure, rest.removesuffix("]")) if bracket and rest.endswith("]") else None


def groups_of(scenario: Scenario) -> dict[str, tuple[str, ...]]:
    """The groups that a run of a scenario has, as a run's groups name them, and what is measured of each."""
    kinds = [OTHER_PRACTICES, *(kind.name for kind in scenario.kinds)] if scenario.kinds else []
    tiers = [tier.name for tier in scenario.population.tiers]
    names = {"role": list(scenario.roles), "kind": kinds, "tier": tiers}
    return {f"{what}: {name}": MEASURES_OF[what] for what, those in names.items() for name in those}
