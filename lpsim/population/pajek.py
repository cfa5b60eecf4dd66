"""Pajek's networks: sections of lines, each below a word with a star.

networkx reads sections of lists as if they were edges, and vertices of one label as one; so they are read
here. What is not understood is refused as in `lpsim.population.tie_lists`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from lpsim.population.tie_lists import LINE_END, Found, Line, as_ends
from lpsim.storage.readers import as_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_VERTEX = re.compile(r'\s*(\d+)(?:\s+(?:"([^"]*)"|(\S+)))?')
_OF_TIES = ("*arcs", "*edges", "*arcslist", "*edgeslist", "*matrix")


def pajek(text: str) -> Found:
    """Pajek's network: vertices, arcs and edges, each alone or in lists, or a matrix."""
    sections, remarks = _sections(text)
    vertices = [section for section in sections if section[0].cells[0].lower() == "*vertices"]
    if len(vertices) != 1:
        raise ValueError(f"found {len(vertices)} sections *Vertices; give a file with one network")
    labels = _vertices(*vertices[0])
    places = {number: place for place, number in enumerate(labels)}
    ends: list[tuple[int, int]] = []
    directed: list[bool] = []
    weights: list[float] = []
    unused = []
    for heading, lines in sections:
        kind = heading.cells[0].lower()
        if kind not in _OF_TIES:
            unused += [heading.cells[0]] if kind not in ("*vertices", "*network") else []
            continue
        for one, other, weight in _pajek_ties(kind, lines, list(labels)):
            for name in (one, other):
                if name not in places:
                    raise ValueError(
                        f"line {heading.number}: vertex {name!r} is tied below it, and not there"
                    )
            ends.append((places[one], places[other]))
            weights.append(weight)
            directed.append(kind in ("*arcs", "*arcslist", "*matrix"))
    names = {"label": list(labels.values()), "id": list(labels)}
    array = np.array(weights, dtype=np.float64)
    return Found("Pajek", names, as_ends(ends), np.array(directed, bool), array, unused, remarks)


def _sections(text: str) -> tuple[list[tuple[Line, list[Line]]], int]:
    """Lines that begin with a star, and those below each; and how many are remarks."""
    sections: list[tuple[Line, list[Line]]] = []
    remarks = 0
    for number, line in enumerate(re.split(LINE_END, text), start=1):
        words = line.split()
        if not words:
            continue
        if words[0].startswith("%"):
            remarks += 1
        elif words[0].startswith("*"):
            sections.append((Line(number, words), []))
        elif not sections:  # Pajek passes over what stands above
            remarks += 1
        elif sections[-1][0].cells[0].lower() == "*vertices":
            sections[-1][1].append(Line(number, [line]))
        else:
            sections[-1][1].append(Line(number, words))
    return sections, remarks


def _vertices(heading: Line, lines: Iterable[Line]) -> dict[str, str]:
    """Labels by number; a vertex that has no line is called by its number."""
    if len(heading.cells) > 2:
        raise ValueError(
            f"line {heading.number}: found {' '.join(heading.cells)!r}, vertices of two modes; save the "
            "network of one mode"
        )
    if len(heading.cells) < 2 or not heading.cells[1].isdigit():
        raise ValueError(f"line {heading.number}: found *Vertices without their number; write it there")
    count = int(heading.cells[1])
    if count > 1_000_000:
        raise ValueError(f"line {heading.number}: found {count:,} vertices; allowed are at most 1,000,000")
    labels = {str(number): str(number) for number in range(1, count + 1)}
    for line in lines:
        match = _VERTEX.match(line.cells[0])
        number = str(int(match[1])) if match else ""
        if match is None or number not in labels:
            raise ValueError(
                f"line {line.number}: found {line.cells[0].strip()[:40]!r}; allowed is a vertex, 1 to "
                f"{count}, and its label"
            )
        labels[number] = (match[2] or match[3] or number).strip()
    return labels


def _pajek_ties(
    kind: str, lines: Sequence[Line], vertices: Sequence[str]
) -> Iterator[tuple[str, str, float]]:
    """The ends and the weight of each tie of a section."""
    if kind == "*matrix":
        if len(lines) != len(vertices) or any(len(line.cells) != len(vertices) for line in lines):
            raise ValueError(f"*Matrix: found {len(lines)} lines; allowed are {len(vertices)} as long")
        for one, line in zip(vertices, lines, strict=True):
            for other, cell in zip(vertices, line.cells, strict=True):
                weight = as_number(cell)
                if weight != 0:
                    yield one, other, weight
        return
    for line in lines:
        words = [word for word in line.cells if not word.startswith("[")]
        if len(words) < 2:
            raise ValueError(f"line {line.number}: found {line.cells[0]!r} alone; a tie has two ends")
        if kind.endswith("list"):
            for other in words[1:]:
                yield words[0], other, np.nan
        else:
            yield words[0], words[1], as_number(words[2]) if len(words) > 2 else np.nan
