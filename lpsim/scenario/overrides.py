"""Values laid over what files say, by dotted key (``--set``, `Scenario.replace`)."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic_core import to_jsonable_python

from lpsim.errors import InputError
from lpsim.scenario import toml_files
from lpsim.scenario.own import TABLE, as_kind, own_problem
from lpsim.scenario.parameters import as_plain
from lpsim.scenario.problems import ScenarioError
from lpsim.storage import readers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lpsim.scenario.scenario import Scenario


def with_defaults(model: type[Scenario], data: toml_files.Data) -> toml_files.Data:
    """The data with the roles and tiers that are there where no file gives any: they can be changed."""
    roles, population = (model.model_fields[key].get_default(call_default_factory=True) for key in _SEVERAL)
    tiers = to_jsonable_python(population)["tiers"]
    whole = {"roles": to_jsonable_python(roles), **data}
    given = whole.get("population", {})
    return {**whole, "population": {"tiers": tiers, **given}} if isinstance(given, dict) else whole


_SEVERAL = ("roles", "population")


def with_overrides(data: toml_files.Data, overrides: Mapping[str, Any], source: str) -> toml_files.Data:
    """The data, which are the caller's no longer, with other values."""
    problems = []
    for key, value in overrides.items():
        plain = copy.deepcopy(as_plain(value))  # it may be changed by the next key
        if tuple(key.split(".")) in toml_files.PATHS and isinstance(plain, str):
            plain = str(readers.resolved(Path(plain)))
        if key.startswith(TABLE):
            problem = own_problem(data.get("own", {}), key, plain)
            if problem is not None:
                problems.append(f"{key}: {problem}")
                continue
            plain = as_kind(data["own"][key.removeprefix(TABLE)], plain)
        try:
            toml_files.override(data, key, plain)
        except InputError as error:
            problems.append(str(error).removesuffix("."))
    if problems:
        raise ScenarioError(problems, source)
    return data
