"""A report in words: the question, what stands in its tables, and what is said of its lesson and levers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lpsim.analysis.funnel import stage_table, still_held
from lpsim.analysis.paired_effects import clear_among
from lpsim.plain import one_line
from lpsim.runs.measures import FUNNEL, LEVELS, LOOPS, MEASURES, RIGHT_AND_WRONG, SHARE
from lpsim.runs.versions import version_of
from lpsim.scenario.differences import paired
from lpsim.scenario.keys import changed_key
from lpsim.scenario.scenario import MODEL_VERSION
from lpsim.scenario.settings import loops_of
from lpsim.scenario.toml_files import leaves
from lpsim.show.text.levers import meaning, until
from lpsim.show.text.numbers import number
from lpsim.show.text.scenario import UNTITLED, per_step, written
from lpsim.show.text.table import NONE, Cell, Number, Range, Table
from lpsim.show.text.uncertainty import INTERVAL, seeds_of, spread_of
from lpsim.show.text.vocabulary import Noun, joined, looked_at, noun, number_word, plural, step_word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lpsim.analysis.briefing import Briefing
    from lpsim.analysis.comparison import Comparison
    from lpsim.analysis.grid import Lever
    from lpsim.analysis.worlds import Worlds
    from lpsim.scenario import Scenario
    from lpsim.scenario.differences import Difference

_GOT = {
    "collective": "{} came to be held by most of the team",
    "organizational": "{} got into the practice's memory",
    "spread": "{} reached another practice",
    "system": "{} got into the service's guidance",
    "returned": "{} came back from it to another practice",
}
"""How far lessons get, of how many."""
KNOWLEDGE_NOTE = "Knowledge: 1 is all right, 0 nothing known, or as much wrong as right."

ONLY_SINGLE = (
    "Only the single loop acts here: views change; the assumptions behind them, and what time goes into, do "
    "not."
)
"""Said of scenarios in which no further loop of learning acts."""

# --- the question ---------------------------------------------------------------------------------


def question(briefing: Briefing) -> str:
    """What the report answers, as a question."""
    names = [one_line(worlds.name) for worlds in briefing.worlds]
    if len(names) == 1:
        return f"{title_of(briefing.worlds[0])}: how much of what is learned is known, and where?"
    if len(names) == 2:
        return f"What changes with “{names[1]}”, compared with “{names[0]}”?"
    return f"Which of {number_word(len(names) - 1)} options changes most, compared with “{names[0]}”?"


def title_of(worlds: Worlds) -> str:
    """The scenario's title on one line."""
    return one_line(worlds.scenario.title, UNTITLED)


def drawn(briefing: Briefing) -> str:
    """Which scenarios are drawn in full; "" where all are."""
    if briefing.comparison is None or len(briefing.worlds) == len(briefing.shown):
        return ""
    clear = clear_among([one for one in briefing.comparison.effects() if one.measure in LEVELS])
    which = "with the largest clear difference" if clear else "that differs most"
    return f"Drawn from here on: the base and the option {which} from it; all are in the table of numbers."


def steps_seen(briefing: Briefing) -> str:
    """Which steps alone were compared, a sentence; "" where none is between."""
    found = briefing.comparison
    return looked_at(found.base.scenario, [int(step) for step in found.steps]) if found else ""


# --- tables ---------------------------------------------------------------------------------------


def numbers_table(briefing: Briefing) -> Table:
    """Every measure that is drawn, at the last step: the mean with its interval, and the spread."""
    base, count = briefing.worlds[0], len(briefing.seeds)
    headings = [f"at {step_word(base.scenario)} {base.steps[-1]}"]
    for worlds in briefing.worlds:
        headings += [one_line(worlds.name), *([spread_of(count)] if count > 1 else [])]
    rows = [_row(briefing, name) for name in _drawn(base.scenario)]
    notes = [f"Means of {count} worlds; in brackets the {INTERVAL}."] if count > 1 else []
    return Table(headings, rows, notes=[*notes, KNOWLEDGE_NOTE])


def _drawn(scenario: Scenario) -> list[str]:
    names = [*LEVELS, *(name for pair in RIGHT_AND_WRONG.values() for name in pair), *FUNNEL]
    for loop in loops_of(scenario)[1:]:
        names += LOOPS[loop]
    return list(dict.fromkeys(names))


