"""Lessons on words: after each process, which entries changed, and where what they hold came from.

The rules are those of `lpsim.lessons.journal`. Topics are the issues, then the domains.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import int64, uint64

from lpsim.engines.compiled.bits import NONE, ONE, add, clear, more_than
from lpsim.engines.compiled.changeover import NOVICE, STAYS, turbulence
from lpsim.engines.compiled.journal_agenda import note_raised, put_on_agenda, take_up_events
from lpsim.engines.compiled.journal_arrays import (
    BIRTHS,
    COLLECTIVE,
    JUDGED,
    KNOWN_ALREADY,
    PART,
    PRACTICE,
    RIGHT,
    TOPIC,
    VALUE,
    bear,
    begin_phase,
    carry,
    has_space,
    log_event,
    take_lesson,
)
from lpsim.engines.compiled.journal_turnover import arrivals, settle_experienced, settle_novice
from lpsim.engines.compiled.phases import (
    ANALYSED,
    CODIFICATION,
    DISCUSSION,
    GUIDANCE,
    NETWORKING,
    NUMBERS,
    QUESTIONED,
    REFLECTION,
    REPORTING,
    SOCIALISATION,
    TRAINING,
    TRIED,
    act_all,
    act_service,
    begin,
    come_all,
    forget_all,
    forget_service,
    leave_all,
    one_process,
)
from lpsim.engines.compiled.votes import BEST, DOMAINS, ISSUES, NOBODY, best_peer, is_heard
from lpsim.lessons.journal import LOST, NOWHERE
from lpsim.model.jit import inlined, lowest, popcount
from lpsim.model.schedule import SCHEDULE, Phase

TURNOVER, FORGETTING = NUMBERS["turnover"], NUMBERS["forgetting"]

LEARNING = np.array(
    [NUMBERS[p.name] for p in SCHEDULE if p.phase is Phase.LEARNING and p.name not in ("acting", "reform")]
)
"""The processes after which lessons are looked at, as numbered in the schedule."""
CAME, LEFT, LEARNS = 1, 2, 3
"""Parts of a step: newcomers have come; what is left will be forgotten; all learn, two parts a process."""

# --- a step, part by part: each returns for how many changes the journal must have space first, or 0 ----


@inlined
def change_over(fixed: Any, rates: Any, planes: Any, journal: Any, step: int) -> int:
    """A1 and A2."""
    if journal.cursor[PART] < CAME:
        turbulence(fixed, rates, planes, step)
        leave_all(fixed, rates, planes, step, 0, fixed.practices)
        come_all(fixed, rates, planes, step, 0, fixed.practices)
        journal.cursor[PART] = CAME
    if journal.cursor[PART] == CAME:
        more = arrivals(planes, journal)
        if not has_space(journal, more):
            return more
        if more > 0:
            begin_phase(journal)
            settle_arrivals(fixed, rates, planes, journal, step)
        forget_all(fixed, rates, planes, step, 0, fixed.practices)
        forget_service(fixed, rates, planes, step)
        journal.cursor[PART] = LEFT
    return 0


@inlined
def act_on_what_is_left(fixed: Any, rates: Any, planes: Any, after: Any, journal: Any, step: int) -> int:
    """What A3 took, and B; `after` are the planes when before and after have changed places."""
    if journal.cursor[PART] == LEFT:
        more = changes(fixed, planes, journal)
        if not has_space(journal, more):
            return more
        settle(fixed, planes, journal, step, FORGETTING)
        begin_phase(journal)
        act_service(fixed, rates, after, step)
        act_all(fixed, rates, after, step, 0, fixed.practices)
        begin(after, 0, fixed.uid.shape[0])
        journal.cursor[PART] = LEARNS
    return 0


@inlined
def learn(
    fixed: Any, rates: Any, planes: Any, journal: Any, step: int, scratch: Any, large_scratch: Any
) -> int:
    """C and D1, process by process."""
    for number in range(LEARNING.shape[0]):
        process, part = LEARNING[number], LEARNS + 2 * number
        if journal.cursor[PART] == part:
            one_process(fixed, rates, planes, step, process, scratch, large_scratch)
            journal.cursor[PART] = part + 1
        if journal.cursor[PART] == part + 1:
            more = changes(fixed, planes, journal)
            if not has_space(journal, more):
                return more
            settle(fixed, planes, journal, step, process)
            if process == REFLECTION:
                put_on_agenda(fixed, planes, journal)
            elif process == ANALYSED:
                take_up_events(fixed, planes, journal, step)
            journal.cursor[PART] = part + 2
    return 0


# --- what changed ---------------------------------------------------------------------------------


@inlined
def changes(fixed: Any, planes: Any, journal: Any) -> int:
    """How many entries are not what they were when they were last looked at."""
    found = int64(0)
    for place in range(fixed.uid.shape[0]):
        for w in range(fixed.issues_in.shape[0]):
            found += popcount(views_changed(planes, journal, place, w))
        for w in range(fixed.domains_in.shape[0]):
            found += popcount(planes.assume[place, w] ^ journal.assume[place, w])
    return found


@inlined
def views_changed(planes: Any, journal: Any, place: int, w: int) -> int:
    """On which of 64 issues a view has come, gone or turned."""
    return (planes.held[place, w] ^ journal.held[place, w]) | (planes.yes[place, w] ^ journal.yes[place, w])


@inlined
def update_seen(fixed: Any, planes: Any, journal: Any, place: int) -> None:
    """What a learner holds is known from here on."""
    for w in range(fixed.issues_in.shape[0]):
        journal.held[place, w] = planes.held[place, w]
        journal.yes[place, w] = planes.yes[place, w]
    for w in range(fixed.domains_in.shape[0]):
        journal.assume[place, w] = planes.assume[place, w]


# --- where it came from ---------------------------------------------------------------------------


@inlined
def settle(fixed: Any, planes: Any, journal: Any, step: int, process: int) -> None:
    """After a process: settle every entry that it changed, in the order of places and topics."""
    for place in range(fixed.uid.shape[0]):
        for w in range(fixed.issues_in.shape[0]):
            changed = views_changed(planes, journal, place, w)
            while changed != NONE:
                lane = uint64(lowest(changed))
                changed &= changed - ONE
                value = int64((planes.held[place, w] >> lane) & ONE)
                if value == 1 and (planes.yes[place, w] >> lane) & ONE == NONE:
                    value = int64(-1)
                settle_entry(fixed, planes, journal, step, process, place, w * 64 + int64(lane), value)
        for w in range(fixed.domains_in.shape[0]):
            changed = planes.assume[place, w] ^ journal.assume[place, w]
            while changed != NONE:
                lane = uint64(lowest(changed))
                changed &= changed - ONE
                value = 2 * int64((planes.assume[place, w] >> lane) & ONE) - 1
                topic = fixed.issues + w * 64 + int64(lane)
                settle_entry(fixed, planes, journal, step, process, place, topic, value)
        update_seen(fixed, planes, journal, place)


@inlined
def settle_entry(
    fixed: Any, planes: Any, journal: Any, step: int, process: int, place: int, topic: int, value: int
) -> None:
    """The lesson an entry loses, and the one that it bears or takes, if any."""
    old = journal.carried[place, topic]
    journal.carried[place, topic] = 0
    if old > 0:
        log_event(journal, step, process, LOST, old, NOWHERE, place)
    if value == 0:
        return
    if process in (REFLECTION, TRIED, QUESTIONED):
        bear(journal, step, process, place, topic, value)
    elif process == ANALYSED:
        practice = journal.practice_of[place]
        lesson = journal.agenda_before[practice, topic]
        if lesson > 0:
            carry(journal, step, process, place, topic, lesson, fixed.staff + practice)
    else:
        source = source_of(fixed, planes, journal, process, place, topic, value)
        if source != NOWHERE:
            take_lesson(journal, step, process, place, topic, source)


@inlined
def gave(fixed: Any, planes: Any, journal: Any, source: int, topic: int, value: int) -> bool:
    """Whether a source had a value and a lesson when the phase began."""
    if journal.carried_before[source, topic] == 0:
        return False
    if topic < fixed.issues:
        w, lane = topic // 64, uint64(topic % 64)
        yes = (planes.yes_before[source, w] >> lane) & ONE
        return (planes.held_before[source, w] >> lane) & ONE != NONE and (yes != NONE) == (value > 0)
    w, lane = (topic - fixed.issues) // 64, uint64((topic - fixed.issues) % 64)
    return ((planes.assume_before[source, w] >> lane) & ONE != NONE) == (value > 0)


@inlined
def source_of(fixed: Any, planes: Any, journal: Any, process: int, place: int, topic: int, value: int) -> int:
    """The lowest place among those counted in a process that had the value and a lesson, if any."""
    if process in (SOCIALISATION, GUIDANCE, TRAINING):
        source = fixed.top[fixed.practice[place]] if process == TRAINING else fixed.parent[place]
        return int64(source) if gave(fixed, planes, journal, source, topic, value) else int64(NOWHERE)
    if process in (CODIFICATION, REPORTING):
        return child_that_gave(fixed, planes, journal, place, topic, value)
    if process in (DISCUSSION, NETWORKING):
        return peer_that_gave(fixed, planes, journal, place, topic, value)
    return int64(NOWHERE)


@inlined
def child_that_gave(fixed: Any, planes: Any, journal: Any, place: int, topic: int, value: int) -> int:
    """The first child counted that had the value and a lesson."""
    body = place - fixed.staff
    for index in range(fixed.first_child[body], fixed.first_child[body + 1]):
        child = fixed.children[index]
        counted = planes.speaks[child] and planes.standing[child] > planes.performance[body]
        if counted and gave(fixed, planes, journal, child, topic, value):
            return int64(child)
    return int64(NOWHERE)


@inlined
def peer_that_gave(fixed: Any, planes: Any, journal: Any, place: int, topic: int, value: int) -> int:
    """The first peer heard that had the value and a lesson."""
    peers = fixed.peers[fixed.first_peer[place] : fixed.first_peer[place + 1]]
    rule = fixed.discussion_rule if place < fixed.staff else fixed.networking_rule
    best = best_peer(fixed, planes, place, peers) if rule == BEST else int64(NOBODY)
    for neighbour in peers:
        peer = int64(neighbour)
        heard = is_heard(fixed, planes, place, peer, rule, best)
        if heard and gave(fixed, planes, journal, peer, topic, value):
            return peer
    return int64(NOWHERE)


# --- newcomers ------------------------------------------------------------------------------------


@inlined
def settle_arrivals(fixed: Any, rates: Any, planes: Any, journal: Any, step: int) -> None:
    """Whoever leaves takes their lessons along; newcomers bring others from where they come."""
    for post in range(fixed.staff):
        if planes.came_from[post] != STAYS:
            for topic in range(journal.carried.shape[1]):
                if journal.carried[post, topic] > 0:
                    log_event(journal, step, TURNOVER, LOST, journal.carried[post, topic], NOWHERE, post)
                    journal.carried[post, topic] = 0
            if planes.came_from[post] == NOVICE:
                settle_novice(fixed, rates, planes, journal, step, post)
            else:
                settle_experienced(fixed, planes, journal, step, post)
    for post in range(fixed.staff):  # not before: others may have come from that post
        if planes.came_from[post] != STAYS:
            update_seen(fixed, planes, journal, post)


# --- the end of a step ----------------------------------------------------------------------------


@inlined
def end_step(fixed: Any, planes: Any, journal: Any, step: int, scratch: Any) -> None:
    """What the step bore, and which lessons most of their team now hold."""
    for row in range(journal.cursor[JUDGED], journal.cursor[BIRTHS]):
        topic, value, practice = (
            journal.births[TOPIC, row],
            journal.births[VALUE, row],
            journal.births[PRACTICE, row],
        )
        journal.births[RIGHT, row] = is_right(fixed, planes, topic, value)
        journal.births[KNOWN_ALREADY, row] = practice != NOWHERE and was_held_by_most(
            fixed, planes, practice, topic, value
        )
    journal.cursor[JUDGED] = journal.cursor[BIRTHS]
    journal.cursor[PART] = 0
    note_raised(journal, step)
    for practice in range(fixed.practices):
        for w in range(fixed.issues_in.shape[0]):
            mark_collective(fixed, planes, journal, step, practice, w, ISSUES, scratch)
        for w in range(fixed.domains_in.shape[0]):
            mark_collective(fixed, planes, journal, step, practice, w, DOMAINS, scratch)


@inlined
def mark_collective(
    fixed: Any, planes: Any, journal: Any, step: int, practice: int, w: int, domains: bool, scratch: Any
) -> None:
    """Note the team's own lessons whose value most of it holds, on 64 issues or domains."""
    first, last = fixed.first_child[practice], fixed.first_child[practice + 1]
    clear(scratch.up)
    clear(scratch.down)
    for person in range(first, last):
        yes, no = values_of(fixed, planes, person, w, domains)
        add(scratch.up, yes)
        add(scratch.down, no)
    most_yes = more_than(scratch.up, (last - first) // 2)
    most_no = more_than(scratch.down, (last - first) // 2)
    first_topic = w * 64 + (fixed.issues if domains else 0)
    for person in range(first, last):
        yes, no = values_of(fixed, planes, person, w, domains)
        lanes_left = (yes & most_yes) | (no & most_no)
        while lanes_left != NONE:
            row = journal.carried[person, first_topic + lowest(lanes_left)] - 1
            lanes_left &= lanes_left - ONE
            own = row >= 0 and journal.births[PRACTICE, row] == practice
            if own and journal.births[COLLECTIVE, row] == NOWHERE:
                journal.births[COLLECTIVE, row] = step


@inlined
def values_of(fixed: Any, planes: Any, person: int, w: int, domains: bool) -> tuple[int, int]:
    """What a person holds for and against, on 64 issues or domains."""
    if domains:
        return planes.assume[person, w], fixed.domains_in[w] & ~planes.assume[person, w]
    return planes.yes[person, w], planes.held[person, w] & ~planes.yes[person, w]


@inlined
def is_right(fixed: Any, planes: Any, topic: int, value: int) -> bool:
    """Whether a value is that of reality, or that of the right assumptions."""
    if topic < fixed.issues:
        bit = (planes.reality[topic // 64] >> uint64(topic % 64)) & ONE
    else:
        domain = topic - fixed.issues
        bit = (planes.right[domain // 64] >> uint64(domain % 64)) & ONE
    return (bit != NONE) == (value > 0)


@inlined
def was_held_by_most(fixed: Any, planes: Any, practice: int, topic: int, value: int) -> bool:
    """Whether more than half of a team held a value when the phase began."""
    first, last = fixed.first_child[practice], fixed.first_child[practice + 1]
    holders, domain = int64(0), topic - fixed.issues
    for person in range(first, last):
        if domain < 0:
            w, lane = topic // 64, uint64(topic % 64)
            holds = (planes.held_before[person, w] >> lane) & ONE != NONE
            positive = (planes.yes_before[person, w] >> lane) & ONE != NONE
        else:
            holds = True
            positive = (planes.assume_before[person, domain // 64] >> uint64(domain % 64)) & ONE != NONE
        holders += holds and positive == (value > 0)
    return 2 * holders > last - first
