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

ANSWERS = {"yes": "Yes", "depends": "It depends", "not seen": "Not seen", "reversed": "**No**"}
_CLAIMED = {"more": "above 0", "less": "below 0", "same": "less than {margin:g} either way"}


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
    lines = [f"# {question.title}", "", question.made_by, ""]
    lines += [f"**{headline(found[0])}** {where(question, found[0])}", ""]
    lines += [f"- {_line(question, finding)}" for finding in found]
    lines += ["", _table(found), "", _how(question, every), ""]
    return "\n".join(lines)


def headline(finding: Finding) -> str:
    """The finding in a sentence, whichever it is."""
    contrast, main = finding.contrast, finding.effects.get("main")
    holds = finding.answer == "yes" if main is None else main.holds
    text = contrast.words if holds else contrast.otherwise
    if finding.answer == "depends":
        if holds:
            text += ", but not wherever it might be so"
        else:
            text = f"in the main scenario {text}" if main is not None else f"{text}, but not everywhere"
    return f"{text[0].upper()}{text[1:]}."


def where(question: Question, finding: Finding) -> str:
    """How much it is, in which settings it holds, and what turns it."""
    effects, contrast = finding.effects, finding.contrast
    counted = [f"{effects[name].count} {SETTINGS[name]}" for name in effects if name != "main"]
    parts = [f"{number(effects['main'])} in the main scenario"] if "main" in effects else []
    if counted:
        claimed = _CLAIMED[contrast.expected].format(margin=contrast.margin)
        parts.append(f"{claimed} in {' and '.join(counted)}")
    return " ".join([f"{'; '.join(parts)}.", *_against(finding), *_moved(question, finding)])


def _against(finding: Finding) -> list[str]:
    """Where the reverse is, unless it is everywhere, which the answer says."""
    settings = [SETTINGS[name] for name in finding.reversed_in]
    if not settings or finding.answer == "reversed":
        return []
    return [f"The reverse is beyond error in the {' and the '.join(settings)}."]


def _moved(question: Question, finding: Finding) -> list[str]:
    """Which assumption turns a claim, or else makes it larger."""
    if finding.turn:
        return [turning(finding.turn)]
    if "hypercube" not in finding.effects:
        return []
    effect = finding.effects["hypercube"]
    found = strongest(question, effect)
    if found is None:
        return []
    key, rank = found
    begin = "No one key turns it; the" if effect.is_mixed else "The"
    way = "rises" if rank > 0 else "falls"
    return [f"{begin} difference {way} with `{key}` (rank correlation {rank:+.2f})."]


def number(effect: Effect) -> str:
    """An effect with its interval."""
    return f"{effect.mean:+.3f} ({effect.low:+.3f} to {effect.high:+.3f})"


def turning(turn: Turn) -> str:
    """Which key turns a claim, in a sentence."""
    (low, under), (high, over) = turn.below, turn.above
    return (
        f"It turns with `{turn.key}`: up to {turn.value:.2g} it holds in {low} of {under}, "
        f"above in {high} of {over}."
    )


def _line(question: Question, finding: Finding) -> str:
    mark = f" [{finding.contrast.hypothesis}]" if finding.contrast.hypothesis else ""
    return f"{ANSWERS[finding.answer]}{mark}: {finding.contrast.words}. {where(question, finding)}"


def _table(found: list[Finding]) -> str:
    lines = [
        "| claim | measure | setting | effect | 95 % interval | holds | beyond error | against it |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for finding in found:
        for name, effect in finding.effects.items():
            points = effect.points
            sure, against = (
                int((points["sure"] & which).sum()) for which in (points["holds"], ~points["holds"])
            )
            counted = (
                ("yes" if effect.holds else "no", "", "") if name == "main" else (effect.count, sure, against)
            )
            lines.append(
                f"| {finding.contrast.name} | {finding.contrast.measure} | {SETTINGS[name]} | "
                f"{effect.mean:+.3f} |"
                f"{effect.low:+.3f} to {effect.high:+.3f} | {' | '.join(map(str, counted))} |"
            )
    return "\n".join(lines)


def _how(question: Question, every: dict[str, pd.DataFrame]) -> str:
    sizes = []
    for name, table in every.items():
        seeds, points = table["repetitions"].max(), table["point"].nunique()
        at = "in the main scenario" if name == "main" else f"at each of {points} {SETTINGS[name]}"
        sizes.append(f"{seeds} seeds {at}")
    practices = question.base.get("population.practices", question.practices)
    return (
        f"At a point every option has the same seeds ({', '.join(sizes)}; of {practices} practices there), "
        "and differences are taken seed by seed. No two points share a seed. Intervals are over seeds in the "
        "main scenario, over points elsewhere. At a point a "
        "claim holds by its mean; beyond error, or against it, by a t test with the deviations at all points "
        "together and a false discovery rate of 5 % over all claims and points of the setting. "
        f"{question.note}"
    ).strip()
