"""Sweeps: what they cost beside the kernels, how large and how fast a store is, and that memory stays flat.

    pytest tests/benchmarks/bench_sweeps.py --benchmark-enable -n 0 -s

Processor time is compared, not the clock, so that other work on the machine matters little.
"""

import os
import resource
import subprocess
import sys
import time
from concurrent.futures import Future
from pathlib import Path

import numpy as np
import pytest

from lpsim import Scenario
from lpsim.engines.compiled.engine import CompiledEngine
from lpsim.runs.measures import MEASURES
from lpsim.runs.simulate import simulate_many
from lpsim.sweeps.batches import Result
from lpsim.sweeps.design.design import Design
from lpsim.sweeps.runner import InThisProcess, sweep
from lpsim.sweeps.store.rows import Made, run_id, table_of
from lpsim.sweeps.workers import LocalWorkers

CONFIGS = Path(__file__).parents[2] / "configs"
ANSWER = 'select "practice.codification.rate" as rate, avg(practice_knowledge) from runs group by rate'


def processor_seconds():
    """Of this process and of those it has ended."""
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def rates(number):
    """So many, from .05 to .95."""
    return [round(0.05 + 0.9 * place / (number - 1), 4) for place in range(number)]


def levers(**values):
    return [
        {"key": f"practice.{name}.rate", "kind": "lever", "values": those} for name, those in values.items()
    ]


DESIGNS = {
    "March, 10 seeds a point": {
        "base": str(CONFIGS / "march1991.toml"),
        "factors": levers(socialisation=rates(30), codification=rates(9)),
        "replications": 10,
    },
    "one practice of drawn size": {
        "base": Scenario().adapted({"population.practices": 1}),
        "factors": levers(codification=rates(5), socialisation=rates(4)),
        "replications": 100,
    },
}


def in_kernels(design, monkeypatch):
    """Processor time of the kernels alone, in all runs of a design, scenario by scenario."""
    spent = [0.0]
    advance = CompiledEngine.advance_runs

    def timed(engine, *arguments):
        begun = time.thread_time()
        advance(engine, *arguments)
        spent[0] += time.thread_time() - begun

    with monkeypatch.context() as patch:
        patch.setattr(CompiledEngine, "advance_runs", timed)
        for point in design.points:
            for _ in simulate_many(design.scenario(point), design.seeds(point)):
                pass
    return spent[0]


def quartiles(values, form):
    low, middle, high = np.percentile(values, [25, 50, 75])
    return f"{middle:{form}} ({low:{form}} to {high:{form}})"


@pytest.mark.parametrize("case", DESIGNS)
def test_a_sweep_over_its_kernels(benchmark, case, tmp_path, monkeypatch):
    """Kernels, sweep, kernels, in one process and in turn: one round is a pair, and a null beside it."""
    if not benchmark.enabled:
        pytest.skip("takes a minute")
    says = {"method": "factorial", **DESIGNS[case]}
    seconds = []

    def once():
        begun = time.process_time()
        design = Design.from_dict(says)
        designed = time.process_time() - begun
        first = in_kernels(design, monkeypatch)
        begun = time.process_time()
        sweep(design, store=tmp_path / str(len(seconds)))
        whole = time.process_time() - begun
        seconds.append((designed, first, whole, in_kernels(design, monkeypatch)))
        return design

    design = benchmark.pedantic(once, rounds=11)
    designed, first, whole, second = np.array(seconds[1:]).T
    kernels, runs = (first + second) / 2, len(design.points) * design.scheme.replications
    with_design = (whole + designed) / kernels
    print(
        f"\n{case}: {len(design.points)} points, {runs:,} runs; {len(kernels)} pairs, medians and quartiles"
        f"\na sweep over its kernels {quartiles(whole / kernels, '.2f')}; with the making of its design "
        f"{quartiles(with_design, '.2f')}; the kernels over themselves {quartiles(second / first, '.2f')}"
        f"\na run in the kernels {quartiles(kernels / runs * 1e6, '.0f')} µs, beside them "
        f"{quartiles((whole - kernels) / runs * 1e6, '.0f')} µs"
    )


