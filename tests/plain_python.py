"""Kernels as plain Python (NUMBA_DISABLE_JIT=1), in which casts to numba's types take most of the time."""

import numpy as np
from numba.core.types import Integer

NUMBERS = {
    int,
    bool,
    np.bool_,
    np.int8,
    np.int16,
    np.int32,
    np.int64,
    np.uint8,
    np.uint16,
    np.uint32,
    np.uint64,
}


def quicken_casts():
    """Have numpy cast numbers straight away; numba does so as well, after having asked what they are."""
    general = Integer.__call__

    def cast(kind, *values):
        if len(values) == 1 and type(values[0]) in NUMBERS:
            return getattr(np, kind.name)(values[0])
        return general(kind, *values)

    Integer.__call__ = cast
