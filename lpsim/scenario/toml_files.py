"""Scenario files: TOML in, one merged table out, with `extends` and dotted overrides."""

from __future__ import annotations

import json
import re
import tomllib
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lpsim.errors import InputError
from lpsim.scenario.keys import nearest
from lpsim.scenario.shipped import may_be_there, name_meant, of_a_name_alike, of_that_name, shipped
from lpsim.storage import readers
from lpsim.storage.readers import NETWORK, SCENARIO, WORKFORCE, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from lpsim.storage.readers import FileKind

Data = dict[str, Any]

PATHS = {
    ("population", "workforce"): WORKFORCE,
    ("network", "file"): NETWORK,
    ("network", "staff_file"): NETWORK,
}
"""Keys whose values are paths, relative to the file (or the working folder) that gives them, and what kind
of file each is."""
ARRAYS = ("interventions", "kinds", "population.tiers")
"""Keys of arrays of tables."""
SUFFIX = ".toml"
MOST_FILES = 100
"""So many may extend each other in a row."""
DEPTH = 50
"""So many tables and arrays may stand in each other."""
BITS = 1024
"""So many a whole number may have; one that is too large is told with all its digits."""
_COMMA = re.compile(r"=\s*\d+,\d")
_COLON = re.compile(r"\s*[\w.-]+\s*:(\s|$)")
_JSON = "is JSON; write it as TOML, as in steps = 60"
_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)$")
_TYPESET = {
    "“”„‟«»": 'write straight quotation marks, as in "text"',
    "‘’‚‛‹›": "write straight quotation marks, as in 'text'",
    "\N{MINUS SIGN}–—": "write a minus as -",
    "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{EN SPACE}\N{ZERO WIDTH SPACE}": "write a plain space",
}
"""What word processors put in the place of what was typed, and the cure."""
_TOO_DEEP = f"tables or arrays stand in each other more than {DEPTH} deep; write it flatter"
_TOO_LONG = "a number in it has too many digits; write a shorter one"


def read(path: Path) -> list[Data]:
    """Read a scenario file and what it extends, the file that is extended by all others first.

    Raises
    ------
    InputError
        A file is missing, unreadable or not TOML, extends itself, or too many extend each other.
    """
    return _followed(path, [], [])


def read_data(data: Data, folder: Path) -> list[Data]:
    """As `read`, of what a file in a folder would say; the data are the caller's no longer."""
    extended = _extended(folder / "data", data, readers.resolved(folder))
    return _followed(extended, [data], [])


def _followed(extended: Path | None, layers: list[Data], seen: list[Path]) -> list[Data]:
    """The layers, the last of which is the first here, and all that it extends."""
    path = extended
    while extended is not None:
        whole = readers.resolved(extended)
        if whole in seen:
            chain = " → ".join(path.name for path in (*seen, whole))
            raise InputError(
                f"{shown(extended)}: the files extend each other in a circle ({chain}); remove one `extends`."
            )
        if len(seen) == MOST_FILES:
            raise InputError(
                f"{shown(path or extended)}: extends more than {MOST_FILES} files, one through another; "
                "join some."
            )
        seen.append(whole)
        layers.append(parse(extended, SCENARIO))
        extended = _extended(extended, layers[-1], whole.parent)
    return layers[::-1]


def _extended(path: Path, data: Data, folder: Path) -> Path | None:
    """The file that a file in a folder extends, taken out of its data, where paths become whole ones."""
    for table, key in PATHS:
        values = data.get(table)
        if isinstance(values, dict) and isinstance(values.get(key), str):
            values[key] = str(readers.resolved(folder / values[key]))
    base = data.pop("extends", None)
    if base is not None and not isinstance(base, str):
        raise InputError(
            f"{shown(path)}: extends: found {base!r}; allowed is the path of another scenario file, or the "
            "name of one that ships."
        )
    return None if base is None else _named(path, base, folder)


