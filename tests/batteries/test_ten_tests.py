"""The laws that ten_tests.py compares with are right, and the numbers are the halves of the words."""

import itertools
from itertools import pairwise

import numpy as np
import pytest
from event_keys import keys, model
from ten_tests import coupon_law, poker_law, walk_laws
from words import numbers


def looked_at(steps):
    """The five looks at a walk, the plain way."""
    places = [0, *itertools.accumulate(steps)]
    sides = [place > 0 for place in places if place != 0]
    return (
        sum(step == 1 for step in steps),
        max(places),
        sum(a + b > 0 for a, b in pairwise(places)),
        sum(place == 0 for place in places[1:]),
        sum(a != b for a, b in pairwise(sides)),
    )


def test_the_laws_of_walks_are_those_of_all_walks_counted():
    counted = np.zeros((5, 11))
    for steps in itertools.product((-1, 1), repeat=10):
        for look, value in enumerate(looked_at(steps)):
            counted[look, value] += 2.0**-10
    assert np.allclose(walk_laws(10), counted, atol=1e-12)


def test_the_law_of_coupons_has_the_mean_of_the_textbook():
    law = coupon_law(16, 1000)
    assert law.sum() == pytest.approx(1)
    assert law @ np.arange(1001) == pytest.approx(16 * sum(1 / n for n in range(1, 17)))


def test_the_law_of_poker_is_that_of_all_hands_counted():
    counted = np.zeros(5)
    for hand in itertools.product(range(4), repeat=4):
        counted[len(set(hand))] += 4.0**-4
    assert np.allclose(poker_law(4), counted)


def test_numbers_are_halves_of_words_and_may_be_reversed():
    words = [int(word) for word in model(keys("steps", 100))]
    first = {part: next(numbers("steps", part)).tolist() for part in ("upper", "lower", "both")}
    assert first["upper"][:100] == [word >> 32 for word in words]
    assert first["lower"][:100] == [word % 2**32 for word in words]
    assert first["both"][:4] == [words[0] % 2**32, words[0] >> 32, words[1] % 2**32, words[1] >> 32]
    turned = next(numbers("steps", "upper-reversed")).tolist()
    assert turned[:100] == [int(f"{number:032b}"[::-1], 2) for number in first["upper"][:100]]
