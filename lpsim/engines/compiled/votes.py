"""Learning from many: the votes of peers and children, counted 64 issues at a time."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import int64

from lpsim.engines.compiled.bits import NONE, ONE, add, clear, copy_counter, count_in, differs, more, subtract
from lpsim.engines.compiled.rate_arrays import DISCUSSION, DISCUSSION_ASSUMPTION
from lpsim.engines.compiled.rules import acts, assume_some, of_staff, take_beliefs, take_some
from lpsim.model.draws import Stream
from lpsim.model.jit import inlined, lowest
from lpsim.model.peer_rules import PEER_RULES
from lpsim.model.words import event_of, lanes_below_each

SUPERIORS, BEST, MAJORITY = (PEER_RULES[name].number for name in ("superiors", "best", "majority"))
NOBODY = -1
ISSUES, DOMAINS = np.bool_(False), np.bool_(True)


# --- one listener among any peers -----------------------------------------------------------------


@inlined
def learn_from_peers(
    fixed: Any,
    planes: Any,
    place: int,
    rule: int,
    step: int,
    stream: int,
    limit: int,
    stream_assumption: int,
    limit_assumption: int,
    scratch: Any,
) -> None:
    """Take what most of the peers hold whom the rule counts."""
    peers = fixed.peers[fixed.first_peer[place] : fixed.first_peer[place + 1]]
    best = best_peer(fixed, planes, place, peers) if rule == BEST else int64(NOBODY)
    if rule == BEST and best == NOBODY:
        return
    if limit != NONE:
        for w in range(fixed.issues_in.shape[0]):
            count_views(fixed, planes, place, peers, rule, best, w, scratch)
            plus, minus = more(scratch.up, scratch.down), more(scratch.down, scratch.up)
            take_some(fixed, planes, place, w, plus | minus, plus, step, stream, limit)
    if limit_assumption != NONE:
        for w in range(fixed.domains_in.shape[0]):
            count_assumptions(fixed, planes, place, peers, rule, best, w, scratch)
            plus, minus = more(scratch.up, scratch.down), more(scratch.down, scratch.up)
            known = plus | minus
            assume_some(fixed, planes, place, w, known, plus, step, stream_assumption, limit_assumption)


@inlined
def speaks(fixed: Any, planes: Any, peer: int) -> bool:
    """Whether a peer passes on what it knows in this step; practices always do to each other."""
    return peer >= fixed.staff or planes.speaks[peer]


@inlined
def best_peer(fixed: Any, planes: Any, place: int, peers: Any) -> int:
    """The best speaking superior peer, with the lowest uid on a tie."""
    best, standing = int64(NOBODY), planes.standing[place]
    for neighbour in peers:
        peer = int64(neighbour)
        if speaks(fixed, planes, peer) and planes.standing[peer] > standing:
            best, standing = int64(peer), planes.standing[peer]
    return best


@inlined
def is_heard(fixed: Any, planes: Any, place: int, peer: int, rule: int, best: int) -> bool:
    """Whether a listener counts a peer."""
    if rule == BEST:
        return peer == best
    if not speaks(fixed, planes, peer):
        return False
    return rule == MAJORITY or planes.standing[peer] > planes.standing[place]


@inlined
def count_views(
    fixed: Any, planes: Any, place: int, peers: Any, rule: int, best: int, w: int, scratch: Any
) -> None:
    """Count the views for and against among the peers heard."""
    clear(scratch.up)
    clear(scratch.down)
    for neighbour in peers:
        peer = int64(neighbour)
        if is_heard(fixed, planes, place, peer, rule, best):
            add(scratch.up, planes.yes_before[peer, w])
            add(scratch.down, planes.held_before[peer, w] & ~planes.yes_before[peer, w])


@inlined
def count_assumptions(
    fixed: Any, planes: Any, place: int, peers: Any, rule: int, best: int, w: int, scratch: Any
) -> None:
    """Count the assumptions of the peers heard."""
    clear(scratch.up)
    clear(scratch.down)
    for neighbour in peers:
        peer = int64(neighbour)
        if is_heard(fixed, planes, place, peer, rule, best):
            add(scratch.up, planes.assume_before[peer, w])
            add(scratch.down, fixed.domains_in[w] & ~planes.assume_before[peer, w])


# --- a whole practice that meets: linear in its size, exceptions aside ---------------------------


@inlined
def learn_together(fixed: Any, rates: Any, planes: Any, step: int, practice: int, scratch: Any) -> None:
    """Everybody in a practice hears everybody else: people in the order of performance, counted once.

    For those of whom that is not quite true, strangers are counted in, and colleagues who are no peers out.
    """
    first, last = fixed.first_child[practice], fixed.first_child[practice + 1]
    rank(planes, first, last, scratch.order)
    for w in range(fixed.issues_in.shape[0]):
        discuss_word(fixed, rates, planes, step, first, last, w, ISSUES, scratch)
    for w in range(fixed.domains_in.shape[0]):
        discuss_word(fixed, rates, planes, step, first, last, w, DOMAINS, scratch)


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
def say(fixed: Any, planes: Any, person: int, w: int, domains: bool) -> tuple[int, int]:
    """What a person says for and against, on 64 issues or domains; nothing without speaking up."""
    if not planes.speaks[person]:
        return NONE, NONE
    if domains:
        yes = planes.assume_before[person, w]
        return yes, fixed.domains_in[w] & ~yes
    return planes.yes_before[person, w], planes.held_before[person, w] & ~planes.yes_before[person, w]


@inlined
def discuss_word(
    fixed: Any, rates: Any, planes: Any, step: int, first: int, last: int, w: int, domains: bool, scratch: Any
) -> None:
    """Who ranks below hears who ranks above: one running count serves all listeners."""
    clear(scratch.up)
    clear(scratch.down)
    counted, rule, order = int64(0), fixed.discussion_rule, scratch.order
    best = first_speaker(planes, order, last - first) if rule == BEST else int64(NOBODY)
    most_up = most_down = NONE
    for place in range(last - first):
        listener, louder = order[place], False
        while counted < last - first and (
            rule == MAJORITY
            or (rule == SUPERIORS and planes.standing[order[counted]] > planes.standing[listener])
        ):
            up, down = say(fixed, planes, order[counted], w, domains)
            counted += 1
            if (up | down) != NONE:
                louder = True
                add(scratch.up, up)
                add(scratch.down, down)
        if louder:  # else most say what most said before
            most_up, most_down = more(scratch.up, scratch.down), more(scratch.down, scratch.up)
        plus, minus = most_up, most_down
        if rule == BEST:
            plus, minus = best_for(fixed, planes, listener, best, w, domains)
        elif rule == MAJORITY or has_exceptions(fixed, listener):
            plus, minus = majority_for(fixed, planes, listener, w, domains, scratch)
        if not fixed.absences or planes.present[listener]:
            hear(fixed, rates, planes, step, listener, w, domains, plus, minus)


@inlined
def first_speaker(planes: Any, order: Any, count: int) -> int:
    """The first that speaks up among people in an order."""
    for place in range(count):
        if planes.speaks[order[place]]:
            return int64(order[place])
    return int64(NOBODY)


@inlined
def has_exceptions(fixed: Any, person: int) -> bool:
    """Whether somebody's peers are not just all the others of the practice."""
    strangers = fixed.first_stranger[person + 1] - fixed.first_stranger[person]
    return strangers + fixed.first_missing[person + 1] - fixed.first_missing[person] > 0


