"""A report in words: the question, the answer in three sentences, and what stands in its tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lpsim.analysis.paired_effects import is_clear
from lpsim.analysis.summary import summarize
from lpsim.analysis.worlds import values_of
from lpsim.plain import one_line
from lpsim.runs.measures import FUNNEL, LEVELS, LOOPS, MEASURES, RIGHT_AND_WRONG, SHARE
from lpsim.runs.versions import version_of
from lpsim.scenario import Scenario
from lpsim.scenario.keys import field_at
from lpsim.scenario.scenario import MODEL_VERSION
from lpsim.scenario.settings import loops_of
from lpsim.show.text.comparison import HELD, digits, headline, of_levels
from lpsim.show.text.levers import in_words, until
from lpsim.show.text.scenario import UNTITLED, per_step, written
from lpsim.show.text.table import Cell, Number, Range, Table
from lpsim.show.text.uncertainty import INTERVAL, seeds_of, spread_of
from lpsim.show.text.vocabulary import joined, number_word, step_word

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lpsim.analysis.briefing import Briefing
    from lpsim.analysis.comparison import Comparison
    from lpsim.analysis.grid import Lever
    from lpsim.analysis.paired_effects import Effect
    from lpsim.analysis.summary import Summary
    from lpsim.analysis.worlds import Worlds

_WHO = {
    "staff": "staff hold",
    "practices' memories": "practices' memories hold",
    "service's guidance": "the service's guidance holds",
}


KNOWLEDGE_NOTE = "Knowledge: 1 is all right, 0 nothing known, or as much wrong as right."

# --- the question and the answer ------------------------------------------------------------------


def question(briefing: Briefing) -> str:
    """What the report answers, as a question."""
    names = [one_line(worlds.name) for worlds in briefing.worlds]
    if len(names) == 1:
        return f"{title_of(briefing.worlds[0])}: how much of what is learned is known, and where?"
    if len(names) == 2:
        return f"What changes with “{names[1]}”, compared with “{names[0]}”?"
    return f"Which of {number_word(len(names) - 1)} options changes most, compared with “{names[0]}”?"


def title_of(worlds: Worlds) -> str:
    """The scenario's title on one line."""
    return one_line(worlds.scenario.title, UNTITLED)


def answer(briefing: Briefing) -> list[str]:
    """Three sentences: what was found, with intervals; what else; and the risk. One where nothing differs."""
    if briefing.comparison is None:
        return [_known(briefing), _in_one_world(briefing), _wrong(briefing)]
    comparison = briefing.comparison
    if all(map(comparison.is_same, comparison.options)):
        return [f"{headline(comparison)}."]
    effects, several = comparison.effects(), len(comparison.options) > 1
    return [
        f"{headline(comparison)}.",
        _most_by_level(effects) if several else _other_levels(effects),
        _risk(effects, several=several),
    ]


def _known(briefing: Briefing) -> str:
    base, count = briefing.worlds[0], len(briefing.seeds)
    parts = [
        f"{_WHO[holder]} {_with_interval(_end(base, right, briefing.seeds))}"
        for holder, (right, _) in RIGHT_AND_WRONG.items()
    ]
    parts[0] += " of all issues rightly"
    worlds = f"the mean of {count} worlds, in brackets its 95 % interval" if count > 1 else "one world"
    return f"By {step_word(base.scenario)} {base.steps[-1]} {joined(parts)} ({worlds})."


def _in_one_world(briefing: Briefing) -> str:
    base, count = briefing.worlds[0], len(briefing.seeds)
    if count == 1:
        return "Another seed gives other numbers: this is one world of many."
    low, high = _end(base, "in_practice_memory", briefing.seeds).spread
    which = "in 8 of 10 worlds" if "8 of 10" in spread_of(count) else "from the lowest to the highest world"
    return (
        f"What practices write down differs by chance alone: {which} their memories hold {_percent(low)} to "
        f"{_percent(high)} of all issues rightly."
    )


def _wrong(briefing: Briefing) -> str:
    base = briefing.worlds[0]
    parts = [
        f"{_WHO[holder]} {_with_interval(_end(base, wrong, briefing.seeds))}"
        for holder, (_, wrong) in RIGHT_AND_WRONG.items()
    ]
    parts[0] += " of all issues wrongly"
    return f"The risk is what is wrong and is handed on all the same: {joined(parts)}."


