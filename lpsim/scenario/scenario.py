"""A scenario: validated, frozen, from TOML, with overrides and a digest."""

from __future__ import annotations

import copy
import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import Field, PrivateAttr, ValidationError, model_validator
from pydantic_core import PydanticCustomError, to_jsonable_python

from lpsim.scenario import toml_files, units
from lpsim.scenario.checks import contradictions
from lpsim.scenario.evidence import laid_over, numbers, outside, parted, unmatched
from lpsim.scenario.given import Given, idle, idle_in_file, says_nothing, texts_held, without
from lpsim.scenario.keys import by_key, within_set
from lpsim.scenario.learning_parameters import Judgement, Loops, PracticeTable, ProtectedTime, Service
from lpsim.scenario.overrides import with_defaults, with_overrides
from lpsim.scenario.parameters import (
    Forgetting,
    Initial,
    Intervention,
    Kind,
    Name,
    Network,
    OwnValue,
    Population,
    Record,
    Role,
    Table,
    Turnover,
    World,
    as_plain,
)
from lpsim.scenario.problems import (
    CONTRADICTION,
    ScenarioError,
    problems_of,
    see_that_it_is_a_scenario,
)
from lpsim.scenario.saved import SEAL, as_toml, run_at, scenario_of
from lpsim.scenario.shipped import file_meant
from lpsim.shown import html
from lpsim.storage import readers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lpsim.storage.readers import FileKind

