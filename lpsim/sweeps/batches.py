"""A batch: what one worker does in a second or two. Everything here runs in the worker."""

from __future__ import annotations

import math
import platform
import time
import traceback
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from lpsim.engines.behaviours import Own
from lpsim.errors import InputError
from lpsim.lessons.stages import STAGES, counted
from lpsim.runs.groups import groups_of, measure_and_group
from lpsim.runs.measures import MEASURES
from lpsim.runs.over_steps import is_of_several, over_steps
from lpsim.runs.simulate import Simulator
from lpsim.runs.versions import version_of
from lpsim.scenario.settings import with_values
from lpsim.sweeps.store.rows import LESSONS, Failure, Made, run_id, table_of
from lpsim.watching import within

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd
    import pyarrow as pa
    from numpy.typing import NDArray

    from lpsim.runs.run import Run
    from lpsim.scenario import Scenario
    from lpsim.sweeps.design.factors import Point


@dataclass(frozen=True)
class Job:
    """Runs of one scenario."""

    digest: str
    """That of its scenario, and of what is of one's own."""
    points: tuple[Point, ...]
    """All design points that have this scenario: it is run once for them all."""
    seeds: tuple[int, ...]


@dataclass(frozen=True)
class Batch:
    """Jobs for one worker, and all it must know to do them."""

    scenarios: dict[str, Scenario]
    """The design's, by name: those that the jobs need."""
    digests: dict[str, str]
    """Their digests."""
    lpsim: str
    """Its version."""
    steps: tuple[int, ...]
    """Observations kept, of those recorded."""
    measures: tuple[str, ...]
    own: Own
    schema: pa.Schema
    jobs: tuple[Job, ...]

    def __len__(self) -> int:
        """How many runs."""
        return sum(len(job.seeds) for job in self.jobs)


class WorkerMismatchError(InputError):
    """A worker would simulate something else than was asked."""


class Result(NamedTuple):
    """What a worker hands back."""

    table: pa.Table
    """`schema_of` the design: a row per run, step kept and point that has its scenario."""
    seconds: float
    """How much of the worker's time it took."""


def run_batch(batch: Batch) -> Result:
    """Simulate all runs of a batch; one that raises becomes a row that says so, and the rest goes on.

    Raises
    ------
    WorkerMismatchError
        This lpsim is another version than the sweep's, or a file that the scenario reads is another here.
    """
    begun = time.perf_counter()
    _check_same(batch)
    simulator = Simulator(batch.own)
    with within():
        made = [
            run
            for _, jobs in groupby(batch.jobs, key=lambda job: job.seeds)
            for run in _together(batch, list(jobs), simulator)
        ]
    return Result(table_of(batch.schema, made), time.perf_counter() - begun)


def halves(batch: Batch) -> list[Batch]:
    """A batch of several runs as two."""
    runs = [(job, seed) for job in batch.jobs for seed in job.seeds]
    middle = len(runs) // 2
    return [
        replace(batch, jobs=tuple(replace(job, seeds=(seed,)) for job, seed in half))
        for half in (runs[:middle], runs[middle:])
    ]


def lost_batch(batch: Batch) -> pa.Table:
    """The rows of a batch, each of whose runs takes its worker down with it."""
    words = "Its process ended while it did this run alone: it crashed, or was killed, for memory perhaps."
    failure = Failure("worker", "the worker was lost", words)
    made = [
        Made(run_id(job.digest, seed), job.points, seed, math.nan, "", {}, failure)
        for job in batch.jobs
        for seed in job.seeds
    ]
    return table_of(batch.schema, made)


def _check_same(batch: Batch) -> None:
    host = platform.node()
    here = version_of("lpsim")
    if here != batch.lpsim:
        raise WorkerMismatchError(
            f"the worker on {host} has lpsim {here}, the sweep {batch.lpsim}; install the same everywhere."
        )
    try:
        same = all(made.digest == batch.digests[name] for name, made in batch.scenarios.items())
        # Of a point that names a file of its own that file counts, too.
        named = [job for job in batch.jobs if job.points[0].paths]
        same = same and all(_digest_of(batch, job) == job.digest for job in named)
    except InputError as error:
        raise WorkerMismatchError(f"the worker on {host}: {error}") from None
    if batch.own.said and _is_another(batch.own):
        raise WorkerMismatchError(
            f"the worker on {host} has another source of {', '.join(batch.own.places)} than the sweep began "
            "with; give all workers the same, or begin another store (--out)."
        )
    if not same:
        raise WorkerMismatchError(
            f"the worker on {host} reads another scenario than the sweep began with: the model's version or "
            "a file that it names is another; give all workers the same, or begin another store (--out)."
        )


