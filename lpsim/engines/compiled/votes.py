"""Learning from many: the votes of peers and children, counted 64 issues at a time."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import int64

from lpsim.engines.compiled.bits import NONE, ONE, add, clear, copy_counter, count_in, differs, more, subtract
from lpsim.engines.compiled.rate_arrays import DISCUSSION, DISCUSSION_ASSUMPTION
from lpsim.engines.compiled.rules import acts, assume_some, of_staff, take_beliefs, take_some
from lpsim.model.draws import Stream, event_of, lanes_below_each
from lpsim.model.jit import inlined, lowest
from lpsim.model.peer_rules import PEER_RULES

SUPERIORS, BEST, MAJORITY = (PEER_RULES[name].number for name in ("superiors", "best", "majority"))
NOBODY = -1
ISSUES, DOMAINS = np.bool_(False), np.bool_(True)


# --- one listener among any peers -----------------------------------------------------------------


@inlined
def learn_from_peers(
    world: Any,
    planes: Any,
    place: int,
    rule: int,
    step: int,
    stream: int,
    limit: int,
    stream_assumption: int,
    limit_assumption: int,
    room: Any,
) -> None:
    """Take what most of the peers hold whom the rule counts."""
    peers = world.peers[world.first_peer[place] : world.first_peer[place + 1]]
    best = best_peer(world, planes, place, peers) if rule == BEST else int64(NOBODY)
    if rule == BEST and best == NOBODY:
        return
    if limit != NONE:
        for w in range(world.issues_in.shape[0]):
            count_views(world, planes, place, peers, rule, best, w, room)
            plus, minus = more(room.up, room.down), more(room.down, room.up)
            take_some(world, planes, place, w, plus | minus, plus, step, stream, limit)
    if limit_assumption != NONE:
        for w in range(world.domains_in.shape[0]):
            count_assumptions(world, planes, place, peers, rule, best, w, room)
            plus, minus = more(room.up, room.down), more(room.down, room.up)
            known = plus | minus
            assume_some(world, planes, place, w, known, plus, step, stream_assumption, limit_assumption)


@inlined
def speaks(world: Any, planes: Any, peer: int) -> bool:
    """Whether a peer passes on what it knows in this step; practices always do to each other."""
    return peer >= world.staff or planes.speaks[peer]


@inlined
def best_peer(world: Any, planes: Any, place: int, peers: Any) -> int:
    """The best speaking superior peer, with the lowest uid on a tie."""
    best, standing = int64(NOBODY), planes.standing[place]
    for neighbour in peers:
        peer = int64(neighbour)
        if speaks(world, planes, peer) and planes.standing[peer] > standing:
            best, standing = int64(peer), planes.standing[peer]
    return best


@inlined
def is_heard(world: Any, planes: Any, place: int, peer: int, rule: int, best: int) -> bool:
    """Whether a listener counts a peer."""
    if rule == BEST:
        return peer == best
    if not speaks(world, planes, peer):
        return False
    return rule == MAJORITY or planes.standing[peer] > planes.standing[place]


@inlined
def count_views(
    world: Any, planes: Any, place: int, peers: Any, rule: int, best: int, w: int, room: Any
) -> None:
    """Count the views for and against among the peers heard."""
    clear(room.up)
    clear(room.down)
    for neighbour in peers:
        peer = int64(neighbour)
        if is_heard(world, planes, place, peer, rule, best):
            add(room.up, planes.yes_before[peer, w])
            add(room.down, planes.held_before[peer, w] & ~planes.yes_before[peer, w])


@inlined
def count_assumptions(
    world: Any, planes: Any, place: int, peers: Any, rule: int, best: int, w: int, room: Any
) -> None:
    """Count the assumptions of the peers heard."""
    clear(room.up)
    clear(room.down)
    for neighbour in peers:
        peer = int64(neighbour)
        if is_heard(world, planes, place, peer, rule, best):
            add(room.up, planes.assume_before[peer, w])
            add(room.down, world.domains_in[w] & ~planes.assume_before[peer, w])


# --- a whole practice that meets: linear in its size, but for exceptions --------------------------


@inlined
def learn_together(world: Any, rates: Any, planes: Any, step: int, practice: int, room: Any) -> None:
    """Everybody in a practice hears everybody else: people in the order of performance, counted once.

    For those of whom that is not quite true, strangers are counted in, and colleagues who are no peers out.
    """
    first, last = world.first_child[practice], world.first_child[practice + 1]
    rank(planes, first, last, room.order)
    for w in range(world.issues_in.shape[0]):
        discuss_word(world, rates, planes, step, first, last, w, ISSUES, room)
    for w in range(world.domains_in.shape[0]):
        discuss_word(world, rates, planes, step, first, last, w, DOMAINS, room)


@inlined
def rank(planes: Any, first: int, last: int, order: Any) -> None:
    """The people of a practice by falling performance, by uid on a tie."""
    for person in range(first, last):
        standing, place = planes.standing[person], person - first
        while place > 0 and planes.standing[order[place - 1]] < standing:
            order[place] = order[place - 1]
            place -= 1
        order[place] = person


@inlined
def say(world: Any, planes: Any, person: int, w: int, domains: bool) -> tuple[int, int]:
    """What a person says for and against, on 64 issues or domains; nothing without speaking up."""
    if not planes.speaks[person]:
        return NONE, NONE
    if domains:
        yes = planes.assume_before[person, w]
        return yes, world.domains_in[w] & ~yes
    return planes.yes_before[person, w], planes.held_before[person, w] & ~planes.yes_before[person, w]


@inlined
def discuss_word(
    world: Any, rates: Any, planes: Any, step: int, first: int, last: int, w: int, domains: bool, room: Any
) -> None:
    """Who ranks below hears who ranks above: one running count serves all listeners."""
    clear(room.up)
    clear(room.down)
    counted, rule, order = int64(0), world.discussion_rule, room.order
    best = first_speaker(planes, order, last - first) if rule == BEST else int64(NOBODY)
    most_up = most_down = NONE
    for place in range(last - first):
        listener, louder = order[place], False
        while counted < last - first and (
            rule == MAJORITY
            or (rule == SUPERIORS and planes.standing[order[counted]] > planes.standing[listener])
        ):
            up, down = say(world, planes, order[counted], w, domains)
            counted += 1
            if (up | down) != NONE:
                louder = True
                add(room.up, up)
                add(room.down, down)
        if louder:  # else most say what most said before
            most_up, most_down = more(room.up, room.down), more(room.down, room.up)
        plus, minus = most_up, most_down
        if rule == BEST:
            plus, minus = best_for(world, planes, listener, best, w, domains)
        elif rule == MAJORITY or has_exceptions(world, listener):
            plus, minus = majority_for(world, planes, listener, w, domains, room)
        hear(world, rates, planes, step, listener, w, domains, plus, minus)


@inlined
def first_speaker(planes: Any, order: Any, count: int) -> int:
    """The first that speaks up among people in an order."""
    for place in range(count):
        if planes.speaks[order[place]]:
            return int64(order[place])
    return int64(NOBODY)


@inlined
def has_exceptions(world: Any, person: int) -> bool:
    """Whether somebody's peers are not just all the others of the practice."""
    strangers = world.first_stranger[person + 1] - world.first_stranger[person]
    return strangers + world.first_missing[person + 1] - world.first_missing[person] > 0


