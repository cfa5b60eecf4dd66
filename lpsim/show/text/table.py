"""One table for the terminal, Markdown and HTML: the same numbers, whichever way they are read.

A cell is text, a `Number` or a `Range`. Text is shown as it is: nothing in it is markup. A column with
numbers is aligned on the right, any other on the left.
"""

from __future__ import annotations

import html
import math
import re
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len

from lpsim.plain import plain
from lpsim.show.text.lines import WIDTH, fold
from lpsim.show.text.numbers import as_written, number, steady, written

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lpsim.analysis.summary import Summary

NONE = "–"
"""Stands where there is no number."""
_GAP = 2
_LEAST = 12
"""Characters: text and headings are not folded to less."""


class Number(NamedTuple):
    """A number; of a mean, its interval may stand beside it."""

    value: float
    form: str = ".2f"
    """As in `format`."""
    low: float = math.nan
    high: float = math.nan

    @classmethod
    def mean(cls, summary: Summary[float], form: str = ".2f") -> Number:
        """A mean over runs and its 95 % interval."""
        return cls(summary.mean, form, summary.low, summary.high)

    @property
    def text(self) -> str:
        """Without the interval."""
        return _written(self.value, self.form)

    @property
    def interval(self) -> str:
        """In brackets; empty where there is none, or no width: equal runs do not say how far runs differ."""
        if self.low == self.high:
            return ""
        ends = Range(self.low, self.high, self.form)
        return "" if str(ends) == NONE else f"[{ends}]".replace(" %", "")

    def __str__(self) -> str:
        return f"{self.text} {self.interval}".rstrip()


class Range(NamedTuple):
    """What lies between two numbers, such as the spread between worlds."""

    low: float
    high: float
    form: str = ".2f"

    def __str__(self) -> str:
        if math.isnan(self.low) or math.isnan(self.high):
            return NONE
        low, high = _written(self.low, self.form), _written(self.high, self.form)
        return f"{low.removesuffix(' %')} to {high}"


Cell = str | Number | Range

ROUNDED = "Each number is rounded by itself, so a difference may be one off in its last place."
"""Told where a difference stands beside numbers that do not give it as they are shown."""


def as_rounded(more: Number, less: Number, difference: Number) -> bool:
    """Whether a difference is, as they are shown, that of two numbers; so, too, where one is none."""
    shown = [_shown(one) for one in (more, less, difference)]
    return any(map(math.isnan, shown)) or math.isclose(shown[0] - shown[1], shown[2], abs_tol=1e-9)


def _shown(number: Number) -> float:
    return math.nan if math.isnan(number.value) else as_written(number.text)


@dataclass(frozen=True)
class Table:
    """Headings, rows of as many cells, a title above and notes below."""

    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    title: str = ""
    notes: Sequence[str] = ()

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.headings):
                raise ValueError(f"found {len(row)} cells under {len(self.headings)} headings: {row}")

    def terminal(self, width: int | None = WIDTH) -> str:
        """Plain text, no line wider than ``width`` if that can be (None: as wide as it is).

        Where columns are too wide together, intervals go below their numbers; then text and headings
        are folded between words; then some columns go below the others, and the names of the rows with
        them; and only where that is not enough are words broken.
        """
        columns = [_Column(heading, cells, below=False) for heading, cells in self._columns]
        if width is not None and _wide(columns) > width:
            columns = [_Column(heading, cells, below=True) for heading, cells in self._columns]
            _narrow(columns, width, whole=True)
        blocks = []
        for block in _blocks(columns, width):
            _narrow(block, _wide(block) if width is None else width)
            blocks.append("\n".join(_lines(block)))
        above = fold(self.title, width) if self.title else []
        below = [line for note in self.notes for line in fold(note, width)]
        return "\n".join([*above, "\n\n".join(blocks), *below])

    def markdown(self) -> str:
        """As GitHub reads it; paragraphs above and below for the title and the notes."""
        sides = ["---:" if _numeric(cells) else "---" for _, cells in self._columns]
        head, *rows = (list(map(_markdown, row)) for row in (self.headings, *self.rows))
        table = "\n".join(f"| {' | '.join(row)} |" for row in (head, sides, *rows))
        above = [f"**{_markdown(self.title)}**"] if self.title else []
        return "\n\n".join([*above, table, *map(_markdown, self.notes)]) + "\n"

    def html(self) -> str:
        """A ``table``, in which numbers have the class ``number``, and a paragraph ``note`` for each note."""
        sides = [' class="number"' if _numeric(cells) else "" for _, cells in self._columns]
        tags = ["td" if sides[0] else 'th scope="row"', *["td"] * (len(sides) - 1)]
        caption = f"<caption>{_html(self.title)}</caption>\n" if self.title else ""
        head = _html_row(['th scope="col"'] * len(sides), sides, self.headings)
        body = "".join(_html_row(tags, sides, row) for row in self.rows)
        notes = "".join(f'<p class="note">{_html(note)}</p>\n' for note in self.notes)
        return f"<table>\n{caption}<thead>\n{head}</thead>\n<tbody>\n{body}</tbody>\n</table>\n{notes}"

    @property
    def _columns(self) -> list[tuple[str, list[Cell]]]:
        return [(heading, [row[i] for row in self.rows]) for i, heading in enumerate(self.headings)]


