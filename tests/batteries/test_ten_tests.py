"""The laws that ten_tests.py compares with are right, and the numbers are the halves of the words."""

import itertools
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from event_keys import keys, model
from ten_tests import coupon_law, poker_law, walk_laws
from words import numbers

from lpsim.model.draws import Draws, Stream
from lpsim.model.state import WORLD_UID


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


QUIET = """
extends = "{march}"
[world]
issues = 70
[roles.staff]
headcount = 2
[practice.socialisation]
rate = 0.5
"""


def test_a_recorded_run_names_the_words_that_it_asked_for(tmp_path):
    root = Path(__file__).parents[2]
    march = (root / "configs" / "march1991.toml").as_posix()
    (tmp_path / "small.toml").write_text(QUIET.format(march=march))
    record, keys_file = str(Path(__file__).with_name("record.py")), str(tmp_path / "keys.npz")
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(root)}
    said = subprocess.run(
        [sys.executable, record, str(tmp_path / "small.toml"), "3", keys_file],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    asked = np.load(keys_file)
    assert said == f"{len(asked['uid']):,} words\n"
    uids, digits = asked["uid"].tolist(), asked["digit"].tolist()
    parts = [(event >> 32, event >> 16 & 0xFFFF, event >> 8 & 0xFF) for event in asked["event"].tolist()]
    found = [
        (step, stream, uid, block, digit)
        for (step, stream, block), uid, digit in zip(parts, uids, digits, strict=True)
    ]
    # A coin of the world takes one word for each block of 64 issues, and who they are is drawn in lanes.
    assert [key for key in found if key[1] == Stream.START_REALITY] == [
        (0, Stream.START_REALITY, WORLD_UID, block, 0) for block in (0, 1)
    ]
    views = {key for key in found if key[1] == Stream.START_VIEW}
    people = {key[2] for key in views}
    assert people == {0, 1}
    assert {key[3] for key in views} == {0, 1}
    # Lanes are drawn by four digits at a time.
    assert {digit for *_, digit in views} >= {0, 1, 2, 3}
    assert {key[0] for key in found if key[1] == Stream.ACTING_GUESS} <= {1, 2, 3}
    learning = {key[1] for key in found if key[0] and key[1] > Stream.ACTING_VOICE}
    assert learning <= {Stream.SOCIALISATION, Stream.CODIFICATION}
    first = next(numbers("run", "both", keys_file)).view(np.uint64)
    draws = Draws(0)
    distinct = list(dict.fromkeys(found))
    assert len(first) == len(distinct)
    for word, (step, stream, uid, block, digit) in zip(first[:500].tolist(), distinct, strict=False):
        assert word == draws.word(stream, step, uid, block=block, digit=digit)
