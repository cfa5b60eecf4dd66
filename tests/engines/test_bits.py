"""Operations on words do lane by lane what their naive twins do."""

from unittest import mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import examples

from lpsim.engines.compiled import bits
from lpsim.engines.compiled.packing import lanes_of, words_of

LANES = 64
VALUES = st.lists(st.sampled_from([-1, 0, 1]), min_size=LANES, max_size=LANES)
BITS = st.lists(st.booleans(), min_size=LANES, max_size=LANES)


def plain(function):
    """What was compiled, as Python: compiled code is compared with it by whole trajectories."""

    def called(*arguments):
        with np.errstate(over="ignore"), mock.patch.object(bits, "popcount", lambda w: int(w).bit_count()):
            return getattr(function, "py_func", function)(*arguments)

    return called


def packed(bits):
    return words_of(np.array(bits, dtype=np.bool_))[0]


def planes(values):
    return packed([value != 0 for value in values]), packed([value > 0 for value in values])


def unpacked(held, yes):
    held, yes = (lanes_of(np.array([word], dtype=np.uint64), LANES) for word in (held, yes))
    assert not (yes & ~held).any()
    return [int(h) * (1 if y else -1) for h, y in zip(held, yes, strict=True)]


def lanes_in(word):
    return lanes_of(np.array([word], dtype=np.uint64), LANES).tolist()


@examples(100)
@given(own=VALUES, other=VALUES, where=BITS)
def test_take_jumps_to_the_value(own, other, where):
    new = plain(bits.take)(*planes(own), *planes(other), packed(where))
    expected = [v if at and v else o for o, v, at in zip(own, other, where, strict=True)]
    assert unpacked(*new) == expected


@examples(100)
@given(own=VALUES, other=VALUES, where=BITS)
def test_step_towards_goes_one_step(own, other, where):
    new = plain(bits.step_towards)(*planes(own), *planes(other), packed(where))
    steps = [max(-1, min(1, o + v)) if at else o for o, v, at in zip(own, other, where, strict=True)]
    assert unpacked(*new) == steps


@examples(100)
@given(own=VALUES, other=VALUES)
def test_differs_is_where_there_is_another_value_to_take(own, other):
    expected = [v != 0 and v != o for o, v in zip(own, other, strict=True)]
    assert lanes_in(plain(bits.differs)(*planes(own), *planes(other))) == expected


@examples(60)
@given(votes=st.lists(BITS, max_size=9), others=st.lists(BITS, max_size=9), taken=st.booleans())
def test_counters_count_compare_and_count_back(votes, others, taken):
    up, down = np.zeros(4, dtype=np.uint64), np.ones(4, dtype=np.uint64)
    plain(bits.clear)(down)
    for counter, voters in ((up, votes), (down, others)):
        for voter in voters:
            plain(bits.add)(counter, packed(voter))
    if taken and votes:
        plain(bits.subtract)(up, packed(votes.pop()))
    for_it, against = (
        np.sum([np.array(voter, dtype=int) for voter in voters], axis=0) + np.zeros(LANES, dtype=int)
        for voters in (votes, others)
    )
    assert [plain(bits.count_in)(up, lane) for lane in range(LANES)] == for_it.tolist()
    assert [plain(bits.count_in)(down, lane) for lane in range(LANES)] == against.tolist()
    assert lanes_in(plain(bits.more)(up, down)) == (for_it > against).tolist()
    for number in (0, 1, 3, 8, 15, 16, 40):
        assert lanes_in(plain(bits.more_than)(up, number)) == (for_it > number).tolist()
    assert plain(bits.sum_in)(up, packed(for_it > against)) == for_it[for_it > against].sum()


def test_copy_row_copies_one_row():
    target, source = np.zeros((3, 2), dtype=np.uint64), np.arange(6, dtype=np.uint64).reshape(3, 2)
    plain(bits.copy_row)(target, 0, source, 2)
    assert target.tolist() == [[4, 5], [0, 0], [0, 0]]


def test_copy_rows_copies_some_rows_and_leaves_the_others():
    target, source = np.zeros((4, 2), dtype=np.uint64), np.arange(8, dtype=np.uint64).reshape(4, 2)
    plain(bits.copy_rows)(target, source, 1, 3)
    assert target.tolist() == [[0, 0], [2, 3], [4, 5], [0, 0]]
    plain(bits.copy_rows)(target, source, 3, 3)
    assert target.tolist() == [[0, 0], [2, 3], [4, 5], [0, 0]]


@pytest.mark.parametrize("size", [1, 63, 64, 65, 127, 128, 1000])
def test_lanes_are_packed_and_unpacked_in_order(size):
    lanes = np.random.default_rng(size).random((3, size)) < 0.5
    found = words_of(lanes)
    assert found.shape == (3, -(-size // 64))
    assert np.array_equal(lanes_of(found, size), lanes)
    for row in range(3):
        for lane in range(size):
            assert bool(int(found[row, lane // 64]) >> (lane % 64) & 1) == lanes[row, lane]


def test_no_lanes_make_no_words():
    assert words_of(np.zeros((2, 0), dtype=np.bool_)).shape == (2, 0)
    assert lanes_of(np.zeros((2, 0), dtype=np.uint64), 0).shape == (2, 0)


@examples(60)
@given(words=st.lists(BITS, max_size=20))
def test_counting_words_by_eights_counts_each_lane(words):
    counter = np.full(5, 7, dtype=np.uint64)
    space = np.full((len(words) + 7) // 8 * 8, 5, dtype=np.uint64)
    space[: len(words)] = [packed(word) for word in words]
    parts = {"clear": plain(bits.clear), "add_three": plain(bits.add_three)}
    with mock.patch.multiple(bits, **parts):
        plain(bits.count_words)(counter, space, len(words))
    counts = np.array(words, dtype=np.int64).reshape(-1, LANES).sum(axis=0)
    assert [plain(bits.count_in)(counter, lane) for lane in range(LANES)] == counts.tolist()
    assert lanes_in(plain(bits.any_in)(counter)) == (counts > 0).tolist()
