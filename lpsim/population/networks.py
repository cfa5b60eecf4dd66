"""Who is tied to whom, among staff and among practices: networkx in, compressed sparse rows out."""

from __future__ import annotations

from itertools import chain, count
from typing import TYPE_CHECKING, Any

import numpy as np

from lpsim.errors import InputError
from lpsim.model.draws import CERTAIN, Stream, threshold
from lpsim.model.state import WORLD_UID, Ties
from lpsim.population.staff_networks import staff_pairs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from lpsim.model.draws import Draws
    from lpsim.scenario.parameters import Network

REWIRING_TRIES = 64
"""After so many tries a tie that was to be rewired stays."""


class _Others:
    """For each of some people (K, in uid order), those of them who work in another practice."""

    def __init__(self, draws: Draws, people: Any, uid: Any, practice: Any) -> None:
        self.draws, self.people, self.uid = draws, people, uid
        # Where one's own practice starts, and how many are of it.
        self.start = np.searchsorted(practice, practice, side="left").astype(np.int64)
        self.own = np.searchsorted(practice, practice, side="right") - self.start

    def choose(self, place: Any, stream: int, steps: Any, keys: Any, digits: Any = 0) -> Any:
        """Whom the people at some places draw (anybody where no others are)."""
        words = self.draws.words(stream, steps, keys, digits=digits)
        low, high = words & np.uint64(2**32 - 1), words >> np.uint64(32)
        # The high half of word · number, exact as the number is below 2^32.
        number = (len(self.people) - self.own[place]).astype(np.uint64)
        product = (high * number + (low * number >> np.uint64(32))) >> np.uint64(32)
        index = product.astype(np.int64)
        index += np.where(index >= self.start[place], self.own[place], 0)
        return self.people.take(index, mode="clip")


def staff_ties(
    network: Network,
    draws: Draws,
    *,
    staff_uid: NDArray[np.uint64],
    staff_practice: NDArray[np.int32],
    staff_role: NDArray[np.int32],
    first_staff: NDArray[np.int64],
    from_file: NDArray[np.int64] | None = None,
) -> Ties:
    """Tie staff to staff: inside practices, some rewired, then professional ties.

    Parameters
    ----------
    network, draws : Network, Draws
        `staff`, `rewire` and `professional` are read; the run's random numbers.
    staff_uid, staff_practice, staff_role : (N,)
        Each person's uid (ascending), and the indices of practice (ascending) and role.
    first_staff : int64, (P + 1,)
        Practice p's staff are ``first_staff[p] … first_staff[p + 1] - 1``.
    from_file : int64, (ties, 2), optional
        Who is tied to whom, with ``staff = "file"``.

    Returns
    -------
    Ties
        Symmetric, without ties to oneself; complete alone where all staff are in one practice.

    Notes
    -----
    Rewiring keeps the number of ties (Watts & Strogatz 1998, Nature 393:440; between groups: Fang,
    Lee & Schilling 2010, Organization Science 21:625). Ties across practices are made one by one in
    plain Python, at a few microseconds and 150 bytes each: with ``rewire = 1`` about 5 seconds for
    190,000 staff. Slow only where nearly all pairs across practices get tied (all tries used up).
    """
    size = len(staff_uid)
    everybody = np.arange(size)
    inside = _within(network, draws, staff_uid, staff_practice, first_staff, from_file)
    one_practice = bool((np.diff(first_staff) == size).any())
    if one_practice or not (network.rewire or network.professional):
        return inside
    lower, upper = _pairs(inside)
    kept = np.ones(len(lower), dtype=np.bool_)
    others = _Others(draws, everybody, staff_uid, staff_practice)
    across = _rewire(kept, lower, upper, others, threshold(network.rewire))
    for role in np.unique(staff_role) if network.professional else ():
        same = np.flatnonzero(staff_role == role)
        colleagues = _Others(draws, same, staff_uid[same], staff_practice[same])
        _add_professional(across, network.professional, colleagues, size)
    low, high = np.divmod(np.fromiter(across, np.int64, len(across)), size)
    return _ties(size, np.concatenate((lower[kept], low)), np.concatenate((upper[kept], high)))


