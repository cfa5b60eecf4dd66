"""Lessons on words: after each process, which entries changed, and where what they hold came from.

The rules are those of `lpsim.lessons.journal`. Topics are the issues, then the domains.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import int64, uint64

from lpsim.engines.compiled.bits import NONE, ONE, add, clear, more_than
from lpsim.engines.compiled.changeover import NOVICE, STAYS, own_views, turbulence
from lpsim.engines.compiled.journal_arrays import (
    BIRTHS,
    COLLECTIVE,
    JUDGED,
    KNOWN_ALREADY,
    PRACTICE,
    RIGHT,
    STAGE,
    TOPIC,
    VALUE,
    bear,
    has_room,
    note_event,
    remember,
    take_lesson,
)
from lpsim.engines.compiled.phases import (
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
"""Stages of a step: newcomers have come; what is left will be forgotten; all learn, two stages a process."""

# --- a step, stage by stage: each returns for how many changes there must be room first, or 0 -----------


@inlined
def change_over(world: Any, rates: Any, planes: Any, notes: Any, step: int) -> int:
    """A1 and A2."""
    if notes.at[STAGE] < CAME:
        turbulence(world, rates, planes, step)
        leave_all(world, rates, planes, step, 0, world.practices)
        come_all(world, rates, planes, step, 0, world.practices)
        notes.at[STAGE] = CAME
    if notes.at[STAGE] == CAME:
        more = arrivals(planes, notes)
        if not has_room(notes, more):
            return more
        if more > 0:
            remember(notes)
            settle_arrivals(world, rates, planes, notes, step)
        forget_all(world, rates, planes, step, 0, world.practices)
        forget_service(world, rates, planes, step)
        notes.at[STAGE] = LEFT
    return 0


@inlined
def act_on_what_is_left(world: Any, rates: Any, planes: Any, after: Any, notes: Any, step: int) -> int:
    """What A3 took, and B; `after` are the planes when before and after have changed places."""
    if notes.at[STAGE] == LEFT:
        more = changes(world, planes, notes)
        if not has_room(notes, more):
            return more
        settle(world, planes, notes, step, FORGETTING)
        remember(notes)
        act_service(world, rates, after, step)
        act_all(world, rates, after, step, 0, world.practices)
        for place in range(world.uid.shape[0]):
            begin(after, place)
        notes.at[STAGE] = LEARNS
    return 0


@inlined
def learn(world: Any, rates: Any, planes: Any, notes: Any, step: int, room: Any, large_room: Any) -> int:
    """C and D1, process by process."""
    for number in range(LEARNING.shape[0]):
        process, stage = LEARNING[number], LEARNS + 2 * number
        if notes.at[STAGE] == stage:
            one_process(world, rates, planes, step, process, room, large_room)
            notes.at[STAGE] = stage + 1
        if notes.at[STAGE] == stage + 1:
            more = changes(world, planes, notes)
            if not has_room(notes, more):
                return more
            settle(world, planes, notes, step, process)
            notes.at[STAGE] = stage + 2
    return 0


# --- what changed ---------------------------------------------------------------------------------


@inlined
def changes(world: Any, planes: Any, notes: Any) -> int:
    """How many entries are not what they were when they were last looked at."""
    found = int64(0)
    for place in range(world.uid.shape[0]):
        for w in range(world.issues_in.shape[0]):
            found += popcount(views_changed(planes, notes, place, w))
        for w in range(world.domains_in.shape[0]):
            found += popcount(planes.assume[place, w] ^ notes.assume[place, w])
    return found


@inlined
def views_changed(planes: Any, notes: Any, place: int, w: int) -> int:
    """On which of 64 issues a view has come, gone or turned."""
    return (planes.held[place, w] ^ notes.held[place, w]) | (planes.yes[place, w] ^ notes.yes[place, w])


@inlined
def look(world: Any, planes: Any, notes: Any, place: int) -> None:
    """Take note of what a learner holds."""
    for w in range(world.issues_in.shape[0]):
        notes.held[place, w] = planes.held[place, w]
        notes.yes[place, w] = planes.yes[place, w]
    for w in range(world.domains_in.shape[0]):
        notes.assume[place, w] = planes.assume[place, w]


# --- where it came from ---------------------------------------------------------------------------


@inlined
def settle(world: Any, planes: Any, notes: Any, step: int, process: int) -> None:
    """After a process: settle every entry that it changed, in the order of places and topics."""
    for place in range(world.uid.shape[0]):
        for w in range(world.issues_in.shape[0]):
            changed = views_changed(planes, notes, place, w)
            while changed != NONE:
                lane = uint64(lowest(changed))
                changed &= changed - ONE
                value = int64((planes.held[place, w] >> lane) & ONE)
                if value == 1 and (planes.yes[place, w] >> lane) & ONE == NONE:
                    value = int64(-1)
                settle_entry(world, planes, notes, step, process, place, w * 64 + int64(lane), value)
        for w in range(world.domains_in.shape[0]):
            changed = planes.assume[place, w] ^ notes.assume[place, w]
            while changed != NONE:
                lane = uint64(lowest(changed))
                changed &= changed - ONE
                value = 2 * int64((planes.assume[place, w] >> lane) & ONE) - 1
                topic = world.issues + w * 64 + int64(lane)
                settle_entry(world, planes, notes, step, process, place, topic, value)
        look(world, planes, notes, place)


@inlined
def settle_entry(
    world: Any, planes: Any, notes: Any, step: int, process: int, place: int, topic: int, value: int
) -> None:
    """The lesson an entry loses, and the one that it bears or takes, if any."""
    old = notes.carried[place, topic]
    notes.carried[place, topic] = 0
    if old > 0:
        note_event(notes, step, process, LOST, old, NOWHERE, place)
    if value == 0:
        return
    if process in (REFLECTION, QUESTIONED):
        bear(notes, step, process, place, topic, value)
    else:
        source = source_of(world, planes, notes, process, place, topic, value)
        if source != NOWHERE:
            take_lesson(notes, step, process, place, topic, source)


@inlined
def gave(world: Any, planes: Any, notes: Any, source: int, topic: int, value: int) -> bool:
    """Whether a source had a value and a lesson when the phase began."""
    if notes.carried_before[source, topic] == 0:
        return False
    if topic < world.issues:
        w, lane = topic // 64, uint64(topic % 64)
        yes = (planes.yes_before[source, w] >> lane) & ONE
        return (planes.held_before[source, w] >> lane) & ONE != NONE and (yes != NONE) == (value > 0)
    w, lane = (topic - world.issues) // 64, uint64((topic - world.issues) % 64)
    return ((planes.assume_before[source, w] >> lane) & ONE != NONE) == (value > 0)


@inlined
def source_of(world: Any, planes: Any, notes: Any, process: int, place: int, topic: int, value: int) -> int:
    """The lowest place among those counted in a process that had the value and a lesson, if any."""
    if process in (SOCIALISATION, GUIDANCE, TRAINING):
        source = world.top[world.practice[place]] if process == TRAINING else world.parent[place]
        return int64(source) if gave(world, planes, notes, source, topic, value) else int64(NOWHERE)
    if process in (CODIFICATION, REPORTING):
        return child_that_gave(world, planes, notes, place, topic, value)
    if process in (DISCUSSION, NETWORKING):
        return peer_that_gave(world, planes, notes, place, topic, value)
    return int64(NOWHERE)


@inlined
def child_that_gave(world: Any, planes: Any, notes: Any, place: int, topic: int, value: int) -> int:
    """The first child counted that had the value and a lesson."""
    body = place - world.staff
    for index in range(world.first_child[body], world.first_child[body + 1]):
        child = world.children[index]
        counted = planes.speaks[child] and planes.standing[child] > planes.performance[body]
        if counted and gave(world, planes, notes, child, topic, value):
            return int64(child)
    return int64(NOWHERE)


@inlined
def peer_that_gave(world: Any, planes: Any, notes: Any, place: int, topic: int, value: int) -> int:
    """The first peer heard that had the value and a lesson."""
    peers = world.peers[world.first_peer[place] : world.first_peer[place + 1]]
    rule = world.discussion_rule if place < world.staff else world.networking_rule
    best = best_peer(world, planes, place, peers) if rule == BEST else int64(NOBODY)
    for neighbour in peers:
        peer = int64(neighbour)
        heard = is_heard(world, planes, place, peer, rule, best)
        if heard and gave(world, planes, notes, peer, topic, value):
            return peer
    return int64(NOWHERE)


# --- newcomers ------------------------------------------------------------------------------------


@inlined
def arrivals(planes: Any, notes: Any) -> int:
    """How many entries newcomers may change."""
    found = int64(0)
    for post in range(planes.origin.shape[0]):
        if planes.origin[post] != STAYS:
            found += notes.carried.shape[1]
    return found


@inlined
def settle_arrivals(world: Any, rates: Any, planes: Any, notes: Any, step: int) -> None:
    """Whoever leaves takes their lessons along; newcomers bring others from where they come."""
    for post in range(world.staff):
        if planes.origin[post] != STAYS:
            for topic in range(notes.carried.shape[1]):
                if notes.carried[post, topic] > 0:
                    note_event(notes, step, TURNOVER, LOST, notes.carried[post, topic], NOWHERE, post)
                    notes.carried[post, topic] = 0
            if planes.origin[post] == NOVICE:
                settle_novice(world, rates, planes, notes, step, post)
            else:
                settle_experienced(world, planes, notes, step, post)
    for post in range(world.staff):  # not before: others may have come from that post
        if planes.origin[post] != STAYS:
            look(world, planes, notes, post)


@inlined
def settle_novice(world: Any, rates: Any, planes: Any, notes: Any, step: int, post: int) -> None:
    """What a novice does not hold of their own was taught from the top tier's guidance."""
    top = world.top[world.practice[post]]
    for w in range(world.issues_in.shape[0]):
        views, yes = own_views(world, rates, planes, step, post, w)
        taught = (planes.held[post, w] ^ views) | (planes.yes[post, w] ^ yes)
        # Nobody has forgotten anything yet in this step: the top body holds what it held before.
        taught &= planes.held[top, w] & ~(planes.yes[post, w] ^ planes.yes[top, w])
        while taught != NONE:
            topic = w * 64 + lowest(taught)
            taught &= taught - ONE
            if notes.carried_before[top, topic] > 0:
                take_lesson(notes, step, TURNOVER, post, topic, top)


