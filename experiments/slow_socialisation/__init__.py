"""Does a practice know more whose newcomers learn its ways slowly (March 1991)?"""

from __future__ import annotations

from pathlib import Path

from experiments.question import Contrast, Curve, Question

RATES = (0.02, 0.05, 0.2, 0.9)
READILY = {"practice.codification.rate": 0.5, "practice.codification.meetings": 1.0}
SLOW, FAST = 0.05, 0.9
CLINICIANS, ADMINISTRATION = ("gp", "nurse", "direct_care"), ("administration",)


def _name(rate: float, *, readily: bool) -> str:
    return f"socialisation {rate:g}{', written readily' if readily else ''}"


def _speeds(fast: tuple[str, ...], slow: tuple[str, ...], times: tuple[float, float]) -> dict[str, float]:
    """Fast and slow roles whose mean over people is that of all alike."""
    rate = {"practice.socialisation.rate": 0.3, **READILY}
    roles = {**dict.fromkeys(fast, times[0]), **dict.fromkeys(slow, times[1])}
    return {**rate, **{f"roles.{role}.socialisation": value for role, value in roles.items()}}


ALIKE, OFFICE_FAST, CLINICIANS_FAST = (
    "all as fast",
    "administration fast, others slow",
    "clinicians fast, administration slow",
)

EXPERIMENT = Question(
    title="Does a practice know more whose people take over its ways slowly?",
    folder=Path(__file__).parent,
    base={"service.guidance.rate": 0.0, "population.spread": 0.0},
    options={
        **{
            _name(rate, readily=readily): {
                "practice.socialisation.rate": rate,
                **(READILY if readily else {}),
            }
            for rate in RATES
            for readily in (False, True)
        },
        ALIKE: {"practice.socialisation.rate": 0.3, **READILY},
        OFFICE_FAST: _speeds(ADMINISTRATION, CLINICIANS, (1.92, 0.2)),  # 7 people and 8
        CLINICIANS_FAST: _speeds(CLINICIANS, ADMINISTRATION, (1.7, 0.2)),
    },
    contrasts=(
        Contrast(
            "slow, written readily: memory",
            "where practices write readily their memories hold more if people take them over slowly",
            "even where practices write readily slow learners give them no better memories",
            "practice_knowledge",
            plus=(_name(SLOW, readily=True),),
            minus=(_name(FAST, readily=True),),
            hypothesis="H1",
        ),
        Contrast(
            "slow, as today: memory",
            "memories hold more if people take them over slowly",
            "memories hold no more if people take them over slowly",
            "practice_knowledge",
            plus=(_name(SLOW, readily=False),),
            minus=(_name(FAST, readily=False),),
            hypothesis="H1",
        ),
        Contrast(
            "slow, as today: staff",
            "staff know more if they take memories over slowly",
            "staff know no more if they take memories over slowly",
            "staff_knowledge",
            plus=(_name(SLOW, readily=False),),
            minus=(_name(FAST, readily=False),),
        ),
        Contrast(
            "office fast, clinicians slow",
            (
                "memories hold more where the office learns fast and clinicians slowly than where all "
                "are as fast"
            ),
            "memories hold no more where the office learns fast and clinicians slowly",
            "practice_knowledge",
            plus=(OFFICE_FAST,),
            minus=(ALIKE,),
            hypothesis="H3",
        ),
        Contrast(
            "clinicians fast, office slow",
            "memories hold more where clinicians learn fast and the office slowly than where all are as fast",
            "memories hold no more where clinicians learn fast and the office slowly",
            "practice_knowledge",
            plus=(CLINICIANS_FAST,),
            minus=(ALIKE,),
            hypothesis="H3",
        ),
    ),
    curve=Curve(
        "probability per month of taking over an entry of the memory",
        {
            "as today": {rate: _name(rate, readily=False) for rate in RATES},
            "written readily": {rate: _name(rate, readily=True) for rate in RATES},
        },
        ("practice_knowledge", "staff_knowledge"),
        is_log=True,
    ),
    note="Practices are isolated (nobody hears guidance) and all of fifteen people.",
)
