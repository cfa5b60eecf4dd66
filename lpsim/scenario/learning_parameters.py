"""The tables of a scenario file on learning: how people judge and learn, by which routines and loops."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from lpsim.scenario.parameters import Probability, Rate, Table

Rule = Literal["superiors", "best", "majority"]


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
