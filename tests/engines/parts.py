"""Both engines opened up: every part of the state can be read and poisoned, and one process performed.

`problems` says where a process does otherwise than it declares in `lpsim.model.schedule`. Kernels of the
compiled engine are called one by one, which only plain Python can (NUMBA_DISABLE_JIT=1).
"""

import copy
import json
from dataclasses import replace
from functools import lru_cache

import numpy as np
from worlds import EVERYTHING_ON, start, started

from lpsim.engines.compiled import changeover, events, phases, reform
from lpsim.engines.compiled.arrays import BitPlanes, swapped
from lpsim.engines.compiled.packing import packed, words_of
from lpsim.model.schedule import SCHEDULE, Level, Part, Phase
from lpsim.scenario import Scenario

SCENARIO = Scenario().replace(
    {
        **EVERYTHING_ON,
        "population.practices": 5,
        "population.tiers": [{"name": "place", "count": 3, "reporting": 0.9}, {"name": "nation"}],
        "world.issues": 20,
        "world.domains": 5,
        "world.turbulence": 0.1,
        "world.upheaval": 0.2,
        "world.specialisation": 0.2,
        "practice.discussion.meetings": 0.3,
        "loops.depth": 1.0,
        "loops.double.evidence": 1,
        "loops.double.service": 0.5,
        "loops.triple.review": 1,
        "forgetting.practice": 0.1,
        "forgetting.service": 0.1,
        "protected_time.share": 0.1,
        "service.reporting.rate": 0.5,
        "service.guidance.rate": 0.5,
        "service.training.attendance": 0.6,
        "interventions": [],
        **{f"roles.{role}.turnover": 0.3 for role in ("gp", "nurse", "administration")},
    }
)
SEEDS = range(1, 7)
STEPS = 2
"""Simulated before the step in which a process is looked at."""
BELIEFS = {Part.STAFF_BELIEFS: 0, Part.MEMORIES: 1, Part.GUIDANCE: 2}
ASSUMPTIONS = {Part.STAFF_ASSUMPTIONS: 0, Part.PRACTICE_ASSUMPTIONS: 1, Part.SERVICE_ASSUMPTIONS: 2}
VECTORS = {**BELIEFS, **ASSUMPTIONS}
"""Parts of learners, with their level: as they were at the snapshot, and as they are now."""


# --- what is put in the place of a part -----------------------------------------------------------


def signs(random, shape):
    return random.choice(np.array([-1, 1], dtype=np.int8), shape)


def bits(random, shape):
    return random.random(shape) < 0.5


def standings(random, shape):
    return random.integers(-9, 10, shape)


def allocations(random, practices):
    """Twentieths over five routines, anyhow."""
    cuts = np.sort(random.integers(0, 21, (practices, 4)), axis=1)
    edges = np.hstack([np.zeros((practices, 1), int), cuts, np.full((practices, 1), 20)])
    return np.diff(edges, axis=1).astype(np.int8)


def vectors(random, part, shape, tacit):
    """Views or assumptions; nothing on tacit issues where they would be written."""
    if part in ASSUMPTIONS:
        return signs(random, shape)
    views = random.integers(-1, 2, shape).astype(np.int8)
    if part is not Part.STAFF_BELIEFS:
        views[:, tacit] = 0
    return views


# --- the reference engine -------------------------------------------------------------------------