@inlined
def best_for(fixed: Any, planes: Any, listener: int, best: int, w: int, domains: bool) -> tuple[int, int]:
    """What the best peer of a listener says, `best` being the best speaker of the practice."""
    if has_exceptions(fixed, listener):
        peers = fixed.peers[fixed.first_peer[listener] : fixed.first_peer[listener + 1]]
        best = best_peer(fixed, planes, listener, peers)
    if best == NOBODY or planes.standing[best] <= planes.standing[listener]:
        return NONE, NONE
    return say(fixed, planes, best, w, domains)


@inlined
def majority_for(
    fixed: Any, planes: Any, listener: int, w: int, domains: bool, scratch: Any
) -> tuple[int, int]:
    """The majority for and against among those one listener hears, where that is not all counted so far."""
    all_count = fixed.discussion_rule == MAJORITY
    copy_counter(scratch.own_up, scratch.up)
    copy_counter(scratch.own_down, scratch.down)
    if all_count:
        count_out(fixed, planes, listener, w, domains, scratch)
    standing = planes.standing[listener]
    for place in range(fixed.first_missing[listener], fixed.first_missing[listener + 1]):
        person = fixed.missing[place]
        if all_count or planes.standing[person] > standing:
            count_out(fixed, planes, person, w, domains, scratch)
    for place in range(fixed.first_stranger[listener], fixed.first_stranger[listener + 1]):
        person = fixed.strangers[place]
        if all_count or planes.standing[person] > standing:
            up, down = say(fixed, planes, person, w, domains)
            add(scratch.own_up, up)
            add(scratch.own_down, down)
    return more(scratch.own_up, scratch.own_down), more(scratch.own_down, scratch.own_up)


