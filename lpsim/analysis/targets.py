"""Targets of a calibration: what was observed, how surely, and what of the model it is held against."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Annotated, NamedTuple, Self

import numpy as np
from pydantic import Field, model_validator

from lpsim.analysis.measured import measure_of
from lpsim.analysis.observed import OBSERVED
from lpsim.errors import InputError
from lpsim.lessons.stages import REACHED
from lpsim.runs.asked import measure_problem
from lpsim.runs.over_steps import MONTHS_TO_HALF
from lpsim.scenario.keys import nearest
from lpsim.scenario.parameters import Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from lpsim.scenario import Scenario
    from lpsim.sweeps.design.design import Design
    from lpsim.sweeps.store.store import Store

_SHARE = re.compile(r"(?P<part>\w+) of (?P<whole>\w+)")
_PACE = re.compile(r"(?P<part>\w+) per practice and step")
_TWO_SIDED = 1.959964
"""Standard deviations from the middle of a 95 % interval to its ends."""
WIDE = 3.0
"""Standard deviations: beyond them lies what is ruled out, unless told otherwise (Pukelsheim 1994)."""
BORROWED = 4
"""How many runs the middle variance of all points counts as, beside a point's own: with few seeds that alone
is now and then far too small."""


class Target(Table):
    """A number that was observed."""

    name: str = Field(min_length=1)
    """What it is called in the results."""
    measure: str | None = None
    """The measure of the model that it is held against, as `Keep.measures` names it; or"""
    rate: str | None = None
    """how far lessons got: as in "analysed of born", or "born per practice and step"."""
    step: int | None = Field(None, ge=0)
    """At which step; default: the last."""
    observed: str | None = None
    """A rate of the literature that gives value, uncertainty and source (`lpsim.analysis.observed`)."""
    value: float | None = None
    """What was observed."""
    sd: float | None = Field(None, gt=0)
    """How uncertain that is: its standard deviation; or"""
    interval: Annotated[tuple[float, float], Field(strict=False)] | None = None
    """the 95 % interval around it."""
    discrepancy: float = Field(0.0, ge=0)
    """A standard deviation more: how far the model's number may be another quantity than the one observed."""
    source: str = ""
    """Where it comes from."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        problem = self._problem()
        if problem:
            raise ValueError(problem)
        return self

    def _problem(self) -> str | None:
        if (self.measure is None) == (self.rate is None):
            found = "neither" if self.measure is None else "both"
            return f"found {found} measure and rate; give one of the two"
        if self.rate is not None and self.parts() is None:
            return (
                f'rate: found {self.rate!r}; allowed is as "analysed of born" or "born per practice and step"'
            )
        unknown = [stage for stage in self.parts() or () if stage and stage not in REACHED]
        if unknown:
            return f"rate: no stage {unknown[0]!r}; {nearest(unknown[0], REACHED)}"
        if self.observed is None and self.value is None:
            return "value: missing; give what was observed"
        if self.observed is not None and (self.value is not None or self.observed not in _RATES):
            hint = nearest(self.observed, _RATES)
            return (
                "found observed and value; leave one of the two out"
                if self.value is not None
                else f"observed: no such rate {self.observed!r}; {hint}"
            )
        return self._uncertainty_problem()

    def _uncertainty_problem(self) -> str | None:
        if self.sd is not None and self.interval is not None:
            return "found sd and interval; give one of the two"
        if self.interval is not None and not self.interval[0] < self.interval[1]:
            return f"interval: found {list(self.interval)}; allowed is the lower end first, then a higher one"
        if self.interval is not None and not self.interval[0] <= self.centre <= self.interval[1]:
            found = f"found {list(self.interval)}, and {self.centre:g} was observed"
            return f"interval: {found}; give the 95 % interval around that"
        if self.sd is None and self.interval is None and self._binomial() is None:
            return (
                "has no uncertainty, but nothing is observed exactly; give sd, or interval (95 %: low, high)"
            )
        return None

    def _binomial(self) -> float | None:
        """The standard deviation of an observed share, of so many."""
        rate = _RATES.get(self.observed or "")
        return None if rate is None else rate.sd

    def parts(self) -> tuple[str, str | None] | None:
        """The stages of a rate: of what, and of which whole (None: per practice and step)."""
        for pattern in (_SHARE, _PACE):
            found = pattern.fullmatch(self.rate or "")
            if found:
                return found["part"], found.groupdict().get("whole")
        return None

    @property
    def centre(self) -> float:
        """What was observed."""
        if self.value is not None:
            return self.value
        assert self.observed is not None
        return _RATES[self.observed].value

    @property
    def spread(self) -> float:
        """The standard deviation of what was observed, and of how far the model's number may be another."""
        if self.interval is not None:
            own = (self.interval[1] - self.interval[0]) / (2 * _TWO_SIDED)
        else:
            own = self.sd or self._binomial() or 0.0
        return float(np.hypot(own, self.discrepancy))

    @property
    def about(self) -> str:
        """What of the model it is held against."""
        return str(self.measure or f"lessons {self.rate}")

    @property
    def origin(self) -> str:
        """Where it comes from."""
        return self.source or (_RATES[self.observed].source if self.observed else "")