class Reference:
    """The reference engine in the middle of a step, right before a process."""

    def __init__(self, process, seed):
        self.model = model = start(SCENARIO, seed)
        for _ in range(STEPS):
            model.step()
        model.state.step += 1
        phase = None
        for other in SCHEDULE:
            if other.phase is not phase:
                phase = other.phase
                model.begin_phase()
            if other.name == process.name:
                break
            self.perform(other)
        self.staff, self.practices = (list(model.learners[x]) for x in (Level.STAFF, Level.PRACTICE))
        self.bodies = [*self.practices, *model.learners[Level.SERVICE]]
        self.learners = [*self.staff, *self.bodies]

    def perform(self, process):
        if process.name == "acting":
            self.model.audit()
        self.model.perform(process)

    def _arrays(self, part, owner):
        levels = ([owner.staff], [owner.practices], owner.service)
        name = "beliefs" if part in BELIEFS else "assumptions"
        return [getattr(level, name) for level in levels[VECTORS[part]]]

    def _coins(self):
        """What everybody guesses where they hold no view."""
        return [np.where(person.before.beliefs == 0, person.actions, 1) for person in self.staff]

    def _toss(self, coins):
        for person, own in zip(self.staff, coins, strict=True):
            person.actions = np.where(person.before.beliefs != 0, person.before.beliefs, own)

    def poison(self, part, random, *, before, now):
        model, state, coins = self.model, self.model.state, self._coins()
        if part in VECTORS:
            for wanted, owner in ((before, model.before), (now, state)):
                for array in self._arrays(part, owner) if wanted else ():
                    array[:] = vectors(random, part, array.shape, model.structure.tacit)
            self._toss(coins)
        elif part is Part.ALLOCATION:
            for wanted, owner in ((before, model.before), (now, state)):
                if wanted:
                    owner.allocation[:] = allocations(random, len(state.allocation))
            model._refresh_rates()
        elif part is Part.AGENDA:
            for wanted, owner in ((before, model.before), (now, state)):
                if wanted:
                    owner.agenda[:] = random.integers(-1, 2, state.agenda.shape)
        elif now:
            self._poison_alone(part, random)

    def _poison_alone(self, part, random):
        model, state, issues = self.model, self.model.state, len(self.model.state.reality)
        if part is Part.REALITY:
            state.reality[:] = signs(random, issues)
        elif part is Part.RIGHT_ASSUMPTIONS:
            state.right_assumptions[:] = signs(random, len(state.right_assumptions))
        elif part is Part.TENURE:
            state.tenure[:] = random.integers(0, 99, len(state.tenure))
        elif part is Part.AUDIT:
            model.audited = bits(random, issues)
            state.audited = int(model.audited.sum())
        elif part is Part.STANDARDS:
            for body in self.bodies:
                body._standard = (body._standard[0], signs(random, issues))
        elif part is Part.GUESSES:
            self._toss(signs(random, (len(self.staff), issues)))
        elif part is Part.SPEAKERS:
            for learner, speaks in zip(self.learners, bits(random, len(self.learners)), strict=True):
                learner.speaks = bool(speaks)
        elif part is Part.MEETINGS:
            for practice, meets in zip(self.practices, bits(random, len(self.practices)), strict=True):
                practice.meets = bool(meets)
        elif part is Part.PRESENCE:
            for person, present in zip(self.staff, bits(random, len(self.staff)), strict=True):
                person.present = bool(present)
        elif part is Part.EVENTS:
            for practice in self.practices:
                practice.raised = random.integers(-1, 2, issues).astype(np.int8)
        else:
            assert part is Part.PERFORMANCE
            for learner, standing in zip(self.learners, standings(random, len(self.learners)), strict=True):
                learner.standing = int(standing)
            for body, performance in zip(self.bodies, standings(random, len(self.bodies)), strict=True):
                body.performance = int(performance)
            for practice in self.practices:
                practice.standing_sums = standings(random, len(practice.standing_sums)).tolist()

    def read(self, part):
        if part in VECTORS:
            return copy.deepcopy(self._arrays(part, self.model.state))
        state = self.model.state
        found = {
            Part.REALITY: lambda: [state.reality],
            Part.RIGHT_ASSUMPTIONS: lambda: [state.right_assumptions],
            Part.TENURE: lambda: [state.tenure],
            Part.ALLOCATION: lambda: [state.allocation],
            Part.AUDIT: lambda: [self.model.audited],
            Part.STANDARDS: lambda: [body._standard[1] for body in self.bodies],
            Part.GUESSES: self._coins,
            Part.SPEAKERS: lambda: [[learner.speaks for learner in self.learners]],
            Part.MEETINGS: lambda: [[practice.meets for practice in self.practices]],
            Part.PRESENCE: lambda: [[person.present for person in self.staff]],
            Part.EVENTS: lambda: [practice.raised for practice in self.practices],
            Part.AGENDA: lambda: [state.agenda],
            Part.PERFORMANCE: lambda: [
                [learner.standing for learner in self.learners],
                [body.performance for body in self.bodies],
                [practice.standing_sums for practice in self.practices],
            ],
        }
        return [np.array(values) for values in found[part]()]

    def close(self):
        self.model.close()


# --- the compiled engine --------------------------------------------------------------------------

PAIRS = {
    Part.AGENDA: (("agenda_before", "agenda_yes_before"), ("agenda", "agenda_yes")),
    Part.EVENTS: ((), ("raised", "raised_yes")),
}
"""The planes of what practices put on their agendas: as it was at the snapshot, and as it is now."""


