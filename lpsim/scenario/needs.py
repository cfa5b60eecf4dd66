"""What settings need to act, and how to give it to them; `lpsim.scenario.idle` says which need what."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from lpsim.scenario.scenario import Scenario


@dataclass(frozen=True)
class Need:
    """What a setting needs to act: of the scenario as in force for some practice at some step."""

    met: Callable[[Scenario], bool]
    missing: str
    """What is the case where it is not met."""
    cure: str
    lasting: bool = False
    """Whether having been met earlier, or for other practices, is enough."""
    awaited: bool = False
    """Whether a file may hold settings for the day when it is met, such as a workforce table's columns."""


def of_entry(missing: str, cure: str, *, awaited: bool = False) -> Need:
    """What a role, a kind or a tier lacks, so that none of its settings can act."""
    return Need(lambda _: False, missing, cure, awaited=awaited)


# --- what settings need ----------------------------------------------------------------------------


def _reflects(s: Scenario) -> bool:
    return s.practice.reflection.rate > 0


def _analyses(s: Scenario) -> bool:
    return s.practice.analysis.share > 0 and s.practice.discussion.meetings > 0


def _takes_analyses(s: Scenario) -> bool:
    return s.practice.analysis.share > 0 and s.practice.analysis.rate > 0


def _listens(s: Scenario) -> bool:
    """Whether anything depends on what colleagues say in meetings, or how well they do."""
    return s.practice.discussion.rate > 0 or s.practice.trial.rate > 0


def _has_colleagues(s: Scenario) -> bool:
    return s.network.staff != "none" or s.network.professional > 0


def _speaks(s: Scenario) -> bool:
    hears = _listens(s) and s.practice.discussion.meetings > 0
    return hears or _records(s) or _analyses(s) or s.practice.revision.rate > 0


def _records(s: Scenario) -> bool:
    return s.practice.codification.rate > 0 and s.practice.codification.meetings > 0


def _reports(s: Scenario) -> bool:
    return s.service.reporting.rate > 0 and s.service.reporting.share > 0


def _reviews(s: Scenario) -> bool:
    return s.loops.triple.review > 0 and s.protected_time.enabled


def _questions(s: Scenario) -> bool:
    double = s.loops.double
    return max(double.staff, double.practice, double.service) > 0


def _memory_holds(s: Scenario) -> bool:
    return s.initial.memory > 0 or _records(s) or (_analyses(s) and s.practice.analysis.record > 0)


def _guidance_holds(s: Scenario) -> bool:
    return s.initial.memory > 0 or _reports(s)


def _assumptions_travel(s: Scenario) -> bool:
    return s.world.domains > 0 and s.loops.depth > 0


def _posts_fall_vacant(s: Scenario) -> bool:
    return any(role.turnover > 0 for role in s.roles.values())


def _has_peers(s: Scenario) -> bool:
    network, read = s.network, s.population.workforce is not None
    tied = network.practices != "none" and not (network.practices == "groups" and network.groups == 1)
    several = read or s.population.practices == "file" or s.population.practices > 1
    return (tied or (read and network.column is not None)) and several


def _asks_peers(s: Scenario) -> bool:
    networking = s.service.networking
    return (networking.rate > 0 and networking.meetings > 0) or (_reviews(s) and s.loops.triple.imitate > 0)


def _above_0(key: str, value: Callable[[Scenario], float]) -> Need:
    return Need(lambda s: value(s) > 0, f"{key} is 0", f"set {key} above 0")


DOMAINS = _above_0("world.domains", lambda s: s.world.domains)
BUNDLES = Need(
    lambda s: s.judgement.payoff == "bundles",
    "only the payoff of bundles asks for it",
    'set judgement.payoff = "bundles"',
)
LANDSCAPE = Need(
    lambda s: s.judgement.payoff == "nk",
    "only a landscape of issues (nk) asks for it",
    'set judgement.payoff = "nk"',
)
PARTNERS = _above_0("world.nk.k", lambda s: s.world.nk.k)
TIME = Need(
    lambda s: s.protected_time.enabled, "protected_time.enabled is false", "set protected_time.enabled = true"
)
TIME_SOMEWHERE = replace(TIME, lasting=True)  # a practice with protected time may copy one that has none
OTHER_SHARE = Need(
    lambda s: s.protected_time.share != s.protected_time.base,
    "protected_time.share is what protected_time.base says",
    "set another share",
)
REVIEWS = Need(
    _reviews,
    "no practice reviews its time",
    "set loops.triple.review above 0 and protected_time.enabled = true",
)
QUESTIONING = Need(
    lambda s: _questions(s) or _reviews(s),
    "nobody questions assumptions",
    "set loops.double.staff, .practice or .service above 0",
)
THRESHOLD = _above_0("loops.double.threshold", lambda s: s.loops.double.threshold)

