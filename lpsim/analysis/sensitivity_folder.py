"""The folder of a sensitivity analysis: ``sensitivity.json`` and ``sensitivity.csv``, each with every index.

What shows them, the page and the figure, is written beside by whoever has words and colours.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from lpsim.storage.results import ResultFolder
from lpsim.storage.sealed import Seal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lpsim.analysis.indices import Index
    from lpsim.analysis.sensitivity import Sensitivity

TABLE = "sensitivity.csv"
SEAL = Seal(
    "sensitivity.json",
    "lpsim sensitivity",
    1,
    folder="the folder of a sensitivity analysis",
    otherwise="analyse again",
)
_OWN = re.compile(r"sensitivity\.(json|csv|md|png|svg)")
FOLDER = ResultFolder(SEAL, _OWN, above="sensitivity", noun="an analysis")


def save(
    found: Sensitivity,
    folder: Path,
    *,
    show: Callable[[Path], object] | None = None,
    force: bool = False,
) -> Path:
    """Save an analysis; what is returned, and errors, as in `lpsim.storage.results.ResultFolder.save`."""
    table = found.table().to_csv(index=False, lineterminator="\n").encode()
    return FOLDER.save(folder, _says(found), [(TABLE, table)], show=show, force=force)


def _says(found: Sensitivity) -> dict[str, Any]:
    scheme = found.design.scheme
    return {
        "design": found.design.title,
        "digest": found.design.digest,
        "scenario": found.scenario,
        "method": found.method,
        "step": found.step,
        "points": found.points,
        "replications": scheme.replications,
        "seed_blocks": scheme.seed_blocks,
        "constant": list(found.constant),
        "measures": {
            measure: {
                "factors": {
                    one.factor: {name: _plain(index) for name, index in one.indices.items()}
                    for one in influences
                },
                "clear": [one.factor for one in found.clear(measure)],
                "wide": [one.factor for one in found.wide(measure)],
                "interactions": [
                    {"one": pair.one, "other": pair.other, **_plain(pair.share)}
                    for pair in found.interactions[measure]
                ],
            }
            for measure, influences in found.influences.items()
        },
    }


def _plain(index: Index) -> dict[str, Any]:
    """NaN is no JSON: None stands for it."""
    numbers = {key: getattr(index, key) for key in ("value", "low", "high")}
    return {key: None if math.isnan(number) else number for key, number in numbers.items()} | {
        "parts": [None if math.isnan(part) else part for part in index.parts]
    }
