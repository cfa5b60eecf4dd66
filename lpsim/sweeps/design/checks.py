"""What is wrong with a design, one short check each, told as of a scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError

from lpsim.runs.asked import measure_problem
from lpsim.scenario import Scenario, ScenarioError, units
from lpsim.scenario.keys import allowed, nearest
from lpsim.scenario.parameters import Table, as_plain
from lpsim.sweeps.design.acting import Acting
from lpsim.sweeps.design.columns import twins
from lpsim.sweeps.design.factors import (
    MAX_POINTS,
    MAX_SEED,
    SCENARIO,
    UNNAMED,
    Distribution,
    Factor,
    draws_scenarios,
)
from lpsim.sweeps.design.sampling import METHODS, number_of_points
from lpsim.sweeps.design.varying import factor_problems, field_of, key_problem, value_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pydantic_core import ErrorDetails

    from lpsim.sweeps.design.acting import Setting
    from lpsim.sweeps.design.factors import Keep, Point, Row, Scheme, Value

AnyTable = TypeVar("AnyTable", bound=Table)

SHOWN = 3
"""Points named where some are wrong."""
_AMOUNTS = ("low", "high", "mode", "mean")
"""What a distribution says in the unit of its factor, so that a probability may have its own."""
_ALLOWED = {
    "keys": "a list of at least two keys",
    "weights": "a list of numbers, one for each of the values",
    "range": "two numbers, the lower end first",
    "values": "a list of numbers, names, or true and false",
    "measures": "a list of measures",
    "observations": '"last", "all", or a list of steps',
}
"""Where a field's JSON Schema says too little."""


def read_table(
    model: type[AnyTable], data: Any, *, place: str, problems: list[str], beside: Iterable[str] = ()
) -> AnyTable | None:
    """A table of a design file that has no tables in it; None where it is wrong, which `problems` then says.

    In messages the table is called `place` (empty: the top of the file); `beside` are further keys that may
    stand in it, for the hint at the nearest one.
    """
    if isinstance(data, dict):
        data = {key: as_plain(value) for key, value in data.items()}
    try:
        return model.model_validate(data)
    except ValidationError as error:
        found = [_in_words(model, data, place, detail, beside) for detail in error.errors()]
        problems += dict.fromkeys(found)
        return None


def _in_words(model: type[Table], data: Any, place: str, detail: ErrorDetails, beside: Iterable[str]) -> str:
    if not detail["loc"]:
        start = f"{place}: " if place else ""
        own = detail["ctx"]["error"] if detail["type"] == "value_error" else None
        return start + (str(own) if own else f"found {data!r}; allowed is a table")
    key = str(detail["loc"][0])
    named = f"{place}.{key}" if place else key
    if detail["type"] == "extra_forbidden":
        return f"{named}: no such key; {nearest(key, [*model.model_fields, *beside])}"
    if key not in data:
        return f"{named}: missing; it has no default, give a value"
    field = model.model_fields[key]
    return f"{named}: found {data[key]!r}; allowed is {_ALLOWED.get(key) or allowed(field)}"


def read_factor(data: Any, *, place: str, step: str, problems: list[str]) -> Factor | None:
    """A factor of a design file; None where it is wrong, which `problems` then says.

    Its probabilities may have their unit, for which it needs to be known what a `step` is.
    """
    if isinstance(data, dict) and _keys_given(data):
        known = len(problems)
        problems += _unknown_keys_with_units(data)
        data = _in_steps(data, place=place, step=step, problems=problems)
        if len(problems) > known:
            return None
    given = data.get("distribution") if isinstance(data, dict) else None
    if given is None:
        return read_table(Factor, data, place=place, problems=problems)
    distribution = read_table(Distribution, given, place=f"{place}.distribution", problems=problems)
    # The rest is wrong or right whatever the distribution says.
    stand_in = Distribution(name="uniform", low=0, high=1)
    factor = read_table(
        Factor, {**data, "distribution": distribution or stand_in}, place=place, problems=problems
    )
    return factor if distribution else None


def _unknown_keys_with_units(data: Mapping[str, Any]) -> list[str]:
    """What is wrong with keys that are none, where that would hide behind the units of their amounts."""
    drawn, ends = data.get("distribution"), data.get("range")
    amounts = [drawn.get(name) for name in _AMOUNTS] if isinstance(drawn, dict) else []
    amounts += ends if isinstance(ends, list | tuple) else []
    unknown = [key for key in _keys_given(data) or () if key != SCENARIO and field_of(key) is None]
    if not unknown or not any(isinstance(amount, str) for amount in amounts):
        return []
    base = Scenario()
    return [f"factors.{key}: {problem}" for key in unknown if (problem := key_problem(base, key))]


def name_of(factor: Any) -> str | None:
    """What a factor of a design file is called in messages: by its keys; None where it gives none."""
    keys = _keys_given(factor) if isinstance(factor, dict) else None
    return " and ".join(keys) if keys else None


def _keys_given(data: Mapping[str, Any]) -> list[str] | None:
    keys = data.get("keys", [data.get("key")])
    is_list = isinstance(keys, list | tuple) and all(isinstance(key, str) for key in keys)
    return list(keys) if is_list else None


