"""What factors are called beside and below panels: in words, where there are some, above their keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpsim.plain import one_line
from lpsim.show.figures.letters import FONT
from lpsim.show.figures.page import POINTS, SMALL, wrap
from lpsim.show.text.levers import name_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

KEY = 6.5
"""Points: the size of a key below its words."""
TWO_LINES = 0.27
"""Inches: the least height of a row for words and a key."""


def any_words(factors: Sequence[str]) -> bool:
    """Whether rows of these factors need room for two lines."""
    return any(map(name_of, factors))


def name_rows(ax: Axes, factors: Sequence[str], width: float) -> None:
    """Name rows 0, 1 … to the left of a panel, in no more than so many inches."""
    ax.set_yticks(range(len(factors)), [""] * len(factors))
    for row, factor in enumerate(factors):
        words, key = name_of(factor), one_line(factor)
        if words:
            _beside(ax, row, words, 1, SMALL, "0.1", width)
            _beside(ax, row, key, -6.5, KEY, "0.35", width)
        else:
            _beside(ax, row, key, -3, SMALL, "0.1", width)


def _beside(ax: Axes, row: int, text: str, up: float, size: float, ink: str, width: float) -> None:
    """A line whose foot is so many points above the row, as small as the room asks for."""
    size *= min(1.0, width * POINTS / wrap(text, 1e6, size)[1])
    ax.annotate(
        text, (0, row), xytext=(-5, up), xycoords=ax.get_yaxis_transform(), textcoords="offset points",
        ha="right", va="baseline", size=size, color=ink, family=FONT, parse_math=False, annotation_clip=False,
    )  # fmt: skip
