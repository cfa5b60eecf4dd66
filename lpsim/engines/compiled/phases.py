"""One step, phase by phase: who does what, in which order, and what becomes of before and after."""

from __future__ import annotations

from typing import Any

from lpsim.engines.compiled.arrays import swapped
from lpsim.engines.compiled.bits import NONE, copy_row
from lpsim.engines.compiled.changeover import forgetting, leave, turbulence, turnover
from lpsim.engines.compiled.counting import count_practices, count_service, gather
from lpsim.engines.compiled.kernels import (
    acting,
    acting_of_body,
    audit,
    codification,
    discussion,
    guidance,
    networking,
    questioning,
    reflection,
    reporting,
    socialisation,
    training,
)
from lpsim.engines.compiled.rate_arrays import (
    OF_SERVICE_QUESTIONING,
    QUESTIONING,
    QUESTIONING_OF_PRACTICE,
    TURNOVER,
)
from lpsim.engines.compiled.rules import of_staff, set_standard
from lpsim.model.jit import inlined
from lpsim.model.schedule import SCHEDULE, Level

NUMBERS = {process.name: number for number, process in enumerate(SCHEDULE)}
"""Every process by its place in the schedule."""
REFLECTION, DISCUSSION, NETWORKING = (NUMBERS[n] for n in ("reflection", "discussion", "networking"))
SOCIALISATION, GUIDANCE, TRAINING = (NUMBERS[n] for n in ("socialisation", "guidance", "training"))
CODIFICATION, REPORTING, QUESTIONED = (NUMBERS[n] for n in ("codification", "reporting", "questioning"))
OF_STAFF, OF_PRACTICES, OF_SERVICE = int(Level.STAFF), int(Level.PRACTICE), int(Level.SERVICE)


@inlined
def leave_all(world: Any, rates: Any, planes: Any, step: int, first: int, last: int) -> None:
    """A2, first half, in some practices."""
    for post in range(world.first_child[first], world.first_child[last]):
        leave(world, rates, planes, step, post)


@inlined
def come_all(world: Any, rates: Any, planes: Any, step: int, first: int, last: int) -> None:
    """A2, second half, in some practices."""
    if not rates.some[TURNOVER]:
        return
    for post in range(world.first_child[first], world.first_child[last]):
        turnover(world, rates, planes, step, post)


@inlined
def forget_all(world: Any, rates: Any, planes: Any, step: int, first: int, last: int) -> None:
    """A3 in some practices."""
    if rates.forgetting[OF_STAFF] != NONE:
        for post in range(world.first_child[first], world.first_child[last]):
            forgetting(world, planes, step, post, rates.forgetting[OF_STAFF])
    for practice in range(first, last):
        forgetting(world, planes, step, world.staff + practice, rates.forgetting[OF_PRACTICES])


@inlined
def forget_service(world: Any, rates: Any, planes: Any, step: int) -> None:
    """A3 of the bodies of the service."""
    for place in range(world.staff + world.practices, world.uid.shape[0]):
        forgetting(world, planes, step, place, rates.forgetting[OF_SERVICE])


@inlined
def act_service(world: Any, rates: Any, planes: Any, step: int) -> None:
    """B of the bodies of the service, whose standards practices need, and the audit."""
    audit(world, rates, planes, step)
    for place in range(world.staff + world.practices, world.uid.shape[0]):
        set_standard(world, planes, place)
    for place in range(world.staff + world.practices, world.uid.shape[0]):
        acting_of_body(world, rates, planes, step, place)


@inlined
def act_all(world: Any, rates: Any, planes: Any, step: int, first: int, last: int) -> None:
    """B in some practices."""
    for practice in range(first, last):
        set_standard(world, planes, world.staff + practice)
        acting_of_body(world, rates, planes, step, world.staff + practice)
        for person in range(world.first_child[practice], world.first_child[practice + 1]):
            acting(world, rates, planes, step, person)


@inlined
def begin(planes: Any, place: int) -> None:
    """A learner goes on from what it was."""
    copy_row(planes.held, place, planes.held_before, place)
    copy_row(planes.yes, place, planes.yes_before, place)
    copy_row(planes.assume, place, planes.assume_before, place)


@inlined
def learn_all(world: Any, rates: Any, planes: Any, step: int, first: int, last: int, room: Any) -> None:
    """C and D1 in some practices."""
    for practice in range(first, last):
        people = range(world.first_child[practice], world.first_child[practice + 1])
        for person in people:
            begin(planes, person)
            reflection(world, rates, planes, step, person)
        discussion(world, rates, planes, step, practice, room)
        for person in people:
            socialisation(world, rates, planes, step, person)
            training(world, rates, planes, step, person)
            question_person(world, rates, planes, step, person)
        learn_practice(world, rates, planes, step, world.staff + practice, room)


