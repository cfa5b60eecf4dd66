"""Run March's figures: ``python -m experiments.march1991 --help``."""

from __future__ import annotations

from pathlib import Path

from experiments.command import command
from experiments.experiment import Experiment, Part
from experiments.march1991 import figures, verdicts
from experiments.march1991.design import cells

CELLS = cells()
EXPERIMENT = Experiment(
    module="experiments.march1991",
    title="March (1991)",
    parts={
        "figure1": Part(
            "figure 1, the code's knowledge in equilibrium by p1 and p2",
            CELLS["figure1"],
            verdicts.figure1,
            {"figure1": figures.figure1},
        ),
        "figure2": Part(
            "figure 2, slow and fast learners mixed against all at the same mean",
            CELLS["figure2"],
            verdicts.figure2,
            {"figure2": figures.figure2},
        ),
        "figure3": Part(
            "figure 3, what slow and fast learners know after 20 periods",
            CELLS["figure3"],
            verdicts.figure3,
            {"figure3": figures.figure3},
        ),
        "figure4": Part(
            "figure 4, the code's knowledge after 20 periods by turnover",
            CELLS["figure4"],
            verdicts.figure4,
            {"figure4": figures.figure4},
        ),
        "figure5": Part(
            "figure 5, the code's knowledge over time in a changing world",
            CELLS["figure5"],
            verdicts.figure5,
            {"figure5": figures.figure5},
        ),
        "ablation": Part(
            "ablation, from the program's rules to the text's (p2 = .5; x is p1)",
            CELLS["ablation"],
            verdicts.ablation,
        ),
        "horizon": Part(
            "horizon, figure 1 after 300 steps and after 600",
            CELLS["horizon"],
            verdicts.horizon,
            at_most=1000,
        ),
    },
    published=Path(__file__).with_name("published.csv"),
    repetitions=10_000,
)

if __name__ == "__main__":
    command(EXPERIMENT)()
