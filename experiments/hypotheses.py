"""The hypotheses that the papers and the models around them suggest, and what the questions say to each.

They are worded here: the papers on the Learning Practice state no hypotheses, they suggest them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from experiments.effects import Finding


class Hypothesis(NamedTuple):
    """What is supposed, and where it cannot be tested whole, why."""

    name: str
    words: str
    untested: str = ""


HYPOTHESES = (
    Hypothesis(
        "H1",
        "Slow socialisation: an organization knows more whose people take over its ways slowly (March 1991)",
    ),
    Hypothesis("H2", "Turnover: some of it is better than none (March 1991)"),
    Hypothesis(
        "H3",
        (
            "Mixed speeds: slow and fast learners together know more than people who are all as fast "
            "(March 1991)"
        ),
    ),
    Hypothesis(
        "H4", "Memory: what is written down makes up for those who leave, the more the more of them do"
    ),
    Hypothesis(
        "H5", "Chain: what reaches the service is a product, so that recording and reporting multiply"
    ),
    Hypothesis("H6", "Time: there is a best amount of working time to set aside for learning, above today's"),
    Hypothesis(
        "H7",
        "Voice: the more of the team speak up, and the more kinds of them, the more the practice knows",
        "that expertise is spoken for is tested only as far as roles meet other issues",
    ),
    Hypothesis(
        "H8",
        "Safety: where people feel safe more is noticed and raised",
        "no process lets what is noticed depend on how safe people feel",
    ),
    Hypothesis(
        "H9",
        (
            "Semi-isolation: loosely tied practices know more than closely tied ones (Lazer & Friedman "
            "2007; Fang et al. 2010)"
        ),
    ),
    Hypothesis(
        "H10",
        "Filters: hubs and tiers decide what reaches the service",
        (
            "tiers pass on or not, but neither leave out nor misreport; a network of so few practices "
            "has no hubs"
        ),
    ),
    Hypothesis("H11", "Double loop: it pays to question assumptions where these are wrong, within measure"),
    Hypothesis("H12", "Unlearning: after an upheaval who forgets recovers sooner"),
    Hypothesis("H13", "Trying: staff who try something where they know nothing end up knowing more"),
    Hypothesis("H14", "Tacit knowledge: what cannot be written down moves face to face alone"),
)


def says(hypothesis: Hypothesis, found: Iterable[Finding]) -> str:
    """What the claims that bear on it say together; without any it cannot be tested."""
    answers = [finding.answer for finding in found if finding.contrast.hypothesis == hypothesis.name]
    if not answers:
        return "cannot be tested"
    if all(answer == "yes" for answer in answers):
        return "supports"
    if all(answer in ("not seen", "reversed") for answer in answers):
        return "contradicts" if "reversed" in answers else "not seen"
    return "half"
