"""A comparison in words: the one sentence, a table for each measure, and where the scenarios differ."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from lpsim.analysis.measured import is_counted, is_time, measure_of, possible
from lpsim.analysis.paired_effects import chosen_among, clear_among
from lpsim.plain import one_line
from lpsim.runs.measures import KNOWLEDGE_IN_SHARES, LEVELS, RIGHT_AND_WRONG, SHARE
from lpsim.scenario.settings import time_is_protected
from lpsim.show.text.briefing import change_told, told_elsewhere, why_strokes
from lpsim.show.text.comparison_notes import notes, of_levels, when
from lpsim.show.text.lesson_pairs import lessons_gained, lessons_tables
from lpsim.show.text.lines import WIDTH, fold
from lpsim.show.text.measures import HELD, label_of
from lpsim.show.text.numbers import number, steady
from lpsim.show.text.scenario import UNTITLED, stand_ins
from lpsim.show.text.table import NONE, ROUNDED, Cell, Number, Table, as_rounded, escaped
from lpsim.show.text.vocabulary import joined, noun, step_word
from lpsim.sweeps.store.rows import LESSONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lpsim.analysis.comparison import Comparison
    from lpsim.analysis.paired_effects import Effect
    from lpsim.analysis.worlds import Worlds
    from lpsim.runs.measures import Measure
    from lpsim.scenario.differences import Difference

WHERE = {
    "staff_knowledge": "by staff",
    "practice_knowledge": "in practices' memories",
    "service_knowledge": "in the service's guidance",
}
"""The levels whose issues are held rightly, wrongly or not at all, as where they are held."""
LEARNING_TIME = "learning_time"
_FINE = 0.01
"""An interval narrower than this is told with a digit more."""


def headline(comparison: Comparison) -> str:
    """What a person would say of a comparison: the largest difference at a level that is clear, if one is.

    It is clear where 0 lies outside an interval wide enough for the largest of so many differences.
    """
    if all(map(comparison.is_same, comparison.options)):
        return _same(comparison)
    effects = of_levels(comparison.effects())
    worlds, end = len(comparison.seeds), when(comparison)
    clear, count = clear_among(effects), chosen_among(effects)
    if not clear:
        one = len(comparison.options) == 1
        said = f"{comparison.options[0].name} makes no clear" if one else "no option makes a clear"
        return f"In the same {worlds} worlds, {said} difference to any level at {end}"
    largest = _largest(clear)
    said = f"With {largest.option}{as_with(effects, largest)}, {HELD[largest.measure]} is {_amount(largest)}"
    return f"{said} at {end}, in the same {worlds} worlds: {_among(len(clear), count)}"


def _among(clear: int, count: int) -> str:
    """How many differences are clear, of those that the largest was picked among."""
    if count == 1:
        return "the only difference that there is at any level"
    if clear == 1:
        return f"the only clear difference among {count}"
    if clear == count:
        return f"the largest of {count} differences, all of them clear"
    return f"the largest of {clear} clear differences among {count}"


def as_with(effects: Sequence[Effect], told: Effect) -> str:
    """Which other options do exactly the same to a measure, in brackets; "" where none does."""
    names = [
        one_line(one.option)
        for one in effects
        if one.measure == told.measure and one.difference == told.difference and one.option != told.option
    ]
    return f" (exactly as with {joined(names)})" if names else ""


def _same(comparison: Comparison) -> str:
    """What is said where every option gives exactly what the base gives."""
    one = len(comparison.options) == 1
    which = comparison.options[0].name if one else "every option"
    why = f": what differs has no effect {'until then' if comparison.ends_early else 'here'}"
    if not comparison.is_whole:  # else something may have differed at another step, or in another measure
        why = ", in all that was kept of them"
    if not any(differs(comparison, option) for option in comparison.options):
        why = ": their scenarios differ in nothing"
    return (
        f"In the same {len(comparison.seeds)} worlds, {which} gives exactly what {comparison.base.name} "
        f"gives, up to {when(comparison)}{why}"
    )


def differs(comparison: Comparison, option: Worlds) -> bool:
    """Whether an option was made of something else than the base, be it without effect."""
    changes = _without_titles(comparison.changes(option))
    return option.agents != comparison.base.agents or any(True for _ in changes)


def held(comparison: Comparison) -> str:
    """What the headline's difference is made of: what is held rightly and wrongly; "" where it has none.

    Knowledge is the share held rightly less the share held wrongly, so both can rise.
    """
    clear = clear_among(of_levels(comparison.effects()))
    largest = _largest(clear) if clear else None
    names = KNOWLEDGE_IN_SHARES.get(largest.measure, ()) if largest else ()
    if largest is None or not names or not all(name in comparison.measures for name in names):
        return ""
    option = next(one for one in comparison.options if one.name == largest.option)
    with_it, without = (
        [number(float(comparison.mean(one, name)[-1]), share=True) for name in names]
        for one in (option, comparison.base)
    )
    told = f"{with_it[0]} are then held rightly {WHERE[largest.measure]} and {with_it[1]} wrongly"
    return f"Of all issues, {told}; with {comparison.base.name} {without[0]} and {without[1]}"


def _largest(effects: list[Effect]) -> Effect:
    return max(effects, key=lambda effect: abs(effect.difference.mean))


def _amount(effect: Effect) -> str:
    """As in "0.13 higher (0.12 to 0.14)"."""
    found = effect.difference
    up = found.mean > 0
    ends = (found.low, found.high) if up else (-found.high, -found.low)
    mean, low, high = (f"{steady(value):z.{digits(effect)}f}" for value in (abs(found.mean), *ends))
    way = "higher" if up else "lower"
    return f"{mean} {way} ({low} to {high})" if float(mean) else f"less than 0.001 {way}"


def digits(effect: Effect) -> int:
    """How many a difference is told with: three where its interval is narrow, or it or an end would be 0."""
    found = effect.difference
    mean, low, high = map(steady, (found.mean, found.low, found.high))
    least = min(abs(mean), abs(low), abs(high))
    return 3 if high - low < 2 * _FINE or least < _FINE / 2 else 2


def comparison_text(comparison: Comparison, asked: Sequence[str] = (), *, width: int | None = WIDTH) -> str:
    """What the terminal shows: the levels and the measures asked for, and where the scenarios differ."""
    shown = [name for name in comparison.measures if name in LEVELS or name in asked or name in LESSONS]
    tables = [table.terminal(width) for table in effect_tables(comparison, shown, brief=True)]
    tables += [table.terminal(width) for table in (*shares_tables(comparison), *lessons_tables(comparison))]
    lines = [line for text in notes(comparison) for line in fold(text, width)]
    below = (*lessons_gained(comparison), *differing(comparison))
    said = [line for text in below for line in fold(text, width, indent=4)]
    above = [
        line for said in (headline(comparison), held(comparison)) if said for line in fold(f"{said}.", width)
    ]
    return "\n".join([*above, "", "\n\n".join(tables), "", *lines, "", *said])


def comparison_markdown(comparison: Comparison) -> str:
    """The same as a page, with every measure that was compared."""
    tables = [table.markdown() for table in effect_tables(comparison, comparison.measures)]
    tables += [table.markdown() for table in (*shares_tables(comparison), *lessons_tables(comparison))]
    below = (*lessons_gained(comparison), *differing(comparison))
    lines = [
        f"- {escaped(line.strip())}" if line.startswith("  ") else f"\n{escaped(line)}\n" for line in below
    ]
    seeds = f"Seeds: {', '.join(map(str, comparison.seeds))}."
    said = "\n".join(lines)
    return "\n".join(
        [
            f"# {escaped(headline(comparison))}",
            "",
            *([f"{escaped(held(comparison))}.\n"] if held(comparison) else []),
            *tables,
            *(f"{escaped(note)}\n" for note in notes(comparison)),
            said,
            "",
            seeds,
            "",
        ]
    )


def effect_tables(comparison: Comparison, measures: Sequence[str], *, brief: bool = False) -> list[Table]:
    """A table for each measure: what each option does to it at the last step; ``brief`` to fit a terminal."""
    effects = comparison.effects()
    found = ([effect for effect in effects if effect.measure == name] for name in measures)
    made = [(some, _table(comparison, some, brief=brief)) for some in found if some]
    off = [place for place, (some, _) in enumerate(made) if not all(map(_adds_up, some))]
    tables = [table for _, table in made]
    if off:
        tables[off[-1]] = replace(tables[off[-1]], notes=[*tables[off[-1]].notes, ROUNDED])
    return tables


def _adds_up(effect: Effect) -> bool:
    """Whether a difference is, as it is shown, that of the two means beside it."""
    form = forms(measure_of(effect.measure))
    return as_rounded(*(Number(value, form) for value in (effect.mean, effect.base, effect.difference.mean)))


def shares_tables(comparison: Comparison) -> list[Table]:
    """What is held rightly and wrongly with the base and each option, and the time protected where any is.

    One table, or none where the shares were not compared.
    """
    held = {
        holders: names
        for holders, names in RIGHT_AND_WRONG.items()
        if all(name in comparison.measures for name in names)
    }
    if not held:
        return []
    options = (comparison.base, *comparison.options)
    timed = any(time_is_protected(one.scenario) for one in options) and LEARNING_TIME in comparison.measures
    headings = ["", *(f"{holders}: right, wrong" for holders in held), *(["protected time"] * timed)]
    rows: list[list[Cell]] = []
    for one in options:
        ends = {name: float(comparison.mean(one, name)[-1]) for name in comparison.measures}
        shares = [", ".join(number(ends[name], share=True) for name in names) for names in held.values()]
        rows.append([one.name, *shares, *([Number(ends[LEARNING_TIME], ".1%")] if timed else [])])
    note = "Means of shares of issues; of the rest there is no view."
    cost = " Protected time: working time for learning; nothing else that an option costs is counted."
    told = cost if timed else ""
    title = f"held rightly and wrongly at {when(comparison)}"
    return [Table(headings, rows, title=title, notes=[f"{note}{told}"])]


def _table(comparison: Comparison, effects: Sequence[Effect], *, brief: bool) -> Table:
    measure, worlds = measure_of(effects[0].measure), len(comparison.seeds)
    label = label_of(measure.name, comparison.base.scenario)
    form, title = forms(measure), f"{label} at {when(comparison)}"
    if is_time(measure.name):
        return _times_table(comparison, effects, form, title)
    if any(effect.worlds < worlds for effect in effects):
        return _gaps_table(comparison, effects, form, title, brief=brief)
    headings = ["with", "mean", "difference", *_further_headings(comparison, brief=brief)]
    rows = [
        [effect.option, Number(effect.mean, form), _difference(effect, form), *_further(effect, brief=brief)]
        for effect in effects
    ]
    return Table(headings, rows, title=f"{title}; {comparison.base.name} {Number(effects[0].base, form)}")


def _gaps_table(
    comparison: Comparison, effects: Sequence[Effect], form: str, title: str, *, brief: bool
) -> Table:
    """A measure without a value in some worlds: each difference beside its own two means."""
    headings = ["with", "value in", "both in", "base", "mean", "difference"]
    headings += _further_headings(comparison, brief=brief)
    worlds, none = len(comparison.seeds), [""] * (len(headings) - 2)
    rows: list[list[Cell]] = [[comparison.base.name, f"{effects[0].base_worlds} of {worlds}", *none]]
    for effect in effects:
        cells = [effect.option, f"{effect.option_worlds} of {worlds}", *_of_both(effect, worlds, form)]
        rows.append([*cells, *_further(effect, brief=brief)])
    note = "Base, mean and all that follows are of the worlds alone in which both have a value."
    return Table(headings, rows, title=title, notes=[note])


def _times_table(comparison: Comparison, effects: Sequence[Effect], form: str, title: str) -> Table:
    """A time, which has no value where it was not reached: that is later than any, and not nothing."""
    headings = ["with", "got there in", "median", "both in", "base", "mean", "difference"]
    headings += ["earlier in", "later in"]
    base, worlds = effects[0], len(comparison.seeds)
    first: list[Cell] = [comparison.base.name, f"{base.base_worlds} of {worlds}"]
    rows: list[list[Cell]] = [[*first, _median(base.base_median, form), *[""] * 6]]
    for effect in effects:
        cells: list[Cell] = [effect.option, f"{effect.option_worlds} of {worlds}"]
        cells += [_median(effect.median, form), *_of_both(effect, worlds, form)]
        rows.append([*cells, *(in_worlds(share, effect.ranked) for share in (effect.lower, effect.higher))])
    gaps = any(effect.worlds < worlds for effect in effects)
    return Table(headings, rows, title=title, notes=[_never(comparison)] if gaps else [])


def _never(comparison: Comparison) -> str:
    """What is to be kept in mind of a time that was not reached in every world."""
    scenario, end = comparison.base.scenario, int(comparison.steps[-1])
    long = f"{end} {noun(end, step_word(scenario))}"
    return (
        f"Never: not within {long}, which is later than any in the median and in the last two columns. Base, "
        "mean and difference are of the worlds alone in which both got there, so they leave out the slowest: "
        "go by the median."
    )


def _median(time: float, form: str) -> Cell:
    return "never" if math.isnan(time) else Number(time, form)


def _of_both(effect: Effect, worlds: int, form: str) -> list[Cell]:
    """In how many worlds both have a value, and the two means and the difference there."""
    means = (Number(mean, form) for mean in (effect.base, effect.mean))
    return [f"{effect.worlds} of {worlds}", *means, _difference(effect, form)]


def _difference(effect: Effect, form: str) -> Number:
    return Number.mean(possible(effect.difference, effect.measure), f"+{form}")


def _further_headings(comparison: Comparison, *, brief: bool) -> list[str]:
    needed = f"worlds for ±{comparison.precision:g}"
    return ["higher in", "worse in", "unpaired runs", needed, *([] if brief else ["variance left"])]


def _further(effect: Effect, *, brief: bool) -> list[Cell]:
    return [
        *(in_worlds(share, effect.ranked) for share in (effect.higher, effect.worse)),
        Number(effect.unpaired_needed, ".0f"),
        Number(effect.worlds_needed, ".0f"),
        *([] if brief else [Number(effect.variance_ratio, ".0%")]),
    ]


def forms(measure: Measure) -> str:
    """How a number of a measure is written."""
    return ".1%" if measure.unit == SHARE else ".1f" if is_counted(measure.name) else ".3f"


def in_worlds(share: float, worlds: int) -> str:
    """A share of worlds, as in "5 of 20"."""
    return NONE if math.isnan(share) else f"{round(share * worlds)} of {worlds}"


def differing(comparison: Comparison) -> Iterator[str]:
    """Every key in which each option's scenario differs from the base's, and those its file does not name."""
    yield f"Base: {comparison.base.name} ({comparison.base.scenario.title or UNTITLED})"
    yield from (f"  {line}" for line in stand_ins(comparison.base.agents))
    for option in comparison.options:
        changes = list(_without_titles(comparison.changes(option)))
        same = "" if differs(comparison, option) else ": differs in nothing"
        yield f"{option.name} ({option.scenario.title or UNTITLED}){same}"
        yield from (f"  {line}" for line in stand_ins(option.agents))
        yield from (f"  {line}" for line in _changes_lines(comparison, option, changes))
        others = comparison.unnamed(option)
        if others:
            yield f"  its file does not name these itself: {', '.join(others)}"


def _changes_lines(comparison: Comparison, option: Worlds, changes: Sequence[Difference]) -> Iterator[str]:
    """A line for each key, in the words of a report."""
    for one in changes:
        if not told_elsewhere(one):
            words, old, new, key = change_told(one, comparison, option)
            yield f"{words} ({key}): {old} → {new}"
    both = (comparison.base, option)
    yield from why_strokes(changes, [one.scenario for one in both], [one.name for one in both])


def _without_titles(changes: Sequence[Difference]) -> Iterator[Difference]:
    return (
        one for one in changes if not (one.key.startswith("interventions.") and one.key.endswith(".title"))
    )
