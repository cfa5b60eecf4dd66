"""Change one lever, and only what the lever touches changes."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from worlds import EVERYTHING_ON, differing, everything, start

from lpsim.model.draws import Draws, Stream, threshold
from lpsim.model.schedule import Level
from lpsim.scenario import Scenario

SEED = 32
BASE = Scenario().replace(
    {
        **EVERYTHING_ON,
        "kinds": [],
        "interventions": [],
        "population.spread": 0.0,
        "network.professional": 0,
        "network.rewire": 0.0,
        "judgement.doubt": "abstain",
        "practice.reflection.rate": 0.03,
    }
)

ALONE = {
    "population.spread": 0.0,
    "network.practices": "none",
    "network.staff": "none",
    "network.rewire": 0.0,
    "network.professional": 0,
    "practice.socialisation.rate": 0.0,
    "practice.discussion.rate": 0.0,
    "practice.codification.rate": 0.0,
    "practice.analysis.share": 0.0,
    "world.specialisation": 0.0,  # who meets which cases depends on who else is there
    "service.networking.rate": 0.0,
    "service.reporting.rate": 0.0,
    "service.guidance.rate": 0.0,
    "service.training.attendance": 0.0,
    "service.training.curriculum": 0.0,
    "turnover.experienced": 0.0,
    "loops.triple.imitate": 0.0,
    "loops.triple.review": 0,
    "kinds": [],
    "interventions": [],
}
"""Nobody learns from anybody else."""


def after(setting, steps, seed=SEED):
    model = start(setting, seed)
    for _ in range(steps):
        model.step()
    return model


def stepped(overrides, steps=1):
    return everything(after(BASE.replace(overrides), steps))


@pytest.mark.parametrize(
    ("lever", "touched"),
    [
        ({"practice.reflection.rate": 0.04}, {"staff.beliefs", "agenda"}),
        ({"practice.reflection.noise": 0.6}, {"staff.beliefs", "agenda"}),
        ({"practice.discussion.rate": 0.5}, {"staff.beliefs", "staff.assumptions"}),
        ({"practice.socialisation.rate": 0.5}, {"staff.beliefs", "staff.assumptions"}),
        ({"service.training.uptake": 0.8}, {"staff.beliefs", "staff.assumptions"}),
        ({"service.training.attendance": 0.8}, {"staff.beliefs", "staff.assumptions"}),
        ({"practice.codification.rate": 0.6}, {"practices.beliefs", "practices.assumptions"}),
        ({"service.networking.rate": 0.8}, {"practices.beliefs", "practices.assumptions"}),
        (
            {"service.reporting.rate": 0.8},
            {f"service.{t}.{vector}" for t in range(3) for vector in ("beliefs", "assumptions")},
        ),
        (
            {"service.guidance.rate": 0.8},
            {"practices.beliefs", "practices.assumptions"}
            | {f"service.{t}.{vector}" for t in range(2) for vector in ("beliefs", "assumptions")},
        ),
        ({"loops.double.staff": 0.9}, {"staff.assumptions"}),
        ({"loops.double.practice": 0.9}, {"practices.assumptions"}),
        (
            {"loops.double.service": 0.9},
            {"service.0.assumptions", "service.1.assumptions", "service.2.assumptions"},
        ),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_lever_of_learning_touches_in_its_step_only_what_it_writes(lever, touched):
    changed = differing(stepped({}), stepped(lever))
    assert changed
    assert changed <= touched


def test_a_higher_rate_of_reflection_adds_cases_and_takes_none_away():
    def beliefs(rate, **more):
        setting = {"practice.reflection.rate": rate, "practice.reflection.noise": 0.0, **more}
        return after(BASE.replace({**ALONE, **setting}), 1).state.staff.beliefs

    without, low, high = beliefs(0.0), beliefs(0.03), beliefs(0.04)
    met, meets_more = low != without, high != without
    assert (met & ~meets_more).sum() == 0
    assert np.array_equal(low[met], high[met])
    assert met.sum() < meets_more.sum()


def test_the_difference_after_one_step_is_where_the_lever_drew_otherwise():
    """Reflection .03 → .04: beliefs can differ only where a draw lies between the two."""
    on = {
        "protected_time.enabled": False,
        "protected_time.allocation_spread": 0,
        "loops.triple.review": 0,
        "world.specialisation": 0.0,
    }
    low = after(BASE.replace(on), 1)
    high = after(BASE.replace({**on, "practice.reflection.rate": 0.04}), 1)
    differ = low.state.staff.beliefs != high.state.staff.beliefs
    assert differ.any()
    draws = Draws(SEED)
    for person in low.learners[Level.STAFF]:
        experience = BASE.roles[person.role].experience
        drawn = [
            draws.mask(Stream.REFLECTION, 1, person.uid, threshold(rate * experience), 70)
            for rate in (0.03, 0.04)
        ]
        assert not (differ[person.row] & ~(drawn[1] & ~drawn[0])).any()


def of_uids(model):
    """Beliefs, assumptions and tenure by uid."""
    state, uids = model.state, model.structure.staff_uid.tolist()
    rows = zip(uids, state.staff.beliefs, state.staff.assumptions, state.tenure, strict=True)
    return {key: (*b.tolist(), *a.tolist(), int(t)) for key, b, a, t in rows}


MORE = [
    {"population.practices": 8},
    {"roles.gp.headcount": 5},
    {"roles.administration.headcount": 8},
]


@pytest.mark.parametrize("more", MORE, ids=str)
def test_one_more_leaves_the_start_of_all_others(more):
    few, many = start(BASE, SEED), start(BASE.replace(more), SEED)
    one, two = of_uids(few), of_uids(many)
    assert len(two) > len(one)
    assert all(two[key] == value for key, value in one.items())
    practices = few.structure.practices
    for vector in ("beliefs", "assumptions"):
        found = getattr(many.state.practices, vector)[:practices]
        assert np.array_equal(getattr(few.state.practices, vector), found)
    assert not differing(
        {k: v for k, v in everything(few).items() if k.startswith(("service", "reality", "right"))},
        {k: v for k, v in everything(many).items() if k.startswith(("service", "reality", "right"))},
    )


@pytest.mark.parametrize("more", MORE, ids=str)
def test_without_shared_channels_one_more_leaves_the_whole_life_of_all_others(more):
    few, many = start(BASE.replace(ALONE), SEED), start(BASE.replace({**ALONE, **more}), SEED)
    begun = of_uids(few)
    for _ in range(12):
        few.step()
        many.step()
        one, two = of_uids(few), of_uids(many)
        assert all(two[key] == value for key, value in one.items())
        assert np.array_equal(few.state.reality, many.state.reality)
    assert all(one[key] != value for key, value in begun.items())


def test_what_is_recorded_and_how_things_are_called_changes_nothing():
    other = BASE.replace({"title": "x", "step": "round", "record.every": 7, "steps": 50})
    assert not differing(stepped({}, 4), everything(after(other, 4)))


def test_seeds_differ():
    assert differing(everything(start(BASE, 1)), everything(start(BASE, 2)))


def test_the_same_run_twice_in_one_process():
    assert not differing(stepped({}, 4), stepped({}, 4))


def digest():
    """A digest of a run with everything on."""
    state = everything(after(Scenario().replace(EVERYTHING_ON), 5))
    whole = hashlib.sha256()
    for name in sorted(state):
        whole.update(name.encode())
        whole.update(np.ascontiguousarray(state[name]).astype("<i8").tobytes())
    return whole.hexdigest()


@pytest.mark.slow
def test_the_same_run_in_another_process_with_any_number_of_threads():
    here = Path(__file__).parents[1]
    code = "import test_common_random_numbers as t; print(t.digest())"
    runs = []
    for threads in ("1", "2"):
        environment = {
            **os.environ,
            "NUMBA_NUM_THREADS": threads,
            "PYTHONHASHSEED": threads,
            "PYTHONPATH": os.pathsep.join([str(here), str(here / "model"), str(here.parent)]),
        }
        command = [sys.executable, "-W", "error", "-c", code]
        runs.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment))
    expected = digest()
    for run in runs:
        with run:
            output, _ = run.communicate(timeout=120)
        assert run.returncode == 0
        assert output.strip() == expected
