"""Where the numbers of a scenario come from: each of them is sourced, calibrated or assumed.

A file says so in its table ``[evidence]``, of one key or, by a pattern, of several:

    [evidence]
    roles.gp.turnover = "sourced: 11 % a year at the 75th centile of practices (Parisi et al., PMC8362689)"
    "roles.*.voice" = "assumed: nobody counted it"

A number that a file gives anew loses what the extended file said of it. What nothing is said of is assumed.
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, NamedTuple

from lpsim.scenario.idle import why_idle
from lpsim.scenario.keys import WITH_UNIT
from lpsim.scenario.settings import is_number
from lpsim.scenario.toml_files import leaves

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lpsim.scenario.scenario import Scenario
    from lpsim.scenario.toml_files import Data

MARKS = ("sourced", "calibrated", "assumed")
_NO_NUMBERS = ("record", "evidence")
"""Tables whose numbers change no result."""
GIVEN_ANEW = "assumed: given anew, and nothing said of it"


class Evidence(NamedTuple):
    """A number of a scenario, how it is founded, and on what; ``source`` is empty where nothing was said."""

    key: str
    value: float
    mark: str
    source: str
    acts: bool
    """Whether it can change anything in this scenario."""


def evidence(scenario: Scenario) -> list[Evidence]:
    """Every number of a scenario that could change its results, in the order of its keys."""
    found = numbers(scenario.model_dump(mode="json"))
    return [
        Evidence(key, value, *_told(scenario.evidence, key), why_idle(scenario, key) is None)
        for key, value in found
    ]


def parted(file: Data) -> tuple[Data, dict[str, Any]]:
    """What a file says of the scenario, and what its table of evidence says, by dotted key."""
    said = file.get("evidence", {})
    if not isinstance(said, dict):
        return file, {}  # refused when all is checked
    return {key: value for key, value in file.items() if key != "evidence"}, dict(leaves(said))


def numbers(data: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """The numbers of a scenario's data that could change its results, by dotted key."""
    for key, value in leaves(data):
        if is_number(value) and key.split(".")[0] not in _NO_NUMBERS:
            yield key, value


def laid_over(below: Any, own: Mapping[str, str], given: Mapping[str, Any]) -> Any:
    """What is said of numbers after some were ``given`` anew, by their keys; ``own`` is said of those."""
    if not isinstance(below, dict):
        return below  # refused when all is checked
    said = dict(below)
    for key, value in given.items():
        pattern = _pattern(own, key)
        if _is_number(value) and (pattern is not None or _pattern(below, key) is not None):
            said[key] = GIVEN_ANEW if pattern is None else own[pattern]
    return {**said, **own}


def problems(said: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with a table of evidence."""
    for key, text in said.items():
        mark, _, source = text.partition(":")
        if mark.strip() not in MARKS:
            yield f'evidence.{key}: found "{text}"; allowed is "sourced: …", "calibrated: …" or "assumed: …"'
        elif mark.strip() != "assumed" and not source.strip():
            yield f'evidence.{key}: found "{mark.strip()}" alone; say by what, as in "{mark.strip()}: …"'


def unmatched(said: Iterable[str], data: Mapping[str, Any]) -> Iterator[str]:
    """Keys and patterns of a table of evidence that are those of no number."""
    keys = [key for key, _ in numbers(data)]
    for pattern in said:
        if not any(fnmatchcase(key, pattern) for key in keys):
            yield f"evidence.{pattern}: no number of the scenario is called so; correct it or remove it"


def _is_number(value: Any) -> bool:
    """Whether a value is a number, or a probability with its unit."""
    return is_number(value) or (isinstance(value, str) and re.match(WITH_UNIT, value) is not None)


def _told(said: Mapping[str, str], key: str) -> tuple[str, str]:
    pattern = _pattern(said, key)
    mark, _, source = (said[pattern] if pattern is not None else "assumed").partition(":")
    return mark.strip(), source.strip()


def _pattern(said: Iterable[str], key: str) -> str | None:
    """What stands for a key: itself, or else the longest pattern that it matches."""
    fitting = [pattern for pattern in said if fnmatchcase(key, pattern)]
    return max(fitting, key=lambda pattern: (pattern == key, len(pattern)), default=None)
