"""Event keys in the orders in which the model walks along them, and functions that mix them, good and bad.

Each order moves along one component of the key; two words that follow each other belong to neighbours in it.
"""

from dataclasses import dataclass, replace

import numba
import numpy as np
from numba import uint64

from lpsim.model.draws import Stream
from lpsim.model.philox import multiply_wide
from lpsim.model.schedule import Level
from lpsim.model.state import WORLD_UID
from lpsim.model.words import event_of, word_of

SEED = 20
STREAMS = np.array([int(stream) for stream in Stream])
BLOCKS, DIGITS = 16, 64
"""Of 1,024 issues, and of a threshold."""


@dataclass(frozen=True)
class Keys:
    """The parts of event keys, each one number or an array with one element per key."""

    seed: np.ndarray | int = SEED
    stream: np.ndarray | int = Stream.REFLECTION
    step: np.ndarray | int = 1
    uid: np.ndarray | int = 0
    block: np.ndarray | int = 0
    digit: np.ndarray | int = 0

    def columns(self):
        """One array of words per part, all of one length."""
        parts = (self.seed, self.stream, self.step, self.uid, self.block, self.digit)
        together = np.broadcast_arrays(*(np.asarray(part, np.uint64) for part in parts))
        return [np.ascontiguousarray(part) for part in together]


def staff(practice, role, number):
    return practice << 24 | role << 16 | number


def one_bit_apart(i):
    """Seeds in runs of 64, in a run each with one more bit reversed; every bit as often as every other."""
    base = (i // 64).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    reversed_ = (np.uint64(1) << (i % 64).astype(np.uint64)) - np.uint64(1)
    return base ^ reversed_


ORDERS = {
    "numbers within a role": lambda i: Keys(uid=staff(i >> 16, 0, i & 0xFFFF)),
    "roles": lambda i: Keys(uid=staff(i >> 8, i & 0xFF, 0)),
    "the same post of each practice": lambda i: Keys(uid=staff(i, 0, 0)),
    "teams of fifteen": lambda i: Keys(uid=staff(i // 15, i % 15 // 4, i % 15 % 4)),
    "practices": lambda i: Keys(uid=Level.PRACTICE << 56 | i << 24),
    "levels": lambda i: Keys(
        uid=(i % 255).astype(np.uint64) << np.uint64(56) | (i // 255 << 24).astype(np.uint64)
    ),
    "steps": lambda i: Keys(step=i),
    "steps of the world": lambda i: Keys(uid=WORLD_UID, stream=Stream.TURBULENCE, step=i),
    "streams": lambda i: Keys(stream=STREAMS[i % len(STREAMS)], uid=staff(i // len(STREAMS), 0, 0)),
    "blocks": lambda i: Keys(block=i % BLOCKS, uid=staff(i // BLOCKS, 0, 0)),
    "digits": lambda i: Keys(digit=i % DIGITS, uid=staff(i // DIGITS, 0, 0)),
    "even digits": lambda i: Keys(digit=i * 2 % DIGITS, uid=staff(i * 2 // DIGITS, 0, 0)),
    "seeds": lambda i: Keys(seed=i),
    "seeds one bit apart": lambda i: Keys(seed=one_bit_apart(i)),
}


def keys(order, count):
    return ORDERS[order](np.arange(count, dtype=np.int64))


# --- functions that mix: the model's, and bad ones that the statistics must tell from it ---------------


@numba.njit
def _of_the_model(seed, stream, step, uid, block, digit):
    words = np.empty(seed.shape[0], dtype=np.uint64)
    for i in range(seed.shape[0]):
        words[i] = word_of(seed[i], event_of(step[i], stream[i], block[i]), uid[i], digit[i])
    return words


@numba.njit
def _of_rounds(rounds, seed, stream, step, uid, block, digit):
    words = np.empty(seed.shape[0], dtype=np.uint64)
    for i in range(seed.shape[0]):
        low, high, key = uid[i], event_of(step[i], stream[i], block[i]) | (digit[i] >> uint64(1)), seed[i]
        for _ in range(rounds):
            carry, rest = multiply_wide(uint64(0xD2B74407B1CE6E93), low)
            low, high = carry ^ key ^ high, rest
            key = key + uint64(0x9E3779B97F4A7C15)
        words[i] = high if digit[i] & uint64(1) else low
    return words


def model(keys_):
    """The words of the model."""
    return _of_the_model(*keys_.columns())


def philox_of(rounds):
    """The model's words with another number of rounds than seven."""
    return lambda keys_: _of_rounds(rounds, *keys_.columns())


def without(part):
    """The model's words, had one part of the key been forgotten."""
    return lambda keys_: model(replace(keys_, **{part: np.zeros_like(getattr(keys_, part))}))


def congruence(keys_):
    """A linear congruence of the sum of the parts, as a hasty hand would write it."""
    with np.errstate(over="ignore"):
        total = sum(part * np.uint64(2 * n + 1) for n, part in enumerate(keys_.columns()))
        return total * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)


def shifts(keys_):
    """Shifts and exclusive ors of one element of a key: linear in its bits (a round of xorshift)."""
    word = sum(part << np.uint64(7 * n) for n, part in enumerate(keys_.columns()))
    for _ in range(12):
        word ^= word << np.uint64(13)
        word ^= word >> np.uint64(7)
        word ^= word << np.uint64(17)
    return word


def too_even(keys_):
    """Multiples of the golden ratio: spread more evenly than chance would."""
    with np.errstate(over="ignore"):
        return sum(part for part in keys_.columns()) * np.uint64(0x9E3779B97F4A7C15)
