"""The command on a sweep's store: query."""
# ruff: noqa: PLC0415 (nothing heavy is imported before it is needed, so that --help is fast)

from __future__ import annotations

import csv
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lpsim.cli.app import app
from lpsim.cli.hints import command, meant_as
from lpsim.cli.options import told, width
from lpsim.cli.streams import echo
from lpsim.cli.wording import Worded
from lpsim.errors import InputError
from lpsim.plain import plain
from lpsim.storage.readers import is_there, shown

if TYPE_CHECKING:
    import pyarrow as pa

    from lpsim.show.text.table import Cell

SHOWN = 50
"""Rows of a table for reading; more are for a program to read (--csv)."""

StoreFolder = Annotated[Path, typer.Argument(metavar="STORE", help="The folder of a sweep.")]
Sql = Annotated[
    str,
    typer.Argument(
        metavar="SQL",
        help="One query (DuckDB's SQL) on the tables runs, status, failures and points, such as \"describe "
        'runs". Factors stand in double quotes: \'select "turnover.prior", avg(practice_knowledge) from runs '
        "group by 1'.",
    ),
]
Csv = Annotated[bool, typer.Option("--csv", help="Print all rows as CSV, with all digits.")]


@app.command("query", cls=Worded)
def _query(store: StoreFolder, sql: Sql, as_csv: Csv = False) -> None:
    """Ask the results of a sweep a question in SQL; also while it is going on."""
    with told("query"):
        from lpsim.show.text.lines import fold
        from lpsim.show.text.measures import scales_told
        from lpsim.sweeps.store.query import query, renamed
        from lpsim.sweeps.store.store import Store

        _see_that_the_folder_comes_first(store, sql)
        with meant_as("store", store):
            opened = Store.open(store)
        found = query(opened, sql)
        if as_csv:
            _write_csv(found)
        else:
            _print_table(found)
            scales = scales_told(found.column_names, opened.design, renamed(sql))
            if scales:
                echo("\n".join(fold(scales, width())))


def _see_that_the_folder_comes_first(store: Path, sql: str) -> None:
    folder = Path(sql)
    if is_there(folder) and not is_there(store):
        right = command("query", folder, str(store))
        raise InputError(
            f"{shown(folder)}: the folder of a sweep comes first, then the question; use: {right}"
        )


def _write_csv(found: pa.Table) -> None:
    # A file takes every character as it is; a terminal would obey some.
    place = (
        SimpleNamespace(write=lambda text: sys.stdout.write(plain(text)))
        if sys.stdout.isatty()
        else sys.stdout
    )
    writer = csv.writer(place, lineterminator="\n")
    writer.writerow(found.column_names)
    for batch in found.to_batches():
        writer.writerows(zip(*(column.to_pylist() for column in batch.columns), strict=True))
    sys.stdout.flush()


def _print_table(found: pa.Table) -> None:
    from lpsim.show.text.table import Table

    # Column by column: two of one name keep their own values.
    columns = [map(_cell, column.to_pylist()) for column in found.slice(0, SHOWN).columns]
    table = Table(found.column_names, list(zip(*columns, strict=True)))
    # A file or a pager takes lines of any length.
    echo(table.terminal(shutil.get_terminal_size().columns if sys.stdout.isatty() else None))
    if len(found) > SHOWN:
        echo(f"… and {len(found) - SHOWN:,} more rows (--csv prints all)")


def _cell(value: Any) -> Cell:
    from lpsim.show.text.table import Number

    if isinstance(value, int | float) and not isinstance(value, bool):
        return Number(value, ".6g" if isinstance(value, float) else "d")
    return "" if value is None else str(value)
