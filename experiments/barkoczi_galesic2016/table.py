"""What is read of the runs: performance over time, a panel per strategy, a line per network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from experiments.tables import Place

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from experiments.tables import Numbers, Seen

    Values = Mapping[str, Any]

END = 199
"""The last round."""


def curves(point: Values, seen: Seen) -> Numbers:
    """Performance after each round kept."""
    strategy = point["scenario"].split(", ")[0]
    for step, values in zip(seen["step"][0], seen["performance"].T, strict=True):
        yield Place("performance", strategy, point["scenario"], int(step) - 1), values


def pairs_of_networks(points: Sequence[tuple[Values, Seen]]) -> Numbers:
    """Landscape by landscape: by how much the lattice is ahead of the complete network in the end."""
    last = {point["scenario"]: seen["performance"][:, -1] for point, seen in points}
    for name, values in last.items():
        told, _, network = name.rpartition(", ")
        if network == "complete":
            ahead = last[f"{told}, lattice"] - values
            yield Place("ahead", told.split(", ")[0], f"{told}, lattice minus complete", END), ahead
