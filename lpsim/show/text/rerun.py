"""Runs made again, in words: whether they are the same, what differs, and what may be why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpsim.engines.behaviours import agent_places
from lpsim.show.text.lines import WIDTH, fold
from lpsim.show.text.scenario import heading
from lpsim.show.text.uncertainty import seeds_of
from lpsim.show.text.vocabulary import step_word

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lpsim.analysis.rerun import Rerun, TableDifference

SHOWN = 6
"""Columns of a table that are named."""
_LONGEST = 16
"""Characters of a digest."""


def rerun_text(made: Sequence[Rerun], *, width: int | None = WIDTH) -> str:
    """What came of making runs of one scenario again."""
    scenario = made[0].saved.scenario
    lines = [line for sentence in _sentences(made) for line in fold(sentence, width, indent=2)]
    agents = agent_places(made[0].saved.provenance)
    return "\n".join([heading(scenario, agents=agents, width=width), "", *lines])


def _sentences(made: Sequence[Rerun]) -> Iterator[str]:
    same = [one for one in made if one.equal]
    if len(same) == len(made):
        which = seeds_of([one.saved.seed for one in made]) if len(made) > 1 else f"seed {made[0].saved.seed}"
        yield f"Made again, {which}: equal to the last bit, {_tables(made)}."
    else:
        yield f"Made again: {len(same)} of {len(made)} equal to the last bit."
    for one in made:
        for table in one.tables:
            yield f"seed {one.saved.seed}, {_difference(one, table)}"
    others = list(dict.fromkeys(other for one in made for other in one.others))
    if others:
        found = ", ".join(f"{what} {_short(then)} then, {_short(now)} now" for what, then, now in others)
        yield f"What is another here: {found}."
    elif len(same) < len(made):
        yield "All versions are the same as then: what was saved, or what is installed here, was changed."


def _tables(made: Sequence[Rerun]) -> str:
    names = list(dict.fromkeys(name for one in made for name in one.saved.tables))
    return f"in {', '.join(names[:-1])} and {names[-1]}"


def _difference(one: Rerun, table: TableDifference) -> str:
    if table.rows_then != table.rows_now:
        return f"{table.table}: {table.rows_then:,} rows then, {table.rows_now:,} now"
    names = list(table.columns[:SHOWN])
    more = len(table.columns) - len(names)
    listed = ", ".join(names) + (f" and {more} more" if more else "")
    since = "" if table.step is None else f" from {step_word(one.saved.scenario)} {table.step} on"
    return f"{table.table}: {listed} differ{'' if len(table.columns) > 1 else 's'}{since}"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
