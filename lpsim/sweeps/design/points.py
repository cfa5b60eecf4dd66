"""Points of one's own: a table with a row per point and a column per key, from a file or a data frame."""

from __future__ import annotations

import csv
import io
import math
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from lpsim.errors import InputError
from lpsim.scenario import Scenario, units
from lpsim.scenario.keys import allowed, value_problem
from lpsim.scenario.parameters import as_plain
from lpsim.storage import readers
from lpsim.storage.readers import TABLE, as_number, shown
from lpsim.sweeps.design.factors import MAX_POINTS, SCENARIO
from lpsim.sweeps.design.varying import field_of, holds, key_problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lpsim.sweeps.design.factors import Row, Value

SHOWN = 3
"""Cells named where some are wrong."""
_SWITCH = {"true": True, "false": False}


class PointTable(NamedTuple):
    """A row per point, a value per key."""

    keys: tuple[str, ...]
    rows: list[Row]


class _Cells(NamedTuple):
    """What is in a table, as it was found."""

    name: str
    """What the table is called in messages."""
    heading: list[str]
    rows: list[tuple[str, Sequence[Any]]]
    """Each with where it is, as in "line 3"."""


def read_points(given: Any, *, place: str, folder: Path, step: str, problems: list[str]) -> PointTable | None:
    """A table of points; None where anything is wrong with it, which `problems` then says.

    Parameters
    ----------
    given : str, Path, data frame, or sequence of mappings
        A file (CSV, or Parquet by its suffix), a frame of pandas or polars, or a row each by key.
    place : str
        What it is called in messages, where it has no file.
    folder : Path
        What a path is relative to.
    step : str
        What a step is, for probabilities with their unit.
    problems : list of str
        Of the design so far.
    """
    try:
        cells = _cells(given, place, folder)
    except InputError as error:
        problems.append(f"{place}: {str(error).removesuffix('.')}")
        return None
    wrong = list(_heading_problems(cells))
    if not wrong:
        columns, wrong = _columns(cells, step)
    problems += wrong
    return None if wrong else PointTable(tuple(cells.heading), list(zip(*columns, strict=True)))


# --- where it comes from --------------------------------------------------------------------------


def _cells(given: Any, place: str, folder: Path) -> _Cells:
    if isinstance(given, str | Path):
        path = folder / given
        return _parquet(path) if path.suffix.lower() == ".parquet" else _csv(path)
    if hasattr(given, "columns"):  # of pandas or polars
        # By their places, as pandas may have a name twice.
        columns = [column for _, column in given.items()] if hasattr(given, "items") else list(given)
        rows = zip(*(column.to_list() for column in columns), strict=True)
        return _numbered(place, [str(name) for name in given.columns], rows)
    if isinstance(given, list | tuple) and given and all(isinstance(row, dict) for row in given):
        heading = list(dict.fromkeys(key for row in given for key in row))
        return _numbered(place, heading, ([row.get(key) for key in heading] for row in given))
    raise InputError(
        f"found {given!r:.80}; give the path of a table (CSV or Parquet), a data frame, or rows by key."
    )


def _numbered(name: str, heading: list[str], rows: Iterable[Sequence[Any]]) -> _Cells:
    return _Cells(name, heading, [(f"row {number}", row) for number, row in enumerate(rows, start=1)])


def _csv(path: Path) -> _Cells:
    reader = csv.reader(io.StringIO(readers.read_text(path, TABLE), newline=""), strict=True)
    try:
        heading = [name.strip() for name in next(reader, [])]
        rows: list[tuple[str, Sequence[Any]]] = [(f"line {reader.line_num}", row) for row in reader if row]
    except csv.Error as error:
        raise InputError(
            f"{shown(path)}: line {reader.line_num}: is no CSV ({error}); save the table as CSV with commas."
        ) from None
    return _Cells(shown(path), heading, rows)


def _parquet(path: Path) -> _Cells:
    import pyarrow as pa  # noqa: PLC0415 (a CSV needs none)
    import pyarrow.parquet as pq  # noqa: PLC0415

    content = readers.read_bytes(path, TABLE)
    try:
        table = pq.read_table(pa.BufferReader(content))
    except (pa.ArrowException, OSError):
        raise InputError(f"{shown(path)}: is no Parquet file, or damaged; write it again.") from None
    columns = [table[place].to_pylist() for place in range(table.num_columns)]
    return _numbered(shown(path), table.column_names, zip(*columns, strict=True))


# --- what is in it --------------------------------------------------------------------------------


