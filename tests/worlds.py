"""Hand-made worlds: a few people whose vectors a test writes down, and single processes of them.

Vectors are written as strings, one character per issue or domain: ``"+0-"`` is (+1, 0, -1).
In a world made here every process is off by rate and on by occasion: one rate set to 1 makes one
process certain.
"""

from collections import Counter
from dataclasses import replace

import numpy as np
from plain_python import quicken_casts

from lpsim.engines.reference.model import LearningModel
from lpsim.engines.registry import Options, engine_named
from lpsim.model.counts import empty_counts, stack_of
from lpsim.model.jit import JIT
from lpsim.model.payoffs import Landscapes
from lpsim.model.schedule import SCHEDULE
from lpsim.model.state import Ties
from lpsim.population.build import build
from lpsim.population.specialisation import case_factors
from lpsim.runs.measures import MEASURES
from lpsim.runs.observations import Counted, Observations
from lpsim.scenario import Scenario

if not JIT:
    quicken_casts()

VALUE = {"+": 1, "0": 0, "-": -1}
SIGN = {value: sign for sign, value in VALUE.items()}

EVERYTHING_ON = {
    "world.issues": 70,
    "world.domains": 7,
    "world.turbulence": 0.02,
    "world.upheaval": 0.05,
    "world.tacit": 0.2,
    "world.specialisation": 0.5,
    "population.practices": 7,
    "population.spread": 0.5,
    "population.tiers": [
        {"name": "place", "count": 3, "reporting": 0.6},
        {"name": "region", "count": 2},
        {"name": "nation", "count": 1},
    ],
    "network.rewire": 0.1,
    "network.professional": 1,
    "network.practices": "ring",
    "network.degree": 2,
    "initial.prior": 0.5,
    "initial.memory": 0.3,
    "judgement.doubt": "guess",
    "judgement.coverage": 0.7,
    "practice.reflection.rate": 0.1,
    "practice.discussion.rate": 0.3,
    "practice.codification.rate": 0.2,
    "practice.codification.meetings": 0.6,
    "practice.socialisation.rate": 0.2,
    "practice.analysis.share": 0.6,
    "practice.analysis.rate": 0.5,
    "practice.analysis.record": 0.4,
    "practice.revision.rate": 0.2,
    "practice.trial.rate": 0.3,
    "roles.nurse.presence": 0.7,
    "service.networking.rate": 0.3,
    "service.networking.meetings": 0.6,
    "service.reporting.rate": 0.2,
    "service.reporting.share": 0.6,
    "service.guidance.rate": 0.2,
    "service.training.attendance": 0.3,
    "service.training.curriculum": 0.5,
    "loops.depth": 0.5,
    "loops.double.staff": 0.2,
    "loops.double.practice": 0.2,
    "loops.double.service": 0.2,
    "loops.triple.review": 2,
    "loops.triple.imitate": 0.5,
    "protected_time.enabled": True,
    "protected_time.share": 0.03,
    "protected_time.allocation_spread": 3,
    "turnover.experienced": 0.5,
    "forgetting.staff": 0.02,
    "kinds": [
        {"name": "learning", "share": 0.3, "set": {"practice.codification.rate": 0.6}},
        {"name": "restless", "share": 0.3, "set": {"roles.gp.turnover": 0.3}},
    ],
    "interventions": [{"at": 3, "set": {"practice.discussion.rate": 0.6, "loops.depth": 0.9}}],
}

ON_A_LANDSCAPE = {
    "judgement.payoff": "nk",
    "judgement.coverage": 1.0,
    "world.issues": 12,
    "world.domains": 0,
    "world.nk": {"k": 3, "partners": "replacement", "exponent": 5},
    "world.turbulence": 0.0,
    "world.upheaval": 0.0,
    "world.specialisation": 0.0,
}
"""What everything on must do without where issues depend on each other."""

QUIET = {
    "world.overlap": 0.5,
    "practice.reflection.rate": 0.0,
    "practice.reflection.noise": 0.0,
    "practice.discussion.rate": 0.0,
    "practice.discussion.meetings": 1.0,
    "practice.codification.rate": 0.0,
    "practice.codification.meetings": 1.0,
    "practice.socialisation.rate": 0.0,
    "service.networking.rate": 0.0,
    "service.networking.meetings": 1.0,
    "service.reporting.rate": 0.0,
    "service.reporting.share": 1.0,
    "service.guidance.rate": 0.0,
    "service.training.attendance": 1.0,
    "service.training.uptake": 0.0,
    "service.training.curriculum": 0.0,
    "turnover.experienced": 0.0,
    "forgetting.staff": 0.0,
    "forgetting.practice": 0.0,
    "forgetting.service": 0.0,
    "loops.depth": 1.0,
    "loops.double.evidence": 1,
}


