"""Where everybody stands on a map of the practices: a function of the structure alone.

Nothing here is drawn by chance and nothing depends on the step, so that all maps of one network can be
laid over each other. Up to `MOST_NODES` practices each has a node of its own; of more, the practices of
one body of the wider service share one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import networkx as nx
import numpy as np

from lpsim.model.schedule import Level
from lpsim.model.state import uid_parts
from lpsim.show.text.vocabulary import PERSON, noun

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from lpsim.model.state import Structure, Ties

    Points = NDArray[np.float64]
    Numbers = NDArray[np.int64]

MOST_NODES = 400
KIND, ALL = "kind of practice", "all practices together"
ACROSS, UP = 1.3, 1.0
"""The box that holds the nodes, in the units of a map."""
ROW, FIRST_ROW, ROW_START = 0.13, 0.1, 0.48
"""Between the rows of bodies, from the box to the first of them, and where a row begins."""
MOST_IN_ROW = 60
"""A tier with more bodies is told in numbers, not drawn."""
MOST_STAFF_TIES = 4
"""Per node; where staff tie more pairs of practices than that, the lines would hide the map."""

_FILL, _LARGEST, _GAP = 0.37, 0.1, 0.6  # of the least distance; of a map; between blocks, least distances
_CIRCLE, _ROUNDS, _WIDTHS = 12, 80, 60
_SPARSE = 5.0  # in boxes of the least distance per node, beyond which a map is mostly empty
_RELAX = 200  # rounds in which nodes too near to each other move apart


@dataclass(frozen=True)
class Map:
    """A network of n nodes in a box of `ACROSS` by `UP`; P practices."""

    node: Numbers
    """(P,) the node of each practice."""
    names: tuple[str, ...]
    """Per node."""
    unit: str
    """What a node is: "practice", the name of a tier, `KIND` or `ALL`."""
    staff: Numbers
    """(n,) the number of posts; a node's area is proportional to it."""
    practices: Numbers
    """(n,) how many practices a node stands for."""
    kind: Numbers
    """(n,) index of the kind of practice; all 0 where a node stands for several."""
    xy: Points
    """(n, 2) where the nodes stand."""
    radius: Points
    """(n,) of a circle of the node's area, in the same units."""
    ties: Numbers
    """(m, 2) pairs of nodes with ties between their practices, the lower first."""
    weight: Numbers
    """(m,) how many."""
    staff_ties: Numbers
    """(k, 2) pairs of nodes whose staff are tied; none where they are too many to draw."""
    staff_ties_left_out: int
    """How many such pairs there are, where they are too many to draw."""

    @property
    def aggregated(self) -> bool:
        """Whether nodes stand for several practices."""
        return self.unit != "practice"


class Crossing(NamedTuple):
    """The taking of a lesson from outside a practice, or by a body of the wider service."""

    step: int
    to: int
    """The uid of who took it."""
    source: int
    target: int
    """Two places of the map, see `place_of`."""
    way: str
    """One of `lpsim.lessons.stages.WAYS`."""


def lay_out(structure: Structure) -> Map:
    """Choose the nodes and place them.

    Practices tied to each other stand together, in a circle where they are few, else as far from each
    other as they are along the ties. Practices without ties stand in rows, those of one body of
    the first tier together, by kind.
    """
    node, names, unit = _nodes(structure)
    size = len(names)
    staff = np.bincount(node, weights=np.diff(structure.first_staff), minlength=size).astype(np.int64)
    own = unit == "practice"
    kind = structure.practice_kind.astype(np.int64) if own else np.zeros(size, dtype=np.int64)
    ties, weight = _pairs(structure.practice_ties, node)
    between, _ = _pairs(structure.staff_ties, node[structure.staff_practice])
    fits = len(between) <= MOST_STAFF_TIES * size
    drawn = between if fits else between[:0]
    body = structure.practice_body.astype(np.int64) if own else np.zeros(size, dtype=np.int64)
    xy, least = _place(ties if len(ties) else drawn, body=body, kind=kind)
    return Map(
        node=node,
        names=names,
        unit=unit,
        staff=staff,
        practices=np.bincount(node, minlength=size),
        kind=kind,
        xy=xy,
        radius=np.sqrt(staff / staff.max()) * min(_FILL * least, _LARGEST * UP),
        ties=ties,
        weight=weight,
        staff_ties=drawn,
        staff_ties_left_out=0 if fits else len(between),
    )


