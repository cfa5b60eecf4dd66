"""The processes of the model on words: one kernel each, named and ordered as the agents' methods.

Kernels read what everybody was before and change only their own learner's rows of the planes, so the
order in which learners are visited, and on how many threads, never matters.
"""

from __future__ import annotations

from typing import Any

from numba import uint64

from lpsim.engines.compiled.bits import ALL, NONE, ONE, add, clear, more
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
    PRESENCE,
    RECORDING,
    REFLECTION,
    REPORTING,
    REVISION,
    SOCIALISATION,
    SOCIALISATION_ASSUMPTION,
    TRAINING,
    TRAINING_ASSUMPTION,
    TRIAL,
    VOICE,
)
from lpsim.engines.compiled.rules import (
    acts,
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
from lpsim.model.draws import Stream
from lpsim.model.jit import inlined, lowest
from lpsim.model.words import choice, event_of, limit_of, word_of

# --- B: acting and being judged -------------------------------------------------------------------


@inlined
def audit(fixed: Any, rates: Any, planes: Any, step: int) -> None:
    """B: which issues are audited in this step, for the whole service."""
    limit = rates.service[COVERAGE]
    for w in range(fixed.issues_in.shape[0]):
        planes.audited[w] = of_the_world(fixed, step, Stream.ACTING_AUDIT, w, limit, fixed.issues_in[w])


@inlined
def acting(fixed: Any, rates: Any, planes: Any, step: int, person: int) -> None:
    """B: act on one's beliefs; the practice judges."""
    if fixed.guessing:
        for w in range(fixed.issues_in.shape[0]):
            planes.coins[person, w] = NONE
            if planes.held_before[person, w] != fixed.issues_in[w]:  # else nobody looks at them
                event = event_of(step, Stream.ACTING_GUESS, w)
                coins = word_of(fixed.seed, event, fixed.uid[person], NONE)
                planes.coins[person, w] = coins & fixed.issues_in[w]
    planes.standing[person] = success(fixed, planes, person, fixed.parent[person])
    limit = of_staff(rates, planes, person, VOICE)
    planes.speaks[person] = happens(fixed, person, step, Stream.ACTING_VOICE, limit)
    if fixed.absences:
        limit = of_staff(rates, planes, person, PRESENCE)
        planes.present[person] = happens(fixed, person, step, Stream.ACTING_PRESENCE, limit)


@inlined
def acting_of_body(fixed: Any, rates: Any, planes: Any, step: int, place: int) -> None:
    """B: the memory is judged, here for recording and by the body above for everything else."""
    body = place - fixed.staff
    planes.performance[body] = success(fixed, planes, place, place)
    planes.standing[place] = success(fixed, planes, place, fixed.parent[place])
    if body >= fixed.practices:
        limit = rates.tier_reporting[fixed.tier[body - fixed.practices]]
    else:
        limit = of_practice(fixed, rates, planes, place, REPORTING)
        planes.meets[body] = happens(
            fixed, place, step, Stream.DISCUSSION_MEETING, of_practice(fixed, rates, planes, place, MEETING)
        )
        planes.standing_sums[body, step] = planes.standing_sums[body, step - 1] + planes.standing[place]
    planes.speaks[place] = happens(fixed, place, step, Stream.REPORTING_SHARE, limit)


# --- C: learning ----------------------------------------------------------------------------------


@inlined
def reflection(fixed: Any, rates: Any, planes: Any, step: int, person: int) -> None:
    """C1: learn from cases, as one's own assumptions let one see them."""
    if not rates.anybody[REFLECTION]:
        return
    for w in range(fixed.issues_in.shape[0]):
        cases = cases_of(fixed, rates, planes, step, person, w)
        if cases != NONE:
            looks_right = seen_through(fixed, planes, person, w)
            misread = lanes(
                fixed,
                person,
                step,
                Stream.REFLECTION_NOISE,
                w,
                of_staff(rates, planes, person, NOISE),
                cases,
            )
            take_beliefs(fixed, planes, person, w, ALL, looks_right ^ misread, cases)


@inlined
def cases_of(fixed: Any, rates: Any, planes: Any, step: int, person: int, w: int) -> int:
    """On which of 64 issues a case is met; with specialisation most often in the domains of one's role."""
    if fixed.case_factors.shape[0] == 0:
        limit = of_staff(rates, planes, person, REFLECTION)
        return lanes(fixed, person, step, Stream.REFLECTION, w, limit, fixed.issues_in[w])
    cases, chance = NONE, rates.cases[planes.staff_rate_row[person]]
    factors = fixed.case_factors[fixed.practice[person], fixed.role[person]]
    for home in range(factors.shape[0]):
        limit = limit_of(chance * factors[home])
        cases |= lanes(fixed, person, step, Stream.REFLECTION, w, limit, fixed.home_issues[home, w])
    return cases


@inlined
def discussion(fixed: Any, rates: Any, planes: Any, step: int, practice: int, scratch: Any) -> None:
    """C2 of everybody in a practice: when it meets, learn from peers who speak up."""
    if not planes.meets[practice]:
        return
    if fixed.together[practice]:
        learn_together(fixed, rates, planes, step, practice, scratch)
        return
    for person in range(fixed.first_child[practice], fixed.first_child[practice + 1]):
        if planes.present[person]:
            learn_from_peers(
                fixed,
                planes,
                person,
                fixed.discussion_rule,
                step,
                Stream.DISCUSSION,
                of_staff(rates, planes, person, DISCUSSION),
                Stream.DISCUSSION_ASSUMPTION,
                of_staff(rates, planes, person, DISCUSSION_ASSUMPTION),
                scratch,
            )


@inlined
def networking(fixed: Any, rates: Any, planes: Any, step: int, place: int, scratch: Any) -> None:
    """C2': when it takes part in its network, a practice learns from peer practices."""
    if happens(
        fixed,
        place,
        step,
        Stream.NETWORKING_MEETING,
        of_practice(fixed, rates, planes, place, NETWORKING_MEETING),
    ):
        learn_from_peers(
            fixed,
            planes,
            place,
            fixed.networking_rule,
            step,
            Stream.NETWORKING,
            of_practice(fixed, rates, planes, place, NETWORKING),
            Stream.NETWORKING_ASSUMPTION,
            of_practice(fixed, rates, planes, place, NETWORKING_ASSUMPTION),
            scratch,
        )


@inlined
def trial(fixed: Any, rates: Any, planes: Any, step: int, person: int) -> None:
    """C2t: where nobody better was heard, try the opposite on one issue; keep what does better."""
    practice = fixed.parent[person]
    limit = of_practice(fixed, rates, planes, practice, TRIAL)
    if limit == NONE or heard_better(fixed, planes, person):
        return
    if not happens(fixed, person, step, Stream.TRIAL, limit):
        return
    event = event_of(step, Stream.TRIAL_ISSUE, 0)
    issue = choice(fixed.seed, event, fixed.uid[person], NONE, uint64(fixed.issues))
    w, lane = issue // 64, ONE << uint64(issue % 64)
    held, yes = acts(fixed, planes, person, w)
    if held & lane != NONE:
        changed = success(fixed, planes, person, practice, w, lane)
        if changed > planes.standing[person]:
            take_beliefs(fixed, planes, person, w, lane, ~yes & lane, lane)


@inlined
def heard_better(fixed: Any, planes: Any, person: int) -> bool:
    """Whether somebody who does better spoke in a meeting in which a person was present."""
    if not (planes.meets[fixed.practice[person]] and planes.present[person]):
        return False
    for index in range(fixed.first_peer[person], fixed.first_peer[person + 1]):
        peer = fixed.peers[index]
        if planes.speaks[peer] and planes.standing[peer] > planes.standing[person]:
            return True
    return False


@inlined
def socialisation(fixed: Any, rates: Any, planes: Any, step: int, person: int) -> None:
    """C3: learn from what the practice's protocols and records say."""
    learn_from(
        fixed,
        planes,
        person,
        fixed.parent[person],
        step,
        Stream.SOCIALISATION,
        of_staff(rates, planes, person, SOCIALISATION),
        Stream.SOCIALISATION_ASSUMPTION,
        of_staff(rates, planes, person, SOCIALISATION_ASSUMPTION),
    )


@inlined
def guidance(fixed: Any, rates: Any, planes: Any, step: int, place: int) -> None:
    """C3': learn from the guidance of the body above."""
    if fixed.parent[place] == place:
        return
    if place < fixed.staff + fixed.practices:
        limit, limit_assumption = (
            of_practice(fixed, rates, planes, place, GUIDANCE),
            of_practice(fixed, rates, planes, place, GUIDANCE_ASSUMPTION),
        )
    else:
        limit = rates.service[OF_SERVICE_GUIDANCE]
        limit_assumption = rates.service[OF_SERVICE_GUIDANCE_ASSUMPTION]
    learn_from(
        fixed,
        planes,
        place,
        fixed.parent[place],
        step,
        Stream.GUIDANCE,
        limit,
        Stream.GUIDANCE_ASSUMPTION,
        limit_assumption,
    )


@inlined
def training(fixed: Any, rates: Any, planes: Any, step: int, person: int) -> None:
    """C4: attend a course run from the top tier's guidance."""
    if happens(fixed, person, step, Stream.TRAINING_ATTENDANCE, rates.service[ATTENDANCE]):
        learn_from(
            fixed,
            planes,
            person,
            fixed.top[fixed.practice[person]],
            step,
            Stream.TRAINING,
            of_staff(rates, planes, person, TRAINING),
            Stream.TRAINING_ASSUMPTION,
            of_staff(rates, planes, person, TRAINING_ASSUMPTION),
        )


@inlined
def revision(fixed: Any, rates: Any, planes: Any, step: int, place: int, scratch: Any) -> None:
    """C5r: strike out an entry that more of those who speak oppose than support."""
    limit = of_practice(fixed, rates, planes, place, REVISION)
    if limit == NONE:
        return
    practice = place - fixed.staff
    for w in range(fixed.issues_in.shape[0]):
        held, yes = planes.held_before[place, w], planes.yes_before[place, w]
        touched = (planes.held[place, w] ^ held) | (planes.yes[place, w] ^ yes)
        looked_at = lanes(fixed, place, step, Stream.REVISION, w, limit, held & ~touched)
        if looked_at != NONE:
            clear(scratch.up)
            clear(scratch.down)
            for person in range(fixed.first_child[practice], fixed.first_child[practice + 1]):
                if planes.speaks[person]:
                    add(scratch.up, planes.yes_before[person, w])
                    add(scratch.down, planes.held_before[person, w] & ~planes.yes_before[person, w])
            plus, minus = more(scratch.up, scratch.down), more(scratch.down, scratch.up)
            kept = ~(looked_at & ((yes & minus) | (~yes & plus)))
            planes.held[place, w] &= kept
            planes.yes[place, w] &= kept


@inlined
def codification(fixed: Any, rates: Any, planes: Any, step: int, place: int, scratch: Any) -> None:
    """C5: when it records, a practice writes down what its better staff do."""
    row = planes.rate_row[place - fixed.staff]
    if happens(fixed, place, step, Stream.CODIFICATION_MEETING, rates.practice[row, RECORDING]):
        learn_from_children(
            fixed,
            planes,
            place,
            step,
            Stream.CODIFICATION,
            rates.codification[row],
            Stream.CODIFICATION_ASSUMPTION,
            rates.codification_assumption[row],
            scratch,
        )


@inlined
def reporting(fixed: Any, rates: Any, planes: Any, step: int, place: int, scratch: Any) -> None:
    """C5': a body learns from the children that report."""
    learn_from_children(
        fixed,
        planes,
        place,
        step,
        Stream.REPORTING,
        rates.reporting,
        Stream.REPORTING_ASSUMPTION,
        rates.reporting_assumption,
        scratch,
    )


# --- D: the two outer loops -----------------------------------------------------------------------


@inlined
def questioning(
    fixed: Any, planes: Any, step: int, place: int, limit: int, threshold: float, evidence: int
) -> None:
    """D1: reverse an assumption under which too little of what one believes is right."""
    for w in range(fixed.domains_in.shape[0]):
        asked = lanes(fixed, place, step, Stream.QUESTIONING, w, limit, fixed.domains_in[w])
        while asked != NONE:
            lane = asked & (~asked + ONE)
            if fails(fixed, planes, place, w * 64 + lowest(asked), threshold, evidence):
                opposite = ~planes.assume_before[place, w] & lane
                planes.assume[place, w] = (planes.assume[place, w] & ~lane) | opposite
            asked ^= lane