def vector(text):
    """The int8 array of a written vector."""
    return np.array([VALUE[sign] for sign in text], dtype=np.int8)


def written(array):
    """A vector, or the rows of an array, as text."""
    array = np.asarray(array)
    if array.ndim == 1:
        return "".join(SIGN[int(value)] for value in array)
    return [written(row) for row in array]


def ties(size, pairs):
    """Mutual ties from pairs of indices."""
    peers = [set() for _ in range(size)]
    for one, other in pairs:
        peers[one].add(other)
        peers[other].add(one)
    offsets = np.cumsum([0, *(len(p) for p in peers)]).astype(np.int64)
    return Ties(offsets, np.array([j for p in peers for j in sorted(p)], dtype=np.int32))


def scenario(overrides=None, *, teams, roles, issues, domains, bodies=(1,)):
    """A quiet scenario with the sizes given; `roles` are names with what differs from the default."""
    most = Counter()
    for team in teams:
        most |= Counter(team)
    quiet = Scenario.model_validate(
        {
            "world": {"issues": issues, "domains": domains},
            "population": {
                "practices": len(teams),
                "spread": 0.0,
                "tiers": [{"name": f"tier {t}", "count": n} for t, n in enumerate(bodies)],
            },
            "roles": {name: {"headcount": most[name], **more} for name, more in roles.items()},
        }
    )
    return quiet.replace({**QUIET, **(overrides or {})})


def world(
    overrides=None,
    *,
    issues,
    domains=0,
    teams=(("staff",),),
    roles=None,
    bodies=(1,),
    staff=None,
    memory=None,
    guidance=None,
    staff_assumptions=None,
    assumptions=None,
    service_assumptions=None,
    reality=None,
    right=None,
    norm=None,
    tacit=None,
    staff_ties=None,
    practice_ties=(),
    kinds=None,
    allocation=None,
    agenda=None,
    landscape=None,
    seed=7,
    step=1,
):
    """A model of the people written down.

    By default reality and the right assumptions are all +1, the norm -1, nobody has a view, all
    assumptions are right, colleagues are tied to each other, and it is step 1.

    Parameters
    ----------
    overrides : dict, optional
        Dotted keys of the scenario.
    teams : sequence of sequences of str
        The roles of each practice's people, in the order of `roles`.
    staff, memory, guidance, … : sequences of str
        One vector per person, practice, body (bodies of all tiers, from the bottom).
    landscape : tuple, optional
        Of every issue its partners and its contributions, and the greatest value.
    """
    roles = roles or {"staff": {}}
    setting = scenario(overrides, teams=teams, roles=roles, issues=issues, domains=domains, bodies=bodies)
    people = build(setting, seed)
    structure, state = _cut(people.structure, people.state, teams)
    service = sum(bodies)
    if staff_ties is None:
        of = structure.staff_practice
        staff_ties = [(i, j) for j in range(len(of)) for i in range(j) if of[i] == of[j]]
    structure = replace(
        structure,
        norm=vector(norm or "-" * issues),
        tacit=vector(tacit or "0" * issues) != 0,
        staff_ties=ties(structure.staff, staff_ties),
        practice_ties=ties(structure.practices, practice_ties),
        practice_kind=np.array(kinds or [0] * len(teams), dtype=np.int32),
    )
    if landscape is not None:
        partners, table, greatest = (np.array(part, dtype=np.int64) for part in landscape)
        exponent = np.array(setting.world.nk.exponent)
        structure = replace(structure, landscape=Landscapes(partners, table, greatest, exponent))
    if setting.world.specialisation:
        posts = np.zeros((len(teams), len(structure.roles)), dtype=np.int64)
        np.add.at(posts, (structure.staff_practice, structure.staff_role), 1)
        factors = case_factors(setting, posts, structure.practice_kind)
        structure = replace(structure, case_factors=factors)
    state.step = step
    state.reality[:] = vector(reality or "+" * issues)
    state.right_assumptions[:] = vector(right or "+" * domains)
    _write(state.staff, staff, staff_assumptions)
    _write(state.practices, memory, assumptions)
    guidance = guidance or ["0" * issues] * service
    service_assumptions = service_assumptions or ["+" * domains] * service
    start = 0
    for tier, count in zip(state.service, bodies, strict=True):
        part = slice(start, start + count)
        _write(tier, guidance[part], service_assumptions[part])
        start += count
    if allocation is not None:
        state.allocation[:] = allocation
    if agenda is not None:
        state.agenda[:] = np.array([vector(items) for items in agenda])
    return LearningModel(setting, structure, state, seed=seed)


