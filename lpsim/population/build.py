"""Scenario + seed -> Structure and first State, once for all engines: who there is, and the start."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lpsim.model.draws import Draws, PlainDraws, Stream
from lpsim.model.payoffs import Landscapes, no_landscapes
from lpsim.model.state import Structure, uid_parts
from lpsim.population.footprint import check_footprint, expected_size, size_of
from lpsim.population.network_files import NetworkFile, read_network
from lpsim.population.networks import practice_ties, staff_ties
from lpsim.population.practices import PracticeMaker, Practices, practice_uids
from lpsim.population.specialisation import case_factors, check_cases
from lpsim.population.teams import teams_of
from lpsim.scenario.parameters import OTHER_PRACTICES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from lpsim.model.state import State
    from lpsim.population.footprint import Size
    from lpsim.population.initial import Start, Starts, Worlds
    from lpsim.population.teams import Teams
    from lpsim.scenario import Scenario

    _Files = tuple[NetworkFile | None, NetworkFile | None]
    """The ties between practices, and between staff."""
    _Pairs = NDArray[np.int64] | None


@dataclass(frozen=True)
class Population:
    """Everybody, at step 0, and how they came to be."""

    structure: Structure
    starts: Starts
    """The start of this run alone."""
    report: dict[str, Any]
    """What was read, rounded, drawn and left out: plain values for the provenance."""

    @property
    def seed(self) -> int:
        """The seed of all random numbers of the run."""
        return int(self.starts.worlds.seed[0])

    @cached_property
    def state(self) -> State:
        """The state at step 0, as an engine may own and change it."""
        from lpsim.population.initial import state_of  # noqa: PLC0415 (slow to import)

        return state_of(self.structure, self.starts)


def build(scenario: Scenario, seed: int) -> Population:
    """Make everybody and the world at step 0 from a scenario and a seed.

    Raises
    ------
    InputError
        A workforce table or network file cannot be read or does not fit.
    """
    return Builder(scenario).build(seed)


def who(scenario: Scenario, seed: int) -> tuple[Structure, dict[str, Any]]:
    """Who there is and who is tied to whom, in no world, and the report; errors as in `build`.

    The same as in `build`, without the compiled code that worlds and starts take.
    """
    return Builder(scenario).who(PlainDraws(seed))


@dataclass
class _Made:
    """What builders of scenarios with the same people and ties share, and has been made."""

    last: tuple[Practices, Structure, dict[str, Any]] | None = None
    teams: tuple[list[int], Teams] | None = None
    """The people of several seeds, where sizes are drawn."""


class Builder:
    """Makes populations of one scenario; what no seed changes is made once, and shared by all.

    `before` is the builder of another scenario, with which people and ties are shared if they are the same.
    """

    def __init__(self, scenario: Scenario, before: Builder | None = None) -> None:
        self.scenario = scenario
        self._practices = PracticeMaker(scenario)
        self._made = _Made()
        if before is not None and _start_of(scenario) == _start_of(before.scenario):
            self._start = before._start
        if before is not None and self._has_people_of(before):
            check_footprint(scenario, self.expected_size)
            self._made = before._made

    def begins_as(self, other: Builder) -> bool:
        """Whether it has the people and ties of another builder, and their starts: they share them."""
        return self._made is other._made and self._start is other._start

    def _has_people_of(self, other: Builder) -> bool:
        """Whether seeds draw the same people and ties here and there, which then is easily seen."""
        network = self.scenario.network
        alike = not any(one.scenario.world.specialisation for one in (self, other))
        plain = alike and "file" not in (network.practices, network.staff)
        drawn = self.only_worlds_differ or self.only_sizes_differ
        return plain and drawn and _people_and_ties(self.scenario) == _people_and_ties(other.scenario)

    @cached_property
    def _start(self) -> Start:
        from lpsim.population.initial import Start  # noqa: PLC0415 (slow to import)

        return Start(self.scenario)

    def who(self, draws: Draws) -> tuple[Structure, dict[str, Any]]:
        """Who there is and who is tied to whom, in no world; see `who`."""
        return self._structure(draws, self._fitting_practices(draws), _no_world(self.scenario))

    def build(self, seed: int) -> Population:
        """Everybody at step 0; see `build`."""
        draws, worlds = Draws(seed), self._start.worlds([seed])
        practices = self._fitting_practices(draws)
        structure, report = self._structure(draws, practices, _drawn_of_world(worlds))
        return Population(structure, self._start.starts(structure, worlds), report)

    @cached_property
    def expected_size(self) -> Size:
        """The size of a population that will be drawn."""
        return expected_size(self.scenario, len(self._practices.names))

    @property
    def only_worlds_differ(self) -> bool:
        """Whether seeds draw nothing of the structure but its world: all have the same people and ties."""
        return self._practices.undrawn and not _draws_ties(self.scenario)

    @property
    def only_sizes_differ(self) -> bool:
        """Whether seeds draw nothing of the structure but its world and how many people there are.

        What ties and cases come to then follows from the headcounts alone.
        """
        drawn = self.scenario.population.workforce is None and not _draws_ties(self.scenario)
        alike = self.scenario.network.staff == "complete" and not self.scenario.world.specialisation
        return drawn and alike

    def build_together(self, seeds: Sequence[int]) -> tuple[Structure, Starts, dict[str, Any]]:
        """The starts of several seeds where only worlds differ, or only worlds and sizes.

        The structure is of one of them; its world is nobody's, and its people only where the starts have no
        teams of their own.
        """
        if self._made.last is None:
            self.build(seeds[0])
        assert self._made.last is not None
        _, structure, report = self._made.last
        teams = None if self.only_worlds_differ else self._teams(seeds)
        return structure, self._start.of_seeds(structure, seeds, teams), report

    def _teams(self, seeds: Sequence[int]) -> Teams:
        """The people of some seeds; the very same where they were those of the last call."""
        if self._made.teams is None or self._made.teams[0] != list(seeds):
            drawn = self._practices.headcounts([Draws(seed) for seed in seeds])
            self._made.teams = list(seeds), teams_of(drawn)
        return self._made.teams[1]

    @cached_property
    def _staff_file(self) -> NetworkFile | None:
        """The file that says who is tied to whom among staff, where there is one."""
        network = self.scenario.network
        path = network.staff_file if network.staff == "file" else None
        return read_network(Path(path)) if path else None

    def _fitting_practices(self, draws: Draws) -> Practices:
        """The practices of a seed; of the first, before much is made of it, it is seen that all will fit."""
        if self._made.last is not None:
            return self._practices.make(draws)
        if self.scenario.population.workforce is None:
            check_footprint(self.scenario, self.expected_size)
        practices = self._practices.make(draws)
        groups = _peer_codes(self.scenario, practices)
        check_footprint(self.scenario, size_of(practices.headcounts, groups))
        return practices

    def _structure(
        self, draws: Draws, practices: Practices, world: dict[str, Any]
    ) -> tuple[Structure, dict[str, Any]]:
        """The structure of a seed, and the report; most of the last where the seed drew the same."""
        if self._made.last is not None and not _draws_ties(self.scenario):
            before, structure, report = self._made.last
            if np.array_equal(before.headcounts, practices.headcounts):
                return replace(structure, **world), report
        files = self._practices.network_file, self._staff_file
        structure, found = _structure(self.scenario, draws, practices, world, files)
        report = {**practices.report, "practices": structure.practices, "staff": structure.staff, **found}
        self._made.last = practices, structure, json.loads(json.dumps(report))
        return self._made.last[1:]


def _people_and_ties(scenario: Scenario) -> list[Any]:
    """All that such a structure follows from, its world and what seeds draw aside."""
    roles = [(name, role.headcount) for name, role in scenario.roles.items()]
    landscape = scenario.world.nk if scenario.judgement.payoff == "nk" else None
    issues = scenario.world.issues, scenario.world.domains, landscape
    return [scenario.population, scenario.network, scenario.kinds, roles, issues]


def _start_of(scenario: Scenario) -> list[Any]:
    """All that a start follows from, besides who there is."""
    payoff, times = scenario.judgement.payoff, (scenario.protected_time, scenario.kinds)
    return [scenario.world, scenario.initial, payoff, times]


def _draws_ties(scenario: Scenario) -> bool:
    """Whether a seed draws who is tied to whom, or which practices are of which kind."""
    network = scenario.network
    generated = network.practices in ("small_world", "random") or network.staff in ("small_world", "random")
    return bool(network.rewire or network.professional or generated or scenario.kinds)


# --- the tree -------------------------------------------------------------------------------------


def _structure(
    scenario: Scenario,
    draws: Draws,
    practices: Practices,
    world: dict[str, Any],
    files: _Files,
) -> tuple[Structure, dict[str, Any]]:
    """The structure, and what the report says of bodies and of ties read from files."""
    teams = teams_of(practices.headcounts[None])
    staff_uid, staff_practice, staff_role = teams.uid[0], teams.practice[0], teams.role[0]
    first_staff = np.concatenate([[0], np.cumsum(practices.headcounts.sum(axis=1))]).astype(np.int64)
    bodies, practice_body, parent_body, moved = _tree(scenario, practices)
    issues, domains = scenario.world.issues, scenario.world.domains
    labels = _peer_codes(scenario, practices)
    peers, colleagues, told = _ties_of_files(scenario, practices, staff_uid, files)
    practice_kind = _kinds(scenario, draws, len(practices.names))
    structure = Structure(
        roles=tuple(scenario.roles),
        kinds=(OTHER_PRACTICES, *(kind.name for kind in scenario.kinds)),
        tiers=tuple(tier.name for tier in scenario.population.tiers),
        practice_names=practices.names,
        practice_kind=practice_kind,
        staff_uid=staff_uid,
        staff_practice=staff_practice,
        staff_role=staff_role,
        first_staff=first_staff,
        practice_body=practice_body,
        parent_body=parent_body,
        bodies=bodies,
        staff_ties=staff_ties(
            scenario.network,
            draws,
            staff_uid=staff_uid,
            staff_practice=staff_practice,
            staff_role=staff_role,
            first_staff=first_staff,
            from_file=colleagues,
        ),
        practice_ties=practice_ties(
            scenario.network, draws, len(practices.names), labels=labels, from_file=peers
        ),
        case_factors=case_factors(scenario, practices.headcounts, practice_kind),
        domain=(np.arange(issues) * domains // issues).astype(np.int32),
        **world,
    )
    check_cases(scenario, structure)
    return structure, {"moved_bodies": moved, "network_files": told}


def _drawn_of_world(worlds: Worlds) -> dict[str, Any]:
    """What a structure holds of the world of a run."""
    landscape = Landscapes(*(part[0] for part in worlds.landscapes))
    return {"norm": worlds.norm[0], "tacit": worlds.tacit[0], "landscape": landscape}


def _no_world(scenario: Scenario) -> dict[str, Any]:
    """The same where none is drawn: no norms, nothing tacit, no landscape."""
    issues = scenario.world.issues
    landscape = Landscapes(*(part[0] for part in no_landscapes(1)))
    return {"norm": np.zeros(issues, np.int8), "tacit": np.zeros(issues, np.bool_), "landscape": landscape}


def _names(scenario: Scenario, practices: Practices, staff_uid: NDArray[np.uint64]) -> list[str]:
    """What a file of ties calls each person: practice/role/number, the number from 0."""
    _, practice, role, number = uid_parts(staff_uid.astype(np.int64))
    roles = list(scenario.roles)
    people = zip(practice.tolist(), role.tolist(), number.tolist(), strict=True)
    return [f"{practices.names[p]}/{roles[r]}/{n}" for p, r, n in people]


def _ties_of_files(
    scenario: Scenario, practices: Practices, staff_uid: NDArray[np.uint64], files: _Files
) -> tuple[_Pairs, _Pairs, dict[str, dict[str, Any]]]:
    """Pairs of practices and of people that files tie (None without a file), and what was read of them."""
    peers = colleagues = None
    told: dict[str, dict[str, Any]] = {}
    practice_file, staff_file = files
    if practice_file is not None:
        drawn = scenario.population.workforce is None
        cure = ', or set population.practices = "file" to have the practices of the file' if drawn else ""
        peers, told["practices"] = practice_file.ties(practices.names, "practice", cure=cure)
    if staff_file is not None:
        people = _names(scenario, practices, staff_uid)
        colleagues, told["staff"] = staff_file.ties(people, "member of staff")
    return peers, colleagues, told


def _kinds(scenario: Scenario, draws: Draws, practices: int) -> NDArray[np.int32]:
    """Kind of each practice: those with the smallest keyed words not yet taken, in file order."""
    words = draws.words(Stream.POPULATION_KIND, 0, practice_uids(practices))
    order = np.argsort(words, kind="stable")
    kinds = np.zeros(practices, dtype=np.int32)
    taken = 0
    for index, kind in enumerate(scenario.kinds, start=1):
        members = math.floor(kind.share * practices + 0.5)
        kinds[order[taken : taken + members]] = index
        taken += members
    return kinds


def _peer_codes(scenario: Scenario, practices: Practices) -> tuple[str | None, ...] | None:
    column = scenario.network.column
    if practices.workforce is None or not column:
        return None
    return practices.workforce.labels[column]


def _tree(
    scenario: Scenario, practices: Practices
) -> tuple[tuple[int, ...], NDArray[np.int32], tuple[NDArray[np.int32], ...], dict[str, int]]:
    """Bodies per tier, the body of each practice, of each body its parent, and practices moved."""
    count = len(practices.names)
    # For each practice the body above it, tier by tier; later tiers follow the body below.
    above: NDArray[Any] = np.arange(count)
    parents: list[NDArray[np.int32]] = []
    bodies, moved = [], {}
    children = count
    for tier in scenario.population.tiers:
        if practices.workforce is not None and tier.column:
            own = _body_numbers(practices, tier.column)
            parent = _majority_parents(above, own, children)
            moved[tier.name] = int((parent[above] != own).sum())
            bodies.append(int(own.max()) + 1)
        else:
            parent = (np.arange(children) % tier.count).astype(np.int32)
            bodies.append(tier.count)
        parents.append(parent)
        above, children = parent[above], bodies[-1]
    return tuple(bodies), parents[0], tuple(parents[1:]), moved


def _body_numbers(practices: Practices, column: str) -> NDArray[np.int32]:
    """The body of each practice by its code: bodies in the order of their codes."""
    assert practices.workforce is not None
    labels = practices.workforce.labels[column]
    _, numbers = np.unique(np.array(labels, dtype=str), return_inverse=True)
    return numbers.astype(np.int32)


def _majority_parents(child: NDArray[Any], parent: NDArray[np.int32], children: int) -> NDArray[np.int32]:
    """The parent most of a child's practices name, lowest on a tie: shape (children,)."""
    votes = np.zeros((children, int(parent.max()) + 1), dtype=np.int64)
    np.add.at(votes, (child, parent), 1)
    parents: NDArray[np.int32] = votes.argmax(axis=1).astype(np.int32)
    return parents
