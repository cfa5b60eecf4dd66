"""Which rows of a published table count: those of the newest extract, and one of each practice.

Tables are put together of several months, and say so in a column or two. Nothing is guessed: what cannot be
put in order, and rows that disagree, are refused with the filter that would choose.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from lpsim.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

MISSING = frozenset(
    {"", "NA", "N/A", "#N/A", "NULL", "ND", "EST", "NS", ".", "..", "*", "-", "–", "—", ":"}
    | {f"[{mark}]" for mark in ("C", "X", "Z", "W", "U", "LOW")}
)
"""How published files mark a value that is missing or withheld, compared in capitals: in different years, and
in the shorthand of official statistics in the UK."""

_DATED = re.compile(
    r"(?:(?P<of>EFFECTIVE_SNAPSHOT|SNAPSHOT|EXTRACT|CENSUS|REPORTING|REPORT|PUBLICATION|DATA|AS_AT)_?)?"
    r"(?P<part>YEAR|QUARTER|MONTH|DATE|PERIOD|PERIOD_END|PERIOD_END_DATE|)"
)
"""A heading, in capitals, that dates a row; a month needs the year of the same extract."""
_PARTS = ("YEAR", "QUARTER", "MONTH")
_MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
_DATES = (
    *("%d%b%Y", "%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y", "%d-%b-%Y"),
    *("%d-%b-%y", "%d%b%y", "%d/%m/%y", "%Y-%m", "%Y/%m", "%m/%Y", "%Y%m", "%Y%m%d", "%B %Y", "%b %Y"),
    *("%b-%y", "%b-%Y", "%B-%Y", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H:%M", "%Y"),
)
"""A column of dates is written in the first of these that all of it is; the day goes before the month."""


class Row(NamedTuple):
    """A row of a table: its line in the file, and its cells by column, whatever the table calls it."""

    line: int
    cells: Mapping[str, str]


def dated_by(header: Sequence[str]) -> list[tuple[str, ...]]:
    """The columns that say of which extract a row is: a date each, or year, quarter and month together."""
    dates: list[tuple[str, ...]] = []
    parts: dict[str, dict[str, str]] = {}
    for name in header:
        match = _DATED.fullmatch(re.sub(r"[^A-Z]+", "_", name.upper()).strip("_"))
        if match is None or not (match["part"] or match["of"] == "AS_AT"):
            continue
        if match["part"] in _PARTS:
            parts.setdefault(match["of"] or "", {}).setdefault(match["part"], name)
        else:
            dates.append((name,))
    return dates + [tuple(of[part] for part in _PARTS if part in of) for of in parts.values()]


def newest(rows: list[Row], columns: Iterable[tuple[str, ...]]) -> list[Row]:
    """The rows of the newest extract; one without a date counts as older than any other.

    Raises
    ------
    InputError
        There are several, and it cannot be told which is the newest.
    """
    for together in columns:
        written = {tuple(row.cells[column] for column in together) for row in rows}
        if len(written) > 1:
            order = _in_order(written, together)
            last = max(order.values())
            rows = [row for row in rows if order[tuple(row.cells[column] for column in together)] == last]
    return rows


def _in_order(
    written: Collection[tuple[str, ...]], columns: tuple[str, ...]
) -> dict[tuple[str, ...], tuple[float, ...]]:
    """By what rows say of their extract, a number that is greater the newer it is."""
    known = [cells for cells in written if not any(cell.upper() in MISSING for cell in cells)]
    numbers: list[list[float]] = []
    for place, column in enumerate(columns):
        values = sorted({cells[place] for cells in known})
        part = re.sub(r"[^A-Z]+", "_", column.upper()).rsplit("_", 1)[-1]
        alone = len(columns) == 1 and part in ("MONTH", "QUARTER")
        found = (
            _dates(values) if alone or part not in _READERS else [_READERS[part](value) for value in values]
        )
        if found is None or any(number is None for number in found):
            raise InputError(
                f"column {column} tells {len(values)} extracts apart ({some(values)}), and not which is the "
                f"newest; choose one: {_filter(column, values[-1])}."
            )
        by_value = dict(zip(values, found, strict=True))
        numbers.append([by_value[cells[place]] or 0.0 for cells in known])
    order = dict(zip(known, zip(*numbers, strict=True), strict=True))
    return {cells: order.get(cells, (-1.0,) * len(columns)) for cells in written}


def _year(text: str) -> float | None:
    return float(text) if re.fullmatch(r"(19|20)\d\d(\.0)?", text) else None


def _quarter(text: str) -> float | None:
    match = re.fullmatch(r"Q?([1-4])(\.0)?", text.upper())
    return float(match[1]) if match else None


def _month(text: str) -> float | None:
    if re.fullmatch(r"0?[1-9]|1[0-2]|([1-9]|1[0-2])\.0", text):
        return float(text)
    name = text.upper()[:3]
    return _MONTHS.index(name) + 1.0 if name in _MONTHS and text.isalpha() else None


_READERS: Mapping[str, Callable[[str], float | None]] = {"YEAR": _year, "QUARTER": _quarter, "MONTH": _month}


def _dates(values: Sequence[str]) -> list[float | None] | None:
    """Dates as numbers; None where they are not all written in one way."""
    if all(re.fullmatch(r"\d{5}", value) for value in values):  # days, as spreadsheets count them
        return [float(value) for value in values]
    for form in _DATES:
        try:
            return [float(datetime.strptime(value, form).toordinal()) for value in values]
        except ValueError:
            continue
    return None


# --- one row of each practice ---------------------------------------------------------------------


def one_each(
    rows: Sequence[Row],
    practice: str,
    columns: Sequence[str],
    whole: Callable[[Collection[int]], tuple[Sequence[str], Mapping[int, Sequence[str]]]],
) -> list[Row]:
    """One row of each practice, in their order; rows of one practice have to agree.

    Parameters
    ----------
    rows : sequence of Row
        Of one extract.
    practice : str
        The column with its code.
    columns : sequence of str
        Columns that are read.
    whole : callable
        Gives the header, and all cells of some lines of the file, with which to say how rows differ.

    Raises
    ------
    InputError
        Two rows of a practice say different things in a column that is read.
    """
    first: dict[str, Row] = {}
    others: dict[str, list[Row]] = {}
    for row in rows:
        if first.setdefault(row.cells[practice], row) is not row:
            others.setdefault(row.cells[practice], []).append(row)
    differ = [
        [first[code], *more]
        for code, more in others.items()
        if any(_said(row, columns) != _said(first[code], columns) for row in more)
    ]
    if differ:
        mostly = 2 * len(differ) >= len(first)
        raise InputError(_disagreement(differ, practice, columns, whole if mostly else None))
    return list(first.values())


def _said(row: Row, columns: Sequence[str]) -> list[float | str]:
    return [_number_or_text(row.cells.get(column, "")) for column in columns]


def _number_or_text(cell: str) -> float | str:
    try:
        return float(cell)
    except ValueError:
        return cell.upper()


def _disagreement(
    differ: Sequence[Sequence[Row]],
    practice: str,
    columns: Sequence[str],
    whole: Callable[[Collection[int]], tuple[Sequence[str], Mapping[int, Sequence[str]]]] | None,
) -> str:
    """What two rows of a practice say, and, where most have several, the filter that would choose."""
    one = differ[0][0]
    other = next(row for row in differ[0] if _said(row, columns) != _said(one, columns))
    column = next(c for c in columns if _said(one, [c]) != _said(other, [c]))
    more = f" (and so those of {len(differ) - 1:,} more practices)" if len(differ) > 1 else ""
    chosen = None
    if whole is not None:
        header, cells = whole({row.line for rows in differ for row in rows})
        chosen = _telling_apart(header, [[cells[row.line] for row in rows] for rows in differ], practice)
    cure = f"choose some: {_filter(*chosen)}" if chosen else "delete those that do not count"
    return (
        f"the rows of practice {one.cells[practice]!r} disagree in {column}{more}: line {one.line} says "
        f"{one.cells.get(column, '')!r}, line {other.line} {other.cells.get(column, '')!r}; {cure}."
    )


def _telling_apart(
    header: Sequence[str], groups: Sequence[Sequence[Sequence[str]]], practice: str
) -> tuple[str, str] | None:
    """A column in which all rows of each practice differ, and the value that most practices have there."""
    for place, name in enumerate(header):
        values = [[cells[place].strip() for cells in rows] for rows in groups]
        if name and name != practice and all(len(set(of)) == len(of) for of in values):
            told = [value for of in values for value in set(of) if value]
            if told and not all(isinstance(_number_or_text(value), float) for value in told):
                return name, max(sorted(set(told)), key=told.count)
    return None


def _filter(column: str, value: str) -> str:
    key = column if re.fullmatch(r"[A-Za-z0-9_-]+", column) else f'"{column}"'
    return f'population.filter = {{ {key} = ["{value}"] }}'


def some(texts: Sequence[str], most: int = 8) -> str:
    """The first of some texts, and how many more there are."""
    shown = ", ".join(repr(text[:40]) for text in texts[:most])
    return shown if len(texts) <= most else f"{shown} and {len(texts) - most} more"