def _named(path: Path, base: str, folder: Path) -> Path:
    """The file that a file in a folder means by a path from there, or by the name of one that ships."""
    meant, stem = folder / base, name_meant(Path(base)) or base
    if may_be_there(meant):
        return meant
    if base in shipped():
        return shipped()[base]
    words = f"{shown(path)}: extends: {shown(meant)}: no such scenario file"
    if stem in shipped():
        raise InputError(f'{words}; write extends = "{stem}" for the one of that name that ships.')
    if Path(base).name != base:
        raise InputError(f"{words}; check the path.")
    hint = nearest(stem, shipped())
    raise InputError(f"{words}, and none of that name ships; {hint} (`lpsim scenarios` lists them).")


def parse(path: Path, kind: FileKind) -> Data:
    """A TOML file as it stands.

    Raises
    ------
    InputError
        The file is missing or unreadable, or as `loads`.
    """
    ships, alike = of_that_name(path), of_a_name_alike(path)
    if ships or alike:
        raise InputError(f"{shown(path)}: no such {kind.name}; {f'{ships}.' if ships else alike}")
    text = readers.read_text(path, kind)
    try:
        return loads(text)
    except ValueError as error:
        raise InputError(f"{shown(path)}: {error}.") from None


def loads(text: str) -> Data:
    """TOML as data.

    Raises
    ------
    ValueError
        It is not TOML, or holds what nobody needs and programs stumble over: a number of hundreds of digits,
        or tables and arrays in each other without end. The message is no whole sentence.
    """
    # The parser takes time by the square of a key's parts, and hours of a file that is one key.
    if any(line.partition("=")[0].count(".") > DEPTH for line in text.splitlines()):
        raise ValueError(_TOO_DEEP)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        told = _typeset(text, str(error)) or f"not valid TOML: {error}{_hint(text, str(error))}"
        raise ValueError(_JSON if _is_json(text) else told) from None
    except RecursionError:
        raise ValueError(_TOO_DEEP) from None
    except ValueError:  # Python's own limit on digits
        raise ValueError(_TOO_LONG) from None
    words = _excess(data)
    if words is not None:
        raise ValueError(words)
    return data


def _hint(text: str, error: str) -> str:
    """What is likely meant where the parser stumbles; nothing where that cannot be told."""
    if _COMMA.search(text):
        return "; numbers are written with a point, as in 0.5"
    return "; values stand behind =, as in steps = 60" if _COLON.match(_line_of(text, error)) else ""


def _line_of(text: str, error: str) -> str:
    """The line that the parser stumbles over."""
    place = _PLACE.search(error)
    return [*text.replace("\r\n", "\n").split("\n"), ""][int(place[1]) - 1] if place else ""


def _is_json(text: str) -> bool:
    if not text.lstrip().startswith("{"):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _typeset(text: str, error: str) -> str | None:
    """What is wrong where a word processor changed what the parser stumbles over; None where none did."""
    lines, place = text.replace("\r\n", "\n").split("\n"), _PLACE.search(error)
    number, found = 0, ""
    if place is not None:
        number, column = int(place[1]), int(place[2])
        found = [*lines, ""][number - 1][column - 1 :][:1]
    if not found:  # the end of a line, or of all: what began with a straight mark does not end with one
        number, found = next(_open_ended(lines), (0, ""))
    cure = next((cure for marks, cure in _TYPESET.items() if found and found in marks), None)
    if cure is None:
        return None
    what = unicodedata.name(found) if found.isspace() or not found.isprintable() else found
    return f"line {number}: found {what}, as word processors write; {cure}"


