"""The way of one lesson over the map of practices: panels at its milestones, and an animation."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib import style
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D
from PIL import Image

from lpsim.analysis.life import Life
from lpsim.scenario.taken import as_one
from lpsim.show.figures import layout, maps, page, sheet
from lpsim.show.text import vocabulary
from lpsim.show.text.findings import life_found
from lpsim.show.text.vocabulary import counted, joined, learner_name, step_word, top_name
from lpsim.storage.folders import made

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Self

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from lpsim.model.state import Structure
    from lpsim.show.figures.layout import Crossing, Map
    from lpsim.show.figures.sheet import Sheet

    Numbers = NDArray[np.int64]
    Arrow = tuple[int, int, str]  # from a place of the map, to another, by a way

MOST_FRAMES = 120
FILLS = ("#FFFFFF", "#E69F00", "#009E73")
"""Nobody, some, most of the staff; where a node is many practices: none, up to a tenth of them, more."""
RING = page.COLOURS[2]
"""Around what has it in its memory."""
ARROWS: dict[str, tuple[str, Any]] = {
    "newcomer": ("#000000", "solid"),
    "peer tie": ("#D55E00", (0, (1, 1.2))),
    "networking": ("#009E73", (0, (5, 1.5))),
    "guidance": ("#0072B2", (0, (10, 1.5))),
    "training": ("#0072B2", (0, (2.2, 1.2))),
    "curriculum": ("#0072B2", (0, (5, 1.5, 1, 1.5))),
    "reporting": ("#CC79A7", (0, (5, 1.5, 1, 1.5, 1, 1.5))),
}
"""How a lesson comes from outside: way -> colour, dashes."""

_WHO = "Marked is who has it from this lesson; others may hold the same view from elsewhere."
_HOW = (
    "Arrows: how it came since the picture before to the staff or memory of a practice, or to guidance, "
    "that did not have it; where several brought it, the first."
)
_FRAME, _LONG, _LAST = 350, 1400, 4000  # milliseconds: a frame, one with a milestone, the last
_BESIDE, _DPI = 3.4, 100  # of an animation: inches for key and notes, dots per inch


@dataclass(frozen=True, eq=False)
class Journey:
    """The life of a lesson on a map; places are its nodes, then the bodies of all tiers from the bottom."""

    life: Life
    spot: Map
    crossings: list[Crossing]

    @classmethod
    def of(cls, life: Life) -> Self:
        """Place a life on the map of its run."""
        spot = layout.lay_out(life.structure)
        return cls(life, spot, layout.crossings(life.events, life.structure, spot))

    @property
    def structure(self) -> Structure:
        """The run's."""
        return self.life.structure

    def when(self, step: int) -> str:
        """A step in words."""
        return f"{step_word(self.life.run.scenario)} {step}"

    def at(self, step: int) -> tuple[Numbers, Numbers, Numbers]:
        """How many carry the lesson at the end of a step: staff and memory of each practice, each body."""
        return layout.count(self.structure, self.life.holders(step))

    def stages(self) -> dict[int, list[str]]:
        """By step, what was so then for the first time: as in `Life.reached`, or "end"."""
        found: dict[int, list[str]] = {}
        for name, step in self.life.reached.items():
            found.setdefault(step, []).append(name)
        if "lost" not in self.life.reached:
            found.setdefault(self.life.steps, []).append("end")
        return found

    def changes(self) -> list[int]:
        """The milestones, and the steps at whose end others carry it than at the end of the one before."""
        held = self.life.held
        steps = {int(step) for step in np.union1d(held["step"], held["until"]) if step > 0}
        carrying = self.life.holders
        moved = {step for step in steps if not np.array_equal(carrying(step), carrying(step - 1))}
        return sorted({*self.stages(), *moved})

    def arrows(self, since: int, step: int) -> list[Arrow]:
        """How it came to where it was not at the end of `since` and is at the end of `step`.

        Source, target and way: the first taking from outside that came to a practice, or to a body, new
        to it, or to the staff or memory of a practice, new to them; and those by which it spread, got to
        the top tier and returned.
        """
        had, has = self.life.holders(since), self.life.holders(step)
        between = [crossing for crossing in self.crossings if since < crossing.step <= step]
        marks = [self.life.marks.get(stage) for stage in ("spread", "system", "returned")]
        first = {(mark.step, mark.to, mark.way) for mark in marks if mark}
        ways = [crossing for crossing in between if (crossing.step, crossing.to, crossing.way) in first]
        for part in (layout.homes_of, layout.groups_of):
            new = set(np.setdiff1d(part(has), part(had)).tolist())
            came = {part(crossing.to): crossing for crossing in reversed(between)}
            ways += [crossing for where, crossing in came.items() if where in new]
        return sorted({(way.source, way.target, way.way) for way in ways if way.source != way.target})


