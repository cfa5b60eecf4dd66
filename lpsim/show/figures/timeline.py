"""The life of one lesson as a figure: how many hold it at each level, at the end of each step.

The lanes stand as the levels do: the people among whom it was born at the bottom, the service at the
top. Each has a scale of its own, and marks what happened in it for the first time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from matplotlib import style
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from lpsim.analysis.life import Life
from lpsim.lessons.journal import NOWHERE
from lpsim.lessons.stages import OF_EVENTS
from lpsim.model.schedule import Level
from lpsim.model.state import uid_parts
from lpsim.scenario.taken import as_one
from lpsim.show.figures import page
from lpsim.show.text import vocabulary
from lpsim.show.text.findings import life_found
from lpsim.show.text.vocabulary import joined, learner_name, plural, practice_name, step_word, top_name
from lpsim.storage.folders import made

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from matplotlib.axes import Axes
    from numpy.typing import NDArray


HOME_STAFF, HOME_MEMORY, STAFF, MEMORIES, BODIES, TOP = range(6)
"""The lanes from the bottom."""
COLOURS = tuple(page.COLOURS[index] for index in (0, 2, 0, 2, 4, 3))
"""Colours of the lanes; people, memories and the service as in the figure of levels."""
_LANE_OF = {
    **dict.fromkeys((*OF_EVENTS, "collective"), HOME_STAFF),
    "spread": STAFF,
    "returned": STAFF,
    "system": TOP,
}
"""The lane of a stage of which no event tells where it was reached; of any other the practice's memory."""
# Inches: the margins, the least height of what is filled, and what stands free between lanes.
LEFT, RIGHT, BOTTOM, AREA, GAP, EDGE = 0.7, 2.45, 0.62, 0.34, 0.14, 0.16
ACROSS = page.WIDTH - LEFT - RIGHT
PAD = 4  # points between marks and their words
TEXT: dict[str, Any] = {"textcoords": "offset points", "size": page.SMALL, **page.TEXT}
# What lies behind a name must not cross it.
MARK = {**TEXT, "va": "top", "color": "0.1", "bbox": {"fc": "white", "ec": "none", "pad": 0.5}}


class Lane(NamedTuple):
    """Who could hold a lesson at one level, and how many did."""

    name: str
    of: int
    """How many could."""
    counts: NDArray[np.int64]
    """(steps + 1,), at the end of each step."""


class Mark(NamedTuple):
    """What happened to a lesson for the first time, and in which lane."""

    step: int
    lane: int
    words: str


def plot_timeline(life: Life) -> Figure:
    """How many hold a lesson at each level over time, and when it came there first.

    Parameters
    ----------
    life
        The lesson's.

    Returns
    -------
    matplotlib.figure.Figure
        A figure of its own, with a lane for each of `lanes`.
    """
    life = as_one(life, Life, "life")
    figure = Figure(figsize=(page.WIDTH, 1))
    behind = _axes(figure, life, "interventions")
    behind.axis("off")
    marks, places, bottom = _marks(life), [], BOTTOM
    for number, lane in lanes(life).items():
        ax = _axes(figure, life, lane.name)
        area = max(AREA, _describe(ax, life, lane, COLOURS[number]))
        above = _mark(ax, life, lane, [mark for mark in marks if mark.lane == number], area)
        _fill(ax, life, lane, COLOURS[number])
        ax.set_ylim(0, _top(lane) * (1 + above / area))
        places.append((ax, bottom, area + above))
        bottom += area + above + GAP
    _below(places[0][0], life)
    places.append((behind, BOTTOM, bottom - GAP - BOTTOM))
    _arrange(figure, life, places)
    return figure


def save_timeline(life: Life, folder: Path | str) -> list[Path]:
    """Write the timeline of lesson 17 as ``lesson-17.png`` and ``lesson-17.svg``; return their paths.

    Metadata as in `lpsim.show.figures.plots.save_figures`: the run's provenance; the same run gives the same
    bytes. Makes a missing ``folder``.
    """
    with style.context(["default", {"svg.hashsalt": "lpsim", "svg.fonttype": "path"}]):
        figure = plot_timeline(life)
        folder = made(folder)
        return page.save(figure.axes[0], folder / f"lesson-{life.row['lesson']}", [life.run])


def lanes(life: Life) -> dict[int, Lane]:
    """The levels there are, by the lane's number, from the people of the lesson's practice to the service."""
    s = life.structure
    of = [life.team, 1, s.staff - life.team, s.practices - 1, sum(s.bodies[:-1]), s.bodies[-1]]
    if life.home == NOWHERE:
        of[HOME_MEMORY], of[MEMORIES] = 0, s.practices
    there, names = _lanes_of(life, life.held["to"].tolist()), _names(life)
    return {
        number: Lane(names[number], of[number], life.over_time(there == number))
        for number in range(len(names))
        if of[number]
    }


