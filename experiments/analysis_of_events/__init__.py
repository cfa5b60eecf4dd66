"""What does the analysis of significant events add?"""

from __future__ import annotations

from pathlib import Path

from experiments.question import Contrast, Curve, Question

SHARES, RECORDS = (0.0, 0.3, 0.61, 1.0), (0.0, 0.35, 1.0)
MEMORY, STAFF = "practice_knowledge", "staff_knowledge"


def _name(share: float, record: float) -> str:
    return f"analysed {share:.0%}, recorded {record:.0%}"


TODAY, NONE = _name(0.61, 0.35), "none analysed"

EXPERIMENT = Question(
    title="What does the analysis of significant events add?",
    folder=Path(__file__).parent,
    options={
        **{
            _name(share, record): {"practice.analysis.share": share, "practice.analysis.record": record}
            for share in SHARES[1:]
            for record in RECORDS
        },
        NONE: {"practice.analysis.share": 0.0},
        "who has no view guesses": {"judgement.doubt": "guess"},
    },
    contrasts=(
        Contrast(
            "analysis: staff",
            "staff know more where practices analyse events as today than where none are",
            "staff know no more where practices analyse events as today",
            STAFF,
            plus=(TODAY,),
            minus=(NONE,),
        ),
        Contrast(
            "analysis: memory",
            "memories hold more where practices analyse events as today than where none are",
            "memories hold no more where practices analyse events as today",
            MEMORY,
            plus=(TODAY,),
            minus=(NONE,),
        ),
        Contrast(
            "recording what was analysed: memory",
            "memories hold more the more of what was analysed is recorded",
            "memories hold no more where all that was analysed is recorded",
            MEMORY,
            plus=(_name(0.61, 1.0),),
            minus=(_name(0.61, 0.0),),
        ),
        Contrast(
            "recording what was analysed: staff",
            "staff know more where all that was analysed is recorded",
            "staff know no more where all that was analysed is recorded",
            STAFF,
            plus=(_name(0.61, 1.0),),
            minus=(_name(0.61, 0.0),),
        ),
        Contrast(
            "all events instead of 61 %: staff",
            "staff know more where all events are analysed instead of 61 %",
            "staff know no more where all events are analysed instead of 61 %",
            STAFF,
            plus=(_name(1.0, 0.35),),
            minus=(TODAY,),
        ),
        Contrast(
            "guessing: staff",
            "staff know more where those without a view guess and so try something",
            "staff know no more where those without a view guess",
            STAFF,
            plus=("who has no view guesses",),
            minus=(TODAY,),
            hypothesis="H13",
        ),
    ),
    curve=Curve(
        "share of raised events that are analysed",
        {
            f"{record:.0%} recorded": {share: _name(share, record) for share in SHARES[1:]}
            for record in RECORDS
        },
        (STAFF, MEMORY),
    ),
)
