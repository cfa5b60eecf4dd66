"""`lpsim.simulate_many` against a plain NumPy program of March's model (1991).

    pytest tests/benchmarks/bench_march.py --benchmark-enable -n 0 -s

Both make runs of 100 steps on one thread, in turn in one process; quote medians and the ratio. Without
--benchmark-enable it is only seen that both give March's published numbers.
"""

import statistics
import time
from itertools import count
from pathlib import Path

import numpy as np
import pytest

import lpsim
from experiments.tables import published

ROOT = Path(__file__).parents[2]
PEOPLE, ISSUES = 50, 30
P1, P2 = "practice.socialisation.rate", "practice.codification.rate"


def march(rng, p1, p2, steps):
    """Knowledge of the code in the end, by the rules of March's program; arrays of (people, issues)."""
    reality = rng.choice((-1.0, 1.0), ISSUES)
    beliefs = rng.integers(-1, 2, (PEOPLE, ISSUES)).astype(float)
    code = np.zeros(ISSUES)
    for _ in range(steps):
        actions = beliefs.copy()
        doubt = np.flatnonzero(beliefs == 0)
        actions.ravel()[doubt] = 2 * rng.integers(0, 2, len(doubt)) - 1
        superior = actions @ reality > code @ reality
        votes = superior @ actions
        majority = np.sign(votes)
        changes = (majority != code) & (rng.random(ISSUES) < 1 - (1 - p2) ** np.abs(votes))
        taken = (code != 0) & (rng.random((PEOPLE, ISSUES)) < p1)
        beliefs += taken * np.sign(code - beliefs)
        code = np.where(changes, majority, code)
    return code @ reality / ISSUES


def numpy_runs(rng, p1, p2, steps, runs):
    return np.array([march(rng, p1, p2, steps) for _ in range(runs)])


def lpsim_runs(p1, p2, steps, seeds):
    changes = {P1: p1, P2: p2, "steps": steps, "record.every": steps}
    scenario = lpsim.Scenario.load(ROOT / "configs" / "march1991.toml", changes)
    return np.array([run.column("practice_knowledge")[-1] for run in lpsim.simulate_many(scenario, seeds)])


@pytest.mark.parametrize(("p1", "p2"), [(0.1, 0.5), (0.5, 0.5), (0.9, 0.1)])
@pytest.mark.parametrize("program", ["numpy", "lpsim"])
def test_gives_published_numbers(program, p1, p2):
    """Within 4 standard errors of 40 runs: a right program exceeds them once in 3,700 times (t), of 6."""
    table = published(ROOT / "experiments" / "march1991" / "published.csv")
    where = (table["figure"] == "figure1") & (table["line"] == f"p2 = {p2}") & (table["x"] == p1)
    (expected,) = table.loc[where, "value"]
    runs = 40
    if program == "numpy":
        known = numpy_runs(np.random.default_rng(1), p1, p2, 300, runs)
    else:
        known = lpsim_runs(p1, p2, 300, range(runs))
    both = known.std(ddof=1) * np.sqrt(1 / runs + 1 / 10_000)
    assert abs(known.mean() - expected) < 4 * both


@pytest.mark.parametrize(("p1", "p2"), [(0.1, 0.5), (0.5, 0.5)])
def test_against_a_numpy_program(benchmark, p1, p2):
    rng, seeds = np.random.default_rng(1), count()
    runs, rounds = (200, 5) if benchmark.enabled else (2, 1)

    def in_turn():
        seconds = {"numpy": [], "lpsim": []}
        for _ in range(rounds):
            begun = time.perf_counter()
            numpy_runs(rng, p1, p2, 100, runs)
            between = time.perf_counter()
            lpsim_runs(p1, p2, 100, [next(seeds) for _ in range(runs)])
            seconds["numpy"].append(between - begun)
            seconds["lpsim"].append(time.perf_counter() - between)
        return {program: statistics.median(taken) / runs for program, taken in seconds.items()}

    lpsim_runs(p1, p2, 100, [0])  # compiles
    medians = benchmark.pedantic(in_turn, rounds=1)
    print(
        f"\nMarch, p1 = {p1}, p2 = {p2}, a run of 100 steps: {medians['lpsim'] * 1e3:.2f} ms; "
        f"NumPy {medians['numpy'] * 1e3:.2f} ms, {medians['numpy'] / medians['lpsim']:.1f} times as long"
    )