def body_places(structure: Structure) -> list[Points]:
    """Per tier from the bottom, (B_t, 2): its bodies in a row above the nodes' box, in order.

    The bodies of a tier of more than `MOST_IN_ROW` all have the same place, at the start of the row.
    """
    rows = []
    for tier, bodies in enumerate(structure.bodies):
        x = ROW_START + (ACROSS - 0.02 - ROW_START) * (np.arange(bodies) + 0.5) / bodies
        if bodies > MOST_IN_ROW:
            x[:] = ROW_START
        rows.append(np.stack([x, np.full(bodies, UP + FIRST_ROW + ROW * tier)], axis=1))
    return rows


def body_index(structure: Structure, level: Any, body: Any) -> Any:
    """The index of bodies, given level and number in a uid, among those of all tiers from the bottom."""
    return np.cumsum([0, *structure.bodies])[np.maximum(level - Level.SERVICE, 0)] + body


def place_of(structure: Structure, spot: Map, uids: Any) -> Any:
    """Where people, practices and bodies are: the index of a node, or n and the index of a body."""
    level, body, _, _ = uid_parts(uids)
    inside = level <= Level.PRACTICE
    above = len(spot.names) + body_index(structure, level, body)
    return np.where(inside, spot.node[np.where(inside, body, 0)], above)


