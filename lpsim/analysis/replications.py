"""How many replications are enough for a mean to be known as closely as one wants.

Replications are added until the confidence interval of their mean is narrow enough and stays so: an
interval that is narrow by luck widens again soon (Hoad, Robinson & Davies 2010, "Automated selection of the
number of replications for a discrete-event simulation", Journal of the Operational Research Society
61:1632-1644). Theirs is a precision relative to the mean. Knowledge can be near 0, where nothing is precise
enough in that sense, so here it is on the measure's own scale unless one asks for theirs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from numbers import Integral, Real
from typing import TYPE_CHECKING, NamedTuple, Unpack

from lpsim.analysis.summary import half_width
from lpsim.errors import InputError
from lpsim.model.seeds import whole_seed
from lpsim.runs.asked import as_sentence, measure_problem
from lpsim.runs.over_steps import is_of_several
from lpsim.runs.simulate import simulate_many
from lpsim.scenario.taken import as_scenario
from lpsim.sweeps.batches import column_of
from lpsim.watching import progress, within

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from lpsim.engines.behaviours import Behaviours
    from lpsim.runs.names import MeasureName
    from lpsim.runs.run import Run
    from lpsim.scenario import Scenario

FIRST = 3
"""Replications before the precision is looked at."""
LEAST = 30
"""Replications before values that are all equal are enough: of an outcome that one run in ten has, all of 30
miss it in 4 of 100 experiments, all of 8 in 43."""
LOOK_AHEAD = 5
"""Replications over which the precision must hold; from 100 on so many in a hundred."""


class Mean(NamedTuple):
    """The mean after so many replications, and how well it is known.

    Of values that are all equal the interval has no width, which says nothing of values not seen yet.
    """

    replications: int
    mean: float
    sd: float
    """Standard deviation between replications; NaN for one."""
    half_width: float
    """Half the width of the confidence interval of the mean; NaN for one."""


@dataclass(frozen=True)
class Enough:
    """What `replications_needed` found.

    Attributes
    ----------
    needed : int or None
        The fewest replications from which on the mean is known as precisely as asked; None if even all
        that were made were not enough.
    means : tuple of Mean
        After 1, 2, 3 … replications; those made to see whether the precision holds included.
    precision : float
        As asked.
    relative : bool
        Whether `precision` is a share of the mean.
    level : float
        Of the confidence intervals.
    """

    needed: int | None
    means: tuple[Mean, ...]
    precision: float
    relative: bool
    level: float

    @property
    def all_equal(self) -> bool:
        """Whether no two of the values differ, so that nothing is known of how far they can."""
        return self.means[-1].sd == 0

    @property
    def unseen(self) -> float:
        """The share of runs that may have another value though none was seen: the rule of three at 95 %.

        Exact instead of 3 / n: the share of which n runs see none with a probability of 1 - `level`
        (Hanley & Lippman-Hand 1983, "If nothing goes wrong, is everything all right?", JAMA 249:1743-1745).
        """
        none = math.log1p(-self.level) / self.means[-1].replications
        return -math.expm1(none)

    @property
    def estimate(self) -> int | None:
        """How many may be needed where those made were not enough, from their spread; else None.

        None as well for a relative precision around a mean of 0.
        """
        last = self.means[-1]
        asked = self.precision * (abs(last.mean) if self.relative else 1)
        if self.needed is not None or not asked:
            return None
        return max(math.ceil(last.replications * (last.half_width / asked) ** 2), last.replications + 1)


def replications_needed(
    scenario: Scenario | str | Path,
    *,
    measure: MeasureName,
    precision: float,
    relative: bool = False,
    level: float = 0.95,
    seed: int = 1,
    most: int = 1000,
    on_run: Callable[[int], None] | None = None,
    **own: Unpack[Behaviours],
) -> Enough:
    """Run a scenario until the mean of a measure at its last step is known precisely enough.

    Parameters
    ----------
    scenario : Scenario, str or Path
        Or its file, or the name of one that ships. For a look at an earlier step, give it fewer steps.
    measure : str
        One of `lpsim.runs.measures.MEASURES`, also of a group (``"staff_knowledge[role: gp]"``) or of several
        steps (``"practice_knowledge[last 12]"``, ``"months_to_half_by_memory"``); or the name of what is
        observed.
    precision : float
        Half the width that the confidence interval may have, in the measure's own unit.
    relative : bool
        Take `precision` as a share of the mean instead, as Hoad, Robinson & Davies do.
    level : float
        Of the confidence interval.
    seed : int
        Of the first replication; the others follow.
    most : int
        Runs to make at most.
    on_run : callable, optional
        Called with how many more runs are made; by default a bar shows it where a person watches.
    staff_member, practice, service, observe
        As for `simulate`; what is observed can be the measure.

    Raises
    ------
    InputError
        There is no such measure, it has no value in this scenario, or a number makes no sense.
    """
    scenario, seed = as_scenario(scenario), whole_seed(seed)
    if not isinstance(measure, str):
        raise InputError(f"measure: found {measure!r:.80}; give the name of one.")
    problem = measure_problem({measure: scenario}, measure, tuple(own.get("observe") or ()))
    if problem is not None:
        raise InputError(as_sentence(f"measure: {measure!r} is not recorded; {problem}"))
    _check(precision, level, most, seed)
    every = 1 if is_of_several(measure) else scenario.steps
    brief = scenario.replace({"record.every": every, "record.lessons": False})
    with progress(most, on_run, "on_run") as tell, within():
        runs = simulate_many(brief, range(seed, seed + most), **own)
        values = _values(runs, measure, tell)
        return enough(values, precision=precision, relative=relative, level=level)


def _check(precision: float, level: float, most: int, seed: int) -> None:
    if not (isinstance(precision, Real) and 0 < precision < math.inf):
        raise InputError(f"precision: found {_shown(precision)}; allowed is a number above 0.")
    if not (isinstance(level, Real) and 0 < level < 1):
        raise InputError(f"level: found {_shown(level)}; allowed is a number between 0 and 1.")
    fewest = FIRST + LOOK_AHEAD
    if not isinstance(most, Integral) or most < fewest:
        raise InputError(f"most (--max): found {most!r:.80}; allowed is a whole number from {fewest}.")
    if seed + most > 2**64:
        raise InputError(f"seed: found {seed}; allowed is 0 to 2^64 - {most}, as the others follow it.")


def _shown(given: object) -> str:
    return f"{given:g}" if isinstance(given, Real) else f"{given!r:.80}"


def _values(runs: Iterable[Run], measure: str, on_run: Callable[[int], None] | None) -> Iterator[float]:
    for run in runs:
        value = float(column_of(run, measure)[-1])
        if math.isnan(value):
            raise InputError(
                f"measure: {measure} has no value at step {run.scenario.steps} of this scenario (seed "
                f"{run.seed}); choose another."
            )
        if on_run is not None:
            on_run(1)
        yield value


def enough(
    values: Iterable[float],
    *,
    precision: float,
    relative: bool = False,
    level: float = 0.95,
    look_ahead: int = LOOK_AHEAD,
) -> Enough:
    """Take values one by one until their mean is known precisely enough, and stays so.

    Precise enough is a half-width of at most `precision` (times the mean's size, if `relative`). It has to
    hold without a break over ``look_ahead / 100 * max(n, 100)`` further values, rounded down, where n is how
    many were taken so far. While all values are equal, at least `LEAST` are taken.
    """
    means: list[Mean] = []
    first = 0
    for mean in _running(values, level):
        means.append(mean)
        asked = precision * (abs(mean.mean) if relative else 1)
        unvaried = mean.sd == 0 and mean.replications < LEAST
        if mean.replications < FIRST or unvaried or mean.half_width > asked:
            first = 0
            continue
        first = first or mean.replications
        if mean.replications - first >= look_ahead * max(mean.replications, 100) // 100:
            return Enough(first, tuple(means), precision, relative, level)
    return Enough(None, tuple(means), precision, relative, level)


def _running(values: Iterable[float], level: float) -> Iterator[Mean]:
    """The mean after each value, by Welford's recurrence."""
    mean = squares = 0.0
    for count, value in enumerate(map(float, values), start=1):
        difference = value - mean
        mean += difference / count
        squares += difference * (value - mean)
        sd = math.sqrt(squares / (count - 1)) if count > 1 else math.nan
        yield Mean(count, mean, sd, float(half_width(squares, count, level)))
