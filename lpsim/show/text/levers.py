"""What the levers of a page and the factors of a sweep are called, and which levers come first."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lpsim.scenario.keys import changed_key, field_at
from lpsim.scenario.units import is_rate
from lpsim.show.text.vocabulary import plural, role_words, step_word

if TYPE_CHECKING:
    from lpsim.scenario import Scenario


class LeverWords(NamedTuple):
    """A key of a scenario as a lever."""

    name: str
    """What a person does with it."""
    unit: str
    """What its numbers are; ``{step}`` is the scenario's word for a step."""
    high: float
    """Where a slider ends, unless the scenario starts above it."""


LEVERS = {
    "practice.discussion.meetings": LeverWords("The team meets", "times a {step}", 1),
    "practice.codification.meetings": LeverWords("Practices look at their protocols", "times a {step}", 1),
    "practice.analysis.share": LeverWords("Events are analysed at meetings", "share of events", 1),
    "practice.socialisation.rate": LeverWords(
        "Staff take over what is written", "of it a person and {step}", 0.3
    ),
    "forgetting.practice": LeverWords("Records are lost", "of them a {step}", 0.1),
    "world.turbulence": LeverWords("What is right changes", "of the issues a {step}", 0.05),
    "protected_time.share": LeverWords("Time is protected for learning", "of working time", 0.1),
    "service.networking.meetings": LeverWords("Practices meet other practices", "times a {step}", 1),
    "service.reporting.share": LeverWords("Practices report to the service", "times a {step}", 0.3),
    "service.guidance.rate": LeverWords("Practices take over guidance", "of it a {step}", 0.1),
    "loops.double.practice": LeverWords("Practices question assumptions", "times a domain and {step}", 0.3),
    "practice.reflection.rate": LeverWords(
        "Staff reflect on cases", "of the issues a person and {step}", 0.1
    ),
    "practice.revision.rate": LeverWords("Records are looked at again", "of them a {step}", 0.5),
    "service.training.attendance": LeverWords("Staff attend courses", "times a person and {step}", 0.3),
    "turnover.experienced": LeverWords("Newcomers have experience", "share of newcomers", 1),
    "turnover.prior": LeverWords("Novices have views", "share of issues", 1),
    "world.upheaval": LeverWords("Whole domains change", "of the domains a {step}", 0.05),
    "judgement.coverage": LeverWords("Views are audited", "of the issues a {step}", 1),
    "practice.reflection.noise": LeverWords("Cases mislead", "share of cases", 0.5),
    "practice.discussion.rate": LeverWords("Staff take over what colleagues say", "of it a meeting", 1),
    "practice.codification.rate": LeverWords("What most staff hold is written down", "of it a vote", 0.5),
    "practice.analysis.rate": LeverWords("Those present learn from an analysis", "share of them", 1),
    "practice.analysis.record": LeverWords("Analyses change the records", "share of analyses", 1),
    "practice.trial.rate": LeverWords("Staff try the opposite", "times a person and {step}", 0.3),
    "service.networking.rate": LeverWords(
        "Practices take over what others know", "of the issues a meeting", 1
    ),
    "service.reporting.rate": LeverWords("The service takes up reports", "of the issues a report", 0.5),
    "service.training.uptake": LeverWords("Courses are taken in", "of the issues a course", 1),
    "service.training.curriculum": LeverWords("Novices were taught the guidance", "of it", 1),
    "loops.depth": LeverWords("Assumptions travel", "times as fast as views", 1),
    "loops.double.staff": LeverWords("Staff question assumptions", "times a domain and {step}", 0.3),
    "loops.double.service": LeverWords("The service questions assumptions", "times a domain and {step}", 0.3),
    "loops.triple.imitate": LeverWords("Practices copy the best neighbour", "share of reviews", 1),
    "forgetting.staff": LeverWords("Staff forget", "of their views a {step}", 0.1),
    "forgetting.service": LeverWords("Guidance is lost", "of it a {step}", 0.1),
}
"""By key, in the order in which a page offers them: the first six of those that act."""
OF_SEVERAL = ("service.networking.meetings", "service.reporting.share", "service.guidance.rate")
"""Those that come before others where there are several practices."""
OF_ROLES = {
    "turnover": LeverWords("{role}: leave", "times a post and {step}", 0.1),
    "voice": LeverWords("{role}: speak up", "of the times there is occasion", 1),
    "experience": LeverWords("{role}: learn from cases", "times as much", 3),
    "discussion": LeverWords("{role}: learn from discussion", "times as much", 3),
    "socialisation": LeverWords("{role}: learn from what is written", "times as much", 3),
    "presence": LeverWords("{role}: are there when the team meets", "of the times", 1),
}
"""By what a role may differ in; ``{role}`` is its name."""
OF_STARTS = {
    "initial.assumption_right": "Assumptions are right at the start",
    "initial.memory": "Much is recorded at the start",
    "initial.memory_right": "Records are right at the start",
    "initial.prior": "Staff have views at the start",
    "initial.right": "Views are right at the start",
    "initial.shared_culture": "Staff share their practice's assumptions",
    "loops.double.threshold": "Assumptions are given up at so few right views",
    "network.degree": "Practices have ties to others",
    "network.professional": "Colleagues elsewhere in the same role",
    "network.rewire": "Staff have ties to other practices",
    "population.practices": "Number of practices",
    "population.spread": "Practices differ in size",
    "world.overlap": "Old norms still hold",
    "world.specialisation": "Each role meets issues of its own",
    "world.tacit": "Issues cannot be written down",
}
"""What more of each key means that no page can move while it runs."""


