"""Ties as lines of text: edge lists and adjacency lists.

What is not understood is refused by its line, never passed over. The readers raise `ValueError`, whose
message is a sentence without the file and without its full stop.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lpsim.storage.readers import as_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


@dataclass
class Found:
    """What a file holds, as it stands there.

    Attributes
    ----------
    format : str
    names : dict of str to list of str, (nodes,)
        What nodes are called, by what says so.
    ends : int64, (ties, 2)
        Places of nodes.
    directed : bool, (ties,)
        Whether a tie goes from the first to the second alone.
    weights : float64, (ties,)
        NaN where there is none.
    unused : list of str
        What else there is about ties, and is not read.
    remarks : int
        Lines that are no ties.
    directions_count : bool
        Whether a tie given one way alone says more than that there is one.
    doubtful_heading : str or None
        The first line where it may be a heading.
    """

    format: str
    names: dict[str, list[str]]
    ends: NDArray[np.int64]
    directed: NDArray[np.bool_]
    weights: NDArray[np.float64]
    unused: list[str] = field(default_factory=list)
    remarks: int = 0
    directions_count: bool = True
    doubtful_heading: str | None = None


class Line(NamedTuple):
    """A line cut into cells, and its number in the file."""

    number: int
    cells: list[str]


_HEADINGS = (
    ("source", "target"),
    ("from", "to"),
    ("sender", "receiver"),
    ("ego", "alter"),
    ("node1", "node2"),
    ("id1", "id2"),
    ("v1", "v2"),
    ("practice1", "practice2"),
    ("practice", "peer"),
    ("person1", "person2"),
    ("start", "end"),
    ("tail", "head"),
)
"""What the two columns of an edge list are called, without capitals, signs, "node" and "id"."""
_WEIGHTS = ("weight", "value", "strength")
LINE_END = r"\r\n|\n|\r"
"""What ends a line, and nothing else: names may hold the other characters that Python takes for ends."""
_SEPARATORS = {".csv": ",;\t", ".tsv": "\t", ".tab": "\t"}


def is_weight(name: str) -> bool:
    """Whether an attribute or column is the weight of ties."""
    return name.strip().lower() in _WEIGHTS


# --- edge lists -----------------------------------------------------------------------------------


def edges(text: str, suffix: str) -> Found:
    """An edge list: a tie to a line, with a heading or without, and with weights or without."""
    lines, remarks, braces = _lines(text, suffix)
    heading = _heading(lines)
    found = _below_heading(lines, *heading) if heading else _without_heading(lines, suffix)
    found.remarks = remarks
    found.unused += ["attributes in braces"] if braces else []
    return found


def _below_heading(lines: Sequence[Line], source: int, target: int) -> Found:
    names, rows = lines[0].cells, lines[1:]
    if rows and all(len(row.cells) == len(names) + 1 for row in rows):  # as R writes names of rows
        names = ["", *names]
        source, target = source + 1, target + 1
    for row in rows:
        if len(row.cells) > len(names):
            raise ValueError(
                f"line {row.number}: found {len(row.cells)} cells below {len(names)} headings; put names "
                "with commas in quotes"
            )
    ties = [_tie(row, source, target) for row in rows]
    weight = next((place for place, name in enumerate(names) if is_weight(name)), None)
    kind = next((place for place, name in enumerate(names) if name.lower() == "type"), None)
    types = [_cell(row, kind).lower() for row in rows]
    if not set(types) <= {"", "directed", "undirected"}:  # then it is another column than Gephi's
        types, kind = [""] * len(rows), None
    read = {source, target, weight, kind}
    return _found(
        "edge list",
        ties,
        directed=[word == "directed" for word in types],
        weights=[as_number(_cell(row, weight)) for row in rows],
        unused=[name for place, name in enumerate(names) if name and place not in read],
    )


def _without_heading(lines: Sequence[Line], suffix: str) -> Found:
    ragged = suffix == ".ncol"  # where some ties may have no weight
    for line in lines:
        width = len(line.cells)
        if width < 2:
            raise ValueError(
                f"line {line.number}: found one name ({line.cells[0]!r}), and a tie has two; mend the line"
            )
        numbers = [as_number(cell) for cell in line.cells[2:]]
        if width > 3 or np.isnan(numbers).any() or (width != len(lines[0].cells) and not ragged):
            raise ValueError(
                f"line {line.number}: found {_listed(line.cells)}, and a tie has two names and at most a "
                "weight, on all lines alike; if a line is a node and those tied to it, let the file's name "
                "end in .adjlist; if there are more columns, put a line with the headings source and target "
                "above"
            )
    if lines and len(lines[0].cells) == 3 and not ragged:
        _see_that_weights_are_no_peers(lines)
    first = lines[0] if lines else None
    others = {cell for line in lines[1:] for cell in line.cells[:2]}
    doubtful = first is not None and len(lines) > 1 and not others & {*first.cells[:2]}
    found = _found(
        "edge list",
        [_tie(line, 0, 1) for line in lines],
        weights=[as_number(_cell(line, 2)) for line in lines],
    )
    if doubtful and first is not None:
        found.doubtful_heading = f"line {first.number} ({_listed(first.cells[:2])})"
    return found


def _see_that_weights_are_no_peers(lines: Sequence[Line]) -> None:
    """Where each node begins one line and every third word is a node, this may be an adjacency list."""
    firsts = [line.cells[0] for line in lines]
    names = {cell for line in lines for cell in line.cells[:2]}
    if len(set(firsts)) == len(firsts) and {line.cells[2] for line in lines} <= names:
        raise ValueError(
            f"line {lines[0].number}: the third of {_listed(lines[0].cells)} may be a weight or tied to the "
            "first, too; put a line with the headings source, target and weight above, or let the file's "
            "name end in .adjlist"
        )


def _heading(lines: Sequence[Line]) -> tuple[int, int] | None:
    """Where source and target stand, if the first line says so."""
    if not lines:
        return None
    names = [_plain(cell) for cell in lines[0].cells]
    if names[:2] == ["id", "label"]:
        raise ValueError(f"line {lines[0].number}: this is a list of nodes (Id, Label); give that of ties")
    for source, target in _HEADINGS:
        if source in names and target in names:
            for name in (source, target):
                if names.count(name) > 1:
                    raise ValueError(f"line {lines[0].number}: two headings are {name!r}; rename one")
            return names.index(source), names.index(target)
    return None


def _plain(heading: str) -> str:
    letters = re.sub(r"[^a-z0-9]", "", heading.lower())
    return re.sub(r"(?<=[a-z])(?:nodeid|node|id)$", "", letters)


# --- adjacency lists ------------------------------------------------------------------------------


def adjacency(text: str) -> Found:
    """An adjacency list: a node to a line, and after it those it is tied to."""
    lines, remarks, _ = _lines(text, ".adjlist")
    places: dict[str, int] = {}
    ends = []
    for line in lines:
        numbers = [places.setdefault(name, len(places)) for name in line.cells]
        ends += [(numbers[0], peer) for peer in numbers[1:]]
    return Found(
        "adjacency list",
        {"name": list(places)},
        as_ends(ends),
        np.ones(len(ends), dtype=bool),
        np.full(len(ends), np.nan),
        remarks=remarks,
        directions_count=False,
    )


# --- lines ----------------------------------------------------------------------------------------


def _lines(text: str, suffix: str) -> tuple[list[Line], int, bool]:
    """Lines cut into cells; how many are remarks; and whether any end in attributes in braces."""
    remarks = 0
    written: list[tuple[int, str]] = []
    for number, line in enumerate(re.split(LINE_END, text), start=1):
        if line.lstrip().startswith(("#", "%")):
            if written and _may_be_a_tie(line):
                raise ValueError(
                    f"line {number}: found {line.strip()[:40]!r}, which may be a remark or a tie; delete it, "
                    "or put names that begin so in quotes, in a .csv"
                )
            remarks += 1
        elif line.strip():
            written.append((number, line))
    parted = [_without_attributes(line) for _, line in written]
    separator = _separator([bare for bare, _ in parted], suffix)
    cut = (
        Line(number, _cells(number, bare, separator))
        for (number, _), (bare, _) in zip(written, parted, strict=True)
    )
    return [line for line in cut if any(line.cells)], remarks, any(attributes for _, attributes in parted)


def _without_attributes(line: str) -> tuple[str, str]:
    """A line before its attributes in braces, as networkx writes them, and those."""
    whole = line.rstrip()
    if not whole.endswith("}") or "{" not in whole:
        return line, ""
    bare, _, attributes = whole[:-1].partition("{")
    return bare.rstrip(), attributes.strip("{} \t")


def _may_be_a_tie(remark: str) -> bool:
    """Whether a line that begins as a remark has no space after its sign, and two or three words."""
    words = re.split(r"[\s,;]+", remark.strip())
    return len(words[0]) > 1 and len(words) in (2, 3)


def _separator(lines: Sequence[str], suffix: str) -> str | None:
    """What stands between cells; None: spaces. The first line of a .csv tells, elsewhere all have it."""
    allowed = _SEPARATORS.get(suffix)
    if allowed is not None:
        there = next((sign for sign in allowed if lines and sign in lines[0]), None)
        if there is None and lines:
            raise ValueError(
                f"the first line, {lines[0].strip()[:40]!r}, has no {'comma' if ',' in allowed else 'tab'}; "
                "put one between names, or let the file's name end in .txt where there are spaces"
            )
        return there
    return next((sign for sign in "\t,;" if lines and all(sign in line for line in lines)), None)


def _cells(number: int, line: str, separator: str | None) -> list[str]:
    if separator is not None:
        try:
            quoted = csv.reader(io.StringIO(line), delimiter=separator, skipinitialspace=True, strict=True)
            (cells,) = quoted if '"' in line else (line.split(separator),)
        except (csv.Error, ValueError):
            raise ValueError(f"line {number}: found {line.strip()[:40]!r}; is a quote left open?") from None
        cells = [cell.strip() for cell in cells]
        while len(cells) > 2 and not cells[-1]:
            del cells[-1]
        return cells
    words = line.split()
    if "#" in words[2:]:  # a remark after a tie
        words = words[: words.index("#")]
    hashed = next((word for word in words if word.startswith("#")), None)
    if hashed is not None:
        raise ValueError(
            f"line {number}: found {line.strip()[:40]!r}, in which {hashed!r} may be a name or a remark; put "
            "names that begin so in quotes, in a .csv, and remarks on lines of their own"
        )
    return words


def _tie(line: Line, source: int, target: int) -> tuple[str, str]:
    one, other = _cell(line, source), _cell(line, target)
    if not one or not other:
        raise ValueError(f"line {line.number}: found one name ({one or other!r}), and a tie has two")
    return one, other


def _cell(line: Line, place: int | None) -> str:
    return line.cells[place] if place is not None and place < len(line.cells) else ""


def _listed(cells: Sequence[str], most: int = 5) -> str:
    told = ", ".join(repr(cell[:40]) for cell in cells[:most])
    return told if len(cells) <= most else f"{told}, … ({len(cells)})"


def _found(
    form: str,
    ties: Sequence[tuple[str, str]],
    *,
    weights: Sequence[float],
    directed: Sequence[bool] = (),
    unused: Sequence[str] = (),
) -> Found:
    places: dict[str, int] = {}
    ends = [(places.setdefault(a, len(places)), places.setdefault(b, len(places))) for a, b in ties]
    return Found(
        format=form,
        names={"name": list(places)},
        ends=as_ends(ends),
        directed=np.array(directed or [False] * len(ends), dtype=bool),
        weights=np.array(weights, dtype=np.float64),
        unused=list(unused),
    )


def as_ends(ends: Sequence[tuple[int, int]]) -> NDArray[np.int64]:
    """Pairs of places as an array, (ties, 2)."""
    return np.array(ends, dtype=np.int64).reshape(-1, 2)