def test_figure_1_of_march(benchmark, tmp_path):
    if not benchmark.enabled:
        pytest.skip("takes a minute")
    design = Design.load(CONFIGS / "sweeps" / "march1991_figure1.toml")
    runs = len(design.points) * design.scheme.replications

    def whole():
        begun, before = time.perf_counter(), processor_seconds()
        with LocalWorkers(2) as workers:
            store = sweep(design, store=tmp_path / "store", executor=workers)
        return store, time.perf_counter() - begun, processor_seconds() - before

    store, seconds, processor = benchmark.pedantic(whole, rounds=1)
    assert len(store.frame()) == runs
    print(
        f"\n{runs:,} runs in {seconds:.1f} s on two processes; processor time a run: "
        f"{processor / runs * 1e6:.0f} µs; {size(store) / runs:.0f} bytes a run"
    )


def size(store):
    return sum(path.stat().st_size for path in store.folder.rglob("*") if path.is_file())


class MadeUp(InThisProcess):
    """Gives results without simulating: every bit by chance, so that no store is harder to make small."""

    def __init__(self):
        self.random = np.random.default_rng(1)

    def submit(self, _, batch):
        made = [
            Made(run_id(job.digest, seed), job.points, seed, self.random.random(), "host", self.seen(batch))
            for job in batch.jobs
            for seed in job.seeds
        ]
        future = Future()
        future.set_result(Result(table_of(batch.schema, made), 0.0005 * len(batch)))
        return future

    def seen(self, batch):
        values = self.random.random((len(batch.measures), 1))
        return {"step": np.array(batch.steps), **dict(zip(batch.measures, values, strict=True))}


def test_a_million_runs_with_ten_measures(benchmark, tmp_path):
    if not benchmark.enabled:
        pytest.skip("takes a minute")
    rates = [number / 10 for number in range(10)]
    factors = [
        {"key": f"practice.{name}.rate", "kind": "lever", "values": rates}
        for name in ("codification", "socialisation")
    ]
    said = {"factors": factors, "replications": 10_000, "keep": {"measures": list(MEASURES)[:10]}}
    design = Design.from_dict({"base": str(CONFIGS / "one_practice.toml"), "method": "factorial", **said})
    memory = Memory()
    store = sweep(design, store=tmp_path / "store", executor=MadeUp(), on_progress=memory)
    program = [sys.executable, "-c", "from lpsim.cli import main\nmain()", "query", str(store.folder), ANSWER]
    seconds = []

    def ask():
        begun = time.perf_counter()
        subprocess.run(program, check=True, stdout=subprocess.DEVNULL)
        seconds.append(time.perf_counter() - begun)

    benchmark.pedantic(ask, rounds=5)
    begun = time.perf_counter()
    assert len(store.query(ANSWER)) == 10
    within = time.perf_counter() - begun
    shards = len(list(store.results.iterdir()))
    print(
        f"\n1,000,000 runs: {size(store) / 1e6:.0f} bytes a run in {shards} shards; "
        f"a grouped mean from the shell {sorted(seconds)[2]:.2f} s, from Python {within:.2f} s; memory "
        f"{memory.at(100_000):.0f} MiB after 100,000 runs, {memory.at(1_000_000):.0f} after all"
    )


class Memory:
    """How much of it this process uses as a sweep goes on."""

    def __init__(self):
        self.seen = []

    def __call__(self, standing):
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        self.seen.append((standing.done, pages * os.sysconf("SC_PAGE_SIZE") / 2**20))

    def at(self, runs):
        """In MiB, the median of some batches up to so many runs."""
        return np.median([memory for done, memory in self.seen if done <= runs][-9:])


def test_memory_of_the_runner(benchmark, tmp_path):
    if not benchmark.enabled:
        pytest.skip("takes a minute")
    small = {"steps": 2, "population.practices": 1, "world.issues": 6, "world.domains": 2}
    design = Design.from_dict(
        {
            "base": str(CONFIGS / "one_practice.toml"),
            "set": small,
            "method": "factorial",
            "factors": [{"key": "practice.codification.rate", "kind": "lever", "values": [0.1, 0.5]}],
            "replications": 25_000,
        }
    )
    memory = Memory()

    def whole():
        with LocalWorkers(2) as workers:
            sweep(design, store=tmp_path / "store", executor=workers, on_progress=memory)

    benchmark.pedantic(whole, rounds=1)
    print(
        "\nthe runner's memory, in MiB after so many runs: "
        + ", ".join(f"{memory.at(runs):.0f} ({runs:,})" for runs in (10_000, 30_000, 50_000))
    )
