"""What each loop of learning that acts changes over time; drawn by ``static/draw/loops.js``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lpsim.model.state import SLOTS
from lpsim.runs.measures import LOOPS, RIGHT_AND_WRONG
from lpsim.scenario.learning_parameters import ROUTINES
from lpsim.scenario.settings import loops_of
from lpsim.show.text.vocabulary import LOOP_PANELS
from lpsim.show.text.vocabulary import ROUTINES as ROUTINE_WORDS
from lpsim.show.web.panels.sample import line, over_time

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lpsim.show.web.panels.sample import Line, OverTime, Sample

OF_LEVELS = (0, 2, 3)
OF_ROUTINES = (0, 1, 2, 5, 3)
"""Places in the palette: of staff, practices and the service; of the routines."""


def loops(sample: Sample) -> list[OverTime]:
    """A panel for each loop that acts, one to three of them: single, double, triple."""
    acting = loops_of(sample.scenario)
    panels = [
        over_time(
            sample, _lines(sample, "single", RIGHT_AND_WRONG),
            heading=LOOP_PANELS["single"], ylabel="share of issues", form="share", colours=OF_LEVELS,
        )
    ]  # fmt: skip
    if "double" in acting:
        lines = _lines(sample, "double", ("staff", "practices", "service"))
        panels.append(
            over_time(
                sample, lines, heading=LOOP_PANELS["double"], ylabel="share of domains", form="share",
                colours=OF_LEVELS,
            )
        )  # fmt: skip
    if "triple" in acting:
        panels.append(_triple(sample))
    return panels


def _lines(sample: Sample, loop: str, labels: Iterable[str]) -> list[Line]:
    return [line(name, label, sample.values(name)) for name, label in zip(LOOPS[loop], labels, strict=True)]


def _triple(sample: Sample) -> OverTime:
    lines = [
        line(f"time_{routine}", ROUTINE_WORDS[routine], SLOTS * sample.values(f"time_{routine}"))
        for routine in ROUTINES
    ]
    ends = [value for one in lines for value in one["high"] or one["mean"] if value is not None]
    return over_time(
        sample, lines, heading=LOOP_PANELS["triple"], ylabel="twentieths of learning time",
        form="twentieths", colours=OF_ROUTINES, top=float(np.ceil(max([*ends, 4.0]) + 0.5)),
    )  # fmt: skip
