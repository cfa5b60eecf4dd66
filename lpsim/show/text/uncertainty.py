"""The two uncertainties by name, and what is said of runs wherever they are summed up.

The *interval* says how well a mean is known; the *spread* says what may happen in one world. A pair of
brackets is the one unless a heading says otherwise (`lpsim guide`), and a band in a figure always the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpsim.analysis.summary import FEW

if TYPE_CHECKING:
    from collections.abc import Sequence

INTERVAL = "95 % interval of the mean"


def spread_of(runs: int) -> str:
    """What the spread between the worlds of so many runs is."""
    return "8 of 10 worlds lie between" if runs >= FEW else "lowest to highest world"


def band_of(runs: int) -> str:
    """The same, of the band in a figure over time."""
    return f"what {spread_of(runs)}" if runs >= FEW else spread_of(runs)


def one_run(seed: int | None = None) -> str:
    """What has to be known of a single run."""
    which = "One run" if seed is None else f"One run (seed {seed})"
    return f"{which}: another seed gives other numbers."


def means_of(runs: int) -> str:
    """What the numbers of a table are, and the brackets beside them."""
    return f"Means of {runs} runs; in brackets the {INTERVAL}, where runs differ." if runs > 1 else one_run()


def seeds_of(seeds: Sequence[int]) -> str:
    """How many runs, with which seeds."""
    if len(seeds) == 1:
        return f"one run, seed {seeds[0]}"
    return f"{len(seeds)} runs (seeds {seeds[0]} to {seeds[-1]})"
