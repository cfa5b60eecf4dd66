"""Random numbers as pure functions of an event key: no generator has state.

Every draw of the model is a function of (seed, stream, step, uid, block, digit). Hence common random
numbers between scenarios by construction, the same run on any number of threads, and two engines
that can be compared bit by bit.

The mixing function is Philox2x64-7 (Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as
easy as 1, 2, 3", SC'11): key = seed, counter = (uid, step·2^32 + stream·2^16 + block·2^8 + digit div 2);
the word is the first half of its output for an even digit and the second half for an odd one. For a
given seed it is a bijection, so no two event keys share a pair of words.
"""

from __future__ import annotations

import enum
import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import boolean, int8, int64, types, uint64

from lpsim.model.jit import compiled, compiled_as, lowest, multiply_wide

if TYPE_CHECKING:
    from numpy.typing import NDArray

LANES = 64
ROUNDS = 7
"""Of Philox; six passed every battery of its authors (docs/random_numbers.md)."""
CERTAIN = 2**64 - 1
"""The threshold of probability 1; no smaller double has it, the largest gives 2^64 - 2^11."""


class Stream(enum.IntEnum):
    """One member per decision of the model, named after its process; a number is never reused."""

    START_REALITY = 1
    START_RIGHT_ASSUMPTION = 2
    START_NORM = 3
    START_TACIT = 4
    START_VIEW = 5
    START_RIGHT = 6
    START_MEMORY = 7
    START_MEMORY_RIGHT = 8
    START_ASSUMPTION = 9
    START_SHARED_CULTURE = 10
    START_ALLOCATION_FROM = 11
    START_ALLOCATION_TO = 12
    START_NK_PARTNER = 13
    START_NK_TABLE = 14

    POPULATION_KIND = 20
    POPULATION_SIZE = 21
    POPULATION_ROUNDING = 22

    NETWORK_REWIRE = 30
    NETWORK_REWIRE_END = 31
    NETWORK_REWIRE_PARTNER = 32
    NETWORK_PROFESSIONAL = 33
    NETWORK_PRACTICES = 34
    NETWORK_STAFF = 35
    NETWORK_STAFF_PARTNER = 36

    TURBULENCE = 40
    TURBULENCE_UPHEAVAL = 41
    TURBULENCE_UPHEAVAL_ISSUE = 42
    TURNOVER = 43
    TURNOVER_EXPERIENCED = 44
    TURNOVER_ORIGIN = 45
    TURNOVER_VIEW = 46
    TURNOVER_RIGHT = 47
    TURNOVER_CURRICULUM = 48
    TURNOVER_ASSUMPTION = 49
    FORGETTING = 50

    ACTING_GUESS = 60
    ACTING_AUDIT = 61
    ACTING_VOICE = 62
    ACTING_PRESENCE = 63

    REFLECTION = 70
    REFLECTION_NOISE = 71
    DISCUSSION_MEETING = 72
    DISCUSSION = 73
    DISCUSSION_ASSUMPTION = 74
    NETWORKING_MEETING = 75
    NETWORKING = 76
    NETWORKING_ASSUMPTION = 77
    SOCIALISATION = 78
    SOCIALISATION_ASSUMPTION = 79
    GUIDANCE = 80
    GUIDANCE_ASSUMPTION = 81
    TRAINING_ATTENDANCE = 82
    TRAINING = 83
    TRAINING_ASSUMPTION = 84
    CODIFICATION_MEETING = 85
    CODIFICATION = 86
    CODIFICATION_ASSUMPTION = 87
    REPORTING_SHARE = 88
    REPORTING = 89
    REPORTING_ASSUMPTION = 90
    TRIAL = 91
    TRIAL_ISSUE = 92
    REVISION = 93
    ANALYSIS_SHARE = 94
    ANALYSIS_RECORD = 95
    ANALYSIS = 96

    QUESTIONING = 100
    REFORM_IMITATE = 101

    SWEEP_POINTS = 200
    """Part of no run: seeds what draws the points of a sweep."""

    OWN = 1000
    """For behaviours of your own, in a subclass: give each decision another number from 1000 on."""


