"""What a model is made of, as Mesa's users and tools give it: a seed, or a population."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpsim.errors import InputError
from lpsim.model.seeds import whole_seed
from lpsim.model.state import State, Structure
from lpsim.population.build import build

if TYPE_CHECKING:
    from lpsim.population.build import Population
    from lpsim.scenario import Scenario


def at_step_0(scenario: Scenario, seed: int) -> Population:
    """Everybody at step 0; `InputError` where the seed is none."""
    return build(scenario, whole_seed(seed))


def see_that_both_are_given(structure: Any, state: Any) -> None:
    """Raises `InputError` where not both parts of a population are given."""
    if not isinstance(structure, Structure) or not isinstance(state, State):
        given = structure if state is None else state
        raise InputError(
            f"structure, state: found {given!r}; give both of a population, or neither, and the seed by its "
            "name (seed=7)."
        )
