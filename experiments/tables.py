"""Means with their errors, beside published numbers; as CSV with a head that says where they come from."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.repetitions import Point

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from experiments.repetitions import Cell, Values

WHERE = list(Point._fields)
PLACE = ["figure", "line", "x"]
"""What a published number is known by; it is compared with every panel that has such a place."""
FIRST = 10
"""Runs whose mean is kept, so that it can be seen at once whether another version gives the same runs."""
BOUND = 3.3
"""Standard errors; a correct model differs by more in one of 1,000 numbers."""


def summary(cells: Sequence[Cell], values: Sequence[Values]) -> pd.DataFrame:
    """A row per point: where it stands, and ``mean``, ``sd`` and ``se`` over its repetitions.

    ``of_first`` is the mean of the first `FIRST` repetitions, ``digest`` the beginning of the scenario's.
    """
    rows = []
    for cell, runs in zip(cells, values, strict=True):
        n = len(runs)
        sd = runs.std(axis=0, ddof=1) if n > 1 else np.full(len(cell.points), math.nan)
        numbers = zip(cell.points, runs.mean(axis=0), sd, runs[:FIRST].mean(axis=0), strict=True)
        for point, mean, deviation, of_first in numbers:
            error = deviation / math.sqrt(n)
            rows.append(
                (*point, mean, deviation, error, n, cell.first_seed, of_first, cell.scenario.digest[:12])
            )
    columns = [*WHERE, "mean", "sd", "se", "repetitions", "first_seed", "of_first", "digest"]
    return pd.DataFrame(rows, columns=columns)


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
    """Published numbers: where they stand, ``value``, ``repetitions``, the error of their ``rounding``."""
    table = pd.read_csv(path, comment="#", dtype={"x": float, "value": str})
    digits = table["value"].str.partition(".")[2].str.len()
    table["rounding"] = 0.5 / 10.0**digits / math.sqrt(3)
    table["value"] = table["value"].astype(float)
    return table


def differences(ours: pd.DataFrame, theirs: pd.DataFrame) -> pd.DataFrame:
    """Our means beside published ones, and how many standard errors of both sides together they differ by.

    A published number's own error is that of as many repetitions as it is the mean of, with our standard
    deviation of one run under the rules (the panel) it was made by, and that of its rounding.
    """
    theirs = theirs.merge(ours[[*WHERE, "sd"]], on=WHERE).rename(columns={"panel": "made_by"})
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