def _heading_problems(cells: _Cells) -> Iterator[str]:
    base = Scenario()
    for number, key in enumerate(cells.heading, start=1):
        where = f"{cells.name}: column {number}"
        if not key:
            yield f"{where}: has no heading; give it the key it holds, or leave it out"
        elif cells.heading.index(key) < number - 1:
            yield f"{where}: found {key!r} twice; keep one"
        elif key.startswith("__index_level_"):
            yield f"{where}: found {key!r}, pandas' own; write the table without it (index=False)"
        elif key != SCENARIO and field_of(key) is None:
            yield f"{where}: found {key!r}: {key_problem(base, key)}; or leave the column out"
    if not cells.heading:
        yield f"{cells.name}: is empty; give a heading of keys, and a row for each point"
    elif not cells.rows:
        yield f"{cells.name}: has no rows; give one for each point"
    elif len(cells.rows) > MAX_POINTS:
        yield f"{cells.name}: found {len(cells.rows):,} rows; allowed are at most {MAX_POINTS:,}"
    for where, row in cells.rows:
        if len(row) != len(cells.heading):
            wanted = len(cells.heading)
            yield f"{cells.name}: {where}: found {len(row)} cells, the heading has {wanted}; mend the row"
            return


def _columns(cells: _Cells, step: str) -> tuple[list[list[Value]], list[str]]:
    """The values by column; and what is wrong with the first cells that are."""
    columns: list[list[Value]] = []
    wrong: list[tuple[int, str]] = []
    for place, key in enumerate(cells.heading):
        cell_of = _Reader(key, step)
        column: list[Value] = []
        for number, (where, row) in enumerate(cells.rows):
            try:
                column.append(cell_of(row[place]))
            except _WrongCellError as error:
                wrong.append((number, f"{cells.name}: {where}, column {key!r}: {error}"))
        columns.append(column)
    told = [words for _, words in islice(sorted(wrong), SHOWN)]
    if len(wrong) > SHOWN:
        told.append(f"{cells.name}: {len(wrong):,} cells are wrong; above are the first {SHOWN}")
    return columns, told


class _WrongCellError(ValueError):
    """What is wrong with a cell, and what is allowed there."""


class _Reader:
    """Makes of what is in a cell of a column the value that its key holds."""

    def __init__(self, key: str, step: str) -> None:
        self._key, self._step, self._field = key, step, field_of(key)
        self._holds = "name" if self._field is None else holds(self._field) or "name"
        self._known: dict[Value, str | None] = {}

    def __call__(self, cell: Any) -> Value:
        cell = as_plain(cell)
        value = self._parsed(cell.strip() if isinstance(cell, str) else cell)
        if value not in self._known:
            self._known[value] = None if self._field is None else value_problem(self._field, value)
        problem = self._known[value]
        if problem is not None:
            raise _WrongCellError(problem)
        return value

    def _parsed(self, cell: Any) -> Value:
        if _is_nothing(cell):
            raise _WrongCellError(f"found nothing; allowed is {self._allowed()}")
        if self._holds == "switch" and isinstance(cell, str):
            return self._one_of(_SWITCH.get(cell.lower()), cell)
        if self._holds in ("number", "whole number") and not isinstance(cell, bool):
            return self._one_of(self._number(cell), cell)
        if self._holds == "own":
            return self._one_of(_of_any_kind(cell), cell)
        if self._holds == "name":
            return self._one_of(cell if isinstance(cell, str) else None, cell)
        return self._one_of(cell if isinstance(cell, bool | str) else None, cell)

    def _number(self, cell: Any) -> int | float | None:
        if isinstance(cell, str) and "/" in cell and units.is_rate(Scenario, self._key):
            problem = units.refusal(Scenario, self._key, cell, self._step)
            if problem:
                raise _WrongCellError(f"found {cell!r}; {problem}")
            return float(units.per_step(cell, self._step))
        number = _float(cell)
        if not math.isfinite(number):
            return None
        if self._holds == "number":
            return number
        return int(number) if number.is_integer() else None

    def _one_of(self, value: Any, cell: Any) -> Value:
        if value is None:
            raise _WrongCellError(f"found {cell!r:.80}; allowed is {self._allowed()}")
        found: Value = value
        return found

    def _allowed(self) -> str:
        return "a name" if self._field is None else allowed(self._field)


def _is_nothing(cell: Any) -> bool:
    """Whether a cell is empty; what stands for nothing (NaN, pandas' NA and NaT) is not equal to itself."""
    try:
        return cell is None or cell == "" or bool(cell != cell)  # noqa: PLR0124
    except TypeError:  # NA does not even say that
        return True


def _of_any_kind(cell: Any) -> Value | None:
    """A cell of a parameter of one's own: what its text reads as, a switch, a number or else a name."""
    if not isinstance(cell, str):
        return cell if isinstance(cell, bool | int | float) else None
    number = _float(cell)
    if math.isfinite(number):
        return int(cell) if cell.lstrip("+-").isdecimal() else number
    return _SWITCH.get(cell.lower(), cell)


def _float(cell: Any) -> float:
    if isinstance(cell, str):
        return as_number(cell)
    if isinstance(cell, bytes):
        return math.nan
    try:
        return float(cell)
    except (TypeError, ValueError, OverflowError):
        return math.nan
