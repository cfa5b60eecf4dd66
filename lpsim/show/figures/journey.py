"""The way of one lesson over the map of practices: panels at its milestones, and an animation."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib import style
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D
from PIL import Image

from lpsim.analysis.life import holdings, lesson_row
from lpsim.lessons.journal import NOWHERE
from lpsim.lessons.stages import STAGES
from lpsim.model.schedule import Level
from lpsim.model.state import body_uid
from lpsim.show.figures import layout, maps, page
from lpsim.show.text.story import counted, joined, learner_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from lpsim.model.state import Structure
    from lpsim.runs.run import Run
    from lpsim.show.figures.layout import Crossing, Map
    from lpsim.show.figures.maps import Sheet

    Numbers = NDArray[np.int64]
    Arrow = tuple[int, int, str]  # from a place of the map, to another, by a channel

MOST_FRAMES = 120
FILLS = ("#FFFFFF", page.COLOURS[0], page.COLOURS[1])
"""Nobody, some, most of the staff; where a node is many practices: none, up to a tenth of them, more."""
RING = page.COLOURS[2]
"""Around what has it in its memory."""
ARROWS: dict[str, tuple[str, str, Any]] = {
    "newcomer": ("by a newcomer", "#000000", "solid"),
    "peer tie": ("over a tie between colleagues", "#D55E00", (0, (1, 1.2))),
    "networking": ("by networking", "#009E73", (0, (5, 1.5))),
    "guidance": ("by guidance", "#0072B2", (0, (10, 1.5))),
    "training": ("by training", "#0072B2", (0, (2.2, 1.2))),
    "curriculum": ("by the curriculum", "#0072B2", (0, (5, 1.5, 1, 1.5))),
    "reporting": ("by reporting", "#CC79A7", (0, (5, 1.5, 1, 1.5, 1, 1.5))),
}
"""How a lesson comes from outside: channel -> words, colour, dashes."""

_ENDED = {
    "left": "the last who had it left",
    "forgot": "the last who had it forgot it",
    "overwrote": "the last that had it took another view",
    "decayed": "the last record of it decayed",
}
_WHO = "Marked is who has it from this lesson; others may hold the same view from elsewhere."
_HOW = (
    "Arrows: how it came since the picture before to the staff or memory of a practice, or to guidance, "
    "that did not have it; where several brought it, the first."
)
_FRAME, _LONG, _LAST = 350, 1400, 4000  # milliseconds: a frame, one with a milestone, the last
_BESIDE, _DPI = 3.4, 100  # of an animation: inches for key and notes, dots per inch


@dataclass(frozen=True)
class Journey:
    """One lesson of a run. Places of its map are the nodes, then the bodies of all tiers from the bottom."""

    run: Run
    lesson: pd.Series[Any]
    held: pd.DataFrame
    """See `lpsim.analysis.life.holdings`."""
    crossings: list[Crossing]
    structure: Structure
    spot: Map

    @property
    def last(self) -> int:
        """The last step of the run."""
        return int(self.run.series["step"].iloc[-1])

    def when(self, step: int) -> str:
        """A step in words."""
        return f"{page.clean(self.run.scenario.step, 'step')} {step}"

    def carrying(self, step: int) -> Numbers:
        """The uids of all that carry the lesson at the end of a step, in ascending order."""
        until = self.held["until"].to_numpy()
        here = (self.held["step"].to_numpy() <= step) & ((until > step) | (until == NOWHERE))
        found: Numbers = np.sort(self.held["to"].to_numpy()[here])
        return found

    def at(self, step: int) -> tuple[Numbers, Numbers, Numbers]:
        """How many carry the lesson at the end of a step: staff and memory of each practice, each body."""
        return layout.count(self.structure, self.carrying(step))

    def stages(self) -> dict[int, list[str]]:
        """By step, what happened then for the first time: "born", `STAGES`, "lost" or "end"."""
        steps = {"born": self.lesson["step"]} | {name: self.lesson[name] for name in (*STAGES, "lost")}
        if pd.isna(self.lesson["lost"]):
            steps["end"] = self.last
        found: dict[int, list[str]] = {}
        for name, step in steps.items():
            if not pd.isna(step):
                found.setdefault(int(step), []).append(name)
        return found

    def changes(self) -> list[int]:
        """The milestones, and the steps at whose end others carry it than at the end of the one before."""
        steps = {int(step) for step in np.union1d(self.held["step"], self.held["until"]) if step > 0}
        moved = {s for s in steps if not np.array_equal(self.carrying(s), self.carrying(s - 1))}
        return sorted({*self.stages(), *moved})

    def arrows(self, since: int, step: int) -> list[Arrow]:
        """How it came to where it was not at the end of `since` and is at the end of `step`.

        Source, target and channel: the first taking from outside that came to a practice, or to a body, new
        to it, or to the staff or memory of a practice, new to them; and those by which it spread, got to
        the top tier and returned.
        """
        had, has = self.carrying(since), self.carrying(step)
        between = [crossing for crossing in self.crossings if since < crossing.step <= step]
        ways = [mark for mark in map(self.milestone, ("spread", "system", "returned")) if mark in between]
        for part in (layout.homes_of, layout.groups_of):
            new = set(np.setdiff1d(part(has), part(had)).tolist())
            first = {part(crossing.to): crossing for crossing in reversed(between)}
            ways += [crossing for where, crossing in first.items() if where in new]
        return sorted({(way.source, way.target, way.channel) for way in ways if way.source != way.target})

    def milestone(self, stage: str) -> Crossing | None:
        """The taking by which the lesson spread, got to the top tier ("system") or returned, if it did."""
        at, home = self.lesson[stage], layout.homes_of(int(self.lesson["who"]))
        found = [crossing for crossing in self.crossings if not pd.isna(at) and crossing.step == at]
        if stage == "system":
            top = Level.SERVICE + len(self.structure.tiers) - 1
            return next((crossing for crossing in found if crossing.to >> 56 == top), None)
        by = self.lesson["channel" if stage == "spread" else "returned_by"]
        found = [c for c in found if c.channel == by and c.to >> 56 <= Level.PRACTICE]
        found = [c for c in found if layout.homes_of(c.to) != home]
        # In the step in which it spread, some that had it may have lost it again: rather one that kept it.
        kept = set(self.carrying(int(at)).tolist()) if found else set()
        return min(found, key=lambda crossing: crossing.to not in kept, default=None)


def journey(run: Run, lesson: int) -> Journey:
    """Gather what there is to show of a lesson; raises `InputError` where there is no such lesson."""
    lessons, events = run.journal()
    row = lesson_row(lessons, lesson)
    events = events[events["lesson"] == lesson]
    structure = run.structure()
    spot = layout.lay_out(structure)
    return Journey(run, row, holdings(events), layout.crossings(events, structure, spot), structure, spot)


# --- in words ------------------------------------------------------------------------------------------


def _said(way: Journey, step: int) -> str:
    """What happened for the first time in a step: "spread to practice 12 by a newcomer"."""
    stages = way.stages().get(step, [])
    if "born" in stages:  # what is born in a memory or guidance is there at once
        stages = [stage for stage in stages if stage not in ("organizational", "system")]
    return joined([_phrase(way, stage) for stage in stages])


def _phrase(way: Journey, stage: str) -> str:
    crossing = way.milestone(stage) if stage in ("spread", "returned") else None
    if crossing:
        verb = "spread" if stage == "spread" else "back"
        return f"{verb} to {_practice(way, crossing.to)} {ARROWS[crossing.channel][0]}"
    learned = "learned" if way.lesson["process"] == "reflection" else "an assumption reversed"
    return {
        "born": f"{learned} by {learner_name(way.structure, int(way.lesson['who']))}",
        "collective": "most of the team hold this view",
        "organizational": "in the practice's memory",
        "system": f"in {learner_name(way.structure, body_uid(len(way.structure.tiers) - 1, 0))}'s guidance",
        "lost": f"lost, as {_ENDED.get(str(way.lesson['end']))}",
        "end": "the end",
    }.get(stage, stage)


def _practice(way: Journey, number: int) -> str:
    return learner_name(way.structure, layout.homes_of(number) << 24)


def _counts(way: Journey, step: int) -> str:
    """How many carry it."""
    staff, memory, guidance = way.at(step)
    people, memories, bodies = int(staff.sum()), int(memory.sum()), int(guidance.sum())
    who = counted(people, "person", "people")
    if way.structure.practices > 1:
        who += f" in {counted(int((staff > 0).sum()), 'practice')}"
    parts = [who] * (people > 0) + [counted(memories, "memory")] * (memories > 0)
    if bodies:
        parts.append("guidance" if len(guidance) == 1 else f"guidance of {counted(bodies, 'body')}")
    return f"carried by {joined(parts)}" if parts else "carried by nobody"


def _heading(way: Journey) -> str:
    lesson = way.lesson
    view = "view on" if lesson["about"] == "issue" else "assumption in"
    known = ", which most of the team knew already" if lesson["known_already"] else ""
    what = f"{'right' if lesson['right'] else 'mistaken'} {view} {lesson['about']} {lesson['number']}"
    return f"The way of lesson {lesson['lesson']}: a {what}{known}"


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
    for source, target, channel in arrows:
        line = (*ARROWS[channel][1:], (0.7 if len(arrows) > 9 else 1.2) * max(1.0, scale / 200))
        maps.draw_arrow(panel, xy[[source, target]], room[[source, target]], line=line, scale=scale)
    heads = [xy[b] + (xy[a] - xy[b]) * room[b] / scale / np.linalg.norm(xy[a] - xy[b]) for a, b, _ in arrows]
    points, rooms = np.array([*xy, *heads]), np.append(room, [8.0] * len(heads))
    maps.draw_labels(panel, _labels(way, step), points, rooms, scale)


def _labels(way: Journey, step: int) -> dict[int, str]:
    """What is written at places: to which practice it spread or returned, and where it began."""
    new = [way.milestone(stage) for stage in ("spread", "returned") if stage in way.stages().get(step, [])]
    found = {mark.target: _practice(way, mark.to) for mark in new if mark and not way.spot.aggregated}
    origin = int(layout.place_of(way.structure, way.spot, int(way.lesson["who"])))
    return {origin: "origin", **found}


def _key(way: Journey, arrows: Iterable[Sequence[Arrow]]) -> list[Line2D]:
    staff = ("nobody", "some of the staff", "most of the staff")
    many = ("no practice", "up to a tenth of the practices", "more than a tenth")
    pairs = zip(FILLS, many if way.spot.aggregated else staff, strict=True)
    whose = "a practice's memory" if way.structure.practices > 1 else "its memory"
    ring = maps.sign("o", whose, fill="w", edge=RING, size=11, thick=1.8)
    inside = [maps.sign("o", word, fill=fill) for fill, word in pairs]
    channels = {channel for some in arrows for *_, channel in some}
    lines = [
        Line2D([], [], color=colour, linestyle=dashes, linewidth=1.4, label=words)
        for name, (words, colour, dashes) in ARROWS.items()
        if name in channels
    ]
    body = maps.sign("h", "guidance", fill="k")
    return [*inside, ring, body, *lines, *maps.kind_signs(way.structure, way.spot)]


# --- figure and animation ------------------------------------------------------------------------------


def plot_journey(run: Run, lesson: int, steps: Iterable[int] | None = None) -> Figure:
    """The way of a lesson over the map of practices, at some steps.

    Parameters
    ----------
    run
        A finished run with a journal of lessons.
    lesson
        Its number.
    steps
        Any steps of the run, at most `lpsim.show.figures.maps.MOST_PANELS`. Without them the one it was born
        in, those of its milestones, and the one it was lost in or the last.

    Returns
    -------
    matplotlib.figure.Figure
        One panel per step: who carries it at its end, and how it came since the panel before.

    Raises
    ------
    InputError
        The run kept no journal or bore no such lesson, has no such step; none or too many are named.
    """
    way = journey(run, lesson)
    chosen = sorted(way.stages()) if steps is None else maps.choose(steps, np.arange(way.last + 1))
    arrows, said = _arrows(way, chosen), [_said(way, step) for step in chosen]
    heads = [f"{way.when(step)}{': ' * bool(text)}{text}" for step, text in zip(chosen, said, strict=True)]
    titles = list(zip(heads, [_counts(way, step) for step in chosen], strict=True))
    leaf = _page(way, arrows, titles=titles)
    for panel, step, some in zip(leaf.panels, chosen, arrows, strict=True):
        _draw(panel, way, step, arrows=some, scale=leaf.scale)
    return leaf.figure


def save_journey(run: Run, lesson: int, folder: Path | str, steps: Iterable[int] | None = None) -> list[Path]:
    """Write ``lesson-17-map.png`` and ``.svg``, with the run's provenance inside.

    The same run gives the same bytes. Makes a missing ``folder`` and raises as `plot_journey` does.
    """
    with style.context(maps.STYLE):
        return maps.save(plot_journey(run, lesson, steps), Path(folder) / f"lesson-{lesson}-map", run)


def save_animation(run: Run, lesson: int, folder: Path | str) -> Path:
    """Write ``lesson-17.gif``: a frame for each milestone and each step after which others carry it.

    The last frame is the end of the run, or the loss of the lesson. Of more than `MOST_FRAMES` such steps
    milestones are kept and others at even intervals; the animation says so. The same run gives the
    same bytes. Raises as `plot_journey` does.
    """
    steps = frames(way := journey(run, lesson))
    with style.context(maps.STYLE):
        images = _images(way, steps)
    first, *others = [image.quantize(palette=_inks(), dither=Image.Dither.NONE) for image in images]
    times = [_LONG if step in way.stages() else _FRAME for step in steps[:-1]] + [_LAST]
    path = Path(folder) / f"lesson-{lesson}.gif"
    path.parent.mkdir(parents=True, exist_ok=True)
    about = json.dumps(page.provenance([run]))
    first.save(path, save_all=True, append_images=others, duration=times, loop=0, comment=about)
    return path


def frames(way: Journey) -> list[int]:
    """The steps an animation shows, in order."""
    steps, kept = np.array(way.changes()), way.stages()
    most = MOST_FRAMES if len(steps) <= MOST_FRAMES else MOST_FRAMES - len(kept)
    return sorted({*kept, *layout.evenly(steps, most)})


def _arrows(way: Journey, steps: Sequence[int]) -> list[list[Arrow]]:
    """Those of each panel or frame: since the one before, the first since the lesson was born."""
    since = [int(way.lesson["step"]) - 1, *steps[:-1]]
    return [way.arrows(before, step) for before, step in zip(since, steps, strict=True)]


def _page(way: Journey, arrows: Iterable[Sequence[Arrow]], **more: Any) -> Sheet:
    about = f"{layout.about_nodes(way.spot)} {layout.about_ties(way.spot)}"
    more["notes"] = [_WHO, _HOW, about, *more.get("notes", [])]
    more |= {"heading": _heading(way), "key": _key(way, arrows), "up": layout.top(way.structure)}
    return maps.sheet(way.run, **more)


def _images(way: Journey, steps: Sequence[int]) -> list[Image.Image]:
    arrows, left = _arrows(way, steps), len(way.changes()) - len(steps)
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
    look: Any = {"xycoords": "axes fraction", "textcoords": "offset points", "va": "top", **maps.LOOK}
    down, said = 0.0, [(way.when(step), 24, "bold"), (_said(way, step), 11, "bold")]
    for text, size, weight in [*said, (_counts(way, step), 11, "normal")]:
        broken, _, high = page.wrap(text, _BESIDE * page.POINTS, size, weight)
        panel.annotate(broken, (1, 1), (18, -down), size=size, weight=weight, **look)
        down += high + 7 if text else 0
    line: Any = {"transform": panel.transAxes, "clip_on": False, "solid_capstyle": "butt"}
    panel.plot([0, 1], [-0.035] * 2, lw=3, color="0.85", **line)
    panel.plot([0, step / way.last], [-0.035] * 2, lw=3, color="0.35", **line)
    panel.plot([at / way.last for at in way.stages()], [-0.035] * len(way.stages()), "k|", ms=9, **line)
