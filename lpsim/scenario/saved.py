"""A scenario as it is kept: in the head of a saved run, and as the text of a scenario file."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from lpsim.errors import InputError
from lpsim.scenario import toml_files
from lpsim.storage.readers import is_there, shown
from lpsim.storage.sealed import Seal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from lpsim.scenario.scenario import Scenario

SEAL = Seal("run.json", "lpsim run", 4, folder="the folder of a saved run", otherwise="run again")
"""That of a saved run, whose head holds the scenario in full."""
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def run_at(path: Path) -> Path | None:
    """The folder of the saved run that a path means, by itself or by its ``run.json``; None where none is."""
    if path.name == SEAL.head:
        return path.parent
    return path if is_there(path / SEAL.head) else None


def scenario_of(folder: Path, head: Mapping[str, Any], kind: type[Scenario]) -> Scenario:
    """The scenario in the head of a run.

    Raises
    ------
    InputError
        It is none for this version of lpsim.
    """
    try:
        return kind.restored(head["scenario"], changed=head["provenance"]["changed"])
    except ValidationError:
        words = f"not a scenario of this lpsim; load it with lpsim {head['provenance']['lpsim']}"
        raise InputError(f"{shown(folder / SEAL.head)}: {words}.") from None


def as_toml(scenario: Scenario) -> str:
    """A scenario as the text of a scenario file; what it leaves out has its default.

    Raises
    ------
    InputError
        A text in it (the name of a file, perhaps) is no Unicode.
    """
    values = scenario.model_dump(mode="json", exclude_defaults=True, exclude_none=True)
    texts = scenario.given.with_units
    if scenario.roles == type(scenario)().roles and not any(key.startswith("roles.") for key in texts):
        values.pop("roles", None)
    for key, text in texts.items():
        toml_files.override(values, key, text)
    written = "\n".join(_table(values)).strip() + "\n"
    try:
        written.encode()
    except UnicodeEncodeError:
        raise InputError("a text in the scenario is no Unicode; TOML cannot hold it.") from None
    return written


def _table(values: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """The lines of a table: first what is plain, then the tables and arrays of tables in it."""
    inner = {key: value for key, value in values.items() if value and _holds_tables(value)}
    for key, value in values.items():
        if key not in inner:
            yield f"{_key(key)} = {_value(value)}"
    for key, value in inner.items():
        place = f"{path}.{_key(key)}" if path else _key(key)
        several = isinstance(value, list)
        for table in value if several else [value]:
            yield f"\n[[{place}]]" if several else f"\n[{place}]"
            yield from _table(table, place)


def _holds_tables(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and all(isinstance(v, dict) for v in value))


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _value(key)


def _value(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{_key(key)} = {_value(inner)}' for key, inner in value.items())} }}"
    # JSON is TOML here, except for the one control character that JSON leaves as it is.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
