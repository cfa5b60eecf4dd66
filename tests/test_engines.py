"""What every engine must pass: the trajectory of the reference engine, bit for bit."""

import copy
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from strategies import SEEDS, scenarios
from test_invariants import examples
from worlds import differing, everything

import lpsim
from lpsim.engines.compiled.engine import CompiledEngine
from lpsim.engines.reference.agents import StaffMember
from lpsim.engines.reference.model import LearningModel
from lpsim.errors import InputError
from lpsim.lessons.stages import tables
from lpsim.population import build
from lpsim.run import LESSON_TABLES, TABLES
from lpsim.scenario import Scenario

CONFIGS = sorted((Path(__file__).parents[1] / "configs").glob("*.toml"))
ENGINES = {
    "compiled": CompiledEngine,
    "compiled on two threads": partial(CompiledEngine, threads=2),
}


@pytest.fixture(params=ENGINES)
def engine(request):
    """How to start an engine."""
    return ENGINES[request.param]


def assert_same_trajectory(start, scenario, seed, steps=None):
    """Every value of the state, and every count, after every step."""
    population = build(scenario, seed)
    own = copy.deepcopy(population.state)
    reference = LearningModel(scenario, population.structure, population.state, seed=seed)
    other = start(scenario, population.structure, own, seed=seed)
    try:
        for step in range(1 + (steps or scenario.steps)):
            if step:
                reference.advance()
                other.advance()
            assert (step, differing(everything(reference), everything(other))) == (step, set())
            one, two = reference.observe(), other.observe()
            for name, value in vars(one).items():
                assert np.array_equal(value, vars(two)[name]) or name in ("guidance", "in_guidance")
        if reference.journal is not None:
            for one, two in zip(tables(reference.journal), tables(other.journal), strict=True):
                pd.testing.assert_frame_equal(one, two, check_exact=True)
    finally:
        reference.close()
        other.close()


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_every_scenario_file_gives_the_same_trajectory(engine, path):
    scenario = Scenario.load(path)
    if scenario.population.practices > 6:
        scenario = scenario.replace({"population.practices": 6})
    assert_same_trajectory(engine, scenario, seed=1, steps=min(scenario.steps, 24))


@examples(150)
@given(scenario=scenarios(), seed=SEEDS)
def test_every_valid_scenario_gives_the_same_trajectory(scenario, seed):
    assert_same_trajectory(ENGINES["compiled"], scenario, seed)


@examples(100)
@given(scenario=scenarios(), seed=SEEDS)
def test_every_valid_scenario_gives_the_same_lessons(scenario, seed):
    assert_same_trajectory(ENGINES["compiled"], scenario.replace({"record.lessons": True}), seed)


@examples(40)
@given(scenario=scenarios(), seed=SEEDS)
def test_the_trajectory_is_the_same_on_two_threads(scenario, seed):
    assert_same_trajectory(ENGINES["compiled on two threads"], scenario, seed)


def test_a_behaviour_of_ones_own_is_refused_by_the_compiled_engine_which_names_the_other():
    class Own(StaffMember):
        """Somebody."""

    with pytest.raises(InputError, match="no behaviours of one's own; use engine='reference'"):
        lpsim.simulate(Scenario(), seed=1, staff_member=Own)


def test_both_engines_leave_the_same_run():
    scenario = Scenario.load(CONFIGS[0].parent / "one_practice.toml")
    runs = [lpsim.simulate(scenario, seed=3, engine=engine) for engine in ("compiled", "reference")]
    for name in (*TABLES, *LESSON_TABLES):
        pd.testing.assert_frame_equal(*(getattr(run, name) for run in runs), check_exact=True)
    assert [run.provenance["engine"] for run in runs] == ["compiled", "reference"]
