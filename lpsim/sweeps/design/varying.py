"""Which keys of a scenario a sweep may vary, what each can hold, and what stands at one."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel

from lpsim.errors import InputError
from lpsim.scenario import Scenario, toml_files
from lpsim.scenario.keys import (
    allowed,
    changed_key,
    field_at,
    json_schema,
    known_keys,
    nearest,
    value_problem,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic.fields import FieldInfo

    from lpsim.storage.readers import FileKind
    from lpsim.sweeps.design.factors import Factor, Value

Holds = Literal["whole number", "number", "switch", "choice", "own"]
"""What a key that may vary can hold; a switch is true or false, and a parameter of one's own any of these."""
_OF_ANY_KIND = {"boolean", "integer", "number", "string"}

_WITH_RANGES: set[Holds | None] = {"number", "whole number", "own"}
"""What can hold a number; of a parameter of one's own its value in the scenario says whether it does."""
_FIXED = {
    "steps": "all runs of a sweep are of one length; keep observations of several steps instead "
    "(keep.observations)",
    "record": "what is recorded is said under keep",
}
_FILES = {".".join(path): kind for path, kind in toml_files.PATHS.items()}


def field_of(key: str) -> FieldInfo | None:
    """The field of a scenario that a dotted key sets, also by way of a kind or an intervention."""
    return field_at(Scenario, changed_key(key) or key)


def holds(field: FieldInfo) -> Holds | None:
    """What a field can hold; None for a name, a path, a list or a table, which cannot vary."""
    schema = json_schema(field)
    options = [option for option in schema.get("anyOf", [schema]) if option.get("type") != "null"]
    if len(options) == len(_OF_ANY_KIND) and {option.get("type") for option in options} == _OF_ANY_KIND:
        return "own"
    # Beside a number, one word says that a file gives it.
    options = [option for option in options if "const" not in option] or options
    if len(options) != 1:
        return None
    if "enum" in options[0]:
        return "choice"
    found: dict[str, Holds] = {"integer": "whole number", "number": "number", "boolean": "switch"}
    return found.get(options[0].get("type", ""))


def file_kind(key: str) -> FileKind | None:
    """What kind of file a key names; None where it names none."""
    return _FILES.get(key)


def key_problem(base: Scenario, key: str) -> str | None:
    """Why a key cannot vary, or None where it can."""
    field = field_of(key)
    if field is None:
        return f"no such key; {nearest(key, _keys_that_vary(base))}"
    fixed = next((why for table, why in _FIXED.items() if key == table or key.startswith(table + ".")), None)
    if fixed:
        return f"it cannot vary: {fixed}"
    if holds(field) is None and file_kind(key) is None:
        return "it cannot vary; what can is a number, true or false, one of several names, or a file"
    try:
        toml_files.override(base.model_dump(mode="json"), key, None)
    except InputError as error:
        return str(error).removeprefix(f"{key}: ").removesuffix(".")
    return None


def _keys_that_vary(base: Scenario) -> list[str]:
    keys = [key for key in known_keys(Scenario) if key.split(".")[0] not in _FIXED]
    for table, names in (("roles", list(base.roles)), ("kinds", [kind.name for kind in base.kinds])):
        field = field_at(Scenario, f"{table}.any")
        assert field is not None
        assert isinstance(field.annotation, type)
        assert issubclass(field.annotation, BaseModel)
        keys += [f"{table}.{name}.{leaf}" for name in names for leaf in field.annotation.model_fields]
    return [key for key in keys if (field := field_of(key)) is not None and holds(field)]


def factor_problems(factor: Factor) -> list[str]:
    """What is wrong with the values of a factor whose keys can vary, each taken by itself."""
    fields = [field for key in factor.columns if (field := field_of(key)) is not None]
    rows = factor.rows
    if rows is not None:
        pairs = [pair for row in rows for pair in zip(fields, row, strict=False)]
        found = [value_problem(field, value) for field, value in pairs]
        return [f"values: {problem}" for problem in dict.fromkeys(found) if problem]
    spread = factor.spread
    assert spread is not None
    name = "range" if factor.range is not None else "distribution"
    kinds = {key: holds(field) for key, field in zip(factor.columns, fields, strict=True)}
    if not set(kinds.values()) <= _WITH_RANGES:
        field = next(field for field in fields if holds(field) not in _WITH_RANGES)
        return [
            f"{name}: found for a key that holds {allowed(field)}; give the values it takes (values = […])"
        ]
    if len(set(kinds.values())) > 1:
        what = ", ".join(f"{key} holds a {kind}" for key, kind in kinds.items())
        return [f"{name}: {what}; give a list of values for them (values = […])"]
    is_whole_number = set(kinds.values()) == {"whole number"}
    ends = [int(end) if is_whole_number and end.is_integer() else end for end in (spread.low, spread.high)]
    found = [value_problem(field, end) for field in fields for end in ends]
    return [f"{name}: {problem}" for problem in dict.fromkeys(found) if problem]


def is_whole(factor: Factor) -> bool:
    """Whether a factor's key holds whole numbers."""
    return _is_whole(factor.key)


@cache
def _is_whole(key: str) -> bool:
    field = field_of(key)
    return field is not None and holds(field) == "whole number"


def typed(key: str, values: Sequence[Value]) -> list[Value]:
    """Values as a key holds them: of a number always a float, so that a column has one type."""
    return [float(value) for value in values] if _is_number(key) else list(values)


@cache
def _is_number(key: str) -> bool:
    field = field_of(key)  # of a scenario and of a block of seeds there is none
    return field is not None and holds(field) == "number"


def value_at(scenario: Scenario, key: str) -> Any:
    """What a scenario holds at a dotted key; at a kind's, what holds for practices of that kind.

    Raises
    ------
    LookupError
        The scenario has no such role, kind, tier or intervention.
    """
    parts = key.split(".")
    inner = changed_key(key)
    if inner is not None:
        entry = _entry(getattr(scenario, parts[0]), parts[1])
        changed = inner if parts[0] == "kinds" else ".".join(parts[3:])
        return entry.set[changed] if changed in entry.set else value_at(scenario, changed)
    value: Any = scenario
    for part in parts:
        if isinstance(value, dict):
            value = value[part]
        elif isinstance(value, tuple):
            value = _entry(value, part)
        else:
            value = getattr(value, part)
    return value


def _entry(entries: Sequence[Any], part: str) -> Any:
    for number, entry in enumerate(entries):
        if part in (getattr(entry, "name", None), str(number)):
            return entry
    raise LookupError(part)