_RATES = {rate.name: rate for rate in OBSERVED}


class Estimates(NamedTuple):
    """What runs say of every target at every point."""

    parts: NDArray[np.float64]
    """What a rate divides, or the value of a measure: shape (points, seeds, targets); NaN where a run
    failed."""
    wholes: NDArray[np.float64]
    """What it is divided by; 1 of a measure."""

    @property
    def values(self) -> NDArray[np.float64]:
        """Over all seeds, (points, targets): rates of sums, as small counts alone would be too uncertain.

        None where half of the runs or more have none: what a few got to is no number of the point.
        """
        found = _ratio(np.nansum(self.parts, axis=1), np.nansum(self.wholes, axis=1))
        return np.where(2 * self.missing < self.parts.shape[1], found, np.nan)

    @property
    def missing(self) -> NDArray[np.int64]:
        """In how many runs there is no value, (points, targets)."""
        missing: NDArray[np.int64] = np.isnan(self.parts).sum(axis=1)
        return missing

    def only(self, known: NDArray[np.bool_]) -> Estimates:
        """The same without some values, of shape (points, targets)."""
        return Estimates(*(np.where(known[:, None], counts, np.nan) for counts in self))

    @property
    def errors(self) -> NDArray[np.float64]:
        """How far chance alone moves the values, (points, targets): standard errors, by the jackknife.

        Each point's own variance is drawn towards the middle one of all points. As all points have the same
        seeds, these together still know chance by so few: errors are widened as Student's t is against the
        normal distribution, so that what lies beyond `WIDE` of them is as rare.
        """
        without = self._without
        known = np.isfinite(without).sum(axis=1)
        off = without - _ratio(np.nansum(without, axis=1), known)[:, None]
        own = _ratio((known - 1) * np.nansum(off**2, axis=1), known)
        free = np.maximum(known - 1, 0)
        middle = np.array([np.median(some[some >= 0]) if (some >= 0).any() else 0.0 for some in own.T])
        pooled = (free * np.nan_to_num(own) + BORROWED * middle) / (free + BORROWED)
        found: NDArray[np.float64] = _student(self.parts.shape[1] - 1) * np.sqrt(pooled)
        return found

    def by_seed(self) -> NDArray[np.float64]:
        """What each seed gives in the mean over points, (seeds, targets): their mean is that of the values.

        Of a measure its own mean. Of a rate, which many a run has not by itself, how far the mean over points
        would move without the seed, scaled up as the jackknife does.
        """
        values = self.values[:, None]
        without = _mean(np.where(np.isfinite(self._without) & np.isfinite(values), self._without, values))
        moved = without.mean(axis=0) - without
        found: NDArray[np.float64] = _mean(values) + (len(without) - 1) * moved
        return found

    @property
    def _without(self) -> NDArray[np.float64]:
        """The values over all seeds but one, (points, seeds, targets)."""
        sums = (np.nansum(counts, axis=1)[:, None] for counts in (self.parts, self.wholes))
        return _ratio(*(whole - each for whole, each in zip(sums, (self.parts, self.wholes), strict=True)))


def _student(freedom: int) -> float:
    """How much further out Student's t has what the normal distribution has beyond `WIDE`."""
    from scipy.special import ndtr, stdtrit  # noqa: PLC0415

    return float(stdtrit(freedom, ndtr(WIDE))) / WIDE


