"""The random numbers are uniform, and independent along every component of the event key.

Error rate: with another choice of seed, any of the p-values listed here would fall below its level with
probability `FAMILY` at most (Bonferroni). Power: the last tests here show what is noticed.
"""

import itertools
from functools import lru_cache

import numba
import numpy as np
import pytest
import randomness
from event_keys import DIGITS, ORDERS, STREAMS, Keys, congruence, keys, model, philox_of, without
from numba import uint64
from randomness import STATISTICS

from lpsim.model.draws import Stream, threshold
from lpsim.model.state import WORLD_UID
from lpsim.model.words import choice, event_of, lanes_below, lanes_below_each, occurs

FAMILY = 1e-6
COUNT = 2**18
"""Words in a row; ten times as many where each makes one draw only."""


# --- words ---------------------------------------------------------------------------------------------

WORDS = [(order, statistic) for order in ORDERS for statistic in STATISTICS]


@pytest.mark.parametrize(("order", "statistic"), WORDS)
def test_words_are_random_along_every_component(order, statistic):
    assert STATISTICS[statistic](words_of(order)) >= LEVEL


@lru_cache(maxsize=1)  # the statistics of an order follow each other
def words_of(order):
    words = model(keys(order, COUNT))
    words.flags.writeable = False
    return words


# --- what the model makes of words -------------------------------------------------------------------


@numba.njit
def _lanes(limit, seed, stream, step, uid):
    masks = np.empty(uid.shape[0], dtype=np.uint64)
    for i in range(uid.shape[0]):
        masks[i] = lanes_below(seed[i], event_of(step[i], stream[i], 0), uid[i], limit, uint64(2**64 - 1))
    return masks


@numba.njit
def _lanes_each(limits, seed, stream, step, uid):
    masks = np.empty(uid.shape[0], dtype=np.uint64)
    for i in range(uid.shape[0]):
        event = event_of(step[i], stream[i], 0)
        masks[i] = lanes_below_each(seed[i], event, uid[i], limits, uint64(2**64 - 1))
    return masks


@numba.njit
def _happened(limit, seed, stream, step, uid):
    happened = np.empty(uid.shape[0], dtype=np.uint8)
    for i in range(uid.shape[0]):
        happened[i] = occurs(seed[i], event_of(step[i], stream[i], 0), uid[i], limit)
    return happened


@numba.njit
def _chosen(count, digit, seed, stream, step, uid):
    chosen = np.empty(uid.shape[0], dtype=np.int64)
    for i in range(uid.shape[0]):
        chosen[i] = choice(seed[i], event_of(step[i], stream[i], 0), uid[i], digit, count)
    return chosen


@lru_cache(maxsize=1)  # many looks at the same lanes follow each other
def lanes(order, chance):
    """Sixty-four draws of one chance per key, as words."""
    masks = _lanes(uint64(threshold(chance)), *keys(order, COUNT).columns()[:4])
    masks.flags.writeable = False
    return masks


def happened(order, chance):
    return _happened(uint64(threshold(chance)), *keys(order, 10 * COUNT).columns()[:4])


def chosen(order, count, digit=0):
    return _chosen(uint64(count), uint64(digit), *keys(order, COUNT).columns()[:4])


def rate_of_lanes(order, chance, drawn_with=None):
    """All lanes of all draws together."""
    masks = lanes(order, drawn_with or chance)
    return randomness.rate(int(np.bitwise_count(masks).sum()), 64 * len(masks), chance)


def rate_of_draws(order, chance, drawn_with=None):
    """One draw per key."""
    successes = happened(order, drawn_with or chance)
    return randomness.rate(int(successes.sum()), len(successes), chance)


def look_of_lanes(order, chance, statistic):
    return getattr(randomness, statistic)(lanes(order, chance), chance)


