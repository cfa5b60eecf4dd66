"""One step, phase by phase: who does what, in which order, and what becomes of before and after."""

from __future__ import annotations

from typing import Any

from lpsim.engines.compiled.arrays import swapped
from lpsim.engines.compiled.bits import NONE, copy_rows
from lpsim.engines.compiled.changeover import forgetting, leave, turbulence, turnover
from lpsim.engines.compiled.counting import count_practices, count_service, gather
from lpsim.engines.compiled.events import (
    analysis,
    analysis_of_practice,
    begin_agenda,
    hold_meeting,
    raise_events,
)
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
    revision,
    socialisation,
    training,
    trial,
)
from lpsim.engines.compiled.rate_arrays import (
    OF_SERVICE_QUESTIONING,
    QUESTIONING,
    QUESTIONING_OF_PRACTICE,
    TRIAL,
    TURNOVER,
)
from lpsim.engines.compiled.rules import of_practice, of_staff, set_standard
from lpsim.model.bundles import by_reference as ref
from lpsim.model.jit import inlined
from lpsim.model.schedule import SCHEDULE, Level

NUMBERS = {process.name: number for number, process in enumerate(SCHEDULE)}
"""Every process by its place in the schedule."""
REFLECTION, DISCUSSION, NETWORKING = (NUMBERS[n] for n in ("reflection", "discussion", "networking"))
SOCIALISATION, GUIDANCE, TRAINING = (NUMBERS[n] for n in ("socialisation", "guidance", "training"))
TRIED, REVISED, ANALYSED = (NUMBERS[n] for n in ("trial", "revision", "analysis"))
CODIFICATION, REPORTING, QUESTIONED = (NUMBERS[n] for n in ("codification", "reporting", "questioning"))
OF_STAFF, OF_PRACTICES, OF_SERVICE = int(Level.STAFF), int(Level.PRACTICE), int(Level.SERVICE)


@inlined
def leave_all(fixed: Any, rates: Any, planes: Any, step: int, first: int, last: int) -> None:
    """A2, first half, in some practices."""
    for post in range(fixed.first_child[first], fixed.first_child[last]):
        leave(fixed, rates, planes, step, post)


@inlined
def come_all(fixed: Any, rates: Any, planes: Any, step: int, first: int, last: int) -> None:
    """A2, second half, in some practices."""
    if not rates.anybody[TURNOVER]:
        return
    for post in range(fixed.first_child[first], fixed.first_child[last]):
        turnover(fixed, rates, planes, step, post)


@inlined
def forget_all(fixed: Any, rates: Any, planes: Any, step: int, first: int, last: int) -> None:
    """A3 in some practices."""
    if rates.forgetting[OF_STAFF] != NONE:
        for post in range(fixed.first_child[first], fixed.first_child[last]):
            forgetting(fixed, planes, step, post, rates.forgetting[OF_STAFF])
    for practice in range(first, last):
        forgetting(fixed, planes, step, fixed.staff + practice, rates.forgetting[OF_PRACTICES])


@inlined
def forget_service(fixed: Any, rates: Any, planes: Any, step: int) -> None:
    """A3 of the bodies of the service."""
    for place in range(fixed.staff + fixed.practices, fixed.uid.shape[0]):
        forgetting(fixed, planes, step, place, rates.forgetting[OF_SERVICE])


@inlined
def act_service(fixed: Any, rates: Any, planes: Any, step: int) -> None:
    """B of the bodies of the service, whose standards practices need, and the audit."""
    audit(fixed, rates, planes, step)
    for place in range(fixed.staff + fixed.practices, fixed.uid.shape[0]):
        set_standard(fixed, planes, place)
    for place in range(fixed.staff + fixed.practices, fixed.uid.shape[0]):
        acting_of_body(fixed, rates, planes, step, place)


@inlined
def act_all(fixed: Any, rates: Any, planes: Any, step: int, first: int, last: int) -> None:
    """B in some practices."""
    for practice in range(first, last):
        set_standard(fixed, planes, fixed.staff + practice)
        acting_of_body(fixed, rates, planes, step, fixed.staff + practice)
        for person in range(fixed.first_child[practice], fixed.first_child[practice + 1]):
            acting(fixed, rates, planes, step, person)


