"""What becomes of March's model where people also learn from neighbours and some issues are tacit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.claims import Claim, greater, untested
from experiments.tables import BOUND, highest

if TYPE_CHECKING:
    import pandas as pd

SOON, END = 10, 300


def channels(ours: pd.DataFrame, _beside: pd.DataFrame) -> list[Claim]:
    """Tacit knowledge travels only between people."""
    people = ours[(ours["figure"] == "channels") & (ours["panel"] == "people")]
    code, neighbours, both = (_line(people, line) for line in ("code", "neighbours", "code and neighbours"))
    return [
        _alike(neighbours),
        greater(
            "from the code alone people learn the less the more is tacit",
            [(code.iloc[i], code.iloc[i + 1]) for i in range(len(code) - 1)],
        ),
        _nothing(ours),
        greater(
            "where something is tacit, who learns from neighbours as well knows more than by the code alone",
            [(both.iloc[i], code.iloc[i]) for i in range(1, len(code))],
        ),
        _bounded(ours),
        _rest(ours),
        untested("the levels of the paper's figures", "no number of them is at hand"),
    ]


def _alike(neighbours: pd.DataFrame) -> Claim:
    apart = neighbours["mean"].max() - neighbours["mean"].min()
    return Claim(
        "from neighbours alone people learn as much whatever is tacit, to the last bit",
        bool(apart == 0.0),
        f"the largest difference of means is {apart:g}",
    )


def _nothing(ours: pd.DataFrame) -> Claim:
    code = ours[(ours["panel"] == "code") & (ours["x"] == 1)]
    return Claim(
        "where all is tacit the code knows nothing",
        bool((code["mean"] == 0).all() and (code["sd"] == 0).all()),
        f"{code['mean'].abs().max():g} in every run",
    )


def _bounded(ours: pd.DataFrame) -> Claim:
    code = ours[(ours["figure"] == "channels") & (ours["panel"] == "code")]
    code = code[code["se"] > 0]
    over = ((code["mean"] - (1 - code["x"])) / code["se"]).max()
    return Claim(
        "the code knows no more than what is explicit",
        bool(over < BOUND),
        f"at most {over:+.1f} standard errors more",
    )


def _rest(ours: pd.DataFrame) -> Claim:
    moved = ours[ours["figure"] == "change"]["mean"].abs().max()
    return Claim(
        "300 periods are an end: from 150 on no mean changes by more than a thousandth",
        bool(moved < 0.001),
        f"{moved:.5f}",
    )


def speed(ours: pd.DataFrame, _beside: pd.DataFrame) -> list[Claim]:
    """Slow learning pays among neighbours as it does from the code."""
    end, soon = (ours[ours["panel"] == f"period {period}"] for period in (END, SOON))
    alone, fast = (_line(end, f"p1 = {p1}") for p1 in ("0", "0.9"))
    early = _line(soon, "p1 = 0")
    return [
        greater("soon fast learning from neighbours is better", [(early.iloc[-1], early.iloc[0])]),
        greater("in the end slow learning from neighbours is better", [(alone.iloc[0], alone.iloc[-1])]),
        greater("so it is where people learn fast from the code, too", [(fast.iloc[0], fast.iloc[-1])]),
        greater(
            "who learns fast from the code as well knows less in the end than from neighbours alone",
            [(alone.iloc[i], fast.iloc[i]) for i in range(len(alone))],
        ),
    ]


def turnover(ours: pd.DataFrame, _beside: pd.DataFrame) -> list[Claim]:
    """What is only in people leaves with them."""
    explicit, tacit = (_line(ours, line) for line in ("explicit", "tacit"))
    best = highest(tacit)
    return [
        greater(
            "tacit knowledge is hurt by any turnover",
            [(tacit.iloc[0], tacit.iloc[i]) for i in range(1, len(tacit))],
        ),
        greater(
            "explicit knowledge survives turnover better, at every rate",
            [(explicit.iloc[i], tacit.iloc[i]) for i in range(1, len(tacit))],
        ),
        Claim("most tacit knowledge is where nobody leaves", bool(best["x"] == 0), f"at {best['x']:g}"),
    ]


def space(ours: pd.DataFrame, _beside: pd.DataFrame) -> list[Claim]:
    """Who hears only those near by keeps variety."""
    grid, moved, complete = (_line(ours, line) for line in ("grid", "small world", "complete"))
    return [
        greater("soon (period 3) who hears everybody knows more", [(_at(complete, 3), _at(grid, 3))]),
        greater("in the end who hears only neighbours does", [(_at(grid, END), _at(complete, END))]),
        greater(
            "so does who hears four on a ring, of whose ties some are moved",
            [(_at(moved, END), _at(complete, END))],
        ),
        untested(
            "distant search, by which a person learns now and then from somebody at random",
            "a person's ties are fixed; moved ties stand in for it",
        ),
    ]


def _line(ours: pd.DataFrame, name: str) -> pd.DataFrame:
    return ours[ours["line"] == name].sort_values("x")


def _at(line: pd.DataFrame, x: float) -> pd.Series:
    return line[line["x"] == x].iloc[0]