def _row(briefing: Briefing, name: str) -> list[Cell]:
    measure = MEASURES[name]
    form = ".1%" if measure.unit == SHARE else ".3f"
    label = f"{measure.label}, {measure.unit}" if measure.unit != SHARE else measure.label
    cells: list[Cell] = [label]
    for worlds in briefing.worlds:
        found = briefing.at_the_end(worlds, name).within(measure.low, measure.high)
        cells.append(Number.mean(found, form))
        if len(briefing.seeds) > 1:
            cells.append(Range(*found.spread, form))
    return cells


def differing_table(comparison: Comparison, option: Worlds) -> Table:
    """Every key in which an option differs from the base, in words where there are any, rates per step."""
    rows: list[list[Cell]] = [
        list(change_told(one, comparison, option))
        for one in comparison.changes(option)
        if not told_elsewhere(one)
    ]
    mine, theirs = option.agents, comparison.base.agents
    rows += [
        [
            f"Who acts as {agent.replace('_', ' ')}",
            *(one.get(agent, "the model's") for one in (theirs, mine)),
            "",
        ]
        for agent in {**theirs, **mine}
        if theirs.get(agent) != mine.get(agent)
    ]
    both, name = (comparison.base, option), one_line(option.name)
    why = why_strokes(comparison.changes(option), [one.scenario for one in both], [one.name for one in both])
    notes = [*why] if rows else ["Nothing."]
    return Table(["what", "base", name, "key"], rows, title=f"What {name} changes", notes=notes)


def change_told(one: Difference, comparison: Comparison, option: Worlds) -> tuple[str, str, str, str]:
    """A key in which an option differs: in words, the base's value, the option's, and the scenario's key."""
    base = comparison.base.scenario
    return (
        _change_words(one, base, option.scenario),
        per_step(base, one.old),
        per_step(option.scenario, one.new),
        changed_key(one.key) or one.key,
    )


def why_strokes(
    changes: Iterable[Difference], scenarios: Sequence[Scenario], names: Sequence[str]
) -> Iterator[str]:
    """Why a stroke stands for what one of two scenarios has of a key, where it does; sentences."""
    changes = [one for one in changes if not told_elsewhere(one)]
    of_kinds = [{kind.name for kind in scenario.kinds} for scenario in scenarios]
    for without, holder in ((0, 1), (1, 0)):
        strokes = [one.key for one in changes if one[1 + without] is None]
        alone = [kind for kind in of_kinds[holder] - of_kinds[without] if _any_of(kind, strokes)]
        if alone:
            kinds = joined([f"“{one_line(kind)}”" for kind in sorted(alone)])
            yield f"{NONE}: only {one_line(names[holder])} has practices of the kind {kinds}."
        if any(not any(_any_of(kind, [key]) for kind in alone) for key in strokes):
            yield f"{NONE}: {one_line(names[without])} sets nothing of its own there."


def _any_of(kind: str, keys: Iterable[str]) -> bool:
    return any(key.startswith(f"kinds.{kind}.") for key in keys)


def told_elsewhere(one: Difference) -> bool:
    """Whether it is a name, or the step of a change that only one of the two has and that its rows tell."""
    table, last = one.key.partition(".")[0], one.key.rpartition(".")[2]
    only_one = one.old is None or one.new is None
    return (table, last) in (("interventions", "title"), ("kinds", "name")) or (
        (table, last) == ("interventions", "at") and only_one
    )


def _change_words(one: Difference, base: Scenario, option: Scenario) -> str:
    """What a key is; of what an intervention or a kind sets, with when and of whom."""
    table, which, *_ = *one.key.split("."), ""
    word = step_word(option)
    if table == "interventions":
        of_base, of_option = paired(base.interventions, option.interventions)[int(which)]
        change = of_option or of_base
        assert change is not None
        if changed_key(one.key) is None:
            return f"From which {word} what is set holds ({one_line(change.title, 'intervention')})"
        kind = one.key.partition(".set.kinds.")[2].partition(".")[0]
        return f"{meaning(one.key, option)}{_of_whom(kind, one.key, option)}, from {word} {change.at}"
    return f"{meaning(one.key, option)}{_of_whom(which if table == 'kinds' else '', one.key, option)}"


def _of_whom(kind: str, key: str, option: Scenario) -> str:
    """Of which kind of practices a key is; of a key of all, which kinds have a value of their own instead."""
    if kind:
        return f" (kind: {one_line(kind)})"
    apart = [one_line(one.name) for one in option.kinds if (changed_key(key) or key) in dict(leaves(one.set))]
    return f" (not of practices of the kind {joined(apart)}, which has its own)" if apart else ""


