"""Operations on words: 64 issues at a time, each a handful of logical operations.

A vector of beliefs is two planes of words: ``held`` (the learner has a view) and ``yes`` (the view is
+1; never set where none is held). A vector of assumptions is one plane, a bit set for +1. Lane j of
word w belongs to issue (or domain) 64·w + j. Every function here has a naive twin in the tests.
"""

from __future__ import annotations

from typing import Any

from numba import int64, uint64

from lpsim.model.jit import inlined, popcount

NONE, ONE, ALL = uint64(0), uint64(1), uint64(2**64 - 1)


@inlined
def take(held: int, yes: int, value_held: int, value_yes: int, where: int) -> tuple[int, int]:
    """The planes after jumping to the views among some values on some issues."""
    where = where & value_held
    return held | where, (yes & ~where) | (value_yes & where)


@inlined
def step_towards(held: int, yes: int, value_held: int, value_yes: int, where: int) -> tuple[int, int]:
    """The planes after one step of -1, 0, +1 towards the views among some values on some issues."""
    where = where & value_held
    opposite = where & held & (yes ^ value_yes)
    empty = where & ~held
    return (held & ~opposite) | empty, (yes & ~opposite) | (empty & value_yes)


@inlined
def differs(held: int, yes: int, value_held: int, value_yes: int) -> int:
    """Where taking a value would change something."""
    return value_held & (~held | (yes ^ value_yes))


@inlined
def clear(counter: Any) -> None:
    """Set 64 counters to 0; the digits of a lane's counter stand in that lane of an array of words."""
    for digit in range(counter.shape[0]):
        counter[digit] = NONE


@inlined
def copy_counter(target: Any, source: Any) -> None:
    """Set one counter to another."""
    for digit in range(target.shape[0]):
        target[digit] = source[digit]


@inlined
def add(counter: Any, bits: int) -> None:
    """Count one more in some lanes."""
    for digit in range(counter.shape[0]):
        carry = counter[digit] & bits
        counter[digit] ^= bits
        bits = carry
        if bits == NONE:
            break


@inlined
def add_three(one: int, two: int, three: int) -> tuple[int, int]:
    """How many of three words have a lane set, as two digits."""
    either = one ^ two
    return either ^ three, (one & two) | (either & three)


@inlined
def count_words(counter: Any, words: Any, size: int) -> None:
    """Set a counter, of four digits or more, to how many of the first words have each lane set.

    Eight words at a time, of which seldom a digit beyond the third changes; there is space for as many.
    """
    clear(counter)
    for place in range(size, (size + 7) // 8 * 8):
        words[place] = NONE
    ones, twos, fours = NONE, NONE, NONE
    for place in range(0, size, 8):
        ones, first = add_three(ones, words[place], words[place + 1])
        ones, second = add_three(ones, words[place + 2], words[place + 3])
        twos, third = add_three(twos, first, second)
        ones, first = add_three(ones, words[place + 4], words[place + 5])
        ones, second = add_three(ones, words[place + 6], words[place + 7])
        twos, fourth = add_three(twos, first, second)
        fours, eights = add_three(fours, third, fourth)
        for digit in range(3, counter.shape[0]):
            carry = counter[digit] & eights
            counter[digit] ^= eights
            eights = carry
    counter[0], counter[1], counter[2] = ones, twos, fours


@inlined
def any_in(counter: Any) -> int:
    """The lanes in which a counter does not stand at 0."""
    lanes = NONE
    for digit in range(counter.shape[0]):
        lanes |= counter[digit]
    return lanes


@inlined
def subtract(counter: Any, bits: int) -> None:
    """Count one less in some lanes, none of which stands at 0."""
    for digit in range(counter.shape[0]):
        borrow = ~counter[digit] & bits
        counter[digit] ^= bits
        bits = borrow
        if bits == NONE:
            break


@inlined
def more(one: Any, other: Any) -> int:
    """The lanes in which one counter stands higher than the other."""
    higher, equal = NONE, ALL
    for digit in range(one.shape[0] - 1, -1, -1):
        higher |= equal & one[digit] & ~other[digit]
        equal &= ~(one[digit] ^ other[digit])
    return higher


@inlined
def count_in(counter: Any, lane: int) -> int:
    """The count of one lane."""
    number = int64(0)
    for digit in range(counter.shape[0]):
        number |= int64((counter[digit] >> uint64(lane)) & ONE) << int64(digit)
    return number


@inlined
def more_than(counter: Any, number: int) -> int:
    """The lanes in which a counter stands above a number."""
    if number >> counter.shape[0] != 0:
        return NONE
    higher, equal = NONE, ALL
    for digit in range(counter.shape[0] - 1, -1, -1):
        wanted = NONE - (uint64(number >> digit) & ONE)
        higher |= equal & counter[digit] & ~wanted
        equal &= ~(counter[digit] ^ wanted)
    return higher


@inlined
def sum_in(counter: Any, lanes: int) -> int:
    """The sum of the counts of some lanes."""
    total = int64(0)
    for digit in range(counter.shape[0]):
        total += popcount(counter[digit] & lanes) << int64(digit)
    return total


@inlined
def copy_rows(target: Any, source: Any, first: int, last: int) -> None:
    """Set some rows of planes to the same rows of others, as one stretch of words."""
    words, to, of = target.shape[1], target.flat, source.flat
    for word in range(first * words, last * words):
        to[word] = of[word]


@inlined
def copy_row(target: Any, row: int, source: Any, other: int) -> None:
    """Set a row of planes to another's."""
    for word in range(target.shape[1]):
        target[row, word] = source[other, word]
