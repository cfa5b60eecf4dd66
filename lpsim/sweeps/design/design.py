"""The design of a sweep: scenarios, what is varied over them and how, and what is kept."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from math import gcd
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from lpsim.engines.behaviours import NOTHING, Own
from lpsim.errors import InputError, ManyProblemsError
from lpsim.scenario import Scenario, toml_files, units
from lpsim.shown import html
from lpsim.storage.readers import DESIGN
from lpsim.sweeps.design import checks
from lpsim.sweeps.design.factors import SCENARIO, UNNAMED, Factor, Keep, Point, Scheme
from lpsim.sweeps.design.sampling import design_points, sampled
from lpsim.sweeps.design.scenarios import read_scenarios, settings_of
from lpsim.sweeps.design.varying import typed, value_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from lpsim.sweeps.design.acting import Setting
    from lpsim.sweeps.design.factors import Value

FORMAT = "lpsim design"
FORMAT_VERSION = 2
_OTHER_KEYS = ("base", "scenarios", "set", "factors", "keep")
"""Keys of a design file besides those of its scheme."""
KEYS = (*Scheme.model_fields, *_OTHER_KEYS)
"""Those at the top of a design file."""


class DesignError(ManyProblemsError):
    """A design that is not valid; `problems` names everything that is wrong, one sentence each."""


@dataclass(frozen=True, eq=False)
class Design:
    """What a sweep runs: every point with so many seeds.

    Made by `load` or `from_dict`, which check everything before anything runs.

    Attributes
    ----------
    scheme : Scheme
        How the points were made, and how often each is run.
    scenarios : dict of Scenario
        By name, with all that the design sets, and recording what is kept; of a design that lists none its
        base alone, without a name.
    factors : tuple of Factor
        What is varied.
    keep : Keep
        What is kept of each run.
    points : tuple of Point
        Scenario by scenario in the order of the method; each is a valid scenario.
    own : Own
        Behaviours of one's own that all runs are made with, as `sweep` was given them.
    """

    scheme: Scheme
    scenarios: dict[str, Scenario]
    factors: tuple[Factor, ...]
    keep: Keep
    points: tuple[Point, ...]
    own: Own = NOTHING

    def __repr__(self) -> str:
        extent = f"points: {len(self.points):,}, runs of each: {self.scheme.replications:,}"
        return f"<Design: {self.title or 'untitled'}, {self.method}, {extent}>"

    def _repr_html_(self) -> str:
        return html(self)

    @classmethod
    def load(cls, path: str | Path, overrides: Mapping[str, Any] | None = None) -> Design:
        """Read a design file (TOML).

        Parameters
        ----------
        path : str or Path
            A TOML file.
        overrides : mapping, optional
            Keys at the top of the file and their values, instead of what it says (``{"replications": 5}``).

        Raises
        ------
        InputError
            The file cannot be read or parsed; a `DesignError` with all that is wrong with what it says.
        """
        path = Path(path)
        data = {**toml_files.parse(path, DESIGN), **(overrides or {})}
        return cls.from_dict(data, folder=path.parent, source=str(path))

    @classmethod
    def from_dict(
        cls, data: Mapping[str, Any], *, folder: str | Path = ".", source: str = "design"
    ) -> Design:
        """A design of the keys of a design file.

        Parameters
        ----------
        data : mapping
            As a design file parses; ``base``, and the ``file`` of a scenario listed, may be a `Scenario`
            instead of a path.
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
        scenarios = read_scenarios(data, Path(folder), problems)
        steps = [scenario.step for scenario in scenarios.values()] or [units.DEFAULT_STEP]
        factors = _factors(data, steps[0], problems)
        problems += checks.contradictions(scheme, scenarios, factors, keep)
        if problems or not (scenarios and scheme and keep):
            raise DesignError(problems, source)
        scenarios = _recording(scenarios, keep)
        points = _points(scheme, scenarios, factors, settings_of(data), source)
        return cls(scheme, scenarios, factors, keep, points)

    @property
    def title(self) -> str:
        """Shown on figures and reports."""
        return self.scheme.title

    @property
    def method(self) -> str:
        """How the points were made."""
        return self.scheme.method

    @property
    def base(self) -> Scenario:
        """The first scenario, and mostly the only one; all are of one length."""
        return next(iter(self.scenarios.values()))

    @property
    def columns(self) -> tuple[str, ...]:
        """What tells points apart: the name of the scenario, where some are listed, the factors' keys, and
        the block of seeds, where there are some.
        """
        return _columns(self.scheme, self.scenarios, self.factors)

    @property
    def stride(self) -> int:
        """From the first seed of a point to that of the next; 0 where all points have the same seeds."""
        return self.scheme.stride if self.scheme.seeds == "independent" else 0

    def seeds(self, point: Point) -> range:
        """The seeds of the replications of a point."""
        replications = self.scheme.replications
        first = self.scheme.first_seed + point.number * self.stride + point.block * replications
        return range(first, first + replications)

    def scenario(self, point: Point) -> Scenario:
        """The scenario of a point."""
        return point.scenario(self.scenarios)

    def digest_of(self, point: Point) -> str:
        """What tells the runs of a point from others: the digest of its scenario, and of one's own."""
        return self.own.digest_of(self.scenario(point).digest)

    @property
    def measured(self) -> tuple[str, ...]:
        """What is kept of each step: the measures, then what is observed by functions of one's own."""
        return (*self.keep.measures, *self.own.observed)

    @property
    def steps(self) -> tuple[int, ...]:
        """The steps of which observations are kept, the same for every run; recorded are these or more."""
        return _kept_steps(self.base, self.keep)

    @cached_property
    def digest(self) -> str:
        """SHA-256, in hex, over everything that can change a row of the results, or its columns.

        Over the scenarios (files read and model version included), the factors' keys, the points, the
        seeds and what is kept; not over the title, nor over how the points were made.
        """
        digests = {name: scenario.digest for name, scenario in self.scenarios.items()}
        first, more = self.scheme.first_seed, [self.stride] if self.stride else []
        whole = {
            "base": digests.get(UNNAMED, digests),
            "factors": self.columns,
            "points": [list(point.values.values()) for point in self.points],
            "seeds": [first, first + self.scheme.replications, *more],
            "measures": self.keep.measures,
            "steps": self.steps,
            "lessons": self.keep.lessons,
            **({"own": self.own.said} if self.own.said else {}),
        }
        return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()

    def as_json(self) -> dict[str, Any]:
        """The design in plain values, enough for `from_json`; the factors' values are a list per point."""
        return {
            "format": FORMAT,
            "format_version": FORMAT_VERSION,
            "scheme": self.scheme.model_dump(mode="json", exclude_unset=True),
            "scenarios": {name: made.model_dump(mode="json") for name, made in self.scenarios.items()},
            "factors": [factor.model_dump(mode="json", exclude_none=True) for factor in self.factors],
            "keep": self.keep.model_dump(mode="json"),
            "points": [list(point.values.values()) for point in self.points],
            **({"own": self.own.said} if self.own.said else {}),
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
            scenarios = {name: Scenario.model_validate(made) for name, made in data["scenarios"].items()}
            factors = tuple(Factor.model_validate(factor) for factor in data["factors"])
            scheme = Scheme.model_validate(data["scheme"])
            return cls(
                scheme=scheme,
                scenarios=scenarios,
                factors=factors,
                keep=Keep.model_validate(data["keep"]),
                points=_numbered(_columns(scheme, scenarios, factors), data["points"]),
                own=Own(said=data.get("own", {})),
            )
        except (ValidationError, AttributeError, KeyError, TypeError, ValueError):
            raise InputError("the design is damaged, or of another version of lpsim.") from None


def _factors(data: Mapping[str, Any], step: str, problems: list[str]) -> tuple[Factor, ...]:
    found = data.get("factors", [])
    if not isinstance(found, list | tuple):
        problems.append(f"factors: found {found!r}; allowed is a list of tables ([[factors]])")
        return ()
    if not found and data.get("method") != "scenarios":
        problems.append("factors: found none; allowed is at least one ([[factors]])")
    read = []
    for number, factor in enumerate(found):
        key = factor.get("key") if isinstance(factor, dict) else None
        place = f"factors.{key if isinstance(key, str) else number}"
        read.append(checks.read_factor(factor, place=place, step=step, problems=problems))
    return tuple(factor for factor in read if factor is not None)


def _points(
    scheme: Scheme,
    scenarios: Mapping[str, Scenario],
    factors: tuple[Factor, ...],
    settings: Sequence[Setting],
    source: str,
) -> tuple[Point, ...]:
    rows: list[tuple[Value, ...]] = []
    for name, scenario in scenarios.items():
        baseline: list[Value] = []
        if scheme.method == "one_at_a_time":
            problems = checks.baseline_problems(scenario, factors)
            if problems:
                raise DesignError(problems, source)
            baseline = [typed(factor.key, [value_at(scenario, factor.key)])[0] for factor in factors]
        named = () if name == UNNAMED else (name,)
        rows += [(*named, *values) for values in design_points(scheme, factors, baseline)]
    points = _numbered(_columns(scheme, scenarios, factors), rows)
    problems = checks.point_problems(scenarios, factors, points, settings)
    if problems:
        raise DesignError(problems, source)
    return points


def _columns(scheme: Scheme, scenarios: Mapping[str, Scenario], factors: Sequence[Factor]) -> tuple[str, ...]:
    listed = () if UNNAMED in scenarios else (SCENARIO,)
    return (*listed, *(factor.key for factor in sampled(scheme, factors)))


def _numbered(columns: Sequence[str], points: Iterable[Sequence[Value]]) -> tuple[Point, ...]:
    return tuple(
        Point(number, dict(zip(columns, values, strict=True))) for number, values in enumerate(points)
    )


def _kept_steps(base: Scenario, keep: Keep) -> tuple[int, ...]:
    if keep.observations == "last":
        return (base.steps,)
    if keep.observations == "all":
        every = range(0, base.steps + 1, base.record.every)
        return tuple(sorted({*every, base.steps}))
    return tuple(sorted(set(keep.observations)))


def _recording(scenarios: Mapping[str, Scenario], keep: Keep) -> dict[str, Scenario]:
    """The scenarios, recording what is to be kept and as little more as `record.every` can say."""
    first = next(iter(scenarios.values()))
    every = first.record.every
    if keep.observations != "all":
        every = gcd(*(step for step in _kept_steps(first, keep) if step != first.steps)) or first.steps
    record = {"record.every": every, "record.lessons": keep.lessons}
    return {name: scenario.replace(record) for name, scenario in scenarios.items()}
