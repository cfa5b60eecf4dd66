"""A and B: what is compared with what, and what each is called."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lpsim.analysis.comparison import see_that_they_compare
from lpsim.analysis.worlds import of_scenario
from lpsim.errors import InputError
from lpsim.plain import one_line
from lpsim.show.text.explore import Why, as_kept, as_moved
from lpsim.show.web.app.question import asked, kept_as_a

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lpsim.show.web.app.question import Offer, Question


@dataclass(frozen=True)
class Pair:
    """What is compared, in the same worlds."""

    a: Question
    b: Question
    """What is chosen, with its levers as they are set."""
    why: Why
    """Why A is what it is."""

    @property
    def of_one(self) -> bool:
        """Whether both are of one scenario."""
        return self.a.offer.name == self.b.offer.name

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return self.of_one and self.a.changes == self.b.changes

    @property
    def by_title(self) -> tuple[str, str]:
        """What A and B are called on the page: by their titles, or by their files where these are alike."""
        first, second = (one_line(one.offer.scenario.title, one.offer.name) for one in (self.a, self.b))
        found = self.by_file if first == second and not self.of_one else self._called(first, second)
        return f"A: {found[0]}", f"B: {found[1]}"

    @property
    def by_file(self) -> tuple[str, str]:
        """What A and B are called in a report, as `lpsim report` does: by their files."""
        first, second = (one_line(one.offer.name).replace("_", " ") for one in (self.a, self.b))
        return self._called(first, second)

    def _called(self, first: str, second: str) -> tuple[str, str]:
        return (
            as_kept(first, moved=bool(self.a.changes), alone=not self.of_one),
            as_moved(second, moved=bool(self.b.changes), alone=not self.of_one),
        )


def pair(offers: Mapping[str, Offer], query: Mapping[str, str]) -> Pair:
    """What a query compares: with what was kept, or else with the first scenario that was opened.

    Where the same seeds are not the same worlds in that one, the scenario that is chosen is compared with
    itself as it is.

    Raises
    ------
    InputError
        There is no such scenario, lever or value.
    """
    kept, b = kept_as_a(offers, query), asked(offers, query)
    if kept is not None:
        return Pair(kept, b, "kept")
    first = next(iter(offers.values()))
    if first.name == b.offer.name:
        return Pair(b.as_it_is, b, "itself")
    if not _compare(first, b.offer):
        return Pair(b.as_it_is, b, "apart")
    return Pair(replace(b.as_it_is, offer=first), b, "first")


def _compare(one: Offer, other: Offer) -> bool:
    """Whether the same seeds are the same worlds."""
    base, option = (of_scenario(name, offer.scenario) for name, offer in (("A", one), ("B", other)))
    try:
        see_that_they_compare(base, [option])
    except InputError:
        return False
    return True
