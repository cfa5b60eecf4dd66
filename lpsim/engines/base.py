"""How to write an engine: what it must do, what it may do, and what it may refuse.

An engine is given everybody at step 0 and moves them step by step through `lpsim.model.schedule.SCHEDULE`.
With a record in `lpsim.engines.registry` it has a name, under which it can be asked for:
``lpsim.simulate(scenario, engine="…")``, ``lpsim run --engine …``.

Shared, and made by no engine of its own
    The start (`lpsim.population.build`), the order of processes and what each may read and write
    (`lpsim.model.schedule`), random numbers (`lpsim.model.draws`), the thresholds of all draws
    (`lpsim.model.rates`), payoffs and peer rules (`lpsim.model.payoffs`, `lpsim.model.peer_rules`), and
    what is counted of a state (`lpsim.model.counts`).

Required
    A `Factory`, which starts runs of one scenario, and an `Engine`, which is one of them. Whatever order
    an engine visits learners in, and on however many threads: after every step `Engine.state` holds the
    same values as any other engine's, bit for bit. ``tests/engines/test_engines.py`` sees to that.

Optional, each said in the record
    ==================  ======================================================================
    ``threads``         A run on several threads.
    ``lessons``         Lessons are followed (``record.lessons``): `Engine.journal`.
    ``own_agents``      Behaviours of one's own, as classes: ``simulate(…, staff_member=…)``; the factory
                        sees that they stand in: `lpsim.engines.stand_ins.see_that_it_stands_in`.
    ``side_by_side``    Several runs moved by one call: the factory is a `SideBySideFactory`.
    ==================  ======================================================================

Refused
    Whatever an engine's record does not offer is refused before anything is made, in one sentence that
    names the engine and one that can do it: `lpsim.engines.registry.check`. A scenario that an engine
    cannot run for a reason of its own is refused by its factory when it is made, with
    `lpsim.engines.registry.refusal`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lpsim.lessons.journal import Record
    from lpsim.model.counts import Counts
    from lpsim.model.state import State, Structure
    from lpsim.population.build import Population
    from lpsim.population.initial import Starts
    from lpsim.scenario import Scenario


AGENTS = ("staff_member", "practice", "service")
"""What a class of one's own can stand in for, where an engine takes any."""


class Engine(Protocol):
    """A run in the making."""

    @property
    def state(self) -> State:
        """The state at the end of the last step."""

    @property
    def journal(self) -> Record | None:
        """What happened to the lessons; None where the scenario does not ask for it."""

    def advance(self) -> None:
        """Simulate one step."""

    def advance_until(self, last: int, counts: Counts) -> None:
        """Simulate up to a step; count the state after every step that has a row."""

    def observe(self, counts: Counts, row: int) -> None:
        """Count the state, exactly, into a row."""

    def close(self) -> None:
        """Give back whatever the engine holds; it is not advanced again."""


class Factory(Protocol):
    """Starts runs of one scenario, one after the other: what no seed changes need be made only once."""

    def start(self, population: Population) -> Engine:
        """A run of this population, which the engine owns from here on, at step 0."""


class RunsSideBySide(Protocol):
    """Several runs in the making that only worlds, teams and rates tell apart, moved by one call."""

    def advance_runs(self, last: int, counts: Counts) -> None:
        """Simulate all up to a step; `counts` are stacked, those of one run upon the other's."""

    def observe_runs(self, counts: Counts, row: int) -> None:
        """Count the states, exactly, into a row of each; `counts` are stacked."""

    def close(self) -> None:
        """Give back whatever is held."""


class SideBySideFactory(Factory, Protocol):
    """A factory that can also start several runs at once: on one thread, without lessons."""

    def start_together(
        self, structure: Structure, starts: Starts, others: Sequence[Scenario] = ()
    ) -> RunsSideBySide:
        """Runs of these starts at step 0; all have the structure, its world and its teams aside.

        Those of the factory's own scenario come first, then as many of each of the other ones, whose
        factories this one `goes_with`.
        """

    def goes_with(self, other: Factory) -> bool:
        """Whether only rates tell its scenario from another factory's: runs that begin alike go together."""