def _cut(structure, state, teams):
    """Keep only the posts that the teams name."""
    names = structure.roles
    wanted = [Counter(team) for team in teams]
    keep = []
    for row, (practice, role) in enumerate(zip(structure.staff_practice, structure.staff_role, strict=True)):
        number = int(structure.staff_uid[row]) & 0xFFFF
        if number < wanted[practice][names[role]]:
            keep.append(row)
    structure = replace(
        structure,
        staff_uid=structure.staff_uid[keep],
        staff_practice=structure.staff_practice[keep],
        staff_role=structure.staff_role[keep],
        first_staff=np.cumsum([0, *(len(team) for team in teams)]).astype(np.int64),
    )
    state.staff = type(state.staff)(state.staff.beliefs[keep].copy(), state.staff.assumptions[keep].copy())
    state.tenure = state.tenure[keep]
    state.performance = state.performance[keep]
    return structure, state


def _write(learners, beliefs, assumptions):
    rows, issues = learners.beliefs.shape
    domains = learners.assumptions.shape[1]
    beliefs = beliefs or ["0" * issues] * rows
    assumptions = assumptions or ["+" * domains] * rows
    learners.beliefs[:] = np.array([vector(b) for b in beliefs]).reshape(rows, issues)
    learners.assumptions[:] = np.array([vector(a) for a in assumptions]).reshape(rows, domains)


def perform(model, *names):
    """Single processes of the schedule, without snapshots between them."""
    for name in names:
        model.perform(next(process for process in SCHEDULE if process.name == name))


def changeover(model, *names):
    """A snapshot, then processes of phase A."""
    model.begin_phase()
    perform(model, *names)
    return model


def learning(model, *names, audited=None):
    """A snapshot, the audit (of the issues written, if given), acting, then processes of phases C, D."""
    model.begin_phase()
    model.audit()
    if audited is not None:
        model.audited[:] = vector(audited) != 0
        model.state.audited = int(model.audited.sum())
    perform(model, "acting", *names)
    return model


def staff_of(model):
    """The beliefs of everybody, as text."""
    return written(model.state.staff.beliefs)


def agendas(model):
    """What waits to be analysed in the practices, as text."""
    return written(model.state.agenda)


def memories(model):
    """The memories of the practices, as text."""
    return written(model.state.practices.beliefs)


def everything(model):
    """Copies of all that a run changes, by name."""
    state = model.state
    values = {
        "reality": state.reality,
        "right_assumptions": state.right_assumptions,
        "tenure": state.tenure,
        "allocation": state.allocation,
        "agenda": state.agenda,
        "performance": state.performance,
        "audited": np.array(state.audited),
    }
    for name, level in zip(("staff", "practices"), state.levels()[:2], strict=True):
        values[f"{name}.beliefs"], values[f"{name}.assumptions"] = level.beliefs, level.assumptions
    for tier, level in enumerate(state.service):
        values[f"service.{tier}.beliefs"] = level.beliefs
        values[f"service.{tier}.assumptions"] = level.assumptions
    return {name: value.copy() for name, value in values.items()}


def differing(one, other):
    """The names under which two copies of `everything` differ."""
    assert one.keys() == other.keys()
    return {name for name in one if not np.array_equal(one[name], other[name])}


def start(setting, seed):
    """A model of a scenario as it is."""
    people = build(setting, seed)
    return LearningModel(setting, people.structure, people.state, seed=seed)


def started(engine, scenario, seed, *, threads=None):
    """A run of an engine, asked for by its name, and the structure of its population."""
    people = build(scenario, seed)
    factory = engine_named(engine).make(scenario, Options(threads))
    return factory.start(people), people.structure


def counted(model, structure=None):
    """The counts of a model as it stands: one row."""
    counts = empty_counts(structure or model.structure, [model.state.step])
    model.observe(counts, 0)
    return counts


def seen(model):
    """What is observed of a model as it stands."""
    stacked = stack_of(counted(model))
    return Observations(model.settings.scenario, Counted(model.structure, stacked), 0)


def row_of(model):
    """The row of the series of a model as it stands."""
    return {name: seen(model).column(name).item() for name in ("step", *MEASURES)}
