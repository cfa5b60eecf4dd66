"""The design of a sweep: a base scenario, what is varied over it and how, and what is kept."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from math import gcd
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from lpsim.errors import InputError, ManyProblemsError
from lpsim.scenario import Scenario, ScenarioError, toml_files
from lpsim.storage.readers import DESIGN
from lpsim.sweeps.design import checks
from lpsim.sweeps.design.factors import Factor, Keep, Point, Scheme
from lpsim.sweeps.design.sampling import design_points
from lpsim.sweeps.design.varying import typed, value_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from lpsim.sweeps.design.factors import Value

FORMAT = "lpsim design"
FORMAT_VERSION = 1
_OTHER_KEYS = ("base", "set", "factors", "keep")
"""Of a design file, beside those of its scheme."""


class DesignError(ManyProblemsError):
    """A design that is not valid; `problems` names everything that is wrong, one sentence each."""


@dataclass(frozen=True, eq=False)
class Design:
    """What a sweep runs: every point with every seed.

    Made by `load` or `from_dict`, which check everything before anything runs.

    Attributes
    ----------
    scheme : Scheme
        How the points were come by, and how often each is run.
    base : Scenario
        With the design's own fixed values, and recording what is kept.
    factors : tuple of Factor
        What is varied.
    keep : Keep
        What is kept of each run.
    points : tuple of Point
        In the order of the method; each is a valid scenario.
    """

    scheme: Scheme
    base: Scenario
    factors: tuple[Factor, ...]
    keep: Keep
    points: tuple[Point, ...]

    @classmethod
    def load(cls, path: str | Path) -> Design:
        """Read a design file (TOML).

        Raises
        ------
        InputError
            The file cannot be read or parsed; a `DesignError` with all that is wrong with what it says.
        """
        path = Path(path)
        data = toml_files.parse(path, DESIGN)
        return cls.from_dict(data, folder=path.parent, source=str(path))

    @classmethod
    def from_dict(
        cls, data: Mapping[str, Any], *, folder: str | Path = ".", source: str = "design"
    ) -> Design:
        """A design of the keys of a design file.

        Parameters
        ----------
        data : mapping
            As a design file parses; ``base`` may be a `Scenario` instead of a path.
        folder : str or Path
            What paths in it are relative to.
        source : str
            What it is called in messages.

        Raises
        ------
        DesignError
            All that is wrong: keys, values, and points that are no valid scenarios.
        """
        problems: list[str] = []
        rest = {key: value for key, value in data.items() if key not in _OTHER_KEYS}
        scheme = checks.read_table(Scheme, rest, place="", problems=problems, beside=_OTHER_KEYS)
        keep = checks.read_table(Keep, data.get("keep", {}), place="keep", problems=problems)
        base = _base(data, Path(folder), problems)
        factors = _factors(data.get("factors", []), problems)
        problems += checks.contradictions(scheme, base, factors, keep)
        if problems or not (base and scheme and keep):
            raise DesignError(problems, source)
        base = _recording(base, keep)
        points = _points(scheme, base, factors, source)
        return cls(scheme, base, factors, keep, points)

    @property
    def title(self) -> str:
        """Shown on figures and reports."""
        return self.scheme.title

    @property
    def method(self) -> str:
        """How the points were come by."""
        return self.scheme.method

    @property
    def seeds(self) -> range:
        """Of the replications, the same for all points (common random numbers)."""
        return range(self.scheme.first_seed, self.scheme.first_seed + self.scheme.replications)

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
        """The design in plain values, enough for `from_json`; the factors' values are a list per point."""
        return {
            "format": FORMAT,
            "format_version": FORMAT_VERSION,
            "scheme": self.scheme.model_dump(mode="json", exclude_unset=True),
            "base": self.base.model_dump(mode="json"),
            "factors": [factor.model_dump(mode="json", exclude_none=True) for factor in self.factors],
            "keep": self.keep.model_dump(mode="json"),
            "points": [list(point.values.values()) for point in self.points],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Design:
        """The design that `as_json` described, its points as they were and not drawn again.

        Raises
        ------
        InputError
            It is no design, or one of another version of lpsim.
        """
        if data.get("format") != FORMAT or data.get("format_version") != FORMAT_VERSION:
            raise InputError(
                "the design was not written by this version of lpsim; open it with the one that did."
            )
        try:
            factors = tuple(Factor.model_validate(factor) for factor in data["factors"])
            return cls(
                scheme=Scheme.model_validate(data["scheme"]),
                base=Scenario.model_validate(data["base"]),
                factors=factors,
                keep=Keep.model_validate(data["keep"]),
                points=_numbered(factors, data["points"]),
            )
        except (ValidationError, KeyError, TypeError, ValueError):
            raise InputError("the design is damaged, or of another version of lpsim.") from None


def _factors(found: Any, problems: list[str]) -> tuple[Factor, ...]:
    if not isinstance(found, list | tuple):
        problems.append(f"factors: found {found!r}; allowed is a list of tables ([[factors]])")
        return ()
    if not found:
        problems.append("factors: found none; allowed is at least one ([[factors]])")
    read = []
    for number, data in enumerate(found):
        key = data.get("key") if isinstance(data, dict) else None
        place = f"factors.{key if isinstance(key, str) else number}"
        read.append(checks.read_factor(data, place=place, problems=problems))
    return tuple(factor for factor in read if factor is not None)


def _base(data: Mapping[str, Any], folder: Path, problems: list[str]) -> Scenario | None:
    """The base scenario with the design's fixed values, or None and what is wrong with it."""
    base, fixed = data.get("base"), data.get("set", {})
    if not isinstance(fixed, dict):
        problems.append(f"set: found {fixed!r}; allowed is a table of keys of the scenario")
        return None
    overrides = dict(_dotted(fixed))
    for path in toml_files.PATHS:
        key = ".".join(path)
        if isinstance(overrides.get(key), str):
            overrides[key] = str(folder / overrides[key])
    if "record.lessons" in overrides:
        problems.append("set.record.lessons: what is kept of a run is said under keep; use keep.lessons")
    try:
        if isinstance(base, Scenario):
            return base.replace(overrides)
        if isinstance(base, str | Path):
            return Scenario.load(folder / base, overrides)
    except ScenarioError as error:
        problems += [f"base: {problem}" for problem in error.problems]
        return None
    except InputError as error:
        problems.append(f"base: {error}".removesuffix("."))
        return None
    given = "missing" if base is None else f"found {base!r}"
    problems.append(f"base: {given}; give the path of a scenario file, relative to this one")
    return None


def _dotted(table: Mapping[str, Any], before: str = "") -> Iterable[tuple[str, Any]]:
    """A table's values by dotted key, however deep it is nested."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _dotted(value, f"{before}{key}.")
        else:
            yield before + key, value


def _points(scheme: Scheme, base: Scenario, factors: tuple[Factor, ...], source: str) -> tuple[Point, ...]:
    baseline: list[Value] = []
    if scheme.method == "one_at_a_time":
        problems = checks.baseline_problems(base, factors)
        if problems:
            raise DesignError(problems, source)
        baseline = [typed(factor.key, [value_at(base, factor.key)])[0] for factor in factors]
    points = _numbered(factors, design_points(scheme, factors, baseline))
    problems = checks.point_problems(base, points)
    if problems:
        raise DesignError(problems, source)
    return points


def _numbered(factors: Sequence[Factor], points: Iterable[Sequence[Value]]) -> tuple[Point, ...]:
    keys = [factor.key for factor in factors]
    return tuple(Point(number, dict(zip(keys, values, strict=True))) for number, values in enumerate(points))


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
