"""The published practice-level workforce table, read and checked.

One row per practice, as NHS England publishes it in "General Practice Workforce" and in the
practice map of "Patients Registered at a GP Practice". What is missing there is missing here, never
zero, and what the publisher estimated is not read: nothing modelled may look observed.
"""

from __future__ import annotations

import codecs
import contextlib
import csv
import difflib
import hashlib
import io
from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from lpsim.errors import InputError
from lpsim.storage.readers import WORKFORCE, read_bytes, shown

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

MISSING = frozenset({"", "NA", "ND", "EST", "NS", "."})
"""How the published files of different years mark a missing value (compared in capitals)."""
NO_NETWORK = frozenset({"U", "UNALIGNED", "UNKNOWN OR NO PCN"})
"""Network codes that name no network (compared in capitals)."""

_SAME_COLUMN = (
    ("PRAC_CODE", "PRACTICE_CODE"),
    ("TOTAL_PATIENTS", "NUMBER_OF_PATIENTS"),
    ("SUB_ICB_CODE", "SUB_ICB_LOCATION_CODE", "CCG_CODE"),
    ("ICB_CODE", "STP_CODE"),
    ("REGION_CODE", "COMM_REGION_CODE"),
)
_SAME_WORD = {"EXTG": "EXR", "EXR": "EXTG", "EXTGL": "EXRL", "EXRL": "EXTGL"}
_STAFF_GROUP = {"GP": "GP", "LOCUUM": "GP", "DPC": "DPC", "ADMIN": "ADMIN"}
_STAFF_GROUP |= {"NURSE": "NURSE", "NURSES": "NURSE", "N": "NURSE"}
_CURE = "population.workforce takes a practice-level CSV file, unpacked."


@dataclass(frozen=True)
class WorkforceReport:
    """What was read, left out and missing: facts for the provenance of a run.

    The ``rows`` of the file are ``practices`` and what was ``left_out``, by reason. ``unmatched``
    are codes of the filter that no row has. ``renamed`` gives the other published name a column
    asked for was found under; ``absent`` are those not found. By column, ``figures`` counts the
    practices ``read``, ``missing`` and ``fully_estimated``, which sum to all, and ``placeholders``
    those whose code names nothing.
    """

    file: str
    sha256: str
    rows: int
    practices: int
    left_out: Mapping[str, int]
    unmatched: Mapping[str, list[str]]
    renamed: Mapping[str, str]
    absent: list[str]
    figures: Mapping[str, Mapping[str, int]]
    patients_missing: int
    patients_zero: int
    placeholders: Mapping[str, Mapping[str, int]]

    def as_dict(self) -> dict[str, Any]:
        """Give the facts as plain values that JSON can hold."""
        return asdict(self)


@dataclass(frozen=True)
class Workforce:
    """The practices of a workforce table, P of them in its order, and what it says about them.

    List sizes (``patients``) and ``figures``, as published, by column asked for that the table has,
    are (P,), NaN where missing; ``labels`` are codes by column, None for one that names nothing.
    """

    codes: tuple[str, ...]
    patients: NDArray[np.float64]
    figures: Mapping[str, NDArray[np.float64]]
    labels: Mapping[str, tuple[str | None, ...]]
    report: WorkforceReport


class _Row(NamedTuple):
    line: int
    cells: Mapping[str, str]  # by column asked for, whatever the table calls it


def read_workforce(
    path: Path,
    *,
    practice: str = "PRAC_CODE",
    patients: str = "TOTAL_PATIENTS",
    figures: Collection[str] = (),
    codes: Collection[str] = (),
    keep: Mapping[str, Sequence[str]] | None = None,
) -> Workforce:
    """Read a practice-level table: one row per practice, columns found by name.

    A column that is absent is looked for under its other published names. The filter comes first;
    then, of several months only the newest is read, and of a practice's several rows the first.

    Parameters
    ----------
    path : Path
        A file with commas between columns: UTF-8 with or without byte-order mark, or Latin-1.
    practice, patients : str
        The columns of the practice's code and of its list size.
    figures, codes : Collection of str
        Columns with the people of a role (one that the table lacks is reported, not refused), and
        columns whose codes name bodies of a tier, or networks.
    keep : Mapping of str to Sequence of str, optional
        By column, the codes of the rows to keep; a row must pass every column.

    Raises
    ------
    InputError
        The file cannot be read or is no such table, a column of codes is not there, a figure is not
        a number of 0 or more, or no practice is left.
    """
    wanted = {column: [code.strip() for code in of] for column, of in (keep or {}).items()}
    asked = dict.fromkeys([patients, *figures], False)
    helpful = dict.fromkeys([*filter(None, map(_source, figures)), "YEAR", "MONTH"], False)
    required = dict.fromkeys([practice, *codes, *wanted], True)
    data = read_bytes(path, WORKFORCE)
    try:
        names, table = _table(data, asked | helpful | required)
        kept, left_out = _select(table, practice, wanted)
        lists = _numbers(kept, patients)
        read = {column: _figure(kept, column) for column in figures if column in names}
    except InputError as error:
        raise InputError(f"{shown(path)}: {error}") from error.__cause__
    labelled = {column: _labels(kept, column) for column in codes}
    report = WorkforceReport(
        file=path.name,
        sha256=hashlib.sha256(data).hexdigest(),
        rows=len(table),
        practices=len(kept),
        left_out=left_out,
        unmatched={c: sorted({*of} - {row.cells[c] for row in table}) for c, of in wanted.items()},
        renamed={column: name for column, name in names.items() if column != name},
        absent=[column for column in asked if column not in names],
        figures={column: counts for column, (_, counts) in read.items()},
        patients_missing=int(np.isnan(lists).sum()),
        patients_zero=int((lists == 0).sum()),
        placeholders={column: counts for column, (_, counts) in labelled.items()},
    )
    return Workforce(
        codes=tuple(row.cells[practice] for row in kept),
        patients=lists,
        figures={column: numbers for column, (numbers, _) in read.items()},
        labels={column: labels for column, (labels, _) in labelled.items()},
        report=report,
    )