@inlined
def best_for(world: Any, planes: Any, listener: int, best: int, w: int, domains: bool) -> tuple[int, int]:
    """What the best peer of a listener says, `best` being the best speaker of the practice."""
    if has_exceptions(world, listener):
        peers = world.peers[world.first_peer[listener] : world.first_peer[listener + 1]]
        best = best_peer(world, planes, listener, peers)
    if best == NOBODY or planes.standing[best] <= planes.standing[listener]:
        return NONE, NONE
    return say(world, planes, best, w, domains)


@inlined
def majority_for(world: Any, planes: Any, listener: int, w: int, domains: bool, room: Any) -> tuple[int, int]:
    """The majority for and against among those one listener hears, where that is not all counted so far."""
    all_count = world.discussion_rule == MAJORITY
    copy_counter(room.own_up, room.up)
    copy_counter(room.own_down, room.down)
    if all_count:
        count_out(world, planes, listener, w, domains, room)
    standing = planes.standing[listener]
    for place in range(world.first_missing[listener], world.first_missing[listener + 1]):
        person = world.missing[place]
        if all_count or planes.standing[person] > standing:
            count_out(world, planes, person, w, domains, room)
    for place in range(world.first_stranger[listener], world.first_stranger[listener + 1]):
        person = world.strangers[place]
        if all_count or planes.standing[person] > standing:
            up, down = say(world, planes, person, w, domains)
            add(room.own_up, up)
            add(room.own_down, down)
    return more(room.own_up, room.own_down), more(room.own_down, room.own_up)


