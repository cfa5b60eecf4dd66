"""A store: the folder in which a sweep keeps its design and its results, as those who read it see it.

=====================  =====================================================================
``sweep.json``         the design, its digest, and what made the store
``points.parquet``     the design points: ``point``, the ``digest`` of its scenario, the ``first_seed`` of its
                       runs, and its values
``results/*.parquet``  shards: a row per run and step kept, or per run that failed
``lock``               held by the sweep that is writing
=====================  =====================================================================

Only `lpsim.sweeps.store.writing` writes; anybody may read meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lpsim.errors import InputError
from lpsim.shown import figure, html
from lpsim.storage.readers import as_path
from lpsim.storage.sealed import Seal
from lpsim.sweeps.store import shards
from lpsim.sweeps.store.doubles import Seeds, see_that_no_run_is_doubled
from lpsim.sweeps.store.rows import DONE, result_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.figure import Figure

    from lpsim.analysis.sensitivity import Sensitivity
    from lpsim.runs.names import MeasureName
    from lpsim.sweeps.design.design import Design

POINTS, RESULTS, LOCK = "points.parquet", "results", "lock"
SEAL = Seal("sweep.json", "lpsim sweep", 4, folder="the folder of a sweep", otherwise="begin another store")

_TRIES = 5
"""A sweep that is going on may replace shards while somebody lists them."""


@dataclass(frozen=True, eq=False)
class Store:
    """What a sweep has kept so far.

    Attributes
    ----------
    folder : Path
    head : dict
        What ``sweep.json`` says: ``title``, ``design`` and its ``digest``, ``columns`` (what tells points
        apart), ``replications`` (the seeds of each point), ``files`` (what those that are read held, as
        SHA-256); what made the store: ``lpsim`` and ``model`` (their versions), ``python``, ``platform``,
        ``dependencies`` and ``begun`` (UTC).
    """

    folder: Path
    head: dict[str, Any]

    @classmethod
    def open(cls, folder: str | Path) -> Store:
        """Open a store for reading.

        Raises
        ------
        InputError
            The folder is no store, is damaged, or another version of lpsim wrote it.
        """
        folder = as_path(folder, "store", "the folder of a sweep")
        return cls(folder, SEAL.read(folder))

    def __repr__(self) -> str:
        title, seeds = self.head["title"] or "untitled", self.head["replications"]
        points = len(self.head["design"]["points"])
        return f"<Store: {title}, points: {points:,}, runs of each: {seeds:,}, in {self.folder}>"

    def _repr_html_(self) -> str:
        return html(self)

    def plot(self, measure: MeasureName | None = None) -> Figure:
        """Draw what each factor does alone, at the last step kept: to a measure, or to the first four kept.

        Raises
        ------
        InputError
            The measure was not kept, or nothing is done yet.
        """
        return figure("of_store", self, measure)

    @cached_property
    def design(self) -> Design:
        """The design of the sweep, as it was."""
        from lpsim.sweeps.design.design import Design  # noqa: PLC0415 (whoever only asks for numbers needs none)

        return Design.from_json(self.head["design"])

    def sobol(
        self, measures: Sequence[str] | None = None, *, step: int | None = None, scenario: str | None = None
    ) -> Sensitivity:
        """Sobol' indices of the factors; see `lpsim.analysis.sensitivity.sobol`."""
        found: Sensitivity = _analysis("sobol")(self, measures, step=step, scenario=scenario)
        return found

    def morris(
        self, measures: Sequence[str] | None = None, *, step: int | None = None, scenario: str | None = None
    ) -> Sensitivity:
        """Elementary effects of the factors; see `lpsim.analysis.sensitivity.morris`."""
        found: Sensitivity = _analysis("morris")(self, measures, step=step, scenario=scenario)
        return found

    @property
    def results(self) -> Path:
        """The folder of the shards."""
        return self.folder / RESULTS

    def frame(self) -> pd.DataFrame:
        """The results: one row per run that is done and step kept, by ``point``, ``seed`` and ``step``.

        Columns: ``run_id``, ``point``, ``seed``, the name of the ``scenario`` where the design lists some,
        the factors' values by their dotted keys, ``step``, the measures kept, and with lessons those of
        `lpsim.sweeps.store.rows.LESSONS`.

        Raises
        ------
        InputError
            A shard is damaged.
        """
        frame: pd.DataFrame = self.table().to_pandas()
        return frame

    def polars(self) -> Any:
        """The same as a ``polars.DataFrame``, where polars is installed."""
        try:
            import polars  # type: ignore[import-not-found, unused-ignore]  # noqa: PLC0415
        except ImportError:
            raise InputError("polars is not installed; pip install polars, or use frame().") from None
        return polars.from_arrow(self.table())

    def table(self) -> pa.Table:
        """The same as an Arrow table."""
        for last_try in (*[False] * (_TRIES - 1), True):
            paths = self.shards()
            try:
                names = result_names(pq.read_schema(paths[0]))
                table = shards.read(paths, [*names, "status"])
                break
            except FileNotFoundError:
                if last_try:
                    raise
        table = table.filter(pc.equal(table["status"], DONE)).select(names)
        return table.sort_by([(name, "ascending") for name in ("point", "seed", "step")])

    def query(self, sql: str) -> pd.DataFrame:
        """What an SQL query (DuckDB's) finds in the store; see `lpsim.sweeps.store.query.TABLES`.

        Raises
        ------
        InputError
            A shard is damaged, or the query is no query, or wrong.
        """
        from lpsim.sweeps.store.query import query  # noqa: PLC0415

        frame: pd.DataFrame = query(self, sql).to_pandas()
        return frame

    def status(self) -> pd.DataFrame:
        """One row per run of the design: ``status`` (pending, done or failed), ``seconds``, ``host``."""
        return self.query("from status order by point, seed")

    def failures(self) -> pd.DataFrame:
        """One row per run that failed: ``stage``, ``exception`` and ``traceback``."""
        return self.query("from failures order by point, seed")

    def points(self) -> pd.DataFrame:
        """One row per design point: the ``digest`` of its scenario, its ``first_seed``, and its values."""
        frame: pd.DataFrame = self.read_points().to_pandas()
        return frame

    def read_points(self) -> pa.Table:
        """The same as an Arrow table; raises `InputError` where it is damaged."""
        return pq.read_table(pa.BufferReader(SEAL.content(self.folder, self.head, POINTS)))

    @cached_property
    def seeds(self) -> Seeds:
        """The seeds of its points."""
        return Seeds(self.read_points()["first_seed"].to_numpy().tobytes(), self.head["replications"])

    def shards(self) -> list[Path]:
        """The shards that hold the results now, each of them whole.

        Raises
        ------
        InputError
            One is damaged, two hold the same run, or there is none.
        """
        for _ in range(_TRIES):
            paths = shards.listed(self.results)
            try:
                broken = [path for path in paths if not shards.is_whole(path, design=self.head["digest"])]
                if broken:
                    raise InputError(
                        f"{broken[0]}: damaged; `lpsim sweep` with this store does again what it held."
                    )
                if paths:
                    current = shards.current(paths)
                    see_that_no_run_is_doubled(self.seeds, current)
                    return current
            except FileNotFoundError:
                continue
        raise InputError(f"{self.results}: holds no results; `lpsim sweep` with this store makes them again.")


def _analysis(name: str) -> Any:
    # What analyses stands above what keeps: it is looked up by its name, when it is asked for.
    return getattr(import_module("lpsim.analysis.sensitivity"), name)


def read_store(folder: str | Path) -> Store:
    """Open the store of a sweep for reading; errors as in `Store.open`."""
    return Store.open(folder)


def opened(given: Store | str | Path) -> Store:
    """A store, or the one in a folder; raises `InputError` where it is neither, or as `Store.open`."""
    if isinstance(given, Store):
        return given
    if isinstance(given, str | Path):
        return Store.open(given)
    raise InputError(f"store: found {given!r:.80}; give a Store, or the folder of a sweep.")
