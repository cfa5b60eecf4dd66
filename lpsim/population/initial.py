"""Everybody's vectors at step 0: what people know, memories, guidance and assumptions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numba import boolean, int8, int32, int64, uint64, void

from lpsim.model.draws import CERTAIN, LANES, Stream, threshold
from lpsim.model.jit import compiled_as, inlined
from lpsim.model.payoffs import Landscapes, no_landscapes
from lpsim.model.state import WORLD_UID, Learners, State, uids
from lpsim.model.words import choice, event_of, lanes_below, word_of
from lpsim.population.landscapes import draw_landscapes
from lpsim.scenario.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from lpsim.model.state import Structure
    from lpsim.population.teams import Teams
    from lpsim.scenario import Scenario
    from lpsim.scenario.learning_parameters import ProtectedTime

PRIOR, RIGHT, SHARED_CULTURE, MEMORY, MEMORY_RIGHT, ASSUMPTION, OVERLAP, TACIT = range(8)
"""Places of the thresholds of a start."""
_WORLD = np.uint64(WORLD_UID)


class Worlds(NamedTuple):
    """The worlds of S runs, one of each seed."""

    seed: NDArray[np.uint64]
    """(S,)"""
    reality: NDArray[np.int8]
    """(S, M)"""
    norm: NDArray[np.int8]
    """(S, M)"""
    tacit: NDArray[np.bool_]
    """(S, M)"""
    right: NDArray[np.int8]
    """(S, K) the right assumptions."""
    landscapes: Landscapes
    """The landscapes of issues where the payoff is "nk"; else empty."""


class Starts(NamedTuple):
    """The states in which S runs begin, whose structures differ in their worlds, and in their teams.

    L learners: N staff, P practices, then the bodies of the service from the bottom. Of runs with fewer
    learners than others what their rows hold beyond means nothing.
    """

    worlds: Worlds
    beliefs: NDArray[np.int8]
    """(S, L, M)"""
    assumptions: NDArray[np.int8]
    """(S, L, K)"""
    tenure: NDArray[np.int32]
    """(S, N)"""
    allocation: NDArray[np.int8]
    """(S, P, 5)"""
    agenda: NDArray[np.int8]
    """(S, P, M) events that wait to be analysed."""
    teams: Teams | None = None
    """The staff of each run, where they differ; else all have those of the structure."""


def state_of(structure: Structure, starts: Starts) -> State:
    """The state at step 0 of the one run that starts."""
    levels, first = [], 0
    for size in (structure.staff, structure.practices, *structure.bodies):
        part = slice(first, first + size)
        levels.append(Learners(starts.beliefs[0, part], starts.assumptions[0, part]))
        first += size
    return State(
        step=0,
        reality=starts.worlds.reality[0],
        right_assumptions=starts.worlds.right[0],
        staff=levels[0],
        practices=levels[1],
        service=tuple(levels[2:]),
        tenure=starts.tenure[0],
        agenda=starts.agenda[0],
        allocation=starts.allocation[0],
        performance=np.zeros(structure.staff, dtype=np.int32),
        audited=0,
    )


class Start:
    """Makes the starts of runs of one scenario."""

    def __init__(self, scenario: Scenario) -> None:
        self._world, self._on_landscapes = scenario.world, scenario.judgement.payoff == "nk"
        times = [settings.protected_time for settings in Settings(scenario).by_kind]
        self._allocations = _allocations(times)
        self._moves = np.array([time.allocation_spread for time in times], dtype=np.int64)
        initial = scenario.initial
        probabilities = (
            initial.prior,
            initial.right,
            initial.shared_culture,
            initial.memory,
            initial.memory_right,
            initial.assumption_right,
            scenario.world.overlap,
            scenario.world.tacit,
        )
        self._limits = np.array([threshold(probability) for probability in probabilities], dtype=np.uint64)
        self._uids: tuple[Any, NDArray[np.uint64]] | None = None
        self._last: tuple[Structure, list[int], Teams | None, Starts] | None = None

    def worlds(self, seeds: Sequence[int]) -> Worlds:
        """What each seed draws, whoever there is."""
        runs, issues = len(seeds), self._world.issues
        keys, reality = np.array(seeds, dtype=np.uint64), np.empty((runs, issues), dtype=np.int8)
        landscapes = draw_landscapes(self._world, keys, reality) if self._on_landscapes else None
        worlds = Worlds(
            keys,
            reality,
            np.empty((runs, issues), dtype=np.int8),
            np.empty((runs, issues), dtype=np.bool_),
            np.empty((runs, self._world.domains), dtype=np.int8),
            landscapes or no_landscapes(runs),
        )
        _draw_worlds(self._limits, landscapes is None, *worlds[:-1])
        return worlds

    def of_seeds(self, structure: Structure, seeds: Sequence[int], teams: Teams | None = None) -> Starts:
        """The starts of some seeds in one structure; the very same where they were those of the last call."""
        last = self._last
        if last is None or last[0] is not structure or last[1] != list(seeds) or last[2] is not teams:
            last = structure, list(seeds), teams, self.starts(structure, self.worlds(seeds), teams)
            self._last = last
        return last[3]

    def starts(self, structure: Structure, worlds: Worlds, teams: Teams | None = None) -> Starts:
        """Everybody at step 0, in each of these worlds; with teams of their own, if they have some."""
        above = self._uids_of(structure)[structure.staff :]
        if teams is None:
            one = np.array([structure.staff], dtype=np.int64)
            staff = one, structure.staff_uid[None], structure.staff_practice[None]
        else:
            staff = teams.staff, teams.uid, teams.practice
        runs, issues = worlds.reality.shape
        most = staff[1].shape[1]
        starts = Starts(
            worlds,
            np.zeros((runs, most + len(above), issues), dtype=np.int8),
            np.zeros((runs, most + len(above), self._world.domains), dtype=np.int8),
            np.zeros((runs, most), dtype=np.int32),
            self._allocation(structure, worlds.seed),
            np.zeros((runs, structure.practices, issues), dtype=np.int8),
            teams,
        )
        drawn = (worlds.seed, worlds.reality, worlds.tacit, worlds.right)
        _begin(self._limits, *staff, above, *drawn, starts.beliefs, starts.assumptions)
        return starts

    def _allocation(self, structure: Structure, seeds: NDArray[np.uint64]) -> NDArray[np.int8]:
        """The slots of every practice (S, P, 5), after the moves that its kind is asked to make."""
        kinds = structure.practice_kind
        allocation: NDArray[np.int8] = np.repeat(self._allocations[kinds][None], len(seeds), axis=0)
        if self._moves.any():
            practices = slice(structure.staff, structure.staff + structure.practices)
            _move_slots(seeds, self._uids_of(structure)[practices], self._moves[kinds], allocation)
        return allocation

    def _uids_of(self, structure: Structure) -> NDArray[np.uint64]:
        """The uids of all learners, made once for structures with the same people."""
        if self._uids is None or self._uids[0] is not structure.staff_uid:
            self._uids = structure.staff_uid, uids(structure).astype(np.uint64)
        return self._uids[1]


def _allocations(times: Sequence[ProtectedTime]) -> NDArray[np.int8]:
    """Slots per kind of practice and routine, (kinds, 5)."""
    return np.array([[slots for _, slots in time.allocation] for time in times], dtype=np.int8)


@inlined
def _signed(sign: int, same: int) -> int:
    """A sign, or its opposite where the lowest bit is not set; without a branch, which would be guessed."""
    return sign * (int8(2) * int8(same & uint64(1)) - int8(1))


@inlined
def _set_views(
    seed: int,
    uid: int,
    stream: int,
    stream_right: int,
    limit: int,
    limit_right: int,
    reality: Any,
    views: Any,
) -> None:
    """Views where the first draw succeeds, right where the second does."""
    size = reality.shape[0]
    for start in range(0, size, LANES):
        block, among = start // LANES, uint64(CERTAIN)
        held = lanes_below(seed, event_of(0, stream, block), uid, limit, among)
        agree = lanes_below(seed, event_of(0, stream_right, block), uid, limit_right, held)
        for index in range(start, min(start + LANES, size)):
            views[index] = _signed(reality[index], agree) * int8(held & uint64(1))
            held, agree = held >> uint64(1), agree >> uint64(1)


@inlined
def _set_signs(seed: int, uid: int, stream: int, limit: int, model: Any, signs: Any) -> None:
    """The signs of a model where the draw succeeds, else their opposites."""
    size = model.shape[0]
    for start in range(0, size, LANES):
        same = lanes_below(seed, event_of(0, stream, start // LANES), uid, limit, uint64(CERTAIN))
        for index in range(start, min(start + LANES, size)):
            signs[index] = _signed(model[index], same)
            same = same >> uint64(1)


@inlined
def _set_coins(seed: int, stream: int, signs: Any) -> None:
    """A fair coin of the world for each sign."""
    size = signs.shape[0]
    for start in range(0, size, LANES):
        heads = word_of(seed, event_of(0, stream, start // LANES), _WORLD, uint64(0))
        for index in range(start, min(start + LANES, size)):
            signs[index] = _signed(int8(1), heads)
            heads = heads >> uint64(1)


@inlined
def _set_lanes(seed: int, stream: int, limit: int, drawn: Any) -> None:
    """True where a draw of the world succeeds."""
    size = drawn.shape[0]
    for start in range(0, size, LANES):
        bits = lanes_below(seed, event_of(0, stream, start // LANES), _WORLD, limit, uint64(CERTAIN))
        for index in range(start, min(start + LANES, size)):
            drawn[index] = bits & uint64(1) != uint64(0)
            bits = bits >> uint64(1)


@compiled_as(
    void(uint64[::1], boolean, uint64[::1], int8[:, ::1], int8[:, ::1], boolean[:, ::1], int8[:, ::1]),
)
def _draw_worlds(
    limits: Any, draws_reality: bool, seeds: Any, reality: Any, norm: Any, tacit: Any, right: Any
) -> None:
    """Fill in what each seed draws of its world; reality is given where a landscape says what is best."""
    for run in range(seeds.shape[0]):
        seed = seeds[run]
        if draws_reality:
            _set_coins(seed, Stream.START_REALITY, reality[run])
        _set_signs(seed, _WORLD, Stream.START_NORM, limits[OVERLAP], reality[run], norm[run])
        _set_lanes(seed, Stream.START_TACIT, limits[TACIT], tacit[run])
        _set_coins(seed, Stream.START_RIGHT_ASSUMPTION, right[run])


@inlined
def _begin_body(
    limits: Any, seed: int, uid: int, reality: Any, tacit: Any, right: Any, beliefs: Any, assumptions: Any
) -> None:
    """Fill in a memory or a guidance."""
    _set_views(
        seed,
        uid,
        Stream.START_MEMORY,
        Stream.START_MEMORY_RIGHT,
        limits[MEMORY],
        limits[MEMORY_RIGHT],
        reality,
        beliefs,
    )
    for issue in range(reality.shape[0]):
        if tacit[issue]:
            beliefs[issue] = 0
    _set_signs(seed, uid, Stream.START_ASSUMPTION, limits[ASSUMPTION], right, assumptions)


@inlined
def _begin_person(
    limits: Any, seed: int, uid: int, reality: Any, culture: Any, beliefs: Any, assumptions: Any
) -> None:
    """Fill in a member of staff."""
    _set_views(
        seed, uid, Stream.START_VIEW, Stream.START_RIGHT, limits[PRIOR], limits[RIGHT], reality, beliefs
    )
    _set_signs(seed, uid, Stream.START_SHARED_CULTURE, limits[SHARED_CULTURE], culture, assumptions)


@compiled_as(
    void(
        uint64[::1],
        int64[::1],
        uint64[:, ::1],
        int32[:, ::1],
        uint64[::1],
        uint64[::1],
        int8[:, ::1],
        boolean[:, ::1],
        int8[:, ::1],
        int8[:, :, ::1],
        int8[:, :, ::1],
    )
)
def _begin(
    limits: Any,
    staff: Any,
    uids: Any,
    practices: Any,
    above: Any,
    seeds: Any,
    reality: Any,
    tacit: Any,
    right: Any,
    beliefs: Any,
    assumptions: Any,
) -> None:
    """Fill everybody's vectors in: bodies first, as staff share the assumptions of their practice.

    The staff are the same for all runs, or each has its own.
    """
    for run in range(seeds.shape[0]):
        seed, known, assumed, team = seeds[run], beliefs[run], assumptions[run], run % staff.shape[0]
        first = staff[team]
        for place in range(above.shape[0]):
            own, given = known[first + place], assumed[first + place]
            _begin_body(limits, seed, above[place], reality[run], tacit[run], right[run], own, given)
        for place in range(first):
            own, culture = known[place], assumed[first + practices[team, place]]
            _begin_person(limits, seed, uids[team, place], reality[run], culture, own, assumed[place])


@compiled_as(void(uint64[::1], uint64[::1], int64[::1], int8[:, :, ::1]))
def _move_slots(seeds: Any, uids: Any, moves: Any, allocation: Any) -> None:
    """Give a slot of a routine drawn to another drawn, so many times; one without a slot gives none."""
    routines = allocation.shape[2]
    for run in range(seeds.shape[0]):
        for practice in range(uids.shape[0]):
            for move in range(moves[practice]):
                gives = choice(
                    seeds[run],
                    event_of(move, Stream.START_ALLOCATION_FROM, 0),
                    uids[practice],
                    uint64(0),
                    uint64(routines),
                )
                takes = choice(
                    seeds[run],
                    event_of(move, Stream.START_ALLOCATION_TO, 0),
                    uids[practice],
                    uint64(0),
                    uint64(routines - 1),
                )
                takes += takes >= gives
                if allocation[run, practice, gives] > 0:
                    allocation[run, practice, gives] -= 1
                    allocation[run, practice, takes] += 1
