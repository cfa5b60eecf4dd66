"""The guide as a page: ``guide.md`` beside this file, with every number taken from the table that ships."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import lpsim
from experiments.guide.steps import SIZES, STEPS
from experiments.guide.tiers import SETTINGS, TIERS
from experiments.guide.worlds import GOALS, HALVES, YEARS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Row = dict[str, Any]
Rows = dict[str, Row]
"""By step, as `lpsim.guide` has them."""
HERE = Path(__file__).parent
TEMPLATE = HERE / "guide.md"
PAGE = HERE.parents[1] / "docs" / "guide.md"
HORIZON, SIZE = 5, "usual"
"""Those that the page tells at length."""
UNSURE = " ?"
"""Behind a tier that one half of the worlds alone would not give."""


def page() -> str:
    """The whole of docs/guide.md."""
    text = TEMPLATE.read_text(encoding="utf-8")
    return re.sub(r"\{\{(.+?)\}\}", lambda match: _filled(match[1]), text)


def _filled(asked: str) -> str:
    """What stands for ``{{kind: goal: more}}``."""
    kind, *rest = (part.strip() for part in asked.split(":"))
    return _KINDS[kind](*rest)


def found(goal: str, horizon: int = HORIZON, size: str = SIZE) -> Rows:
    """What the guide says, by step, the best first."""
    table = lpsim.guide(goal, horizon=horizon, size=size)
    rows = [{str(key): row[key] for key in row} for row in table.to_dict("records")]
    return {row["step"]: row for row in rows}


def tier(row: Row) -> str:
    """With a mark where one half of the worlds alone would say otherwise."""
    return str(row["tier"]) + ("" if all(row[half] == row["tier"] for half in HALVES) else UNSURE)


def share(value: float, digits: int = 0) -> str:
    """In per cent."""
    return f"{100 * value:.{digits}f} %"


def helps(row: Row) -> str:
    """The share of worlds in which a step helps, in the setting where it helps less."""
    return share(min(row[f"{name}_helps"] for name in SETTINGS), 1)  # a tier begins at 90 %, not at 89.7 %


def harms(row: Row) -> str:
    """The share of worlds in which a step does noticeable harm, in the setting where it does more."""
    return share(max(row[f"{name}_harms"] for name in SETTINGS), 1)


def joined(names: Sequence[str]) -> str:
    """In words: a, b and c."""
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def halves() -> Iterator[tuple[str, str]]:
    """The tiers that each half of the worlds gives alone."""
    for row in every_row():
        yield row[HALVES[0]], row[HALVES[1]]


def every_row() -> Iterator[Row]:
    """Step by step, in every table there is."""
    for goal in GOALS:
        for horizon in YEARS:
            for size in SIZES:
                yield from found(goal, horizon, size).values()


def _those(asked: str, goal: str, horizon: str = str(HORIZON), size: str = SIZE) -> str:
    """The steps in a tier, in words."""
    rows = found(goal, int(horizon), size)
    unsure = {name: tier(row).removeprefix(asked) for name, row in rows.items() if row["tier"] == asked}
    return joined([f"*{name}*{mark}" for name, mark in unsure.items()]) or "none"


def _effect(goal: str, step: str, horizon: str = str(HORIZON)) -> str:
    row = found(goal, int(horizon))[step]
    return " and ".join(f"{row[f'{name}_median']:+.3f}" for name in SETTINGS)


def _table(goal: str) -> str:
    """Tiers by years, and at five years effects, chances and hours."""
    at = {year: found(goal, year) for year in YEARS}
    years = [f"{year} year{'s' if year > 1 else ''}" for year in YEARS]
    lines = [
        f"| step | {' | '.join(years)} | calibrated | hypercube | helps | harms | best three |",
        f"|---|{'---|' * len(YEARS)}---:|---:|---:|---:|---:|",
    ]
    for step, row in at[HORIZON].items():
        tiers = [tier(at[year][step]) for year in YEARS]
        effects = [_interval(row, name) for name in SETTINGS]
        best = share(min(row[f"{name}_top"] for name in SETTINGS))
        lines.append(f"| {' | '.join([step, *tiers, *effects, helps(row), harms(row), best])} |")
    return "\n".join(lines)


def _interval(row: Row, name: str) -> str:
    return f"{row[f'{name}_median']:+.3f} ({row[f'{name}_low']:+.3f} to {row[f'{name}_high']:+.3f})"


def _sizes(goal: str) -> str:
    """The steps that are in another tier in practices of another size."""
    at = {size: found(goal, size=size) for size in SIZES}
    people = [f"{size} ({next(iter(rows.values()))['people']} people)" for size, rows in at.items()]
    lines = [f"| step | {' | '.join(people)} |", f"|---|{'---|' * len(SIZES)}"]
    for step in STEPS:
        if len({rows[step]["tier"] for rows in at.values()}) > 1:
            lines.append(f"| {step} | {' | '.join(tier(rows[step]) for rows in at.values())} |")
    return "\n".join(lines)


def _costs() -> str:
    """Hours of working time in a month, by size."""
    at = {size: found("staff", size=size) for size in SIZES}
    people = [f"{size} ({next(iter(rows.values()))['people']} people)" for size, rows in at.items()]
    lines = [f"| step | {' | '.join(people)} |", f"|---|{'---:|' * len(SIZES)}"]
    lines += [f"| {step} | {' | '.join(_hours(rows[step]) for rows in at.values())} |" for step in STEPS]
    return "\n".join(lines)


def _hours(row: Row) -> str:
    return f"{row['hours']:.0f}" if row["hours"] >= 1 else f"{row['hours']:.1f}"


def _same() -> str:
    every = list(halves())
    number = sum(first == second for first, second in every)
    return f"{number} of {len(every)} ({share(number / len(every))})"


def _opposite() -> str:
    return str(sum({first, second} == {TIERS[0], TIERS[2]} for first, second in halves()) or "none")


def _agreement(goal: str) -> str:
    row = next(iter(found(goal).values()))
    return " and ".join(f"{row[f'{name}_agreement']:.2f}" for name in SETTINGS)


def _worlds() -> str:
    rows = list(every_row())
    counts = {name: {round(row[f"{name}_worlds"]) for row in rows} for name in SETTINGS}
    return " and ".join(f"{min(of)} to {max(of)} {name}" for name, of in counts.items())


_KINDS: dict[str, Callable[..., str]] = {
    "sound": lambda *rest: _those(TIERS[0], *rest),
    "depends": lambda *rest: _those(TIERS[1], *rest),
    "nothing": lambda *rest: _those(TIERS[2], *rest),
    "tier": lambda goal, step: tier(found(goal)[step]),
    "effect": _effect,
    "helps": lambda goal, step: helps(found(goal)[step]),
    "harms": lambda goal, step: harms(found(goal)[step]),
    "hours": lambda step: _hours(found("staff")[step]),
    "table": _table,
    "sizes": _sizes,
    "costs": _costs,
    "same": _same,
    "opposite": _opposite,
    "agreement": _agreement,
    "worlds": _worlds,
}
"""What can stand in braces in the template, with what follows it."""


def lay(table: Path) -> None:
    """Put the table into the package, and make the page and its figure of it."""
    from experiments.guide.figure import draw  # noqa: PLC0415 (matplotlib is slow to import)

    target = Path(str(lpsim.__file__)).parent / "analysis" / "guide.csv"
    target.write_text(table.read_text(encoding="utf-8"), encoding="utf-8")
    PAGE.write_text(page(), encoding="utf-8")
    draw(PAGE.with_name("guide.png"))