def count(structure: Structure, uids: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """How many of some learners are staff and memory of each practice, (P,), and each body, (B,)."""
    level, body, _, _ = uid_parts(uids)
    staff = np.bincount(body[level == Level.STAFF], minlength=structure.practices)
    memory = np.bincount(body[level == Level.PRACTICE], minlength=structure.practices)
    above = body_index(structure, level, body)[level >= Level.SERVICE]
    return staff, memory, np.bincount(above, minlength=sum(structure.bodies))


def groups_of(uids: Any) -> Any:
    """One number for the staff of a practice, one for its memory, one for each body."""
    return uids >> 24


def homes_of(uids: Any) -> Any:
    """One number for a practice as a whole, one for each body."""
    level, body, _, _ = uid_parts(uids)
    return level + (level == Level.STAFF) << 32 | body


def crossings(events: pd.DataFrame, structure: Structure, spot: Map) -> list[Crossing]:
    """The takings of a lesson from outside a practice, or by a body, in order; events as in a `Life`."""
    taken = events[events["event"] == "taken"]
    source, to = (taken[name].to_numpy(dtype=np.int64) for name in ("from", "to"))
    ends = place_of(structure, spot, source).tolist(), place_of(structure, spot, to).tolist()
    rows = zip(taken["step"].tolist(), to.tolist(), *ends, taken["way"].tolist(), strict=True)
    across = homes_of(source) != homes_of(to)
    return [Crossing(*row) for row, other in zip(rows, across, strict=True) if other]


def evenly(steps: Numbers, most: int) -> list[int]:
    """At most so many of some steps, the first and the last among them."""
    chosen = np.round(np.linspace(0, len(steps) - 1, min(most, len(steps)))).astype(int)
    return [int(step) for step in steps[chosen]]


def top(structure: Structure) -> float:
    """How far up the box and the rows of bodies reach."""
    return UP + FIRST_ROW + ROW * (len(structure.bodies) - 0.5)


def about_nodes(spot: Map) -> str:
    """What a node is."""
    few, many, practices = int(spot.staff.min()), int(spot.staff.max()), int(spot.practices.sum())
    if practices == 1:
        return f"The circle is the practice ({few:,} {noun(few, PERSON)})."
    size = f"{few:,} {noun(few, PERSON)} each" if few == many else f"{few:,} to {many:,} people"
    if not spot.aggregated:
        return f"Each shape is a practice; its area is the number of its staff ({size})."
    if len(spot.names) == 1:
        return f"Too many practices to draw one by one: the circle is all {practices:,} ({few:,} people)."
    unit = "kind" if spot.unit == KIND else f"body of the tier “{spot.unit}”"
    return (
        f"Too many practices to draw one by one: {practices:,} are drawn as {len(spot.names)} circles, each "
        f"the practices of one {unit} taken together; its area is the number of their staff ({size})."
    )


def about_ties(spot: Map) -> str:
    """What the lines are."""
    whose = "practices of two circles" if spot.aggregated else "practices"
    parts = []
    if len(spot.ties) and spot.aggregated:
        few, many = int(spot.weight.min()), int(spot.weight.max())
        parts.append(f"Lines: ties between {whose}, thicker the more ({few:,} to {many:,}).")
    elif len(spot.ties):
        parts.append("Lines: practices tied to each other.")
    if len(spot.staff_ties):
        parts.append(f"Dotted lines: {whose} whose staff are tied to each other.")
    if spot.staff_ties_left_out:
        parts.append(f"Not drawn: staff of {spot.staff_ties_left_out:,} pairs of {whose} are tied, too.")
    return " ".join(parts) or f"There are no ties between {whose}." * (len(spot.names) > 1)


def _nodes(structure: Structure) -> tuple[Numbers, tuple[str, ...], str]:
    """Each practice's node, the nodes' names and what they are."""
    practices = np.arange(structure.practices)
    if structure.practices <= MOST_NODES:
        return practices, structure.practice_names, "practice"
    body = structure.practice_body.astype(np.int64)
    for tier, name in enumerate(structure.tiers):
        found, node = np.unique(body, return_inverse=True)
        if 1 < len(found) <= MOST_NODES:
            return node, tuple(str(number) for number in found), name
        if tier < len(structure.parent_body):
            body = structure.parent_body[tier][body].astype(np.int64)
    kinds, node = np.unique(structure.practice_kind, return_inverse=True)
    if len(kinds) > 1:
        return node, tuple(structure.kinds[kind] for kind in kinds), KIND
    return np.zeros_like(practices), (ALL,), ALL


def _pairs(ties: Ties, node: Numbers) -> tuple[Numbers, Numbers]:
    """Pairs of different nodes that learners are tied across, and the number of ties of each."""
    one = node[np.repeat(np.arange(len(ties.offsets) - 1), np.diff(ties.offsets))]
    pairs = np.stack([one, node[ties.neighbours]], axis=1).astype(np.int64)
    pairs, count = np.unique(pairs[pairs[:, 0] < pairs[:, 1]], axis=0, return_counts=True)
    return pairs, count.astype(np.int64)


def _place(ties: Numbers, *, body: Numbers, kind: Numbers) -> tuple[Points, float]:
    """Where the nodes stand in the box, and the least distance kept between any two."""
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(len(kind)))
    graph.add_edges_from(ties.tolist())
    tied = [sorted(part) for part in nx.connected_components(graph)]
    groups = sorted(part for part in tied if len(part) > 1)
    blocks = [_tied(graph.subgraph(group), group) for group in groups]
    alone = np.array(sorted(part[0] for part in tied if len(part) == 1), dtype=np.int64)
    for number in np.unique(body[alone]):
        members = alone[body[alone] == number]
        groups.append(members[np.argsort(kind[members], kind="stable")].tolist())
        blocks.append(_rows(len(members)))
    places = _pack(blocks)
    xy = np.empty((len(kind), 2))
    for group, place in zip(groups, places, strict=True):
        xy[group] = place
    return _into_box(xy)


def _into_box(xy: Points) -> tuple[Points, float]:
    """Fill the box, half the least distance (1) from its edges; turn up what is down."""
    size = np.ptp(xy, axis=0) + 1
    scale = min(ACROSS / size[0], UP / size[1])
    centred = (xy - xy.min(axis=0) - np.ptp(xy, axis=0) / 2) * scale
    # Rounded, so that the last bits of linear algebra move nothing.
    return np.round(np.array([ACROSS, UP]) / 2 + centred * [1, -1], 5) + 0.0, float(scale)


def _rows(size: int, *, folded: bool = False) -> Points:
    """Rows of nodes at distance 1, nearly in the shape of the box; folded: every other one backwards."""
    columns = max(1, min(size, round(float(np.sqrt(size * ACROSS / UP)))))
    row, column = np.divmod(np.arange(size), columns)
    if folded:
        column = np.where(row % 2, columns - 1 - column, column)
    return np.stack([column, row], axis=1).astype(float)


def _circle(size: int) -> Points:
    """A circle at the top of which the first node stands, neighbours at distance 1."""
    turn = 2 * np.pi * np.arange(size) / size
    xy: Points = np.stack([np.sin(turn), -np.cos(turn)], axis=1) / (2 * np.sin(np.pi / size))
    return xy


