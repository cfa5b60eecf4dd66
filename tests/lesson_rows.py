"""Rows of the journal's table of lessons, made by hand, for what counts them."""

import pandas as pd

from lpsim.lessons.stages import CHANNELS, ENDS, LEVELS, STAGES

ROLES = ("gp", "nurse", "manager", "–")
STEPS = ("lesson", "step", *STAGES, "lost")


def lesson(number, born, **fate):
    """One row of the journal; a lesson nobody ever took and that is still held, but for what is said."""
    return {
        "lesson": number,
        "step": born,
        "about": "issue",
        "role": "gp",
        "practice": "0",
        "right": True,
        "known_already": False,
        **dict.fromkeys(STAGES),
        "channel": None,
        "lost": None,
        "end": "held",
        "end_level": None,
        **fate,
    }


def journal(*rows):
    """The lessons' table, of the types the journal gives."""
    table = pd.DataFrame(rows, columns=list(lesson(0, 0)))
    table = table.astype(dict.fromkeys(STEPS, "Int64") | {"right": bool, "known_already": bool})
    for column, names in {
        "about": ("issue", "domain"),
        "role": ROLES,
        "channel": CHANNELS,
        "end": ENDS,
        "end_level": LEVELS,
    }.items():
        table[column] = pd.Categorical(table[column], pd.Index(names))
    return table


BY_STAFF = {"end_level": "staff"}
FORGOTTEN_BY_ALL = lesson(1, 1, lost=5, end="left", **BY_STAFF)
OVERWRITTEN = lesson(2, 2, collective=4, lost=9, end="overwrote", **BY_STAFF)
MISTAKEN = lesson(
    3,
    1,
    role="nurse",
    right=False,
    collective=5,
    organizational=7,
    lost=20,
    end="decayed",
    end_level="practice",
)
SPREAD_ALONE = lesson(4, 3, role="nurse", spread=8, channel="newcomer")
ALL_THE_WAY = lesson(5, 2, collective=3, organizational=6, spread=9, channel="guidance", system=8, returned=9)
BY_THE_PRACTICE = lesson(6, 4, role="–", practice="1", organizational=4)
KNOWN = lesson(7, 1, known_already=True, collective=1, organizational=2)
OF_THE_SERVICE = lesson(8, 1, role="–", practice="–", system=1)
COUNTED = (FORGOTTEN_BY_ALL, OVERWRITTEN, MISTAKEN, SPREAD_ALONE, ALL_THE_WAY, BY_THE_PRACTICE)
