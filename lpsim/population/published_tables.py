"""A published table as text: its headings, its rows, and the notes below it."""

from __future__ import annotations

import codecs
import csv
import difflib
import io
import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from lpsim.errors import InputError
from lpsim.population.extracts import Row, dated_by, some

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

_SAME_COLUMN = (
    ("PRAC_CODE", "PRACTICE_CODE"),
    ("TOTAL_PATIENTS", "NUMBER_OF_PATIENTS"),
    ("SUB_ICB_CODE", "SUB_ICB_LOCATION_CODE", "CCG_CODE"),
    ("ICB_CODE", "STP_CODE"),
    ("REGION_CODE", "COMM_REGION_CODE"),
)
_SAME_WORD = {"EXTG": "EXR", "EXR": "EXTG", "EXTGL": "EXRL", "EXRL": "EXTGL"}
_CURE = "population.workforce takes a practice-level CSV file, unpacked."
_TITLE = 40
"""So many lines may be a title, when headings are looked for below it."""
_LIKE_A_NOTE = re.compile(
    r"(?i)^(notes?|sources?|footnotes?|contains|copyright)\b.* |^(©|\*|\[\w+\]|\d+[.)]) ?\w.* |: |[.:]$"
)
"""How notes begin or end, and codes and names do not."""


@dataclass(frozen=True)
class Table:
    """Rows with the columns asked for and those that date them, and how many lines below are notes."""

    names: Mapping[str, str]
    rows: list[Row]
    dated: list[tuple[str, ...]]
    notes: int


class _Odd(NamedTuple):
    """A row that may be a note: it has not as many cells as there are columns, or one alone is filled."""

    line: int
    cells: list[str]
    after_gap: bool


def read_table(data: bytes, practice: str, columns: Mapping[str, str | None]) -> Table:
    """Keep only the columns asked for, by the names asked for: the published file has 829."""
    if b"\0" in data or not data.strip():
        raise InputError(f"{'not a text file' if data else 'empty'}; {_CURE}")
    reader = _reader(data)
    try:
        header = [name.strip() for name in next(reader, [])]
        _see_where_headings_are(data, header, practice)
        names = _names(header, columns)
        dated = dated_by(header)
        names_read = {**names, **{name: name for together in dated for name in together}}
        places = {column: header.index(name) for column, name in names_read.items()}
        rows = list(_rows(reader, places, len(header)))
    except csv.Error as error:
        raise InputError(f"line {reader.line_num}: {error}; is a quote left open?") from error
    notes = _notes(rows, len(header))
    rows = rows[: len(rows) - notes]
    whole = [_row(row, places, len(header)) if isinstance(row, _Odd) else row for row in rows]
    _see_that_each_is_there_once(header, names_read.values(), data, whole)
    return Table(names, whole, dated, notes)


def _reader(data: bytes) -> Any:
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    return csv.reader(io.StringIO(text, newline=""))


def _rows(reader: Any, places: Mapping[str, int], width: int) -> Iterator[Row | _Odd]:
    after_gap = False
    for cells in reader:
        filled = sum(bool(cell.strip()) for cell in cells[:width])
        if not filled and not "".join(cells).strip():
            after_gap = True
            continue
        odd = _Odd(reader.line_num, cells, after_gap)
        yield odd if len(cells) != width or filled < 2 else _row(odd, places, width)
        after_gap = False


def _row(row: _Odd, places: Mapping[str, int], width: int) -> Row:
    if len(row.cells) != width:
        raise InputError(
            f"line {row.line}: {len(row.cells)} cells, {width} columns; put commas in quotes, or delete the "
            "line if it is a note."
        )
    return Row(row.line, {column: row.cells[place].strip() for column, place in places.items()})


def _notes(rows: Sequence[Row | _Odd], width: int) -> int:
    """How many of the last rows are notes below the table: sentences, or odd lines below a gap."""
    first = len(rows)
    while first and isinstance(rows[first - 1], _Odd):
        first -= 1
    for place in range(first, len(rows)):
        row = rows[place]
        assert isinstance(row, _Odd)
        filled = [cell.strip() for cell in row.cells if cell.strip()]
        alone = len(filled) == 1
        like_a_note = _LIKE_A_NOTE.search(filled[0]) is not None
        if like_a_note and (alone or row.after_gap):
            return len(rows) - place
        if alone and row.after_gap and width > 1:
            return len(rows) - place
    return 0


def whole_rows(data: bytes, lines: Collection[int]) -> tuple[list[str], dict[int, list[str]]]:
    """The header, and all cells of some lines."""
    reader = _reader(data)
    header = [name.strip() for name in next(reader)]
    numbered = ((reader.line_num, cells) for cells in reader)
    return header, {line: cells for line, cells in numbered if line in lines}


# --- columns --------------------------------------------------------------------------------------


def _names(header: Sequence[str], columns: Mapping[str, str | None]) -> dict[str, str]:
    """Find what the table calls each column, as in any year or file; one with a cure must be there."""
    names = {}
    for column, cure in columns.items():
        name = _name_in(header, column)
        if name is None and cure is not None:
            folded = {name.upper(): name for name in header}
            near = difflib.get_close_matches(column.upper(), folded, n=3, cutoff=0.5)
            found = some([folded[name] for name in near] or header[:3])
            raise InputError(f"no column {column!r}, but {found}; {cure}.")
        if name is not None:
            names[column] = name
    return names


def _name_in(header: Sequence[str], column: str) -> str | None:
    same = next((group for group in _SAME_COLUMN if column in group), ())
    reworded = "_".join(_SAME_WORD.get(word, word) for word in column.split("_"))
    return next((name for name in (column, *same, reworded) if name in header), None)


def _see_where_headings_are(data: bytes, header: Sequence[str], practice: str) -> None:
    """Tell of headings that stand below a title."""
    if _name_in(header, practice) is None:
        reader = _reader(data)
        for cells in itertools.islice(reader, _TITLE):
            if _name_in([cell.strip() for cell in cells], practice) is not None:
                raise InputError(f"line {reader.line_num}: the headings stand here; delete the lines above.")


def _see_that_each_is_there_once(
    header: Sequence[str], names: Iterable[str], data: bytes, rows: Sequence[Row]
) -> None:
    for name in names:
        places = [place for place, other in enumerate(header) if other == name]
        if len(places) > 1:
            line = rows[0].line if rows else 0
            _, cells = whole_rows(data, {line})
            values = " and ".join(repr(cells[line][place]) for place in places) if rows else "no rows"
            raise InputError(
                f"the column {name!r} is there {len(places)} times (line {line}: {values}); keep one."
            )