def _within(
    network: Network,
    draws: Draws,
    staff_uid: Any,
    staff_practice: Any,
    first_staff: Any,
    from_file: NDArray[np.int64] | None,
) -> Ties:
    """The ties within practices, before any is rewired."""
    size = len(staff_uid)
    if network.staff in ("complete", "none"):
        return _complete(staff_practice if network.staff == "complete" else np.arange(size))
    pairs = staff_pairs(network, draws, staff_uid, first_staff) if from_file is None else from_file
    return _ties(size, *pairs.T)


def _rewire(kept: Any, lower: Any, upper: Any, others: _Others, limit: int) -> set[int]:
    """Strike the ties that are rewired from `kept`; return the codes of those made instead."""
    size, draws, stream = len(others.people), others.draws, Stream.NETWORK_REWIRE_PARTNER
    key, step = others.uid[lower], others.uid[upper] & np.uint64(2**24 - 1)
    words = draws.words(Stream.NETWORK_REWIRE, step, key)
    ties = np.flatnonzero((words < np.uint64(limit)) | (limit == CERTAIN))
    key, step = key[ties], step[ties]
    heads = draws.words(Stream.NETWORK_REWIRE_END, step, key) & np.uint64(1)
    stays = np.where(heads == 1, lower[ties], upper[ties])
    later = np.arange(1, REWIRING_TRIES, dtype=np.uint64)
    across: set[int] = set()
    for tie, code in enumerate(_codes(size, stays, others.choose(stays, stream, step, key))):
        tries = [code]
        if code in across:
            keys = np.full(len(later), key[tie])
            chosen = others.choose(stays[tie], stream, step[tie], keys, later)
            tries = _codes(size, stays[tie], chosen)
        new = next((other for other in tries if other not in across), None)
        if new is not None:
            across.add(new)
            kept[ties[tie]] = False
    return across


def _add_professional(across: set[int], wanted: int, same: _Others, size: int) -> None:
    """Tie people of one role to each other, adding to `across`; role by role equals uid order."""
    people = same.people.tolist()
    has = dict.fromkeys(people, 0)
    for low, high in (divmod(code, size) for code in across):
        if low in has and high in has:
            has[low] += 1
            has[high] += 1
    goals = np.minimum(wanted, len(people) - same.own).tolist()
    for person, goal, tries in zip(people, goals, _endless_tries(wanted, same), strict=True):
        while has[person] < goal:
            other = next(tries)
            code = person * size + other if person < other else other * size + person
            if code not in across:
                across.add(code)
                has[person] += 1
                has[other] += 1


