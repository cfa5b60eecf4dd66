"""A saved run made again: is it the same to the last bit, and if not, what differs?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Unpack

import numpy as np

from lpsim.engines.behaviours import Own
from lpsim.errors import InputError
from lpsim.runs.folder import as_run
from lpsim.runs.run import as_saved
from lpsim.runs.simulate import simulate
from lpsim.scenario.keys import by_key
from lpsim.scenario.toml_files import PATHS
from lpsim.storage.readers import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from lpsim.engines.behaviours import Behaviours
    from lpsim.engines.registry import EngineName
    from lpsim.runs.run import Run
    from lpsim.scenario import Scenario


class TableDifference(NamedTuple):
    """A table that is not the same: how many rows it had and has, and the columns that differ."""

    table: str
    rows_then: int
    rows_now: int
    columns: tuple[str, ...]
    """Those that differ or are in one alone; none is named where the rows are not as many."""
    step: int | None
    """The first step at which any of them differs; None where that cannot be said."""


class Other(NamedTuple):
    """What a run was made with that is another here."""

    what: str
    then: str
    now: str


@dataclass(frozen=True)
class Rerun:
    """A saved run, and the same made again.

    Attributes
    ----------
    saved, again : Run
    tables : tuple of TableDifference
        The tables that differ; none where the two are equal to the last bit.
    others : tuple of Other
        What is another here than where the saved run was made: versions, the machine, the digest.
    """

    saved: Run
    again: Run
    tables: tuple[TableDifference, ...]
    others: tuple[Other, ...]

    @property
    def equal(self) -> bool:
        """Whether every table is the same to the last bit."""
        return not self.tables


def rerun(
    run: Run | str | Path,
    *,
    files: Mapping[str, str | Path] | None = None,
    engine: EngineName | None = None,
    on_step: Callable[[int], None] | None = None,
    **own: Unpack[Behaviours],
) -> Rerun:
    """Make a run again from what it says of itself, and compare every table.

    Parameters
    ----------
    run : Run, str or Path
        As `Run.load` gives it, or its folder.
    files : mapping, optional
        Where files that it reads lie now, by dotted key (``"network.file"``), if elsewhere than then.
    engine : str, optional
        As for `simulate`; by default the one it was made with.
    on_step : callable, optional
        As for `simulate`.
    staff_member, practice, service, observe
        As for `simulate`; by default those it was made with, found by their places.

    Raises
    ------
    InputError
        A file it reads is gone, or is another than it was; so is the source of a behaviour; or as `simulate`.
    """
    run = as_run(run)
    scenario = _with_files(run, by_key(files or {}, "files"))
    _see_that_files_are_the_same(run, scenario)
    found = _own_again(run, own)
    made_with = engine or run.provenance["engine"]
    again = simulate(scenario, seed=run.seed, engine=made_with, on_step=on_step, **found.given)
    return Rerun(run, again, tuple(_differing(run, again)), tuple(_others(run.provenance, again.provenance)))


def _with_files(run: Run, files: Mapping[str, str | Path]) -> Scenario:
    """The scenario of a run, with its files where they lie now."""
    known = [".".join(path) for path in PATHS]
    for key in files:
        if key not in known:
            raise InputError(
                f"{key}: a run is made again as it was, only where its files lie can be said; allowed is "
                f"one of {', '.join(known)}."
            )
    for key, file in run.provenance["files"].items():
        path = Path(files.get(key, file["path"]))
        if not path.exists():
            raise InputError(f"{key}: {shown(path)}: no such file; say where it lies (--set {key}=PATH).")
    return run.scenario.adapted({key: str(path) for key, path in files.items()})


def _own_again(run: Run, given: Behaviours) -> Own:
    """What a run was made with of one's own, found again, or given again; of the same source."""
    said = run.provenance.get("own", {})
    places: dict[str, Any] = {agent: one["place"] for agent, one in said.get("agents", {}).items()}
    places["observe"] = {name: one["place"] for name, one in said.get("observe", {}).items()}
    again = {what: one for what, one in given.items() if one is not None}
    observe = {**places["observe"], **again.pop("observe", {})}  # type: ignore[dict-item]
    found = Own.of(**{**places, **again, "observe": observe})
    for what, those in said.items():
        for name, one in those.items():
            now = found.said.get(what, {}).get(name, {})
            if now.get("sha256") != one["sha256"]:
                place, source = now.get("place", one["place"]), one["sha256"][:12]
                raise InputError(
                    f"{name}: {place} is another than when the run was made (SHA-256 of its source {source}… "
                    "then); restore it."
                )
    return found


def _see_that_files_are_the_same(run: Run, scenario: Scenario) -> None:
    then, now = run.provenance["files"], scenario.files()
    for key, file in then.items():
        found = now.get(key)
        if found is None or found["sha256"] != file["sha256"]:
            raise InputError(
                f"{key}: {file['path'] if found is None else found['path']} holds something else than when "
                f"the run was made (SHA-256 {file['sha256'][:12]}… then); restore it, or say where it lies "
                f"(--set {key}=PATH)."
            )


def _differing(run: Run, again: Run) -> Iterator[TableDifference]:
    for name in dict.fromkeys([*run.tables, *again.tables]):
        if name not in run.tables or name not in again.tables:
            then, now = (len(of.tables[name]) if name in of.tables else 0 for of in (run, again))
            yield TableDifference(name, then, now, (), None)
            continue
        old, new = run.tables[name], as_saved(again.tables[name])
        if len(old) != len(new):
            yield TableDifference(name, len(old), len(new), (), None)
        elif columns := _columns(old, new):
            yield TableDifference(name, len(old), len(new), tuple(columns), _first_step(old, new, columns))


def _columns(old: pd.DataFrame, new: pd.DataFrame) -> list[str]:
    """The columns that differ or are in one alone."""
    names = dict.fromkeys([*old.columns, *new.columns])
    return [
        name for name in names if name not in old or name not in new or _unlike(old[name], new[name]).any()
    ]


def _first_step(old: pd.DataFrame, new: pd.DataFrame, columns: list[str]) -> int | None:
    both = [name for name in columns if name in old and name in new]
    if "step" not in old or not both:
        return None
    rows = np.logical_or.reduce([_unlike(old[name], new[name]) for name in both])
    return int(old.loc[rows, "step"].min())


def _unlike(old: pd.Series[Any], new: pd.Series[Any]) -> NDArray[np.bool_]:
    """Where two columns differ, be it by the sign of a zero; empty cells are alike."""
    if old.dtype != new.dtype:
        return np.ones(len(old), dtype=bool)
    unlike: NDArray[np.bool_] = ~((old == new) | (old.isna() & new.isna())).to_numpy(dtype=bool)
    if old.dtype.kind == "f":
        unlike |= (np.signbit(old) != np.signbit(new)) & ~old.isna().to_numpy()
    return unlike


def _others(then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Other]:
    for what in ("lpsim", "model", "engine", "python", "platform", "digest"):
        if then[what] != now[what]:
            yield Other(what, str(then[what]), str(now[what]))
    for name in dict.fromkeys([*then["dependencies"], *now["dependencies"]]):
        versions = [str(of["dependencies"].get(name, "none")) for of in (then, now)]
        if versions[0] != versions[1]:
            yield Other(name, versions[0], versions[1])
