"""What a design names by its path: tables of points, and scenarios and other files that factors vary."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lpsim.errors import InputError
from lpsim.scenario import Scenario, units
from lpsim.scenario.shipped import file_meant
from lpsim.storage import readers
from lpsim.storage.readers import FileKind
from lpsim.sweeps.design.factors import SCENARIO
from lpsim.sweeps.design.points import read_points
from lpsim.sweeps.design.varying import file_kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lpsim.sweeps.design.factors import Factor, Row
    from lpsim.sweeps.design.points import PointTable

_ANY = FileKind("file", 1_000)


def read_tables(
    data: Mapping[str, Any], folder: Path, problems: list[str]
) -> tuple[list[Row], dict[str, Any]]:
    """The rows of a table of points; and what a design says without any table and with all scenarios listed.

    Of the table each column becomes a factor, the first ones; of a factor that has a table for its values,
    these.
    """
    said = dict(data)
    given = said.get("factors", [])
    if isinstance(given, list | tuple):
        step = _step(data, folder)
        said["factors"] = [_with_table(factor, folder, step, problems) for factor in given]
    table = _points(said, folder, problems)
    if table is not None:
        said["factors"] = _of_columns(table, said.get("factors", []), problems)
    elif said.get("method") == "points" and isinstance(given, list | tuple):
        said["factors"] = [None if _has_a_column(factor) else factor for factor in said["factors"]]
    return table.rows if table else [], _with_scenarios(said)


def _points(data: dict[str, Any], folder: Path, problems: list[str]) -> PointTable | None:
    given = data.pop("points", None)
    if data.get("method") != "points":
        if given is not None:
            problems.append('points: found without method points; set method = "points", or leave them out')
        return None
    if given is None:
        problems.append("points: missing; method points needs the path of a table (CSV or Parquet)")
        return None
    return read_points(given, place="points", folder=folder, step=_step(data, folder), problems=problems)


def _step(data: Mapping[str, Any], folder: Path) -> str:
    """What a step is at all points; of a design that says none the default, as it is refused anyway."""
    base = data.get("base")
    try:
        scenario = Scenario.load(file_meant(Path(base), folder)) if isinstance(base, str | Path) else base
    except InputError:
        scenario = None
    return str(getattr(scenario, "step", units.DEFAULT_STEP))


def _of_columns(table: PointTable, factors: Any, problems: list[str]) -> list[Any]:
    """A factor for each column, of the kind that one given for its key says; and those given for others."""
    own = {factor["key"]: factor for factor in factors if isinstance(factor, dict) and "key" in factor}
    columns = []
    for key, values in zip(table.keys, zip(*table.rows, strict=True), strict=True):
        said = own.get(key, {})
        more = [name for name in ("range", "values", "distribution", "weights") if name in said]
        if more:
            problems.append(
                f"factors.{key}.{more[0]}: found beside a column of points; leave one of them out"
            )
        kind = said.get("kind", "uncertainty")
        columns.append({"key": key, "kind": kind, "values": list(dict.fromkeys(values))})
    others = [
        factor for factor in factors if not isinstance(factor, dict) or factor.get("key") not in table.keys
    ]
    return [*columns, *others]


def _has_a_column(factor: Any) -> bool:
    """Whether a factor gives no values, as they stand in the table of points."""
    return isinstance(factor, dict) and not {"range", "values", "distribution"} & factor.keys()


def _with_table(factor: Any, folder: Path, step: str, problems: list[str]) -> Any:
    """A factor whose values are a table, with its keys and rows in place of that; None where it is wrong."""
    if not isinstance(factor, dict) or not isinstance(factor.get("values"), str):
        return factor
    table = read_points(factor["values"], place="factors.values", folder=folder, step=step, problems=problems)
    if table is None:
        return None
    rows = list(dict.fromkeys(table.rows))
    if len(table.keys) == 1:
        return {"key": table.keys[0], **factor, "values": [value for (value,) in rows]}
    return {"keys": list(table.keys), **factor, "values": rows}


def _with_scenarios(data: dict[str, Any]) -> dict[str, Any]:
    """A design that lists every scenario file that a factor names."""
    factors = data.get("factors", [])
    named = (
        [name for factor in factors for name in _scenarios_of(factor)] if isinstance(factors, list) else []
    )
    listed = data.get("scenarios", [])
    if not named or not isinstance(listed, list | tuple):
        return data
    known = {entry.get("name") for entry in listed if isinstance(entry, dict)}
    new = [{"name": name, "file": name} for name in dict.fromkeys(named) if name not in known]
    return {**data, "scenarios": [*listed, *new]}


def _scenarios_of(factor: Any) -> list[str]:
    """The scenarios that a factor, as a design file says it, takes."""
    if not isinstance(factor, dict) or not isinstance(factor.get("values"), list | tuple):
        return []
    keys = factor.get("keys", [factor.get("key")])
    if not isinstance(keys, list | tuple) or SCENARIO not in keys:
        return []
    place = list(keys).index(SCENARIO)
    rows = [value if isinstance(value, list | tuple) else [value] * len(keys) for value in factor["values"]]
    return [row[place] for row in rows if len(row) == len(keys) and isinstance(row[place], str)]


def files_of(factors: Sequence[Factor], folder: Path, problems: list[str]) -> dict[str, str]:
    """The whole paths of the files that factors name, by these names; what is wrong is said in `problems`."""
    found: dict[str, str] = {}
    for factor in factors:
        for place, key in enumerate(factor.columns):
            kind = file_kind(key)
            for row in factor.rows or () if kind else ():
                name = str(row[place])
                problem = readers.problem(folder / name, kind) if kind and name not in found else None
                if problem is not None:
                    problems.append(f"factors.{key}.values: {problem}")
                found[name] = str(readers.resolved(folder / name))
    return found


def content_digest(path: str) -> str:
    """SHA-256, in hex, of what is in a file."""
    return hashlib.sha256(readers.read_bytes(Path(path), _ANY)).hexdigest()
