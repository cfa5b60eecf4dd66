"""What every engine must pass: the trajectory of the reference engine, bit for bit."""

import itertools
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conformance import ALIKE, STANDARD, assert_same_side_by_side, assert_same_trajectory
from hypothesis import given
from strategies import SEEDS, examples, scenarios, specialised
from worlds import EVERYTHING_ON, ON_A_LANDSCAPE, counted, started

import lpsim
from lpsim.engines.compiled.irregular_ties import exceptions
from lpsim.engines.registry import ENGINES, Options
from lpsim.model.counts import Counts, empty_counts
from lpsim.model.payoffs import PAYOFFS
from lpsim.model.peer_rules import PEER_RULES
from lpsim.model.schedule import SCHEDULE
from lpsim.population.build import build
from lpsim.runs.run import LESSON_TABLES, TABLES
from lpsim.scenario import Scenario

NOTHING_ON = {
    "steps": 12,
    "population.practices": 5,
    "network.practices": "ring",
    "network.degree": 2,
    "practice.reflection.rate": 0.0,
    "practice.discussion.rate": 0.0,
    "practice.codification.rate": 0.0,
    "practice.socialisation.rate": 0.0,
    "service.reporting.rate": 0.0,
    "service.guidance.rate": 0.0,
    "service.networking.rate": 0.0,
    "forgetting.practice": 0.0,
    "forgetting.service": 0.0,
    "initial.prior": 0.6,
    "initial.right": 0.6,
    "initial.memory": 0.5,
    **{f"roles.{role}.turnover": 0.0 for role in Scenario().roles},
}
ONE_ON = {
    "turbulence": {"world.turbulence": 0.1, "world.upheaval": 0.1},
    "turnover": {"roles.gp.turnover": 0.3, "turnover.experienced": 0.5, "service.training.curriculum": 0.4},
    "forgetting": {"forgetting.staff": 0.1, "forgetting.practice": 0.1, "forgetting.service": 0.1},
    "acting": {"judgement.doubt": "guess", "judgement.coverage": 0.5},
    "reflection": {"practice.reflection.rate": 0.3},
    "discussion": {"practice.discussion.rate": 0.5},
    "networking": {"service.networking.rate": 0.5, "service.networking.meetings": 0.8},
    "trial": {"practice.trial.rate": 0.8},
    "socialisation": {"practice.socialisation.rate": 0.3},
    "guidance": {"service.guidance.rate": 0.3},
    "training": {"service.training.attendance": 0.5},
    "revision": {"practice.revision.rate": 0.5},
    "codification": {"practice.codification.rate": 0.3, "practice.codification.meetings": 0.8},
    "reporting": {"service.reporting.rate": 0.3, "service.reporting.share": 0.8},
    "analysis": {
        "practice.analysis.share": 0.7,
        "practice.analysis.rate": 0.5,
        "practice.analysis.record": 0.5,
        "practice.reflection.rate": 0.3,
    },
    "questioning": {f"loops.double.{level}": 0.5 for level in ("staff", "practice", "service")},
    "reform": {
        "protected_time.enabled": True,
        "loops.triple.review": 3,
        "loops.triple.imitate": 0.5,
        "practice.codification.rate": 0.3,
        "practice.discussion.rate": 0.3,
    },
}
"""What switches each process of the schedule on, where nothing else is."""
CONFIGS = [
    path
    for part in ("", "policy")
    for path in sorted((Path(__file__).parents[2] / "configs" / part).glob("*.toml"))
]
ON_THREADS = {"": 1, " on two threads": 2}
TRIED = {
    f"{name}{words}": (name, threads)
    for name, entry in ENGINES.items()
    for words, threads in ON_THREADS.items()
    if name != STANDARD and (threads == 1 or entry.threads)
}


@pytest.fixture(params=TRIED)
def engine(request):
    """The name of an engine and its number of threads."""
    return TRIED[request.param]


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_every_scenario_file_gives_the_same_trajectory(engine, path):
    scenario = Scenario.load(path)
    if scenario.population.practices > 6:
        scenario = scenario.replace({"population.practices": 6})
    assert_same_trajectory(engine, scenario, seed=1, steps=min(scenario.steps, 24))