@inlined
def question_person(world: Any, rates: Any, planes: Any, step: int, person: int) -> None:
    """D1 of a person."""
    if not rates.some[QUESTIONING]:
        return
    limit = of_staff(rates, planes, person, QUESTIONING)
    if limit != NONE:
        row = planes.rates_of[world.practice[person]]
        questioning(world, planes, step, person, limit, rates.threshold[row], rates.evidence[row])


@inlined
def learn_practice(world: Any, rates: Any, planes: Any, step: int, place: int, room: Any) -> None:
    """C and D1 of a practice itself."""
    begin(planes, place)
    networking(world, rates, planes, step, place, room)
    guidance(world, rates, planes, step, place)
    codification(world, rates, planes, step, place, room)
    question_practice(world, rates, planes, step, place)


@inlined
def question_practice(world: Any, rates: Any, planes: Any, step: int, place: int) -> None:
    """D1 of a practice."""
    row = planes.rates_of[place - world.staff]
    limit = rates.practice[row, QUESTIONING_OF_PRACTICE]
    questioning(world, planes, step, place, limit, rates.threshold[row], rates.evidence[row])


@inlined
def question_body(world: Any, rates: Any, planes: Any, step: int, place: int) -> None:
    """D1 of a body of the service."""
    limit = rates.service[OF_SERVICE_QUESTIONING]
    questioning(world, planes, step, place, limit, rates.service_threshold, rates.service_evidence)


@inlined
def learn_service(world: Any, rates: Any, planes: Any, step: int, room: Any) -> None:
    """C and D1 of the bodies of the service."""
    for place in range(world.staff + world.practices, world.uid.shape[0]):
        begin(planes, place)
        guidance(world, rates, planes, step, place)
        reporting(world, rates, planes, step, place, room)
        question_body(world, rates, planes, step, place)


@inlined
def count_all(world: Any, planes: Any, counts: Any, row: int, room: Any) -> None:
    """Count everybody into a row."""
    count_service(world, planes, counts, row)
    count_practices(world, planes, counts, row, 0, world.practices, room)
    gather(counts, row, room)


@inlined
def whole_step(world: Any, rates: Any, planes: Any, step: int, room: Any, large_room: Any) -> None:
    """A whole step but for D2, on one thread."""
    practices = world.practices
    turbulence(world, rates, planes, step)
    leave_all(world, rates, planes, step, 0, practices)
    come_all(world, rates, planes, step, 0, practices)
    forget_all(world, rates, planes, step, 0, practices)
    forget_service(world, rates, planes, step)
    after = swapped(planes)
    act_service(world, rates, after, step)
    act_all(world, rates, after, step, 0, practices)
    learn_all(world, rates, after, step, 0, practices, room)
    learn_service(world, rates, after, step, large_room)


@inlined
def one_of_person(world: Any, rates: Any, planes: Any, step: int, process: int, person: int) -> None:
    """One process of a person, but for discussion, which is a practice's."""
    if process == REFLECTION:
        reflection(world, rates, planes, step, person)
    elif process == SOCIALISATION:
        socialisation(world, rates, planes, step, person)
    elif process == TRAINING:
        training(world, rates, planes, step, person)
    elif process == QUESTIONED:
        question_person(world, rates, planes, step, person)


@inlined
def one_of_practice(
    world: Any, rates: Any, planes: Any, step: int, process: int, place: int, room: Any
) -> None:
    """One process of a practice itself."""
    if process == NETWORKING:
        networking(world, rates, planes, step, place, room)
    elif process == GUIDANCE:
        guidance(world, rates, planes, step, place)
    elif process == CODIFICATION:
        codification(world, rates, planes, step, place, room)
    elif process == QUESTIONED:
        question_practice(world, rates, planes, step, place)


@inlined
def one_of_body(world: Any, rates: Any, planes: Any, step: int, process: int, place: int, room: Any) -> None:
    """One process of a body of the service."""
    if process == GUIDANCE:
        guidance(world, rates, planes, step, place)
    elif process == REPORTING:
        reporting(world, rates, planes, step, place, room)
    elif process == QUESTIONED:
        question_body(world, rates, planes, step, place)


@inlined
def one_process(
    world: Any, rates: Any, planes: Any, step: int, process: int, room: Any, large_room: Any
) -> None:
    """One process of phase C or D1 for all who take part in it, `process` as numbered in the schedule."""
    staff, above = world.staff, world.staff + world.practices
    if process == DISCUSSION:
        for practice in range(world.practices):
            discussion(world, rates, planes, step, practice, room)
    for person in range(staff):
        one_of_person(world, rates, planes, step, process, person)
    for place in range(staff, above):
        one_of_practice(world, rates, planes, step, process, place, room)
    for place in range(above, world.uid.shape[0]):
        one_of_body(world, rates, planes, step, process, place, large_room)
