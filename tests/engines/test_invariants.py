"""What holds in every run of every scenario, after every step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from strategies import SEEDS, examples, scenarios
from worlds import row_of

import lpsim
from lpsim.engines.reference.model import LearningModel
from lpsim.model.rates import intensities
from lpsim.population.build import build
from lpsim.runs.measures import MEASURES
from lpsim.scenario import Scenario, ScenarioError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpsim.model.state import State, Structure

KNOWLEDGE = [name for name in MEASURES if name.endswith("_knowledge")]
SHARES = [
    name
    for name in MEASURES
    if name.startswith(("known_by", "in_", "assumptions_right")) or name in ("agreement", "practice_spread")
]


def states(scenario: Scenario, seed: int) -> Iterator[tuple[Structure, State, dict[str, Any]]]:
    """The state after every step, from step 0, and what is observed of it."""
    population = build(scenario, seed)
    model = LearningModel(scenario, population.structure, population.state, seed=seed)
    try:
        for step in range(scenario.steps + 1):
            if step:
                model.advance()
            yield population.structure, model.state, row_of(model)
    finally:
        model.close()


def only(values: np.ndarray, *allowed: int) -> bool:
    return bool(np.isin(values, allowed).all())


def between(row: dict[str, Any], names: list[str], low: float, high: float) -> bool:
    values = np.array([row[name] for name in names], dtype=float)
    return bool(((values >= low) & (values <= high) | np.isnan(values)).all())


@examples(60)
@given(scenario=scenarios(), seed=SEEDS)
def test_every_state_of_every_run_is_possible(scenario: Scenario, seed: int):
    issues, domains = scenario.world.issues, scenario.world.domains
    posts = None
    for step, (structure, state, row) in enumerate(states(scenario, seed)):
        assert state.step == row["step"] == step
        assert only(state.reality, -1, 1) and only(state.right_assumptions, -1, 1)
        posts = posts or structure.staff
        sizes = [posts, structure.practices, *structure.bodies]
        for learners, size in zip(state.levels(), sizes, strict=True):
            assert learners.beliefs.shape == (size, issues)
            assert learners.assumptions.shape == (size, domains)
            assert only(learners.beliefs, -1, 0, 1)
            assert only(learners.assumptions, -1, 1)
        for written in (state.practices, *state.service):
            assert not written.beliefs[:, structure.tacit].any()
        assert state.allocation.shape == (structure.practices, 5)
        assert (state.allocation >= 0).all()
        assert (state.allocation.sum(axis=1) == 20).all()
        assert (state.tenure >= 0).all() and (state.tenure <= step).all()
        assert 0 <= state.audited <= issues
        nk = scenario.judgement.payoff == "nk"
        assert (np.abs(state.performance) <= (structure.landscape.greatest if nk else issues)).all()


@examples(60)
@given(scenario=scenarios(), seed=SEEDS)
def test_every_measure_is_in_its_range(scenario: Scenario, seed: int):
    for _, _, row in states(scenario, seed):
        assert between(row, [*KNOWLEDGE, "performance"], -1, 1)
        assert between(row, SHARES, 0, 1)
        assert row["known_by_most"] <= row["known_by_someone"]
        for name in MEASURES:
            empty = name.startswith("assumptions_right") and not scenario.world.domains
            assert np.isnan(row[name]) == empty or name == "performance"
        assert np.isnan(row["performance"]) or row["step"] > 0


@examples(30)
@given(scenario=scenarios(), seed=SEEDS)
def test_the_same_scenario_and_seed_give_the_same_run_to_the_last_bit(scenario: Scenario, seed: int):
    def trace() -> list[bytes]:
        held = []
        for _, state, row in states(scenario, seed):
            levels = [x for level in state.levels() for x in (level.beliefs, level.assumptions)]
            arrays = [state.reality, state.right_assumptions, state.allocation, state.tenure, *levels]
            numbers = np.array([row[name] for name in MEASURES], dtype=float)
            held += [array.tobytes() for array in (*arrays, state.performance, numbers)]
        return held

    assert trace() == trace()


@examples(15)
@given(scenario=scenarios(), seed=SEEDS)
def test_simulate_returns_what_the_model_went_through(scenario: Scenario, seed: int):
    run = lpsim.simulate(scenario, seed=seed)
    again = lpsim.simulate(scenario, seed=seed)
    pd.testing.assert_frame_equal(run.series, again.series, check_exact=True)
    pd.testing.assert_frame_equal(run.groups, again.groups, check_exact=True)
    assert list(run.series.columns) == ["step", *MEASURES]
    assert list(run.groups.columns)[:2] == ["step", "group"]
    measured = run.groups.drop(columns=["step", "group"])
    assert ((measured.abs() <= 1) | measured.isna()).all(axis=None)
    every, last = scenario.record.every, scenario.steps
    recorded = [s for s in range(last + 1) if s % every == 0 or s == last]
    assert run.series["step"].tolist() == recorded
    rows = [row for _, _, row in states(scenario, seed) if row["step"] in recorded]
    expected = pd.DataFrame(rows, columns=["step", *MEASURES])
    # Measured from the first observation, of which a single state knows nothing: see test_measures.py.
    expected["time_moved"] = run.series["time_moved"]
    pd.testing.assert_frame_equal(run.series, expected, check_exact=True)


@pytest.mark.parametrize("base", [1e-18, 1e-9, 0.02, 0.999])
@pytest.mark.parametrize("half", [1e-18, 0.005, 1.0])
def test_every_protected_time_that_is_accepted_has_intensities(base: float, half: float):
    time = {"enabled": True, "base": base, "half": half}
    try:
        scenario = Scenario().replace({f"protected_time.{key}": value for key, value in time.items()})
    except ScenarioError:
        return
    found = intensities(scenario, (4, 4, 4, 4, 4))
    assert np.isfinite(found).all() and min(found) >= 0
