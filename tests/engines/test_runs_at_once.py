"""Runs that one call moves: of many seeds, of drawn sizes, of other rates; each is as it is alone."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import SEEDS, examples, scenarios

import lpsim
from lpsim.engines.behaviours import Own
from lpsim.engines.compiled.engine import CompiledFactory
from lpsim.population.build import Builder
from lpsim.runs.run import TABLES
from lpsim.runs.simulate import Simulator
from lpsim.scenario import Scenario

COMPLETE = {
    "network.staff": "complete",
    "network.staff_small_world": 0.1,
    "network.staff_density": 0.05,
    "network.staff_degree": 4,
}
STEADY = {"interventions": [], "protected_time.allocation_spread": 0, "loops.triple.review": 0}


def undrawn(scenario, **changes):
    """A scenario whose seeds draw nothing of the structure, but for what the changes let them."""
    alike = {"population.spread": 0, "network.rewire": 0.0, "network.professional": 0, "kinds": []}
    if scenario.network.staff in ("small_world", "random"):
        alike |= COMPLETE
    if scenario.network.practices in ("small_world", "random"):
        alike["network.practices"] = "ring"
    of_kinds = any("kinds." in key for change in scenario.interventions for key in change.set)
    if of_kinds:
        alike["interventions"] = []
    return scenario.adapted({**alike, **changes})


def assert_same_tables(run, scenario, seed):
    alone = lpsim.simulate(scenario, seed=seed, engine="reference")
    for name in TABLES:
        pd.testing.assert_frame_equal(run.tables[name], alone.tables[name], check_exact=True)
    assert run.provenance["population"] == alone.provenance["population"]


@examples(40)
@given(scenario=scenarios(), seed=SEEDS)
def test_runs_made_together_leave_the_tables_they_leave_alone(scenario, seed):
    scenario = undrawn(scenario, **{f"roles.{role}.headcount": 2 for role in scenario.roles})
    assert Builder(scenario).only_worlds_differ
    seeds = [seed, seed ^ 1, seed ^ 2]
    for one, run in zip(seeds, lpsim.simulate_many(scenario, seeds), strict=True):
        assert_same_tables(run, scenario, one)


@examples(40)
@given(scenario=scenarios(), seed=SEEDS)
def test_runs_of_other_sizes_made_together_leave_the_tables_they_leave_alone(scenario, seed):
    scenario = undrawn(scenario, **COMPLETE, **{"population.spread": 0.9, "world.specialisation": 0.0})
    builder, seeds = Builder(scenario), [seed, seed ^ 1, seed ^ 2]
    assert builder.only_sizes_differ
    assert builder.build_together(seeds)[1].teams is not None
    for one, run in zip(seeds, lpsim.simulate_many(scenario, seeds), strict=True):
        assert_same_tables(run, scenario, one)


@examples(20)
@given(scenario=scenarios(), spread=st.sampled_from([0.0, 0.9]), seed=SEEDS)
def test_scenarios_one_after_the_other_leave_the_tables_they_leave_alone(scenario, spread, seed):
    """Those that share how they begin, their people, their people and ties, or nothing."""
    first = undrawn(scenario, **{"population.spread": spread})
    rates = first.adapted({"practice.codification.rate": 0.4, "judgement.doubt": "guess"})
    longer = rates.adapted({"steps": rates.steps + 1})
    starts = longer.adapted({"initial.prior": 0.35, "initial.right": 0.8})
    ties = rates.adapted({**COMPLETE, "network.staff": "none"})
    simulator, seeds = Simulator(Own.of()), [seed, seed ^ 1]
    one_by_one = (first, rates, longer, starts, ties, scenario, rates)
    for one, own, run in simulated(simulator, one_by_one, seeds):
        assert_same_tables(run, one, own)


def test_a_scenario_without_kinds_shares_nothing_with_one_before_it_that_has_some():
    plain = undrawn(Scenario()).adapted({"population.practices": 4, "steps": 3, "network.practices": "none"})
    kinds = plain.adapted({"kinds": [{"name": "large", "share": 0.5}]})
    for one, own, run in simulated(Simulator(Own.of()), (kinds, plain, kinds), [1, 2]):
        assert_same_tables(run, one, own)


@examples(20)
@given(scenario=scenarios(), spread=st.sampled_from([0.0, 0.9]), seed=SEEDS, data=st.data())
def test_scenarios_that_only_rates_tell_apart_are_made_at_once_and_leave_the_tables_they_leave_alone(
    scenario, spread, seed, data
):
    """Staff who know each other all, so that drawn sizes go together as well."""
    plain = {**COMPLETE, "population.spread": spread, "world.specialisation": 0.0, "record.lessons": False}
    first = undrawn(scenario, **plain, **STEADY)
    rates = st.sampled_from([0.1, 0.3, 0.9])
    points = [
        first.adapted({key: data.draw(rates) for key in ("practice.codification.rate", "roles.gp.turnover")})
        for _ in range(3)
    ]
    groups, seeds = [], [seed, seed ^ 1]
    with pytest.MonkeyPatch.context() as patch:
        start = CompiledFactory.start_together
        patch.setattr(
            CompiledFactory,
            "start_together",
            lambda *given: (groups.append(1 + len(given[3])), start(*given))[1],
        )
        made = list(simulated(Simulator(Own.of()), points, seeds))
    assert groups == [3]
    for one, own, run in made:
        assert_same_tables(run, one, own)


def simulated(simulator, those, seeds):
    """Each scenario and seed, and the run made of both."""
    pairs = [(one, seed) for one in those for seed in seeds]
    for (one, seed), run in zip(pairs, simulator.many(those, seeds), strict=True):
        yield one, seed, run


@pytest.mark.parametrize(
    "moving",
    [
        {"world.specialisation": 0.5},
        {"steps": 7},
        {"judgement.doubt": "guess"},
        {"practice.analysis.share": 0.5, "practice.analysis.rate": 0.5},
        {"protected_time.enabled": True, "protected_time.allocation_spread": 5},
        {"protected_time.enabled": True, "loops.triple.review": 3},
        {"initial.prior": 0.5},
        {"population.practices": 4},
        {"record.every": 2},
    ],
)
def test_scenarios_that_more_than_rates_tell_apart_leave_the_tables_they_leave_alone(moving):
    small = {"population.practices": 3, "steps": 6, "network.practices": "none", "world.specialisation": 0.0}
    first = Scenario().adapted({**small, "practice.analysis.share": 0.0})
    other = first.adapted(moving)
    again = other.adapted({"practice.codification.rate": 0.9})
    for one, own, run in simulated(Simulator(Own.of()), (first, other, again, first), [1, 2]):
        assert_same_tables(run, one, own)


def test_which_cases_roles_meet_is_not_taken_from_the_scenario_before():
    small = {"population.practices": 3, "population.spread": 0.0, "steps": 6, "network.practices": "none"}
    special = Scenario().adapted({**small, "world.specialisation": 0.8})
    plain = special.adapted({"world.specialisation": 0.0})
    assert Builder(plain).only_worlds_differ
    simulator = Simulator(Own.of())
    for one, seed, run in simulated(simulator, (special, plain, special), [1, 2]):
        assert_same_tables(run, one, seed)