@inlined
def settle_experienced(world: Any, planes: Any, notes: Any, step: int, post: int) -> None:
    """An experienced newcomer brings all that the holder of another post knew when the step began."""
    origin = planes.origin[post]
    for topic in range(notes.carried.shape[1]):
        if notes.carried_before[origin, topic] > 0:
            take_lesson(notes, step, TURNOVER, post, topic, origin)


# --- the end of a step ----------------------------------------------------------------------------


@inlined
def end_step(world: Any, planes: Any, notes: Any, step: int, room: Any) -> None:
    """What the step bore, and which lessons most of their team now hold."""
    for row in range(notes.at[JUDGED], notes.at[BIRTHS]):
        topic, value, practice = (
            notes.births[TOPIC, row],
            notes.births[VALUE, row],
            notes.births[PRACTICE, row],
        )
        notes.births[RIGHT, row] = is_right(world, planes, topic, value)
        notes.births[KNOWN_ALREADY, row] = practice != NOWHERE and was_held_by_most(
            world, planes, practice, topic, value
        )
    notes.at[JUDGED] = notes.at[BIRTHS]
    notes.at[STAGE] = 0
    for practice in range(world.practices):
        for w in range(world.issues_in.shape[0]):
            mark_collective(world, planes, notes, step, practice, w, ISSUES, room)
        for w in range(world.domains_in.shape[0]):
            mark_collective(world, planes, notes, step, practice, w, DOMAINS, room)


