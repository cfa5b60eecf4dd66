"""The design of a sweep: scenarios, what is varied over them and how, and what is kept."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from math import gcd
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from lpsim.engines.behaviours import NOTHING, Own
from lpsim.errors import InputError, ManyProblemsError
from lpsim.runs.over_steps import needs_every_step
from lpsim.scenario import Scenario, toml_files, units
from lpsim.scenario.file_kinds import is_another, kind_of
from lpsim.scenario.keys import by_key
from lpsim.scenario.parameters import as_plain
from lpsim.scenario.settings import with_values
from lpsim.scenario.shipped import other_meant
from lpsim.shown import html
from lpsim.storage.readers import DESIGN, as_path
from lpsim.sweeps.design import checks
from lpsim.sweeps.design.factors import SCENARIO, UNNAMED, Factor, Keep, Point, Scheme, draws_scenarios
from lpsim.sweeps.design.files import content_digest, files_of, read_tables
from lpsim.sweeps.design.sampling import design_points, sampled
from lpsim.sweeps.design.scenarios import read_scenarios, settings_of
from lpsim.sweeps.design.varying import file_kind, typed, value_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from lpsim.sweeps.design.factors import Row, Value

FORMAT = "lpsim design"
FORMAT_VERSION = 3
_OTHER_KEYS = ("base", "scenarios", "set", "factors", "points", "keep")
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
    files : dict of str
        The whole paths of files that factors name, as they name them.
    """

    scheme: Scheme
    scenarios: dict[str, Scenario]
    factors: tuple[Factor, ...]
    keep: Keep
    points: tuple[Point, ...]
    own: Own = NOTHING
    files: dict[str, str] = field(default_factory=dict)

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
            A TOML file, or the name of one that ships.
        overrides : mapping, optional
            Keys at the top of the file and their values, instead of what it says (``{"replications": 5}``).

        Raises
        ------
        InputError
            The file cannot be read or parsed; a `DesignError` with all that is wrong with what it says.
        """
        path = as_path(path, "design", "the path of a design file")
        path = other_meant(path, "design")
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
            instead of a path, and ``points`` a data frame (of pandas or polars) or rows by key.
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
        by_key(data, source)
        _see_that_it_is_no_scenario(data, source)
        data = {key: value if key == "points" else as_plain(value) for key, value in data.items()}
        rest = {key: value for key, value in data.items() if key not in _OTHER_KEYS}
        scheme = checks.read_table(Scheme, rest, place="", problems=problems, beside=_OTHER_KEYS)
        keep = checks.read_table(Keep, data.get("keep", {}), place="keep", problems=problems)
        folder = Path(folder)
        listed, data = read_tables(data, folder, problems)
        scenarios = read_scenarios(data, folder, problems)
        steps = [scenario.step for scenario in scenarios.values()] or [units.DEFAULT_STEP]
        factors = _factors(data, steps[0], problems)
        files = files_of(factors, folder, problems)
        problems += checks.contradictions(scheme, scenarios, factors, keep, listed=listed)
        if problems or not (scenarios and scheme and keep):
            raise DesignError(problems, source)
        scenarios = _recording(scenarios, keep)
        rows = _rows(scheme, scenarios, factors, listed, source)
        points = _numbered(_columns(scheme, scenarios, factors), rows, files)
        problems = checks.point_problems(scenarios, factors, points, settings_of(data))
        if problems:
            raise DesignError(problems, source)
        return cls(scheme, scenarios, factors, keep, points, files=files)

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
        """From the first seed of a point to that of the next with others; 0 where all have the same seeds."""
        return 0 if self.scheme.seeds == "common" else self.scheme.stride

    def seeds(self, point: Point) -> range:
        """The seeds of the replications of a point."""
        replications = self.scheme.replications
        first = self.scheme.first_seed + self._lots[point.number] * self.stride + point.block * replications
        return range(first, first + replications)

    @cached_property
    def _lots(self) -> Sequence[int]:
        """By point which seeds it has, counted from 0: points with the same number have the same."""
        if self.scheme.seeds != "paired":
            return range(len(self.points))
        futures = [key for one in self.factors if one.kind == "uncertainty" for key in one.columns]
        known: dict[Row, int] = {}
        of_each = (tuple(point.values[key] for key in futures) for point in self.points)
        return [known.setdefault(future, len(known)) for future in of_each]

    def scenario(self, point: Point) -> Scenario:
        """The scenario of a point."""
        return point.scenario(self.scenarios)

    def digest_of(self, point: Point) -> str:
        """What tells the runs of a point from others: the digest of its scenario, and of one's own."""
        return self.own.digest_of(with_values(self.scenarios[point.listed], point.factors).digest)

    @property
    def measured(self) -> tuple[str, ...]:
        """What is kept of each step: the measures, then what is observed by functions of one's own."""
        return (*self.keep.measures, *self.own.observed)

    def at(self, rows: Iterable[Row], **scheme: Any) -> Design:
        """The same with other points, a value per column each, which are valid scenarios.

        ``scheme`` has what else differs in how often each is run (``replications``, ``first_seed``).
        """
        kept = {
            key: getattr(self.scheme, key) for key in ("title", "description", "replications", "first_seed")
        }
        points = _numbered(self.columns, rows, self.files)
        return replace(self, scheme=Scheme(method="points", **{**kept, **scheme}), points=points)

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
        return hashlib.sha256(json.dumps(self.parts, sort_keys=True).encode()).hexdigest()

    @property
    def parts(self) -> dict[str, Any]:
        """What the digest is over."""
        digests = {name: scenario.digest for name, scenario in self.scenarios.items()}
        first, more = self.scheme.first_seed, [self.stride] if self.stride else []
        if self.scheme.seeds == "paired":
            more += self._lots
        whole: dict[str, Any] = {
            "base": digests.get(UNNAMED, digests),
            "factors": self.columns,
            "points": [list(point.values.values()) for point in self.points],
            "seeds": [first, first + self.scheme.replications, *more],
            "measures": self.keep.measures,
            "steps": self.steps,
            "lessons": self.keep.lessons,
            **({"own": self.own.said} if self.own.said else {}),
        }
        if self.files:  # what they hold counts, not where they lie
            whole["files"] = {name: content_digest(path) for name, path in self.files.items()}
        return whole

    def contents(self) -> dict[str, str]:
        """SHA-256, in hex, of what every file that its runs read holds now, by whole path."""
        read = [file for scenario in self.scenarios.values() for file in scenario.files().values()]
        named = {path: content_digest(path) for path in self.files.values()}
        return {**{file["path"]: file["sha256"] for file in read}, **named}

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
            "files": self.files,
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
                own=Own(said=data.get("own", {})),
                points=_numbered(_columns(scheme, scenarios, factors), data["points"], data["files"]),
                files=data["files"],
            )
        except (ValidationError, AttributeError, KeyError, TypeError, ValueError):
            raise InputError("the design is damaged, or of another version of lpsim.") from None


