"""Filling a store: the one sweep that writes holds its lock, and nothing it has written is ever lost.

After a crash between any two steps a store is whole: a shard has its name only once all of it is on
the disk, its name is its checksum, and it says itself which shards it replaces.
"""

from __future__ import annotations

import json
import platform
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import filelock
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lpsim.errors import InputError, StoppedError
from lpsim.runs.versions import DEPENDENCIES, version_of
from lpsim.scenario.differences import differences
from lpsim.scenario.scenario import MODEL_VERSION
from lpsim.storage.folders import is_empty, new_folder, sweep_up, whole_path
from lpsim.storage.readers import as_path, is_there
from lpsim.sweeps.store import shards
from lpsim.sweeps.store.doubles import see_that_no_run_is_doubled
from lpsim.sweeps.store.rows import FAILED, as_column, column_type, schema_of
from lpsim.sweeps.store.store import (
    LOCK,
    POINTS,
    RESULTS,
    SEAL,
    Store,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from lpsim.sweeps.design.design import Design

SHOWN = 3
"""Keys named where a scenario is another."""
SMALL = 2**20
"""Bytes. Shards below this are put together;
one that grew larger stays as it is."""
MANY = 100
"""So many small shards are put together, so that a store of any size has few files."""


@dataclass
class Filling:
    """A store while a sweep fills it.

    Attributes
    ----------
    store : Store
    design : Design
    digests : list of str
        Of the points' scenarios.
    made, failed : numpy.ndarray of bool, (points, replications)
        Runs that are in the store, and those of them that failed.
    damaged : list of Path
        Shards that were found damaged, where they are now.
    """

    store: Store
    design: Design
    digests: list[str]
    made: NDArray[np.bool_]
    failed: NDArray[np.bool_]
    damaged: list[Path] = field(default_factory=list)
    _small: list[Path] = field(default_factory=list)

    def sharing(self) -> list[list[int]]:
        """The points, those together that share their runs: of one scenario, with the same seeds."""
        found: dict[tuple[str, range], list[int]] = {}
        for point, digest in zip(self.design.points, self.digests, strict=True):
            found.setdefault((digest, self.design.seeds(point)), []).append(point.number)
        return list(found.values())

    def add(self, table: pa.Table) -> None:
        """Keep the rows of one batch; when this returns they are on the disk."""
        with _written_to(self.store):
            self._take(shards.write(self.store.results, table, design=self.design.digest))
            if len(self._small) >= MANY:
                self.put_together()
        self._mark(table)

    def put_together(self) -> None:
        """Make one shard of all that are small."""
        small, self._small = self._small, []
        if len(small) < 2:
            self._small = small
            return
        with _written_to(self.store):
            table = shards.read(small, schema_of(self.design).names)
            table = table.sort_by([(name, "ascending") for name in ("point", "seed", "step")])
            self._take(shards.write(self.store.results, table, design=self.design.digest, replaces=small))

    def forget_failures(self) -> None:
        """Take the runs that failed out of the store, so that they are pending again."""
        self.forget(np.flatnonzero(self.failed))

    def forget(self, runs: NDArray[np.int64]) -> None:
        """Take some runs, by their places in `made`, out of the store, so that they are pending again."""
        with _written_to(self.store):
            for path in self.store.shards():
                table = shards.read([path], schema_of(self.design).names)
                kept = table.filter(pa.array(~np.isin(self.codes(table), runs)))
                if len(kept) < len(table):
                    shards.write(self.store.results, kept, design=self.design.digest, replaces=[path])
        self.look()

    def codes(self, table: pa.Table) -> NDArray[np.int64]:
        """The run that each row is of, by its place in `made`."""
        return self.store.seeds.runs(table)

    def see_that_it_may_be_merged(self, other: Store) -> None:
        """Refuse a store that is this one, or another version's or design's."""
        if other.folder.resolve() == self.store.folder.resolve():
            raise InputError(f"{other.folder}: cannot be merged with itself; give another store.")
        _check_same(other, self.design, cure="merge stores of one design and version alone")

    def look(self) -> None:
        """See what is in the store; put damaged shards aside, delete replaced and unfinished ones."""
        self.made[:], self.failed[:], self._small = False, False, []
        with _written_to(self.store):
            for partial in self.store.results.glob("*" + shards.PARTIAL):
                partial.unlink()
            whole = self._whole()
            current = shards.current(whole)
            see_that_no_run_is_doubled(self.store.seeds, current)
            for path in set(whole) - set(current):
                path.unlink()
            for path in current:
                self._mark(shards.read([path], ["point", "seed", "status"]))
                self._take(path)
            if not current:  # so that whoever reads finds the columns
                self._take(_begin_results(self.store.results, self.design))

    def _whole(self) -> list[Path]:
        whole = []
        for path in shards.listed(self.store.results):
            if shards.is_whole(path, design=self.design.digest):
                whole.append(path)
            else:
                self.damaged.append(path.rename(path.with_suffix(shards.DAMAGED)))
        return whole

    def _take(self, path: Path) -> None:
        if path.stat().st_size < SMALL:
            self._small.append(path)

    def _mark(self, table: pa.Table) -> None:
        codes = self.codes(table)
        self.made.ravel()[codes] = True
        self.failed.ravel()[codes[pc.equal(table["status"], FAILED).to_numpy()]] = True


@contextmanager
def filling(folder: str | Path, design: Design) -> Iterator[Filling]:
    """Open a store for writing, or begin it.

    Raises
    ------
    InputError
        The folder is something else, the store of another design or version, damaged, or being written to
        by another sweep; or it cannot be written to.
    """
    folder = as_path(folder, "store", "the folder that results go to")
    if not is_there(folder) or (folder.is_dir() and is_empty(folder)):
        _begin(folder, design)
    store = Store.open(folder)
    _check_same(store, design)
    sweep_up(whole_path(folder).parent)  # of one killed just as its store got its name
    with _locked(store):
        digests = store.read_points()["digest"].to_pylist()
        shape = len(design.points), design.scheme.replications
        found = Filling(store, design, digests, np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool))
        found.look()
        yield found


