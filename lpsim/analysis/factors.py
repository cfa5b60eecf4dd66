"""What each factor of a sweep does alone: the means of points that share its value.

Such a mean is an effect only where the other factors are the same, or drawn alike, whatever the value is. Of
`one_at_a_time` those points are compared that differ from the base in the factor alone; of `morris` and of
points of a table only what is crossed with all others is told.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from lpsim.analysis.summary import PairedDifference, Summary, is_clear, paired_difference, summarize
from lpsim.errors import InputError
from lpsim.scenario.keys import nearest
from lpsim.storage.readers import shown
from lpsim.sweeps.design.factors import SCENARIO, SEED_BLOCK, draws_scenarios
from lpsim.sweeps.store.query import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lpsim.sweeps.design.design import Design
    from lpsim.sweeps.store.store import Store

CONFOUNDED = {"morris": "sensitivity", "points": "discover"}
"""Methods of a design whose points with one value of a factor differ otherwise, too, with the command that
says more of them."""
BINS = 8
"""A number that has more than twice as many values is cut into so many parts, with as many values each; one
that has fewer, but another at each point, into fewer."""


@dataclass(frozen=True)
class Alone:
    """A factor and a measure: the points in order of the factor's values, in groups that share one.

    Attributes
    ----------
    factor, measure : str
    values : tuple
        A value for each group; of a number that was cut into parts, its mean in each.
    points : tuple of Summary
        Of each group, over the means of its points; of one at a time, where it is a point, over its runs.
    sliced : bool
        Whether a number was cut into parts, so that a value is only about that of its points.
    one_at_a_time : bool
        Whether a group is a point, or one of each scenario listed.
    base : optional
        What the base scenario holds, of one at a time.
    difference : PairedDifference, optional
        Of one at a time between the runs of the highest and of the lowest group: seed by seed where seeds are
        common, else in any order.
    """

    factor: str
    measure: str
    values: tuple[Any, ...]
    points: tuple[Summary[float], ...]
    sliced: bool = False
    one_at_a_time: bool = False
    base: Any = None
    difference: PairedDifference[float] | None = None

    @property
    def is_number(self) -> bool:
        """Whether the values are numbers, which lie in order; blocks of seeds do not."""
        numbers = (isinstance(value, int | float) and not isinstance(value, bool) for value in self.values)
        return self.factor != SEED_BLOCK and all(numbers)

    @property
    def move(self) -> float:
        """From the lowest mean of a group to the highest."""
        means = [group.mean for group in self.points]
        return max(means) - min(means)

    def is_clear(self, among: Sequence[Alone]) -> bool:
        """Whether `move` is more than chance, picked as it was among the groups of so many factors.

        Also where that is not known: of points whose other factors differ, and of single runs.
        """
        if self.difference is None or self.difference.runs < 2:
            return True
        pairs = sum(math.comb(len(one.points), 2) for one in among)
        return is_clear(self.difference, among=max(pairs, 1))


def factors_alone(store: Store, measure: str) -> list[Alone]:
    """What every factor of a sweep does to a measure at the last step kept, the one that moves it most first.

    Raises
    ------
    InputError
        The measure was not kept, nothing is done yet, the measure has no value there, or the design says of
        no factor what it does alone.
    """
    kept = list(store.design.measured)
    if measure not in kept:
        hint = nearest(measure, kept)
        raise InputError(f"measure: {measure!r} was not kept; {hint}{'' if hint.endswith('?') else '.'}")
    means = _means(store, measure)
    factors = told_alone(store.design)
    if not factors:
        raise InputError(
            f"{shown(store.folder)}: its points ({store.design.method}) that share the value of a factor "
            "differ in others, too, so that no mean over them says what it does alone; use lpsim "
            f"{CONFOUNDED.get(store.design.method, 'discover')}."
        )
    found = [_alone(store.design, _compared(store, means, factor), factor, measure) for factor in factors]
    return sorted(found, key=lambda one: -one.move)


def told_alone(design: Design) -> list[str]:
    """The factors of which a design says what each does alone; of keys that move together the first.

    Many rows of such keys, of which one does not rise or fall with the first, are as points of a table.
    """
    moved_with = {key for factor in design.factors for key in factor.columns[1:]}
    columns = [column for column in design.columns if column not in moved_with]
    told = [one for one in columns if is_line(design, one) or len(_rows(design, one)) <= 2 * BINS]
    if design.method not in CONFOUNDED:
        return told
    return [column for column in told if _is_crossed(design, column)]


def _is_crossed(design: Design, column: str) -> bool:
    """Whether each value of a factor meets the same values of all others."""
    together = _together(design, column)
    met: dict[Any, list[str]] = {}
    for point in design.points:
        others = [value for key, value in point.values.items() if key not in together]
        met.setdefault(tuple(point.values[key] for key in together), []).append(repr(others))
    first, *more = (sorted(others) for others in met.values())
    return bool(more) and all(others == first for others in more)


def _together(design: Design, column: str) -> tuple[str, ...]:
    """The keys of a factor, by any of them."""
    return next((of.columns for of in design.factors if column in of.columns), (column,))


def _rows(design: Design, column: str) -> list[tuple[Any, ...]]:
    """What the keys of a factor are set to, each once."""
    together = _together(design, column)
    return list(dict.fromkeys(tuple(point.values[key] for key in together) for point in design.points))


def is_line(design: Design, column: str) -> bool:
    """Whether the first key of a factor says it all: every other rises with it, or falls."""
    rows = _rows(design, column)
    if len(_together(design, column)) == 1:
        return True
    if not {type(value) for row in rows for value in row} <= {int, float}:
        return False
    steps = np.diff(np.array(sorted(rows), dtype=float), axis=0)
    return bool((steps[:, 0] > 0).all() and ((steps >= 0).all(axis=0) | (steps <= 0).all(axis=0)).all())


def _in_words(row: Iterable[Any]) -> str:
    """What the keys of a factor are set to together."""
    return ", ".join(f"{value:g}" if isinstance(value, float) else str(value) for value in row)


def complete(store: Store) -> list[str]:
    """The measures kept that have a value of every run that is done at the last step kept."""
    return [name for name, share in _shares(store).items() if share == 1]


def share_with_value(store: Store, measure: str) -> float:
    """The share of the runs done that have a value of a measure at the last step kept."""
    return _shares(store)[measure]


def _shares(store: Store) -> dict[str, float]:
    names = store.design.measured
    counts = ", ".join(f"count({quoted(name)})" for name in names)
    found = store.query(f"select {counts}, count(*) from runs where step = {store.design.steps[-1]}").iloc[0]
    return {name: int(found.iloc[at]) / max(int(found.iloc[-1]), 1) for at, name in enumerate(names)}


def valued(store: Store) -> list[str]:
    """The measures kept that have a value of any run at the last step kept."""
    return [name for name, share in _shares(store).items() if share]


def _means(store: Store, measure: str) -> pd.DataFrame:
    """The points of which something is done: their values, and the mean of the measure over their runs.

    Of one at a time a row for each run, as there is nothing else to say how surely a mean is known.
    """
    name = quoted(measure)
    of_runs = store.design.method == "one_at_a_time"
    told = f"{name} as mean" if of_runs else f"avg({name}) as mean"
    means = store.query(
        f"select point, {told} from runs where step = {store.design.steps[-1]} "
        f"and {name} is not null {'group by point' * (not of_runs)} order by point{', seed' * of_runs}"
    )
    if not len(means):
        others, step = valued(store), store.design.steps[-1]
        cure = f"choose {' or '.join(others)}" if others else "run `lpsim sweep` again"
        raise InputError(f"{shown(store.folder)}: no run has a value of {measure} at step {step}; {cure}.")
    return means.merge(store.points(), on="point", suffixes=(" of the measure", ""))


def _compared(store: Store, means: pd.DataFrame, factor: str) -> pd.DataFrame:
    """The points that are compared: of one at a time those that differ from the base in the factor alone."""
    if store.design.method != "one_at_a_time":
        return means
    points, factors = store.points().sort_values("point"), store.design.factors
    columns = list(store.head["columns"])
    listed = SCENARIO in columns and not draws_scenarios(factors)
    of = points[SCENARIO] if listed else points["point"] * 0
    bases = points.groupby(of.to_numpy())[columns].transform("first")
    together = _together(store.design, factor)
    others = [column for column in columns if column not in together]
    near = points[(points[others] == bases[others]).all(axis=1)]
    if factor != SCENARIO:  # a value that not all scenarios have would compare these, too
        near = near[near.groupby([*together])["point"].transform("count") == of.nunique()]
    return means[means["point"].isin(near["point"])]


def _base(design: Design, factor: str) -> Any:
    """The value of the base scenario among those of one at a time; of several scenarios that they share."""
    first: dict[str, Any] = {}
    alone = is_line(design, factor)
    for point in design.points if design.method == "one_at_a_time" else ():
        row = (point.values[key] for key in _together(design, factor))
        first.setdefault(point.listed, point.values[factor] if alone else _in_words(row))
    return next(iter(first.values())) if len(set(first.values())) == 1 else None


def _alone(design: Design, means: pd.DataFrame, factor: str, measure: str) -> Alone:
    values, column, alone = means[factor], means.columns[1], design.method == "one_at_a_time"
    if not is_line(design, factor):
        rows = zip(*(means[key].tolist() for key in _together(design, factor)), strict=True)
        values = pd.Series(map(_in_words, rows), index=means.index)
    slices = 0 if alone else _slices(design, values)
    if slices:
        within = np.array_split(np.unique(values), slices)
        parts = [np.flatnonzero(values.isin(some)) for some in within]
        centres = [float(values.iloc[part].mean()) for part in parts]
    else:
        kinds = sorted(values.unique()) if values.dtype.kind in "if" else list(values.unique())
        parts = [np.flatnonzero((values == kind).to_numpy()) for kind in kinds]
        centres = [kind.item() if hasattr(kind, "item") else kind for kind in kinds]
    of_parts = [means[column].iloc[part].tolist() for part in parts]
    groups = tuple(map(summarize, of_parts))
    between = _difference(of_parts) if alone else None
    return Alone(factor, measure, tuple(centres), groups, slices > 0, alone, _base(design, factor), between)


def _difference(groups: Sequence[Sequence[float]]) -> PairedDifference[float]:
    """Between the groups with the highest and the lowest mean, of as many runs as both have."""
    ranked = sorted(groups, key=lambda group: sum(group) / len(group))
    lowest, highest = ranked[0], ranked[-1]
    runs = min(len(lowest), len(highest))
    return paired_difference(highest[:runs], lowest[:runs])


def _slices(design: Design, values: pd.Series[Any]) -> int:
    """Into how many parts a factor's values are cut; 0 where points that share one tell what it does.

    Where each point has a value of its own and other factors move, too, there is no mean over others: every
    factor would seem to do the same.
    """
    if values.dtype.kind not in "if":
        return 0
    lonely = values.is_unique and len(values) > 2 and len(told_alone(design)) > 1
    return min(BINS, max(2, len(values) // 2)) if lonely or values.nunique() > 2 * BINS else 0