def _lanes_of(life: Life, holders: Sequence[int]) -> NDArray[np.int64]:
    """The lane in which each uid stands."""
    level, body, _, _ = uid_parts(np.array(holders, dtype=np.int64))
    staff, practice, at_home = level == Level.STAFF, level == Level.PRACTICE, body == life.home
    below = level < Level.SERVICE + len(life.structure.tiers) - 1
    found: NDArray[np.int64] = np.select(
        [staff & at_home, practice & at_home, staff, practice, below],
        [HOME_STAFF, HOME_MEMORY, STAFF, MEMORIES, BODIES],
        TOP,
    )
    return found


def _names(life: Life) -> list[str]:
    """The lanes, from the bottom."""
    top, levels = top_name(life.structure), vocabulary.LEVELS
    memory, guidance = (
        levels[name].assumption if life.assumption else levels[name].holder
        for name in ("practice", "service")
    )
    people, home = vocabulary.PERSON.many, life.home != NOWHERE
    own = practice_name(life.structure, life.home) if home else ""
    names = [f"{people} of {own}", f"{own}'s {memory.one}"]
    names += [f"{people}{' elsewhere' * home}", f"{'other ' * home}practices' {memory.many}"]
    return [*names, f"{guidance.one} below {top}", f"{top}'s {guidance.one}"]


def _marks(life: Life) -> list[Mark]:
    """What happened first, a mark for each step and lane."""
    at: dict[tuple[int, int], list[str]] = {}
    for stage, step in life.reached.items():
        where = life.row["who"] if stage == "born" else life.marks[stage].to if stage in life.marks else None
        lane = _LANE_OF.get(stage, HOME_MEMORY) if where is None else int(_lanes_of(life, [where])[0])
        at.setdefault((step, lane), []).append(stage)
    return [Mark(step, lane, _said(life, stages)) for (step, lane), stages in at.items()]


def _said(life: Life, stages: Sequence[str]) -> str:
    """What happened in one step and lane: "spread and returned by guidance"."""
    if list(stages[:2]) == ["born", "raised"]:  # "born and raised" would say something else
        return f"born; {_said(life, stages[1:])}"
    how = {"spread": life.row["channel"], "returned": life.row["returned_by"]}
    words = []
    for stage, then in zip(stages, [*stages[1:], ""], strict=True):
        if stage == "lost":
            words.append(f"lost ({vocabulary.FATES[life.row['end'], life.row['end_level']].label})")
        elif stage in how and how[stage] != how.get(then):
            words.append(f"{stage} by {vocabulary.WAYS[how[stage]].by}")
        else:
            words.append("raised for a meeting" if stage == "raised" else stage)
    return joined(words)


def _axes(figure: Figure, life: Life, label: str) -> Axes:
    """Axes over the whole width, without anything."""
    ax = figure.add_axes((LEFT / page.WIDTH, 0, ACROSS / page.WIDTH, 1), label=label)
    ax.set(xlim=(0, life.steps + 1), xticks=[], yticks=[])
    ax.patch.set_visible(False)
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def _top(lane: Lane) -> int:
    return max(1, int(lane.counts.max()))


def _describe(ax: Axes, life: Life, lane: Lane, colour: str) -> float:
    """Say right of a lane what it is and how much it held; return the height that takes (inches)."""
    blocks = [(*page.wrap(lane.name, RIGHT * page.POINTS - 16, weight="bold"), "bold")]
    for line in _details(life, lane):
        blocks.append((*page.wrap(line, RIGHT * page.POINTS - 16), "normal"))
    height = sum(block[2] for block in blocks)
    down = height / 2
    for text, _, high, weight in blocks:
        look = {**TEXT, "xycoords": ax.get_yaxis_transform(), "va": "top", "weight": weight}
        look["color"] = [0.6 * part for part in to_rgb(colour)]
        ax.annotate(text, (1, _top(lane) / 2), (10, down), **look)
        down -= high
    return height / page.POINTS


def _details(life: Life, lane: Lane) -> list[str]:
    most, last, unit = int(lane.counts.max()), int(lane.counts[-1]), step_word(life.run.scenario)
    if not most:
        return [f"none of {lane.of:,}"] if lane.of > 1 else []
    if lane.of == 1:
        held = f"in {int(lane.counts.sum()):,} of {life.steps:,} {plural(unit)}"
        return [held, "held at the end" if last else "not held at the end"]
    return [f"at most {most:,} of {lane.of:,} ({unit} {lane.counts.argmax()})", f"{last:,} at the end"]


