"""Where the peers of a person are not just all the others of the practice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import int32, int64, void

from lpsim.model.jit import compiled_as, inlined

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lpsim.model.state import Structure


def exceptions(s: Structure) -> dict[str, NDArray[Any]]:
    """Who else is a peer, and who of the practice is not: fields of `lpsim.engines.compiled.arrays.Fixed`."""
    ties = (s.first_staff, s.staff_practice, s.staff_ties.offsets, s.staff_ties.neighbours)
    first_stranger, first_missing = (np.zeros(s.staff + 1, dtype=np.int64) for _ in range(2))
    _count_exceptions(*ties, first_stranger, first_missing)
    strangers, missing = (np.empty(first[-1], dtype=np.int64) for first in (first_stranger, first_missing))
    _list_exceptions(*ties, first_stranger, first_missing, strangers, missing)
    found = np.diff((first_stranger + first_missing)[s.first_staff])
    whole = np.diff(s.first_staff)
    return {
        "together": 2 * found <= whole * (whole - 1),
        "strangers": strangers,
        "first_stranger": first_stranger,
        "missing": missing,
        "first_missing": first_missing,
    }


@compiled_as(void(int64[::1], int32[::1], int64[::1], int32[::1], int64[::1], int64[::1]))
def _count_exceptions(
    first_staff: Any, practice: Any, offsets: Any, neighbours: Any, first_stranger: Any, first_missing: Any
) -> None:
    """Where everybody's strangers, and colleagues who are no peers, begin in lists of them."""
    for person in range(practice.shape[0]):
        first, last = first_staff[practice[person]], first_staff[practice[person] + 1]
        inside = int64(0)
        for place in range(offsets[person], offsets[person + 1]):
            inside += first <= neighbours[place] < last
        outside = offsets[person + 1] - offsets[person] - inside
        first_stranger[person + 1] = first_stranger[person] + outside
        first_missing[person + 1] = first_missing[person] + last - first - 1 - inside


@inlined
def _list_missing(missing: Any, at: int, person: int, first: int, last: int) -> int:
    """Write down all from `first` to before `last`, but the person; where the next belongs."""
    for colleague in range(first, last):
        if colleague != person:
            missing[at] = colleague
            at += 1
    return at


@compiled_as(
    void(int64[::1], int32[::1], int64[::1], int32[::1], int64[::1], int64[::1], int64[::1], int64[::1])
)
def _list_exceptions(
    first_staff: Any,
    practice: Any,
    offsets: Any,
    neighbours: Any,
    first_stranger: Any,
    first_missing: Any,
    strangers: Any,
    missing: Any,
) -> None:
    """Fill in those lists, in ascending order."""
    for person in range(practice.shape[0]):
        colleague, last = first_staff[practice[person]], first_staff[practice[person] + 1]
        stranger, absent = first_stranger[person], first_missing[person]
        for place in range(offsets[person], offsets[person + 1]):
            peer = neighbours[place]
            if peer < first_staff[practice[person]] or peer >= last:
                strangers[stranger] = peer
                stranger += 1
            else:
                absent = _list_missing(missing, absent, person, colleague, peer)
                colleague = peer + 1
        _list_missing(missing, absent, person, colleague, last)
