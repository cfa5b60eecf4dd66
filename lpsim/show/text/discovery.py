"""What was discovered of a sweep, in words: where something happens, and which policy is regretted."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from lpsim.analysis.discovery import RESAMPLES, SURE
from lpsim.analysis.measured import measure_of
from lpsim.plain import plain
from lpsim.show.text.levers import meaning, per
from lpsim.show.text.lines import WIDTH, fold
from lpsim.show.text.measures import subject
from lpsim.show.text.numbers import number
from lpsim.show.text.table import Cell, Number, Range, Table, escaped
from lpsim.show.text.vocabulary import joined, step_word
from lpsim.sweeps.design.factors import SCENARIO

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lpsim.analysis.discovery import Discovery, Region, Side
    from lpsim.analysis.regret import Policy
    from lpsim.sweeps.design.factors import Value

SIGNS = {"<": "below", "<=": "at most", ">": "above", ">=": "at least"}
PROMISED = 0.15
"""A box whose density falls by so much on points left out, or to that of all, promises more than it holds."""
SHOWN = 12
"""Policies that the terminal shows; the page has all."""


def headline(found: Discovery) -> str:
    """The first box in a sentence, without its full stop; or that there is none."""
    if not found.boxes:
        return f"No limits on few factors tell where {condition_words(found)}"
    best = found.boxes[0]
    return (
        f"Where {sides_words(found, best.sides)}, {condition_words(found)} in {best.sought:,} of "
        f"{best.cases:,} points (of all: {int(found.sought.sum()):,} of {len(found.sought):,})"
    )


def condition_words(found: Discovery) -> str:
    """As in "knowledge of staff is below 0.2"."""
    condition = found.condition
    what = subject(condition.measure, found.design.base)
    return f"{what} is {SIGNS[condition.sign]} {condition.threshold:g}"


def sides_words(found: Discovery, sides: Sequence[Side]) -> str:
    """What a box asks, factor by factor: "a is below 0.1, b between 0.2 and 0.3 and c one of x, y"."""
    by_factor: dict[str, list[Side]] = {}
    for side in sides:
        by_factor.setdefault(side.factor, []).append(side)
    return joined([f"{factor} is {_asked(found, of)}" for factor, of in by_factor.items()])


def _asked(found: Discovery, sides: Sequence[Side]) -> str:
    if len(sides) == 2:
        unit = per(found.design.base, sides[0].factor)
        return f"between {sides[0].end:.3g} and {sides[1].end:.3g}{unit}"
    return side_words(found, sides[0])


def side_words(found: Discovery, side: Side) -> str:
    """As in "below 0.1 per month", or "x or y"."""
    if side.side == "names":
        return " or ".join(str(value) for value in side.values)
    return f"{'above' if side.side == 'low' else 'below'} {side.end:.3g}{per(found.design.base, side.factor)}"


def region_sentence(found: Discovery, region: Region) -> str:
    """A box with what it is worth."""
    return (
        f"Where {sides_words(found, region.sides)}, {condition_words(found)} in {region.sought:,} of "
        f"{region.cases:,} points: density {per_cent(region.density)} (of all points "
        f"{per_cent(found.sought.mean())}), coverage {per_cent(region.coverage)} of all such points. On "
        f"points left out: {per_cent(region.held_density)} and {per_cent(region.held_coverage)}."
    )


def regret_sentence(found: Discovery) -> str:
    """The policies that are regretted least; empty where none meets the same futures as another."""
    if not found.policies:
        return ""
    least, what = found.policies[0], subject(found.condition.measure, found.design.base)
    equal = [math.isclose(one.worst, least.worst) and one.best == least.best for one in found.policies]
    alike = [one for one, same in zip(found.policies, equal, strict=True) if same]
    named = joined([policy_name(found, one) for one in alike])
    return (
        f"{named} {'is' if len(alike) == 1 else 'are'} regretted least: {what} is at worst "
        f"{_regret(least.worst)} from the best policy of the same future, and none is better in "
        f"{per_cent(least.best)} of {len(least.regret)} futures."
    )


def _regret(worst: float) -> str:
    return f"{worst:.2f}" if worst == 0 or worst >= 0.01 else f"{worst:.1g}"


def policy_name(found: Discovery, policy: Policy) -> str:
    """A scenario's name, or what each lever is set to."""
    base = found.design.base
    return ", ".join(
        str(value) if key == SCENARIO else f"{key} = {set_to(value)}{per(base, key)}"
        for key, value in policy.levers.items()
    )


def set_to(value: Value) -> str:
    """What a lever is set to."""
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def when(found: Discovery) -> str:
    """The step at which it was measured, as in "month 120"."""
    return f"{step_word(found.design.base)} {found.step}"


def discovery_text(found: Discovery, *, width: int | None = WIDTH) -> str:
    """What the terminal shows."""
    lines = [*fold(f"{headline(found)}, at {when(found)}.", width), ""]
    for title, regions in _parts(found):
        lines += fold(title, width)
        for region in regions:
            lines += ["", *fold(region_sentence(found, region), width)]
            lines.append(_sides(found, region).terminal(width))
        lines.append("")
    if found.policies:
        lines += [*fold(regret_sentence(found), width), "", _policies(found, SHOWN).terminal(width), ""]
    for text in (*notes(found), *warnings(found)):
        lines += fold(text, width)
    return "\n".join(lines)