def _mark(ax: Axes, life: Life, lane: Lane, marks: Sequence[Mark], area: float) -> float:
    """Mark and name what happened first in a lane; return the height of the names (inches)."""
    if not marks and not lane.counts.any():
        ax.annotate(
            "never", (0, 0.5), (PAD, 0), **{**TEXT, "va": "center", "style": "italic", "color": "0.4"}
        )
    width, used = ACROSS * page.POINTS, [(np.inf, 0.0)]  # x and top of names (points)
    for mark in sorted(marks, key=lambda mark: -mark.step):
        x = mark.step / (life.steps + 1) * width
        room = max(width + RIGHT * page.POINTS - x - PAD - 6, 90)
        text, wide, high = page.wrap(f"{mark.words}, {step_word(life.run.scenario)} {mark.step}", room)
        # Where two would overlap the earlier stands higher, so that no line crosses a name.
        base = max((end for other, end in used if other <= x + wide + 2 * PAD), default=0.0)
        used.append((x, base + high))
        head = _top(lane) * (1 + (base + high) / page.POINTS / area)
        ax.plot([mark.step] * 2, [0, head], color="0.1", lw=1.1, solid_capstyle="butt", zorder=4)
        ax.annotate(text, (mark.step, head), (PAD, 0), **MARK)
    return max(end for _, end in used) / page.POINTS


def _fill(ax: Axes, life: Life, lane: Lane, colour: str) -> None:
    """Draw how many held it, from the end of a step to the end of the next; a mistake is hatched."""
    steps, counts = np.arange(life.steps + 2), np.append(lane.counts, lane.counts[-1])
    look: dict[str, Any] = {"fc": (*to_rgb(colour), 0.5), "lw": 0}
    if not life.right:
        look |= {"fc": (*to_rgb(colour), 0.12), "hatch": "////", "ec": colour}
    ax.fill_between(steps, counts, step="post", **look)
    ax.step(steps, counts, where="post", color=colour, lw=1)
    ax.spines["left"].set_bounds(0, _top(lane))
    if lane.of > 1 and lane.counts.any():
        ax.set_yticks([0, _top(lane)], ["0", f"{_top(lane):,}"], size=page.SMALL)


def _below(ax: Axes, life: Life) -> None:
    """The axis of time under the lowest lane."""
    ax.xaxis.set_major_locator(MaxNLocator(10, integer=True, steps=[1, 1.2, 2.4, 3, 6, 10]))
    ax.set_xlabel(f"time ({plural(step_word(life.run.scenario))})", parse_math=False)


def _arrange(figure: Figure, life: Life, places: Sequence[tuple[Axes, float, float]]) -> None:
    """Place the axes one above the other, and above them what the figure shows."""
    behind, bottom, height = places[-1]
    edge = (ACROSS + RIGHT) * page.POINTS
    above = page.flags(behind, [life.run], ACROSS * page.POINTS, edge) / page.POINTS
    top, texts = bottom + height + above + 0.1, []
    for text, size, weight, colour in _titles(life):
        wrapped, _, high = page.wrap(text, (page.WIDTH - 2 * EDGE) * page.POINTS, size, weight)
        texts.append((top, wrapped, {"size": size, "weight": weight, "color": colour}))
        top += (high + 3) / page.POINTS
    total = top + 0.1
    figure.set_size_inches(page.WIDTH, total)
    for ax, low, high in places:
        ax.set_position((LEFT / page.WIDTH, low / total, ACROSS / page.WIDTH, high / total))
    for low, wrapped, look in texts:
        place = (EDGE / page.WIDTH, low / total)
        behind.annotate(wrapped, place, (0, 0), xycoords="figure fraction", va="bottom", **{**TEXT, **look})


def _titles(life: Life) -> list[tuple[str, float, str, str]]:
    """From below: what the lanes are, what the lesson is, and the scenario; size, weight, colour."""
    row, unit = life.row, step_word(life.run.scenario)
    who = learner_name(life.structure, int(row["who"]))
    what = vocabulary.RIGHT if life.right else vocabulary.MISTAKEN.upper()
    heading = f"Lesson {row['lesson']}: {row['about']} {row['number']}, {what}; {who}, {unit} {row['step']}"
    about = f"How many hold it at the end of each {unit}; every level on its own scale."
    if not life.right:
        about += " Hatched: they hold a mistake."
    if life.home != NOWHERE and "collective" in life.reached and not life.shared:
        about += " Collective: most of the team share the view, though not all by this lesson."
    mistaken = ("bold", "#8F3D00")  # darkened vermilion, which is dark in print, too
    return [
        (f"{about} {page.about([life.run])}", page.SMALL, "normal", "0.35"),
        (heading, 9.5, *(("normal", "0.1") if life.right else mistaken)),
        *reversed(page.headlines(life.run, life_found(life))),
    ]
