"""The levers of a scenario: the keys that a page may set, in words, with their range and unit."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from lpsim.errors import InputError
from lpsim.plain import one_line
from lpsim.scenario import Scenario
from lpsim.scenario.evidence import numbers
from lpsim.scenario.idle import why_idle
from lpsim.scenario.keys import CHANGEABLE, field_at, is_per_step, json_schema, matches
from lpsim.show.text.levers import LEVERS, OF_SEVERAL, until, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FIRST = 6
"""So many levers stand on a page; the others are opened by "more…"."""
_FINE = 40
"""At least so many places of a slider."""


class Lever(NamedTuple):
    """A key of a scenario that a page may set."""

    key: str
    name: str
    unit: str
    meaning: str
    value: float
    """In the scenario as it is."""
    low: float
    high: float
    step: float
    """Between two places of a slider, one of which is `value`."""
    whole: bool
    """Whether only whole numbers are allowed."""


def levers_of(scenario: Scenario) -> tuple[Lever, ...]:
    """Every lever that acts in a scenario, the most telling first.

    Levers are the numbers that an intervention may change: none of them makes a run larger.
    """
    found = {
        key: value
        for key, value in numbers(scenario.model_dump(mode="json"))
        if matches(key, CHANGEABLE) and not key.startswith("own.") and why_idle(scenario, key) is None
    }
    several = scenario.population.workforce is not None or scenario.population.practices != 1
    first = [*OF_SEVERAL, *LEVERS] if several else list(LEVERS)
    if several:  # three of what a practice does, then what practices do together
        first = [*list(LEVERS)[:3], *first]
    keys = [key for key in dict.fromkeys(first) if key in found]
    return tuple(_lever(scenario, key, found[key]) for key in dict.fromkeys([*keys, *found]))


def changed(levers: Iterable[Lever], given: Mapping[str, str]) -> dict[str, float]:
    """What is set to another value than the scenario's, from texts by key.

    Raises
    ------
    InputError
        A key is that of no lever, or its value is none that the lever can have.
    """
    known = {lever.key: lever for lever in levers}
    found = {}
    for key, text in given.items():
        if key not in known:
            raise InputError(f"{one_line(key)[:60]}: is no lever of this scenario; move one of those shown.")
        value = _number(known[key], text)
        if value != known[key].value:
            found[key] = value
    return found


def _number(lever: Lever, text: str) -> float:
    try:
        value = float(text) if len(text) < 40 else math.nan
    except ValueError:
        value = math.nan
    if not lever.low <= value <= lever.high or (lever.whole and value != int(value)):
        kind = "a whole number" if lever.whole else "a number"
        raise InputError(
            f"{lever.key}: found {one_line(text)[:40]!r}; allowed is {kind} from {lever.low:g} to "
            f"{lever.high:g}."
        )
    return int(value) if lever.whole else value


def _lever(scenario: Scenario, key: str, value: float) -> Lever:
    field = field_at(Scenario, key)
    schema = json_schema(field) if field is not None else {}
    low, most = float(schema.get("minimum", 0)), float(schema.get("maximum", 1))
    words = words_of(key)
    high = min(max(words.high if words else _reach(value, most), 2 * value), most)
    per_step = field is not None and is_per_step(field)
    unit = words.unit if words else ("times a {step}" if per_step else "")
    whole = schema.get("type") == "integer"
    step = 1.0 if whole else _step(value, high)
    return Lever(
        key,
        words.name if words else key,
        unit.replace("{step}", one_line(scenario.step, "step")) + until(scenario, key),
        (field.description if field is not None else None) or "",
        value,
        low if _is_allowed(scenario, key, low) else step,
        high,
        step,
        whole,
    )


def _is_allowed(scenario: Scenario, key: str, value: float) -> bool:
    """Whether a scenario may have a value where all else is as it is."""
    try:
        scenario.adapted({key: value})
    except InputError:
        return False
    return True


def _reach(value: float, most: float) -> float:
    """Where a slider without words ends: far enough to see something."""
    return most if most <= 1 and value >= 0.05 else min(most, max(4 * value, 0.1))


def _step(value: float, high: float) -> float:
    """A round step that is fine enough, and on which the scenario's value lies."""
    power = math.floor(math.log10(high / _FINE))
    steps = [factor * 10.0**exponent for exponent in range(power, power - 4, -1) for factor in (5, 2, 1)]
    fine = [step for step in steps if step <= high / _FINE]
    fits = (step for step in fine if abs(value / step - round(value / step)) < 1e-9)
    return float(f"{next(fits, fine[-1]):g}")
