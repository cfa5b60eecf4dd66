"""A scenario in words: its title, what was changed of it, how it differs from another, and its rates."""

from __future__ import annotations

import json
from collections import Counter
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from lpsim.plain import one_line
from lpsim.scenario import Scenario, units
from lpsim.scenario.differences import differences, paired
from lpsim.scenario.evidence import MARKS, evidence
from lpsim.scenario.shipped import others_shipped, shipped
from lpsim.scenario.toml_files import leaves
from lpsim.scenario.units import converted, duration, is_rate, rates
from lpsim.show.text.lines import WIDTH, fold
from lpsim.show.text.numbers import short
from lpsim.show.text.table import NONE, Cell, Number, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from lpsim.scenario.differences import Difference

UNTITLED = "Untitled scenario"
_LABELS = ("title", "description")
"""Keys that are for readers alone."""
_PER = ("month", "year")


def heading(
    scenario: Scenario,
    more: str = "",
    *,
    agents: Mapping[str, str] = MappingProxyType({}),
    width: int | None = WIDTH,
) -> str:
    """The title of a scenario, with `more` on its line, and below it `changes`."""
    title = scenario.title or UNTITLED
    said = filter(None, (f"{title}: {more}" if more else title, changes(scenario, agents)))
    return "\n".join(line for text in said for line in fold(text, width, indent=2))


def changes(scenario: Scenario, agents: Mapping[str, str] = MappingProxyType({})) -> str:
    """What was laid over a scenario's file (``--set`` and the like), and which behaviours of one's own act.

    As in "changed: practice.codification.meetings = 0.5, steps = 60; staff member: mine:Cautious"; empty
    where nothing was. ``agents`` are where classes are, by what they stand in for ("staff_member").
    """
    settings = leaves(dict(scenario.given.changed))
    said = [f"{key} = {written(value)}" for key, value in settings if key not in _LABELS]
    return "; ".join([*([f"changed: {', '.join(said)}"] if said else []), *stand_ins(agents)])


def stand_ins(agents: Mapping[str, str]) -> list[str]:
    """Which behaviours of one's own act: where each is, and what it stands in for."""
    return [f"{agent.replace('_', ' ')}: {place}" for agent, place in agents.items()]


def differences_lines(found: Iterable[Difference], old: Scenario, new: Scenario) -> Iterator[str]:
    """A line for each key at which two scenarios differ: the value of the first, and of the second."""
    for one in found:
        if one.key not in _LABELS:
            yield f"{one.key}: {_arrow(one, old, new)}"


def _arrow(found: Difference, old: Scenario, new: Scenario) -> str:
    """The value of a first scenario and of a second; probabilities of several times per step."""
    steps, values = (old.step or "step", new.step or "step"), (found.old, found.new)
    if is_rate(Scenario, found.key) and None not in values and _per_several(values, steps):
        one, other = (_of_a_step(value, step) for value, step in zip(values, steps, strict=True))
        before = "" if steps[0] == steps[1] else f" per {steps[0]}"
        given, given_now = (f" ({written(text)})" if isinstance(text, str) else "" for text in values)
        return f"{one}{before}{given} → {other} per {steps[1]}{given_now}"
    one, other = map(written, values)
    if one == other:  # they differ by less than is shown
        one, other = map(json.dumps, values)
    return f"{one} → {other}"


def _per_several(values: Sequence[Any], steps: Sequence[str]) -> bool:
    """Whether probabilities are given for different times: each for a step, or for that of its text."""
    times = [
        value.rpartition("/")[2].strip().lower() if isinstance(value, str) else step
        for value, step in zip(values, steps, strict=True)
    ]
    return times[0] != times[1]


def _of_a_step(value: Any, step: str) -> str:
    return f"{units.per_step(value, step):.3g}" if isinstance(value, str) else written(value)


def extension_lines(extended: Scenario, scenario: Scenario) -> Iterator[str]:
    """What a scenario changes of the one it extends: a line for each key, and for each intervention."""
    found = differences(extended, scenario)
    yield from differences_lines(
        (one for one in found if not one.key.startswith("interventions.")), extended, scenario
    )
    for place, (old, new) in enumerate(paired(extended.interventions, scenario.interventions)):
        inside = f"interventions.{place}.set."
        settings = [
            one._replace(key=one.key.removeprefix(inside)) for one in found if one.key.startswith(inside)
        ]
        if new is None and old is not None:
            values = ", ".join(f"{key} = {written(value)}" for key, value in old.set.items())
            yield f"without the intervention from step {old.at}{in_brackets(old.title)}: {values}"
        elif new is not None and (old is None or settings or old.at != new.at):
            whose = "an intervention of its own" if old is None else "changes an intervention"
            when = f"{old.at} → {new.at}" if old is not None and old.at != new.at else new.at
            said = "; ".join(differences_lines(settings, extended, scenario)) or "sets the same"
            yield f"{whose}, from step {when}{in_brackets(new.title)}: {said}"


