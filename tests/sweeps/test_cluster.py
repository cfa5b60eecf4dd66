"""A sweep on a Dask cluster: a real scheduler and real workers on this machine, one of which is killed."""

import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from sweeping import SMALL, design_file, result_bytes
from typer.testing import CliRunner

from lpsim import cli
from lpsim.scenario import Scenario
from lpsim.sweeps.design.design import Design
from lpsim.sweeps.runner import WorkersLostError, sweep
from lpsim.sweeps.store.store import Store
from lpsim.sweeps.workers import cluster

ROOT = Path(__file__).parents[2]


def started(program, *arguments):
    return subprocess.Popen(
        [sys.executable, "-m", f"distributed.cli.{program}", "--no-dashboard", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@contextmanager
def dask(folder):
    """A scheduler and two workers, in this order, and the scheduler's address."""
    file = folder / "scheduler.json"
    at = ("--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(file))
    processes = [started("dask_scheduler", *at)]
    try:
        while not file.exists():
            assert processes[0].poll() is None
            time.sleep(0.05)
        address = json.loads(file.read_text())["address"]
        worker = (address, "--host", "127.0.0.1", "--no-nanny", "--nthreads", "1")
        folders = [str(folder / f"worker-{number}") for number in range(2)]
        processes += [started("dask_worker", *worker, "--local-directory", path) for path in folders]
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
