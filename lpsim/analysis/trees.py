"""A tree that splits cases by one factor at a time (CART; Breiman et al. 1984); its leaves as boxes.

The tree is scikit-learn's.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from lpsim.analysis.boxes import LEAST, Limit, inside, merit
from lpsim.errors import InputError, installing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lpsim.analysis.boxes import Axis, Box, Mask, Numbers

PURER = 0.03
"""A split is kept if it makes all cases so much purer (bits of entropy)."""
DEPTH = 6
"""Splits on the way to a leaf, at most: a box of three factors has so many sides."""


def classifier() -> Any:
    """The class of scikit-learn's trees.

    Raises
    ------
    InputError
        It is not installed.
    """
    try:
        from sklearn.tree import DecisionTreeClassifier  # noqa: PLC0415 (an extra, and a second)
    except ImportError:
        raise InputError(f"scikit-learn is not installed; {installing('discovery')}.") from None
    return DecisionTreeClassifier


def leaves(axes: Sequence[Axis], sought: Mask) -> list[dict[int, Limit]]:
    """The leaves in which most cases are sought, the one with the highest merit first.

    Raises
    ------
    InputError
        scikit-learn is not installed.
    """
    columns = [*_columns(axes)]
    # By entropy: it finds the edges of a box more surely than Gini's impurity does.
    tree = classifier()(
        criterion="entropy", max_depth=DEPTH, min_samples_leaf=LEAST, ccp_alpha=PURER, random_state=0
    )
    tree.fit(np.column_stack([values for _, _, values in columns]), sought)
    found = [box for box in _leaves(tree.tree_, axes, columns) if sought[inside(axes, box)].mean() > 0.5]
    return sorted(found, key=lambda box: -merit(sought, inside(axes, box)))


def _columns(axes: Sequence[Axis]) -> Iterator[tuple[int, int | None, Numbers]]:
    """What the tree may split by: an axis, or whether a case has one name of an axis."""
    for number, axis in enumerate(axes):
        if axis.names:
            for name in range(len(axis.names)):
                yield number, name, (axis.places == name).astype(float)
        else:
            yield number, None, axis.places


def _leaves(
    tree: Any, axes: Sequence[Axis], columns: Sequence[tuple[int, int | None, Numbers]]
) -> Iterator[dict[int, Limit]]:
    waiting: list[tuple[int, dict[int, Limit]]] = [(0, {})]
    while waiting:
        node, box = waiting.pop()
        if tree.children_left[node] == -1:
            yield box
            continue
        number, name, _ = columns[tree.feature[node]]
        end = float(tree.threshold[node])
        for child, is_left in ((tree.children_left[node], True), (tree.children_right[node], False)):
            narrower = _narrowed(box, number, axes[number], name, end, is_left=is_left)
            waiting.append((int(child), narrower))


def _narrowed(
    box: Box, number: int, axis: Axis, name: int | None, end: float, *, is_left: bool
) -> dict[int, Limit]:
    """A box with one side more: below an end or above it, or without a name or with it alone."""
    limit = box.get(number, Limit())
    if name is not None:
        allowed = limit.names or frozenset(range(len(axis.names)))
        kept = allowed - {name} if is_left else frozenset({name})
        return {**box, number: Limit(names=kept)}
    # A value at the end itself goes left.
    end = math.nextafter(end, math.inf) if (axis.places == end).any() else end
    high, low = (min(limit.high, end), limit.low) if is_left else (limit.high, max(limit.low, end))
    return {**box, number: Limit(low, high)}