def threshold(probability: float) -> int:
    """Turn a probability into the integer that a 64-bit draw must stay below.

    Parameters
    ----------
    probability : float
        Any number; clipped to [0, 1].

    Returns
    -------
    int
        ``floor(p * 2^64)``, and `CERTAIN` for 1. Exact: scaling by a power of two rounds nothing.
    """
    if probability >= 1.0:
        return CERTAIN
    if probability <= 0.0:
        return 0
    return math.floor(probability * 2.0**64)


@compiled_as(types.UniTuple(uint64, 2)(uint64, uint64, uint64))
def philox(low: int, high: int, key: int) -> tuple[int, int]:
    """Philox2x64-7 of the counter (low, high) under a key: two words."""
    for _ in range(ROUNDS):
        carry, rest = multiply_wide(uint64(0xD2B74407B1CE6E93), low)
        low = carry ^ key ^ high
        high = rest
        key = key + uint64(0x9E3779B97F4A7C15)
    return low, high


@compiled
def word_of(seed: int, event: int, uid: int, digit: int) -> int:
    """The 64 random bits of an event key."""
    pair = philox(uid, event | (digit >> uint64(1)), seed)
    return pair[1] if digit & uint64(1) else pair[0]


@compiled
def occurs(seed: int, event: int, uid: int, limit: int) -> bool:
    """One draw with a threshold."""
    return limit == uint64(CERTAIN) or philox(uid, event, seed)[0] < limit


@compiled
def choice(seed: int, event: int, uid: int, digit: int, count: int) -> int:
    """A uniform choice among ``0 … count - 1``."""
    return int64(multiply_wide(word_of(seed, event, uid, digit), count)[0])


@compiled
def limit_of(probability: float) -> int:
    """As `threshold`, in compiled code."""
    if probability >= 1.0:
        return uint64(CERTAIN)
    if probability <= 0.0:
        return uint64(0)
    return uint64(probability * 18446744073709551616.0)


@compiled
def event_of(step: int, stream: int, block: int) -> int:
    """The event of a key, in which `step`, `stream` and `block` have a part each, and the digit another."""
    return (uint64(step) << uint64(32)) | (uint64(stream) << uint64(16)) | (uint64(block) << uint64(8))


@compiled
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


@compiled
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
def _word(seed: int, event: int, uid: int, digit: int) -> int:
    return word_of(seed, event, uid, digit)


@compiled_as(boolean(uint64, uint64, uint64, uint64))
def _occurs(seed: int, event: int, uid: int, limit: int) -> bool:
    return occurs(seed, event, uid, limit)


@compiled_as(int64(uint64, uint64, uint64, uint64, uint64))
def _choice(seed: int, event: int, uid: int, digit: int, count: int) -> int:
    return choice(seed, event, uid, digit, count)


