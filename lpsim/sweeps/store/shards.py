"""Shards: Parquet files that are whole or not there, each named by the checksum of what it holds."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import stat
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from lpsim.storage.folders import sync

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SUFFIX = ".parquet"
PARTIAL = ".partial"
DAMAGED = ".damaged"
_DIGITS = 32
_DESIGN, _REPLACES = b"lpsim.design", b"lpsim.replaces"


def write(folder: Path, table: pa.Table, *, design: str, replaces: Sequence[Path] = ()) -> Path:
    """Write a table as a new shard that appears whole, and is on the disk when this returns.

    Parameters
    ----------
    folder : Path
        Where shards lie.
    table : pyarrow.Table
        The rows.
    design : str
        The digest of the design whose results these are.
    replaces : sequence of Path
        Shards whose rows this one holds (or leaves out) from now on; they are deleted last. Whoever reads
        before that, or after a crash in between, passes over them: see `current`.

    Raises
    ------
    OSError
        It cannot be written; nothing has changed then.
    """
    names = json.dumps([path.name for path in replaces])
    table = table.replace_schema_metadata({_DESIGN: design, _REPLACES: names})
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    content = sink.getvalue()
    path = folder / (_checksum(content) + SUFFIX)
    partial = path.with_suffix(PARTIAL)
    try:
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.rename(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    sync(folder)
    for old in replaces:
        old.unlink(missing_ok=True)
    return path


def listed(folder: Path) -> list[Path]:
    """All shards in a folder, by name; not what a system has put there as well."""
    return sorted(path for path in folder.glob("*" + SUFFIX) if not path.name.startswith("."))


def is_whole(path: Path, *, design: str) -> bool:
    """Whether a shard holds what was written, for this design; raises `FileNotFoundError` if it is gone."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe would be waited for
            return False
        content = path.read_bytes()
    except OSError as error:
        if error.errno == errno.EIO:  # the disk cannot read what it has written
            return False
        raise
    if _checksum(content) != path.stem:
        return False
    found: bool = _metadata(path)[_DESIGN] == design.encode()
    return found


def current(paths: Sequence[Path]) -> list[Path]:
    """Those (whole) shards that no other one replaces."""
    replaced = {name for path in paths for name in json.loads(_metadata(path)[_REPLACES])}
    return [path for path in paths if path.name not in replaced]


def read(paths: Sequence[Path], columns: Sequence[str]) -> pa.Table:
    """Some columns of some shards, at least one, below each other."""
    tables = [pq.read_table(path, columns=list(columns), partitioning=None) for path in paths]
    return pa.concat_tables([table.replace_schema_metadata(None) for table in tables])


def _checksum(content: bytes | pa.Buffer) -> str:
    return hashlib.sha256(content).hexdigest()[:_DIGITS]


def _metadata(path: Path) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = pq.read_schema(path).metadata
    return found
