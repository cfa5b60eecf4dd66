"""A sweep on a Dask cluster: a real scheduler and real workers on this machine, one of which is killed."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from sweeping import SMALL, design_file, result_bytes
from typer.testing import CliRunner

import lpsim
from lpsim import cli
from lpsim.errors import InputError
from lpsim.scenario import Scenario
from lpsim.sweeps.design.design import Design
from lpsim.sweeps.runner import WorkersLostError, sweep
from lpsim.sweeps.store.store import Store
from lpsim.sweeps.workers import cluster
from tests import own

ROOT = Path(__file__).parents[2]


def started(program, *arguments, path=ROOT, **more):
    return subprocess.Popen(
        [sys.executable, "-m", f"distributed.cli.{program}", "--no-dashboard", *arguments],
        env={**os.environ, "PYTHONPATH": str(path), **more},
        cwd=path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@contextmanager
def dask(folder, *, workers=2, path=ROOT, scheduler_path=ROOT, protocol="tcp", **more):
    """A scheduler and some workers, in this order, and the scheduler's address."""
    file = folder / "scheduler.json"
    at = ("--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(file))
    processes = [started("dask_scheduler", *at, "--protocol", protocol, path=scheduler_path, **more)]
    try:
        while not file.exists() or not file.read_text().endswith("}"):  # it is there before it is written
            assert processes[0].poll() is None
            time.sleep(0.05)
        address = json.loads(file.read_text())["address"]
        worker = (address, "--host", "127.0.0.1", "--no-nanny", "--nthreads", "1")
        folders = [str(folder / f"worker-{number}") for number in range(workers)]
        processes += [
            started("dask_worker", *worker, "--local-directory", local, path=path, **more)
            for local in folders
        ]
        yield processes, address
    finally:
        for process in processes:
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with dask(tmp_path_factory.mktemp("dask")) as found:
        yield found


def test_on_the_command_line_a_scheduler_takes_the_place_of_processes(tmp_path, running):
    _, address = running
    file = design_file(tmp_path)
    arguments = ["sweep", str(file), "--out", str(tmp_path / "store"), "--scheduler", address]
    result = CliRunner().invoke(cli.app, arguments)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result_bytes(Store.open(tmp_path / "store")) == result_bytes(sweep(file, store=tmp_path / "here"))


def test_scenarios_with_seeds_of_their_own_give_the_same_results_on_a_cluster(tmp_path, running):
    _, address = running
    design = Design.from_dict(
        {
            "base": Scenario().replace(SMALL),
            "method": "scenarios",
            "scenarios": [{"name": "plain"}, {"name": "guess", "set": {"judgement.doubt": "guess"}}],
            "replications": 5,
            "seeds": "independent",
        }
    )
    with cluster(address) as executor:
        store = sweep(design, store=tmp_path / "store", executor=executor)
    assert result_bytes(store) == result_bytes(sweep(design, store=tmp_path / "here"))


@pytest.mark.slow
def test_a_worker_that_is_killed_in_mid_sweep_costs_no_run(tmp_path, running, monkeypatch):
    processes, address = running
    monkeypatch.setattr("lpsim.sweeps.plan.LONG", 0.2)
    design = Design.load(design_file(tmp_path, replications=600, settings={**SMALL, "steps": 60}))
    expected = result_bytes(sweep(design, store=tmp_path / "undisturbed"))
    seen = []

    def kill(standing):
        seen.append(standing)
        if standing.done > 200 and processes[1].poll() is None:
            processes[1].kill()
            processes[1].wait()

    with cluster(address) as executor:
        while executor.count < 2:
            time.sleep(0.05)
        store = sweep(design, store=tmp_path / "store", executor=executor, on_progress=kill)
        assert executor.count == 1
    assert result_bytes(store) == expected
    assert (store.status()["status"] == "done").all()
    assert seen[-1] == (1800, 0, 1800)


@pytest.mark.slow
def test_a_cluster_that_is_gone_ends_the_sweep_and_what_is_done_is_kept(tmp_path, monkeypatch):
    monkeypatch.setattr("lpsim.sweeps.plan.LONG", 0.05)
    design = Design.load(design_file(tmp_path, replications=2000, settings={**SMALL, "steps": 60}))

    def kill(standing):
        if standing.done > 100:
            processes[0].kill()

    with (
        dask(tmp_path) as (processes, address),
        pytest.raises(WorkersLostError, match=r"the cluster is gone; what is finished is kept"),
        cluster(address) as executor,
    ):
        sweep(design, store=tmp_path / "store", executor=executor, on_progress=kill)
    assert len(Store.open(tmp_path / "store").frame()) > 100


def refused(tmp_path, address, seconds=25):
    """What a sweep on a cluster says that cannot do it: soon, and nothing is written."""
    file, begun = design_file(tmp_path), time.monotonic()
    result = CliRunner().invoke(
        cli.app, ["sweep", str(file), "--out", str(tmp_path / "store"), "--scheduler", address]
    )
    assert (result.exit_code, result.stdout) == (2, "")
    assert time.monotonic() - begun < seconds
    assert not (tmp_path / "store").exists()
    (line,) = result.stderr.splitlines()
    return line.removeprefix(f"--scheduler {address}: ")


def test_a_cluster_without_workers_is_told_within_seconds(tmp_path, monkeypatch):
    monkeypatch.setattr("lpsim.sweeps.workers.ANSWER_SECONDS", 10)
    with dask(tmp_path, workers=0) as (_, address):
        assert refused(tmp_path, address, seconds=60).startswith(
            "has no workers, nor came any within 10 seconds; start some (dask worker tcp://"
        )


OTHERS = {
    "none": (
        "raise ModuleNotFoundError(\"No module named 'lpsim'\")",
        "has none (ModuleNotFoundError: No module",
    ),
    "another version": ('__version__ = "0.0.1"', "has 0.0.1; install the same everywhere."),
}


@pytest.mark.parametrize("whose", ["path", "scheduler_path"])
@pytest.mark.parametrize("other", OTHERS)
def test_workers_and_schedulers_without_this_lpsim_are_told_within_seconds(tmp_path, other, whose):
    content, words = OTHERS[other]
    (tmp_path / "path" / "lpsim").mkdir(parents=True)
    (tmp_path / "path" / "lpsim" / "__init__.py").write_text(content)
    with dask(tmp_path, workers=1, **{whose: tmp_path / "path"}) as (_, address):
        message = refused(tmp_path, address)
    who = "the worker at tcp://127.0.0.1:" if whose == "path" else f"the scheduler {words}"
    assert message.startswith(f"this is lpsim {lpsim.__version__}, {who}")
    assert words in message


@pytest.mark.skipif(os.name != "posix", reason="SIGSTOP is of POSIX")
def test_a_worker_that_does_not_answer_is_told_within_seconds(tmp_path, monkeypatch):
    with dask(tmp_path, workers=1) as (processes, address):
        with cluster(address):  # it has come by then, however busy the machine is
            processes[1].send_signal(signal.SIGSTOP)
        monkeypatch.setattr("lpsim.sweeps.workers.ANSWER_SECONDS", 5)
        assert "a worker did not answer within 5 seconds" in refused(tmp_path, address)


def test_a_cluster_that_loses_all_its_workers_ends_the_sweep_and_what_is_done_is_kept(tmp_path, monkeypatch):
    monkeypatch.setattr("lpsim.sweeps.plan.LONG", 0.05)
    monkeypatch.setattr("lpsim.sweeps.runner.LOOK", 0.2)
    design = Design.load(design_file(tmp_path, replications=2000, settings={**SMALL, "steps": 60}))

    def kill(standing):
        if standing.done > 10:
            processes[1].kill()

    monkeypatch.setattr("lpsim.sweeps.workers.NOBODY_SECONDS", 3)
    with (
        dask(tmp_path, workers=1) as (processes, address),
        pytest.raises(WorkersLostError, match=r"had no workers for 3 seconds; what is finished is kept"),
        cluster(address) as executor,
    ):
        sweep(design, store=tmp_path / "store", executor=executor, on_progress=kill)
    assert len(Store.open(tmp_path / "store").frame()) > 10


def test_with_patience_a_cluster_may_get_its_workers_later(tmp_path):
    with dask(tmp_path, workers=0) as (processes, address):

        def come():
            time.sleep(2)
            where = ("--local-directory", str(tmp_path / "worker"))
            processes.append(started("dask_worker", address, "--host", "127.0.0.1", "--no-nanny", *where))

        thread = threading.Thread(target=come)
        thread.start()
        with cluster(address, patience=60) as executor:
            assert executor.submit(abs, -3).result(60) == 3
        thread.join()


# --- who is let in --------------------------------------------------------------------------------


@pytest.fixture
def certificates(tmp_path):
    """What docs/sweeps.md says to make and to set, by Dask's keys."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl to make a certificate with")
    key, certificate = str(tmp_path / "key.pem"), str(tmp_path / "cert.pem")
    make = "req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=dask -keyout".split()
    subprocess.run(["openssl", *make, key, "-out", certificate], check=True, capture_output=True)
    keys = {"require-encryption": "true", "tls.ca-file": certificate}
    for who in ("scheduler", "worker", "client"):
        keys |= {f"tls.{who}.cert": certificate, f"tls.{who}.key": key}
    return {f"distributed.comm.{name}": value for name, value in keys.items()}


def test_with_certificates_a_sweep_goes_over_tls_and_nobody_without_one_is_heard(tmp_path, certificates):
    import dask as settings

    variables = {
        f"DASK_{name.upper().replace('.', '__').replace('-', '_')}": value
        for name, value in certificates.items()
    }
    with dask(tmp_path, workers=1, protocol="tls", **variables) as (_, address):
        assert address.startswith("tls://")
        with settings.config.set(certificates), cluster(address) as executor:
            filled = sweep(Design.load(design_file(tmp_path)), store=tmp_path / "own", executor=executor)
        assert len(filled.frame()) == 12
        for wrong in (address, address.replace("tls://", "tcp://")):
            assert refused(tmp_path, wrong).startswith("no Dask scheduler answered within 10 seconds")


def test_a_client_of_ones_own_does_the_runs_and_stays_open(tmp_path, running):
    from distributed import Client

    _, address = running
    file = design_file(tmp_path)
    with Client(address, set_as_default=False) as client:
        store = sweep(file, store=tmp_path / "store", executor=client)
        assert client.status == "running"
        assert result_bytes(store) == result_bytes(sweep(file, store=tmp_path / "here"))
    with pytest.raises(
        InputError, match="executor: found a Dask client that is closed; give one that is open"
    ):
        sweep(file, store=tmp_path / "other", executor=client)
    assert not (tmp_path / "other").exists()


def test_behaviours_of_ones_own_are_found_by_the_workers_of_a_cluster(tmp_path, running):
    _, address = running
    file, given = design_file(tmp_path), {"staff_member": "tests.own:Silent", "observe": {"views": own.views}}
    with cluster(address) as executor:
        store = sweep(file, store=tmp_path / "store", executor=executor, **given)
    assert result_bytes(store) == result_bytes(sweep(file, store=tmp_path / "here", **given))
