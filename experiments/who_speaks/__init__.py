"""Does it matter how many speak up in a practice, and who?"""

from __future__ import annotations

from pathlib import Path

from experiments.question import Contrast, Question

ROLES = ("gp", "nurse", "direct_care", "administration")
MEAN = 0.587
"""The mean of all fifteen people's voices."""


def _voices(*voices: float) -> dict[str, float]:
    return {f"roles.{role}.voice": voice for role, voice in zip(ROLES, voices, strict=True)}


TODAY, FLAT, INVERTED = _voices(0.9, 0.7, 0.5, 0.4), _voices(*[MEAN] * 4), _voices(0.32, 0.5, 0.7, 0.73)
ALL, GPS = _voices(1, 1, 1, 1), _voices(0.9, 0, 0, 0)
SPECIAL, MAJORITY = {"world.specialisation": 0.8}, {"practice.discussion.rule": "majority"}
MEMORY, STAFF = "practice_knowledge", "staff_knowledge"

EXPERIMENT = Question(
    title="Does it matter how many speak up in a practice, and who?",
    folder=Path(__file__).parent,
    base={"world.specialisation": 0.0},
    options={
        "as today": TODAY,
        "all alike": FLAT,
        "upside down": INVERTED,
        "GPs only": GPS,
        "everybody": ALL,
        "specialised, as today": {**SPECIAL, **TODAY},
        "specialised, all alike": {**SPECIAL, **FLAT},
        "by majority, as today": {**MAJORITY, **TODAY},
        "by majority, everybody": {**MAJORITY, **ALL},
    },
    contrasts=(
        Contrast(
            "everybody: memory",
            "memories hold more where everybody speaks up",
            "memories hold no more where everybody speaks up",
            MEMORY,
            plus=("everybody",),
            minus=("as today",),
            hypothesis="H7",
        ),
        Contrast(
            "GPs only: memory",
            "memories hold less where only GPs speak up",
            "memories hold no less where only GPs speak up",
            MEMORY,
            plus=("GPs only",),
            minus=("as today",),
            expected="less",
            hypothesis="H7",
        ),
        Contrast(
            "GPs only: staff",
            "staff know less where only GPs speak up",
            "staff know no less where only GPs speak up",
            STAFF,
            plus=("GPs only",),
            minus=("as today",),
            expected="less",
            hypothesis="H7",
        ),
        Contrast(
            "all alike: memory",
            "who speaks matters little where as many speak",
            "who speaks matters even where as many speak",
            MEMORY,
            plus=("all alike",),
            minus=("as today",),
            expected="same",
        ),
        Contrast(
            "all alike where roles are specialised",
            "memories hold more where all roles speak alike and each meets issues of its own",
            "memories hold no more where all roles speak alike, even if each meets issues of its own",
            MEMORY,
            plus=("specialised, all alike",),
            minus=("specialised, as today",),
            hypothesis="H7",
        ),
        Contrast(
            "everybody, by majority: staff",
            "where the majority decides staff know less if everybody speaks",
            "where the majority decides staff know no less if everybody speaks",
            STAFF,
            plus=("by majority, everybody",),
            minus=("by majority, as today",),
            expected="less",
        ),
    ),
    note=(
        "All alike: every role speaks up as often as all together do on average today. Specialised: "
        "four fifths of an issue's cases go to its home role."
    ),
)
