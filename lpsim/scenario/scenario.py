"""A scenario: validated, frozen, from TOML, with overrides and a digest."""

from __future__ import annotations

import copy
import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from lpsim.errors import InputError, ManyProblemsError
from lpsim.scenario import toml_files
from lpsim.scenario.checks import contradictions
from lpsim.scenario.keys import allowed, field_at, known_keys, nearest
from lpsim.scenario.parameters import (
    Allocation,
    Forgetting,
    Initial,
    Intervention,
    Judgement,
    Kind,
    Loops,
    Name,
    Network,
    Population,
    PracticeTable,
    ProtectedTime,
    Record,
    Role,
    Service,
    Table,
    Tier,
    Turnover,
    World,
    as_plain,
)
from lpsim.storage import readers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pydantic_core import ErrorDetails

    from lpsim.storage.readers import FileKind

MODEL_VERSION = "2"
"""Rises whenever the same scenario and seed would give other numbers; part of every digest."""

_CONTRADICTION = "contradiction"
_SLOTS = tuple(Allocation.model_fields)


class ScenarioError(ManyProblemsError):
    """A scenario that is not valid; `problems` names every key that is wrong, one sentence each."""

    def __init__(self, problems: Sequence[str], source: str = "scenario") -> None:
        super().__init__(problems, source)


def _roles_of_the_paper() -> dict[str, Role]:
    return {
        "gp": Role(headcount=4, turnover=0.010, voice=0.9),
        "nurse": Role(headcount=2, turnover=0.012, voice=0.7),
        "direct_care": Role(headcount=2, turnover=0.015, voice=0.5),
        "administration": Role(headcount=7, turnover=0.015, voice=0.4, experience=0.5),
    }


class Scenario(Table):
    """Everything a run needs besides its seed. Frozen; every key has a default.

    Load one with `Scenario.load`, change it with `replace`. Both refuse what is not valid with a
    `ScenarioError` that lists all problems at once.
    """

    title: str = ""
    """Shown on every figure and report."""
    description: str = ""
    """For readers of the file."""
    steps: int = Field(120, ge=1, le=100_000)
    """Length of the run."""
    step: str = "month"
    """What a step is called on axes."""
    world: World = World()
    population: Population = Population()
    roles: dict[Name, Role] = Field(default_factory=_roles_of_the_paper)
    """Roles by name: mean headcount per practice, and what differs between roles."""
    kinds: Annotated[tuple[Kind, ...], Field(strict=False)] = ()
    """Practices that differ from the rest."""
    network: Network = Network()
    initial: Initial = Initial()
    judgement: Judgement = Judgement()
    practice: PracticeTable = PracticeTable()
    service: Service = Service()
    loops: Loops = Loops()
    protected_time: ProtectedTime = ProtectedTime()
    turnover: Turnover = Turnover()
    forgetting: Forgetting = Forgetting()
    record: Record = Record()
    interventions: Annotated[tuple[Intervention, ...], Field(strict=False)] = ()
    """Dated changes, in file order."""

    @model_validator(mode="before")
    @classmethod
    def _remove_empty_roles(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("roles"), dict):
            roles = {name: role for name, role in data["roles"].items() if not _is_removed(role)}
            return {**data, "roles": roles}
        return data

    @model_validator(mode="after")
    def _check_contradictions(self) -> Self:
        problems = contradictions(self)
        if problems:
            raise PydanticCustomError(
                _CONTRADICTION, "{text}", {"problems": problems, "text": "; ".join(problems)}
            )
        return self

    @classmethod
    def load(cls, path: str | Path, overrides: Mapping[str, Any] | None = None) -> Scenario:
        """Read a scenario file, with what it extends.

        Parameters
        ----------
        path : str or Path
            A TOML file.
        overrides : mapping, optional
            Dotted keys and their values, laid over the file before anything is checked.

        Raises
        ------
        InputError
            The file cannot be read or parsed; a `ScenarioError` if what it says is not valid.
        """
        data = toml_files.read(Path(path))
        if overrides:
            data = _with_overrides(_with_default_roles(data), overrides)
        return cls._checked(data, source=str(path))

    def replace(self, overrides: Mapping[str, Any]) -> Scenario:
        """The same scenario with other values, by dotted key (``"roles.nurse.voice": 0.9``).

        Paths are relative to the working folder. Raises `ScenarioError` as `load` does.
        """
        return self._checked(_with_overrides(self.model_dump(mode="json"), overrides), source="scenario")

    @classmethod
    def _checked(cls, data: Mapping[str, Any], *, source: str) -> Scenario:
        try:
            scenario = cls.model_validate(data)
        except ValidationError as error:
            raise ScenarioError(_problems(data, error), source) from None
        named = ((key, readers.problem(path, kind)) for key, path, kind in scenario._named_files())
        problems = [f"{key}: {problem}" for key, problem in named if problem is not None]
        if problems:
            raise ScenarioError(problems, source)
        return scenario

    def _named_files(self) -> Iterator[tuple[str, Path, FileKind]]:
        for (table, key), kind in toml_files.PATHS.items():
            path = getattr(getattr(self, table), key)
            if path is not None:
                yield f"{table}.{key}", Path(path), kind

    def files(self) -> dict[str, dict[str, str]]:
        """The files a run reads: dotted key → path and SHA-256 of what they hold now."""
        return {
            key: {"path": str(path), "sha256": hashlib.sha256(readers.read_bytes(path, kind)).hexdigest()}
            for key, path, kind in self._named_files()
        }

    @property
    def digest(self) -> str:
        """SHA-256, in hex, over everything that can change a trajectory or the names in its tables.

        Over every resolved value, the content of every file read and the model's version; not over
        title, description, step label, interventions' titles, or what is recorded.
        """
        values = self.model_dump(mode="json", exclude={"title", "description", "step", "record"})
        values["roles"] = list(values["roles"].items())  # their order is part of every uid
        for intervention in values["interventions"]:
            del intervention["title"]
        # What a file holds counts, not where it lies.
        for (table, key), content in zip(toml_files.PATHS, self._contents(), strict=True):
            values[table][key] = content
        whole = json.dumps({"model": MODEL_VERSION, "scenario": values}, sort_keys=True)
        return hashlib.sha256(whole.encode()).hexdigest()

    def _contents(self) -> list[str | None]:
        read = self.files()
        keys = (".".join(path) for path in toml_files.PATHS)
        return [read[key]["sha256"] if key in read else None for key in keys]


