"""What came of a question, in words made from its numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments import tables
from experiments.effects import Finding, findings, strongest
from experiments.question import SETTINGS

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from experiments.effects import Effect, Turn
    from experiments.question import Question

ANSWERS = {"yes": "Yes", "depends": "It depends", "no": "**No**"}


def read(out: Path) -> dict[str, pd.DataFrame]:
    """The tables of differences that are in a folder, by setting."""
    return {name: tables.read(out / f"{name}.csv") for name in SETTINGS if (out / f"{name}.csv").exists()}


def found_in(question: Question, out: Path) -> list[Finding]:
    """What every contrast comes to, from the tables in a folder."""
    return findings(question, read(out))


def verdict(question: Question, out: Path) -> str:
    """The whole of ``verdict.md``."""
    every = read(out)
    found = findings(question, every)
    lines = [f"# {question.title}", "", question.made_by, "", f"**{headline(found[0])}** {where(found[0])}", ""]
    lines += [f"- {one}" for finding in found for one in [_line(question, finding)]]
    lines += ["", _table(found), "", _how(question, every), ""]
    return "\n".join(lines)


def headline(finding: Finding) -> str:
    """The finding in a sentence, whichever it is."""
    contrast, main = finding.contrast, finding.effects.get("main")
    if finding.answer == "yes" or (finding.answer == "depends" and main is not None and main.holds):
        words = contrast.words
    else:
        words = contrast.otherwise
    return f"{words[0].upper()}{words[1:]}."


def where(finding: Finding) -> str:
    """In which settings it holds, in a sentence."""
    effects = finding.effects
    parts = []
    if "main" in effects:
        parts.append(f"{number(effects['main'])} in the main scenario")
    parts += [
        f"{what} in {effects[name].count} {SETTINGS[name]}"
        for name, what in (("calibrated", _claimed(finding)), ("unknown", "and"))
        if name in effects
    ]
    text = ", ".join(parts).replace(", and in", " and")
    turn = f" {turning(finding.turn)}" if finding.turn else ""
    return f"{text[0].upper()}{text[1:]}.{turn}"


def _claimed(finding: Finding) -> str:
    return {"more": "more than 0", "less": "less than 0", "same": "no more either way"}[finding.contrast.expected]


def number(effect: Effect) -> str:
    """An effect with its interval."""
    return f"{effect.mean:+.3f} ({effect.low:+.3f} to {effect.high:+.3f})"


def turning(turn: Turn) -> str:
    """Which key turns a claim, in a sentence."""
    (low, under), (high, over) = turn.below, turn.above
    return f"It turns with `{turn.key}`: up to {turn.value:.2g} it holds in {low} of {under}, above in {high} of {over}."


def _line(question: Question, finding: Finding) -> str:
    mark = f" [{finding.contrast.hypothesis}]" if finding.contrast.hypothesis else ""
    text = f"{ANSWERS[finding.answer]}{mark}: {finding.contrast.words}. {where(finding)}"
    if "unknown" in finding.effects and not finding.turn:
        grows = strongest(question, finding.effects["unknown"])
        if grows:
            way = "grows" if grows[1] > 0 else "falls"
            text += f" The difference {way} with `{grows[0]}` (rank correlation {grows[1]:+.2f})."
    return text


def _table(found: list[Finding]) -> str:
    lines = [
        "| claim | measure | setting | effect | 95 % interval | holds in | beyond error |",
        "|---|---|---|---|---|---|---|",
    ]
    for finding in found:
        for name, effect in finding.effects.items():
            sure = int((effect.points["sure"] & effect.points["holds"]).sum())
            lines.append(
                f"| {finding.contrast.name} | {finding.contrast.measure} | {SETTINGS[name]} | {effect.mean:+.3f} | "
                f"{effect.low:+.3f} to {effect.high:+.3f} | {effect.count} | {sure} |"
            )
    return "\n".join(lines)


def _how(question: Question, every: dict[str, pd.DataFrame]) -> str:
    sizes = []
    for name, table in every.items():
        seeds, points = table["repetitions"].max(), table["point"].nunique()
        sizes.append(f"{seeds} seeds in the main scenario" if name == "main" else f"{seeds} at each of {points} {SETTINGS[name]}")
    return (
        f"Every option has the same seeds ({', '.join(sizes)}; runs at points have {question.practices} practices), and "
        "differences are taken seed by seed. Intervals are over seeds in the main scenario, over points elsewhere. A "
        "point counts as holding by its mean; beyond error, by a t test with a false discovery rate of 5 % over all "
        f"claims and points of its setting. {question.note}"
    ).strip()
