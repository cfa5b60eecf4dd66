"""Person by person; drawn by ``static/draw/people.js``."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

import numpy as np

from lpsim.show.figures.people import name_of, rows_of
from lpsim.show.text.vocabulary import plural, step_word
from lpsim.show.web.panels.sample import Flag, flags, rounded

if TYPE_CHECKING:
    from lpsim.analysis.people import People
    from lpsim.show.web.panels.sample import Values


class Row(TypedDict):
    """A post, a practice's memory or the service's guidance."""

    name: str
    down: float
    """How far down it stands, in rows."""
    post: bool
    right: Values
    """The shares of issues held rightly and `wrong` at the end of each step, the first before any."""
    wrong: Values
    came: list[int]
    """Steps in which somebody new came to the post."""


class Everybody(TypedDict):
    """A run of few people."""

    steps: list[int]
    unit: str
    rows: list[Row]
    """From above: guidance, then each practice's memory and its people."""
    flags: list[Flag]


def people(found: People) -> Everybody:
    """The rows of everybody in a run."""
    places, down = rows_of(found.structure)
    scenario = found.run.scenario
    return {
        "steps": list(range(len(found.right))),
        "unit": plural(step_word(scenario)),
        "rows": [_row(found, place, float(at)) for place, at in zip(places, down, strict=True)],
        "flags": flags(scenario),
    }


def _row(found: People, place: int, down: float) -> Row:
    post = place < found.structure.staff
    return {
        "name": name_of(found.structure, place).replace("\n", " "),
        "down": down,
        "post": post,
        "right": rounded(found.right[:, place]),
        "wrong": rounded(found.wrong[:, place]),
        "came": [int(step) for step in np.flatnonzero(found.came[:, place])] if post else [],
    }


def of_practice(found: People, practice: int) -> Everybody:
    """The rows of one practice: the service's guidance, the practice's memory and its people."""
    structure, scenario = found.structure, found.run.scenario
    first, last = (int(place) for place in structure.first_staff[practice : practice + 2])
    top = len(found.right[0]) - structure.bodies[-1]
    down = [0.0, 1.3, *(2.6 + row for row in range(last - first))]
    places = [top, structure.staff + practice, *range(first, last)]
    return {
        "steps": list(range(len(found.right))),
        "unit": plural(step_word(scenario)),
        "rows": [_row(found, place, at) for place, at in zip(places, down, strict=True)],
        "flags": flags(scenario),
    }
