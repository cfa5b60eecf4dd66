"""A sweep does every run once, whatever its workers do, and says what went wrong with those that failed."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from sweeping import SMALL, design_file, result_bytes, small

import lpsim
from lpsim.errors import InputError
from lpsim.sweeps import batches, runner
from lpsim.sweeps.batches import WorkerMismatchError, run_batch
from lpsim.sweeps.plan import LONG, Plan
from lpsim.sweeps.runner import RunFailedError, WorkersLostError, sweep
from lpsim.sweeps.store.store import Store
from lpsim.sweeps.store.writing import filling
from lpsim.sweeps.workers import LocalWorkers

ROOT = Path(__file__).parents[2]


@pytest.fixture
def expected(tmp_path):
    """The results of an undisturbed sweep."""
    return result_bytes(sweep(small(tmp_path), store=tmp_path / "undisturbed"))


@pytest.fixture
def one_run_a_batch(monkeypatch):
    monkeypatch.setattr(Plan, "_size", lambda *_: 1)


def failing(monkeypatch, *seeds):
    """Let runs with these seeds raise."""
    original = batches.Simulator.many

    def simulate_many(simulator, scenario, those):
        for seed in those:
            if seed in seeds:
                raise ArithmeticError(f"seed {seed} does not add up")
            yield from original(simulator, scenario, [seed])

    monkeypatch.setattr(batches.Simulator, "many", simulate_many)


# --- runs that fail -------------------------------------------------------------------------------


def test_a_run_that_raises_is_a_row_with_stage_exception_and_traceback_and_the_rest_goes_on(
    tmp_path, monkeypatch
):
    failing(monkeypatch, 2)
    store = sweep(small(tmp_path), store=tmp_path / "store")
    failures = store.failures()
    assert failures["seed"].tolist() == [2, 2, 2]
    assert failures["point"].tolist() == [0, 1, 2]
    assert failures["practice.codification.rate"].tolist() == [0.1, 0.4, 0.9]
    assert set(failures["stage"]) == {"simulation"}
    assert set(failures["exception"]) == {"ArithmeticError: seed 2 does not add up"}
    assert all("Traceback" in text and "in simulate_many" in text for text in failures["traceback"])
    assert store.status()["status"].value_counts().to_dict() == {"done": 9, "failed": 3}
    assert 2 not in store.frame()["seed"].tolist()
    assert len(store.frame()) == 9


def test_the_stage_says_where_a_run_failed(tmp_path, monkeypatch):
    batch = planned(tmp_path).batch(1)
    monkeypatch.setattr(batches, "_seen", lambda *_: 1 / 0)
    assert run_batch(batch).table["stage"].to_pylist() == ["results"]
    monkeypatch.setattr(batches, "with_values", lambda *_: 1 / 0)
    assert run_batch(batch).table["stage"].to_pylist() == ["scenario"]


def test_failed_runs_are_done_again_when_asked_for_and_only_then(tmp_path, monkeypatch, expected):
    failing(monkeypatch, 1, 3)
    sweep(small(tmp_path), store=tmp_path / "store")
    monkeypatch.undo()
    assert len(sweep(small(tmp_path), store=tmp_path / "store").failures()) == 6
    ran = []
    original = batches.Simulator.many

    def noted(simulator, scenario, seeds):
        ran.extend(seeds)
        return original(simulator, scenario, seeds)

    monkeypatch.setattr(batches.Simulator, "many", noted)
    store = sweep(small(tmp_path), store=tmp_path / "store", retry_failed=True)
    assert sorted(ran) == [1, 1, 1, 3, 3, 3]
    assert len(store.failures()) == 0
    assert result_bytes(store) == expected


def test_a_run_that_fails_again_is_one_row_again(tmp_path, monkeypatch):
    failing(monkeypatch, 2)
    sweep(small(tmp_path), store=tmp_path / "store")
    store = sweep(small(tmp_path), store=tmp_path / "store", retry_failed=True)
    assert len(store.failures()) == 3
    assert len(store.frame()) == 9


def test_a_failure_of_a_sweep_with_many_observations_is_one_row(tmp_path, monkeypatch):
    failing(monkeypatch, 2)
    design = small(tmp_path, keep={"observations": "all", "lessons": True})
    store = sweep(design, store=tmp_path / "store")
    assert len(store.failures()) == 3
    assert len(store.frame()) == 9 * 4
    assert len(store.status()) == 12


def test_on_error_stop_stops_at_the_first_failure_and_keeps_it(tmp_path, monkeypatch, one_run_a_batch):
    failing(monkeypatch, 2)
    with pytest.raises(RunFailedError, match=r"point 0, seed 2 failed \(simulation: ArithmeticError"):
        sweep(small(tmp_path), store=tmp_path / "store", on_error="stop")
    status = Store.open(tmp_path / "store").status()["status"]
    assert status.value_counts().to_dict() == {"done": 1, "failed": 1, "pending": 10}


def test_on_error_is_keep_or_stop(tmp_path):
    with pytest.raises(InputError, match="on_error: found 'ignore'"):
        sweep(small(tmp_path), store=tmp_path / "store", on_error="ignore")
    assert not (tmp_path / "store").exists()


# --- executors ------------------------------------------------------------------------------------


def test_any_executor_gives_the_same_results(tmp_path, expected):
    with ThreadPoolExecutor(2) as executor:
        assert result_bytes(sweep(small(tmp_path), store=tmp_path / "threads", executor=executor)) == expected


def test_processes_give_the_same_results_and_end_with_the_executor(tmp_path, expected):
    with LocalWorkers(2) as executor:
        pid = executor.submit(os.getpid).result()
        assert result_bytes(sweep(small(tmp_path), store=tmp_path / "store", executor=executor)) == expected
    assert _gone(lambda: os.kill(pid, 0))


@pytest.mark.slow
def test_a_process_that_is_killed_costs_no_run(tmp_path, expected, one_run_a_batch):
    class Watched(LocalWorkers):
        restarts = 0

        def restart(self):
            super().restart()
            self.restarts += 1

    killed = []

    def kill(standing):
        if standing.done == 4 and not killed:
            killed.append(executor.submit(os.getpid).result())
            os.kill(killed[0], signal.SIGKILL)

    with Watched(2) as executor:
        store = sweep(small(tmp_path), store=tmp_path / "store", executor=executor, on_progress=kill)
        assert executor.restarts >= 1
    assert killed
    assert result_bytes(store) == expected
    assert (store.status()["status"] == "done").all()


class Deadly(Executor):
    """Workers of which some runs are the death; what others have in hand then is lost, as with processes."""

    count, holds = 2, 3

    def __init__(self, *deadly):
        self.deadly = deadly
        self.in_hand, self.broken, self.restarted = [], False, False
        self.did = []

    def submit(self, function, batch=None):
        if self.broken:
            raise BrokenExecutor
        future = Future()
        if batch is None:
            future.set_result(function())
            return future
        self.in_hand.append((future, function, batch))
        runs = [(point.number, seed) for job in batch.jobs for seed in job.seeds for point in job.points]
        self.broken = any(run in self.deadly for run in runs)
        if self.broken:
            for lost, _, _ in self.in_hand:
                lost.set_exception(BrokenExecutor())
        elif len(self.in_hand) == self.holds or self.restarted:
            for done, do, one in self.in_hand:
                done.set_result(do(one))
                self.did.append(one)
            self.in_hand = []
        return future

    def restart(self):
        self.in_hand, self.broken, self.restarted = [], False, True


@pytest.mark.parametrize("size", [1, 5, 12])
def test_a_run_that_takes_its_worker_down_is_found_and_all_others_are_done_once(tmp_path, monkeypatch, size):
    monkeypatch.setattr(Plan, "_size", lambda *_: size)
    executor = Deadly((1, 3))
    store = sweep(small(tmp_path), store=tmp_path / "store", executor=executor)
    failures = store.failures()
    assert failures[["point", "seed", "stage"]].values.tolist() == [[1, 3, "worker"]]
    assert failures["exception"].tolist() == ["the worker was lost"]
    done = [
        (job.points[0].number, seed) for batch in executor.did for job in batch.jobs for seed in job.seeds
    ]
    assert len(done) == len(set(done)) == 11
    assert len(store.frame()) == 11


def test_a_batch_that_a_cluster_gives_up_is_looked_at_alone_and_all_others_go_on(tmp_path, monkeypatch):
    class GivesUp(ThreadPoolExecutor):
        """As a cluster that has lost several workers to one batch, and has others."""

        count, lost = 2, (ZeroDivisionError,)

        def submit(self, function, batch):
            runs = [(job.points[0].number, seed) for job in batch.jobs for seed in job.seeds]
            return super().submit(lambda: 1 / 0) if (1, 3) in runs else super().submit(function, batch)

    monkeypatch.setattr(Plan, "_size", lambda *_: 3)
    with GivesUp(2) as executor:
        store = sweep(small(tmp_path), store=tmp_path / "store", executor=executor)
    assert store.failures()[["point", "seed", "stage"]].values.tolist() == [[1, 3, "worker"]]
    assert len(store.frame()) == 11


def test_a_batch_that_never_began_is_not_to_blame(tmp_path, monkeypatch, expected):
    class Broken(Deadly):
        """Whose workers are lost, twice, while they have nothing to do."""

        times = 2

        def submit(self, function, batch=None):
            if batch is not None and self.times:
                self.times -= 1
                raise BrokenExecutor
            return super().submit(function, batch)

    monkeypatch.setattr(Plan, "_size", lambda *_: 12)
    store = sweep(small(tmp_path), store=tmp_path / "store", executor=Broken())
    assert result_bytes(store) == expected


@pytest.mark.slow
def test_workers_that_cannot_start_end_the_sweep_and_no_run_is_blamed(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "import lpsim, sys\n"
        "with lpsim.LocalWorkers(1) as executor:\n"  # not below `if __name__ == "__main__"`
        "    lpsim.sweep(sys.argv[1], store='store', executor=executor)\n"
    )
    result = subprocess.run(
        [sys.executable, str(script), str(design_file(tmp_path))],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
    )
    assert "WorkersLostError: workers end as soon as they start (a script has to" in result.stderr
    assert set(Store.open(tmp_path / "store").status()["status"]) == {"pending"}


def test_when_every_run_takes_its_worker_down_every_run_is_a_row(tmp_path, monkeypatch):
    monkeypatch.setattr(Plan, "_size", lambda *_: 12)
    everything = [(point, seed) for point in range(3) for seed in range(1, 5)]
    store = sweep(small(tmp_path), store=tmp_path / "store", executor=Deadly(*everything))
    assert set(store.failures()["stage"]) == {"worker"}
    assert len(store.failures()) == 12


def test_an_executor_that_cannot_begin_again_ends_the_sweep_and_what_is_done_is_kept(
    tmp_path, monkeypatch, one_run_a_batch, expected
):
    monkeypatch.setattr(Deadly, "restart", None)
    with pytest.raises(WorkersLostError, match="what is finished is kept"):
        sweep(small(tmp_path), store=tmp_path / "store", executor=Deadly((1, 3)))
    assert len(Store.open(tmp_path / "store").frame()) == 6
    assert result_bytes(sweep(small(tmp_path), store=tmp_path / "store")) == expected


def test_what_is_finished_when_all_ends_is_kept(tmp_path, one_run_a_batch):
    class Late(Executor):
        """Finishes a second batch while the first is looked at."""

        count = 1

        def __init__(self):
            self.waiting = []

        def submit(self, function, batch):
            future = Future()
            self.waiting.append((future, function, batch))
            if len(self.waiting) == 1:
                future.set_result(function(batch))
            return future

    executor = Late()

    def interrupted(standing):
        if standing.done:
            for future, function, batch in executor.waiting[1:]:
                future.set_result(function(batch))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sweep(small(tmp_path), store=tmp_path / "store", executor=executor, on_progress=interrupted)
    assert len(Store.open(tmp_path / "store").frame()) == 2


def test_few_batches_are_in_flight_however_many_runs_there_are(tmp_path, one_run_a_batch):
    class Counting(ThreadPoolExecutor):
        lock, now, most = threading.Lock(), 0, 0

        def submit(self, *arguments):
            with self.lock:
                Counting.now += 1
                Counting.most = max(self.most, self.now)
            return super().submit(*arguments)

    def taken(standing):
        with Counting.lock:
            Counting.now -= bool(standing.done)

    with Counting(2) as executor:
        sweep(
            small(tmp_path, replications=20), store=tmp_path / "store", executor=executor, on_progress=taken
        )
    assert Counting.most <= 2 * runner.AHEAD


def test_a_worker_of_another_version_ends_the_sweep_and_nothing_wrong_is_kept(tmp_path, monkeypatch):
    original = batches.version_of
    monkeypatch.setattr(batches, "version_of", lambda name: original(name) + "x")
    with pytest.raises(WorkerMismatchError, match=r"the worker on .* has lpsim .*x, the sweep"):
        sweep(small(tmp_path), store=tmp_path / "store")
    assert len(Store.open(tmp_path / "store").frame()) == 0


def test_a_file_that_changes_while_a_sweep_goes_on_ends_it(tmp_path, one_run_a_batch):
    table = tmp_path / "practices.csv"
    content = (ROOT / "configs" / "made_up_practices.csv").read_text()
    table.write_text(content)
    workforce = {"steps": 1, "population.workforce": str(table)}
    design = small(tmp_path, set=workforce, replications=2, rates=[0.1, 0.2])

    def change(standing):
        if standing.done == 2:
            table.write_text(content.replace("\n", "\n", 1) + "\n")

    with pytest.raises(WorkerMismatchError, match="reads another scenario than the sweep began with"):
        sweep(design, store=tmp_path / "store", on_progress=change)
    assert len(Store.open(tmp_path / "store").frame()) == 2


# --- the plan -------------------------------------------------------------------------------------


def planned(tmp_path, **changes):
    with filling(tmp_path / "store", small(tmp_path, **changes)) as kept:
        return Plan(kept)


def test_the_plan_hands_out_every_missing_run_once(tmp_path):
    with filling(tmp_path / "store", small(tmp_path, replications=50)) as kept:
        kept.made[0, 5:9] = True
        kept.made[2] = True
        plan = Plan(kept)
        assert plan.left == 96
        runs = []
        while batch := plan.batch(2):
            plan.learn(len(batch), 0.001 * len(batch))
            runs += [(job.points[0].number, seed) for job in batch.jobs for seed in job.seeds]
        assert plan.left == 0
    seeds = kept.design.seeds(kept.design.points[0])
    missing = [(point, seeds[place]) for point, place in np.argwhere(~kept.made)]
    assert runs == missing


def test_a_batch_grows_to_its_seconds_and_shrinks_at_the_end(tmp_path):
    plan = planned(tmp_path, replications=20_000)
    sizes = []
    while batch := plan.batch(2):
        sizes.append(len(batch))
        plan.learn(len(batch), 0.001 * len(batch))
    assert sizes[0] == 1
    assert max(sizes) == round(LONG / 0.001)
    assert sizes[-2] < 0.2 * max(sizes)
    assert len(sizes) < 120
    assert all(later <= 4 * max(sizes[: i + 1]) for i, later in enumerate(sizes[1:]))


def test_a_batch_of_slow_runs_is_one_run(tmp_path):
    plan = planned(tmp_path, replications=20)
    plan.learn(1, 60.0)
    assert len(plan.batch(2)) == 1


def test_a_batch_has_no_more_rows_than_memory_should_hold(tmp_path, monkeypatch):
    monkeypatch.setattr("lpsim.sweeps.plan.ROWS", 40)
    plan = planned(tmp_path, replications=1000, keep={"observations": "all"})
    for _ in range(5):
        plan.learn(100, 0.001)
    assert len(plan.batch(1)) == 10


# --- kill -9, Ctrl-C ------------------------------------------------------------------------------


def command(*arguments, **options):
    """`lpsim sweep` in a process of its own."""
    code = "from lpsim.cli import main\nmain()"
    return subprocess.Popen(
        [sys.executable, "-c", code, "sweep", *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


IN_PROCESS = """
import sys
from lpsim.sweeps.store import writing as filling
from lpsim.sweeps import plan, runner
plan.LONG, plan.SHORT, filling.MANY = 0.01, 0.01, 4
print("ready", flush=True)
runner.sweep(sys.argv[1], store=sys.argv[2])
"""


def killed_in_process(file, store, after):
    """A sweep in a process, killed so many seconds after it has begun; whether it was."""
    process = subprocess.Popen(
        [sys.executable, "-c", IN_PROCESS, str(file), str(store)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
    )
    process.stdout.readline()
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        process.kill()
    code = process.wait()
    process.stdout.close()
    assert code in (0, -signal.SIGKILL)
    return code != 0


def killed_command(file, store, after):
    """The command, killed so many seconds after it has begun to write; one time in four, to start."""
    process = command(file, "--out", store, "--workers", 2)
    before = shards(store)
    while after > 0.2 and process.poll() is None and shards(store) <= before:
        time.sleep(0.02)
    try:
        process.communicate(timeout=after)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
    assert process.returncode in (0, -signal.SIGKILL)
    return process.returncode != 0


def shards(store):
    return set((store / "results").glob("*.parquet"))


def survives(tmp_path, kills, killed, seconds, replications):
    """Kill a sweep at random moments until it has been killed so often, then let it end."""
    file = design_file(tmp_path, replications=replications, settings={**SMALL, "steps": 60})
    undisturbed = sweep(file, store=tmp_path / "undisturbed")
    moments = random.Random(9)
    done, times = set(), 0
    for _ in range(kills):
        times += killed(file, tmp_path / "store", moments.uniform(*seconds))
        if (tmp_path / "store" / "sweep.json").exists():
            found = Store.open(tmp_path / "store").frame()
            assert not found.duplicated(["point", "seed"]).any()
            now = set(zip(found["point"], found["seed"], strict=True))
            assert done <= now  # nothing is lost
            done = now
    assert times > kills / 2
    store = sweep(file, store=tmp_path / "store")
    assert result_bytes(store) == result_bytes(undisturbed)
    assert not [path for path in store.folder.rglob("*") if path.suffix in (".partial", ".damaged")]


@pytest.mark.slow
def test_killed_at_random_moments_a_sweep_ends_with_the_same_results(tmp_path):
    survives(tmp_path, 5, killed_in_process, (0.0, 0.6), 600)


@pytest.mark.slow
def test_killed_with_its_workers_a_sweep_ends_with_the_same_results(tmp_path):
    survives(tmp_path, 6, killed_command, (0.0, 0.8), 2000)


@pytest.mark.slow
def test_workers_end_when_their_maker_is_killed():
    code = (
        "import os, time\n"
        "from lpsim.sweeps.workers import LocalWorkers\n"
        "if __name__ == '__main__':\n"
        "    workers = LocalWorkers(1)\n"
        "    print(workers.submit(os.getpid).result(), flush=True)\n"
        "    workers.submit(time.sleep, 60)\n"
        "    time.sleep(60)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    pid = int(process.stdout.readline())
    process.kill()
    process.communicate()
    assert _gone(lambda: os.kill(pid, 0))


@pytest.mark.slow
def test_interrupted_a_sweep_says_how_to_go_on_and_leaves_nobody_behind(tmp_path):
    file = design_file(tmp_path, replications=200_000, settings={**SMALL, "steps": 60})
    process = command(file, "--out", tmp_path / "store", "--workers", 2, start_new_session=True)
    while not (tmp_path / "store").exists() or len(list((tmp_path / "store/results").iterdir())) < 3:
        assert process.poll() is None
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the workers as well
    out, err = process.communicate(timeout=300)
    assert (process.returncode, out) == (130, "")
    assert err.splitlines()[-1] == (
        "interrupted; what is finished is kept, and the same command goes on from there"
    )
    assert "Traceback" not in err
    assert _gone(lambda: os.killpg(process.pid, 0))
    assert len(Store.open(tmp_path / "store").frame()) > 0


def _gone(signalled):
    """Whether processes are not there any more, or soon."""
    for _ in range(100):
        try:
            signalled()
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


def test_the_names_of_the_face():
    assert lpsim.sweep is sweep
    assert lpsim.Store is Store
    assert lpsim.sweeps.__name__ == "lpsim.sweeps"