@inlined
def count_out(fixed: Any, planes: Any, person: int, w: int, domains: bool, scratch: Any) -> None:
    """Take somebody's voice out of a listener's own count."""
    up, down = say(fixed, planes, person, w, domains)
    subtract(scratch.own_up, up)
    subtract(scratch.own_down, down)


@inlined
def hear(
    fixed: Any,
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
        assume_some(fixed, planes, listener, w, known, plus, step, stream, limit)
    else:
        limit = of_staff(rates, planes, listener, DISCUSSION)
        take_some(fixed, planes, listener, w, known, plus, step, Stream.DISCUSSION, limit)


# --- a body and its children ----------------------------------------------------------------------


@inlined
def learn_from_children(
    fixed: Any,
    planes: Any,
    place: int,
    step: int,
    stream: int,
    limits: Any,
    stream_assumption: int,
    limits_assumption: Any,
    scratch: Any,
) -> None:
    """Take what most of the children do who speak and do better than the memory.

    The lead k of the majority counts: ``limits[k]`` is the threshold of ``1 - (1 - rate)^k``.
    """
    body = place - fixed.staff
    children = fixed.children[fixed.first_child[body] : fixed.first_child[body + 1]]
    for w in range(fixed.issues_in.shape[0]):
        clear(scratch.up)
        clear(scratch.down)
        for child in children:
            if planes.speaks[child] and planes.standing[child] > planes.performance[body]:
                held, yes = acts(fixed, planes, child, w)
                add(scratch.up, yes)
                add(scratch.down, held & ~yes)
        plus, minus = more(scratch.up, scratch.down), more(scratch.down, scratch.up)
        among = differs(planes.held[place, w], planes.yes[place, w], plus | minus, plus) & fixed.writable[w]
        where = draw_by_lead(fixed, place, step, stream, w, limits, among, scratch)
        take_beliefs(fixed, planes, place, w, plus | minus, plus, where)
    for w in range(fixed.domains_in.shape[0]):
        clear(scratch.up)
        clear(scratch.down)
        for child in children:
            if planes.speaks[child] and planes.standing[child] > planes.performance[body]:
                yes = planes.assume_before[child, w]
                add(scratch.up, yes)
                add(scratch.down, fixed.domains_in[w] & ~yes)
        plus, minus = more(scratch.up, scratch.down), more(scratch.down, scratch.up)
        among = (planes.assume[place, w] ^ plus) & (plus | minus)
        where = draw_by_lead(fixed, place, step, stream_assumption, w, limits_assumption, among, scratch)
        planes.assume[place, w] ^= where


@inlined
def draw_by_lead(
    fixed: Any, place: int, step: int, stream: int, w: int, limits: Any, among: int, scratch: Any
) -> int:
    """Draws for some lanes, each by the lead of the majority that was counted there."""
    if among == NONE:
        return NONE
    bits = among
    while bits != NONE:
        lane = lowest(bits)
        lead = abs(count_in(scratch.up, lane) - count_in(scratch.down, lane))
        scratch.limits[lane] = limits[lead]
        bits &= bits - ONE
    event = event_of(step, stream, w)
    return lanes_below_each(fixed.seed, event, fixed.uid[place], scratch.limits, among)