# --- in words ------------------------------------------------------------------------------------------


def said_of(way: Journey, step: int) -> str:
    """What happened for the first time in a step: "spread to practice 12 by a newcomer"."""
    stages = way.stages().get(step, [])
    if "born" in stages:  # what is born in a memory or guidance is there at once
        stages = [stage for stage in stages if stage not in ("organizational", "system")]
    life, marks = way.life, way.life.marks
    together = {"spread", "returned"} <= set(stages) and marks.get("spread") == marks.get("returned")
    if together:
        stages = [stage for stage in stages if stage != "spread"]
    return "spread and " * together + joined([_phrase(life, stage) for stage in stages])


def _phrase(life: Life, stage: str) -> str:
    mark = life.marks.get(stage)
    if stage == "end":
        return "the end"
    if stage == "lost":
        return f"{vocabulary.LOST}, as {vocabulary.FATES[life.row['end'], life.row['end_level']].said}"
    who = learner_name(life.structure, int(life.row["who"]))
    if stage == "born" and life.assumption:
        return f"an assumption reversed by {who}"
    return vocabulary.STAGES[stage].now.format(
        who=who,
        top=top_name(life.structure),
        where=_practice(life, mark.to) if mark else "another practice",
        how=vocabulary.WAYS[mark.way].by if mark else "",
    )


def _practice(life: Life, number: int) -> str:
    return learner_name(life.structure, layout.homes_of(number) << 24)


def counts_of(way: Journey, step: int) -> str:
    """How many carry it."""
    staff, memory, guidance = way.at(step)
    people, memories, bodies = int(staff.sum()), int(memory.sum()), int(guidance.sum())
    who = counted(people, vocabulary.PERSON)
    if way.structure.practices > 1:
        who += f" in {counted(int((staff > 0).sum()), 'practice')}"
    parts = [who] * (people > 0) + [counted(memories, vocabulary.LEVELS["practice"].holder)] * (memories > 0)
    if bodies:
        parts.append("guidance" if len(guidance) == 1 else f"guidance of {counted(bodies, 'body')}")
    return f"carried by {joined(parts)}" if parts else "carried by nobody"


def heading(life: Life) -> str:
    """What a lesson is about: "The way of lesson 462: a right view on issue 36"."""
    row = life.row
    view = "assumption in" if life.assumption else "view on"
    known = ", which most of the team knew already" if row["known_already"] else ""
    right = vocabulary.RIGHT if life.right else vocabulary.MISTAKEN
    return f"The way of lesson {row['lesson']}: a {right} {view} {row['about']} {row['number']}{known}"


# --- on the map ----------------------------------------------------------------------------------------


def fills(way: Journey, step: int) -> list[str]:
    """The fill of each node, one of `FILLS`."""
    (held, memory, _), spot = way.at(step), way.spot
    whole, part = spot.staff, 2
    if spot.aggregated:
        held = np.bincount(spot.node[held + memory > 0], minlength=len(whole))
        whole, part = spot.practices, 10
    return [FILLS[int(n > 0) + int(part * n > of)] for n, of in zip(held, whole, strict=True)]


def _draw(panel: Axes, way: Journey, step: int, *, arrows: Sequence[Arrow], scale: float) -> None:
    spot, (_, memory, guidance) = way.spot, way.at(step)
    ring, white = np.bincount(spot.node, weights=memory) > 0, [FILLS[0]] * len(spot.names)
    maps.draw_ties(panel, spot)
    maps.draw_bodies(panel, way.structure, guidance, scale)
    look = {"edgecolors": RING, "linewidths": 1.8, "zorder": 2.5, "grow": 2.6, "label": "memory"}
    maps.draw_nodes(panel, spot, white, scale=scale, which=ring, **look)
    maps.draw_nodes(panel, spot, fills(way, step), scale=scale, label="staff")
    xy = np.concatenate([spot.xy, *layout.body_places(way.structure)])
    room = np.concatenate([spot.radius * scale, np.full(len(xy) - len(spot.xy), maps.BODY)]) + 4
    for source, target, by in arrows:
        line = (*ARROWS[by], (0.7 if len(arrows) > 9 else 1.2) * max(1.0, scale / 200))
        maps.draw_arrow(panel, xy[[source, target]], room[[source, target]], line=line, scale=scale)
    heads = [xy[b] + (xy[a] - xy[b]) * room[b] / scale / np.linalg.norm(xy[a] - xy[b]) for a, b, _ in arrows]
    points, rooms = np.array([*xy, *heads]), np.append(room, [8.0] * len(heads))
    maps.draw_labels(panel, labels_of(way, step), points, rooms, scale)


