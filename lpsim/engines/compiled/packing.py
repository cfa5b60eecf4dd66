"""Vectors into words and back: 64 values, or 64 lanes, in each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import int8, types, uint64

from lpsim.model.jit import compiled_as

if TYPE_CHECKING:
    from numpy.typing import NDArray


@compiled_as(types.UniTuple(uint64[:, ::1], 2)(int8[:, ::1]))
def packed(values: Any) -> Any:
    """Values (n, M) in {-1, 0, +1} as two planes (n, W): held, and +1."""
    rows, size = values.shape
    held = np.zeros((rows, (size + 63) // 64), dtype=np.uint64)
    yes = np.zeros((rows, (size + 63) // 64), dtype=np.uint64)
    for row in range(rows):
        for word in range(held.shape[1]):
            holds, is_yes = uint64(0), uint64(0)
            for index in range(word * 64, min(word * 64 + 64, size)):
                value, lane = values[row, index], uint64(index % 64)
                holds |= uint64(value != 0) << lane
                is_yes |= uint64(value > 0) << lane
            held[row, word], yes[row, word] = holds, is_yes
    return held, yes


def signs_packed(signs: NDArray[np.int8]) -> NDArray[np.uint64]:
    """The planes (S, W) of vectors (S, M), a bit set for +1."""
    planes: NDArray[np.uint64] = packed(signs)[1]
    return planes


def words_of(lanes: NDArray[np.bool_]) -> NDArray[np.uint64]:
    """Lanes (…, n) packed into words (…, ceil(n / 64)), lane j in bit j mod 64 of word j div 64."""
    count = -(-lanes.shape[-1] // 64)
    padded = np.zeros((*lanes.shape[:-1], count * 64), dtype=np.bool_)
    padded[..., : lanes.shape[-1]] = lanes
    octets = np.packbits(padded, axis=-1, bitorder="little")
    return np.ascontiguousarray(octets).view("<u8").astype(np.uint64).reshape(*lanes.shape[:-1], count)


def lanes_of(words: NDArray[np.uint64], size: int) -> NDArray[np.bool_]:
    """The first `size` lanes of words, as booleans (…, size)."""
    octets = np.ascontiguousarray(words.astype("<u8")).view(np.uint8)
    lanes = np.unpackbits(octets.reshape(*words.shape[:-1], -1), axis=-1, bitorder="little")
    return lanes[..., :size].astype(np.bool_)
