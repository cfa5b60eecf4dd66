"""What a model is made of, as Mesa's users and tools give it: a scenario and a seed, or a population."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from lpsim.errors import InputError
from lpsim.model.seeds import whole_seed
from lpsim.model.state import State, Structure
from lpsim.population.build import build
from lpsim.scenario import Scenario
from lpsim.scenario.taken import as_scenario

if TYPE_CHECKING:
    from lpsim.population.build import Population


def scenario_of(given: Scenario | str | Path) -> Scenario:
    """A scenario, or that of a file or a name; errors as in `Scenario.load`."""
    if not isinstance(given, Scenario | str | Path):
        raise InputError(
            f"scenario: found {given!r:.80}; give a Scenario, the path of a scenario file, or the name of "
            "one that ships (Mesa's batch_run takes a list of them, even of one)."
        )
    return as_scenario(given)


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