def _endless_tries(wanted: int, same: _Others) -> Iterator[Iterator[int]]:
    """For each person of a role in turn, all tries for professional ties; drawn many at once."""

    def some(places: NDArray[np.int64], start: int, number: int) -> Any:
        steps = np.tile(np.arange(start, start + number, dtype=np.uint64), len(places))
        places = np.repeat(places, number)
        chosen = same.choose(places, Stream.NETWORK_PROFESSIONAL, steps, same.uid[places])
        return chosen.reshape(-1, number).tolist()

    def later(place: NDArray[np.int64]) -> Iterator[int]:
        for start in count(wanted, 64):
            yield from some(place, start, 64)[0]

    for places in np.array_split(np.arange(len(same.people)), 1 + len(same.people) * wanted // 2**20):
        for place, row in zip(places, some(places, 0, wanted), strict=True):
            yield chain(row, later(np.array([place])))


def practice_ties(
    network: Network,
    draws: Draws,
    practices: int,
    *,
    labels: Sequence[str | None] | None = None,
    from_file: NDArray[np.int64] | None = None,
) -> Ties:
    """Tie practices to peer practices.

    Parameters
    ----------
    network, draws : Network, Draws
        `practices` and its like are read; the random numbers seed the generators of networkx.
    practices : int
        P, how many there are.
    labels : sequence of str or None, (P,), optional
        Codes from a workforce table: practices that share one are peers, whatever `practices`
        says; None stands alone.
    from_file : int64, (ties, 2), optional
        Who is tied to whom, with ``practices = "file"``.

    Returns
    -------
    Ties
        Symmetric, without ties to oneself.

    Raises
    ------
    InputError
        The degree is odd or too high.

    Notes
    -----
    ``small_world`` is Watts & Strogatz (1998, Nature 393:440), ``random`` a random regular graph
    (Steger & Wormald 1999, Combinatorics, Probability and Computing 8:377).
    """
    if labels is not None:
        codes = {label: code for code, label in enumerate(dict.fromkeys(labels))}
        alone = count(len(codes))
        return _complete(np.array([next(alone) if x is None else codes[x] for x in labels], int))
    if network.practices in ("none", "groups"):
        size = network.groups if network.practices == "groups" else 1
        return _complete(np.arange(practices) // size)
    if from_file is None:
        edges = list(_generated(network, draws, practices).edges)
        from_file = np.array(edges, np.int64).reshape(-1, 2)
    return _ties(practices, *from_file.T)


def _generated(network: Network, draws: Draws, practices: int) -> Any:
    """A ring, a small world or a random regular graph."""
    import networkx as nx  # noqa: PLC0415 (slow to import, and few runs need it)

    degree = network.degree
    if degree % 2 or degree >= practices:
        raise InputError(
            f"network.degree: found {degree}; allowed is an even number below {practices} practices."
        )
    seed = draws.word(Stream.NETWORK_PRACTICES, 0, WORLD_UID) % 2**32
    if network.practices == "ring":
        return nx.circulant_graph(practices, list(range(1, degree // 2 + 1)))
    if network.practices == "small_world":
        return nx.watts_strogatz_graph(practices, degree, network.small_world, seed)
    # networkx does not end on dense graphs; what a regular graph leaves out is regular too.
    if 2 * degree < practices:
        return nx.random_regular_graph(degree, practices, seed)
    return nx.complement(nx.random_regular_graph(practices - 1 - degree, practices, seed))


def _complete(group: NDArray[Any]) -> Ties:
    """Tie everybody to all others of the same group."""
    members = np.argsort(group, kind="stable")
    grouped = group[members]
    start = np.searchsorted(grouped, group, side="left")
    peers = np.searchsorted(grouped, group, side="right") - start - 1
    own = np.empty_like(members)
    own[members] = np.arange(len(members))
    offsets = np.concatenate(([0], np.cumsum(peers)))
    place = np.arange(offsets[-1]) + np.repeat(start - offsets[:-1], peers)
    place += place >= np.repeat(own, peers)
    return Ties(offsets.astype(np.int64), members[place].astype(np.int32))


def _pairs(ties: Ties) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Each tie once, in order of (lower end, upper end)."""
    lower = np.repeat(np.arange(len(ties.offsets) - 1), np.diff(ties.offsets))
    once = lower < ties.neighbours
    return lower[once], ties.neighbours[once].astype(np.int64)


def _codes(size: int, one: Any, other: Any) -> list[int]:
    """Ties as one number each: lower end · size + upper end."""
    codes: list[int] = (np.minimum(one, other) * size + np.maximum(one, other)).tolist()
    return codes


def _ties(size: int, one: NDArray[np.int64], other: NDArray[np.int64]) -> Ties:
    """Ties from pairs in any order and direction; repeats and ties to oneself are dropped."""
    one, other = one[one != other], other[one != other]
    codes = np.sort(np.concatenate((one * size + other, other * size + one)))
    rows, neighbours = np.divmod(codes[np.diff(codes, prepend=-1) > 0], size)
    offsets = np.concatenate(([0], np.cumsum(np.bincount(rows, minlength=size))))
    return Ties(offsets.astype(np.int64), neighbours.astype(np.int32))
