"""The tables of sections 1 and 8 of docs/ODD.md that are about the main scenario, made anew.

    python -m tests.validation.tables_of_odd

Differences are paired on worlds. Section 1 has standard errors, section 8 half of the 95 % interval.
"""

from __future__ import annotations

import numpy as np
from scipy import stats

import lpsim

LEVELS = ("staff", "collective", "practice", "service")
FRESH, WORLDS = range(101, 113), range(1, 41)
NO_MEMORY = {
    "practice.codification.meetings": 0.0,
    "practice.analysis.record": 0.0,
    "practice.revision.rate": 0.0,
}
TIME = {"protected_time.enabled": True, "network.practices": "groups", "network.groups": 5}
UNEVEN = {"protected_time.allocation_spread": 20}
REVIEWS = {"loops.triple.review": 6, "loops.triple.imitate": 0.0}
MAIN = lpsim.Scenario.load("learning_practice")


def ends(*changes: dict, worlds: range = WORLDS, at: tuple[int, ...] = (-1,)) -> np.ndarray:
    """Knowledge by world, level and moment."""
    merged = {key: value for change in changes for key, value in change.items()}
    runs = lpsim.simulate_many(MAIN.adapted(merged), worlds, engine="compiled")
    return np.array(
        [[[run.column(f"{level}_knowledge")[step] for step in at] for level in LEVELS] for run in runs]
    )


def said(values: np.ndarray) -> str:
    """The mean, ± half of its 95 % interval."""
    half = stats.t.ppf(0.975, len(values) - 1) * stats.sem(values)
    return f"{values.mean():+.3f} ± {half:.3f}"


def times_the_turnover(factor: float) -> dict:
    """The turnover of every role, so many times."""
    return {f"roles.{name}.turnover": factor * role.turnover for name, role in MAIN.roles.items()}


def only_doctors() -> dict:
    """Doctors speak at every meeting, nobody else does."""
    return {f"roles.{name}.voice": float(name == "gp") for name in MAIN.roles}


def everybody_as_much() -> dict:
    """As many voices, shared by all."""
    share = MAIN.roles["gp"].headcount / sum(role.headcount for role in MAIN.roles.values())
    return {f"roles.{name}.voice": share for name in MAIN.roles}


def section_1() -> None:
    """The main scenario, and what single levers change in it."""
    print("main:", ends(worlds=range(1, 21))[:, :, 0].mean(axis=0).round(2))
    levers = {
        "no reflection": {"practice.reflection.rate": 0.0},
        "nothing written down": NO_MEMORY,
        "three times the turnover": times_the_turnover(3),
    }
    for name, changes in levers.items():
        gained = (ends(changes, worlds=FRESH) - ends(worlds=FRESH))[:, :, 0]
        cells = (
            f"{mean:+.3f} ({error:.3f})"
            for mean, error in zip(gained.mean(0), stats.sem(gained), strict=True)
        )
        print(f"| {name} |", " | ".join(cells), "|")


def section_8() -> None:
    """What hangs on which assumption."""
    print("a memory's worth for staff, by turbulence and revision")
    for turbulence in (0.0, 0.0025, 0.005, 0.01):
        world = {"world.turbulence": turbulence}
        without = ends(world, NO_MEMORY)[:, 0, 0]
        cells = [
            said(ends(world, {"practice.revision.rate": r})[:, 0, 0] - without) for r in (0.0, 0.05, 0.5)
        ]
        print(f"| {turbulence} |", " | ".join(cells), "|")
    fast = times_the_turnover(4)
    print("four times the turnover", said(ends(fast)[:, 0, 0] - ends(fast, NO_MEMORY)[:, 0, 0]))
    still = {"world.turbulence": 0.0, "practice.reflection.noise": 0.0, "steps": 600}
    known = ends(still)[:, 1, 0]
    print("teams in a still world after 50 years", known.mean().round(3), stats.sem(known).round(3))
    print("horizon\n", ends(at=(12, 24, 60, 120)).mean(axis=0).round(2))
    for share in (False, True):
        sizes = (10, 20, 40, 80, 160)
        rates = {n: {"service.reporting.share": 0.4 / n} if share else {} for n in sizes}
        known = [ends({"population.practices": n}, rates[n]).mean(axis=0)[3, 0].round(2) for n in sizes]
        print("guidance by practices", "as many reports" if share else "same share", known)
    for specialised in (0.0, 0.5, 0.75, 1.0):
        world = {"world.specialisation": specialised}
        gained = ends(world, only_doctors()) - ends(world, everybody_as_much())
        print("doctors alone, specialisation", specialised, said(gained[:, 0, 0]))
    print("reform of an even division", said_of(ends(TIME, REVIEWS) - ends(TIME)))
    print("uneven divisions", said_of(ends(TIME, UNEVEN) - ends(TIME)))
    print("reform of those", said_of(ends(TIME, UNEVEN, REVIEWS) - ends(TIME, UNEVEN)))
    for rate in (0.2, 1.0):
        print(
            "taking up analyses",
            rate,
            said(ends({"practice.analysis.rate": rate})[:, 0, 0] - ends()[:, 0, 0]),
        )


def said_of(gained: np.ndarray) -> str:
    """Of staff and memories."""
    return f"staff {said(gained[:, 0, 0])}, memories {said(gained[:, 2, 0])}"


if __name__ == "__main__":
    section_1()
    section_8()
