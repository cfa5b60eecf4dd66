"""Probabilities written with their unit, as in "12 %/year": into probabilities per step, and back.

A probability p per unit of time is 1 - (1 - p)^(length of a step / unit) per step: so many escape in
a year, whatever its steps. Rounded to twelve digits, so that it is the same number on every machine.
"""

from __future__ import annotations

import math
import re
from contextlib import suppress
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from lpsim.scenario.keys import allowed, changed_key, field_at, is_per_step, within_set
from lpsim.scenario.toml_files import leaves, mapped, merge

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from pydantic import BaseModel

    from lpsim.scenario.scenario import Scenario
    from lpsim.scenario.toml_files import Data

YEARS = {
    "day": Fraction(4, 1461),  # a year has 365.25 of them
    "week": Fraction(28, 1461),
    "fortnight": Fraction(56, 1461),
    "month": Fraction(1, 12),
    "quarter": Fraction(1, 4),
    "year": Fraction(1),
}
"""The units of time, in years."""
UNITS = ", ".join(YEARS)
DEFAULT_STEP = "month"
"""What the defaults of probabilities per step are meant for."""
_WITH_UNIT = re.compile(r"\s*(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*(%?)\s*/\s*([A-Za-z]+)\s*", re.ASCII)
_NO_RATES = ("title", "description", "evidence")
"""Many words, in which no probability stands."""
_DIGITS = 12
SHOWN = 3
"""Keys named where many are meant."""


class UnitError(ValueError):
    """A text that gives no probability per step: why, and what is allowed."""


def duration(step: str) -> str | None:
    """The unit of time that a scenario's ``step`` names; None where it is only a label."""
    unit = step.strip().lower()
    return unit if unit in YEARS else None


def converted(probability: float, *, per: str, to: str) -> float:
    """A probability per one unit of time as one per another."""
    lengths = YEARS[to] / YEARS[per]
    if lengths == 1 or probability in (0, 1):
        return probability
    # More digits than `1 - (1 - p) ** x` has where p is small.
    exact = -math.expm1(float(lengths) * math.log1p(-probability))
    return float(f"{exact:.{_DIGITS}g}")


def per_step(text: str, step: str) -> float:
    """The probability per step that a text such as ``"12 %/year"`` or ``"0.5/month"`` gives.

    Raises
    ------
    UnitError
        It gives none, one beyond 1, a unit that nobody knows; or the step is no known duration.
    """
    found = _WITH_UNIT.fullmatch(text)
    if found is None:
        raise UnitError(
            'allowed is a number from 0 to 1, or one with its unit, as in "12 %/year" or "0.5/month"'
        )
    number, exponent, percent, unit = found.groups(default="")
    probability = float(number + exponent) / (100 if percent else 1)
    if unit.lower() not in YEARS:
        raise UnitError(f"{unit!r} is no unit of time that is known; allowed is one of {UNITS}")
    if probability > 1:
        raise UnitError(
            f"allowed is a probability, from 0 to 1 or from 0 to 100 %{_sooner(probability, unit)}"
        )
    length = duration(step)
    if length is None:
        raise UnitError(f'step = "{step}" has no known length; give a number per step, or a step of {UNITS}')
    if probability == 1 and YEARS[length] < YEARS[unit.lower()]:
        mean = float(YEARS[length] / YEARS[unit.lower()])
        raise UnitError(
            f"what surely happens within any {unit.lower()} happens in every {length}; once in a "
            f'{unit.lower()}, in the mean, is "{mean:.2g}/{length}", and in every {length} "1/{length}"'
        )
    return converted(probability, per=unit.lower(), to=length)


def _sooner(often: float, unit: str) -> str:
    """How what happens several times in a unit of time is said: by a unit that is shorter."""
    in_each = {shorter: often * float(length / YEARS[unit.lower()]) for shorter, length in YEARS.items()}
    shorter = [name for name, probability in in_each.items() if probability <= 1]
    return f'; as often, in a shorter time, is "{in_each[shorter[-1]]:.2g}/{shorter[-1]}"' if shorter else ""


