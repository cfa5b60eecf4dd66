"""Hand-made lives of lessons: what happened, in order, as the journal's two tables or as a run."""

import pandas as pd

from lpsim.analysis.life import Life
from lpsim.lessons.stages import NO_PRACTICE, NO_ROLE, STAGES
from lpsim.model.schedule import Level
from lpsim.model.state import body_uid, uid, uid_parts
from lpsim.runs.run import LESSON_TABLES, Run
from lpsim.scenario import Scenario

SERVICE = body_uid(0, 0)
ROLES = ("gp", "nurse", "direct_care", "administration")
TIERS = [{"name": "board", "count": 2}, {"name": "national service", "count": 1}]


def person(practice=0, number=0, role=0):
    return uid(Level.STAFF, practice, role, number)


def practice(number):
    return uid(Level.PRACTICE, number)


def born(step, who=0, process="reflection"):
    return (step, "born", None, who, process)


def taken(step, source, to, process="discussion"):
    return (step, "taken", source, to, process)


def lost(step, whom, process="reflection"):
    return (step, "lost", None, whom, process)


def level_of(holder):
    return ("staff", "practice", "service")[min(uid_parts(holder)[0], 2)]


def made(*happened, roles=ROLES, **row):
    """A lesson as (row, events): what happened, in order, and what the row says of it.

    What was lost ended as the last event says.
    """
    step, _, _, who, process = happened[0]
    level, body, role, _ = uid_parts(who)
    about = "domain" if process == "questioning" else "issue"
    values = {"step": step, "process": process, "about": about, "number": 3, "value": 1, "who": who}
    values |= {"role": roles[role] if level == Level.STAFF else NO_ROLE}
    values |= {"practice": str(body) if level <= Level.PRACTICE else NO_PRACTICE}
    values |= {"right": True, "known_already": False, **dict.fromkeys(STAGES), "lost": None}
    values |= {"channel": None, "returned_by": None, "end": "held", "end_level": None}
    if row.get("lost"):
        *_, last, by = happened[-1]
        end = {"turnover": "left", "forgetting": "forgot" if level_of(last) == "staff" else "decayed"}
        end["revision"] = "withdrawn"
        values |= {"end": end.get(by, "overwrote"), "end_level": level_of(last)}
    return {**values, **row}, happened


def tables(*lessons):
    """Some lessons, numbered from 1, as the journal's two tables."""
    rows = [{"lesson": number, **row} for number, (row, _) in enumerate(lessons, start=1)]
    events = [
        (step, number, event, source, to, process, level_of(to))
        for number, (_, happened) in enumerate(lessons, start=1)
        for step, event, source, to, process in happened
    ]
    columns = ["step", "lesson", "event", "from", "to", "process", "level"]
    whole = pd.DataFrame(events, columns=columns, dtype=object)
    whole = whole.astype({"step": "int64", "lesson": "int64", "from": "Int64", "to": "int64"})
    steps = dict.fromkeys((*STAGES, "lost"), "Int64")
    return pd.DataFrame(rows).astype(steps), whole.sort_values("step", kind="stable", ignore_index=True)


def run_of(*lessons, steps=60, practices=3, **overrides):
    """A run whose journal is made by hand; 15 people in every practice."""
    settings = {
        "steps": steps,
        "population.practices": practices,
        "population.spread": 0,
        "record.lessons": True,
    }
    scenario = Scenario().replace({**settings, **overrides})
    source = {"digest": scenario.digest, "lpsim": "0.1.0", "engine": "reference"}
    return Run(scenario, 1, source, dict(zip(LESSON_TABLES, tables(*lessons), strict=True)))


def life_of(*happened, run=None, **row):
    """The life of a lesson made by hand, in a run of its own with such settings."""
    return Life.of(run_of(made(*happened, **row), **(run or {})), 1)
