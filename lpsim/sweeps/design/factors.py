"""The tables of a design file: every key with its default, its range and what it means."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, Self

from pydantic import Field, model_validator

from lpsim.runs.measures import LEVELS
from lpsim.scenario.parameters import Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from lpsim.scenario import Scenario

MAX_POINTS = 100_000
MAX_SEED = 2**64 - 1

Value = bool | int | float | str
"""What a key of a scenario may be set to in a sweep."""
Row = Annotated[tuple[Value, ...], Field(strict=False)]
"""A value for each of several keys."""
Method = Literal[
    "factorial", "one_at_a_time", "latin_hypercube", "sobol", "saltelli", "morris", "scenarios", "points"
]
SCENARIO, SEED_BLOCK = "scenario", "seed_block"
"""What the name of a scenario that a design lists, and the block of seeds that a point takes, are called,
besides the factors' keys."""
UNNAMED = ""
"""The name of the base scenario, where a design lists no scenarios."""

_SHAPE = {
    "uniform": (),
    "log_uniform": (),
    "triangular": ("mode",),
    "normal": ("mean", "sd"),
    "beta": ("alpha", "beta"),
}
"""What a distribution needs besides its ends."""


class Point(NamedTuple):
    """One design point: which scenario it is, and what the factors are set to."""

    number: int
    """Its position in the design, from 0."""
    values: dict[str, Value]
    """By the factors' dotted keys; before them, where the design lists scenarios, the name of one; after
    them, where there are blocks of seeds, which of them, from 1."""
    paths: dict[str, str] = {}  # noqa: RUF012 (it is never changed)
    """By their keys the whole paths of files that the values name."""

    @property
    def listed(self) -> str:
        """The name of its scenario among those of the design."""
        return str(self.values.get(SCENARIO, UNNAMED))

    @property
    def factors(self) -> dict[str, Value]:
        """The values of the factors alone."""
        own = {key: value for key, value in self.values.items() if key not in (SCENARIO, SEED_BLOCK)}
        return {**own, **self.paths}

    @property
    def block(self) -> int:
        """How many blocks of seeds come before its own."""
        return int(self.values.get(SEED_BLOCK, 1)) - 1

    def scenario(self, scenarios: Mapping[str, Scenario]) -> Scenario:
        """The scenario of this point, among those of a design by name, with the factors' values."""
        return scenarios[self.listed].replace(self.factors)


class Listed(Table):
    """A scenario that a design lists."""

    name: str = Field(min_length=1)
    """Its name in the results."""
    file: Any = None
    """A scenario file, relative to the design; default: the design's base."""
    set: dict[str, Any] = Field({})
    """What differs from the file, by dotted key or nested; laid over what the design sets for all."""


class Distribution(Table):
    """How likely the values of a factor are, between two ends that it never leaves."""

    name: Literal["uniform", "log_uniform", "triangular", "normal", "beta"]
    """Its shape; log_uniform is uniform in the logarithm, normal is cut off at the ends, beta laid between
    them."""
    low: float
    """The lowest value."""
    high: float
    """The highest value."""
    mode: float | None = None
    """The likeliest value, of a triangular distribution."""
    mean: float | None = None
    """The mean of a normal distribution, before it is cut off."""
    sd: float | None = Field(None, gt=0)
    """The standard deviation of a normal distribution, before it is cut off."""
    alpha: float | None = Field(None, gt=0)
    """The first shape parameter of a beta distribution; the higher, the more likely are high values."""
    beta: float | None = Field(None, gt=0)
    """Its second; the higher, the more likely are low values."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        needed = _SHAPE[self.name]
        for key in ("mode", "mean", "sd", "alpha", "beta"):
            given = getattr(self, key) is not None
            if given != (key in needed):
                does = "has no" if given else "needs an" if key == "alpha" else "needs a"
                raise ValueError(f"a {self.name} distribution {does} {key}")
        if self.low >= self.high:
            raise ValueError(f"found low = {self.low:g}, high = {self.high:g}; allowed is low below high")
        if self.name == "log_uniform" and self.low <= 0:
            raise ValueError(f"found low = {self.low:g}; allowed is above 0 for log_uniform")
        if self.mode is not None and not self.low <= self.mode <= self.high:
            raise ValueError(f"found mode = {self.mode:g}; allowed is from low to high")
        return self

    def quantiles(self, shares: NDArray[np.float64]) -> NDArray[np.float64]:
        """The values below which the stated shares of the distribution lie; shares in [0, 1]."""
        if self.name == "uniform":
            return self.low + (self.high - self.low) * shares
        found: NDArray[np.float64] = self._scipys().ppf(shares)
        return found

    def shares(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """The shares of the distribution that lie below values: 0 at its low end, 1 at its high end."""
        if self.name == "uniform":
            return (values - self.low) / (self.high - self.low)
        found: NDArray[np.float64] = self._scipys().cdf(values)
        return found

    def _scipys(self) -> Any:
        """SciPy's distribution of this shape."""
        # Imported late: half a second, and a range needs none of it.
        from scipy import stats  # noqa: PLC0415

        width = self.high - self.low
        if self.name == "log_uniform":
            return stats.loguniform(self.low, self.high)
        if self.name == "triangular":
            assert self.mode is not None
            return stats.triang((self.mode - self.low) / width, self.low, width)
        if self.name == "beta":
            assert self.alpha is not None
            assert self.beta is not None
            return stats.beta(self.alpha, self.beta, self.low, width)
        assert self.mean is not None
        assert self.sd is not None
        ends = ((end - self.mean) / self.sd for end in (self.low, self.high))
        return stats.truncnorm(*ends, self.mean, self.sd)


