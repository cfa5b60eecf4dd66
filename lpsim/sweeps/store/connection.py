"""DuckDB within bounds: it hears Ctrl-C, keeps to some memory, opens no file, and leaves nothing behind."""

from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import duckdb
import pyarrow as pa

from lpsim.errors import InputError
from lpsim.population.footprint import GIB, free_bytes
from lpsim.storage.folders import unfinished_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MEMORY = 0.4
"""The share of free memory for what DuckDB does, which puts on the disk what goes beyond; and as much for
the answer, which it cannot put there."""
BATCH = 100_000
"""Rows of an answer between two looks at how much it takes."""
LOCKED = {
    "enable_external_access": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "python_enable_replacements": False,
    "lock_configuration": True,
}
"""DuckDB's settings with which no file is opened, nothing is loaded, and no variable of Python is a table.

In this order, as none can be changed after the last; where DuckDB puts what does not fit is set before.
"""


class Connection(NamedTuple):
    """A connection to an empty database, and the memory (bytes) that it has."""

    duck: duckdb.DuckDBPyConnection
    room: int

    def run(self, work: Callable[[], pa.Table]) -> pa.Table:
        """Have a thread do some work, as DuckDB would not hear a Ctrl-C before it is done.

        Raises
        ------
        InputError
            It takes more memory than there is.
        """
        with ThreadPoolExecutor(1) as pool:
            future = pool.submit(work)
            try:
                wait([future])
            except BaseException:
                while not future.done():  # again and again, as it may be between two statements
                    self.duck.interrupt()
                    wait([future], timeout=0.1)
                raise
        try:
            return future.result()
        except duckdb.OutOfMemoryException:
            raise self._too_large() from None

    def answer(self, sql: str) -> pa.Table:
        """What a query finds; raises `InputError` where it is too large."""
        found = self.duck.sql(sql)
        # The first versions have it under another name, which warns in the last.
        named = "to_arrow_reader" if hasattr(found, "to_arrow_reader") else "fetch_arrow_reader"
        reader = getattr(found, named)(BATCH)
        batches, size = [], 0
        for batch in reader:
            batches.append(batch)
            size += batch.nbytes
            if size > self.room:
                raise self._too_large()
        return pa.Table.from_batches(batches, reader.schema)

    def _too_large(self) -> InputError:
        return InputError(
            f"query: needs more than the {self.room / GIB:,.1f} GiB of memory it may have; ask for fewer "
            "rows or columns (where, limit), or for groups (group by)."
        )


@contextmanager
def connected() -> Iterator[Connection]:
    """Give a connection that reads only what is registered with it.

    What it puts on the disk is deleted at the end, or swept up by the next one.
    """
    room = int(MEMORY * free_bytes())
    with ExitStack() as stack:
        config: dict[str, Any] = {"memory_limit": f"{room}B", "temp_directory": ""}
        with suppress(InputError, OSError):  # else nothing is put on the disk
            folder = stack.enter_context(unfinished_folder(Path(tempfile.gettempdir(), "lpsim-query")))
            config["temp_directory"] = str(folder)
        duck = stack.enter_context(duckdb.connect(config=config))
        duck.execute("set enable_progress_bar = false")  # it would be printed among the answer
        for setting, value in LOCKED.items():
            duck.execute(f"set {setting} = {value}")
        yield Connection(duck, room)
