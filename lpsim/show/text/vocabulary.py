"""The words for what there is in the model: the same thing has the same words wherever people read of it.

First the words of the domain, by the names the program uses; then how learners are named, and how words
are counted, joined and given articles.

A new stage, way, fate, level, role or routine needs an entry here, and nothing else to be told and drawn.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from lpsim.lessons.stages import NO_LEVEL, NO_ROLE
from lpsim.model.counts import recorded_steps
from lpsim.model.schedule import Level
from lpsim.model.state import uid_parts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lpsim.model.state import Structure
    from lpsim.scenario import Scenario

# --- how far a lesson gets ------------------------------------------------------------------------


class StageWords(NamedTuple):
    """A stage of `lpsim.lessons.stages.REACHED`, whose name is its label.

    Forms may name ``{it}``, the lesson; ``{who}``, who drew it; ``{practice}``, its own; ``{top}``, the top
    of the service; ``{where}``, a practice it came to, and ``{how}``, by which way.
    """

    came: str
    """What it did when it got there: a lesson …"""
    now: str
    """What is so from then on: month 12: …"""
    never: str = ""
    """What it was not: it was never …; empty where that goes without saying."""
    never_assumed: str | None = None
    """The same of an assumption, where that differs."""
    told: str = ""
    """A clause on how it got there, where no single taking tells that."""


STAGES = {
    "born": StageWords("someone in a practice, or the practice itself, learned it", "learned by {who}"),
    "raised": StageWords(
        "came up, to be talked about when the practice next met",
        "raised for the next meeting",
        "raised",
        "",
        told="{it} was raised for {practice}'s next meeting",
    ),
    "analysed": StageWords(
        "came to be analysed in a meeting of the practice",
        "analysed in a meeting",
        "analysed",
        "",
        told="{practice} met and analysed the event",
    ),
    "collective": StageWords(
        "came to be held by most of the team",
        "most of the team hold this view",
        "shared by most of the team",
        told="more than half of {practice}'s team held {it}",
    ),
    "organizational": StageWords(
        "got into the practice's memory (protocols, records)",
        "in the practice's memory",
        "written into {practice}'s memory",
        "taken over by {practice} as a whole",
    ),
    "spread": StageWords(
        "reached another practice", "spread to {where} by {how}", "held in another practice"
    ),
    "system": StageWords("got into the service's guidance", "in {top}'s guidance", "taken over by {top}"),
    "returned": StageWords(
        "came back from the service to a practice that never saw the event",
        "brought back to {where} by {how}",
    ),
}
RIGHT, MISTAKEN = "right", "mistaken"

# --- how it travels -------------------------------------------------------------------------------


class WayWords(NamedTuple):
    """A way of `lpsim.lessons.stages.WAYS` by which a lesson travels."""

    by: str
    """It came by …"""
    noun: str
    """What brings it, on its own."""
    took: str
    """A clause: ``{who}`` or ``{new}``, a newcomer, took ``{it}`` from ``{whom}``, from what is ``{kept}``
    there, or from ``{there}``, another practice, ``{into}`` its memory or guidance."""
    took_here: str = ""
    """The same within one practice, where that differs."""


WAYS = {
    "peer tie": WayWords(
        "a tie between colleagues",
        "a tie to a colleague there",
        "{who} took {it} over in discussion from {whom}",
    ),
    "networking": WayWords(
        "networking",
        "the practices' network",
        "{who} took {it} over{into} from {whom}, a peer in its network",
    ),
    "guidance": WayWords("guidance", "the service's guidance", "{who} took {it} over{into} from {kept}"),
    "training": WayWords("training", "training", "{who} took {it} over in a course of {whom}"),
    "curriculum": WayWords(
        "the curriculum", "the newcomers' curriculum", "{new} brought {it} from {whom}'s curriculum"
    ),
    "newcomer": WayWords(
        "a newcomer",
        "an experienced newcomer",
        "{new} brought {it} from {there}",
        "{new} brought {it}, with the experience of {whom}",
    ),
    "socialisation": WayWords("socialisation", "what the practice holds", "{who} took {it} over from {kept}"),
    "codification": WayWords("codification", "writing it down", "{who} {wrote}, following {whom}"),
    "reporting": WayWords("reporting", "reports", "{who} took {it} over{into}, as {whom} reported it"),
    "analysis": WayWords(
        "analysis", "the analysis of events", "{who} took {it} over{into} when the event was analysed"
    ),
}

# --- how it ends ----------------------------------------------------------------------------------


class FateWords(NamedTuple):
    """What became of a lesson: one of `lpsim.lessons.stages.FATES`."""

    label: str
    """In brackets, or on a figure."""
    said: str
    """On its own, or after "as"."""


HELD, LOST = "still held", "lost"
FATES = {
    ("held", NO_LEVEL): FateWords(HELD, f"{HELD} at the end"),
    ("left", "staff"): FateWords("last holder left", "its last holder left"),
    ("forgot", "staff"): FateWords("forgotten", "its last holder forgot it"),
    ("overwrote", "staff"): FateWords("given up", "its last holder gave it up"),
    ("overwrote", "practice"): FateWords("overwritten", "a practice overwrote it"),
    ("decayed", "practice"): FateWords("decayed", "a practice let it decay"),
    ("withdrawn", "practice"): FateWords("withdrawn", "a practice withdrew it"),
    ("overwrote", "service"): FateWords("overwritten", "the service overwrote it"),
    ("decayed", "service"): FateWords("decayed", "the service let it decay"),
}
PARTED = {
    "turnover": "left",
    "forgetting": "forgot it",
    "reflection": "gave it up after another case",
    "discussion": "gave it up in discussion",
    "networking": "gave it up for what a peer practice held",
    "trial": "gave it up after trying the opposite",
    "socialisation": "gave it up for what the practice held",
    "guidance": "gave it up for guidance from above",
    "training": "gave it up in a course",
    "revision": "withdrew it, as its staff stood by it no longer",
    "codification": "gave it up for what the staff said",
    "reporting": "gave it up for what was reported",
    "analysis": "gave it up for what the analysis of an event showed",
    "questioning": "gave it up on questioning it",
}
"""What the last holder did, by process; a memory or guidance that forgets lets it decay (`DECAYED`)."""
DECAYED = "let it decay"

# --- who holds it ---------------------------------------------------------------------------------


class Noun(NamedTuple):
    """A word for one and for many."""

    one: str
    many: str


class LevelWords(NamedTuple):
    """A level of `lpsim.lessons.stages.LEVELS`."""

    holder: Noun
    """Who or what holds a view there."""
    assumption: Noun
    """Who or what holds an assumption, which is written nowhere."""


PERSON, ASSUMPTION = Noun("person", "people"), Noun("assumption", "assumptions")
LEVELS = {
    "staff": LevelWords(PERSON, PERSON),
    "practice": LevelWords(Noun("memory", "memories"), ASSUMPTION),
    "service": LevelWords(Noun("guidance", "guidance"), ASSUMPTION),
}
ROLES = {
    "gp": Noun("GP", "GPs"),
    "nurse": Noun("nurse", "nurses"),
    "direct_care": Noun("member of the direct care staff", "direct care staff"),
    "administration": Noun("member of the administrative staff", "administrative staff"),
    NO_ROLE: Noun("the practice itself", "practices themselves"),
}
"""What people in a role are called; of any other role see `role_words`."""
ROUTINES = {
    "reflection": "reflecting on cases",
    "discussion": "discussing with colleagues",
    "codification": "writing things down",
    "questioning": "questioning assumptions",
    "outreach": "networking and reporting",
}
"""What a practice puts its learning time into, by `lpsim.scenario.learning_parameters.ROUTINES`."""

LOOP_PANELS = {
    "single": "Single loop: what staff, memories and guidance hold rightly",
    "double": "Double loop: the right ones among the assumptions they judge by",
    "triple": "Triple loop: what practices put their learning time into",
}
"""What a picture of a loop shows, by `lpsim.scenario.settings.loops_of`."""

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_PERSON = re.compile(r"(er|or|ist|ian|ant|ee|nurse|gp|midwife)$", re.I)
_AN = re.compile(r"(?!eu|uni(?!n|m|de)|us[eu]|ut[ei]|ur[aio]|one\b|once)[aeiou]|hour|hono|heir", re.I)


def role_words(role: str) -> Noun:
    """What people in a role are called: a word for a person, or "member of staff (the role's name)"."""
    if role in ROLES:
        return ROLES[role]
    words = " ".join("GP" if word == "gp" else word for word in role.replace("_", " ").split())
    if _PERSON.search(words):
        return Noun(words, plural(words))
    return Noun(f"member of staff ({words})", f"staff ({words})")


# --- names ----------------------------------------------------------------------------------------


def step_word(scenario: Scenario) -> str:
    """What the scenario calls a step: one line, in the singular."""
    # Control characters, which no figure can hold, are left out.
    return " ".join("".join(c if c.isprintable() else " " for c in scenario.step).split()) or "step"


_NAMED_STEPS = 4
"""So many recorded steps are named one by one."""


def looked_at(scenario: Scenario, steps: Sequence[int] | None = None) -> str:
    """Which steps alone were recorded (or some other ``steps``), a sentence; empty where none is between."""
    steps = recorded_steps(scenario) if steps is None else steps
    words, (*gaps, last) = plural(step_word(scenario)), [b - a for a, b in pairwise(steps)] or [1]
    if {*gaps, last} == {1}:
        return ""
    if len(steps) <= _NAMED_STEPS:
        return f"Looked at in {words} {joined([str(step) for step in steps])} only."
    if len(set(gaps)) > 1:
        return f"Looked at in {len(steps):,} {words} only."
    beside = "" if last == gaps[0] else f" and in {step_word(scenario)} {steps[-1]}"
    return f"Looked at every {gaps[0]} {words}{beside} only."


def practice_name(structure: Structure, practice: int) -> str:
    """``practice 7``, or ``the practice`` where there is only one."""
    return "the practice" if structure.practices == 1 else f"practice {structure.practice_names[practice]}"


def top_name(structure: Structure) -> str:
    """The top of the service: ``the health service``."""
    return f"the {structure.tiers[-1].removeprefix('the ')}"


def learner_name(structure: Structure, number: int) -> str:
    """Who has a uid: ``a nurse in practice 7``, ``practice 7``, ``the health service``."""
    level, body, role, _ = uid_parts(number)
    if level == Level.STAFF:
        person = with_article(role_words(structure.roles[role]).one)
        return f"{person} in {practice_name(structure, body)}"
    if level == Level.PRACTICE:
        return practice_name(structure, body)
    name = structure.tiers[level - Level.SERVICE].removeprefix("the ")
    return f"the {name}" if structure.bodies[level - Level.SERVICE] == 1 else f"{name} {body}"


def holder_name(structure: Structure, number: int) -> str:
    """What holds a lesson at a uid: a person, or the memory or guidance that it is written in.

    ``a nurse in practice 7``, ``practice 7's memory``, ``the health service's guidance``.
    """
    level, *_ = uid_parts(number)
    if level == Level.STAFF:
        return learner_name(structure, number)
    written = LEVELS["practice" if level == Level.PRACTICE else "service"].holder.one
    return f"{learner_name(structure, number)}'s {written}"


# --- words among words ----------------------------------------------------------------------------


def number_word(number: int) -> str:
    """A number as it stands in a sentence: in words up to ten."""
    return _NUMBERS[number] if number < len(_NUMBERS) else f"{number:,}"


def plural(word: str) -> str:
    """The regular plural: ``practices``, ``bodies``, ``branches``."""
    ending = "es" if re.search(r"(s|x|z|ch|sh)$", word) else "s"
    return re.sub(r"(?<=[^aeiou])y$", "ie", word) + ending


def noun(count: int | str, word: str | Noun) -> str:
    """A word as it stands after a number or figure: ``1`` lesson, ``63.8`` lessons."""
    one, many = word if isinstance(word, Noun) else (word, plural(word))
    return one if str(count) == "1" else many


def counted(count: int, word: str | Noun) -> str:
    """``one person``, ``ten people``, ``1,200 people``; of a plain word the regular plural."""
    return f"{number_word(count)} {noun(count, word)}"


def with_article(word: str) -> str:
    """A noun with "a" or "an", as it is spoken: an hour, a unit, an HCA, a GP."""
    spelled = re.match(r"[A-Z]([A-Z0-9]|\b)", word)
    vowel = word[0] in "AEFHILMNORSX" if spelled else _AN.match(word)
    return f"{'an' if vowel else 'a'} {word}"


def joined(parts: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def sentences(clauses: Sequence[str]) -> str:
    """Clauses as sentences; empty ones are left out."""
    return " ".join(f"{clause[0].upper()}{clause[1:]}." for clause in clauses if clause)
