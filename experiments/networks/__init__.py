"""How much ought practices to be tied to each other?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from experiments.question import Contrast, Question

BUNDLES = {"judgement.payoff": "bundles", "world.bundle": 5}
TIES: dict[str, dict[str, Any]] = {
    "none": {"network.practices": "none"},
    "ring": {"network.practices": "ring", "network.degree": 4},
    "small world": {"network.practices": "small_world", "network.degree": 4},
    "groups of five": {"network.practices": "groups", "network.groups": 5},
    "all": {"network.practices": "groups", "network.groups": 1000},
}
MEMORY = "practice_knowledge"


def _of_bundles(ties: str) -> str:
    return f"{ties}, bundles"


EXPERIMENT = Question(
    title="How much ought practices to be tied to each other?",
    folder=Path(__file__).parent,
    base={"service.networking.meetings": 0.25},
    options={
        **TIES,
        **{_of_bundles(name): {**TIES[name], **BUNDLES} for name in ("none", "ring", "all")},
    },
    contrasts=(
        Contrast(
            "ring against none",
            "practices with peers have memories that hold more",
            "practices with peers have memories that hold no more",
            MEMORY,
            plus=("ring",),
            minus=("none",),
        ),
        Contrast(
            "ring against none: staff",
            "practices with peers have staff who know more",
            "practices with peers have staff who know no more",
            "staff_knowledge",
            plus=("ring",),
            minus=("none",),
        ),
        Contrast(
            "all against ring",
            "too many ties harm: memories hold less where all practices are tied than in a ring",
            "more ties do not harm: memories hold no less where all practices are tied than in a ring",
            MEMORY,
            plus=("all",),
            minus=("ring",),
            expected="less",
            hypothesis="H9",
        ),
        Contrast(
            "all against ring, bundles",
            "for interdependent issues memories hold less where all practices are tied than in a ring",
            "even for interdependent issues memories hold no less where all practices are tied",
            MEMORY,
            plus=(_of_bundles("all"),),
            minus=(_of_bundles("ring"),),
            expected="less",
            hypothesis="H9",
        ),
        Contrast(
            "ring against none, bundles",
            "for interdependent issues practices with peers have memories that hold more",
            "for interdependent issues practices with peers have memories that hold no more",
            MEMORY,
            plus=(_of_bundles("ring"),),
            minus=(_of_bundles("none"),),
        ),
        Contrast(
            "groups against small world",
            "it matters little which four peers a practice has",
            "it matters which four peers a practice has",
            MEMORY,
            plus=("groups of five",),
            minus=("small world",),
            expected="same",
            margin=0.03,
        ),
    ),
    note=(
        "Practices take part in their network in every fourth month. Hubs are no option: a network of "
        "so few practices has none."
    ),
)
