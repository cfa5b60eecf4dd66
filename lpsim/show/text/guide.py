"""The guide for a practice in words: what each step is, what it may gain, and how far to trust that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpsim.analysis.guide import DEPENDS, HALVES, HARM, NOTHING, NOTICED, OFTEN, SELDOM, SETTINGS, SOUND
from lpsim.show.text.lines import WIDTH, fold
from lpsim.show.text.numbers import written
from lpsim.show.text.table import Cell, Number, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

Row = dict[str, Any]
"""That of a step, as in the table."""
STEPS = {
    "protect time": "set 5 % of working time aside for learning instead of 2 %",
    "meet": "meet every month instead of every second one",
    "let everybody speak": "see that nurses, direct care and administration speak up as readily as doctors",
    "analyse events": "analyse every significant event that is raised",
    "record more": "look at what is written down in every second month instead of every tenth",
    "revise": "look at every protocol every two months, and strike out what the staff no longer stand by",
    "question": "ask of every domain every twenty months whether its assumption still holds",
    "join a peer group": "meet four other practices three times a year",
    "report": "report to the wider service in three months of ten",
    "follow guidance": "take up guidance five times as readily",
}
"""What a practice does, by the name of the step."""
GAINED = {
    "staff": "what its staff know",
    "memory": "what its protocols and records hold",
    "departures": "what its staff know a year after all have left and the step has ended with them",
    "others": "what the staff of other practices know",
}
"""What is gained, by goal."""
MORE = {
    "practice.reflection.rate": "more often people learn from a case",
    "practice.reflection.noise": "more often a case is misread",
    "practice.discussion.rate": "more readily people take over views in a meeting",
    "practice.analysis.rate": "more readily people take over what was analysed",
    "practice.codification.rate": "more readily a view becomes a protocol",
    "practice.codification.meetings": "more often practices look at their protocols already",
    "practice.socialisation.rate": "more readily protocols are followed",
    "practice.revision.rate": "more often protocols are revised already",
    "forgetting.practice": "faster protocols are forgotten",
    "forgetting.staff": "faster people forget",
    "forgetting.service": "faster guidance is forgotten",
    "service.reporting.rate": "more readily a report becomes guidance",
    "service.reporting.share": "more often practices report already",
    "service.guidance.rate": "more readily practices take up guidance already",
    "service.networking.rate": "more readily practices take over from peers",
    "turnover.experienced": "more newcomers come from another post",
    "world.turbulence": "faster the world changes",
    "world.overlap": "more of the old ways is right",
    "world.tacit": "more there is that cannot be written down",
    "world.specialisation": "more each role meets cases of its own",
    "judgement.coverage": "more is audited",
    "initial.prior": "more views people begin with",
    "initial.assumption_right": "more governing assumptions are right",
    "initial.shared_culture": "more staff share their practice's assumptions",
    "loops.depth": "more readily assumptions travel",
    "loops.double.threshold": "sooner a practice drops an assumption",
    "protected_time.half": "more time a routine needs",
    "roles.nurse.voice": "more readily others than doctors speak already",
    "roles.nurse.turnover": "more people other than doctors leave",
}
"""What more of a key is, in a practice's words; several roles share a key, and the first stands for all."""
UNSURE = " (?)"
"""Behind a tier that one half of the worlds alone would not give."""
AGREED = 0.7
"""Kendall's W from which worlds are said to agree about the order."""


def guide_text(found: pd.DataFrame, *, goal: str, horizon: int, width: int | None = WIDTH) -> str:
    """What `lpsim.analysis.guide.guide` gives."""
    rows: list[Row] = [{str(key): row[key] for key in row} for row in found.to_dict("records")]
    years = f"{horizon} year{'s' if horizon > 1 else ''}"
    title = (
        f"What {rows[0]['people']} people gain by a step that their practice takes by itself: {GAINED[goal]}"
    )
    notes = [*_explained(rows), *_trusted(rows), *_made(rows)]
    folded = ["\n".join(fold(text, width)) for text in (f"{title}, after {years}", *notes)]
    return "\n\n".join([folded[0], _table(rows).terminal(width), *folded[1:]])


