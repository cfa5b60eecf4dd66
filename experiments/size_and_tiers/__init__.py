"""Does the service know more the larger it is, and the fewer tiers it has?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from experiments.question import Contrast, Curve, Question

SIZES = (10, 20, 40, 80)
REPORTS = 0.4
"""A month: one practice in a hundred of forty."""
SHARE_FIXED, REPORTS_FIXED = "each as often", "as many reports"


def _size(practices: int, share: float) -> dict[str, Any]:
    return {"population.practices": practices, "service.reporting.share": share}


def _tiers(reporting: float | None) -> dict[str, Any]:
    """Eighty practices that report and listen readily, under eight boards, or under the service alone."""
    ready = {**_size(80, 0.3), "service.guidance.rate": 0.05}
    if reporting is None:
        return ready
    boards = {"name": "boards", "count": 8, "reporting": reporting}
    return {**ready, "population.tiers": [boards, {"name": "health service"}]}


def _name(practices: int, what: str) -> str:
    return f"{practices} practices, {what}"


EXPERIMENT = Question(
    title="Does the service know more the larger it is, and the fewer tiers it has?",
    folder=Path(__file__).parent,
    options={
        **{_name(n, SHARE_FIXED): _size(n, 0.01) for n in SIZES},
        **{_name(n, REPORTS_FIXED): _size(n, REPORTS / n) for n in SIZES if n != 40},
        "one tier": _tiers(None),
        "boards that report seldom": _tiers(0.01),
        "boards that report often": _tiers(0.3),
    },
    contrasts=(
        Contrast(
            "80 against 10, each reports as often",
            "a larger service knows more where each practice reports as often",
            "a larger service knows no more where each practice reports as often",
            "service_knowledge",
            plus=(_name(80, SHARE_FIXED),),
            minus=(_name(10, SHARE_FIXED),),
        ),
        Contrast(
            "80 against 10, as many reports",
            (
                "with as many reports a month a larger service knows about as much: growth with size is "
                "more reports"
            ),
            "even with as many reports a month a larger service does not know the same",
            "service_knowledge",
            plus=(_name(80, REPORTS_FIXED),),
            minus=(_name(10, REPORTS_FIXED),),
            expected="same",
            margin=0.05,
        ),
        Contrast(
            "boards that report seldom",
            "a tier that reports on seldom keeps the service from knowing",
            "a tier that reports on seldom keeps nothing from the service",
            "service_knowledge",
            plus=("boards that report seldom",),
            minus=("one tier",),
            expected="less",
            hypothesis="H10",
        ),
        Contrast(
            "boards that report often",
            "a tier that reports on as readily as practices costs the service little",
            "even a tier that reports on as readily as practices changes what the service knows",
            "service_knowledge",
            plus=("boards that report often",),
            minus=("one tier",),
            expected="same",
            margin=0.05,
        ),
    ),
    curve=Curve(
        "practices",
        {
            SHARE_FIXED: {n: _name(n, SHARE_FIXED) for n in SIZES},
            REPORTS_FIXED: {n: _name(n, SHARE_FIXED if n == 40 else REPORTS_FIXED) for n in SIZES},
        },
        ("service_knowledge",),
        is_log=True,
    ),
    seeds=40,
    note=(
        "Runs of different sizes are different worlds: here the same seed pairs nothing. The options' "
        "own numbers of practices hold at the points, too."
    ),
)
