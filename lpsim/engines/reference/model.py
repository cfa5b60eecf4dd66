"""The Mesa model: it holds the world, asks the agents through the schedule, and judges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mesa
import numpy as np

from lpsim.engines.behaviours import class_of
from lpsim.engines.reference.agents import HealthService, Practice, StaffMember
from lpsim.engines.reference.collecting import collector, levels
from lpsim.engines.reference.given import at_step_0, see_that_both_are_given
from lpsim.engines.reference.values import see_that_views_are_views
from lpsim.engines.stand_ins import see_that_it_stands_in
from lpsim.errors import InputError
from lpsim.lessons.journal import Journal
from lpsim.model.counts import Counts, count
from lpsim.model.draws import Draws, Stream, threshold
from lpsim.model.payoffs import PAYOFFS, Terms
from lpsim.model.peer_rules import PEER_RULES
from lpsim.model.rates import PracticeRates, practice_rates, service_rates
from lpsim.model.schedule import SCHEDULE, Level
from lpsim.model.state import SLOTS, WORLD_UID, State, Structure
from lpsim.scenario.keys import nearest
from lpsim.scenario.learning_parameters import ROUTINES
from lpsim.scenario.settings import Settings, ever_above_zero
from lpsim.scenario.taken import as_scenario

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from lpsim.engines.reference.learner import Body, Learner
    from lpsim.engines.registry import Options
    from lpsim.model.schedule import Process
    from lpsim.population.build import Population
    from lpsim.scenario import Scenario


MODELS_OWN: dict[str, type[Learner]] = {
    "staff_member": StaffMember,
    "practice": Practice,
    "service": HealthService,
}
"""What a class of one's own stands in for."""


def see_that_they_stand_in(agents: Mapping[str, type[Any]]) -> None:
    """Raises `InputError` where one of the classes cannot stand in for the model's."""
    for agent, own in agents.items():
        see_that_it_stands_in(agent, own, MODELS_OWN)


class Parameters(dict[str, Any]):
    """Parameters of one's own, as the scenario has them now."""

    def __missing__(self, name: str) -> Any:
        hint = f"; {nearest(name, self)}" if self else ""
        raise InputError(
            f"own.{name}: the scenario has no such parameter{hint.rstrip('?')}; give it under [own]."
        )


class Snapshot:
    """What everybody was when the phase began; agents hold rows of it, so its arrays stay."""

    def __init__(self, state: State) -> None:
        self.staff = state.staff.copy()
        self.practices = state.practices.copy()
        self.service = tuple(tier.copy() for tier in state.service)
        self.allocation = state.allocation.copy()
        self.agenda = state.agenda.copy()

    def take(self, state: State) -> None:
        """Overwrite it with the state as it is now."""
        mine = (self.staff, self.practices, *self.service)
        for old, new in zip(mine, state.levels(), strict=True):
            old.overwrite(new)
        np.copyto(self.allocation, state.allocation)
        np.copyto(self.agenda, state.agenda)


class ReferenceFactory:
    """Starts runs of one scenario (`lpsim.engines.base.Factory`)."""

    def __init__(self, scenario: Scenario, options: Options) -> None:
        see_that_they_stand_in(options.own_agents)
        self._scenario, self._own_agents = scenario, options.own_agents

    def start(self, population: Population) -> LearningModel:
        """A run."""
        return LearningModel(
            self._scenario, population.structure, population.state, seed=population.seed, **self._own_agents
        )


