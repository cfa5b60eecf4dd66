"""Settings that cannot act: which they are in a scenario, what each lacks, and how to give it that.

A setting whose needs are not met at any time, for any practice it could hold for, changes no number of
a run, save the columns that repeat how learning time is given. The converse is not promised: one whose
needs are met may still happen to change nothing.
"""

from __future__ import annotations

import json
import math
import warnings
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from lpsim.errors import IdleSettingWarning
from lpsim.scenario import needs
from lpsim.scenario.keys import OF_A_KIND, changed_key, matches
from lpsim.scenario.learning_parameters import Allocation
from lpsim.scenario.settings import Settings
from lpsim.scenario.toml_files import leaves

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lpsim.scenario.needs import Need
    from lpsim.scenario.parameters import Kind
    from lpsim.scenario.scenario import Scenario

_Times: TypeAlias = "list[tuple[int, list[Scenario]]]"
_last: list[tuple[Scenario, _Times]] = []
"""The scenario asked about last, and its times; one at most."""

_DISCUSSION = (needs.DISCUSSION_RATE, needs.MEETINGS, needs.COLLEAGUES)
_HEARING = (needs.HEARING, needs.MEETINGS)
_ANALYSIS = (needs.MEETINGS, needs.EVENTS)
_NETWORKING = (needs.PEERS, needs.MEMORY_OR_ASSUMPTIONS)
_GUIDANCE = (needs.MEMORY_OR_ASSUMPTIONS, needs.GUIDANCE_OR_ASSUMPTIONS)
_TIES = (needs.ASKING_PEERS, needs.NO_COLUMN)

