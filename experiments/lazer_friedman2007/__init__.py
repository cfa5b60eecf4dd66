"""Does knowing everybody help a group that searches? Figures 4, 6, 7, 9 and 10 of Lazer & Friedman (2007)."""

from __future__ import annotations

from pathlib import Path

from experiments.lazer_friedman2007 import figure, table, verdict
from experiments.run import Experiment, Part

EXPERIMENT = Experiment(
    title="Lazer & Friedman (2007)",
    folder=Path(__file__).parent,
    parts={
        "figure4": Part(
            table.figure4, verdict.figure4, {"figure4": figure.figure4}, compare=table.pairs_of_figure4
        ),
        "figure6": Part(table.figure6, verdict.figure6, {"figure6": figure.figure6}, table.against_ends),
        "sparse": Part(table.sparse, verdict.sparse),
        "figure7": Part(table.figure7, verdict.figure7, {"figure7": figure.figure7}, table.against_ends),
        "figure10": Part(table.figure10, verdict.figure10, {"figure10": figure.figure10}, table.against_ends),
        "simple": Part(table.simple, verdict.simple, compare=table.line_against_complete),
        "error": Part(table.error, verdict.error, compare=table.against_ends),
        "partners": Part(table.partners, verdict.partners),
    },
)
