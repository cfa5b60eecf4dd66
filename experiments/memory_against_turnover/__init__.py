"""Does what a practice writes down make up for the people who leave?"""

from __future__ import annotations

from pathlib import Path

from experiments.guide.steps import SIZES
from experiments.question import Contrast, Curve, Question, Times

ROLES = ("gp", "nurse", "direct_care", "administration")
NO_MEMORY = {
    "practice.codification.meetings": 0.0,
    "practice.analysis.record": 0.0,
    "practice.revision.rate": 0.0,  # there is nothing to revise
}
TURNOVER = (0, 1, 4, 16)
EVERYBODY_FORGETS = [
    {"at": 109, "title": "All views are lost", "set": {"forgetting.staff": 1.0}},
    {"at": 110, "title": "Life goes on", "set": {"forgetting.staff": 0.0}},
]
"""As if everybody were replaced by people without a view."""
OTHER_SIZES = {
    size: {f"roles.{role}.headcount": people for role, people in SIZES[size].items()}
    for size in ("small", "large")
}


def _turnover(times: float) -> dict[str, Times]:
    return {f"roles.{role}.turnover": Times(times) for role in ROLES}


def _name(times: float, *, memory: bool) -> str:
    return f"turnover x{times:g}, {'memory' if memory else 'no memory'}"


WITH, WITHOUT = _name(1, memory=True), _name(1, memory=False)
STILL = {"world.turbulence": 0.0}

EXPERIMENT = Question(
    title="Does what a practice writes down make up for the people who leave?",
    folder=Path(__file__).parent,
    base={"forgetting.staff": 0.0},
    options={
        **{
            _name(times, memory=memory): {**_turnover(times), **({} if memory else NO_MEMORY)}
            for times in TURNOVER
            for memory in (True, False)
        },
        "still world, memory": STILL,
        "still world, no memory": {**STILL, **NO_MEMORY},
        "nothing is revised": {"practice.revision.rate": 0.0},
        "views lost, memory": {"interventions": EVERYBODY_FORGETS},
        "views lost, no memory": {"interventions": EVERYBODY_FORGETS, **NO_MEMORY},
        **{
            f"{size} practices, views lost, {memory}": {
                "interventions": EVERYBODY_FORGETS,
                **people,
                **changes,
            }
            for size, people in OTHER_SIZES.items()
            for memory, changes in (("memory", {}), ("no memory", NO_MEMORY))
        },
    },
    contrasts=(
        Contrast(
            "memory at today's turnover",
            "staff know more where practices have a memory",
            "staff know no more where practices have a memory",
            "staff_knowledge",
            plus=(WITH,),
            minus=(WITHOUT,),
        ),
        Contrast(
            "memory, turnover x16 against x1",
            "a memory is worth more to staff the more of them leave",
            "a memory is worth no more to staff where more of them leave",
            "staff_knowledge",
            plus=(_name(16, memory=True), WITHOUT),
            minus=(_name(16, memory=False), WITH),
            hypothesis="H4",
        ),
        Contrast(
            "memory in a still world",
            "in a world that does not change staff know more where practices have a memory",
            "even in a world that does not change staff know no more where practices have a memory",
            "staff_knowledge",
            plus=("still world, memory",),
            minus=("still world, no memory",),
            hypothesis="H4",
        ),
        Contrast(
            "memory after all views are lost",
            "a year after all views of staff were lost they know more where there is a memory",
            "a year after all views of staff were lost a memory has given nothing back",
            "staff_knowledge",
            plus=("views lost, memory",),
            minus=("views lost, no memory",),
            hypothesis="H4",
        ),
        *(
            Contrast(
                f"the same in {size} practices",
                f"in {size} practices, too, a memory gives something back after all views were lost",
                f"in {size} practices a memory has given nothing back a year after all views were lost",
                "staff_knowledge",
                plus=(f"{size} practices, views lost, memory",),
                minus=(f"{size} practices, views lost, no memory",),
            )
            for size in OTHER_SIZES
        ),
        Contrast(
            "revising the memory",
            "staff know more where practices revise what they wrote",
            "staff know no more where practices revise what they wrote",
            "staff_knowledge",
            plus=(WITH,),
            minus=("nothing is revised",),
        ),
        Contrast(
            "some turnover against none: staff",
            "staff know more with today's turnover than with none",
            "staff know no more with today's turnover than with none",
            "staff_knowledge",
            plus=(WITH,),
            minus=(_name(0, memory=True),),
            hypothesis="H2",
        ),
        Contrast(
            "some turnover against none: teams",
            "teams know more with today's turnover than with none",
            "teams know no more with today's turnover than with none",
            "collective_knowledge",
            plus=(WITH,),
            minus=(_name(0, memory=True),),
            hypothesis="H2",
        ),
    ),
    curve=Curve(
        "turnover (1: today's)",
        {
            "with a memory": {times: _name(times, memory=True) for times in TURNOVER},
            "without": {times: _name(times, memory=False) for times in TURNOVER},
        },
        ("staff_knowledge", "collective_knowledge"),
        is_log=True,
    ),
    note=(
        "Staff forget nothing by themselves here, so that the month in which all views are lost can be one. "
        "Small practices have 7 people, large ones 30."
    ),
)
