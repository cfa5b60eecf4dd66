"""How much working time set aside for learning is best?"""

from __future__ import annotations

from pathlib import Path

from experiments.question import Contrast, Curve, Question

SHARES = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4)


def _name(share: float, what: str = "") -> str:
    return f"{share:.1%} of time{what}".replace(".0%", "%")


NO_LOAD, STEEP = ", costs no cases", ", saturates early"
FREE = {"protected_time.service_load": 0.0}
EARLY = {"protected_time.half": 0.001}


def _option(share: float, more: dict[str, float] | None = None) -> dict[str, float]:
    return {"protected_time.share": share, **(more or {})}


EXPERIMENT = Question(
    title="How much working time set aside for learning is best?",
    folder=Path(__file__).parent,
    base={"protected_time.enabled": True, "protected_time.base": 0.02},
    options={
        **{_name(share): _option(share) for share in SHARES},
        **{_name(share, NO_LOAD): _option(share, FREE) for share in SHARES},
        **{_name(share, STEEP): _option(share, EARLY) for share in (0.02, 0.05)},
    },
    contrasts=(
        Contrast(
            "2 % to 5 %: staff",
            "staff know more with 5 % of working time for learning than with 2 %",
            "staff know no more with 5 % of working time for learning than with 2 %",
            "staff_knowledge",
            plus=(_name(0.05),),
            minus=(_name(0.02),),
            hypothesis="H6",
        ),
        Contrast(
            "2 % to 5 %: memory",
            "memories hold more with 5 % of working time for learning than with 2 %",
            "memories hold no more with 5 % of working time for learning than with 2 %",
            "practice_knowledge",
            plus=(_name(0.05),),
            minus=(_name(0.02),),
        ),
        Contrast(
            "10 % to 40 %: staff",
            "staff know less with 40 % of working time for learning than with 10 %",
            "staff know no less with 40 % of working time for learning than with 10 %",
            "staff_knowledge",
            plus=(_name(0.4),),
            minus=(_name(0.1),),
            expected="less",
            hypothesis="H6",
        ),
        Contrast(
            "10 % to 40 %, if it costs no cases",
            "it is the cases foregone that make more time harmful: where none are, 40 % is as good as 10 %",
            "even where no case is foregone, 40 % is not the same as 10 %",
            "staff_knowledge",
            plus=(_name(0.4, NO_LOAD),),
            minus=(_name(0.1, NO_LOAD),),
            expected="same",
        ),
        Contrast(
            "2 % to 5 %, if it saturates early",
            "where time saturates five times as early the gain is smaller",
            "where time saturates five times as early the gain is no smaller",
            "staff_knowledge",
            plus=(_name(0.05, STEEP), _name(0.02)),
            minus=(_name(0.02, STEEP), _name(0.05)),
            expected="less",
        ),
    ),
    curve=Curve(
        "share of working time set aside",
        {
            "costs cases": {share: _name(share) for share in SHARES},
            "costs none": {share: _name(share, NO_LOAD) for share in SHARES},
        },
        ("staff_knowledge", "practice_knowledge"),
        is_log=True,
    ),
    note=(
        "That a routine reaches half its intensity at .5 % of working time is assumed; with .1 % "
        "(saturates early) most of the gain is gone."
    ),
)
