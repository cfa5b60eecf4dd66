"""Freezing one loop at a time tells the loops apart.

Exact where nothing can be questioned: the trajectory is the same bit for bit. Statistical where
nothing is wrong: 120 pairs of practices, one-sided bound of 4.4 standard errors, which a correct model
exceeds less than once in 80,000 times for each of the three measures.
"""

from __future__ import annotations

import numpy as np
import pytest
from worlds import counted

QUESTIONING = {"loops.double.staff": 0.3, "loops.double.practice": 0.3, "loops.double.service": 0.3}
BUSY = {
    "population.practices": 6,
    "network.professional": 1,
    "network.practices": "ring",
    "world.turbulence": 0.01,
    "initial.memory": 0.2,
    "practice.codification.meetings": 0.5,
    "service.networking.meetings": 0.3,
    "service.reporting.share": 0.5,
    "service.guidance.rate": 0.1,
    "service.training.attendance": 0.1,
    "service.training.curriculum": 0.2,
}


def trajectory(lab, overrides: dict) -> list[np.ndarray]:
    """Beliefs and assumptions of every learner after every step."""
    seen = []

    def watch(model) -> None:
        for learners in model.state.levels():
            seen.extend((learners.beliefs.copy(), learners.assumptions.copy()))
        seen.extend((model.state.tenure.copy(), model.state.performance.copy()))

    lab.run(lab.scenario("learning_practice", overrides), 1, 30, until=watch)
    return seen


@pytest.mark.parametrize(
    "nothing_to_question",
    [
        {"loops.double.threshold": 0.0, "world.upheaval": 0.02},
        {"world.domains": 0},
        {"world.domains": 0, "world.upheaval": 0.5, "judgement.standard": "reality"},
    ],
    ids=["threshold 0", "no assumptions", "no assumptions, judged by reality"],
)
def test_double_loop_without_occasion_changes_no_bit(lab, nothing_to_question: dict) -> None:
    without = trajectory(lab, {**BUSY, **nothing_to_question})
    questioned = trajectory(lab, {**BUSY, **nothing_to_question, **QUESTIONING})
    assert len(without) == 30 * 8
    assert all(np.array_equal(*pair) for pair in zip(without, questioned, strict=True))


def test_double_loop_with_occasion_changes_something(lab) -> None:
    """Else the test above would say nothing."""
    without, questioned = trajectory(lab, BUSY), trajectory(lab, {**BUSY, **QUESTIONING})
    assert not all(np.array_equal(*pair) for pair in zip(without, questioned, strict=True))


def test_double_loop_gains_nothing_where_all_assumptions_are_right(lab) -> None:
    """Practices apart from each other and from the service: pairs of the same practice, on and off."""
    right = {
        "population.practices": 60,
        "population.spread": 0.0,
        "roles": {"gp": {"headcount": 5, "turnover": 0.02}},
        "initial.assumption_right": 1.0,
        "initial.shared_culture": 1.0,
        "practice.codification.meetings": 0.3,
        "service.reporting.share": 0.0,
        "service.guidance.rate": 0.0,
    }

    def knowledge(overrides: dict) -> np.ndarray:
        """Of staff on average, of most staff and of the memory, per practice: (3, practices)."""
        scenario = lab.scenario("learning_practice", {**right, **overrides})
        counts = [counted(lab.run(scenario, seed, 30)) for seed in range(2)]
        staff, collective, memory = (
            np.concatenate([getattr(c, name).reshape(60) for c in counts])
            for name in ("staff", "collective", "memory")
        )
        return np.array([staff / 5, collective, memory]) / 60

    gains = knowledge(QUESTIONING) - knowledge({})
    assert gains.any()
    for level, gain in zip(("staff", "most of the team", "the memory"), gains, strict=True):
        assert lab.z(gain, 0.0, of=f"gain of {level}") < 4.4
