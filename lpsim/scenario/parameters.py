"""The tables of a scenario file: every key with its default, its range and what it means."""

from __future__ import annotations

from pathlib import PurePath
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, WrapValidator
from pydantic_core import PydanticCustomError

from lpsim.scenario.keys import PER_STEP

Probability = Annotated[float, Field(ge=0, le=1)]
"""The probability of an event, or a share: not per step."""
Rate = Annotated[float, Field(ge=0, le=1), PER_STEP]
"""A probability per step; a scenario file may write it with its unit, as in "12 %/year"."""
Name = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[^.\r\n]+$")]
"""A name stands inside dotted keys, so it holds no dot."""

OTHER_PRACTICES = "other practices"
"""The name of the practices that no kind takes."""


def _one_problem(value: Any, check: Any) -> Any:
    """Tell of a value that fits none of several kinds once, and not once for each kind."""
    try:
        return check(value)
    except ValidationError:
        raise PydanticCustomError("no_kind", "fits nothing that is allowed") from None


OwnValue = Annotated[bool | int | float | str, WrapValidator(_one_problem)]
"""What a parameter of a behaviour of one's own can be."""


class Table(BaseModel):
    """A frozen table that refuses unknown keys."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, allow_inf_nan=False, use_attribute_docstrings=True
    )


class Landscape(Table):
    """An NK landscape of interdependent issues, for payoff = "nk" (Lazer & Friedman 2007)."""

    k: int = Field(5, ge=0, le=10)
    """Partners of an issue, on which its contribution depends besides its own value."""
    partners: Literal["replacement", "distinct"] = "replacement"
    """Drawn with replacement (an issue may be its own partner), or all distinct and others."""
    exponent: int = Field(8, ge=1, le=64)
    """The measure `performance` is (value / greatest value) raised to this power."""


class World(Table):
    """The work to be learned about, and how it changes."""

    issues: int = Field(60, ge=1, le=1024)
    """M, the number of issues of day-to-day work."""
    domains: int = Field(6, ge=0, le=1024)
    """K, the number of domains of work, at most M; 0: no governing assumptions."""
    overlap: Probability = 0.4
    """Probability, per issue, that the old norm agrees with the first reality (not per step)."""
    turbulence: Rate = 0.0
    """Probability per issue and step that reality flips (March's p4)."""
    upheaval: Rate = 0.0
    """Probability per domain and step that the right assumption flips, and half the domain's issues."""
    bundle: int = Field(1, ge=1, le=1024)
    """Issues per bundle, for payoff = "bundles"; divides the number of issues."""
    tacit: Probability = 0.0
    """Probability that an issue cannot be written down (not per step)."""
    specialisation: Probability = 0.0
    """0: every role meets every issue; 1: a domain is met by its home role alone (a share)."""
    nk: Landscape = Landscape()


class Tier(Table):
    """A tier of the wider health service."""

    name: Name
    """Its name on figures and in tables."""
    count: int = Field(1, ge=1, le=100_000)
    """Number of bodies; without a workforce table, or a column of it. The last tier has 1."""
    reporting: Annotated[Probability | None, PER_STEP] = None
    """Probability that a body reports upwards in a step; default service.reporting.share."""
    column: str | None = None
    """With a workforce table: the column whose codes are the bodies of this tier."""


class Population(Table):
    """How many practices, of what size, under which bodies."""

    practices: Annotated[
        Annotated[int, Field(ge=1, le=1_000_000)] | Literal["file"], WrapValidator(_one_problem)
    ] = 40
    """Number of practices, where they are drawn; "file": those in network.file, with their names."""
    spread: float = Field(0.7, ge=0, le=10)
    """Coefficient of variation of practice size, where they are drawn; 0: all equal."""
    workforce: str | None = None
    """Path of a table with one row per practice, instead of the two above."""
    practice: str = "PRAC_CODE"
    """The table's column with the practice's code."""
    patients: str = "TOTAL_PATIENTS"
    """The table's column with the size of the practice's list."""
    filter: dict[str, Annotated[tuple[str, ...], Field(strict=False)]] = {}
    """Rows of the table to keep: column = codes."""
    tiers: Annotated[tuple[Tier, ...], Field(strict=False)] = (Tier(name="health service"),)
    """The wider service, from the bottom."""


class Role(Table):
    """A role in a practice."""

    headcount: float = Field(ge=0, le=10_000)
    """Mean number of people per practice; 0 removes an inherited role."""
    turnover: Rate = 0.0
    """Probability per step that a post falls vacant (March's p3)."""
    voice: Probability = 1.0
    """Probability of speaking up when there is occasion."""
    experience: float = Field(1.0, ge=0, le=1000)
    """Multiplies practice.reflection.rate."""
    discussion: float = Field(1.0, ge=0, le=1000)
    """Multiplies practice.discussion.rate."""
    socialisation: float = Field(1.0, ge=0, le=1000)
    """Multiplies practice.socialisation.rate (March's slow and fast learners)."""
    presence: Probability = 1.0
    """Probability of being there to listen when the practice meets."""
    column: str | None = None
    """With a workforce table: the column with the role's people."""
    people: float = Field(1.0, gt=0, le=1000)
    """Times this (1.30 where the column counts full-time equivalents)."""


class Network(Table):
    """Who is tied to whom."""

    staff: Literal["complete", "none", "line", "ring", "small_world", "random", "file"] = "complete"
    """Ties within a practice."""
    staff_degree: int = Field(4, ge=2, le=10_000)
    """Ties per person in ring and small_world; even."""
    staff_small_world: Probability = 0.1
    """Rewiring probability of staff = "small_world" (not per step)."""
    staff_rewired: int = Field(0, ge=0, le=1_000_000)
    """With staff = "small_world": exactly so many ties of each practice are rewired instead."""
    staff_density: Probability = 0.05
    """Probability of a tie between two people with staff = "random" (not per step)."""
    staff_file: str | None = None
    """With staff = "file": a network file; nodes named practice/role/number."""
    rewire: Probability = 0.0
    """Share of staff ties rewired to staff of other practices (not per step)."""
    professional: int = Field(0, ge=0, le=1000)
    """Ties per person to colleagues of the same role in other practices, in addition."""
    practices: Literal["none", "ring", "small_world", "random", "groups", "file"] = "none"
    """Ties between practices."""
    degree: int = Field(4, ge=2, le=10_000)
    """Ties per practice in ring, small_world and random; even."""
    small_world: Probability = 0.1
    """Rewiring probability of small_world (not per step)."""
    groups: int = Field(10, ge=1, le=1_000_000)
    """Practices per group, for groups."""
    column: str | None = None
    """With a workforce table: practices sharing this column's code are peers, instead of the above."""
    file: str | None = None
    """With practices = "file": a network file (a list of ties, GraphML, …); nodes named as practices."""


class Initial(Table):
    """What everybody believes at the start (none of these is per step)."""

    prior: Probability = 0.1
    """Probability that a person holds a view on an issue."""
    right: Probability = 0.5
    """Probability that a person's view is right."""
    memory: Probability = 0.0
    """Probability that an entry of a memory or guidance holds a view."""
    memory_right: Probability = 0.5
    """Probability that a memory's view is right."""
    assumption_right: Probability = 0.7
    """Probability that a practice's, a body's or a novice's assumption is right, per domain."""
    shared_culture: Probability = 0.9
    """Probability that a member of staff shares the practice's assumption."""


class Turnover(Table):
    """Who comes when somebody leaves (none of these is per step)."""

    experienced: Probability = 0.3
    """Share of newcomers who come from another post of the same role."""
    prior: Probability = 0.1
    """Probability that a novice holds a view on an issue."""


class Forgetting(Table):
    """How views decay, per issue and step."""

    staff: Rate = 0.0
    """Beliefs of staff."""
    practice: Rate = 0.01
    """Entries of a practice's memory."""
    service: Rate = 0.01
    """Entries of a body's guidance."""


class Record(Table):
    """What is kept of a run; changes no trajectory."""

    every: int = Field(1, ge=1, le=100_000)
    """Steps between observations; the last step is always recorded."""
    lessons: bool = False
    """Follow every lesson from the event to its end."""
    lessons_limit: int = Field(5_000_000, ge=0)
    """A run expected to bear more lessons is refused before it starts."""


class Kind(Table):
    """Practices that differ from the rest."""

    name: Name
    """Its name on figures and in dotted keys."""
    share: Probability
    """Share of the practices."""
    set: dict[str, Any] = {}
    """Values that replace the scenario's, by dotted key."""


class Intervention(Table):
    """A dated change, applied at the start of a step."""

    at: int = Field(ge=1)
    """The step from which it holds, 1 … steps."""
    title: str = ""
    """What it is called on figures."""
    set: dict[str, Any]
    """New values by dotted key; kinds.<name>.<key> changes a kind's."""


def as_plain(value: Any) -> Any:
    """Turn NumPy's numbers and arrays, and paths, into plain values, which strict tables accept."""
    if isinstance(value, dict):
        return {key: as_plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return (list if isinstance(value, list) else tuple)(map(as_plain, value))
    if isinstance(value, PurePath):
        return str(value)
    return value.tolist() if hasattr(value, "dtype") and hasattr(value, "tolist") else value
