"""The design of a sweep: a base scenario, what is varied over it and how, and what is kept."""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import gcd
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lpsim.errors import InputError
from lpsim.scenario import Scenario
from lpsim.sweeps.tables import Factor, Keep, Point

if TYPE_CHECKING:
    from collections.abc import Mapping


class DesignError(InputError):
    """A design that is not valid."""


@dataclass(frozen=True, eq=False)
class Design:
    """What a sweep runs: every point with every seed.

    Attributes
    ----------
    title : str
    base : Scenario
        With the design's own fixed values, and recording what is kept.
    factors : tuple of Factor
    method : str
    keep : Keep
    seeds : range
        The same for all points (common random numbers).
    points : tuple of Point
        Each of them a valid scenario.
    """

    title: str
    base: Scenario
    factors: tuple[Factor, ...]
    method: str
    keep: Keep
    seeds: range
    points: tuple[Point, ...]

    @classmethod
    def load(cls, path: str | Path) -> Design:
        """Read a design file (TOML); raises `InputError` with all that is wrong."""
        path = Path(path)
        return cls.from_dict(tomllib.loads(path.read_text(encoding="utf-8")), folder=path.parent)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], *, folder: str | Path = ".") -> Design:
        """A design of the keys of a design file; `folder` is what its paths are relative to."""
        base = Scenario.load(Path(folder) / data["base"], data.get("set"))
        factors = tuple(Factor.model_validate(factor) for factor in data["factors"])
        keep = Keep.model_validate(data.get("keep", {}))
        first = data.get("first_seed", 1)
        combinations = product(*(factor.values or () for factor in factors))
        keys = [factor.key for factor in factors]
        points = [
            Point(number, dict(zip(keys, values, strict=True))) for number, values in enumerate(combinations)
        ]
        return cls(
            title=data.get("title", ""),
            base=_recording(base, keep),
            factors=factors,
            method=data["method"],
            keep=keep,
            seeds=range(first, first + data.get("replications", 1)),
            points=tuple(points),
        )

    def scenario(self, point: Point) -> Scenario:
        """The scenario of a point."""
        return self.base.replace(point.values)

    @property
    def steps(self) -> tuple[int, ...]:
        """The steps of which observations are kept, the same for every run; recorded are these or more."""
        return _kept_steps(self.base, self.keep)

    @cached_property
    def digest(self) -> str:
        """SHA-256, in hex, over everything that can change a row of the results, or its columns.

        Over the base scenario (files read and model version included), the factors' keys, the points, the
        seeds and what is kept; not over the title, nor over how the points were come by.
        """
        whole = {
            "base": self.base.digest,
            "factors": [factor.key for factor in self.factors],
            "points": [list(point.values.values()) for point in self.points],
            "seeds": [self.seeds.start, self.seeds.stop],
            "measures": self.keep.measures,
            "steps": self.steps,
            "lessons": self.keep.lessons,
        }
        return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()

    def as_json(self) -> dict[str, Any]:
        """The design in plain values, enough for `from_json`."""
        return {
            "title": self.title,
            "base": self.base.model_dump(mode="json"),
            "factors": [factor.model_dump(mode="json", exclude_none=True) for factor in self.factors],
            "method": self.method,
            "keep": self.keep.model_dump(mode="json"),
            "seeds": [self.seeds.start, self.seeds.stop],
            "points": [list(point.values.values()) for point in self.points],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Design:
        """The design that `as_json` described, its points as they were."""
        factors = tuple(Factor.model_validate(factor) for factor in data["factors"])
        keys = [factor.key for factor in factors]
        points = (
            Point(number, dict(zip(keys, values, strict=True)))
            for number, values in enumerate(data["points"])
        )
        return cls(
            title=data["title"],
            base=Scenario.model_validate(data["base"]),
            factors=factors,
            method=data["method"],
            keep=Keep.model_validate(data["keep"]),
            seeds=range(*data["seeds"]),
            points=tuple(points),
        )


def _kept_steps(base: Scenario, keep: Keep) -> tuple[int, ...]:
    if keep.observations == "last":
        return (base.steps,)
    if keep.observations == "all":
        every = range(0, base.steps + 1, base.record.every)
        return tuple(sorted({*every, base.steps}))
    return tuple(sorted(set(keep.observations)))


def _recording(base: Scenario, keep: Keep) -> Scenario:
    """The base scenario, recording what is to be kept and as little more as `record.every` can say."""
    every = base.record.every
    if keep.observations != "all":
        every = gcd(*(step for step in _kept_steps(base, keep) if step != base.steps)) or base.steps
    return base.replace({"record.every": every, "record.lessons": keep.lessons})
