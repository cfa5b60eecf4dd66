"""Payoffs: how the performance of actions is counted (phase B), one record each.

A payoff is a name in a scenario (``judgement.payoff``), a record here, and a kernel of the same name in
`lpsim.engines.compiled.payoffs`. Performance is a whole number in both engines: what is compared must
not be rounded.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lpsim.scenario.parameters import World


class Performance(Protocol):
    """Counts the performance of somebody's actions."""

    def __call__(
        self,
        actions: NDArray[np.int8],
        standard: NDArray[np.int8],
        audited: NDArray[np.bool_],
        world: World,
    ) -> int:
        """Performance over the audited issues.

        Parameters
        ----------
        actions : int8 array, (M,)
            What is done on each issue, in {-1, 0, +1}; 0 is nothing.
        standard : int8 array, (M,)
            What counts as success, in {-1, +1}.
        audited : bool array, (M,)
            The issues that count in this step.
        world : World
            The scenario's table, for what a payoff needs of it.
        """


@dataclass(frozen=True)
class Payoff:
    """One way to count performance."""

    name: str
    number: int
    """By which compiled code knows it."""
    meaning: str
    """As docs/ODD.md says it."""
    performance: Performance
    """How the reference engine counts it."""
    of_all_issues: bool = False
    """Whether the measure `performance` is a share of all issues, not of those audited."""


def _score(
    actions: NDArray[np.int8], standard: NDArray[np.int8], audited: NDArray[np.bool_], world: World
) -> int:
    unmet = (actions == -standard) & audited
    return _matches(actions, standard, audited, world) - int(np.count_nonzero(unmet))


def _matches(
    actions: NDArray[np.int8], standard: NDArray[np.int8], audited: NDArray[np.bool_], world: World
) -> int:
    return int(np.count_nonzero((actions == standard) & audited))


def _bundles(
    actions: NDArray[np.int8], standard: NDArray[np.int8], audited: NDArray[np.bool_], world: World
) -> int:
    met = (actions == standard) & audited
    return world.bundle * int(met.reshape(-1, world.bundle).all(axis=1).sum())


PAYOFFS = {
    payoff.name: payoff
    for payoff in (
        Payoff(
            "score",
            0,
            "actions that meet the standard (x_d = s_d) minus actions that do not (x_d = −s_d)",
            _score,
        ),
        Payoff("matches", 1, "actions that meet the standard", _matches),
        Payoff(
            "bundles",
            2,
            "`bundle` · number of groups of `bundle` consecutive issues, all audited and all met",
            _bundles,
            of_all_issues=True,
        ),
    )
}
"""By the name in a scenario. `bundles`: interdependent issues (Fang, Lee & Schilling 2010)."""
