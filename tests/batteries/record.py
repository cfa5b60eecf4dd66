"""Write down the event keys of every random word that a run asks for, in the order in which it asks.

    NUMBA_DISABLE_JIT=1 python tests/batteries/record.py configs/learning_practice.toml 12 keys.npz

runs the first twelve steps of a scenario as plain Python, many times slower, and writes the keys of words
drawn, of the start as well as of the steps: arrays `event`, `uid` and `digit`.
"""

import sys

import numpy as np

import lpsim
from lpsim.model import jit, words
from lpsim.scenario import Scenario

philox = words.philox
asked: list[tuple[int, int, int]] = []
"""Event (without the digit), uid, digit."""


def noted(low, high, key):
    """Philox, noting which of its two words the caller will use."""
    caller = sys._getframe(1)
    event, digit = int(high) & ~0xFF, 2 * (int(high) & 0xFF)
    if caller.f_code.co_name == "word_of":
        asked.append((event, int(low), int(caller.f_locals["digit"])))
    else:
        asked.append((event, int(low), digit))
        if caller.f_code.co_name == "lanes_below":
            asked.append((event, int(low), digit + 1))
    return philox(low, high, key)


if __name__ == "__main__":
    if jit.JIT:
        sys.exit("Compiled code cannot be listened to: set NUMBA_DISABLE_JIT=1.")
    path, steps, target = sys.argv[1:]
    words.philox = noted
    lpsim.simulate(Scenario.load(path, {"steps": int(steps)}), seed=0)
    names = ("event", "uid", "digit")
    np.savez_compressed(target, **dict(zip(names, np.array(asked, dtype=np.uint64).T, strict=True)))
    print(f"{len(asked):,} words")
