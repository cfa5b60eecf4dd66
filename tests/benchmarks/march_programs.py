"""March's model (1991) as others would write it: in NumPy run by run, and side by side; in Mesa; in AgentPy.

All follow the rules of March's program, as `configs/march1991.toml` does: people act (a coin where they hold
no view), take over a step towards the code, and the code follows the majority of those who did better.
Each function gives the knowledge of the code at the end of so many runs.
"""

import random

import mesa
import numpy as np

PEOPLE, ISSUES = 50, 30
BESIDE = 50
"""Runs side by side: of 10, 50 and 200 the fastest."""


# --- NumPy, run by run: arrays of (people, issues) --------------------------------------------------


def run_by_run(p1, p2, *, steps, runs, seed):
    rng = np.random.Generator(np.random.SFC64(seed))
    return np.array([_one_run(rng, p1, p2, steps) for _ in range(runs)])


def _one_run(rng, p1, p2, steps):
    reality = rng.choice((-1.0, 1.0), ISSUES)
    beliefs = rng.integers(-1, 2, (PEOPLE, ISSUES)).astype(float)
    code = np.zeros(ISSUES)
    for _ in range(steps):
        actions = beliefs.copy()
        doubt = np.flatnonzero(beliefs == 0)
        actions.ravel()[doubt] = 2 * rng.integers(0, 2, len(doubt)) - 1
        superior = actions @ reality > code @ reality
        votes = superior @ actions
        majority = np.sign(votes)
        changes = (majority != code) & (rng.random(ISSUES) < 1 - (1 - p2) ** np.abs(votes))
        taken = (code != 0) & (rng.random((PEOPLE, ISSUES)) < p1)
        beliefs += taken * np.sign(code - beliefs)
        code = np.where(changes, majority, code)
    return code @ reality / ISSUES


# --- NumPy, runs side by side: arrays of (runs, people, issues) -------------------------------------


def side_by_side(p1, p2, *, steps, runs, seed):
    """The fastest we could write: octets, one matrix product for all, numbers drawn only where they count."""
    rng = np.random.Generator(np.random.SFC64(seed))
    return np.concatenate([_beside(rng, p1, p2, steps, BESIDE) for _ in range(runs // BESIDE)])


def _beside(rng, p1, p2, steps, runs):
    reality = (2 * rng.integers(0, 2, (runs, ISSUES, 1), dtype=np.int8) - 1).astype(np.float32)
    beliefs = rng.integers(-1, 2, (runs, PEOPLE, ISSUES), dtype=np.int8)
    code = np.zeros((runs, 1, ISSUES), dtype=np.int8)
    by_lead = (1 - (1 - p2) ** np.arange(PEOPLE + 1)).astype(np.float32)
    every_belief, every_code = beliefs.reshape(-1), code.reshape(-1)
    for _ in range(steps):
        acts = beliefs.copy()
        doubt = np.flatnonzero(every_belief == 0)
        acts.reshape(-1)[doubt] = 2 * rng.integers(0, 2, len(doubt), dtype=np.int8) - 1
        actions = acts.astype(np.float32)
        superior = (actions @ reality > code.astype(np.float32) @ reality).astype(np.float32)
        votes = (superior.transpose(0, 2, 1) @ actions).reshape(-1).astype(np.int8)
        majority = np.sign(votes)
        turns = np.flatnonzero(majority != every_code)
        turns = turns[rng.random(len(turns), np.float32) < by_lead[np.abs(votes[turns])]]
        taken = np.flatnonzero((beliefs != code) & (code != 0))
        taken = taken[rng.random(len(taken), np.float32) < np.float32(p1)]
        of_code = taken // (PEOPLE * ISSUES) * ISSUES + taken % ISSUES
        every_belief[taken] += np.sign(every_code[of_code] - every_belief[taken])
        every_code[turns] = majority[turns]
    return (code.astype(np.float32) @ reality).reshape(-1) / ISSUES


# --- agents with lists, in Mesa and in AgentPy ------------------------------------------------------


class Person:
    """What a person does, whatever the framework."""

    def begin(self):
        self.beliefs = [random.choice((-1, 0, 1)) for _ in range(ISSUES)]

    def act(self, reality):
        self.actions = [belief or random.choice((-1, 1)) for belief in self.beliefs]
        self.performance = sum(action * real for action, real in zip(self.actions, reality, strict=True))

    def learn(self, code, p1):
        for issue, held in enumerate(code):
            belief = self.beliefs[issue]
            if held and belief != held and random.random() < p1:
                self.beliefs[issue] += 1 if held > belief else -1


class Organization:
    """A step of all its people, whatever the framework."""

    def begin(self, p1, p2):
        self.p1, self.p2 = p1, p2
        self.reality = [random.choice((-1, 1)) for _ in range(ISSUES)]
        self.code = [0] * ISSUES

    def advance(self, people):
        people.act(self.reality)
        best = self.knowledge()
        superior = [person for person in people if person.performance > best]
        people.learn(self.code, self.p1)
        self.code = [self._turned(issue, held, superior) for issue, held in enumerate(self.code)]

    def _turned(self, issue, held, superior):
        votes = sum(person.actions[issue] for person in superior)
        majority = (votes > 0) - (votes < 0)
        turns = majority != held and random.random() < 1 - (1 - self.p2) ** abs(votes)
        return majority if turns else held

    def knowledge(self):
        return sum(held * real for held, real in zip(self.code, self.reality, strict=True))


class MesaPerson(Person, mesa.Agent):
    def __init__(self, model):
        super().__init__(model)
        self.begin()


class MesaModel(Organization, mesa.Model):
    def __init__(self, p1, p2):
        super().__init__()
        self.begin(p1, p2)
        MesaPerson.create_agents(self, PEOPLE)

    def act(self, reality):
        self.agents.do("act", reality)

    def learn(self, code, p1):
        self.agents.do("learn", code, p1)

    def __iter__(self):
        return iter(self.agents)

    def step(self):
        self.advance(self)


def in_mesa(p1, p2, *, steps, runs, seed):
    random.seed(seed)
    known = []
    for _ in range(runs):
        model = MesaModel(p1, p2)
        for _ in range(steps):
            model.step()
        known.append(model.knowledge() / ISSUES)
        mesa.Agent._ids.pop(model, None)  # else Mesa keeps the model alive
    return np.array(known)


def in_agentpy(p1, p2, *, steps, runs, seed):
    """With AgentPy 0.1.5, the last there is; ImportError without it."""
    import agentpy

    class AgentPyPerson(Person, agentpy.Agent):
        def setup(self):
            self.begin()

    class AgentPyModel(Organization, agentpy.Model):
        def setup(self):
            self.begin(self.p["p1"], self.p["p2"])
            self.people = agentpy.AgentList(self, PEOPLE, AgentPyPerson)

        def step(self):
            self.advance(self.people)

    random.seed(seed)
    known = []
    for _ in range(runs):
        model = AgentPyModel({"p1": p1, "p2": p2, "steps": steps})
        model.run(display=False)
        known.append(model.knowledge() / ISSUES)
    return np.array(known)
