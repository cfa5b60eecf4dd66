"""The file of a calibration: a design of a sweep whose keys are free, targets, and how to look for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from lpsim.analysis.targets import (
    WIDE,
    Target,
    columns_of,
    model_problems,
    see_that_practices_are_known,
    step_of,
)
from lpsim.errors import InputError
from lpsim.scenario import Scenario, toml_files
from lpsim.scenario.file_kinds import is_another, kind_of
from lpsim.scenario.keys import nearest
from lpsim.scenario.parameters import Table
from lpsim.scenario.shipped import file_meant, other_meant
from lpsim.storage.readers import CALIBRATION, resolved
from lpsim.sweeps.design import checks
from lpsim.sweeps.design.design import KEYS, Design, DesignError
from lpsim.sweeps.design.factors import SCENARIO
from lpsim.sweeps.design.files import read_tables
from lpsim.sweeps.design.scenarios import read_scenarios
from lpsim.sweeps.design.varying import file_kind

if TYPE_CHECKING:
    from collections.abc import Iterator

_TAKEN = ("base", "set", "factors", "title", "description", "samples", "replications", "first_seed", "seed")
"""Keys of a design that a calibration has as well."""


class Search(Table):
    """How acceptable points are looked for."""

    method: Literal["history_matching", "abc"] = "history_matching"
    """History matching with an emulator, or approximate Bayesian computation (population Monte Carlo)."""
    samples: int = Field(200, ge=20, le=10_000)
    """Points of each wave."""
    waves: int = Field(4, ge=1, le=50)
    """At most so many; fewer where there are enough acceptable points before."""
    replications: int = Field(10, ge=2, le=10_000)
    """Runs of each point, with the same seeds for all."""
    held_out: int = Field(10, ge=2, le=10_000)
    """Runs of each acceptable point with seeds that follow these, which say how much was fitted to chance."""
    cutoff: float = Field(WIDE, gt=0, le=10)
    """A point is acceptable where no target is further off than so many standard deviations."""
    accept: int = Field(100, ge=10, le=1000)
    """So many acceptable points are kept."""


@dataclass(frozen=True, eq=False)
class Plan:
    """What a calibration is to do.

    Attributes
    ----------
    title : str
    search : Search
    targets : tuple of Target
    design : Design
        With the free keys as factors, and keeping what the targets need; its points are not used.
    base : Path
        The scenario file.
    settings : dict
        What the file sets besides, by dotted key; paths are whole ones.
    """

    title: str
    search: Search
    targets: tuple[Target, ...]
    design: Design
    base: Path
    settings: dict[str, Any]


def read_plan(given: str | Path | Mapping[str, Any]) -> Plan:
    """A calibration file (TOML), by its path or the name that it ships under; or what is in one.

    Paths in it are relative to the file, or else to the working folder.

    Raises
    ------
    InputError
        The file cannot be read; a `DesignError` with all that is wrong with what it says.
    """
    if isinstance(given, str | Path):
        path = other_meant(Path(given), "calibration")
        data = toml_files.parse(path, CALIBRATION)
        _see_that_it_is_one(data, str(path))
        return _plan(data, path.parent, str(path))
    if not isinstance(given, Mapping):
        raise InputError(
            f"given: found {given!r:.80}; give the path of a calibration file, or what is in one."
        )
    return _plan(dict(given), Path(), "calibration")


def _see_that_it_is_one(data: Mapping[str, Any], source: str) -> None:
    if kind_of(data, Scenario.model_fields) == "design":
        raise DesignError([is_another("design", "a calibration file")], source)
    own = {*_TAKEN, *Search.model_fields, "targets"} - {"title"}
    if not own & set(data) and set(data) & {"extends", *Scenario.model_fields}:
        raise DesignError(["is a scenario, not a calibration file; lpsim.simulate takes it"], source)


def _plan(data: dict[str, Any], folder: Path, source: str) -> Plan:
    problems = [
        f"{key}: {_hint(key)}" for key in data if key not in (*_TAKEN, *Search.model_fields, "targets")
    ]
    own = {key: value for key, value in data.items() if key in Search.model_fields}
    search = checks.read_table(Search, own, place="", problems=problems)
    targets = _targets(data.get("targets"), problems)
    problems += _one_scenario(data, folder)
    if not isinstance(data.get("base"), str | Path):
        problems.append(
            "base: give the path of a scenario file, or the name of one that ships, which the acceptable "
            "points will name"
        )
    if problems or search is None:
        raise DesignError(problems, source)
    design = _design(data, search, targets, folder, source)
    for target in targets:
        try:
            see_that_practices_are_known(target, design)
        except InputError as error:
            raise DesignError([str(error).removesuffix(".")], source) from None
    return Plan(
        design.title, search, targets, design, file_meant(Path(data["base"]), folder), _settings(data, folder)
    )


def _one_scenario(data: Mapping[str, Any], folder: Path) -> Iterator[str]:
    """What is wrong where a free key, or a column of a table of such, is the scenario."""
    factors = read_tables(data, folder, [])[1].get("factors", [])
    for factor in factors if isinstance(factors, list) else ():
        keys = factor.get("keys", [factor.get("key")]) if isinstance(factor, dict) else ()
        if isinstance(keys, list | tuple) and SCENARIO in keys:
            yield "factors.scenario: a calibration has one scenario, its base; leave it out"


def _settings(data: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """What the file sets, by dotted key, with whole paths."""
    found = {}
    for key, value in data.get("set", {}).items():
        for inner, own in toml_files.leaves({key: value}):
            is_path = file_kind(inner) is not None and isinstance(own, str)
            found[inner] = str(resolved(folder / own)) if is_path else own
    return found


def _hint(key: str) -> str:
    if key in KEYS:
        return "a calibration has none; leave it out"
    return f"no such key; {nearest(key, [*_TAKEN, *Search.model_fields, 'targets'])}"


def _targets(found: Any, problems: list[str]) -> tuple[Target, ...]:
    if not isinstance(found, list | tuple) or not found:
        what = "missing" if found is None else f"found {found!r}"
        problems.append(f"targets: {what}; give at least one ([[targets]])")
        return ()
    read: dict[str, Target] = {}
    for number, data in enumerate(found):
        name = data.get("name") if isinstance(data, dict) else None
        place = f"targets.{name if isinstance(name, str) and name else number}"
        target = checks.read_table(Target, data, place=place, problems=problems)
        if target is not None and target.name in read:
            problems.append(f"{place}: found twice; keep one, or give it another name")
        elif target is not None:
            read[target.name] = target
    return tuple(read.values())


def _design(
    data: Mapping[str, Any], search: Search, targets: tuple[Target, ...], folder: Path, source: str
) -> Design:
    """The sweep over the free keys, as a design file would say it."""
    said = {key: data[key] for key in _TAKEN if key in data}
    factors = said.get("factors", [])
    if isinstance(factors, list | tuple):
        said["factors"] = [
            {"kind": "uncertainty", **factor} if isinstance(factor, dict) else factor for factor in factors
        ]
    said |= {"method": "latin_hypercube", "samples": search.samples, "replications": search.replications}
    scenarios = read_scenarios(said, folder, [])
    problems = [problem for target in targets for problem in model_problems(target, scenarios)]
    keep = _keep(targets, scenarios) if not problems else {}
    try:
        design = Design.from_dict({**said, "keep": keep}, folder=folder, source=source)
    except DesignError as error:
        raise DesignError([*problems, *error.problems], source) from None
    if problems:
        raise DesignError(problems, source)
    return design


def _keep(targets: tuple[Target, ...], scenarios: Mapping[str, Scenario]) -> dict[str, Any]:
    """What the runs of a design keep for targets."""
    measures, lessons = columns_of(targets)
    steps = {step_of(target, scenario) for scenario in scenarios.values() for target in targets}
    keep: dict[str, Any] = {"lessons": lessons}
    if measures:
        keep["measures"] = measures
    if any(target.step is not None for target in targets):
        keep["observations"] = sorted(steps)
    return keep