class LearningModel(mesa.Model):  # type: ignore[misc]
    """The model as Mesa's users know one, and a run in the making as an engine (`lpsim.engines.base.Engine`).

    Made of a scenario and a seed, it is stepped (``step()``), has ``agents`` and ``agents_by_type``, and a
    ``datacollector``, so that Mesa's ``batch_run`` takes it; ``running`` ends with the scenario's
    steps. What it gives is what `lpsim.simulate` does, to the last bit.

    Parameters
    ----------
    scenario : Scenario, str or Path
        Or a scenario file, or the name of one that ships.
    structure, state : Structure, State, optional
        Everybody at step 0, where that is made already; the state is owned and changed from here on, and
        nothing is collected.
    seed : int
        Of all random numbers.
    staff_member, practice, service : types of StaffMember, Practice, HealthService, or str
        Classes of one's own, for behaviours the model does not have, or where they are (``"module:Class"``).

    Raises
    ------
    InputError
        The scenario, the seed or a class is wrong; only one of structure and state is given; or, in a step,
        a behaviour of one's own left a value that is no belief or assumption.
    """

    def __init__(
        self,
        scenario: Scenario | str | Path,
        structure: Structure | None = None,
        state: State | None = None,
        *,
        seed: int = 1,
        staff_member: type[StaffMember] | str = StaffMember,
        practice: type[Practice] | str = Practice,
        service: type[HealthService] | str = HealthService,
    ) -> None:
        super().__init__(rng=0)  # Mesa's own generator; nothing here draws from it
        self.datacollector: Any = None
        scenario = as_scenario(scenario)
        given = {"staff_member": staff_member, "practice": practice, "service": service}
        agents = {agent: class_of(agent, kind) for agent, kind in given.items()}
        self._has_own = list(agents.values()) != list(MODELS_OWN.values())
        if structure is None and state is None:
            see_that_they_stand_in(agents)
            people = at_step_0(scenario, seed)
            structure, state = people.structure, people.state
            self.datacollector = collector()
        see_that_both_are_given(structure, state)
        assert structure is not None
        assert state is not None
        # Mesa 3.5 has an attribute `scenario` of its own.
        self.discussion_rule = PEER_RULES[scenario.practice.discussion.rule]
        self.networking_rule = PEER_RULES[scenario.service.networking.rule]
        self.payoff = PAYOFFS[scenario.judgement.payoff]
        self.judgement = scenario.judgement
        self._terms = Terms(scenario.world.bundle, structure.landscape)
        self.structure = structure
        self.state = state
        self._levels: tuple[int, dict[str, float]] = (-1, {})
        self.before = Snapshot(state)
        self.analyses = ever_above_zero(scenario, "practice.analysis.share")
        self.journal = Journal(structure, state) if scenario.record.lessons else None
        self.draws = Draws(int(seed))
        self.gradual = scenario.practice.learning_step == "gradual"
        self.guessing = scenario.judgement.doubt == "guess"
        self.can_be_written = ~structure.tacit
        self.audited = np.ones(len(structure.norm), dtype=np.bool_)
        self.settings = Settings(scenario)
        self._practice_rates: dict[tuple[int, tuple[int, ...]], PracticeRates] = {}
        self._case_limits: dict[tuple[int, int], NDArray[np.uint64]] = {}
        self._make_agents(**agents)
        self._refresh_rates()

    # --- who there is -----------------------------------------------------------------------------

    def _make_agents(
        self, staff_member: type[StaffMember], practice: type[Practice], service: type[HealthService]
    ) -> None:
        s = self.structure
        tiers = [[service(self, t, b) for b in range(n)] for t, n in enumerate(s.bodies)]
        practices = [practice(self, row) for row in range(s.practices)]
        staff = [staff_member(self, row) for row in range(s.staff)]
        self._plant_tree(staff, practices, tiers)
        for row, one in enumerate(practices):
            one.peers = tuple(practices[peer] for peer in s.practice_ties.of(row))
        for row, person in enumerate(staff):
            person.peers = tuple(staff[peer] for peer in s.staff_ties.of(row))
        for role in range(len(s.roles)):
            same_role = [staff[row] for row in np.flatnonzero(s.staff_role == role)]
            for place, person in enumerate(same_role):
                person.colleagues_in_role, person.place_in_role = same_role, place
        bodies = [body for tier in tiers for body in tier]
        for place, learner in enumerate([*staff, *practices, *bodies]):
            learner.place = place
        self.learners = {
            Level.STAFF: self._agent_set(staff),
            Level.PRACTICE: self._agent_set(practices),
            Level.SERVICE: self._agent_set(bodies),
        }

    def _agent_set(self, agents: Iterable[Any]) -> Any:
        return mesa.agent.AgentSet(agents, random=self.random)

    def _plant_tree(
        self,
        staff: Sequence[StaffMember],
        practices: Sequence[Practice],
        tiers: Sequence[Sequence[HealthService]],
    ) -> None:
        s = self.structure
        for person, place in zip(staff, s.staff_practice, strict=True):
            person.practice = practices[place]
        for row, practice in enumerate(practices):
            practice.children = tuple(staff[s.first_staff[row] : s.first_staff[row + 1]])
        levels: list[tuple[Sequence[Body], NDArray[np.int32]]] = [(practices, s.practice_body)]
        levels += list(zip(tiers[:-1], s.parent_body, strict=True))
        for (below, places), above in zip(levels, tiers, strict=True):
            for child, place in zip(below, places, strict=True):
                child.parent = above[place]
            for parent in above:
                parent.children = tuple(child for child in below if child.parent is parent)

    # --- time -------------------------------------------------------------------------------------

    def step(self) -> None:
        """One step: the processes of the schedule, a snapshot before each phase."""
        self.state.step += 1
        if self.settings.advance(self.state.step):
            self._refresh_rates()
        phase = None
        for process in SCHEDULE:
            if process.phase is not phase:
                phase = process.phase
                self.begin_phase()
            if process.name == "acting":
                self.audit()
            self.perform(process)
        if self._has_own:
            see_that_views_are_views(self)
        if self.journal is not None:
            self.journal.end_step(self.state)
        self.running = self.state.step < self.settings.scenario.steps
        if self.datacollector is not None:
            self.datacollector.collect(self)

    @property
    def levels(self) -> dict[str, float]:
        """Knowledge of staff, teams, practices and the service now, in [-1, 1]."""
        if self._levels[0] != self.state.step:
            self._levels = (self.state.step, levels(self))
        return self._levels[1]

    def begin_phase(self) -> None:
        """Take the snapshot that everybody reads from here on."""
        self.before.take(self.state)
        if self.journal is not None:
            self.journal.begin_phase(self.state.step)

    def perform(self, process: Process) -> None:
        """Let all take part in one process who do."""
        for level in process.who:
            if level is Level.WORLD:
                getattr(self, process.name)()
            else:
                self.learners[level].do(process.name)
        if self.journal is not None:
            self.journal.settle(process, self.state)

    def advance(self) -> None:
        """Simulate one step."""
        self.step()

    def advance_until(self, last: int, counts: Counts) -> None:
        """Simulate up to a step; count those that have a row."""
        rows = {int(step): row for row, step in enumerate(counts.step)}
        while self.state.step < last:
            self.advance()
            if self.state.step in rows:
                self.observe(counts, rows[self.state.step])

    def observe(self, counts: Counts, row: int) -> None:
        """Count the state, exactly, into a row."""
        count(self.structure, self.state, counts, row)

    def close(self) -> None:
        """Let go of the agents: Mesa 3.3 keeps every model alive in a table of its agents' ids."""
        getattr(mesa.Agent, "_ids", {}).pop(self, None)

    # --- rates ------------------------------------------------------------------------------------

    def _refresh_rates(self) -> None:
        s = self.structure
        below = [s.practice_body, *s.parent_body]
        largest = max(int(np.bincount(parents).max()) for parents in below)
        self.rates = service_rates(self.settings.by_kind[0], largest_body=largest)
        self.own = [Parameters(of_kind.own) for of_kind in self.settings.by_kind]
        self._practice_rates.clear()
        self._case_limits.clear()
        for practice in self.learners[Level.PRACTICE]:
            practice.rates = self._rates_of(practice)

    def _rates_of(self, practice: Practice) -> PracticeRates:
        key = (practice.kind, practice.allocation)
        if key not in self._practice_rates:
            largest = int(np.diff(self.structure.first_staff).max())
            settings = self.settings.by_kind[practice.kind]
            self._practice_rates[key] = practice_rates(settings, practice.allocation, largest_team=largest)
        return self._practice_rates[key]

    def case_limits(self, practice: Practice, role: int) -> NDArray[np.uint64] | None:
        """Thresholds of meeting a case, (M,), of a role in a practice; None without specialisation."""
        s = self.structure
        if not s.case_factors.size:
            return None
        key = (practice.row, role)
        if key not in self._case_limits:
            factors = s.case_factors[practice.row, role, s.domain % len(s.roles)]
            cases = practice.rates.staff[role].cases
            limits = [threshold(cases * factor) for factor in factors.tolist()]
            self._case_limits[key] = np.array(limits, dtype=np.uint64)
        return self._case_limits[key]

    def reallocate(self, practice: Practice, allocation: tuple[int, ...]) -> None:
        """Give a practice another allocation of its learning time; `InputError` where it is not all of it."""
        if sum(allocation) != SLOTS or min(allocation) < 0 or len(allocation) != len(ROUTINES):
            raise InputError(
                f"allocation: found {allocation!r}; allowed are {len(ROUTINES)} numbers of twentieths, which "
                f"are {SLOTS} together."
            )
        self.state.allocation[practice.row] = allocation
        self._case_limits.clear()
        practice.rates = self._rates_of(practice)

    # --- the world --------------------------------------------------------------------------------

    def turbulence(self) -> None:
        """A1: reality flips issue by issue; with a new standard, half of a domain's issues too."""
        state, domain = self.state, self.structure.domain
        issues, domains = len(state.reality), len(state.right_assumptions)
        flips = self._of_the_world(Stream.TURBULENCE, self.rates.turbulence, issues)
        state.reality[flips] *= -1
        upheaval = self._of_the_world(Stream.TURBULENCE_UPHEAVAL, self.rates.upheaval, domains)
        if upheaval.any():
            state.right_assumptions[upheaval] *= -1
            half = self._of_the_world(Stream.TURBULENCE_UPHEAVAL_ISSUE, 2**63, issues)
            state.reality[half & upheaval[domain]] *= -1

    def audit(self) -> None:
        """B: which issues are audited in this step, for the whole service."""
        issues = len(self.state.reality)
        self.audited = self._of_the_world(Stream.ACTING_AUDIT, self.rates.coverage, issues)
        self.state.audited = int(self.audited.sum())

    def _of_the_world(self, stream: Stream, limit: int, size: int) -> NDArray[np.bool_]:
        return self.draws.mask(stream, self.state.step, WORLD_UID, limit, size)

    def seen_through(self, assumptions: NDArray[np.int8]) -> NDArray[np.int8]:
        """What looks right, (M,): reality through a right assumption, else the norm."""
        if not len(assumptions):
            return self.state.reality
        right = (assumptions == self.state.right_assumptions)[self.structure.domain]
        return np.where(right, self.state.reality, self.structure.norm)

    def standard_of(self, assumptions: NDArray[np.int8]) -> NDArray[np.int8]:
        """What a judge with these assumptions counts as success, (M,)."""
        if self.judgement.standard == "reality":
            return self.state.reality
        return self.seen_through(assumptions)

    def performance(self, actions: NDArray[np.int8], standard: NDArray[np.int8]) -> int:
        """Performance of actions over the audited issues against a standard, an integer."""
        return self.payoff.performance(actions, standard, self.audited, self._terms)

    def failing(self, beliefs: NDArray[np.int8], threshold: float, evidence: int) -> NDArray[np.bool_]:
        """Domains in which too little of what is believed is right, (K,), against reality."""
        domains, domain = len(self.state.right_assumptions), self.structure.domain
        views = self.audited & (beliefs != 0)
        right = views & (beliefs == self.state.reality)
        held = np.bincount(domain[views], minlength=domains)[:domains]
        correct = np.bincount(domain[right], minlength=domains)[:domains]
        return (held >= evidence) & (correct < threshold * held)
