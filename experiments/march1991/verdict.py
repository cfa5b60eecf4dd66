"""What March's figures show, as claims that the runs bear out or not."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from experiments.claims import CONTRAST, Claim, agreement, disagreement, greater, lead
from experiments.march1991.table import LATENESS
from experiments.tables import highest

if TYPE_CHECKING:
    import pandas as pd

    Pairs = list[tuple[pd.Series, pd.Series]]

PROGRAM = "program"


def figure1(ours: pd.DataFrame, beside: pd.DataFrame) -> list[Claim]:
    """Slow learning pays."""
    slow = [(_at(rows, 0.1), row) for rows in _lines(ours) for row in _rows(rows[rows["x"] > 0.1])]
    middle = _lines(ours, "p2 = 0.5")[0]
    return [
        *_compared(beside),
        greater("at every p2 the code knows most where people learn most slowly", slow),
        greater("at p2 = .5 each tenth that p1 rises by costs knowledge", _falls(middle)),
    ]


def figure2(ours: pd.DataFrame, beside: pd.DataFrame) -> list[Claim]:
    """Some slow learners are worth more than the same slowness spread over all."""
    mixed, alike = (_lines(ours, name)[0] for name in ("slow and fast", "all alike"))
    return [
        *_compared(beside),
        greater("slow and fast mixed know more than all at the same mean", _at_same(mixed, alike)),
    ]


def figure3(ours: pd.DataFrame, beside: pd.DataFrame) -> list[Claim]:
    """The fast live on what the slow preserve."""
    fast, slow = (_lines(ours, name)[0] for name in ("fast", "slow"))
    return [
        *_compared(beside),
        greater("the fast know more than the slow, whatever their share", _at_same(fast, slow)),
    ]


def figure4(ours: pd.DataFrame, beside: pd.DataFrame) -> list[Claim]:
    """Turnover harms where learning is slow and helps, up to a point, where it is fast."""
    slow, fast = (_lines(ours, name)[0] for name in ("p1 = 0.1", "p1 = 0.9"))
    best = highest(fast)
    meeting = abs(lead(_at(slow, 1.0), _at(fast, 1.0)))
    return [
        *_compared(beside),
        greater(
            "slow learning: the code knows less wherever people leave",
            [(_at(slow, 0.0), r) for r in _rows(slow[1:])],
        ),
        greater(
            "fast learning: some turnover is better than none and than all",
            [(best, _at(fast, p3)) for p3 in (0.0, 1.0)],
        ),
        Claim(
            "where everybody leaves, p1 does not matter",
            meeting < CONTRAST,
            f"{meeting:.1f} standard errors apart",
        ),
    ]


def figure5(ours: pd.DataFrame, beside: pd.DataFrame) -> list[Claim]:
    """A closed organization loses touch with a changing world."""
    closed, open_ = (_lines(ours, name)[0] for name in ("p3 = 0", "p3 = 0.1"))
    best = highest(closed)
    return [
        *_compared(beside),
        greater(
            "where nobody leaves, knowledge rises and then decays",
            [(best, _at(closed, t)) for t in (0.0, 100.0)],
        ),
        greater("turnover rescues adaptation (period 100)", [(_at(open_, 100.0), _at(closed, 100.0))]),
    ]


def ablation(_ours: pd.DataFrame, beside: pd.DataFrame) -> list[Claim]:
    """Each rule that March's text leaves out counts."""
    return [agreement(beside)]


def horizon(ours: pd.DataFrame, _beside: pd.DataFrame) -> list[Claim]:
    """Whether what figure 1 calls equilibrium is one."""
    return [
        _at_rest(ours[ours["panel"] == panel], f"the rules of the {panel}")
        for panel in ours["panel"].unique()
    ]


def _at_rest(rows: pd.DataFrame, rules: str) -> Claim:
    means, shares = (rows[rows["line"].str.endswith(what)] for what in LATENESS)
    moved, changed = means["mean"].abs().max(), highest(shares)
    where = f"{changed['line'].partition(', ')[0]}, p1 = {changed['x']:g}"
    return Claim(
        f"by {rules}, 300 steps or 600 give the same mean knowledge of the code to a thousandth",
        bool(moved < 0.001),
        f"the largest change of a mean is {moved:.5f}; code, people or their agreement changed in at most "
        f"{changed['mean']:.1%} of a cell's runs ({where})",
    )


def _compared(beside: pd.DataFrame) -> list[Claim]:
    program, text = (beside[beside["panel"] == panel] for panel in (PROGRAM, "text"))
    return [agreement(program), disagreement(text, "the rules of the text")]


def _lines(ours: pd.DataFrame, name: str | None = None) -> list[pd.DataFrame]:
    """The lines of a figure by the program's rules, or the one of a name."""
    ours = ours[ours["panel"] == PROGRAM]
    names = [name] if name else list(ours["line"].unique())
    return [ours[ours["line"] == found] for found in names]


def _rows(table: pd.DataFrame) -> list[pd.Series]:
    return [row for _, row in table.iterrows()]


def _at(line: pd.DataFrame, x: float) -> pd.Series:
    return line[line["x"] == x].iloc[0]


def _falls(line: pd.DataFrame) -> Pairs:
    rows = _rows(line)
    return list(pairwise(rows))


def _at_same(first: pd.DataFrame, second: pd.DataFrame) -> Pairs:
    return list(zip(_rows(first), _rows(second), strict=True))
