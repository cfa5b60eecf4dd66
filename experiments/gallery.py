"""All questions together: ``python -m experiments.gallery`` makes claims.csv and the gallery of README.md."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from experiments import tables
from experiments.effects import FALSE, adjusted
from experiments.hypotheses import HYPOTHESES, says
from experiments.question import SETTINGS, Question
from experiments.verdicts import ANSWERS, found_in, headline, number, where

if TYPE_CHECKING:
    from experiments.effects import Answer, Finding

HERE = Path(__file__).parent
BEGIN, END = "<!-- gallery: made by python -m experiments.gallery -->", "<!-- end of gallery -->"
ORDER = (
    "the_funnel", "both_ways", "memory_against_turnover", "slow_socialisation", "protected_time",
    "few_learning_practices", "size_and_tiers", "double_loop", "triple_loop", "networks", "who_speaks",
    "analysis_of_events", "unlearning", "tacit",
)  # fmt: skip
_COUNTED: dict[Answer, str] = {
    "yes": "hold throughout",
    "depends": "hold here and there",
    "not seen": "were not seen anywhere",
    "reversed": "are the other way round",
}
Found = dict[str, "list[Finding]"]


def questions() -> dict[str, Question]:
    """By the names of their folders, in the order of the gallery."""
    return {name: import_module(f"experiments.{name}").EXPERIMENT for name in ORDER}


def answered() -> Found:
    """What the committed results say to each question that has any."""
    asked = questions().items()
    return {
        name: found_in(one, one.folder / "results")
        for name, one in asked
        if (one.folder / "results").exists()
    }


def claims(found: Found) -> pd.DataFrame:
    """A row per claim and setting; ``adjusted`` keeps the share of false ones over all of them."""
    rows = [
        (name, finding.contrast.name, effect.contrast.measure, setting, effect.contrast.expected,
         effect.mean, effect.low, effect.high, effect.share, finding.answer, effect.p)
        for name, findings in found.items()
        for finding in findings
        for setting, effect in finding.effects.items()
    ]  # fmt: skip
    columns = [
        "question",
        "claim",
        "measure",
        "setting",
        "expected",
        "mean",
        "low",
        "high",
        "holds",
        "answer",
        "p",
    ]
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(adjusted=adjusted(table["p"]))


def gallery(found: Found) -> str:
    """The part of README.md that is made."""
    asked = questions()
    every = claims(found)
    lines = [BEGIN, "", f"{_counted(every)} {_strictly(found)}", "", *_hypotheses(found), ""]
    for name, findings in found.items():
        results = f"{name}/results"
        lines += [
            f"### {asked[name].title}",
            "",
            f"![{headline(findings[0])}]({results}/effects.png)",
            "",
            f"**{headline(findings[0])}** {where(asked[name], findings[0])}",
            "",
            *_claims(findings),
            "",
            f"`python -m experiments {name}` · [verdict]({results}/verdict.md)",
            "",
        ]
    return "\n".join([*lines, END])


def _counted(every: pd.DataFrame) -> str:
    sure = int((every["adjusted"] < FALSE).sum())
    answers = every.drop_duplicates(["question", "claim"])["answer"].value_counts()
    counted = ", ".join(f"{answers.get(key, 0)} {words}" for key, words in _COUNTED.items())
    return (
        f"{len(every.drop_duplicates(['question', 'claim']))} claims in three settings: {counted}. "
        f"Of {len(every)} effects "
        f"{sure} are beyond error with a false discovery rate of 5 % over all of them "
        f"(Benjamini-Hochberg; `claims.csv`)."
    )


def _strictly(found: Found) -> str:
    """How many claims meet the rule that was set first."""
    every = [finding for findings in found.values() for finding in findings]
    number = sum(all(effect.holds for effect in finding.effects.values()) for finding in every)
    return f"Of {number} claims the mean is as claimed beyond error in all three settings."


def _hypotheses(found: Found) -> list[str]:
    every = [finding for findings in found.values() for finding in findings]
    lines = ["| | hypothesis | the model | by which claims |", "|---|---|---|---|"]
    for one in HYPOTHESES:
        by = [
            f"{ANSWERS[finding.answer]}: {finding.contrast.name} ([{name}](#{_anchor(name)}))"
            for name, findings in found.items()
            for finding in findings
            if finding.contrast.hypothesis == one.name
        ]
        text = "; ".join([*by, *([one.untested] if one.untested else [])])
        part = ", as far as it can be tested" if by and one.untested else ""
        lines.append(f"| {one.name} | {one.words} | **{says(one, every)}**{part} | {text} |")
    return lines


def _anchor(name: str) -> str:
    title = questions()[name].title.lower()
    return "".join(letter for letter in title.replace(" ", "-") if letter.isalnum() or letter == "-")


def _claims(findings: list[Finding]) -> list[str]:
    lines = ["| claim | | | main scenario | calibrated | hypercube |", "|---|---|---|---|---|---|"]
    for finding in findings:
        effects = finding.effects
        cells = [
            number(effects[name]) if name == "main" else effects[name].count if name in effects else ""
            for name in SETTINGS
        ]
        claim, answer = finding.contrast, ANSWERS[finding.answer]
        lines.append(f"| {claim.name} | {claim.words} | {answer} | {' | '.join(cells)} |")
    return lines


def laid_into(text: str, made: str) -> str:
    """A page with its made part made anew."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + made + after


def main() -> None:
    """Write both again."""
    found = answered()
    head = ["every claim in every setting; adjusted: p with the false discovery rate kept over all of them"]
    tables.write(claims(found), HERE / "claims.csv", head)
    page = HERE / "README.md"
    page.write_text(laid_into(page.read_text(encoding="utf-8"), gallery(found)), encoding="utf-8")


if __name__ == "__main__":
    main()
