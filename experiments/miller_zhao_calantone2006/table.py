"""What is read of the runs of each part, and where it stands: panel, line and x."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from experiments.tables import Place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from experiments.tables import Numbers, Seen

    Values = Mapping[str, Any]

TACIT, NEIGHBOURS, CODE = "world.tacit", "practice.discussion.rate", "practice.socialisation.rate"
TURNOVER = "roles.staff.turnover"
PEOPLE, MEMORY = "staff_knowledge", "practice_knowledge"


def channels(point: Values, seen: Seen) -> Numbers:
    """What people and the code know in the end, by the share of tacit issues; and what still changed."""
    ways = [name for name, key in (("code", CODE), ("neighbours", NEIGHBOURS)) if point[key]]
    line = " and ".join(ways) or "nobody"
    for panel, measure in (("people", PEOPLE), ("code", MEMORY)):
        yield Place("channels", panel, line, point[TACIT]), seen[measure][:, -1]
    yield Place("change", "people", line, point[TACIT]), seen[PEOPLE][:, -1] - seen[PEOPLE][:, 0]


def speed(point: Values, seen: Seen) -> Numbers:
    """What people know, by how fast they learn from neighbours, soon and in the end."""
    for step, values in zip(seen["step"][0], seen[PEOPLE].T, strict=True):
        yield Place("speed", f"period {step:g}", f"p1 = {point[CODE]:g}", point[NEIGHBOURS]), values


def turnover(point: Values, seen: Seen) -> Numbers:
    """What people know after 100 periods, by turnover."""
    line = "tacit" if point[TACIT] else "explicit"
    yield Place("turnover", "people", line, point[TURNOVER]), seen[PEOPLE][:, -1]


def space(point: Values, seen: Seen) -> Numbers:
    """What people know over time, by network."""
    for step, values in zip(seen["step"][0], seen[PEOPLE].T, strict=True):
        yield Place("space", "people", point["scenario"], step), values