class Factor(Table):
    """A key of the scenario that a sweep varies, or several that it moves together, and over what."""

    key: str = ""
    """Its dotted key, as in ``--set``; or ``scenario``. Of several keys the first."""
    keys: Annotated[tuple[str, ...], Field(strict=False, min_length=2)] | None = None
    """Several keys in its place, that take their values together."""
    kind: Literal["lever", "uncertainty"]
    """Whether policy can move it, or we do not know it."""
    range: Annotated[tuple[float, float], Field(strict=False)] | None = None
    """Its lowest and highest value, all between them equally likely; or"""
    values: Annotated[tuple[Value | Row, ...], Field(strict=False, min_length=1)] | None = None
    """the values it takes, of several keys one for all or a list with one for each; or"""
    distribution: Distribution | None = None
    """how likely its values are."""
    weights: Annotated[tuple[float, ...], Field(strict=False)] | None = None
    """How likely each of the values is, in proportion, where they are not equally likely."""

    @model_validator(mode="before")
    @classmethod
    def _first_key(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("keys"), list | tuple) and data["keys"]:
            return {"key": data["keys"][0], **data}
        return data

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not self.key:
            raise ValueError("key: missing; give the key that varies, or several (keys = […])")
        if self.keys and self.key != self.keys[0]:
            raise ValueError("found key and keys; allowed is one of the two")
        if len(set(self.columns)) < len(self.columns):
            raise ValueError(f"keys: found one twice in {list(self.columns)}; keep one")
        given = [name for name in ("range", "values", "distribution") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(
                f"found {' and '.join(given) or 'neither range, values nor distribution'}; allowed is "
                "exactly one of range, values and distribution"
            )
        if self.range is not None and self.range[0] >= self.range[1]:
            raise ValueError(
                f"range: found {list(self.range)}; allowed is the lower end first, then a higher one"
            )
        self._check_values()
        return self

    def _check_values(self) -> None:
        for value in self.values or ():
            if isinstance(value, tuple) and len(value) != len(self.columns):
                raise ValueError(
                    f"values: found {list(value)}; allowed is a list with a value for each of "
                    f"{len(self.columns)} keys"
                )
        rows = self.rows or []
        different = {tuple((isinstance(value, bool), value) for value in row) for row in rows}
        if self.values is not None and len(different) < len(self.values):
            raise ValueError(f"values: found one twice in {list(self.values)}; keep one")
        if self.weights is None:
            return
        if self.values is None or len(self.weights) != len(self.values):
            raise ValueError(f"weights: found {len(self.weights)}; allowed is one for each of the values")
        if not all(0 < weight < math.inf for weight in self.weights):
            raise ValueError(f"weights: found {list(self.weights)}; allowed are numbers above 0")

    @property
    def columns(self) -> tuple[str, ...]:
        """Its keys, each a column of the results."""
        return self.keys or (self.key,)

    @property
    def name(self) -> str:
        """What it is called in messages."""
        return self.key if self.keys is None else " and ".join(self.keys)

    @property
    def rows(self) -> list[Row] | None:
        """The values listed, one for each of its keys; None where none are."""
        if self.values is None:
            return None
        every = len(self.columns)
        return [value if isinstance(value, tuple) else (value,) * every for value in self.values]

    @property
    def spread(self) -> Distribution | None:
        """The distribution, or a range as the uniform distribution that it is; None of a list of values."""
        if self.range is not None:
            return Distribution(name="uniform", low=self.range[0], high=self.range[1])
        return self.distribution


def draws_scenarios(factors: Sequence[Factor]) -> bool:
    """Whether the scenario of a point is the value of a factor; else every scenario has all points."""
    return any(SCENARIO in factor.columns for factor in factors)


class Keep(Table):
    """What is kept of each run."""

    measures: Annotated[tuple[str, ...], Field(strict=False, min_length=1)] = LEVELS
    """Columns of a run's series (`lpsim.runs.measures.MEASURES`), also of a group (`lpsim.runs.groups`)."""
    observations: Literal["last", "all"] | Annotated[tuple[int, ...], Field(strict=False, min_length=1)] = (
        "last"
    )
    """The last step, every step that the base scenario records, or the steps listed."""
    lessons: bool = False
    """Follow every lesson."""


class Scheme(Table):
    """How the points of a design are made, and how often each is run."""

    title: str = ""
    """Shown on figures and reports; changes no result."""
    description: str = ""
    """For readers of the file."""
    method: Method
    """How the points are made."""
    levels: int | None = Field(None, ge=2, le=1000)
    """Values a range or distribution is cut into, ends included, by methods that enumerate; morris: 4."""
    samples: int | None = Field(None, ge=2, le=MAX_POINTS)
    """Points drawn; of saltelli the size of its base sample, of morris the number of trajectories."""
    second_order: bool = False
    """With saltelli: points for the interaction of every two factors as well, about twice as many."""
    seed: int = Field(1, ge=0, le=MAX_SEED)
    """The seed of the points drawn; another seed draws others."""
    replications: int = Field(1, ge=1, le=1_000_000_000)
    """Runs of each point."""
    first_seed: int = Field(1, ge=0, le=MAX_SEED)
    """The seed of the first replication; the others follow."""
    seeds: Literal["common", "paired", "independent"] = "common"
    """Which points have the same seeds: all, those of one future (that differ in levers and scenarios alone),
    or none."""
    stride: int = Field(1_000_000, ge=1, le=MAX_SEED)
    """From the first seed of a point, or future, to that of the next which has others."""
    seed_blocks: int = Field(1, ge=1, le=1000)
    """With saltelli and morris: every point takes one of so many blocks of seeds, as if that were a factor:
    its index is what chance alone makes of one, the noise floor."""
