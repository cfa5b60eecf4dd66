"""Who works where: the posts that headcounts come to, of one run or of many at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lpsim.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Teams(NamedTuple):
    """The posts of S runs in uid order, in rows as long as the longest: P practices, R roles."""

    headcounts: NDArray[np.int64]
    """(S, P, R)"""
    staff: NDArray[np.int64]
    """(S,) how many posts a run has; what its rows hold beyond means nothing."""
    uid: NDArray[np.uint64]
    """(S, N)"""
    practice: NDArray[np.int32]
    """(S, N)"""
    role: NDArray[np.int32]
    """(S, N)"""


def teams_of(headcounts: NDArray[np.int64]) -> Teams:
    """The posts of runs with these headcounts, (S, P, R).

    Raises
    ------
    InputError
        More people have one role in a practice than there are numbers for.
    """
    if headcounts.max() >= 2**16:
        raise InputError("roles: found a practice with over 65,535 people in one role; lower headcount.")
    staff, flat = headcounts.sum(axis=(1, 2)), headcounts.ravel()
    # Practice by practice, role by role, number by number: every post, run after run.
    cell = np.repeat(np.arange(len(flat)), flat)
    number = np.arange(len(cell)) - (np.cumsum(flat) - flat)[cell]
    run, p, r = np.unravel_index(cell, headcounts.shape)
    post = np.arange(len(cell)) - (np.cumsum(staff) - staff)[run]
    shape = len(headcounts), int(staff.max())
    uid, practice, role = np.zeros(shape, np.uint64), np.zeros(shape, np.int32), np.zeros(shape, np.int32)
    uid[run, post] = p.astype(np.uint64) << np.uint64(24) | (r << 16 | number).astype(np.uint64)
    practice[run, post], role[run, post] = p, r
    return Teams(headcounts, staff, uid, practice, role)