def refusal(model: type[BaseModel], key: str, text: str, step: str) -> str | None:
    """Why a text with a unit cannot stand at a key, or none at a probability per step; else None."""
    field = field_at(model, changed_key(key) or key)
    if field is not None and is_per_step(field):
        try:
            per_step(text, step)
        except UnitError as error:
            return str(error)
    elif field is not None and _WITH_UNIT.fullmatch(text):
        return f"allowed is {allowed(field)}, without a unit: it is no probability per step"
    return None


def in_steps(model: type[BaseModel], data: Data) -> Data:
    """The data with plain numbers for all probabilities with units; what cannot be read stays as it is."""
    step, found = data.get("step", DEFAULT_STEP), {}
    for key, text in with_units(model, data).items():
        with suppress(UnitError):  # told when the rest of the scenario is checked
            found[key] = per_step(text, str(step))
    return mapped(data, found.get) if found else data


def with_units(model: type[BaseModel], data: Data) -> dict[str, str]:
    """The texts that read as probabilities with their unit, at keys of such, by dotted key."""
    if not any(_has_unit(value) for table, value in data.items() if table not in _NO_RATES):
        return {}
    texts = ((key, value) for key, value in leaves(data) if isinstance(value, str))
    return {key: text for key, text in texts if _WITH_UNIT.fullmatch(text) and is_rate(model, key)}


def _has_unit(value: Any) -> bool:
    """Whether a text with a unit is anywhere in it: mostly not, and a sweep asks at every point."""
    if isinstance(value, str):
        return "/" in value and _WITH_UNIT.fullmatch(value) is not None
    if isinstance(value, dict):
        return any(map(_has_unit, value.values()))
    return isinstance(value, list) and any(map(_has_unit, value))


def step_problem(model: type[BaseModel], data: Data, *, before: str, given: Collection[str]) -> str | None:
    """What is wrong with a step of another length, where rates stay that were meant for the one before.

    `data` are what came of it, `given` the keys that were given together with the step; all other
    probabilities per step must have their units, or be 0 or 1, which are the same per any time.
    """
    new, old = duration(str(data.get("step", DEFAULT_STEP))), duration(before)
    if new is None or old is None or new == old:
        return None
    given, written = {within_set(key) for key in given}, dict(leaves(data))
    left = [key for key, value in _plain_rates(model, data) if 0 < value < 1 and key not in given]
    left.sort(key=lambda key: key not in written)  # defaults last
    if not left:
        return None
    others = f" and {len(left) - SHOWN} others" if len(left) > SHOWN else ""
    return (
        f'step: found "{new}", but {", ".join(left[:SHOWN])}{others} are meant per {old}; give each anew or '
        f'with its unit, as in "1 %/{old}", or keep step = "{old}"'
    )


def rates(scenario: Scenario) -> dict[str, float]:
    """The probabilities per step of a scenario, of its kinds and its interventions, by dotted key."""
    values = leaves(scenario.model_dump(mode="json", exclude_none=True))
    return {key: value for key, value in values if is_rate(type(scenario), key)}


def _plain_rates(model: type[BaseModel], data: Data) -> Iterator[tuple[str, float]]:
    """Probabilities per step without a unit, defaults among them, without those of roles that are removed."""
    defaults = model().model_dump(mode="json")
    if data.get("roles"):
        del defaults["roles"]
    whole = dict(leaves(merge(defaults, data)))
    for key, value in whole.items():
        role = key.rpartition(".")[0]
        removed = role.startswith("roles.") and whole.get(f"{role}.headcount") == 0
        if isinstance(value, int | float) and not removed and is_rate(model, key):
            yield key, value


def is_rate(model: type[BaseModel], key: str) -> bool:
    """Whether a dotted key, also of a kind or an intervention, holds a probability per step."""
    field = field_at(model, changed_key(key) or key)
    return field is not None and is_per_step(field)
