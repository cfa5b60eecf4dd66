"""The guide as a page: ``guide.md`` beside this file, with every number taken from the table that ships."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import lpsim
from experiments.guide.steps import SIZES, STEPS
from experiments.guide.worlds import GOALS, HALVES, YEARS

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

HERE = Path(__file__).parent
TEMPLATE = HERE / "guide.md"
PAGE = HERE.parents[1] / "docs" / "guide.md"
TIERS = ("sound bet", "depends", "no effect seen")
SETTINGS = ("calibrated", "hypercube")
HORIZON, SIZE = 5, "usual"
"""Of what the page tells at length."""
UNSURE = " ?"
"""Behind a tier that one half of the worlds alone would not give."""


def page() -> str:
    """The whole of docs/guide.md."""
    text = TEMPLATE.read_text(encoding="utf-8")
    return re.sub(r"\{\{(.+?)\}\}", lambda match: _filled(match[1]), text)


def _filled(asked: str) -> str:
    """What stands for ``{{kind: goal: more}}``."""
    kind, *rest = (part.strip() for part in asked.split(":"))
    return str(_KINDS[kind](*rest))


def found(goal: str, horizon: int = HORIZON, size: str = SIZE) -> pd.DataFrame:
    """What the guide says, by step."""
    return lpsim.guide(goal, horizon=horizon, size=size).set_index("step")


def _those(tier: str, goal: str, horizon: str = str(HORIZON), size: str = SIZE) -> str:
    """The steps in a tier, in words."""
    rows = found(goal, int(horizon), size)
    names = [f"{step}{_mark(row)}" for step, row in rows.iterrows() if row["tier"] == tier]
    return joined(names) or "none"


def joined(names: list[str]) -> str:
    """In words: a, b and c."""
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def _mark(row: Any) -> str:
    return "" if all(row[half] == row["tier"] for half in HALVES) else UNSURE


def _effect(goal: str, step: str) -> str:
    row = found(goal).loc[step]
    return " and ".join(f"{row[f'{name}_median']:+.3f}" for name in SETTINGS)


def _helps(goal: str, step: str) -> str:
    row = found(goal).loc[step]
    return f"{min(row[f'{name}_helps'] for name in SETTINGS):.0%}".replace("%", " %")


def _harms(goal: str, step: str) -> str:
    row = found(goal).loc[step]
    return f"{max(row[f'{name}_harms'] for name in SETTINGS):.0%}".replace("%", " %")


def _hours(step: str, size: str = SIZE) -> str:
    return f"{found('staff', size=size).loc[step, 'hours']:.0f}"


def _table(goal: str) -> str:
    """Tiers by years, and at five years effects, chances and hours."""
    at = {year: found(goal, year) for year in YEARS}
    years = [f"{year} year{'s' if year > 1 else ''}" for year in YEARS]
    lines = [
        f"| step | {' | '.join(years)} | calibrated | hypercube | helps | harms | hours |",
        f"|---|{'---|' * len(YEARS)}---:|---:|---:|---:|---:|",
    ]
    for step in at[HORIZON].index:
        tiers = [f"{at[year].loc[step, 'tier']}{_mark(at[year].loc[step])}" for year in YEARS]
        effects = [_interval(at[HORIZON].loc[step], name) for name in SETTINGS]
        cells = [step, *tiers, *effects, _helps(goal, step), _harms(goal, step), _hours(step)]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _interval(row: Any, name: str) -> str:
    return f"{row[f'{name}_median']:+.3f} ({row[f'{name}_low']:+.3f} to {row[f'{name}_high']:+.3f})"


def _sizes(goal: str) -> str:
    """Where the size of the practice makes another tier, after five years."""
    at = {size: found(goal, size=size) for size in SIZES}
    lines = []
    for step in STEPS:
        tiers = {size: f"{at[size].loc[step, 'tier']}{_mark(at[size].loc[step])}" for size in SIZES}
        if len({at[size].loc[step, "tier"] for size in SIZES}) > 1:
            lines.append(f"| {step} | {' | '.join(tiers.values())} |")
    people = [f"{size} ({at[size]['people'].iloc[0]} people)" for size in SIZES]
    return "\n".join([f"| step | {' | '.join(people)} |", "|---|---|---|---|", *lines])


def same(goals: tuple[str, ...] = GOALS, horizons: tuple[int, ...] = YEARS) -> Iterator[bool]:
    """Whether both halves of the worlds give the same tier: step by step, in every table."""
    for goal in goals:
        for horizon in horizons:
            for size in SIZES:
                rows = found(goal, horizon, size)
                yield from rows[HALVES[0]] == rows[HALVES[1]]


def _same(goal: str = "") -> str:
    every = list(same((goal,) if goal else GOALS))
    return f"{sum(every)} of {len(every)}"


def _agreement(goal: str) -> str:
    row = found(goal).iloc[0]
    return " and ".join(f"{row[f'{name}_agreement']:.2f}" for name in SETTINGS)


def _worlds() -> str:
    row = found("staff").iloc[0]
    return " and ".join(f"{row[f'{name}_worlds']:.0f} {name}" for name in SETTINGS)


_KINDS = {
    "sound": lambda *rest: _those(TIERS[0], *rest),
    "depends": lambda *rest: _those(TIERS[1], *rest),
    "nothing": lambda *rest: _those(TIERS[2], *rest),
    "effect": _effect,
    "helps": _helps,
    "harms": _harms,
    "hours": _hours,
    "table": _table,
    "sizes": _sizes,
    "same": _same,
    "agreement": _agreement,
    "worlds": _worlds,
}


def lay(table: Path) -> None:
    """Put the table into the package, and make the page and its figure of it."""
    from experiments.guide.figure import draw  # noqa: PLC0415 (matplotlib is slow to import)

    target = Path(str(lpsim.__file__)).parent / "analysis" / "guide.csv"
    target.write_text(table.read_text(encoding="utf-8"), encoding="utf-8")
    PAGE.write_text(page(), encoding="utf-8")
    draw(PAGE.with_name("guide"))
