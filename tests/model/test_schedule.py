"""The schedule is what the code does: one name per process everywhere, and no order of activation."""

import ast
import re
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import mesa
import numpy as np
import pytest
from worlds import EVERYTHING_ON, differing, everything, start

from lpsim.engines.compiled import changeover, events, kernels, reform
from lpsim.engines.reference.agents import HealthService, Practice, StaffMember
from lpsim.engines.reference.model import LearningModel
from lpsim.model import schedule
from lpsim.model.draws import Stream
from lpsim.model.schedule import EVERYONE, SCHEDULE, Level, Part, Phase, in_words
from lpsim.scenario import Scenario
from lpsim.scenario.keys import CHANGEABLE, OF_A_KIND, OF_A_ROLE

HERE = Path(__file__).parents[1]
ODD = (HERE.parent / "docs" / "ODD.md").read_text(encoding="utf-8")
PERFORMERS = {
    Level.STAFF: StaffMember,
    Level.PRACTICE: Practice,
    Level.SERVICE: HealthService,
    Level.WORLD: LearningModel,
}
KERNELS = (changeover, events, kernels, reform)
NAMES = [process.name for process in SCHEDULE]
BEFORE_STEP_1 = {"START", "POPULATION", "NETWORK"}
STEPS = 6
LEVEL_NAMES = ("staff", "practices", "service.0", "service.1", "service.2")


def test_names_and_labels_stand_once():
    assert len(set(NAMES)) == len(NAMES)
    assert len({process.label for process in SCHEDULE}) == len(SCHEDULE)


def test_the_odd_has_the_processes_of_the_schedule():
    """By label and name, in their order; the snapshot between B and C is no process."""
    rows = re.findall(r"^\| (\S+) \| \[(\w+)\]\(#\2\)", ODD, re.MULTILINE)
    assert rows == [(process.label, process.name) for process in SCHEDULE]


def test_phases_follow_each_other():
    order = list(Phase)
    found = [order.index(process.phase) for process in SCHEDULE]
    assert found == sorted(found)


@pytest.mark.parametrize("process", SCHEDULE, ids=NAMES)
def test_a_process_is_a_method_of_those_who_take_part(process):
    assert process.who
    for level in process.who:
        assert callable(getattr(PERFORMERS[level], process.name))


@pytest.mark.parametrize("process", SCHEDULE, ids=NAMES)
def test_a_process_is_a_kernel(process):
    modules = [module for module in KERNELS if callable(getattr(module, process.name, None))]
    defined = [getattr(module, process.name).__module__ for module in modules]
    assert len(set(defined)) == 1


@pytest.mark.parametrize("process", SCHEDULE, ids=NAMES)
def test_and_of_nobody_else(process):
    for level in {*EVERYONE, Level.WORLD} - set(process.who):
        assert not callable(getattr(PERFORMERS[level], process.name, None)), level


@pytest.mark.parametrize("process", SCHEDULE, ids=NAMES)
def test_a_process_is_a_heading_of_the_odd(process):
    assert re.search(rf"^#+ .*\b{process.name}\b", ODD, re.MULTILINE | re.IGNORECASE)


def test_the_headings_of_the_odd_are_in_the_order_of_the_schedule():
    headings = re.findall(r"^#### (\w+)$", ODD, re.MULTILINE)
    assert [name for name in headings if name in NAMES] == NAMES


@pytest.mark.parametrize("process", SCHEDULE, ids=NAMES)
def test_the_odd_says_what_a_process_reads_and_writes(process):
    reads, writes = in_words(process.reads), in_words(process.writes)
    assert f"\n| {process.label} | {process.name} | {reads} | {writes} |\n" in ODD