ODD_SIZES = [(1, 0), (1, 1), (63, 63), (64, 7), (65, 65), (127, 0), (127, 100), (1000, 130)]


@pytest.mark.parametrize(("issues", "domains"), ODD_SIZES)
def test_sizes_around_whole_words_give_the_same_trajectory(engine, issues, domains):
    size = {"world.issues": issues, "world.domains": domains, "population.practices": 3, "steps": 6}
    size |= {} if domains else {"world.specialisation": 0.0}
    scenario = Scenario().replace({**EVERYTHING_ON, **size, "loops.double.evidence": 1})
    assert_same_trajectory(engine, scenario, seed=2)


@pytest.mark.parametrize("process", [*ONE_ON, "nothing"])
def test_each_process_alone_gives_the_same_trajectory(engine, process):
    scenario = Scenario().replace({**NOTHING_ON, **ONE_ON.get(process, {})})
    assert_same_trajectory(engine, scenario, seed=3)


@pytest.mark.parametrize("rule", PEER_RULES)
@pytest.mark.parametrize("payoff", PAYOFFS)
def test_every_rule_and_payoff_gives_the_same_trajectory(engine, rule, payoff):
    rules = {"practice.discussion.rule": rule, "service.networking.rule": rule, "judgement.payoff": payoff}
    rules |= {"world.bundle": 5 if payoff == "bundles" else 1, "population.practices": 8, "steps": 12}
    rules |= ON_A_LANDSCAPE if payoff == "nk" else {}
    assert_same_trajectory(engine, Scenario().replace({**EVERYTHING_ON, **rules}), seed=4)


@pytest.mark.parametrize("rule", PEER_RULES)
@pytest.mark.parametrize("rewire", [0.02, 0.1, 0.8])
def test_every_rule_and_share_of_ties_elsewhere_gives_the_same_trajectory(engine, rule, rewire):
    """From practices that meet nearly as one to people who know hardly a colleague."""
    ties = {"practice.discussion.rule": rule, "network.rewire": rewire, "network.professional": 3}
    scenario = Scenario().replace({**EVERYTHING_ON, **ties, "population.practices": 8, "steps": 8})
    compiled, _ = started("compiled", scenario, 6)
    together = compiled.fixed.together
    assert together.any() == (rewire < 0.8)
    assert_same_trajectory(engine, scenario, seed=6)


@pytest.mark.parametrize(
    "ties",
    [
        {},
        {"network.rewire": 0.3},
        {"network.rewire": 1.0, "network.professional": 2},
        {"network.professional": 3},
        {"network.staff": "none"},
        {"population.practices": 1},
    ],
)
def test_strangers_and_missing_colleagues_are_those_that_the_ties_name(ties):
    structure = build(Scenario().replace({"population.practices": 7, **ties}), 3).structure
    found, first = exceptions(structure), structure.first_staff.tolist()
    exceptional = [0] * structure.practices
    for person, practice in enumerate(structure.staff_practice.tolist()):
        team = set(range(first[practice], first[practice + 1])) - {person}
        peers = set(structure.staff_ties.of(person).tolist())
        exceptional[practice] += len(peers ^ team)
        for name, whom in (("stranger", peers - team), ("missing", team - peers)):
            begin, end = found[f"first_{name}"][person : person + 2]
            assert found[f"{name}s" if name == "stranger" else name][begin:end].tolist() == sorted(whom)
    teams = [last - start for start, last in itertools.pairwise(first)]
    expected = [2 * count <= n * (n - 1) for count, n in zip(exceptional, teams, strict=True)]
    assert found["together"].tolist() == expected


@pytest.mark.parametrize("rule", PEER_RULES)
@pytest.mark.parametrize("payoff", PAYOFFS)
@pytest.mark.parametrize("doubt", ["guess", "abstain"])
def test_runs_side_by_side_have_the_trajectories_they_have_alone(rule, payoff, doubt):
    rules = {"practice.discussion.rule": rule, "judgement.payoff": payoff, "judgement.doubt": doubt}
    sizes = {"population.practices": 4, "world.issues": 65, "world.bundle": 13, "steps": 7}
    sizes |= {**ON_A_LANDSCAPE, "world.bundle": 1} if payoff == "nk" else {}
    scenario = Scenario().replace({**EVERYTHING_ON, **ALIKE, **rules, **sizes})
    assert_same_side_by_side(scenario, [5, 6, 2**64 - 1])