def _mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Over the points that have a value."""
    return _ratio(np.nansum(values, axis=0), np.isfinite(values).sum(axis=0))


def _ratio(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    found = np.full(np.broadcast(part, whole).shape, np.nan)
    np.divide(part, whole, out=found, where=whole > 0)
    return found


def columns_of(targets: Sequence[Target]) -> tuple[tuple[str, ...], bool]:
    """The measures that targets need, and whether they need lessons."""
    return tuple(dict.fromkeys(t.measure for t in targets if t.measure)), any(t.rate for t in targets)


def estimates(store: Store, design: Design, targets: Sequence[Target]) -> Estimates:
    """What the runs of a store say of targets, of shape (points, replications, targets)."""
    frame = store.frame()
    shape = (len(design.points), design.scheme.replications)
    parts, wholes = (np.full((*shape, len(targets)), np.nan) for _ in range(2))
    for place, target in enumerate(targets):
        rows = frame[frame["step"] == step_of(target, design.base)]
        seeds = rows["seed"].to_numpy(dtype=np.uint64) - np.uint64(design.scheme.first_seed)
        at = rows["point"].to_numpy(), seeds.astype(np.int64)
        part, whole = _columns(rows, target, design)
        known = np.isfinite(part)
        parts[(*at, place)] = np.where(known, part, np.nan)
        wholes[(*at, place)] = np.where(known, whole, np.nan)
    return Estimates(parts, wholes)


def step_of(target: Target, scenario: Scenario) -> int:
    """The step at which a target is held against the model."""
    return scenario.steps if target.step is None else target.step


def model_problems(target: Target, scenarios: Mapping[str, Scenario]) -> Iterator[str]:
    """What of a target a model has not, or cannot give; of the steps nothing where there is no scenario."""
    place = f"targets.{target.name}"
    scenario = next(iter(scenarios.values()), None)
    if scenario is not None and step_of(target, scenario) > scenario.steps:
        steps = scenario.steps
        yield f"{place}.step: found {target.step}; allowed are steps of the run, 0 to {steps}"
    problem = measure_problem(scenarios, target.measure) if target.measure else None
    if problem is not None:
        yield f"{place}.measure: {target.measure!r} is not recorded; {problem}"
        return
    low, high = _possible(target, scenario)
    if not low <= target.centre <= high:
        most = f" and at most {high:g}" if high < math.inf else ""
        yield (
            f"{place}.value: found {target.centre:g}, but {target.about} is at least {low:g}{most}; "
            "give it in that unit"
        )


def _possible(target: Target, scenario: Scenario | None) -> tuple[float, float]:
    """The lowest and the highest value that the model's number can have."""
    if target.measure in MONTHS_TO_HALF and scenario is not None:
        return 0.0, float(step_of(target, scenario))
    if target.measure:
        found = measure_of(target.measure)
        return found.low, found.high
    parts = target.parts()
    return 0.0, 1.0 if parts and parts[1] == "born" else math.inf


def _columns(
    rows: pd.DataFrame, target: Target, design: Design
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What is divided and by what, a value per row."""
    if target.measure:
        values: NDArray[np.float64] = rows[target.measure].to_numpy(dtype=float)
        return values, np.ones(len(values))
    parts = target.parts()
    assert parts is not None
    reached: NDArray[np.float64] = rows[f"lessons_{parts[0]}"].to_numpy(dtype=float)
    whole: NDArray[np.float64]
    if parts[1] is not None:
        whole = rows[f"lessons_{parts[1]}"].to_numpy(dtype=float)
    else:
        practices = {point.number: _practices(design, point.number) for point in design.points}
        steps = max(step_of(target, design.base), 1)
        whole = np.array([practices[number] * steps for number in rows["point"].tolist()], dtype=float)
    return reached, whole


def _practices(design: Design, number: int) -> int:
    """How many practices there are at a point."""
    key = "population.practices"
    values = design.points[number].values
    return int(values.get(key, design.base.population.practices))


def see_that_practices_are_known(target: Target, design: Design) -> None:
    """Raises `InputError` where a rate needs the number of practices and a table gives them."""
    parts = target.parts()
    if parts is not None and parts[1] is None and not isinstance(design.base.population.practices, int):
        raise InputError(
            f"targets.{target.name}.rate: practices come from a file, so their number is not known "
            'beforehand; give a rate of two stages, as in "analysed of born".'
        )
