"""What there is to compare at a path: a scenario, saved runs, the points of a sweep, or a comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpsim.analysis.comparison_folder import FOLDER, load
from lpsim.analysis.worlds import Worlds, name_of, of_file, of_runs, of_store
from lpsim.runs.folder import load_runs
from lpsim.storage.readers import is_there
from lpsim.sweeps.store.store import SEAL as STORE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


def read(
    source: Path,
    *,
    more: Sequence[str] = (),
    points: Sequence[int] | None = None,
    changes: Mapping[str, Any] | None = None,
) -> list[Worlds]:
    """What there is at a path; several of a sweep or a comparison.

    ``changes`` are laid over scenario files.

    Raises
    ------
    InputError
        There is none of these, or it cannot be read.
    """
    if not is_there(source):
        return [of_file(source, changes)]  # by its name, or refused
    if (source / STORE.head).exists():
        return of_store(source, points)
    if FOLDER.is_one(source):
        return load(source)
    if source.is_dir():
        return [of_runs(name_of(source), load_runs(source), more=more)]
    return [of_file(source, changes)]
