"""Does it pay to question governing assumptions?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from experiments.question import Contrast, Curve, Question

THRESHOLDS = (0.3, 0.5, 0.6, 0.7, 0.9)
WHO = ("staff", "practice", "service")
RIGHT, HALF = {"initial.assumption_right": 1.0}, {"initial.assumption_right": 0.5}


def _question(threshold: float, who: tuple[str, ...] = WHO, rate: float = 0.05) -> dict[str, Any]:
    return {**{f"loops.double.{name}": rate for name in who}, "loops.double.threshold": threshold}


def _name(threshold: float) -> str:
    return f"threshold {threshold:g}"


EXPERIMENT = Question(
    title="Does it pay to question governing assumptions?",
    folder=Path(__file__).parent,
    options={
        "nobody questions": {},
        **{_name(threshold): _question(threshold) for threshold in THRESHOLDS},
        "only staff question": _question(0.5, ("staff",)),
        "only practices question": _question(0.5, ("practice",)),
        "only the service questions": _question(0.5, ("service",)),
        "all right, nobody questions": RIGHT,
        "all right, questioned": {**RIGHT, **_question(0.5)},
        "half right, nobody questions": HALF,
        "half right, questioned": {**HALF, **_question(0.5)},
    },
    contrasts=(
        Contrast(
            "questioning: staff",
            "staff know more where assumptions are questioned",
            "staff know no more where assumptions are questioned",
            "staff_knowledge",
            plus=(_name(0.5),),
            minus=("nobody questions",),
            hypothesis="H11",
        ),
        Contrast(
            "questioning, all are right",
            "questioning right assumptions neither helps nor harms",
            "questioning right assumptions changes what staff know",
            "staff_knowledge",
            plus=("all right, questioned",),
            minus=("all right, nobody questions",),
            expected="same",
            hypothesis="H11",
        ),
        Contrast(
            "questioning, half are right",
            "staff know more where half of the assumptions are wrong and all are questioned",
            "staff know no more by questioning even where half of the assumptions are wrong",
            "staff_knowledge",
            plus=("half right, questioned",),
            minus=("half right, nobody questions",),
            hypothesis="H11",
        ),
        Contrast(
            "doubting too readily (.9 against .5)",
            "who gives assumptions up too readily knows less",
            "who gives assumptions up more readily knows no less",
            "staff_knowledge",
            plus=(_name(0.9),),
            minus=(_name(0.5),),
            expected="less",
            hypothesis="H11",
        ),
        Contrast(
            "only practices question",
            "it is enough for staff that their practices question",
            "that practices alone question gives staff nothing",
            "staff_knowledge",
            plus=("only practices question",),
            minus=("nobody questions",),
        ),
        Contrast(
            "only the service questions",
            "that the service alone questions gives staff nothing",
            "that the service alone questions changes what staff know",
            "staff_knowledge",
            plus=("only the service questions",),
            minus=("nobody questions",),
            expected="same",
        ),
    ),
    curve=Curve(
        "share of right views below which an assumption is given up",
        {"questioned": {0.0: "nobody questions", **{value: _name(value) for value in THRESHOLDS}}},
        ("staff_knowledge", "practice_knowledge"),
    ),
    note=(
        "At 0 of the threshold nobody questions. Staff, practices and the service question in one month "
        "of twenty, unless said otherwise."
    ),
)
