"""What an engine must do.

An engine is given everybody at step 0 and moves them step by step through `lpsim.model.schedule.SCHEDULE`.
It owns nothing that another engine would do otherwise: the start comes from `lpsim.population.build`, the
random numbers from `lpsim.model.draws`, the thresholds from `lpsim.model.rates`, the measures from
`lpsim.runs.observations`. Whatever order it visits learners in, and on however many threads, after every step
`state` must hold the same values as any other engine's, bit for bit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from lpsim.lessons.journal import Record
    from lpsim.model.counts import Counts
    from lpsim.model.state import State


class Engine(Protocol):
    """A model in the middle of a run."""

    @property
    def state(self) -> State:
        """The state at the end of the last step."""

    @property
    def journal(self) -> Record | None:
        """What happened to the lessons, where the scenario asks for it."""

    def advance(self) -> None:
        """Simulate one step."""

    def advance_until(self, last: int, counts: Counts) -> None:
        """Simulate up to a step; count the state after every step that has a row."""

    def observe(self, counts: Counts, row: int) -> None:
        """Count the state, exactly, into a row."""

    def close(self) -> None:
        """Give back whatever the engine holds; it is not used again."""
