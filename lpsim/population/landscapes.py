"""NK landscapes: whom an issue depends on, what each combination is worth, and which string is worth most.

Lazer & Friedman (2007), "The network structure of exploration and exploitation", Administrative Science
Quarterly 52(4), after Kauffman. Values are whole numbers, so that engines compare them exactly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import boolean, int8, int64, uint64, void

from lpsim.model.draws import Stream
from lpsim.model.jit import compiled_as, inlined
from lpsim.model.payoffs import Landscapes
from lpsim.model.state import WORLD_UID
from lpsim.model.words import choice, event_of, word_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lpsim.scenario.parameters import World

_WORLD = np.uint64(WORLD_UID)
_UNUSED = np.uint64(64 - 20)
"""An entry is the top 20 bits of a word."""


def draw_landscapes(world: World, seeds: NDArray[np.uint64], reality: NDArray[np.int8]) -> Landscapes:
    """The landscape of each seed; reality becomes the string of greatest value, (S, M).

    All 2^M strings are looked at; of several with the greatest value the lowest as a number counts (issue 0
    is its lowest bit).
    """
    runs, issues, k = len(seeds), world.issues, world.nk.k
    landscapes = Landscapes(
        np.empty((runs, issues, k), dtype=np.int64),
        np.empty((runs, issues, 2 ** (k + 1)), dtype=np.int64),
        np.empty(runs, dtype=np.int64),
        np.full(runs, world.nk.exponent, dtype=np.int64),
    )
    _draw(seeds, world.nk.partners == "distinct", *landscapes[:3], reality)
    return landscapes


@inlined
def _partner(seed: int, issue: int, j: int, distinct: bool, partners: Any) -> int:
    """Partner j of an issue: among all, or among those that are not itself and not taken yet, ascending."""
    issues = partners.shape[0]
    left = issues - 1 - j if distinct else issues
    event = event_of(j, Stream.START_NK_PARTNER, issue)
    chosen = choice(seed, event, _WORLD, uint64(0), uint64(left))
    if not distinct:
        return chosen
    for other in range(issues):
        taken = other == issue
        for before in range(j):
            taken |= partners[issue, before] == other
        if not taken:
            if chosen == 0:
                return int64(other)
            chosen -= 1
    return int64(-1)


@inlined
def _value(string: int, partners: Any, table: Any) -> int:
    """What a string is worth: the sum of its issues' contributions."""
    total = int64(0)
    for issue in range(partners.shape[0]):
        entry = (string >> issue) & 1
        for j in range(partners.shape[1]):
            entry = 2 * entry + ((string >> partners[issue, j]) & 1)
        total += table[issue, entry]
    return total


@compiled_as(
    void(uint64[::1], boolean, int64[:, :, ::1], int64[:, :, ::1], int64[::1], int8[:, ::1]),
)
def _draw(seeds: Any, distinct: bool, partners: Any, table: Any, greatest: Any, reality: Any) -> None:
    """Fill in the landscape of each seed, and the best string."""
    for run in range(seeds.shape[0]):
        for issue in range(partners.shape[1]):
            for j in range(partners.shape[2]):
                partners[run, issue, j] = _partner(seeds[run], issue, j, distinct, partners[run])
            for entry in range(table.shape[2]):
                event = event_of(entry, Stream.START_NK_TABLE, issue)
                table[run, issue, entry] = int64(word_of(seeds[run], event, _WORLD, uint64(0)) >> _UNUSED)
        best, most = int64(0), int64(-1)
        for string in range(int64(1) << partners.shape[1]):
            value = _value(string, partners[run], table[run])
            if value > most:
                best, most = int64(string), value
        greatest[run] = most
        for issue in range(partners.shape[1]):
            reality[run, issue] = 1 if (best >> issue) & 1 else -1
