"""The floor under the compiled engine: what the random words of a step must cost, and what it takes.

    pytest tests/benchmarks/bench_floor.py --benchmark-enable -n 0 -s

The words are counted in a part of England run as plain Python, their price is measured in a loop of
compiled code, and a step of the compiled engine is held against the product, in one process.
"""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from numba import uint64

from lpsim import Scenario
from lpsim.engines.compiled.engine import CompiledEngine
from lpsim.model.counts import empty_counts
from lpsim.model.draws import CERTAIN, threshold
from lpsim.model.jit import JIT, compiled
from lpsim.model.words import event_of, lanes_below, philox
from lpsim.population.build import build

ROOT = Path(__file__).parents[2]
COUNT = """
import sys
import lpsim.model.words as words
import lpsim.engines.compiled.rules as rules
import numpy as np
from lpsim import Scenario
from lpsim.engines.compiled.engine import CompiledEngine
from lpsim.population.build import build

pairs, real = set(), words.philox
def counted(low, high, key):
    pairs.add((int(low), int(high)))
    return real(low, high, key)
def lanes_below(seed, event, uid, limit, among):
    # As in lpsim.model.words, but a pair at a time: none is made that is not needed.
    success, digit, one, top = np.uint64(0), np.uint64(0), np.uint64(1), np.uint64(63)
    if limit == np.uint64(words.CERTAIN):
        return among
    while among and limit:
        for word in counted(uid, event | digit, seed):
            ones = np.uint64(0) - (limit >> top)
            success |= among & ones & ~word
            among &= ~(ones ^ word)
            limit = limit << one
        digit += one
    return success
rules.lanes_below = lanes_below
scenario = Scenario.load(sys.argv[1]).replace({"population.practices": int(sys.argv[2])})
people = build(scenario, 1)
engine = CompiledEngine(scenario, people.structure, people.starts)
words.philox = counted
for _ in range(int(sys.argv[3])):
    engine.advance()
print(len(pairs) / (int(sys.argv[3]) * people.structure.staff))
"""


@compiled
def pairs_one_after_the_other(count, key):
    """Some pairs of random words."""
    found = uint64(0)
    for number in range(count):
        low, high = philox(uint64(number), uint64(7), key)
        found ^= low ^ high
    return found


@compiled
def draws_of_64_lanes(count, key, limit):
    """Some Bernoulli draws for all lanes of a word."""
    found = uint64(0)
    for number in range(count):
        found ^= lanes_below(key, event_of(3, 70, 0), uint64(number), limit, uint64(CERTAIN))
    return found


def nanoseconds(work, count=1_000_000):
    """The median of seven, each."""
    work(10)
    taken = []
    for _ in range(7):
        begun = time.perf_counter()
        work(count)
        taken.append((time.perf_counter() - begun) / count * 1e9)
    return statistics.median(taken)


def pairs_per_person(practices, steps):
    """Pairs of random words that a person and step ask for, counted in plain Python."""
    found = subprocess.run(
        [sys.executable, "-c", COUNT, ROOT / "configs" / "england.toml", str(practices), str(steps)],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    return float(found.stdout)


@pytest.mark.skipif(not JIT, reason="nothing is compiled")
@pytest.mark.parametrize("probability", [0.5, 0.1, 0.03])
def test_a_draw_of_64_lanes(benchmark, probability):
    limit = np.uint64(threshold(probability))
    count = 1_000_000 if benchmark.enabled else 10
    taken = benchmark.pedantic(
        lambda: nanoseconds(lambda n: draws_of_64_lanes(n, np.uint64(5), limit), count), rounds=1
    )
    print(f"\n64 lanes at {probability}: {taken:.1f} ns")


@pytest.mark.skipif(not JIT, reason="nothing is compiled")
def test_a_step_of_england_against_its_random_words(benchmark):
    full = benchmark.enabled
    pairs = pairs_per_person(12 if full else 2, 24 if full else 2)
    price = nanoseconds(lambda n: pairs_one_after_the_other(n, np.uint64(5)), 1_000_000 if full else 10)
    scenario = Scenario.load(ROOT / "configs" / "england.toml")
    people = build(scenario.replace({"population.practices": 6139 if full else 20}), 1)
    engine = CompiledEngine(scenario, people.structure, people.starts)
    nothing, taken = empty_counts(people.structure, []), []
    for step in range(1, (24 if full else 2) + 1):
        begun = time.perf_counter()
        engine.advance_until(step, nothing)
        taken.append((time.perf_counter() - begun) / people.structure.staff * 1e9)
    benchmark.pedantic(lambda: None, rounds=1)
    step = statistics.median(taken)
    print(
        f"\nEngland, months 1 to 24: {pairs:.1f} pairs of random words per person and step, {price:.1f} ns "
        f"each: {pairs * price:.0f} ns; a step takes {step:.0f} ns, {step / (pairs * price):.2f} times that"
    )
