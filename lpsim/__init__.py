"""lpsim: when does what one member of staff learned become what the practice knows?

All that the package offers, in the order of work; each is imported only when it is asked for.

What is simulated:
    `Scenario`, and what is wrong with one: `ScenarioError`, an `InputError`; `StoppedError`. A setting that
    cannot act: `IdleSettingWarning`. Ties between practices that a networkx graph holds: `save_network`.
Runs:
    `simulate`, `simulate_many`; `Run`, and `load_runs` for all that ``lpsim run`` left in a folder.
    Behaviours of one's own: `StaffMember`, `Practice`, `HealthService`, for Mesa's own tools the
    `LearningModel` of these, and `Stream` and `threshold` for chance.
Questions to runs:
    `replications_needed`; `months_to_half`, `months_to_half_replicated`; `retained`, `retained_over_seeds`;
    of lessons: the `Life` of one, found by `pick`; is a saved run the same when it is made again: `rerun`;
    options and a base in the same worlds: `compare` gives a `Comparison`; which values of free keys give what
    was observed: `calibrate` gives a `Calibration`; what one practice can do by itself: `guide`. A lesson's
    life in words: `tell`.
Figures:
    `plot_levels`, `plot_funnel`, `plot_kinds`, `save_figures`; `plot_loops`; `plot_practices`; of the
    `People` of a small run `plot_people`; of lessons: `plot_flow`, `plot_timeline`, `plot_journey`,
    `save_animation`; of a comparison `plot_comparison`, and `save_comparison` saves all of it; of a
    sensitivity analysis `plot_sensitivity`, `save_sensitivity`; of a discovery `plot_discovery`,
    `save_discovery`; of a calibration `plot_calibration`, `save_calibration`. A page to mail, to open
    anywhere and to print: `save_report`.
Many runs:
    `Design`, `sweep`, on `LocalWorkers` or a `cluster`; `Store`, `read_store`. Which factors matter: `sobol`,
    `morris`; where something happens: `discover`.

The face hands names on and holds no code. Their types stand in ``__init__.pyi``.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

_FACE = {
    "lpsim.scenario": ("Scenario", "ScenarioError"),
    "lpsim.errors": ("InputError", "StoppedError", "IdleSettingWarning"),
    "lpsim.population.network_files": ("save_network",),
    "lpsim.runs.simulate": ("simulate", "simulate_many"),
    "lpsim.runs.run": ("Run",),
    "lpsim.runs.folder": ("load_runs",),
    "lpsim.engines.reference.agents": ("StaffMember", "Practice", "HealthService"),
    "lpsim.engines.reference.model": ("LearningModel",),
    "lpsim.model.draws": ("Stream", "threshold"),
    "lpsim.analysis.replications": ("replications_needed",),
    "lpsim.analysis.diffusion": ("months_to_half", "months_to_half_replicated"),
    "lpsim.analysis.retention": ("retained", "retained_over_seeds"),
    "lpsim.analysis.life": ("Life",),
    "lpsim.analysis.picks": ("pick",),
    "lpsim.analysis.rerun": ("rerun",),
    "lpsim.analysis.comparison": ("compare", "Comparison"),
    "lpsim.analysis.calibration": ("calibrate", "Calibration"),
    "lpsim.analysis.guide": ("guide",),
    "lpsim.show.text.story": ("tell",),
    "lpsim.show.figures.plots": ("plot_levels", "plot_funnel", "plot_kinds", "save_figures"),
    "lpsim.show.figures.loops": ("plot_loops",),
    "lpsim.show.figures.maps": ("plot_practices",),
    "lpsim.analysis.people": ("People",),
    "lpsim.show.figures.people": ("plot_people",),
    "lpsim.show.figures.flow": ("plot_flow",),
    "lpsim.show.figures.timeline": ("plot_timeline",),
    "lpsim.show.figures.journey": ("plot_journey", "save_animation"),
    "lpsim.show.figures.comparison": ("plot_comparison",),
    "lpsim.show.comparison": ("save_comparison",),
    "lpsim.show.figures.sensitivity": ("plot_sensitivity",),
    "lpsim.show.sensitivity": ("save_sensitivity",),
    "lpsim.show.figures.discovery": ("plot_discovery",),
    "lpsim.show.discovery": ("save_discovery",),
    "lpsim.show.figures.calibration": ("plot_calibration",),
    "lpsim.show.calibration": ("save_calibration",),
    "lpsim.show.web.report": ("save_report",),
    "lpsim.sweeps.design.design": ("Design",),
    "lpsim.sweeps.runner": ("sweep",),
    "lpsim.sweeps.workers": ("LocalWorkers", "cluster"),
    "lpsim.sweeps.store.store": ("Store", "read_store"),
    "lpsim.analysis.sensitivity": ("sobol", "morris"),
    "lpsim.analysis.discovery": ("discover",),
}
_HOMES = {name: home for home, names in _FACE.items() for name in names}

__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'lpsim' has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value  # a submodule of the same name must not shadow it later
    return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
