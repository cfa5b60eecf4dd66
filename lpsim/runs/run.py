"""What a run leaves: tidy series, groups, summary, provenance; saved and loaded without loss."""

from __future__ import annotations

import io
import math
import re
import warnings
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from lpsim.errors import InputError, NoSuchColumnError
from lpsim.runs.asked import as_sentence, measure_problem
from lpsim.runs.groups import groups_of, measure_and_group
from lpsim.runs.over_steps import is_of_several, over_steps
from lpsim.runs.tables import Tables
from lpsim.scenario import Scenario
from lpsim.scenario.saved import SEAL, scenario_of
from lpsim.shown import figure, html
from lpsim.storage.folders import is_empty, new_folder
from lpsim.storage.readers import as_path, is_there

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from lpsim.model.state import Structure
    from lpsim.runs.names import MeasureName
    from lpsim.runs.observations import Observations

TABLES = ("series", "groups", "practices", "issues")
LESSON_TABLES = ("lessons", "lesson_events")
"""Only of a run with ``record.lessons``."""
REPLICATIONS = "replications"
"""The folder in that of the first run that further ones are in."""
_SEED = re.compile(r"seed-(0|[1-9]\d{0,19})", re.ASCII)


@dataclass(frozen=True, eq=False)
class Run:
    """A finished run: what was simulated, with which seed, and what was seen.

    Attributes
    ----------
    scenario : Scenario
    seed : int
    provenance : dict
        What it takes to make the same run again; see `provenance`.
    tables : mapping
        The tables below by name, each made, or read from what was loaded, when it is first asked for.
    observations : Observations or None
        The exact counts the tables are made of; None in a run that was loaded.
    series : pandas.DataFrame
        One row per recorded step: ``step`` (0 is the state before the first step), then the
        measures of `lpsim.runs.measures.MEASURES`; knowledge in [-1, 1], shares in [0, 1], NaN where a
        measure has no value.
    groups : pandas.DataFrame
        One row per recorded step and group (role, kind of practice, tier): ``step``, ``group``,
        measures; NaN where one does not apply to the group.
    practices : pandas.DataFrame
        One row per recorded step and practice: ``step``, ``practice``,
        its measures (`lpsim.runs.measures.measures_of`).
    issues : pandas.DataFrame
        One row per recorded step and issue: ``step``, ``issue``, and the shares of the practices that
        hold it rightly, by most of their staff (``known_by_most``) and by their memory
        (``in_practice_memory``).
    lessons, lesson_events : pandas.DataFrame or None
        With ``record.lessons``: one row per lesson, and one per entry it was born in, taken to or lost
        from; see `lpsim.lessons.stages.tables`. Else None.
    """

    scenario: Scenario
    seed: int
    provenance: dict[str, Any]
    tables: Mapping[str, pd.DataFrame]
    observations: Observations | None = None

    def __repr__(self) -> str:
        title = self.scenario.title or "untitled"
        return f"<Run: {title}, seed {self.seed}, {self.scenario.steps} {self.scenario.step or 'step'}s>"

    def _repr_html_(self) -> str:
        return html(self)

    def plot(self, what: Literal["levels", "funnel", "kinds", "loops"] = "levels") -> Figure:
        """Draw one of the figures of runs, which a notebook shows.

        Raises
        ------
        InputError
            There is no such figure; or the scenario has no kinds of practices.
        """
        return figure("of_run", self, what)

    @property
    def series(self) -> pd.DataFrame:
        """Measures by recorded step."""
        return self.tables["series"]

    @property
    def groups(self) -> pd.DataFrame:
        """Measures by recorded step and group."""
        return self.tables["groups"]

    @property
    def practices(self) -> pd.DataFrame:
        """Measures by recorded step and practice."""
        return self.tables["practices"]

    @property
    def issues(self) -> pd.DataFrame:
        """Shares of practices by recorded step and issue."""
        return self.tables["issues"]

    @property
    def lessons(self) -> pd.DataFrame | None:
        """One row per lesson; None where none were followed."""
        return self.tables.get("lessons")

    @property
    def lesson_events(self) -> pd.DataFrame | None:
        """One row per way of a lesson; None where none were followed."""
        return self.tables.get("lesson_events")

    def column(self, name: MeasureName) -> NDArray[Any]:
        """``step`` or one measure at every recorded step, shape (S,), without making tables.

        Also a measure of a group, such as ``"staff_knowledge[role: gp]"``, and where every step is recorded
        one of several steps, such as ``"staff_knowledge[last 12]"`` or ``"months_to_half_by_staff"``.

        Raises
        ------
        NoSuchColumnError
            There is no such measure or group; it is an `InputError` and a `KeyError`.
        InputError
            It needs every step, and not all are recorded.
        """
        name = str(name)
        try:
            return self._over_steps(name) if is_of_several(name) else self._of_one_step(name)
        except KeyError:
            own = self.observations.names if self.observations is not None else self.series.columns
            problem = measure_problem({"": self.scenario}, name, own) or "choose one of `series`"
            raise NoSuchColumnError(as_sentence(f"{name}: this run has no such column; {problem}")) from None

    def _over_steps(self, name: str) -> NDArray[Any]:
        steps = self._of_one_step("step")
        if len(steps) <= self.scenario.steps:
            raise InputError(f"{name}: needs every step; record them (record.every = 1).")
        return over_steps(name, self._of_one_step, steps, steps)

    def _of_one_step(self, name: str) -> NDArray[Any]:
        if self.observations is not None:
            return self.observations.column(name)
        of_group = measure_and_group(name)
        if of_group is None:
            return self.series[name].to_numpy()
        measure, group = of_group
        if measure not in groups_of(self.scenario)[group]:
            raise KeyError(name)
        return self.groups.loc[self.groups["group"] == group, measure].to_numpy()

    @property
    def summary(self) -> dict[str, dict[str, float]]:
        """The run in a few numbers, each a value per measure, NaN where there is none.

        ``last`` is the last observation; ``mean_last_tenth`` the mean over the observations in the
        last tenth of the run (steps above nine tenths of the last), at the least the last one.
        """
        step = self.column("step")
        late = 10 * step > 9 * step[-1]
        late[-1] = True
        kept = self.observations.names if self.observations is not None else self.series.columns.drop("step")
        values = {str(name): self.column(name) for name in kept}
        return {
            "last": {name: float(column[-1]) for name, column in values.items()},
            "mean_last_tenth": {name: _mean(column[late]) for name, column in values.items()},
        }

    def journal(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The lessons and their events; raises `InputError` where the run kept none."""
        if self.lessons is None or self.lesson_events is None:
            raise InputError(
                "this run kept no journal of lessons; run it again with record.lessons = true "
                "(--set record.lessons=true)."
            )
        return self.lessons, self.lesson_events

    def structure(self) -> Structure:
        """Who there was and who was tied to whom, built again from the scenario and the seed.

        Raises
        ------
        InputError
            A file the scenario reads is not there any more, or is another.
        """
        if self.scenario.digest != self.provenance["digest"]:
            raise InputError(
                "the files this run was made from have changed since, or another lpsim made it; run it again."
            )
        from lpsim.population.build import build  # noqa: PLC0415 (slow to import, and most who load ask for numbers)

        return build(self.scenario, self.seed).structure

    def save(self, folder: str | Path) -> None:
        """Save in a folder of its own: a Parquet file per table, and ``run.json``.

        All is written under a temporary name beside it, then renamed: what has the name is whole.

        Raises
        ------
        InputError
            The folder exists and is not empty, or cannot be made.
        """
        folder = as_path(folder, "folder", "the folder that the run goes to")
        try:
            if is_there(folder) and (not folder.is_dir() or not is_empty(folder)):
                raise FileExistsError
            with new_folder(folder) as inside:
                write_run(self, inside)
        except FileExistsError:
            raise InputError(f"{folder}: is there already and not an empty folder; name another.") from None

    @classmethod
    def load(cls, folder: str | Path) -> Run:
        """Load what `save` left, to the last bit; of what ``lpsim run`` left, the first run alone.

        `lpsim.load_runs` loads that one and its replications.

        Raises
        ------
        InputError
            No finished run is there, a file of it is damaged, or another version of lpsim wrote it.

        Warns
        -----
        UserWarning
            It is the first of several runs.
        """
        folder = as_path(folder, "run", "the folder of a saved run")
        run = read_run(folder)
        more = len(replications_in(folder))
        if more:
            warnings.warn(
                f"{folder}: this is the first of {more + 1} runs (seed {run.seed}) alone; "
                "lpsim.load_runs loads all.",
                stacklevel=2,
            )
        return run


def read_run(folder: Path) -> Run:
    """The run that is in a folder itself; errors as in `Run.load`."""
    head = SEAL.read(folder)
    scenario = scenario_of(folder, head, Scenario)
    makers = {
        name: partial(_table, SEAL.content(folder, head, _file(name))) for name in table_names(scenario)
    }
    return Run(scenario, head["seed"], head["provenance"], Tables(makers))


def replications_in(folder: Path) -> dict[int, Path]:
    """The folders of further runs in the folder of the first, in order of their seeds.

    What else somebody put beside them (a copy by another name, a system's own files) is passed over.
    """
    paths = {
        int(path.name.removeprefix("seed-")): path
        for path in Path(folder, REPLICATIONS).glob("seed-*")
        if _SEED.fullmatch(path.name) and path.is_dir()
    }
    return dict(sorted(paths.items()))


def table_names(scenario: Scenario) -> tuple[str, ...]:
    """The tables a run of a scenario keeps."""
    return (*TABLES, *LESSON_TABLES) if scenario.record.lessons else TABLES


def write_run(run: Run, folder: Path) -> None:
    """Write a run's files into a folder that exists, ``run.json`` last."""
    says = {
        "seed": run.seed,
        "summary": _without_nan(run.summary),
        "provenance": run.provenance,
        "scenario": run.scenario.model_dump(mode="json"),
    }
    SEAL.write(folder, says, _files(run))


def as_saved(table: pd.DataFrame) -> pd.DataFrame:
    """A table as it is when it was saved and loaded."""
    return _table(_packed(table))


def _packed(table: pd.DataFrame) -> bytes:
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    sink = pa.BufferOutputStream()
    if any(_is_nullable(dtype) for dtype in table.dtypes):  # which the file says in pandas' own words
        table.to_parquet(sink, engine="pyarrow")
    else:  # a fourth of the time, which shows in twenty small runs
        columns = {name: pa.array(column, from_pandas=True) for name, column in table.items()}
        pq.write_table(pa.table(columns), sink)
    packed: bytes = sink.getvalue().to_pybytes()
    return packed


def _is_nullable(dtype: Any) -> bool:
    """Whether it is pandas' type of whole numbers, or of truth, that may be missing."""
    from pandas.api.types import is_extension_array_dtype  # noqa: PLC0415

    return dtype.kind in "iub" and is_extension_array_dtype(dtype)


def _files(run: Run) -> Iterator[tuple[str, bytes]]:
    for name in table_names(run.scenario):
        yield _file(name), _packed(run.tables[name])


def _file(table: str) -> str:
    return f"{table}.parquet"


def _mean(values: NDArray[Any]) -> float:
    """The mean of the values that are not NaN, if there are any."""
    known = [value for value in values.tolist() if not math.isnan(value)]
    return math.fsum(known) / len(known) if known else math.nan


def _without_nan(summary: dict[str, dict[str, float]]) -> dict[str, dict[str, float | None]]:
    """NaN is no JSON: None stands for it."""
    return {
        name: {key: None if math.isnan(value) else value for key, value in values.items()}
        for name, values in summary.items()
    }


def _table(content: bytes) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415 (slow to import, and not every table is asked for)

    return pd.read_parquet(io.BytesIO(content), engine="pyarrow")