def rate_of_each_lane(order):
    """Sixty-four lanes, each with its own chance."""
    chances = (np.arange(64) + 1) / 65
    limits = np.array([threshold(chance) for chance in chances], dtype=np.uint64)
    masks = _lanes_each(limits, *keys(order, COUNT // 4).columns()[:4])
    set_ = np.array([(masks >> np.uint64(lane) & np.uint64(1)).sum() for lane in range(64)])
    return randomness.scores((set_ - len(masks) * chances) / np.sqrt(len(masks) * chances * (1 - chances)))


def pairs(values, law):
    """Two neighbours' values: one cell for each pair."""
    cells = np.bincount(values[::2].astype(np.int64) * len(law) + values[1::2], minlength=len(law) ** 2)
    return randomness.chi_square(cells, np.outer(law, law).ravel() * (len(values) // 2))


def pairs_of_draws(order, chance):
    return pairs(happened(order, chance), np.array([1 - chance, chance]))


def choices(order, count):
    return randomness.chi_square(np.bincount(chosen(order, count), minlength=count), COUNT / count)


def pairs_of_choices(order, count):
    return pairs(chosen(order, count), np.full(count, 1 / count))


def pairs_of_choices_by_digit(order, count):
    both = np.column_stack([chosen(order, count, digit) for digit in (0, 1)]).ravel()
    return pairs(both, np.full(count, 1 / count))


def guesses_and_audit(statistic):
    """A person's guesses must not be audited more often where they say yes."""
    i = np.arange(COUNT)
    guesses = model(Keys(stream=Stream.ACTING_GUESS, step=i // 600 + 1, uid=i % 600))
    audits = model(Keys(stream=Stream.ACTING_AUDIT, step=i // 600 + 1, uid=WORLD_UID))
    return getattr(randomness, statistic)(guesses ^ audits)


def agreement(many):
    """How often the bits of any two of many sequences of words agree."""
    found = [np.bitwise_count(~(one ^ other)).sum() for n, one in enumerate(many) for other in many[:n]]
    bits = 64 * len(many[0])
    return randomness.scores((np.array(found, dtype=np.int64) - bits / 2) / np.sqrt(bits / 4))


def words_of_one_by_stream():
    i = np.arange(2**13)
    return [model(Keys(stream=stream, step=i // 600 + 1, uid=i % 600)) for stream in STREAMS]


def decisions_of_one():
    """Any two streams, for the same person in the same step."""
    return agreement(words_of_one_by_stream())


def digits_of_one():
    """Any two digits, of which a lane's draw is made."""
    return agreement([model(Keys(step=np.arange(2**13), digit=digit)) for digit in range(DIGITS)])


LANE_STATISTICS = ("each_bit", "bits_together", "bits_within", "bits_across", "avalanche", "each_flip")
CHANCES = (1e-6, 1e-3, 0.1, 1 / 3, 1 - 1e-6)
USUAL = (0.1, 1 / 3)
"""Chances with which every cell is well filled."""
WALKS = ("numbers within a role", "the same post of each practice", "steps", "seeds")
DRAWS = [
    *((look_of_lanes, *rest) for rest in itertools.product(WALKS, USUAL, LANE_STATISTICS)),
    *((look_of_lanes, walk, 1e-3, "bits_together") for walk in WALKS),
    *((rate_of_lanes, *rest) for rest in itertools.product(WALKS, CHANCES)),
    *((rate_of_draws, *rest) for rest in itertools.product(WALKS, CHANCES)),
    *((pairs_of_draws, *rest) for rest in itertools.product(WALKS, USUAL)),
    *((choices, *rest) for rest in itertools.product(WALKS, (2, 3, 7, 15, 40, 6100))),
    *((pairs_of_choices, walk, 7) for walk in WALKS),
    *((pairs_of_choices_by_digit, walk, 7) for walk in WALKS),
    *((rate_of_each_lane, walk) for walk in WALKS),
    (guesses_and_audit, "each_bit"),
    (guesses_and_audit, "bits_together"),
    (decisions_of_one,),
    (digits_of_one,),
]

LEVEL = FAMILY / (len(WORDS) + len(DRAWS))


@pytest.mark.parametrize("draw", DRAWS, ids=lambda draw: "-".join([draw[0].__name__, *map(str, draw[1:])]))
def test_draws_are_random_along_every_component(draw):
    look, *at = draw
    assert look(*at) >= LEVEL


def test_no_two_keys_of_a_world_share_a_word():
    """Among 2^18 random words two would be equal once in 5 · 10^8 times."""
    i = np.arange(COUNT)
    grid = Keys(stream=STREAMS[i % 32], step=i >> 5 & 31, uid=i >> 10 & 15, block=i >> 14 & 3, digit=i >> 16)
    assert len(np.unique(model(grid))) == COUNT


# --- the tests bite ------------------------------------------------------------------------------------


def fails(words, statistics=STATISTICS):
    return any(STATISTICS[name](words) < LEVEL for name in statistics)


def test_seven_rounds_are_the_models_words():
    for order in ORDERS:
        assert np.array_equal(philox_of(7)(keys(order, 100)), model(keys(order, 100)))


@pytest.mark.parametrize("statistic", STATISTICS)
def test_every_statistic_finds_one_round_of_philox(statistic):
    assert fails(philox_of(1)(keys("steps", COUNT)), [statistic])


@pytest.mark.parametrize("order", ORDERS)
def test_along_every_component_three_rounds_of_philox_are_too_few(order):
    assert fails(philox_of(3)(keys(order, COUNT)), ["each flip", "lags"])


@pytest.mark.parametrize("order", ["steps", "blocks", "even digits", "seeds"])
def test_four_rounds_of_philox_are_found_where_the_key_is_weakest(order):
    assert fails(philox_of(4)(keys(order, COUNT)), ["each flip", "lags"])


@pytest.mark.parametrize("order", ORDERS)
def test_a_linear_congruence_is_found(order):
    assert fails(congruence(keys(order, COUNT)), ["pairs of upper bytes", "ranks"])


@pytest.mark.parametrize(
    ("part", "order"),
    [
        ("uid", "numbers within a role"),
        ("uid", "practices"),
        ("step", "steps"),
        ("stream", "streams"),
        ("block", "blocks"),
        ("digit", "digits"),
        ("seed", "seeds"),
    ],
)
def test_a_forgotten_part_of_the_key_is_found(part, order):
    assert fails(without(part)(keys(order, COUNT)), ["avalanche"])


def test_a_stream_without_its_own_place_in_the_key_shares_words():
    i = np.arange(COUNT)
    added = Keys(step=(i >> 9) + i % 512, stream=0)
    assert len(np.unique(model(added))) < COUNT


# --- and small defects are noticed -------------------------------------------------------------------


def planted(share, of, seed=1):
    """Words with all bits of `of` set where chance has it, else none."""
    where = np.random.default_rng(seed).random(COUNT) < share
    return np.where(where, np.uint64(of), np.uint64(0))


def test_a_bit_set_in_51_of_100_words_is_noticed():
    words = model(keys("steps", COUNT))
    assert fails(words | planted(0.02, 1 << 17), ["each bit"])


def test_a_bit_that_follows_its_neighbours_in_1_of_40_words_is_noticed():
    words = model(keys("steps", COUNT))
    bit = planted(1 / 40, 1 << 17)[1:]
    followed = words.copy()
    followed[1:] = (words[1:] & ~bit) | (words[:-1] << np.uint64(14) & bit)
    assert not fails(words, ["bits across"])
    assert fails(followed, ["bits across"])


def test_a_rate_wrong_by_1_in_100_is_noticed():
    assert rate_of_lanes("steps", 1 / 3, drawn_with=1 / 3 * 1.005) < LEVEL
    assert rate_of_draws("steps", 1 / 3, drawn_with=1 / 3 * 1.01) < LEVEL


def test_lanes_of_too_few_digits_are_noticed():
    assert rate_of_lanes("steps", 1 / 3, drawn_with=np.floor(2**8 / 3) / 2**8) < LEVEL


def test_lanes_that_share_a_word_are_noticed():
    words = np.where(happened("steps", 1 / 3)[:COUNT] == 1, np.uint64(2**64 - 1), np.uint64(0))
    assert randomness.bits_together(words, 1 / 3) < LEVEL
    assert randomness.bits_within(words, 1 / 3) < LEVEL


def test_a_choice_by_the_remainder_of_a_byte_is_noticed():
    many = 10 * COUNT  # in a tenth of them it would be noticed only every other time
    by_remainder = (model(keys("steps", many)) & np.uint64(255)).astype(np.int64) % 7
    assert randomness.chi_square(np.bincount(by_remainder, minlength=7), many / 7) < LEVEL


def test_two_decisions_that_agree_in_51_of_100_draws_are_noticed():
    words = words_of_one_by_stream()
    same = planted(0.02, 2**64 - 1)[: len(words[0])]
    words[7] = (words[7] & ~same) | (words[40] & same)
    assert agreement(words) < LEVEL
