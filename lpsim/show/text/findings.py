"""What figures of runs say first: the finding, a sentence with the numbers of the last step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lpsim.analysis.summary import summarize
from lpsim.lessons.stages import REACHED
from lpsim.runs.measures import FUNNEL, RIGHT_AND_WRONG
from lpsim.scenario.settings import loops_of, time_is_protected
from lpsim.show.text import vocabulary
from lpsim.show.text.numbers import number
from lpsim.show.text.vocabulary import PERSON, counted, joined, noun, step_word

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lpsim.analysis.life import Life
    from lpsim.analysis.people import People
    from lpsim.runs.run import Run

    Shares = tuple[float, float]  # right and wrong

_REACHED = {
    "known_by_someone": "someone in the practice knows {} of all issues rightly",
    "known_by_most": "most of its team {}",
    "in_practice_memory": "its memory holds {}",
    "in_service_guidance": "the service's guidance {}",
}
WORTH_TELLING = 0.01
"""What is known at the start is told from here on."""
_HOLD = {
    "staff": "staff hold",
    "practices' memories": "practices' memories",
    "service's guidance": "the service's guidance",
}


def mean_at(runs: Sequence[Run], name: str, place: int = -1) -> float:
    """The mean over runs of a measure at the last recorded step (or another); NaN where none has a value."""
    return summarize(run.column(name)[place] for run in runs).mean


def levels_found(runs: Sequence[Run]) -> str:
    """What is held rightly and what wrongly by staff, memories and the guidance."""
    ends = [[_percent(mean_at(runs, name)) for name in names] for names in RIGHT_AND_WRONG.values()]
    parts = [
        f"{_HOLD[holder]} {right} and {wrong}" for holder, (right, wrong) in zip(_HOLD, ends, strict=True)
    ]
    parts[0] = f"{_HOLD['staff']} {ends[0][0]} of all issues rightly and {ends[0][1]} wrongly"
    return f"{_when(runs)} {'; '.join(parts)}"


def funnel_found(runs: Sequence[Run]) -> str:
    """How far correct knowledge gets, and how far it was at the start, be it by luck."""
    parts = [_REACHED[name].format(_percent(mean_at(runs, name))) for name in FUNNEL]
    starts = {place: mean_at(runs, name, 0) for place, name in enumerate(FUNNEL)}
    known = {place: start for place, start in starts.items() if start >= WORTH_TELLING}
    for place, start in known.items():
        parts[place] += f" ({_percent(start)}{' at the start' if place == min(known) else ''})"
    return f"How far correct knowledge gets: {_when(runs, 'by')} {joined(parts)}"


def kinds_found(runs: Sequence[Run], shares: Mapping[str, Shares]) -> str:
    """Which kind of practices has memories that hold most rightly, and which least."""
    known = {kind: right for kind, (right, _) in shares.items() if not np.isnan(right)}
    if not known:
        return f"{_when(runs)} no kind has any practices"
    most, least = max(known, key=lambda kind: known[kind]), min(known, key=lambda kind: known[kind])
    said = f"{_when(runs)} memories hold {_percent(known[most])} of all issues rightly (kind: {most})"
    return said if most == least else f"{said} and {_percent(known[least])} (kind: {least})"


def loops_found(runs: Sequence[Run]) -> str:
    """What each loop that acts has changed since the start."""
    acting = loops_of(runs[0].scenario)
    parts = [_changed(runs, "staff_right", "staff hold {} of issues rightly")]
    if "double" in acting:
        parts.append(_changed(runs, "assumptions_right_practice", "{} of practices' assumptions are right"))
    if "triple" in acting:
        parts.append(f"{_percent(mean_at(runs, 'time_moved'))} of learning time has moved")
    return f"{_when(runs)} {joined(parts)}"


def _changed(runs: Sequence[Run], name: str, words: str) -> str:
    """What a share is, and in brackets what it was."""
    end, start = (_percent(mean_at(runs, name, place)) for place in (-1, 0))
    return f"{words.format(end)} ({start} at the start)"


def practices_found(means: Mapping[int, float], run: Run) -> str:
    """From what to what the knowledge of memories went; ``means`` by step."""
    first, last = min(means), max(means)
    word = "practices' memories" if run.structure().practices > 1 else "the practice's memory"
    told = [
        f"{number(means[step], share=False)} at {step_word(run.scenario)} {step}" for step in (first, last)
    ]
    return f"What {word} knew was {told[0]}" + (f" and {told[1]}" if first < last else "")


def people_found(people: People) -> str:
    """How many left, and what those who are there and the memories hold."""
    scenario, staff = people.run.scenario, people.structure.staff
    practices = people.structure.practices
    whose = "the practice's memory" if practices == 1 else "practices' memories"
    left = counted(int(people.came.sum()), PERSON) if people.came.any() else "nobody"
    long = f"{scenario.steps} {noun(scenario.steps, step_word(scenario))}"
    there = "the one in post then holds" if staff == 1 else f"the {staff} in post then hold"
    rightly = people.right[-1, :staff].mean(), people.right[-1, staff : staff + practices].mean()
    return (
        f"In {long} {left} left; {there} {_percent(rightly[0])} of issues rightly, "
        f"{whose} {_percent(rightly[1])}"
    )


def life_found(life: Life) -> str:
    """How far a lesson got, and whether it is still held."""
    what = f"Lesson {life.row['lesson']}{'' if life.right else ', a mistake,'}"
    stages = [stage for stage in REACHED[1:] if stage in life.reached]
    came = vocabulary.STAGES[stages[-1]].came if stages else "stayed with few"
    if life.assumption and stages and stages[-1] == "organizational":
        came = "was taken over by the practice as a whole"
    lost = life.reached.get("lost")
    word = step_word(life.run.scenario)
    end = f"is still held at {word} {life.steps}" if lost is None else f"was lost in {word} {lost}"
    return f"{what} {came}, and {end}"


def time_for_learning(runs: Sequence[Run]) -> str:
    """The share of working time that learning takes, where it is protected; empty elsewhere."""
    if not time_is_protected(runs[0].scenario):
        return ""
    first, last = (100 * mean_at(runs, "learning_time", place) for place in (0, -1))
    before = "" if abs(first - last) < 1e-9 else f" ({first:.3g} % at the start)"
    return f"Time for learning: {last:.3g} % of working time{before}."


def right_and_wrong(right: float, wrong: float) -> str:
    """The two shares of which a signed number is the difference."""
    return f"{_percent(right)} right, {_percent(wrong)} wrong"


def _percent(share: float) -> str:
    return "no value" if np.isnan(share) else number(share, share=True)


def _when(runs: Sequence[Run], by: str = "By") -> str:
    scenario = runs[0].scenario
    return f"{by} {step_word(scenario)} {scenario.steps}"