def _see_that_it_is_no_scenario(data: Mapping[str, Any], source: str) -> None:
    if kind_of(data, Scenario.model_fields) == "calibration":
        raise DesignError([is_another("calibration", "a sweep's design")], source)
    keys, of_scenarios, of_designs = set(data), {"extends", *Scenario.model_fields}, set(KEYS)
    if keys & (of_scenarios - of_designs) and not keys & (of_designs - of_scenarios):
        raise DesignError(["is a scenario, not a sweep's design; lpsim.simulate takes it"], source)


def _factors(data: Mapping[str, Any], step: str, problems: list[str]) -> tuple[Factor, ...]:
    found = data.get("factors", [])
    if not isinstance(found, list | tuple):
        problems.append(f"factors: found {found!r}; allowed is a list of tables ([[factors]])")
        return ()
    if not found and data.get("method") not in ("scenarios", "points"):
        problems.append("factors: found none; allowed is at least one ([[factors]])")
    read = []
    for number, factor in enumerate(found):
        if factor is None:  # its table could not be read
            continue
        place = f"factors.{checks.name_of(factor) or number}"
        read.append(checks.read_factor(factor, place=place, step=step, problems=problems))
    return tuple(factor for factor in read if factor is not None)


def _rows(
    scheme: Scheme,
    scenarios: Mapping[str, Scenario],
    factors: tuple[Factor, ...],
    listed: Sequence[Row],
    source: str,
) -> list[Row]:
    """The values of all points, scenario by scenario."""
    drawn = draws_scenarios(factors)
    rows: list[Row] = []
    for name, scenario in islice(scenarios.items(), 1 if drawn else None):
        baseline: list[Row] = []
        if scheme.method == "one_at_a_time":
            problems = checks.baseline_problems(scenario, factors)
            if problems:
                raise DesignError(problems, source)
            baseline = [_held(factor, name, scenario) for factor in factors]
        named = () if drawn or name == UNNAMED else (name,)
        rows += [(*named, *values) for values in design_points(scheme, factors, baseline, listed)]
    return rows


def _held(factor: Factor, name: str, scenario: Scenario) -> Row:
    """What a scenario holds at the keys of a factor."""
    keys = factor.columns
    return tuple(name if key == SCENARIO else typed(key, [value_at(scenario, key)])[0] for key in keys)


def _columns(scheme: Scheme, scenarios: Mapping[str, Scenario], factors: Sequence[Factor]) -> tuple[str, ...]:
    listed = () if UNNAMED in scenarios or draws_scenarios(factors) else (SCENARIO,)
    return (*listed, *(key for factor in sampled(scheme, factors) for key in factor.columns))


def _numbered(
    columns: Sequence[str], points: Iterable[Sequence[Value]], files: Mapping[str, str]
) -> tuple[Point, ...]:
    named = [key for key in columns if file_kind(key)]
    made = (dict(zip(columns, values, strict=True)) for values in points)
    return tuple(
        Point(number, values, {key: files[str(values[key])] for key in named})
        for number, values in enumerate(made)
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
    if needs_every_step(keep.measures):
        every = 1
    elif keep.observations != "all":
        every = gcd(*(step for step in _kept_steps(first, keep) if step != first.steps)) or first.steps
    record = {"record.every": every, "record.lessons": keep.lessons}
    return {name: scenario.replace(record) for name, scenario in scenarios.items()}
