"""Which kind of file a TOML file is, by its keys: a scenario, a sweep's design, or a calibration file."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

KINDS = {
    "design": ("a sweep's design", "sweep"),
    "calibration": ("a calibration file", "calibrate"),
}
"""What a file is called that is no scenario, and which function takes it."""
OF_DESIGNS = {"base", "factors", "keep", "method", "points", "scenarios"}
OF_CALIBRATIONS = {"targets", "waves", "held_out", "cutoff", "accept"}


def kind_of(keys: Iterable[str], scenario: Iterable[str]) -> str | None:
    """Which of `KINDS` a file is by the keys at its top; None where one is a scenario's, or none tells."""
    keys = set(keys)
    if keys & ({"extends", *scenario} - OF_DESIGNS - OF_CALIBRATIONS - {"title"}):
        return None
    return "calibration" if keys & OF_CALIBRATIONS else "design" if keys & OF_DESIGNS else None


def is_another(kind: str, wanted: str) -> str:
    """What is said where a file of a kind was given for another; no whole sentence."""
    called, function = KINDS[kind]
    return f"is {called}, not {wanted}; lpsim.{function} takes it"
