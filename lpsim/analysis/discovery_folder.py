"""The folder of what was discovered: ``discovery.json``, and the tables ``limits.csv`` and ``policies.csv``.

What shows them, the page and the figure, is written beside by whoever has words and colours.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

import pandas as pd

from lpsim.storage.results import ResultFolder
from lpsim.storage.sealed import Seal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lpsim.analysis.discovery import Discovery, Region

LIMITS, POLICIES = "limits.csv", "policies.csv"
SEAL = Seal(
    "discovery.json",
    "lpsim discover",
    1,
    folder="the folder of what `lpsim discover` found",
    otherwise="discover it again",
)
_OWN = re.compile(r"discovery\.(json|md|png|svg)|(limits|policies)\.csv")
FOLDER = ResultFolder(SEAL, _OWN, above="discovery", noun="a discovery")


def save(
    found: Discovery,
    folder: Path,
    *,
    show: Callable[[Path], object] | None = None,
    force: bool = False,
) -> Path:
    """Save what was found; what is returned, and errors, as in `lpsim.storage.results.ResultFolder.save`."""
    tables = {LIMITS: list(_limits(found)), POLICIES: list(_policies(found))}
    files = [
        (name, pd.DataFrame(rows).to_csv(index=False, lineterminator="\n").encode())
        for name, rows in tables.items()
        if rows
    ]
    return FOLDER.save(folder, _says(found), files, show=show, force=force)


def _says(found: Discovery) -> dict[str, Any]:
    return {
        "design": found.design.title,
        "digest": found.design.digest,
        "condition": found.condition._asdict(),
        "step": found.step,
        "points": len(found.sought),
        "sought": int(found.sought.sum()),
        "replications": found.design.scheme.replications,
        "boxes": [_region(region) for region in found.boxes],
        "leaves": [_region(region) for region in found.leaves],
        "policies": [
            {**policy._asdict(), "levers": dict(policy.levers), "worst": policy.worst}
            for policy in found.policies
        ],
    }


def _region(region: Region) -> dict[str, Any]:
    numbers = ("cases", "sought", "coverage", "density", "held_coverage", "held_density")
    return {
        **{name: _plain(getattr(region, name)) for name in numbers},
        "sides": [
            {**side._asdict(), "end": _plain(side.end), "ends": [_plain(end) for end in side.ends]}
            for side in region.sides
        ],
    }


def _limits(found: Discovery) -> Iterator[dict[str, Any]]:
    """One row per side of each box and leaf."""
    for method, regions in (("prim", found.boxes), ("cart", found.leaves)):
        for number, region in enumerate(regions, 1):
            for side in region.sides:
                yield {
                    "method": method, "box": number, "factor": side.factor, "kind": found.kind(side.factor),
                    "side": side.side, "end": side.end, "values": "; ".join(map(str, side.values)),
                    "kept": side.kept, "end_low": side.ends[0], "end_high": side.ends[1],
                }  # fmt: skip


def _policies(found: Discovery) -> Iterator[dict[str, Any]]:
    """One row per policy and future."""
    for policy in found.policies:
        for number, regret in enumerate(policy.regret):
            yield {**policy.levers, "future": number, "regret": regret}


def _plain(value: float) -> float | None:
    """NaN is no JSON: None stands for it."""
    return None if math.isnan(value) else value