@compiled_as(boolean[::1](uint64, uint64, uint64, uint64, int64))
def _mask(seed: int, event: int, uid: int, limit: int, size: int) -> Any:
    drawn = np.empty(size, dtype=np.bool_)
    for start in range(0, size, LANES):
        bits = lanes_below(seed, event | (uint64(start // LANES) << uint64(8)), uid, limit, uint64(CERTAIN))
        for index in range(start, min(start + LANES, size)):
            drawn[index] = bits & uint64(1)
            bits = bits >> uint64(1)
    return drawn


@compiled_as(boolean[::1](uint64, uint64, uint64, uint64[::1]))
def _mask_each(seed: int, event: int, uid: int, limits: Any) -> Any:
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
def _signs(seed: int, event: int, uid: int, size: int) -> Any:
    signs = np.empty(size, dtype=np.int8)
    for start in range(0, size, LANES):
        bits = philox(uid, event | (uint64(start // LANES) << uint64(8)), seed)[0]
        for index in range(start, min(start + LANES, size)):
            signs[index] = 1 if bits & uint64(1) else -1
            bits = bits >> uint64(1)
    return signs


@compiled_as(uint64[::1](uint64, uint64[::1], uint64[::1], uint64[::1]))
def _words(seed: int, events: Any, uids: Any, digits: Any) -> Any:
    words = np.empty(uids.shape[0], dtype=np.uint64)
    for row in range(uids.shape[0]):
        words[row] = word_of(seed, events[row], uids[row], digits[row])
    return words


class Draws:
    """All the randomness of one run.

    Parameters
    ----------
    seed : int
        0 … 2^64 - 1.

    Notes
    -----
    In every method `stream`, `step` and `uid` (with `block` and `digit` where given) are the event
    key. Lane ``d mod 64`` of block ``d div 64`` belongs to issue (or domain) ``d``: the i-th binary
    digit of its fraction is the lane's bit of the word with digit i, and a draw succeeds where the
    fraction's first 64 digits are below the threshold (see `threshold`).
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._key = np.uint64(seed)

    def word(self, stream: int, step: int, uid: int, *, block: int = 0, digit: int = 0) -> int:
        """The 64 random bits of an event key, as an integer."""
        return int(_word(self._key, step << 32 | stream << 16 | block << 8, uid, digit))

    def occurs(self, stream: int, step: int, uid: int, limit: int) -> bool:
        """One draw: True with the probability whose threshold is `limit`."""
        return bool(limit) and bool(_occurs(self._key, step << 32 | stream << 16, uid, limit))

    def heads(self, stream: int, step: int, uid: int) -> bool:
        """A fair coin: True where bit 0 of the word is 1."""
        return bool(self.word(stream, step, uid) & 1)

    def choice(self, stream: int, step: int, uid: int, count: int, *, digit: int = 0) -> int:
        """A uniform choice among ``0 … count - 1``: the high half of word · count."""
        return int(_choice(self._key, step << 32 | stream << 16, uid, digit, count))

    def choice_of_others(self, stream: int, step: int, uid: int, count: int, own: int) -> int:
        """A uniform choice among ``0 … count - 1`` without `own`; `count` is at least 2."""
        chosen = self.choice(stream, step, uid, count - 1)
        return chosen + 1 if chosen >= own else chosen

    def mask(self, stream: int, step: int, uid: int, limit: int, size: int) -> NDArray[np.bool_]:
        """One draw per lane with one threshold: booleans, shape (size,)."""
        drawn: NDArray[np.bool_] = _mask(self._key, step << 32 | stream << 16, uid, limit, size)
        return drawn

    def mask_each(self, stream: int, step: int, uid: int, limits: NDArray[np.uint64]) -> NDArray[np.bool_]:
        """One draw per lane, each with its own threshold: booleans, shape of `limits`."""
        drawn: NDArray[np.bool_] = _mask_each(self._key, step << 32 | stream << 16, uid, limits)
        return drawn

    def signs(self, stream: int, step: int, uid: int, size: int) -> NDArray[np.int8]:
        """A fair coin per lane (digit 0 alone; bit 1 is +1): -1 or +1, shape (size,)."""
        drawn: NDArray[np.int8] = _signs(self._key, step << 32 | stream << 16, uid, size)
        return drawn

    def words(
        self,
        stream: int,
        steps: NDArray[np.uint64] | int,
        uids: NDArray[np.uint64],
        *,
        digits: NDArray[np.uint64] | int = 0,
    ) -> NDArray[np.uint64]:
        """`word` for many keys at once: shape (len(uids),)."""
        steps, digits = (_as_many(x, len(uids)) for x in (steps, digits))
        events = steps << np.uint64(32) | np.uint64(stream << 16)
        drawn: NDArray[np.uint64] = _words(self._key, events, uids, digits)
        return drawn


def _as_many(values: NDArray[np.uint64] | int, size: int) -> NDArray[np.uint64]:
    """One value for all, or a value each, as an array (size,)."""
    every = np.empty(size, dtype=np.uint64)
    every[:] = values
    return every
