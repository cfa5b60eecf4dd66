"""Fang, Lee & Schilling (2010): how much isolation of subgroups is best, at their own size.

280 people in 40 subgroups, 100 issues; what is compared are shapes. Equilibrium comes after about
20 steps without ties between groups, 80 in a random network and 200 at a share of .15. A contrast
must be larger than 4 standard errors of its 5 seeds; were there none, it would be in 1 of 125 choices of
seeds (t with 4 degrees of freedom, one side). The seeds are fixed.
"""

from __future__ import annotations

import numpy as np

BOUND = 4.0
STEPS = {0.0: 20, 0.15: 200, 1.0: 80}


def equilibrium(lab, bundle: int, rewire: float, repetitions: int) -> np.ndarray:
    """Performance in [0, 1], one value per run."""
    scenario = lab.scenario("fang2010", {"world.bundle": bundle, "network.rewire": rewire})
    models = [lab.run(scenario, seed, STEPS[rewire]) for seed in range(repetitions)]
    return np.array([lab.measures(model)["performance"] for model in models])


def test_interdependent_work_wants_some_isolation(lab) -> None:
    """Bundles of five: an inverted U (.03, .88 and .73 in a re-implementation's 20 runs)."""
    isolated, some, random = (equilibrium(lab, 5, rewire, 5) for rewire in (0.0, 0.15, 1.0))
    assert lab.z(some - isolated, 0.0, of="some isolation minus full") > BOUND
    assert lab.z(some - random, 0.0, of="some isolation minus none") > BOUND
    assert lab.z(random - isolated, 0.0, of="no isolation minus full") > BOUND
    assert isolated.max() < 0.1


def test_independent_work_wants_none(lab) -> None:
    """Bundles of one: a plateau (.59, 1 and 1) of means; at .15 one world in twenty ends at .97 to .99."""
    isolated, some, random = (equilibrium(lab, 1, rewire, 5) for rewire in (0.0, 0.15, 1.0))
    assert (isolated < 0.7).all()
    assert some.mean() > 0.98
    assert random.mean() > 0.98
