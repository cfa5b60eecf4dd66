"""A sensitivity analysis in words: which factors matter, a table for each measure, and what to beware of."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from lpsim.analysis.sensitivity import INDICES
from lpsim.plain import plain
from lpsim.show.text.levers import quoted
from lpsim.show.text.lines import WIDTH, fold
from lpsim.show.text.measures import label_of, subject
from lpsim.show.text.numbers import written
from lpsim.show.text.table import Number, Range, Table, escaped
from lpsim.show.text.vocabulary import counted, joined, noun, number_word, step_word
from lpsim.sweeps.design.factors import SEED_BLOCK

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lpsim.analysis.indices import Index, Influence
    from lpsim.analysis.sensitivity import Sensitivity
from lpsim.show.text.table import Cell

FLOOR = "another block of seeds"
"""What the block of seeds is called among factors: what chance alone does."""
INDEX_WORDS = {
    "mu_star": "size of effect (µ*)",
    "mu": "with sign (µ)",
    "sigma": "sd of effects (σ)",
    "total": "total share (ST)",
    "first": "alone (S1)",
}
"""What the indices are called."""
SHOWN = 12
"""Factors of a measure that the terminal shows; the page has all."""
NAMED = 3
"""Factors that a sentence names."""
PAIRS, PAIRS_SHOWN = 10, 3
"""Interactions of a measure that the page has, and the terminal shows."""
_LEAPS = "of names, switches and blocks of seeds: as it goes from one value to another"
_ONE_WAY, _MOSTLY = 0.95, 0.6
"""An effect that is so nearly as large with its sign as without has one direction, or mostly one."""


def headline(found: Sensitivity) -> str:
    """What a person would say: how many factors matter to any measure, and which the most."""
    factors = counted(len(found.design.factors), "factor")
    said = [measure for measure in found.measures if not found.unsettled(measure)]
    if not said:
        return f"Too few samples to say which of {factors} matter"
    clear, what = (
        _clear_anywhere(found),
        subject(said[0], found.design.base) if len(said) == 1 else "something",
    )
    if all(found.floor(measure) is None for measure in said):
        return f"{_of_zero(found, said, what)}; what chance alone does was not looked at"
    if not clear:
        return f"None of {factors} clearly moves {what.replace('some', 'any')} more than {FLOOR} does"
    move = "moves" if len(clear) == 1 else "move"
    number = number_word(len(clear)).capitalize()
    return f"{number} of {factors} clearly {move} {what} more than chance does: {_strongest(found, said)}"


def _of_zero(found: Sensitivity, said: Sequence[str], what: str) -> str:
    """The headline where no block of seeds says what chance does: an interval can leave out 0 alone."""
    factors, one = counted(len(found.design.factors), "factor"), len(found.design.factors) == 1
    without = any(math.isnan(_best(found, measure).strength.low) for measure in said)
    if not _clear_anywhere(found) and not without:
        none = f"{found.design.factors[0].name} does not clearly move" if one else ""
        return f"{none or f'None of {factors} clearly moves'} {what.replace('some', 'any')}"
    return f"{'' if one else f'Of {factors} '}{_strongest(found, said)}"


def _strongest(found: Sensitivity, said: Sequence[str]) -> str:
    """The factor that moves a measure most among those that clearly do; no "most" where that is not sure."""
    clear = [(measure, one) for measure in said for one in found.clear(measure)]
    measure, best = max(
        clear or [(measure, _best(found, measure)) for measure in said],
        key=lambda pair: pair[1].strength.value,
    )
    alone = len(found.factors(measure)) == 1
    unsure = best in found.wide(measure) or best is not _best(found, measure)
    most = "" if alone or unsure else " most"
    moved, amount = subject(measure, found.design.base), amount_of(found, best.strength)
    return f"{quoted(best.factor)} moves {moved}{most} ({amount})"


def finding(found: Sensitivity, measure: str) -> str:
    """The same of one measure, with the names of the first factors."""
    if found.unsettled(measure):
        return f"{_label(found, measure)}: too few samples to say which factor stands clear of chance"
    clear = found.clear(measure)
    if not clear:
        return (
            f"{_label(found, measure)}: no factor stands clear of {'chance' if found.floor(measure) else '0'}"
        )
    named = joined([one.factor for one in clear[:NAMED]])
    more = f" and {len(clear) - NAMED} more" if len(clear) > NAMED else ""
    above = "chance" if found.floor(measure) else "0"
    return (
        f"{_label(found, measure)}: {named}{more} {'stands' if len(clear) == 1 else 'stand'} clear of {above}"
    )


def how_many(found: Sensitivity, measure: str) -> str:
    """The same in a few words, as in "staff: 4 of 25 clear of chance"."""
    if found.unsettled(measure):
        return f"{_label(found, measure)}: too few samples to say"
    clear, above = len(found.clear(measure)), "chance" if found.floor(measure) else "0"
    return f"{_label(found, measure)}: {clear or 'none'} of {len(found.factors(measure))} clear of {above}"


def amount_of(found: Sensitivity, index: Index) -> str:
    """As in "0.21, 0.13 to 0.30", or "62 % of its variance, 50 to 74 %"; no interval where none is."""
    value, low, high = (
        (
            f"{written(index.value, '.0%')} of its variance",
            written(100 * index.low, ".0f"),
            f"{index.high:.0%}",
        )
        if found.method == "sobol"
        else tuple(written(number, ".2f") for number in index[:3])
    )
    interval = "" if math.isnan(index.low) else f", {low} to {high}"
    return f"{value}{interval}".replace("%", " %")


def direction(one: Influence) -> str:
    """Which way a factor moves a measure where Morris tells: "raises", "mostly lowers", "both ways" …

    Empty of names, which go neither up nor down.
    """
    if "mu" not in one.indices or not one.strength.value or not one.ordered:
        return ""
    share = one.indices["mu"].value / one.strength.value
    if abs(share) < _MOSTLY:
        return "both ways"
    mostly = "" if abs(share) > _ONE_WAY else "mostly "
    return f"{mostly}{'raises' if share > 0 else 'lowers'}"


def _leap(found: Sensitivity) -> bool:
    """Whether a factor has values between which there are none: names, a switch, blocks of seeds."""
    factors = found.design.factors
    return (
        found.design.scheme.seed_blocks > 1
        or any(len(of.rows or ()) == 2 for of in factors)
        or not all(one.ordered for one in found.influences[found.measures[0]])
    )


def when(found: Sensitivity) -> str:
    """The step at which it was measured, as in "month 120", and of which scenario where some are listed."""
    listed = f" ({found.scenario})" if found.scenario else ""
    return f"{step_word(found.design.base)} {found.step}{listed}"


def sensitivity_text(found: Sensitivity, *, width: int | None = WIDTH) -> str:
    """What the terminal shows."""
    lines = [*fold(f"{headline(found)}, at {when(found)}.", width), ""]
    for measure in found.measures:
        lines += [_table(found, measure, brief=True).terminal(width), ""]
        if found.interactions[measure]:
            lines += [_pairs(found, measure, PAIRS_SHOWN).terminal(width), ""]
    for text in (*notes(found, brief=True), *warnings(found)):
        lines += fold(text, width)
    return "\n".join(lines)


def sensitivity_markdown(found: Sensitivity) -> str:
    """The same as a page, with all factors, and the interactions where they were looked at."""
    about = f"{found.design.title or 'Untitled design'} ({when(found)})"
    parts = [f"# {escaped(headline(found))}\n", f"{escaped(about)}\n"]
    for measure in found.measures:
        parts += [f"{escaped(finding(found, measure))}.\n", _table(found, measure).markdown()]
        if found.interactions[measure]:
            parts.append(_pairs(found, measure, PAIRS).markdown())
    parts += [f"{escaped(text)}\n" for text in (*notes(found), *warnings(found))]
    return plain("\n".join(parts))


def notes(found: Sensitivity, *, brief: bool = False) -> Iterator[str]:
    """What the numbers are; `brief`: those that the terminal shows."""
    scheme, points = found.design.scheme, found.points
    if found.method == "morris":
        yield _of_effects(found, brief=brief)
    else:
        yield (
            "ST: the share of the measure's variance that would go if the factor were fixed; S1: what it "
            f"makes alone{'; S2: what two make together only' if scheme.second_order else ''}."
        )
    yield (
        f"Of the means of {counted(scheme.replications, 'run')} at each of {points:,} points; in brackets "
        "the 95 % interval (bootstrap over points)."
    )
    if scheme.replications > 1:
        yield "By part of the runs: the same from each part of the seeds alone, which have more noise."
    if scheme.seed_blocks > 1:
        yield (
            f"{FLOOR.capitalize()}: what chance alone does (the noise floor). Less than that is not nothing, "
            "as points share their seeds; it is less than what another few worlds would change. These "
            f"{scheme.seed_blocks} blocks are a sample themselves: with another first_seed what is barely "
            "clear may not be."
        )
        yield from _magnified(found)


def _magnified(found: Sensitivity) -> Iterator[str]:
    """How much more chance there is in what is told of a factor than between two blocks of seeds."""
    times = max(one.magnified for one in found.factors(found.measures[0]))
    if times > 1 and found.method == "sobol":
        yield (
            f"Of two blocks drawn one in {found.design.scheme.seed_blocks} pairs is the same block, which a "
            f"factor that leads to another history never is, so there is {times:.2g} times as much chance in "
            "its index: clear of chance is whose interval lies above so many times the floor's upper end."
        )
    elif times > 1:
        yield (
            f"A step crosses part of a range, and its effect is told {times:.2g} times as large (of names, "
            "switches and blocks as it is), so there is as much more chance in it: clear of chance is "
            "whose interval lies above so many times the floor's upper end."
        )


def _of_effects(found: Sensitivity, *, brief: bool) -> str:
    more = "" if brief else "; µ: with its sign; σ: how far that differs between places"
    return (
        "µ*: by how much the measure changes, up or down, as a factor crosses its whole range, in the mean "
        f"over {_places(found)}{f'; {_LEAPS}' if _leap(found) else ''}{more}."
    )


def _places(found: Sensitivity) -> str:
    """How many steps were drawn for each factor, and how many of them differ, where not all do."""
    drawn = found.design.scheme.samples or 0
    differ = [one.places for one in found.influences[found.measures[0]]]
    low, high = min(differ), max(differ)
    if low >= drawn:
        return f"{drawn} places"
    some = f"{low}" if low == high else f"{low} to {high}, by factor,"
    return f"{drawn} places, of which {some} differ and move it"


def warnings(found: Sensitivity) -> Iterator[str]:
    """What to beware of."""
    yield from (
        f"warning: {_too_few(found, measure)}." for measure in found.measures if found.unsettled(measure)
    )
    yield from (f"warning: {_too_wide(found, measure)}." for measure in found.measures if found.wide(measure))
    yield from _without_interval(found)
    if found.design.scheme.seed_blocks == 1:
        yield (
            "warning: the design has no blocks of seeds, so nothing says what chance alone does; set "
            "seed_blocks = 4 in it."
        )
    if found.constant:
        left_out = joined([_label(found, measure) for measure in found.constant])
        yield f"Left out, as the same at all points: {left_out}."


def _too_wide(found: Sensitivity, measure: str) -> str:
    wide, ranked = found.wide(measure), len(found.above(measure))
    above = "the noise floor" if found.floor(measure) else "0"
    named = joined([one.factor for one in wide[:NAMED]]) + (" …" if len(wide) > NAMED else "")
    if ranked == 1:
        told = f"{named}, alone above {above}, has an interval wider than its index, which is unsure so far"
        return f"{_label(found, measure)}: {told}; more samples narrow it"
    of = f"{_label(found, measure)}: of {counted(ranked, 'factor')} above {above}, {len(wide)}"
    if len(wide) == 1:
        told = f"has an interval wider than its index ({named}): its place in the order says nothing"
        return f"{of} {told}; more samples narrow it"
    told = f"have intervals wider than what they rank ({named}): their order says nothing"
    return f"{of} {told}; more samples narrow them"


def _too_few(found: Sensitivity, measure: str) -> str:
    bad = joined([FLOOR if one.factor == SEED_BLOCK else one.factor for one in found.unsettled(measure)])
    samples = found.design.scheme.samples or 0
    return (
        f"{_label(found, measure)}: {samples:,} samples are too few for shares of the variance: that of "
        f"{bad} comes out above the whole, or alone as anything from none to all of it; set samples = "
        f"{max(4 * samples, 256)}"
    )


def _without_interval(found: Sensitivity) -> Iterator[str]:
    without = [one.factor for one in found.factors(found.measures[0]) if math.isnan(one.strength.low)]
    if without:
        yield (
            f"warning: every sample moves {joined(without)} between the same two points, so no interval says "
            "how far its effect differs from place to place; seed_blocks = 4 or a factor more makes places."
        )


def _clear_anywhere(found: Sensitivity) -> set[str]:
    return {one.factor for measure in found.measures for one in found.clear(measure)}


def _best(found: Sensitivity, measure: str) -> Influence:
    return found.factors(measure)[0]


def _label(found: Sensitivity, measure: str) -> str:
    return label_of(measure, found.design.base)


def _table(found: Sensitivity, measure: str, *, brief: bool = False) -> Table:
    names = INDICES[found.method]
    if brief and found.method == "morris":
        names = names[:1]  # the direction says the rest
    influences = found.influences[measure]
    shown = influences[:SHOWN] if brief else influences
    # The floor is always there: what stands below it is not told apart from chance.
    shown = (*shown, *(one for one in influences[len(shown) :] if one.factor == SEED_BLOCK))
    headings = ["factor", *(INDEX_WORDS[name] for name in names)]
    headings += ["direction"] if found.method == "morris" else []
    headings += ["by part of the runs"] if influences[0].strength.parts else []
    rows = [_row(found, one, names) for one in shown]
    left = len(influences) - len(shown)
    more = [f"… and {left} more {noun(left, 'factor')} below these"] if left else []
    return Table(headings, rows, title=f"{_label(found, measure)} at {when(found)}", notes=more)


def _row(found: Sensitivity, one: Influence, names: Sequence[str]) -> list[Cell]:
    name = _name(one.factor)
    cells: list[Cell] = [name]
    indices = (one.indices[name] for name in names)
    cells += [Number(index.value, ".3f", index.low, index.high) for index in indices]
    if found.method == "morris":
        cells.append("" if one.factor == SEED_BLOCK else direction(one))
    parts = one.strength.parts
    return [*cells, Range(min(parts), max(parts), ".3f")] if parts else cells


def _name(factor: str) -> str:
    return f"– {FLOOR} –" if factor == SEED_BLOCK else factor


def _pairs(found: Sensitivity, measure: str, most: int) -> Table:
    """What two factors do together, of so many pairs."""
    known = [pair for pair in found.interactions[measure] if not math.isnan(pair.share.value)]
    rows: list[list[Cell]] = [
        [
            _name(pair.one),
            _name(pair.other),
            Number(pair.share.value, ".3f", pair.share.low, pair.share.high),
        ]
        for pair in known[:most]
    ]
    left = len(known) - len(rows)
    more = [f"… and {left} more {noun(left, 'pair')} below these"] if left else []
    title = f"{_label(found, measure)}: what two factors do together only"
    return Table(["factor", "and", "share (S2)"], rows, title=title, notes=more)
