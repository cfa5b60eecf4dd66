"""The life of one lesson in plain sentences: who learned it, how it travelled, how it ended."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from lpsim.analysis import life as pick
from lpsim.lessons.journal import NOWHERE
from lpsim.model.schedule import Level
from lpsim.model.state import uid_parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lpsim.model.state import Structure
    from lpsim.runs.run import Run

ROLES = {
    "gp": "GP",
    "direct_care": "member of the direct care staff",
    "administration": "member of the administrative staff",
}
"""What people are called in roles whose names are no words for a person."""
CAME = {
    "discussion": "{who} took {it} over in discussion from {whom}",
    "networking": "{who} took {it} over{into} from {whom}, a peer in its network",
    "socialisation": "{who} took {it} over from {kept}",
    "guidance": "{who} took {it} over{into} from {kept}",
    "training": "{who} took {it} over in a course of {whom}",
    "codification": "{who} {wrote}, following {whom}",
    "reporting": "{who} took {it} over{into}, as {whom} reported it",
    "curriculum": "{new} brought {it} from {whom}'s curriculum",
    "newcomer from elsewhere": "{new} brought {it} from {there}",
    "newcomer": "{new} brought {it}, with the experience of {whom}",
}
"""How somebody, a practice or a body gets a lesson: by which process, and newcomers in three ways."""
LOST = {
    "turnover": "left",
    "forgetting": "forgot it",
    "reflection": "gave it up after another case",
    "discussion": "gave it up in discussion",
    "networking": "gave it up for what a peer practice held",
    "socialisation": "gave it up for what the practice held",
    "guidance": "gave it up for guidance from above",
    "training": "gave it up in a course",
    "codification": "gave it up for what the staff said",
    "reporting": "gave it up for what was reported",
    "questioning": "gave it up on questioning it",
}
"""What the last holder did: by which process."""
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_PERSON = re.compile(r"(er|or|ist|ian|ant|ee|nurse|gp|midwife)$", re.I)
_AN = re.compile(r"(?!eu|uni(?!n|m|de)|us[eu]|ut[ei]|ur[aio]|one\b|once)[aeiou]|hour|hono|heir", re.I)


def number_word(number: int) -> str:
    """A number as it stands in a sentence: in words up to ten."""
    return _NUMBERS[number] if number < len(_NUMBERS) else f"{number:,}"


def counted(count: int, one: str, many: str = "") -> str:
    """``one person``, ``ten people``, ``1,200 people``; without `many` the regular plural."""
    ending = "es" if re.search(r"(s|x|z|ch|sh)$", one) else "s"
    many = many or re.sub(r"(?<=[^aeiou])y$", "ie", one) + ending
    return f"{number_word(count)} {one if count == 1 else many}"


def with_article(noun: str) -> str:
    """A noun with "a" or "an", as it is spoken: an hour, a unit, an HCA, a GP."""
    spelled = re.match(r"[A-Z]([A-Z0-9]|\b)", noun)
    vowel = noun[0] in "AEFHILMNORSX" if spelled else _AN.match(noun)
    return f"{'an' if vowel else 'a'} {noun}"


def joined(parts: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def role_name(role: str) -> str:
    """What somebody in a role is called: a word for a person, or "member of staff (its name)"."""
    words = " ".join("GP" if word == "gp" else word for word in role.replace("_", " ").split())
    return ROLES.get(role) or (words if _PERSON.search(words) else f"member of staff ({words})")


def practice_name(structure: Structure, practice: int) -> str:
    """``practice 7``, or ``the practice`` where there is only one."""
    return "the practice" if structure.practices == 1 else f"practice {structure.practice_names[practice]}"


def learner_name(structure: Structure, number: int) -> str:
    """Who has a uid: ``a nurse in practice 7``, ``practice 7``, ``the health service``."""
    level, body, role, _ = uid_parts(number)
    if level == Level.STAFF:
        return f"{with_article(role_name(structure.roles[role]))} in {practice_name(structure, body)}"
    if level == Level.PRACTICE:
        return practice_name(structure, body)
    name = structure.tiers[level - Level.SERVICE].removeprefix("the ")
    return f"the {name}" if structure.bodies[level - Level.SERVICE] == 1 else f"{name} {body}"


def name_of(structure: Structure, number: int) -> str:
    """What holds a lesson at a uid: a person, or the memory or guidance that it is written in.

    ``a nurse in practice 7``, ``practice 7's memory``, ``the health service's guidance``.
    """
    written = {Level.STAFF: "", Level.PRACTICE: "'s memory"}.get(uid_parts(number)[0], "'s guidance")
    return learner_name(structure, number) + written


def tell(run: Run, lesson: int, *, width: int = 78) -> str:
    """The life of a lesson, from the event it was drawn from to its end, in at most three paragraphs.

    Parameters
    ----------
    run
        A run that kept its lessons.
    lesson
        The number of the lesson.
    width
        Where lines are broken; 0 leaves each paragraph on one line.

    Raises
    ------
    InputError
        The run kept no lessons, has no such lesson, or the files it was made from have changed.
    """
    life = _Life(run, lesson)
    texts = filter(None, (_birth(life), _in_order(life), _sum(life)))
    return "\n\n".join(textwrap.fill(text, width) if width else text for text in texts) + "\n"


class _Life:
    """What a story is told from, and the words it keeps to."""

    def __init__(self, run: Run, lesson: int) -> None:
        lessons, events = run.journal()
        self.row = pick.lesson_row(lessons, lesson)
        self.events = events[events["lesson"] == lesson]
        self.held = pick.holdings(self.events)
        self.scenario, self.structure = run.scenario, run.structure()
        self.unit = " ".join(run.scenario.step.split()) or "step"
        # A mistake is never "it", so that nobody forgets what it was.
        self.it = "it" if self.row["right"] else "the mistake"
        self.assumption = bool(self.row["about"] == "domain")  # which stands in no memory
        self.home = int(pick.practice_of(self.events["to"].iloc[:1])[0])
        sizes = np.diff(self.structure.first_staff)
        self.team = int(sizes[self.home]) if self.home != NOWHERE else 0


def _sentences(clauses: Sequence[str]) -> str:
    return " ".join(f"{clause[0].upper()}{clause[1:]}." for clause in clauses if clause)


def _birth(life: _Life) -> str:
    s, row = life.structure, life.row
    who, topic = learner_name(s, int(row["who"])), f"{row['about']} {row['number']}"
    if life.home != NOWHERE and s.practice_kind[life.home] > 0:
        who += f" (kind: {s.kinds[s.practice_kind[life.home]]})"
    deed = f"met a case of {topic} and drew a lesson from it"
    if row["process"] == "questioning":
        deed = f"questioned the assumption behind {topic} and reversed it"
    return _sentences([f"in {life.unit} {row['step']} {who} {deed}", _judged(life)])


def _judged(life: _Life) -> str:
    """Right or mistaken, and whether most of the team had it already."""
    right, team = bool(life.row["right"]), f"the team of {number_word(life.team)}"
    judged = f"the lesson was {'right' if right else 'a mistake'}{' at the time' if _moves(life) else ''}"
    if life.team <= 1:
        return judged
    if not life.row["known_already"]:
        return f"{judged}, and new to at least half of {team}"
    return f"{judged}, {f'but most of {team} knew' if right else f'and most of {team} made'} it already"


def _moves(life: _Life) -> bool:
    """Whether what is right can become wrong in this scenario."""
    keys = ["upheaval"] if life.assumption else ["turbulence", "upheaval"]
    later = [change.set.get(f"world.{key}", 0) for change in life.scenario.interventions for key in keys]
    return any(value > 0 for value in [*later, *(getattr(life.scenario.world, key) for key in keys)])


def _in_order(life: _Life) -> str:
    clauses, steps = [], [int(life.row["step"])]
    for step, clause in sorted(_milestones(life), key=lambda milestone: milestone[0]):
        time, since = f"in {life.unit} {step}", step - steps[-1]
        if not since:
            time = f"in that {life.unit}, too," if steps[-2:] == [step, step] else f"in the same {life.unit}"
        elif since <= 10:  # no sentence begins with a figure
            time = f"{counted(since, life.unit)} later ({life.unit} {step})"
        clauses.append(f"{time} {clause}")
        steps.append(step)
    return _sentences(clauses)


def _milestones(life: _Life) -> Iterator[tuple[int, str]]:
    """The steps at which it first got somewhere, and how, a clause each; not yet in order."""
    row, marks = life.row, pick.landmarks(life.row, life.events)
    if first := marks.get("colleague"):
        yield first.step, _came(life, first) + _colleagues(life, first)
    known = row["known_already"] and row["collective"] == row["step"]
    if not pd.isna(row["collective"]) and life.team > 1 and not known:
        yield int(row["collective"]), _collective(life, int(row["collective"]))
    for name in ("organizational", "below", "system"):
        if mark := marks.get(name):
            yield mark.step, _came(life, mark)
    if spread := marks.get("spread"):
        yield from _elsewhere(life, spread, marks.get("returned"))


def _collective(life: _Life, step: int) -> str:
    """Most of a team share a view as soon as enough have it from anywhere, one at least by the lesson."""
    team, right = f"{practice_name(life.structure, life.home)}'s team", life.row["right"]
    staff = life.held[(life.held["level"] == "staff") & (pick.practice_of(life.held["to"]) == life.home)]
    if 2 * pick.holders_over_time(staff, life.scenario.steps)[step] > life.team:
        return f"more than half of {team} held {life.it}"
    view = "the view" if right else life.it
    return f"more than half of {team} shared {view}, though not all by this lesson"


def _elsewhere(life: _Life, first: pick.Event, back: pick.Event | None) -> Iterator[tuple[int, str]]:
    """How it came to another practice, and how it came back from the service."""
    unseen = f", where nobody had {'had a part in that' if life.assumption else 'seen that case'}"
    how, back = (": ", "; for instance, "), back if life.home != NOWHERE else None
    together = back is not None and back.row == first.row
    came = "came back from the service, and" if together else "came"
    practices = _elsewhere_in(life, life.held, first.step) | {uid_parts(first.to)[1]}
    came = f"{came} to {_other(life, len(practices))} for the first time{unseen if together else ''}"
    yield first.step, f"{life.it} {came}{how[len(practices) > 1]}{_came(life, first)}"
    if back and not together:
        practices = _elsewhere_in(life, life.held[pick.by_return(life.held)], back.step)
        came = f"came back from the service to {_other(life, len(practices))}{unseen}"
        yield back.step, f"{life.it} {came}{how[len(practices) > 1]}{_came(life, back)}"


def _elsewhere_in(life: _Life, held: pd.DataFrame, step: int | None = None) -> set[int]:
    """The practices but its own that got it, in one step or in all."""
    rows = held if step is None else held[held["step"] == step]
    return set(pick.practice_of(rows["to"]).tolist()) - {NOWHERE, life.home}


def _other(life: _Life, count: int) -> str:
    if life.home == NOWHERE:
        return counted(count, "practice") if count > 1 else "a practice"
    return counted(count, "other practice") if count > 1 else "another practice"


def _came(life: _Life, event: pick.Event) -> str:
    """Who took it from whom, and how: a clause of its own."""
    s, it, way = life.structure, life.it, event.process
    taker, here, role, _ = uid_parts(event.to)
    level, there, *_ = uid_parts(event.source)
    if way == "turnover":
        way = "newcomer" if there == here else "newcomer from elsewhere"
        way = way if level == Level.STAFF else "curriculum"
    who, person = learner_name(s, event.to), role_name(s.roles[role]) if taker == Level.STAFF else ""
    if taker == Level.STAFF and here == life.home and s.roles[role] == life.row["role"]:
        who = f"another {person} in {practice_name(s, here)}"
    into = f" into its {'memory' if taker == Level.PRACTICE else 'guidance'}"
    return CAME[way].format(
        it=it,
        who=who,
        new=f"a new {person} in {practice_name(s, here)}" if person else "",
        whom=_whom(life, event),
        there=practice_name(s, there) if level == Level.STAFF else "",
        kept=_kept(life, event.source),
        into="" if life.assumption else into,
        wrote=f"made {it} an assumption of its own" if life.assumption else f"wrote {it}{into}",
    )


def _kept(life: _Life, place: int) -> str:
    """What a practice or body holds it in: memory or guidance, but itself where it is an assumption."""
    return (learner_name if life.assumption else name_of)(life.structure, place)


def _whom(life: _Life, event: pick.Event) -> str:
    """The source of a taking, as seen by the taker."""
    s, source = life.structure, event.source
    level, practice, role, _ = uid_parts(source)
    taker, here, taker_role, _ = uid_parts(event.to)
    if level == Level.STAFF and pick.first_holder(life.row, life.events, event, at=source):
        one = "the one" if practice == here else f"the one in {practice_name(s, practice)}"
        return f"{one} who {'drew' if life.row['right'] else 'made'} it"
    if level != Level.STAFF or practice != here:
        return learner_name(s, source)
    person = role_name(s.roles[role])
    same = taker == Level.STAFF and role == taker_role
    return f"{f'another {person}' if same else with_article(person)} there"


def _colleagues(life: _Life, first: pick.Event) -> str:
    """Who else of its practice took it in the same step."""
    rows = life.held[(life.held["step"] == first.step) & (life.held["level"] == "staff")]
    more = len(set(rows.loc[pick.practice_of(rows["to"]) == life.home, "to"]) - {first.to, life.row["who"]})
    return f"; {counted(more, 'other', 'others')} there did so too" if more else ""


def _sum(life: _Life) -> str:
    if (life.held["event"] == "taken").any():
        return _sentences([_reach(life), _brought(life), *_never(life), _peak(life), _end(life)])
    return _sentences([f"nobody ever took {life.it} over", *_never(life), _end(life)])


def _reach(life: _Life) -> str:
    staff = life.held[life.held["level"] == "staff"]
    posts, practices = staff["to"].unique(), np.unique(pick.practice_of(staff["to"]))
    people = [learner_name(life.structure, int(post)) for post in posts[:1]]
    if len(posts) > 1:
        where = [practice_name(life.structure, practices[0]), counted(len(practices), "practice")]
        people = [f"people in {counted(len(posts), 'post')} of {where[len(practices) > 1]}"]
    return f"in all, {life.it} reached {joined(people + _above(life, life.held))}"


def _above(life: _Life, held: pd.DataFrame) -> list[str]:
    """The memories and the guidance among the holders."""
    memories, bodies = (held.loc[held["level"] == level, "to"].unique() for level in ("practice", "service"))
    guidance, whole = ("", " as a whole") if life.assumption else ("the guidance of ", "")
    several = f"{guidance}{counted(len(bodies), 'body', 'bodies')} of the service"
    names = ((memories, _memories(life, len(memories)), whole), (bodies, several, ""))
    return [_kept(life, int(who[0])) + end if len(who) == 1 else name for who, name, end in names if len(who)]


def _memories(life: _Life, count: int) -> str:
    practices = counted(count, "practice")
    return f"{practices} as a whole" if life.assumption else f"the memories of {practices}"


def _brought(life: _Life) -> str:
    """To how many practices the service brought it, where one sentence has not said so."""
    held = life.held[pick.by_return(life.held)]
    how = {"guidance": "guidance", "training": "courses", "turnover": "its curriculum"}
    ways = joined([word for process, word in how.items() if (held["process"] == process).any()])
    count = len(_elsewhere_in(life, held))
    return f"the service brought {life.it} to {_other(life, count)}, by {ways}" if count > 1 else ""


def _never(life: _Life) -> Iterator[str]:
    """The stages it did not reach, of those there were; a body of the service has no team."""
    s, row = life.structure, life.row
    own = "" if life.home == NOWHERE else practice_name(s, life.home)
    written = f"taken over by {own} as a whole" if life.assumption else f"written into {own}'s memory"
    stages = {
        "collective": "shared by most of the team" if life.team > 1 else "",
        "organizational": written if own else "",
        "spread": "held in another practice" if own and s.practices > 1 else "",
        "system": f"taken over by the {s.tiers[-1].removeprefix('the ')}",
    }
    missed = [f"never {deed}" for stage, deed in stages.items() if deed and pd.isna(row[stage])]
    if missed:
        yield f"{life.it} was {joined(missed)}"
    if not life.assumption and s.tacit[row["number"]]:
        yield f"issue {row['number']} is tacit: what is learned about it cannot be written down"


def _peak(life: _Life) -> str:
    """The most people and the most memories that held it at the same time, and when first."""
    peaks = []
    for level in ("staff", "practice"):
        over_time = pick.holders_over_time(life.held[life.held["level"] == level], life.scenario.steps)
        if (most := int(over_time.max())) > 1:
            who = counted(most, "person", "people") if level == "staff" else _memories(life, most)
            peaks.append((who, f" (in {life.unit} {over_time.argmax()})"))
    if len({time for _, time in peaks}) == 1:
        peaks = [(joined([who for who, _ in peaks]), peaks[0][1])]
    text = joined([who + time for who, time in peaks])
    return f"at most {text} held {life.it} at the same time" if text else ""


def _end(life: _Life) -> str:
    if not pd.isna(life.row["lost"]):
        return _loss(life, pick.landmarks(life.row, life.events)["lost"])
    held = life.held[life.held["until"] == NOWHERE]
    staff = held.loc[held["level"] == "staff", "to"]
    people = [counted(len(staff), "person", "people")] if len(staff) > 1 else []
    people = people or [learner_name(life.structure, int(one)) for one in staff]
    time = f"at the end of the run, after {counted(life.scenario.steps, life.unit)}"
    return f"{time}, {life.it} was still held by {joined(people + _above(life, held))}"


def _loss(life: _Life, last: pick.Event) -> str:
    """When it was lost, and how its last holder lost it."""
    mistake, born = not life.row["right"], int(life.row["step"])
    staff = uid_parts(last.to)[0] == Level.STAFF
    who = learner_name(life.structure, last.to)
    if staff and pick.first_holder(life.row, life.events, last, at=last.to):
        who = f"the {role_name(life.row['role'])} who {'made' if mistake else 'drew'} it"
    if (life.held["event"] == "taken").any():
        who = f"the last to hold it, {who},"
    did = LOST[last.process] if staff or last.process != "forgetting" else "let it decay"
    age = f", {counted(last.step - born, life.unit)} after it was {'made' if mistake else 'drawn'}"
    time = f"in {life.unit} {last.step}{age}" if last.step > born else f"in the same {life.unit}"
    return f"{life.it} {'died out' if mistake else 'was lost'} {time}, when {who} {did}"
