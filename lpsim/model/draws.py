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
from typing import TYPE_CHECKING

import numpy as np

from lpsim.errors import InputError
from lpsim.model.philox import philox

if TYPE_CHECKING:
    from numpy.typing import NDArray

LANES = 64
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

    Raises
    ------
    InputError
        It is no number.
    """
    try:
        if probability >= 1.0:
            return CERTAIN
        if probability <= 0.0:
            return 0
        return math.floor(probability * 2.0**64)
    except (TypeError, ValueError):  # of a text, of NaN
        raise InputError(f"probability: found {probability!r:.80}; allowed is a number.") from None


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
        from lpsim.model import words  # noqa: PLC0415 (slow to import, and PlainDraws does without)

        self.seed, self._made = seed, words
        self._key = np.uint64(seed)

    def word(self, stream: int, step: int, uid: int, *, block: int = 0, digit: int = 0) -> int:
        """The 64 random bits of an event key, as an integer."""
        return int(self._made.one_word(self._key, step << 32 | stream << 16 | block << 8, uid, digit))

    def occurs(self, stream: int, step: int, uid: int, limit: int) -> bool:
        """One draw: True with the probability whose threshold is `limit`."""
        return bool(limit) and bool(self._made.one_occurs(self._key, step << 32 | stream << 16, uid, limit))

    def heads(self, stream: int, step: int, uid: int) -> bool:
        """A fair coin: True where bit 0 of the word is 1."""
        return bool(self.word(stream, step, uid) & 1)

    def choice(self, stream: int, step: int, uid: int, count: int, *, digit: int = 0) -> int:
        """A uniform choice among ``0 … count - 1``: the high half of word · count."""
        return int(self._made.one_choice(self._key, step << 32 | stream << 16, uid, digit, count))

    def choice_of_others(self, stream: int, step: int, uid: int, count: int, own: int) -> int:
        """A uniform choice among ``0 … count - 1`` without `own`; `count` is at least 2."""
        chosen = self.choice(stream, step, uid, count - 1)
        return chosen + 1 if chosen >= own else chosen

    def mask(self, stream: int, step: int, uid: int, limit: int, size: int) -> NDArray[np.bool_]:
        """One draw per lane with one threshold: booleans, shape (size,)."""
        drawn: NDArray[np.bool_] = self._made.mask(self._key, step << 32 | stream << 16, uid, limit, size)
        return drawn

    def mask_each(self, stream: int, step: int, uid: int, limits: NDArray[np.uint64]) -> NDArray[np.bool_]:
        """One draw per lane, each with its own threshold: booleans, shape of `limits`."""
        drawn: NDArray[np.bool_] = self._made.mask_each(self._key, step << 32 | stream << 16, uid, limits)
        return drawn

    def signs(self, stream: int, step: int, uid: int, size: int) -> NDArray[np.int8]:
        """A fair coin per lane (digit 0 alone; bit 1 is +1): -1 or +1, shape (size,)."""
        drawn: NDArray[np.int8] = self._made.signs(self._key, step << 32 | stream << 16, uid, size)
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
        return self._words(events, uids, digits)

    def _words(
        self, events: NDArray[np.uint64], uids: NDArray[np.uint64], digits: NDArray[np.uint64]
    ) -> NDArray[np.uint64]:
        drawn: NDArray[np.uint64] = self._made.many_words(self._key, events, uids, digits)
        return drawn


class PlainDraws(Draws):
    """The same words by NumPy alone; no `occurs`, `mask`, `mask_each` and `signs`.

    For who there is and who is tied to whom: it takes less time than compiled code takes to load.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._keys = np.array([seed], dtype=np.uint64)  # an array, as single words may not wrap around

    def word(self, stream: int, step: int, uid: int, *, block: int = 0, digit: int = 0) -> int:
        """As `Draws.word`."""
        return self._word(step << 32 | stream << 16 | block << 8, uid, digit)

    def choice(self, stream: int, step: int, uid: int, count: int, *, digit: int = 0) -> int:
        """As `Draws.choice`."""
        return self._word(step << 32 | stream << 16, uid, digit) * count >> 64

    def _word(self, event: int, uid: int, digit: int) -> int:
        keys = (np.array([part], dtype=np.uint64) for part in (event, uid, digit))
        return int(self._words(*keys)[0])

    def _words(
        self, events: NDArray[np.uint64], uids: NDArray[np.uint64], digits: NDArray[np.uint64]
    ) -> NDArray[np.uint64]:
        first, second = philox(uids, events | digits >> np.uint64(1), self._keys)
        drawn: NDArray[np.uint64] = np.where(digits & np.uint64(1), second, first)
        return drawn


def _as_many(values: NDArray[np.uint64] | int, size: int) -> NDArray[np.uint64]:
    """One value for all, or a value each, as an array (size,)."""
    every = np.empty(size, dtype=np.uint64)
    every[:] = values
    return every