# --- plain text -----------------------------------------------------------------------------------


class _Column:
    """A column as text, its heading first."""

    def __init__(self, heading: str, cells: Sequence[Cell], *, below: bool) -> None:
        self.numeric = _numeric(cells)
        texts = list(_texts(cells, below=below))
        self.texts = [plain(heading), *texts]
        self.width = max(map(_width, self.texts))
        solid = max(map(_width, texts)) if self.numeric else 0  # numbers are not broken
        self.least = max(solid, min(self.width, _LEAST))
        words = (word for text in self.texts for word in text.split())
        self.whole = max([self.least, *map(cell_len, words)])

    def placed(self, line: str) -> str:
        space = " " * (self.width - cell_len(line))
        return space + line if self.numeric else line + space


def _texts(cells: Sequence[Cell], *, below: bool) -> Iterator[str]:
    """The cells as text, with intervals on the right of all numbers or below them."""
    widest = max((len(cell.interval) for cell in cells if isinstance(cell, Number)), default=0)
    for cell in cells:
        text, interval = (cell.text, cell.interval) if isinstance(cell, Number) else (plain(str(cell)), "")
        if below or not widest:
            yield "\n".join(filter(None, (text, interval)))
        else:
            yield f"{text} {interval:>{widest}}"


def _narrow(columns: Sequence[_Column], width: int, *, whole: bool = False) -> None:
    """Take from the widest column that can give, as long as that is needed; leave words whole if asked."""
    while _wide(columns) > width:
        loose = [column for column in columns if column.width > (column.whole if whole else column.least)]
        if not loose:
            return
        max(loose, key=lambda column: column.width).width -= 1


def _blocks(columns: Sequence[_Column], width: int | None) -> Iterator[list[_Column]]:
    """As many columns at a time as there is room for, each time with the names of the rows."""
    names = [column for column in columns[:1] if not column.numeric]
    block = list(names)
    for column in columns[len(names) :]:
        if width is not None and len(block) > len(names) and _wide([*block, column]) > width:
            yield block
            block = list(names)
        block.append(column)
    yield block


def _lines(block: Sequence[_Column]) -> Iterator[str]:
    for row in range(len(block[0].texts)):
        for parts in zip_longest(*(fold(column.texts[row], column.width) for column in block), fillvalue=""):
            placed = (column.placed(part) for column, part in zip(block, parts, strict=True))
            yield (" " * _GAP).join(placed).rstrip()
        if row == 0:
            yield "─" * _wide(block)


def _wide(columns: Sequence[_Column]) -> int:
    return sum(column.width for column in columns) + _GAP * (len(columns) - 1)


def _width(text: str) -> int:
    return max(map(cell_len, text.split("\n")))


# --- what all share -------------------------------------------------------------------------------


def _numeric(cells: Sequence[Cell]) -> bool:
    return any(not isinstance(cell, str) for cell in cells)


def _written(value: float, form: str) -> str:
    if math.isnan(value):
        return NONE
    if form == ".0%":
        return number(value, share=True)
    rounded = steady(value) if form.endswith(("f", "%")) else value
    return written(rounded, form).replace("%", " %")


def _markdown(cell: Cell) -> str:
    if not isinstance(cell, str):
        return str(cell)
    return escaped(cell)


def escaped(text: str) -> str:
    """A text for a Markdown page, in which nothing is markup."""
    marks = r"[\\`*_<>\[\]|~&$]|^[#+-]|(?<=^\d)[.)](?=\s)"  # the last: of a list with numbers
    return re.sub(f"({marks})", r"\\\1", plain(text)).replace("\n", "<br>")


def _html(cell: Cell) -> str:
    return html.escape(plain(str(cell))).replace("\n", "<br>")


def _html_row(tags: Sequence[str], sides: Sequence[str], cells: Sequence[Cell]) -> str:
    parts = zip(tags, sides, cells, strict=True)
    row = "".join(f"<{tag}{side}>{_html(cell)}</{tag.split()[0]}>" for tag, side, cell in parts)
    return f"<tr>{row}</tr>\n"