def _other_levels(effects: Sequence[Effect]) -> str:
    """What the only option does to every level, with intervals."""
    levels = of_levels(effects)
    if not levels:
        return "No level has a value in the same worlds."
    unclear = [effect for effect in levels if not is_clear(effect, among=len(levels))]
    parts = [
        f"{HELD[effect.measure]} by {_difference(effect)}{', not clear' if effect in unclear else ''}"
        for effect in levels
    ]
    among = f", as one of {len(levels)} differences" if len(levels) > 1 else ""
    note = f"; not clear: it may be chance{among}" if unclear else ""
    option = one_line(levels[0].option)
    return f"With {option} the levels move so: {joined(parts)} (95 % intervals{note})."


def _most_by_level(effects: Sequence[Effect]) -> str:
    """Which of several options raises each level most, with intervals."""
    levels = of_levels(effects)
    if not levels:
        return "No level has a value in the same worlds."
    parts = []
    for level in dict.fromkeys(effect.measure for effect in levels):
        most = max(
            (one for one in levels if one.measure == level), key=lambda one: float(one.difference.mean)
        )
        unclear = "" if is_clear(most, among=len(levels)) else ", not clear"
        how = f"{one_line(most.option)}, {_difference(most)}{unclear}"
        parts.append(f"{HELD[level]} \N{EN DASH} {how}")
    return f"Which option raises each level most: {'; '.join(parts)} (95 % intervals)."


def _risk(effects: Sequence[Effect], *, several: bool) -> str:
    """In how many worlds a level is worse, and who holds more wrongly than before."""
    levels = of_levels(effects)
    if not levels:
        return "The risk cannot be told."
    worst = max(levels, key=lambda effect: float(np.nan_to_num(effect.worse)))
    told = ", and ".join([_worse(worst, several=several), *_wrongs(effects, several=several)])
    return f"The risk{'' if several else f' with {one_line(worst.option)}'}: {told}."


def _worse(worst: Effect, *, several: bool) -> str:
    times = round(float(np.nan_to_num(worst.worse)) * worst.worlds)
    if not times:
        return f"no level is lower in any of {worst.worlds} worlds"
    chance = "" if is_clear(worst) else ", which may be chance"
    where = f"in {times} of {worst.worlds} worlds{_with(worst, several)}"
    return f"{HELD[worst.measure]} is lower {where}{chance}"


def _wrongs(effects: Sequence[Effect], *, several: bool) -> Iterator[str]:
    """What is held wrongly, where that grows most, if it was compared."""
    who = {wrong: _WHO[holder] for holder, (_, wrong) in RIGHT_AND_WRONG.items()}
    most = max(
        (one for one in effects if one.measure in who), key=lambda one: one.difference.mean, default=None
    )
    if most is not None:
        chance = "" if is_clear(most) else ", which may be chance"
        yield (
            f"what {who[most.measure]} wrongly goes from {100 * most.base:.1f} % to {100 * most.mean:.1f} % "
            f"of all issues{_with(most, several)} (by {_points(most)} points){chance}"
        )


def _with(effect: Effect, several: bool) -> str:
    return f" with {one_line(effect.option)}" if several else ""


def _difference(effect: Effect) -> str:
    found, places = effect.difference, digits(effect)
    mean, low, high = (_signed(value, places) for value in (found.mean, found.low, found.high))
    return f"{mean} ({low} to {high})"


def _points(effect: Effect) -> str:
    found = effect.difference
    mean, low, high = (_signed(100 * value, 1) for value in (found.mean, found.low, found.high))
    return f"{mean} ({low} to {high})"


def _signed(value: float, places: int) -> str:
    return f"{value:+z.{places}f}".replace("-", "\N{MINUS SIGN}")


def _end(worlds: Worlds, measure: str, seeds: Sequence[int], place: int = -1) -> Summary[float]:
    values = values_of(worlds, measure, seeds, worlds.steps)[:, place]
    return summarize(values.tolist())


def _with_interval(found: Summary[float]) -> str:
    if np.isnan(found.low) or found.low == found.high:
        return _percent(found.mean)
    return f"{_percent(found.mean)} ({100 * max(found.low, 0):.0f} to {100 * min(found.high, 1):.0f})"


def _percent(share: float) -> str:
    if np.isnan(share):
        return "no value"
    return "<1 %" if 0 < share < 0.01 else f"{100 * share:.0f} %"


# --- tables ---------------------------------------------------------------------------------------