def labels_of(way: Journey, step: int) -> dict[int, str]:
    """What is written at places: to which practice it spread or returned, and where it began."""
    here, marks = way.stages().get(step, []), way.life.marks
    new = [marks[stage].to for stage in ("spread", "returned") if stage in here and stage in marks]
    targets = layout.place_of(way.structure, way.spot, np.array(new, dtype=np.int64)).tolist()
    found = {at: _practice(way.life, to) for at, to in zip(targets, new, strict=True)}
    if way.spot.aggregated:
        found.clear()
    origin = int(layout.place_of(way.structure, way.spot, int(way.life.row["who"])))
    return {origin: "origin", **found}


def _key(way: Journey, arrows: Iterable[Sequence[Arrow]]) -> list[Line2D]:
    staff = ("nobody", "some of the staff", "most of the staff")
    many = ("no practice", "up to a tenth of the practices", "more than a tenth")
    pairs = zip(FILLS, many if way.spot.aggregated else staff, strict=True)
    whose = "a practice's memory" if way.structure.practices > 1 else "its memory"
    ring = sheet.sign("o", whose, fill="w", edge=RING, size=11, thick=1.8)
    inside = [sheet.sign("o", word, fill=fill) for fill, word in pairs]
    ways = {by for some in arrows for *_, by in some}
    lines = [
        Line2D([], [], color=colour, linestyle=dashes, linewidth=1.4, label=f"by {vocabulary.WAYS[name].by}")
        for name, (colour, dashes) in ARROWS.items()
        if name in ways
    ]
    body = sheet.sign("h", "guidance", fill="k")
    return [*inside, ring, body, *lines, *maps.kind_signs(way.structure, way.spot)]


# --- figure and animation ------------------------------------------------------------------------------


def plot_journey(life: Life, steps: Iterable[int] | None = None) -> Figure:
    """The way of a lesson over the map of practices, at some steps.

    Parameters
    ----------
    life
        The lesson's.
    steps
        Any steps of the run, at most `lpsim.show.figures.sheet.MOST_PANELS`. Without them the one it was born
        in, those of its milestones, and the one it was lost in or the last.

    Returns
    -------
    matplotlib.figure.Figure
        One panel per step: who carries it at its end, and how it came since the panel before.

    Raises
    ------
    InputError
        The run has no such step; none or too many are named.
    """
    way = Journey.of(as_one(life, Life, "life"))
    chosen = sorted(way.stages()) if steps is None else maps.choose(steps, np.arange(life.steps + 1))
    arrows, said = arrows_of(way, chosen), [said_of(way, step) for step in chosen]
    heads = [f"{way.when(step)}{': ' * bool(text)}{text}" for step, text in zip(chosen, said, strict=True)]
    titles = list(zip(heads, [counts_of(way, step) for step in chosen], strict=True))
    leaf = _page(way, arrows, titles=titles)
    for panel, step, some in zip(leaf.panels, chosen, arrows, strict=True):
        _draw(panel, way, step, arrows=some, scale=leaf.scale)
    return leaf.figure


def save_journey(life: Life, folder: Path | str, steps: Iterable[int] | None = None) -> list[Path]:
    """Write ``lesson-17-map.png`` and ``.svg``, with the run's provenance inside.

    The same run gives the same bytes. Makes a missing ``folder`` and raises as `plot_journey` does.
    """
    with style.context(maps.STYLE):
        stem = Path(folder) / f"lesson-{life.row['lesson']}-map"
        return maps.save(plot_journey(life, steps), stem, life.run)


