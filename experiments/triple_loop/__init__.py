"""Does it pay to reform how learning time is divided?"""

from __future__ import annotations

from pathlib import Path

from experiments.question import Contrast, Question

DIAGNOSE = {"loops.triple.review": 6}
IMITATE = {"loops.triple.review": 6, "loops.triple.imitate": 1.0}
MIXED = {"loops.triple.review": 6, "loops.triple.imitate": 0.2}
UPHEAVAL = {"world.upheaval": 0.005}


def _pays(
    name: str, words: str, option: str, measure: str = "staff_knowledge", base: str = "no reform"
) -> Contrast:
    return Contrast(
        name,
        f"{words} more than those that never reform",
        f"{words} no more than those that never reform",
        measure,
        plus=(option,),
        minus=(base,),
    )


EXPERIMENT = Question(
    title="Does it pay to reform how learning time is divided?",
    folder=Path(__file__).parent,
    base={
        "protected_time.enabled": True,
        "protected_time.share": 0.02,
        "protected_time.base": 0.02,
        "protected_time.allocation_spread": 20,
        "network.practices": "groups",
        "network.groups": 5,
    },
    options={
        "no reform": {},
        "reform by diagnosis": DIAGNOSE,
        "reform by imitation": IMITATE,
        "both": MIXED,
        "upheavals, no reform": UPHEAVAL,
        "upheavals, diagnosis": {**UPHEAVAL, **DIAGNOSE},
        "upheavals, imitation": {**UPHEAVAL, **IMITATE},
    },
    contrasts=(
        _pays(
            "diagnosis: staff",
            "practices that ask where their lessons stop have staff who know",
            "reform by diagnosis",
        ),
        _pays(
            "diagnosis: memory",
            "practices that ask where their lessons stop have memories that hold",
            "reform by diagnosis",
            "practice_knowledge",
        ),
        _pays(
            "imitation: staff", "practices that copy a better peer have staff who know", "reform by imitation"
        ),
        _pays(
            "imitation: memory",
            "practices that copy a better peer have memories that hold",
            "reform by imitation",
            "practice_knowledge",
        ),
        _pays(
            "diagnosis in upheavals: staff",
            "where the world is upset practices that ask have staff who know",
            "upheavals, diagnosis",
            base="upheavals, no reform",
        ),
        _pays(
            "imitation in upheavals: staff",
            "where the world is upset practices that copy have staff who know",
            "upheavals, imitation",
            base="upheavals, no reform",
        ),
    ),
    note=(
        "Practices begin with uneven divisions of their time, or there would be nothing to copy; "
        "reviews are twice a year."
    ),
)
