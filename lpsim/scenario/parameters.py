"""The tables of a scenario file: every key with its default, its range and what it means."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, WrapValidator
from pydantic_core import PydanticCustomError

from lpsim.scenario.keys import PER_STEP

Probability = Annotated[float, Field(ge=0, le=1)]
"""Of an event, or a share: not per step."""
Rate = Annotated[float, Field(ge=0, le=1), PER_STEP]
"""A probability per step; a scenario file may write it with its unit, as in "12 %/year"."""
Name = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[^.\r\n]+$")]
"""A name stands inside dotted keys, so it holds no dot."""
Rule = Literal["superiors", "best", "majority"]

OTHER_PRACTICES = "other practices"
"""The name of the practices that no kind takes."""


def _one_problem(value: Any, check: Any) -> Any:
    """Tell of a value that fits none of several kinds once, and not once for each kind."""
    try:
        return check(value)
    except ValidationError:
        raise PydanticCustomError("no_kind", "fits nothing that is allowed") from None


class Table(BaseModel):
    """A frozen table that refuses unknown keys."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, allow_inf_nan=False, use_attribute_docstrings=True
    )


class Landscape(Table):
    """An NK landscape of interdependent issues, for payoff = "nk" (Lazer & Friedman 2007)."""

    k: int = Field(5, ge=0, le=10)
    """Partners of an issue, on which its contribution depends beside its own value."""
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


class Judgement(Table):
    """How actions are judged."""

    standard: Literal["own", "reality"] = "own"
    """By what a judge counts success: what looks right through its own assumptions, or reality."""
    payoff: Literal["score", "matches", "bundles", "nk"] = "score"
    """Right minus wrong actions, right actions, complete bundles of right actions, or an NK landscape."""
    doubt: Literal["abstain", "guess"] = "abstain"
    """What a person without a view does."""
    coverage: Rate = 1.0
    """Probability per issue and step that it is audited."""


class Reflection(Table):
    """Learning from one's own experience."""

    rate: Rate = 0.03
    """Probability per person, issue and step of reflecting on a case."""
    noise: Probability = 0.15
    """Probability that the signal is reversed."""


class Discussion(Table):
    """Learning from peers."""

    rate: Probability = 0.10
    """Probability per person and issue, in a step with a meeting, of taking what the peers say."""
    meetings: Rate = 0.5
    """Probability that a practice meets in a step."""
    rule: Rule = "superiors"
    """Whom a person listens to."""


class Codification(Table):
    """The practice learns from its staff."""

    rate: Probability = 0.05
    """Probability of one vote's majority being written down (March's p2)."""
    meetings: Rate = 0.1
    """Probability that a practice records in a step."""


class Socialisation(Table):
    """Staff learn from the practice's memory."""

    rate: Rate = 0.05
    """Probability per person, issue and step (March's p1)."""


class Analysis(Table):
    """Significant events are analysed when the practice meets."""

    share: Probability = 0.0
    """Probability that an event on the agenda is analysed at a meeting (not per step)."""
    rate: Probability = 0.5
    """Probability per person present of taking what was analysed (not per step)."""
    record: Probability = 0.0
    """Probability that what was analysed is written into the memory (not per step)."""


class Revision(Table):
    """Unlearning: the practice strikes out what its staff no longer stand by."""

    rate: Rate = 0.0
    """Probability per entry of the memory and step of being looked at."""


class Trial(Table):
    """One's own small change, where nobody better was heard."""

    rate: Rate = 0.0
    """Probability per person and step of trying the opposite on one issue."""


class PracticeTable(Table):
    """Learning within a practice."""

    learning_step: Literal["direct", "gradual"] = "direct"
    """Jump to the value taken, or move one step of -1, 0, +1 towards it."""
    reflection: Reflection = Reflection()
    discussion: Discussion = Discussion()
    codification: Codification = Codification()
    socialisation: Socialisation = Socialisation()
    analysis: Analysis = Analysis()
    revision: Revision = Revision()
    trial: Trial = Trial()


class Networking(Table):
    """Practices learn from peer practices."""

    rate: Probability = 0.10
    """Probability per issue, in a step in which the practice takes part."""
    meetings: Rate = 0.0
    """Probability that a practice takes part in its network in a step."""
    rule: Rule = "superiors"
    """Which practices it listens to."""


class Reporting(Table):
    """The wider service learns from practices."""

    rate: Probability = 0.02
    """Probability of one report's majority being taken up."""
    share: Rate = 0.01
    """Probability that a practice reports in a step."""


class Guidance(Table):
    """Practices learn from the wider service."""

    rate: Rate = 0.01
    """Probability per issue and step."""


class Training(Table):
    """Courses run from the top tier's guidance."""

    attendance: Rate = 0.0
    """Probability that a person attends a course in a step."""
    uptake: Probability = 0.3
    """Probability per issue, of those who attend."""
    curriculum: Probability = 0.0
    """Probability per issue that a novice was taught it (not per step)."""


class Service(Table):
    """Learning between practices and the wider health service."""

    networking: Networking = Networking()
    reporting: Reporting = Reporting()
    guidance: Guidance = Guidance()
    training: Training = Training()


class DoubleLoop(Table):
    """Questioning governing assumptions."""

    staff: Rate = 0.0
    """Probability per person, domain and step."""
    practice: Rate = 0.0
    """The same for a practice."""
    service: Rate = 0.0
    """The same for a body of the service."""
    threshold: float = Field(0.5, ge=0, le=1)
    """An assumption is reversed where less than this share of the views held is right (a share)."""
    evidence: int = Field(3, ge=1, le=1024)
    """Audited views needed in a domain."""


class TripleLoop(Table):
    """Learning how to learn."""

    review: int = Field(0, ge=0, le=100_000)
    """Steps between reviews of a practice's allocation of time; 0: off; needs protected time."""
    imitate: Probability = 0.0
    """Probability that a review copies the best neighbour instead of diagnosing."""


class Loops(Table):
    """The two outer loops."""

    depth: Probability = 0.2
    """How much slower assumptions travel than beliefs (a factor)."""
    double: DoubleLoop = DoubleLoop()
    triple: TripleLoop = TripleLoop()


_Slots = Annotated[int, Field(ge=0, le=20)]


class Allocation(Table):
    """Twentieths of the learning time per routine; they sum to 20."""

    reflection: _Slots = 4
    """Learning from one's own experience."""
    discussion: _Slots = 4
    """Meetings in which staff learn from each other."""
    codification: _Slots = 4
    """Writing down what was learned."""
    questioning: _Slots = 4
    """Questioning governing assumptions."""
    outreach: _Slots = 4
    """Networking with peer practices, and reporting."""


ROUTINES = tuple(Allocation.model_fields)
"""What a practice divides its learning time over."""


class ProtectedTime(Table):
    """Working time set aside for learning."""

    enabled: bool = False
    """Whether time governs how intensely a practice learns."""
    share: float = Field(0.02, ge=0, le=1)
    """Share of working time set aside."""
    base: float = Field(0.02, ge=1e-6, lt=1)
    """The share learning gets today: at share = base all intensities are 1."""
    half: float = Field(0.005, ge=1e-6, le=1)
    """Time share at which a routine reaches half its intensity."""
    service_load: Probability = 1.0
    """How much of the lost service time is lost experience (a factor)."""
    allocation: Allocation = Allocation()
    allocation_spread: int = Field(0, ge=0, le=1000)
    """Random moves of a single slot that each practice's first allocation is made by."""


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
    """Turn NumPy scalars into Python's, so that strict tables accept them."""
    return value.item() if hasattr(value, "item") and not hasattr(value, "__len__") else value