def _is_removed(role: Any) -> bool:
    headcount = role.get("headcount") if isinstance(role, dict) else None
    return isinstance(headcount, int | float) and not isinstance(headcount, bool) and headcount == 0


def _with_default_roles(data: toml_files.Data) -> toml_files.Data:
    roles = {name: role.model_dump(mode="json") for name, role in _roles_of_the_paper().items()}
    return {"roles": roles, **data}


def _with_overrides(data: toml_files.Data, overrides: Mapping[str, Any]) -> toml_files.Data:
    """The data, which are the caller's no longer, with other values."""
    problems = []
    for key, value in overrides.items():
        plain = as_plain(value)
        if tuple(key.split(".")) in toml_files.PATHS and isinstance(plain, str):
            plain = str(readers.resolved(Path(plain)))
        try:
            toml_files.override(data, key, plain)
        except InputError as error:
            problems.append(str(error).removesuffix("."))
    if problems:
        raise ScenarioError(problems)
    return data


def _problems(data: Mapping[str, Any], error: ValidationError) -> list[str]:
    """Everything that is wrong: single keys first, then what contradicts among the rest."""
    problems: list[str] = []
    wrong: list[ErrorDetails] = []
    for detail in error.errors():
        if detail["type"] == _CONTRADICTION:
            problems += detail["ctx"]["problems"]
        else:
            problems.append(_in_words(data, detail))
            wrong.append(detail)
    return list(dict.fromkeys(problems + (_further(data, wrong) if wrong else [])))


def _further(data: Mapping[str, Any], wrong: list[ErrorDetails]) -> list[str]:
    """Contradictions among the keys that are right, with the wrong ones at their defaults."""
    mended = copy.deepcopy(dict(data))
    for detail in reversed(wrong):  # later entries of a list first, so that places stay
        _mend(mended, detail)
    try:
        Scenario.model_validate(mended)
    except ValidationError as error:
        details = [d for d in error.errors() if d["type"] == _CONTRADICTION]
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


def _in_words(data: Mapping[str, Any], detail: ErrorDetails) -> str:
    location = [part for part in detail["loc"] if part != "[key]"]
    key = ".".join(str(part) for part in _named(data, location))
    if detail["type"] == "extra_forbidden":
        return f"{key}: no such key; {nearest(key, _known_beside(location))}"
    if detail["type"] == "missing":
        return f"{key}: missing; it has no default, give a value"
    field = field_at(Scenario, key)
    words = allowed(field) if field is not None else detail["msg"].lower()
    return f"{key}: found {detail['input']!r}; allowed is {words}"


def _known_beside(location: list[int | str]) -> list[str]:
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
    return known_keys(Scenario)


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
