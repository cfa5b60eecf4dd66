"""Run March's figures: ``python -m experiments.march1991 --help``."""

from __future__ import annotations

from pathlib import Path

from experiments.command import command
from experiments.experiment import Experiment, Part
from experiments.march1991 import figures, verdicts
from experiments.march1991.design import cells

CELLS = cells()
OTHERS = 2000
"""Repetitions of what is published from 500 to 4,000 runs: figure 1 alone has 10,000."""
EXPERIMENT = Experiment(
    module="experiments.march1991",
    title="March (1991)",
    parts={
        "figure1": Part(
            "figure 1, the code's knowledge in equilibrium by p1 and p2",
            CELLS["figure1"],
            verdicts.figure1,
            10_000,
            {"figure1": figures.figure1},
        ),
        "figure2": Part(
            "figure 2, slow and fast learners mixed against all at the same mean",
            CELLS["figure2"],
            verdicts.figure2,
            OTHERS,
            {"figure2": figures.figure2},
        ),
        "figure3": Part(
            "figure 3, what slow and fast learners know after 20 periods",
            CELLS["figure3"],
            verdicts.figure3,
            OTHERS,
            {"figure3": figures.figure3},
        ),
        "figure4": Part(
            "figure 4, the code's knowledge after 20 periods by turnover",
            CELLS["figure4"],
            verdicts.figure4,
            OTHERS,
            {"figure4": figures.figure4},
        ),
        "figure5": Part(
            "figure 5, the code's knowledge over time in a changing world",
            CELLS["figure5"],
            verdicts.figure5,
            OTHERS,
            {"figure5": figures.figure5},
        ),
        "ablation": Part(
            "ablation, from the program's rules to the text's (p2 = .5; x is p1)",
            CELLS["ablation"],
            verdicts.ablation,
            OTHERS,
        ),
        "horizon": Part(
            "horizon, figure 1 after 300 steps and after 600",
            CELLS["horizon"],
            verdicts.horizon,
            1000,
        ),
    },
    published=Path(__file__).with_name("published.csv"),
)

if __name__ == "__main__":
    command(EXPERIMENT)()
