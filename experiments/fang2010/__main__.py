"""Run the two curves: ``python -m experiments.fang2010 --help``."""

from __future__ import annotations

from pathlib import Path

from experiments.command import command
from experiments.experiment import Experiment, Part
from experiments.fang2010 import figures, verdicts
from experiments.fang2010.design import cells

EXPERIMENT = Experiment(
    module="experiments.fang2010",
    title="Fang, Lee & Schilling (2010)",
    parts={
        "curves": Part(
            "performance by the share of ties rewired across groups",
            cells(),
            verdicts.verdict,
            80,
            {"curves": figures.curves, "course": figures.course},
        )
    },
    published=Path(__file__).with_name("published.csv"),
)

if __name__ == "__main__":
    command(EXPERIMENT)()
