"""Looking for garbage seldom: to look often takes a tenth longer where many objects are made and kept."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SELDOM = 500_000
"""New objects between two looks, of which a small command makes fewer."""


@contextmanager
def seldom_looked_for() -> Iterator[None]:
    """Have Python look for garbage seldom."""
    before = gc.get_threshold()
    gc.set_threshold(SELDOM, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
