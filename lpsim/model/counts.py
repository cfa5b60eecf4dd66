"""State -> exact integers: what is counted of it, practice by practice, and what the measures are called.

`lpsim.runs.observations` makes floats of the counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from lpsim.model.payoffs import share_of_greatest
from lpsim.scenario.learning_parameters import ROUTINES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from lpsim.model.state import Learners, State, Structure
    from lpsim.scenario import Scenario


class Counts(NamedTuple):
    """Exact integers of S observed states, a row each: P practices, R roles, B bodies, M issues.

    Knowledge sums are Σ belief · reality over issues, in [-M, M] per learner. Engines fill the rows in.
    """

    step: NDArray[np.int64]
    """(S,)"""
    staff: NDArray[np.int32]
    """(S, P, R) knowledge sums of staff."""
    rightly: NDArray[np.int32]
    """(S, P, R) (person, issue) pairs held rightly."""
    collective: NDArray[np.int32]
    """(S, P) of the staff's majority belief (tie = 0)."""
    memory: NDArray[np.int32]
    """(S, P)"""
    someone: NDArray[np.int32]
    """(S, P) issues held rightly by at least one member of staff."""
    most: NDArray[np.int32]
    """(S, P) by more than half."""
    in_memory: NDArray[np.int32]
    """(S, P) by the memory."""
    agreement: NDArray[np.int32]
    """(S, P) Σ over issues of the absolute Σ belief of the staff."""
    guidance: NDArray[np.int32]
    """(S, B) knowledge sums of the bodies, from the bottom tier."""
    in_guidance: NDArray[np.int32]
    """(S, B) issues held rightly by the guidance."""
    issue_most: NDArray[np.int32]
    """(S, M) practices in which more than half of the staff hold it rightly."""
    issue_memory: NDArray[np.int32]
    """(S, M) practices whose memory does."""
    right_staff: NDArray[np.int64]
    """(S,) right assumptions of all staff, over domains."""
    right_practices: NDArray[np.int64]
    """(S,)"""
    right_top: NDArray[np.int64]
    """(S,) of the top tier's bodies."""
    performance: NDArray[np.int64]
    """(S,) sum over staff."""
    audited: NDArray[np.int64]
    """(S,) issues audited."""
    slots: NDArray[np.int8]
    """(S, P, 5) the allocation of learning time, in the order of `ROUTINES`."""


def recorded_steps(scenario: Scenario) -> list[int]:
    """The steps at whose end a run is observed: 0, every so many, and the last."""
    steps = range(0, scenario.steps + 1, scenario.record.every)
    return [*steps] if steps[-1] == scenario.steps else [*steps, scenario.steps]


def empty_counts(structure: Structure, steps: Sequence[int]) -> Counts:
    """Counts for some steps, in ascending order, with nothing counted yet."""
    counts: Counts = one_of(empty_counts_of_many(structure, steps, 1), 0)
    return counts


def empty_counts_of_many(structure: Structure, steps: Sequence[int], runs: int) -> Counts:
    """The same for several runs, stacked: every array has a first axis more, for the runs."""
    rows, practices = (runs, len(steps)), structure.practices
    bodies, issues = sum(structure.bodies), len(structure.norm)
    return Counts(
        step=np.tile(np.array(steps, dtype=np.int64), (runs, 1)),
        staff=np.zeros((*rows, practices, len(structure.roles)), dtype=np.int32),
        rightly=np.zeros((*rows, practices, len(structure.roles)), dtype=np.int32),
        collective=np.zeros((*rows, practices), dtype=np.int32),
        memory=np.zeros((*rows, practices), dtype=np.int32),
        someone=np.zeros((*rows, practices), dtype=np.int32),
        most=np.zeros((*rows, practices), dtype=np.int32),
        in_memory=np.zeros((*rows, practices), dtype=np.int32),
        agreement=np.zeros((*rows, practices), dtype=np.int32),
        guidance=np.zeros((*rows, bodies), dtype=np.int32),
        in_guidance=np.zeros((*rows, bodies), dtype=np.int32),
        issue_most=np.zeros((*rows, issues), dtype=np.int32),
        issue_memory=np.zeros((*rows, issues), dtype=np.int32),
        right_staff=np.zeros(rows, dtype=np.int64),
        right_practices=np.zeros(rows, dtype=np.int64),
        right_top=np.zeros(rows, dtype=np.int64),
        performance=np.zeros(rows, dtype=np.int64),
        audited=np.zeros(rows, dtype=np.int64),
        slots=np.zeros((*rows, practices, len(ROUTINES)), dtype=np.int8),
    )


def one_of(stacked: Any, run: int) -> Any:
    """The arrays of one run, in a bundle as they are stacked in."""
    return type(stacked)(*(array[run] for array in stacked))


def stack_of(one: Any) -> Any:
    """The arrays of one run, in a bundle, as if stacked."""
    return type(one)(*(array[None] for array in one))


def count(structure: Structure, state: State, counts: Counts, row: int) -> None:
    """Count a state held as ternary arrays into a row."""
    reality = state.reality.astype(np.int64)
    beliefs = state.staff.beliefs
    first = structure.first_staff[:-1]
    team = np.diff(structure.first_staff)
    votes = np.add.reduceat(beliefs, first, axis=0, dtype=np.int64)
    rightly = beliefs == state.reality
    right = np.add.reduceat(rightly, first, axis=0, dtype=np.int64)
    group = (structure.staff_practice, structure.staff_role)
    counts.staff[row] = counts.rightly[row] = 0
    np.add.at(counts.staff[row], group, beliefs @ reality)
    np.add.at(counts.rightly[row], group, rightly.sum(axis=1))
    most = 2 * right > team[:, None]
    in_memory = state.practices.beliefs == state.reality
    counts.collective[row] = np.sign(votes) @ reality
    counts.memory[row] = state.practices.beliefs @ reality
    counts.someone[row] = (right > 0).sum(axis=1)
    counts.most[row] = most.sum(axis=1)
    counts.in_memory[row] = in_memory.sum(axis=1)
    counts.agreement[row] = np.abs(votes).sum(axis=1)
    counts.guidance[row] = np.concatenate([tier.beliefs @ reality for tier in state.service])
    counts.in_guidance[row] = np.concatenate([_held_rightly(tier, state) for tier in state.service])
    counts.issue_most[row] = most.sum(axis=0)
    counts.issue_memory[row] = in_memory.sum(axis=0)
    counts.right_staff[row] = _assumptions_right(state.staff, state)
    counts.right_practices[row] = _assumptions_right(state.practices, state)
    counts.right_top[row] = _assumptions_right(state.service[-1], state)
    counts.performance[row] = _performance(structure, state)
    counts.audited[row] = state.audited
    counts.slots[row] = state.allocation


def _performance(structure: Structure, state: State) -> int:
    """The sum over staff; on an NK landscape of shares of the greatest value."""
    landscape = structure.landscape
    if not landscape.table.size:
        return int(state.performance.sum())
    greatest, exponent = int(landscape.greatest), int(landscape.exponent)
    return sum(share_of_greatest(value, greatest, exponent) for value in state.performance.tolist())


def _held_rightly(learners: Learners, state: State) -> NDArray[np.int64]:
    held: NDArray[np.int64] = (learners.beliefs == state.reality).sum(axis=1)
    return held


def _assumptions_right(learners: Learners, state: State) -> int:
    return int((learners.assumptions == state.right_assumptions).sum())