VARIABLES = {
    ("World", "reality `r`"): Part.REALITY,
    ("World", "right assumptions `F`"): Part.RIGHT_ASSUMPTIONS,
    ("Member of staff", "beliefs"): Part.STAFF_BELIEFS,
    ("Member of staff", "assumptions"): Part.STAFF_ASSUMPTIONS,
    ("Member of staff", "tenure"): Part.TENURE,
    ("Practice", "memory"): Part.MEMORIES,
    ("Practice", "assumptions"): Part.PRACTICE_ASSUMPTIONS,
    ("Practice", "agenda"): Part.AGENDA,
    ("Practice", "allocation"): Part.ALLOCATION,
    ("Practice", "performance sum"): Part.PERFORMANCE,
    ("Body of the wider service", "guidance"): Part.GUIDANCE,
    ("Body of the wider service", "assumptions"): Part.SERVICE_ASSUMPTIONS,
}
"""State variables of the ODD, by entity."""
ENTITIES = {
    "World": Level.WORLD,
    "Member of staff": Level.STAFF,
    "Practice": Level.PRACTICE,
    "Body of the wider service": Level.SERVICE,
}


def labels(text, level):
    """The processes of a level that a list like "A2, C1–C4" names."""
    order = [process.label for process in SCHEDULE]
    for item in text.split(", "):
        first, _, last = item.partition("–")
        span = SCHEDULE[order.index(first) : order.index(last or first) + 1]
        yield from (process for process in span if level in process.who)


@pytest.mark.parametrize(("entity", "variable"), VARIABLES)
def test_the_odd_says_which_processes_change_a_state_variable(entity, variable):
    section = ODD.split(f"\n**{entity}**")[1].split("\n**")[0]
    (changes,) = re.findall(rf"^\| {re.escape(variable)} \| .*? \| (.*?) \| .*? \|$", section, re.MULTILINE)
    part, level = VARIABLES[entity, variable], ENTITIES[entity]
    assert list(labels(changes, level)) == [process for process in SCHEDULE if part in process.writes]


def test_the_list_at_the_head_of_the_schedule_is_the_schedule():
    assert re.findall(r"^\d+\. (\w+)", schedule.__doc__, re.MULTILINE) == NAMES


@pytest.mark.parametrize("process", SCHEDULE, ids=NAMES)
def test_a_process_has_a_class_of_tests(process):
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in (HERE / "engines").glob("test_*.py")]
    classes = {node.name: node for tree in trees for node in tree.body if isinstance(node, ast.ClassDef)}
    tests = [
        node
        for node in classes[f"Test{process.name.capitalize()}"].body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]
    assert len(tests) >= 3


@pytest.mark.parametrize("process", SCHEDULE, ids=NAMES)
def test_a_process_is_the_prefix_of_its_streams(process):
    assert any(stream.name.split("_")[0] == process.name.upper() for stream in Stream)


def test_every_stream_belongs_to_a_process_or_to_the_start():
    prefixes = {stream.name.split("_")[0] for stream in Stream} - {"OWN", "SWEEP"}  # not of a run
    assert prefixes == {name.upper() for name in NAMES} | BEFORE_STEP_1


def test_a_step_does_the_schedule_in_order(monkeypatch):
    done = []

    def noted(owner, name):
        original = getattr(owner, name)

        def method(self):
            level = getattr(self, "level", Level.WORLD)
            if done[-1:] != [(name, level)]:
                done.append((name, level))
            return original(self)

        monkeypatch.setattr(owner, name, method)

    for process in SCHEDULE:
        for level in process.who:
            noted(PERFORMERS[level], process.name)
    start(Scenario().replace({"population.practices": 2}), 1).step()
    # Inherited methods call their parent's, which notes the same name and level again: no entry.
    assert done == [(process.name, level) for process in SCHEDULE for level in process.who]


# --- synchronous updating ------------------------------------------------------------------------------


def trajectory(order, seed, **changes):
    model = start(Scenario().replace({**EVERYTHING_ON, **changes}), seed)
    for level, agents in model.learners.items():
        model.learners[level] = mesa.agent.AgentSet(order(list(agents)), random=model.random)
    states = [everything(model)]
    for _ in range(STEPS):
        model.step()
        states.append(everything(model))
    return states


@lru_cache(maxsize=1)  # what is held against each of the orders that follow
def as_given(**changes):
    return trajectory(list, 5, **changes)


