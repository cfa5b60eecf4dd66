"""What does it change that some knowledge moves only face to face? Miller, Zhao & Calantone (2006)."""

from __future__ import annotations

from pathlib import Path

from experiments.miller_zhao_calantone2006 import figure, table, verdict
from experiments.run import Experiment, Part

EXPERIMENT = Experiment(
    title="Miller, Zhao & Calantone (2006)",
    folder=Path(__file__).parent,
    parts={
        "channels": Part(table.channels, verdict.channels, {"channels": figure.channels}),
        "speed": Part(table.speed, verdict.speed, {"speed": figure.speed}),
        "turnover": Part(table.turnover, verdict.turnover, {"turnover": figure.turnover}),
        "space": Part(table.space, verdict.space, {"space": figure.space}),
    },
)
