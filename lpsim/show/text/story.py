"""The life of one lesson in plain sentences: who learned it, how it travelled, how it ended."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import numpy as np

from lpsim.analysis.life import Life
from lpsim.errors import InputError
from lpsim.lessons.journal import NOWHERE
from lpsim.lessons.stages import LEVELS, OF_EVENTS, RETURNING
from lpsim.model.schedule import Level
from lpsim.model.state import uid_parts
from lpsim.scenario.settings import ever_above_zero
from lpsim.scenario.taken import as_one
from lpsim.show.text import vocabulary
from lpsim.show.text.lines import broken, unbroken
from lpsim.show.text.vocabulary import (
    counted,
    holder_name,
    joined,
    learner_name,
    number_word,
    practice_name,
    role_words,
    sentences,
    step_word,
    top_name,
    with_article,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from lpsim.analysis.life import Event


def tell(life: Life, *, width: int = 78) -> str:
    """The life of a lesson, from the event it was drawn from to its end, in at most three paragraphs.

    Parameters
    ----------
    life
        The lesson's.
    width
        Where lines are broken; 0 leaves each paragraph on one line.
    """
    life = as_one(life, Life, "life")
    if not isinstance(width, int) or width < 0:
        raise InputError(f"width: found {width!r:.80}; allowed is a whole number of characters, or 0.")
    texts = filter(None, (_birth(life), _in_order(life), _sum(life)))
    return (
        "\n\n".join(broken(textwrap.fill(unbroken(text), width)) if width else text for text in texts) + "\n"
    )


def _it(life: Life) -> str:
    """A mistake is never "it", so that nobody forgets what it was."""
    return "it" if life.right else "the mistake"


def _birth(life: Life) -> str:
    s, row = life.structure, life.row
    who, topic = learner_name(s, int(row["who"])), f"{row['about']} {row['number']}"
    if life.home != NOWHERE and s.practice_kind[life.home] > 0:
        who += f" (kind: {s.kinds[s.practice_kind[life.home]]})"
    deed = f"met a case of {topic} and drew a lesson from it"
    if row["process"] == "questioning":
        deed = f"questioned the assumption behind {topic} and reversed it"
    elif row["process"] == "trial":
        deed = f"tried the opposite on {topic}, did better, and drew a lesson from it"
    return sentences([f"in {_when(life, row['step'])} {who} {deed}", _judged(life)])


def _when(life: Life, step: int) -> str:
    return f"{step_word(life.run.scenario)} {step}"


def _judged(life: Life) -> str:
    """Right or mistaken, and whether most of the team had it already."""
    team = f"the team of {number_word(life.team)}"
    judged = (
        f"the lesson was {'right' if life.right else 'a mistake'}{' at the time' if _moves(life) else ''}"
    )
    if life.team <= 1:
        return judged
    if not life.row["known_already"]:
        return f"{judged}, and new to at least half of {team}"
    return f"{judged}, {f'but most of {team} knew' if life.right else f'and most of {team} made'} it already"


def _moves(life: Life) -> bool:
    """Whether what is right can become wrong in this scenario."""
    scenario = life.run.scenario
    keys = ["upheaval"] if life.assumption else ["turbulence", "upheaval"]
    later = [change.set.get(f"world.{key}", 0) for change in scenario.interventions for key in keys]
    return any(value > 0 for value in [*later, *(getattr(scenario.world, key) for key in keys)])


def by_step(life: Life) -> list[tuple[int, str]]:
    """The same sentences, each with the step it tells of: its birth, where it got, and at the end the sum."""
    born, last = life.reached["born"], life.reached.get("lost", life.steps)
    told = [(step, sentences([clause])) for step, clause in _clauses(life)]
    return [(born, _birth(life)), *told, *((last, text) for text in filter(None, [_sum(life)]))]


def _in_order(life: Life) -> str:
    return sentences([clause for _, clause in _clauses(life)])


def _clauses(life: Life) -> Iterator[tuple[int, str]]:
    """The milestones in order, with their steps; each says when that was."""
    steps, unit = [life.reached["born"]], step_word(life.run.scenario)
    for step, clause in sorted(_milestones(life), key=lambda milestone: milestone[0]):
        time, since = f"in {unit} {step}", step - steps[-1]
        if not since:
            time = f"in that {unit}, too," if steps[-2:] == [step, step] else f"in the same {unit}"
        elif since <= 10:  # no sentence begins with a figure
            time = f"{counted(since, unit)} later ({unit} {step})"
        yield step, f"{time} {clause}"
        steps.append(step)


def _milestones(life: Life) -> Iterator[tuple[int, str]]:
    """The steps at which it first got somewhere, and how, a clause each; not yet in order."""
    told = {stage: text for stage in life.reached if (text := _told(life, stage))}
    yield from ((life.reached[stage], told.pop(stage)) for stage in OF_EVENTS if stage in told)
    if first := life.marks.get("colleague"):
        yield first.step, _came(life, first) + _colleagues(life, first)
    yield from ((life.reached[stage], text) for stage, text in told.items())
    for name in ("organizational", "below", "system"):
        if mark := life.marks.get(name):
            yield mark.step, _came(life, mark)
    if spread := life.marks.get("spread"):
        yield from _elsewhere(life, spread, life.marks.get("returned"))


def _told(life: Life, stage: str) -> str:
    """How it got to a stage that no single taking tells of; empty where one does, or nothing was new."""
    clause = vocabulary.STAGES[stage].told if stage in vocabulary.STAGES else ""
    if stage == "collective":
        at_once = life.row["known_already"] and life.reached[stage] == life.reached["born"]
        if life.team <= 1 or at_once:
            return ""
        if not life.shared:  # most share a view as soon as enough have it from anywhere
            view = "the view" if life.right else _it(life)
            return f"more than half of {_own(life)}'s team shared {view}, though not all by this lesson"
    return clause.format(it=_it(life), practice=_own(life), top=top_name(life.structure))


def _own(life: Life) -> str:
    """The practice it was born in; empty where a body of the service bore it."""
    return "" if life.home == NOWHERE else practice_name(life.structure, life.home)


def _elsewhere(life: Life, first: Event, back: Event | None) -> Iterator[tuple[int, str]]:
    """How it came to another practice, and how it came back from the service."""
    unseen = f", where nobody had {'had a part in that' if life.assumption else 'seen that case'}"
    how, back = (": ", "; for instance, "), back if life.home != NOWHERE else None
    together = back is not None and back.row == first.row
    came = "came back from the service, and" if together else "came"
    practices = life.elsewhere(life.held["step"] == first.step) | {uid_parts(first.to)[1]}
    came = f"{came} to {_other(life, len(practices))} for the first time{unseen if together else ''}"
    yield first.step, f"{_it(life)} {came}{how[len(practices) > 1]}{_came(life, first)}"
    if back and not together:
        practices = life.elsewhere(_returns(life) & (life.held["step"] == back.step))
        came = f"came back from the service to {_other(life, len(practices))}{unseen}"
        yield back.step, f"{_it(life)} {came}{how[len(practices) > 1]}{_came(life, back)}"


def _returns(life: Life) -> pd.Series[bool]:
    """Which holdings the service brought about."""
    return life.held["way"].isin(RETURNING)


def _other(life: Life, count: int) -> str:
    if life.home == NOWHERE:
        return counted(count, "practice") if count > 1 else "a practice"
    return counted(count, "other practice") if count > 1 else "another practice"


def _came(life: Life, event: Event) -> str:
    """Who took it from whom, and how: a clause of its own."""
    s, it, words = life.structure, _it(life), vocabulary.WAYS[event.way]
    taker, here, role, _ = uid_parts(event.to)
    level, there, *_ = uid_parts(event.source)
    person = role_words(s.roles[role]).one if taker == Level.STAFF else ""
    who = learner_name(s, event.to)
    if person and here == life.home and s.roles[role] == life.row["role"]:
        who = f"another {person} in {practice_name(s, here)}"
    at_home = level <= Level.PRACTICE and there == here
    into = "" if person else f" into its {vocabulary.LEVELS[LEVELS[min(taker, Level.SERVICE)]].holder.one}"
    return ((words.took_here if at_home else "") or words.took).format(
        it=it,
        who=who,
        new=f"a new {person} in {practice_name(s, here)}" if person else "",
        whom=_whom(life, event),
        there=practice_name(s, there) if level == Level.STAFF else "",
        kept=_kept(life, event.source),
        into="" if life.assumption else into,
        wrote=f"made {it} an assumption of its own" if life.assumption else f"wrote {it}{into}",
    )


def _kept(life: Life, place: int) -> str:
    """What a practice or body holds it in: memory or guidance, but itself where it is an assumption."""
    return (learner_name if life.assumption else holder_name)(life.structure, place)


def _whom(life: Life, event: Event) -> str:
    """The source of a taking, as seen by the taker."""
    s, source = life.structure, event.source
    level, practice, role, _ = uid_parts(source)
    taker, here, taker_role, _ = uid_parts(event.to)
    if level == Level.STAFF and life.first_holder(event, at=source):
        one = "the one" if practice == here else f"the one in {practice_name(s, practice)}"
        return f"{one} who {'drew' if life.right else 'made'} it"
    if level != Level.STAFF or practice != here:
        return learner_name(s, source)
    person = role_words(s.roles[role]).one
    same = taker == Level.STAFF and role == taker_role
    return f"{f'another {person}' if same else with_article(person)} there"


def _colleagues(life: Life, first: Event) -> str:
    """Who else of its practice took it in the same step."""
    rows = life.held[(life.held["step"] == first.step) & (life.held["level"] == "staff")]
    more = len(set(rows.loc[rows["practice"] == life.home, "to"]) - {first.to, life.row["who"]})
    return f"; {counted(more, 'other')} there did so too" if more else ""


def _sum(life: Life) -> str:
    if (life.held["event"] == "taken").any():
        return sentences([_reach(life), _brought(life), *_never(life), _peak(life), _end(life)])
    return sentences([f"nobody ever took {_it(life)} over", *_never(life), _end(life)])


def _reach(life: Life) -> str:
    staff = life.held[life.held["level"] == "staff"]
    posts, practices = staff["to"].unique(), staff["practice"].unique()
    people = [learner_name(life.structure, int(post)) for post in posts[:1]]
    if len(posts) > 1:
        many = len(practices) > 1
        where = counted(len(practices), "practice") if many else practice_name(life.structure, practices[0])
        people = [f"people in {counted(len(posts), 'post')} of {where}"]
    return f"in all, {_it(life)} reached {joined(people + _above(life, life.held))}"


def _above(life: Life, held: pd.DataFrame) -> list[str]:
    """The memories and the guidance among the holders."""
    memories, bodies = (held.loc[held["level"] == level, "to"].unique() for level in ("practice", "service"))
    guidance, whole = ("", " as a whole") if life.assumption else ("the guidance of ", "")
    several = f"{guidance}{counted(len(bodies), 'body')} of the service"
    names = ((memories, _memories(life, len(memories)), whole), (bodies, several, ""))
    return [_kept(life, int(who[0])) + end if len(who) == 1 else name for who, name, end in names if len(who)]


def _memories(life: Life, count: int) -> str:
    practices = counted(count, "practice")
    return f"{practices} as a whole" if life.assumption else f"the memories of {practices}"


def _brought(life: Life) -> str:
    """To how many practices the service brought it, where one sentence has not said so."""
    brought = _returns(life)
    found = set(life.held.loc[brought, "way"])
    ways = joined([vocabulary.WAYS[way].by for way in RETURNING if way in found])
    count = len(life.elsewhere(brought))
    return f"the service brought {_it(life)} to {_other(life, count)}, by {ways}" if count > 1 else ""


def _never(life: Life) -> Iterator[str]:
    """The stages it did not reach, of those there were; a body of the service has no team."""
    s, missed = life.structure, []
    there = {
        "raised": bool(_own(life)) and ever_above_zero(life.run.scenario, "practice.analysis.share"),
        "analysed": "raised" in life.reached,
        "collective": life.team > 1,
        "spread": bool(_own(life)) and s.practices > 1,
        "system": True,
    }
    for stage, words in vocabulary.STAGES.items():
        usual = not life.assumption or words.never_assumed is None
        deed = words.never if usual else words.never_assumed
        if deed and stage not in life.reached and there.get(stage, bool(_own(life))):
            missed.append(f"never {deed.format(practice=_own(life), top=top_name(s))}")
    if missed:
        yield f"{_it(life)} was {joined(missed)}"
    if not life.assumption and s.tacit[life.row["number"]]:
        yield f"issue {life.row['number']} is tacit: what is learned about it cannot be written down"


def _peak(life: Life) -> str:
    """The most people and the most memories that held it at the same time, and when first."""
    peaks = []
    for level in ("staff", "practice"):
        over_time = life.over_time(life.held["level"] == level)
        if (most := int(over_time.max())) > 1:
            who = _people(most) if level == "staff" else _memories(life, most)
            peaks.append((who, f" (in {_when(life, int(np.argmax(over_time)))})"))
    if len({time for _, time in peaks}) == 1:
        peaks = [(joined([who for who, _ in peaks]), peaks[0][1])]
    text = joined([who + time for who, time in peaks])
    return f"at most {text} held {_it(life)} at the same time" if text else ""


def _people(count: int) -> str:
    return counted(count, vocabulary.PERSON)


def _end(life: Life) -> str:
    if "lost" in life.reached:
        return _loss(life, life.marks["lost"])
    held = life.held[life.held["until"] == NOWHERE]
    staff = held.loc[held["level"] == "staff", "to"]
    people = [_people(len(staff))] if len(staff) > 1 else []
    people = people or [learner_name(life.structure, int(one)) for one in staff]
    time = f"at the end of the run, after {counted(life.steps, step_word(life.run.scenario))}"
    return f"{time}, {_it(life)} was still held by {joined(people + _above(life, held))}"


def _loss(life: Life, last: Event) -> str:
    """When it was lost, and how its last holder lost it."""
    born, unit = life.reached["born"], step_word(life.run.scenario)
    staff = uid_parts(last.to)[0] == Level.STAFF
    who = learner_name(life.structure, last.to)
    if staff and life.first_holder(last, at=last.to):
        who = f"the {role_words(life.row['role']).one} who {'drew' if life.right else 'made'} it"
    if (life.held["event"] == "taken").any():
        who = f"the last to hold it, {who},"
    did = vocabulary.PARTED[last.process] if staff or last.process != "forgetting" else vocabulary.DECAYED
    age = f", {counted(last.step - born, unit)} after it was {'drawn' if life.right else 'made'}"
    time = f"in {unit} {last.step}{age}" if last.step > born else f"in the same {unit}"
    return f"{_it(life)} {'was lost' if life.right else 'died out'} {time}, when {who} {did}"
