"""Does slow learning make an organization know more? Figures 1 to 5 of March (1991)."""

from __future__ import annotations

from pathlib import Path

from experiments.march1991 import figure, table, verdict
from experiments.run import Experiment, Part

EXPERIMENT = Experiment(
    title="March (1991)",
    folder=Path(__file__).parent,
    parts={
        "figure1": Part(table.figure1, verdict.figure1, {"figure1": figure.figure1}),
        "figure2": Part(table.figure2, verdict.figure2, {"figure2": figure.figure2}),
        "figure3": Part(table.figure3, verdict.figure3, {"figure3": figure.figure3}),
        "figure4": Part(table.figure4, verdict.figure4, {"figure4": figure.figure4}),
        "figure5": Part(table.figure5, verdict.figure5, {"figure5": figure.figure5}),
        "ablation": Part(table.ablation, verdict.ablation),
        "horizon": Part(table.horizon, verdict.horizon),
    },
    source=(
        "The published numbers of figure 1 are of a replication that follows March's program, all others of "
        "a re-implementation; none is the paper's own."
    ),
)