class Compiled:
    """The compiled engine in the middle of a step, right before a process; as plain Python."""

    def __init__(self, process, seed):
        self.engine, planes = _stages(seed)
        self.planes = BitPlanes(*(array.copy() for array in planes[process.name]))
        self.allocation_before = self.planes.allocation.copy()
        self.rates, self.fixed = self.engine.rates, self.engine.fixed
        fixed = self.fixed
        self.levels = [
            slice(fixed.staff),
            slice(fixed.staff, fixed.staff + fixed.practices),
            slice(fixed.staff + fixed.practices, None),
        ]

    def perform(self, process):
        _perform(self.engine, self.rates, self.planes, process.name, self.allocation_before)

    def _arrays(self, part, when):
        if part in BELIEFS:
            return [
                getattr(self.planes, f"{name}{when}")[self.levels[BELIEFS[part]]] for name in ("held", "yes")
            ]
        return [getattr(self.planes, f"assume{when}")[self.levels[ASSUMPTIONS[part]]]]

    def poison(self, part, random, *, before, now):
        planes = self.planes
        if part in VECTORS:
            size = SCENARIO.world.issues if part in BELIEFS else SCENARIO.world.domains
            for when in ("_before",) * before + ("",) * now:
                arrays = self._arrays(part, when)
                values = vectors(random, part, (len(arrays[0]), size), self.engine.structure.tacit)
                for array, words in zip(arrays, packed(values)[-len(arrays) :], strict=True):
                    array[:] = words
        elif part is Part.ALLOCATION:
            if before:
                self.allocation_before[:] = allocations(random, len(planes.allocation))
            if now:
                planes.allocation[:] = allocations(random, len(planes.allocation))
                self._refresh_rates()
        elif part in PAIRS:
            for wanted, names in zip((before, now), PAIRS[part], strict=True):
                if wanted and names:
                    self._poison_pair(names, random)
        elif now:
            for array in self._alone(part):
                array[:] = self._poisoned(part, array, random)

    def _poison_pair(self, names, random):
        """Values of -1, 0 and +1 for two planes: where there is one, and where it is +1."""
        practices, issues = len(self.planes.agenda), SCENARIO.world.issues
        values = random.integers(-1, 2, (practices, issues)).astype(np.int8)
        for name, words in zip(names, packed(values), strict=True):
            getattr(self.planes, name)[:] = words

    def _poisoned(self, part, array, random):
        if part is Part.PERFORMANCE:
            return standings(random, array.shape)
        if part is Part.TENURE:
            return random.integers(0, 99, array.shape)
        if array.dtype == np.bool_:
            return bits(random, array.shape)
        size = SCENARIO.world.domains if part is Part.RIGHT_ASSUMPTIONS else SCENARIO.world.issues
        return words_of(bits(random, (*array.shape[:-1], size)))

    def _refresh_rates(self):
        maker, planes, fixed = self.engine.workspace.rate_maker, self.planes, self.fixed
        planes.rate_row[:] = maker.rows(planes.allocation[None])[0]
        roles = len(self.engine.structure.roles)
        planes.staff_rate_row[:] = planes.rate_row[fixed.practice] * roles + fixed.role
        self.rates = maker.rates(self.engine._settings)

    def _alone(self, part):
        names = {
            Part.REALITY: ("reality",),
            Part.RIGHT_ASSUMPTIONS: ("right",),
            Part.TENURE: ("tenure",),
            Part.ALLOCATION: ("allocation",),
            Part.AUDIT: ("audited",),
            Part.STANDARDS: ("standard",),
            Part.GUESSES: ("coins",),
            Part.SPEAKERS: ("speaks",),
            Part.MEETINGS: ("meets",),
            Part.PRESENCE: ("present",),
            Part.EVENTS: PAIRS[Part.EVENTS][1],
            Part.AGENDA: PAIRS[Part.AGENDA][1],
            Part.PERFORMANCE: ("standing", "performance", "standing_sums"),
        }
        return [getattr(self.planes, name) for name in names[part]]

    def read(self, part):
        return copy.deepcopy(self._arrays(part, "") if part in VECTORS else self._alone(part))

    def close(self):
        pass