def _in_steps(data: Mapping[str, Any], *, place: str, step: str, problems: list[str]) -> dict[str, Any]:
    """A factor with plain numbers for all that it gives with a unit."""
    keys = _keys_given(data) or []

    def plain(name: str, value: Any, key: str) -> Any:
        if not isinstance(value, str):
            return value
        wrong = units.refusal(Scenario, key, value, step)
        if wrong:
            problems.append(f"{place}.{name}: found {value!r}; {wrong}")
        return value if wrong or not units.is_rate(Scenario, key) else units.per_step(value, step)

    def plain_level(name: str, level: Any) -> Any:
        if isinstance(level, list | tuple) and len(level) == len(keys):
            return [plain(name, value, key) for key, value in zip(keys, level, strict=True)]
        return plain(name, level, keys[0])

    found = dict(data)
    for name in ("range", "values"):
        if isinstance(data.get(name), list | tuple):
            found[name] = [plain_level(name, level) for level in data[name]]
    if isinstance(data.get("distribution"), dict):
        amounts = {key: data["distribution"][key] for key in _AMOUNTS if key in data["distribution"]}
        plain_ones = {key: plain(f"distribution.{key}", value, keys[0]) for key, value in amounts.items()}
        found["distribution"] = {**data["distribution"], **plain_ones}
    return found


def contradictions(
    scheme: Scheme | None,
    scenarios: Mapping[str, Scenario],
    factors: Sequence[Factor],
    keep: Keep | None,
    *,
    listed: Sequence[Row] = (),
) -> list[str]:
    """Everything that is wrong although each table alone is right, except the points themselves.

    A table that is not right is None, a scenario that is not right is not there; the others are checked all
    the same.
    """
    problems: list[str] = []
    if scenarios:
        problems += _factors(scenarios, factors)
    if keep:
        problems += _keep(scenarios, keep)
    problems += _columns(factors, keep)
    if scheme:
        problems += [*_seeds(scheme), *_method(scheme, factors)]
    # Where there is no scenario, nobody has looked at the keys of the factors.
    return problems or (list(_size(scheme, scenarios, factors, listed)) if scheme and scenarios else [])


def _factors(scenarios: Mapping[str, Scenario], factors: Sequence[Factor]) -> Iterator[str]:
    seen: set[str] = set()
    for factor in factors:
        wrong = [
            f"factors.{key}: {problem}"
            for key in factor.columns
            if key != SCENARIO and (problem := _key_problem(scenarios, key))
        ]
        yield from wrong or (f"factors.{factor.name}.{problem}" for problem in factor_problems(factor))
        yield from (f"factors.{key}: found twice; keep one" for key in factor.columns if key in seen)
        seen |= set(factor.columns)


def _key_problem(scenarios: Mapping[str, Scenario], key: str) -> str | None:
    found = {name: key_problem(scenario, key) for name, scenario in scenarios.items()}
    name, problem = next(((name, why) for name, why in found.items() if why), (UNNAMED, None))
    return problem if problem is None or name == UNNAMED else f"scenario {name!r}: {problem}"


def _keep(scenarios: Mapping[str, Scenario], keep: Keep) -> Iterator[str]:
    for measure in dict.fromkeys(keep.measures):
        problem = measure_problem(scenarios, measure)
        if problem and problem.startswith("known are"):
            problem += "; what is observed by one's own functions is kept unnamed"
        if problem:
            yield f"keep.measures: {measure!r} is not recorded; {problem}"
        if keep.measures.count(measure) > 1:
            yield f"keep.measures: found {measure!r} twice; keep one"
    if scenarios and isinstance(keep.observations, tuple):
        steps = next(iter(scenarios.values())).steps
        beyond = [step for step in keep.observations if not 0 <= step <= steps]
        if beyond:
            found = ", ".join(str(step) for step in beyond)
            yield f"keep.observations: found {found}; allowed are steps of the run, 0 to {steps}"


def _columns(factors: Sequence[Factor], keep: Keep | None) -> Iterator[str]:
    """Columns of the results that a query could not tell apart."""
    keys = [key for factor in factors for key in factor.columns]
    for place, names in (("factors", keys), ("keep.measures", keep.measures if keep else ())):
        if found := twins(names):
            yield (
                f"{place}: found {found[0]!r} and {found[1]!r}, which SQL takes for one column, as they "
                "differ in case alone; take one of them, or rename what one is named for"
            )


def _seeds(scheme: Scheme) -> Iterator[str]:
    if scheme.seeds == "common" and "stride" in scheme.model_fields_set:
        yield 'stride: found with common seeds; leave it out, or set seeds = "independent" (or "paired")'
    if scheme.seeds != "common" and scheme.seed_blocks > 1:
        yield f'seed_blocks: found with {scheme.seeds} seeds; leave it out, or set seeds = "common"'
    if scheme.seeds != "common" and scheme.stride < scheme.replications:
        yield (
            f"stride: found {scheme.stride}; allowed is at least the replications, {scheme.replications}, so "
            "that no two points share a seed"
        )


