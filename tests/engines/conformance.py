"""What an engine must do to conform: the trajectory of the reference engine, bit for bit.

No engine is imported here that could not be a mutated one (see `nursery`).
"""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from worlds import EVERYTHING_ON, ON_A_LANDSCAPE, counted, differing, everything, started

from lpsim.lessons.stages import tables
from lpsim.model.counts import Counts, empty_counts_of_many, one_of
from lpsim.population.build import Builder
from lpsim.scenario import Scenario

STANDARD = "reference"
"""The engine that all others are held against."""


class Trajectory(NamedTuple):
    """Every value of the state, and every count, before and after each step; and the lessons, if followed."""

    states: list[dict[str, Any]]
    counts: list[Counts]
    lessons: tuple[pd.DataFrame, ...]


_standards: dict[tuple[str, bool, int, int], Trajectory] = {}


def standard(scenario, seed, steps=None):
    """The trajectory of the reference engine, which is made once of what several engines are tried with."""
    steps = scenario.steps if steps is None else steps
    key = scenario.digest, scenario.record.lessons, seed, steps
    if key not in _standards:
        while len(_standards) >= 100:
            del _standards[next(iter(_standards))]
        _standards[key] = _trajectory(scenario, seed, steps)
    return _standards[key]


def _trajectory(scenario, seed, steps):
    model, structure = started(STANDARD, scenario, seed)
    states, counts = [everything(model)], [counted(model, structure)]
    for _ in range(steps):
        model.advance()
        states.append(everything(model))
        counts.append(counted(model, structure))
    followed = () if model.journal is None else tables(model.journal)
    model.close()
    return Trajectory(states, counts, followed)


def assert_same_trajectory(engine, scenario, seed, steps=None):
    """Every value of the state, and every count, after every step."""
    name, threads = engine if isinstance(engine, tuple) else (engine, 1)
    expected = standard(scenario, seed, steps)
    model, structure = started(name, scenario, seed, threads=threads)
    try:
        for step, (state, counts) in enumerate(zip(expected.states, expected.counts, strict=True)):
            if step:
                model.advance()
            assert (step, differing(state, everything(model))) == (step, set())
            for field, one, two in zip(Counts._fields, counts, counted(model, structure), strict=True):
                assert np.array_equal(one, two), field
        if expected.lessons:
            for one, two in zip(expected.lessons, tables(model.journal), strict=True):
                pd.testing.assert_frame_equal(one, two, check_exact=True)
    finally:
        model.close()


ALIKE = {
    "population.spread": 0,
    "network.rewire": 0.0,
    "network.professional": 0,
    "kinds": [],
    "interventions": [{"at": 3, "set": {"practice.discussion.rate": 0.6, "loops.depth": 0.9}}],
}
"""What makes the worlds of runs the only thing their seeds tell apart."""


def assert_same_side_by_side(scenario, seeds):
    """Every count after every step, and every plane in the end, of runs moved by one call."""
    from lpsim.engines.compiled.engine import CompiledEngine
    from lpsim.engines.compiled.packing import lanes_of

    builder = Builder(scenario)
    assert builder.only_worlds_differ
    structure, starts, _ = builder.build_together(seeds)
    together = CompiledEngine(scenario, structure, starts)
    counts = empty_counts_of_many(structure, range(scenario.steps + 1), len(seeds))
    together.observe_runs(counts, 0)
    together.advance_runs(scenario.steps, counts)
    for run, seed in enumerate(seeds):
        expected = standard(scenario, seed)
        for place, name in enumerate(Counts._fields):
            seen = np.concatenate([one[place] for one in expected.counts])
            assert np.array_equal(seen, one_of(counts, run)[place]), (seed, name)
        planes, end = one_of(together._stacked, run), expected.states[-1]
        beliefs, assumptions = (
            np.concatenate([end[name] for name in end if name.endswith(f".{what}")])
            for what in ("beliefs", "assumptions")
        )
        assert np.array_equal(lanes_of(planes.held, scenario.world.issues), beliefs != 0)
        assert np.array_equal(lanes_of(planes.assume, scenario.world.domains), assumptions > 0)
        agenda = [lanes_of(words, scenario.world.issues) for words in (planes.agenda, planes.agenda_yes)]
        assert np.array_equal(agenda, [end["agenda"] != 0, end["agenda"] > 0])
        for name in ("tenure", "allocation"):
            assert np.array_equal(end[name], getattr(planes, name)), name


# --- as plain Python ------------------------------------------------------------------------------

WITH_LESSONS = {
    "record.lessons": True,
    "turnover.prior": 0.6,
    "service.reporting.rate": 0.9,
    "service.reporting.share": 1.0,
    "turnover.experienced": 0.3,
    **{f"roles.{role}.turnover": 0.3 for role in ("gp", "nurse", "administration")},
}
PLAIN = [
    {**WITH_LESSONS, "steps": 4, "population.practices": 3},
    {**WITH_LESSONS, "steps": 8, "population.practices": 6},
    {},
    {"network.rewire": 0.8},
    {
        "practice.learning_step": "gradual",
        "practice.discussion.rule": "best",
        "judgement.doubt": "abstain",
        "network.rewire": 0.0,
        "network.professional": 0,
        "turnover.experienced": 1.0,
        **{f"roles.{role}.turnover": 0.5 for role in ("gp", "nurse", "administration")},
    },
    {
        "judgement.payoff": "bundles",
        "world.bundle": 13,
        "loops.triple.review": 1,
        "loops.triple.imitate": 0.5,
        "protected_time.allocation": {
            "reflection": 2,
            "discussion": 2,
            "codification": 2,
            "questioning": 7,
            "outreach": 7,
        },
        "practice.discussion.rule": "majority",
        "network.rewire": 0.0,
        "network.professional": 0,
    },
    {**ON_A_LANDSCAPE, "record.lessons": True, "network.staff": "line", "practice.trial.rate": 1.0},
]
"""What tries every branch in few steps."""


def plain_comparisons():
    """A way to compare, a scenario and seeds for each entry of `PLAIN`, and for three of runs side by side.

    The small ones are for haste.
    """
    small = {"population.practices": 4, "world.issues": 65, "world.domains": 5, "steps": 5}
    for changes in PLAIN:
        yield _one_by_one, Scenario().replace({**EVERYTHING_ON, **small, **changes}), [5]
    landscape = {**ALIKE, **ON_A_LANDSCAPE, "world.issues": 8, "steps": 3}
    yield assert_same_side_by_side, Scenario().replace({**EVERYTHING_ON, **landscape}), [5, 6]
    together = {**small, **ALIKE, "loops.triple.review": 1, "loops.triple.imitate": 0.8}
    for sizes in ({"population.practices": 6}, {"population.practices": 3, "steps": 3}):
        yield assert_same_side_by_side, Scenario().replace({**EVERYTHING_ON, **together, **sizes}), [5, 6]


def _one_by_one(scenario, seeds):
    for seed in seeds:
        assert_same_trajectory("compiled", scenario, seed)


def compare_as_plain_python(first=0, *, alone=False):
    """Make all comparisons, beginning with that of a number; or that one alone."""
    comparisons = list(plain_comparisons())
    for compare, scenario, seeds in (
        [comparisons[first]] if alone else comparisons[first:] + comparisons[:first]
    ):
        compare(scenario, seeds)


def prepare_to_compare(first=0):
    """Make what the engine is held against in the comparison of a number, without the engine."""
    _, scenario, seeds = list(plain_comparisons())[first]
    for seed in seeds:
        standard(scenario, seed)
