"""Random words, and draws by them, in compiled code: first for kernels, then for `lpsim.model.draws.Draws`.

An event is a step, a stream and a block in one word, as `event_of` makes it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import boolean, int8, int64, uint64

from lpsim.model.draws import CERTAIN, LANES
from lpsim.model.jit import compiled_as, lowest, part
from lpsim.model.philox import multiply_wide
from lpsim.model.philox import philox as plain_philox

philox = part(plain_philox)
"""That of `lpsim.model.philox`, compiled."""


@part
def word_of(seed: int, event: int, uid: int, digit: int) -> int:
    """The 64 random bits of an event key."""
    pair = philox(uid, event | (digit >> uint64(1)), seed)
    return pair[1] if digit & uint64(1) else pair[0]


@part
def occurs(seed: int, event: int, uid: int, limit: int) -> bool:
    """One draw with a threshold."""
    return limit == uint64(CERTAIN) or philox(uid, event, seed)[0] < limit


@part
def choice(seed: int, event: int, uid: int, digit: int, count: int) -> int:
    """A uniform choice among ``0 … count - 1``."""
    return int64(multiply_wide(word_of(seed, event, uid, digit), count)[0])


@part
def limit_of(probability: float) -> int:
    """As `threshold`, in compiled code."""
    if probability >= 1.0:
        return uint64(CERTAIN)
    if probability <= 0.0:
        return uint64(0)
    return uint64(probability * 18446744073709551616.0)


@part
def event_of(step: int, stream: int, block: int) -> int:
    """The event of a key, in which `step`, `stream` and `block` have a part each, and the digit another."""
    return (uint64(step) << uint64(32)) | (uint64(stream) << uint64(16)) | (uint64(block) << uint64(8))


@part
def lanes_below(seed: int, event: int, uid: int, limit: int, among: int) -> int:
    """Bernoulli draws with one threshold, for the lanes of `among` alone, as the bits of a word.

    A lane's draw is the same whatever other lanes are asked for; the fewer, the fewer words are made
    (about seven for 64).
    """
    if limit == uint64(CERTAIN):
        return among
    success = uint64(0)
    digit = uint64(0)
    # A lane equal to the threshold in all digits so far succeeds only if the threshold has more to come.
    while among != uint64(0) and limit != uint64(0):
        # Two pairs at once: their rounds overlap in the processor, and more often than not both are needed.
        first, second = philox(uid, event | digit, seed)
        third, fourth = philox(uid, event | (digit + uint64(1)), seed)
        for word in (first, second, third, fourth):
            ones = uint64(0) - (limit >> uint64(63))
            success |= among & ones & ~word
            among &= ~(ones ^ word)
            limit = limit << uint64(1)
        digit += uint64(2)
    return success


@part
def lanes_below_each(seed: int, event: int, uid: int, limits: Any, among: int) -> int:
    """As `lanes_below`, lane j of `among` with its own threshold ``limits[j]``."""
    success = uint64(0)
    undecided = uint64(0)
    while among != uint64(0):
        lane, bit = lowest(among), among & (~among + uint64(1))
        if limits[lane] == uint64(CERTAIN):
            success |= bit
        elif limits[lane] != uint64(0):
            undecided |= bit
        among ^= bit
    digit = uint64(0)
    while undecided != uint64(0) and digit < uint64(64):
        ones, bits = uint64(0), undecided
        while bits != uint64(0):
            lane = lowest(bits)
            ones |= ((limits[lane] >> (uint64(63) - digit)) & uint64(1)) << uint64(lane)
            bits &= bits - uint64(1)
        word = word_of(seed, event, uid, digit)
        success |= undecided & ones & ~word
        undecided &= ~(ones ^ word)
        digit += uint64(1)
    return success


@compiled_as(uint64(uint64, uint64, uint64, uint64))
def one_word(seed: int, event: int, uid: int, digit: int) -> int:
    """As `Draws.word`."""
    return word_of(seed, event, uid, digit)


@compiled_as(boolean(uint64, uint64, uint64, uint64))
def one_occurs(seed: int, event: int, uid: int, limit: int) -> bool:
    """As `Draws.occurs`."""
    return occurs(seed, event, uid, limit)


@compiled_as(int64(uint64, uint64, uint64, uint64, uint64))
def one_choice(seed: int, event: int, uid: int, digit: int, count: int) -> int:
    """As `Draws.choice`."""
    return choice(seed, event, uid, digit, count)


@compiled_as(boolean[::1](uint64, uint64, uint64, uint64, int64))
def mask(seed: int, event: int, uid: int, limit: int, size: int) -> Any:
    """As `Draws.mask`."""
    drawn = np.empty(size, dtype=np.bool_)
    for start in range(0, size, LANES):
        bits = lanes_below(seed, event | (uint64(start // LANES) << uint64(8)), uid, limit, uint64(CERTAIN))
        for index in range(start, min(start + LANES, size)):
            drawn[index] = bits & uint64(1)
            bits = bits >> uint64(1)
    return drawn


@compiled_as(boolean[::1](uint64, uint64, uint64, uint64[::1]))
def mask_each(seed: int, event: int, uid: int, limits: Any) -> Any:
    """As `Draws.mask_each`."""
    size = limits.shape[0]
    drawn = np.empty(size, dtype=np.bool_)
    for start in range(0, size, LANES):
        stop = min(start + LANES, size)
        block = uint64(start // LANES) << uint64(8)
        among = uint64(CERTAIN) >> uint64(LANES - (stop - start))
        bits = lanes_below_each(seed, event | block, uid, limits[start:stop], among)
        for index in range(start, stop):
            drawn[index] = bits & uint64(1)
            bits = bits >> uint64(1)
    return drawn


@compiled_as(int8[::1](uint64, uint64, uint64, int64))
def signs(seed: int, event: int, uid: int, size: int) -> Any:
    """As `Draws.signs`."""
    signs = np.empty(size, dtype=np.int8)
    for start in range(0, size, LANES):
        bits = philox(uid, event | (uint64(start // LANES) << uint64(8)), seed)[0]
        for index in range(start, min(start + LANES, size)):
            signs[index] = 1 if bits & uint64(1) else -1
            bits = bits >> uint64(1)
    return signs


@compiled_as(uint64[::1](uint64, uint64[::1], uint64[::1], uint64[::1]))
def many_words(seed: int, events: Any, uids: Any, digits: Any) -> Any:
    """As `Draws.words`."""
    words = np.empty(uids.shape[0], dtype=np.uint64)
    for row in range(uids.shape[0]):
        words[row] = word_of(seed, events[row], uids[row], digits[row])
    return words
