"""Runs without tables, for tests that need many: engine in, arrays out; and how far off they are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from worlds import row_of

from lpsim.engines.reference.model import LearningModel
from lpsim.population.build import build
from lpsim.scenario import Scenario

CONFIGS = Path(__file__).parents[2] / "configs"


class Lab:
    """Scenarios of the configs folder, runs of them, and z-scores of what comes out."""

    @staticmethod
    def scenario(name: str, overrides: dict | None = None) -> Scenario:
        return Scenario.load(CONFIGS / f"{name}.toml", overrides)

    @staticmethod
    def run(scenario: Scenario, seed: int, steps: int, *, until=None, prepare=None) -> LearningModel:
        """A model some steps on, or at the first step at which `until(model)` is true.

        `prepare(population)` may change everybody at step 0 and hands the population back.
        """
        population = build(scenario, seed)
        if prepare is not None:
            population = prepare(population)
        model = LearningModel(scenario, population.structure, population.state, seed=seed)
        try:
            for _ in range(steps):
                model.advance()
                if until is not None and until(model):
                    break
        finally:
            model.close()
        return model

    @staticmethod
    def memory(model: LearningModel) -> np.ndarray:
        """Knowledge of each practice's memory, (P,), in [-1, 1]."""
        return model.state.practices.beliefs @ model.state.reality.astype(float) / len(model.state.reality)

    @staticmethod
    def measures(model: LearningModel) -> dict[str, float]:
        """The row of the series at the model's step."""
        return row_of(model)

    @staticmethod
    def settled(model: LearningModel) -> bool:
        """Whether nothing can change any more where only memory and staff learn from each other.

        Everybody holds what the memory says, nobody does better than it, and nobody holds no view
        where no view means a coin: the coins keep falling, so with one 0 left somebody may yet be
        lucky, be counted superior and be copied.
        """
        structure, state = model.structure, model.state
        memory = state.practices.beliefs[structure.staff_practice]
        beliefs = state.staff.beliefs
        obeyed = (beliefs == memory) | (memory == 0)
        if model.guessing:
            obeyed &= beliefs != 0
        right = (beliefs == state.reality).sum(axis=1) - (memory == state.reality).sum(axis=1)
        wrong = (beliefs == -state.reality).sum(axis=1) - (memory == -state.reality).sum(axis=1)
        lead = right - (0 if model.judgement.payoff == "matches" else wrong)
        return bool(obeyed.all() and (lead <= 0).all())

    @staticmethod
    def z(values, expected: float, *, other: float = 0.0) -> float:
        """How many standard errors the mean of independent values is off.

        `other` is the standard error of `expected`, where that was estimated too.
        """
        values = np.asarray(values, dtype=float)
        error = np.hypot(values.std(ddof=1) / np.sqrt(len(values)), other)
        return float((values.mean() - expected) / error)

    @staticmethod
    def z_share(happened, probability) -> float:
        """The same for independent events with known probabilities (one, or one each)."""
        happened = np.asarray(happened, dtype=bool)
        p = np.broadcast_to(np.asarray(probability, dtype=float), happened.shape)
        return float((happened.sum() - p.sum()) / np.sqrt((p * (1 - p)).sum()))


@pytest.fixture(scope="session")
def lab() -> type[Lab]:
    return Lab