@inlined
def begin(planes: Any, first: int, last: int) -> None:
    """Some learners go on from what they were."""
    copy_rows(planes.held, planes.held_before, first, last)
    copy_rows(planes.yes, planes.yes_before, first, last)
    copy_rows(planes.assume, planes.assume_before, first, last)


@inlined
def learn_all(fixed: Any, rates: Any, planes: Any, step: int, first: int, last: int, scratch: Any) -> None:
    """C and D1 in some practices."""
    for practice in range(first, last):
        people = range(fixed.first_child[practice], fixed.first_child[practice + 1])
        begin(planes, fixed.first_child[practice], fixed.first_child[practice + 1])
        for person in people:
            reflection(fixed, rates, planes, step, person)
        if fixed.analyses:
            begin_agenda(fixed, planes, practice)
            raise_events(fixed, planes, practice, scratch)
        discussion(fixed, rates, planes, step, practice, scratch)
        if of_practice(fixed, rates, planes, fixed.staff + practice, TRIAL) != NONE:
            for person in people:
                trial(fixed, rates, planes, step, person)
        for person in people:
            socialisation(fixed, rates, planes, step, person)
            training(fixed, rates, planes, step, person)
            question_person(fixed, rates, planes, step, person)
        # Questioning came first, which changes assumptions alone, as analysis changes beliefs alone.
        if fixed.analyses and hold_meeting(fixed, rates, planes, step, practice):
            for person in people:
                analysis(fixed, rates, planes, step, person)
        learn_practice(fixed, rates, planes, step, fixed.staff + practice, scratch)


@inlined
def question_person(fixed: Any, rates: Any, planes: Any, step: int, person: int) -> None:
    """D1 of a person."""
    if not rates.anybody[QUESTIONING]:
        return
    limit = of_staff(rates, planes, person, QUESTIONING)
    if limit != NONE:
        row = planes.rate_row[fixed.practice[person]]
        questioning(
            fixed,
            planes,
            step,
            person,
            limit,
            rates.questioning_threshold[row],
            rates.questioning_evidence[row],
        )


@inlined
def learn_practice(fixed: Any, rates: Any, planes: Any, step: int, place: int, scratch: Any) -> None:
    """C and D1 of a practice itself."""
    begin(planes, place, place + 1)
    networking(fixed, rates, planes, step, place, scratch)
    guidance(fixed, rates, planes, step, place)
    revision(fixed, rates, planes, step, place, scratch)
    codification(fixed, rates, planes, step, place, scratch)
    if fixed.analyses:
        analysis_of_practice(fixed, rates, planes, step, place)
    question_practice(fixed, rates, planes, step, place)


@inlined
def question_practice(fixed: Any, rates: Any, planes: Any, step: int, place: int) -> None:
    """D1 of a practice."""
    row = planes.rate_row[place - fixed.staff]
    limit = rates.practice[row, QUESTIONING_OF_PRACTICE]
    questioning(
        fixed, planes, step, place, limit, rates.questioning_threshold[row], rates.questioning_evidence[row]
    )


@inlined
def question_body(fixed: Any, rates: Any, planes: Any, step: int, place: int) -> None:
    """D1 of a body of the service."""
    limit = rates.service[OF_SERVICE_QUESTIONING]
    questioning(
        fixed,
        planes,
        step,
        place,
        limit,
        rates.service_questioning_threshold,
        rates.service_questioning_evidence,
    )


@inlined
def learn_service(fixed: Any, rates: Any, planes: Any, step: int, scratch: Any) -> None:
    """C and D1 of the bodies of the service."""
    for place in range(fixed.staff + fixed.practices, fixed.uid.shape[0]):
        begin(planes, place, place + 1)
        guidance(fixed, rates, planes, step, place)
        reporting(fixed, rates, planes, step, place, scratch)
        question_body(fixed, rates, planes, step, place)


