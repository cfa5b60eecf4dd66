"""Calibration to targets that the model made itself: the truth has to be among what is found acceptable.

    python tests/validation/test_known_truths.py

runs twenty cases by each method, some minutes each, and prints what the tests ask of a few.
"""

import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from lpsim.analysis.calibration import calibrate
from lpsim.analysis.calibration_file import read_plan
from lpsim.analysis.targets import estimates
from lpsim.sweeps.design.sampling import even_shares, values_at
from lpsim.sweeps.runner import sweep

ROOT = Path(__file__).parents[2]
CASES, MOST, TRUE_SEEDS = 20, 60, 10_000
TARGETS = ["born per practice and step", "collective of born", "organizational of collective"]


def plan_of(method, truth=None, **more):
    """A small world with three free keys; targets are the truth's numbers, or stand in for them."""
    values, errors = truth or ([0.5] * 3, [0.1] * 3)
    return {
        "base": str(ROOT / "configs" / "learning_practice.toml"),
        "method": method,
        "samples": 80,
        "replications": 8,
        "held_out": 8,
        "waves": 5,
        "accept": MOST,
        "set": {"population.practices": 2, "steps": 18},
        "targets": [
            {"name": rate, "rate": rate, "value": float(value), "sd": float(error)}
            for rate, value, error in zip(TARGETS, values, errors, strict=True)
        ],
        "factors": [
            {
                "key": "practice.reflection.rate",
                "distribution": {"name": "log_uniform", "low": 0.002, "high": 0.05},
            },
            {"key": "practice.discussion.rate", "range": [0.02, 0.3]},
            {"key": "practice.codification.rate", "range": [0.02, 0.5]},
        ],
        **more,
    }


REDUCED = {"samples": 50, "accept": 30, "waves": 3, "set": {"population.practices": 2, "steps": 12}}


class Case(NamedTuple):
    """What came of one case."""

    accepted: int
    """Points found acceptable."""
    off: float
    """How far the truth is off with the seeds of the calibration; acceptable up to 3."""
    within: int
    """Of so many of the three keys the truth lies between the acceptable points."""
    still: float
    """The share of acceptable points that are so with the seeds held out."""
    agree: int
    """Of so many of the three targets fitted and held-out seeds agree."""
    width: list[float]


def case(number, method, folder, **more):
    """A calibration to what the model gives at a point of its own ranges."""
    plan = read_plan(plan_of(method, **more))
    share = 0.05 + 0.9 * even_shares(CASES, 3, seed=1, draw=999)[number]
    row = tuple(
        values_at(factor, np.array([at]))[0][0] for factor, at in zip(plan.design.factors, share, strict=True)
    )
    design = plan.design.at([row], first_seed=TRUE_SEEDS, replications=40)
    truth = estimates(sweep(design, store=folder / "truth"), design, plan.targets)
    found = calibrate(plan_of(method, (truth.values[0], truth.errors[0]), **more), folder / "calibration")
    again = found.plan.design.at([row])
    seen = estimates(sweep(again, store=folder / "again"), again, found.plan.targets)
    spreads = np.array([target.spread for target in found.plan.targets])
    off = float((np.abs(seen.values - truth.values) / np.hypot(spreads, seen.errors)).max())
    low, high = found.shares.min(axis=0), found.shares.max(axis=0)
    return Case(
        len(found.rows),
        off,
        int(((low <= share) & (share <= high)).sum()),
        found.still_acceptable,
        sum(target.agrees for target in found.targets()),
        [round(key.width, 2) for key in found.free_keys()],
    )


@pytest.mark.parametrize("method", ["history_matching", "abc"])
def test_the_truth_is_among_what_is_found_acceptable_and_seeds_held_out_agree(method, tmp_path):
    found = case(3, method, tmp_path, **REDUCED)
    assert found.off <= 3
    assert found.within >= 2
    assert found.agree >= 2


def main():
    """All cases by both methods."""
    for method in sys.argv[1:] or ["history_matching", "abc"]:
        cases = []
        for number in range(CASES):
            with tempfile.TemporaryDirectory() as folder:
                cases.append(case(number, method, Path(folder)))
            print(method, number, cases[-1], flush=True)
        inside = sum(found.off <= 3 for found in cases)
        within = sum(found.within == 3 for found in cases)
        agree = sum(found.agree == 3 for found in cases)
        still = np.mean([found.still for found in cases])
        print(f"{method}: truth acceptable in {inside} of {CASES}, between the points in {within}; ", end="")
        print(f"held-out seeds agree in {agree}; {still:.2f} of the points are still acceptable with them")


if __name__ == "__main__":
    main()