ORDERS = {
    "reversed": lambda agents: agents[::-1],
    "rotated": lambda agents: agents[len(agents) // 3 + 1 :] + agents[: len(agents) // 3 + 1],
    "odd first": lambda agents: agents[1::2] + agents[::2],
}


@pytest.mark.parametrize("order", ORDERS)  # the first to vary
@pytest.mark.parametrize("rule", ["superiors", "best", "majority"])
@pytest.mark.parametrize("learning_step", ["direct", "gradual"])
def test_the_order_in_which_agents_are_asked_never_matters(order, rule, learning_step):
    changes = {
        "practice.discussion.rule": rule,
        "service.networking.rule": rule,
        "practice.learning_step": learning_step,
    }
    other = trajectory(ORDERS[order], 5, **changes)
    assert not any(differing(one, two) for one, two in zip(as_given(**changes), other, strict=True))


def test_everything_moved_in_that_world():
    states = trajectory(list, 5)
    assert differing(states[0], states[-1]) == set(states[0])
    for one, two in pairwise(states):
        assert {"staff.beliefs", "practices.beliefs"} <= differing(one, two)


LEARNING = [process for process in SCHEDULE if process.phase is not Phase.WORLD]


@pytest.mark.parametrize(
    ("process", "level"),
    [(process, level) for process in LEARNING for level in process.who],
    ids=lambda value: value.name,
)
def test_a_process_reads_others_only_as_they_were(process, level):
    """Whatever earlier processes wrote at the other levels meanwhile, the outcome is the same."""
    outcomes = []
    for scrambled in (False, True):
        model = start(Scenario().replace(EVERYTHING_ON), 5)
        for _ in range(3):
            model.step()
        model.state.step += 1
        model.before.take(model.state)
        if process.name not in ("turnover", "forgetting"):
            model.audit()
            for everybody in EVERYONE:
                if process.name != "acting":
                    model.learners[everybody].do("acting")
        names = {Level.STAFF: "staff", Level.PRACTICE: "practices", Level.SERVICE: "service"}
        if scrambled:
            for name, learners in zip(LEVEL_NAMES, model.state.levels(), strict=True):
                if not name.startswith(names[level]):
                    learners.beliefs[:] = -1
                    learners.assumptions *= -1
        model.learners[level].do(process.name)
        outcomes.append(
            {
                name: value
                for name, value in everything(model).items()
                if name.startswith((names[level], "tenure", "allocation", "performance"))
            }
        )
    assert not differing(*outcomes)


def test_a_phase_begins_with_a_snapshot():
    model = start(Scenario().replace(EVERYTHING_ON), 5)
    model.step()
    snapshot = (model.before.staff, model.before.practices, *model.before.service)
    for now, before in zip(model.state.levels(), snapshot, strict=True):
        assert not np.shares_memory(now.beliefs, before.beliefs)
        assert not np.shares_memory(now.assumptions, before.assumptions)
    for level, agents in model.learners.items():
        for learner in agents:
            rows = model.state.levels()[level:]
            assert any(np.shares_memory(learner.beliefs, x.beliefs) for x in rows)
            assert any(np.shares_memory(learner.before.beliefs, x.beliefs) for x in snapshot[level:])


def test_the_odd_says_which_keys_kinds_and_interventions_may_set_of_a_role_and_of_ones_own():
    interventions = ODD.split("Keys that can change:")[1].split("Keys that cannot")[0]
    kinds = ODD.split("`set` may hold numbers of")[1].split("\n**")[0]
    for text, keys in ((interventions, CHANGEABLE), (kinds, OF_A_KIND)):
        assert "own.*" in keys
        assert [key for key in (*OF_A_ROLE, "own.*") if f"`{key}`" not in text] == []


CITED = re.compile(r"([A-Z]\w+(?:(?:,\s[A-Z]\w+)*\s&\s[A-Z]\w+|\set\sal\.)?)\s\(?((?:19|20)\d\d)\b")


def test_who_is_cited_in_the_odd_stands_in_its_references():
    text, references = re.sub(r"\n +", " ", ODD).split("\n## References\n")
    cited = [(re.findall(r"[A-Z]\w+", names), year) for names, year in CITED.findall(text) if names != "July"]
    assert len(cited) > 10
    for names, year in cited:
        entries = [line for line in references.splitlines() if f" ({year}). " in line]
        assert [entry for entry in entries if all(name in entry for name in names)], (names, year)
