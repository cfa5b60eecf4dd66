"""Does it help to forget when the world has changed?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from experiments.question import Contrast, Question

AT = 61
SHOCK = {"world.turbulence": 0.3}
CALM = {"world.turbulence": 0.005, "forgetting.practice": 0.01, "forgetting.staff": 0.0}
MEMORY, STAFF = "practice_knowledge", "staff_knowledge"


def _with(forgotten: dict[str, float]) -> dict[str, Any]:
    """Three issues in ten turn over in a month, and in the next one people and practices forget so much."""
    then = [{"at": AT, "title": "Three issues in ten turn over", "set": SHOCK}]
    after = {"at": AT + 1, "title": "The world is as before", "set": {**CALM, **forgotten}}
    calm = {"at": AT + 2, "title": "Life goes on", "set": CALM}
    return {"interventions": [*then, after, calm] if forgotten else [*then, after]}


CLEARED, UNLEARNED = {"forgetting.practice": 1.0}, {"forgetting.practice": 1.0, "forgetting.staff": 0.5}

EXPERIMENT = Question(
    title="Does it help to forget when the world has changed?",
    folder=Path(__file__).parent,
    base=CALM,
    options={
        "no upheaval": {},
        "upheaval": _with({}),
        "memories cleared": _with(CLEARED),
        "memories and half the views cleared": _with(UNLEARNED),
        "revised more": {**_with({}), "practice.revision.rate": 0.3},
        "revised never": {**_with({}), "practice.revision.rate": 0.0},
    },
    contrasts=(
        Contrast(
            "memories and half the views cleared: staff",
            (
                "practices that clear their memories and half their views after an upheaval have staff "
                "who know more"
            ),
            "clearing memories and half the views after an upheaval leaves staff knowing no more",
            STAFF,
            plus=("memories and half the views cleared",),
            minus=("upheaval",),
            hypothesis="H12",
        ),
        Contrast(
            "the scar of an upheaval: staff",
            "five years after three issues in ten turned over staff know less than without",
            "five years after three issues in ten turned over staff know no less than without",
            STAFF,
            plus=("upheaval",),
            minus=("no upheaval",),
            expected="less",
            hypothesis="H12",
        ),
        Contrast(
            "memories cleared: staff",
            "practices that clear their memories after an upheaval have staff who know more",
            "clearing memories after an upheaval leaves staff knowing no more",
            STAFF,
            plus=("memories cleared",),
            minus=("upheaval",),
            hypothesis="H12",
        ),
        Contrast(
            "memories cleared: memory",
            "five years on cleared memories hold more that is right than those that were kept",
            "five years on cleared memories hold no more than those that were kept",
            MEMORY,
            plus=("memories cleared",),
            minus=("upheaval",),
        ),
        Contrast(
            "revising: memory",
            "memories hold more after an upheaval where they are revised",
            "memories hold no more after an upheaval where they are revised",
            MEMORY,
            plus=("revised more",),
            minus=("revised never",),
        ),
        Contrast(
            "revising: staff",
            "staff know more after an upheaval where memories are revised",
            "staff know no more after an upheaval where memories are revised",
            STAFF,
            plus=("revised more",),
            minus=("revised never",),
        ),
    ),
    note=(
        "How fast the world turns and how fast people and practices forget is that of the main scenario "
        "at all points, too. That three issues in ten turn over also brings the world nearer to the old "
        "norms (agreement .40 to .46), which helps whoever judges by them."
    ),
)
