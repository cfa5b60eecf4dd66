"""The page that maps stand on: a title, panels of one scale, a key and notes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D

from lpsim.show.figures import layout, page
from lpsim.show.figures.letters import FONT
from lpsim.show.figures.page import POINTS, SMALL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from lpsim.runs.run import Run

    Titles = Sequence[tuple[str, str]]  # of each panel: what it shows, and a figure or two
    Line = tuple[str, float, dict[str, Any]]  # broken text, its height (inches), how it looks

MOST_PANELS = 12
LOOK: dict[str, Any] = {"family": FONT, "linespacing": 1.05, "parse_math": False}
EDGE = "0.25"
"""The grey of signs."""
# Inches: a page, its margin, between panels, colour bar and words, the widest panel, above a key beside.
PAGE, MARGIN, BETWEEN, BAR, _WIDEST, _ABOVE = 11.0, 0.35, 0.25, 0.75, 6.9, 2.0
_ROW, _HANDLE = 17.0, 52.0  # of the key, in points: a row, a sign with the room around it


class Sheet(NamedTuple):
    """A page with a title, panels that all have the same scale, a key and notes."""

    figure: Figure
    panels: list[Axes]
    scale: float
    """Points per unit of a map."""
    foot: float
    """How far up the key and notes below the panels reach, in inches."""


def sign(
    shape: str, text: str, *, fill: str = "0.75", edge: str = EDGE, size: float = 8.5, thick: float = 0.6
) -> Line2D:
    """An entry of the key with a marker."""
    look: Any = {"marker": shape, "markersize": size, "markerfacecolor": fill, "markeredgewidth": thick}
    return Line2D([], [], linestyle="none", markeredgecolor=edge, label=text, **look)


def _fit_key(key: Sequence[Line2D], width: float) -> tuple[int, float]:
    """Break what is too long for a width in inches; return how many columns fit, and the height."""
    texts = [page.wrap(str(line.get_label()), width * POINTS - _HANDLE) for line in key]
    for line, (text, _, _) in zip(key, texts, strict=True):
        line.set_label(" " * text.startswith("_") + text)  # else matplotlib leaves it out
    columns = max(1, int(width * POINTS / (_HANDLE + max((wide for _, wide, _ in texts), default=0.0))))
    more = sum(text.count("\n") for text, _, _ in texts) * SMALL * page.LEADING
    return columns, (-(-len(key) // columns) * _ROW + more) / POINTS


def _draw_key(figure: Figure, key: Sequence[Line2D], *, columns: int, corner: tuple[float, float]) -> None:
    """Entries from left to right, then down, from an upper left corner in inches."""
    wide, high = figure.get_size_inches()
    look: Any = {"loc": "upper left", "borderaxespad": 0, "borderpad": 0, "frameon": False}
    look |= {"handlelength": 2.8, "columnspacing": 1.6, "labelspacing": 0.8}
    legend = figure.legend(
        handles=[line for column in range(columns) for line in key[column::columns]],
        bbox_to_anchor=(corner[0] / wide, corner[1] / high),
        ncols=columns,
        prop=FontProperties(family=FONT, size=SMALL),
        labelcolor="0.2",
        **look,
    )
    for text in legend.get_texts():
        text.set_parse_math(False)


# --- the page ------------------------------------------------------------------------------------------


def sheet(
    run: Run,
    *,
    found: str,
    heading: str,
    titles: Titles,
    key: Sequence[Line2D],
    notes: Sequence[str],
    up: float = layout.UP,
    extra: float = 0.0,
    columns: int = 0,
    beside: float = 0.0,
) -> Sheet:
    """Lay out a page: the run's title, panels of `up` units of a map, `extra` inches, key, notes.

    With `beside` key and notes stand in a column of as many inches, right of one panel.
    """
    width = PAGE - 2 * MARGIN
    columns = columns or _columns(len(titles))
    wide = min(_WIDEST, (width - beside - (columns - 1 + bool(beside)) * BETWEEN) / columns)
    above, below = (
        _heading(run, found, heading),
        [_text(note, beside or width, colour="0.35") for note in notes],
    )
    names = [_title(*title, wide) for title in titles]
    row = max(map(_height, names)) + wide / layout.ACROSS * up + 0.1 + BETWEEN
    across, tall = _fit_key(key, beside or width)
    foot = tall + _height(below) + MARGIN
    low = max(MARGIN + extra, foot + _ABOVE - row) if beside else foot + extra
    top = low - (-len(titles) // columns) * row
    figure = Figure(figsize=(PAGE, top + _height(above) + MARGIN))
    panels = []
    for i, title in enumerate(names):
        x, y = MARGIN + i % columns * (wide + BETWEEN), top - (i // columns + 1) * row + BETWEEN
        panels.append(_panel(figure, (x, y, wide, wide / layout.ACROSS * up), up))
        _write(figure, title, x, y + row - BETWEEN)
    _write(figure, above, MARGIN, top + _height(above) + MARGIN / 2)
    left = PAGE - MARGIN - (beside or width)
    _draw_key(figure, key, columns=across, corner=(left, foot))
    _write(figure, below, left, _height(below) + MARGIN - 0.04)
    return Sheet(figure, panels, wide * POINTS / layout.ACROSS, foot)


def _columns(panels: int) -> int:
    return next(c for most, c in ((1, 1), (2, 2), (3, 3), (4, 2), (6, 3), (MOST_PANELS, 4)) if panels <= most)


def _panel(figure: Figure, box: tuple[float, float, float, float], up: float) -> Axes:
    wide, high = figure.get_size_inches()
    panel = figure.add_axes((box[0] / wide, box[1] / high, box[2] / wide, box[3] / high))
    panel.set(xlim=(0, layout.ACROSS), ylim=(0, up), xticks=[], yticks=[])
    panel.spines[:].set(color="0.85", linewidth=0.8)
    return panel


def _heading(run: Run, found: str, heading: str) -> list[Line]:
    width = PAGE - 2 * MARGIN
    return [
        *(_text(text, width, size=s, weight=w, colour=c) for text, s, w, c in page.headlines(run, found)),
        _text(heading, width, size=9.5, colour="0.1"),
        _text(page.about([run]), width, colour="0.35"),
    ]


def _title(title: str, more: str, width: float) -> list[Line]:
    lines = [_text(title, width, size=9.5, weight="bold", colour="0.1"), _text(more, width, colour="0.3")]
    return [line for line in lines if line[0]]


def _text(
    text: str, width: float, *, size: float = SMALL, weight: str = "normal", colour: str = "0.2"
) -> Line:
    broken, _, height = page.wrap(text, width * POINTS, size, weight)
    return broken, height / POINTS + 0.03, {"size": size, "weight": weight, "color": colour}


def _height(lines: Sequence[Line]) -> float:
    return sum(line[1] for line in lines)


def _write(figure: Figure, lines: Sequence[Line], x: float, y: float) -> None:
    """Lines below each other from the upper left corner, in inches."""
    wide, high = figure.get_size_inches()
    for text, height, more in lines:
        figure.text(x / wide, y / high, text, va="top", **more, **LOOK)
        y -= height