MODEL_VERSION = "3"
"""Rises whenever the same scenario and seed would give other numbers; part of every digest."""


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
    own: dict[Name, OwnValue] = Field(default_factory=dict)
    """Parameters of behaviours of one's own; changes nothing without one."""
    evidence: dict[str, str] = Field(default_factory=dict)
    """By dotted key or pattern where a number comes from: "sourced: …", "calibrated: …" or "assumed: …"."""

    _given: Given = PrivateAttr(default_factory=Given)
    _idle_at_first: Given | None = PrivateAttr(default=None)
    """What is given for scenarios made of this one; kept, as a design makes thousands of them."""

    @model_validator(mode="before")
    @classmethod
    def _remove_empty_roles(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("roles"), dict):
            roles = {name: role for name, role in data["roles"].items() if not _is_removed(role)}
            return {**data, "roles": roles}
        return data

    @model_validator(mode="before")
    @classmethod
    def _reckon_in_steps(cls, data: Any) -> Any:
        return units.in_steps(cls, data) if isinstance(data, dict) else data

    @model_validator(mode="after")
    def _check_contradictions(self) -> Self:
        problems = contradictions(self)
        if problems:
            raise PydanticCustomError(
                CONTRADICTION, "{text}", {"problems": problems, "text": "; ".join(problems)}
            )
        return self

    @classmethod
    def load(cls, path: str | Path, overrides: Mapping[str, Any] | None = None) -> Scenario:
        """Read a scenario file, with what it extends.

        Parameters
        ----------
        path : str or Path
            A TOML file, the name of a scenario that ships (`lpsim.scenario.shipped`), or a saved run (its
            folder or ``run.json``), which has its scenario in full.
        overrides : mapping, optional
            Dotted keys and their values, laid over the file before anything is checked.

        Raises
        ------
        InputError
            The file cannot be read or parsed; a `ScenarioError` if what it says is not valid.
        """
        file = readers.as_path(path, "scenario", "the path of a scenario file, or the name of one that ships")
        overrides, folder = by_key(overrides or {}, "overrides"), run_at(file)
        if folder is not None:
            saved = scenario_of(folder, SEAL.read(folder), cls)
            return saved._replaced(overrides, source=str(path))
        files = toml_files.read(file_meant(file))
        see_that_it_is_a_scenario(files[-1], cls.model_fields, str(path))
        scenario = cls._of_files(files, overrides, source=str(path))
        scenario._given = replace(scenario._given, blank=says_nothing(files))
        return scenario

    @classmethod
    def from_dict(
        cls, data: Mapping[str, Any], *, folder: str | Path = ".", source: str = "scenario"
    ) -> Scenario:
        """A scenario of what a scenario file says, as it parses.

        Parameters
        ----------
        data : mapping
            Tables in tables; what it leaves out has its default.
        folder : str or Path
            What paths in it are relative to, that of the file it ``extends`` among them.
        source : str
            What it is called in messages.

        Raises
        ------
        InputError
            As `load`.
        """
        plain = toml_files.mapped(copy.deepcopy(dict(by_key(data, source))), lambda _, value: as_plain(value))
        see_that_it_is_a_scenario(plain, cls.model_fields, source)
        return cls._of_files(toml_files.read_data(plain, Path(folder)), {}, source=source)

    def to_toml(self) -> str:
        """The text of a scenario file that is loaded as an equal scenario.

        What it leaves out has its default. Paths in it are whole ones. Raises `InputError` where a text is no
        Unicode.
        """
        return as_toml(self)

    @classmethod
    def extended(cls, path: str | Path) -> Scenario | None:
        """The scenario that a file extends; None where it extends none. Errors as in `load`."""
        file = readers.as_path(path, "scenario", "the path of a scenario file, or the name of one that ships")
        if run_at(file) is not None:
            return None
        files = toml_files.read(file_meant(file))[:-1]
        return cls._of_files(files, {}, source=f"{path}: extends") if files else None

    @classmethod
    def _of_files(
        cls, files: Sequence[toml_files.Data], overrides: Mapping[str, Any], *, source: str
    ) -> Scenario:
        """The scenario of files that extend each other, the file that all others extend first."""
        data: toml_files.Data = {}
        problems: list[str] = []
        for file in files:
            own, said = parted(file)
            leaves = dict(toml_files.leaves(own))
            before, data = data, toml_files.over(data, own)
            data["evidence"] = laid_over(own.get("evidence", before.get("evidence", {})), said, leaves)
            if before:
                problems += _step_problems(data, before, leaves)
        given = Given(file=leaves)
        if overrides:
            data = with_defaults(cls, data)
            given = replace(given, file=idle_in_file(cls, data, given.file))
        known = dict(numbers(data)) if overrides else {}
        scenario = cls._laid_over(data, overrides, given, source=source, problems=problems)
        known |= dict(numbers(scenario.model_dump(mode="json")))
        unknown = list(unmatched(outside(said, overrides), known))
        if unknown:
            raise ScenarioError(unknown, source)
        return scenario

    def replace(self, overrides: Mapping[str, Any]) -> Scenario:
        """The same scenario with other values, by dotted key (``"roles.nurse.voice": 0.9``).

        Paths are relative to the working folder. Raises `ScenarioError` as `load` does.
        """
        return self._replaced(by_key(overrides, "overrides"), source="scenario")

    def _replaced(self, overrides: Mapping[str, Any], *, source: str) -> Scenario:
        # Other tables were checked, and stay as they are; with the step all probabilities change.
        heads = {key.partition(".")[0] for key in (*overrides, *self._given.with_units)}
        plain = self.model_dump(mode="json", include=None if "step" in heads else heads)
        data = {**self.__dict__, **plain}
        for key, text in self._given.with_units.items():
            toml_files.override(data, key, text)
        return self._laid_over(data, overrides, self._given_before_a_change(), source=source)

    def _given_before_a_change(self) -> Given:
        if self._given.changed:
            return self._given
        if self._idle_at_first is None:
            self._idle_at_first = replace(self._given, file=idle(self, self._given.file))
        return self._idle_at_first

    def adapted(self, overrides: Mapping[str, Any]) -> Scenario:
        """As `replace`, for an experiment of the program's own: nobody gave anything for such a scenario."""
        scenario = self.replace(overrides)
        scenario._given = Given(with_units=scenario._given.with_units)
        return scenario

    @classmethod
    def restored(cls, values: Mapping[str, Any], *, changed: Mapping[str, Any]) -> Scenario:
        """A scenario that was saved: from all its values, and what was changed to arrive at them.

        Raises
        ------
        pydantic.ValidationError
            The values are no scenario.
        """
        scenario = cls.model_validate(values)
        scenario._given = Given(changed=changed, with_units=texts_held(scenario, dict(changed)))
        return scenario

    @classmethod
    def _laid_over(
        cls,
        data: toml_files.Data,
        overrides: Mapping[str, Any],
        given: Given,
        *,
        source: str,
        problems: Sequence[str] = (),
    ) -> Scenario:
        """The scenario of data, which are the caller's no longer, with other values laid over them."""
        before = {"step": data.get("step", units.DEFAULT_STEP)}
        data = with_overrides(data, overrides, source)
        new = dict(toml_files.leaves(dict(overrides)))
        problems = [*problems, *_step_problems(data, before, new)]
        said = outside(data.get("evidence", {}), overrides)
        data["evidence"] = laid_over(said, {}, {within_set(key): value for key, value in new.items()})
        scenario = cls._checked(data, source=source, problems=problems)
        new = {
            key: to_jsonable_python(as_plain(value), fallback=str)
            for key, value in overrides.items()
            if not key.startswith("record.")  # changes no number
        }
        scenario._given = Given(
            without(given.file, overrides),
            {**without(given.changed, overrides), **new},
            texts_held(scenario, data),
        )
        return scenario

    @classmethod
    def _checked(cls, data: Mapping[str, Any], *, source: str, problems: Sequence[str]) -> Scenario:
        try:
            scenario = cls.model_validate(data)
        except ValidationError as error:
            raise ScenarioError([*problems, *problems_of(cls, data, error)], source) from None
        named = ((key, readers.problem(path, kind)) for key, path, kind in scenario._named_files())
        problems = [*problems, *(f"{key}: {problem}" for key, problem in named if problem is not None)]
        if problems:
            raise ScenarioError(problems, source)
        return scenario

    def _named_files(self) -> Iterator[tuple[str, Path, FileKind]]:
        for (table, key), kind in toml_files.PATHS.items():
            path = getattr(getattr(self, table), key)
            if path is not None:
                yield f"{table}.{key}", Path(path), kind

    def __eq__(self, other: object) -> bool:
        """Whether all values are the same, however they were given."""
        return isinstance(other, Scenario) and self.__dict__ == other.__dict__

    def __repr__(self) -> str:
        practices = self.population.workforce or self.population.practices
        title = self.title or "untitled"
        return f"<Scenario: {title}, {self.steps} {self.step or 'step'}s, practices: {practices}>"

    __str__ = __repr__

    def _repr_html_(self) -> str:
        return html(self)

    __hash__ = None  # type: ignore[assignment]  # some of its values are dictionaries

    @property
    def given(self) -> Given:
        """What people gave, as they wrote it; empty of a scenario that was made of values alone."""
        return self._given

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
        title, description, step label, interventions' titles, evidence, or what is recorded.
        """
        values = self.model_dump(mode="json", exclude={"title", "description", "step", "record", "evidence"})
        if not self.own:
            del values["own"]
        values["roles"] = list(values["roles"].items())  # their order is part of every uid
        for intervention in values["interventions"]:
            del intervention["title"]
        files = self.files()  # what a file holds counts, not where it lies
        for table, key in toml_files.PATHS:
            values[table][key] = files.get(f"{table}.{key}", {}).get("sha256")
        whole = json.dumps({"model": MODEL_VERSION, "scenario": values}, sort_keys=True)
        return hashlib.sha256(whole.encode()).hexdigest()


def _is_removed(role: Any) -> bool:
    headcount = role.get("headcount") if isinstance(role, dict) else None
    return isinstance(headcount, int | float) and not isinstance(headcount, bool) and headcount == 0


def _step_problems(data: toml_files.Data, before: toml_files.Data, given: Mapping[str, Any]) -> list[str]:
    """What is wrong with the step of data that changed others, by the keys given for that."""
    if "step" not in given:
        return []
    step = str(before.get("step", units.DEFAULT_STEP))
    problem = units.step_problem(Scenario, data, before=step, given=given)
    return [problem] if problem else []