def in_brackets(title: str) -> str:
    """A title behind a word; empty where there is none."""
    title = one_line(title)
    return f" ({title})" if title else ""


def written(value: Any) -> str:
    """A value of a scenario as a file would have it, with six digits at most; a stroke for none."""
    return "–" if value is None else json.dumps(short(value), ensure_ascii=False)


def per_step(scenario: Scenario, value: Any) -> str:
    """A value that `differences` found, for a table: per step where the scenario gives it with its unit."""
    if not isinstance(value, str):
        return written(value)
    values = dict(leaves(scenario.model_dump(mode="json")))
    found = {text: values[key] for key, text in scenario.given.with_units.items() if key in values}
    return f"{found[value]:.3g}" if value in found else value


def rates_table(scenario: Scenario) -> Table:
    """The probabilities per step that are not 0: per step, per month and per year, and as they were given."""
    found = rates(scenario)
    step, known = scenario.step or "step", duration(scenario.step)
    per = [unit for unit in _PER if known and unit != known]
    texts = {key: text for key, text in scenario.given.with_units.items() if key in found}
    times = [f"at least once in a {unit}" for unit in (step, *per)]
    headings = ["probability", *times, *(["given as"] if texts else [])]
    rows: list[list[Cell]] = []
    for key, value in found.items():
        others = (converted(value, per=known, to=unit) for unit in per) if known else ()
        numbers = [_probability(number) for number in (value, *others)]
        if value:
            rows.append([key, *numbers, *([texts.get(key, "")] if texts else [])])
    return Table(headings, rows, notes=list(_notes(scenario, [key for key in found if not found[key]])))


def _probability(value: float) -> Cell:
    """Three digits, and what is nearly sure is not told as sure."""
    shown = Number(value, ".3g")
    return ">0.999" if shown.text == "1" and value < 1 else shown


def assumptions_table(scenario: Scenario) -> Table:
    """Every number that can act in a scenario: sourced, calibrated or assumed, and from what."""
    found = evidence(scenario)
    acting = [number for number in found if number.acts]
    rows: list[list[Cell]] = [[n.key, Number(n.value, "g"), n.mark, n.source or NONE] for n in acting]
    counts = Counter(number.mark for number in acting)
    notes = [f"{len(acting)} numbers: {', '.join(f'{counts[mark]} {mark}' for mark in MARKS)}."]
    if len(acting) < len(found):
        notes.append(
            f"{len(found) - len(acting)} more change nothing in this scenario, as what they are for is off."
        )
    return Table(["number", "value", "mark", "where it comes from"], rows, notes=notes)


def shipped_table() -> Table:
    """The scenarios that ship: their names, titles, and what each changes of the one it extends."""
    rows: list[list[Cell]] = []
    for name, path in shipped().items():
        scenario, extended = Scenario.load(path), Scenario.extended(path)
        found = [] if extended is None else differences(extended, scenario)
        lever = ", ".join(dict.fromkeys(_levers(found, extended or scenario, scenario))) or NONE
        rows.append([name, scenario.title or UNTITLED, lever])
    notes = ["lpsim run NAME simulates one, lpsim compare NAME NAME … compares some."]
    for kind, words in _OTHERS_SHIPPED.items():
        names = ", ".join(name for name, (of, _) in others_shipped().items() if of == kind)
        notes.append(f"{words}: {names}.")
    return Table(["name", "what it is about", "what it changes"], rows, notes=notes)


_OTHERS_SHIPPED = {
    "design": "Designs, which lpsim sweep NAME runs",
    "calibration": "Calibration files, which lpsim calibrate NAME takes",
}


def _levers(found: Iterable[Difference], old: Scenario, new: Scenario) -> Iterator[str]:
    """The keys that differ, those set by interventions by their own names; of kinds the kind alone."""
    for one in found:
        table, *parts = one.key.split(".")
        if table == "kinds":
            yield f"a kind of practices: {parts[0]}"
        elif table == "interventions" and parts[1] == "set":
            yield f"{'.'.join(parts[2:])}: {_arrow(one, old, new)}"
        elif table not in ("interventions", "record", *_LABELS):
            yield f"{one.key}: {_arrow(one, old, new)}"


def _notes(scenario: Scenario, off: list[str]) -> Iterator[str]:
    known = duration(scenario.step)
    if off:
        yield f"Off (0): {', '.join(off)}."
    if known is None:
        yield f"A {scenario.step or 'step'} has no known length, so nothing is said per month and per year."
    else:
        yield "Each is the probability that it happens at least once in that time, not how often it does."
    if known not in (None, "month"):
        yield "Those that no file gives are defaults, which are meant per month."
