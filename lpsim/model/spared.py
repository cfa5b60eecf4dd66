"""What numba does for all code that it compiles, and need not do for ours.

It is no part of `lpsim.model.jit`, as kept code needs none of it, and to import it takes a tenth of a second.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from numba.core import types
from numba.np import arrayobj, linalg

PACKAGE = __name__.partition(".")[0]


@cache
def spare() -> None:
    """Have numba spare our code what it does not need."""
    _spare_scipy()
    _spare_wrapping()


def _spare_scipy() -> None:
    """Have numba take it for granted that there is a BLAS: to see, it would import half of SciPy (.2 s).

    Code that multiplies matrices still has it imported when it is compiled.
    """
    see, linalg.ensure_blas = linalg.ensure_blas, lambda: None
    try:
        import numba.np.arraymath  # noqa: F401, PLC0415 (looks once, when it is imported)
    finally:
        linalg.ensure_blas = see


def _spare_wrapping() -> None:
    """Have no index in our code looked at whether it is below 0, and counts from the end: none ever is.

    To look takes three instructions an index, a twentieth of a step. What else numba compiles in this process
    keeps Python's rule.
    """
    fix = arrayobj.fix_integer_index

    def fix_integer_index(context: Any, builder: Any, kind: Any, index: Any, size: Any) -> Any:
        function = context.fndesc
        if function is None or function.modname.partition(".")[0] != PACKAGE:
            return fix(context, builder, kind, index, size)
        return context.cast(builder, index, kind, types.intp)

    arrayobj.fix_integer_index = fix_integer_index
