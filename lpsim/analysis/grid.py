"""What would be if levers stood otherwise: every combination of up to three, simulated in the same worlds."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Unpack

import numpy as np

from lpsim.analysis.summary import are_clear, half_width, paired_differences, summarize_runs
from lpsim.errors import InputError
from lpsim.model.counts import recorded_steps
from lpsim.population.build import build
from lpsim.runs.measures import LEVELS
from lpsim.runs.simulate import simulate_many
from lpsim.scenario import Scenario
from lpsim.scenario.evidence import numbers
from lpsim.scenario.idle import why_idle
from lpsim.scenario.keys import CHANGEABLE, field_at, matches, nearest
from lpsim.storage.readers import as_number
from lpsim.watching import within

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from lpsim.engines.behaviours import Agents

EXAMPLE = "practice.analysis.share=0:1:5"
"""How a lever is written."""
MOST = 3
"""Levers of a grid."""
MOST_VALUES = 11
"""Values of a lever, besides the scenario's own."""
MOST_COMBINATIONS = 400
VALUES = 5
"""Values of a lever that nobody chose, besides the scenario's own."""
WORLDS = (5, 20)
"""At least, and at most, so many of each combination."""
BUDGET = 30_000_000
"""People times steps that a grid nobody asked for may take, in all: about half a minute."""
MOST_STEPS = 61
USUAL = {
    "practice.codification.meetings": 1.0,
    "practice.analysis.share": 1.0,
    "service.guidance.rate": 0.1,
    "service.reporting.share": 0.3,
    "practice.discussion.meetings": 1.0,
    "protected_time.share": 0.1,
}
"""Levers where nobody chose any, the first of those that act, and how far up each goes."""


class Lever(NamedTuple):
    """A key of a scenario and the values it takes, ascending, its own among them."""

    key: str
    values: tuple[float, ...]
    own: float

    @property
    def place(self) -> int:
        """The place of its own value."""
        return self.values.index(self.own)


@dataclass(frozen=True, eq=False)
class Grid:
    """Every combination of the levers' values.

    Attributes
    ----------
    scenario : Scenario
    levers : tuple of Lever
        One to three.
    seeds : tuple of int
        Of every combination.
    steps : array of int, (S,)
        At most `MOST_STEPS` of those recorded, evenly, the first and the last among them.
    measures : tuple of str
        `LEVELS`.
    mean, low, high : array, (a value per lever, …, measure, S)
        The mean over the worlds and their spread.
    apart : array, (a value per lever, …, measure, 3)
        At the last step the paired difference from the scenario's own values: its mean and the ends of its
        95 % interval. NaN, as all of it, where settings contradict each other.
    """

    scenario: Scenario
    levers: tuple[Lever, ...]
    seeds: tuple[int, ...]
    steps: NDArray[np.int64]
    measures: tuple[str, ...]
    mean: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    apart: NDArray[np.float64]

    @property
    def clear(self) -> NDArray[np.bool_]:
        """Whether a difference is clear, (a value per lever, …, measure).

        As `is_clear` has it of one difference among those of all measures, as `picked_among` counts them.
        """
        mean, low, high = np.moveaxis(self.apart, -1, 0)
        worlds = len(self.seeds)
        half_of_one = half_width(worlds - 1.0, worlds)  # of a standard deviation of 1
        among = np.maximum((self.apart != 0).any(axis=-1).sum(axis=-1, keepdims=True), 1)
        return are_clear(mean, (high - low) / 2 / half_of_one, worlds, among=among)


def read_lever(scenario: Scenario, text: str) -> Lever:
    """A lever as it is written: ``practice.codification.meetings=0:1:5``, from, to, and how many values.

    Raises
    ------
    InputError
        It is written otherwise, or the key is no number that an intervention may change.
    """
    if not isinstance(text, str):
        raise InputError(f"lever: found {text!r:.80}; write it as {EXAMPLE}.")
    key, equals, values = text.partition("=")
    known, key = dict(numbers(scenario.model_dump(mode="json"))), key.strip()
    parts = values.split(":")
    if not equals or len(parts) != 3:
        raise InputError(f"lever {text}: found no KEY=FROM:TO:COUNT; write it as {EXAMPLE}.")
    if key not in known or not matches(key, CHANGEABLE):
        hint = nearest(key, [name for name in known if matches(name, CHANGEABLE)])
        end = "" if hint.endswith("?") else "."
        raise InputError(f"lever {key}: is no number of this scenario that can be moved; {hint}{end}")
    low, high, count = (_number(text, part) for part in parts)
    if not (low < high and count == int(count) and 2 <= count <= MOST_VALUES):
        raise InputError(
            f"lever {text}: found {values}; allowed are two ascending numbers and 2 to {MOST_VALUES} values."
        )
    lever = _lever(key, known[key], np.linspace(low, high, int(count)))
    for value in lever.values:
        _see_that_it_is_allowed(scenario, key, value, text)
    return lever


def _see_that_it_is_allowed(scenario: Scenario, key: str, value: float, text: str) -> None:
    try:
        scenario.adapted({key: value})
    except InputError as error:
        found = " ".join(str(error).removeprefix("scenario:").split())
        raise InputError(f"lever {text}: {found}") from None


def read_levers(scenario: Scenario, texts: Sequence[str]) -> list[Lever]:
    """Some levers, each as `read_lever` reads it.

    Raises
    ------
    InputError
        As `read_lever`; or they are too many, or one is given twice.
    """
    levers = [read_lever(scenario, text) for text in texts]
    if levers:
        _see_that_they_make_a_grid(levers)
    return levers


