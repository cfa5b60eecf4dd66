"""What functions take in several forms: a scenario or where it is, several things or one of them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

from lpsim.errors import InputError
from lpsim.scenario.scenario import Scenario

T = TypeVar("T")
_GIVE = {
    "Life": "the Life of a lesson, as lpsim.Life.of(run, 1) is",
    "People": "the People of a run, as lpsim.People.of(run) is",
    "Comparison": "a Comparison, as lpsim.compare returns one",
    "Discovery": "a Discovery, as lpsim.discover returns one",
    "Calibration": "a Calibration, as lpsim.calibrate returns one",
    "Sensitivity": "what lpsim.sobol or lpsim.morris returned",
    "DataFrame": "a table, as run.journal() returns two",
}
"""By the name of a kind of thing, what to give for one."""


def as_one(given: Any, kind: type[T], name: str) -> T:
    """A thing of a kind; raises `InputError`, which calls it by a name, where it is none."""
    if isinstance(given, kind):
        return given
    raise InputError(f"{name}: found {given!r:.80}; give {_GIVE[kind.__name__]}.")


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


def as_list(given: Iterable[Any] | str | Path | Scenario, name: str = "given") -> list[Any]:
    """Several things as a list; a text, a path or a scenario is one of them.

    Raises `InputError`, which calls it by a name, where it is neither one nor several.
    """
    if isinstance(given, str | Path | Scenario):
        return [given]
    if not isinstance(given, Iterable):
        raise InputError(f"{name}: found {given!r:.80}; give one, or a list of several.")
    return list(given)
