"""How much isolation of subgroups is best? The two curves of Fang, Lee & Schilling (2010)."""

from __future__ import annotations

from pathlib import Path

from experiments.fang2010 import figure, table, verdict
from experiments.run import Experiment, Part

EXPERIMENT = Experiment(
    title="Fang, Lee & Schilling (2010)",
    folder=Path(__file__).parent,
    parts={"curves": Part(table.curves, verdict.curves, {"curves": figure.curves, "course": figure.course})},
    source=(
        "The published numbers are of a re-implementation (20 runs each, two digits), not the paper's own."
    ),
)
