"""An experiment from its design to its tables, figures and verdict."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

import lpsim
from experiments import tables
from experiments.repetitions import processors, repeat

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from matplotlib.figure import Figure

    from experiments.claims import Claim
    from experiments.repetitions import Cell

    Judge = Callable[[pd.DataFrame, pd.DataFrame], list[Claim]]
    Draw = Callable[[pd.DataFrame, pd.DataFrame], Figure]


@dataclass(frozen=True)
class Part:
    """One figure or table of an experiment.

    Attributes
    ----------
    title : str
    cells : sequence of Cell
    judge : callable
        Takes our means (`tables.summary`) and their differences from published ones
        (`tables.differences`); gives claims.
    figures : dict of callable
        By the name of their files; each takes the same and gives a figure.
    repetitions : int
        Of each cell, at full size.
    """

    title: str
    cells: Sequence[Cell]
    judge: Judge
    repetitions: int
    figures: dict[str, Draw] = field(default_factory=dict)


@dataclass(frozen=True)
class Experiment:
    """A question.

    Attributes
    ----------
    module : str
        What is run: ``python -m`` and this.
    title : str
    parts : dict of Part
        By the name of their files.
    published : Path
        The table of published numbers.
    """

    module: str
    title: str
    parts: dict[str, Part]
    published: Path


def simulate(
    experiment: Experiment,
    out: Path,
    *,
    parts: Sequence[str],
    repetitions: int | None = None,
    workers: int = 1,
    on_runs: Callable[[int], Any] | None = None,
) -> None:
    """Run parts, by default at full size, and write the table of each as soon as it is done."""
    out.mkdir(parents=True, exist_ok=True)
    with processors(workers) as run:
        for name in parts:
            part = experiment.parts[name]
            times = repetitions or part.repetitions
            values = repeat(part.cells, times, run=run, on_runs=on_runs)
            command = f"python -m {experiment.module} --part {name} --repetitions {times}"
            head = [f"{experiment.title}: {part.title}", _made_by(command), _seeds(part.cells)]
            tables.write(tables.summary(part.cells, values), out / f"{name}.csv", head)


def present(experiment: Experiment, out: Path) -> None:
    """From the tables in a folder: the figures, ``differences.csv`` and ``verdict.md``."""
    from experiments.figures import distances, save  # noqa: PLC0415 (matplotlib is slow to import)

    theirs, made_by = tables.published(experiment.published), _made_by(f"python -m {experiment.module}")
    compared, told = [], [f"# {experiment.title}: what came out", "", made_by, ""]
    for name, part in experiment.parts.items():
        if not (out / f"{name}.csv").exists():
            continue
        ours = tables.read(out / f"{name}.csv")
        beside = tables.differences(ours, theirs)
        compared.append(beside)
        told += _verdict(part, ours, beside)
        for stem, draw in part.figures.items():
            save(draw(ours, beside), out / stem, f"{experiment.title}: {part.title}", made_by)
    (out / "verdict.md").write_text("\n".join(told), encoding="utf-8")
    head = [
        f"{experiment.title}: our means beside published ones; in_se is in standard errors of both",
        made_by,
    ]
    whole = pd.concat(compared, ignore_index=True)
    tables.write(whole, out / "differences.csv", head)
    like = tables.like_with_like(whole)
    if len(like):
        save(
            distances(like, f"{experiment.title}: ours and published"), out / "differences", head[0], made_by
        )


def _verdict(part: Part, ours: pd.DataFrame, beside: pd.DataFrame) -> list[str]:
    lines = [f"## {part.title}", "", f"{ours['repetitions'].max():,} repetitions of each cell.", ""]
    lines += [f"- {claim}" for claim in part.judge(ours, beside)]
    like = tables.like_with_like(beside)
    if len(like):
        lines += ["", tables.markdown(like.drop(columns=["figure", "panel", "made_by"]))]
    return [*lines, ""]


def _made_by(command: str) -> str:
    return f"lpsim {lpsim.__version__}, {command}"


def _seeds(cells: Sequence[Cell]) -> str:
    scenarios = len({cell.scenario.digest for cell in cells})
    return (
        f"repetition i of a row has seed first_seed + i; digests of {scenarios} scenarios in the last column"
    )
