"""Payoffs on words: one kernel for each record of `lpsim.model.payoffs`, of the same name.

Each can be asked what the performance would be if one action were the opposite: of the issue at lane `flip`
(a word with that bit set) of word `at`; `at` is -1 where all is as it is.
"""

from __future__ import annotations

from typing import Any

from numba import float64, int64, uint64

from lpsim.engines.compiled.bits import NONE, ONE
from lpsim.engines.compiled.rules import acts
from lpsim.model.jit import inlined, lowest, popcount
from lpsim.model.payoffs import NK_UNIT, PAYOFFS

SCORE, BUNDLES, NK = (PAYOFFS[name].number for name in ("score", "bundles", "nk"))
AS_IT_IS = -1


@inlined
def success(fixed: Any, planes: Any, place: int, judge: int, at: int = AS_IT_IS, flip: int = NONE) -> int:
    """Performance of a learner's actions over the audited issues, by a judge's standard."""
    if fixed.payoff == BUNDLES:
        return bundles(fixed, planes, place, judge, at, flip)
    if fixed.payoff == SCORE:
        return score(fixed, planes, place, judge, at, flip)
    if fixed.payoff == NK:
        return nk(fixed, planes, place, judge, at, flip)
    return matches(fixed, planes, place, judge, at, flip)


@inlined
def acts_with(fixed: Any, planes: Any, place: int, word: int, at: int, flip: int) -> tuple[int, int]:
    """What a learner does on 64 issues, with one action turned to its opposite."""
    held, yes = acts(fixed, planes, place, word)
    return held, yes ^ flip if word == at else yes


@inlined
def score(fixed: Any, planes: Any, place: int, judge: int, at: int, flip: int) -> int:
    """Actions that meet the standard minus actions that do not."""
    total = int64(0)
    for word in range(fixed.issues_in.shape[0]):
        held, yes = acts_with(fixed, planes, place, word, at, flip)
        held &= planes.audited[word]
        unmet = held & (yes ^ planes.standard[judge - fixed.staff, word])
        total += popcount(held & ~unmet) - popcount(unmet)
    return total


@inlined
def matches(fixed: Any, planes: Any, place: int, judge: int, at: int, flip: int) -> int:
    """Actions that meet the standard."""
    total = int64(0)
    for word in range(fixed.issues_in.shape[0]):
        total += popcount(met(fixed, planes, place, judge, word, at, flip))
    return total


@inlined
def bundles(fixed: Any, planes: Any, place: int, judge: int, at: int, flip: int) -> int:
    """The number of issues in bundles that are all audited and all met."""
    broken, last = int64(0), int64(-1)
    for word in range(fixed.issues_in.shape[0]):
        bits = fixed.issues_in[word] & ~met(fixed, planes, place, judge, word, at, flip)
        while bits != NONE:
            bundle = (word * 64 + lowest(bits)) // fixed.bundle
            if bundle != last:
                broken += 1
                last = bundle
            bits &= bits - ONE
    return fixed.bundle * (fixed.issues // fixed.bundle - broken)


@inlined
def met(fixed: Any, planes: Any, place: int, judge: int, word: int, at: int, flip: int) -> int:
    """The issues audited, of 64, on which an action meets the standard."""
    held, yes = acts_with(fixed, planes, place, word, at, flip)
    return held & planes.audited[word] & ~(yes ^ planes.standard[judge - fixed.staff, word])


@inlined
def nk(fixed: Any, planes: Any, place: int, _judge: int, at: int, flip: int) -> int:
    """What the string of actions is worth on the run's landscape; at most 20 issues, so one word."""
    held, yes = acts_with(fixed, planes, place, 0, at, flip)
    bits, total = held & yes, int64(0)
    for issue in range(fixed.partners.shape[0]):
        entry = (bits >> uint64(issue)) & ONE
        for j in range(fixed.partners.shape[1]):
            entry = (entry << ONE) | ((bits >> uint64(fixed.partners[issue, j])) & ONE)
        total += fixed.table[issue, int64(entry)]
    return total


@inlined
def share_of_greatest(fixed: Any, value: int) -> int:
    """As `lpsim.model.payoffs.share_of_greatest`."""
    share = float64(value) / float64(fixed.greatest)
    power = share
    for _ in range(fixed.exponent - 1):
        power *= share
    return int64(power * NK_UNIT)