def _method(scheme: Scheme, factors: Sequence[Factor]) -> Iterator[str]:
    """What a method needs and was not given, or was given and has no use for."""
    takes = METHODS[scheme.method].takes
    if scheme.method == "scenarios" and factors:
        yield "factors: found with method scenarios, which varies nothing; name another method (factorial)"
    for key in ("levels", "samples", "second_order", "seed", "seed_blocks"):
        if key in scheme.model_fields_set and key not in takes:
            hint = " (replications begin with first_seed)" if key == "seed" else ""
            yield f"{key}: found with method {scheme.method}, which has no use for it; leave it out{hint}"
    yield from _levels(scheme, factors)
    yield from _weights(scheme, factors)
    if "samples" not in takes:
        return
    if scheme.samples is None:
        yield f"samples: missing; method {scheme.method} needs how many"
    elif scheme.method in ("sobol", "saltelli") and scheme.samples & (scheme.samples - 1):
        below = 1 << (scheme.samples.bit_length() - 1)
        yield (
            f"samples: found {scheme.samples}; allowed with method {scheme.method} is a power of 2, such as "
            f"{below} or {2 * below}"
        )


def _weights(scheme: Scheme, factors: Sequence[Factor]) -> Iterator[str]:
    for factor in factors:
        place = f"factors.{factor.name}"
        if factor.weights is not None and "samples" not in METHODS[scheme.method].takes:
            yield f"{place}.weights: found with method {scheme.method}, which takes each value; drop them"
        if scheme.method == "points" and factor.values is None:
            yield f"{place}: found no values; beside points give the values that it takes (values = […])"


def _levels(scheme: Scheme, factors: Sequence[Factor]) -> Iterator[str]:
    if scheme.method == "morris":
        if scheme.levels is not None and scheme.levels % 2:
            yield f"levels: found {scheme.levels}; allowed with method morris is an even number"
        return
    if "levels" not in METHODS[scheme.method].takes:
        return
    without = [factor.name for factor in factors if factor.values is None]
    if without and scheme.levels is None:
        keys = ", ".join(without)
        yield f"levels: missing; method {scheme.method} needs how many values to cut {keys} into"
    if not without and scheme.levels is not None and factors:
        yield f"levels: found {scheme.levels}, but every factor lists its values; leave it out"


def _size(
    scheme: Scheme, scenarios: Mapping[str, Scenario], factors: Sequence[Factor], listed: Sequence[Row]
) -> Iterator[str]:
    crossed = 1 if draws_scenarios(factors) else max(len(scenarios), 1)
    points = number_of_points(scheme, factors, listed) * crossed
    if points > MAX_POINTS:
        yield f"points: found {points:,}; allowed is at most {MAX_POINTS:,}; vary less, or draw points"
    stride = 0 if scheme.seeds == "common" else scheme.stride
    last = scheme.first_seed + (points - 1) * stride + scheme.seed_blocks * scheme.replications - 1
    if last > MAX_SEED:
        yield f"first_seed: found {scheme.first_seed}, the last would be {last}; allowed is up to 2^64 - 1"


def baseline_problems(base: Scenario, factors: Sequence[Factor]) -> list[str]:
    """Factors that the base scenario holds no value at, so that others cannot vary around it."""
    return [
        f"factors.{key}: one_at_a_time begins at the base scenario, which has no value; give one (set)"
        for factor in factors
        for key in factor.columns
        if key != SCENARIO and value_at(base, key) is None
    ]


def point_problems(
    scenarios: Mapping[str, Scenario],
    factors: Sequence[Factor],
    points: Sequence[Point],
    settings: Sequence[Setting] = (),
) -> list[str]:
    """The first points that are no valid scenarios, with their values and the reason.

    Where all are valid: what is set, by factors and otherwise, and can act at no point.
    """
    problems: list[str] = []
    wrong = 0
    acting = Acting(factors, settings)
    for point in points:
        scenario, reasons = _made(scenarios, point)
        wrong += bool(reasons)
        if reasons and wrong <= SHOWN:
            problems.append(f"point {point.number} ({_settings(point)}): {'; '.join(reasons)}")
        elif scenario is not None:
            acting.look(point, scenario)
    if wrong > SHOWN:
        problems.append(
            f"{wrong:,} of {len(points):,} points are no valid scenarios; above are the first {SHOWN}"
        )
    return problems or list(acting.problems())


def _made(scenarios: Mapping[str, Scenario], point: Point) -> tuple[Scenario | None, tuple[str, ...]]:
    """The scenario of a point; or why it is none."""
    try:
        scenario = point.scenario(scenarios)
    except ScenarioError as error:
        return None, error.problems
    # Two keys can lead to one place, such as a kind's by its name and by its number.
    lost = [key for key, value in point.factors.items() if not _stands(scenario, key, value)]
    return scenario, tuple(f"{key}: is set again by another factor; keep one of them" for key in lost)


def _stands(scenario: Scenario, key: str, value: Value) -> bool:
    try:
        return bool(value_at(scenario, key) == value)
    except LookupError:
        return True  # a headcount of 0 removes its role


def _settings(point: Point) -> str:
    return ", ".join(f"{key} = {value}" for key, value in point.values.items())
