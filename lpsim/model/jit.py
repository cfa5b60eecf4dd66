"""Compiled code: how it is compiled, and the instructions that Python has no word for."""

from __future__ import annotations

from functools import cached_property, wraps
from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import config
from numba.extending import intrinsic, lower_builtin, type_callable

from lpsim.model.kept_code import keep
from lpsim.model.parts import PartCompiler
from lpsim.model.philox import multiply_wide

JIT = not config.DISABLE_JIT
"""Whether code is compiled at all; NUMBA_DISABLE_JIT=1 runs it as plain, slow, checked Python."""


if not JIT:
    np.seterr(over="ignore")  # words wrap around


_PART: dict[str, Any] = {
    "nogil": True,
    "error_model": "numpy",
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
    "_nrt": False,
    "pipeline_class": PartCompiler,
}


def compiled(function: Any) -> Any:
    """Compile a function at its first call, and keep the code between processes where possible."""
    if not JIT:
        return function
    return keep(njit(nogil=True, error_model="numpy", no_cfunc_wrapper=True, _nrt=False)(function))


def inlined(function: Any) -> Any:
    """Compile a part of other compiled functions, always put in the place of its call.

    A call would copy whole bundles of arrays. Python itself cannot call it. It is kept with its callers only.
    """
    if not JIT:
        return function
    return njit(**_PART, forceinline=True)(function)


def part(function: Any) -> Any:
    """Compile a part of other compiled functions, as `inlined`, in the place of its call or not."""
    return njit(**_PART)(function) if JIT else function


def compiled_as(signature: Any) -> Any:
    """`compiled` for one signature: for what Python calls, and no compiled code does."""

    def compile_(function: Any) -> Any:
        return wraps(function)(_CompiledLater(function, signature)) if JIT else function

    return compile_


class _CompiledLater:
    """A function that is compiled, or taken from where it is kept, when it is called first."""

    def __init__(self, function: Any, signature: Any) -> None:
        self._function, self._signature = function, signature

    def __call__(self, *arguments: Any) -> Any:
        return self._compiled(*arguments)

    @cached_property
    def _compiled(self) -> Any:
        dispatcher = keep(njit(nogil=True, error_model="numpy", no_cfunc_wrapper=True)(self._function))
        dispatcher.compile(self._signature)
        dispatcher.disable_compile()
        return dispatcher


if JIT:
    _PAIR = types.UniTuple(types.uint64, 2)

    @type_callable(multiply_wide)
    def _two_words(_context: Any) -> Any:
        return lambda _a, _b: _PAIR

    @lower_builtin(multiply_wide, types.uint64, types.uint64)
    def _one_instruction(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        wide, word = ir.IntType(128), ir.IntType(64)
        product = builder.mul(builder.zext(arguments[0], wide), builder.zext(arguments[1], wide))
        high = builder.trunc(builder.lshr(product, ir.Constant(wide, 64)), word)
        return context.make_tuple(builder, _PAIR, (high, builder.trunc(product, word)))

    @intrinsic
    def popcount(_context: Any, _word: Any) -> Any:
        """How many lanes of a word are set."""

        def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            return builder.ctpop(arguments[0])

        return types.int64(types.uint64), generate

    @intrinsic
    def lowest(_context: Any, _word: Any) -> Any:
        """The lowest lane set; 64 where none is."""

        def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 0))

        return types.int64(types.uint64), generate

else:

    def popcount(word: Any) -> int:
        """How many lanes of a word are set."""
        return int(word).bit_count()

    def lowest(word: Any) -> int:
        """The lowest lane set; 64 where none is."""
        number = int(word)
        return (number & -number).bit_length() - 1 if number else 64
