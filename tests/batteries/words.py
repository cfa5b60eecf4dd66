"""The words of the model in some order of consumption, as numbers of 32 bits, for batteries of tests.

    python tests/batteries/words.py ORDER PART [--keys keys.npz] | dieharder -a -g 200

writes them to standard output without end. ORDER is one of tests/event_keys.py, or `run`: the keys
that record.py wrote, with seed 0, then with seed 1, and so on. PART is `upper` or `lower` (half of each
word), `both` (the lower, then the upper), or one of these with `-reversed` (the order of the bits).
"""

import argparse
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))  # without pytest, which does this for the tests

from event_keys import ORDERS, Keys, model

PARTS = [f"{half}{way}" for half in ("upper", "lower", "both") for way in ("", "-reversed")]
AT_ONCE = 2**20


def words(order, keys=None):
    """Arrays of words without end."""
    if order == "run":
        yield from _words_of_a_run(np.load(keys or "keys.npz"))
    start = 0
    while True:
        yield model(ORDERS[order](np.arange(start, start + AT_ONCE, dtype=np.int64)))
        start += AT_ONCE


def _words_of_a_run(asked):
    """The same keys for one seed after the other; one asked for twice is left out the second time."""
    columns = np.column_stack([asked[name] for name in ("event", "uid", "digit")])
    first = np.sort(np.unique(columns, axis=0, return_index=True)[1])
    event, uid, digit = columns[first].T
    step, stream = event >> np.uint64(32), event >> np.uint64(16) & np.uint64(0xFFFF)
    block = event >> np.uint64(8) & np.uint64(0xFF)
    seed = 0
    while True:
        yield model(Keys(seed, stream, step, uid, block, digit))
        seed += 1


def numbers(order, part, keys=None):
    """Arrays of 32-bit numbers without end."""
    half, _, way = part.partition("-")
    for some in words(order, keys):
        pairs = some.view(np.uint32)  # the lower half first, as on every machine that numba knows
        taken = pairs if half == "both" else pairs[1::2] if half == "upper" else pairs[::2]
        yield _reversed(taken) if way else taken


def _reversed(numbers_):
    """With the order of the 32 bits reversed."""
    found = np.ascontiguousarray(numbers_).byteswap()
    for distance, mask in ((4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        found = (found >> distance & np.uint32(mask)) | (found & np.uint32(mask)) << distance
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("order", choices=[*ORDERS, "run"])
    parser.add_argument("part", choices=PARTS)
    parser.add_argument("--keys", help="what record.py wrote")
    chosen = parser.parse_args()
    try:
        for some in numbers(chosen.order, chosen.part, chosen.keys):
            sys.stdout.buffer.write(np.ascontiguousarray(some).tobytes())
    except BrokenPipeError:  # the battery has had enough
        sys.stderr.close()
