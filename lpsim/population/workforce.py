"""The published practice-level workforce table, read and checked.

Practices are rows, as NHS England publishes it in "General Practice Workforce" and in the
practice map of "Patients Registered at a GP Practice". What is missing there is missing here, never
zero, and what the publisher estimated is not read: nothing modelled may look observed.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from lpsim.errors import InputError
from lpsim.population.extracts import MISSING, Row, newest, one_each, some
from lpsim.population.published_tables import read_table, whole_rows
from lpsim.storage.readers import WORKFORCE, as_number, read_bytes, read_unpacked, shown

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

LIST_SIZES = "TOTAL_PATIENTS"
"""The column of list sizes where no other is named; a table may do without it."""
NO_NETWORK = frozenset({"U", "UNALIGNED", "UNKNOWN OR NO PCN"})
"""Network codes that name no network (compared in capitals)."""
TOTALS = frozenset({"TOTAL", "TOTALS", "GRAND TOTAL"})
"""What stands for a practice's code where a row sums up others (compared in capitals)."""

_STAFF_GROUP = {"GP": "GP", "LOCUUM": "GP", "DPC": "DPC", "ADMIN": "ADMIN"}
_STAFF_GROUP |= {"NURSE": "NURSE", "NURSES": "NURSE", "N": "NURSE"}
_NAME_ONE = "name one that is in the table"
_MOST_WRONG = 5
"""So many cells that are no numbers are told one by one."""


@dataclass(frozen=True)
class WorkforceReport:
    """What was read, left out and missing: facts for the provenance of a run.

    The ``rows`` of the file are ``practices`` and what was ``left_out``, by reason; ``extract`` is, by
    column, the date of those read, where the table has one. ``unmatched`` are codes of the filter that no
    row has. ``renamed`` gives the other published name a column
    asked for was found under; ``absent`` are those not found. By column, ``figures`` counts the
    practices ``read``, ``missing`` and ``fully_estimated``, which sum to all, and ``placeholders``
    those whose code names nothing.
    """

    file: str
    sha256: str
    rows: int
    practices: int
    left_out: Mapping[str, int]
    extract: Mapping[str, str]
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


