"""Sweeps: what is varied and run, how it is run, and what is kept; names are imported when asked for."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lpsim.sweeps.design import Design, DesignError
    from lpsim.sweeps.tables import Distribution, Factor, Keep, Point

__all__ = ["Design", "DesignError", "Distribution", "Factor", "Keep", "Point"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'lpsim.sweeps' has no attribute {name!r}")
    home = "design" if name.startswith("Design") else "tables"
    return getattr(importlib.import_module(f"lpsim.sweeps.{home}"), name)
