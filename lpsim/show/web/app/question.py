"""What a page asks for: a scenario, what its levers are set to, and which worlds."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from lpsim.errors import InputError
from lpsim.plain import one_line
from lpsim.scenario.shipped import shipped
from lpsim.show.text.vocabulary import plural, step_word
from lpsim.show.web.app.levers import Lever, changed, levers_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lpsim.scenario import Scenario

SEEDS = (1, 4, 20)
"""How many worlds a page may ask for."""
AT_MOST = 400_000_000
"""People times issues times steps of all worlds that are shown unless others are asked for: some seconds."""
MAX_SEED = 2**64 - 1
_OWN = ("scenario", "seed", "seeds", "lesson", "pick", "practice", "tables", "client", "number")
"""Names in an address that are none of levers, which all have a dot."""
_A = "a."
"""Begins the names of what was kept as A."""


@dataclass(frozen=True)
class Offer:
    """A scenario that a page shows, and what may be changed in it."""

    name: str
    scenario: Scenario
    levers: tuple[Lever, ...]

    @classmethod
    def of(cls, name: str, scenario: Scenario) -> Offer:
        """A scenario with its levers."""
        return cls(name, scenario, levers_of(scenario))

    @property
    def worlds(self) -> int:
        """How many worlds are shown unless others are asked for: fewer where each takes long."""
        work = self.people * self.scenario.world.issues * self.scenario.steps
        return next((count for count in reversed(SEEDS) if count * work <= AT_MOST), SEEDS[0])

    @property
    def people(self) -> float:
        """About how many people there are; where a file says so, very many."""
        practices = self.scenario.population.practices
        if not isinstance(practices, int) or self.scenario.population.workforce is not None:
            return math.inf
        return practices * sum(role.headcount for role in self.scenario.roles.values())

    @property
    def file(self) -> str:
        """What it is called in a terminal: one of one's own is a file."""
        return self.name if self.name in shipped() else f"{self.name}.toml"

    def told(self) -> dict[str, Any]:
        """What the page needs to know before anything is simulated."""
        scenario = self.scenario
        return {
            "name": self.name,
            "title": one_line(scenario.title, self.name),
            "description": one_line(scenario.description),
            "steps": scenario.steps,
            "step": step_word(scenario),
            "unit": plural(step_word(scenario)),
            "seeds": str(self.worlds),
            "levers": [lever._asdict() for lever in self.levers],
        }


@dataclass(frozen=True)
class Question:
    """What is to be simulated."""

    offer: Offer
    changes: tuple[tuple[str, float], ...]
    """What levers are set to, where it is not the scenario's own value."""
    first: int
    """The seed of the first world."""
    worlds: int

    @property
    def seeds(self) -> range:
        """The seeds of all worlds."""
        return range(self.first, self.first + self.worlds)

    def scenario(self, *, lessons: bool | None = None) -> Scenario:
        """The scenario with what was changed, and lessons followed or not.

        Raises
        ------
        InputError
            A change contradicts another key.
        """
        recorded = {} if lessons is None else {"record.lessons": lessons}
        return self.offer.scenario.adapted({**dict(self.changes), **recorded})

    @property
    def as_it_is(self) -> Question:
        """The same of the scenario without changes."""
        return replace(self, changes=())

    @property
    def alone(self) -> Question:
        """The same of the first world."""
        return replace(self, worlds=1)


def asked(offers: Mapping[str, Offer], query: Mapping[str, str]) -> Question:
    """The question in the query of an address.

    Raises
    ------
    InputError
        There is no such scenario, lever or value.
    """
    offer = _offer(offers, query.get("scenario"))
    worlds = _whole(query, "seeds", offer.worlds, SEEDS[0], SEEDS[-1])
    if worlds not in SEEDS:
        raise InputError(f"seeds: found {worlds}; allowed are {', '.join(map(str, SEEDS))}.")
    return Question(
        offer,
        tuple(sorted(changed(offer.levers, _levers(query)).items())),
        _whole(query, "seed", 1, 0, MAX_SEED - SEEDS[-1]),
        worlds,
    )


def kept_as_a(offers: Mapping[str, Offer], query: Mapping[str, str]) -> Question | None:
    """What was kept as A, in the worlds of the question itself; None where nothing was."""
    kept = {name.removeprefix(_A): value for name, value in query.items() if name.startswith(_A)}
    if "scenario" not in kept:
        return None
    question = asked(offers, query)
    return replace(asked(offers, kept), first=question.first, worlds=question.worlds)


def whole(query: Mapping[str, str], name: str, most: int) -> int | None:
    """A whole number from 0 in a query; None where there is none.

    Raises
    ------
    InputError
        It is none, or greater than ``most``.
    """
    return _whole(query, name, 0, 0, most) if query.get(name) else None


def _offer(offers: Mapping[str, Offer], name: str | None) -> Offer:
    if name is None:
        return next(iter(offers.values()))
    if name not in offers:
        raise InputError(f"scenario: found {one_line(name)[:60]!r}; open here are {', '.join(offers)}.")
    return offers[name]


def _levers(query: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in query.items() if name not in _OWN and not name.startswith(_A)}


def _whole(query: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    text = query.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) <= 20 and low <= int(text) <= high):
        found = one_line(text)[:40]
        raise InputError(f"{name}: found {found!r}; allowed is a whole number from {low} to {high}.")
    return int(text)
