"""Runs without tables, for tests that need many: engine in, arrays out; and how far off they are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, NamedTuple

import numpy as np
import pytest
from worlds import row_of

from lpsim.engines.compiled.engine import CompiledFactory
from lpsim.engines.reference.model import LearningModel
from lpsim.engines.registry import Options
from lpsim.population.build import build
from lpsim.scenario import Scenario
from lpsim.scenario.settings import Settings

if TYPE_CHECKING:
    from lpsim.model.state import State

CONFIGS = Path(__file__).parents[2] / "configs"


class Comparison(NamedTuple):
    """A mean that was found, what was expected of it, and the standard errors of both."""

    of: str
    found: float
    error: float
    expected: float
    error_expected: float

    @property
    def z(self) -> float:
        """How many standard errors the mean is off."""
        return (self.found - self.expected) / float(np.hypot(self.error, self.error_expected))


class Model:
    """A run in the making by the compiled engine, with what tests ask of the reference engine's model."""

    def __init__(self, scenario: Scenario, seed: int) -> None:
        population = build(scenario, seed)
        self.structure, self.settings = population.structure, Settings(scenario)
        self.judgement = scenario.judgement
        self.guessing = scenario.judgement.doubt == "guess"
        self._engine = CompiledFactory(scenario, Options(threads=1)).start(population)
        self.advance, self.observe, self.close = (
            self._engine.advance,
            self._engine.observe,
            self._engine.close,
        )

    @property
    def state(self) -> State:
        """After the last step."""
        return self._engine.state


class Lab:
    """Scenarios of the configs folder, runs of them, and z-scores of what comes out."""

    compared: ClassVar[list[Comparison]] = []
    """Every comparison made so far; `python -m tests.validation` draws them."""

    @staticmethod
    def scenario(name: str, overrides: dict | None = None) -> Scenario:
        return Scenario.load(CONFIGS / f"{name}.toml", overrides)

    @staticmethod
    def run(scenario: Scenario, seed: int, steps: int, *, until=None, prepare=None) -> Model | LearningModel:
        """A model some steps on, or at the first step at which `until(model)` is true.

        `prepare(population)` may change everybody at step 0 and hands the population back. Without it the
        compiled engine makes the run: the tests of engines hold it to the reference engine's to the bit.
        """
        scenario = scenario.adapted({"steps": max(steps, scenario.steps)})
        if prepare is None:
            model = Model(scenario, seed)
        else:
            population = prepare(build(scenario, seed))
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
    def memory(model: Model | LearningModel) -> np.ndarray:
        """Knowledge of each practice's memory, (P,), in [-1, 1]."""
        return model.state.practices.beliefs @ model.state.reality.astype(float) / len(model.state.reality)

    @staticmethod
    def measures(model: Model | LearningModel) -> dict[str, float]:
        """The row of the series at the model's step."""
        return row_of(model)

    @staticmethod
    def settled(model: Model | LearningModel) -> bool:
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

    @classmethod
    def z(cls, values, expected: float, *, other: float = 0.0, of: str = "") -> float:
        """How many standard errors the mean of independent values is off.

        `other` is the standard error of `expected`, where that was estimated too; `of` says what is
        compared, where a test compares several things.
        """
        values = np.asarray(values, dtype=float)
        error = values.std(ddof=1) / np.sqrt(len(values))
        return cls._compare(of, values.mean(), error, expected, other)

    @classmethod
    def z_share(cls, happened, probability, *, of: str = "") -> float:
        """The same for independent events with known probabilities (one, or one each)."""
        happened = np.asarray(happened, dtype=bool)
        p = np.broadcast_to(np.asarray(probability, dtype=float), happened.shape)
        error = np.sqrt((p * (1 - p)).sum()) / p.size
        return cls._compare(of, happened.mean(), error, p.mean(), 0.0)

    @classmethod
    def _compare(cls, of: str, *numbers: float) -> float:
        cls.compared.append(Comparison(of, *map(float, numbers)))
        return cls.compared[-1].z


@pytest.fixture(scope="session")
def lab() -> type[Lab]:
    return Lab
