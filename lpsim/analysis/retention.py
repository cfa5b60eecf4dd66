"""What practices still know a year after everybody has left and beginners have come.

Organizational learning is what survives the people (Rushmer et al. 2004): so take them all away and
see. After a stated step every member of staff, in all practices at once, is replaced by a novice, and
life goes on. Nothing else is touched: each practice's memory, its governing assumptions and its ties
stay, the health service's guidance stays, and the novices bring what the curriculum taught them, if
it teaches anything. In a control the practices' memories are emptied too, so that what the novices
learn again, from experience and from the service, is not mistaken for what the memory retained.

No engine needs to know of this. Every random number is a function of its event, not of what was
drawn before, so a run in which turnover is certain for one step *is* the experiment on a copy of the
state: up to that step it is the undisturbed run to the last bit (`everybody_replaced`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
import pandas as pd

from lpsim.analysis.summary import paired_difference, summarize
from lpsim.errors import InputError
from lpsim.model.seeds import whole_seeds
from lpsim.runs.measures import MEASURES
from lpsim.runs.simulate import simulate
from lpsim.scenario.settings import Settings
from lpsim.scenario.taken import as_scenario
from lpsim.watching import progress, within

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from lpsim.engines.behaviours import Behaviours
    from lpsim.engines.registry import EngineName
    from lpsim.scenario import Scenario

YEAR = 12
"""Steps, where a step is a month."""
RETAINED_MEASURES = (
    "staff_knowledge",
    "collective_knowledge",
    "practice_knowledge",
    "known_by_most",
    "in_practice_memory",
)
"""As in a run's series."""
CASES = ("before", "undisturbed", "replaced", "replaced_without_memory")
KEPT = "kept_by_memory"
"""``replaced`` less ``replaced_without_memory``, run by run."""


def retained(
    scenario: Scenario | str | Path,
    *,
    at: Sequence[int],
    seed: int = 1,
    later: int = YEAR,
    engine: EngineName | None = None,
    **own: Unpack[Behaviours],
) -> pd.DataFrame:
    """Replace everybody by novices after each stated step, and see what is known a year later.

    Read it so: ``undisturbed - replaced`` is what the loss of the people costs, and ``replaced -
    replaced_without_memory`` is what the memory kept alive; ``replaced_without_memory`` itself is what
    comes back by experience, by the service and by the curriculum.

    Parameters
    ----------
    scenario : Scenario, str or Path
        Or its file, or the name of one that ships. As it is, its interventions included; none need be
        made for the experiment.
    at : sequence of int
        The steps after which everybody is replaced, each in an experiment of its own: 0 to the
        scenario's last.
    seed : int
        As for `simulate`; the same in every run, so that they differ by the replacement alone.
    later : int
        Steps from the replacement to the observation; the novices take part in all of them, the first
        is the one in which they come. May reach beyond the scenario's last step.
    engine, staff_member, practice, service
        As for `simulate`.

    Returns
    -------
    pandas.DataFrame
        One row per stated step and measure: ``at``, ``measure`` (of `RETAINED_MEASURES`), ``before`` (at
        the end of step ``at``), and, `later` steps on, ``undisturbed`` (nobody but the usual leavers
        left), ``replaced`` (everybody was) and ``replaced_without_memory`` (and the memories of all
        practices were emptied).

    Raises
    ------
    InputError
        `at` is empty, names a step twice, or one that is no whole number from 0 to the last; `later`
        is no whole number from 1; or as `simulate`.
    """
    scenario = as_scenario(scenario)
    steps = _checked(scenario, at, later)
    seen = [*steps, *(step + later for step in steps)]
    every = math.gcd(*(step for step in seen if step < max(seen))) or max(seen)
    changes = scenario.model_dump(mode="json")["interventions"]
    whole = _lasting(scenario, max(seen), changes).replace({"record.every": every})
    undisturbed = simulate(whole, seed=seed, engine=engine, **own).series.set_index("step").to_dict("index")
    tables = []
    for step in steps:
        ends = {"before": undisturbed[step], "undisturbed": undisturbed[step + later]}
        for case, without in zip(CASES[2:], (False, True), strict=True):
            changed = everybody_replaced(scenario, at=step, later=later, without_memory=without)
            changed = changed.replace({"record.every": step + later})
            ends[case] = simulate(changed, seed=seed, engine=engine, **own).series.to_dict("records")[-1]
        numbers = {case: [row[name] for name in RETAINED_MEASURES] for case, row in ends.items()}
        tables.append(pd.DataFrame({"at": step, "measure": RETAINED_MEASURES, **numbers}))
    return pd.concat(tables, ignore_index=True)


