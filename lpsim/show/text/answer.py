"""What a report answers first: what was found, what is then held rightly and wrongly, and the risk."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lpsim.analysis.paired_effects import chosen_among, clear_among
from lpsim.analysis.summary import is_nothing
from lpsim.plain import one_line
from lpsim.runs.measures import MEASURES, RIGHT_AND_WRONG
from lpsim.show.text.comparison import as_with, digits, headline
from lpsim.show.text.comparison_notes import of_levels
from lpsim.show.text.measures import HELD
from lpsim.show.text.numbers import number, steady, written
from lpsim.show.text.table import Number, as_rounded
from lpsim.show.text.uncertainty import spread_of
from lpsim.show.text.vocabulary import joined, number_word, step_word

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lpsim.analysis.briefing import Briefing
    from lpsim.analysis.paired_effects import Effect
    from lpsim.analysis.summary import Summary

WHO = {
    "staff": "staff hold",
    "practices' memories": "practices' memories hold",
    "service's guidance": "the service's guidance holds",
}
_SHARES = {
    "known_by_most": "what most of a practice know rightly",
    **{
        name: f"what {WHO[holder]} {how}"
        for holder, names in RIGHT_AND_WRONG.items()
        for name, how in zip(names, ("rightly", "wrongly"), strict=True)
    },
}
"""What is worse where it falls, being right, or rises, being wrong; as the subject of a clause."""
_NOT_CLEAR = ", not clear"
WHAT_IS_CLEAR = (
    "“Clear” allows for choosing among several differences: of twenty that are chance alone, about one "
    "leaves out 0 with its 95 % interval, so each is judged by a wider interval than the one in brackets "
    "(Bonferroni). What is not clear may be chance."
)
"""Said once where options are compared."""
_MOST_HARMS = 4
"""So many are told; the table has all."""


def answer(briefing: Briefing) -> list[str]:
    """What was found, with intervals; what is then held rightly and wrongly; each level; and the risk."""
    comparison = briefing.comparison
    if comparison is None:
        return [_known(briefing), _in_one_world(briefing), _wrong(briefing)]
    if all(map(comparison.is_same, comparison.options)):
        return [f"{headline(comparison)}.", *filter(None, [_held(briefing)])]
    effects, several = comparison.effects(), len(comparison.options) > 1
    return [
        f"{headline(comparison)}.",
        *filter(None, [_held(briefing)]),
        _most_by_level(effects) if several else _each_level(effects),
        _risk(effects, several=several),
    ]


def what_is_clear(briefing: Briefing) -> str:
    """What the answer means by a clear difference; empty where it speaks of none."""
    comparison = briefing.comparison
    same = comparison is None or all(map(comparison.is_same, comparison.options))
    return "" if same else WHAT_IS_CLEAR


# --- of one scenario ------------------------------------------------------------------------------


def _known(briefing: Briefing) -> str:
    base, count = briefing.worlds[0], len(briefing.seeds)
    parts = [
        f"{WHO[holder]} {_with_interval(briefing.at_the_end(base, right))}"
        for holder, (right, _) in RIGHT_AND_WRONG.items()
    ]
    parts[0] += " of all issues rightly"
    worlds = f"the mean of {count} worlds, in brackets its 95 % interval" if count > 1 else "one world"
    return f"By {step_word(base.scenario)} {base.steps[-1]} {joined(parts)} ({worlds})."


def _in_one_world(briefing: Briefing) -> str:
    base, count = briefing.worlds[0], len(briefing.seeds)
    if count == 1:
        return "Another seed gives other numbers: this is one world of many."
    found = briefing.at_the_end(base, "in_practice_memory")
    if found.lowest == found.highest:
        return f"What practices' memories hold rightly is the same in each of these {count} worlds."
    low, high = found.spread
    which = "in 8 of 10 worlds" if "8 of 10" in spread_of(count) else "from the lowest to the highest world"
    return (
        f"What practices write down differs by chance alone: {which} their memories hold {_percent(low)} to "
        f"{_percent(high)} of all issues rightly."
    )


def _wrong(briefing: Briefing) -> str:
    base = briefing.worlds[0]
    parts = [
        f"{WHO[holder]} {_with_interval(briefing.at_the_end(base, wrong))}"
        for holder, (_, wrong) in RIGHT_AND_WRONG.items()
    ]
    parts[0] += " of all issues wrongly"
    return f"The risk is what is wrong and is handed on all the same: {joined(parts)}."


def _with_interval(found: Summary[float]) -> str:
    if np.isnan(found.low) or found.low == found.high:
        return _percent(found.mean)
    cut = found.within(0.0, 1.0)
    low, high = (number(float(end), share=True).removesuffix(" %") for end in (cut.low, cut.high))
    return f"{_percent(found.mean)} ({low} to {high})"


def _percent(share: float) -> str:
    if np.isnan(share):
        return "no value"
    return number(share, share=True)


# --- of options -----------------------------------------------------------------------------------


def _held(briefing: Briefing) -> str:
    """What is held rightly and wrongly with the option that the answer begins with, and with the base."""
    base, option = briefing.shown[0], briefing.shown[1]
    told = [
        (f"{WHO[holder]} {ends[0]} rightly and {ends[1]} wrongly", f"{before[0]} and {before[1]}")
        for holder, names in RIGHT_AND_WRONG.items()
        if all(name in worlds.measures for worlds in (base, option) for name in names)
        for before, ends in [
            [[_percent(briefing.at_the_end(one, name).mean) for name in names] for one in (base, option)]
        ]
    ]
    if not told:
        return ""
    parts = [f"{now} (with {one_line(base.name)} {before})" for now, before in told[:1]]
    parts += [f"{now} ({before})" for now, before in told[1:]]
    return f"With {one_line(option.name)}, of all issues {_listed(parts)}."


def _listed(parts: Sequence[str]) -> str:
    """Clauses that may hold commas themselves."""
    return "; ".join(parts)


def _each_level(effects: Sequence[Effect]) -> str:
    """What the only option does to knowledge at every level, with intervals."""
    levels = of_levels(effects)
    if not levels:
        return "No level has a value in the same worlds."
    clear, among = clear_among(levels), chosen_among(levels)
    unclear = [one for one in levels if not is_nothing(one.difference) and one not in clear]
    places = max(map(digits, levels))
    parts = [
        f"{HELD[effect.measure]} {_moved(effect, places)}{_NOT_CLEAR if effect in unclear else ''}"
        for effect in levels
    ]
    note = _chance_among(among) if unclear else ""
    option = one_line(levels[0].option)
    return (
        f"Knowledge is what is held rightly less what is held wrongly; with {option} the levels move so: "
        f"{_listed(parts)} (95 % intervals{note})."
    )


def _moved(effect: Effect, places: int) -> str:
    if is_nothing(effect.difference):
        return "is exactly the same in every world"
    return f"by {_difference(effect, places)}"


def _most_by_level(effects: Sequence[Effect]) -> str:
    """Which of several options raises each level most, with intervals."""
    levels = of_levels(effects)
    if not levels:
        return "No level has a value in the same worlds."
    most = [
        max((one for one in levels if one.measure == level), key=lambda one: float(one.difference.mean))
        for level in dict.fromkeys(effect.measure for effect in levels)
    ]
    places = max(map(digits, most))
    among = chosen_among(levels)
    raised = [_raised(one, levels, places) for one in most]
    parts = [f"{HELD[one.measure]} \N{EN DASH} {said}" for one, said in zip(most, raised, strict=True)]
    unclear = any(said.endswith(_NOT_CLEAR) for said in raised)
    return (
        f"Which option raises each level most: {_listed(parts)} (95 % intervals"
        f"{_chance_among(among) if unclear else ''})."
    )


def _raised(most: Effect, levels: Sequence[Effect], places: int) -> str:
    if most.difference.mean <= 0:
        return "none does"
    unclear = "" if most in clear_among(levels) else _NOT_CLEAR
    return f"{one_line(most.option)}{as_with(levels, most)}, {_difference(most, places)}{unclear}"


def _chance_among(count: int) -> str:
    """Why an interval may leave out 0 and be called not clear all the same."""
    among = f", as one of {count} differences" if count > 1 else ""
    return f"; not clear: it may be chance{among}"


# --- the risk -------------------------------------------------------------------------------------


class _Harm(NamedTuple):
    """What falls though it is right, or rises though it is wrong."""

    effect: Effect
    clear: bool


def _risk(effects: Sequence[Effect], *, several: bool) -> str:
    """What right falls and what wrong rises, and in how many worlds the level that is worse most often is."""
    levels = of_levels(effects)
    if not levels:
        return "The risk cannot be told."
    worst = max(levels, key=lambda effect: float(np.nan_to_num(effect.worse)))
    whose = "" if several else f" with {one_line(worst.option)}"
    told = [*_harms_told(effects, several=several), _worse(worst, levels, several=several)]
    return f"The risk{whose}: {_listed(told)}."


def _harms_told(effects: Sequence[Effect], *, several: bool) -> Iterator[str]:
    """The clear harms, the largest first; where none is clear, the largest."""
    shares = [effect for effect in effects if effect.measure in _SHARES]
    if not shares:
        return
    harms = _harms(shares)
    clear = [harm for harm in harms if harm.clear]
    if not clear:
        yield "nothing that is held rightly falls clearly, and nothing that is held wrongly rises clearly"
    for harm in clear[:_MOST_HARMS] or harms[:1]:
        yield _harm_told(harm, shares if several else [])
    if len(clear) > _MOST_HARMS:
        yield f"and {number_word(len(clear) - _MOST_HARMS)} more of this kind, in the table of differences"


def _harms(shares: Sequence[Effect]) -> list[_Harm]:
    """The option that harms each measure most, if one does; clear before others, large before small."""
    sure = clear_among(shares)
    harms = [_Harm(effect, effect in sure) for effect in shares if _harm(effect) > 0]
    by_measure: dict[str, _Harm] = {}
    for harm in sorted(harms, key=lambda harm: (not harm.clear, -_harm(harm.effect))):
        by_measure.setdefault(harm.effect.measure, harm)
    return list(by_measure.values())


def _harm(effect: Effect) -> float:
    """By how much a measure is worse; below 0 where it is better."""
    mean = float(effect.difference.mean)
    return -mean if MEASURES[effect.measure].higher_is_better else mean


def _harm_told(harm: _Harm, shares: Sequence[Effect]) -> str:
    """A harm, with which option where there are `shares` of several."""
    effect = harm.effect
    found = effect.difference
    by, low, high = (_signed(100 * steady(value), 1) for value in (found.mean, found.low, found.high))
    chance = "" if harm.clear else ", which may be chance"
    before, after = Number(effect.base, ".1%"), Number(effect.mean, ".1%")
    rounded = "" if as_rounded(after, before, Number(100 * found.mean, ".1f")) else " before rounding"
    return (
        f"{_SHARES[effect.measure]} goes from {_precise(effect.base)} to {_precise(effect.mean)} of all "
        f"issues{_with(effect, shares)} (by {by} ({low} to {high}) points{rounded}){chance}"
    )


def _worse(worst: Effect, levels: Sequence[Effect], *, several: bool) -> str:
    times = round(float(np.nan_to_num(worst.worse)) * worst.worlds)
    if not times:
        return f"no level of knowledge is lower in any of {worst.worlds} worlds"
    chance = "" if worst in clear_among(levels) else ", which may be chance"
    where = f"in {times} of {worst.worlds} worlds{_with(worst, levels if several else [])}"
    return f"{HELD[worst.measure]} is lower {where}{chance}"


def _with(effect: Effect, effects: Sequence[Effect]) -> str:
    return f" with {one_line(effect.option)}{as_with(effects, effect)}" if effects else ""


def _difference(effect: Effect, places: int) -> str:
    found = effect.difference
    mean, low, high = (_signed(value, places) for value in (found.mean, found.low, found.high))
    return f"{mean} ({low} to {high})"


def _precise(share: float) -> str:
    return f"{100 * steady(share):.1f} %"


def _signed(value: float, places: int) -> str:
    return written(steady(value), f"+.{places}f")
