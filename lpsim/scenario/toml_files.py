"""Scenario files: TOML in, one merged table out, with `extends` and dotted overrides."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

from lpsim.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Data = dict[str, Any]

PATHS = (("population", "workforce"), ("network", "file"))
"""Keys whose values are paths, relative to the file (or the working folder) that gives them."""


def read(path: Path, *, seen: tuple[Path, ...] = ()) -> Data:
    """Read a scenario file and what it extends into one table.

    Raises
    ------
    InputError
        The file is missing, unreadable, not TOML, or extends itself.
    """
    path = path.resolve()
    if path in seen:
        chain = " → ".join(p.name for p in (*seen, path))
        raise InputError(f"{path}: the files extend each other in a circle ({chain}); remove one `extends`.")
    data = parse(path, "scenario")
    _resolve_paths(data, path.parent)
    base = data.pop("extends", None)
    if base is None:
        return data
    if not isinstance(base, str):
        raise InputError(f"{path}: extends: found {base!r}; allowed is the path of another scenario file.")
    return merge(read(path.parent / base, seen=(*seen, path)), data)


def parse(path: Path, what: str) -> Data:
    """A TOML file as it stands; `what` it should be is named where there is no such file.

    Raises
    ------
    InputError
        The file is missing, unreadable or not TOML.
    """
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path}: not valid TOML: {error}.") from None
    except UnicodeDecodeError:
        raise InputError(f"{path}: not a text file in UTF-8; save it as UTF-8.") from None
    except FileNotFoundError:
        raise InputError(f"{path}: no such {what} file; check the path.") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); give a readable file.") from None


def _resolve_paths(data: Data, folder: Path) -> None:
    for table, key in PATHS:
        values = data.get(table)
        if isinstance(values, dict) and isinstance(values.get(key), str):
            values[key] = str((folder / values[key]).resolve())


def merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> Data:
    """Lay one table over another: tables key by key, everything else (arrays too) as a whole."""
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        both = isinstance(below, dict) and isinstance(value, dict)
        # A filter is one value: keeping rows by two files' columns at once would surprise.
        merged[key] = merge(below, value) if both and key != "filter" else value  # type: ignore[arg-type]
    return merged


def override(data: Data, key: str, value: Any) -> None:
    """Set one dotted key of a table in place.

    Entries of arrays of tables are named by their `name` (kinds, tiers) or counted from 0. A key
    below ``kinds.<name>`` that is no key of the kind itself goes into the kind's `set`.

    Raises
    ------
    InputError
        The key leads nowhere.
    """
    *path, last = key.split(".")
    table: Any = data
    for position, part in enumerate(path):
        if isinstance(table, list):
            table = _entry(table, part, key)
            rest = ".".join(key.split(".")[position + 1 :])
            head, _, changed = rest.partition(".")
            if head == "set" or (path[0] == "kinds" and head not in ("name", "share")):
                table["set"] = {**table.get("set", {}), (changed if head == "set" else rest): value}
                return
        elif path[0] == "roles" and position == 1 and part not in table:
            raise InputError(f"{key}: no role {part!r}; the roles are {', '.join(table)}.")
        else:
            table = table.setdefault(part, {}) if isinstance(table, dict) else None
        if not isinstance(table, dict | list):
            raise InputError(f"{key}: no such key; {'.'.join(path[: position + 1])} is no table.")
    if isinstance(table, list):
        raise InputError(f"{key}: name a key of the entry, as in {key}.<key>.")
    if ".".join(path) == "roles" and last not in table:
        raise InputError(f"{key}: no role {last!r}; the roles are {', '.join(table)}.")
    table[last] = value


def _entry(entries: list[Any], part: str, key: str) -> Data:
    for index, entry in enumerate(entries):
        if part in (entry.get("name"), str(index)):
            found: Data = entry
            return found
    names = [str(entry.get("name", index)) for index, entry in enumerate(entries)]
    raise InputError(f"{key}: no entry {part!r}; there are {', '.join(names) or 'none'}.")
