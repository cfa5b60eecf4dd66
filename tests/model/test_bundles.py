"""Bundles of arrays by reference, and the parts that take them: put in the place of their call, and gone."""

from typing import NamedTuple

import numpy as np
import pytest
from numba import njit
from numba.core.errors import TypingError

from lpsim.model.bundles import by_reference
from lpsim.model.jit import compiled, inlined


class Inner(NamedTuple):
    flag: bool
    row: np.ndarray


class Outer(NamedTuple):
    words: np.ndarray
    number: int
    share: float
    inner: Inner
    table: np.ndarray


@inlined
def total(bundle):
    return bundle.words.sum() + bundle.number + bundle.share + bundle.inner.row[1] + bundle.table[1, 0]


@inlined
def flagged(bundle):
    return bundle.inner.flag


@inlined
def mark(bundle, step):
    bundle.words[step] += bundle.number


@njit
def read(bundle):
    return total(by_reference(bundle)), flagged(by_reference(bundle))


@compiled
def swap(bundle, other, steps):
    """Each marks its own words in turn, as before and after change places."""
    for step in range(steps):
        mark(by_reference(bundle), step)
        bundle, other = other, bundle


def bundle(number=3, *, flag=True):
    row, table = np.array([True, False]), np.arange(6.0).reshape(3, 2)
    return Outer(np.arange(4, dtype=np.int64), number, 0.25, Inner(flag, row), table)


@pytest.mark.parametrize("flag", [True, False])
def test_every_field_reads_by_reference_as_in_the_tuple(flag):
    assert read(bundle(flag=flag)) == (6 + 3 + 0.25 + 0 + 2, flag)


def test_references_made_anew_at_every_step_follow_what_changes_places():
    first, second = bundle(10), bundle(20)
    swap(first, second, 4)
    assert first.words.tolist() == [10, 1, 12, 3]
    assert second.words.tolist() == [0, 21, 2, 23]


def test_a_field_that_is_not_there_is_an_error_of_compiling():
    @njit
    def wrong(bundle):
        return by_reference(bundle).weight

    with pytest.raises(TypingError, match="weight"):
        wrong(bundle())


def test_a_part_has_no_machine_code_of_its_own():
    read(bundle())
    for part in (total, flagged):
        (overload,) = part.overloads.values()
        library = overload.library
        assert library.get_pointer_to_function(overload.fndesc.mangled_name) == 0
        assert not library._codegen._engine.is_symbol_defined(overload.fndesc.llvm_cfunc_wrapper_name)
