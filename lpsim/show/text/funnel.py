"""How far lessons get and where they end, for a terminal: words and tables for `lpsim.analysis.funnel`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from lpsim.analysis.funnel import LOOP_OF, endings_over, loops_of_lessons, scope_over, stages_by, stages_over
from lpsim.analysis.observed import OBSERVED
from lpsim.show.text import vocabulary
from lpsim.show.text.lines import fold
from lpsim.show.text.table import Number, Table
from lpsim.show.text.uncertainty import means_of
from lpsim.show.text.vocabulary import noun, plural, role_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd

    from lpsim.analysis.funnel import By
    from lpsim.analysis.observed import Observed
    from lpsim.show.text.table import Cell

HEADING = "How far lessons get, and where they end"
OBSERVED_HEADING = "Observed in general practice"
OBSERVED_NOTE = (
    "Some scenarios have rates set by these (lpsim check FILE --assumptions says which); no simulated number "
    "is quite the same quantity."
)
_GROUPS: dict[By, str] = {
    "loop": "By the loop of learning: single (a view on an issue), double (a governing assumption)",
    "role": "By role of origin",
    "right": "Right against mistaken when born",
    "channel": "By the channel that first carried them to another practice",
}
_WHOLES = {"of_born": "of all born", "of_before": "of the stage before"}


class ObservedWords(NamedTuple):
    """What is said of an observed rate."""

    what: str
    but: str
    """Why it is another quantity than the simulated number beside it."""


OBSERVED_WORDS = {
    "recalled": ObservedWords(
        "of GPs recalled a recent significant event", "a share of doctors, not of lessons"
    ),
    "analysed": ObservedWords(
        "of these GPs had the event fully analysed",
        "these are GPs' events, and how many are analysed may have been set by it",
    ),
    "protocol": ObservedWords(
        "of the actions after an analysis made or changed a protocol",
        "it is a share of actions, by volunteers",
    ),
    "discussed outside": ObservedWords(
        "of events with other sectors were discussed outside the practice",
        "these few events concerned others from the start",
    ),
    "reported": ObservedWords(
        "of the reports to the national system came from general practice",
        "a share of all the service's reports, not of lessons",
    ),
}


def report(runs_lessons: Sequence[pd.DataFrame], step_word: str) -> Iterator[str]:
    """The report for a terminal, line by line; raises `InputError` where there are no runs.

    ``step_word`` is the scenario's word for a step, in the singular.
    """
    runs, stages = len(runs_lessons), stages_over(runs_lessons)
    names = stages["stage"].tolist()
    about = means_of(runs)
    if runs > 1:
        about += " It is cut at 0 and 100 %; there is none where all agree or only one run has a value."
    yield from _heading(HEADING, *in_words(runs_lessons), about)
    if stages["reached"][0]:
        yield ""
        yield from _stages(stages, step_word)
        for by, title in _GROUPS.items():
            if by == "loop" and len(loops_of_lessons(runs_lessons)) < 2:
                continue
            yield ""
            yield from _heading(title, "How many; and of these, the share that reached each stage.")
            shown = names[names.index("spread") :] if by == "channel" else names
            yield from _lines(_groups(stages_by(runs_lessons, by), shown))
        yield ""
        yield from _heading(
            "How they ended, by the furthest stage they reached",
            "Ended: nobody, no memory and no guidance holds the lesson any more, though some may hold the "
            "same view by another one. That a mistaken lesson ends is no loss. Of these: that got just as "
            "far.",
        )
        yield from _lines(_endings(endings_over(runs_lessons)))
    yield ""
    yield from _heading(OBSERVED_HEADING, OBSERVED_NOTE)
    for rate in OBSERVED:
        what, source, beside = observed_words(rate)
        yield from fold(f"{100 * rate.value:>4g} %  {what} ({source}); {beside}", indent=8)


def found(runs_lessons: Sequence[pd.DataFrame]) -> str:
    """How many of a thousand lessons get into memories, to other practices and back: the finding."""
    share = stages_over(runs_lessons).set_index("stage")["of_born"]
    if not share.iloc[0] > 0:
        return "No lesson was born in a practice whose team did not hold it already"
    written, spread, back = (
        _about(1000 * share[stage]) for stage in ("organizational", "spread", "returned")
    )
    return (
        f"Of 1,000 lessons born in practices, {written} are written down there, {spread} reach another "
        f"practice, and {back} {'comes' if back == '1' else 'come'} back from the service"
    )


def in_words(runs_lessons: Sequence[pd.DataFrame]) -> tuple[str, str]:
    """How far a thousand lessons get; and which lessons are counted, and which left out."""
    born, mistaken, known, service = (_about(n) for n in scope_over(runs_lessons)["lessons"])
    left = f"Left out: {known} that most of the team held already, {service} born in bodies of the service."
    if born == "none":
        return "No lesson was born in a practice whose team did not hold it already.", left
    share = stages_over(runs_lessons).set_index("stage")["of_born"]
    words = (vocabulary.STAGES[str(stage)].came for stage in share.index[1:])
    *parts, last = (f"{_about(1000 * of)} {came}" for of, came in zip(share[1:], words, strict=True))
    some = f"{born} {noun(born, 'lesson')}{' a run' * (len(runs_lessons) > 1)}"
    told = f"Of every 1,000 lessons born in practices, {', '.join(parts)}, and {last}."
    return told, f"Counted: {some}, {mistaken} mistaken when born. {left}"


def _about(number: float) -> str:
    return "none" if number == 0 else "fewer than 1" if number < 1 else f"{number:,.0f}"


def number(row: pd.Series[float] | Mapping[str, float], name: str) -> Number:
    """A number of a row over runs, and its interval where there is one."""
    value, low, high, runs = (float(row[name + part]) for part in ("", "_low", "_high", "_runs"))
    found = readable(value, share=name.startswith("of_"), runs=int(runs))
    agree = format(low, found.form) == format(high, found.form)
    return found if agree else found._replace(low=low, high=high)


def readable(value: float, *, share: bool, runs: int) -> Number:
    """A mean over runs, as exact as it can be read; a share in per cent."""
    read = 100 * value if share else value
    whole = math.isnan(value) or read == 0 or read >= 100 or (runs == 1 and read.is_integer())
    places = 0 if whole else max(1, 1 - math.floor(math.log10(read)))  # never 0.0 for a little
    return Number(value, f",.{places}{'%' if share else 'f'}")


def observed_words(rate: Observed) -> tuple[str, str, str]:
    """What an observed rate is of, its source, and what it may be looked at beside."""
    words = OBSERVED_WORDS[rate.name]
    of = f"of {rate.whole}" if rate.whole else ""
    counts = f"{rate.part} {of}" if rate.part else of
    sample = ", ".join(filter(None, (counts, rate.place)))
    beside = f"no number here is like it: {words.but}"
    if rate.beside:
        stage, column = rate.beside
        beside = f"see it beside {stage} ({_WHOLES[column]}), but {words.but}"
    return words.what, "; ".join(filter(None, (sample, rate.source))), beside


# --- tables ---------------------------------------------------------------------------------------


def _stages(stages: pd.DataFrame, step_word: str) -> Iterator[str]:
    steps = plural(step_word)
    yield from _heading(
        "Stages",
        "Not nested: a lesson can spread with a colleague who leaves and never be collective. Lessons born "
        "late had less time. Of before: of those that reached the stage before, the share that reached "
        f"this one too. {steps[0].upper()}{steps[1:]}: from birth, the median of those that got there.",
    )
    for stage in stages["stage"]:
        yield from fold(f"{stage:<16}{vocabulary.STAGES[stage].came}", indent=16)
    yield ""
    names = {"reached": "lessons", "of_born": "of born", "of_before": "of before", "steps": steps}
    rows: list[list[Cell]] = [
        [str(row["stage"]), *(number(row, name) for name in names)] for _, row in stages.iterrows()
    ]
    yield from _lines(Table(["", *names.values()], rows))


def _groups(table: pd.DataFrame, stages: Sequence[str]) -> Table:
    """A column per group: the number at the first stage, then shares."""
    groups = {
        str(name): dict(part.set_index("stage").iterrows())
        for name, part in table.groupby("group", sort=False)
    }
    columns = {stage: "of_group" if stage != stages[0] else "reached" for stage in stages}
    rows: list[list[Cell]] = [
        [stage, *(number(part[stage], name) for part in groups.values())] for stage, name in columns.items()
    ]
    return Table(["", *map(_group, groups)], rows)


def _group(name: str) -> str:
    if name in vocabulary.WAYS:
        return vocabulary.WAYS[name].noun
    plain = (*LOOP_OF.values(), vocabulary.RIGHT, vocabulary.MISTAKEN)
    return name if name in plain else role_words(name).many


def _endings(table: pd.DataFrame) -> Table:
    rows: list[list[Cell]] = [
        [
            str(row["stage"]),
            vocabulary.FATES[row["end"], row["end_level"]].said,
            number(row, "lessons"),
            number(row, "of_stage"),
        ]
        for _, row in table[table["lessons"] > 0].iterrows()
    ]
    return Table(["furthest stage", "how they ended", "lessons", "of these"], rows)


def _lines(table: Table) -> list[str]:
    return table.terminal().split("\n")


def _heading(title: str, *notes: str) -> Iterator[str]:
    yield title.upper()
    for note in notes:
        yield from fold(note)
