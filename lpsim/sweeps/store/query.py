"""SQL over a store, by DuckDB, which reads nothing but the store and changes nothing.

Arrow opens the shards, and DuckDB, which asks Arrow for what it needs of them, no file at all
(`lpsim.sweeps.store.connection.LOCKED`).
"""

from __future__ import annotations

import contextlib
import re
from functools import partial
from typing import TYPE_CHECKING

from lpsim.errors import InputError
from lpsim.sweeps.design.columns import twins
from lpsim.sweeps.store.rows import DONE, FAILED, HOW_IT_WENT, PENDING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    import duckdb
    import pyarrow as pa

    from lpsim.sweeps.store.connection import Connection
    from lpsim.sweeps.store.store import Store

TABLES = {
    "runs": "results: a row per run done and step kept, with the factors' values",
    "status": "a row per run of the design: pending, done or failed, how long it took and where",
    "failures": "a row per run that failed: stage, exception, traceback",
    "points": "a row per design point: its scenario and the factors' values",
    "rows": "all of this as the shards hold it",
}
RUN_ID = "left(sha256(digest || ' ' || seed), 32)"
"""`lpsim.sweeps.store.rows.run_id` in SQL."""
_TRIES = 5
_GAP = r"(?:\s|--[^\n]*\n|/\*(?:(?!/\*|\*/).)*\*/)*"
_WORDS = "select|from|with|values|table|pivot|pivot_wider|unpivot|pivot_longer|describe|desc|show|summarize"
_EXPLAIN = rf"explain\b{_GAP}(?:analyze\b{_GAP})?(?:\(\s*(?:analyze|format)\b[^()]*\){_GAP})?"
_QUERY = re.compile(rf"{_GAP}(?:{_EXPLAIN})?(?:\({_GAP})*(?:{_WORDS})\b", re.IGNORECASE | re.DOTALL)
"""How one query begins: for DuckDB the ``explain`` of a query is as that of anything else."""

_NAME = r'(?:"[^"]+"|\w+)'
_RENAMED = re.compile(rf"\bas\s+({_NAME})", re.IGNORECASE)
_SIMPLY = re.compile(
    rf"(?:\bselect|\bdistinct|,)\s*(?:\w+\.)?({_NAME}|\w+\(\s*{_NAME}\s*\))\s+as\s+({_NAME})",
    re.IGNORECASE,
)
"""A column, or a function of one, and its new name."""


def renamed(sql: str) -> dict[str, str]:
    """By the names that a query gives with ``as``, the column or the function of one that each is.

    "" where it is more than that, or where the query holds others, in which a name may be another thing.
    """
    found = dict.fromkeys((one.strip('"') for one in _RENAMED.findall(sql)), "")
    if len(re.findall(r"\bselect\b", sql, re.IGNORECASE)) == 1:
        found |= {name.strip('"'): re.sub(r"\s", "", one) for one, name in _SIMPLY.findall(sql)}
    return found


def query(store: Store, sql: str) -> pa.Table:
    """What a query finds in the tables of `TABLES`.

    A column with dots or brackets in its name (a factor, a measure of a group) is written in double quotes.
    What DuckDB counts in decimals, such as a sum of whole numbers, is given as whole numbers or floats.

    Raises
    ------
    InputError
        The SQL does not parse, is not one query, asks for what is not there, or needs more memory than is
        free; a shard is damaged.
    """
    import duckdb  # noqa: PLC0415

    from lpsim.sweeps.store.connection import connected  # noqa: PLC0415

    if not isinstance(sql, str):
        raise InputError(f"query: found {sql!r:.80}; give one SQL query, as text.")
    with connected() as connection:
        _check(connection.duck, store, sql)
        for _ in range(_TRIES):
            paths = store.shards()
            try:
                return _plain_numbers(connection.run(partial(_answer, connection, store, paths, sql)))
            except (duckdb.Error, FileNotFoundError) as error:
                if all(path.exists() for path in paths):
                    raise _wrong(error, store, sql) from None
                # A sweep that is going on has put some shards into one meanwhile.
    raise InputError("query: the store's files change too fast; try again when the sweep has ended.")


def _answer(connection: Connection, store: Store, paths: list[Path], sql: str) -> pa.Table:
    _make_tables(connection.duck, store, paths)
    return connection.answer(sql)


