"""Texts as a page shows them: nothing in them is obeyed, and a number stays with its unit."""

from __future__ import annotations

import re
from typing import Any

from lpsim.plain import plain

_STEPS = "step|day|week|month|quarter|year|period"
_BETWEEN = re.compile(
    rf"(\d) (?=%|(?:{_STEPS}|hour|minute|point|world|run)s?\b)|\b({_STEPS}) (?=\d)", re.IGNORECASE
)
"""The space between a number and its unit, with what stands before it."""


def shown(data: Any) -> Any:
    """Data whose texts are ready for a page: nothing in them is obeyed, such as to turn the line round.

    A number and its unit stay on one line, as in "12 %", "3 months" and "month 3".
    """
    if isinstance(data, str):
        return together(plain(data))
    if isinstance(data, dict):
        return {plain(key): shown(value) for key, value in data.items()}
    return [shown(one) for one in data] if isinstance(data, list | tuple) else data


def together(text: str) -> str:
    """A text in which a number and its unit stay on one line, wherever it is broken."""
    return _BETWEEN.sub(lambda found: f"{found[1] or found[2]}\N{NO-BREAK SPACE}", text)
