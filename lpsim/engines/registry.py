"""Which engines there are: name -> how to make one and what it can do. `lpsim.engines.base` is the manual.

An engine is imported when it is made, not before: Mesa and the compiler take most of a second each, and
a run needs one of them.
"""
# ruff: noqa: PLC0415 (for that reason)

from __future__ import annotations

from dataclasses import dataclass, field
from numbers import Integral
from typing import TYPE_CHECKING, Any, Literal, Protocol

from lpsim.engines.base import AGENTS
from lpsim.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from lpsim.engines.base import Factory
    from lpsim.scenario import Scenario

EngineName = Literal["compiled", "reference"] | str
"""An engine by its name: one that is here, or one of one's own (`register`)."""


@dataclass(frozen=True)
class Options:
    """How the runs of a factory are to be made."""

    threads: int | None = None
    """On how many; None leaves it to the engine."""
    own_agents: Mapping[str, type[Any]] = field(default_factory=dict)
    """Classes of one's own, by what they stand in for ("staff_member")."""
    before: Factory | None = None
    """The factory of another scenario whose runs are done: what serves both need not be made again."""


class MakeFactory(Protocol):
    """Makes an engine's factory."""

    def __call__(self, scenario: Scenario, options: Options) -> Factory:
        """A factory of runs of a scenario, or an `InputError`: see `refusal`."""


@dataclass(frozen=True)
class Entry:
    """An engine: its name, how to make it, and what it can do besides what all must."""

    name: str
    make: MakeFactory
    threads: bool = False
    """Whether a run can be on several."""
    lessons: bool = False
    """Whether it follows lessons."""
    side_by_side: bool = False
    """Whether several runs can be moved by one call: then `make` gives a `SideBySideFactory`."""
    own_agents: tuple[str, ...] = ()
    """What a class of one's own can stand in for."""
    bytes_per_person: int = 0
    """What it takes in addition to the arrays of the state (see `lpsim.population.footprint.needed`)."""


def _compiled(scenario: Scenario, options: Options) -> Factory:
    from lpsim.engines.compiled.engine import CompiledFactory

    return CompiledFactory(scenario, options)


def _reference(scenario: Scenario, options: Options) -> Factory:
    from lpsim.engines.reference.model import ReferenceFactory

    return ReferenceFactory(scenario, options)


ENGINES: dict[str, Entry] = {}


def register(entry: Entry) -> None:
    """Add an engine, which can be asked for by its name from here on."""
    if entry.name in ENGINES:
        raise InputError(f"engine: there is a {entry.name!r} already; choose another name.")
    ENGINES[entry.name] = entry


register(Entry("compiled", _compiled, threads=True, lessons=True, side_by_side=True))
register(Entry("reference", _reference, lessons=True, own_agents=AGENTS, bytes_per_person=4000))


def engine_named(name: str | None, own_agents: Iterable[str] = ()) -> Entry:
    """The engine of a name; without one the first that can take these behaviours of one's own.

    Raises
    ------
    InputError
        There is none.
    """
    if name is None:
        able = (entry.name for entry in ENGINES.values() if set(own_agents) <= set(entry.own_agents))
        name = next(able, "compiled")
    if name not in ENGINES:
        raise InputError(f"engine: found {name!r}; allowed is one of {', '.join(ENGINES)}.")
    return ENGINES[name]


def check(entry: Entry, scenario: Scenario, options: Options) -> None:
    """See that an engine can do what is asked of it.

    Raises
    ------
    InputError
        It cannot; the sentence names an engine that can.
    """
    threads = options.threads
    if threads is not None and (not isinstance(threads, Integral) or threads < 1):
        raise InputError(f"threads: found {threads!r:.80}; allowed is a whole number from 1.")
    if (threads or 1) > 1 and not entry.threads:
        raise refusal("threads", entry, "runs on one thread", lambda other: other.threads)
    if scenario.record.lessons and not entry.lessons:
        raise refusal("record.lessons", entry, "follows no lessons", lambda other: other.lessons)
    missing = [agent for agent in options.own_agents if agent not in entry.own_agents]
    if missing:
        what = "has no behaviours of one's own"
        raise refusal(missing[0], entry, what, lambda other: missing[0] in other.own_agents)


def refusal(key: str, entry: Entry, what: str, able: Callable[[Entry], bool]) -> InputError:
    """An error that names the engine, what it does (not), and the engines that are able."""
    others = " or ".join(f"engine={other.name!r}" for other in ENGINES.values() if able(other))
    cure = f"use {others}" if others else "no engine can do it"
    return InputError(f"{key}: the {entry.name} engine {what}; {cure}.")
