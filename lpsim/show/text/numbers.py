"""How a number is written wherever people read one; without the words, which take long to import."""

from __future__ import annotations


def number(value: float, *, share: bool) -> str:
    """A number as it is written beside a line or in a title: a share in per cent, else knowledge."""
    if not share:
        return f"{value:z.2f}".replace("-", "\N{MINUS SIGN}")
    if 0 < value < 0.01:
        return "<1 %"
    return ">99 %" if 0.99 < value < 1 else f"{100 * value:.0f} %"
