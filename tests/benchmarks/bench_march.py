"""`lpsim.simulate_many` against other programs of March's model (1991), those of `march_programs`.

    pytest tests/benchmarks/bench_march.py --benchmark-enable -n 0 -s

All make runs of 100 steps, in turn in one process, by processor time; quote the ratios, and the null with
them. AgentPy is asked where it is installed (``pip install --no-deps agentpy``). Without --benchmark-enable
it is only seen that all give March's published numbers.
"""

from functools import partial
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from in_turn import in_turn, quartiles, ratios
from march_programs import in_agentpy, in_mesa, run_by_run, side_by_side

import lpsim
from experiments.tables import published

ROOT = Path(__file__).parents[2]
P1, P2 = "practice.socialisation.rate", "practice.codification.rate"
ROUNDS, RUNS, FEW = 10, 200, 2
"""Runs in a round, of the fast and of the slow programs."""


def in_lpsim(p1, p2, *, steps, runs, seed, engine="compiled"):
    changes = {P1: p1, P2: p2, "steps": steps, "record.every": steps}
    scenario = lpsim.Scenario.load(ROOT / "configs" / "march1991.toml", changes)
    seeds = range(seed * runs, (seed + 1) * runs)
    made = lpsim.simulate_many(scenario, seeds, engine=engine)
    return np.array([run.column("practice_knowledge")[-1] for run in made])


FAST = {"lpsim": in_lpsim, "NumPy, runs side by side": side_by_side, "NumPy, run by run": run_by_run}
SLOW = {
    "the reference engine (Mesa with NumPy's vectors)": partial(in_lpsim, engine="reference"),
    "Mesa": in_mesa,
    "AgentPy": in_agentpy,
}


@pytest.mark.parametrize("name", [*FAST, *SLOW])
@pytest.mark.parametrize(("p1", "p2"), [(0.1, 0.5), (0.5, 0.5), (0.9, 0.1)])
def test_gives_published_numbers(name, p1, p2):
    """Within 4 standard errors of 50 runs (10 of the slow programs), and of the published 10,000."""
    if name == "AgentPy":
        pytest.importorskip("agentpy")
    if name in SLOW and p1 != 0.5:
        pytest.skip("takes long")
    table = published(ROOT / "experiments" / "march1991" / "published.csv")
    where = (table["figure"] == "figure1") & (table["line"] == f"p2 = {p2}") & (table["x"] == p1)
    (expected,) = table.loc[where, "value"]
    runs, steps = (10, 100) if name in SLOW else (50, 300)
    known = {**FAST, **SLOW}[name](p1, p2, steps=steps, runs=runs, seed=1)
    both = known.std(ddof=1) * np.sqrt(1 / runs + 1 / 10_000)
    assert abs(known.mean() - expected) < 4 * both


@pytest.mark.parametrize(("p1", "p2"), [(0.1, 0.5), (0.5, 0.5)])
def test_against_other_programs(benchmark, p1, p2):
    if not benchmark.enabled:
        pytest.skip("takes a minute")
    seeds = count()
    programs = {name: partial(_runs, make, p1, p2, RUNS, seeds) for name, make in FAST.items()}
    programs |= {name: partial(_runs, make, p1, p2, FEW, seeds) for name, make in _installed().items()}
    seconds = benchmark.pedantic(lambda: in_turn(programs, rounds=ROUNDS), rounds=1)
    a_run = {name: taken / (FEW if name in SLOW else RUNS) for name, taken in seconds.items()}
    print(f"\nMarch, p1 = {p1}, p2 = {p2}, a run of 100 steps: lpsim {quartiles(a_run['lpsim'] * 1e3)} ms")
    print("\n".join(ratios(a_run)))


def _runs(make, p1, p2, runs, seeds):
    make(p1, p2, steps=100, runs=runs, seed=next(seeds))


def _installed():
    """The slow programs, without those whose framework is not there."""
    try:
        import agentpy  # noqa: F401
    except ImportError:
        return {name: make for name, make in SLOW.items() if name != "AgentPy"}
    return SLOW