def _open_ended(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Lines in which a straight quotation mark has no other, but one of a word processor."""
    for number, line in enumerate(lines, start=1):
        for straight, typeset in zip("\"'", _TYPESET, strict=False):
            marks = [mark for mark in line if mark in typeset]
            if marks and line.count(straight) % 2 and not line.lstrip().startswith("#"):
                yield number, marks[-1]


def _excess(data: Data) -> str | None:
    """What is wrong with data that are TOML, and yet too much."""
    level: list[Any] = [data]
    for _ in range(DEPTH):
        inner = [part for table in level for part in (table.values() if isinstance(table, dict) else table)]
        if any(isinstance(part, int) and part.bit_length() > BITS for part in inner):
            return _TOO_LONG
        level = [part for part in inner if isinstance(part, dict | list)]
        if not level:
            return None
    return _TOO_DEEP


def over(base: Mapping[str, Any], file: Mapping[str, Any]) -> Data:
    """What a file says over what it extends; a description goes with the title it was written for."""
    merged = merge(base, file)
    if "title" in file and "description" not in file:
        merged.pop("description", None)
    return merged


def merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> Data:
    """Lay one table over another: tables key by key, everything else (arrays too) as a whole."""
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        both = isinstance(below, dict) and isinstance(value, dict)
        # A filter is one value: keeping rows by two files' columns at once would surprise.
        merged[key] = merge(below, value) if both and key != "filter" else value  # type: ignore[arg-type]
    return merged


def leaves(data: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    """Every single value with its dotted key; entries of arrays of tables by name, or counted from 0."""
    for name, value in _entries(data):
        inner = f"{key}.{name}" if key else name
        if _is_table(value):
            yield from leaves(value, inner)
        else:
            yield inner, value


def mapped(data: Any, change: Callable[[str, Any], Any], key: str = "") -> Any:
    """A copy with every single value changed, by its dotted key as in `leaves`."""
    if not _is_table(data):
        return change(key, data)
    values = [mapped(value, change, f"{key}.{name}" if key else name) for name, value in _entries(data)]
    return values if isinstance(data, list) else dict(zip(data, values, strict=True))


def _is_table(value: Any) -> bool:
    """Whether a value is a table, or an array of tables."""
    if isinstance(value, list):
        return bool(value) and all(isinstance(entry, dict) for entry in value)
    return isinstance(value, dict)


def _entries(data: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(data, dict):
        yield from ((str(name), value) for name, value in data.items())
    else:
        yield from ((str(entry.get("name", number)), entry) for number, entry in enumerate(data))


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
    if len(path) > DEPTH:
        raise InputError(f"{key[:40]}…: no such key; it has {len(path) + 1} parts.")
    table: Any = data
    for position, part in enumerate(path):
        if isinstance(table, list):
            table = _entry(table, part, key)
            rest = ".".join(key.split(".")[position + 1 :])
            head, _, changed = rest.partition(".")
            if head == "set" or (path[0] == "kinds" and head not in ("name", "share")):
                _set_inside(table, changed if head == "set" else rest, key, value)
                return
        elif path[0] == "roles" and position == 1 and part not in table:
            raise InputError(f"{key}: no role {part!r}; {nearest(part, table)}.")
        else:
            empty: Any = [] if ".".join(path[: position + 1]) in ARRAYS else {}
            table = table.setdefault(part, empty) if isinstance(table, dict) else None
        if not isinstance(table, dict | list):
            raise InputError(f"{key}: no such key; {'.'.join(path[: position + 1])} is no table.")
    if isinstance(table, list):
        raise InputError(f"{key}: name a key of the entry, as in {key}.<key>.")
    if ".".join(path) == "roles" and last not in table:
        raise InputError(f"{key}: no role {last!r}; {nearest(last, table)}.")
    table[last] = value


def _set_inside(entry: Data, inside: str, key: str, value: Any) -> None:
    """Set one key of what a kind or an intervention sets, or all of that."""
    before = entry.get("set", {})
    if inside and not isinstance(before, dict):
        raise InputError(f"{key}: no such key; set is no table.")
    entry["set"] = {**before, inside: value} if inside else value


def _entry(entries: list[Any], part: str, key: str) -> Data:
    for index, entry in enumerate(entries):
        if part in (entry.get("name"), str(index)):
            found: Data = entry
            return found
    names = [str(entry.get("name", index)) for index, entry in enumerate(entries)]
    raise InputError(f"{key}: no entry {part!r}; {nearest(part, names) if names else 'there are none'}.")
