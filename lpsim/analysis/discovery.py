"""Where in a sweep something happens: boxes over its factors, and which policy is regretted least.

A *case* is a point of the sweep, and a condition is asked of the mean over its replications. Boxes (PRIM) and
leaves (CART) are found again in resamples of the cases, which says of each limit how often it comes back, and
of each box what it is worth on cases that it was not found with.
"""

from __future__ import annotations

import math
import operator
import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from lpsim.analysis.boxes import Axis, find_box, inside, merit
from lpsim.analysis.cases import cases_of
from lpsim.analysis.factors import is_line
from lpsim.analysis.regret import Policy, regrets
from lpsim.analysis.summary import are_same
from lpsim.analysis.trees import classifier, leaves
from lpsim.errors import InputError
from lpsim.storage.readers import as_number
from lpsim.sweeps.design.factors import SCENARIO, SEED_BLOCK
from lpsim.sweeps.store.store import opened

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from lpsim.analysis.boxes import Box, Limit, Mask
    from lpsim.analysis.cases import Cases
    from lpsim.sweeps.design.design import Design
    from lpsim.sweeps.design.factors import Value
    from lpsim.sweeps.store.store import Store

    Find = Callable[[Sequence[Axis], Mask], list[dict[int, Limit]]]

FILLS = ("factorial", "latin_hypercube", "sobol", "saltelli", "points")
"""Methods of a design whose points fill the space, so that a box in it means something."""
QUANTILES: Final = "weibull"
"""Between which 8 of 10 lie, as in every spread (`lpsim.analysis.summary`)."""
NEEDED = 20
"""So many cases must meet a condition, and so many not."""
RESAMPLES = 50
MOST_BOXES = 3
SURE = 0.5
"""A limit of a box is kept if it comes back in such a share of the resamples."""
MORE = 0.05
"""A further box is kept if the harmonic mean of all together rises by so much."""