def _see_that_they_make_a_grid(levers: Sequence[Lever]) -> None:
    combinations = math.prod(len(lever.values) for lever in levers)
    if not 1 <= len(levers) <= MOST or combinations > MOST_COMBINATIONS:
        raise InputError(
            f"lever: found {len(levers)} levers with {combinations} combinations; allowed are up to "
            f"{MOST} levers and {MOST_COMBINATIONS} combinations."
        )
    keys = [lever.key for lever in levers]
    twice = [key for key in keys if keys.count(key) > 1]
    if twice:
        raise InputError(f"lever {twice[0]}: is given twice; give it once, with all its values.")


def usual_levers(scenario: Scenario, changed: Sequence[str] = ()) -> list[Lever]:
    """The first three of `USUAL` that can act and that no intervention sets, those changed before others."""
    known = dict(numbers(scenario.model_dump(mode="json")))
    moved = {key for change in scenario.interventions for key in change.set}
    keys = [
        key
        for key in sorted(USUAL, key=lambda key: key not in changed)
        if key in known and key not in moved and why_idle(scenario, key) is None
    ]
    return [_usual(scenario, key, known[key]) for key in keys[:MOST]]


def _usual(scenario: Scenario, key: str, own: float) -> Lever:
    """From 0, or the least value that nothing else in the scenario contradicts."""
    values = np.linspace(0, max(USUAL[key], own), VALUES)
    return _lever(key, own, [value for value in values.tolist() if _is_allowed(scenario, key, value)])


def _is_allowed(scenario: Scenario, key: str, value: float) -> bool:
    try:
        scenario.adapted({key: value})
    except InputError:
        return False
    return True


def affordable(scenario: Scenario, levers: Sequence[Lever], worlds: int) -> tuple[list[Lever], int]:
    """As many of the levers, and of the worlds, as `BUDGET` allows; none where not even one is."""
    cost = build(scenario, 0).structure.staff * scenario.steps
    for count in range(len(levers), 0, -1):
        combinations = math.prod(len(lever.values) for lever in levers[:count])
        most = min(worlds, WORLDS[1], BUDGET // (combinations * max(cost, 1)))
        if most >= min(WORLDS[0], worlds):
            return list(levers[:count]), most
    return [], 0


def grid(
    scenario: Scenario,
    levers: Iterable[Lever],
    seeds: Sequence[int],
    *,
    on_step: Callable[[int], None] | None = None,
    **own: Unpack[Agents],
) -> Grid:
    """Simulate every combination of levers with the same seeds.

    Raises
    ------
    InputError
        Too many levers or combinations, or a lever given twice; or as `simulate_many`.
    """
    chosen = tuple(levers)
    _see_that_they_make_a_grid(chosen)
    combinations = list(itertools.product(*(lever.values for lever in chosen)))
    steps = np.array(recorded_steps(scenario), dtype=np.int64)
    found = []
    for values in combinations:
        settings = dict(zip((lever.key for lever in chosen), values, strict=True))
        found.append(_of_combination(scenario, settings, seeds, steps, own))
        if on_step is not None:
            on_step(scenario.steps * len(seeds))
    return _summed(scenario, chosen, seeds, steps, np.array(found))


def _of_combination(
    scenario: Scenario,
    settings: dict[str, float],
    seeds: Sequence[int],
    steps: NDArray[np.int64],
    own: Agents,
) -> NDArray[np.float64]:
    """The levels (measure, world, step); NaN where settings that are allowed alone contradict each other."""
    try:
        as_set = scenario.adapted({**settings, "record.lessons": False})
    except InputError:
        return np.full((len(LEVELS), len(seeds), len(steps)), math.nan)
    with within():
        runs = [[run.column(name) for name in LEVELS] for run in simulate_many(as_set, seeds, **own)]
    return np.moveaxis(np.array(runs, dtype=float), 0, 1)


def _summed(
    scenario: Scenario,
    levers: tuple[Lever, ...],
    seeds: Sequence[int],
    steps: NDArray[np.int64],
    found: NDArray[np.float64],
) -> Grid:
    """The grid of values (combination, measure, world, step)."""
    shape = tuple(len(lever.values) for lever in levers)
    own = int(np.ravel_multi_index(tuple(lever.place for lever in levers), shape))
    places = np.unique(np.round(np.linspace(0, len(steps) - 1, min(MOST_STEPS, len(steps)))).astype(int))
    by_world = np.moveaxis(found, 2, 0)
    summary, ends = summarize_runs(by_world[..., places]), by_world[..., -1]
    apart = paired_differences(ends, np.broadcast_to(ends[:, own : own + 1], ends.shape))
    low, high = summary.spread

    def shaped(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return values.reshape(*shape, *values.shape[1:])

    return Grid(
        scenario, levers, tuple(seeds), steps[places], LEVELS, shaped(summary.mean), shaped(low),
        shaped(high), shaped(np.stack([apart.mean, apart.low, apart.high], axis=-1)),
    )  # fmt: skip


def _lever(key: str, own: float, values: Iterable[float]) -> Lever:
    field = field_at(Scenario, key)
    whole = field is not None and field.annotation is int
    found = {float(f"{value:.6g}") for value in values} | {float(own)}
    ends = {round(value) for value in found} if whole else found
    return Lever(key, tuple(sorted(ends)), round(own) if whole else float(own))


def _number(text: str, part: str) -> float:
    value = as_number(part)
    if not math.isfinite(value):
        raise InputError(f"lever {text}: found {part!r}, which is no number; write it as {EXAMPLE}.")
    return value
