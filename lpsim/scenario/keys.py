"""Dotted keys: where they lead, what they allow, and which of them may vary in a run."""

from __future__ import annotations

import difflib
import typing
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from lpsim.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable


CHANGEABLE = (
    "practice.reflection.*",
    "practice.discussion.rate",
    "practice.discussion.meetings",
    "practice.codification.*",
    "practice.socialisation.*",
    "practice.analysis.*",
    "practice.revision.rate",
    "practice.trial.rate",
    "service.networking.rate",
    "service.networking.meetings",
    "service.reporting.*",
    "service.guidance.*",
    "service.training.*",
    "loops.depth",
    "loops.double.*",
    "loops.triple.imitate",
    "turnover.*",
    "forgetting.*",
    "judgement.coverage",
    "world.turbulence",
    "world.upheaval",
    "protected_time.enabled",
    "protected_time.share",
    "own.*",
)
"""Keys that an intervention may change (besides those of roles)."""

OF_A_KIND = (
    "practice.reflection.*",
    "practice.discussion.rate",
    "practice.discussion.meetings",
    "practice.codification.*",
    "practice.socialisation.*",
    "practice.analysis.*",
    "practice.revision.rate",
    "practice.trial.rate",
    "loops.double.staff",
    "loops.double.practice",
    "loops.double.threshold",
    "loops.double.evidence",
    "loops.triple.*",
    "protected_time.enabled",
    "protected_time.share",
    "protected_time.base",
    "protected_time.half",
    "protected_time.service_load",
    "protected_time.allocation.*",
    "protected_time.allocation_spread",
    "service.reporting.share",
    "service.networking.rate",
    "service.networking.meetings",
    "service.guidance.rate",
    "own.*",
)
"""Keys that a kind of practices may set (besides those of roles)."""

OF_A_ROLE = ("turnover", "voice", "experience", "discussion", "socialisation", "presence")
"""Keys of a role that kinds and interventions may set."""


class _PerStep:
    """Marks a field that holds a probability per step, which may be written with its unit instead."""

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        return {"anyOf": [handler(schema), {"type": "string", "pattern": WITH_UNIT}]}


PER_STEP = _PerStep()
WITH_UNIT = r"^\s*(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*%?\s*/\s*[A-Za-z]+\s*$"
"""A number, per cent or not, a stroke and a unit of time, as `lpsim.scenario.units` reads it."""


def is_per_step(field: FieldInfo) -> bool:
    """Whether a field holds a probability per step."""
    return PER_STEP in field.metadata


def changed_key(key: str) -> str | None:
    """The scenario's key that a key changes for a kind or by an intervention; None of any other key."""
    parts = key.split(".")
    if parts[0] == "kinds" and len(parts) > 2 and parts[2] not in ("name", "share"):
        return ".".join(parts[3:] if parts[2] == "set" else parts[2:])
    if parts[0] == "interventions" and len(parts) > 3 and parts[2] == "set":
        changed = ".".join(parts[3:])
        return changed_key(changed) or changed
    return None


def within_set(key: str) -> str:
    """A key as `leaves` spells it: what a kind sets stands in its ``set``."""
    changed = changed_key(key)
    return f"kinds.{key.split('.')[1]}.set.{changed}" if changed and key.startswith("kinds.") else key


def matches(key: str, patterns: Iterable[str]) -> bool:
    """Whether a key is one of those a list of patterns names, or such a key of a role."""
    parts = key.split(".")
    if parts[0] == "roles":
        return len(parts) == 3 and parts[2] in OF_A_ROLE
    return any(fnmatchcase(key, pattern) for pattern in patterns)


def field_at(model: type[BaseModel], key: str) -> FieldInfo | None:
    """The field a dotted key leads to (entries of arrays by any name); None where it leads nowhere."""
    table: Any = model
    field: FieldInfo | None = None
    for part in key.split("."):
        if isinstance(table, type) and issubclass(table, BaseModel):
            field = table.model_fields.get(part)
        elif typing.get_origin(table) is dict:
            field = FieldInfo.from_annotation(typing.get_args(table)[1])
        elif typing.get_origin(table) is tuple:
            field = FieldInfo.from_annotation(typing.get_args(table)[0])
        else:
            return None
        if field is None:
            return None
        table = field.annotation
    return field