def read_workforce(
    path: Path,
    *,
    practice: str = "PRAC_CODE",
    patients: str = LIST_SIZES,
    figures: Collection[str] = (),
    codes: Collection[str] = (),
    keep: Mapping[str, Sequence[str]] | None = None,
) -> Workforce:
    """Read a practice-level table: one row per practice, columns found by name.

    A column that is absent is looked for under its other published names. The filter comes first; then, of
    several extracts only the newest is read. Notes below the table and totals are left out.

    Parameters
    ----------
    path : Path
        A file with commas between columns: UTF-8 with or without byte-order mark, or Latin-1; packed by
        gzip where its name ends in .gz.
    practice, patients : str
        The columns of the practice's code and of its list size.
    figures, codes : Collection of str
        Columns with the people of a role, and columns whose codes name bodies of a tier, or networks.
    keep : Mapping of str to Sequence of str, optional
        By column, the codes of the rows to keep; a row must pass every column.

    Raises
    ------
    InputError
        The file cannot be read or is no such table; a column is not there (`LIST_SIZES` may be missing), or
        there twice; a figure is not a number of 0 or more; it cannot be told which extract is the newest;
        rows of a practice disagree; or no practice is left.
    """
    wanted = {column: [code.strip() for code in of] for column, of in (keep or {}).items()}
    columns = _columns(practice, patients, figures, [*codes, *wanted])
    data = read_unpacked(path, WORKFORCE)
    try:
        table = read_table(data, practice, columns)
        passed, left_out = _select(table.rows, practice, wanted)
        recent = newest(passed, table.dated)
        read_columns = [column for column in columns if column not in (practice, *wanted) or column in codes]
        kept = one_each(recent, practice, read_columns, lambda lines: whole_rows(data, lines))
        there = [column for column in [patients, *figures] if column in table.names]
        numbers = _numbers(kept, there)
    except InputError as error:
        raise InputError(f"{shown(path)}: {error}") from error.__cause__
    left_out |= {"of an earlier extract": len(passed) - len(recent)}
    left_out |= {"of a practice read from a row before": len(recent) - len(kept), "notes": table.notes}
    lists = numbers.get(patients, np.full(len(kept), np.nan))
    read = {column: _figure(kept, column, numbers[column]) for column in figures}
    labelled = {column: _labels(kept, column) for column in codes}
    report = WorkforceReport(
        file=path.name,
        sha256=hashlib.sha256(read_bytes(path, WORKFORCE)).hexdigest(),  # as it lies there, perhaps packed
        rows=len(table.rows) + table.notes,
        practices=len(kept),
        left_out=left_out,
        extract={name: kept[0].cells[name] for together in table.dated for name in together},
        unmatched={c: sorted({*of} - {row.cells[c] for row in table.rows}) for c, of in wanted.items()},
        renamed={column: name for column, name in table.names.items() if column != name},
        absent=[] if patients in table.names else [patients],
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


def _columns(
    practice: str, patients: str, figures: Collection[str], codes: Collection[str]
) -> dict[str, str | None]:
    """The columns to read; of those that must be there, what to do where they are not."""
    drawn = f'{_NAME_ONE}, or set the role\'s column to "" to have its people drawn'
    return {
        **dict.fromkeys(filter(None, map(_source, figures))),
        patients: None if patients == LIST_SIZES else _NAME_ONE,
        **dict.fromkeys(figures, drawn),
        **dict.fromkeys([practice, *codes], _NAME_ONE),
    }


# --- rows -----------------------------------------------------------------------------------------


def _select(
    table: Sequence[Row], practice: str, wanted: Mapping[str, Sequence[str]]
) -> tuple[list[Row], dict[str, int]]:
    """Choose the rows of practices that pass the filter; count the others by why they are left out."""
    totals = sum(row.cells[practice].upper() in TOTALS for row in table)
    coded = [row for row in table if row.cells[practice].upper() not in MISSING | TOTALS]
    passed = [row for row in coded if all(row.cells[c] in of for c, of in wanted.items())]
    if not coded:
        raise InputError("no row with a practice code; the table needs one row per practice.")
    if not passed:
        asked = " and ".join(f"{column} {some(of)}" for column, of in wanted.items())
        known = {column: sorted({row.cells[column] for row in coded}) for column in wanted}
        found = (f"{column} {some(codes)}" for column, codes in known.items())
        raise InputError(f"no row has {asked}; there are {'; '.join(found)}; change the filter.")
    return passed, {
        "without a practice code": len(table) - len(coded) - totals,
        "totals": totals,
        "not in the filter": len(coded) - len(passed),
    }


# --- cells ----------------------------------------------------------------------------------------


def _figure(
    rows: Sequence[Row], column: str, numbers: NDArray[np.float64]
) -> tuple[NDArray[np.float64], dict[str, int]]:
    sources = [row.cells.get(_source(column), "") for row in rows]
    estimated = np.array([text.lower().startswith("fully estimated") for text in sources])
    # A number may stand in an estimated cell: nothing modelled may look observed.
    numbers = np.where(estimated, np.nan, numbers)
    read, unread = int(np.isfinite(numbers).sum()), int(estimated.sum())
    return numbers, {"read": read, "missing": len(rows) - read - unread, "fully_estimated": unread}


def _source(column: str) -> str:
    """Name the column that says how a figure's staff group was got; "" for no known group."""
    groups = [_STAFF_GROUP[word] for word in column.split("_") if word in _STAFF_GROUP]
    return f"{groups[0]}_SOURCE" if groups else ""


def _numbers(rows: Sequence[Row], columns: Sequence[str]) -> dict[str, NDArray[np.float64]]:
    """Cells as numbers by column, NaN where missing; all that are none are told at once."""
    numbers = {column: np.array([as_number(row.cells[column]) for row in rows]) for column in columns}
    wrong = [
        f"line {row.line}: {column} is {row.cells[column][:40]!r}"
        for column in columns
        for row, number in zip(rows, numbers[column].tolist(), strict=True)
        if not 0 <= number < np.inf and row.cells[column].upper() not in MISSING
    ]
    if wrong:
        more = f" and {len(wrong) - _MOST_WRONG:,} more" if len(wrong) > _MOST_WRONG else ""
        raise InputError(f"{'; '.join(wrong[:_MOST_WRONG])}{more}; write a number ≥ 0, or NA.")
    return numbers


def _labels(rows: Sequence[Row], column: str) -> tuple[tuple[str | None, ...], dict[str, int]]:
    codes = [row.cells[column] for row in rows]
    nameless = {code for code in codes if code.upper() in MISSING | NO_NETWORK}
    placeholders = dict(Counter(code for code in codes if code in nameless))
    return tuple(None if code in nameless else code for code in codes), placeholders
