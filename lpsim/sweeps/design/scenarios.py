"""The scenarios of a design: its base, or those it lists by name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from lpsim.errors import InputError
from lpsim.scenario import Scenario, ScenarioError, toml_files
from lpsim.scenario.idle import asks_for_nothing
from lpsim.scenario.shipped import file_meant
from lpsim.sweeps.design import checks
from lpsim.sweeps.design.acting import Setting
from lpsim.sweeps.design.factors import UNNAMED, Listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


def read_scenarios(data: Mapping[str, Any], folder: Path, problems: list[str]) -> dict[str, Scenario]:
    """The scenarios of a design by name, with all they set; the base scenario alone has no name.

    What is wrong is said in `problems`; a scenario that cannot be read is left out.
    """
    fixed = _overrides(data.get("set", {}), "set", folder, problems)
    if "scenarios" not in data and data.get("method") == "scenarios":
        problems.append("scenarios: missing; method scenarios needs at least one ([[scenarios]])")
        return {}
    if "scenarios" not in data:
        base = _scenario(data.get("base"), fixed, "base", folder, problems)
        return {UNNAMED: base} if base else {}
    listed = _listed(data["scenarios"], problems)
    base = _base(data, listed, folder, problems)
    found = {}
    for entry in listed:
        place, given = f"scenarios.{entry.name}", base if entry.file is None else entry.file
        own = _overrides(entry.set, f"{place}.set", folder, problems)
        if given is not None:  # else it is said of the base
            found[entry.name] = _scenario(given, {**fixed, **own}, place, folder, problems)
    read = {name: scenario for name, scenario in found.items() if scenario is not None}
    problems += _contradictions(read)
    return read


def settings_of(data: Mapping[str, Any]) -> list[Setting]:
    """What a design sets for all its scenarios, and for each that it lists, except what is switched off."""
    settings = [("set", data.get("set", {}), None)]
    settings += [
        (f"scenarios.{entry['name']}.set", entry.get("set", {}), entry["name"])
        for entry in data.get("scenarios", ())
    ]
    return [
        Setting(f"{place}.{key}", key, listed)
        for place, table, listed in settings
        for key, value in _dotted(table)
        if not asks_for_nothing(key, value)
    ]


def _base(
    data: Mapping[str, Any], listed: list[Listed], folder: Path, problems: list[str]
) -> Scenario | None:
    """The scenario of those listed that have no file of their own."""
    without = [entry.name for entry in listed if entry.file is None]
    if without and "base" not in data:
        problems.append(f"scenarios.{without[0]}.file: missing, and there is no base; give one of the two")
    elif without:
        return _scenario(data["base"], {}, "base", folder, problems)
    elif listed and "base" in data:
        problems.append("base: every scenario has a file of its own; leave it out")
    return None


def _listed(found: Any, problems: list[str]) -> list[Listed]:
    """The entries of a list of scenarios, each name once."""
    if not isinstance(found, list | tuple):
        problems.append(f"scenarios: found {found!r}; allowed is a list of tables ([[scenarios]])")
        return []
    if not found:
        problems.append("scenarios: found none; allowed is at least one ([[scenarios]])")
    entries: dict[str, Listed] = {}
    for number, data in enumerate(found):
        name = data.get("name") if isinstance(data, dict) else None
        place = f"scenarios.{name if isinstance(name, str) and name else number}"
        entry = checks.read_table(Listed, data, place=place, problems=problems)
        if entry is not None and entry.name in entries:
            problems.append(f"{place}: found twice; keep one, or give it another name")
        elif entry is not None:
            entries[entry.name] = entry
    return list(entries.values())


def _overrides(found: Any, place: str, folder: Path, problems: list[str]) -> dict[str, Any]:
    """Values by dotted key, as a table of a design sets them; paths in it are relative to the folder."""
    if not isinstance(found, dict):
        problems.append(f"{place}: found {found!r}; allowed is a table of keys of the scenario")
        return {}
    overrides = dict(_dotted(found))
    for path in toml_files.PATHS:
        key = ".".join(path)
        if isinstance(overrides.get(key), str):
            overrides[key] = str(folder / overrides[key])
    if "record.lessons" in overrides:
        problems.append(f"{place}.record.lessons: what is kept of a run is said under keep; use keep.lessons")
    return overrides


def _dotted(table: Mapping[str, Any], before: str = "") -> Iterable[tuple[str, Any]]:
    """A table's values by dotted key, however deep it is nested."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _dotted(value, f"{before}{key}.")
        else:
            yield before + key, value


def _scenario(
    given: Any, overrides: Mapping[str, Any], place: str, folder: Path, problems: list[str]
) -> Scenario | None:
    """A scenario, or its file, with other values; None and what is wrong with it."""
    try:
        if isinstance(given, Scenario):
            return given.replace(overrides)
        if isinstance(given, str | Path):
            return Scenario.load(file_meant(Path(given), folder), overrides)
    except ScenarioError as error:
        problems += [f"{place}: {problem}" for problem in error.problems]
        return None
    except InputError as error:
        problems.append(f"{place}: {error}".removesuffix("."))
        return None
    what = "missing" if given is None else f"found {given!r}"
    problems.append(
        f"{place}: {what}; give the path of a scenario file from this one, or the name of one that ships"
    )
    return None


def _contradictions(scenarios: Mapping[str, Scenario]) -> Iterator[str]:
    """Scenarios that are the same by two names, or of another length than the first."""
    seen: dict[str, str] = {}
    for name, scenario in scenarios.items():
        first = next(iter(scenarios))
        steps = scenarios[first].steps
        twin = seen.setdefault(scenario.digest, name)
        if twin != name:
            yield f"scenarios.{name}: is the same scenario as {twin}; keep one"
        if scenario.steps != steps:
            yield (
                f"scenarios.{name}: found {scenario.steps} steps, {first} has {steps}; all runs of a sweep "
                "are of one length (set.steps)"
            )