_OPERATORS = {"<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt}
_CONDITION = re.compile(r"\s*(?P<measure>[^<>]*[^<>\s])\s*(?P<sign><=|>=|<|>)\s*(?P<number>[^<>=\s]+)\s*")


class Condition(NamedTuple):
    """What is sought: that a measure lies below or above a threshold."""

    measure: str
    sign: str
    threshold: float

    @classmethod
    def read(cls, text: str) -> Condition:
        """The condition that a text states, as in ``"staff_knowledge < 0.3"``.

        Raises
        ------
        InputError
            It states none.
        """
        found = _CONDITION.fullmatch(text) if isinstance(text, str) else None
        threshold = as_number(found["number"]) if found else math.nan
        if found is None or not math.isfinite(threshold):
            raise InputError(
                f"when {text!r}: allowed is a measure, <, <=, > or >=, and a number, such as "
                '"staff_knowledge < 0.3".'
            )
        return cls(found["measure"].strip(), found["sign"], threshold)

    def holds(self, values: NDArray[np.float64]) -> Mask:
        """Which values it holds for; one that is the threshold but for binary rounding is the threshold."""
        met = np.where(are_same(values, self.threshold), self.threshold, values)
        found: Mask = _OPERATORS[self.sign](met, self.threshold)
        return found


class Side(NamedTuple):
    """A side of a box: what it asks of one factor."""

    factor: str
    side: str
    """``low`` (above `end`), ``high`` (below it) or ``names`` (one of `values`)."""
    end: float
    values: tuple[Value, ...]
    kept: float
    """In which share of the resamples a side like this was found again."""
    ends: tuple[float, float]
    """Between which ends 8 in 10 of those lie; NaN where there are none."""


class Region(NamedTuple):
    """A box, and what it is worth."""

    box: Box
    sides: tuple[Side, ...]
    cases: int
    sought: int
    """Cases in it, and those of them that are sought."""
    coverage: float
    density: float
    held_coverage: float
    held_density: float
    """The same on cases that a box was not found with, in the mean over the resamples."""


@dataclass(frozen=True, eq=False)
class Discovery:
    """Where a condition holds.

    Attributes
    ----------
    design : Design
    condition : Condition
    step : int
    axes : tuple of Axis
        What varies, with the place of each case.
    values : array
        The measure of each case: the mean over its replications.
    sought : array of bool
        Which cases meet the condition.
    boxes : tuple of Region
        By PRIM: the first best, each further one of what the others leave; without limits that come back in
        fewer than half of the resamples.
    leaves : tuple of Region
        By CART: those in which most cases are sought, the best first.
    policies : tuple of Policy
        What each combination of levers does over the same futures, the least regretted first; empty if they
        do not meet the same futures.
    """

    design: Design
    condition: Condition
    step: int
    axes: tuple[Axis, ...]
    values: NDArray[np.float64]
    sought: Mask
    boxes: tuple[Region, ...]
    leaves: tuple[Region, ...]
    policies: tuple[Policy, ...]

    def kind(self, factor: str) -> str:
        """Whether a factor is a lever or an uncertainty; scenarios that are listed are levers."""
        kinds = {key: one.kind for one in self.design.factors for key in one.columns}
        return str(kinds.get(factor, "lever"))


def discover(store: Store | str | Path, when: str, *, step: int | None = None) -> Discovery:
    """Find where a condition holds: limits on few factors within which most such cases lie and few others.

    Parameters
    ----------
    store : Store, str or Path
        Or its folder. Of a design whose points fill the space
        (``latin_hypercube``, ``sobol``, ``factorial``, ``saltelli``).
    when : str
        As in ``"staff_knowledge < 0.3"``: asked of the mean over a point's replications.
    step : int, optional
        One of those kept; by default the last.

    Raises
    ------
    InputError
        The condition or the design does not fit, runs are missing, too few cases meet the condition or do
        not, or scikit-learn is not installed.
    """
    store, condition = opened(store), Condition.read(when)
    design = store.design
    if design.method not in FILLS:
        raise InputError(
            f"{store.folder}: its design has method {design.method}, whose points do not fill the space; "
            'sweep one with method = "latin_hypercube" (samples = 200 or more).'
        )
    classifier()  # before anything takes time
    cases = cases_of(store, step=step)
    values = cases.runs(condition.measure, argument="when").mean(axis=1)
    sought = condition.holds(values)
    _see_that_there_are_enough(condition, values, sought)
    axes = _axes(cases)
    groups = _groups(cases)
    boxes = _sure(axes, sought, _regions(axes, sought, groups, _boxes))
    trees = _regions(axes, sought, groups, _leaves)
    policies = regrets(cases, condition.measure, values, sought)
    return Discovery(design, condition, cases.step, axes, values, sought, boxes, trees, policies)


def _see_that_there_are_enough(condition: Condition, values: NDArray[np.float64], sought: Mask) -> None:
    found, cases = int(sought.sum()), len(sought)
    if min(found, cases - found) >= NEEDED:
        return
    low, high = np.quantile(values, [0.1, 0.9], method=QUANTILES)
    raise InputError(
        f"when: {found:,} of {cases:,} points have {condition.measure} {condition.sign} "
        f"{condition.threshold:g}, and a box needs {NEEDED} that do and {NEEDED} that do not; choose another "
        f"threshold (8 in 10 points lie between {low:.3g} and {high:.3g}), or sweep more points."
    )


def _axes(cases: Cases) -> tuple[Axis, ...]:
    """What differs between the points, except the block of seeds, which nobody can choose.

    Of keys that rise and fall together the first, as no box can limit one and not the others.
    """
    found = []
    lines = [of.columns for of in cases.design.factors if is_line(cases.design, of.columns[0])]
    stood_for = {key for columns in lines for key in columns[1:]}
    for name in (name for name in cases.design.columns if name not in stood_for):
        values = [point.values[name] for point in cases.points]
        there = list(dict.fromkeys(values))
        if name == SEED_BLOCK or len(there) < 2:
            continue
        if all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
            found.append(Axis(name, np.array(values, dtype=float)))
        else:
            places = np.array([there.index(value) for value in values], dtype=float)
            found.append(Axis(name, places, tuple(there)))
    return tuple(found)


def _groups(cases: Cases) -> NDArray[np.int64]:
    """Which cases stand or fall together in a resample, as they are no independent evidence.

    Those of one future: what chance does there it does alike with every lever and in every scenario listed.
    Where there are fewer futures than `NEEDED`, the same point of all scenarios; of `saltelli` the points
    made of one sample, most of whose values are the same.
    """
    design = cases.design
    if design.method == "saltelli":
        begun: defaultdict[str, count[int]] = defaultdict(count)
        places = np.array([next(begun[point.listed]) for point in cases.points])
        found: NDArray[np.int64] = places // ((places.max() + 1) // (design.scheme.samples or 1))
        return found
    futures = [key for one in design.factors if one.kind == "uncertainty" for key in one.columns]
    futures = [key for key in futures if key not in (SCENARIO, SEED_BLOCK)]
    found = _numbered(tuple(point.values[key] for key in futures) for point in cases.points)
    if found.max() + 1 >= NEEDED:
        return found
    return _numbered(tuple(point.factors.values()) for point in cases.points)


def _numbered(keys: Iterable[tuple[Value, ...]]) -> NDArray[np.int64]:
    """Each as the number of the first that is the same."""
    known: dict[tuple[Value, ...], int] = {}
    return np.array([known.setdefault(key, len(known)) for key in keys], dtype=np.int64)


# --- boxes and leaves ---------------------------------------------------------------------------------


def _boxes(axes: Sequence[Axis], sought: Mask) -> list[dict[int, Limit]]:
    """Boxes one after another, each of what the others leave, as long as they are worth it."""
    found: list[dict[int, Limit]] = []
    held = np.zeros(len(sought), dtype=bool)
    for _ in range(MOST_BOXES):
        left = ~held
        if not sought[left].any():
            break
        box = find_box([axis._replace(places=axis.places[left]) for axis in axes], sought[left])
        together = held | inside(axes, box)
        if not box or merit(sought, together) < merit(sought, held) + MORE:
            break
        found.append(box)
        held = together
    return found


def _leaves(axes: Sequence[Axis], sought: Mask) -> list[dict[int, Limit]]:
    return leaves(axes, sought)[:MOST_BOXES]


class _Again(NamedTuple):
    """What was found in one resample of the cases, and which cases it left out."""

    boxes: Sequence[Box]
    left_out: Mask


def _regions(axes: Sequence[Axis], sought: Mask, groups: NDArray[np.int64], find: Find) -> tuple[Region, ...]:
    """What is found, what it is worth, and what comes of it in resamples."""
    found = find(axes, sought)
    if not found:
        return ()
    resampled = [*_resampled(axes, sought, groups, find)]
    return tuple(_region(axes, sought, box, resampled) for box in found)


def _resampled(axes: Sequence[Axis], sought: Mask, groups: NDArray[np.int64], find: Find) -> Iterator[_Again]:
    draws = np.random.Generator(np.random.PCG64(1))
    order = np.argsort(groups, kind="stable")
    members = np.split(order, np.flatnonzero(np.diff(groups[order])) + 1)
    for _ in range(RESAMPLES):
        picked = np.concatenate([members[one] for one in draws.integers(len(members), size=len(members))])
        left_out = np.ones(len(sought), dtype=bool)
        left_out[picked] = False
        again = find([axis._replace(places=axis.places[picked]) for axis in axes], sought[picked])
        yield _Again(again, left_out)


def _region(axes: Sequence[Axis], sought: Mask, box: Box, resampled: Sequence[_Again]) -> Region:
    held = inside(axes, box)
    alike = [_most_alike(axes, held, again.boxes) for again in resampled]
    worth = [
        _worth(axes, sought, other, again.left_out) for other, again in zip(alike, resampled, strict=True)
    ]
    # A box that holds none of the cases left out has no density there.
    coverage, density = (
        np.mean(known[~np.isnan(known)]) if not np.isnan(known).all() else math.nan
        for known in np.array(worth).T
    )
    sides = tuple(
        _side(axes[number], number, limit, side, alike)
        for number, limit in sorted(box.items())
        for side in limit.sides
    )
    return Region(box, sides, *_shares(sought, held), float(coverage), float(density))


def _sure(axes: Sequence[Axis], sought: Mask, regions: Sequence[Region]) -> tuple[Region, ...]:
    """Without the limits that come back in too few resamples, and what is no box then, or one again."""
    found: list[Region] = []
    for region in regions:
        weak = {(side.factor, side.side) for side in region.sides if side.kept < SURE}
        box = {number: _freed(axes[number], limit, weak) for number, limit in region.box.items()}
        box = {number: limit for number, limit in box.items() if limit.sides}
        if box and box not in [other.box for other in found]:
            sides = tuple(side for side in region.sides if (side.factor, side.side) not in weak)
            shares = region.held_coverage, region.held_density
            found.append(Region(box, sides, *_shares(sought, inside(axes, box)), *shares))
    return tuple(found)


def _freed(axis: Axis, limit: Limit, weak: Container[tuple[str, str]]) -> Limit:
    for side in limit.sides:
        limit = limit.without(side) if (axis.name, side) in weak else limit
    return limit


def _shares(sought: Mask, held: Mask) -> tuple[int, int, float, float]:
    """Cases in a box, those of them that are sought, coverage and density."""
    both, cases = int((held & sought).sum()), int(held.sum())
    return cases, both, both / int(sought.sum()), both / cases


def _most_alike(axes: Sequence[Axis], held: Mask, boxes: Sequence[Box]) -> Box:
    """The box that has most in common with another; where there is none, that of everything."""
    return max(boxes, key=lambda other: merit(held, inside(axes, other)), default={})


def _worth(axes: Sequence[Axis], sought: Mask, box: Box, among: Mask) -> tuple[float, float]:
    """Coverage and density of a box among some cases."""
    held = inside(axes, box) & among
    both = (held & sought).sum()
    return both / max((sought & among).sum(), 1), both / held.sum() if held.any() else math.nan


def _side(axis: Axis, number: int, limit: Limit, side: str, found: Sequence[Box]) -> Side:
    """A side of a box, and how often one like it was found again."""
    same = [other[number] for other in found if number in other and side in other[number].sides]
    kept = len(same) / len(found)
    if side == "names":
        assert limit.names is not None
        values = tuple(axis.names[name] for name in sorted(limit.names))
        kept = sum(other.names == limit.names for other in same) / len(found)
        return Side(axis.name, side, math.nan, values, kept, (math.nan, math.nan))
    ends = [getattr(other, side) for other in same]
    low, high = np.quantile(ends, [0.1, 0.9], method=QUANTILES) if ends else (math.nan, math.nan)
    return Side(axis.name, side, getattr(limit, side), (), kept, (float(low), float(high)))
