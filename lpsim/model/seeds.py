"""The seeds of runs: whole numbers as they are, and nothing that would have to be rounded to one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lpsim.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST = 2**64 - 1


def whole_seed(given: Any) -> int:
    """A seed, of Python's or NumPy's whole numbers.

    A float is refused even where it is whole: what computed it may give 1.9999999999999998 elsewhere.

    Raises
    ------
    InputError
        It is no whole number from 0 to 2^64 - 1, or is true or false.
    """
    is_whole = isinstance(given, int | np.integer) and not isinstance(given, bool)
    if not is_whole or not 0 <= given <= MOST:
        plain = given.item() if isinstance(given, np.generic) else given
        cure = f"; write {plain:.0f}" if isinstance(plain, float) and plain.is_integer() else ""
        raise InputError(f"seed: found {plain!r:.80}; allowed is a whole number from 0 to 2^64 - 1{cure}.")
    return int(given)


def several(given: Any) -> Iterable[Any]:
    """Seeds as they were given, each still to be looked at; raises `InputError` at what holds none."""
    if isinstance(given, str) or not hasattr(given, "__iter__"):
        is_count = isinstance(given, int) and not isinstance(given, bool) and given > 0
        cure = f"; for the first {given} write range(1, {given + 1})" if is_count else ""
        raise InputError(f"seeds: found {given!r:.80}; allowed is a sequence of whole numbers{cure}.")
    found: Iterable[Any] = given
    return found


def whole_seeds(given: Iterable[Any]) -> list[int]:
    """Seeds, in their order; raises `InputError` as `several` and `whole_seed`."""
    return [whole_seed(seed) for seed in several(given)]
