"""Where no engine is asked for, the one that is quicker now makes the run."""

import multiprocessing
from types import SimpleNamespace

import pytest

from lpsim.engines import quickest
from lpsim.engines.quickest import LITTLE, LONG, REFERENCE, Quickest
from lpsim.scenario import Scenario
from lpsim.sweeps.workers import LocalWorkers


class Shelf:
    """What is kept of compiled code, as far as a choice asks."""

    def __init__(self):
        self.kept, self.for_good = set(), "a folder"

    def holds(self, function):
        return function in self.kept


class Process:
    """Another process that compiles."""

    def __init__(self):
        self.code = None

    def poll(self):
        return self.code


@pytest.fixture
def shelf(monkeypatch):
    found = Shelf()
    monkeypatch.setattr("lpsim.model.shelf.shelf", lambda: found)
    return found


@pytest.fixture
def begun(monkeypatch):
    """The functions for which a process was begun, and the processes."""
    processes = {}
    monkeypatch.setattr(quickest, "_compile", lambda function: processes.setdefault(function, Process()))
    return processes


def choice(chooser, seconds, runs=1, lessons=False):
    """The engine for runs of which each would take the reference engine so many seconds."""
    return chooser.engine(seconds / REFERENCE, runs, lessons=lessons)


def test_code_that_is_there_is_used(shelf, begun):
    shelf.kept.add("many_runs")
    assert choice(Quickest(), 0.001) == "compiled"
    assert choice(Quickest(), 0.001, lessons=True) == "reference"


def test_for_little_work_nothing_is_compiled(shelf, begun):
    assert choice(Quickest(), LITTLE / 20, runs=19) == "reference"
    assert not begun


def test_of_more_work_the_first_runs_are_made_while_another_process_compiles(shelf, begun, capsys):
    chooser = Quickest()
    assert [choice(chooser, LITTLE / 20, runs=30) for _ in range(3)] == ["reference"] * 3
    assert list(begun) == ["many_runs"]
    shelf.kept.add("many_runs")
    begun["many_runs"].code = 0
    assert choice(chooser, LITTLE / 20, runs=27) == "compiled"
    assert capsys.readouterr().err.count("compiling beside") == 1


def test_many_little_runs_are_much_work(shelf, begun):
    chooser = Quickest()
    for _ in range(20):
        assert choice(chooser, LITTLE / 10) == "reference"
        chooser.spent += LITTLE / 10
    assert list(begun) == ["many_runs"]


def test_one_long_run_waits_for_the_compiler(shelf, begun):
    assert choice(Quickest(), LONG + 1) == "compiled"
    assert not begun


@pytest.mark.parametrize("code", [0, 1, -9])
def test_where_the_other_process_came_to_nothing_this_one_compiles(code, shelf, begun):
    chooser = Quickest()
    choice(chooser, LITTLE / 2, runs=10)
    begun["many_runs"].code = code
    assert choice(chooser, LITTLE / 2, runs=10) == "compiled"


def test_where_code_cannot_be_kept_this_process_compiles(shelf, begun):
    shelf.for_good = None
    assert choice(Quickest(), LITTLE / 2, runs=10) == "compiled"
    assert not begun


def test_a_worker_among_many_compiles_as_one_of_them_for_all(shelf, begun, monkeypatch):
    monkeypatch.setattr(multiprocessing, "parent_process", lambda: "another")
    assert choice(Quickest(), LITTLE / 20, runs=30) == "compiled"
    assert not begun


def test_a_worker_with_little_to_do_compiles_nothing(shelf, begun, monkeypatch):
    monkeypatch.setattr(multiprocessing, "parent_process", lambda: "another")
    assert choice(Quickest(), 0.001) == "reference"


@pytest.mark.parametrize(("runs", "compiled"), [(4, []), (4_000, ["many_runs"])])
def test_before_workers_begin_what_many_runs_need_is_compiled_once_and_for_few_nothing(
    shelf, monkeypatch, runs, compiled
):
    found = []
    monkeypatch.setattr("lpsim.engines.beforehand.compile_for_later", found.append)
    monkeypatch.setattr(quickest, "QUICKEST", Quickest())
    shelf.folders = []
    scenario = Scenario().adapted({"steps": 6, "population.practices": 4})
    LocalWorkers.prepare(SimpleNamespace(count=2, _folders=[]), scenario, runs)
    assert found == compiled
    shelf.kept.add("many_runs")
    LocalWorkers.prepare(SimpleNamespace(count=2, _folders=[]), scenario, runs)
    assert found == compiled
