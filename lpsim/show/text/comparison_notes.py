"""What stands below the tables of a comparison: what their columns are, and what is to be kept in mind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpsim.analysis.paired_effects import chosen_among, clear_among
from lpsim.analysis.summary import ROUNDING, is_clear
from lpsim.runs.measures import LEVELS, MEASURES
from lpsim.show.text.measures import label_of
from lpsim.show.text.table import NONE
from lpsim.show.text.uncertainty import INTERVAL
from lpsim.show.text.vocabulary import joined, noun, step_word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lpsim.analysis.comparison import Comparison
    from lpsim.analysis.paired_effects import Effect


def of_levels(effects: Iterable[Effect]) -> list[Effect]:
    """The effects on levels of knowledge."""
    return [effect for effect in effects if effect.measure in LEVELS]


def when(comparison: Comparison) -> str:
    """The step at which worlds are compared, as in "month 120"."""
    return f"{step_word(comparison.base.scenario)} {comparison.steps[-1]}"


def notes(comparison: Comparison) -> Iterator[str]:
    """What the columns are, and what is to be kept in mind."""
    worlds, every = len(comparison.seeds), comparison.effects()
    gaps = ", but where a table says of which" if any(one.worlds < worlds for one in every) else ""
    yield (
        f"Differences from {comparison.base.name} in each of the same {worlds} worlds (seeds){gaps}; in "
        f"brackets the {INTERVAL}. Unpaired runs: with so many of each, and seeds of their own, it would be "
        "as narrow."
    )
    if comparison.ends_early and all(one.lessons for one in (comparison.base, *comparison.options)):
        yield "Single lessons are not told, as they are known at the last step alone."
    if begun := _begun(comparison):
        yield begun
    effects = of_levels(every)
    missing = [name for name in comparison.measures if name not in {one.measure for one in every}]
    if missing:
        labels = [label_of(name, comparison.base.scenario) for name in missing]
        yield f"No value in any world of both: {', '.join(labels)}."
    same = [option.name for option in comparison.options if comparison.is_same(option)]
    if 0 < len(same) < len(comparison.options):
        kept = "" if comparison.is_whole else ", in all that was kept"
        yield f"Exactly as {comparison.base.name} in every world{kept}: {joined(same)}."
    if any(one.difference.sd <= ROUNDING for one in effects):
        yield f"Where differences are all equal, how many worlds or runs are needed is not known ({NONE})."
    yield from _of_chance(effects)


def _of_chance(effects: Sequence[Effect]) -> Iterator[str]:
    """What chance alone would do, and which intervals leave out 0 and are not clear all the same."""
    clear, among = clear_among(effects), chosen_among(effects)
    away = [one for one in effects if one.difference.low > 0 or one.difference.high < 0]
    hardly = [one for one in away if is_clear(one.difference) and one not in clear]
    equal = [one for one in away if not is_clear(one.difference)]
    if among >= 20:
        by_chance = f"{among / 20:.0f} would leave out 0 by chance if nothing differed"
        yield f"Of {among} intervals of levels about {by_chance}; the first line allows for that."
    if hardly:
        yield (
            f"Not clear in the first line, which widens intervals for choosing among {among} (Bonferroni), "
            f"though the one above leaves out 0: {_named(hardly)}."
        )
    if equal:
        few = "Not clear though no world differs from another, as these are too few worlds to tell"
        yield f"{few}: {_named(equal)}."


def _named(effects: Sequence[Effect]) -> str:
    return joined([f"{effect.option}: {MEASURES[effect.measure].label}" for effect in effects])


def _begun(comparison: Comparison) -> str:
    """When the first difference was seen, and how long before the step compared; "" where it was at once."""
    by_step: dict[int, list[str]] = {}
    for option in comparison.options:
        if (first := comparison.first_difference(option)) not in (None, int(comparison.steps[-1])):
            by_step.setdefault(first, []).append(option.name)
    if not by_step or max(by_step) <= int(comparison.steps[:2][-1]):
        return ""
    end, word = int(comparison.steps[-1]), step_word(comparison.base.scenario)
    said = [
        f"{word} {step} with {joined(names)}, {end - step} {noun(end - step, word)} before"
        for step, names in sorted(by_step.items())
    ]
    told = f"Seen to differ in any world first in {'; in '.join(said)} {when(comparison)}"
    whole = len(comparison.steps) > int(comparison.steps[-1])
    return f"{told}." if whole else f"{told}; as not every {word} is recorded, it began then at the latest."
