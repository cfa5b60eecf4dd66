"""Philox2x64-7, written once: compiled for engines, and as it stands for NumPy's words and arrays of them.

Salmon, Moraes, Dror & Shaw (2011), "Parallel random numbers: as easy as 1, 2, 3", SC'11.
"""

from __future__ import annotations

from typing import Any

import numpy as np

ROUNDS = 7
"""Six passed every battery of its authors (docs/random_numbers.md)."""
_MULTIPLIER, _WEYL = np.uint64(0xD2B74407B1CE6E93), np.uint64(0x9E3779B97F4A7C15)
_HALF, _LOW = np.uint64(32), np.uint64(2**32 - 1)


def multiply_wide(a: Any, b: Any) -> Any:
    """Return the high and the low half of the 128-bit product of two words; compiled, of one instruction."""
    a, b = np.uint64(a), np.uint64(b)
    a_high, a_low, b_high, b_low = a >> _HALF, a & _LOW, b >> _HALF, b & _LOW
    low = a_low * b_low
    middle = a_high * b_low + (low >> _HALF)
    other = a_low * b_high + (middle & _LOW)
    return a_high * b_high + (middle >> _HALF) + (other >> _HALF), (other << _HALF) | (low & _LOW)


def philox(low: Any, high: Any, key: Any) -> tuple[Any, Any]:
    """Philox2x64-7 of the counter (low, high) under a key: two words."""
    for _ in range(ROUNDS):
        carry, rest = multiply_wide(_MULTIPLIER, low)
        low = carry ^ key ^ high
        high = rest
        key = key + _WEYL
    return low, high
