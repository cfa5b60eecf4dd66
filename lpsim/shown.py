"""What a thing shows of itself: told by `lpsim.show`, found by name, as imports run downwards only."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def html(thing: Any) -> str:
    """A thing as a notebook shows it: see `lpsim.show.notebook`."""
    text: str = importlib.import_module("lpsim.show.notebook").html(thing)
    return text


def figure(kind: str, *arguments: Any) -> Figure:
    """A figure by the name of its function in `lpsim.show.notebook`."""
    drawn: Figure = getattr(importlib.import_module("lpsim.show.notebook"), kind)(*arguments)
    return drawn