def numbers_table(briefing: Briefing) -> Table:
    """Every measure that is drawn, at the last step: the mean with its interval, and the spread."""
    base, count = briefing.worlds[0], len(briefing.seeds)
    headings = [f"at {step_word(base.scenario)} {base.steps[-1]}"]
    for worlds in briefing.worlds:
        headings += [one_line(worlds.name), *([spread_of(count)] if count > 1 else [])]
    rows = [_row(briefing, name) for name in _drawn(base.scenario)]
    notes = [f"Means of {count} worlds; in brackets the {INTERVAL}."] if count > 1 else []
    return Table(headings, rows, notes=[*notes, KNOWLEDGE_NOTE])


def _drawn(scenario: Scenario) -> list[str]:
    names = [*LEVELS, *(name for pair in RIGHT_AND_WRONG.values() for name in pair), *FUNNEL]
    for loop in loops_of(scenario)[1:]:
        names += LOOPS[loop]
    return list(dict.fromkeys(names))


def _row(briefing: Briefing, name: str) -> list[Cell]:
    measure = MEASURES[name]
    form = ".1%" if measure.unit == SHARE else "z.3f"
    label = f"{measure.label}, {measure.unit}" if measure.unit != SHARE else measure.label
    cells: list[Cell] = [label]
    for worlds in briefing.worlds:
        found = _end(worlds, name, briefing.seeds).within(measure.low, measure.high)
        cells.append(Number.mean(found, form))
        if len(briefing.seeds) > 1:
            cells.append(Range(*found.spread, form))
    return cells


def differing_table(comparison: Comparison, option: Worlds) -> Table:
    """Every key in which an option differs from the base, in words where there are any, rates per step."""
    step = step_word(option.scenario)
    rows: list[list[Cell]] = [
        [
            in_words(one.key.rpartition(".set.")[2], step),
            one.key,
            per_step(comparison.base.scenario, one.key, one.old),
            per_step(option.scenario, one.key, one.new),
        ]
        for one in comparison.changes(option)
        if not (one.key.startswith("interventions.") and one.key.endswith(".title"))
    ]
    name = one_line(option.name)
    return Table(["what", "key", "base", name], rows, title=f"What {name} changes")


def provenance_table(briefing: Briefing) -> Table:
    """What it takes to make the same report again, a row each."""
    rows: list[list[Cell]] = [
        ["lpsim", version_of("lpsim")],
        ["version of the model", str(MODEL_VERSION)],
        ["worlds of each scenario", seeds_of(briefing.seeds)],
    ]
    for worlds in briefing.worlds:
        name = one_line(worlds.name)
        rows.append([f"{name}: title", title_of(worlds)])
        rows.append([f"{name}: digest", worlds.digest])
        changed = worlds.scenario.given.changed.items()
        rows += [[f"{name}: changed", f"{key} = {written(value)}"] for key, value in changed]
        rows += [
            [f"{name}: {key}", f"{Path(file['path']).name}, SHA-256 {file['sha256']}"]
            for key, file in sorted(worlds.scenario.files().items())
        ]
    if briefing.grid is not None:
        grid = briefing.grid
        rows.append(["worlds of each combination of levers", seeds_of(grid.seeds)])
        for lever in grid.levers:
            rows.append([f"lever: {lever.key}", ", ".join(f"{value:g}" for value in lever.values)])
    return Table(["what", "which"], rows)


# --- levers ---------------------------------------------------------------------------------------


def lever_words(lever: Lever, scenario: Scenario) -> str:
    """What a lever is: in the words of a page's levers, or else in those of the schema."""
    word = step_word(scenario)
    words = in_words(lever.key, word)
    if words:
        return words + until(scenario, lever.key)
    field = field_at(Scenario, lever.key)
    meaning = (field.description or "").rstrip(".") if field is not None else ""
    return meaning.replace("in a step", f"in a {word}").replace("per step", f"per {word}") or lever.key


def levers_left_out(why: str) -> str:
    """What stands in place of sliders."""
    return f"There are no sliders: {why}"


def lesson_left_out(why: str) -> str:
    """What stands in place of a lesson."""
    return f"No lesson is told: {why}"


def levers_worlds(briefing: Briefing) -> str:
    """In how many of the worlds the levers were moved, as their numbers are those of these worlds alone."""
    if briefing.grid is None:
        return ""
    moved, all_of_them = len(briefing.grid.seeds), len(briefing.seeds)
    if moved == all_of_them:
        return f"in all the {moved} worlds"
    return f"in the first {moved} of the {all_of_them} worlds, whose means differ a little from those of all"
