"""What the page says of what it shows: the sentence under a chart, and the names of lessons to follow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from lpsim.analysis.measured import possible
from lpsim.analysis.summary import FEW, is_clear, paired_difference, picked_among
from lpsim.runs.measures import LEVELS, MEASURES, RIGHT_AND_WRONG
from lpsim.show.text.briefing import change_told, told_elsewhere, why_strokes
from lpsim.show.text.comparison import in_worlds
from lpsim.show.text.comparison_notes import when
from lpsim.show.text.measures import HELD
from lpsim.show.text.numbers import number, steady
from lpsim.show.text.table import ROUNDED, Number, Range, Table, as_rounded
from lpsim.show.text.uncertainty import spread_of
from lpsim.show.text.vocabulary import joined, learner_name, number_word, step_word

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lpsim.analysis.comparison import Comparison
    from lpsim.analysis.life import Life
    from lpsim.analysis.paired_effects import Effect
    from lpsim.analysis.summary import PairedDifference, Summary
    from lpsim.scenario import Scenario
    from lpsim.show.text.table import Cell

SAME_EVENT = (
    "In {when}, {who} met a case of {topic} in both worlds and drew {lesson} from it. What became of it?"
)
NO_TWINS = "A and B have no event in common from which something new was learned: the seeds or people differ."
ALL_THE_SAME = "A and B are the same, so every world ends alike with both"
OTHER_WORLDS = (
    "A and B: people, issues or steps differ, so that the same seeds are not the same worlds; press "
    "“Forget A”, or choose the scenario that was kept."
)
HELD_NOTE = (
    "Knowledge, above, is what is held rightly less what is held wrongly. An interval that holds 0 shows no "
    "clear difference."
)
MANY = "Nodes stand for several practices here: open a scenario of fewer to see people."
Why = Literal["kept", "first", "itself", "apart"]
"""Why A is what it is: it was kept; it is the first scenario opened; the first is the one that is chosen; the
same seeds are not the same worlds in the first."""
_A_IS: dict[Why, str] = {
    "kept": "A is what was kept",
    "first": "Nothing was kept, so A is the scenario that was opened first, as it is",
    "itself": "Nothing was kept, so A is the scenario as it is",
    "apart": "Nothing was kept, and the scenario opened first has other worlds, so A is this one as it is",
}
ANOTHER = (
    "A scenario is compared with another where both are opened: lpsim explore learning_practice mine.toml."
)
"""Of use to whoever has the terminal: neither to pupils nor within a lesson."""
LEFT_OUT = (
    "Money, patients and their illnesses: learning has no costs but time, and no outcomes but what is known.",
    "What an issue is about: all issues are alike, and each has one right answer at a time.",
    "Power, trust and quarrels, except whom people listen to.",
    "Everything outside general practice and the bodies above it.",
)
"""What the model leaves out, in the words of a teacher; `docs/ODD.md` has the whole of it."""


def at(scenario: Scenario, step: int) -> str:
    """When something is looked at."""
    return f"at {step_word(scenario)} {step}"


def moved(names: Sequence[str]) -> str:
    """How the sentence on what levers did begins."""
    return f"with {joined([f'“{name}”' for name in names])} moved"


def level_found(measure: str, found: Summary[float]) -> str:
    """A level in some worlds."""
    if found.runs < 2:
        return (
            f"{HELD[measure]} is {number(found.mean, share=False)} in this world; another seed gives another"
        )
    low, high = (number(value, share=False) for value in found.spread)
    mean = number(found.mean, share=False)
    runs = int(found.runs)
    if runs < FEW:
        return f"{HELD[measure]} is {mean} on average of {runs} worlds, from {low} in the lowest to {high}"
    return f"{HELD[measure]} is {mean} on average; {spread_of(runs)} {low} and {high}"


def change_found(
    measure: str,
    found: PairedDifference[float],
    *,
    among: int = len(LEVELS),
    other: str = "in the scenario as it is",
) -> str:
    """What a change does to a level, in the same worlds; picked among so many differences."""
    runs = int(found.runs)
    if found.lowest == found.highest == 0:
        return f"{HELD[measure]} is the same as {other}"
    way = "higher" if found.mean > 0 else "lower"
    by = f"{steady(abs(found.mean)):.3f}"
    if runs < 2:
        return f"{HELD[measure]} is {by} {way} than {other}, in this one world"
    if found.low <= 0 <= found.high:
        return _unclear_found(measure, found, other)
    low, high = (found.low, found.high) if found.mean > 0 else (-found.high, -found.low)
    share = found.positive if found.mean > 0 else found.negative
    chance = "" if is_clear(found, among=among) else _unclear_as_largest_of(among)
    return (
        f"{HELD[measure]} is {by} {way} than {other} (95 % interval {Range(low, high, '.3f')}), "
        f"and {way} in {round(share * runs)} of the same {runs} worlds{chance}"
    )


def _unclear_as_largest_of(among: int) -> str:
    largest = f", as the largest of {number_word(among)} differences may be chance"
    return f": not clear{largest if among > 1 else ''}"


def _unclear_found(measure: str, found: PairedDifference[float], other: str) -> str:
    """A difference that may as well go the other way: with the sign that it has, and its interval's ends."""
    runs, up = int(found.runs), round(found.positive * found.runs)
    mean, interval = Number(found.mean, "+.3f"), Range(found.low, found.high, "+.3f")
    signed = f"{mean} (95 % interval {interval})"
    return (
        f"{HELD[measure]} shows no clear difference from that {other}: {signed}; "
        f"above it in {up} of the same {runs} worlds"
    )


