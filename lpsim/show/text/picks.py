"""What to say where a run has no lesson of the kind that was asked for, and what to try."""

from __future__ import annotations

_NONE = {
    "furthest": "nobody in a practice learned what most of the team did not know already; "
    "try more steps or another seed",
    "lost-early": "no right lesson was lost before most of its team shared it; "
    "try more steps, a higher turnover or another seed",
    "wrong-but-spread": "no mistaken lesson spread to another practice (one practice alone has no other); "
    "try a scenario with more practices or more channels between them, or another seed",
    "returned": "no lesson came back from the service to another practice (one practice alone has no other); "
    "try a scenario with more practices, more reporting and more guidance, or another seed",
    "double-loop": "nobody in a practice questioned an assumption that most of the team did not doubt "
    "already; try a scenario with the double loop on, more steps or another seed",
}
"""By `lpsim.analysis.picks.PICKS`."""


PICKS = {
    "furthest": "got furthest",
    "returned": "came back from the service",
    "lost-early": "was lost early",
    "wrong-but-spread": "was wrong and spread",
    "double-loop": "questioned an assumption",
}
"""The same as the end of "a lesson that …"."""


def none_found(what: str) -> str:
    """One sentence on a pick for which `lpsim.analysis.picks.pick` found nothing."""
    return f"pick {what}: {why_none(what)}."


def why_none(what: str) -> str:
    """Why nothing was found, and what to try; no sentence yet."""
    return _NONE[what]
