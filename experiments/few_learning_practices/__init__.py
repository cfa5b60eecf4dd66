"""How many Learning Practices does it take for the others to gain?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from experiments.question import Contrast, Curve, Question

SHARES = (0.05, 0.1, 0.2, 0.4, 0.8)
KIND, OTHERS = "learning practice", "other practices"
DOES = {
    "practice.discussion.meetings": 0.9,
    "practice.codification.meetings": 0.8,
    "loops.double.practice": 0.05,
    "service.reporting.share": 0.3,
    "roles.nurse.voice": 0.9,
    "roles.direct_care.voice": 0.8,
    "roles.administration.voice": 0.7,
}
"""As in configs/some_learning_practices.toml."""
STAFF, MEMORY = f"staff_knowledge[kind: {OTHERS}]", f"practice_knowledge[kind: {OTHERS}]"
DEAF = {"service.guidance.rate": 0.0}


def _kinds(share: float, does: dict[str, Any]) -> dict[str, Any]:
    return {"kinds": [{"name": KIND, "share": share, "set": does}]}


def _name(share: float, *, learns: bool) -> str:
    return f"{share:.0%} {'learn' if learns else 'are as the others'}"


def _contrast(name: str, share: float, measure: str, who: str, hypothesis: str = "") -> Contrast:
    some = f"{share:.0%}".replace("%", " %")
    return Contrast(
        name,
        f"where {some} are Learning Practices {who}",
        f"where {some} are Learning Practices the others gain nothing",
        measure,
        plus=(_name(share, learns=True),),
        minus=(_name(share, learns=False),),
        hypothesis=hypothesis,
    )


EXPERIMENT = Question(
    title="How many Learning Practices does it take for the others to gain?",
    folder=Path(__file__).parent,
    options={
        **{
            _name(share, learns=learns): _kinds(share, DOES if learns else {})
            for share in SHARES
            for learns in (True, False)
        },
        "20% learn, no guidance": {**_kinds(0.2, DOES), **DEAF},
        "20% as the others, no guidance": {**_kinds(0.2, {}), **DEAF},
    },
    contrasts=(
        _contrast("a fifth: others' staff", 0.2, STAFF, "the staff of the others know more"),
        _contrast("a fifth: others' memories", 0.2, MEMORY, "the memories of the others hold more"),
        _contrast("a twentieth: others' staff", 0.05, STAFF, "the staff of the others know more"),
        _contrast("two fifths: others' staff", 0.4, STAFF, "the staff of the others know more"),
        Contrast(
            "a fifth, nobody hears guidance",
            "without guidance the others gain nothing, so staff who move carry next to nothing",
            "without guidance the others change, too",
            STAFF,
            plus=("20% learn, no guidance",),
            minus=("20% as the others, no guidance",),
            expected="same",
        ),
        Contrast(
            "Learning Practices themselves",
            "the staff of Learning Practices themselves know more",
            "the staff of Learning Practices themselves know no more",
            f"staff_knowledge[kind: {KIND}]",
            plus=(_name(0.2, learns=True),),
            minus=(_name(0.2, learns=False),),
        ),
    ),
    curve=Curve(
        "share of practices",
        {
            "are Learning Practices": {share: _name(share, learns=True) for share in SHARES},
            "are as the others": {share: _name(share, learns=False) for share in SHARES},
        },
        (STAFF, MEMORY),
        is_log=True,
    ),
    practices=40,
    note="The others are the same practices in both options: those that no kind takes.",
)
