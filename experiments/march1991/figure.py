"""March's figures: our means by the program's rules and by the text's, published numbers as rings."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from experiments.figures import Look, hollow, label_ends, line, panels
from experiments.march1991.table import mean_p1

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from matplotlib.figure import Figure

PANELS = {"program": "By the rules of March's program", "text": "By the rules of his text"}
CODE = "mean knowledge of the code\n(1: all right, 0: nothing known)"
RINGS = {
    "figure1": "Rings: a published replication of March's program, 10,000 runs a point.",
    "figure5": "Rings: a re-implementation of March's program, 800 runs a point (where nobody leaves 4,000).",
    "others": "Rings: a re-implementation of March's program, 800 runs a point.",
}


def _figure(
    ours: pd.DataFrame, beside: pd.DataFrame, *, looks: tuple[Look, ...], across: str, up: str, heading: str
) -> Figure:
    runs, name, points = (
        ours["repetitions"].max(),
        ours["figure"].iloc[0],
        ours.groupby(["panel", "line"]).size(),
    )
    many = points.max() > 20
    bars = "bands" if many else "bars"
    note = (
        f"Lines: mean of {runs:,} runs; {bars}: 95 % intervals of that mean, where wider than the line.\n"
        f"{RINGS.get(name, RINGS['others'])}"
    )
    fig, axes = panels(list(PANELS.values()), across=across, up=up, heading=heading, note=note)
    for ax, panel in zip(axes, PANELS, strict=True):
        rows = ours[ours["panel"] == panel]
        ends = []
        for look in looks:
            found = rows[rows["line"] == look.line]
            line(ax, found, look, marks=not many)
            ends.append((found["mean"].iloc[-1], look))
        if panel == "program":
            hollow(ax, beside[beside["panel"] == panel])
        ax.set_ylim(min(0.0, ours["mean"].min() - 0.05), 1)
        label_ends(ax, ends)
    return fig


def _by_mean(draw: Callable[..., Figure]) -> Callable[..., Figure]:
    """Figure 2 is drawn against the mean p1, as March did; its tables go by the share of fast learners."""

    def drawn(ours: pd.DataFrame, beside: pd.DataFrame) -> Figure:
        return draw(*(table.assign(x=table["x"].map(mean_p1)) for table in (ours, beside)))

    return drawn


figure1 = partial(
    _figure,
    looks=(
        Look("p2 = 0.1", "code learns slowly\n(p2 = .1)", 0),
        Look("p2 = 0.5", "p2 = .5", 1),
        Look("p2 = 0.9", "code learns fast\n(p2 = .9)", 2),
    ),
    across="p1: how fast people learn from the code",
    up=CODE,
    heading="March (1991), figure 1: what the code knows in the end, by how fast people learn from it",
)
figure2 = _by_mean(
    partial(
        _figure,
        looks=(
            Look("slow and fast", "slow and fast\nlearners mixed", 2),
            Look("all alike", "all learn at\nthe mean p1", 0),
        ),
        across="mean p1 of the people (slow: .1, fast: .9)",
        up=CODE,
        heading="March (1991), figure 2: what the code knows in the end, by whether people differ",
    )
)
figure3 = partial(
    _figure,
    looks=(Look("fast", "fast learners\n(p1 = .9)", 2), Look("slow", "slow learners\n(p1 = .1)", 0)),
    across="share of people who learn fast",
    up="mean knowledge of people\n(1: all right, 0: nothing known)",
    heading="March (1991), figure 3: what slow and fast learners know after 20 periods",
)
figure4 = partial(
    _figure,
    looks=(Look("p1 = 0.1", "slow learning\n(p1 = .1)", 0), Look("p1 = 0.9", "fast learning\n(p1 = .9)", 2)),
    across="p3: turnover in a period",
    up=CODE,
    heading="March (1991), figure 4: what the code knows after 20 periods, by turnover",
)
figure5 = partial(
    _figure,
    looks=(Look("p3 = 0", "nobody leaves", 0), Look("p3 = 0.1", "turnover\n(p3 = .1)", 2)),
    across="period",
    up=CODE,
    heading="March (1991), figure 5: what the code knows where the world changes (p4 = .02)",
)
