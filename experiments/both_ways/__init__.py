"""Does reporting to the service help without guidance that comes back, and guidance without reports?"""

from __future__ import annotations

from pathlib import Path

from experiments.question import Contrast, Curve, Question

REPORTING, GUIDANCE = (0.0, 0.01, 0.03, 0.1, 0.3), (0.0, 0.01, 0.05, 0.2)


def _name(share: float, rate: float) -> str:
    return f"reporting {share:g}, guidance {rate:g}"


FEW, REPORTS, TAKEN_UP, BOTH = (_name(*at) for at in ((0.01, 0.01), (0.3, 0.01), (0.01, 0.05), (0.3, 0.05)))
NEITHER, REPORTS_ALONE = (_name(share, 0.0) for share in (0.01, 0.3))
NOTHING, GUIDANCE_ALONE = (_name(0.0, rate) for rate in (0.01, 0.05))

EXPERIMENT = Question(
    title="Does reporting help without guidance that comes back, and guidance without reports?",
    folder=Path(__file__).parent,
    options={
        _name(share, rate): {"service.reporting.share": share, "service.guidance.rate": rate}
        for share in REPORTING
        for rate in GUIDANCE
        if (share, rate) != (0.0, 0.2)
    },
    contrasts=(
        Contrast(
            "more than the sum: memories",
            "reporting and guidance together give practices' memories more than each alone adds up to",
            "reporting and guidance together give practices' memories no more than each alone adds up to",
            "practice_knowledge",
            plus=(BOTH, FEW),
            minus=(REPORTS, TAKEN_UP),
        ),
        Contrast(
            "more than the sum: staff",
            "reporting and guidance together give staff more than each alone adds up to",
            "staff gain no more by both together than by each alone",
            "staff_knowledge",
            plus=(BOTH, FEW),
            minus=(REPORTS, TAKEN_UP),
        ),
        Contrast(
            "reports alone",
            "without guidance practices know the same however many report",
            "without guidance practices know something else where more report",
            "practice_knowledge",
            plus=(REPORTS_ALONE,),
            minus=(NEITHER,),
            expected="same",
        ),
        Contrast(
            "guidance alone",
            "without reports memories are the same however readily guidance is taken up",
            "without reports memories change where guidance is taken up",
            "practice_knowledge",
            plus=(GUIDANCE_ALONE,),
            minus=(NOTHING,),
            expected="same",
        ),
        Contrast(
            "both: memories",
            "reporting and guidance raise what is in practices' memories",
            "reporting and guidance do not raise what is in practices' memories",
            "practice_knowledge",
            plus=(BOTH,),
            minus=(FEW,),
        ),
        Contrast(
            "both: staff",
            "reporting and guidance raise what staff know",
            "reporting and guidance do not raise what staff know",
            "staff_knowledge",
            plus=(BOTH,),
            minus=(FEW,),
        ),
    ),
    curve=Curve(
        "share of practices that report in a month",
        {f"guidance {rate:g}": {share: _name(share, rate) for share in REPORTING[1:]} for rate in GUIDANCE},
        ("practice_knowledge", "staff_knowledge"),
        is_log=True,
    ),
    practices=40,
    seeds=40,
)
