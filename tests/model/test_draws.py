"""Every random number is the pure function of its event key that docs/ODD.md says it is."""

import ast
import enum
import math
from fractions import Fraction
from pathlib import Path

import numba
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import lpsim
from lpsim.model.draws import CERTAIN, LANES, Draws, PlainDraws, Stream, threshold
from lpsim.model.state import WORLD_UID
from lpsim.model.words import philox as compiled_philox

FULL = 2**64 - 1
SIZES = (1, 63, 64, 65, 127, 1000)
EDGES = (0.0, 5e-324, 2.0**-64, 2.0**-53, 0.03, 0.1, 0.5, 2 / 3, 1 - 2.0**-53, 1.0)
SIGMAS = 4.4
"""Of each statistical check; a normal variable is further out once in 92,000 times. Seeds are fixed."""

quick = settings(max_examples=40, deadline=None, derandomize=True)
few = settings(max_examples=12, deadline=None, derandomize=True)


@numba.njit("UniTuple(uint64, 2)(uint64, uint64, uint64)")
def philox(low, high, key):
    """A part, which Python cannot call itself."""
    return compiled_philox(low, high, key)


words = st.integers(0, FULL)
events = st.fixed_dictionaries(
    {
        "seed": words,
        "stream": st.sampled_from(list(Stream)).map(int) | st.integers(0, 2**16 - 1),
        "step": st.integers(0, 100_000),
        "uid": words | st.just(WORLD_UID),
    }
)
of_words = pytest.mark.parametrize("kind", [Draws, PlainDraws])
"""Draws of what is a word or two, which NumPy makes as well."""
probabilities = st.sampled_from(EDGES) | st.floats(0, 1)


# --- the naive twin: pure Python integers, one lane and one digit at a time --------------------------


def naive_philox(low, high, key):
    for _ in range(7):
        product = 0xD2B74407B1CE6E93 * low
        low, high = (product >> 64) ^ key ^ high, product & FULL
        key = (key + 0x9E3779B97F4A7C15) & FULL
    return low, high


def naive_word(seed, stream, step, uid, block=0, digit=0):
    counter = step * 2**32 + stream * 2**16 + block * 2**8 + digit // 2
    return naive_philox(uid, counter, seed)[digit % 2]


def naive_threshold(probability):
    return FULL if probability == 1 else math.floor(Fraction(probability) * 2**64)


