"""The floor under the compiled engine: what the random words of a step must cost, and what it takes.

    pytest tests/benchmarks/bench_floor.py --benchmark-enable -n 0 -s

The draws of a part of England are written down in plain Python. Compiled code then makes as many as a step of
England asks for: their words alone, one after the other; and the same draws, each with its questions. Both,
and moving a person's octets, are held against a step, in turn in one process.
"""

import os
import statistics
import subprocess
import sys
import time
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from in_turn import in_turn, quartiles, ratios
from numba import uint64

from lpsim import Scenario
from lpsim.engines.compiled.engine import CompiledEngine
from lpsim.model.counts import empty_counts
from lpsim.model.draws import CERTAIN, threshold
from lpsim.model.jit import JIT, compiled
from lpsim.model.words import event_of, lanes_below, philox
from lpsim.population.build import build

ROOT = Path(__file__).parents[2]
OCTETS = 80
"""Read and written of a person in a step."""
COUNT = """
import sys
import lpsim.model.words as words
import lpsim.engines.compiled.rules as rules
import numpy as np
from lpsim import Scenario
from lpsim.engines.compiled.engine import CompiledEngine
from lpsim.population.build import build

pairs, draws, real = set(), [], words.philox
def counted(low, high, key):
    pairs.add((int(low), int(high)))
    draws.append((int(high), int(low), 0, 0))
    return real(low, high, key)
def lanes_below(seed, event, uid, limit, among):
    # As in lpsim.model.words, but a pair at a time: none is made that is not needed.
    success, digit, one, top = np.uint64(0), np.uint64(0), np.uint64(1), np.uint64(63)
    if limit == np.uint64(words.CERTAIN):
        return among
    if among and limit:
        draws.append((int(event), int(uid), int(limit), int(among)))
    while among and limit:
        pairs.add((int(uid), int(event | digit)))
        for word in real(uid, event | digit, seed):
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
person_steps = int(sys.argv[3]) * people.structure.staff
np.savez(sys.argv[4], draws=np.array(draws, dtype=np.uint64), pairs=len(pairs), person_steps=person_steps)
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
def draws_again(times, key, draws):
    """The draws written down, in their order, so many times; of one word where no lane is asked for."""
    found = uint64(0)
    for _ in range(times):
        for row in range(draws.shape[0]):
            event, uid, limit, among = draws[row, 0], draws[row, 1], draws[row, 2], draws[row, 3]
            if among == 0:
                found ^= philox(uid, event, key)[0]
            else:
                found ^= lanes_below(key, event, uid, limit, among)
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
        begun = time.process_time()
        work(count)
        taken.append((time.process_time() - begun) / count * 1e9)
    return statistics.median(taken)


def asked(practices, steps, path):
    """The draws of a part of England, as plain Python asks for them: events, uids, thresholds and lanes."""
    subprocess.run(
        [sys.executable, "-c", COUNT, ROOT / "configs" / "england.toml", str(practices), str(steps), path],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(ROOT)},
        check=True,
    )
    return np.load(path)


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
def test_a_step_of_england_against_its_random_words(benchmark, tmp_path):
    full = benchmark.enabled
    found = asked(12 if full else 2, 24 if full else 2, tmp_path / "draws.npz")
    scenario = Scenario.load(ROOT / "configs" / "england.toml")
    people = build(scenario.replace({"population.practices": 6139 if full else 20}), 1)
    engine = CompiledEngine(scenario, people.structure, people.starts)
    nothing, steps, staff = empty_counts(people.structure, []), count(1), people.structure.staff
    draws, key, lines = found["draws"], np.uint64(5), np.zeros((staff, OCTETS // 8))
    pairs, asked_for = (n / float(found["person_steps"]) for n in (float(found["pairs"]), len(draws)))
    again = staff * asked_for / len(draws)
    programs = {
        "a step": lambda: engine.advance_until(next(steps), nothing),
        "its words alone": lambda: pairs_one_after_the_other(round(pairs * staff), key),
        "its draws alone": lambda: draws_again(round(again), key, draws),
        "its octets alone": lambda: np.add(lines, 1, out=lines),
    }
    seconds = benchmark.pedantic(lambda: in_turn(programs, rounds=11 if full else 1), rounds=1)
    if full:
        seconds["its draws alone"] *= again / round(again)
    took = ", ".join(f"{name} {quartiles(taken / staff * 1e9)} ns" for name, taken in seconds.items())
    print(
        f"\nEngland, months 1 to 24, a person: {pairs:.1f} pairs of words in {asked_for:.1f} draws, "
        f"{100 * np.mean(draws[:, 3] == 0):.0f} % of them of one word; {took}"
    )
    print("\n".join(ratios(seconds)))
