"""What would be simulated, in a few lines: who there is, who is tied to whom, and for how long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpsim.lessons.estimate import expected_lessons
from lpsim.plain import one_line
from lpsim.show.text.scenario import changes, written

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lpsim.model.state import Structure
    from lpsim.scenario import Scenario


def outline(scenario: Scenario, who: Structure) -> Iterator[str]:
    """A scenario and the population of one of its seeds (1), line by line."""
    yield f"title: {scenario.title or '(none)'}"
    if changed := changes(scenario):
        yield changed
    if scenario.description:
        yield f"description: {one_line(scenario.description)}"
    yield from _population(scenario, who)
    yield f"steps: {scenario.steps} (a step is a {scenario.step or 'step'})"
    if scenario.record.lessons:
        yield f"lessons: followed; up to about {expected_lessons(scenario, who):,} will be born"
    yield from _interventions(scenario)
    yield f"digest: {scenario.digest}"


def _population(scenario: Scenario, who: Structure) -> Iterator[str]:
    yield f"practices: {who.practices}"
    yield f"staff: {who.staff} ({_counted(who.roles, who.staff_role)}), as seed 1 draws them"
    if scenario.kinds:
        yield f"kinds of practices: {_counted(who.kinds, who.practice_kind)}"
    tiers = zip(who.tiers, who.bodies, strict=True)
    yield f"service, from the bottom: {', '.join(f'{tier} {count}' for tier, count in tiers)}"
    colleagues = len(who.staff_ties.neighbours) / max(who.staff, 1)
    peers = len(who.practice_ties.neighbours) / who.practices
    yield f"network: {colleagues:.1f} colleagues per person, {peers:.1f} peers per practice"


def _interventions(scenario: Scenario) -> Iterator[str]:
    for change in scenario.interventions:
        settings = ", ".join(f"{key} = {written(value)}" for key, value in change.set.items())
        yield f"intervention from step {change.at}: {change.title or settings}"
    if not scenario.interventions:
        yield "interventions: none"


def _counted(names: Sequence[str], indices: Any) -> str:
    numbers = [int((indices == index).sum()) for index in range(len(names))]
    return ", ".join(f"{name} {number}" for name, number in zip(names, numbers, strict=True))
