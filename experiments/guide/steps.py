"""The steps that one practice can take by itself: what each changes there, and the working time it costs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

ROLES = {"gp": 4, "nurse": 2, "direct_care": 2, "administration": 7}
"""People by role in a practice of usual size, as in the main scenario."""
SIZES = {
    "small": {"gp": 2, "nurse": 1, "direct_care": 1, "administration": 3},
    "usual": ROLES,
    "large": {role: 2 * people for role, people in ROLES.items()},
}
MONTH = 37.5 * 52 / 12
"""Hours of working time of a person."""


class Step(NamedTuple):
    """A step.

    `does` are values by dotted key that the practice then has, where it has not more already; `has` what it
    has from the beginning, so that the step can act; `world` what everybody has for the same reason; `own` the keys of
    ``not_known.toml`` that say how well it works. `hours` gives the working time that a practice of so many
    people spends on it in a month: all of these are assumed.
    """

    does: Mapping[str, float]
    hours: Callable[[int], float]
    has: Mapping[str, Any] = {}
    world: Mapping[str, Any] = {}
    own: tuple[str, ...] = ()


STEPS = {
    "protect time": Step(
        {"protected_time.share": 0.05},
        lambda people: 0.03 * people * MONTH,
        has={"protected_time.enabled": True, "protected_time.base": 0.02, "protected_time.share": 0.02},
        own=("protected_time.half",),
    ),
    # Every month instead of every second, for an hour.
    "meet": Step({"practice.discussion.meetings": 1.0}, lambda people: 0.5 * people),
    # A round in which everybody is asked adds ten minutes to a meeting.
    "let everybody speak": Step({f"roles.{role}.voice": 0.9 for role in ROLES}, lambda people: 0.5 * people / 6),
    # .39 of 1.2 events a month that fifteen people raise, a quarter of an hour for everybody.
    "analyse events": Step({"practice.analysis.share": 1.0}, lambda people: 0.39 * 1.2 * people / 15 * people / 4),
    # Nearly five meetings a year more, of an hour.
    "record more": Step({"practice.codification.meetings": 0.5}, lambda people: 0.4 * people),
    # .45 of some forty entries a month, five minutes of two people.
    "revise": Step({"practice.revision.rate": 0.5}, lambda _: 0.45 * 40 * 2 / 12),
    # .3 of the six domains a month, two hours of four people.
    "question": Step(
        {"loops.double.practice": 0.05}, lambda _: 0.3 * 2 * 4, own=("loops.double.threshold",)
    ),
    # An afternoon of one or two people three times a year.
    "join a peer group": Step(
        {"service.networking.meetings": 0.25},
        lambda _: 2.0,
        world={"network.practices": "groups", "network.groups": 5},
        own=("service.networking.rate",),
    ),
    # Half a day every three months, and more where there is more to tell.
    "report": Step({"service.reporting.share": 0.3}, lambda _: 1.0),
    # Half a day of one person a month.
    "follow guidance": Step({"service.guidance.rate": 0.05}, lambda _: 4.0),
}
"""By name."""
