"""Hypothesis strategies for small scenarios that are valid by construction: nothing is filtered away."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from lpsim.model.payoffs import PAYOFFS
from lpsim.model.peer_rules import PEER_RULES
from lpsim.scenario import Scenario

SEEDS = st.integers(0, 2**64 - 1)
PROBABILITIES = st.sampled_from([0.0, 0.25, 0.5, 1.0]) | st.floats(0, 1)
ABOVE_0 = st.sampled_from([0.25, 0.5, 1.0]) | st.floats(0.01, 1)
FACTORS = st.sampled_from([0.0, 1.0, 2.0]) | st.floats(0, 3)
RULES = st.sampled_from(list(PEER_RULES))
ISSUES = st.sampled_from([1, 2, 12, 63, 64, 65]) | st.integers(1, 70)
"""Around 64, where one machine word ends and the next begins."""

ROLES = ("gp", "nurse", "direct_care", "administration")
TIERS = ("board", "region", "nation")
KINDS = ("learning practice", "quiet practice")
ROUTINES = ("reflection", "discussion", "codification", "questioning", "outreach")

OF_BOTH: dict[str, st.SearchStrategy[Any]] = {
    "practice.reflection.rate": PROBABILITIES,
    "practice.reflection.noise": PROBABILITIES,
    "practice.discussion.rate": PROBABILITIES,
    "practice.discussion.meetings": PROBABILITIES,
    "practice.codification.rate": PROBABILITIES,
    "practice.codification.meetings": PROBABILITIES,
    "practice.socialisation.rate": PROBABILITIES,
    "practice.analysis.share": PROBABILITIES,
    "practice.analysis.rate": PROBABILITIES,
    "practice.analysis.record": PROBABILITIES,
    "practice.revision.rate": PROBABILITIES,
    "practice.trial.rate": PROBABILITIES,
    "loops.double.staff": PROBABILITIES,
    "loops.double.practice": PROBABILITIES,
    "loops.double.threshold": PROBABILITIES,
    "loops.triple.imitate": PROBABILITIES,
    "protected_time.share": PROBABILITIES,
    "service.reporting.share": PROBABILITIES,
    "service.networking.rate": PROBABILITIES,
    "service.networking.meetings": PROBABILITIES,
    "service.guidance.rate": PROBABILITIES,
}
"""Keys that kinds and interventions may set, beside those of roles."""
OF_INTERVENTIONS: dict[str, st.SearchStrategy[Any]] = {
    **OF_BOTH,
    "loops.depth": PROBABILITIES,
    "loops.double.service": PROBABILITIES,
    "turnover.experienced": PROBABILITIES,
    "turnover.prior": PROBABILITIES,
    "forgetting.staff": PROBABILITIES,
    "forgetting.practice": PROBABILITIES,
    "forgetting.service": PROBABILITIES,
    "service.reporting.rate": PROBABILITIES,
    "service.training.attendance": PROBABILITIES,
    "service.training.uptake": PROBABILITIES,
    "service.training.curriculum": PROBABILITIES,
    "judgement.coverage": PROBABILITIES,
    "world.turbulence": PROBABILITIES,
    "world.upheaval": PROBABILITIES,
    "protected_time.enabled": st.booleans(),
}
NOT_ON_LANDSCAPES = ("judgement.coverage", "world.turbulence", "world.upheaval")
OF_KINDS: dict[str, st.SearchStrategy[Any]] = {
    **OF_BOTH,
    "loops.double.evidence": st.just(1),
    "protected_time.base": st.floats(0.005, 0.5),
    "protected_time.half": st.floats(0.005, 0.5),
    "protected_time.service_load": PROBABILITIES,
}


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """Small scenarios over every rule, payoff, standard, network, loop and kind of change."""
    world = draw(_worlds())
    landscape = draw(st.sampled_from([False, False, False, True]))
    if landscape:
        world = draw(_landscapes())
    practices = draw(st.integers(1, 4))
    roles = draw(_roles())
    timed = draw(st.booleans())
    kinds = draw(_kinds(tuple(roles), timed=timed))
    steps = draw(st.integers(1, 4))
    keys = {**OF_INTERVENTIONS}
    if landscape:
        keys = {key: value for key, value in keys.items() if key not in NOT_ON_LANDSCAPES}
    return Scenario.model_validate(
        {
            "steps": steps,
            "world": world,
            "population": {
                "practices": practices,
                "spread": draw(st.sampled_from([0.0, 0.7])),
                "tiers": draw(_tiers()),
            },
            "roles": roles,
            "kinds": kinds,
            "network": draw(_networks(practices)),
            "initial": draw(
                _probabilities(
                    "prior", "right", "memory", "memory_right", "assumption_right", "shared_culture"
                )
            ),
            "judgement": {
                "standard": draw(st.sampled_from(["own", "reality"])),
                "payoff": "nk" if landscape else draw(st.sampled_from([p for p in PAYOFFS if p != "nk"])),
                "doubt": draw(st.sampled_from(["abstain", "guess"])),
                "coverage": 1.0 if landscape else draw(PROBABILITIES),
            },
            "practice": draw(_learning_in_practices()),
            "service": draw(_learning_in_the_service()),
            "loops": draw(_loops(world, timed=timed)),
            "protected_time": draw(_times(enabled=timed)),
            "turnover": draw(_probabilities("experienced", "prior")),
            "forgetting": draw(_probabilities("staff", "practice", "service")),
            "record": {"every": draw(st.integers(1, 3))},
            "interventions": draw(_interventions(steps, tuple(roles), kinds, keys)),
        }
    )


def _probabilities(*names: str) -> st.SearchStrategy[dict[str, float]]:
    return st.fixed_dictionaries(dict.fromkeys(names, PROBABILITIES))


@st.composite
def _worlds(draw: st.DrawFn) -> dict[str, Any]:
    issues = draw(ISSUES)
    return {
        "issues": issues,
        "domains": draw(st.sampled_from([0, 1, issues]) | st.integers(0, issues)),
        "bundle": draw(st.sampled_from([n for n in range(1, issues + 1) if issues % n == 0])),
        **draw(_probabilities("overlap", "turbulence", "upheaval", "tacit")),
    }


@st.composite
def _landscapes(draw: st.DrawFn) -> dict[str, Any]:
    issues = draw(st.integers(1, 9))
    partners = draw(st.sampled_from(["replacement", "distinct"]))
    most = issues - 1 if partners == "distinct" else 10
    landscape = {
        "k": draw(st.integers(0, most)),
        "partners": partners,
        "exponent": draw(st.integers(1, 9)),
    }
    return {"issues": issues, "domains": 0, "nk": landscape, **draw(_probabilities("overlap", "tacit"))}


@st.composite
def specialised(draw: st.DrawFn) -> Scenario:
    """Small scenarios in which roles meet cases of their own domains, and nobody is asked to meet all."""
    roles = {
        name: {
            "headcount": draw(st.integers(1, 4)),
            "experience": draw(st.sampled_from([0.0, 0.5, 1.0, 2.0])),
        }
        for name in ROLES[: draw(st.integers(1, len(ROLES)))]
    }
    issues = draw(ISSUES)
    return Scenario.model_validate(
        {
            "steps": 4,
            "world": {
                "issues": issues,
                "domains": draw(st.integers(1, issues)),
                "specialisation": draw(PROBABILITIES),
            },
            "population": {"practices": draw(st.integers(1, 4)), "spread": 0.0},
            "roles": roles,
            "practice": {
                **draw(_learning_in_practices()),
                "reflection": {"rate": draw(st.floats(0, 0.014)), "noise": draw(PROBABILITIES)},
            },
            "record": {"lessons": draw(st.booleans())},
        }
    )


@st.composite
def _tiers(draw: st.DrawFn) -> list[dict[str, Any]]:
    tiers = []
    for name in TIERS[: draw(st.integers(0, 2))]:
        tier: dict[str, Any] = {"name": name, "count": draw(st.integers(1, 3))}
        if draw(st.booleans()):
            tier["reporting"] = draw(PROBABILITIES)
        tiers.append(tier)
    return [*tiers, {"name": "health service"}]


@st.composite
def _roles(draw: st.DrawFn) -> dict[str, Any]:
    role = st.fixed_dictionaries(
        {
            "headcount": st.sampled_from([1, 2, 3]) | st.floats(0.2, 3.5),
            "turnover": PROBABILITIES,
            "voice": PROBABILITIES,
            "experience": FACTORS,
            "discussion": FACTORS,
            "socialisation": FACTORS,
            "presence": PROBABILITIES,
        }
    )
    return {name: draw(role) for name in ROLES[: draw(st.integers(1, len(ROLES)))]}


@st.composite
def _networks(draw: st.DrawFn, practices: int) -> dict[str, Any]:
    shapes = ["none", "groups"]
    if practices > 2:
        shapes += ["ring", "small_world", "random"]
    network: dict[str, Any] = {
        **draw(_staff_networks()),
        "practices": draw(st.sampled_from(shapes)),
        "degree": 2,
        "small_world": draw(PROBABILITIES),
        "groups": draw(st.integers(1, 4)),
    }
    if practices > 1:
        network |= {"rewire": draw(PROBABILITIES), "professional": draw(st.integers(0, 2))}
    return network


@st.composite
def _staff_networks(draw: st.DrawFn) -> dict[str, Any]:
    shape = draw(st.sampled_from(["complete", "complete", "none", "line", "ring", "small_world", "random"]))
    keys: dict[str, Any] = {"staff": shape}
    if shape in ("ring", "small_world"):
        keys["staff_degree"] = draw(st.sampled_from([2, 4]))
    if shape == "small_world":
        keys["staff_small_world"] = draw(PROBABILITIES)
    if shape == "random":
        keys["staff_density"] = draw(PROBABILITIES)
    return keys


@st.composite
def _learning_in_practices(draw: st.DrawFn) -> dict[str, Any]:
    meetings = draw(ABOVE_0)  # what is analysed needs one
    return {
        "learning_step": draw(st.sampled_from(["direct", "gradual"])),
        "reflection": draw(_probabilities("rate", "noise")),
        "discussion": {**draw(_probabilities("rate")), "meetings": meetings, "rule": draw(RULES)},
        "codification": {"rate": draw(ABOVE_0), "meetings": draw(ABOVE_0)},  # as has what is revised
        "socialisation": draw(_probabilities("rate")),
        "analysis": draw(_probabilities("share", "rate", "record")),
        "revision": draw(_probabilities("rate")),
        "trial": draw(_probabilities("rate")),
    }


@st.composite
def _learning_in_the_service(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "networking": {**draw(_probabilities("rate", "meetings")), "rule": draw(RULES)},
        "reporting": draw(_probabilities("rate", "share")),
        "guidance": draw(_probabilities("rate")),
        "training": draw(_probabilities("attendance", "uptake", "curriculum")),
    }


@st.composite
def _loops(draw: st.DrawFn, world: dict[str, Any], *, timed: bool) -> dict[str, Any]:
    most = world["issues"] // world["domains"] if world["domains"] else 3
    evidence = draw(st.integers(1, min(3, most)))
    return {
        "depth": draw(PROBABILITIES),
        "double": {
            **draw(_probabilities("staff", "practice", "service", "threshold")),
            "evidence": evidence,
        },
        "triple": {
            "review": draw(st.integers(0, 3)) if timed else 0,
            "imitate": draw(PROBABILITIES),
        },
    }


@st.composite
def _times(draw: st.DrawFn, *, enabled: bool) -> dict[str, Any]:
    cuts = sorted(draw(st.lists(st.integers(0, 20), min_size=4, max_size=4)))
    slots = [high - low for low, high in zip([0, *cuts], [*cuts, 20], strict=True)]
    return {
        "enabled": enabled,
        "share": draw(PROBABILITIES),
        "base": draw(st.floats(0.005, 0.5)),
        "half": draw(st.floats(0.005, 0.5)),
        "service_load": draw(PROBABILITIES),
        "allocation_spread": draw(st.integers(0, 9)) if enabled else 0,
        "allocation": dict(zip(ROUTINES, slots, strict=True)),
    }


def _with_roles(
    keys: dict[str, st.SearchStrategy[Any]], roles: tuple[str, ...]
) -> dict[str, st.SearchStrategy[Any]]:
    of_roles: dict[str, st.SearchStrategy[Any]] = {}
    for role in roles:
        of_roles |= {f"roles.{role}.{key}": PROBABILITIES for key in ("turnover", "voice", "presence")}
        for key in ("experience", "discussion", "socialisation"):
            of_roles[f"roles.{role}.{key}"] = FACTORS
    return {**keys, **of_roles}


@st.composite
def _changes(draw: st.DrawFn, keys: dict[str, st.SearchStrategy[Any]], *, fewest: int) -> dict[str, Any]:
    chosen = st.lists(st.sampled_from(sorted(keys)), min_size=fewest, max_size=4, unique=True)
    return {key: draw(keys[key]) for key in draw(chosen)}


@st.composite
def _kinds(draw: st.DrawFn, roles: tuple[str, ...], *, timed: bool) -> list[dict[str, Any]]:
    keys = _with_roles(OF_KINDS, roles)
    if timed:
        keys["loops.triple.review"] = st.integers(0, 3)
        keys["protected_time.allocation_spread"] = st.integers(0, 9)
    kinds, left = [], 1.0
    for name in KINDS[: draw(st.integers(0, len(KINDS)))]:
        share = draw(st.sampled_from([0.0, 0.5, 1.0])) * left
        left -= share
        kinds.append({"name": name, "share": share, "set": draw(_changes(keys, fewest=0))})
    return kinds


@st.composite
def _interventions(
    draw: st.DrawFn,
    steps: int,
    roles: tuple[str, ...],
    kinds: list[dict[str, Any]],
    plain: dict[str, st.SearchStrategy[Any]],
) -> list[dict[str, Any]]:
    keys = _with_roles(plain, roles)
    for kind in kinds:
        keys |= {f"kinds.{kind['name']}.{k}": v for k, v in _with_roles(OF_BOTH, roles).items()}
    # One a step at most, so that no key is changed twice at one step.
    dates = draw(st.lists(st.integers(1, steps), max_size=3, unique=True))
    return [{"at": at, "set": draw(_changes(keys, fewest=1))} for at in dates]


def examples(number: int):
    return settings(
        max_examples=number,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
