"""Taking over the runs of another store of the same design.

Nothing is written before it is seen that all runs that both have agree. Each shard written is whole on the
disk before the next, and a run that is here already is never added; so a merge that was killed is done again
by the same command, to the same end.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lpsim.errors import InputError
from lpsim.sweeps.store import shards
from lpsim.sweeps.store.rows import DONE, result_names, schema_of
from lpsim.sweeps.store.store import Store

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lpsim.sweeps.store.writing import Filling


class Merged(NamedTuple):
    """What came of a merge, in runs of points."""

    other: Path
    taken: int
    here_already: int


def merge(filling: Filling, folder: str | Path) -> Merged:
    """Take over the runs of another store that this one lacks.

    A run that failed in one and is done in the other is done; one that failed in both is kept as it is here.

    Raises
    ------
    InputError
        The folder is no store, or another design's or version's, or this one; a shard of it is damaged, or
        a run that both have differs. Nothing of it was taken over then.
    StoppedError
        This store cannot be written to any more; what was taken over is kept.
    """
    other = Store.open(folder)
    filling.see_that_it_may_be_merged(other)
    paths = other.shards()
    for path in paths:
        _see_that_it_agrees(filling, other, path)
    before = int(filling.made.sum())
    of_other = sum(_take_over(filling, path) for path in paths)
    taken = int(filling.made.sum()) - before
    return Merged(Path(folder), taken, of_other - taken)


def _see_that_it_agrees(filling: Filling, other: Store, path: Path) -> None:
    """Refuse results of runs that are done in both stores and are not the same to the last bit."""
    names = result_names(schema_of(filling.design))
    theirs = _done(shards.read([path], [*names, "status"]))
    theirs = theirs.filter(_is_in(filling, theirs, filling.made & ~filling.failed))
    if not len(theirs):
        return
    codes = np.unique(filling.codes(theirs))
    for mine in (_done(shards.read([here], [*names, "status"])) for here in filling.store.shards()):
        ours = mine.filter(pa.array(np.isin(filling.codes(mine), codes)))
        same = theirs.filter(pa.array(np.isin(filling.codes(theirs), filling.codes(ours))))
        place = _first_difference(ours.select(names), same.select(names))
        if place is not None:
            column, point, seed = place
            raise InputError(
                f"{other.folder}: point {point}, seed {seed} has another {column} there than in "
                f"{filling.store.folder}; nothing of it was taken over; find out which is right."
            )


def _done(table: pa.Table) -> pa.Table:
    return table.filter(pc.equal(table["status"], DONE))


def _is_in(filling: Filling, table: pa.Table, runs: NDArray[np.bool_]) -> pa.Array:
    """Which rows are of some runs, given as (points, replications)."""
    return pa.array(runs.ravel()[filling.codes(table)])


def _first_difference(one: pa.Table, other: pa.Table) -> tuple[str, int, int] | None:
    """A column in which two tables of the same runs differ, and point and seed of the first row that does."""
    order = [(name, "ascending") for name in ("point", "seed", "step")]
    one, other = (table.sort_by(order).combine_chunks() for table in (one, other))
    if len(one) != len(other):
        return "number of steps", one["point"][0].as_py(), one["seed"][0].as_py()
    for name in one.column_names:
        same = _same(one[name], other[name])
        if not same.all():
            row = int(np.flatnonzero(~same)[0])
            return name, one["point"][row].as_py(), one["seed"][row].as_py()
    return None


def _same(one: pa.ChunkedArray, other: pa.ChunkedArray) -> NDArray[np.bool_]:
    """Where two columns hold the same; nothing is the same as nothing."""
    equal = pc.fill_null(pc.equal(one, other), False)
    both_empty = pc.and_(pc.is_null(one), pc.is_null(other))
    found: NDArray[np.bool_] = pc.or_(equal, both_empty).to_numpy()
    return found


def _take_over(filling: Filling, path: Path) -> int:
    """Add what this store lacks of a shard of the other; gives how many runs are in that."""
    table = shards.read([path], schema_of(filling.design).names)
    codes = filling.codes(table)
    done = pc.equal(table["status"], DONE).to_numpy()
    failed_here = filling.failed.ravel()[codes]
    lacking = ~filling.made.ravel()[codes] | (failed_here & done)
    if lacking.any():
        if (failed_here & done).any():
            filling.forget(np.unique(codes[failed_here & done]))
        filling.add(table.filter(pa.array(lacking)))
    return len(np.unique(codes))
