"""Performance over time: best member and conformity, by network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.figures import Look, hollow, label_ends, line, panels

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

SHOWN = {"best member": "9", "conformity": "3"}
"""How many are heard in each panel."""


def curves(ours: pd.DataFrame, beside: pd.DataFrame) -> Figure:
    """A panel per strategy, a line per network."""
    titles = [
        f"{strategy.capitalize()}: {heard} contacts are heard in a round" for strategy, heard in SHOWN.items()
    ]
    note = (
        f"Lines: mean over {ours['repetitions'].max()} landscapes (N = 15, K = 7); bars: 95 % intervals.\n"
        "Large hollow marks of the same shape and colour: the authors' runs, 1,000 landscapes;\n"
        "their conformists take whole solutions, and only better ones."
    )
    fig, axes = panels(
        titles,
        across="round",
        up="mean performance\n(1: the best there is)",
        heading="Barkoczi & Galesic (2016): whether it pays to know everybody depends on whom one copies",
        note=note,
    )
    for ax, (strategy, heard) in zip(axes, SHOWN.items(), strict=True):
        looks = [
            Look(f"{strategy}, {heard} heard, lattice", "lattice", 1),
            Look(f"{strategy}, {heard} heard, complete", "complete", 0),
        ]
        found = [(ours[(ours["line"] == look.line)], look) for look in looks]
        for rows, look in found:
            line(ax, rows, look)
            hollow(ax, beside[beside["line"] == look.line], look)
        ax.set_xlim(0, 205)
        ax.set_ylim(0, 1)
        label_ends(ax, [(rows["mean"].iloc[-1], look) for rows, look in found])
    return fig