def retained_over_seeds(
    scenario: Scenario | str | Path,
    *,
    at: Sequence[int],
    seeds: Sequence[int],
    later: int = YEAR,
    engine: EngineName | None = None,
    on_seed: Callable[[int], None] | None = None,
    **own: Unpack[Behaviours],
) -> pd.DataFrame:
    """`retained` for several seeds: means over them, each with its 95 % interval.

    Parameters are those of `retained`; `on_seed` is called with how many more seeds are done (by default a
    bar shows it where a person watches).

    Returns
    -------
    pandas.DataFrame
        One row per stated step, measure and case: ``at``, ``measure``, ``case`` (of `CASES`, and
        ``kept_by_memory``, the difference replaced - replaced_without_memory of each seed), ``mean``,
        ``low``, ``high`` (Student's t over seeds, cut at what is possible; empty with one seed) and ``runs``.

    Raises
    ------
    InputError
        As `retained`; or there are no seeds, or one is given twice.
    """
    scenario, seeds = as_scenario(scenario), whole_seeds(seeds)
    if not seeds:
        raise InputError("seeds: found none; give at least one.")
    if len(set(seeds)) < len(seeds):
        raise InputError("seeds: found one twice; give each once.")
    tables = []
    with progress(len(seeds), on_seed, "on_seed") as tell, within():
        for seed in seeds:
            tables.append(retained(scenario, at=at, seed=seed, later=later, engine=engine, **own))
            if tell is not None:
                tell(1)
    rows = []
    for (step, measure), table in pd.concat(tables).groupby(["at", "measure"], sort=False):
        low, high = MEASURES[str(measure)].low, MEASURES[str(measure)].high
        found = {case: summarize(table[case]).within(low, high) for case in CASES}
        kept = paired_difference(table["replaced"], table["replaced_without_memory"])
        found[KEPT] = kept.within(low - high, high - low)
        for case, over in found.items():
            numbers = {"mean": over.mean, "low": over.low, "high": over.high}
            rows.append({"at": step, "measure": measure, "case": case, **numbers, "runs": len(tables)})
    return pd.DataFrame(rows)


# --- the experiment as a scenario -----------------------------------------------------------------


def everybody_replaced(
    scenario: Scenario, *, at: int, later: int = YEAR, without_memory: bool = False
) -> Scenario:
    """The scenario in which all staff are replaced by novices in step ``at + 1``, as interventions.

    It lasts to step ``at + later`` and follows no lessons. Up to step `at` it is the same to the last
    bit; in the step after it turnover is certain for all roles and kinds of practices and nobody
    experienced comes, and with `without_memory` practices forget everything; from then on every value
    is what it is in the original, whatever interventions that has before, at and after these steps.

    Raises
    ------
    InputError
        As `retained`, of which it is a part.
    """
    (at,) = _checked(scenario, [at], later)
    during, after = at + 1, at + 2
    certain = {f"roles.{role}.turnover": 1.0 for role in scenario.roles} | {"turnover.experienced": 0.0}
    if without_memory:
        certain["forgetting.practice"] = 1.0
    settings = Settings(scenario)
    for step in range(1, after + 1):
        settings.advance(step)
    begin = {place: certain[key] for place, _, key in _places(scenario, certain, during)}
    end = {
        place: _value(settings.by_kind[kind], key) for place, kind, key in _places(scenario, certain, after)
    }
    experiment = {during: begin, after: end}
    changes = []
    for change in scenario.model_dump(mode="json")["interventions"]:
        replaced = experiment.get(change["at"], {})
        rest = {place: value for place, value in change["set"].items() if place not in replaced}
        changes.append({**change, "set": rest})
    title = "everybody is replaced" + (", memories are emptied" if without_memory else "")
    changes.append({"at": during, "title": title, "set": begin})
    changes.append({"at": after, "title": "life goes on", "set": end})
    return _lasting(scenario, at + later, changes)


def _places(scenario: Scenario, keys: Iterable[str], step: int) -> Iterator[tuple[str, int, str]]:
    """Where keys have values at a step: the dotted key of each, its place in `Settings.by_kind`, the key.

    A kind has a value of its own if its table or an intervention up to now gave it one; where it has
    none, none may be set: it would no longer follow the others' later changes.
    """
    changed = {place for change in scenario.interventions if change.at <= step for place in change.set}
    for key in keys:
        yield key, 0, key
        for number, kind in enumerate(scenario.kinds, start=1):
            own = f"kinds.{kind.name}.{key}"
            if key in kind.set or own in changed:
                yield own, number, key


def _value(settings: Any, key: str) -> Any:
    for part in key.split("."):
        settings = settings[part] if isinstance(settings, dict) else getattr(settings, part)
    return settings


def _lasting(scenario: Scenario, steps: int, changes: Iterable[Mapping[str, Any]]) -> Scenario:
    """The scenario with other interventions and another length, and without lessons."""
    kept = [dict(change) for change in changes if change["at"] <= steps and change["set"]]
    overrides = {"steps": steps, "interventions": kept, "record.lessons": False}
    kinds = scenario.model_dump(mode="json")["kinds"]
    given = (table["set"].items() for table in (*kinds, *kept))
    timed = any(value for table in given for key, value in table if key.endswith("protected_time.enabled"))
    if not timed and not scenario.protected_time.enabled:
        # Protected time would have come only later: no review ever happens, and none is allowed.
        for kind in kinds:
            kind["set"].pop("loops.triple.review", None)
        overrides |= {"loops.triple.review": 0, "kinds": kinds}
    return scenario.adapted(overrides)


def _checked(scenario: Scenario, at: Any, later: Any) -> list[int]:
    """The stated steps as plain numbers; `InputError` where the experiment cannot be made."""
    if not _whole(later) or later < 1:
        raise InputError(f"later: found {later}; allowed is a whole number of steps from 1.")
    allowed = f"whole numbers from 0 to the scenario's steps, {scenario.steps}"
    if not isinstance(at, Iterable):
        raise InputError(f"at: found {at}; allowed is a list of {allowed}.")
    steps = list(at)
    if not steps:
        raise InputError(f"at: found no step; give at least one, {allowed}.")
    for step in steps:
        if not _whole(step) or not 0 <= step <= scenario.steps:
            raise InputError(f"at: found {step}; allowed are {allowed}.")
    if len(set(steps)) < len(steps):
        raise InputError("at: found a step twice; give each once.")
    return [int(step) for step in steps]


def _whole(value: Any) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)
