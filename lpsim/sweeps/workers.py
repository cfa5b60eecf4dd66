"""Who does the batches: processes on this machine, or a Dask cluster that is there already."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import sys
import threading
import time
from concurrent import futures
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing import connection
from numbers import Integral
from typing import TYPE_CHECKING, Any, cast

from lpsim.errors import InputError, in_words, installing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection
    from pathlib import Path

    from distributed import Client

    from lpsim.population.footprint import Share
    from lpsim.scenario import Scenario

ANSWER_SECONDS = 10
"""How long a scheduler may take to answer, its workers, and the first of them to come."""
NOBODY_SECONDS = 300
"""How long there may be no worker at all later on."""
NOTICED_SECONDS = 5
"""Within these a pool notices that its workers were ended, unless it waits for something from them."""
STOPPING = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
"""Signals that a terminal or a batch system sends to workers as well as to their maker, who sees to it."""


class LocalWorkers(Executor):
    """Processes on this machine, one thread each.

    They end when the executor is stopped, and also when the process that made them ends, however it does.

    Parameters
    ----------
    count : int, optional
        How many; by default one per processor.

    Raises
    ------
    InputError
        The count is no whole number from 1.
    """

    def __init__(self, count: int | None = None) -> None:
        if count is not None and (not isinstance(count, Integral) or isinstance(count, bool) or count < 1):
            raise InputError(
                f"count: found {count!r:.80}; allowed is a whole number from 1, or None (one per processor)."
            )
        self.count = processors() if count is None else int(count)
        self._pending: set[Future[Any]] = set()
        self._start()

    def prepare(self, scenario: Scenario, runs: int) -> None:
        """Have code compiled once, so that not every worker does it; for few small runs none is."""
        from lpsim.engines.beforehand import compile_for_later  # noqa: PLC0415
        from lpsim.engines.quickest import QUICKEST  # noqa: PLC0415
        from lpsim.model.shelf import shelf  # noqa: PLC0415
        from lpsim.population.footprint import expected_size  # noqa: PLC0415

        if scenario.population.practices != "file":
            person_steps = expected_size(scenario).staff * scenario.steps
            if QUICKEST.is_little(person_steps, runs / self.count):
                return
        function = "step_with_lessons" if scenario.record.lessons else "many_runs"
        if not shelf().holds(function):
            compile_for_later(function)
        if self._folders != shelf().folders:  # the code had to go elsewhere
            self.restart()

    def _start(self) -> None:
        from lpsim.model.shelf import shelf  # noqa: PLC0415
        from lpsim.population.footprint import Share, free_for_all  # noqa: PLC0415

        self._folders = list(shelf().folders)
        share = Share(free_for_all() // self.count, self.count)
        context = multiprocessing.get_context("spawn")  # a fork would copy locks that compiled code holds
        # Only this process has the other end of the pipe: it closes when this process is gone.
        theirs, self._lifeline = context.Pipe(duplex=False)
        self._pool = ProcessPoolExecutor(
            self.count,
            mp_context=context,
            initializer=_begin_worker,
            initargs=(theirs, self._folders, share),
        )
        # The pool lets go of these when it is shut down, which may be before they end.
        self._processes, self._ends = self._pool._processes, _workers_ends(self._pool)
        self._keeper: threading.Thread | None = None

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        """Have a worker call a function."""
        with _interrupts_held():
            future = self._pool.submit(function, *arguments, **named)
            self._keeper = cast("threading.Thread", self._pool._executor_manager_thread)
        self._pending.add(future)
        future.add_done_callback(self._pending.discard)
        return future

    def restart(self) -> None:
        """Begin again with new workers."""
        self.stop()
        self._start()

    def stop(self) -> None:
        """End the workers at once, whatever they are doing."""
        for item in list(self._pool._pending_work_items.values()):
            if item.future.cancelled():  # Python before 3.12 fails to say of these that they are lost
                item.future = Future()
        self._lifeline.close()  # only now, as some end by it at once
        for process in list(self._processes.values()):  # which may be busy with what nothing interrupts
            process.kill()
        results, calls = self._ends
        results.close()
        if self._keeper is not None:
            # It closes the other end itself, and one number closed twice may be another file's by then.
            self._keeper.join(NOTICED_SECONDS)
            if self._keeper.is_alive():  # Python before 3.11.5 waits for somebody to read what it gives
                calls.close()
        self._pool.shutdown(cancel_futures=True)

    def see_to_the_lost(self) -> None:
        """End all where one is gone and nobody has noticed, as when it was killed while it gave a result."""
        if connection.wait([process.sentinel for process in list(self._processes.values())], timeout=0):
            self.stop()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the workers when they have done what was submitted."""
        if not wait:
            self._pool.shutdown(wait=False, cancel_futures=cancel_futures)
            return
        if not cancel_futures:
            futures.wait(set(self._pending))
        self.stop()  # leaving a Python that has compiled much takes each of them a second

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        """End the workers: at once if something went wrong, else when they are done."""
        self.stop() if kind else self.shutdown()