def name_of(key: str) -> str:
    """What more of a factor means; empty where it has no words."""
    words = words_of(key)
    return OF_STARTS.get(key, "") if words is None else words.name


def named(scenario: Scenario, key: str) -> str:
    """A factor in words, with its key in brackets; or the key alone. With its unit, as `with_unit`."""
    words, key = name_of(key), with_unit(scenario, key)
    return f"{words} ({key})" if words else key


def quoted(key: str) -> str:
    """A factor within a sentence: “in words” and its key in brackets, or the key alone."""
    words = name_of(key)
    return f"“{words}” ({key})" if words else key


def with_unit(scenario: Scenario, *keys: str) -> str:
    """A key, of a probability with the time for which it is told, as in "forgetting.staff, per month".

    Of several keys that move together with that of each, where not all have one: "a per month and b".
    """
    units = [per(scenario, key) for key in keys]
    if all(units):
        return f"{' and '.join(keys)},{units[0]}"
    return " and ".join(f"{key}{unit}" for key, unit in zip(keys, units, strict=True))


def words_of(key: str) -> LeverWords | None:
    """A key as a lever; None where it has no words."""
    parts = key.split(".")
    if parts[0] == "roles" and parts[-1] in OF_ROLES:
        words = OF_ROLES[parts[-1]]
        return words._replace(name=words.name.replace("{role}", role_words(parts[1]).many))
    return LEVERS.get(key)


def until(scenario: Scenario, key: str) -> str:
    """To how long a key's value at the start lasts, where an intervention sets another; else empty."""
    ends = [change.at for change in scenario.interventions if key in change.set]
    return f", until {step_word(scenario)} {min(ends)}" if ends else ""


def per(scenario: Scenario, key: str) -> str:
    """The time for which a probability is told, as in " per month"; empty where it is none per step."""
    return f" per {step_word(scenario)}" if is_rate(type(scenario), key) else ""


def per_each(scenario: Scenario, *keys: str) -> str:
    """The time for which what several keys are set to is told; which of them are told for one, if not all."""
    rates = [key for key in keys if per(scenario, key)]
    if not rates:
        return ""
    unit = per(scenario, rates[0])
    return unit if len(rates) == len(keys) else f" ({' and '.join(rates)}:{unit})"


def in_words(key: str, step: str) -> str:
    """A key as a lever with its unit, for a step of that name; empty where it has no words."""
    words = words_of(key)
    return "" if words is None else f"{words.name} ({words.unit.replace('{step}', step)})"


def meaning(key: str, scenario: Scenario) -> str:
    """A key in the words of a page's levers, or else in those of the schema."""
    changed, word = changed_key(key) or key, step_word(scenario)
    field = field_at(type(scenario), changed)
    described = (field.description or "").rstrip(".") if field is not None else ""
    if not described and changed.startswith("own."):
        described = "A parameter of a behaviour of one's own"
    said = described.replace("in a step", f"in a {word}").replace("per step", f"per {word}")
    said = said.replace("Steps between", f"{plural(word).capitalize()} between")
    return in_words(changed, word) or said or changed
