"""What people gave for a scenario, as they wrote it: the scenario itself holds what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from lpsim.scenario import units
from lpsim.scenario.idle import why_idle
from lpsim.scenario.toml_files import leaves

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lpsim.scenario import toml_files
    from lpsim.scenario.scenario import Scenario

OF_READERS = ("title", "description", "evidence")
"""Keys that change no number."""


@dataclass(frozen=True)
class Given:
    """What people gave for a scenario, as they wrote it; the scenario holds what came of it."""

    file: Mapping[str, Any] = field(default_factory=dict)
    """By dotted key what its file says, without what that extends; of a scenario that was changed since,
    only what could not act before."""
    changed: Mapping[str, Any] = field(default_factory=dict)
    """By dotted key what was laid over it since (``--set``, `Scenario.replace`), except what is recorded;
    plain values, as JSON returns them."""
    with_units: Mapping[str, str] = field(default_factory=dict)
    """By dotted key the probabilities written with their unit, wherever they stand."""
    blank: bool = False
    """Whether it was a file that changes nothing, nor does any that it extends."""


def says_nothing(files: Iterable[toml_files.Data]) -> bool:
    """Whether files give no value of a scenario except texts for readers."""
    return all(key.partition(".")[0] in OF_READERS for file in files for key, _ in leaves(file))


def without(given: Mapping[str, Any], overrides: Mapping[str, Any]) -> dict[str, Any]:
    """What was given before and was not given anew, as a whole or in part."""
    new = tuple(f"{key}." for key in overrides)
    return {key: value for key, value in given.items() if not f"{key}.".startswith(new)}


def texts_held(scenario: Scenario, data: toml_files.Data) -> dict[str, str]:
    """The probabilities that data give with their unit, without those of roles that are removed."""
    texts = units.with_units(type(scenario), data)
    held = units.rates(scenario) if texts else {}
    return {key: text for key, text in texts.items() if key in held}


def idle(scenario: Scenario, given: Mapping[str, Any]) -> dict[str, Any]:
    """What of it cannot act."""
    return {key: value for key, value in given.items() if why_idle(scenario, key, in_file=True)}


def idle_in_file(kind: type[Scenario], data: toml_files.Data, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a file itself says that cannot act as the file stands; where it is no scenario alone, all."""
    try:
        return idle(kind.model_validate(data), given)
    except ValidationError:
        return given