def _plain_numbers(found: pa.Table) -> pa.Table:
    """The same without decimals, which neither pandas nor floats calculate with."""
    import pyarrow as pa  # noqa: PLC0415

    def plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
        if pa.types.is_decimal(column.type) and column.type.scale == 0:
            for kind in (pa.int64(), pa.uint64()):
                with contextlib.suppress(pa.ArrowInvalid):  # too large for it
                    return column.cast(kind)
        return column.cast(_without_decimals(column.type))

    return pa.table([plain(column) for column in found.columns], names=found.column_names)


def _without_decimals(kind: pa.DataType) -> pa.DataType:
    import pyarrow as pa  # noqa: PLC0415

    if pa.types.is_decimal(kind):
        return pa.float64()
    if pa.types.is_list(kind):
        return pa.list_(_without_decimals(kind.value_type))
    if pa.types.is_struct(kind):
        return pa.struct([(field.name, _without_decimals(field.type)) for field in kind])
    return kind


def _check(connection: duckdb.DuckDBPyConnection, store: Store, sql: str) -> None:
    import duckdb  # noqa: PLC0415

    try:
        statements = connection.extract_statements(sql)
    except duckdb.Error as error:
        raise _wrong(error, store, sql) from None
    kinds = [statement.type.name for statement in statements]
    if not _QUERY.match(sql) or not _is_one_query(kinds):
        found = ", ".join(kinds) or "nothing"
        raise InputError(f"query: found {found}; allowed is one SQL query (SELECT …), which changes nothing.")


def _is_one_query(kinds: Sequence[str]) -> bool:
    """Whether statements that begin as a query are one; a pivot is MULTI, or more where DuckDB is old."""
    *before, last = kinds or [""]
    return last in ("SELECT", "EXPLAIN", "MULTI") and set(before) <= {"CREATE"}


def _make_tables(connection: duckdb.DuckDBPyConnection, store: Store, paths: list[Path]) -> None:
    import pyarrow.dataset as ds  # noqa: PLC0415

    rows = ds.dataset([str(path) for path in paths], format="parquet")
    if found := twins(rows.schema.names):  # of a store that an earlier lpsim made
        raise InputError(
            f"{store.folder}: has the columns {found[0]!r} and {found[1]!r}, which SQL takes for one; read "
            "them with lpsim.read_store(…).frame()."
        )
    connection.register("rows", rows)
    connection.register("points", store.read_points())
    names = store.head["columns"]
    columns = "".join(f"{quoted(name)}, " for name in names)
    connection.execute(f"""
        create or replace view runs as
        select {_listed(name for name in rows.schema.names if name not in HOW_IT_WENT)}
        from rows where status = '{DONE}'
    """)
    connection.execute(f"""
        create or replace view failures as
        select {_listed(["run_id", "point", "seed", *names, "stage", "exception", "traceback"])}
        from rows where status = '{FAILED}'
    """)
    connection.execute(f"""
        create or replace view status as
        select {RUN_ID} as run_id, point, seed, {columns}
            coalesce(made.status, '{PENDING}') as status, made.seconds, made.host
        from (
            select *, first_seed + range::ubigint as seed
            from points cross join range({store.head["replications"]})
        )
        left join (select distinct on (point, seed) point, seed, status, seconds, host from rows) as made
        using (point, seed)
    """)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(quoted(name) for name in names)


def quoted(name: str) -> str:
    """A column's name as SQL takes it whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def _wrong(error: Exception, store: Store, sql: str) -> InputError:
    """One sentence of what DuckDB says in several lines; and what is behind it most often."""
    import duckdb  # noqa: PLC0415

    words = " ".join(str(error).split("LINE 1:")[0].split())
    names = [*store.head["columns"], *store.head["design"]["keep"]["measures"]]
    unquoted = [name for name in names if not name.isidentifier() and name in sql and quoted(name) not in sql]
    if unquoted:
        what = "factor" if unquoted[0] in store.head["columns"] else "measure of a group"
        return InputError(f"query: {words}; write a {what} in double quotes: {quoted(unquoted[0])}.")
    if isinstance(error, duckdb.PermissionException):
        words = f"reads nothing but the store, and changes nothing ({words})"
    return InputError(f"query: {words}; the tables are {', '.join(TABLES)} (`describe runs` lists columns).")
