"""Why a measure that was asked for is none of some scenarios', with the one most like it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpsim.runs.groups import groups_of, measure_and_group
from lpsim.runs.measures import MEASURES
from lpsim.runs.over_steps import MONTHS_TO_HALF, mean_of_last
from lpsim.scenario.keys import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lpsim.scenario import Scenario


def measure_problem(scenarios: Mapping[str, Scenario], name: str, more: Iterable[str] = ()) -> str | None:
    """Why a measure, or one of a group or of several steps, is not recorded by any of the scenarios.

    None where it is, or where it is one of `more`; what a group has is not looked at without a scenario. The
    sentence ends without its full stop.
    """
    if name in more or name in MONTHS_TO_HALF:
        return None
    over = mean_of_last(name)
    if over is not None:
        name, last = over
        steps = next(iter(scenarios.values())).steps if scenarios else last
        if last > steps:
            return f"a run has {steps} steps; take the mean of fewer"
    named = measure_and_group(name)
    if named is None:
        known = [*MEASURES, *more]
        return None if name in known else nearest(name, [*known, *MONTHS_TO_HALF])
    measure, group = named
    groups = {found: of for scenario in scenarios.values() for found, of in groups_of(scenario).items()}
    if not groups or measure in groups.get(group, ()):
        return None
    if group in groups:
        return f"of {group} there is {' and '.join(groups[group])}"
    return f"no group {group!r}; {nearest(group, groups)}"


def as_sentence(problem: str) -> str:
    """What is wrong, with its full stop where it does not ask."""
    return problem if problem.endswith("?") else f"{problem}."
