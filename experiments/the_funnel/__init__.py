"""Where does what somebody learned get lost on its way to the service?"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from experiments.question import Contrast, Question

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from experiments.question import Values

FUNNEL = ("known_by_someone", "known_by_most", "in_practice_memory", "in_service_guidance")


def _losses(values: Values) -> list[NDArray[np.float64]]:
    """What share is lost at each of the three steps from someone to the service."""
    levels = [values[name] for name in FUNNEL]
    return [
        1 - np.divide(after, before, out=np.full_like(after, np.nan), where=before > 0)
        for before, after in pairwise(levels)
    ]


def _last_beyond_team(values: Values) -> NDArray[np.float64]:
    in_team, _, to_service = _losses(values)
    return to_service - in_team


def _last_beyond_memory(values: Values) -> NDArray[np.float64]:
    _, to_memory, to_service = _losses(values)
    return to_service - to_memory


RECORD, REPORT = {"practice.codification.meetings": 1.0}, {"service.reporting.share": 0.3}

EXPERIMENT = Question(
    title="Where is what somebody learned lost on its way to the service?",
    folder=Path(__file__).parent,
    options={
        "as it is": {},
        "record every month": RECORD,
        "report more": REPORT,
        "record and report": {**RECORD, **REPORT},
    },
    derived={"service - team": _last_beyond_team, "service - memory": _last_beyond_memory},
    made_of=FUNNEL,
    contrasts=(
        Contrast(
            "service loses more than the team",
            "more is lost between practices and the service than inside teams",
            "no more is lost between practices and the service than inside teams",
            "service - team",
            plus=("as it is",),
        ),
        Contrast(
            "service loses more than memory",
            "more is lost between practices and the service than between teams and their memories",
            "no more is lost between practices and the service than between teams and their memories",
            "service - memory",
            plus=("as it is",),
        ),
        Contrast(
            "recording: memory",
            "where practices record every month more is rightly in their memories",
            "recording every month puts no more into memories that is right",
            "in_practice_memory",
            plus=("record every month",),
            minus=("as it is",),
        ),
        Contrast(
            "recording: staff",
            "recording every month changes little in what staff know",
            "recording every month changes what staff know",
            "staff_knowledge",
            plus=("record every month",),
            minus=("as it is",),
            expected="same",
        ),
        Contrast(
            "reporting: service",
            "where three practices in ten report in a month the service knows more",
            "where three practices in ten report in a month the service knows no more",
            "service_knowledge",
            plus=("report more",),
            minus=("as it is",),
        ),
        Contrast(
            "recording x reporting",
            "recording and reporting multiply: together the service gains more than by each alone",
            "recording and reporting do not multiply: together the service gains no more than by each alone",
            "service_knowledge",
            plus=("record and report", "as it is"),
            minus=("record every month", "report more"),
            hypothesis="H5",
        ),
    ),
    unit="shares lost, shares held, or knowledge from -1 to 1",
    practices=40,
    seeds=40,
    note=(
        "Losses are shares of what had come so far (known by someone, by most, rightly in memory, rightly in "
        "guidance). Shares that are held rightly count luck, too."
    ),
)
