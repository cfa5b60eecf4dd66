"""The cells of March's figures: 50 people, 30 issues, by his program's rules and by his text's.

p1 is the probability of learning from the code (`practice.socialisation.rate`), p2 that of the code
learning (`practice.codification.rate`), p3 turnover, p4 turbulence.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import lpsim
from experiments.repetitions import APART, Cell, Point

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Values = NDArray[np.float64]

CONFIGS = Path(__file__).parents[2] / "configs"
FILES = {"program": "march1991.toml", "text": "march1991_text.toml"}
P1, P2, P3, P4 = (
    "practice.socialisation.rate",
    "practice.codification.rate",
    "roles.staff.turnover",
    "world.turbulence",
)
PEOPLE, SLOW, FAST = 50, 0.1, 0.9
EQUILIBRIUM = 300
"""Steps; `horizon` measures what still changes after them."""
TENTHS = [tenth / 10 for tenth in range(11)]
RULES = (
    ("guess", "gradual", "score"),
    ("guess", "direct", "score"),
    ("abstain", "gradual", "score"),
    ("abstain", "direct", "score"),
    ("abstain", "direct", "matches"),
)
"""From the program's rules to the text's: what people do in doubt, the step of learning, the payoff."""


def cells() -> dict[str, list[Cell]]:
    """The cells of every part, by the part's name; no two cells share a seed."""
    parts = {
        "figure1": [cell for rules in FILES for cell in _figure1(rules)],
        "figure2": [cell for rules in FILES for cell in _figure2(rules)],
        "figure3": [cell for rules in FILES for cell in _figure3(rules)],
        "figure4": [cell for rules in FILES for cell in _figure4(rules)],
        "figure5": [cell for rules in FILES for cell in _figure5(rules)],
        "ablation": list(_ablation()),
        "horizon": [cell for rules in FILES for cell in _horizon(rules)],
    }
    first = 0
    for name, part in parts.items():
        parts[name] = [replace(cell, first_seed=first + i * APART) for i, cell in enumerate(part)]
        first += len(part) * APART
    return parts


# --- what is read of a run ------------------------------------------------------------------------


def code(run: lpsim.Run) -> Values:
    """Knowledge of the code at the end: (1,)."""
    return run.column("practice_knowledge")[-1:]


def code_over_time(run: lpsim.Run) -> Values:
    """Knowledge of the code at every recorded step: (S,)."""
    return run.column("practice_knowledge")


def slow_and_fast(run: lpsim.Run) -> Values:
    """Mean knowledge of the slow and of the fast at the end: (2,)."""
    last = run.groups.drop_duplicates("group", keep="last").set_index("group")["staff_knowledge"]
    return last[["role: slow", "role: fast"]].to_numpy()


def lateness(run: lpsim.Run) -> Values:
    """Of a run observed twice: `LATENESS`, the second as 0 or 1: (2,)."""
    seen = np.array([run.column(name)[1:] for name in ("practice_knowledge", "staff_knowledge", "agreement")])
    change = seen[:, 1] - seen[:, 0]
    return np.array([change[0], float(change.any())])


# --- the parts ------------------------------------------------------------------------------------


def _scenario(rules: str, steps: int, changes: dict[str, Any], *, every: int | None = None) -> lpsim.Scenario:
    record = {"steps": steps, "record.every": every or steps}
    return lpsim.Scenario.load(CONFIGS / FILES[rules], {**record, **changes})


def _figure1(rules: str) -> Iterator[Cell]:
    for p2 in (0.1, 0.5, 0.9):
        for p1 in TENTHS[1:10]:
            point = Point("figure1", rules, f"p2 = {p2}", p1)
            yield Cell((point,), _scenario(rules, EQUILIBRIUM, {P1: p1, P2: p2}), code)


def _figure2(rules: str) -> Iterator[Cell]:
    for share in TENTHS[1:10]:
        for line, changes in (("slow and fast", _mixture(share)), ("all alike", {P1: mean_p1(share)})):
            point = Point("figure2", rules, line, share)
            yield Cell((point,), _scenario(rules, EQUILIBRIUM, changes), code)


def _figure3(rules: str) -> Iterator[Cell]:
    for share in TENTHS[1:10]:
        points = tuple(Point("figure3", rules, line, share) for line in ("slow", "fast"))
        yield Cell(points, _scenario(rules, 20, _mixture(share)), slow_and_fast)


def _figure4(rules: str) -> Iterator[Cell]:
    for p1 in (SLOW, FAST):
        for p3 in TENTHS:
            point = Point("figure4", rules, f"p1 = {p1}", p3)
            yield Cell((point,), _scenario(rules, 20, {P1: p1, P3: p3}), code)


def _figure5(rules: str) -> Iterator[Cell]:
    for p3 in (0, 0.1):
        scenario = _scenario(rules, 100, {P1: 0.5, P3: p3, P4: 0.02}, every=1)
        points = tuple(Point("figure5", rules, f"p3 = {p3}", step) for step in range(101))
        yield Cell(points, scenario, code_over_time)


def _ablation() -> Iterator[Cell]:
    for doubt, step, payoff in RULES:
        rules = {"judgement.doubt": doubt, "practice.learning_step": step, "judgement.payoff": payoff}
        for p1 in (0.1, 0.5, 0.9):
            point = Point("ablation", "rules", f"{doubt}, {step}, {payoff}", p1)
            yield Cell((point,), _scenario("program", EQUILIBRIUM, {**rules, P1: p1}), code)


def _horizon(rules: str) -> Iterator[Cell]:
    """Figure 1, observed at its horizon and at twice that time."""
    for cell in _figure1(rules):
        place = cell.points[0]
        points = tuple(place._replace(figure="horizon", line=f"{place.line}, {what}") for what in LATENESS)
        scenario = cell.scenario.replace({"steps": 2 * EQUILIBRIUM, "record.every": EQUILIBRIUM})
        yield Cell(points, scenario, lateness)


LATENESS = ("change of the mean", "share of runs that changed")
"""What `lateness` gives."""


def mean_p1(share: float) -> float:
    """The mean p1 where a share learns fast and the others slowly."""
    return round(SLOW + (FAST - SLOW) * share, 10)


def _mixture(share: float) -> dict[str, Any]:
    fast = round(PEOPLE * share)
    slow = {"headcount": PEOPLE - fast, "socialisation": 1.0}
    return {P1: SLOW, "roles": {"slow": slow, "fast": {"headcount": fast, "socialisation": FAST / SLOW}}}
