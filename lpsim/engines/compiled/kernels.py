"""The processes of the model on words: one kernel each, named and ordered as the agents' methods.

Kernels read what everybody was before and change only their own learner's rows of the planes, so the
order in which learners are visited, and on how many threads, never matters.
"""

from __future__ import annotations

from typing import Any

from lpsim.engines.compiled.bits import ALL, NONE, ONE
from lpsim.engines.compiled.payoffs import success
from lpsim.engines.compiled.rate_arrays import (
    ATTENDANCE,
    COVERAGE,
    DISCUSSION,
    DISCUSSION_ASSUMPTION,
    GUIDANCE,
    GUIDANCE_ASSUMPTION,
    MEETING,
    NETWORKING,
    NETWORKING_ASSUMPTION,
    NETWORKING_MEETING,
    NOISE,
    OF_SERVICE_GUIDANCE,
    OF_SERVICE_GUIDANCE_ASSUMPTION,
    RECORDING,
    REFLECTION,
    REPORTING,
    SOCIALISATION,
    SOCIALISATION_ASSUMPTION,
    TRAINING,
    TRAINING_ASSUMPTION,
    VOICE,
)
from lpsim.engines.compiled.rules import (
    fails,
    happens,
    lanes,
    learn_from,
    of_practice,
    of_staff,
    of_the_world,
    seen_through,
    take_beliefs,
)
from lpsim.engines.compiled.votes import learn_from_children, learn_from_peers, learn_together
from lpsim.model.draws import Stream, event_of, word_of
from lpsim.model.jit import inlined, lowest

# --- B: acting and being judged -------------------------------------------------------------------


@inlined
def audit(world: Any, rates: Any, planes: Any, step: int) -> None:
    """B: which issues are audited in this step, for the whole service."""
    limit = rates.service[COVERAGE]
    for w in range(world.issues_in.shape[0]):
        planes.audited[w] = of_the_world(world, step, Stream.ACTING_AUDIT, w, limit, world.issues_in[w])


@inlined
def acting(world: Any, rates: Any, planes: Any, step: int, person: int) -> None:
    """B: act on one's beliefs; the practice judges."""
    if world.guessing:
        for w in range(world.issues_in.shape[0]):
            planes.coins[person, w] = NONE
            if planes.held_before[person, w] != world.issues_in[w]:  # else nobody looks at them
                event = event_of(step, Stream.ACTING_GUESS, w)
                coins = word_of(world.seed, event, world.uid[person], NONE)
                planes.coins[person, w] = coins & world.issues_in[w]
    planes.standing[person] = success(world, planes, person, world.parent[person])
    limit = of_staff(rates, planes, person, VOICE)
    planes.speaks[person] = happens(world, person, step, Stream.ACTING_VOICE, limit)


@inlined
def acting_of_body(world: Any, rates: Any, planes: Any, step: int, place: int) -> None:
    """B: the memory is judged, here for recording and by the body above for everything else."""
    body = place - world.staff
    planes.performance[body] = success(world, planes, place, place)
    planes.standing[place] = success(world, planes, place, world.parent[place])
    if body >= world.practices:
        limit = rates.tier_reporting[world.tier[body - world.practices]]
    else:
        limit = of_practice(world, rates, planes, place, REPORTING)
        planes.meets[body] = happens(
            world, place, step, Stream.DISCUSSION_MEETING, of_practice(world, rates, planes, place, MEETING)
        )
        planes.standings[body, step] = planes.standings[body, step - 1] + planes.standing[place]
    planes.speaks[place] = happens(world, place, step, Stream.REPORTING_SHARE, limit)


# --- C: learning ----------------------------------------------------------------------------------


@inlined
def reflection(world: Any, rates: Any, planes: Any, step: int, person: int) -> None:
    """C1: learn from cases, as one's own assumptions let one see them."""
    if not rates.some[REFLECTION]:
        return
    for w in range(world.issues_in.shape[0]):
        cases = lanes(
            world,
            person,
            step,
            Stream.REFLECTION,
            w,
            of_staff(rates, planes, person, REFLECTION),
            world.issues_in[w],
        )
        if cases != NONE:
            looks_right = seen_through(world, planes, person, w)
            misread = lanes(
                world,
                person,
                step,
                Stream.REFLECTION_NOISE,
                w,
                of_staff(rates, planes, person, NOISE),
                cases,
            )
            take_beliefs(world, planes, person, w, ALL, looks_right ^ misread, cases)


