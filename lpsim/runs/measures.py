"""What is measured of a run: one record for each measure, and the only list of their labels."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from lpsim.scenario.learning_parameters import ROUTINES

if TYPE_CHECKING:
    from collections.abc import Iterator

KNOWLEDGE = "knowledge"
SHARE = "share"
PERFORMANCE = "performance"

Level = Literal["staff", "team", "practice", "service"]


@dataclass(frozen=True)
class Measure:
    """One measure.

    Attributes
    ----------
    name : str
        Its column in a run's tables.
    label : str
        What people read.
    unit : str
        `KNOWLEDGE` is -1 (all wrong) to 1 (all right), 0 being nothing known, or as much wrong as right;
        `SHARE` is 0 to 1, shown in per cent; `PERFORMANCE` is by what is audited.
    low, high : float
        The lowest and the highest value it can have.
    level : str
        Who or what it is measured of: staff, teams (their majorities), practices (their memories), or the
        top tier of the service (its guidance).
    higher_is_better : bool or None
        None where neither is.
    tables : tuple of str
        Those besides the series that have it: ``groups``, ``practices``, ``issues``.
    """

    name: str
    label: str
    unit: str
    low: float
    high: float
    level: Level
    higher_is_better: bool | None
    tables: tuple[str, ...] = ()


def _knowledge(name: str, label: str, level: Level, *tables: str) -> Measure:
    return Measure(name, label, KNOWLEDGE, -1.0, 1.0, level, True, tables)


def _share(name: str, label: str, level: Level, *tables: str) -> Measure:
    return Measure(name, label, SHARE, 0.0, 1.0, level, True, tables)


def _wrong(name: str, label: str, level: Level, *tables: str) -> Measure:
    return Measure(name, label, SHARE, 0.0, 1.0, level, False, tables)


def _time(name: str, label: str, *tables: str) -> Measure:
    return Measure(name, label, SHARE, 0.0, 1.0, "practice", None, tables)


def _all() -> Iterator[Measure]:
    groups, practices, issues = "groups", "practices", "issues"
    yield _knowledge("staff_knowledge", "staff", "staff", groups, practices)
    yield _knowledge("collective_knowledge", "teams (collective)", "team", groups, practices)
    yield _knowledge("practice_knowledge", "practices' memory", "practice", groups, practices)
    yield _knowledge("service_knowledge", "service's guidance", "service", groups)
    yield _share("known_by_someone", "known by someone in the practice", "staff", groups, practices)
    yield _share("known_by_most", "known by most of the practice", "team", groups, practices, issues)
    yield _share(
        "in_practice_memory", "rightly in the practice's memory", "practice", groups, practices, issues
    )
    yield _share("in_service_guidance", "rightly in the service's guidance", "service", groups)
    yield _share("assumptions_right_staff", "right assumptions of staff", "staff")
    yield _share("assumptions_right_practice", "right assumptions of practices", "practice")
    yield _share("assumptions_right_service", "right assumptions of the service", "service")
    yield Measure(
        "practice_spread", "spread between practices' memories", KNOWLEDGE, 0.0, 1.0, "practice", None
    )
    yield Measure("agreement", "agreement within teams", SHARE, 0.0, 1.0, "team", None)
    yield _share("staff_right", "held rightly by staff", "staff", groups, practices)
    yield _wrong("staff_wrong", "held wrongly by staff", "staff", groups, practices)
    yield _wrong(
        "in_practice_memory_wrong", "wrongly in the practice's memory", "practice", groups, practices
    )
    yield _wrong("in_service_guidance_wrong", "wrongly in the service's guidance", "service", groups)
    for routine in ROUTINES:
        yield _time(f"time_{routine}", f"time for {routine}", groups, practices)
    yield _time("time_moved", "learning time moved since the start", groups, practices)
    yield _time("learning_time", "working time for learning", groups, practices)
    yield Measure("performance", "performance of staff", PERFORMANCE, -1.0, 1.0, "staff", True)


MEASURES = {measure.name: measure for measure in _all()}
"""By name, in the order of a series' columns after ``step``."""


@cache  # asked for at every column of every run
@cache  # asked for at every column of every run
def measures_of(table: str) -> tuple[str, ...]:
    """The names of the measures that a table has besides its keys: ``groups``, ``practices`` or ``issues``.

    Those of ``groups`` are empty where one does not apply to a group; those of ``issues`` are shares of
    the practices.
    """
    return tuple(name for name, measure in MEASURES.items() if table in measure.tables)


LEVELS = tuple(name for name in measures_of("groups") if MEASURES[name].unit == KNOWLEDGE)
"""Knowledge of staff, teams, practices and the service."""
FUNNEL = ("known_by_someone", "known_by_most", "in_practice_memory", "in_service_guidance")
"""How far right knowledge gets: from someone in a practice to the service."""
RIGHT_AND_WRONG = {
    "staff": ("staff_right", "staff_wrong"),
    "practices' memories": ("in_practice_memory", "in_practice_memory_wrong"),
    "service's guidance": ("in_service_guidance", "in_service_guidance_wrong"),
}
"""By who holds them, the shares of issues held rightly and wrongly; of the rest there is no view."""
KNOWLEDGE_IN_SHARES = {
    "staff_knowledge": RIGHT_AND_WRONG["staff"],
    "practice_knowledge": RIGHT_AND_WRONG["practices' memories"],
    "service_knowledge": RIGHT_AND_WRONG["service's guidance"],
}
"""What is held rightly and wrongly, of which a level's knowledge is the difference."""
LOOPS = {
    "single": ("staff_right", "in_practice_memory", "in_service_guidance"),
    "double": ("assumptions_right_staff", "assumptions_right_practice", "assumptions_right_service"),
    "triple": ("time_moved",),
}
"""What the loops of learning change: beliefs, assumptions, and what learning time goes into."""
