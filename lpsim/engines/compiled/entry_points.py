"""What Python calls: many steps of many runs on one thread, or a part of one step, on several threads.

Each is compiled whole, with everything it calls put in its place: a call between compiled functions costs
as much as the work it asks for.
"""

from __future__ import annotations

from typing import Any

from lpsim.engines.compiled import changeover, counting, phases
from lpsim.engines.compiled.arrays import planes_of, swapped
from lpsim.engines.compiled.counting import counts_of
from lpsim.engines.compiled.journal import act_on_what_is_left, change_over, end_step, learn
from lpsim.engines.compiled.rate_arrays import rates_of
from lpsim.engines.compiled.reform import reform
from lpsim.engines.compiled.stacking import fixed_of
from lpsim.model.bundles import by_reference as ref
from lpsim.model.jit import compiled


@compiled
def many_runs(
    fixed: Any,
    drawn: Any,
    rates: Any,
    planes: Any,
    counts: Any,
    now: int,
    first: int,
    last: int,
    scratch: Any,
    large_scratch: Any,
) -> None:
    """Steps `first` to `last`, except D2, of some runs, one after the other, on one thread.

    All are stacked. Each set of rates is one point's: its runs, one in every world, follow those of the point
    before. What everybody is now is counted into the row `now`, if it is one, and then the steps that have
    a row. Before and after change places at every step.
    """
    worlds = drawn.seed.shape[0]
    for run in range(planes.held.shape[0]):
        own_fixed, own, own_counts = (
            fixed_of(fixed, drawn, run % worlds),
            planes_of(planes, run),
            counts_of(counts, run),
        )
        own_rates = rates_of(rates, run // worlds)
        if now >= 0:
            phases.count_all(ref(own_fixed), ref(own), ref(own_counts), now, ref(scratch))
        row = 0
        while row < own_counts.step.shape[0] and own_counts.step[row] < first:
            row += 1
        for step in range(first, last + 1):
            phases.whole_step(
                ref(own_fixed), ref(own_rates), ref(own), step, ref(scratch), ref(large_scratch)
            )
            own = swapped(own)
            if row < own_counts.step.shape[0] and own_counts.step[row] == step:
                phases.count_all(ref(own_fixed), ref(own), ref(own_counts), row, ref(scratch))
                row += 1


@compiled
def turbulence(fixed: Any, rates: Any, planes: Any, step: int) -> None:
    """A1."""
    changeover.turbulence(ref(fixed), ref(rates), ref(planes), step)


@compiled
def leave_all(fixed: Any, rates: Any, planes: Any, step: int, first: int, last: int) -> None:
    """A2, first half, in some practices."""
    phases.leave_all(ref(fixed), ref(rates), ref(planes), step, first, last)


@compiled
def come_all(fixed: Any, rates: Any, planes: Any, step: int, first: int, last: int) -> None:
    """A2, second half, in some practices."""
    phases.come_all(ref(fixed), ref(rates), ref(planes), step, first, last)


@compiled
def forget_all(fixed: Any, rates: Any, planes: Any, step: int, first: int, last: int) -> None:
    """A3 in some practices."""
    phases.forget_all(ref(fixed), ref(rates), ref(planes), step, first, last)


@compiled
def forget_service(fixed: Any, rates: Any, planes: Any, step: int) -> None:
    """A3 of the bodies of the service."""
    phases.forget_service(ref(fixed), ref(rates), ref(planes), step)


@compiled
def act_service(fixed: Any, rates: Any, planes: Any, step: int) -> None:
    """B of the bodies of the service, and the audit."""
    phases.act_service(ref(fixed), ref(rates), ref(planes), step)


@compiled
def act_all(fixed: Any, rates: Any, planes: Any, step: int, first: int, last: int) -> None:
    """B in some practices."""
    phases.act_all(ref(fixed), ref(rates), ref(planes), step, first, last)


@compiled
def learn_all(fixed: Any, rates: Any, planes: Any, step: int, first: int, last: int, scratch: Any) -> None:
    """C and D1 in some practices."""
    phases.learn_all(ref(fixed), ref(rates), ref(planes), step, first, last, ref(scratch))


@compiled
def learn_service(fixed: Any, rates: Any, planes: Any, step: int, scratch: Any) -> None:
    """C and D1 of the bodies of the service."""
    phases.learn_service(ref(fixed), ref(rates), ref(planes), step, ref(scratch))


@compiled
def reform_all(
    fixed: Any, drawn: Any, rates: Any, planes: Any, step: int, allocation_before: Any, scratch: Any
) -> None:
    """D2 of all practices of some runs; `fixed` and `planes` are stacked."""
    for run in range(drawn.seed.shape[0]):
        own_fixed, own = fixed_of(fixed, drawn, run), planes_of(planes, run)
        for practice in range(fixed.practices):
            reform(ref(own_fixed), ref(rates), ref(own), step, practice, allocation_before[run], ref(scratch))


@compiled
def count_practices(
    fixed: Any, planes: Any, counts: Any, row: int, first: int, last: int, scratch: Any
) -> None:
    """Count the staff and the memories of some practices."""
    counting.count_practices(ref(fixed), ref(planes), ref(counts), row, first, last, ref(scratch))


@compiled
def count_service(fixed: Any, planes: Any, counts: Any, row: int) -> None:
    """Count the bodies of the service."""
    counting.count_service(ref(fixed), ref(planes), ref(counts), row)


@compiled
def gather(counts: Any, row: int, scratch: Any) -> None:
    """Add what was summed over some practices."""
    counting.gather(ref(counts), row, ref(scratch))


@compiled
def step_with_lessons(
    fixed: Any, rates: Any, planes: Any, journal: Any, step: int, scratch: Any, large_scratch: Any
) -> int:
    """A whole step except D2, with its lessons followed; called again, it goes on where it stopped.

    Returns
    -------
    int
        0 when the step is done; else for how many changes the journal must have space first.
    """
    after = ref(swapped(planes))
    more = change_over(ref(fixed), ref(rates), ref(planes), ref(journal), step)
    if more == 0:
        more = act_on_what_is_left(ref(fixed), ref(rates), ref(planes), after, ref(journal), step)
    if more == 0:
        more = learn(ref(fixed), ref(rates), after, ref(journal), step, ref(scratch), ref(large_scratch))
    if more == 0:
        end_step(ref(fixed), after, ref(journal), step, ref(scratch))
    return more
