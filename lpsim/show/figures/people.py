"""Person by person: what everybody in a run of few people holds rightly, wrongly and not, over time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib import style
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from lpsim.analysis.people import People
from lpsim.model.schedule import Level
from lpsim.model.state import uid_parts, uids
from lpsim.scenario.taken import as_one
from lpsim.show.figures.letters import FONT
from lpsim.show.figures.page import (
    POINTS,
    SMALL,
    TEXT,
    WIDTH,
    about,
    figure_of,
    flags,
    headlines,
    save,
    wrap,
)
from lpsim.show.text.findings import people_found, right_and_wrong
from lpsim.show.text.vocabulary import holder_name, plural, role_words, step_word
from lpsim.storage.folders import made

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes

    from lpsim.model.state import Structure

RIGHT_INK, WRONG_INK, NONE_INK = "#0072B2", "#E69F00", "#FFFFFF"
"""Areas that stand on each other within a row, told apart in grey print as well."""
HEADING = "What each holds: the height of a colour is its share of all issues"
# Inches: names left of the rows, numbers right of them, a row, the axis. Rows: how much is filled, and gaps.
NAMES, NUMBERS, ROW, BOTTOM = 2.0, 1.75, 0.3, 0.95
FULL, APART = 0.84, 0.45


def plot_people(people: People) -> Figure:
    """A row for everybody, a column for every step, coloured by the shares held rightly, wrongly and not.

    On top the service's guidance, then each practice's memory and below it the people in its posts, with
    their roles; a stroke marks where somebody left and another came.

    Parameters
    ----------
    people
        Of a run with at most `lpsim.analysis.people.FEW` of them.
    """
    people = as_one(people, People, "people")
    places, heights = rows_of(people.structure)
    total = float(heights.max()) + 1
    figure = Figure(figsize=(WIDTH, 1))
    ax = figure.add_axes((NAMES / WIDTH, 0, (WIDTH - NAMES - NUMBERS) / WIDTH, 1))
    steps = people.run.scenario.steps
    ax.set(xlim=(-0.5, steps + 0.5), ylim=(total, -0.15), yticks=[])
    for place, height in zip(places, heights, strict=True):
        _draw_row(ax, people, place, float(height))
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.xaxis.set_major_locator(MaxNLocator(10, integer=True, steps=[1, 1.2, 2.4, 3, 6, 10]))
    ax.set_xlabel(f"time ({plural(step_word(people.run.scenario))})", parse_math=False)
    _arrange(ax, people, total * ROW)
    return figure


def save_people(people: People, folder: Path | str) -> list[Path]:
    """Write ``people.png`` and ``people.svg``, with the run's provenance inside; makes the folder."""
    with style.context(["default", {"svg.hashsalt": "lpsim", "svg.fonttype": "path"}]):
        figure = plot_people(people)
        folder = made(folder)
        return save(figure.axes[0], folder / "people", [people.run])


def rows_of(structure: Structure) -> tuple[list[int], np.ndarray]:
    """The places of learners from above, and how far down each stands, in rows."""
    last = structure.staff + structure.practices + sum(structure.bodies)
    places = list(range(last - structure.bodies[-1], last))
    down = [float(row) for row in range(len(places))]
    for practice in range(structure.practices):
        team = range(int(structure.first_staff[practice]), int(structure.first_staff[practice + 1]))
        below = down[-1] + 1 + (APART if practice else 0)
        places += [structure.staff + practice, *team]
        down += [below, *(below + 1 + APART / 2 + number for number in range(len(team)))]
    return places, np.array(down)


