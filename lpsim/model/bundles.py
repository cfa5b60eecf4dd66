"""Bundles of arrays handed on by reference between compiled functions.

Compiled code hands on a named tuple by value: a bundle of fifty arrays becomes four hundred arguments of
every call, all of which the compiler reads, although in the end the call is gone. By reference it is one.
"""

from __future__ import annotations

from functools import cache
from itertools import accumulate
from typing import Any

from llvmlite import ir
from numba import types
from numba.core.cgutils import alloca_once, gep_inbounds, voidptr_t
from numba.core.imputils import impl_ret_borrowed
from numba.core.typing.templates import AttributeTemplate
from numba.extending import infer_getattr, intrinsic, lower_getattr_generic, models, register_model

from lpsim.model.jit import JIT

_ALIGNMENT = 16
"""Bytes."""


class Reference(types.Type):
    """The type of a reference to a named tuple, kept by the function that made the reference."""

    def __init__(self, bundle: Any) -> None:
        self.bundle = bundle
        super().__init__(f"Reference({bundle})")

    def kind(self, name: str) -> Any:
        """The type of a field."""
        return self.bundle[self.bundle.fields.index(name)]

    def place_of(self, context: Any, builder: Any, start: Any, name: str) -> Any:
        """A pointer to a field."""
        kind = context.get_value_type(self.kind(name))
        offset = _offsets(context, self.bundle)[self.bundle.fields.index(name)]
        return builder.bitcast(gep_inbounds(builder, start, offset), kind.as_pointer())


@cache
def _offsets(context: Any, bundle: Any) -> list[int]:
    """Where every field begins, and where the last one ends, in bytes."""
    sizes = (context.get_abi_sizeof(context.get_value_type(kind)) for kind in bundle)
    return list(accumulate((-(-size // _ALIGNMENT) * _ALIGNMENT for size in sizes), initial=0))


register_model(Reference)(models.OpaqueModel)


@infer_getattr
class _Fields(AttributeTemplate):
    key = Reference

    def generic_resolve(self, reference: Reference, name: str) -> Any:
        return reference.kind(name) if name in reference.bundle.fields else None


@lower_getattr_generic(Reference)
def _field(context: Any, builder: Any, reference: Reference, start: Any, name: str) -> Any:
    value = builder.load(reference.place_of(context, builder, start, name))
    return impl_ret_borrowed(context, builder, reference.kind(name), value)


if JIT:

    @intrinsic
    def by_reference(_context: Any, bundle: Any) -> Any:
        """A reference to a named tuple, for functions that are put in the place of their call here."""
        reference = Reference(bundle)

        def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            size = _offsets(context, bundle)[-1]
            block = alloca_once(builder, ir.ArrayType(ir.IntType(8), size))
            block.align = _ALIGNMENT
            start = builder.bitcast(block, voidptr_t)
            for position, name in enumerate(bundle.fields):
                value = builder.extract_value(arguments[0], position)
                builder.store(value, reference.place_of(context, builder, start, name))
            return start

        return reference(bundle), generate

else:

    def by_reference(bundle: Any) -> Any:
        """The bundle itself: plain Python hands on references anyhow."""
        return bundle
