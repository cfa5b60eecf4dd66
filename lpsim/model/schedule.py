"""The processes of one step, in order: who acts, what it reads and what it writes.

1. turbulence       the world changes under everybody's feet
2. turnover         posts fall vacant and are filled
3. forgetting       beliefs, memories and guidance decay
4. acting           everybody acts, and is judged
5. reflection       learning from one's own experience
6. discussion       learning from peers (staff)
7. networking       the same rule, a level up (practices)
8. trial            one's own small change, where nobody better was heard (staff)
9. socialisation    learning from the practice's memory (staff)
10. guidance        the same rule, a level up (practices, lower bodies)
11. training        courses run from the top tier's guidance
12. revision        the practice strikes out what its staff no longer stand by
13. codification    the practice learns from its staff
14. reporting       the same rule, a level up (bodies)
15. analysis        significant events, in the meeting (practices and their staff)
16. questioning     the double loop: is the standard itself right?
17. reform          the triple loop: time moves between routines

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


class Part(enum.Enum):
    """A part of what a run changes; its value is what people call it."""

    REALITY = "reality"
    RIGHT_ASSUMPTIONS = "right assumptions"
    STAFF_BELIEFS = "beliefs of staff"
    STAFF_ASSUMPTIONS = "assumptions of staff"
    MEMORIES = "memories"
    PRACTICE_ASSUMPTIONS = "assumptions of practices"
    GUIDANCE = "guidance"
    SERVICE_ASSUMPTIONS = "assumptions of bodies"
    TENURE = "tenure"
    ALLOCATION = "allocation of time"
    AUDIT = "audit"
    STANDARDS = "standards"
    GUESSES = "guesses"
    PERFORMANCE = "performance"
    SPEAKERS = "who speaks or reports"
    MEETINGS = "who meets"
    PRESENCE = "who is present"
    EVENTS = "events of this step"
    AGENDA = "agenda"


def in_words(parts: tuple[Part, ...]) -> str:
    """Parts as people call them."""
    return ", ".join(part.value for part in parts) or "–"


@dataclass(frozen=True)
class Process:
    """One process: its name, when, who takes part, and what moves.

    Attributes
    ----------
    name, label : str
        What it is called everywhere, and its place in the step ("C2").
    phase : Phase
    who : tuple of Level
        Who takes part, in this order.
    reads : tuple of Part
        What can make a difference to what it writes; of learners, as they were at the snapshot. How
        intensely a practice learns depends on its allocation of time: whose rate does so reads that.
    writes : tuple of Part
        What it changes, starting from how that stands at the moment (which needs no mention in `reads`).
    """

    name: str
    label: str
    phase: Phase
    who: tuple[Level, ...]
    reads: tuple[Part, ...]
    writes: tuple[Part, ...]


EVERYONE = (Level.STAFF, Level.PRACTICE, Level.SERVICE)
_STAFF = (Level.STAFF,)
_PRACTICE = (Level.PRACTICE,)
_SERVICE = (Level.SERVICE,)
_BODIES = (Level.PRACTICE, Level.SERVICE)
_EVENTS_FROM_STAFF = (Level.STAFF, Level.PRACTICE)
_EVENTS_TO_STAFF = (Level.PRACTICE, Level.STAFF)
"""In this order: first what is raised, or analysed, then what is made of it."""

_WORLD = (Part.REALITY, Part.RIGHT_ASSUMPTIONS)
_OF_STAFF = (Part.STAFF_BELIEFS, Part.STAFF_ASSUMPTIONS)
_OF_PRACTICES = (Part.MEMORIES, Part.PRACTICE_ASSUMPTIONS)
_OF_SERVICE = (Part.GUIDANCE, Part.SERVICE_ASSUMPTIONS)
_BELIEFS = (Part.STAFF_BELIEFS, Part.MEMORIES, Part.GUIDANCE)
_ASSUMPTIONS = (Part.STAFF_ASSUMPTIONS, Part.PRACTICE_ASSUMPTIONS, Part.SERVICE_ASSUMPTIONS)
_ACTED = (
    Part.AUDIT,
    Part.STANDARDS,
    Part.GUESSES,
    Part.PERFORMANCE,
    Part.SPEAKERS,
    Part.MEETINGS,
    Part.PRESENCE,
)

SCHEDULE = (
    Process("turbulence", "A1", Phase.WORLD, (Level.WORLD,), reads=(), writes=_WORLD),
    Process(
        "turnover",
        "A2",
        Phase.CHANGEOVER,
        _STAFF,
        reads=(*_WORLD, *_OF_STAFF, Part.GUIDANCE),
        writes=(*_OF_STAFF, Part.TENURE),
    ),
    Process("forgetting", "A3", Phase.CHANGEOVER, EVERYONE, reads=(), writes=_BELIEFS),
    Process(
        "acting",
        "B",
        Phase.LEARNING,
        EVERYONE,
        reads=(*_WORLD, *_BELIEFS, *_ASSUMPTIONS[1:], Part.ALLOCATION),
        writes=_ACTED,
    ),
    Process(
        "reflection",
        "C1",
        Phase.LEARNING,
        _EVENTS_FROM_STAFF,
        reads=(*_WORLD, *_OF_STAFF, Part.ALLOCATION, Part.SPEAKERS),
        writes=(Part.STAFF_BELIEFS, Part.EVENTS, Part.AGENDA),
    ),
    Process(
        "discussion",
        "C2",
        Phase.LEARNING,
        _STAFF,
        reads=(*_OF_STAFF, Part.PERFORMANCE, Part.SPEAKERS, Part.MEETINGS, Part.PRESENCE),
        writes=_OF_STAFF,
    ),
    Process(
        "networking",
        "C2'",
        Phase.LEARNING,
        _PRACTICE,
        reads=(*_OF_PRACTICES, Part.ALLOCATION, Part.PERFORMANCE),
        writes=_OF_PRACTICES,
    ),
    Process(
        "trial",
        "C2t",
        Phase.LEARNING,
        _STAFF,
        reads=(Part.STAFF_BELIEFS, *_ACTED),
        writes=(Part.STAFF_BELIEFS,),
    ),
    Process("socialisation", "C3", Phase.LEARNING, _STAFF, reads=_OF_PRACTICES, writes=_OF_STAFF),
    Process(
        "guidance",
        "C3'",
        Phase.LEARNING,
        _BODIES,
        reads=_OF_SERVICE,
        writes=(*_OF_PRACTICES, *_OF_SERVICE),
    ),
    Process("training", "C4", Phase.LEARNING, _STAFF, reads=_OF_SERVICE, writes=_OF_STAFF),
    Process(
        "revision",
        "C5r",
        Phase.LEARNING,
        _PRACTICE,
        reads=(Part.STAFF_BELIEFS, Part.MEMORIES, Part.SPEAKERS),
        writes=(Part.MEMORIES,),
    ),
    Process(
        "codification",
        "C5",
        Phase.LEARNING,
        _PRACTICE,
        reads=(*_OF_STAFF, Part.ALLOCATION, Part.GUESSES, Part.PERFORMANCE, Part.SPEAKERS),
        writes=_OF_PRACTICES,
    ),
    Process(
        "reporting",
        "C5'",
        Phase.LEARNING,
        _SERVICE,
        reads=(*_OF_PRACTICES, *_OF_SERVICE, Part.PERFORMANCE, Part.SPEAKERS),
        writes=_OF_SERVICE,
    ),
    Process(
        "analysis",
        "C6",
        Phase.LEARNING,
        _EVENTS_TO_STAFF,
        reads=(Part.MEETINGS, Part.PRESENCE, Part.EVENTS, Part.AGENDA),
        writes=(Part.STAFF_BELIEFS, Part.MEMORIES, Part.AGENDA),
    ),
    Process(
        "questioning",
        "D1",
        Phase.LEARNING,
        EVERYONE,
        reads=(Part.REALITY, *_BELIEFS, *_ASSUMPTIONS, Part.ALLOCATION, Part.AUDIT),
        writes=_ASSUMPTIONS,
    ),
    Process(
        "reform",
        "D2",
        Phase.LEARNING,
        _PRACTICE,
        reads=(
            Part.REALITY,
            Part.STAFF_BELIEFS,
            Part.MEMORIES,
            Part.ALLOCATION,
            Part.AUDIT,
            Part.STANDARDS,
            Part.PERFORMANCE,
        ),
        writes=(Part.ALLOCATION,),
    ),
)
