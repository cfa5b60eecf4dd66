"""`lpsim sweep` on the command line: a store for good input, one clear sentence for bad input."""

import time

import pytest
from sweeping import contents, design_file, result_bytes, small
from typer.testing import CliRunner

from lpsim import cli
from lpsim.cli import sweep_progress
from lpsim.sweeps import batches, workers
from lpsim.sweeps.runner import InThisProcess, Standing, sweep
from lpsim.sweeps.store.store import Store
from lpsim.sweeps.store.writing import filling


class Here(InThisProcess):
    """In the place of worker processes, which take seconds to start; these are tested in test_sweep.py."""

    def __init__(self, count=None):
        self.asked_for = count

    def __exit__(self, *_):
        return None


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(workers, "LocalWorkers", Here)
    monkeypatch.setattr(sweep_progress, "NOW_AND_THEN", float("inf"))  # however slow the machine is
    monkeypatch.delenv("LPSIM_DEBUG", raising=False)
    return tmp_path


def lpsim(*arguments):
    return CliRunner().invoke(cli.app, [str(argument) for argument in arguments])


def refused(folder, *arguments, code=2):
    """The one sentence that is said; nothing is written or lost."""
    before = contents(folder)
    result = lpsim("sweep", *arguments)
    assert (result.exit_code, result.stdout) == (code, "")
    assert len(result.stderr.splitlines()) == 1
    assert contents(folder) == before
    return result.stderr


def test_a_sweep_leaves_a_store_where_it_says_and_says_how_to_read_it(folder):
    result = lpsim("sweep", design_file(folder))
    assert (result.exit_code, result.stderr) == (0, "")
    assert "12 runs in" in result.stdout
    assert "12 of 12 are done" in result.stdout
    assert "Results: sweeps/small" in result.stdout
    assert 'lpsim query sweeps/small "describe runs"' in result.stdout
    assert result_bytes(Store.open("sweeps/small")) == result_bytes(
        sweep(small(folder), store=folder / "library")
    )


def test_a_sweep_that_does_not_say_what_a_factor_does_alone_names_the_command_that_says_more(folder):
    (folder / "base.toml").write_text('title = "Small"\n')
    (folder / "walks.toml").write_text(
        'base = "base.toml"\nmethod = "morris"\nsamples = 4\n'
        'set = { steps = 2, "population.practices" = 1, "world.issues" = 6, "world.domains" = 2 }\n'
        '[[factors]]\nkey = "practice.codification.rate"\nkind = "lever"\nrange = [0.1, 0.9]\n'
        '[[factors]]\nkey = "practice.reflection.rate"\nkind = "lever"\nrange = [0.1, 0.9]\n'
    )
    result = lpsim("sweep", folder / "walks.toml")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "No figure of what each factor does alone" in result.stdout
    assert "  lpsim sensitivity sweeps/walks\n" in result.stdout
    assert not list((folder / "sweeps" / "walks").glob("factors.*"))


def test_the_same_command_again_does_nothing(folder):
    file = design_file(folder)
    lpsim("sweep", file, "--out", "here")
    before = contents(folder / "here")
    result = lpsim("sweep", file, "--out", "here")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "nothing was missing; 12 of 12 are done" in result.stdout
    assert contents(folder / "here") == before


def test_failed_runs_are_told_and_the_exit_code_is_1_until_they_are_done(folder, monkeypatch):
    original = batches.Simulator.many
    monkeypatch.setattr(batches.Simulator, "many", lambda *_: 1 / 0)
    file = design_file(folder)
    result = lpsim("sweep", file)
    assert result.exit_code == 1
    assert "12 runs failed" in result.stderr
    assert "--retry-failed" in result.stderr
    monkeypatch.setattr(batches.Simulator, "many", original)
    assert lpsim("sweep", file).exit_code == 1
    assert lpsim("sweep", file, "--retry-failed").exit_code == 0


def test_on_error_stop_stops(folder, monkeypatch):
    monkeypatch.setattr(batches.Simulator, "many", lambda *_: 1 / 0)
    result = lpsim("sweep", design_file(folder), "--on-error", "stop")
    assert result.exit_code == 1
    assert (
        "failed (simulation: ZeroDivisionError: division by zero); what is finished is kept" in result.stderr
    )


