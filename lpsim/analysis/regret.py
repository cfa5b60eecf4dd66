"""Policies over futures: what each combination of levers gives up in each, against the best there was."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lpsim.analysis.measured import measure_of
from lpsim.analysis.summary import are_same
from lpsim.sweeps.design.factors import SCENARIO, SEED_BLOCK, draws_scenarios

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from lpsim.analysis.cases import Cases
    from lpsim.sweeps.design.factors import Point, Value

    Key = tuple[tuple[str, Value], ...]


PLACES = 12
"""Decimals by which worst regrets are one: what lies beyond is binary arithmetic's."""


class Policy(NamedTuple):
    """A combination of levers, over all futures: combinations of the uncertainties."""

    levers: Mapping[str, Value]
    """By key; a scenario that the design lists is one, too."""
    mean: float
    """That of the measure over the futures."""
    regret: tuple[float, ...]
    """In each future: how much worse than the best policy in it."""
    best: float
    """The share of futures in which none is better."""
    meets: float
    """The share of futures in which it meets the condition."""

    @property
    def worst(self) -> float:
        """The largest regret."""
        return max(self.regret)


def regrets(
    cases: Cases, measure: str, values: NDArray[np.float64], sought: NDArray[np.bool_]
) -> tuple[Policy, ...]:
    """What each policy is regretted, the least first; empty unless two or more meet the same futures.

    Parameters
    ----------
    cases : Cases
        The points of a sweep.
    measure : str
        Which way is better is known of it, or nothing is regretted.
    values : array
        Of the measure, by case.
    sought : array of bool
        Which cases meet the condition.
    """
    better = measure_of(measure).higher_is_better
    levers, futures = _split(cases)
    policies, worlds = _numbered(levers), _numbered(futures)
    crossed = set(zip(levers, futures, strict=True))
    if better is None or len(policies) < 2 or len(worlds) < 2 or len(crossed) < len(policies) * len(worlds):
        return ()
    places = [policies[policy] for policy in levers], [worlds[world] for world in futures]
    table, met, count = (np.zeros((len(policies), len(worlds))) for _ in range(3))
    for sums, of_case in ((table, values), (met, sought), (count, 1.0)):
        np.add.at(sums, places, of_case)
    table, met = table / count, met / count  # cases that blocks of seeds alone tell apart are one
    worth = table if better else -table
    most = worth.max(axis=0)
    lost = np.where(are_same(worth, most), 0.0, most - worth)
    found = [
        Policy(
            dict(policy),
            float(table[row].mean()),
            tuple(lost[row].tolist()),
            float((lost[row] == 0).mean()),
            float(met[row].mean()),
        )
        for row, policy in enumerate(policies)
    ]
    return tuple(sorted(found, key=lambda one: (round(one.worst, PLACES), -one.best)))


def _numbered(keys: list[Key]) -> dict[Key, int]:
    return {key: number for number, key in enumerate(dict.fromkeys(keys))}


def _split(cases: Cases) -> tuple[list[Key], list[Key]]:
    """The policy and the future of each case."""
    factors = cases.design.factors
    chosen = {key for one in factors if one.kind == "lever" for key in one.columns}
    if not draws_scenarios(factors):  # those that are listed are policies
        chosen.add(SCENARIO)

    def part(point: Point, *, is_lever: bool) -> Key:
        names = (name for name in point.values if name != SEED_BLOCK and (name in chosen) == is_lever)
        return tuple((name, point.values[name]) for name in names)

    levers = [part(point, is_lever=True) for point in cases.points]
    return levers, [part(point, is_lever=False) for point in cases.points]
