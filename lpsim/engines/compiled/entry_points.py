"""What Python calls: many steps of many runs on one thread, or a part of one step, on several threads.

Each is compiled whole, with everything it calls put in its place: a call between compiled functions costs
as much as the work it asks for.
"""

from __future__ import annotations

from typing import Any

from lpsim.engines.compiled import changeover, counting, phases
from lpsim.engines.compiled.arrays import planes_of, swapped, world_of
from lpsim.engines.compiled.counting import counts_of
from lpsim.engines.compiled.journal import act_on_what_is_left, change_over, end_step, learn
from lpsim.engines.compiled.reform import reform
from lpsim.model.jit import compiled


@compiled
def many_runs(
    world: Any,
    drawn: Any,
    rates: Any,
    planes: Any,
    counts: Any,
    first: int,
    last: int,
    room: Any,
    large_room: Any,
) -> None:
    """Steps `first` to `last` but for D2 of some runs, one after the other, on one thread.

    `planes` and `counts` are stacked; steps that have a row are counted. Before and after change places at
    every step.
    """
    for run in range(drawn.seed.shape[0]):
        own_world, own, seen = world_of(world, drawn, run), planes_of(planes, run), counts_of(counts, run)
        row = 0
        while row < seen.step.shape[0] and seen.step[row] < first:
            row += 1
        for step in range(first, last + 1):
            phases.whole_step(own_world, rates, own, step, room, large_room)
            own = swapped(own)
            if row < seen.step.shape[0] and seen.step[row] == step:
                phases.count_all(own_world, own, seen, row, room)
                row += 1


@compiled
def turbulence(world: Any, rates: Any, planes: Any, step: int) -> None:
    """A1."""
    changeover.turbulence(world, rates, planes, step)


@compiled
def leave_all(world: Any, rates: Any, planes: Any, step: int, first: int, last: int) -> None:
    """A2, first half, in some practices."""
    phases.leave_all(world, rates, planes, step, first, last)


@compiled
def come_all(world: Any, rates: Any, planes: Any, step: int, first: int, last: int) -> None:
    """A2, second half, in some practices."""
    phases.come_all(world, rates, planes, step, first, last)


@compiled
def forget_all(world: Any, rates: Any, planes: Any, step: int, first: int, last: int) -> None:
    """A3 in some practices."""
    phases.forget_all(world, rates, planes, step, first, last)


@compiled
def forget_service(world: Any, rates: Any, planes: Any, step: int) -> None:
    """A3 of the bodies of the service."""
    phases.forget_service(world, rates, planes, step)


@compiled
def act_service(world: Any, rates: Any, planes: Any, step: int) -> None:
    """B of the bodies of the service, and the audit."""
    phases.act_service(world, rates, planes, step)


@compiled
def act_all(world: Any, rates: Any, planes: Any, step: int, first: int, last: int) -> None:
    """B in some practices."""
    phases.act_all(world, rates, planes, step, first, last)


@compiled
def learn_all(world: Any, rates: Any, planes: Any, step: int, first: int, last: int, room: Any) -> None:
    """C and D1 in some practices."""
    phases.learn_all(world, rates, planes, step, first, last, room)


@compiled
def learn_service(world: Any, rates: Any, planes: Any, step: int, room: Any) -> None:
    """C and D1 of the bodies of the service."""
    phases.learn_service(world, rates, planes, step, room)


@compiled
def reform_all(
    world: Any, drawn: Any, rates: Any, planes: Any, step: int, allocation_before: Any, room: Any
) -> None:
    """D2 of all practices of some runs; `planes` are stacked."""
    for run in range(drawn.seed.shape[0]):
        own_world, own = world_of(world, drawn, run), planes_of(planes, run)
        for practice in range(world.practices):
            reform(own_world, rates, own, step, practice, allocation_before[run], room)


@compiled
def count_all(world: Any, planes: Any, counts: Any, row: int, room: Any) -> None:
    """Count everybody of some runs; `planes` and `counts` are stacked."""
    for run in range(counts.step.shape[0]):
        phases.count_all(world, planes_of(planes, run), counts_of(counts, run), row, room)


@compiled
def count_practices(world: Any, planes: Any, counts: Any, row: int, first: int, last: int, room: Any) -> None:
    """Count the staff and the memories of some practices."""
    counting.count_practices(world, planes, counts, row, first, last, room)


@compiled
def count_service(world: Any, planes: Any, counts: Any, row: int) -> None:
    """Count the bodies of the service."""
    counting.count_service(world, planes, counts, row)


@compiled
def gather(counts: Any, row: int, room: Any) -> None:
    """Add what was summed over some practices."""
    counting.gather(counts, row, room)


@compiled
def followed_step(
    world: Any, rates: Any, planes: Any, notes: Any, step: int, room: Any, large_room: Any
) -> int:
    """A whole step but for D2, with its lessons noted; called again, it goes on where it stopped.

    Returns
    -------
    int
        0 when the step is done; else for how many changes there must be room in the notes first.
    """
    after = swapped(planes)
    more = change_over(world, rates, planes, notes, step)
    if more == 0:
        more = act_on_what_is_left(world, rates, planes, after, notes, step)
    if more == 0:
        more = learn(world, rates, after, notes, step, room, large_room)
    if more == 0:
        end_step(world, after, notes, step, room)
    return more