def _table(data: bytes, columns: Mapping[str, bool]) -> tuple[dict[str, str], list[_Row]]:
    """Keep only the columns asked for, by the names asked for: the published file has 829."""
    if b"\0" in data or not data.strip():
        raise InputError(f"{'not a text file' if data else 'empty'}; {_CURE}")
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        header = [name.strip() for name in next(reader, [])]
        names = _names(header, columns)
        places = {column: header.index(name) for column, name in names.items()}
        filled = (cells for cells in reader if "".join(cells).strip())
        return names, [_row(reader.line_num, cells, places, len(header)) for cells in filled]
    except csv.Error as error:
        raise InputError(f"line {reader.line_num}: {error}; is a quote left open?") from error


def _names(header: Sequence[str], columns: Mapping[str, bool]) -> dict[str, str]:
    """Find what the table calls each column, as in any year or file; True: it must be there."""
    names = {}
    for column, required in columns.items():
        same = next((group for group in _SAME_COLUMN if column in group), ())
        reworded = "_".join(_SAME_WORD.get(word, word) for word in column.split("_"))
        name = next((name for name in (column, *same, reworded) if name in header), None)
        if name is None and required:
            folded = {name.upper(): name for name in header}
            near = difflib.get_close_matches(column.upper(), folded, n=3, cutoff=0.5)
            found = _some([folded[name] for name in near] or header[:3])
            raise InputError(f"no column {column!r}, but {found}; name one that is in the table.")
        if name is not None:
            names[column] = name
    return names


def _row(line: int, cells: Sequence[str], places: Mapping[str, int], width: int) -> _Row:
    if len(cells) != width:
        raise InputError(f"line {line}: {len(cells)} cells, {width} columns; put commas in quotes.")
    return _Row(line, {column: cells[place].strip() for column, place in places.items()})


def _select(
    table: Sequence[_Row], practice: str, wanted: Mapping[str, Sequence[str]]
) -> tuple[list[_Row], dict[str, int]]:
    """Choose one row per practice; count the others by why they are left out."""
    coded = [row for row in table if row.cells[practice].upper() not in MISSING]
    passed = [row for row in coded if all(row.cells[c] in of for c, of in wanted.items())]
    if not coded:
        raise InputError("no row with a practice code; the table needs one row per practice.")
    if not passed:
        asked = " and ".join(f"{column} {_some(of)}" for column, of in wanted.items())
        known = {column: sorted({row.cells[column] for row in coded}) for column in wanted}
        found = (f"{column} {_some(codes)}" for column, codes in known.items())
        raise InputError(f"no row has {asked}; there are {'; '.join(found)}; change the filter.")
    recent = _newest_month(passed)
    first = {row.cells[practice]: row for row in reversed(recent)}
    return [row for row in recent if row is first[row.cells[practice]]], {
        "without a practice code": len(table) - len(coded),
        "not in the filter": len(coded) - len(passed),
        "of an earlier month": len(passed) - len(recent),
        "of a practice read from a row before": len(recent) - len(first),
    }


def _newest_month(rows: list[_Row]) -> list[_Row]:
    dates = {(row.cells.get("YEAR"), row.cells.get("MONTH")) for row in rows}
    if len(dates) == 1:  # of a table without months, too
        return rows
    # A row without a month counts as older than any other.
    months = np.nan_to_num(12 * _numbers(rows, "YEAR") + _numbers(rows, "MONTH"), nan=-1)
    return [row for row, month in zip(rows, months, strict=True) if month == months.max()]


def _figure(rows: Sequence[_Row], column: str) -> tuple[NDArray[np.float64], dict[str, int]]:
    sources = [row.cells.get(_source(column), "") for row in rows]
    estimated = np.array([text.lower().startswith("fully estimated") for text in sources])
    # A number may stand in an estimated cell: nothing modelled may look observed.
    numbers = np.where(estimated, np.nan, _numbers(rows, column))
    read, unread = int(np.isfinite(numbers).sum()), int(estimated.sum())
    return numbers, {"read": read, "missing": len(rows) - read - unread, "fully_estimated": unread}


def _source(column: str) -> str:
    """Name the column that says how a figure's staff group was got; "" for no known group."""
    groups = [_STAFF_GROUP[word] for word in column.split("_") if word in _STAFF_GROUP]
    return f"{groups[0]}_SOURCE" if groups else ""


def _numbers(rows: Sequence[_Row], column: str) -> NDArray[np.float64]:
    numbers = np.full(len(rows), np.nan)
    for i, row in enumerate(rows):
        text = row.cells.get(column, "")
        with contextlib.suppress(ValueError):
            numbers[i] = float(text)
        if not 0 <= numbers[i] < np.inf and text.upper() not in MISSING:
            raise InputError(f"line {row.line}: {column} is {text!r}; write a number ≥ 0, or NA.")
    return numbers


def _labels(rows: Sequence[_Row], column: str) -> tuple[tuple[str | None, ...], dict[str, int]]:
    codes = [row.cells[column] for row in rows]
    nameless = {code for code in codes if code.upper() in MISSING | NO_NETWORK}
    placeholders = dict(Counter(code for code in codes if code in nameless))
    return tuple(None if code in nameless else code for code in codes), placeholders


def _some(texts: Sequence[str], most: int = 8) -> str:
    shown = ", ".join(repr(text[:40]) for text in texts[:most])
    return shown if len(texts) <= most else f"{shown} and {len(texts) - most} more"