@pytest.mark.slow
def test_as_plain_python_it_gives_the_same_trajectory_with_every_index_checked():
    """With the compiler off an index out of range or below 0 is an error; compiled it is garbage."""
    strictly = "import plain_python; plain_python.refuse_negative_indices()"
    code = f"{strictly}; import conformance; conformance.compare_as_plain_python()"
    here = Path(__file__).parents[1]
    path = os.pathsep.join(map(str, (here, here / "engines", here.parent)))
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": path}
    found = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    assert (found.returncode, found.stderr) == (0, "")


@examples(150)
@given(scenario=scenarios(), seed=SEEDS)
def test_every_valid_scenario_gives_the_same_trajectory(scenario, seed):
    assert_same_trajectory("compiled", scenario, seed)


@examples(100)
@given(scenario=scenarios(), seed=SEEDS)
def test_every_valid_scenario_gives_the_same_lessons(scenario, seed):
    assert_same_trajectory("compiled", scenario.replace({"record.lessons": True}), seed)


@examples(60)
@given(scenario=specialised(), seed=SEEDS)
def test_whoever_meets_which_cases_the_trajectory_and_the_lessons_are_the_same(scenario, seed):
    assert_same_trajectory("compiled", scenario, seed)


@pytest.mark.parametrize("space", [1, 7, 100])
def test_lessons_are_the_same_however_often_the_journal_runs_out_of_space(space, monkeypatch):
    monkeypatch.setattr("lpsim.engines.compiled.journal_arrays.CAPACITY", space)
    small = {"population.practices": 4, "steps": 8, "record.lessons": True}
    assert_same_trajectory("compiled", Scenario().replace({**EVERYTHING_ON, **small}), seed=4)


@examples(40)
@given(scenario=scenarios(), seed=SEEDS)
def test_the_trajectory_is_the_same_on_two_threads(scenario, seed):
    assert_same_trajectory(("compiled", 2), scenario, seed)


def test_both_engines_leave_the_same_run():
    scenario = Scenario.load(CONFIGS[0].parent / "one_practice.toml")
    runs = [lpsim.simulate(scenario, seed=3, engine=engine) for engine in ("compiled", "reference")]
    for name in (*TABLES, *LESSON_TABLES):
        pd.testing.assert_frame_equal(*(getattr(run, name) for run in runs), check_exact=True)
    assert [run.provenance["engine"] for run in runs] == ["compiled", "reference"]


def test_every_process_of_the_schedule_is_tried_alone():
    assert set(ONE_ON) == {process.name for process in SCHEDULE}


@examples(60)
@given(scenario=scenarios(), seed=SEEDS)
def test_many_steps_at_once_leave_the_same_tables(scenario, seed):
    """Whole runs: the compiled engine stops for interventions and reviews only, and counts as it goes."""
    runs = [lpsim.simulate(scenario, seed=seed, engine=engine) for engine in ("compiled", "reference")]
    for name in TABLES:
        pd.testing.assert_frame_equal(*(getattr(run, name) for run in runs), check_exact=True)


def test_observing_a_state_changes_nothing_and_observes_it_whole():
    scenario = Scenario().replace({**EVERYTHING_ON, "population.practices": 5, "steps": 7})
    engine, structure = started("compiled", scenario, 1, threads=2)
    whole = empty_counts(structure, range(8))
    engine.observe(whole, 0)
    engine.advance_until(7, whole)
    alone, _ = started("compiled", scenario, 1)
    for step in range(8):
        if step:
            alone.advance()
        for name, one, other in zip(Counts._fields, counted(alone), whole, strict=True):
            assert np.array_equal(one[0], other[step]), (name, step)
    engine.close()


def test_the_compiled_engine_goes_on_no_further_than_it_has_room_for():
    scenario = lpsim.Scenario().adapted({"population.practices": 2, "steps": 2})
    population = build(scenario, 1)
    engine = ENGINES["compiled"].make(scenario, Options()).start(population)
    engine.advance()
    engine.advance()
    with pytest.raises(ValueError, match="step 3 is beyond the scenario's last, 2"):
        engine.advance()
