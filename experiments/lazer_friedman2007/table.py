"""What is read of the runs of each part, and where it stands: panel, line and x.

Performance is the mean over people of (value / greatest value of the landscape)^8; after round t it is what
is measured in step t + 1.
"""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING, Any

from experiments.tables import Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from experiments.tables import Numbers, Seen

    Values = Mapping[str, Any]

NETWORK, VELOCITY, COPIED = "network.staff", "roles.staff.presence", "practice.discussion.rate"
DENSITY, PARTNERS = "network.staff_density", "world.nk.k"
SHOWN = 100
"""The last round of figure 4."""
LATE = (100, 300)
"""Rounds after which it is asked on how many landscapes one network does better than another."""


def rounds(seen: Seen) -> Iterator[tuple[int, NDArray[np.float64]]]:
    """Each round that was kept, and the performance of each run after it."""
    for step, values in zip(seen["step"][0], seen["performance"].T, strict=True):
        if step > 0:
            yield int(step) - 1, values


def figure4(point: Values, seen: Seen) -> Numbers:
    """Performance over time, a line per network."""
    for t, values in rounds(seen):
        if t <= SHOWN or t in LATE:
            yield Place("figure4", "replacement", point[NETWORK], t), values


def pairs_of_figure4(points: Sequence[tuple[Values, Seen]]) -> Numbers:
    """Landscape by landscape: how far the line is ahead of the complete network, and which wins."""
    by_round = {point[NETWORK]: dict(rounds(seen)) for point, seen in points}
    for t in (*range(1, SHOWN + 1), *LATE[1:]):
        ahead = by_round["line"][t] - by_round["complete"][t]
        yield Place("ahead", "replacement", "line minus complete", t), ahead
    for t in LATE:
        for one, other in permutations(by_round, 2):
            wins = by_round[one][t] > by_round[other][t]
            yield Place("wins", f"t = {t}", f"{one} over {other}", SHOWN), wins.astype(float)


def against_ends(points: Sequence[tuple[Values, Seen]]) -> Numbers:
    """Landscape by landscape: how far each point of a line is ahead of its first point and of its last."""
    line = [(_x(point), dict(rounds(seen))) for point, seen in points]
    for end, ends in (line[0], line[-1]):
        for x, performance in line:
            if x != end:
                for t, values in performance.items():
                    yield Place("ahead", f"of {end:g}", f"t = {t}", x), values - ends[t]


def _x(point: Values) -> float:
    """What a part varies, where it varies one thing."""
    key = next(key for key in (DENSITY, VELOCITY, COPIED, "scenario") if key in point)
    return round(1 - point[COPIED], 10) if key == COPIED else float(point[key])


def line_against_complete(points: Sequence[tuple[Values, Seen]]) -> Numbers:
    """Landscape by landscape, for every K: by how much the line is ahead of the complete network."""
    by_network = {(point[PARTNERS], point[NETWORK]): dict(rounds(seen)) for point, seen in points}
    for k in dict.fromkeys(k for k, _ in by_network):
        for t, values in by_network[k, "line"].items():
            yield Place("ahead", f"K = {k}", "line minus complete", t), values - by_network[k, "complete"][t]


def figure6(point: Values, seen: Seen) -> Numbers:
    """Performance by the density of a random network."""
    for t, values in rounds(seen):
        yield Place("figure6", f"t = {t}", "random", point[DENSITY]), values


def sparse(point: Values, seen: Seen) -> Numbers:
    """The same, below the densities of figure 6."""
    for t, values in rounds(seen):
        yield Place("sparse", f"t = {t}", "random", point[DENSITY]), values


def figure7(point: Values, seen: Seen) -> Numbers:
    """Performance by the number of ties of a lattice that are rewired, a line per round."""
    for t, values in rounds(seen):
        yield Place("figure7", "rewired", f"t = {t}", float(point["scenario"])), values


def figure10(point: Values, seen: Seen) -> Numbers:
    """Performance by velocity, a line per round."""
    for t, values in rounds(seen):
        yield Place("figure10", "complete", f"t = {t}", point[VELOCITY]), values


def simple(point: Values, seen: Seen) -> Numbers:
    """Performance by round, a panel per K, a line per network."""
    for t, values in rounds(seen):
        yield Place("simple", f"K = {point[PARTNERS]}", point[NETWORK], t), values


def error(point: Values, seen: Seen) -> Numbers:
    """Performance in the end by the probability of an error, per differing issue."""
    for t, values in rounds(seen):
        yield Place("error", "complete", f"t = {t}", round(1 - point[COPIED], 10)), values


def partners(point: Values, seen: Seen) -> Numbers:
    """The same as figure 4 where the partners of an issue are distinct."""
    for t, values in rounds(seen):
        yield Place("figure4", "distinct", point[NETWORK], t), values
