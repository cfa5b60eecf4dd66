"""What differs between two scenarios, key by key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from lpsim.scenario.toml_files import leaves

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lpsim.scenario.scenario import Scenario


class Difference(NamedTuple):
    """A key at which two scenarios differ, and what each was given there; None where it has no such key."""

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


def _as_given(scenario: Scenario, values: Mapping[str, Any], key: str) -> Any:
    return scenario.given.with_units.get(key, values.get(key))
