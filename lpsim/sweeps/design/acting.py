"""What a design sets and varies: does it act at one of its points?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lpsim.scenario.idle import why_idle
from lpsim.sweeps.design.factors import SCENARIO

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lpsim.scenario import Scenario
    from lpsim.sweeps.design.factors import Factor, Point


class Setting(NamedTuple):
    """A key that a design sets, for all its scenarios or for one that it lists."""

    place: str
    """Where in the design."""
    key: str
    listed: str | None
    """The name of the scenario; None of all."""


class Acting:
    """Which settings of a design can act at one of its points; each point is looked at in turn."""

    def __init__(self, factors: Sequence[Factor], settings: Sequence[Setting]) -> None:
        keys = [key for factor in factors for key in factor.columns if key != SCENARIO]
        varied = [Setting(f"factors.{key}", key, None) for key in keys]
        self._settings = [*varied, *settings]
        self._acts: dict[str, int] = {}
        self._why_not: dict[str, str] = {}

    def look(self, point: Point, scenario: Scenario) -> None:
        """See what can act at a point."""
        for place, key, listed in self._settings:
            if place not in self._acts and listed in (None, point.listed):
                why = why_idle(scenario, key)
                if why is None:
                    self._acts[place] = point.number
                else:
                    self._why_not.setdefault(place, why)

    def problems(self) -> Iterator[str]:
        """What acts nowhere."""
        for place, why in self._why_not.items():
            if place not in self._acts:
                yield f"{place}: changes nothing at any point: {why}"
