"""Boxes: limits on few factors within which most of what is sought lies, and little else.

This is patient rule induction (PRIM; Friedman & Fisher 1999, *Statistics and Computing* 9:123-143).
*Coverage* is the share of the cases sought that lie in a box, *density* the share of the cases in it that are
sought (Bryant & Lempert 2010, *Technological Forecasting and Social Change* 77:34-49). A box is judged by
their harmonic mean. It is found by peeling slices off; each of its limits is then moved to where that mean is
highest, and a limit that adds next to nothing is dropped.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from lpsim.sweeps.design.factors import Value

    Mask = NDArray[np.bool_]
    Numbers = NDArray[np.float64]

SLICE = 0.05
"""The share of a box that one slice takes off."""
LEAST = 10
"""A box holds at least so many cases."""
WORTH = 0.02
"""A limit is kept if the harmonic mean without it were lower by so much."""
ROUNDS = 20
STARTS = 6
"""Boxes on the way of peeling whose limits are moved."""


class Axis(NamedTuple):
    """A factor: where each case lies in it."""

    name: str
    places: Numbers
    """Its value, or which of `names` it is."""
    names: tuple[Value, ...] = ()
    """The values of a factor that has no order."""


class Limit(NamedTuple):
    """What a box allows of a factor: an interval, or some of its names."""

    low: float = -math.inf
    high: float = math.inf
    names: frozenset[int] | None = None
    """Which of the axis' names; None of an interval."""

    def holds(self, axis: Axis) -> Mask:
        """Which cases it allows."""
        if self.names is not None:
            found: Mask = np.isin(axis.places, list(self.names))
            return found
        return (axis.places > self.low) & (axis.places < self.high)

    def moved(self, side: str, end: float) -> Limit:
        """The same with another end: ``low`` or ``high``."""
        return self._replace(low=end) if side == "low" else self._replace(high=end)

    def without(self, side: str) -> Limit:
        """The same without a side."""
        if side == "names":
            return self._replace(names=None)
        return self.moved(side, -math.inf if side == "low" else math.inf)

    @property
    def sides(self) -> tuple[str, ...]:
        """Which of ``low``, ``high`` and ``names`` limit anything."""
        if self.names is not None:
            return ("names",)
        ends = {"low": self.low, "high": self.high}
        return tuple(side for side, end in ends.items() if math.isfinite(end))


Box = Mapping[int, Limit]
"""By the number of an axis its limit; of axes without one there is nothing."""


def inside(axes: Sequence[Axis], box: Box) -> Mask:
    """Which cases lie in a box."""
    found = np.ones(len(axes[0].places), dtype=bool)
    for number, limit in box.items():
        found &= limit.holds(axes[number])
    return found


def merit(sought: Mask, held: Mask) -> float:
    """The harmonic mean of coverage and density."""
    both = int((sought & held).sum())
    return 2 * both / max(int(sought.sum() + held.sum()), 1)


