"""An experiment from its designs to its tables, figures and verdict."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Protocol

import pandas as pd

import lpsim
from experiments import tables

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Executor
    from pathlib import Path

    from matplotlib.figure import Figure

    from experiments.claims import Claim

    Judge = Callable[[pd.DataFrame, pd.DataFrame], list[Claim]]
    Draw = Callable[[pd.DataFrame, pd.DataFrame], Figure]


@dataclass(frozen=True)
class Part:
    """One figure or table of an experiment: what becomes of the runs of its design.

    Attributes
    ----------
    read : callable
        Where the numbers of a design point stand, and what they are in each run; see `tables.Read`.
    judge : callable
        Takes our means (`tables.summary`) and their differences from published ones
        (`tables.differences`); gives claims.
    figures : dict of callable
        By the name of their files; each takes the same and gives a figure.
    compare : callable, optional
        What is compared seed by seed between points; see `tables.Compare`.
    """

    read: tables.Read
    judge: Judge
    figures: dict[str, Draw] = field(default_factory=dict)
    compare: tables.Compare | None = None


@dataclass(frozen=True)
class Experiment:
    """A question, and the folder that answers it.

    Attributes
    ----------
    title : str
    folder : Path
        Holds ``published.csv``, ``results`` and in ``designs`` a design file per part.
    parts : dict of Part
        By the name of their files.
    source : str
        Whose the published numbers are, where they are not the paper's own.
    """

    title: str
    folder: Path
    parts: dict[str, Part]
    source: str = ""

    def design(self, part: str, repetitions: int | None = None) -> lpsim.Design:
        """The design of a part, by default at full size."""
        file = self.folder / "designs" / f"{part}.toml"
        return lpsim.Design.load(file, {"replications": repetitions} if repetitions else None)

    @cached_property
    def made_by(self) -> str:
        """What stands in the head of its results."""
        return f"lpsim {lpsim.__version__}, python -m experiments {self.folder.name}"

    def tables(self, part: str, store: lpsim.Store) -> dict[str, pd.DataFrame]:
        """What is kept of the runs of a part, by the name of the file."""
        found = self.parts[part]
        return {part: tables.summary(store, found.read, found.compare)}

    def head(self, part: str, repetitions: int) -> list[str]:
        """What stands above a table."""
        return [
            f"{self.title}: {self.design(part).title}",
            f"{self.made_by} --part {part} --repetitions {repetitions}",
            "repetition i of a row has seed first_seed + i; digests of scenarios in the last column",
        ]

    def present(self, out: Path) -> None:
        """From the tables in a folder: the figures, ``differences.csv`` and ``verdict.md``."""
        present(self, out)


class Runnable(Protocol):
    """What can be run by its name: an `Experiment`, or a question (`experiments.question`)."""

    @property
    def parts(self) -> Mapping[str, Any]:
        """What it is run in, by the name of the table."""

    def design(self, part: str, repetitions: int | None = None) -> lpsim.Design:
        """The design of a part, by default at full size."""

    def tables(self, part: str, store: lpsim.Store) -> dict[str, pd.DataFrame]:
        """What is kept of the runs of a part, by the name of the file."""

    def head(self, part: str, repetitions: int) -> list[str]:
        """What stands above a table."""

    def present(self, out: Path) -> None:
        """From the tables in a folder: figures and verdict."""


def simulate(
    experiment: Runnable,
    out: Path,
    *,
    parts: Sequence[str],
    repetitions: int | None = None,
    executor: Executor | None = None,
    on_progress: Callable[[str, Any], None] | None = None,
) -> int:
    """Run parts, by default at full size, and write the table of each as soon as it is done.

    The runs of each stand in a store, in ``sweeps``: the same call goes on where an earlier one ended. Now
    and then `on_progress` is called with a part and how its sweep stands. Gives how many runs there are.
    """
    whole = 0
    for name in parts:
        design = experiment.design(name, repetitions)
        times = design.scheme.replications
        store = lpsim.sweep(
            design,
            store=out / "sweeps" / name,
            executor=executor,
            on_error="stop",
            on_progress=partial(on_progress, name) if on_progress else None,
        )
        for stem, table in experiment.tables(name, store).items():
            tables.write(table, out / f"{stem}.csv", experiment.head(name, times))
        whole += len(design.points) * times
    return whole


def present(experiment: Experiment, out: Path) -> None:
    """From the tables in a folder: the figures, ``differences.csv`` and ``verdict.md``."""
    from experiments.figures import distances, save  # noqa: PLC0415 (matplotlib is slow to import)

    theirs, made_by = tables.published(experiment.folder / "published.csv"), experiment.made_by
    compared, told = [], [f"# {experiment.title}: what came out", "", made_by, ""]
    told += [experiment.source, ""] if experiment.source else []
    for name, part in experiment.parts.items():
        if not (out / f"{name}.csv").exists():
            continue
        title = experiment.design(name).title
        ours = tables.read(out / f"{name}.csv")
        beside = tables.differences(ours, theirs)
        compared.append(beside)
        told += _verdict(title, ours, beside, part.judge(ours, beside))
        for stem, draw in part.figures.items():
            save(draw(ours, beside), out / stem, f"{experiment.title}: {title}", made_by)
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


def _verdict(title: str, ours: pd.DataFrame, beside: pd.DataFrame, claims: list[Claim]) -> list[str]:
    lines = [f"## {title}", "", f"{ours['repetitions'].max():,} repetitions of each cell.", ""]
    lines += [f"- {claim}" for claim in claims]
    like = tables.like_with_like(beside)
    if len(like):
        lines += ["", tables.markdown(like.drop(columns=["figure", "panel", "made_by"]))]
    return [*lines, ""]