def _table(rows: list[Row]) -> Table:
    effects = [f"effect, {name} [90 % of worlds]" for name in SETTINGS]
    headings = ["step", "tier", "hours a month", *effects, "helps", "harms"]
    return Table(headings, [_cells(row) for row in rows])


def _cells(row: Row) -> list[Cell]:
    effects = [
        Number(row[f"{name}_median"], "+.3f", row[f"{name}_low"], row[f"{name}_high"]) for name in SETTINGS
    ]
    helps = min(row[f"{name}_helps"] for name in SETTINGS)
    harms = max(row[f"{name}_harms"] for name in SETTINGS)
    tier = row["tier"] + ("" if is_stable(row) else UNSURE)
    shares = [Number(helps, ".1%"), Number(harms, ".1%")]  # a tier begins at 90 %, and not at 89.7 %
    hours = Number(row["hours"], ".0f" if row["hours"] >= 1 else ".1f")
    return [row["step"], tier, hours, *effects, *shares]


def is_stable(row: Row) -> bool:
    """Whether each half of the worlds alone gives the step the tier that both give together."""
    return all(row[half] == row["tier"] for half in HALVES)


def _explained(rows: list[Row]) -> Iterator[str]:
    yield "\n".join(f"{row['step']}: {STEPS[row['step']]}{_turning(row)}." for row in rows)


def _turning(row: Row) -> str:
    """What the effect goes with most."""
    if row["tier"] == NOTHING or not row["turns_with"]:
        return ""
    return f" (worth {'more' if row['rank'] > 0 else 'less'} the {MORE[row['turns_with']]})"


def _trusted(rows: list[Row]) -> Iterator[str]:
    """Where tiers and order are not stable."""
    unsure = [
        f"{row['step']} ({' or '.join(dict.fromkeys(row[half] for half in HALVES))})"
        for row in rows
        if not is_stable(row)
    ]
    if unsure:
        yield f"{UNSURE.strip()} One half of the worlds alone would say otherwise: {'; '.join(unsure)}."
    agreed = {name: rows[0][f"{name}_agreement"] for name in SETTINGS}
    numbers = " and ".join(f"{value:.2f} in {name} worlds" for name, value in agreed.items())
    told = "do not agree about the order of the steps, so hold on to the tiers"
    if min(agreed.values()) >= AGREED:
        told = "agree about the order of the steps"
    yield f"The worlds {told} (Kendall's W {numbers}; 1 would be the same order in all)."


def _worlds(rows: list[Row]) -> str:
    """In how many worlds of each setting steps were tried."""
    counts = {name: [round(row[f"{name}_worlds"]) for row in rows] for name in SETTINGS}
    return " and ".join(
        f"{min(of)}{f' to {max(of)}' if max(of) > min(of) else ''} {name}" for name, of in counts.items()
    )


def _made(rows: list[Row]) -> Iterator[str]:
    """What the numbers are, and the rule of the tiers."""
    worlds = _worlds(rows)
    yield (
        f"Effects are differences of knowledge (from {written(-1, 'd')} to 1): the median over {worlds} "
        "worlds, and in brackets where 90 % of them lie. Helps, harms: the share of worlds with an effect "
        f"above 0, and below {written(-NOTICED, 'g')}, in the setting where that is worse (estimated: a "
        "world counts with the probability that its effect is so). Hours of working time are assumed, not "
        "observed."
    )
    yield (
        f"{SOUND.capitalize()}: in both settings a median of at least {NOTICED:g}, helps in "
        f"{100 * OFTEN:.0f} % or more, harms in {100 * HARM:.0f} % or fewer. {NOTHING.capitalize()}: in both "
        f"a median within {NOTICED:g}, and fewer than {100 * SELDOM:.0f} % beyond it either way. Else it "
        f"{DEPENDS}."
    )
