"""Does a well-connected group do better? It depends on whom people copy: Barkoczi & Galesic (2016)."""

from __future__ import annotations

from pathlib import Path

from experiments.barkoczi_galesic2016 import figure, table, verdict
from experiments.run import Experiment, Part

EXPERIMENT = Experiment(
    title="Barkoczi & Galesic (2016)",
    folder=Path(__file__).parent,
    parts={
        "curves": Part(
            table.curves, verdict.curves, {"curves": figure.curves}, compare=table.pairs_of_networks
        ),
        "conformity": Part(table.curves, verdict.conformity, compare=table.pairs_of_networks),
    },
)
