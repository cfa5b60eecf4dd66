"""What is wrong with a scenario's data: every key, what was found and what is allowed, in words."""

from __future__ import annotations

import copy
import difflib
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from lpsim.errors import ManyProblemsError
from lpsim.scenario import units
from lpsim.scenario.file_kinds import is_another, kind_of
from lpsim.scenario.keys import allowed, field_at, known_keys, nearest
from lpsim.scenario.learning_parameters import Allocation
from lpsim.scenario.parameters import Intervention, Kind, Role, Table, Tier

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pydantic_core import ErrorDetails

    from lpsim.scenario.scenario import Scenario

CONTRADICTION = "contradiction"
"""The type of the error that holds all contradictions between keys."""
_NAME = "a name of 1 to 80 characters on one line, without dots"
_SLOTS = tuple(Allocation.model_fields)


class ScenarioError(ManyProblemsError):
    """A scenario that is not valid; `problems` names every key that is wrong, one sentence each."""

    def __init__(self, problems: Sequence[str], source: str = "scenario") -> None:
        super().__init__(problems, source)


def see_that_it_is_a_scenario(data: Mapping[str, Any], keys: Iterable[str], source: str) -> None:
    """Raise `ScenarioError` where a file is of another kind, by the keys at its top and a scenario's."""
    kind = kind_of(data, keys)
    if kind is not None:
        raise ScenarioError([is_another(kind, "a scenario")], source)


def problems_of(model: type[Scenario], data: Mapping[str, Any], error: ValidationError) -> list[str]:
    """Everything that is wrong: single keys first, then what contradicts among the rest."""
    problems: list[str] = []
    wrong: list[ErrorDetails] = []
    for detail in error.errors():
        if detail["type"] == CONTRADICTION:
            problems += detail["ctx"]["problems"]
        else:
            problems.append(_in_words(model, data, detail))
            wrong.append(detail)
    return list(dict.fromkeys(problems + (_further(model, data, wrong) if wrong else [])))


def _further(model: type[Scenario], data: Mapping[str, Any], wrong: list[ErrorDetails]) -> list[str]:
    """Contradictions among the keys that are right, with the wrong ones at their defaults."""
    mended = copy.deepcopy(dict(data))
    for detail in reversed(wrong):  # later entries of a list first, so that places stay
        _mend(mended, detail)
    try:
        model.model_validate(mended)
    except ValidationError as error:
        details = [d for d in error.errors() if d["type"] == CONTRADICTION]
        return [problem for detail in details for problem in detail["ctx"]["problems"]]
    return []


_STAND_INS: dict[str, Any] = {"headcount": 1.0, "share": 0.0, "at": 1, "set": {}}


def _mend(data: Any, detail: ErrorDetails) -> None:
    """Take a wrong value out, so that its default or a stand-in takes its place."""
    *path, last = detail["loc"]
    if last in _SLOTS and "allocation" in path:
        path, last = path[:-1], "allocation"  # what is left of it would sum to something else
    for part in path:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return
    if path == ["roles"]:
        data[last] = {"headcount": 1.0}
    elif last == "name":
        data[last] = "-".join(str(part) for part in path)
    elif last in _STAND_INS:
        data[last] = _STAND_INS[last]
    elif isinstance(data, dict):
        data.pop(last, None)


def _in_words(model: type[Scenario], data: Mapping[str, Any], detail: ErrorDetails) -> str:
    location = [part for part in detail["loc"] if part != "[key]"]
    key = ".".join(str(part) for part in _named(data, location))
    if detail["type"] == "extra_forbidden":
        return f"{key}: no such key; {nearest(key, _known_beside(model, location))}"
    if detail["type"] == "missing":
        return f"{key}: missing; it has no default, give a value{_as_another_role(data, location)}"
    is_key = location != list(detail["loc"])
    if is_key or detail["type"] == "string_pattern_mismatch":
        place = ".".join(str(part) for part in _named(data, location[:-1])) if is_key else key
        return f"{place}: found {detail['input']!r:.100}; allowed is {_NAME}"
    found = f"{key}: found {detail['input']!r}"
    field = field_at(model, key)
    table = None if field is None else field.annotation
    if isinstance(table, type) and issubclass(table, Table):
        return f"{found}; it is a table, so give {_one_of(key, table)}"
    if isinstance(detail["input"], str):
        step = str(data.get("step", units.DEFAULT_STEP))
        refusal = units.refusal(model, key, detail["input"], step)
        if refusal:
            return f"{found}; {refusal}"
    words = allowed(field) if field is not None else detail["msg"].lower()
    return f"{found}; allowed is {words}"


def _one_of(key: str, table: type[Table]) -> str:
    """The keys of a table, and that of a role where it has the same name."""
    keys = [f"{key}.{name}" for name in table.model_fields]
    if key in Role.model_fields:
        keys.append(f"roles.NAME.{key}")
    return " or ".join([", ".join(keys[:-1]), keys[-1]] if len(keys) > 1 else keys)


def _as_another_role(data: Mapping[str, Any], location: list[int | str]) -> str:
    """A hint where a role without a headcount is called nearly like another."""
    if location[0] != "roles" or len(location) != len(("roles", "name", "headcount")):
        return ""
    others = {name.lower(): name for name in data["roles"] if name != location[1]}
    close = difflib.get_close_matches(str(location[1]).lower(), others, n=1)
    return f', or did you mean "roles.{others[close[0]]}"?' if close else ""


def _known_beside(model: type[Scenario], location: list[int | str]) -> list[str]:
    """The keys that may stand where an unknown one was found."""
    entries: dict[str, type[Table]] = {
        "roles": Role,
        "tiers": Tier,
        "kinds": Kind,
        "interventions": Intervention,
    }
    for part in reversed(location[:-1]):
        if part in entries:
            return list(entries[str(part)].model_fields)
    return known_keys(model)


def _named(data: Any, location: list[int | str]) -> list[int | str]:
    """A location with list entries called by their names, as in dotted keys."""
    named: list[int | str] = []
    for part in location:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            data = None
        name = data.get("name") if isinstance(part, int) and isinstance(data, dict) else None
        named.append(name if isinstance(name, str) else part)
    return named
