"""The command `retained`: what practices would still know if everybody left."""
# ruff: noqa: PLC0415 (nothing heavy is imported before it is needed, so that --help is fast)

from __future__ import annotations

from lpsim.cli.app import app
from lpsim.cli.options import (
    File,
    Replications,
    Seed,
    Settings,
    Steps,
    load,
    seeds_from,
    told,
    width,
)
from lpsim.cli.streams import echo
from lpsim.watching import progress


@app.command("retained")
def _retained(
    scenario: File,
    at: Steps = None,
    settings: Settings = None,
    seed: Seed = 1,
    replications: Replications = 5,
) -> None:
    """Tell what practices would still know if everybody left and beginners came."""
    with told("experiment"):
        from lpsim.analysis.retention import retained_over_seeds
        from lpsim.show.text.retention import retention_text
        from lpsim.show.text.scenario import heading

        loaded = load(scenario, settings)
        seeds = seeds_from(seed, replications)
        with progress(len(seeds)) as on_seed:
            table = retained_over_seeds(loaded, at=at or [loaded.steps], seeds=seeds, on_seed=on_seed)
        text = retention_text(table, loaded, width=width())
        echo(f"{heading(loaded)}\n\n{text}")
