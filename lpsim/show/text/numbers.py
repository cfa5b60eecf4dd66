"""How a number is written wherever people read one; without the words, which take long to import."""

from __future__ import annotations

from typing import Any

PLACES = 6
"""Decimals of a number before it is rounded for a text or a picture, which show fewer; pages get these."""


def steady(value: float) -> float:
    """A number without what binary arithmetic adds to it, so that each place rounds the same one."""
    return round(float(value), PLACES) + 0.0  # which has no sign of its own


def number(value: float, *, share: bool) -> str:
    """A number as it is written beside a line or in a title: a share in per cent, else knowledge."""
    value = steady(value)
    if not share:
        return written(value, ".2f")
    if 0 < value < 0.01:
        return "<1 %"
    return ">99 %" if 0.99 < value < 1 else f"{hundredths(value)} %"


def written(value: float, form: str) -> str:
    """A number in a form that `format` takes: with a true minus, and no sign where it is shown as zero."""
    text = format(value, form)
    if not text.strip("+-0. %"):
        return text.lstrip("+-")
    return f"\N{MINUS SIGN}{text[1:]}" if text.startswith("-") else text


def as_written(text: str) -> float:
    """The number that was written so."""
    return float(text.removesuffix("%").rstrip().replace("\N{MINUS SIGN}", "-"))


def short(value: Any) -> Any:
    """A value as people read it, who want no more than six digits of a number; what is none as it is."""
    if isinstance(value, float):
        return float(f"{value:.6g}")
    if isinstance(value, dict):
        return {key: short(one) for key, one in value.items()}
    return [short(one) for one in value] if isinstance(value, list | tuple) else value


def hundredths(value: float) -> int:
    """How many there are in a number, as it is rounded where it is written with two decimals."""
    return round(100 * round(steady(value), 2))