@inlined
def count_out(world: Any, planes: Any, person: int, w: int, domains: bool, room: Any) -> None:
    """Take somebody's voice out of a listener's own count."""
    up, down = say(world, planes, person, w, domains)
    subtract(room.own_up, up)
    subtract(room.own_down, down)


@inlined
def hear(
    world: Any,
    rates: Any,
    planes: Any,
    step: int,
    listener: int,
    w: int,
    domains: bool,
    plus: int,
    minus: int,
) -> None:
    """Take what was heard, on 64 issues or domains."""
    known = plus | minus
    if domains:
        stream, limit = Stream.DISCUSSION_ASSUMPTION, of_staff(rates, planes, listener, DISCUSSION_ASSUMPTION)
        assume_some(world, planes, listener, w, known, plus, step, stream, limit)
    else:
        limit = of_staff(rates, planes, listener, DISCUSSION)
        take_some(world, planes, listener, w, known, plus, step, Stream.DISCUSSION, limit)


# --- a body and its children ----------------------------------------------------------------------


@inlined
def learn_from_children(
    world: Any,
    planes: Any,
    place: int,
    step: int,
    stream: int,
    limits: Any,
    stream_assumption: int,
    limits_assumption: Any,
    room: Any,
) -> None:
    """Take what most of the children do who speak and do better than the memory.

    The lead k of the majority counts: ``limits[k]`` is the threshold of ``1 - (1 - rate)^k``.
    """
    body = place - world.staff
    children = world.children[world.first_child[body] : world.first_child[body + 1]]
    for w in range(world.issues_in.shape[0]):
        clear(room.up)
        clear(room.down)
        for child in children:
            if planes.speaks[child] and planes.standing[child] > planes.performance[body]:
                held, yes = acts(world, planes, child, w)
                add(room.up, yes)
                add(room.down, held & ~yes)
        plus, minus = more(room.up, room.down), more(room.down, room.up)
        among = differs(planes.held[place, w], planes.yes[place, w], plus | minus, plus) & world.writable[w]
        where = draw_by_lead(world, place, step, stream, w, limits, among, room)
        take_beliefs(world, planes, place, w, plus | minus, plus, where)
    for w in range(world.domains_in.shape[0]):
        clear(room.up)
        clear(room.down)
        for child in children:
            if planes.speaks[child] and planes.standing[child] > planes.performance[body]:
                yes = planes.assume_before[child, w]
                add(room.up, yes)
                add(room.down, world.domains_in[w] & ~yes)
        plus, minus = more(room.up, room.down), more(room.down, room.up)
        among = (planes.assume[place, w] ^ plus) & (plus | minus)
        where = draw_by_lead(world, place, step, stream_assumption, w, limits_assumption, among, room)
        planes.assume[place, w] ^= where


@inlined
def draw_by_lead(
    world: Any, place: int, step: int, stream: int, w: int, limits: Any, among: int, room: Any
) -> int:
    """Draws for some lanes, each by the lead of the majority that was counted there."""
    if among == NONE:
        return NONE
    bits = among
    while bits != NONE:
        lane = lowest(bits)
        lead = abs(count_in(room.up, lane) - count_in(room.down, lane))
        room.limits[lane] = limits[lead]
        bits &= bits - ONE
    event = event_of(step, stream, w)
    return lanes_below_each(world.seed, event, world.uid[place], room.limits, among)