def discovery_markdown(found: Discovery) -> str:
    """The same as a page, with all policies."""
    about = f"{found.design.title or 'Untitled design'} ({when(found)})"
    parts = [f"# {escaped(headline(found))}\n", f"{escaped(about)}\n"]
    for title, regions in _parts(found):
        parts.append(f"## {escaped(title)}\n")
        for region in regions:
            parts += [f"{escaped(region_sentence(found, region))}\n", _sides(found, region).markdown()]
    if found.policies:
        parts += ["## Regret\n", f"{escaped(regret_sentence(found))}\n", _policies(found).markdown()]
    return plain("\n".join([*parts, *(f"{escaped(text)}\n" for text in (*notes(found), *warnings(found)))]))


def notes(found: Discovery) -> Iterator[str]:
    """What the numbers are."""
    points, runs = len(found.sought), found.design.scheme.replications
    yield (
        f"Points: {points:,}, each the mean of {runs:,} run{'' if runs == 1 else 's'}. Density: the share of "
        "a box's points that meet the condition; coverage: the share of all such points that lie in the box."
    )
    for factor in found.design.factors:
        if len(factor.columns) > 1 and factor.columns[0] in {axis.name for axis in found.axes}:
            first, *others = factor.columns
            if not {axis.name for axis in found.axes} & {*others}:
                yield f"{joined(others)}: set together with {first}, which stands for all of them."
    yield (
        f"Again in: in how many of {RESAMPLES} resamples of the points a box like it is limited on that "
        "side; points left out: what such boxes are worth on points that they were not found with."
    )
    yield from _keys_in_words(found)
    if found.policies:
        yield (
            "Regret: in each future (a combination of the uncertainties), by how much a policy falls short "
            "of the best there."
        )


def _keys_in_words(found: Discovery) -> Iterator[str]:
    """What limited factors and levers mean, which stand as keys in sentences, or these would be long."""
    limited = [side.factor for region in (*found.boxes, *found.leaves) for side in region.sides]
    levers = [key for policy in found.policies[:1] for key in policy.levers]
    words = {key: meaning(key, found.design.base) for key in dict.fromkeys([*limited, *levers])}
    said = [f"{key}: {of}" for key, of in words.items() if of != key]
    if said:
        yield f"In words, {'; '.join(said)}."


def warnings(found: Discovery) -> Iterator[str]:
    """What to beware of."""
    for kind, regions in (("box", found.boxes), ("leaf", found.leaves)):
        for place, region in enumerate(regions, 1):
            yield from _doubts(found, region, f"{kind} {place}")
    if not found.policies and any(found.kind(axis.name) == "lever" for axis in found.axes):
        yield _why_no_regret(found)


def _doubts(found: Discovery, region: Region, name: str) -> Iterator[str]:
    """Why a box or a leaf may be less than it seems."""
    falls = round(region.density, 2) - round(region.held_density, 2)  # as they are shown
    if falls >= PROMISED - 1e-9 or region.held_density < found.sought.mean():
        yield (
            f"warning: {name} promises more than it holds on points left out "
            f"({per_cent(region.density)} against {per_cent(region.held_density)}): sweep more points."
        )
    weak = [side for side in region.sides if side.kept < SURE]
    if weak:
        said = [
            f"{sides_words(found, [side])} (in {round(side.kept * RESAMPLES)} of {RESAMPLES})"
            for side in weak
        ]
        yield f"warning: {name} has a limit that seldom comes back in resamples: {joined(said)}."


def _why_no_regret(found: Discovery) -> str:
    measure = measure_of(found.condition.measure)
    if measure.higher_is_better is None:
        return f"No regret is told, as neither more nor less of it is better ({measure.label})."
    if not any(found.kind(axis.name) == "uncertainty" for axis in found.axes):
        return (
            "No regret is told, as there is one future only: no factor that varies is an uncertainty (kind = "
            '"uncertainty").'
        )
    return (
        "No regret is told, as no two policies meet the same futures: list the policies ([[scenarios]]), or "
        'set method = "factorial".'
    )


def _parts(found: Discovery) -> Iterator[tuple[str, tuple[Region, ...]]]:
    if found.boxes:
        yield "Boxes (PRIM)", found.boxes
    if found.leaves:
        yield "Leaves of a tree (CART) in which it happens mostly", found.leaves


def _sides(found: Discovery, region: Region) -> Table:
    rows: list[list[Cell]] = [
        [
            side.factor,
            found.kind(side.factor),
            side_words(found, side),
            f"{round(side.kept * RESAMPLES)} of {RESAMPLES}",
            "" if math.isnan(side.ends[0]) else str(Range(*side.ends, ".3g")),
        ]
        for side in region.sides
    ]
    return Table(["factor", "kind", "limit", "again in", "8 of 10 of them"], rows)


def _policies(found: Discovery, most: int | None = None) -> Table:
    rows: list[list[Cell]] = []
    for policy in found.policies[:most]:
        regret = sum(policy.regret) / len(policy.regret)
        numbers = (policy.mean, policy.worst, regret)
        shares = (policy.best, policy.meets)
        rows.append(
            [
                policy_name(found, policy),
                *(Number(value, ".3f") for value in numbers),
                *(Number(share, ".0%") for share in shares),
            ]
        )
    said = f"{SIGNS[found.condition.sign]} {found.condition.threshold:g}"
    headings = ["policy", "mean", "worst regret", "mean regret", "none better in", f"{said} in"]
    left = len(found.policies) - len(rows)
    return Table(headings, rows, notes=[f"… and {left} more policies"] if left else [])


def per_cent(share: float) -> str:
    """A share as it stands in a sentence; a stroke where there is none."""
    return "–" if math.isnan(share) else number(share, share=True)
