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
from lpsim.cli.own import Practice, Service, StaffMember, behaviours, tell_idle_parameters
from lpsim.cli.streams import echo
from lpsim.cli.wording import Worded
from lpsim.watching import progress


@app.command("retained", cls=Worded)
def _retained(
    scenario: File,
    at: Steps = None,
    settings: Settings = None,
    seed: Seed = 1,
    replications: Replications = 20,
    staff_member: StaffMember = None,
    practice: Practice = None,
    service: Service = None,
) -> None:
    """Tell what practices would still know if everybody left and beginners came."""
    with told("experiment"):
        from lpsim.analysis.retention import retained_over_seeds
        from lpsim.engines.behaviours import Own
        from lpsim.show.text.retention import retention_text
        from lpsim.show.text.scenario import heading
        from lpsim.show.text.uncertainty import seeds_of

        own = behaviours(staff_member, practice, service)
        loaded = load(scenario, settings)
        tell_idle_parameters(loaded, own)
        seeds = seeds_from(seed, replications)
        with progress(len(seeds)) as on_seed:
            steps = at or [loaded.steps]
            table = retained_over_seeds(loaded, at=steps, seeds=seeds, on_seed=on_seed, **own)
        text = retention_text(table, loaded, width=width())
        above = heading(loaded, seeds_of(seeds), agents=Own.of(**own).agent_places)
        echo(f"{above}\n\n{text}")