@inlined
def mark_collective(
    world: Any, planes: Any, notes: Any, step: int, practice: int, w: int, domains: bool, room: Any
) -> None:
    """Note the team's own lessons whose value most of it holds, on 64 issues or domains."""
    first, last = world.first_child[practice], world.first_child[practice + 1]
    clear(room.up)
    clear(room.down)
    for person in range(first, last):
        yes, no = values_of(world, planes, person, w, domains)
        add(room.up, yes)
        add(room.down, no)
    most_yes = more_than(room.up, (last - first) // 2)
    most_no = more_than(room.down, (last - first) // 2)
    first_topic = w * 64 + (world.issues if domains else 0)
    for person in range(first, last):
        yes, no = values_of(world, planes, person, w, domains)
        lanes_left = (yes & most_yes) | (no & most_no)
        while lanes_left != NONE:
            row = notes.carried[person, first_topic + lowest(lanes_left)] - 1
            lanes_left &= lanes_left - ONE
            own = row >= 0 and notes.births[PRACTICE, row] == practice
            if own and notes.births[COLLECTIVE, row] == NOWHERE:
                notes.births[COLLECTIVE, row] = step


@inlined
def values_of(world: Any, planes: Any, person: int, w: int, domains: bool) -> tuple[int, int]:
    """What a person holds for and against, on 64 issues or domains."""
    if domains:
        return planes.assume[person, w], world.domains_in[w] & ~planes.assume[person, w]
    return planes.yes[person, w], planes.held[person, w] & ~planes.yes[person, w]


@inlined
def is_right(world: Any, planes: Any, topic: int, value: int) -> bool:
    """Whether a value is that of reality, or that of the right assumptions."""
    if topic < world.issues:
        bit = (planes.reality[topic // 64] >> uint64(topic % 64)) & ONE
    else:
        domain = topic - world.issues
        bit = (planes.right[domain // 64] >> uint64(domain % 64)) & ONE
    return (bit != NONE) == (value > 0)


@inlined
def was_held_by_most(world: Any, planes: Any, practice: int, topic: int, value: int) -> bool:
    """Whether more than half of a team held a value when the phase began."""
    first, last = world.first_child[practice], world.first_child[practice + 1]
    holders, domain = int64(0), topic - world.issues
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
