"""Workers end when they are told to, or are lost, whatever they are in the middle of."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import Future
from multiprocessing import connection
from pathlib import Path

import numpy as np
import pytest

import lpsim
from lpsim.errors import InputError

ROOT = Path(__file__).parents[2]
BUSY = """
import multiprocessing, os, signal, sys, time
import lpsim

def busy():
    "Workers whose results, of many megabytes each, are on their way."
    executor = lpsim.LocalWorkers(2)
    [first, *_] = [executor.submit(os.getpid).result() for _ in range(5)]
    return executor, first, [executor.submit(bytes, 100_000_000) for _ in range(30)]

if __name__ == "__main__":
    for milliseconds in map(int, sys.argv[1:]):
        executor, process, futures = busy()
        time.sleep(milliseconds / 1000)
        {does}
        assert all(future.done() for future in futures)
        assert not multiprocessing.active_children()
    print("ended")
"""
STOPS = "executor.stop()"
MOMENTS = 12
"""At one in three a pool that waits for the rest of a result hangs: so many find it in 99 of 100 cases."""
IS_LOST = "os.kill(process, signal.SIGKILL); time.sleep(0.5); executor.see_to_the_lost()"


def ends(does, moments):
    """Whether a program that does something with its busy workers, after so many milliseconds, ends."""
    program = [sys.executable, "-c", BUSY.format(does=does), *map(str, moments)]
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    return done.stdout == "ended\n" or done.stderr


@pytest.mark.slow
def test_workers_stop_at_once_while_large_results_are_on_their_way():
    moments = np.random.default_rng(1).integers(50, 500, MOMENTS)
    assert ends(STOPS, moments) is True


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="there is no such signal")
def test_a_worker_that_is_killed_while_it_gives_a_result_is_noticed():
    moments = np.random.default_rng(2).integers(50, 500, MOMENTS)
    assert ends(IS_LOST, moments) is True


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="there is no such signal")
def test_no_file_is_closed_twice_where_workers_are_stopped_as_one_is_lost(monkeypatch):
    """The second time its number may be another file's."""
    close, failed = connection.Connection._close, []

    def slowly(self):
        time.sleep(0.05 if threading.current_thread() is threading.main_thread() else 0.3)
        close(self)

    monkeypatch.setattr(connection.Connection, "_close", slowly)
    monkeypatch.setattr(threading, "excepthook", failed.append)
    for _ in range(3):
        executor = lpsim.LocalWorkers(2)
        os.kill(executor.submit(os.getpid).result(), signal.SIGKILL)
        executor.stop()
    assert not failed


@pytest.mark.slow
def test_workers_that_are_stopped_with_calls_cancelled_end_without_a_word(monkeypatch):
    failed = []
    monkeypatch.setattr(threading, "excepthook", failed.append)
    executor = lpsim.LocalWorkers(1)
    executor.submit(os.getpid).result()
    futures = [executor.submit(time.sleep, 60) for _ in range(6)]
    while not futures[0].running():
        time.sleep(0.01)
    for future in futures:
        future.cancel()
    cancelled = Future.cancelled
    # What stops them looks at each slowly: a worker that ends meanwhile is noticed before it has seen to all.
    monkeypatch.setattr(Future, "cancelled", lambda self: time.sleep(0.1) or cancelled(self))
    executor.stop()
    assert all(future.done() for future in futures)
    assert not failed


@pytest.mark.parametrize("count", [0, -1, 1.5, True, "a"])
def test_what_is_no_number_of_workers_is_refused_in_a_sentence(count):
    with pytest.raises(InputError, match=r"^count: found .*; allowed is a whole number from 1, or None"):
        lpsim.LocalWorkers(count)
