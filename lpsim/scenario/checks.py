"""Keys of a scenario that contradict each other, one short check each."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from lpsim.scenario.evidence import problems as evidence_problems
from lpsim.scenario.keys import CHANGEABLE, OF_A_KIND, field_at, known_keys, matches, nearest, value_problem
from lpsim.scenario.own import TABLE, own_problem
from lpsim.scenario.parameters import OTHER_PRACTICES
from lpsim.scenario.settings import ever_above_zero, every_value, is_number
from lpsim.scenario.toml_files import leaves
from lpsim.scenario.units import refusal as unit_refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lpsim.scenario.scenario import Scenario


MOST_ISSUES_NK = 20
"""Issues of an NK landscape, whose greatest value is found by looking at all 2^M strings."""
SECONDS_NK = 0.2
"""What that takes at most."""


def contradictions(scenario: Scenario) -> list[str]:
    """Everything that is wrong although each key alone is right: dotted key, found, allowed."""
    return [problem for check in _CHECKS for problem in check(scenario)]


def _world(s: Scenario) -> Iterator[str]:
    world = s.world
    if world.domains > world.issues:
        yield f"world.domains: found {world.domains}; allowed is at most world.issues, {world.issues}"
    if world.issues % world.bundle:
        yield f"world.bundle: found {world.bundle}; allowed is a divisor of world.issues, {world.issues}"


def _roles(s: Scenario) -> Iterator[str]:
    if not s.roles:
        yield "roles: found none; allowed is at least one role with a headcount above 0"
    if len(s.roles) > 256:
        yield f"roles: found {len(s.roles)}; allowed is at most 256"


def _tiers(s: Scenario) -> Iterator[str]:
    tiers = s.population.tiers
    if not 1 <= len(tiers) <= 200:
        yield f"population.tiers: found {len(tiers) or 'none'}; allowed is at least one, at most 200"
        return
    last = tiers[-1]
    if last.count != 1 and not (s.population.workforce and last.column):
        yield (
            f"population.tiers.{last.name}.count: found {last.count}; allowed is 1 in the last tier: "
            "add a tier above it"
        )
    yield from _repeated("population.tiers", [tier.name for tier in tiers])


def _repeated(key: str, names: list[str]) -> Iterator[str]:
    for name, times in Counter(names).items():
        if times > 1:
            yield f"{key}: found the name {name!r} {times} times; allowed is once"


def _population(s: Scenario) -> Iterator[str]:
    if s.population.filter and not s.population.workforce:
        yield "population.filter: found without population.workforce; give the table whose rows it keeps"
    if s.population.practices == "file":
        if s.population.workforce:
            yield 'population.practices: found "file" beside population.workforce; remove one of the two'
        elif s.network.practices != "file":
            yield 'population.practices: found "file"; it needs network.practices = "file" and network.file'


def _network(s: Scenario) -> Iterator[str]:
    network = s.network
    given = s.population.practices
    practices = None if s.population.workforce or given == "file" else given
    if network.file and network.practices != "file":
        yield f'network.practices: found "{network.practices}"; allowed with network.file is "file"'
    if network.practices == "file" and not network.file:
        yield 'network.file: found none; network.practices = "file" needs the path of a network'
    if practices == 1:
        for key in ("rewire", "professional"):
            if getattr(network, key):
                yield f"network.{key}: found {getattr(network, key)}; allowed is 0 with one practice"
    yield from _staff_network(s)
    generated = network.practices in ("ring", "small_world", "random")
    if network.degree % 2:
        yield f"network.degree: found {network.degree}; allowed is an even number"
    elif generated and practices is not None and network.degree >= practices:
        yield (
            f"network.degree: found {network.degree}; allowed is less than population.practices, {practices}"
        )


_NEEDED_BY = {
    "staff_degree": ("ring", "small_world"),
    "staff_small_world": ("small_world",),
    "staff_rewired": ("small_world",),
    "staff_density": ("random",),
    "staff_file": ("file",),
}
"""Keys of staff networks, and the networks that read them."""


def _staff_network(s: Scenario) -> Iterator[str]:
    network = s.network
    for key, networks in _NEEDED_BY.items():
        value = getattr(network, key)
        if network.staff not in networks and value != type(network).model_fields[key].default:
            needed = " or ".join(f'"{name}"' for name in networks)
            yield f"network.{key}: found {value!r}; allowed is with network.staff = {needed} alone"
    if network.staff == "file" and not network.staff_file:
        yield 'network.staff_file: found none; network.staff = "file" needs the path of a network'
    if network.staff_degree % 2:
        yield f"network.staff_degree: found {network.staff_degree}; allowed is an even number"


def _landscape(s: Scenario) -> Iterator[str]:
    world, judgement = s.world, s.judgement
    if judgement.payoff != "nk":
        if world.nk != type(world.nk)():
            yield f'world.nk: found with payoff "{judgement.payoff}"; set judgement.payoff = "nk"'
        return
    place = 'with judgement.payoff = "nk"'
    if world.domains:
        yield f"world.domains: found {world.domains} {place}; allowed is 0"
    if world.issues > MOST_ISSUES_NK:
        seconds = 2.0 ** (world.issues - MOST_ISSUES_NK) * SECONDS_NK
        yield (
            f"world.issues: found {world.issues} {place}; allowed is at most {MOST_ISSUES_NK}, as all "
            f"2^{world.issues} strings are looked at (about {seconds:,.0f} seconds for each seed)"
        )
    if world.nk.partners == "distinct" and world.nk.k > world.issues - 1:
        yield f"world.nk.k: found {world.nk.k} distinct partners; allowed is at most {world.issues - 1}"
    for key, wanted in (("judgement.coverage", 1), ("world.turbulence", 0), ("world.upheaval", 0)):
        for value in every_value(s, key):
            if value != wanted:
                yield f"{key}: found {value!r} {place}; allowed is {wanted} at all times"


def _evidence(s: Scenario) -> Iterator[str]:
    yield from evidence_problems(s.evidence)


def _events(s: Scenario) -> Iterator[str]:
    """What analysis, revision and specialisation need."""
    meetings = "practice.discussion.meetings"
    if ever_above_zero(s, "practice.analysis.share") and not ever_above_zero(s, meetings):
        yield f"practice.analysis.share: found above 0 without meetings; set {meetings} above 0"
    recorded = "practice.codification.meetings", "practice.codification.rate"
    written = s.initial.memory > 0 or ever_above_zero(s, *recorded)
    written = written or ever_above_zero(s, "practice.analysis.share", "practice.analysis.record")
    if ever_above_zero(s, "practice.revision.rate") and not written:
        yield (
            "practice.revision.rate: found above 0, but nothing is ever written down; set "
            f"{recorded[0]} above 0"
        )
    if s.world.specialisation and not s.world.domains:
        yield "world.specialisation: found above 0 without domains; set world.domains above 0"


def _allocation(s: Scenario) -> Iterator[str]:
    timed = any(every_value(s, "protected_time.enabled"))
    if ever_above_zero(s, "protected_time.allocation_spread") and not timed:
        yield (
            "protected_time.allocation_spread: found above 0 without protected time; set "
            "protected_time.enabled = true"
        )
    slots = list(s.protected_time.allocation.model_dump().values())
    if sum(slots) != 20:
        yield f"protected_time.allocation: found slots that sum to {sum(slots)}; allowed is exactly 20"
    for kind in s.kinds:
        own = s.protected_time.allocation.model_dump()
        for key, value in kind.set.items():
            if key.startswith("protected_time.allocation."):
                own[key.rsplit(".", 1)[-1]] = value
        if all(is_number(value) for value in own.values()) and sum(own.values()) not in (20, sum(slots)):
            yield (
                f"kinds.{kind.name}.set.protected_time.allocation: found slots that sum to "
                f"{sum(own.values())}; allowed is exactly 20"
            )


def _double_loop(s: Scenario) -> Iterator[str]:
    if not s.world.domains:
        return
    rates = [
        rate
        for who in ("staff", "practice", "service")
        for rate in every_value(s, f"loops.double.{who}")
        if is_number(rate)
    ]
    most = s.world.issues // s.world.domains
    evidence = max(e for e in every_value(s, "loops.double.evidence") if is_number(e))
    if any(rate > 0 for rate in rates) and evidence > most:
        yield (
            f"loops.double.evidence: found {evidence}; allowed is at most floor(world.issues / "
            f"world.domains), {most}, where questioning is on"
        )


def _triple_loop(s: Scenario) -> Iterator[str]:
    reviews = any(is_number(r) and r > 0 for r in every_value(s, "loops.triple.review"))
    if reviews and not any(every_value(s, "protected_time.enabled")):
        yield "loops.triple.review: found above 0 without protected time; set protected_time.enabled = true"


def _kinds(s: Scenario) -> Iterator[str]:
    yield from _repeated("kinds", [kind.name for kind in s.kinds])
    total = sum(kind.share for kind in s.kinds)
    if total > 1 + 1e-9:
        yield f"kinds: found shares that sum to {total:g}; allowed is at most 1"
    for kind in s.kinds:
        if kind.name == OTHER_PRACTICES:
            yield f"kinds.{kind.name}.name: this name is kept for the practices of no kind; choose another"
        for key, value in kind.set.items():
            problem = _change_problem(s, key, value, OF_A_KIND, "a kind cannot set it")
            if problem:
                yield f"kinds.{kind.name}.set.{key}: {problem}"


def _interventions(s: Scenario) -> Iterator[str]:
    seen: set[tuple[int, str]] = set()
    for index, intervention in enumerate(s.interventions):
        place = f"interventions.{index}"
        if intervention.at > s.steps:
            yield (
                f"{place}.at: found {intervention.at}; allowed is at most steps, {s.steps}; let it begin "
                "earlier, or raise steps"
            )
        for key, value in intervention.set.items():
            problem = _intervention_problem(s, key, value)
            if problem:
                yield f"{place}.set.{key}: {problem}"
            if (intervention.at, key) in seen:
                yield f"{place}.set.{key}: changed twice at step {intervention.at}; keep one"
            seen.add((intervention.at, key))


def _intervention_problem(s: Scenario, key: str, value: Any) -> str | None:
    if not key.startswith("kinds."):
        return _change_problem(s, key, value, CHANGEABLE, "it cannot change during a run")
    _, name, *rest = key.split(".")
    names = [kind.name for kind in s.kinds]
    if name not in names:
        return f"no kind {name!r}; {nearest(name, names)}" if names else "the scenario has no kinds"
    own = ".".join(rest)
    fixed = None if matches(own, CHANGEABLE) else "it cannot change during a run"
    return _change_problem(s, own, value, OF_A_KIND, "a kind cannot set it") or fixed


def _change_problem(s: Scenario, key: str, value: Any, patterns: tuple[str, ...], refusal: str) -> str | None:
    inner = next(leaves(value, key), None) if isinstance(value, dict) else None
    if inner is not None:
        value = json.dumps(inner[1], default=str)
        return f'found a table; write keys whole and in quotes, as in "{inner[0]}" = {value}'
    field = field_at(type(s), key)
    if field is None:
        return f"no such key; {nearest(key, known_keys(type(s)))}"
    parts = key.split(".")
    if key.startswith(TABLE):
        return own_problem(s.own, key, value)
    if parts[0] == "roles" and len(parts) > 1 and parts[1] not in s.roles:
        return f"no role {parts[1]!r}; {nearest(parts[1], s.roles)}"
    if not matches(key, patterns):
        return refusal
    wrong = unit_refusal(type(s), key, value, s.step) if isinstance(value, str) else None
    return f"found {value!r}; {wrong}" if wrong else value_problem(field, value)


_CHECKS: tuple[Callable[[Scenario], Iterator[str]], ...] = (
    _world,
    _roles,
    _tiers,
    _population,
    _network,
    _landscape,
    _evidence,
    _events,
    _allocation,
    _double_loop,
    _triple_loop,
    _kinds,
    _interventions,
)