def _draw_row(ax: Axes, people: People, place: int, down: float) -> None:
    steps = np.arange(len(people.right))
    floor = np.full(len(steps), down + FULL)
    right, wrong = FULL * people.right[:, place], FULL * people.wrong[:, place]
    look: dict[str, Any] = {"step": "mid", "lw": 0}
    # The ends of steps are drawn half a step further, so that the first and the last are whole.
    over = np.concatenate([[-0.5], steps, [steps[-1] + 0.5]])

    def wide(values: np.ndarray) -> np.ndarray:
        return np.concatenate([values[:1], values, values[-1:]])

    ax.fill_between(over, wide(floor), wide(floor - right), fc=RIGHT_INK, label="right", **look)
    ax.fill_between(over, wide(floor - FULL), wide(floor - FULL + wrong), fc=WRONG_INK, label="wrong", **look)
    ax.plot([-0.5, steps[-1] + 0.5], [down + FULL] * 2, color="0.3", lw=0.6, label="_floor")
    if place < people.structure.staff:
        came = np.flatnonzero(people.came[:, place])
        ax.vlines(came - 0.5, down - 0.04, down + FULL + 0.04, color="k", lw=1.8, label="came")
    size: dict[str, Any] = {"size": SMALL, "va": "center", "family": FONT, "parse_math": False}
    across, middle = ax.get_yaxis_transform(), down + FULL / 2
    weight = "bold" if place >= people.structure.staff else "normal"
    ax.annotate(name_of(people.structure, place), (0, middle), (-6, 0), xycoords=across,
                textcoords="offset points", ha="right", weight=weight, color="0.1", **size)  # fmt: skip
    said = right_and_wrong(float(people.right[-1, place]), float(people.wrong[-1, place]))
    ax.annotate(said, (1, middle), (6, 0), xycoords=across, textcoords="offset points", color="0.2", **size)


def name_of(structure: Structure, place: int) -> str:
    """A post by its role and number, a memory or guidance by whose it is; no wider than there is room."""
    number = int(uids(structure)[place])
    level, _, role, within = uid_parts(number)
    if level != Level.STAFF:
        return wrap(holder_name(structure, number), (NAMES - 0.2) * POINTS, weight="bold")[0]
    many = int((structure.staff_role == role).sum()) > structure.practices
    role_name = structure.roles[role]
    name = min(role_words(role_name).one, role_name.replace("_", " "), key=len)
    return wrap(name + (f" {within + 1}" if many else ""), (NAMES - 0.2) * POINTS)[0]


def _arrange(ax: Axes, people: People, tall: float) -> None:
    """Place the rows; above them a key, the interventions and what the figure shows."""
    run, figure = people.run, figure_of(ax)
    across = (WIDTH - NAMES - NUMBERS) * POINTS
    step = step_word(run.scenario)
    key = (
        f"Rows: posts, above them the practice's memory and the service's guidance; columns: {plural(step)}. "
        "Stroke: who held the post left, and another came."
    )
    heads = [
        *headlines(run, people_found(people)),
        (HEADING, 9.5, "normal", "0.1"),
        (f"{key} {about([run])}", SMALL, "normal", "0.35"),
    ]
    blocks = [
        (*wrap(text, (WIDTH - 0.3) * POINTS, size, weight), size, weight, colour)
        for text, size, weight, colour in heads
    ]
    marked = (flags(ax, [run], across, across + NUMBERS * POINTS) + 26) / POINTS
    above = sum(block[2] + 3 for block in blocks) / POINTS
    total = BOTTOM + tall + marked + above + 0.1
    figure.set_size_inches(WIDTH, total)
    ax.set_position((NAMES / WIDTH, BOTTOM / total, across / POINTS / WIDTH, tall / total))
    down = total - 0.1
    look: dict[str, Any] = {name: value for name, value in TEXT.items() if name != "annotation_clip"}
    for text, _, high, size, weight, colour in blocks:
        figure.text(
            0.15 / WIDTH, down / total, text, size=size, weight=weight, color=colour, va="top", **look
        )
        down -= (high + 3) / POINTS
    signs = [
        Patch(fc=ink, ec="0.3", lw=0.6, label=label)
        for ink, label in (
            (RIGHT_INK, "right (from below)"),
            (WRONG_INK, "wrong (from above)"),
            (NONE_INK, "no view"),
        )
    ]
    figure.legend(
        handles=signs, ncols=3, loc="upper left", frameon=False, fontsize=SMALL,
        bbox_to_anchor=(NAMES / WIDTH - 0.01, down / total), borderaxespad=0, handlelength=1.2,
    )  # fmt: skip
