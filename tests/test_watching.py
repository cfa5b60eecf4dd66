"""Progress is shown once, where a person watches: a terminal, a notebook; elsewhere nothing."""

import sys
import threading
from types import SimpleNamespace

import pytest

import lpsim
from lpsim import watching
from lpsim.scenario import Scenario
from lpsim.watching import progress, say_what, within

SMALL = Scenario().adapted({"steps": 3, "population.practices": 1, "world.issues": 6, "world.domains": 2})


@pytest.fixture
def notebook(monkeypatch):
    """What is shown, as a kernel would be told: a text for every time."""
    shown = []

    def update(data, *, raw):
        assert raw
        shown.append(data["text/plain"])

    def display(data, *, raw, display_id):
        assert display_id
        update(data, raw=raw)
        return SimpleNamespace(update=update)

    shell = SimpleNamespace(kernel=object())
    kernel = SimpleNamespace(get_ipython=lambda: shell, display=SimpleNamespace(display=display))
    monkeypatch.setitem(sys.modules, "IPython", kernel)
    monkeypatch.setattr(watching, "OFTEN", 0.0)
    return shown


def test_nobody_watching_sees_nothing(capsys):
    with progress(3) as tell:
        assert tell is None
    list(lpsim.simulate_many(SMALL, range(1, 3), engine="reference"))
    assert capsys.readouterr().err == ""


def test_somebody_at_a_terminal_sees_a_bar(monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    with progress(3) as tell:
        say_what("1 of 3 runs [bold]")
        tell(1)
    shown = capsys.readouterr().err
    assert "simulating" in shown
    assert "1 of 3 runs [bold]" in shown


def test_somebody_at_a_notebook_sees_a_line_that_is_gone_at_the_end(notebook):
    lpsim.simulate(SMALL, engine="reference")
    assert notebook == ["simulating", "simulating: 3 of 3 (100 %)", ""]


def test_how_it_stands_is_said_in_the_place_of_what_is_done(notebook):
    with progress(4) as tell:
        say_what("1 of 2 runs")
        tell(2)
    with progress(4) as tell:
        tell(2)
    assert notebook == [
        "simulating", "1 of 2 runs: 2 of 4 (50 %)", "", "simulating", "simulating: 2 of 4 (50 %)", ""
    ]  # fmt: skip


def test_a_generator_of_runs_counts_them_all(notebook):
    assert len(list(lpsim.simulate_many(SMALL, range(1, 3), engine="reference"))) == 2
    assert notebook[-2] == "simulating: 6 of 6 (100 %)"
    assert len(list(lpsim.simulate_many(SMALL, iter([1]), engine="reference"))) == 1
    assert notebook[-2] == "simulating: 3"


def test_what_is_given_is_called_and_nothing_shown(notebook):
    calls = []
    lpsim.simulate(SMALL, engine="reference", on_step=calls.append)
    assert (calls, notebook) == ([3], [])


def test_what_is_within_another_shows_nothing(notebook):
    with progress(1), progress(1) as inner:
        assert inner is None
    with within(), progress(1) as inner:
        assert inner is None
    assert notebook == ["simulating", ""]


def test_whatever_ends_it_the_next_is_shown(notebook):
    with pytest.raises(ZeroDivisionError), progress(1):
        raise ZeroDivisionError
    with progress(1) as tell:
        assert tell is not None


def test_a_thread_beside_the_main_one_and_a_worker_show_nothing(notebook, monkeypatch):
    thread = threading.Thread(target=lpsim.simulate, args=(SMALL,), kwargs={"engine": "reference"})
    thread.start()
    thread.join()
    monkeypatch.setattr("multiprocessing.process.parent_process", object)
    lpsim.simulate(SMALL, engine="reference")
    assert notebook == []
