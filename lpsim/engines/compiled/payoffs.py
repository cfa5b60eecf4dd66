"""Payoffs on words: one kernel for each record of `lpsim.model.payoffs`, of the same name."""

from __future__ import annotations

from typing import Any

from numba import int64

from lpsim.engines.compiled.bits import NONE, ONE
from lpsim.engines.compiled.rules import acts
from lpsim.model.jit import inlined, lowest, popcount
from lpsim.model.payoffs import PAYOFFS

SCORE, BUNDLES = (PAYOFFS[name].number for name in ("score", "bundles"))


@inlined
def success(fixed: Any, planes: Any, place: int, judge: int) -> int:
    """Performance of a learner's actions over the audited issues, by a judge's standard."""
    if fixed.payoff == BUNDLES:
        return bundles(fixed, planes, place, judge)
    if fixed.payoff == SCORE:
        return score(fixed, planes, place, judge)
    return matches(fixed, planes, place, judge)


@inlined
def score(fixed: Any, planes: Any, place: int, judge: int) -> int:
    """Actions that meet the standard minus actions that do not."""
    total = int64(0)
    for word in range(fixed.issues_in.shape[0]):
        held, yes = acts(fixed, planes, place, word)
        held &= planes.audited[word]
        unmet = held & (yes ^ planes.standard[judge - fixed.staff, word])
        total += popcount(held & ~unmet) - popcount(unmet)
    return total


@inlined
def matches(fixed: Any, planes: Any, place: int, judge: int) -> int:
    """Actions that meet the standard."""
    total = int64(0)
    for word in range(fixed.issues_in.shape[0]):
        total += popcount(met(fixed, planes, place, judge, word))
    return total


@inlined
def bundles(fixed: Any, planes: Any, place: int, judge: int) -> int:
    """The number of issues in bundles that are all audited and all met."""
    broken, last = int64(0), int64(-1)
    for word in range(fixed.issues_in.shape[0]):
        bits = fixed.issues_in[word] & ~met(fixed, planes, place, judge, word)
        while bits != NONE:
            bundle = (word * 64 + lowest(bits)) // fixed.bundle
            if bundle != last:
                broken += 1
                last = bundle
            bits &= bits - ONE
    return fixed.bundle * (fixed.issues // fixed.bundle - broken)


@inlined
def met(fixed: Any, planes: Any, place: int, judge: int, word: int) -> int:
    """The issues audited, of 64, on which an action meets the standard."""
    held, yes = acts(fixed, planes, place, word)
    return held & planes.audited[word] & ~(yes ^ planes.standard[judge - fixed.staff, word])
