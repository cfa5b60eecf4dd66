"""One lesson's way over the map of practices, and its story; drawn by ``static/draw/lesson_map.js``."""

from __future__ import annotations

from typing import TYPE_CHECKING, NotRequired, TypedDict

import numpy as np

from lpsim.show.figures import layout
from lpsim.show.figures.journey import (
    FILLS,
    Journey,
    arrows_of,
    counts_of,
    fills,
    frames,
    heading,
    labels_of,
    said_of,
)
from lpsim.show.text import story, vocabulary
from lpsim.show.text.findings import life_found

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lpsim.analysis.life import Life
    from lpsim.model.state import Structure
    from lpsim.show.figures.journey import Arrow
    from lpsim.show.figures.layout import Map

DIGITS = 5


class Tier(TypedDict):
    """The bodies of one tier of the service."""

    name: str
    x: list[float]
    y: float
    drawn: bool
    """False where they are too many: then they are told in numbers, at the first place."""


class Base(TypedDict):
    """A map of practices, without what happens on it; x to the right, y upwards, in units of the map."""

    across: float
    up: float
    """It reaches from 0 to these."""
    unit: str
    """What a node is: "practice", the name of a tier, or another word of `lpsim.show.figures.layout`."""
    names: list[str]
    x: list[float]
    y: list[float]
    radius: list[float]
    kind: list[int]
    """The shape of each node, by place in `kinds`."""
    kinds: list[str]
    """Empty where shapes tell nothing."""
    ties: list[list[int]]
    """Pairs of nodes."""
    staff_ties: list[list[int]]
    tiers: list[Tier]
    """From the bottom. Bodies are counted on after the nodes: the first is place ``len(names)``."""
    about: list[str]
    """What nodes and lines are, in sentences."""


class Frame(TypedDict):
    """The end of a step."""

    step: int
    title: str
    """What happened: "month 7: in the health service's guidance"; the step alone where nothing did first."""
    counts: str
    """Who carries it, in words."""
    milestone: bool
    fill: list[int]
    """Who knows at each node: 0 nobody, 1 some, 2 most of the staff (see `LessonMap.fills`)."""
    ring: list[int]
    """Nodes that have it in their memory."""
    bodies: list[int]
    """Bodies, counted from 0, that have it in their guidance."""
    arrows: list[list[int]]
    """Source, target (places) and way (its place in `LessonMap.ways`): new since the frame before."""
    labels: list[list[int | str]]
    """Place and text."""


class Told(TypedDict):
    """A sentence or a few of the story."""

    step: int
    text: str


class Way(TypedDict):
    """How a lesson comes from outside."""

    name: str
    """By which it is drawn."""
    label: str


class LessonMap(TypedDict):
    """The way of a lesson."""

    lesson: int
    found: str
    """What became of it: a title."""
    heading: str
    """What it is about: "The way of lesson 462: a right view on issue 36"."""
    steps: int
    base: Base
    frames: list[Frame]
    fills: list[str]
    """What the three fills mean."""
    ring: str
    """What a ring means."""
    ways: list[Way]
    story: list[Told]
    seed: NotRequired[int]


def lesson_map(life: Life) -> LessonMap:
    """The frames of an animation, and the story of the same lesson."""
    way = Journey.of(life)
    steps = frames(way)
    arrows = arrows_of(way, steps)
    ways = sorted({by for some in arrows for *_, by in some})
    staff = ("nobody", "some of the staff", "most of the staff")
    many = ("no practice", "up to a tenth of the practices", "more than a tenth")
    return {
        "lesson": int(life.row["lesson"]), "found": life_found(life), "heading": heading(life),
        "steps": life.steps, "base": base(life.structure, way.spot),
        "frames": [_frame(way, step, some, ways) for step, some in zip(steps, arrows, strict=True)],
        "fills": list(many if way.spot.aggregated else staff),
        "ring": "a practice's memory" if life.structure.practices > 1 else "its memory",
        "ways": [{"name": name, "label": f"by {vocabulary.WAYS[name].by}"} for name in ways],
        "story": [{"step": step, "text": text} for step, text in story.by_step(life)],
        "seed": life.run.seed,
    }  # fmt: skip


def base(structure: Structure, spot: Map | None = None) -> Base:
    """The map of a structure's practices, for whatever is drawn on it."""
    spot = spot or layout.lay_out(structure)
    rows = zip(structure.tiers, layout.body_places(structure), strict=True)
    return {
        "across": layout.ACROSS, "up": layout.top(structure), "unit": spot.unit, "names": list(spot.names),
        "x": _short(spot.xy[:, 0]), "y": _short(spot.xy[:, 1]), "radius": _short(spot.radius),
        "kind": [int(kind) for kind in spot.kind],
        "kinds": list(structure.kinds) if len(np.unique(spot.kind)) > 1 else [],
        "ties": spot.ties.tolist(), "staff_ties": spot.staff_ties.tolist(),
        "tiers": [
            {
                "name": name, "x": _short(xy[:, 0]), "y": round(float(xy[0, 1]), DIGITS),
                "drawn": len(xy) <= layout.MOST_IN_ROW,
            }
            for name, xy in rows
        ],
        "about": [text for text in (layout.about_nodes(spot), layout.about_ties(spot)) if text],
    }  # fmt: skip


def _frame(way: Journey, step: int, arrows: Sequence[Arrow], ways: Sequence[str]) -> Frame:
    _, memory, guidance = way.at(step)
    said = said_of(way, step)
    return {
        "step": step, "title": f"{way.when(step)}{': ' * bool(said)}{said}",
        "counts": counts_of(way, step), "milestone": step in way.stages(),
        "fill": [FILLS.index(fill) for fill in fills(way, step)],
        "ring": np.flatnonzero(np.bincount(way.spot.node, weights=memory) > 0).tolist(),
        "bodies": np.flatnonzero(guidance > 0).tolist(),
        "arrows": [[int(source), int(target), ways.index(by)] for source, target, by in arrows],
        "labels": [[int(place), text] for place, text in labels_of(way, step).items()],
    }  # fmt: skip


def _short(values: np.ndarray) -> list[float]:
    return [round(float(value), DIGITS) for value in values]