@lru_cache
def _stages(seed):
    """An engine, and its planes right before each process of a step."""
    engine, _ = started("compiled", SCENARIO, seed)
    for _ in range(STEPS):
        engine.advance()
    engine.step += 1
    planes, stages, phase = engine.planes, {}, None
    for process in SCHEDULE:
        if process.phase is not phase and process.phase is Phase.LEARNING:
            planes = swapped(planes)
            phases.begin(planes, 0, len(engine.fixed.uid))
            for practice in range(engine.fixed.practices):
                events.begin_agenda(engine.fixed, planes, practice)
        phase = process.phase
        stages[process.name] = BitPlanes(*(array.copy() for array in planes))
        _perform(engine, engine.rates, planes, process.name, planes.allocation.copy())
    return engine, stages


def _perform(engine, rates, planes, name, allocation_before):
    fixed, step, workspace = engine.fixed, engine.step, engine.workspace
    (scratch,), everybody = workspace.scratches, (fixed, rates, planes, step)
    if name == "turbulence":
        changeover.turbulence(*everybody)
    elif name == "turnover":
        phases.leave_all(*everybody, 0, fixed.practices)
        phases.come_all(*everybody, 0, fixed.practices)
    elif name == "forgetting":
        phases.forget_all(*everybody, 0, fixed.practices)
        phases.forget_service(*everybody)
    elif name == "acting":
        phases.act_service(*everybody)
        phases.act_all(*everybody, 0, fixed.practices)
    elif name == "reform":
        for practice in range(fixed.practices):
            reform.reform(*everybody, practice, allocation_before, workspace.large_scratch)
    else:
        phases.one_process(*everybody, phases.NUMBERS[name], scratch, workspace.large_scratch)


# --- what is found --------------------------------------------------------------------------------


def problems(opened, process):
    """Where a process reads or writes what it does not declare, in words."""
    found = set()
    for seed in SEEDS:
        expected, _ = _outcome(opened, process, seed, ())
        undeclared = [part for part in Part if part not in process.reads]
        outcome, written = _outcome(opened, process, seed, undeclared, stale=process.phase is Phase.LEARNING)
        found |= {f"writes {part.value}" for part in written}
        if _differ(outcome, expected):
            culprits = [part for part in undeclared if _matters(opened, process, seed, part)]
            found |= {f"reads {part.value}" for part in culprits} or {"reads what others wrote in this step"}
    return sorted(found)


def reads(opened, process, part):
    """Whether a part makes a difference to what a process writes."""
    return any(_matters(opened, process, seed, part) for seed in SEEDS)


def writes(opened, process, part):
    """Whether a process changes a part."""
    others = replace(process, writes=tuple(other for other in process.writes if other is not part))
    return any(part in _outcome(opened, others, seed, ())[1] for seed in SEEDS)


def _matters(opened, process, seed, part):
    return _differ(*(_outcome(opened, process, seed, parts)[0] for parts in ((), (part,))))


def _outcome(opened, process, seed, parts, *, stale=False):
    """What a process writes where some parts are poisoned; and the parts it writes beside.

    A part that it writes is poisoned at the snapshot only, since it starts from how that stands. With
    `stale`, so is how everything else stands by now: only the snapshot may be read.
    """
    engine = opened(process, seed)
    for part in Part:
        now = part not in process.writes and (part in parts or (stale and part in VECTORS))
        random = np.random.default_rng([seed, *part.value.encode()])
        engine.poison(part, random, before=part in parts, now=now)
    others = [part for part in Part if part not in process.writes]
    were = [engine.read(part) for part in others]
    engine.perform(process)
    are = [engine.read(part) for part in others]
    outcome = [engine.read(part) for part in process.writes]
    engine.close()
    return outcome, [part for part, one, two in zip(others, were, are, strict=True) if _differ([one], [two])]


def _differ(one, other):
    return not all(
        np.array_equal(a, b) for x, y in zip(one, other, strict=True) for a, b in zip(x, y, strict=True)
    )


DECEITFUL = next(
    replace(process, reads=(Part.STAFF_BELIEFS,), writes=(Part.STAFF_BELIEFS,))
    for process in SCHEDULE
    if process.name == "discussion"
)
"""Discussion, had its declaration left out most of what it reads and writes."""


def print_problems_of_the_compiled_engine():
    """As JSON, by the name of the process; last, those of a declaration that is wrong."""
    found = {process.name: problems(Compiled, process) for process in SCHEDULE}
    for process in SCHEDULE:
        missing = [part for part in process.writes if not writes(Compiled, process, part)]
        found[process.name] += [f"does not write {part.value}" for part in missing]
    print(json.dumps({**found, "deceitful": problems(Compiled, DECEITFUL)}))
