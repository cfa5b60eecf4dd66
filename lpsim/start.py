"""Everybody's vectors at step 0: what people know, memories, guidance and assumptions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import boolean, int8, int32, uint64, void

from lpsim.compiling import compiled_as, inlined
from lpsim.draws import CERTAIN, LANES, Draws, Stream, event_of, lanes_below, threshold
from lpsim.rates import Settings
from lpsim.state import ROUTINES, WORLD_UID, Learners, State, uids

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lpsim.scenario import Scenario
    from lpsim.state import Structure

PRIOR, RIGHT, SHARED_CULTURE, MEMORY, MEMORY_RIGHT, ASSUMPTION = range(6)
"""Places of the thresholds of a start."""


class Start:
    """Makes the first state of populations of one scenario."""

    def __init__(self, scenario: Scenario) -> None:
        self._world = scenario.world
        self._allocations = _allocations(scenario)
        initial = scenario.initial
        rates = (
            initial.prior,
            initial.right,
            initial.shared_culture,
            initial.memory,
            initial.memory_right,
            initial.assumption_right,
        )
        self._limits = np.array([threshold(rate) for rate in rates], dtype=np.uint64)
        self._uids: tuple[Any, NDArray[np.uint64]] | None = None

    def state(self, draws: Draws, structure: Structure) -> State:
        """Everybody at step 0."""
        reality = draws.signs(Stream.START_REALITY, 0, WORLD_UID, self._world.issues)
        right = draws.signs(Stream.START_RIGHT_ASSUMPTION, 0, WORLD_UID, self._world.domains)
        places = self._uids_of(structure)
        beliefs = np.zeros((len(places), len(reality)), dtype=np.int8)
        assumptions = np.zeros((len(places), len(right)), dtype=np.int8)
        world = (reality, right, structure.tacit, structure.staff_practice)
        _begin(np.uint64(draws.seed), places, *world, self._limits, beliefs, assumptions)
        levels, first = [], 0
        for size in (structure.staff, structure.practices, *structure.bodies):
            levels.append(Learners(beliefs[first : first + size], assumptions[first : first + size]))
            first += size
        return State(
            step=0,
            reality=reality,
            right_assumptions=right,
            staff=levels[0],
            practices=levels[1],
            service=tuple(levels[2:]),
            tenure=np.zeros(structure.staff, dtype=np.int32),
            allocation=self._allocations[structure.practice_kind],
            performance=np.zeros(structure.staff, dtype=np.int32),
            audited=0,
        )

    def _uids_of(self, structure: Structure) -> NDArray[np.uint64]:
        """The uids of all learners, made once for structures with the same people."""
        if self._uids is None or self._uids[0] is not structure.staff_uid:
            self._uids = structure.staff_uid, uids(structure).astype(np.uint64)
        return self._uids[1]


def _allocations(scenario: Scenario) -> NDArray[np.int8]:
    """Slots per kind of practice and routine, (kinds, 5)."""
    by_kind = [
        [getattr(settings.protected_time.allocation, routine) for routine in ROUTINES]
        for settings in Settings(scenario).by_kind
    ]
    return np.array(by_kind, dtype=np.int8)


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
            if held & uint64(1):
                views[index] = reality[index] if agree & uint64(1) else -reality[index]
            held, agree = held >> uint64(1), agree >> uint64(1)


@inlined
def _set_signs(seed: int, uid: int, stream: int, limit: int, model: Any, signs: Any) -> None:
    """The signs of a model where the draw succeeds, else their opposites."""
    size = model.shape[0]
    for start in range(0, size, LANES):
        same = lanes_below(seed, event_of(0, stream, start // LANES), uid, limit, uint64(CERTAIN))
        for index in range(start, min(start + LANES, size)):
            signs[index] = model[index] if same & uint64(1) else -model[index]
            same = same >> uint64(1)


@compiled_as(
    void(
        uint64,
        uint64[::1],
        int8[::1],
        int8[::1],
        boolean[::1],
        int32[::1],
        uint64[::1],
        int8[:, ::1],
        int8[:, ::1],
    )
)
def _begin(
    seed: int,
    places: Any,
    reality: Any,
    right: Any,
    tacit: Any,
    practice: Any,
    limits: Any,
    beliefs: Any,
    assumptions: Any,
) -> None:
    """Fill everybody's vectors in: bodies first, as staff share the assumptions of their practice."""
    staff = practice.shape[0]
    for place in range(staff, places.shape[0]):
        _set_views(
            seed,
            places[place],
            Stream.START_MEMORY,
            Stream.START_MEMORY_RIGHT,
            limits[MEMORY],
            limits[MEMORY_RIGHT],
            reality,
            beliefs[place],
        )
        for issue in range(reality.shape[0]):
            if tacit[issue]:
                beliefs[place, issue] = 0
        _set_signs(
            seed, places[place], Stream.START_ASSUMPTION, limits[ASSUMPTION], right, assumptions[place]
        )
    for place in range(staff):
        _set_views(
            seed,
            places[place],
            Stream.START_VIEW,
            Stream.START_RIGHT,
            limits[PRIOR],
            limits[RIGHT],
            reality,
            beliefs[place],
        )
        culture = assumptions[staff + practice[place]]
        _set_signs(
            seed,
            places[place],
            Stream.START_SHARED_CULTURE,
            limits[SHARED_CULTURE],
            culture,
            assumptions[place],
        )
