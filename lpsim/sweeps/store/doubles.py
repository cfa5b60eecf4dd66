"""Every run is in a store once: (point, seed, step) is unique in its rows."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lpsim.errors import InputError
from lpsim.sweeps.store import shards

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pyarrow as pa
    from numpy.typing import NDArray


class Seeds(NamedTuple):
    """The seeds of the points of a store."""

    first: bytes
    """64 bits of each point: bytes, since what was looked at is known by them."""
    replications: int

    def runs(self, table: pa.Table) -> NDArray[np.int64]:
        """The run that each row is of, counted point by point."""
        points = table["point"].to_numpy()
        first = np.frombuffer(self.first, dtype=np.uint64)[points]
        replication = (table["seed"].to_numpy() - first).astype(np.int64)
        runs: NDArray[np.int64] = points.astype(np.int64) * self.replications + replication
        return runs


def see_that_no_run_is_doubled(seeds: Seeds, paths: Sequence[Path]) -> None:
    """Look at the runs of all shards that count.

    Raises
    ------
    InputError
        A run is in two of them, or twice in one, as when shards were copied from another store.
    """
    _look(tuple(paths), seeds)


@lru_cache(maxsize=64)  # what a shard is called says what it holds
def _look(paths: tuple[Path, ...], seeds: Seeds) -> None:
    runs: list[NDArray[np.int64]] = []
    for path in paths:
        table = shards.read([path], ["point", "seed", "step"])
        codes = seeds.runs(table)
        steps = table["step"].fill_null(-1).to_numpy()  # a run that failed has none
        order = np.lexsort((steps, codes))
        again = (np.diff(codes[order]) == 0) & (np.diff(steps[order]) == 0)
        if again.any():
            raise _doubled([path], table, int(order[1:][again][0]), int(again.sum()))
        runs.append(np.unique(codes))
    every = np.concatenate(runs) if runs else np.empty(0, dtype=np.int64)
    found, times = np.unique(every, return_counts=True)
    if (times > 1).any():
        code = found[times > 1][0]
        several = [path for path, of in zip(paths, runs, strict=True) if code in of]
        table = shards.read(several[:1], ["point", "seed"])
        row = int(np.flatnonzero(seeds.runs(table) == code)[0])
        raise _doubled(several, table, row, int((times > 1).sum()))


def _doubled(paths: Sequence[Path], table: pa.Table, row: int, number: int) -> InputError:
    names = " and ".join(path.name for path in paths)
    more = f" and {number - 1:,} more" if number > 1 else ""
    where = "each hold" if len(paths) > 1 else "holds twice"
    cure = "all but one" if len(paths) > 1 else "it"
    return InputError(
        f"{paths[0].parent}: {names} {where} point {table['point'][row]}, seed {table['seed'][row]}{more}; "
        f"move {cure} out of the folder (to bring stores of one design together: `lpsim sweep FILE --merge "
        "STORE`)."
    )