def save_animation(life: Life, folder: Path | str) -> Path:
    """Write ``lesson-17.gif``: a frame for each milestone and each step after which others carry it.

    The last frame is the end of the run, or the loss of the lesson. Of more than `MOST_FRAMES` such steps
    milestones are kept and others at even intervals; the animation says so. The same run gives the
    same bytes. Makes a missing ``folder``.
    """
    steps = frames(way := Journey.of(as_one(life, Life, "life")))
    with style.context(maps.STYLE):
        images = _images(way, steps)
    first, *others = [image.quantize(palette=_inks(), dither=Image.Dither.NONE) for image in images]
    times = [_LONG if step in way.stages() else _FRAME for step in steps[:-1]] + [_LAST]
    path = made(folder) / f"lesson-{life.row['lesson']}.gif"
    about = json.dumps(page.provenance([life.run]))
    first.save(path, save_all=True, append_images=others, duration=times, loop=0, comment=about)
    return path


def frames(way: Journey) -> list[int]:
    """The steps an animation shows, in order."""
    steps, kept = np.array(way.changes()), way.stages()
    most = MOST_FRAMES if len(steps) <= MOST_FRAMES else MOST_FRAMES - len(kept)
    return sorted({*kept, *layout.evenly(steps, most)})


def arrows_of(way: Journey, steps: Sequence[int]) -> list[list[Arrow]]:
    """Those of each panel or frame: since the one before, the first since the lesson was born."""
    since = [way.life.reached["born"] - 1, *steps[:-1]]
    return [way.arrows(before, step) for before, step in zip(since, steps, strict=True)]


def _page(way: Journey, arrows: Iterable[Sequence[Arrow]], **more: Any) -> Sheet:
    about = f"{layout.about_nodes(way.spot)} {layout.about_ties(way.spot)}"
    more["notes"] = [_WHO, _HOW, about, *more.get("notes", [])]
    more |= {
        "found": life_found(way.life),
        "heading": heading(way.life),
        "key": _key(way, arrows),
        "up": layout.top(way.structure),
    }
    return sheet.sheet(way.life.run, **more)


def _images(way: Journey, steps: Sequence[int]) -> list[Image.Image]:
    arrows, left = arrows_of(way, steps), len(way.changes()) - len(steps)
    notes = [f"Left out, evenly: {left} more steps after which others had it than before."] * (left > 0)
    leaf = _page(way, arrows, notes=notes, titles=[("", "")], extra=0.3, beside=_BESIDE)
    leaf.figure.set_dpi(_DPI)
    canvas: Any = FigureCanvasAgg(leaf.figure)
    panel, images = leaf.panels[0], []
    canvas.draw()
    still, kept = canvas.copy_from_bbox(leaf.figure.bbox), set(panel.get_children())
    for step, some in zip(steps, arrows, strict=True):
        _draw(panel, way, step, arrows=some, scale=leaf.scale)
        _draw_clock(panel, way, step)
        canvas.restore_region(still)
        moving = [artist for artist in panel.get_children() if artist not in kept]
        for artist in sorted(moving, key=lambda artist: artist.get_zorder()):
            panel.draw_artist(artist)
            artist.remove()
        images.append(Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB"))
    return images


def _inks() -> Image.Image:
    """All colours of a frame, each in shades towards white and towards the edges of nodes."""
    base = [to_rgb(c) for c in (*FILLS, RING, "k", "0.3", "#CC79A7", "#D55E00")]
    shades = [np.linspace(c, to_rgb(end), 12) for c in base for end in ("w", "0.25")]
    palette = Image.new("P", (1, 1))
    palette.putpalette(np.round(255 * np.concatenate(shades)).astype(np.uint8).tobytes())
    return palette


def _draw_clock(panel: Axes, way: Journey, step: int) -> None:
    """The time, large, what happened, and how far it is through the run."""
    look: Any = {"xycoords": "axes fraction", "textcoords": "offset points", "va": "top", **sheet.LOOK}
    down, said = 0.0, [(way.when(step), 24, "bold"), (said_of(way, step), 11, "bold")]
    for text, size, weight in [*said, (counts_of(way, step), 11, "normal")]:
        broken, _, high = page.wrap(text, _BESIDE * page.POINTS, size, weight)
        panel.annotate(broken, (1, 1), (18, -down), size=size, weight=weight, **look)
        down += high + 7 if text else 0
    line: Any = {"transform": panel.transAxes, "clip_on": False, "solid_capstyle": "butt"}
    panel.plot([0, 1], [-0.035] * 2, lw=3, color="0.85", **line)
    panel.plot([0, step / way.life.steps], [-0.035] * 2, lw=3, color="0.35", **line)
    panel.plot([at / way.life.steps for at in way.stages()], [-0.035] * len(way.stages()), "k|", ms=9, **line)
