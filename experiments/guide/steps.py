"""The steps that one practice can take by itself: what each changes there, and the working time it costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

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
    """A step, by values of dotted keys.

    Attributes
    ----------
    does : mapping
        What the practice then has, where it has not more already.
    hours : callable
        The working time that it costs a practice of so many people in a month: all of these are assumed.
    has, world : mapping
        What the practice has, and everybody, from the beginning so that the step can act.
    own : tuple of str
        The keys of ``not_known.toml`` that say how well it works.
    """

    does: Mapping[str, float]
    hours: Callable[[int], float]
    has: Mapping[str, Any] = {}
    world: Mapping[str, Any] = {}
    own: tuple[str, ...] = ()


STEPS = {
    # 2 % of everybody's time are there today.
    "protect time": Step(
        {"protected_time.share": 0.05},
        lambda people: 0.03 * people * MONTH,
        has={"protected_time.enabled": True, "protected_time.base": 0.02, "protected_time.share": 0.02},
        own=("protected_time.half",),
    ),
    # Every month instead of every second, an hour of everybody.
    "meet": Step({"practice.discussion.meetings": 1.0}, lambda people: 0.5 * people),
    # A round in which everybody is asked makes a meeting, every second month, ten minutes longer.
    "let everybody speak": Step(
        {f"roles.{role}.voice": 0.9 for role in ROLES}, lambda people: 0.5 * people / 6
    ),
    # 39 % of the events, of which fifteen people raise 1.2 a month: a quarter of an hour of everybody.
    "analyse events": Step(
        {"practice.analysis.share": 1.0}, lambda people: 0.39 * 1.2 * people / 15 * people / 4
    ),
    # Nearly five meetings a year more, an hour of everybody.
    "record more": Step({"practice.codification.meetings": 0.5}, lambda people: 0.4 * people),
    # 45 % of some forty entries more in a month, five minutes of two people.
    "revise": Step({"practice.revision.rate": 0.5}, lambda _: 0.45 * 40 * 2 / 12),
    # One of the six domains in three months, two hours of four people.
    "question": Step(
        {"loops.double.practice": 0.05}, lambda _: 0.05 * 6 * 2 * 4, own=("loops.double.threshold",)
    ),
    # An afternoon of one or two people three times a year.
    "join a peer group": Step(
        {"service.networking.meetings": 0.25},
        lambda _: 2.0,
        world={"network.practices": "groups", "network.groups": 5},
        own=("service.networking.rate",),
    ),
    # Half a day of one person in three months of ten.
    "report": Step({"service.reporting.share": 0.3}, lambda _: 1.0),
    # Half a day of one person in a month.
    "follow guidance": Step({"service.guidance.rate": 0.05}, lambda _: 4.0),
}
"""By name."""
