"""The published practice-level workforce table, read and checked.

One row per practice, as NHS England publishes it in "General Practice Workforce" (practice level) and
in the practice map of "Patients Registered at a GP Practice". What is missing there stays missing
here, never zero, and what the publisher estimated is not read: nothing modelled may look observed.
"""

from __future__ import annotations

import codecs
import csv
import dataclasses
import difflib
import hashlib
import io
import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from lpsim.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
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
_SOURCE = {"GP": "GP", "LOCUUM": "GP", "NURSE": "NURSE", "NURSES": "NURSE", "N": "NURSE"} | {
    "DPC": "DPC",
    "ADMIN": "ADMIN",
}


@dataclass(frozen=True)
class WorkforceReport:
    """What was read, left out and missing: facts for the provenance of a run.

    ``rows`` is the sum of ``without_code``, ``filtered_out``, ``earlier_months``, ``repeated`` and
    ``practices``. A figure's ``read``, ``missing`` and ``fully_estimated`` sum to ``practices``.
    """

    file: str
    sha256: str
    rows: int
    without_code: int
    filtered_out: int
    unmatched: Mapping[str, list[str]]
    """By filter column, the codes to keep that no row has."""
    month: str | None
    earlier_months: int
    repeated: int
    practices: int
    renamed: Mapping[str, str]
    """By column asked for, the other published name it was found under."""
    absent: tuple[str, ...]
    figures: Mapping[str, Mapping[str, int]]
    patients_missing: int
    patients_zero: int
    placeholders: Mapping[str, Mapping[str, int]]
    """By code column, how many practices hold which code that names nothing."""

    def as_dict(self) -> dict[str, Any]:
        """Give the facts as plain values that JSON can hold."""
        return dataclasses.asdict(self) | {"absent": list(self.absent)}

    def lines(self) -> list[str]:
        """Say the facts in plain sentences."""
        return [
            f"{self.file}: {_count(self.practices, 'practice')} from {_count(self.rows, 'row')}"
            f" (SHA-256 {self.sha256[:12]}…).",
            *self._left_out(),
            *(f"{asked} is called {name} in this table." for asked, name in self.renamed.items()),
            *(f"The table has no column {column}." for column in self.absent),
            f"List size: {self.patients_missing} missing, {self.patients_zero} zero.",
            *(
                f"{column}: read for {_count(n['read'], 'practice')}, missing for {n['missing']}, "
                f"not read for {n['fully_estimated']} where the publisher estimated it."
                for column, n in self.figures.items()
            ),
            *(
                f"{column}: {_count(sum(codes.values()), 'practice')} without a code ("
                + ", ".join(f"{code or 'blank'}: {n}" for code, n in codes.items())
                + ")."
                for column, codes in self.placeholders.items()
            ),
        ]

    def _left_out(self) -> Iterator[str]:
        for count, why in (
            (self.without_code, "without a practice code"),
            (self.filtered_out, "by the filter"),
            (self.earlier_months, f"of months before {self.month}"),
            (self.repeated, "of practices that stand in an earlier row"),
        ):
            if count:
                yield f"Left out: {_count(count, 'row')} {why}."
        for column, codes in self.unmatched.items():
            yield f"No row has {column} = {', '.join(codes)}."


@dataclass(frozen=True)
class Workforce:
    """The practices of a workforce table, in its order, and what it says about them."""

    codes: tuple[str, ...]
    """The practices' codes, P of them."""
    patients: NDArray[np.float64]
    """List sizes, (P,); NaN where missing."""
    figures: Mapping[str, NDArray[np.float64]]
    """By column asked for that the table has: the published figures, (P,); NaN where missing."""
    labels: Mapping[str, tuple[str | None, ...]]
    """By code column: each practice's code; None where it names nothing (it stands alone)."""
    report: WorkforceReport


class _Row(NamedTuple):
    where: str
    cells: dict[str, str]


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

    Of several months only the newest is read, of a practice in several rows the first; the filter
    comes before both. A column that is absent is looked for under its other published names.

    Parameters
    ----------
    path : Path
        A comma-separated file: UTF-8 with or without byte-order mark, or Latin-1.
    practice, patients : str
        The columns of the practice's code and of its list size.
    figures : Collection of str
        Columns with people of a role; one that the table does not have is reported, not refused.
    codes : Collection of str
        Columns whose codes name bodies (tiers) or networks.
    keep : Mapping of str to Sequence of str, optional
        By column, the codes of the rows to keep; a row must pass every column.

    Returns
    -------
    Workforce

    Raises
    ------
    InputError
        The file cannot be read, is not such a table, lacks the column of the practices, of a tier, a
        network or the filter, holds a figure that is no number of 0 or more, or nothing is left.
    """
    data = _bytes(path)
    wanted = {column: {value.strip() for value in values} for column, values in (keep or {}).items()}
    needed = {practice: "population.practice"}
    needed |= dict.fromkeys(codes, "`column` of the tier or the network")
    needed |= dict.fromkeys(wanted, "population.filter")
    helpful = [patients, *figures, *filter(None, map(_source, figures)), "YEAR", "MONTH"]

    table = _rows(path.name, data)
    _, header = next(table)
    names = _names(path.name, header, needed, helpful)
    rows = _needed_cells(path.name, table, names, header, practice)
    coded = [row for row in rows if not _missing(row.cells[practice])]
    passed = [row for row in coded if all(row.cells[c] in wanted[c] for c in wanted)]
    if not passed:
        raise InputError(_nothing_left(path.name, coded, wanted))
    month, recent = _newest_month(passed)
    first: dict[str, _Row] = {}
    for row in recent:
        first.setdefault(row.cells[practice], row)
    kept = list(first.values())

    lists = _numbers(kept, patients) if patients in names else np.full(len(kept), np.nan)
    labels, placeholders = _labels(kept, codes)
    values, counts = _figures(kept, [column for column in figures if column in names])
    report = WorkforceReport(
        file=path.name,
        sha256=hashlib.sha256(data).hexdigest(),
        rows=len(rows),
        without_code=len(rows) - len(coded),
        filtered_out=len(coded) - len(passed),
        unmatched=_unmatched(coded, wanted),
        month=month,
        earlier_months=len(passed) - len(recent),
        repeated=len(recent) - len(kept),
        practices=len(kept),
        renamed={asked: name for asked, name in names.items() if asked != name},
        absent=tuple(c for c in dict.fromkeys((patients, *figures)) if c not in names),
        figures=counts,
        patients_missing=int(np.isnan(lists).sum()),
        patients_zero=int((lists == 0).sum()),
        placeholders=placeholders,
    )
    return Workforce(tuple(first), lists, values, labels, report)
