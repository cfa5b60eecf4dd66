"""Whether what behaviours of one's own have left in the state can be held at all."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from lpsim.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from lpsim.engines.reference.model import LearningModel


def see_that_views_are_views(model: LearningModel) -> None:
    """See that beliefs are -1, 0 or +1 and assumptions -1 or +1.

    Raises
    ------
    InputError
        Some are not; it names the class of who holds one.
    """
    for level in model.state.levels():
        if not (_are_beliefs(level.beliefs).all() and _are_assumptions(level.assumptions).all()):
            raise _refusal(model)


def _are_beliefs(values: NDArray[np.int8]) -> NDArray[np.bool_]:
    possible: NDArray[np.bool_] = (values >= -1) & (values <= 1)
    return possible


def _are_assumptions(values: NDArray[np.int8]) -> NDArray[np.bool_]:
    possible: NDArray[np.bool_] = _are_beliefs(values) & (values != 0)
    return possible


def _refusal(model: LearningModel) -> InputError:
    """What the first learner holds that cannot be held."""
    for one in chain.from_iterable(model.learners.values()):
        found = {
            "beliefs": (one.beliefs[~_are_beliefs(one.beliefs)], "-1, 0 (no view) and +1"),
            "assumptions": (one.assumptions[~_are_assumptions(one.assumptions)], "-1 and +1"),
        }
        for what, (values, allowed) in found.items():
            if len(values):
                after = f"found {values[0]} after step {model.state.step}"
                return InputError(f"{type(one).__name__}.{what}: {after}; allowed are {allowed}.")
    raise AssertionError("some learner holds what cannot be held")
