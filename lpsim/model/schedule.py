"""The processes of one step, in order: who acts, what it reads and what it writes.

1. turbulence       the world changes under everybody's feet
2. turnover         posts fall vacant and are filled
3. forgetting       beliefs, memories and guidance decay
4. acting           everybody acts, and is judged
5. reflection       learning from one's own experience
6. discussion       learning from peers (staff)
7. networking       the same rule, a level up (practices)
8. socialisation    learning from the practice's memory (staff)
9. guidance         the same rule, a level up (practices, lower bodies)
10. training        courses run from the top tier's guidance
11. codification    the practice learns from its staff
12. reporting       the same rule, a level up (bodies)
13. questioning     the double loop: is the standard itself right?
14. reform          the triple loop: time moves between routines

A process has one name everywhere: here, as the agents' method, as stream prefix, as heading of
docs/ODD.md, as test class.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Level(enum.IntEnum):
    """Who a learner is; the value is the level in its uid (bodies of tier t: SERVICE + t)."""

    STAFF = 0
    PRACTICE = 1
    SERVICE = 2
    WORLD = 255


class Phase(enum.Enum):
    """A phase begins with a snapshot of all learners, and its processes read only that."""

    WORLD = "the world moves"
    CHANGEOVER = "people come and go, and things are forgotten"
    LEARNING = "everybody acts, is judged, learns, and questions"


@dataclass(frozen=True)
class Process:
    """One process: its name, when, who takes part, and what moves."""

    name: str
    label: str
    phase: Phase
    who: tuple[Level, ...]
    reads: str
    writes: str


EVERYONE = (Level.STAFF, Level.PRACTICE, Level.SERVICE)
_STAFF = (Level.STAFF,)
_PRACTICE = (Level.PRACTICE,)
_SERVICE = (Level.SERVICE,)
_BODIES = (Level.PRACTICE, Level.SERVICE)

SCHEDULE = (
    Process("turbulence", "A1", Phase.WORLD, (Level.WORLD,), "reality", "reality, standards"),
    Process("turnover", "A2", Phase.CHANGEOVER, _STAFF, "other posts, guidance", "the post"),
    Process("forgetting", "A3", Phase.CHANGEOVER, EVERYONE, "–", "own beliefs"),
    Process("acting", "B", Phase.LEARNING, EVERYONE, "own beliefs, the judge's standard", "performance"),
    Process("reflection", "C1", Phase.LEARNING, _STAFF, "reality or the norm", "own beliefs"),
    Process("discussion", "C2", Phase.LEARNING, _STAFF, "peers", "own beliefs, assumptions"),
    Process("networking", "C2'", Phase.LEARNING, _PRACTICE, "peers", "own memory, assumptions"),
    Process("socialisation", "C3", Phase.LEARNING, _STAFF, "memory", "own beliefs, assumptions"),
    Process("guidance", "C3'", Phase.LEARNING, _BODIES, "parent's guidance", "own memory, assumptions"),
    Process("training", "C4", Phase.LEARNING, _STAFF, "top guidance", "own beliefs, assumptions"),
    Process("codification", "C5", Phase.LEARNING, _PRACTICE, "own staff", "own memory, assumptions"),
    Process("reporting", "C5'", Phase.LEARNING, _SERVICE, "own children", "own guidance, assumptions"),
    Process("questioning", "D1", Phase.LEARNING, EVERYONE, "own beliefs, reality", "own assumptions"),
    Process("reform", "D2", Phase.LEARNING, _PRACTICE, "own staff, peers", "own allocation of time"),
)
