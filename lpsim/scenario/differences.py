"""What differs between two scenarios, key by key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from lpsim.scenario.keys import changed_key, within_set
from lpsim.scenario.toml_files import leaves

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from lpsim.scenario.scenario import Scenario


class Difference(NamedTuple):
    """A key at which two scenarios differ, and what each was given there; None where it has no such key.

    Of what an intervention of the second sets, the first has what it begins with.
    """

    key: str
    old: Any
    new: Any


def differences(old: Scenario, new: Scenario) -> list[Difference]:
    """Where the values of two scenarios differ, in the order of a scenario's keys.

    What is said of where numbers come from does not count. Probabilities that were written with their
    unit are told as they were written.
    """
    before, after = (
        scenario.model_dump(mode="json", exclude_none=True, exclude={"evidence"}) for scenario in (old, new)
    )
    one, other = ({k: v for k, v in leaves(values) if v != []} for values in (before, after))
    return [
        Difference(key, _as_given(old, one, key), _as_given(new, other, key))
        for key in dict.fromkeys([*one, *other])
        if one.get(key) != other.get(key)
    ]


def begins_with(key: str, known: Container[str]) -> str:
    """The key at which a scenario without an intervention has what that intervention sets, if it is one's."""
    intervention, _, changed = key.partition(".set.")
    if key in known or not (intervention.startswith("interventions.") and changed):
        return key
    of_all = changed_key(changed) or changed  # where a kind has nothing of its own
    return next((one for one in (within_set(changed), of_all) if one in known), key)


def _as_given(scenario: Scenario, values: Mapping[str, Any], key: str) -> Any:
    key = begins_with(key, values)
    return scenario.given.with_units.get(key, values.get(key))