def test_a_full_disk_is_one_sentence(folder, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    file = design_file(folder)
    with filling("sweeps/small", small(folder)):
        pass
    monkeypatch.setattr("lpsim.sweeps.store.writing.shards.write", full)
    message = refused(folder, file, code=1)
    assert message.startswith("sweeps/small: cannot be written to (No space left on device)")


def test_ctrl_c_says_that_the_same_command_goes_on(folder, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    file = design_file(folder)
    with filling("sweeps/small", small(folder)):
        pass
    monkeypatch.setattr(batches.Simulator, "many", interrupted)
    assert refused(folder, file, code=130) == (
        "interrupted; what is finished is kept, and the same command goes on from there\n"
    )


def test_a_damaged_shard_is_named_and_its_runs_are_done_again(folder):
    file = design_file(folder)
    lpsim("sweep", file)
    shard = next((folder / "sweeps/small/results").iterdir())
    shard.write_bytes(b"")
    result = lpsim("sweep", file)
    assert result.exit_code == 0
    assert f"{shard.stem}.damaged: damaged, and put aside; its runs are done again" in result.stderr
    assert "12 runs in" in result.stdout


# --- bad input ------------------------------------------------------------------------------------


def test_a_folder_that_is_no_store_is_refused(folder):
    (folder / "thesis").mkdir()
    (folder / "thesis" / "chapter.txt").write_text("mine")
    assert "thesis/sweep.json: no such file; give the folder of a sweep" in refused(
        folder, design_file(folder), "--out", "thesis"
    )


def test_a_store_of_another_design_is_refused(folder):
    lpsim("sweep", design_file(folder))
    message = refused(folder, design_file(folder, replications=5))
    assert message.startswith("sweeps/small: holds another sweep (Small sweep; other seeds); ")


def test_a_second_sweep_on_one_store_is_refused(folder):
    file = design_file(folder)
    with filling("sweeps/small", small(folder)):
        assert "another sweep is writing to it" in refused(folder, file)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "127.0.0.1:9", "nonsense", "tcp://", ""])
def test_a_scheduler_that_does_not_answer_is_told_within_the_stated_time(folder, monkeypatch, address):
    monkeypatch.setattr(workers, "ANSWER_SECONDS", 2)
    begun = time.monotonic()
    message = refused(folder, design_file(folder), "--scheduler", address)
    assert f"--scheduler {address}: no Dask scheduler answered within 2 seconds" in message
    assert time.monotonic() - begun < 20


def test_something_else_at_the_address_is_no_scheduler(folder, monkeypatch):
    import socket
    import threading

    monkeypatch.setattr(workers, "ANSWER_SECONDS", 2)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer():
            connection, _ = server.accept()
            with connection:
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                connection.recv(1000)

        thread = threading.Thread(target=answer)
        thread.start()
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        assert "no Dask scheduler answered" in refused(folder, design_file(folder), "--scheduler", address)
        thread.join()


def test_without_dask_the_extra_is_named(folder, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    assert "pip install '.[cluster]'" in refused(folder, design_file(folder), "--scheduler", "tcp://x:1")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--workers", 0), "--workers: found 0"),
        (("--workers", 2, "--scheduler", "tcp://x:1"), "--workers: the cluster"),
        (("--on-error", "ignore"), "--on-error: found 'ignore'"),
    ],
)
def test_options_that_make_no_sense_are_refused(folder, options, message):
    assert message in refused(folder, design_file(folder), *options)


def test_the_number_of_workers_is_passed_on(folder, monkeypatch):
    made = []
    monkeypatch.setattr(workers, "LocalWorkers", lambda count: made.append(count) or Here(count))
    lpsim("sweep", design_file(folder), "--workers", 3)
    assert made == [3]


# --- progress -------------------------------------------------------------------------------------


def test_progress_tells_rate_and_time_left(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    shown = []
    tell = sweep_progress.Teller(lambda _, words: shown.append(words))
    for seconds, made in ((0, 0), (5, 10), (10, 110), (20, 310)):
        now[0] = 100.0 + seconds
        tell(Standing(made, 0, 1_510))
    assert shown[:2] == ["0 of 1,510 runs", "10 of 1,510 runs"]
    assert shown[3] == "310 of 1,510 runs, 20 a second, 60 s left"
    now[0] += 100
    tell(Standing(1_500, 10, 1_510))
    assert shown[4] == "1,510 of 1,510 runs (10 failed), 12 a second"
    assert (tell.first, tell.last) == (Standing(0, 0, 1_510), Standing(1_500, 10, 1_510))


def test_nobody_watching_gets_a_line_now_and_then(folder, monkeypatch):
    monkeypatch.setattr(sweep_progress, "NOW_AND_THEN", 0.0)
    result = lpsim("sweep", design_file(folder))
    lines = result.stderr.splitlines()
    assert lines[0] == "0 of 12 runs"
    assert lines[-1].startswith("12 of 12 runs")


def test_somebody_watching_gets_a_bar(folder, monkeypatch):
    import io

    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr("sys.stderr", screen := Terminal())
    with sweep_progress.sweep_progress() as tell:
        tell(Standing(0, 0, 10))
        tell(Standing(5, 0, 10))
    assert "5 of 10 runs" in screen.getvalue()