NEEDS: Mapping[str, tuple[Need, ...]] = {
    "world.overlap": (needs.DOMAINS,),
    "world.upheaval": (needs.DOMAINS,),
    "world.bundle": (needs.BUNDLES,),
    "world.tacit": (needs.STAGE_OF_MEMORY,),
    "world.specialisation": (needs.REFLECTION,),
    "world.nk.k": (needs.LANDSCAPE,),
    "world.nk.partners": (needs.LANDSCAPE, needs.PARTNERS),
    "world.nk.exponent": (needs.LANDSCAPE,),
    "population.practices": (needs.DRAWN,),
    "population.spread": (needs.DRAWN,),
    "population.practice": (needs.TABLE,),
    "population.patients": (needs.TABLE,),
    "population.tiers.*.column": (needs.TABLE,),
    "population.tiers.*.reporting": (needs.REPORTING_RATE, needs.MEMORY, needs.GUIDANCE),
    "roles.*.voice": (needs.SPEAKING,),
    "roles.*.experience": (needs.REFLECTION,),
    "roles.*.discussion": (needs.MEETINGS, needs.TAKING, needs.COLLEAGUES_OR_ANALYSIS),
    "roles.*.socialisation": (needs.SOCIALISATION, needs.MEMORY_OR_ASSUMPTIONS),
    "roles.*.presence": (needs.MEETINGS, needs.LISTENING, needs.COLLEAGUES_OR_ANALYSIS),
    "roles.*.column": (needs.TABLE,),
    "roles.*.people": (needs.TABLE,),
    "network.staff": _HEARING,
    "network.staff_degree": (needs.STAFF_DEGREE, *_HEARING),
    "network.staff_small_world": (needs.STAFF_SMALL_WORLD, needs.UNCOUNTED, *_HEARING),
    "network.staff_rewired": (needs.STAFF_SMALL_WORLD, *_HEARING),
    "network.staff_density": (needs.STAFF_RANDOM, *_HEARING),
    "network.staff_file": _HEARING,
    "network.rewire": (*_HEARING, needs.STAFF_TIES),
    "network.professional": _HEARING,
    "network.practices": _TIES,
    "network.degree": (needs.WITH_DEGREE, *_TIES),
    "network.small_world": (needs.SMALL_WORLD, *_TIES),
    "network.groups": (needs.GROUPS, *_TIES),
    "network.file": _TIES,
    "network.column": (needs.TABLE, needs.ASKING_PEERS),
    "initial.right": (needs.VIEWS,),
    "initial.memory_right": (needs.INITIAL_MEMORY,),
    "initial.assumption_right": (needs.DOMAINS,),
    "initial.shared_culture": (needs.DOMAINS,),
    "judgement.standard": (needs.DOMAINS,),
    "practice.reflection.noise": (needs.REFLECTION,),
    "practice.discussion.rate": (needs.MEETINGS, needs.COLLEAGUES),
    "practice.discussion.meetings": (needs.MEETING_FOR, needs.COLLEAGUES_OR_ANALYSIS),
    "practice.discussion.rule": _DISCUSSION,
    "practice.codification.rate": (needs.RECORDING,),
    "practice.codification.meetings": (needs.CODIFICATION_RATE,),
    "practice.socialisation.rate": (needs.MEMORY_OR_ASSUMPTIONS,),
    "practice.analysis.share": _ANALYSIS,
    "practice.analysis.rate": (needs.ANALYSIS_SHARE, *_ANALYSIS),
    "practice.analysis.record": (needs.ANALYSIS_SHARE, *_ANALYSIS),
    "service.networking.rate": (needs.NETWORKING, *_NETWORKING),
    "service.networking.meetings": (needs.NETWORKING_RATE, *_NETWORKING),
    "service.networking.rule": (needs.NETWORKING, needs.NETWORKING_RATE, *_NETWORKING),
    "service.reporting.rate": (needs.REPORTS, needs.MEMORY),
    "service.reporting.share": (needs.REPORTING_RATE, needs.MEMORY),
    "service.guidance.rate": _GUIDANCE,
    "service.training.attendance": (needs.UPTAKE, *_GUIDANCE),
    "service.training.uptake": (needs.ATTENDANCE, *_GUIDANCE),
    "service.training.curriculum": (needs.VACANCIES, needs.MEMORY, needs.GUIDANCE),
    "loops.depth": (needs.DOMAINS,),
    "loops.double.staff": (needs.DOMAINS, needs.THRESHOLD),
    "loops.double.practice": (needs.DOMAINS, needs.THRESHOLD),
    "loops.double.service": (needs.DOMAINS, needs.THRESHOLD),
    "loops.double.threshold": (needs.DOMAINS, needs.QUESTIONING),
    "loops.double.evidence": (needs.DOMAINS, needs.QUESTIONING, needs.THRESHOLD),
    "loops.triple.review": (needs.TIME,),
    "loops.triple.imitate": (needs.REVIEWS,),
    "protected_time.share": (needs.TIME,),
    "protected_time.base": (needs.TIME,),
    "protected_time.half": (needs.TIME,),
    "protected_time.service_load": (needs.TIME, needs.OTHER_SHARE, needs.REFLECTION),
    **{
        f"protected_time.allocation.{routine}": (needs.TIME_SOMEWHERE,) for routine in Allocation.model_fields
    },
    "turnover.experienced": (needs.VACANCIES,),
    "turnover.prior": (needs.VACANCIES,),
    "forgetting.practice": (needs.MEMORY,),
    "forgetting.service": (needs.MEMORY, needs.GUIDANCE),
}
"""What a setting needs to act, by dotted key, all of it; a key that is not here always acts."""

OF_THE_SERVICE = (
    "service.reporting.share",
    "service.guidance.rate",
    "loops.double.threshold",
    "loops.double.evidence",
)
"""Keys that kinds of practices may set, and that bodies of the service read as well."""
_OFF = (0, "none", None)
"""What asks for nothing, so that nothing is missing."""


BLANK = (
    "the file changes nothing, so everything has its default; give it keys (`lpsim schema` lists them), or "
    'let it begin with extends = "learning_practice" (`lpsim scenarios` lists what ships)'
)
"""Said of a scenario of a file without a value."""


