"""The table ``[own]``: parameters of behaviours of one's own, each of the kind of value that it was given.

    [own]
    doubt = 0.5        # a number
    colleagues = 3     # a whole number
    aloud = true       # a switch
    style = "slow"     # a name

What is read of it is up to the behaviour (`lpsim.StaffMember.own`); kinds of practices and interventions may
set it (``own.doubt``), and a sweep may vary it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpsim.scenario.keys import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

TABLE = "own."
"""How its keys begin."""
_WORDS = {bool: "true or false", int: "a whole number", float: "a number", str: "text"}


def own_problem(own: Mapping[str, Any], key: str, value: Any) -> str | None:
    """Why a parameter cannot take a value, or None; ``key`` is a whole one (``own.doubt``)."""
    name = key.removeprefix(TABLE)
    if name not in own:
        if not own:
            return "the scenario has no parameter of its own; give it in its file, under [own]"
        return f"no such parameter; {nearest(name, own)}"
    kind = type(own[name])
    if as_kind(own[name], value) is None:
        return f"found {value!r}; allowed is {_WORDS[kind]}, as {own[name]!r} is"
    return None


def as_kind(like: Any, value: Any) -> Any:
    """A value as the kind that another is of; None where it is of none such."""
    kind = type(like)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if kind is int and isinstance(value, float) and value.is_integer():
        return int(value)
    return value if type(value) is kind else None
