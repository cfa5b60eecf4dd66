"""The tables of a design file: every key with its default, its range and what it means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, Self

from pydantic import Field, model_validator

from lpsim.scenario.tables import Table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Value = bool | int | float | str
"""What a key of a scenario may be set to in a sweep."""
Method = Literal["factorial", "one_at_a_time", "latin_hypercube", "sobol", "saltelli", "morris"]

_SHAPE = {"uniform": (), "log_uniform": (), "triangular": ("mode",), "normal": ("mean", "sd")}
"""What a distribution needs beside its ends."""


class Point(NamedTuple):
    """One design point: what the factors are set to."""

    number: int
    """Its position in the design, from 0."""
    values: dict[str, Value]
    """By the factors' dotted keys."""


class Distribution(Table):
    """How likely the values of a factor are, between two ends that it never leaves."""

    name: Literal["uniform", "log_uniform", "triangular", "normal"]
    """Its shape; log_uniform is uniform in the logarithm, normal is cut off at the ends."""
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

    @model_validator(mode="after")
    def _check(self) -> Self:
        needed = _SHAPE[self.name]
        for key in ("mode", "mean", "sd"):
            given = getattr(self, key) is not None
            if given != (key in needed):
                does = "has no" if given else "needs a"
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
        # Imported late: half a second, and factorial designs need none of it.
        from scipy import stats  # noqa: PLC0415

        width = self.high - self.low
        shape: Any
        if self.name == "uniform":
            shape = stats.uniform(self.low, width)
        elif self.name == "log_uniform":
            shape = stats.loguniform(self.low, self.high)
        elif self.name == "triangular":
            assert self.mode is not None
            shape = stats.triang((self.mode - self.low) / width, self.low, width)
        else:
            assert self.mean is not None
            assert self.sd is not None
            ends = ((end - self.mean) / self.sd for end in (self.low, self.high))
            shape = stats.truncnorm(*ends, self.mean, self.sd)
        found: NDArray[np.float64] = shape.ppf(shares)
        return found


class Factor(Table):
    """A key of the scenario that a sweep varies, and over what."""

    key: str
    """Its dotted key, as in ``--set``."""
    kind: Literal["lever", "uncertainty"]
    """Whether policy can move it, or we do not know it."""
    range: Annotated[tuple[float, float], Field(strict=False)] | None = None
    """Its lowest and highest value, all between them equally likely; or"""
    values: Annotated[tuple[Value, ...], Field(strict=False, min_length=1)] | None = None
    """the values it takes; or"""
    distribution: Distribution | None = None
    """how likely its values are."""

    @model_validator(mode="after")
    def _check(self) -> Self:
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
        return self


class Keep(Table):
    """What is kept of each run."""

    measures: Annotated[tuple[str, ...], Field(strict=False, min_length=1)] = (
        "staff_knowledge",
        "collective_knowledge",
        "practice_knowledge",
        "service_knowledge",
    )
    """Columns of a run's series."""
    observations: Literal["last", "all"] | Annotated[tuple[int, ...], Field(strict=False, min_length=1)] = (
        "last"
    )
    """Of the last step, of all that the base scenario records, or of the steps listed."""
    lessons: bool = False
    """Whether every lesson is followed."""