def idle_settings(scenario: Scenario) -> list[str]:
    """A sentence, without its full stop, for each setting that was given and cannot act.

    Given is what the scenario's file says itself, judged as the file stands and as it was changed, and
    what was changed (``--set``, `Scenario.replace`).
    """
    told = [
        f"{key} = {json.dumps(value, ensure_ascii=False)} changes nothing: {reason}"
        for key, value, changed in _given(scenario)
        if (reason := why_idle(scenario, key, in_file=not changed))
    ]
    if scenario.given.blank and not scenario.given.changed:
        told.append(BLANK)
    given = {key.rpartition(".")[0] for key, _, _ in _given(scenario)}
    return told + [
        f"interventions.{number}.set = {{}} changes nothing: it has no keys; give it some, or leave it out"
        for number, change in enumerate(scenario.interventions)
        if not change.set and f"interventions.{number}" in given
    ]


def asks_for_nothing(key: str, value: Any) -> bool:
    """Whether a value switches off what a key can switch on; not so of a kind or at a date."""
    return value in _OFF and changed_key(key) is None


def warn_of_idle_settings(scenario: Scenario, *, stacklevel: int) -> None:
    """Warn of each setting that was given and cannot act, where a function so far up was called."""
    for sentence in idle_settings(scenario):
        warnings.warn(f"{sentence}.", IdleSettingWarning, stacklevel=stacklevel + 1)


def why_idle(scenario: Scenario, key: str, *, in_file: bool = False) -> str | None:
    """Why a setting cannot act, and what would let it; None where it can, or the key leads nowhere.

    Parameters
    ----------
    scenario : Scenario
        As a whole.
    key : str
        A dotted key, also of a kind (``kinds.<name>.<key>``) or an intervention
        (``interventions.<number>.set.<key>``).
    in_file : bool
        Whether it stands in a file, which may hold settings for another use of it.
    """
    try:
        place = _place(scenario, key)
    except LookupError:
        return None
    lacking = [*_lacking_entry(scenario, place), *_lacking(scenario, place)]
    told = (need for need in lacking if not (in_file and need.awaited))
    return next((f"{need.missing}; {need.cure}" for need in told), None)


class _Place(NamedTuple):
    """Where and when a setting holds."""

    key: str
    """As of the scenario as a whole."""
    kind: str | None
    """The kind of practices it is for, where it is for one."""
    since: int
    """The first step from which it can act."""


def _given(scenario: Scenario) -> Iterator[tuple[str, Any, bool]]:
    """Key, value, and whether it was changed on the way, of what was given for a scenario."""
    given = scenario.given
    for values, changed in ((given.file, False), (given.changed, True)):
        for key, value in leaves(values):
            if not asks_for_nothing(key, value):
                yield key, value, changed


def _place(scenario: Scenario, key: str) -> _Place:
    parts, since = key.split("."), 0
    if parts[0] == "interventions" and changed_key(key):
        since = scenario.interventions[int(parts[1])].at
        parts = parts[3:]
    if parts[0] != "kinds":
        return _Place(".".join(parts), None, since)
    name = _named(scenario.kinds, parts[1])
    return _Place(changed_key(".".join(parts)) or key, name, since)


def _named(entries: Any, part: str) -> str:
    """The name of an entry of an array of tables that is called by name or counted from 0."""
    for number, entry in enumerate(entries):
        if part in (entry.name, str(number)):
            return str(entry.name)
    raise LookupError(part)


