"""Who is tied to whom within a practice, where that is neither everybody nor nobody.

Ties are pairs (lower, upper) of places in a team, in uid order, as in the networks that Lazer & Friedman
(2007) compare.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lpsim.errors import InputError
from lpsim.model.draws import Stream, threshold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from lpsim.model.draws import Draws
    from lpsim.scenario.parameters import Network

    Tie = tuple[int, int]

TRIES = 64
"""After so many tries a tie that was to be moved stays."""
_IN_PRACTICE = np.uint64(2**24 - 1)
"""The part of a uid that tells people of a practice apart."""


def staff_pairs(
    network: Network, draws: Draws, staff_uid: NDArray[np.uint64], first_staff: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The ties within practices of a line, a ring, a small world or a random network: (ties, 2), by row.

    Raises
    ------
    InputError
        More ties are to be moved than a practice has.
    """
    found: list[Tie] = []
    for practice in range(len(first_staff) - 1):
        first, last = int(first_staff[practice]), int(first_staff[practice + 1])
        ties = _of_team(network, draws, staff_uid[first:last])
        found += [(first + low, first + high) for low, high in ties]
    return np.array(found, dtype=np.int64).reshape(-1, 2)


def _of_team(network: Network, draws: Draws, uids: NDArray[np.uint64]) -> list[Tie]:
    size = len(uids)
    if network.staff == "line":
        return [(place, place + 1) for place in range(size - 1)]
    if network.staff == "random":
        low, high = np.triu_indices(size, 1)
        words = draws.words(Stream.NETWORK_STAFF, uids[high] & _IN_PRACTICE, uids[low])
        tied = words < np.uint64(threshold(network.staff_density))
        if network.staff_density >= 1:
            tied[:] = True
        return list(zip(low[tied].tolist(), high[tied].tolist(), strict=True))
    ring = _ring(size, network.staff_degree)
    if network.staff == "ring":
        return ring
    return _small_world(network, draws, uids, ring)


def _ring(size: int, degree: int) -> list[Tie]:
    """Each tied to the next on either side; complete where a team is too small for that."""
    if size <= degree:
        return [(low, high) for high in range(size) for low in range(high)]
    near = ((place, (place + step) % size) for place in range(size) for step in range(1, degree // 2 + 1))
    return sorted((min(tie), max(tie)) for tie in near)


def _small_world(network: Network, draws: Draws, uids: NDArray[np.uint64], ring: list[Tie]) -> list[Tie]:
    """A ring of which some ties are moved: their upper end goes to another colleague."""
    keys = [(int(uids[high] & _IN_PRACTICE), int(uids[low])) for low, high in ring]
    words = [draws.word(Stream.NETWORK_STAFF, step, uid) for step, uid in keys]
    if network.staff_rewired:
        if network.staff_rewired > len(ring):
            raise InputError(
                f"network.staff_rewired: found {network.staff_rewired}; a practice of {len(uids)} people has "
                f"{len(ring)} ties in its ring: allowed is at most that."
            )
        moved = set(
            np.argsort(np.array(words, dtype=np.uint64), kind="stable")[: network.staff_rewired].tolist()
        )
    else:
        limit = threshold(network.staff_small_world)
        moved = {place for place, word in enumerate(words) if word < limit or network.staff_small_world >= 1}
    ties = dict.fromkeys(ring)
    for place in sorted(moved):
        _move(draws, uids, ties, ring[place], keys[place])
    return sorted(ties)


def _move(
    draws: Draws, uids: NDArray[np.uint64], ties: dict[Tie, None], tie: Tie, key: tuple[int, int]
) -> None:
    """Give a tie another upper end, unless none can be found that keeps the network whole."""
    low, size = tie[0], len(uids)
    parts = _parts(size, ties)
    for attempt in range(TRIES):
        chosen = draws.choice(Stream.NETWORK_STAFF_PARTNER, key[0], key[1], size - 1, digit=attempt)
        other = chosen + (chosen >= low)
        new = (min(low, other), max(low, other))
        if new in ties:
            continue
        del ties[tie]
        ties[new] = None
        if _parts(size, ties) <= parts:
            return
        del ties[new]
        ties[tie] = None


def _parts(size: int, ties: Iterable[Tie]) -> int:
    """Into how many parts a network falls."""
    part = list(range(size))

    def root(place: int) -> int:
        while part[place] != place:
            part[place] = part[part[place]]
            place = part[place]
        return place

    for low, high in ties:
        part[root(low)] = root(high)
    return sum(part[place] == place for place in range(size))
