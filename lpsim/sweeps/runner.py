"""The runner: gives batches to workers, and what comes back to the store, until no run is missing."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Unpack, get_args

import pyarrow.compute as pc

from lpsim.engines.behaviours import Behaviours, Own, see_that_it_can_be_sent
from lpsim.engines.registry import Options, engine_named
from lpsim.errors import InputError, StoppedError
from lpsim.runs.measures import MEASURES
from lpsim.scenario.taken import as_list
from lpsim.sweeps.batches import Batch, halves, lost_batch, run_batch
from lpsim.sweeps.design.columns import twins
from lpsim.sweeps.design.design import Design
from lpsim.sweeps.plan import Plan
from lpsim.sweeps.store.merging import merge as take_over
from lpsim.sweeps.store.rows import FAILED, schema_of
from lpsim.sweeps.store.store import Store
from lpsim.sweeps.store.writing import filling
from lpsim.sweeps.workers import ClusterWorkers, LocalWorkers, workers_of
from lpsim.watching import progress, see_that_they_can_be_called

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import pyarrow as pa
    from distributed import Client

    from lpsim.sweeps.batches import Result
    from lpsim.sweeps.store.merging import Merged
    from lpsim.sweeps.store.writing import Filling

OnError = Literal["keep", "stop"]
AHEAD = 2
"""Batches in flight per worker: one that it does, one that waits for it; so memory stays flat."""
LOOK = 10.0
"""Seconds between two looks whether there are workers at all."""
KEPT = "what is finished is kept, and the same command goes on from there."


class Standing(NamedTuple):
    """How far a sweep is, in runs; points of one scenario and the same seeds share theirs."""

    done: int
    failed: int
    total: int

    @property
    def made(self) -> int:
        """Runs that are not pending."""
        return self.done + self.failed


class RunFailedError(StoppedError):
    """A run raised, and the sweep was to stop then."""


class WorkersLostError(StoppedError):
    """The workers are gone and cannot be replaced from here."""


def sweep(
    design: Design | str | Path | Mapping[str, Any],
    *,
    store: str | Path,
    executor: Executor | Client | None = None,
    on_error: OnError = "keep",
    retry_failed: bool = False,
    merge: str | Path | Iterable[str | Path] = (),
    on_progress: Callable[[Standing], None] | None = None,
    on_damaged: Callable[[Path], None] | None = None,
    on_merged: Callable[[Merged], None] | None = None,
    **own: Unpack[Behaviours],
) -> Store:
    """Do every run of a design that its store lacks, and nothing else.

    Whatever ends it (a crash of this process or of a worker, a full disk, Ctrl-C), the same call goes on
    from there and ends with the same results.

    Parameters
    ----------
    design : Design, str, Path or mapping
        Or the path of a design file, or what is in one.
    store : str or Path
        The folder of the results; made if it is not there. Only ever filled by one design and version.
    executor : concurrent.futures.Executor or distributed.Client, optional
        Who does the runs: any executor whose workers can import lpsim, such as
        `lpsim.sweeps.workers.LocalWorkers`, or the client of a Dask cluster; by default this process.
    on_error : str
        What to do when a run raises, which is a row of the store with stage, exception and traceback in any
        case: "keep" going, or "stop" with `RunFailedError`.
    retry_failed : bool
        Do runs again that failed before.
    merge : iterable of str or Path
        Other stores of this design, whose runs are taken over before any is done; runs that both have must
        agree.
    on_progress : callable, optional
        Called at the beginning and after each batch; by default a bar shows how far it is where a person
        watches.
    on_damaged : callable, optional
        Called with each shard found damaged; it is put aside under that name and its runs are done again.
    on_merged : callable, optional
        Called with what came of each store merged.
    staff_member, practice, service, observe
        As for `simulate`: behaviours of one's own that all runs are made with. Their source is part of the
        name of each run, so that a store is never filled by two; what is observed is a column of the results.

    Returns
    -------
    Store

    Raises
    ------
    InputError
        The design is not valid; the store is something else, another design's or version's, being written
        to by another sweep; a store to be merged is another design's or disagrees; a worker has another
        lpsim.
    StoppedError
        The store cannot be written to any more, the workers are lost, or a run raised and `on_error` is
        "stop". What was finished is kept.
    """
    if on_error not in get_args(OnError):
        raise InputError(f"on_error: found {on_error!r}; allowed is one of {', '.join(get_args(OnError))}.")
    see_that_they_can_be_called(on_progress=on_progress, on_damaged=on_damaged, on_merged=on_merged)
    workers = workers_of(executor)
    design = with_own(_design(design), Own.of(**own), workers)
    with filling(store, design) as kept:
        if on_damaged is not None:
            for path in kept.damaged:
                on_damaged(path)
        for other in as_list(merge, "merge"):
            merged = take_over(kept, other)
            if on_merged is not None:
                on_merged(merged)
        if retry_failed:
            kept.forget_failures()
        with _watched(len(kept.sharing()) * design.scheme.replications, on_progress) as tell:
            _Runner(kept, workers or InThisProcess(), on_error=on_error, on_progress=tell).run()
        kept.put_together()
    return Store.open(store)


@contextmanager
def _watched(
    total: int, given: Callable[[Standing], None] | None
) -> Iterator[Callable[[Standing], None] | None]:
    """What to call with how it stands: what was given, or a bar where a person watches."""
    if given is not None:
        yield given
        return
    with progress(total) as tell:
        made = 0

        def show(standing: Standing) -> None:
            nonlocal made
            if tell is not None:
                tell(standing.made - made)
            made = standing.made

        yield show


def _design(design: Design | str | Path | Mapping[str, Any]) -> Design:
    if isinstance(design, Design):
        return design
    if isinstance(design, str | Path):
        return Design.load(design)
    if isinstance(design, Mapping):
        return Design.from_dict(design)
    raise InputError(
        f"design: found {design!r:.80}; give a Design, the path of a design file, or what is in one."
    )


def with_own(design: Design, own: Own, workers: Executor | None = None) -> Design:
    """The design with what is of one's own.

    Raises
    ------
    InputError
        A class cannot stand in, a column is called like what is observed, or workers cannot find it.
    """
    if not own.said:
        _ = design.own.given
        return design
    taken = list(dict.fromkeys((*schema_of(design).names, *MEASURES)))
    clash = next((name for name in own.observed if name in taken), None)
    if clash:
        raise InputError(f"observe.{clash}: is a column already; give it another name.")
    if found := twins([*taken, *own.observed]):
        raise InputError(
            f"observe.{found[1]}: differs from the column {found[0]!r} in case alone, and SQL takes the two "
            "for one; give it another name."
        )
    if own.agents:  # see that they can stand in before any run is tried
        engine_named(None, own.agents).make(design.base, Options(own_agents=own.agents))
    if workers is not None and not isinstance(workers, ClusterWorkers):
        see_that_it_can_be_sent(own)
    return replace(design, own=own)


class InThisProcess(Executor):
    """Does what is submitted at once, here."""

    count, ahead = 1, 1

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        """Call a function."""
        future: Future[Any] = Future()
        future.set_result(function(*arguments, **named))
        return future


class _Runner:
    """One sweep at work.

    Workers get lost. A batch in flight then may have been the cause or not: it is a *suspect*. Suspects are
    done again one by one, so that one which loses its worker again is the cause; it is halved until the run
    is found that cannot be done, which becomes a row that says so.
    """

    def __init__(
        self,
        filling: Filling,
        executor: Executor,
        *,
        on_error: OnError,
        on_progress: Callable[[Standing], None] | None,
    ) -> None:
        self._filling, self._executor = filling, executor
        self._on_error, self._on_progress = on_error, on_progress
        self._plan = Plan(filling)
        self._firsts = [points[0] for points in filling.sharing()]
        self._in_flight: dict[Future[Result], Batch] = {}
        self._suspects: list[Batch] = []
        self._alone = False
        self._is_lost = (BrokenExecutor, *getattr(executor, "lost", ()))

    def run(self) -> None:
        """Go on until no run is missing."""
        self._report()
        design = self._filling.design
        if self._plan.left and not design.own.agents and hasattr(self._executor, "prepare"):
            self._executor.prepare(design.base, self._plan.left)
        try:
            while self._hand_out():
                self._take(self._finished())
        except BaseException:
            self._rescue()
            raise

    def _finished(self) -> set[Future[Result]]:
        """Wait until a batch is finished, unless there is nobody who could."""
        seen, executor = time.monotonic(), self._executor
        while True:
            finished, _ = wait(self._in_flight, timeout=LOOK, return_when=FIRST_COMPLETED)
            if finished:
                return finished
            if isinstance(executor, LocalWorkers):
                executor.see_to_the_lost()
            if not isinstance(executor, ClusterWorkers) or executor.count:
                seen = time.monotonic()
            elif time.monotonic() - seen > executor.patience:
                words = f"the cluster has had no workers for {executor.patience:g} seconds"
                raise WorkersLostError(f"{words}; {KEPT}")

    def _hand_out(self) -> bool:
        """Give workers something to do; whether they have anything."""
        if self._in_flight and (self._alone or self._suspects):
            return True
        self._alone = bool(self._suspects)
        if self._alone:
            self._submit(self._suspects.pop())
            return True
        workers = _workers(self._executor)
        ahead = getattr(self._executor, "ahead", AHEAD * workers)
        while len(self._in_flight) < ahead and (batch := self._plan.batch(workers)):
            self._submit(batch)
        return bool(self._in_flight)

    def _submit(self, batch: Batch) -> None:
        try:
            future = self._executor.submit(run_batch, batch)
        except BrokenExecutor as error:  # a worker was lost before this batch: it is not the cause
            self._alone = False
            future = Future()
            future.set_exception(error)
        self._in_flight[future] = batch

    def _take(self, finished: Iterable[Future[Result]]) -> None:
        broken = any(_is_broken(future) for future in finished)
        if broken:  # nobody works any more: what was in hand is lost, or was just finished
            finished = wait(self._in_flight).done
        lost = []
        for future in finished:
            batch = self._in_flight.pop(future)
            try:
                self._keep(future.result().table)
                self._plan.learn(len(batch), future.result().seconds)
            except self._is_lost:
                lost.append(batch)
            except CancelledError:
                raise WorkersLostError(f"the cluster is gone; {KEPT}") from None
        if lost:
            self._suspect(lost)
        if broken:
            self._restart()

    def _keep(self, table: pa.Table) -> None:
        self._filling.add(table)
        self._report()
        if self._on_error == "stop":
            _stop_at_failure(table)

    def _suspect(self, lost: list[Batch]) -> None:
        if not self._alone:
            self._suspects += lost
        elif len(lost[0]) > 1:
            self._suspects += halves(lost[0])
        else:
            self._keep(lost_batch(lost[0]))

    def _restart(self) -> None:
        restart = getattr(self._executor, "restart", None)
        if restart is None:
            raise WorkersLostError(f"the executor has lost its workers; {KEPT}")
        restart()
        try:
            self._executor.submit(os.getpid).result()
        except BrokenExecutor:  # then no run is to blame
            raise WorkersLostError(
                "workers end as soon as they start (a script has to start them below "
                f'`if __name__ == "__main__":`); {KEPT}'
            ) from None

    def _rescue(self) -> None:
        """Keep what is finished but not yet kept; then let go."""
        for future in self._in_flight:
            future.cancel()
            if future.done() and not future.cancelled() and not future.exception():
                with suppress(StoppedError):  # a full disk, perhaps the reason why all ends
                    self._filling.add(future.result().table)

    def _report(self) -> None:
        if self._on_progress is not None:
            made, failed = (runs[self._firsts] for runs in (self._filling.made, self._filling.failed))
            self._on_progress(Standing(int(made.sum() - failed.sum()), int(failed.sum()), made.size))


def _workers(executor: Executor) -> int:
    """How many batches an executor does at a time, as far as it says."""
    for name in ("count", "_max_workers"):
        if hasattr(executor, name):
            return max(int(getattr(executor, name)), 1)
    return os.cpu_count() or 1


def _is_broken(future: Future[Result]) -> bool:
    return not future.cancelled() and isinstance(future.exception(), BrokenExecutor)


def _stop_at_failure(table: pa.Table) -> None:
    failed = table.filter(pc.equal(table["status"], FAILED))
    if len(failed):
        row = failed.slice(0, 1).to_pylist()[0]
        raise RunFailedError(
            f"point {row['point']}, seed {row['seed']} failed ({row['stage']}: {row['exception']}); {KEPT}"
        )