def no_such_lesson(number: int, seed: int, numbers: Sequence[int]) -> str:
    """One sentence on a number that no lesson of a world has, for who can type another."""
    if not numbers:
        return f"lesson {number}: the world of seed {seed} has no lessons; choose another seed."
    return (
        f"lesson {number}: the world of seed {seed} has lessons {min(numbers)} to {max(numbers)}; type one "
        "of these, or empty the box for one that is picked."
    )


def same_event(life: Life) -> str:
    """What happened in two worlds alike, from which both drew a lesson."""
    row = life.row
    return SAME_EVENT.format(
        when=at(life.run.scenario, int(row["step"])).removeprefix("at "),
        who=learner_name(life.structure, int(row["who"])),
        topic=f"{row['about']} {row['number']}",
        lesson="the right lesson" if life.right else "a mistake",
    )


def what_they_are(why: Why, *, of_one: bool, same: bool, several: bool) -> str:
    """What A and B are, and what to do where nothing differs.

    ``of_one``: both are of one scenario; ``several``: other scenarios are open.
    """
    b = "what the levers say now" if of_one else "the scenario that is chosen, as its levers say now"
    said = [f"{_A_IS[why]}; B is {b}. Both in the same worlds."]
    if same:
        said.append(nothing_differs(several=several))
    return " ".join(said)


def nothing_differs(*, several: bool) -> str:
    """What to do where A and B are the same; ``several``: other scenarios are open."""
    return f"A and B are the same: {'choose another scenario, or ' if several else ''}move a lever."


def as_kept(name: str, *, moved: bool, alone: bool) -> str:
    """What A is called; ``alone``: B is another scenario."""
    return f"{name} with the levers kept" if moved else name if alone else f"{name} as it is"


def as_moved(name: str, *, moved: bool, alone: bool) -> str:
    """What B is called; ``alone``: A is another scenario."""
    return f"{name} with its levers moved" if moved else name if alone else f"{name} as it is"


def compared(comparison: Comparison) -> str:
    """What B does to the level it differs in most, at the last step."""
    end = at(comparison.base.scenario, int(comparison.steps[-1]))
    ends = _ends(comparison)
    return f"with B, {end} {change_found(*largest(ends), among=picked_among(ends.values()), other='with A')}"


def ends_table(comparison: Comparison) -> Table:
    """The levels of A and B at the last step, and their paired difference."""
    rows: list[list[Cell]] = []
    for effect in comparison.effects():
        if effect.measure not in LEVELS:
            continue
        found = possible(effect.difference, effect.measure)
        rows.append(
            [
                MEASURES[effect.measure].label,
                Number(effect.base),
                Number(effect.mean),
                Number.mean(found, "+.3f"),
                f"{in_worlds(effect.higher, effect.ranked)} worlds",
                f"{in_worlds(effect.worse, effect.ranked)} worlds",
            ]
        )
    headings = ["level", "A", "B", "B − A and its 95 % interval", "B is higher in", "B is worse in"]
    return Table(headings, rows, title=f"At {when(comparison)}")


def held_table(comparison: Comparison) -> Table:
    """What is held rightly and wrongly with A and with B at the last step, and the paired difference."""
    effects = {effect.measure: effect for effect in comparison.effects()}
    told = {
        f"{holders}: {how}": _shares(effects[name])
        for holders, names in RIGHT_AND_WRONG.items()
        for how, name in zip(("rightly", "wrongly"), names, strict=True)
        if name in effects
    }
    rows: list[list[Cell]] = [[what, *shares] for what, shares in told.items()]
    headings = ["share of all issues", "A", "B", "B − A in points, and its 95 % interval"]
    title = f"Held rightly and wrongly at {when(comparison)}"
    exact = all(as_rounded(mean, base, points) for base, mean, points in told.values())
    return Table(headings, rows, title=title, notes=[HELD_NOTE, *([] if exact else [ROUNDED])])


def _shares(effect: Effect) -> tuple[Number, Number, Number]:
    """A share with A, with B, and by how many points of a hundred these differ."""
    found = possible(effect.difference, effect.measure)
    points = Number(100 * found.mean, "+.1f", 100 * found.low, 100 * found.high)
    return Number(effect.base, ".1%"), Number(effect.mean, ".1%"), points


def differing_table(comparison: Comparison, *, several: bool) -> Table:
    """Where A and B differ, in the words of a report, rates per step."""
    (option,) = comparison.options
    changes = [one for one in comparison.changes(option) if not one.key.startswith("record.")]
    rows: list[list[Cell]] = [
        list(change_told(one, comparison, option)[:3]) for one in changes if not told_elsewhere(one)
    ]
    why = why_strokes(changes, (comparison.base.scenario, option.scenario), "AB")
    notes = [*why] if rows else [nothing_differs(several=several)]
    return Table(["what", "A", "B"], rows, title="Where A and B differ", notes=notes)


def largest(found: Mapping[str, PairedDifference[float]]) -> tuple[str, PairedDifference[float]]:
    """The level with the largest difference, and the difference."""
    known = [item for item in found.items() if item[1].runs]
    return max(known, key=lambda item: abs(item[1].mean))


def _ends(comparison: Comparison) -> dict[str, PairedDifference[float]]:
    """By level, B less A at the last step."""
    (option,), last = comparison.options, comparison.steps[-1:]
    return {
        name: paired_difference(
            *(one.array(name, comparison.seeds, last)[:, 0].tolist() for one in (option, comparison.base))
        )
        for name in comparison.measures
        if name in LEVELS
    }
