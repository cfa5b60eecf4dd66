"""How learners see, judge and take values over: what the kernels of the processes are made of."""

from __future__ import annotations

from typing import Any

from numba import float64, int64, uint64

from lpsim.engines.compiled.bits import ALL, NONE, ONE, differs, step_towards, take
from lpsim.model.jit import inlined, lowest, popcount
from lpsim.model.state import WORLD_UID
from lpsim.model.words import event_of, lanes_below, occurs

_WORLD = uint64(WORLD_UID)


# --- chance ---------------------------------------------------------------------------------------


@inlined
def lanes(fixed: Any, place: int, step: int, stream: int, word: int, limit: int, among: int) -> int:
    """Draws of a learner on 64 issues or domains, for some lanes of a word."""
    if among == NONE:
        return NONE
    return lanes_below(fixed.seed, event_of(step, stream, word), fixed.uid[place], limit, among)


@inlined
def happens(fixed: Any, place: int, step: int, stream: int, limit: int) -> bool:
    """One draw of a learner in this step."""
    return limit != NONE and occurs(fixed.seed, event_of(step, stream, 0), fixed.uid[place], limit)


@inlined
def of_staff(rates: Any, planes: Any, person: int, column: int) -> int:
    """A threshold of a person's role in its practice."""
    return rates.staff[planes.staff_rate_row[person], column]


@inlined
def of_practice(fixed: Any, rates: Any, planes: Any, place: int, column: int) -> int:
    """A threshold of a practice."""
    return rates.practice[planes.rate_row[place - fixed.staff], column]


@inlined
def of_the_world(fixed: Any, step: int, stream: int, word: int, limit: int, among: int) -> int:
    """Draws of the world on 64 issues or domains."""
    if limit == NONE:
        return NONE
    return lanes_below(fixed.seed, event_of(step, stream, word), _WORLD, limit, among)


# --- seeing and judging ---------------------------------------------------------------------------


@inlined
def seen_through(fixed: Any, planes: Any, place: int, word: int) -> int:
    """What looks right to a learner on 64 issues: reality through a right assumption, else the norm."""
    wrong = NONE
    for w in range(fixed.domains_in.shape[0]):
        bits = planes.assume_before[place, w] ^ planes.right[w]
        while bits != NONE:
            wrong |= fixed.domain_issues[w * 64 + lowest(bits), word]
            bits &= bits - ONE
    return planes.reality[word] ^ ((planes.reality[word] ^ fixed.norm[word]) & wrong)


@inlined
def set_standard(fixed: Any, planes: Any, place: int) -> None:
    """What counts as success in a practice or body in this step."""
    for word in range(fixed.issues_in.shape[0]):
        standard = planes.reality[word]
        if not fixed.by_reality:
            standard = seen_through(fixed, planes, place, word)
        planes.standard[place - fixed.staff, word] = standard


@inlined
def acts(fixed: Any, planes: Any, place: int, word: int) -> tuple[int, int]:
    """What a learner does on 64 issues: its views and, where people guess, their coins in doubt."""
    held, yes = planes.held_before[place, word], planes.yes_before[place, word]
    if fixed.guessing and place < fixed.staff:
        return fixed.issues_in[word], yes | (planes.coins[place, word] & ~held)
    return held, yes


@inlined
def fails(fixed: Any, planes: Any, place: int, domain: int, threshold: float, evidence: int) -> bool:
    """Whether too little of what a learner believes in a domain is right, against reality."""
    held, right = int64(0), int64(0)
    for word in range(fixed.issues_in.shape[0]):
        views = planes.held_before[place, word] & planes.audited[word] & fixed.domain_issues[domain, word]
        held += popcount(views)
        right += popcount(views & ~(planes.yes_before[place, word] ^ planes.reality[word]))
    return held >= evidence and float64(right) < threshold * float64(held)


# --- taking values --------------------------------------------------------------------------------


@inlined
def take_beliefs(fixed: Any, planes: Any, place: int, word: int, held: int, yes: int, where: int) -> None:
    """Take over views: people as the learning step says; bodies write down at once what can be written."""
    own_held, own_yes = planes.held[place, word], planes.yes[place, word]
    if place >= fixed.staff:
        own_held, own_yes = take(own_held, own_yes, held, yes, where & fixed.writable[word])
    elif fixed.gradual:
        own_held, own_yes = step_towards(own_held, own_yes, held, yes, where)
    else:
        own_held, own_yes = take(own_held, own_yes, held, yes, where)
    planes.held[place, word] = own_held
    planes.yes[place, word] = own_yes


@inlined
def take_some(
    fixed: Any, planes: Any, place: int, word: int, held: int, yes: int, step: int, stream: int, limit: int
) -> None:
    """Take views on 64 issues, each by a draw: made only where taking would change something."""
    among = differs(planes.held[place, word], planes.yes[place, word], held, yes)
    where = lanes(fixed, place, step, stream, word, limit, among)
    if where != NONE:
        take_beliefs(fixed, planes, place, word, held, yes, where)


@inlined
def assume_some(
    fixed: Any, planes: Any, place: int, word: int, known: int, yes: int, step: int, stream: int, limit: int
) -> None:
    """Take assumptions in 64 domains, each by a draw, where there is something to take."""
    among = (planes.assume[place, word] ^ yes) & known & fixed.domains_in[word]
    planes.assume[place, word] ^= lanes(fixed, place, step, stream, word, limit, among)


@inlined
def learn_from(
    fixed: Any,
    planes: Any,
    place: int,
    source: int,
    step: int,
    stream: int,
    limit: int,
    stream_assumption: int,
    limit_assumption: int,
) -> None:
    """Take what one source holds."""
    if limit != NONE:
        for word in range(fixed.issues_in.shape[0]):
            held, yes = planes.held_before[source, word], planes.yes_before[source, word]
            take_some(fixed, planes, place, word, held, yes, step, stream, limit)
    if limit_assumption != NONE:
        for word in range(fixed.domains_in.shape[0]):
            yes = planes.assume_before[source, word]
            assume_some(fixed, planes, place, word, ALL, yes, step, stream_assumption, limit_assumption)
