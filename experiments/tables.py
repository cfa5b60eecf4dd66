"""Means with their errors, beside published numbers; as CSV with a head that says where they come from."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

if TYPE_CHECKING:
    from pathlib import Path

    import lpsim


class Place(NamedTuple):
    """Where a number stands: which figure, panel and line, and at what value of the horizontal axis."""

    figure: str
    panel: str
    line: str
    x: float


Seen = Mapping[str, NDArray[np.float64]]
"""What was kept of the runs of a design point, by measure (and ``step``): shape (runs, steps kept)."""
Numbers = Iterator[tuple[Place, NDArray[Any]]]
"""Numbers of the runs of a design point: where each stands, and its value in each run, shape (runs,)."""
Read = Callable[[Mapping[str, Any], Seen], Numbers]
"""Makes numbers of a design point's values (``scenario``, and the factors by their keys) and its runs."""
Compare = Callable[[Sequence[tuple[Mapping[str, Any], Seen]]], Numbers]
"""Makes numbers of all points' runs together, where the same seeds run them all: pairs, seed by seed."""

WHERE = list(Place._fields)
PLACE = ["figure", "line", "x"]
"""What a published number is known by; it is compared with every panel that has such a place."""
FIRST = 10
"""Runs whose mean is kept, so that it can be seen at once whether another version gives the same runs."""
BOUND = 3.3
"""Standard errors; a correct model differs by more in one of 1,000 numbers."""


def summary(store: lpsim.Store, read: Read, compare: Compare | None = None) -> pd.DataFrame:
    """A row per number: where it stands, and ``mean``, ``sd`` and ``se`` over its repetitions.

    ``of_first`` is the mean of the first `FIRST` repetitions, ``digest`` the beginning of the scenario's;
    what compares several points has none.
    """
    design, digests = store.design, store.points()["digest"]
    n = design.scheme.replications
    rows: list[tuple[Any, ...]] = []
    points = []
    for point, (_, kept) in zip(design.points, store.frame().groupby("point"), strict=True):
        seen = {name: kept[name].to_numpy().reshape(n, -1) for name in ("step", *design.keep.measures)}
        points.append((point.values, seen))
        rows += _rows(read(point.values, seen), design.seeds(point).start, digests[point.number][:12])
    if compare:
        rows += _rows(compare(points), design.scheme.first_seed, "")
    columns = [*WHERE, "mean", "sd", "se", "repetitions", "first_seed", "of_first", "digest"]
    return pd.DataFrame(rows, columns=columns)


def _rows(numbers: Numbers, first_seed: int, digest: str) -> Iterator[tuple[Any, ...]]:
    places, columns = zip(*numbers, strict=True)
    runs = np.stack(columns, axis=1)
    n = len(runs)
    sd = runs.std(axis=0, ddof=1) if n > 1 else np.full(len(places), math.nan)
    for place, mean, deviation, of_first in zip(
        places, runs.mean(axis=0), sd, runs[:FIRST].mean(axis=0), strict=True
    ):
        yield (*place, mean, deviation, deviation / math.sqrt(n), n, first_seed, of_first, digest)


def read(path: Path) -> pd.DataFrame:
    """A table with a head of lines that begin with ``#``."""
    return pd.read_csv(path, comment="#", dtype={"x": float})


def write(table: pd.DataFrame, path: Path, head: Sequence[str]) -> None:
    """Write a table as CSV below a head, whole or not at all; ten digits are more than chance leaves."""
    text = "".join(f"# {line}\n" for line in head) + table.to_csv(index=False, float_format="%.10g")
    partial = path.with_name(path.name + ".partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


def published(path: Path) -> pd.DataFrame:
    """Published numbers: where they stand, ``value``, ``repetitions``, the error of their ``rounding``.

    Where a number was read off a figure, ``reading`` is how far it may be off, and counts with the rounding.
    """
    table = pd.read_csv(path, comment="#", dtype={"x": float, "value": str})
    digits = table["value"].map(lambda value: len(value.partition(".")[2])).astype(float)
    table["rounding"] = 0.5 / 10.0**digits / math.sqrt(3)
    if "reading" in table:
        table["rounding"] = np.hypot(table["rounding"], table["reading"] / math.sqrt(3))
    table["value"] = table["value"].astype(float)
    return table


def differences(ours: pd.DataFrame, theirs: pd.DataFrame) -> pd.DataFrame:
    """Our means beside published ones, and how many standard errors of both sides together they differ by.

    A published number's own error is that of as many repetitions as it is the mean of, with our standard
    deviation of one run under the rules (the panel) it was made by, or with its own ``sd`` where it has one,
    and that of its rounding. Where nothing was run under its rules, the deviation is that under others.
    """
    if "sd" not in theirs:
        theirs = theirs.merge(ours[[*WHERE, "sd"]], on=WHERE, how="left")
        others = theirs[PLACE].merge(ours.drop_duplicates(PLACE), on=PLACE, how="left")["sd"]
        theirs["sd"] = theirs["sd"].fillna(others)
    theirs = theirs.rename(columns={"panel": "made_by"})
    theirs["value_se"] = np.hypot(theirs["sd"] / np.sqrt(theirs["repetitions"]), theirs["rounding"])
    theirs = theirs.rename(columns={"value": "published", "value_se": "published_se"})
    both = ours.merge(theirs[[*PLACE, "made_by", "published", "published_se"]], on=PLACE)
    both["difference"] = both["mean"] - both["published"]
    both["in_se"] = both["difference"] / np.hypot(both["se"], both["published_se"])
    kept = ["published", "published_se", "mean", "se", "repetitions", "difference", "in_se"]
    return both[[*WHERE, "made_by", *kept]]


def highest(table: pd.DataFrame, column: str = "mean") -> pd.Series:
    """The row with the greatest value, the first of several."""
    return table.iloc[int(table[column].to_numpy().argmax())]


def like_with_like(beside: pd.DataFrame) -> pd.DataFrame:
    """The differences where both sides follow the same rules (stand in the same panel)."""
    return beside[beside["panel"] == beside["made_by"]]


def markdown(table: pd.DataFrame) -> str:
    """A table for people: four digits after the point, differences in standard errors with one."""
    lines = ["| " + " | ".join(table.columns) + " |", "|" + "---|" * len(table.columns)]
    for row in table.itertuples(index=False):
        cells = (_text(column, value) for column, value in zip(table.columns, row, strict=True))
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _text(column: str, value: object) -> str:
    if not isinstance(value, float):
        return str(value)
    if column == "in_se":
        return f"{value:+.1f}"
    return f"{value:g}" if column == "x" else f"{value:.4f}"
