"""What becomes of knowledge that cannot be written down?"""

from __future__ import annotations

from pathlib import Path

from experiments.question import Contrast, Curve, Question

SHARES = (0.0, 0.2, 0.4, 0.6, 0.8)
MEMORY, STAFF = "practice_knowledge", "staff_knowledge"
ALONE = {"practice.discussion.meetings": 0.0, "practice.analysis.share": 0.0}


def _name(share: float, *, meets: bool) -> str:
    return f"tacit {share:g}{'' if meets else ', no meetings'}"


EXPERIMENT = Question(
    title="What becomes of knowledge that cannot be written down?",
    folder=Path(__file__).parent,
    options={
        _name(share, meets=meets): {"world.tacit": share, **({} if meets else ALONE)}
        for share in SHARES
        for meets in (True, False)
    },
    contrasts=(
        Contrast(
            "tacit .6: memory",
            "memories hold less where more cannot be written down",
            "memories hold no less where more cannot be written down",
            MEMORY,
            plus=(_name(0.6, meets=True),),
            minus=(_name(0.0, meets=True),),
            expected="less",
            hypothesis="H14",
        ),
        Contrast(
            "tacit .6: staff",
            "staff who meet lose little where much cannot be written down",
            "what staff who meet know changes where much cannot be written down",
            STAFF,
            plus=(_name(0.6, meets=True),),
            minus=(_name(0.0, meets=True),),
            expected="same",
        ),
        Contrast(
            "tacit .6, no meetings: staff",
            "staff who never meet know less where much cannot be written down",
            "staff who never meet know no less where much cannot be written down",
            STAFF,
            plus=(_name(0.6, meets=False),),
            minus=(_name(0.0, meets=False),),
            expected="less",
        ),
        Contrast(
            "tacit x meetings: staff",
            "meetings matter more to staff where much cannot be written down",
            "meetings matter no more to staff where much cannot be written down",
            STAFF,
            plus=(_name(0.6, meets=True), _name(0.0, meets=False)),
            minus=(_name(0.0, meets=True), _name(0.6, meets=False)),
            hypothesis="H14",
        ),
    ),
    curve=Curve(
        "share of issues that cannot be written down",
        {
            "practices meet": {share: _name(share, meets=True) for share in SHARES},
            "never meet": {share: _name(share, meets=False) for share in SHARES},
        },
        (STAFF, MEMORY),
    ),
)
