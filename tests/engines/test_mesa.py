"""The reference engine is a Mesa model as Mesa's users expect one, and Mesa's own tools take it."""

import inspect

import mesa
import numpy as np
import pandas as pd
import pytest
from mesa.batchrunner import batch_run

import lpsim
from lpsim.errors import InputError
from lpsim.runs.measures import LEVELS
from lpsim.scenario import Scenario
from tests import own

SMALL = Scenario().adapted(
    {"steps": 5, "population.practices": 2, "world.issues": 12, "world.domains": 2, "initial.prior": 0.5}
)


def series(seed=1, **more):
    return lpsim.simulate(SMALL, seed=seed, engine="reference", **more).series


def test_it_is_made_of_a_scenario_and_a_seed_and_stepped():
    model = lpsim.LearningModel(SMALL, seed=3)
    for _ in range(SMALL.steps):
        assert model.running
        model.step()
    assert not model.running
    expected = series(3).iloc[-1]
    assert {name: expected[name] for name in LEVELS} == model.levels


def test_it_is_made_of_a_scenario_that_ships_too():
    assert len(lpsim.LearningModel("one_practice").agents_by_type[lpsim.Practice]) == 1
    with pytest.raises(InputError, match="no scenario of that name ships"):
        lpsim.LearningModel("one_practise")


def test_its_agents_are_there_by_their_types():
    model = lpsim.LearningModel(SMALL, staff_member=own.Silent)
    kinds = {own.Silent, lpsim.Practice, lpsim.HealthService}
    assert set(model.agents_by_type) == kinds
    assert len(model.agents) == sum(len(model.agents_by_type[kind]) for kind in kinds)
    assert len(model.agents_by_type[lpsim.Practice]) == 2
    assert model.agents.select(lambda agent: agent.uid >= 0).get("uid")


def test_its_collector_has_the_levels_of_the_series_to_the_last_bit():
    model = lpsim.LearningModel(SMALL, seed=2)
    model.run_model()
    found = model.datacollector.get_model_vars_dataframe().reset_index(drop=True)
    pd.testing.assert_frame_equal(
        found, series(2)[list(LEVELS)].iloc[1:].reset_index(drop=True), check_exact=True
    )


class Collecting(lpsim.LearningModel):
    """A model with a collector of its own."""

    def __init__(self, scenario, *, seed=1):
        super().__init__(scenario, seed=seed)
        self.datacollector = mesa.DataCollector(
            model_reporters={"staff": lambda model: model.levels["staff_knowledge"]},
            agenttype_reporters={lpsim.StaffMember: {"tenure": "tenure"}},
        )


def test_a_collector_of_ones_own_takes_its_place():
    model = Collecting(SMALL)
    model.run_model()
    assert (
        model.datacollector.get_model_vars_dataframe()["staff"].tolist()
        == (series()["staff_knowledge"].tolist()[1:])
    )
    tenures = model.datacollector.get_agenttype_vars_dataframe(lpsim.StaffMember)
    assert len(tenures) == SMALL.steps * len(model.agents_by_type[lpsim.StaffMember])


@pytest.mark.parametrize("kind", [lpsim.LearningModel, Collecting])
def test_mesas_batch_run_makes_the_same_runs(kind):
    other = SMALL.adapted({"practice.reflection.rate": 0.9})
    seeds, name = [1, 2], "staff_knowledge" if kind is lpsim.LearningModel else "staff"
    parameters, more = {"scenario": [SMALL, other]}, {"max_steps": 100, "display_progress": False}
    if "rng" in inspect.signature(batch_run).parameters:  # Mesa 3.4 and later
        rows = batch_run(kind, parameters, rng=seeds, **more)
    else:
        rows = batch_run(kind, {**parameters, "seed": seeds}, **more)
    found = {(row["scenario"].digest, row["seed"]): row[name] for row in rows}
    assert found == {
        (scenario.digest, seed): lpsim.simulate(scenario, seed=seed, engine="reference")
        .series["staff_knowledge"]
        .iloc[-1]
        for scenario in (SMALL, other)
        for seed in seeds
    }


def test_what_cannot_be_is_refused():
    with pytest.raises(InputError, match="seed: found None; allowed is a whole number"):
        lpsim.LearningModel(SMALL, seed=None)
    with pytest.raises(InputError, match="overrides nothing"):
        lpsim.LearningModel(SMALL, staff_member=own.Mistyped)
    with pytest.raises(InputError, match=r"staff_member: tests\.own has no Silnet"):
        lpsim.LearningModel(SMALL, staff_member="tests.own:Silnet")
    with pytest.raises(InputError, match=r"structure, state: found 7; give both .* the seed by its name"):
        lpsim.LearningModel(SMALL, 7)
    with pytest.raises(InputError, match=r"scenario: found \(1, 2\); .* a list of them, even of one"):
        lpsim.LearningModel((1, 2))
    for seed in (True, 1.5, -1, 2**64):
        with pytest.raises(InputError, match="allowed is a whole number from 0"):
            lpsim.LearningModel(SMALL, seed=seed)


def test_a_seed_may_be_numpys_and_a_class_given_by_its_place():
    model = lpsim.LearningModel(SMALL, seed=np.int64(3), staff_member="tests.own:Silent")
    model.run_model()
    expected = series(3, staff_member=own.Silent).iloc[-1]
    assert {name: expected[name] for name in LEVELS} == model.levels
