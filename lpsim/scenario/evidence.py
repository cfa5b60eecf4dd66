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
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from lpsim.scenario.idle import why_idle
from lpsim.scenario.keys import WITH_UNIT
from lpsim.scenario.settings import is_number
from lpsim.scenario.toml_files import leaves

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from lpsim.scenario.scenario import Scenario
    from lpsim.scenario.toml_files import Data

MARKS = ("sourced", "calibrated", "assumed")
_NO_NUMBERS = ("record", "evidence")
"""Tables whose numbers change no result."""
_WILD = re.compile(r"[*?\[]")
LONGEST, MOST_STARS = 200, 8
"""Characters and stars of a pattern."""
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
    said, find = scenario.evidence, _finder(scenario.evidence)
    return [
        Evidence(key, value, *_told(said, find(key)), why_idle(scenario, key) is None)
        for key, value in numbers(scenario.model_dump(mode="json"))
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
    """What is said of numbers after some were ``given`` anew, by their keys; ``own`` is said of those.

    Nothing is said any more of what was given as no number.
    """
    if not isinstance(below, dict):
        return below  # refused when all is checked
    said, of_own, of_below = dict(below), _finder(own), _finder(below)
    for key, value in given.items():
        pattern = of_own(key)
        if not _is_number(value):
            said.pop(key, None)  # what was said of a number is true of no name
        elif pattern is not None or of_below(key) is not None:
            said[key] = GIVEN_ANEW if pattern is None else own[pattern]
    return {**said, **own}


def outside(said: Any, overrides: Mapping[str, Any]) -> Any:
    """What is said of numbers in no table that is given anew as a whole, and by patterns."""
    tables = tuple(f"{key}." for key, value in overrides.items() if isinstance(value, dict))
    if not tables or not isinstance(said, dict):
        return said
    return {key: text for key, text in said.items() if _is_pattern(key) or not key.startswith(tables)}


def problems(said: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with a table of evidence."""
    for key, text in said.items():
        mark, _, source = text.partition(":")
        if mark.strip() not in MARKS:
            yield f'evidence.{key}: found "{text}"; allowed is "sourced: …", "calibrated: …" or "assumed: …"'
        elif mark.strip() != "assumed" and not source.strip():
            yield f'evidence.{key}: found "{mark.strip()}" alone; say by what, as in "{mark.strip()}: …"'


def unmatched(said: Iterable[str], keys: Mapping[str, float]) -> Iterator[str]:
    """Keys and patterns of a table of evidence that are those of no number, of the numbers by their keys."""
    for pattern in said:
        if pattern not in keys and not (_is_pattern(pattern) and any(fnmatchcase(k, pattern) for k in keys)):
            yield f"evidence.{pattern}: no number of the scenario is called so; correct it or remove it"


def _is_number(value: Any) -> bool:
    """Whether a value is a number, or a probability with its unit."""
    return is_number(value) or (isinstance(value, str) and re.match(WITH_UNIT, value) is not None)


def _told(said: Mapping[str, str], pattern: str | None) -> tuple[str, str]:
    mark, _, source = (said[pattern] if pattern is not None else "assumed").partition(":")
    return mark.strip(), source.strip()


def _is_pattern(key: str) -> bool:
    """Whether a key stands for others; one with too many stars, which would take for ever, for none."""
    return _WILD.search(key) is not None and len(key) <= LONGEST and key.count("*") <= MOST_STARS


@lru_cache(maxsize=64)  # a sweep asks at every point
def _patterns(said: frozenset[str]) -> tuple[str, ...]:
    """The patterns among keys, the longest first, those of one length by the alphabet."""
    return tuple(sorted((key for key in said if _is_pattern(key)), key=lambda key: (-len(key), key)))


def _finder(said: Iterable[str]) -> Callable[[str], str | None]:
    """What stands for a key, found by the key: itself, or else the longest pattern that it matches."""
    exact = frozenset(said)
    patterns = _patterns(exact)

    def find(key: str) -> str | None:
        return key if key in exact else next((p for p in patterns if fnmatchcase(key, p)), None)

    return find
