"""What each factor of a sweep does alone: the means of points that share its value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from lpsim.analysis.summary import Summary, summarize
from lpsim.errors import InputError
from lpsim.scenario.keys import nearest
from lpsim.storage.readers import shown
from lpsim.sweeps.store.query import quoted

if TYPE_CHECKING:
    import pandas as pd

    from lpsim.sweeps.store.store import Store

BINS = 8
"""A number that has more values than this is cut into so many parts, with as many points each."""


@dataclass(frozen=True)
class Alone:
    """A factor and a measure: the points in order of the factor's values, in groups that share one.

    Attributes
    ----------
    factor, measure : str
    values : tuple
        A value for each group; of a number that was cut into parts, its mean in each.
    points : tuple of Summary
        Of each group, over the means of its points.
    """

    factor: str
    measure: str
    values: tuple[Any, ...]
    points: tuple[Summary[float], ...]

    @property
    def is_number(self) -> bool:
        """Whether the values are numbers, which lie in order."""
        return all(isinstance(value, int | float) and not isinstance(value, bool) for value in self.values)

    @property
    def move(self) -> float:
        """From the lowest mean of a group to the highest."""
        means = [group.mean for group in self.points]
        return max(means) - min(means)


def factors_alone(store: Store, measure: str) -> list[Alone]:
    """What every factor of a sweep does to a measure at the last step kept, the one that moves it most first.

    Raises
    ------
    InputError
        The measure was not kept, nothing is done yet, or the measure has no value there.
    """
    kept = list(store.design.measured)
    if measure not in kept:
        hint = nearest(measure, kept)
        raise InputError(f"measure: {measure!r} was not kept; {hint}{'' if hint.endswith('?') else '.'}")
    means = _means(store, measure)
    found = [_alone(means, factor, measure) for factor in store.head["columns"]]
    return sorted(found, key=lambda one: -one.move)


def valued(store: Store) -> list[str]:
    """The measures kept that have a value of any run at the last step kept."""
    counts = ", ".join(f"count({quoted(name)})" for name in store.design.measured)
    found = store.query(f"select {counts} from runs where step = {store.design.steps[-1]}")
    return [name for name, count in zip(store.design.measured, found.iloc[0], strict=True) if count]


def _means(store: Store, measure: str) -> pd.DataFrame:
    """The points of which something is done: their values, and the mean of the measure over their runs."""
    name = quoted(measure)
    means = store.query(
        f"select point, avg({name}) as mean from runs where step = {store.design.steps[-1]} "
        f"and {name} is not null group by point order by point"
    )
    if not len(means):
        others, step = valued(store), store.design.steps[-1]
        cure = f"choose {' or '.join(others)}" if others else "run `lpsim sweep` again"
        raise InputError(f"{shown(store.folder)}: no run has a value of {measure} at step {step}; {cure}.")
    return means.merge(store.points(), on="point", suffixes=(" of the measure", ""))


def _alone(means: pd.DataFrame, factor: str, measure: str) -> Alone:
    values, column = means[factor], means.columns[1]
    if values.dtype.kind in "if" and values.nunique() > BINS:
        order = np.argsort(values.to_numpy(), kind="stable")
        parts = [part for part in np.array_split(order, BINS) if len(part)]
        centres = [float(values.iloc[part].mean()) for part in parts]
    else:
        kinds = sorted(values.unique()) if values.dtype.kind in "if" else list(values.unique())
        parts = [np.flatnonzero((values == kind).to_numpy()) for kind in kinds]
        centres = [kind.item() if hasattr(kind, "item") else kind for kind in kinds]
    groups = tuple(summarize(means[column].iloc[part]) for part in parts)
    return Alone(factor, measure, tuple(centres), groups)
