"""Kernels as plain Python (NUMBA_DISABLE_JIT=1), in which casts to numba's types take most of the time."""

import numpy as np
from numba.core.types import Integer

from lpsim.model import jit

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


class FromTheStart(np.ndarray):
    """An array in which nothing is counted from the end, as nothing is in our compiled code."""

    def __getitem__(self, index):
        see_from_the_start(index)
        return super().__getitem__(index)

    def __setitem__(self, index, value):
        see_from_the_start(index)
        super().__setitem__(index, value)


def see_from_the_start(index):
    for one in index if type(index) is tuple else (index,):
        if type(one) is not slice and one < 0:
            raise IndexError(f"{index}: below 0, which compiled code would not count from the end")


def refuse_negative_indices():
    """Have compiled functions, of modules imported from here on, take arrays that refuse them."""
    compiled, compiled_as = jit.compiled, jit.compiled_as

    def strict(function):
        return lambda *given: function(*map(from_the_start, given))

    jit.compiled = lambda function: strict(compiled(function))
    jit.compiled_as = lambda signature: lambda function: strict(compiled_as(signature)(function))


def from_the_start(given):
    """An array, or a bundle of arrays, as such; anything else as it is."""
    if isinstance(given, tuple) and hasattr(given, "_fields"):
        return type(given)(*map(from_the_start, given))
    return given.view(FromTheStart) if isinstance(given, np.ndarray) else given
