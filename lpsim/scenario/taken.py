"""What functions take in several forms: a scenario or where it is, several things or one of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from lpsim.errors import InputError
from lpsim.scenario.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Iterable


def as_scenario(given: Scenario | str | Path) -> Scenario:
    """A scenario, or the one at a path or by the name that it ships under.

    Raises
    ------
    InputError
        It is none of these; or as `Scenario.load`.
    """
    if isinstance(given, Scenario):
        return given
    if isinstance(given, str | Path):
        return Scenario.load(given)
    raise InputError(
        f"scenario: found {given!r:.80}; give a Scenario, the path of a scenario file, or the name of one "
        "that ships (Mesa's batch_run takes a list of them, even of one)."
    )


def as_list(given: Iterable[Any] | str | Path | Scenario) -> list[Any]:
    """Several things as a list; a text, a path or a scenario is one of them."""
    return [given] if isinstance(given, str | Path | Scenario) else list(given)
