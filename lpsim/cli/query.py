"""The command on a sweep's store: query."""
# ruff: noqa: PLC0415 (nothing heavy is imported before it is needed, so that --help is fast)

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lpsim.cli.app import app
from lpsim.cli.options import told

if TYPE_CHECKING:
    import pyarrow as pa

SHOWN = 50
"""Rows of a table for reading; more are for a program to read (--csv)."""

WIDE = 10_000
"""Characters."""

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


@app.command("query")
def _query(store: StoreFolder, sql: Sql, as_csv: Csv = False) -> None:
    """Ask the results of a sweep a question in SQL; also while it is going on."""
    with told("query"):
        from lpsim.sweeps.store.query import query
        from lpsim.sweeps.store.store import Store

        found = query(Store.open(store), sql)
        if as_csv:
            _write_csv(found)
        else:
            _print_table(found)


def _write_csv(found: pa.Table) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(found.column_names)
    for batch in found.to_batches():
        writer.writerows(zip(*(column.to_pylist() for column in batch.columns), strict=True))


def _print_table(found: pa.Table) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD)
    for field in found.schema:
        is_number = str(field.type).startswith(("int", "uint", "float", "double", "decimal"))
        table.add_column(field.name, justify="right" if is_number else "left", overflow="fold")
    for row in found.slice(0, SHOWN).to_pylist():
        table.add_row(*(_cell(value) for value in row.values()))
    console = Console(highlight=False, markup=False)
    if not console.is_terminal:
        console.width = WIDE  # a file or a pager takes lines of any length
    console.print(table)
    if len(found) > SHOWN:
        typer.echo(f"… and {len(found) - SHOWN:,} more rows (--csv prints all)")


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    return "" if value is None else str(value)