def _digest_of(batch: Batch, job: Job) -> str:
    return batch.own.digest_of(job.points[0].scenario(batch.scenarios).digest)


def _is_another(own: Own) -> bool:
    """Whether the source of what is of one's own, which came by name, is another here."""
    again = Own.of(**own.given).said
    return any(
        there["sha256"] != again[what][name]["sha256"]
        for what, those in own.said.items()
        for name, there in those.items()
        if not there["place"].startswith("__main__:")  # which comes with its source
    )


def _together(batch: Batch, jobs: Sequence[Job], simulator: Simulator) -> Iterator[Made]:
    """What came of each seed of each job, all with the same; once something raises, of each run alone."""
    runs = [(job, seed) for job in jobs for seed in job.seeds]
    done = 0
    try:
        simulated = simulator.many((_scenario_of(batch, job) for job in jobs), jobs[0].seeds)
        for (job, seed), run in zip(runs, simulated, strict=True):
            yield _made(job, seed, run.provenance["seconds"], _seen(run, batch))
            done += 1
    except Exception:
        for job, seed in runs[done:]:
            yield _alone(batch, job, seed, simulator)


def _alone(batch: Batch, job: Job, seed: int, simulator: Simulator) -> Made:
    """What came of one run, or where and why it raised."""
    begun, stage = time.perf_counter(), "scenario"
    try:
        scenario = _scenario_of(batch, job)
        stage = "simulation"
        run = next(simulator.many([scenario], [seed]))
        stage = "results"
        return _made(job, seed, run.provenance["seconds"], _seen(run, batch))
    except Exception as error:
        return _made(job, seed, time.perf_counter() - begun, {}, _failure(stage, error))


def _scenario_of(batch: Batch, job: Job) -> Scenario:
    point = job.points[0]
    return with_values(batch.scenarios[point.listed], point.factors)


def _made(
    job: Job, seed: int, seconds: float, seen: dict[str, NDArray[Any]], failure: Failure | None = None
) -> Made:
    return Made(run_id(job.digest, seed), job.points, seed, seconds, platform.node(), seen, failure)


def _failure(stage: str, error: Exception) -> Failure:
    words = traceback.format_exception_only(error)[-1].strip()
    return Failure(stage, words, "".join(traceback.format_exception(error)))


def _seen(run: Run, batch: Batch) -> dict[str, NDArray[Any]]:
    """By column, a value per step kept."""
    steps = run.column("step")
    places = np.searchsorted(steps, batch.steps)
    seen = {"step": steps[places], **{name: column_of(run, name, places) for name in batch.measures}}
    return seen if run.lessons is None else {**seen, **lessons_up_to(run.lessons, batch.steps)}


def column_of(run: Run, name: str, places: NDArray[np.int64] | None = None) -> NDArray[Any]:
    """A measure at every recorded step or at some of them, also one of several steps, which needs them all.

    NaN where this run has no such group, as others of the sweep do.
    """
    if not is_of_several(name):
        values = run.column(name) if name in MEASURES else _of_one_step(run, name)
        return values if places is None else values[places]
    steps = run.column("step")
    places = np.arange(len(steps)) if places is None else places
    return over_steps(name, partial(_of_one_step, run), steps, places)


def _of_one_step(run: Run, name: str) -> NDArray[Any]:
    named = measure_and_group(name)
    if named is not None and named[1] not in groups_of(run.scenario):
        return np.full(len(run.column("step")), math.nan)
    return run.column(name)


def lessons_up_to(lessons: pd.DataFrame, steps: Sequence[int]) -> dict[str, NDArray[Any]]:
    """How many lessons were born, and ever reached each stage, up to each step."""
    rows = counted(lessons)
    columns = {}
    for name, source in zip(LESSONS, ("step", *STAGES), strict=True):
        reached = np.sort(rows[source].dropna().to_numpy(dtype=np.int64))
        columns[name] = np.searchsorted(reached, steps, side="right")
    return columns
