"""The main scenario, against a prototype of the model by another hand.

Its values over sixty worlds, the effect of each lever paired on seeds, and how far lessons get. The prototype
draws other numbers, so both sides have a standard error; 3.3 of them together are allowed, which one
comparison in a thousand exceeds by chance. Of the levers it told half-widths of .002 to .007, so .007 stands
for all.
"""

from __future__ import annotations

import numpy as np
import pytest

import lpsim
from lpsim.lessons.stages import counted as of_practices

SEEDS = range(1, 61)
ALLOWED = 3.3
COLUMNS = (
    *("staff_knowledge", "collective_knowledge", "practice_knowledge", "service_knowledge"),
    *("known_by_someone", "known_by_most", "in_practice_memory", "in_practice_memory_wrong"),
    "in_service_guidance",
)
PROTOTYPE = {
    24: (0.228, 0.295, 0.103, 0.004, 0.772, 0.406, 0.197, 0.093, 0.012),
    60: (0.312, 0.354, 0.190, 0.029, 0.858, 0.607, 0.365, 0.176, 0.062),
    120: (0.326, 0.353, 0.219, 0.050, 0.870, 0.645, 0.434, 0.215, 0.133),
}
LEVELS_ERRORS = {
    24: (0.004, 0.005, 0.002, 0.003),
    60: (0.005, 0.005, 0.004, 0.005),
    120: (0.005, 0.006, 0.004, 0.007),
}
"""Of the four levels; of the shares the prototype told none, so lpsim's own stand for both."""
ROLES = ("gp", "nurse", "direct_care", "administration")
LEVERS = {
    "protected time of 5 %": (
        {"protected_time.enabled": True, "protected_time.share": 0.05},
        {"staff_knowledge": 0.061, "practice_knowledge": 0.072},
    ),
    "a meeting every month": (
        {"practice.discussion.meetings": 1.0},
        {"staff_knowledge": 0.052, "practice_knowledge": 0.022},
    ),
    "noise halved": (
        {"practice.reflection.noise": 0.075},
        {"staff_knowledge": 0.052, "practice_knowledge": 0.038},
    ),
    "peer groups of five": (
        {"network.practices": "groups", "network.groups": 5, "service.networking.meetings": 0.25},
        {"staff_knowledge": 0.026, "practice_knowledge": 0.074},
    ),
    "reporting and guidance": (
        {"service.reporting.share": 0.3, "service.guidance.rate": 0.05},
        {"staff_knowledge": 0.025, "practice_knowledge": 0.089, "service_knowledge": 0.261},
    ),
    "recording": (
        {"practice.codification.meetings": 0.8},
        {"staff_knowledge": 0.024, "practice_knowledge": 0.110},
    ),
    "twice the reflection": (
        {"practice.reflection.rate": 0.015},
        {"staff_knowledge": 0.023, "practice_knowledge": 0.020},
    ),
    "all speak": (
        {f"roles.{role}.voice": 1.0 for role in ROLES},
        {"staff_knowledge": 0.020, "practice_knowledge": 0.045},
    ),
    "revision": ({"practice.revision.rate": 0.5}, {"staff_knowledge": 0.018, "practice_knowledge": 0.011}),
    "double loop": (
        {"loops.double.staff": 0.05, "loops.double.practice": 0.05},
        {"staff_knowledge": 0.014, "practice_knowledge": 0.008},
    ),
    "quick induction": (
        {"practice.socialisation.rate": 0.2},
        {"staff_knowledge": -0.015, "practice_knowledge": -0.009},
    ),
    "doctors alone speak": (
        {f"roles.{role}.voice": 0.0 for role in ROLES[1:]},
        {"staff_knowledge": -0.040, "practice_knowledge": -0.071},
    ),
    "four times the turnover": (
        {"roles.gp.turnover": 0.04, "roles.nurse.turnover": 0.048}
        | {f"roles.{role}.turnover": 0.06 for role in ROLES[2:]},
        {"staff_knowledge": -0.046, "practice_knowledge": -0.003},
    ),
    "no codification": (
        {"practice.codification.meetings": 0.0},
        {"staff_knowledge": -0.007, "practice_knowledge": -0.145},
    ),
    "no analysis": (
        {"practice.analysis.share": 0.0},
        {"staff_knowledge": -0.106, "practice_knowledge": -0.077},
    ),
}
LESSONS = {
    "right": 0.60,
    "raised": 0.63,
    "analysed": 0.37,
    "collective": 0.55,
    "organizational": 0.21,
    "spread": 0.30,
    "system": 0.0014,
}
"""The share of new lessons that are right, and that got so far; 1.91 are born per practice and month."""


@pytest.fixture(scope="module")
def main_scenario(lab):
    return lab.scenario("learning_practice")


@pytest.fixture(scope="module")
def worlds(main_scenario):
    """(60, T + 1, C) what was found in each world, by step and measure."""
    return observed(main_scenario)


def observed(scenario) -> np.ndarray:
    return np.array([run.series[list(COLUMNS)].to_numpy() for run in lpsim.simulate_many(scenario, SEEDS)])


@pytest.mark.parametrize("month", PROTOTYPE)
def test_the_main_scenario_gives_the_prototypes_values(lab, worlds, month):
    for number, (name, expected) in enumerate(zip(COLUMNS, PROTOTYPE[month], strict=True)):
        values = worlds[:, month, number]
        told = LEVELS_ERRORS[month][number : number + 1]
        error = told[0] if told else values.std(ddof=1) / np.sqrt(len(SEEDS))
        rounded = np.hypot(error, 0.0005)
        assert abs(lab.z(values, expected, other=rounded, of=f"{name}, {month}")) < ALLOWED, name


@pytest.mark.parametrize("lever", LEVERS)
def test_a_lever_has_the_effect_that_it_has_in_the_prototype(lab, main_scenario, worlds, lever):
    changes, expected = LEVERS[lever]
    gained = observed(main_scenario.replace(changes))[:, -1] - worlds[:, -1]
    for name, effect in expected.items():
        values = gained[:, COLUMNS.index(name)]
        error = values.std(ddof=1) / np.sqrt(len(SEEDS)) if name == "service_knowledge" else 0.007 / 1.96
        assert abs(lab.z(values, effect, other=error, of=f"{lever}: {name}")) < ALLOWED, name


def test_lessons_get_as_far_as_in_the_prototype(lab, main_scenario):
    """Counted, as there, are lessons new to the team and born from month 13 to 96."""
    runs = lpsim.simulate_many(main_scenario.replace({"record.lessons": True}), range(1, 13))
    new = [
        counted[counted["step"].between(13, 96)] for counted in (of_practices(run.lessons) for run in runs)
    ]
    born = np.array([len(lessons) / (40 * 84) for lessons in new])
    told(lab, born, 1.91, "born per practice and month")
    for stage, expected in LESSONS.items():
        found = [lessons[stage] if stage == "right" else lessons[stage].notna() for lessons in new]
        told(lab, np.array([reached.mean() for reached in found]), expected, stage)


def told(lab, values, expected: float, of: str) -> None:
    """Compare with a number that is told with two digits; its error is as ours, and that of rounding."""
    digit = 10.0 ** (np.floor(np.log10(expected)) - 1)
    error = np.hypot(values.std(ddof=1) / np.sqrt(len(values)), digit / np.sqrt(12))
    assert abs(lab.z(values, expected, other=error, of=of)) < ALLOWED, of
