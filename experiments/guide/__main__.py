"""Make the guide for a practice again: ``python -m experiments.guide``; ``--help`` tells the rest."""

from __future__ import annotations

import hashlib
from concurrent.futures import as_completed
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import pandas as pd
import typer

import lpsim
from experiments import tables
from experiments.guide import page
from experiments.guide.effects import HEAD, summary
from experiments.guide.sure import in_doubt
from experiments.guide.worlds import LEAVES, NONE, Cell, Extent, World, cells, effects, scenario, worlds

if TYPE_CHECKING:
    from collections.abc import Sequence

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.command()
def main(
    out: Annotated[Path, typer.Option(help="The folder for the runs.")] = Path("runs/guide"),
    points: Annotated[int, typer.Option(help="Of the hypercube, in each half.", min=2)] = Extent.points,
    begin: Annotated[int, typer.Option(help="Of these, where all is tried.", min=2)] = Extent.begin,
    seeds: Annotated[int, typer.Option(help="Of each point.", min=2)] = Extent.seeds,
    workers: Annotated[int, typer.Option(help="Processes.", min=1)] = 2,
    lay: Annotated[bool, typer.Option(help="Write the package's table and docs/guide.md again.")] = True,
) -> None:
    """Try the steps in worlds, and make table, figure and page of it; goes on where it ended."""
    extent = Extent(points=points, begin=begin, seeds=seeds)
    every = list(worlds(extent))
    tried = run(every, out / "worlds", workers)
    found = summary(tried, {world.name: world.point for world in every})
    head = [f"lpsim {lpsim.__version__}, python -m experiments.guide: {extent}", *HEAD]
    tables.write(found, out / "guide.csv", head)
    if lay:
        page.lay(out / "guide.csv")


def run(every: Sequence[World], folder: Path, workers: int) -> pd.DataFrame:
    """What steps do: all in the worlds that begin, and in the others what is in doubt then."""
    folder.mkdir(parents=True, exist_ok=True)
    extent = every[0].extent
    first = [world for world in every if world.begins]
    others = [world for world in every if not world.begins]
    with lpsim.LocalWorkers(workers) as executor:
        table = _tried(first, cells(extent), folder, executor)
        closer = table[table["size"].isin(extent.closer) & (table["goal"] != LEAVES)]
        doubted = in_doubt(closer) if others else []
        if doubted:
            table = pd.concat([table, _tried(others, doubted, folder, executor)], ignore_index=True)
    return table


def _tried(
    every: Sequence[World], asked: Sequence[Cell], folder: Path, executor: lpsim.LocalWorkers
) -> pd.DataFrame:
    """What some steps do in some worlds; what is known of a world is kept as soon as it is."""
    files = {world.name: folder / f"{world.name.replace(' ', '_')}.csv" for world in every}
    heads = {world.name: _head(world, asked) for world in every}
    missing = [world for world in every if not _is_of(files[world.name], heads[world.name])]
    missing.sort(key=lambda world: world.name[::-1])  # some of each kind early
    waiting = {executor.submit(effects, world, asked): world for world in missing}
    for number, future in enumerate(as_completed(waiting), start=1):
        name = waiting[future].name
        tables.write(future.result(), files[name], [heads[name]])
        typer.echo(f"\r{number} of {len(missing)} worlds", err=True, nl=False)
    return pd.concat([tables.read(path) for path in files.values()], ignore_index=True)


def _head(world: World, asked: Sequence[Cell]) -> str:
    """What a world's table is of: its point, by the model as it is, and what is tried there."""
    which = hashlib.sha256(repr([tuple(cell) for cell in asked]).encode()).hexdigest()[:8]
    return f"{scenario(world, world.extent.sizes[0], NONE).digest}, {len(asked)} cells {which}: {world}"


def _is_of(path: Path, head: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8").startswith(f"# {head}\n")


if __name__ == "__main__":
    app(prog_name="python -m experiments.guide")
