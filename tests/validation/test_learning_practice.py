"""The main scenario: individual and collective learning are easy, organizational learning is harder.

The file learning_practice.toml as it stands, 40 practices over ten years. Contrasts are paired by seed:
what a seed decides is decided alike on both sides, except for what the lever touches. A contrast must
be larger than 4 standard errors of its pairs; were there none, it would be in 1 of 35 (3 pairs) or 1 of
71 choices of seeds (4 pairs; one-sided t), and must have the right sign in every pair besides. The
seeds are fixed.
"""

from __future__ import annotations

import numpy as np
import pytest

import lpsim

BOUND = 4.0
LEVELS = ("staff_knowledge", "collective_knowledge", "practice_knowledge", "service_knowledge")


def after_ten_years(lab, name: str, seeds: int, overrides: dict | None = None) -> np.ndarray:
    """Knowledge by level and seed: (levels, seeds)."""
    scenario = lab.scenario(name, overrides)
    assert scenario.steps == 120
    rows = [lab.measures(lab.run(scenario, seed, 120)) for seed in range(seeds)]
    return np.array([[row[level] for row in rows] for level in LEVELS])


@pytest.fixture(scope="module")
def main(lab) -> np.ndarray:
    return after_ten_years(lab, "learning_practice", 5)


def test_order_of_the_levels(main) -> None:
    """Staff and most of the team know more than the records, and these more than the service."""
    staff, collective, memory, service = main
    assert (staff > memory).all()
    assert (collective > memory).all()
    assert (memory > service).all()


def test_without_reflection_nothing_new_is_learned(lab, main) -> None:
    seeds = 3
    without = after_ten_years(lab, "learning_practice", seeds, {"practice.reflection.rate": 0.0})
    for level in range(3):
        falls = main[level, :seeds] - without[level]
        assert (falls > 0).all()
        assert lab.z(falls, 0.0, of=f"fall of {LEVELS[level]}") > BOUND


def test_without_codification_only_people_know(lab) -> None:
    """The memories stay empty, exactly, and so does the guidance of a service that hears of none."""
    staff, collective, memory, service = after_ten_years(lab, "no_memory", 2, {"population.practices": 10})
    assert not memory.any()
    assert not service.any()
    assert (staff > 0).all()
    assert (collective > 0).all()


def test_tripled_turnover_takes_knowledge_from_staff(lab) -> None:
    """Teams rise and memories hardly change, so nothing is asserted of them."""
    staying, leaving = (
        np.array(
            [run.column("staff_knowledge")[-1] for run in lpsim.simulate_many(lab.scenario(name), range(20))]
        )
        for name in ("learning_practice", "high_turnover")
    )
    assert lab.z(staying - leaving, 0.0, of="fall of staff_knowledge") > BOUND