class ClusterWorkers(Executor):
    """The workers of a Dask cluster; use `cluster`.

    The cluster gives the batches of a worker that is lost to others by itself.
    """

    def __init__(self, client: Any, *, patience: float) -> None:
        from distributed.client import ClosedClientError  # noqa: PLC0415
        from distributed.scheduler import KilledWorker  # noqa: PLC0415

        self._client = client
        self._closed = ClosedClientError
        self._executor = client.get_executor(pure=False)
        self.lost = (KilledWorker,)
        """What is raised for a batch that was on several workers when they were lost."""
        self.patience = patience
        """Seconds for which there may be no worker at all."""
        self._count = 0

    @property
    def count(self) -> int:
        """How many batches the cluster can do at a time now."""
        # A scheduler that is gone cancels what was submitted; the client may have noticed and be closing.
        with suppress(OSError, RuntimeError, self._closed):
            self._count = sum(self._client.nthreads().values())
        return self._count

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        """Have a worker call a function; cancelled where the cluster is gone, as what it was doing is."""
        try:
            future: Future[Any] = self._executor.submit(function, *arguments, **named)
        except self._closed:
            future = Future()
            future.cancel()
            future.set_running_or_notify_cancel()
        return future


@contextmanager
def cluster(address: str, *, patience: float | None = None) -> Iterator[ClusterWorkers]:
    """Use the Dask cluster whose scheduler is at an address (``tcp://HOST:PORT``).

    Parameters
    ----------
    address : str
        Of the scheduler.
    patience : float, optional
        Seconds for which there may be no worker at all, as where jobs wait in a queue; by default
        `ANSWER_SECONDS` at the beginning, and `NOBODY_SECONDS` later on.

    Raises
    ------
    InputError
        No scheduler answers there within `ANSWER_SECONDS`, it has no workers, or one that has not this
        lpsim; or Dask is not installed.
    """
    try:
        from distributed import Client  # noqa: PLC0415
    except ImportError:
        raise InputError(f"--scheduler: needs Dask; {installing('cluster')}.") from None
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what matters is told in words of ours
    _ask(address)
    with Client(  # type: ignore[no-untyped-call]
        address, timeout=ANSWER_SECONDS, set_as_default=False
    ) as client:
        place = f"--scheduler {address}"
        _check_workers(client, place, address, ANSWER_SECONDS if patience is None else patience)
        yield ClusterWorkers(client, patience=NOBODY_SECONDS if patience is None else patience)


def workers_of(executor: Executor | Client | None) -> Executor | None:
    """The workers of an executor; of a Dask client, which stays open, those of its cluster.

    Raises
    ------
    InputError
        It is no executor; a client is closed, or one for asynchronous use; or as `cluster`.
    """
    if executor is not None and not callable(getattr(executor, "submit", None)):
        raise InputError(
            f"executor: found {executor!r:.80}; give an Executor, such as lpsim.LocalWorkers(), a "
            "Dask client, or None for this process."
        )
    dask = sys.modules.get("distributed")
    if dask is None or not isinstance(executor, dask.Client):
        return cast("Executor | None", executor)
    if executor.status != "running" or executor.asynchronous:
        what = "for asynchronous use" if executor.asynchronous else "closed"
        raise InputError(f"executor: found a Dask client that is {what}; give one that is open (Client(…)).")
    address = str(executor.scheduler.address)
    _check_workers(executor, f"executor: the cluster at {address}", address, ANSWER_SECONDS)
    return ClusterWorkers(executor, patience=NOBODY_SECONDS)


