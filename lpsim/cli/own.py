"""Behaviours of one's own on the command line: ``--staff-member module:Class`` and the like."""
# ruff: noqa: PLC0415 (nothing heavy is imported before it is needed, so that --help is fast)

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from lpsim.errors import InputError, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lpsim.engines.behaviours import Agents, Behaviours
    from lpsim.scenario import Scenario

_PLACE = "MODULE:CLASS"
StaffMember = Annotated[
    str | None,
    typer.Option(
        "--staff-member", metavar=_PLACE, help="A behaviour of your own for staff (docs/behaviours.md)."
    ),
]
Practice = Annotated[str | None, typer.Option("--practice", metavar=_PLACE, help="The same for practices.")]
Service = Annotated[
    str | None, typer.Option("--service", metavar=_PLACE, help="The same for bodies of the health service.")
]
Observe = Annotated[
    list[str] | None,
    typer.Option(
        "--observe",
        metavar="NAME=MODULE:FUNCTION",
        help="Observe a function of the state as well, as a column of that name; repeatable.",
    ),
]


def behaviours(
    staff_member: str | None,
    practice: str | None,
    service: str | None,
    observe: Sequence[str] | None = None,
    *,
    anyway: bool = False,
) -> Behaviours:
    """What was given of one's own, sought in the working folder too (``anyway``: so will more be).

    Raises
    ------
    InputError
        It is not there.
    """
    given = {"staff_member": staff_member, "practice": practice, "service": service}
    places = dict(map(_observed, observe or ()))
    if not any(given.values()) and not places and not anyway:
        return {}
    folder = str(Path.cwd())
    if folder not in sys.path:
        sys.path.insert(0, folder)
    from lpsim.engines.behaviours import Own

    return Own.of(staff_member=staff_member, practice=practice, service=service, observe=places).given


def as_options(
    staff_member: str | None, practice: str | None, service: str | None, observe: Sequence[str] | None = None
) -> list[str]:
    """The words by which they are given again, for a command that is shown."""
    given = (("--staff-member", staff_member), ("--practice", practice), ("--service", service))
    words = [*given, *(("--observe", one) for one in observe or ())]
    return [word for option, value in words if value for word in (option, value)]


def agents(staff_member: str | None, practice: str | None, service: str | None) -> Agents:
    """As `behaviours`, of classes alone."""
    found: dict[str, Any] = {**behaviours(staff_member, practice, service)}
    return cast("Agents", found)


def tell_idle_parameters(scenario: Scenario, own: Agents | Behaviours, name: str = "") -> None:
    """Say on stderr which parameters of one's own nobody reads, of which scenario where there are several."""
    if not scenario.own:
        return
    from lpsim.engines.behaviours import Own, idle_parameters

    for sentence in idle_parameters(scenario, Own.of(**own)):
        say(f"warning: {f'{name}: ' if name else ''}{sentence}.")


def _observed(text: str) -> tuple[str, str]:
    name, equals, place = text.partition("=")
    if not equals:
        raise InputError(f"--observe {text}: found no name=place; write it as --observe views=mine:views.")
    return name.strip(), place.strip()
