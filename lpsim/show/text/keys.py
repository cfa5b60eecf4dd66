"""The keys of a scenario file, in words."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from lpsim.errors import InputError
from lpsim.plain import one_line
from lpsim.scenario.keys import allowed, is_per_step, nearest
from lpsim.scenario.schema import file_keys
from lpsim.show.text.table import NONE, Table

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo


def key_table(word: str) -> Table:
    """The keys that have a word in them: what each means, what it may be, and its default.

    Raises
    ------
    InputError
        No key has it.
    """
    every = file_keys()
    found = {key: field for key, field in every.items() if word.lower() in key.lower()}
    if not found:
        raise InputError(f"{one_line(word)}: is in no key; {nearest(word, every)}")
    rows = [[key, _meaning(field), default(field)] for key, field in found.items()]
    notes = [
        "Set one with --set KEY=VALUE, or in a file; NAME stands for a name, such as that of a role, and N "
        "for the place of an intervention in its file, from 0."
    ]
    return Table(["key", "what it means, and what is allowed", "default"], rows, notes=notes)


def _meaning(field: FieldInfo) -> str:
    per = " per step" if is_per_step(field) else ""
    return f"{' '.join((field.description or '').split())} ({allowed(field)}{per})"


def default(field: FieldInfo) -> str:
    """A default as a file would have it."""
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    return NONE if value is None or value in ({}, ()) else json.dumps(value)
