"""What differs between two scenarios, key by key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from lpsim.scenario.keys import changed_key, within_set
from lpsim.scenario.toml_files import leaves

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping, Sequence

    from lpsim.scenario.parameters import Intervention
    from lpsim.scenario.scenario import Scenario

    Pair = tuple[Intervention | None, Intervention | None]

_INTERVENTIONS = "interventions"


class Difference(NamedTuple):
    """A key at which two scenarios differ, and what each was given there; None where it has no such key.

    Interventions are counted as `paired` pairs them. Of what one sets that only one of the two scenarios
    has, the other has what holds there by that step: what it begins with, or what it was set to before.
    """

    key: str
    old: Any
    new: Any


def differences(old: Scenario, new: Scenario) -> list[Difference]:
    """Where the values of two scenarios differ, in the order of a scenario's keys.

    What is said of where numbers come from does not count. Probabilities that were written with their
    unit are told as they were written.
    """
    pairs = paired(old.interventions, new.interventions)
    (one, given), (other, given_now) = (
        _values(old, [a for a, _ in pairs]),
        _values(new, [b for _, b in pairs]),
    )
    return [
        Difference(key, _as_given(one, given, key, other), _as_given(other, given_now, key, one))
        for key in dict.fromkeys([*one, *other])
        if one.get(key) != other.get(key)
    ]


def paired(old: Sequence[Intervention], new: Sequence[Intervention]) -> list[Pair]:
    """The interventions of two scenarios, those that are one another's side by side; None beside the rest.

    First those of the second scenario, in its order. One another's are those that are the same except for
    their titles, or else change the same keys in the same step, or these in another, or others in that step.
    """
    left = list(old)
    partners: dict[int, Intervention] = {}
    for likeness in _LIKENESSES:
        for place, change in enumerate(new):
            like = (one for one in left if likeness(one) == likeness(change))
            found = None if place in partners else next(like, None)
            if found is not None:
                partners[place] = found
                left = [one for one in left if one is not found]
    return [
        *((partners.get(place), change) for place, change in enumerate(new)),
        *((one, None) for one in left),
    ]


_LIKENESSES: tuple[Callable[[Intervention], Any], ...] = (
    lambda change: (change.at, change.set),
    lambda change: (change.at, change.set.keys()),
    lambda change: change.set.keys(),
    lambda change: change.at,
)


def _values(
    scenario: Scenario, order: Sequence[Intervention | None]
) -> tuple[dict[str, Any], dict[str, str]]:
    """A scenario's values, and those that were given with their unit; interventions by their place."""
    places = {
        str(index): str(next(place for place, one in enumerate(order) if one is change))
        for index, change in enumerate(scenario.interventions)
    }

    def at_its_place(key: str) -> str:
        table, _, rest = key.partition(".")
        index, _, rest = rest.partition(".")
        return f"{table}.{places[index]}.{rest}" if table == _INTERVENTIONS else key

    plain = scenario.model_dump(mode="json", exclude_none=True, exclude={"evidence"})
    values = {at_its_place(key): value for key, value in leaves(plain) if value != []}
    return values, {at_its_place(key): text for key, text in scenario.given.with_units.items()}


def _begins_with(key: str, known: Container[str]) -> str:
    """The key at which a scenario without an intervention has what that intervention sets, if it is one's."""
    intervention, _, changed = key.partition(".set.")
    if key in known or not (intervention.startswith("interventions.") and changed):
        return key
    of_all = changed_key(changed) or changed  # where a kind has nothing of its own
    return next((one for one in (within_set(changed), of_all) if one in known), key)


def _as_given(
    values: Mapping[str, Any], texts: Mapping[str, str], key: str, others: Mapping[str, Any]
) -> Any:
    """What one of two scenarios has at a key; where only the other sets it, what it has by that step."""
    key = _begins_with(_set_before(key, values, others), values)
    return texts.get(key, values.get(key))


def _set_before(key: str, values: Mapping[str, Any], others: Mapping[str, Any]) -> str:
    """The key at which an earlier intervention set what another scenario sets now, if one did."""
    intervention, _, changed = key.partition(".set.")
    if key in values or not (changed and intervention.startswith(f"{_INTERVENTIONS}.")):
        return key
    now, found = others[f"{intervention}.at"], {}
    for one, at in values.items():
        place, _, last = one.rpartition(".")
        there = f"{place}.set.{changed}"
        if last == "at" and place.startswith(f"{_INTERVENTIONS}.") and at <= now and there in values:
            found[at] = there
    return found[max(found)] if found else key