def find_box(axes: Sequence[Axis], sought: Mask) -> dict[int, Limit]:
    """The box with the highest merit that peeling, moving and dropping limits finds; empty if there is none.

    Parameters
    ----------
    axes : sequence of Axis
        With a place for each case.
    sought : array of bool
        Which cases are sought.
    """
    peeled = list(_peeled(axes, sought))
    ranked = sorted(peeled, key=lambda box: -merit(sought, inside(axes, box)))
    # The best of what was peeled need not lead to the best of what can be moved.
    starts = [ranked[0], *peeled[:: -(-len(peeled) // STARTS)]]
    moved = [_moved(axes, sought, start) for start in starts]
    best = max(moved, key=lambda box: merit(sought, inside(axes, box)))
    return _moved(axes, sought, _dropped(axes, sought, best), more=False)


# --- peeling --------------------------------------------------------------------------------------------


def _peeled(axes: Sequence[Axis], sought: Mask) -> Iterator[dict[int, Limit]]:
    """Ever smaller boxes, each with the slice less that raises the density most for what it takes."""
    box: dict[int, Limit] = {}
    held = np.ones(len(sought), dtype=bool)
    yield box
    while True:
        density, size = sought[held].mean(), held.sum()
        best: tuple[float, dict[int, Limit], Mask] | None = None
        for number, axis in enumerate(axes):
            for limit in _slices(axis, box.get(number, Limit()), held):
                kept = held & limit.holds(axis)
                left = kept.sum()
                if LEAST <= left < size:
                    gain = (sought[kept].mean() - density) / (size - left)
                    if best is None or gain > best[0]:
                        best = gain, {**box, number: limit}, kept
        if best is None or density == 1:
            return
        _, box, held = best
        yield box


def _slices(axis: Axis, limit: Limit, held: Mask) -> Iterator[Limit]:
    """A limit with a slice less at either end, or with a name less."""
    places = axis.places[held]
    if axis.names:
        there = frozenset(places.astype(int).tolist())
        if len(there) > 1:
            yield from (limit._replace(names=there - {name}) for name in sorted(there))
        return
    ordered = np.sort(places)
    size = math.ceil(SLICE * len(ordered))
    above, below = ordered[ordered > ordered[size - 1]], ordered[ordered < ordered[-size]]
    if len(above):
        yield limit._replace(low=(ordered[size - 1] + above[0]) / 2)
    if len(below):
        yield limit._replace(high=(below[-1] + ordered[-size]) / 2)


# --- moving and dropping limits -------------------------------------------------------------------------


def _moved(axes: Sequence[Axis], sought: Mask, box: Box, *, more: bool = True) -> dict[int, Limit]:
    """Every limit where the merit is highest while the others stay, until none moves.

    With `more` limits may be added, too.
    """
    found = dict(box)
    for _ in range(ROUNDS):
        before = dict(found)
        for number in range(len(axes)) if more else before:
            others = {other: limit for other, limit in found.items() if other != number}
            rest = inside(axes, others)
            limit = found.get(number, Limit())
            moved = _best(axes[number], limit, sought, rest, more=more)
            found = {**others, number: moved} if moved.sides else others
        if found == before:
            break
    return found


def _best(axis: Axis, limit: Limit, sought: Mask, rest: Mask, *, more: bool) -> Limit:
    """The limit of one axis that is best for the cases that all others allow."""
    if axis.names:
        return _best_names(axis, limit, sought, rest)
    for side in ("low", "high") if more else limit.sides:
        limit = limit.moved(side, _best_end(axis, limit.without(side), side, sought, rest))
    return limit


def _best_end(axis: Axis, limit: Limit, side: str, sought: Mask, rest: Mask) -> float:
    """Where one more end of an interval is best; infinite where there is best none."""
    held = rest & limit.holds(axis)
    sign = 1.0 if side == "high" else -1.0
    order = np.argsort(sign * axis.places[held], kind="stable")
    places, hits = axis.places[held][order], sought[held][order]
    # An end lies between two neighbours that differ, or nowhere.
    ends = np.append(np.flatnonzero(np.diff(places)) + 1, len(places))
    ends = ends[ends >= LEAST] if (ends >= LEAST).any() else ends[-1:]
    merits = 2 * np.cumsum(hits)[ends - 1] / (sought.sum() + ends)
    end = int(ends[merits.size - 1 - np.argmax(merits[::-1])])
    return sign * math.inf if end == len(places) else float(places[end - 1] + places[end]) / 2


def _best_names(axis: Axis, limit: Limit, sought: Mask, rest: Mask) -> Limit:
    """Names added or taken away one by one as long as the merit rises; no limit where all are allowed."""
    names = frozenset(range(len(axis.names))) if limit.names is None else limit.names
    score = merit(sought, rest & limit.holds(axis))
    for name in range(len(axis.names)):
        other = Limit(names=names ^ {name})
        held = rest & other.holds(axis)
        if other.names and held.sum() >= LEAST and merit(sought, held) > score:
            names, score = names ^ {name}, merit(sought, held)
    return Limit() if len(names) == len(axis.names) else Limit(names=names)


def _dropped(axes: Sequence[Axis], sought: Mask, box: Box) -> dict[int, Limit]:
    """Without the sides of limits that are not worth keeping, the least first."""
    found = dict(box)
    while found:
        score = merit(sought, inside(axes, found))
        without = [_without(found, number, side) for number, limit in found.items() for side in limit.sides]
        best = max(without, key=lambda other: merit(sought, inside(axes, other)))
        if merit(sought, inside(axes, best)) < score - WORTH:
            break
        found = best
    return found


def _without(box: Box, number: int, side: str) -> dict[int, Limit]:
    fewer = {**box, number: box[number].without(side)}
    return {other: limit for other, limit in fewer.items() if limit.sides}
