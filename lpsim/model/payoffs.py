"""Payoffs: how the performance of actions is counted (phase B), one record each.

A payoff is a name in a scenario (``judgement.payoff``), a record here, and a kernel of the same name in
`lpsim.engines.compiled.payoffs`. Performance is a whole number in both engines: what is compared must
not be rounded.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Landscapes(NamedTuple):
    """NK landscapes of S runs, or of one without the first axis; empty with any other payoff."""

    partners: NDArray[np.int64]
    """(S, M, k) whom an issue's contribution depends on, besides itself."""
    table: NDArray[np.int64]
    """(S, M, 2^(k + 1)) contributions, by the bits of the issue and its partners, most significant first."""
    greatest: NDArray[np.int64]
    """(S,) the greatest value of any string."""
    exponent: NDArray[np.int64]
    """(S,) of the share of the greatest value, as the measure `performance` shows it."""


def no_landscapes(runs: int) -> Landscapes:
    """The landscapes of payoffs that need none: empty."""
    empty = np.zeros((runs, 0, 0), dtype=np.int64)
    ones = np.ones(runs, dtype=np.int64)
    return Landscapes(empty, empty, ones, ones)


class Terms(NamedTuple):
    """What payoffs are reckoned with, besides actions and standard."""

    bundle: int
    """Issues per bundle."""
    landscape: Landscapes
    """The landscape of the run."""


class Performance(Protocol):
    """Counts the performance of somebody's actions."""

    def __call__(
        self,
        actions: NDArray[np.int8],
        standard: NDArray[np.int8],
        audited: NDArray[np.bool_],
        terms: Terms,
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
        terms : Terms
            What a payoff needs beside.
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
    of_greatest: bool = False
    """Whether it is a share of the greatest value (`share_of_greatest`) instead."""


def _score(
    actions: NDArray[np.int8], standard: NDArray[np.int8], audited: NDArray[np.bool_], terms: Terms
) -> int:
    unmet = (actions == -standard) & audited
    return _matches(actions, standard, audited, terms) - int(np.count_nonzero(unmet))


def _matches(
    actions: NDArray[np.int8], standard: NDArray[np.int8], audited: NDArray[np.bool_], terms: Terms
) -> int:
    return int(np.count_nonzero((actions == standard) & audited))


def _bundles(
    actions: NDArray[np.int8], standard: NDArray[np.int8], audited: NDArray[np.bool_], terms: Terms
) -> int:
    met = (actions == standard) & audited
    return terms.bundle * int(met.reshape(-1, terms.bundle).all(axis=1).sum())


def _nk(
    actions: NDArray[np.int8], standard: NDArray[np.int8], audited: NDArray[np.bool_], terms: Terms
) -> int:
    bits = (actions > 0).astype(np.int64)
    partners, table = terms.landscape[:2]
    entries = bits
    for partner in partners.T:
        entries = 2 * entries + bits[partner]
    return int(table[np.arange(len(bits)), entries].sum())


NK_UNIT = 2**32
"""The measure `performance` of an NK landscape is summed in units of one over this."""


def share_of_greatest(value: int, greatest: int, exponent: int) -> int:
    """(value / greatest) to a whole power, rounded down, in units of 1 / `NK_UNIT`.

    By repeated multiplication, as compiled code does it: a power may differ in the last bit.
    """
    share = value / greatest
    power = share
    for _ in range(exponent - 1):
        power *= share
    return int(power * NK_UNIT)


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
        Payoff(
            "nk",
            3,
            "the sum of the issues' contributions on the run's NK landscape; +1 sets a bit",
            _nk,
            of_greatest=True,
        ),
    )
}
"""By the name in a scenario. `bundles`: interdependent issues (Fang, Lee & Schilling 2010); `nk`: Lazer &
Friedman (2007)."""
