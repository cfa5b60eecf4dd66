"""What a scenario file can say: all that a scenario holds, and which file it extends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic.fields import FieldInfo

from lpsim.scenario.keys import described, json_schema
from lpsim.scenario.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Mapping

OF_FILES: Mapping[str, FieldInfo] = {
    "extends": FieldInfo(
        annotation=str,
        default=None,
        description="The scenario that the file changes: its path, or the name of one that ships.",
    )
}
"""Keys of a file that no scenario holds."""


_TEXTS = "#/$defs/Texts"


def file_keys() -> dict[str, FieldInfo]:
    """Every key of a scenario file that has a value, as `lpsim.scenario.keys.described` calls them."""
    return {**OF_FILES, **dict(described(Scenario))}


def file_schema() -> dict[str, Any]:
    """The JSON Schema of a scenario file.

    A file that extends another need not give all of a role, as the other may have the rest; and what is said
    of where numbers come from may stand in tables, as the numbers do.
    """
    schema = Scenario.model_json_schema()
    own = {
        key: {**json_schema(field), "description": field.description, "title": key.capitalize()}
        for key, field in OF_FILES.items()
    }
    schema["properties"] = {**own, **schema["properties"]}
    texts = {"anyOf": [{"type": "string"}, {"type": "object", "additionalProperties": {"$ref": _TEXTS}}]}
    schema["$defs"]["Texts"] = texts
    schema["properties"]["evidence"]["additionalProperties"] = {"$ref": _TEXTS}
    required = schema["$defs"]["Role"].pop("required")
    whole = {"properties": {"roles": {"additionalProperties": {"required": required}}}}
    return {**schema, "if": {"required": ["extends"]}, "else": whole}