def _ask(address: str) -> None:
    """See that a scheduler answers, by itself, as a client that cannot connect leaves threads behind."""
    import asyncio  # noqa: PLC0415

    from distributed.core import rpc  # noqa: PLC0415
    from distributed.security import Security  # noqa: PLC0415

    async def identity() -> Any:
        certificates = Security().get_connection_args("client")  # type: ignore[no-untyped-call]
        async with rpc(  # type: ignore[no-untyped-call]
            address, timeout=ANSWER_SECONDS, connection_args=certificates
        ) as scheduler:
            return await scheduler.identity()

    async def within() -> Any:
        return await asyncio.wait_for(identity(), ANSWER_SECONDS)

    try:
        kind = asyncio.run(within())["type"]
    except Exception:
        kind = None
    if kind != "Scheduler":
        raise InputError(
            f"--scheduler {address}: no Dask scheduler answered within {ANSWER_SECONDS} seconds; check the "
            "address (tcp://HOST:PORT, or tls:// with Dask's certificates) and that it is running."
        )


def _check_workers(client: Any, place: str, address: str, patience: float) -> None:
    """See that there are workers, and that each has this lpsim: else a sweep would wait for ever."""
    import lpsim  # noqa: PLC0415 (only its face says which one it is)

    end = time.monotonic() + patience
    while not client.nthreads():
        if time.monotonic() > end:
            raise InputError(
                f"{place}: has no workers, nor came any within {patience:g} seconds; start "
                f"some (dask worker {address}; of a cluster that adapts itself, at least one)."
            )
        time.sleep(0.1)
    try:
        found = _versions(client)
    except (OSError, TimeoutError):
        raise InputError(
            f"{place}: a worker did not answer within {ANSWER_SECONDS} seconds; start it anew."
        ) from None
    for who, version in found.items():
        if version != lpsim.__version__:
            has = f"has none ({in_words(version)})" if isinstance(version, Exception) else f"has {version}"
            raise InputError(
                f"{place}: this is lpsim {lpsim.__version__}, {who} {has}; install the same everywhere."
            )


def _versions(client: Any) -> dict[str, Any]:
    """Which lpsim the scheduler has, which reads batches, and each worker; or what importing it raises."""
    # What every Python has, as nobody without lpsim could even be asked by a function of lpsim.
    ask = (eval, "__import__('lpsim').__version__")
    try:
        found = {
            "the scheduler": client.sync(client._run_on_scheduler, *ask, callback_timeout=ANSWER_SECONDS)
        }
    except ImportError as error:
        found = {"the scheduler": error}
    workers = client.sync(client._run, *ask, on_error="return", callback_timeout=ANSWER_SECONDS)
    return found | {f"the worker at {address}": version for address, version in workers.items()}


def _workers_ends(pool: ProcessPoolExecutor) -> tuple[Connection, Connection]:
    """The workers' ends of a pool's pipes, for results and for calls, which this process holds as well.

    While it does, it waits for ever for the rest of a result that a worker was ended in the middle of, or
    for somebody to read what it gives them.
    """
    return pool._result_queue._writer, pool._call_queue._reader  # type: ignore[attr-defined]


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _begin_worker(lifeline: Connection, folders: list[Path], share: Share) -> None:
    """Make a new process a worker: it leaves Ctrl-C and its like to its maker, and ends with it."""
    for number in STOPPING:
        signal.signal(number, signal.SIG_IGN)
    import pyarrow as pa  # noqa: PLC0415

    from lpsim.model.shelf import share_shelf  # noqa: PLC0415
    from lpsim.population.footprint import take_share  # noqa: PLC0415

    share_shelf(folders)
    take_share(share)
    pa.set_cpu_count(1)
    threading.Thread(target=_end_with, args=(lifeline,), daemon=True).start()


def _end_with(lifeline: Connection) -> None:
    with suppress(EOFError, OSError):
        lifeline.recv()  # nothing is ever sent
    os._exit(1)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Let no Ctrl-C or its like reach a process that is being started, before it knows what to do with it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
