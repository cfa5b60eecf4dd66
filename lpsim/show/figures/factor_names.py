"""Factors beside and below panels: their names, in words where there are some, and scales of axes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from lpsim.plain import one_line
from lpsim.show.figures.letters import FONT
from lpsim.show.figures.page import POINTS, SMALL, wrap
from lpsim.show.text.levers import name_of, with_unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.axis import XAxis, YAxis

    from lpsim.scenario import Scenario
    from lpsim.sweeps.design.design import Design

KEY = 6.5
"""Points: the size of a key below its words."""
TWO_LINES = 0.27
"""Inches: the least height of a row for words and a key."""


_LOG_TICKS = ((100, (1.0,)), (10, (1.0, 3.0)), (0, (1.0, 2.0, 5.0)))
"""Of an axis whose end is so many times its beginning, what multiples of powers of ten are numbered."""


def any_words(factors: Sequence[str]) -> bool:
    """Whether rows of these factors need room for two lines."""
    return any(map(name_of, factors))


def is_log(design: Design, key: str) -> bool:
    """Whether a design draws a key's values evenly in their logarithm, as its axis then is."""
    spreads = (factor.spread for factor in design.factors if key in factor.columns)
    return any(spread is not None and spread.name == "log_uniform" for spread in spreads)


def log_ruler(ax: Axes, ruler: XAxis | YAxis) -> None:
    """Make an axis logarithmic, with plain numbers, some four of them."""
    ax.set(**{f"{ruler.axis_name}scale": "log"})
    low, high = ruler.get_view_interval()
    subs = next(subs for times, subs in _LOG_TICKS if high >= times * low)
    ruler.set_major_locator(LogLocator(subs=subs))
    ruler.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    ruler.set_minor_locator(NullLocator())


def name_rows(
    ax: Axes, factors: Sequence[str | tuple[str, ...]], width: float, scenario: Scenario | None = None
) -> None:
    """Name rows 0, 1 … to the left of a panel, in no more than so many inches.

    With a scenario, whose factors they are, keys say for which time a probability is told. A factor is a key,
    or the several that it moves together.
    """
    ax.set_yticks(range(len(factors)), [""] * len(factors))
    for row, factor in enumerate(factors):
        keys = (factor,) if isinstance(factor, str) else factor
        words = name_of(keys[0]) if len(keys) == 1 else ""
        key = one_line(with_unit(scenario, *keys) if scenario else " and ".join(keys))
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
