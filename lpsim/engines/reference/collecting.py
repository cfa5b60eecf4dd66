"""What Mesa's own tools find in the model: a collector of knowledge at the four levels."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import mesa

from lpsim.model.counts import empty_counts

if TYPE_CHECKING:
    from lpsim.engines.reference.model import LearningModel


def levels(model: LearningModel) -> dict[str, float]:
    """Knowledge of staff, teams, practices and the service now: as in a run's series, to the last bit."""
    structure, issues = model.structure, len(model.state.reality)
    counts = empty_counts(structure, [model.state.step])
    model.observe(counts, 0)
    top = counts.guidance[0][-structure.bodies[-1] :]
    sums = {
        "staff_knowledge": (counts.staff[0], structure.staff),
        "collective_knowledge": (counts.collective[0], structure.practices),
        "practice_knowledge": (counts.memory[0], structure.practices),
        "service_knowledge": (top, structure.bodies[-1]),
    }
    return {name: int(known.sum(dtype=int)) / (those * issues) for name, (known, those) in sums.items()}


def collector() -> Any:
    """A collector of them, one of which `mesa.batch_run` needs."""
    names = ("staff_knowledge", "collective_knowledge", "practice_knowledge", "service_knowledge")
    return mesa.DataCollector(model_reporters={name: partial(_level, name) for name in names})


def _level(name: str, model: LearningModel) -> float:
    return model.levels[name]