def _lacking(scenario: Scenario, place: _Place) -> Iterator[Need]:
    """The needs of a setting that are not met while and where it holds."""
    holders = _holders(scenario, place)
    if not holders:
        cure = f"set kinds.{scenario.kinds[0].name}.{place.key}"
        yield needs.of_entry("all practices are of kinds that have their own", cure)
    parts = place.key.split(".")
    if parts[0] == "roles" or parts[:2] == ["population", "tiers"]:
        parts[-2] = "*"
    wanted = NEEDS.get(".".join(parts), ())
    if wanted:
        always = list(_in_force(scenario, range(len(scenario.kinds) + 1), 0))
        there = list(_in_force(scenario, holders, place.since))
        for need in wanted:
            if not any(map(need.met, always if need.lasting else there)):
                yield need


def _holders(scenario: Scenario, place: _Place) -> list[int]:
    """For whom a setting holds: practices of no kind and the service (0), and kinds, counted from 1."""
    kinds = list(enumerate(scenario.kinds, start=1))
    if place.kind is not None:
        return [number for number, kind in kinds if kind.name == place.kind]
    of_practices = matches(place.key, OF_A_KIND) and place.key not in OF_THE_SERVICE
    rest = [] if of_practices and _all_are_of_kinds(scenario) else [0]
    return rest + [number for number, kind in kinds if place.key not in kind.set and _members(scenario, kind)]


def _in_force(scenario: Scenario, holders: Sequence[int], since: int) -> Iterator[Scenario]:
    """The scenario as in force for some practices, at each time from a step on."""
    numbers = [n for n in holders if n == 0 or _members(scenario, scenario.kinds[n - 1])]
    for until, by_kind in _times(scenario):
        if until > since:
            yield from (by_kind[number] for number in numbers)


def _times(scenario: Scenario) -> _Times:
    """The step at which each time ends, and the scenario as in force until then, as `Settings.by_kind`.

    Those of the last scenario are kept: mostly it is asked about one key after the other.
    """
    for last, known in _last:
        if last is scenario:
            return known
    settings, times = Settings(scenario), []
    dates = sorted({0, *(change.at for change in scenario.interventions)})
    for at, until in zip(dates, [*dates[1:], scenario.steps + 1], strict=True):
        settings.advance(at)
        times.append((until, list(settings.by_kind)))
    _last[:] = [(scenario, times)]
    return times


def _members(scenario: Scenario, kind: Kind) -> float:
    """How many practices are of a kind; of a workforce table, which share."""
    if scenario.population.workforce is not None:
        return kind.share
    practices = scenario.population.practices
    return kind.share if practices == "file" else math.floor(kind.share * practices + 0.5)


def _all_are_of_kinds(scenario: Scenario) -> bool:
    population = scenario.population
    members = sum(_members(scenario, kind) for kind in scenario.kinds)
    return population.workforce is None and population.practices != "file" and members >= population.practices


def _lacking_entry(scenario: Scenario, place: _Place) -> Iterator[Need]:
    """What the kind, the role or the tier that a setting is of lacks."""
    *table, key = place.key.split(".")
    if place.kind is not None and table[:1] != ["kinds"]:
        kind = next(kind for kind in scenario.kinds if kind.name == place.kind)
        if not _members(scenario, kind):
            yield needs.of_entry("no practice is of this kind", f"raise kinds.{kind.name}.share")
    if table[:1] == ["roles"] and key != "headcount" and table[1] not in scenario.roles:
        yield needs.of_entry(f"nobody has the role {table[1]}", "give it a headcount", awaited=True)
    if table[:2] == ["population", "tiers"]:
        yield from _lacking_tier(scenario, _named(scenario.population.tiers, table[2]), key)


def _lacking_tier(scenario: Scenario, name: str, key: str) -> Iterator[Need]:
    tiers = scenario.population.tiers
    column = next(tier.column for tier in tiers if tier.name == name)
    if key == "reporting" and name == tiers[-1].name:
        yield needs.of_entry("nobody is above the last tier", "add a tier above it")
    if key == "count" and scenario.population.workforce is not None and column:
        yield needs.of_entry(
            f"bodies are read from the column {column}", "leave the column out", awaited=True
        )
