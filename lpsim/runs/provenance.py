"""Where numbers come from: what it takes to make a run again."""

from __future__ import annotations

import platform
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from lpsim.runs.versions import DEPENDENCIES, version_of
from lpsim.scenario.scenario import MODEL_VERSION

if TYPE_CHECKING:
    from lpsim.scenario import Scenario


def provenance(
    origin: dict[str, Any], *, seed: int, seconds: float, population_report: dict[str, Any]
) -> dict[str, Any]:
    """What it takes to make a run again, besides the scenario; plain values, as JSON returns them.

    Keys: those of `origin`; ``seed``, ``seconds`` (taken; of runs made side by side, their mean),
    ``finished`` (UTC), ``population`` (what was read, rounded, drawn, left out).
    """
    return {
        **origin,
        "seed": seed,
        "seconds": seconds,
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "population": population_report,
    }


def origin(scenario: Scenario, engine: str) -> dict[str, Any]:
    """What the provenance of all runs of a scenario has in common.

    Keys: ``changed`` (what was laid over the scenario's file, by dotted key, as it was given), ``lpsim``
    and ``model`` (their versions), ``digest``, ``engine``, ``python``, ``platform``,
    ``dependencies`` (their versions), ``files`` (those read, with SHA-256); where there are behaviours of
    one's own, ``own`` (`lpsim.engines.behaviours.Own.said`).
    """
    return {
        "changed": dict(scenario.given.changed),
        "lpsim": version_of("lpsim"),
        "model": MODEL_VERSION,
        "digest": scenario.digest,
        "engine": engine,
        "python": platform.python_version(),
        "platform": platform.machine(),
        "dependencies": {name: version_of(name) for name in DEPENDENCIES},
        "files": scenario.files(),
    }
