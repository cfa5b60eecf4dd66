"""Single lessons with an option and without it, in words: how many got further, and which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpsim.lessons.stages import NO_ROLE
from lpsim.show.text.table import Cell, Number, Table
from lpsim.show.text.vocabulary import MISTAKEN, RIGHT, STAGES, role_words, step_word, with_article

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lpsim.analysis.comparison import Comparison
    from lpsim.analysis.summary import Summary
    from lpsim.analysis.worlds import Worlds


def lessons_tables(comparison: Comparison) -> list[Table]:
    """How many lessons got further with each option; one table, or none where lessons are not followed."""
    headings = ["with", "in both", "further", "less far", "only without", "only with"]
    shifts = [(option.name, comparison.lessons(option)) for option in comparison.options]
    rows: list[list[Cell]] = [
        [
            name,
            Number(found.born.mean, ".0f"),
            *(_share(share) for share in (found.further, found.less_far)),
            *(Number(count.mean, ".0f") for count in (found.only_base, found.only_option)),
        ]
        for name, found in shifts
        if found is not None
    ]
    if not rows:
        return []
    notes = [
        "Per world, the lessons that the same person drew from the same event with and without the option; "
        "how many of these reached more stages with it, and fewer; and those that were drawn, and new to at "
        "least half of the team, in one world only."
    ]
    return [Table(headings, rows, title="single lessons, from birth to the last step", notes=notes)]


def lessons_gained(comparison: Comparison) -> Iterator[str]:
    """Sentences on the lessons that got furthest beyond what they reached without each option."""
    for option in comparison.options:
        found = comparison.lessons_gained(option)
        if found is not None and len(found):
            yield f"With {option.name} these got further:"
            yield from (f"  {_told(row, comparison.base, option)}" for row in found.to_dict("records"))


def _share(found: Summary[float]) -> Number:
    return Number.mean(found.within(0.0, 1.0), ".1%")


def _told(row: Mapping[Any, Any], base: Worlds, option: Worlds) -> str:
    """As in "seed 3, month 14: what a nurse in practice 7 learned about issue 12 (right) got into …"."""
    about = "the assumption on domain" if row["about"] == "domain" else "issue"
    who = f"practice {row['practice']}"
    if row["role"] != NO_ROLE:
        who = f"{with_article(role_words(row['role']).one)} in {who}"
    kept = row["furthest_base"]
    without = "never got beyond part of the team" if kept == "born" else f"only {STAGES[kept].came}"
    return (
        f"seed {row['seed']}, {step_word(base.scenario)} {row['step']}: what {who} learned about {about} "
        f"{row['number']} ({RIGHT if row['right'] else MISTAKEN}) {STAGES[row['furthest_option']].came}; "
        f"without, it {without} (lesson {row['lesson_base']:.0f} of {base.name}, "
        f"{row['lesson_option']:.0f} of {option.name})."
    )
