"""Text that fits: lines no wider than there is room for, and nothing in them that a terminal would obey."""

from __future__ import annotations

import re
from itertools import chain

from rich.cells import cell_len, chop_cells

from lpsim.plain import plain

WIDTH = 100
"""Characters to a line of what commands print."""


_HELD = "\N{NO-BREAK SPACE}"


def unbroken(text: str) -> str:
    """A text in which a number and its per cent sign stay on one line, wherever it is broken."""
    return re.sub(r"(?<=\d) (?=%)", _HELD, text)


def broken(text: str) -> str:
    """The same with spaces as they were."""
    return text.replace(_HELD, " ")


def fold(text: str, width: int | None = WIDTH, *, indent: int = 0) -> list[str]:
    """The lines of a text, broken between words where they are wider than ``width`` (None: nowhere).

    What was broken goes on ``indent`` spaces from the left.
    """
    lines = plain(text).split("\n")
    if width is None:
        return lines
    folded = ([line] if cell_len(line) <= width else _folded(line, width, indent) for line in lines)
    return list(chain.from_iterable(folded))


def _folded(line: str, width: int, indent: int) -> list[str]:
    lines, left = [""], 0
    for word in re.findall(r"\s*\S+(?:(?<=\d) %\S*)?", line):
        if cell_len(lines[-1] + word) <= width - left:
            lines[-1] += word
        else:
            left = indent
            lines += chop_cells(word.lstrip(), width - left)
    first, *more = filter(None, lines) if any(lines) else [""]
    return [first, *(" " * indent + line for line in more)]
