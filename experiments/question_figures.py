"""What a question's figures are: every claim in all settings, and levels over what was varied."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from experiments import tables
from experiments.figures import SMALL, TEXT, Look, label_ends, line, panels, save
from experiments.question import SETTINGS
from experiments.verdicts import found_in, headline

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from matplotlib.axes import Axes

    from experiments.effects import Effect, Finding
    from experiments.question import Curve, Question

LABELS = {
    "staff_knowledge": "knowledge of staff",
    "collective_knowledge": "knowledge of teams",
    "practice_knowledge": "knowledge in practices' memories",
    "service_knowledge": "knowledge in the service's guidance",
}
"""What measures are called on axes; others by their own names."""
_LOOKS = {"main": ("#000000", "D"), "calibrated": ("#0072B2", "o"), "hypercube": ("#D55E00", "o")}
"""Colour and mark of a setting."""
NOTE = (
    "Main scenario. Points: means over seeds; bars: 95 % intervals of the means. "
    "Differences are known better: options share seeds."
)
_APART = 0.26
"""Between two settings of a claim, in rows."""


def draw(question: Question, out: Path) -> None:
    """Draw what there are tables for."""
    about = f"{question.made_by}; {question.title}"
    found = found_in(question, out)
    save(effects(found, question.unit), out / "effects", question.title, about)
    if question.curve and (out / "levels.csv").exists():
        levels = tables.read(out / "levels.csv")
        save(curves(question.curve, levels, found[0]), out / "levels", question.title, about)


def effects(found: list[Finding], unit: str) -> Figure:
    """A row per claim: the main scenario with its interval, a dot for every point of the other settings."""
    fig = Figure(figsize=(10.6, 2.1 + 1.0 * len(found)), layout="constrained")
    fig.suptitle(_title(found[0], 88), x=0.01, ha="left", size=12, weight="bold")
    ax = fig.subplots()
    ax.axvline(0, color="0.5", lw=0.9, zorder=0)
    for row, finding in enumerate(found):
        if row % 2:
            ax.axhspan(row - 0.5, row + 0.5, color="0.96", lw=0, zorder=-1)
        if finding.contrast.expected == "same":
            ax.fill_betweenx(
                [row - 0.45, row + 0.45],
                -finding.contrast.margin,
                finding.contrast.margin,
                color="0.85",
                lw=0,
            )
        for place, (name, effect) in enumerate(finding.effects.items()):
            _strip(ax, effect, name, row + (place - 1) * _APART)
    ax.set_yticks(range(len(found)), [_wrapped(finding.contrast.name, 26) for finding in found])
    ax.set_ylim(len(found) - 0.5, -0.5)
    ax.set_xlabel(f"difference ({unit}), at the last month", size=TEXT)
    ax.tick_params(labelsize=SMALL + 0.5)
    ax.tick_params(axis="y", length=0)
    ax.spines[["top", "right", "left"]].set_visible(False)
    fig.supxlabel(_key(found), x=0.01, ha="left", size=SMALL, color="0.25")
    return fig


def _strip(ax: Axes, effect: Effect, name: str, y: float) -> None:
    """A setting of a claim, and at the right in how many points it holds."""
    colour, mark = _LOOKS[name]
    if name == "main":
        ax.plot([effect.low, effect.high], [y, y], color=colour, lw=2.2)
        ax.plot(effect.mean, y, mark, color=colour, ms=6)
        text = f"main scenario {effect.mean:+.3f} ± {effect.half:.3f}"
    else:
        means = np.sort(effect.points["mean"].to_numpy())
        spread = np.resize([0.0, -0.05, 0.05, -0.1, 0.1], len(means))
        inside = colour if name == "calibrated" else "none"
        ax.plot(means, y + spread, mark, mec=colour, mfc=inside, ms=3.6, mew=0.9, alpha=0.85, ls="none")
        middle = float(np.median(means))
        halo = [withStroke(linewidth=3.6, foreground="white")]  # or it is lost among many dots
        ax.plot([middle, middle], [y - 0.12, y + 0.12], color="0.1", lw=1.6, path_effects=halo)
        text = f"holds in {effect.count} {SETTINGS[name]}"
    ax.text(1.01, y, text, transform=ax.get_yaxis_transform(), va="center", size=SMALL, color="0.15")


def _key(found: list[Finding]) -> str:
    parts = {
        "main": "Diamonds: main scenario, with the 95 % interval over seeds.",
        "calibrated": "Filled dots: calibrated points.",
        "hypercube": "Rings: hypercube points (what nobody measured).",
    }
    text = " ".join(parts[name] for name in found[0].effects) + " Strokes: medians."
    band = any(finding.contrast.expected == "same" for finding in found)
    return text + ("\nGrey bands: so little counts as the same." if band else "")


def curves(curve: Curve, levels: pd.DataFrame, finding: Finding) -> Figure:
    """A panel per measure, a line per group of options, in the main scenario."""
    fig, axes = panels(
        [_label(name) for name in curve.measures],
        across=curve.across,
        up="level at the last month (-1 to 1)",
        heading=_title(finding, 42 * len(curve.measures) + 12),
        note=_wrapped(NOTE, 72 * len(curve.measures)),
    )
    ends: list[list[tuple[float, Look]]] = []
    for ax, measure in zip(axes, curve.measures, strict=True):
        ends.append(_lines(ax, curve, levels[levels["measure"] == measure].set_index("option")))
        if curve.is_log:
            _log_scale(ax, sorted({x for options in curve.lines.values() for x in options}))
    for ax, at in zip(axes, ends, strict=True):  # panels share a scale, which all lines have made
        label_ends(ax, at)
    return fig


def _lines(ax: Axes, curve: Curve, levels: pd.DataFrame) -> list[tuple[float, Look]]:
    """Draw the lines of a panel; where each ends."""
    ends = []
    for number, (label, options) in enumerate(curve.lines.items()):
        rows = levels.loc[list(options.values())].assign(x=list(options))
        look = Look(label, label, number)
        line(ax, rows, look)
        ends.append((float(rows["mean"].iloc[-1]), look))
    return ends


def _log_scale(ax: Axes, values: list[float]) -> None:
    """As far apart small as large; linear below the smallest above 0, so that 0 has a place."""
    least = min(value for value in values if value > 0)
    ax.set_xscale("symlog", linthresh=least, linscale=0.5)
    ax.set_xticks(values, [f"{value:g}" for value in values])
    ax.minorticks_off()


def _label(measure: str) -> str:
    """What a measure is called; one of a group with the group's name."""
    name, _, group = measure.partition("[")
    of = f" ({group.removesuffix(']').partition(': ')[2]})" if group else ""
    return LABELS.get(name, name.replace("_", " ")) + of


def _title(finding: Finding, width: int) -> str:
    main = finding.effects.get("main")
    size = f" ({main.mean:+.3f}\N{NO-BREAK SPACE}±\N{NO-BREAK SPACE}{main.half:.3f})" if main else ""
    return _wrapped(headline(finding).removesuffix(".") + size, width)


def _wrapped(text: str, width: int) -> str:
    import textwrap  # noqa: PLC0415

    return "\n".join(textwrap.wrap(text.replace(" %", "\N{NO-BREAK SPACE}%"), width))