def _check_same(store: Store, design: Design, *, cure: str = "begin another store (--out)") -> None:
    head = store.head
    here = {"lpsim": version_of("lpsim"), "model": MODEL_VERSION}
    for name, version in here.items():
        if head[name] != version:
            raise InputError(
                f"{store.folder}: was made with version {head[name]} of {name}, this is {version}; nothing "
                f"was changed; use that version, or {cure}."
            )
    if head["digest"] != design.digest:
        what = f"{head['title'] or 'untitled'}; {_differing(store, design)}"
        raise InputError(f"{store.folder}: holds another sweep ({what}); nothing was changed; {cure}.")


_PARTS = {
    "base": "scenario",
    "factors": "factors",
    "points": "points",
    "seeds": "seeds",
    "measures": "measures kept",
    "steps": "steps kept",
    "lessons": "lessons kept",
    "own": "behaviours",
    "files": "contents of files",
}
"""By part of a design's digest, what people call it."""


def _differing(store: Store, design: Design) -> str:
    """In what the design of a store is another, as far as can be told."""
    try:
        before, now = (json.loads(json.dumps(one.parts)) for one in (store.design, design))
    except InputError:  # a file is gone, perhaps
        return "another design"
    found = [word for part, word in _PARTS.items() if before.get(part) != now.get(part)]
    then = store.head.get("files", {})
    edited = [Path(path).name for path, held in design.contents().items() if then.get(path, held) != held]
    keys = [one.key for one in differences(store.design.base, design.base)]
    keys = [key for key in keys if key not in ("title", "description") and not key.startswith("record.")]
    if found[:1] == ["scenario"] and keys:
        found[0] += f" ({', '.join(keys[:SHOWN])}{', …' if len(keys) > SHOWN else ''})"
    if edited:
        found.append(f"contents of {', '.join(edited[:SHOWN])}{', …' if len(edited) > SHOWN else ''}")
    return f"other {', '.join(found)}" if found else "another design"


@contextmanager
def _locked(store: Store) -> Iterator[None]:
    # The operating system's lock, which ends with the process, however it ends.
    lock = filelock.FileLock(store.folder / LOCK, fallback_to_soft=False)
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout:
        raise InputError(
            f"{store.folder}: another sweep is writing to it; wait for it to end, or stop it."
        ) from None
    except (OSError, NotImplementedError) as error:
        words = getattr(error, "strerror", None) or "locks do not work there"
        raise InputError(
            f"{store.folder}: cannot be locked ({words}); name another folder (--out)."
        ) from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _written_to(store: Store) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoppedError(
            f"{store.folder}: cannot be written to ({error.strerror}); mend that: what is finished is kept, "
            "and the same command goes on from there."
        ) from error


def _begin(folder: Path, design: Design) -> None:
    """Make a store with no results yet, whole or not at all."""
    sink = pa.BufferOutputStream()
    pq.write_table(_points(design), sink, compression="zstd")
    says = {
        "lpsim": version_of("lpsim"),
        "model": MODEL_VERSION,
        "title": design.title,
        "digest": design.digest,
        "python": platform.python_version(),
        "platform": platform.machine(),
        "dependencies": {name: version_of(name) for name in DEPENDENCIES},
        "begun": datetime.now(UTC).isoformat(timespec="seconds"),
        "columns": design.columns,
        "replications": design.scheme.replications,
        "design": design.as_json(),
        "files": design.contents(),
    }
    try:
        with new_folder(folder) as inside:
            (inside / RESULTS).mkdir()
            _begin_results(inside / RESULTS, design)
            SEAL.write(inside, says, [(POINTS, sink.getvalue().to_pybytes())])
    except OSError as error:
        if not (folder / SEAL.head).exists():  # unless another sweep was faster
            raise InputError(
                f"{folder}: cannot be made ({error.strerror}); mend that or name another folder (--out)."
            ) from None


def _begin_results(folder: Path, design: Design) -> Path:
    return shards.write(folder, schema_of(design).empty_table(), design=design.digest)


def _points(design: Design) -> pa.Table:
    columns: dict[str, Any] = {
        "point": pa.array([point.number for point in design.points], type=pa.int32()),
        "digest": [design.digest_of(point) for point in design.points],
        "first_seed": pa.array([design.seeds(point)[0] for point in design.points], type=pa.uint64()),
    }
    for name in design.columns:
        values = [point.values[name] for point in design.points]
        columns[name] = as_column(values, column_type(design, name))
    return pa.table(columns)
