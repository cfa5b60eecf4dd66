"""Columns of the results by names that SQL takes for one, as it does not look at case."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def twins(names: Iterable[str]) -> tuple[str, str] | None:
    """The first two of some names that differ, but only in case; None where there are none."""
    seen: dict[str, str] = {}
    for name in names:
        first = seen.setdefault(name.lower(), name)
        if first != name:
            return first, name
    return None