@inlined
def count_all(fixed: Any, planes: Any, counts: Any, row: int, scratch: Any) -> None:
    """Count everybody into a row."""
    count_service(fixed, planes, counts, row)
    count_practices(fixed, planes, counts, row, 0, fixed.practices, scratch)
    gather(counts, row, scratch)


@inlined
def whole_step(fixed: Any, rates: Any, planes: Any, step: int, scratch: Any, large_scratch: Any) -> None:
    """A whole step except D2, on one thread."""
    practices = fixed.practices
    turbulence(fixed, rates, planes, step)
    leave_all(fixed, rates, planes, step, 0, practices)
    come_all(fixed, rates, planes, step, 0, practices)
    forget_all(fixed, rates, planes, step, 0, practices)
    forget_service(fixed, rates, planes, step)
    after = ref(swapped(planes))
    act_service(fixed, rates, after, step)
    act_all(fixed, rates, after, step, 0, practices)
    learn_all(fixed, rates, after, step, 0, practices, scratch)
    learn_service(fixed, rates, after, step, large_scratch)


@inlined
def one_of_person(fixed: Any, rates: Any, planes: Any, step: int, process: int, person: int) -> None:
    """One process of a person, except discussion, which is a practice's."""
    if process == REFLECTION:
        reflection(fixed, rates, planes, step, person)
    elif process == TRIED:
        trial(fixed, rates, planes, step, person)
    elif process == SOCIALISATION:
        socialisation(fixed, rates, planes, step, person)
    elif process == TRAINING:
        training(fixed, rates, planes, step, person)
    elif process == ANALYSED:
        analysis(fixed, rates, planes, step, person)
    elif process == QUESTIONED:
        question_person(fixed, rates, planes, step, person)


@inlined
def one_of_practice(
    fixed: Any, rates: Any, planes: Any, step: int, process: int, place: int, scratch: Any
) -> None:
    """One process of a practice itself."""
    if process == NETWORKING:
        networking(fixed, rates, planes, step, place, scratch)
    elif process == GUIDANCE:
        guidance(fixed, rates, planes, step, place)
    elif process == REVISED:
        revision(fixed, rates, planes, step, place, scratch)
    elif process == CODIFICATION:
        codification(fixed, rates, planes, step, place, scratch)
    elif process == ANALYSED:
        analysis_of_practice(fixed, rates, planes, step, place)
    elif process == QUESTIONED:
        question_practice(fixed, rates, planes, step, place)


@inlined
def one_of_body(
    fixed: Any, rates: Any, planes: Any, step: int, process: int, place: int, scratch: Any
) -> None:
    """One process of a body of the service."""
    if process == GUIDANCE:
        guidance(fixed, rates, planes, step, place)
    elif process == REPORTING:
        reporting(fixed, rates, planes, step, place, scratch)
    elif process == QUESTIONED:
        question_body(fixed, rates, planes, step, place)


@inlined
def one_process(
    fixed: Any, rates: Any, planes: Any, step: int, process: int, scratch: Any, large_scratch: Any
) -> None:
    """One process of phase C or D1 for all who take part in it, `process` as numbered in the schedule."""
    staff, above = fixed.staff, fixed.staff + fixed.practices
    if process == DISCUSSION:
        for practice in range(fixed.practices):
            discussion(fixed, rates, planes, step, practice, scratch)
    if process == ANALYSED and fixed.analyses:
        for practice in range(fixed.practices):
            hold_meeting(fixed, rates, planes, step, practice)
    for person in range(staff):
        one_of_person(fixed, rates, planes, step, process, person)
    if process == REFLECTION and fixed.analyses:
        for practice in range(fixed.practices):
            begin_agenda(fixed, planes, practice)
            raise_events(fixed, planes, practice, scratch)
    for place in range(staff, above):
        one_of_practice(fixed, rates, planes, step, process, place, scratch)
    for place in range(above, fixed.uid.shape[0]):
        one_of_body(fixed, rates, planes, step, process, place, large_scratch)
