"""The scenario as in force at a step: what kinds of practices set, and what interventions have changed."""

from __future__ import annotations

from types import NoneType
from typing import TYPE_CHECKING, Any

from lpsim.scenario.toml_files import PATHS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lpsim.scenario.scenario import Scenario


class Settings:
    """The scenario as it stands at the current step: for the service, and for each kind of practice.

    ``by_kind[0]`` holds for the service and for practices of no kind; ``by_kind[i]`` for the i-th
    kind the scenario names. ``scenario`` is the scenario as it was at the start.
    """

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        plain = scenario.model_copy(update={"kinds": (), "interventions": ()})
        self._names = [kind.name for kind in scenario.kinds]
        self._own: list[set[str]] = [set(), *(set(kind.set) for kind in scenario.kinds)]
        self.by_kind = [plain]
        for kind in scenario.kinds:
            settings = plain
            for key, value in kind.set.items():
                settings = _with_value(settings, key, value)
            self.by_kind.append(settings)

    def advance(self, step: int) -> bool:
        """Apply the interventions dated `step`, in file order; whether there were any."""
        due = [intervention for intervention in self.scenario.interventions if intervention.at == step]
        for intervention in due:
            for key, value in intervention.set.items():
                self._change(key, value)
        return bool(due)

    def _change(self, key: str, value: Any) -> None:
        if key.startswith("kinds."):
            _, name, own_key = key.split(".", maxsplit=2)
            kinds = [1 + self._names.index(name)]
            self._own[kinds[0]].add(own_key)
            key = own_key
        else:
            kinds = [kind for kind, own in enumerate(self._own) if key not in own]
        for kind in kinds:
            self.by_kind[kind] = _with_value(self.by_kind[kind], key, value)


def with_values(scenario: Scenario, values: Mapping[str, Any]) -> Scenario:
    """As `Scenario.replace`, for values by dotted key that it was seen to take before.

    Where they are plain nothing is checked again, and what people gave is said to be what it was.
    """
    changed = scenario
    for key, value in values.items():
        kind = _plain_kind(scenario, key)
        if type(value) is not kind and (type(value), kind) != (int, float):
            return scenario.replace(values)
        changed = _with_value(changed, key, kind(value))
    return changed


def _plain_kind(scenario: Scenario, key: str) -> type[Any]:
    """The type of what stands at a dotted key, if another value can take its place and nothing else moves."""
    table, _, rest = key.partition(".")
    if table in ("step", "own") or key.endswith(".headcount") or (table, rest) in PATHS:
        return NoneType
    found: Any = scenario
    for part in key.split("."):
        found = found.get(part) if isinstance(found, dict) else getattr(found, part, None)
    return type(found)


def _with_value(settings: Any, key: str, value: Any) -> Any:
    """A copy of a table with the value at a dotted key changed; the scenario's checks were made."""
    head, _, rest = key.partition(".")
    if isinstance(settings, dict):
        return {**settings, head: _with_value(settings[head], rest, value) if rest else value}
    new = _with_value(getattr(settings, head), rest, value) if rest else value
    return settings.model_copy(update={head: new})


def every_value(scenario: Scenario, key: str) -> Iterator[Any]:
    """A key's value in the scenario, and whatever kinds and interventions make of it."""
    value: Any = scenario
    for part in key.split("."):
        value = value[part] if isinstance(value, dict) else getattr(value, part)
    yield value
    for changes in (*(k.set for k in scenario.kinds), *(i.set for i in scenario.interventions)):
        for changed, new in changes.items():
            if changed == key or (changed.startswith("kinds.") and changed.endswith("." + key)):
                yield new


def ever_above_zero(scenario: Scenario, *keys: str) -> bool:
    """Whether each of some keys is above 0 at some time and for some practices."""
    return all(any(is_number(v) and v > 0 for v in every_value(scenario, key)) for key in keys)


def loops_of(scenario: Scenario) -> tuple[str, ...]:
    """The loops of learning that act at some time: single, which always does, double, triple."""
    questioned = any(
        ever_above_zero(scenario, f"loops.double.{who}") for who in ("staff", "practice", "service")
    )
    double = questioned and scenario.world.domains > 0
    triple = ever_above_zero(scenario, "loops.triple.review")  # only ever with protected time
    return ("single", *(["double"] * double), *(["triple"] * triple))


def time_is_protected(scenario: Scenario) -> bool:
    """Whether some practices have protected time for learning at some time."""
    return any(every_value(scenario, "protected_time.enabled"))


def is_number(value: Any) -> bool:
    """Whether a value is a number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)