REFLECTION = _above_0("practice.reflection.rate", lambda s: s.practice.reflection.rate)
DISCUSSION_RATE = _above_0("practice.discussion.rate", lambda s: s.practice.discussion.rate)
MEETINGS = _above_0("practice.discussion.meetings", lambda s: s.practice.discussion.meetings)
CODIFICATION_RATE = _above_0("practice.codification.rate", lambda s: s.practice.codification.rate)
RECORDING = _above_0("practice.codification.meetings", lambda s: s.practice.codification.meetings)
SOCIALISATION = _above_0("practice.socialisation.rate", lambda s: s.practice.socialisation.rate)
COLLEAGUES = Need(
    _has_colleagues,
    'nobody has colleagues to hear: network.staff is "none"',
    'set network.staff = "complete" or network.professional above 0',
)
COLLEAGUES_OR_ANALYSIS = replace(
    COLLEAGUES, met=lambda s: _has_colleagues(s) or s.practice.analysis.share > 0
)
HEARING = Need(_listens, "practice.discussion.rate is 0", "set that, or practice.trial.rate, above 0")
MEETING_FOR = Need(
    lambda s: _listens(s) or s.practice.analysis.share > 0,
    "nothing is done in meetings",
    "set practice.discussion.rate or practice.analysis.share above 0",
)
TAKING = replace(MEETING_FOR, met=lambda s: s.practice.discussion.rate > 0 or _takes_analyses(s))
LISTENING = replace(MEETING_FOR, met=lambda s: _listens(s) or _takes_analyses(s))
ANALYSIS_SHARE = _above_0("practice.analysis.share", lambda s: s.practice.analysis.share)
EVENTS = replace(REFLECTION, lasting=True)  # what came up waits for a meeting
SPEAKING = Need(
    _speaks,
    "what anybody says is neither heard nor written down",
    "set rate and meetings of practice.discussion or practice.codification above 0",
    lasting=True,  # colleagues in other practices hear it too
)

NETWORKING_RATE = _above_0("service.networking.rate", lambda s: s.service.networking.rate)
NETWORKING = _above_0("service.networking.meetings", lambda s: s.service.networking.meetings)
PEERS = Need(_has_peers, "practices have no peers", 'set network.practices = "groups" (or another network)')
ASKING_PEERS = Need(
    _asks_peers,
    "no practice learns from its peers",
    "set service.networking.meetings above 0, or loops.triple.imitate where practices review their time",
    awaited=True,
)
REPORTING_RATE = _above_0("service.reporting.rate", lambda s: s.service.reporting.rate)
REPORTS = Need(
    lambda s: s.service.reporting.share > 0 or any(tier.reporting for tier in s.population.tiers[:-1]),
    "service.reporting.share is 0",
    "set service.reporting.share above 0",
)
ATTENDANCE = _above_0("service.training.attendance", lambda s: s.service.training.attendance)
UPTAKE = _above_0("service.training.uptake", lambda s: s.service.training.uptake)

_RECORD = "set rate and meetings of practice.codification above 0, or initial.memory"
_REPORT = "set rate and share of service.reporting above 0, or initial.memory"
MEMORY = Need(_memory_holds, "no memory ever holds anything", _RECORD, lasting=True)
GUIDANCE = Need(_guidance_holds, "no guidance ever holds anything", _REPORT, lasting=True)
MEMORY_OR_ASSUMPTIONS = Need(
    lambda s: _memory_holds(s) or _assumptions_travel(s), MEMORY.missing, MEMORY.cure, lasting=True
)
GUIDANCE_OR_ASSUMPTIONS = Need(
    lambda s: _guidance_holds(s) or _assumptions_travel(s), GUIDANCE.missing, GUIDANCE.cure, lasting=True
)
STAGE_OF_MEMORY = Need(lambda s: _memory_holds(s) or _reviews(s), MEMORY.missing, MEMORY.cure, lasting=True)
INITIAL_MEMORY = _above_0("initial.memory", lambda s: s.initial.memory)
VIEWS = Need(
    lambda s: s.initial.prior > 0 or (s.turnover.prior > 0 and _posts_fall_vacant(s)),
    "nobody begins with a view",
    "set initial.prior above 0",
    lasting=True,
)
VACANCIES = Need(
    _posts_fall_vacant, "no post ever falls vacant", "set turnover of a role above 0", awaited=True
)

STAFF_TIES = Need(
    lambda s: s.network.staff != "none", "there are no ties to rewire", 'set network.staff = "complete"'
)
STAFF_DEGREE = Need(
    lambda s: s.network.staff in ("ring", "small_world"),
    "only a ring and a small world of staff have a degree",
    'set network.staff = "ring" or "small_world"',
)
STAFF_SMALL_WORLD = Need(
    lambda s: s.network.staff == "small_world",
    "only in a small world of staff are ties moved",
    'set network.staff = "small_world"',
)
UNCOUNTED = Need(
    lambda s: s.network.staff_rewired == 0,
    "network.staff_rewired says how many ties are moved",
    "leave that out",
)
STAFF_RANDOM = Need(
    lambda s: s.network.staff == "random",
    "only a random network of staff has a density",
    'set network.staff = "random"',
)
WITH_DEGREE = Need(
    lambda s: s.network.practices in ("ring", "small_world", "random"),
    "only a ring, a small world and a random network have a degree",
    'set network.practices = "ring", "small_world" or "random"',
)
SMALL_WORLD = Need(
    lambda s: s.network.practices == "small_world",
    "only a small world is rewired",
    'set network.practices = "small_world"',
)
GROUPS = Need(
    lambda s: s.network.practices == "groups", "there are no groups", 'set network.practices = "groups"'
)
TABLE = Need(
    lambda s: s.population.workforce is not None,
    "only a workforce table has columns",
    "give one (population.workforce)",
    awaited=True,
)
DRAWN = Need(
    lambda s: s.population.workforce is None,
    "practices are read from population.workforce",
    "leave that out, or use population.filter",
    awaited=True,
)
NO_COLUMN = Need(
    lambda s: s.population.workforce is None or s.network.column is None,
    "ties are read from the column network.column",
    "leave that out",
    awaited=True,
)