@inlined
def discussion(world: Any, rates: Any, planes: Any, step: int, practice: int, room: Any) -> None:
    """C2 of everybody in a practice: when it meets, learn from peers who speak up."""
    if not planes.meets[practice]:
        return
    if world.together[practice]:
        learn_together(world, rates, planes, step, practice, room)
        return
    for person in range(world.first_child[practice], world.first_child[practice + 1]):
        learn_from_peers(
            world,
            planes,
            person,
            world.discussion_rule,
            step,
            Stream.DISCUSSION,
            of_staff(rates, planes, person, DISCUSSION),
            Stream.DISCUSSION_ASSUMPTION,
            of_staff(rates, planes, person, DISCUSSION_ASSUMPTION),
            room,
        )


@inlined
def networking(world: Any, rates: Any, planes: Any, step: int, place: int, room: Any) -> None:
    """C2': when it takes part in its network, a practice learns from peer practices."""
    if happens(
        world,
        place,
        step,
        Stream.NETWORKING_MEETING,
        of_practice(world, rates, planes, place, NETWORKING_MEETING),
    ):
        learn_from_peers(
            world,
            planes,
            place,
            world.networking_rule,
            step,
            Stream.NETWORKING,
            of_practice(world, rates, planes, place, NETWORKING),
            Stream.NETWORKING_ASSUMPTION,
            of_practice(world, rates, planes, place, NETWORKING_ASSUMPTION),
            room,
        )


@inlined
def socialisation(world: Any, rates: Any, planes: Any, step: int, person: int) -> None:
    """C3: learn from what the practice's protocols and records say."""
    learn_from(
        world,
        planes,
        person,
        world.parent[person],
        step,
        Stream.SOCIALISATION,
        of_staff(rates, planes, person, SOCIALISATION),
        Stream.SOCIALISATION_ASSUMPTION,
        of_staff(rates, planes, person, SOCIALISATION_ASSUMPTION),
    )


@inlined
def guidance(world: Any, rates: Any, planes: Any, step: int, place: int) -> None:
    """C3': learn from the guidance of the body above."""
    if world.parent[place] == place:
        return
    if place < world.staff + world.practices:
        limit, limit_assumption = (
            of_practice(world, rates, planes, place, GUIDANCE),
            of_practice(world, rates, planes, place, GUIDANCE_ASSUMPTION),
        )
    else:
        limit = rates.service[OF_SERVICE_GUIDANCE]
        limit_assumption = rates.service[OF_SERVICE_GUIDANCE_ASSUMPTION]
    learn_from(
        world,
        planes,
        place,
        world.parent[place],
        step,
        Stream.GUIDANCE,
        limit,
        Stream.GUIDANCE_ASSUMPTION,
        limit_assumption,
    )


@inlined
def training(world: Any, rates: Any, planes: Any, step: int, person: int) -> None:
    """C4: attend a course run from the top tier's guidance."""
    if happens(world, person, step, Stream.TRAINING_ATTENDANCE, rates.service[ATTENDANCE]):
        learn_from(
            world,
            planes,
            person,
            world.top[world.practice[person]],
            step,
            Stream.TRAINING,
            of_staff(rates, planes, person, TRAINING),
            Stream.TRAINING_ASSUMPTION,
            of_staff(rates, planes, person, TRAINING_ASSUMPTION),
        )


@inlined
def codification(world: Any, rates: Any, planes: Any, step: int, place: int, room: Any) -> None:
    """C5: when it records, a practice writes down what its better staff do."""
    row = planes.rates_of[place - world.staff]
    if happens(world, place, step, Stream.CODIFICATION_MEETING, rates.practice[row, RECORDING]):
        learn_from_children(
            world,
            planes,
            place,
            step,
            Stream.CODIFICATION,
            rates.codification[row],
            Stream.CODIFICATION_ASSUMPTION,
            rates.codification_assumption[row],
            room,
        )


@inlined
def reporting(world: Any, rates: Any, planes: Any, step: int, place: int, room: Any) -> None:
    """C5': a body learns from the children that report."""
    learn_from_children(
        world,
        planes,
        place,
        step,
        Stream.REPORTING,
        rates.reporting,
        Stream.REPORTING_ASSUMPTION,
        rates.reporting_assumption,
        room,
    )


# --- D: the two outer loops -----------------------------------------------------------------------


@inlined
def questioning(
    world: Any, planes: Any, step: int, place: int, limit: int, threshold: float, evidence: int
) -> None:
    """D1: reverse an assumption under which too little of what one believes is right."""
    for w in range(world.domains_in.shape[0]):
        asked = lanes(world, place, step, Stream.QUESTIONING, w, limit, world.domains_in[w])
        while asked != NONE:
            lane = asked & (~asked + ONE)
            if fails(world, planes, place, w * 64 + lowest(asked), threshold, evidence):
                opposite = ~planes.assume_before[place, w] & lane
                planes.assume[place, w] = (planes.assume[place, w] & ~lane) | opposite
            asked ^= lane