def _tied(graph: nx.Graph[int], group: Sequence[int]) -> Points:
    """Place nodes that are all connected, at distances of at least 1."""
    size = len(group)
    if size <= _CIRCLE:
        return _circle(size)
    steps = dict(nx.all_pairs_shortest_path_length(graph))
    xy = _by_distance(np.array([[steps[i][j] for j in group] for i in group], dtype=float))
    nearest = float(np.median(_distances(xy).min(axis=1)))
    xy = _apart(xy * 0.5 / max(nearest, 1e-6))  # too near, so that they fill the map evenly
    across, up = np.ptp(xy, axis=0).tolist()
    # A long ring or chain would leave most of the map empty, and its nodes too small to see.
    if max(across / ACROSS, up / UP) ** 2 > _SPARSE * size:
        return _rows(size, folded=True)
    return xy


def _by_distance(wanted: Points) -> Points:
    """Stress majorisation (Gansner, Koren & North 2004, Graph Drawing) from a circle."""
    size = len(wanted)
    xy = _circle(size)
    np.fill_diagonal(wanted, 1.0)
    weight = wanted**-2.0
    np.fill_diagonal(weight, 0.0)
    inverse = np.linalg.pinv(np.diag(weight.sum(axis=1)) - weight)
    for _ in range(_ROUNDS):
        pull = -weight * wanted / np.maximum(_distances(xy), 1e-9)
        np.fill_diagonal(pull, 0.0)
        np.fill_diagonal(pull, -pull.sum(axis=1))
        xy = inverse @ (pull @ xy)
    return xy


def _distances(xy: Points) -> Points:
    """Between all nodes; from a node to itself infinite."""
    across, up = np.moveaxis(xy[:, None] - xy[None], -1, 0)
    apart: Points = np.hypot(across, up)
    np.fill_diagonal(apart, np.inf)
    return apart


def _apart(xy: Points) -> Points:
    """Move nodes that are nearer to each other than 1 apart, and let what is left decide the scale."""
    # Each by a hair elsewhere: two nodes at one place have no direction to part in.
    xy = xy + 1e-3 * _circle(len(xy)) / len(xy)
    for _ in range(_RELAX):
        apart = _distances(xy)
        lack = np.maximum(0.0, 1.02 - apart)
        if lack.max() < 0.02:
            break
        push = 0.4 * lack / np.maximum(apart, 1e-9)
        xy = xy + push.sum(axis=1)[:, None] * xy - push @ xy
    xy /= min(1.0, float(_distances(xy).min()))
    return xy


def _pack(blocks: Sequence[Points]) -> list[Points]:
    """Blocks beside and below each other, in the rows that fill the box best."""
    sizes = np.array([np.ptp(block, axis=0) + 1 + _GAP for block in blocks])
    if len(blocks) == 1:  # has the box to itself; few practices stay in a true circle
        across, up = np.ptp(blocks[0], axis=0) + 1
        wider = np.clip(ACROSS * up / (UP * across), 1, ACROSS / UP) if len(blocks[0]) > _CIRCLE else 1
        return [blocks[0] * [wider, 1]]
    order = sorted(range(len(blocks)), key=lambda block: (-sizes[block, 1], block))
    widths = np.linspace(sizes[:, 0].max(), sizes[:, 0].sum(), _WIDTHS)
    layouts = [_shelves(sizes, order, width) for width in widths]

    def scale(corners: Points) -> float:
        across, up = (corners + sizes).max(axis=0)
        return round(float(min(ACROSS / across, UP / up)), 9)

    best = max(layouts, key=scale)
    return [
        block - block.min(axis=0) + corner + (size - np.ptp(block, axis=0)) / 2
        for block, corner, size in zip(blocks, best, sizes, strict=True)
    ]


def _shelves(sizes: Points, order: Sequence[int], width: float) -> Points:
    """The upper left corners of blocks put side by side on shelves of one width."""
    corners, x, y, high = np.zeros_like(sizes), 0.0, 0.0, 0.0
    for block in order:
        wide, tall = sizes[block]
        if x > 0 and x + wide > width + 1e-9:
            x, y, high = 0.0, y + high, 0.0
        corners[block] = x, y
        x, high = x + wide, max(high, tall)
    return corners