def known_keys(model: type[BaseModel], prefix: str = "") -> list[str]:
    """Every dotted key of a table and the tables below it (roles as ``roles.NAME``)."""
    keys: list[str] = []
    for name, field in model.model_fields.items():
        key = prefix + name
        keys.append(key)
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            keys += known_keys(field.annotation, key + ".")
    return keys


def described(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """Every key that has a value, of a table and of those below it; entries as `entry_of` calls them."""
    for name, field in model.model_fields.items():
        key, below = prefix + name, inner_table(field)
        if below is None:
            yield key, field
        else:
            yield from described(below, f"{key}.{entry_of(field)}")


def entry_of(field: FieldInfo) -> str:
    """What stands in a key between tables of one kind and what is in them: NAME, or N where none has one."""
    below = inner_table(field)
    if below is None or below is field.annotation:
        return ""
    named = typing.get_origin(field.annotation) is dict or "name" in below.model_fields
    return "NAME." if named else "N."


def inner_table(field: FieldInfo) -> type[BaseModel] | None:
    """The table that a key leads to, or several of whose kind have names there; None of any other key."""
    kinds = [field.annotation, *typing.get_args(field.annotation)]
    return next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), None)


def by_key(given: Any, name: str) -> Mapping[str, Any]:
    """Values by their keys; raises `InputError`, which calls them by a name, where they are none.

    What can be gone through once only is made a list.
    """
    if not isinstance(given, Mapping):
        raise InputError(f"{name}: found {given!r:.80}; give a dictionary of values by key.")
    wrong = [key for key in given if not isinstance(key, str)]
    if wrong:
        raise InputError(f"{name}: found the key {wrong[0]!r:.80}; write keys as text.")
    once = [key for key, value in given.items() if isinstance(value, Iterator)]
    return {**given, **{key: list(given[key]) for key in once}} if once else given


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint at the known name most like an unknown one, or the known names where few."""
    names = list(known)
    leaf = name.rsplit(".", 1)[-1]
    for wanted in (name, leaf):
        close = difflib.get_close_matches(wanted, names, n=1, cutoff=0.5)
        if close:
            return f'did you mean "{close[0]}"?'
    same_leaf = [key for key in names if key.rsplit(".", 1)[-1] == leaf]
    if same_leaf:
        return f'did you mean "{same_leaf[0]}"?'
    return "known are " + ", ".join(names[:12]) + (", …" if len(names) > 12 else "")


def allowed(field: FieldInfo) -> str:
    """What a field accepts, in words."""
    schema = json_schema(field)
    options = [_in_words(option) for option in schema.get("anyOf", [schema])]
    return " or ".join(option for option in options if option)


def json_schema(field: FieldInfo) -> dict[str, Any]:
    """The JSON Schema of a field."""
    return _adapter(field).json_schema()


def _adapter(field: FieldInfo) -> TypeAdapter[Any]:
    annotation: Any = field.annotation
    return _adapter_of(annotation, *(extra for extra in field.metadata if extra is not PER_STEP))


@cache
def _adapter_of(annotation: Any, *metadata: Any) -> TypeAdapter[Any]:
    for extra in metadata:
        annotation = typing.Annotated[annotation, extra]
    return TypeAdapter(annotation)


def _in_words(schema: Mapping[str, Any]) -> str:
    if "const" in schema:
        const = schema["const"]
        return f'"{const}"' if isinstance(const, str) else str(const).lower()
    if "enum" in schema:
        return "one of " + ", ".join(f'"{value}"' for value in schema["enum"])
    names = {
        "integer": "a whole number",
        "number": "a number",
        "boolean": "true or false",
        "string": "text",
        "array": "a list",
        "object": "a table",
        "null": "",
    }
    return names.get(schema.get("type", ""), "a value") + _range_in_words(schema)


def _range_in_words(schema: Mapping[str, Any]) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    lower = f"from {low}" if low is not None else f"above {above}" if above is not None else ""
    upper = f"to {high}" if high is not None else f"to below {below}" if below is not None else ""
    if schema.get("pattern"):
        return " without dots"
    return "".join(f" {part}" for part in (lower, upper) if part)


def value_problem(field: FieldInfo, value: Any) -> str | None:
    """What is wrong with a value for a field, or None."""
    try:
        _adapter(field).validate_python(value, strict=True)
    except ValidationError:
        return f"found {value!r}; allowed is {allowed(field)}"
    return None