def naive_fractions(seed, stream, step, uid, size):
    """Per lane the first 64 digits of its fraction, as an integer."""
    fractions = []
    for block in range(-(-size // 64)):
        digits = [naive_word(seed, stream, step, uid, block, digit) for digit in range(64)]
        for lane in range(min(64, size - 64 * block)):
            bits = "".join(str(word >> lane & 1) for word in digits)
            fractions.append(int(bits, 2))
    return fractions


def succeeds(fraction, limit):
    return limit == FULL or fraction < limit


def places(event):
    return event["stream"], event["step"], event["uid"]


# --- Philox2x64-7 ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("counter", "key", "output"),
    [
        ((0, 0), 0, (0xB41DA69FBFEFC666, 0x511E9CE1A5534056)),
        ((FULL, FULL), FULL, (0xA4696CC04462015D, 0x724782DAE17169E9)),
        (
            (0x243F6A8885A308D3, 0x13198A2E03707344),
            0xA4093822299F31D0,
            (0x98ED1534392BF372, 0x67528B1568882FD5),
        ),
    ],
)
def test_known_answers_of_random123(counter, key, output):
    assert tuple(int(word) for word in philox(*counter, key)) == output
    assert naive_philox(*counter, key) == output


@quick
@given(words, words, words)
def test_philox_equals_its_naive_twin(low, high, key):
    assert tuple(int(word) for word in philox(low, high, key)) == naive_philox(low, high, key)


# --- each kind of draw equals its naive twin ----------------------------------------------------------


@of_words
@quick
@given(events, st.integers(0, 15), st.integers(0, 63))
def test_word(kind, event, block, digit):
    drawn = kind(event["seed"]).word(*places(event), block=block, digit=digit)
    assert type(drawn) is int
    assert drawn == naive_word(**event, block=block, digit=digit)


@quick
@given(events, probabilities)
@example({"seed": 0, "stream": 1, "step": 0, "uid": 0}, 1.0)
@example({"seed": 0, "stream": 1, "step": 0, "uid": 0}, 0.0)
def test_occurs(event, probability):
    limit = naive_threshold(probability)
    drawn = Draws(event["seed"]).occurs(*places(event), limit)
    assert drawn is succeeds(naive_word(**event), limit)


@quick
@given(events)
def test_occurs_below_the_threshold_and_not_at_it(event):
    draws, word = Draws(event["seed"]), naive_word(**event)
    assert not draws.occurs(*places(event), word)
    assert draws.occurs(*places(event), word + 1)


@of_words
@quick
@given(events)
def test_heads_is_bit_0_of_the_word(kind, event):
    assert kind(event["seed"]).heads(*places(event)) is bool(naive_word(**event) & 1)


@of_words
@quick
@given(events, st.integers(1, 2**62) | st.integers(1, 50), st.integers(0, 63))
def test_choice_is_the_upper_half_of_the_wide_product(kind, event, count, digit):
    drawn = kind(event["seed"]).choice(*places(event), count, digit=digit)
    assert drawn == naive_word(**event, digit=digit) * count >> 64
    assert 0 <= drawn < count


@of_words
@quick
@given(events, st.integers(2, 40), st.data())
def test_choice_of_others_skips_oneself(kind, event, count, data):
    own = data.draw(st.integers(0, count - 1))
    others = [index for index in range(count) if index != own]
    drawn = kind(event["seed"]).choice_of_others(*places(event), count, own)
    assert drawn == others[naive_word(**event) * (count - 1) >> 64]


@pytest.mark.parametrize("size", SIZES)
@few
@given(event=events, probability=probabilities)
def test_mask(size, event, probability):
    limit = naive_threshold(probability)
    drawn = Draws(event["seed"]).mask(*places(event), limit, size)
    assert drawn.dtype == np.bool_
    assert drawn.tolist() == [succeeds(f, limit) for f in naive_fractions(**event, size=size)]


@pytest.mark.parametrize("size", SIZES)
@few
@given(event=events, data=st.data())
def test_mask_each(size, event, data):
    palette = [*data.draw(st.lists(probabilities, min_size=1, max_size=8)), 0.0, 1.0, 0.5]
    limits = [naive_threshold(palette[lane * lane % len(palette)]) for lane in range(size)]
    drawn = Draws(event["seed"]).mask_each(*places(event), np.array(limits, dtype=np.uint64))
    fractions = naive_fractions(**event, size=size)
    assert drawn.dtype == np.bool_
    assert drawn.tolist() == [succeeds(f, t) for f, t in zip(fractions, limits, strict=True)]


@few
@given(event=events)
def test_masks_are_exact_to_the_last_digit(event):
    """At a lane's own fraction as threshold the lane fails, one above it succeeds."""
    draws, fractions = Draws(event["seed"]), naive_fractions(**event, size=70)
    at = np.array(fractions, dtype=np.uint64)
    assert not draws.mask_each(*places(event), at).any()
    assert draws.mask_each(*places(event), at + np.uint64(1)).all()
    for lane in (0, 63, 64, 69):
        assert not draws.mask(*places(event), fractions[lane], 70)[lane]
        assert draws.mask(*places(event), fractions[lane] + 1, 70)[lane]


@pytest.mark.parametrize("size", SIZES)
@few
@given(event=events)
def test_signs(size, event):
    drawn = Draws(event["seed"]).signs(*places(event), size)
    bits = [naive_word(**event, block=d // 64) >> d % 64 & 1 for d in range(size)]
    assert drawn.dtype == np.int8
    assert drawn.tolist() == [2 * bit - 1 for bit in bits]


def test_no_lanes_at_all():
    draws = Draws(1)
    assert draws.mask(1, 1, 1, 2**63, 0).shape == (0,)
    assert draws.mask_each(1, 1, 1, np.zeros(0, dtype=np.uint64)).shape == (0,)
    assert draws.signs(1, 1, 1, 0).shape == (0,)


# --- thresholds --------------------------------------------------------------------------------------


@quick
@given(probabilities)
@example(math.nextafter(1.0, 0.0))
@example(2.0**-64)
@example(math.nextafter(2.0**-64, 0.0))
def test_a_threshold_is_exact(probability):
    assert threshold(probability) == naive_threshold(probability)


def test_thresholds_at_the_ends():
    assert threshold(0.0) == threshold(-0.5) == threshold(5e-324) == 0
    assert threshold(2.0**-64) == 1
    assert threshold(0.5) == 2**63
    assert threshold(1 - 2.0**-53) == 2**64 - 2**11
    assert threshold(1.0) == threshold(1.5) == CERTAIN == FULL


@quick
@given(events, probabilities, probabilities)
def test_a_higher_probability_succeeds_wherever_a_lower_one_did(event, one, other):
    draws, place = Draws(event["seed"]), places(event)
    low, high = (threshold(p) for p in sorted((one, other)))
    below, above = draws.mask(*place, low, 130), draws.mask(*place, high, 130)
    assert not (below & ~above).any()
    each = [draws.mask_each(*place, np.full(130, x, dtype=np.uint64)) for x in (low, high)]
    assert not (each[0] & ~each[1]).any()
    assert draws.occurs(*place, high) or not draws.occurs(*place, low)


@quick
@given(events, probabilities)
def test_one_threshold_for_all_lanes_or_one_each_are_the_same(event, probability):
    limit = threshold(probability)
    each = Draws(event["seed"]).mask_each(*places(event), np.full(130, limit, dtype=np.uint64))
    assert np.array_equal(each, Draws(event["seed"]).mask(*places(event), limit, 130))


@quick
@given(events, probabilities)
def test_more_issues_leave_the_draws_of_the_others(event, probability):
    draws, limit = Draws(event["seed"]), threshold(probability)
    longest = draws.mask(*places(event), limit, 300)
    for size in (1, 63, 64, 65, 128, 299):
        assert np.array_equal(draws.mask(*places(event), limit, size), longest[:size])


# --- many at once ------------------------------------------------------------------------------------


@of_words
@few
@given(event=events, digit=st.integers(0, 63))
def test_words_of_many_equal_the_single_ones(kind, event, digit):
    draws, stream, step = kind(event["seed"]), event["stream"], event["step"]
    uids = np.array([event["uid"], 0, WORLD_UID, FULL], dtype=np.uint64)
    steps = np.arange(4, dtype=np.uint64) + np.uint64(step)
    digits = np.array([digit, 0, 1, 63], dtype=np.uint64)
    single = [
        draws.word(stream, int(s), int(u), digit=int(d)) for s, u, d in zip(steps, uids, digits, strict=True)
    ]
    assert draws.words(stream, steps, uids, digits=digits).tolist() == single
    same_step = [draws.word(stream, step, int(uid), digit=digit) for uid in uids]
    assert draws.words(stream, step, uids, digits=digit).tolist() == same_step


# --- keys --------------------------------------------------------------------------------------------


def test_every_component_of_the_key_changes_the_word():
    draws = Draws(3)
    drawn = [
        draws.word(stream, step, uid, block=block, digit=digit)
        for stream in (1, 2, 256)
        for step in (0, 1, 256)
        for uid in (0, 1, 2**16, 2**24, 2**56)
        for block in (0, 1, 15)
        for digit in (0, 1, 2, 63)
    ]
    drawn += [Draws(4).word(1, 0, 0), Draws(FULL).word(1, 0, 0)]
    assert len(set(drawn)) == len(drawn)


def test_blocks_and_streams_do_not_repeat_each_other():
    draws = Draws(5)
    lanes = draws.mask(Stream.REFLECTION, 1, 9, 2**63, 4 * LANES).reshape(4, LANES)
    other = draws.mask(Stream.REFLECTION_NOISE, 1, 9, 2**63, 4 * LANES).reshape(4, LANES)
    rows = {row.tobytes() for row in (*lanes, *other)}
    assert len(rows) == 8


def test_a_draw_has_no_memory():
    draws = Draws(11)
    first = draws.mask(Stream.DISCUSSION, 4, 77, 2**62, 100)
    draws.word(1, 2, 3)
    assert np.array_equal(draws.mask(Stream.DISCUSSION, 4, 77, 2**62, 100), first)
    assert np.array_equal(Draws(11).mask(Stream.DISCUSSION, 4, 77, 2**62, 100), first)


def test_no_number_of_a_stream_is_used_twice():
    enum.unique(Stream)
    assert len(Stream.__members__) == len({int(stream) for stream in Stream})
    assert all(0 < stream < 2**16 for stream in Stream)
    assert max(Stream) is Stream.OWN


# --- statistics --------------------------------------------------------------------------------------


def off_by(successes, trials, probability):
    """Distance from the mean in standard deviations."""
    spread = math.sqrt(trials * probability * (1 - probability))
    return abs(successes - trials * probability) / spread


@pytest.mark.parametrize("probability", [0.001, 0.03, 0.5, 2 / 3, 0.97])
def test_masks_succeed_as_often_as_they_should(probability):
    draws, limit = Draws(2024), threshold(probability)
    drawn = np.array([draws.mask(Stream.REFLECTION, 1, uid, limit, 100) for uid in range(2000)])
    assert off_by(int(drawn.sum()), drawn.size, probability) < SIGMAS


def test_mask_each_succeeds_as_often_as_it_should():
    probability = np.linspace(0.02, 0.98, 49)
    limits = np.array([threshold(p) for p in probability], dtype=np.uint64)
    draws = Draws(2025)
    drawn = sum(draws.mask_each(1, 1, uid, limits).astype(int) for uid in range(4000))
    for successes, p in zip(drawn, probability, strict=True):
        assert off_by(int(successes), 4000, p) < SIGMAS


def test_occurs_as_often_as_it_should():
    draws, limit = Draws(2026), threshold(0.3)
    successes = sum(draws.occurs(Stream.TURNOVER, step, 5, limit) for step in range(20_000))
    assert off_by(successes, 20_000, 0.3) < SIGMAS


def test_choices_are_uniform():
    draws = Draws(2027)
    counts = np.bincount([draws.choice(1, step, 5, 7) for step in range(21_000)], minlength=7)
    assert all(off_by(int(count), 21_000, 1 / 7) < SIGMAS for count in counts)


def test_every_bit_is_a_fair_coin_and_neighbouring_keys_are_independent():
    draws, uids = Draws(2028), np.arange(10_000, dtype=np.uint64)

    def bits(stream, step, digit):
        drawn = draws.words(stream, step, uids, digits=digit)
        return np.unpackbits(drawn.view(np.uint8)).reshape(len(uids), 64)

    base = bits(70, 1, 0)
    for ones in base.sum(axis=0):
        assert off_by(int(ones), len(uids), 0.5) < SIGMAS
    neighbours = (bits(71, 1, 0), bits(70, 2, 0), bits(70, 1, 1), bits(70, 1, 2), np.roll(base, 1, 0))
    for other in (*neighbours, np.roll(base, 1, 1)):
        equal = int((base == other).sum())
        assert off_by(equal, base.size, 0.5) < SIGMAS


# --- and there is no other source of randomness --------------------------------------------------------

PACKAGE = Path(lpsim.__file__).parent
RANDOM = {
    *("random", "secrets", "uuid", "uuid1", "uuid4", "default_rng", "shuffle", "shuffle_do", "rng"),
    *("urandom", "RandomState", "Generator", "SeedSequence", "randint", "randrange", "permutation"),
    *("choices", "rand", "randn", "standard_normal", "token_bytes", "token_hex", "reset_rng"),
}
MESAS_OWN = {("engines/reference/model.py", line) for line in ("rng", "random")}
SAMPLERS = {("sweeps/design/sampling.py", "random")}
RESAMPLES = {
    (f"analysis/{name}.py", said)
    for name in ("calibration_waves", "discovery", "effects")
    for said in ("random", "Generator")
}
"""Of points that were run already: no run hangs on them."""
SEEDED = {"watts_strogatz_graph", "random_regular_graph"}


def _named(node):
    match node:
        case ast.Name():
            return [node.id]
        case ast.Attribute():
            return [node.attr]
        case ast.keyword():
            return [node.arg or ""]
        case ast.Import() | ast.ImportFrom():
            modules = [alias.name for alias in node.names] + [getattr(node, "module", None) or ""]
            return [part for name in modules for part in name.split(".")]
    return []


def test_nothing_but_draws_is_random():
    found = set()
    for path in PACKAGE.rglob("*.py"):
        where = path.relative_to(PACKAGE).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            found |= {(where, name) for name in _named(node) if name in RANDOM}
    assert found == MESAS_OWN | SAMPLERS | RESAMPLES  # Mesa wants generators; nothing draws from them


def test_mesas_generators_are_only_handed_on():
    text = (PACKAGE / "engines/reference/model.py").read_text(encoding="utf-8")
    assert text.count("self.random") == text.count("random=self.random") == 1
    assert text.count("rng=") == text.count("rng=0") == 1


def test_networkx_is_always_given_a_seed():
    tree = ast.parse((PACKAGE / "population/networks.py").read_text(encoding="utf-8"))
    calls = [
        node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    ]
    seeded = [call for call in calls if call.func.attr in SEEDED]
    assert {call.func.attr for call in seeded} == SEEDED
    assert all("seed" in [getattr(arg, "id", None) for arg in call.args] for call in seeded)
    generators = {call.func.attr for call in calls if call.func.attr.endswith("_graph")}
    assert generators - SEEDED <= {"circulant_graph"}  # the only one without chance


def test_the_samplers_of_sweeps_are_always_given_a_seed_of_draws():
    tree = ast.parse((PACKAGE / "sweeps/design/sampling.py").read_text(encoding="utf-8"))
    makers = {"LatinHypercube", "Sobol", "sample"}
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and set(_named(n.func)) & makers]
    assert len(calls) == 5
    for call in calls:
        (seed,) = (keyword.value for keyword in call.keywords if keyword.arg == "seed")
        assert ast.unparse(seed) in ("_seed_of(scheme)", "_word(seed, draw)")