def provenance_table(briefing: Briefing) -> Table:
    """What it takes to make the same report again, a row each."""
    rows: list[list[Cell]] = [
        ["lpsim", version_of("lpsim")],
        ["version of the model", str(MODEL_VERSION)],
        ["worlds of each scenario", seeds_of(briefing.seeds)],
    ]
    for worlds in briefing.worlds:
        name = one_line(worlds.name)
        rows.append([f"{name}: title", title_of(worlds)])
        rows.append([f"{name}: digest", worlds.digest])
        changed = worlds.scenario.given.changed.items()
        rows += [[f"{name}: changed", f"{key} = {written(value)}"] for key, value in changed]
        rows += [[f"{name}: {agent.replace('_', ' ')}", place] for agent, place in worlds.agents.items()]
        rows += [
            [f"{name}: {key}", f"{Path(file['path']).name}, SHA-256 {file['sha256']}"]
            for key, file in sorted(worlds.scenario.files().items())
        ]
    if briefing.grid is not None:
        grid = briefing.grid
        rows.append(["worlds of each combination of levers", seeds_of(grid.seeds)])
        for lever in grid.levers:
            rows.append([f"lever: {lever.key}", ", ".join(f"{value:g}" for value in lever.values)])
    return Table(["what", "which"], rows)


# --- levers ---------------------------------------------------------------------------------------


def lever_words(lever: Lever, scenario: Scenario) -> str:
    """What a lever is: in the words of a page's levers, or else in those of the schema."""
    return meaning(lever.key, scenario) + until(scenario, lever.key)


def levers_left_out(why: str) -> str:
    """What stands in place of sliders."""
    return f"There are no sliders: {why}"


def lesson_left_out(why: str) -> str:
    """What stands in place of a lesson."""
    return f"No lesson is told: {why}"


# --- the lesson -----------------------------------------------------------------------------------


def lesson_chosen(briefing: Briefing) -> str:
    """Whose world a lesson is of, how far all lessons of that world got, and why it is this one."""
    if briefing.life is None:
        return ""
    run, base = briefing.life.run, one_line(briefing.worlds[0].name)
    lessons, _ = run.journal()
    table = stage_table(lessons).set_index("stage")["reached"]
    born, when = int(table["born"]), f"{step_word(run.scenario)} {run.scenario.steps}"
    skipped = ("spread", "returned") if run.structure().practices == 1 else ()
    there = [stage for stage in _GOT if stage in table and stage not in skipped]
    got = joined([_GOT[stage].format(_of(int(table[stage]), born)) for stage in there])
    lost = _of(born - still_held(lessons), born)
    whose = f"This is a world of “{base}” (seed {run.seed}){_without(briefing)}."
    many = f"{born:,} {noun(born, 'lesson')} {noun(born, Noun('was', 'were'))} drawn"
    return (
        f"{whose} In it {many}, not counting what most of the team knew already: {got}; {lost} were lost by "
        f"{when}. The one told here was chosen among those that got furthest, so it is no usual one."
    )


def _without(briefing: Briefing) -> str:
    options = [one_line(worlds.name) for worlds in briefing.worlds[1:]]
    return f", without {f'“{options[0]}”' if len(options) == 1 else 'any option'}" if options else ""


def _of(part: int, whole: int) -> str:
    """A share in per cent, or the number where it is less than one in a hundred."""
    if not part:
        return "none"
    return f"{part:,}" if 100 * part < whole else number(part / whole, share=True)


def levers_worlds(briefing: Briefing) -> str:
    """In how many of the worlds the levers were moved, as their numbers are those of these worlds alone."""
    if briefing.grid is None:
        return ""
    moved, all_of_them = len(briefing.grid.seeds), len(briefing.seeds)
    if moved == all_of_them:
        return f"in all the {moved} worlds"
    return f"in the first {moved} of the {all_of_them} worlds, whose means differ a little from those of all"


def levers_from(briefing: Briefing) -> str:
    """From when the levers act, and the options: where that differs, the same value does not do the same."""
    start = f"they act from the start ({step_word(briefing.worlds[0].scenario)} 0)"
    base, *options = (worlds.scenario for worlds in briefing.worlds)
    known = {one.at for one in base.interventions}
    later = sorted({one.at for option in options for one in option.interventions} - known)
    if not later:
        return start
    names = [one_line(worlds.name) for worlds in briefing.worlds[1:]]
    who = f"“{names[0]}” begins" if len(names) == 1 else "what the options set begins"
    word = step_word(base) if len(later) == 1 else plural(step_word(base))
    return f"{start}, while {who} in {word} {joined([str(at) for at in later])}"
