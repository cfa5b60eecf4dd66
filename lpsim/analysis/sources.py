"""What there is to compare: a scenario, runs, or what is at a path (these, a sweep, a comparison)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from lpsim.analysis.comparison_folder import FOLDER, SEAL, load
from lpsim.analysis.worlds import (
    COMPARED,
    PRECISION,
    Worlds,
    name_of,
    of_file,
    of_runs,
    of_scenario,
    of_store,
)
from lpsim.errors import InputError
from lpsim.runs.folder import load_runs
from lpsim.runs.run import Run
from lpsim.scenario import Scenario
from lpsim.scenario.taken import as_list
from lpsim.storage.readers import is_there, shown
from lpsim.sweeps.store.rows import LESSONS
from lpsim.sweeps.store.store import SEAL as STORE

if TYPE_CHECKING:
    Source = Scenario | str | Path | Sequence[Run]

_TAKEN = "give a Scenario, the path of a scenario file or of saved runs, or runs"


def read(
    source: Path,
    *,
    more: Sequence[str] = (),
    points: Sequence[int] | None = None,
    changes: Mapping[str, Any] | None = None,
) -> list[Worlds]:
    """What there is at a path; several of a sweep or a comparison.

    ``changes`` are laid over scenario files. What is simulated already must have been made with them.

    Raises
    ------
    InputError
        There is none of these, it cannot be read, or it was made with other settings than ``changes``.
    """
    if not is_there(source):
        return [of_file(source, changes)]  # by its name, or refused
    if (source / STORE.head).exists():
        found = of_store(source, points)
    elif FOLDER.is_one(source):
        found = load(source)
    elif source.is_dir():
        found = [of_runs(name_of(source), load_runs(source), more=more)]
    else:
        return [of_file(source, changes)]
    _check_made_with(changes or {}, found, source)
    return found


def _check_made_with(changes: Mapping[str, Any], found: Iterable[Worlds], source: Path) -> None:
    """Refuse changes of worlds that are made already; what they were made with changes nothing."""
    if changes and any(one.scenario.adapted(changes).digest != one.scenario.digest for one in found):
        raise InputError(
            f"--set {', '.join(changes)}: {shown(source)} was simulated with other values, and settings "
            "change scenario files only; simulate it again with these, or leave --set out."
        )


def named(options: Source | Sequence[Source] | Mapping[str, Source]) -> list[tuple[str | None, Source]]:
    """Options, as `compare` takes them, each with the name that it is to have, or None.

    Raises
    ------
    InputError
        They are none of what `compare` takes.
    """
    if isinstance(options, Mapping):
        return list(options.items())
    if isinstance(options, str | Path | Scenario | Iterable):
        return [(None, option) for option in as_list(options)]
    raise InputError(f"options: found {options!r:.80}; {_TAKEN}, or several of these.")


def worlds_of(
    source: Source, name: str | None = None, measures: Sequence[str] = (), *, called: str = "options"
) -> Worlds:
    """What there is to compare of a source, as `compare` takes it; errors as there, which call it so."""
    if isinstance(source, Scenario):
        return of_scenario(name or source.title or "untitled", source)
    if isinstance(source, str | Path):
        (found, *others) = read(Path(source), more=measures)
        if others:
            raise InputError(f"{source}: is a sweep; compare its points with `lpsim compare`.")
        return replace(found, name=name) if name else found
    given = list(source) if isinstance(source, Iterable) else [source]
    runs = [run for run in given if isinstance(run, Run)]
    if len(runs) < len(given):
        raise InputError(f"{called}: found {source!r:.80}; {_TAKEN}.")
    title = runs[0].scenario.title if runs else ""
    return of_runs(name or title or "untitled", runs, more=measures)


class Asked(NamedTuple):
    """What a comparison was asked for, which it keeps when it is opened again, and gets seeds or options."""

    measures: Sequence[str] = ()
    precision: float = PRECISION
    step: int | None = None
    """None where it was compared at the last."""
    seeds: Sequence[int] | None = None


def asked_before(folder: Path) -> Asked:
    """What the comparison in a folder was asked for.

    Raises
    ------
    InputError
        The folder is none of a comparison, or damaged.
    """
    head = SEAL.read(folder)
    measures = [name for name in head["measures"] if name not in (*COMPARED, *LESSONS)]
    step = head.get("step")
    is_last = all(one["scenario"]["steps"] == step for one in head["scenarios"])
    return Asked(measures, head["precision"], None if is_last else step, head["seeds"])
