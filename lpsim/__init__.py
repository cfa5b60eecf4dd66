"""lpsim: when does what one member of staff learned become what the practice knows?

The face of the package; it hands names on and imports each only when asked for.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lpsim.analysis.diffusion import months_to_half
    from lpsim.analysis.replications import replications_needed
    from lpsim.analysis.retention import retained
    from lpsim.engines.reference.agents import StaffMember
    from lpsim.errors import InputError, StoppedError
    from lpsim.model.draws import Stream, threshold
    from lpsim.runs.run import Run
    from lpsim.runs.simulate import simulate, simulate_many
    from lpsim.scenario import Scenario, ScenarioError
    from lpsim.sweeps.design.design import Design
    from lpsim.sweeps.runner import sweep
    from lpsim.sweeps.store.store import Store, read_store
    from lpsim.sweeps.workers import LocalWorkers

__version__ = "0.1.0"

__all__ = [
    "Design",
    "InputError",
    "LocalWorkers",
    "Run",
    "Scenario",
    "ScenarioError",
    "StaffMember",
    "StoppedError",
    "Store",
    "Stream",
    "months_to_half",
    "read_store",
    "replications_needed",
    "retained",
    "simulate",
    "simulate_many",
    "sweep",
    "threshold",
]

_HOMES = {
    "Design": "lpsim.sweeps.design.design",
    "InputError": "lpsim.errors",
    "LocalWorkers": "lpsim.sweeps.workers",
    "Run": "lpsim.runs.run",
    "Scenario": "lpsim.scenario",
    "ScenarioError": "lpsim.scenario",
    "StaffMember": "lpsim.engines.reference.agents",
    "StoppedError": "lpsim.errors",
    "Store": "lpsim.sweeps.store.store",
    "Stream": "lpsim.model.draws",
    "months_to_half": "lpsim.analysis.diffusion",
    "read_store": "lpsim.sweeps.store.store",
    "replications_needed": "lpsim.analysis.replications",
    "retained": "lpsim.analysis.retention",
    "simulate": "lpsim.runs.simulate",
    "simulate_many": "lpsim.runs.simulate",
    "sweep": "lpsim.sweeps.runner",
    "threshold": "lpsim.model.draws",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'lpsim' has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value  # a submodule of the same name must not shadow it later
    return value
