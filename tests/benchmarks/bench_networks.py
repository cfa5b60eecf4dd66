"""How long ties at the size of England take: 6,100 practices of 31 staff in four roles."""

from __future__ import annotations

import numpy as np

from lpsim.model.draws import Draws
from lpsim.model.state import uid
from lpsim.population.networks import staff_ties
from lpsim.scenario.parameters import Network

PRACTICES = 6_100
HEADS = (7, 4, 5, 15)


def england():
    """Arrays of 189,100 staff."""
    posts = np.array([uid(0, 0, role, number) for role, n in enumerate(HEADS) for number in range(n)])
    practice = np.repeat(np.arange(PRACTICES), len(posts))
    roles = np.repeat(np.arange(len(HEADS)), HEADS)
    return {
        "staff_uid": (practice << 24 | np.tile(posts, PRACTICES)).astype(np.uint64),
        "staff_practice": practice.astype(np.int32),
        "staff_role": np.tile(roles, PRACTICES).astype(np.int32),
        "first_staff": np.arange(PRACTICES + 1, dtype=np.int64) * len(posts),
    }


def test_complete_rewired_and_professional_ties_of_england(benchmark):
    network, staff = Network(rewire=0.05, professional=4), england()
    ties = benchmark(staff_ties, network, Draws(1), **staff)
    assert len(ties.offsets) == 189_101


def test_complete_ties_of_england(benchmark):
    ties = benchmark(staff_ties, Network(), Draws(1), **england())
    assert len(ties.neighbours) == 189_100 * 30
