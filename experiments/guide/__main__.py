"""Make the guide for a practice again: ``python -m experiments.guide``; ``--help`` tells the rest."""

from __future__ import annotations

from concurrent.futures import as_completed
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import pandas as pd
import typer

import lpsim
from experiments import tables
from experiments.guide import page
from experiments.guide.effects import HEAD, summary
from experiments.guide.worlds import NONE, Extent, World, effects, scenario, worlds

if TYPE_CHECKING:
    from collections.abc import Sequence

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.command()
def main(
    out: Annotated[Path, typer.Option(help="The folder for the runs.")] = Path("runs/guide"),
    points: Annotated[int, typer.Option(help="Of each kind in each half.", min=2, max=50)] = Extent.points,
    seeds: Annotated[int, typer.Option(help="Of each point.", min=2)] = Extent.seeds,
    workers: Annotated[int, typer.Option(help="Processes.", min=1)] = 2,
    lay: Annotated[bool, typer.Option(help="Write the package's table and docs/guide.md again.")] = True,
) -> None:
    """Try every step in every world, and make table, figure and page of it; goes on where it ended."""
    extent = Extent(points=points, seeds=seeds)
    every = list(worlds(extent))
    found = summary(run(every, out, workers), {world.name: world.point for world in every}, seeds)
    head = [f"lpsim {lpsim.__version__}, python -m experiments.guide: {extent}", *HEAD]
    tables.write(found.round(4), out / "guide.csv", head)
    if lay:
        page.lay(out / "guide.csv")


def run(every: Sequence[World], out: Path, workers: int) -> pd.DataFrame:
    """What every step does in every world; what is known of a world is kept as soon as it is."""
    folder = out / "worlds"
    folder.mkdir(parents=True, exist_ok=True)
    files = {world.name: folder / f"{world.name.replace(' ', '_')}.csv" for world in every}
    missing = [world for world in every if not _is_of(files[world.name], world)]
    missing.sort(key=lambda world: world.name[::-1])  # some of each kind early
    with lpsim.LocalWorkers(workers) as executor:
        waiting = {executor.submit(effects, world): world for world in missing}
        for number, future in enumerate(as_completed(waiting), start=1):
            world = waiting[future]
            tables.write(future.result(), files[world.name], [_head(world)])
            typer.echo(f"\r{number} of {len(missing)} worlds", err=True, nl=False)
    return pd.concat([tables.read(path) for path in files.values()], ignore_index=True)


def _head(world: World) -> str:
    """What a world's table is of: its point, by the model as it is."""
    return f"{scenario(world, world.extent.sizes[0], NONE).digest}: {world}"


def _is_of(path: Path, world: World) -> bool:
    return path.exists() and path.read_text(encoding="utf-8").startswith(f"# {_head(world)}\n")


if __name__ == "__main__":
    app(prog_name="python -m experiments.guide")
