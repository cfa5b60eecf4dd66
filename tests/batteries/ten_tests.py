"""Ten tests of numbers of 32 bits, with the parameters of TestU01's SmallCrush, written anew for want of it.

    python tests/batteries/ten_tests.py ORDER PART [--keys keys.npz]
    python tests/batteries/ten_tests.py ORDER PART --again random_walk --times 40
    python tests/batteries/ten_tests.py --check

The tests are those that L'Ecuyer & Simard (2007, "TestU01: a C library for empirical testing of random number
generators", ACM Transactions on Mathematical Software 33(4), 22) put into SmallCrush, each with the sizes it
has there: 15 statistics of some 230 million numbers. It is not TestU01: the code shares nothing with it, and
where cells are put together the p-values differ a little. `--again` makes one of them many times over,
each time with new numbers, where one p-value looked odd; `--check` runs good and bad generators instead.
"""

import argparse
import math
import sys
from pathlib import Path

import numba
import numpy as np
from scipy import stats
from words import ORDERS, PARTS, numbers

sys.path.insert(0, str(Path(__file__).parents[1]))

from randomness import chi_square, ranks_of, two_sided

MILLION = 1_000_000


class Source:
    """Hands out numbers of 32 bits from arrays, each once."""

    def __init__(self, arrays):
        self.arrays, self.left = arrays, np.empty(0, np.uint32)

    def take(self, count):
        """The next numbers: uint32, shape (count,)."""
        parts, missing = [self.left], count - len(self.left)
        while missing > 0:
            parts.append(next(self.arrays))
            missing -= len(parts[-1])
        found = np.concatenate(parts)
        self.left = found[count:]
        return found[:count]

    def bits(self, count, *, skip, size):
        """`size` bits of each number, after the `skip` uppermost."""
        return (self.take(count) << np.uint32(skip)) >> np.uint32(32 - size)


def merged(observed, expected, least=10):
    """Neighbouring cells put together, from the first on, until each is well filled; then chi-square."""
    cells, filled = [], 0.0
    cell = 0
    for value in expected:
        cells.append(cell)
        filled += value
        if filled >= least:
            cell, filled = cell + 1, 0.0
    cells = np.minimum(cells, max(cell - 1, 0))
    return chi_square(*(np.bincount(cells, x) for x in (observed, expected)))


def poisson(found, expected):
    """A count against the Poisson law."""
    law = stats.poisson(expected)
    return two_sided(law.cdf(found), law.sf(found - 1))


def birthday_spacings(source):
    """Five million points in a square of 2^30 by 2^30 cells: how many spacings are equal (Marsaglia 1985)."""
    count, side = 5 * MILLION, 30
    digits = source.bits(2 * count, skip=0, size=side).astype(np.uint64)
    places = np.sort(digits[::2] << np.uint64(side) | digits[1::2])
    spacings = np.sort(np.diff(places))
    return {"birthday spacings": poisson(int((np.diff(spacings) == 0).sum()), count**3 / 2 ** (2 * side + 2))}


def collision(source):
    """Five million points in 2^32 cells: how many fall into a cell that is taken (Knuth 1998, 3.3.2 I)."""
    count, cells = 5 * MILLION, 2.0**32
    digits = source.bits(2 * count, skip=0, size=16)
    taken = len(np.unique(digits[::2] << np.uint32(16) | digits[1::2]))
    expected = count - cells * -math.expm1(count * math.log1p(-1 / cells))
    return {"collision": poisson(count - taken, expected)}


def gap(source):
    """Lengths of gaps between numbers of which bits 23 to 30 are 0 (Knuth 1998, 3.3.2 D)."""
    count, chance = MILLION // 5, 1 / 256
    parts = [source.bits(MILLION, skip=22, size=8) for _ in range(56)]
    lengths = np.concatenate([np.diff(np.flatnonzero(part == 0)) - 1 for part in parts])[:count]
    if len(lengths) < count:  # bits 23 to 30 are hardly ever 0: chance does not do that
        return {"gap": 0.0}
    longest = 4000
    expected = count * chance * (1 - chance) ** np.arange(longest)
    observed = np.bincount(np.minimum(lengths, longest - 1), minlength=longest)
    return {"gap": merged(observed, expected)}


def simple_poker(source):
    """How many of 64 values are among 64 numbers (Knuth 1998, 3.3.2 E)."""
    count, values = 2 * MILLION // 5, 64
    hands = source.bits(values * count, skip=24, size=6).astype(np.uint64).reshape(count, values)
    seen = np.bitwise_count(np.bitwise_or.reduce(np.uint64(1) << hands, axis=1))
    return {"simple poker": merged(np.bincount(seen, minlength=values + 1), poker_law(values) * count)}


def poker_law(values):
    """How likely so many different values are, among as many numbers as there are values."""
    law, seen = np.zeros(values + 1), np.arange(values + 1)
    law[0] = 1
    for _ in range(values):
        law = law * seen / values + np.append(0, (law * (values - seen) / values)[:-1])
    return law


def coupon_collector(source):
    """How many numbers it takes until all of 16 values have come (Knuth 1998, 3.3.2 F)."""
    values, longest = 16, 200
    lengths = _collected(source.bits(30 * MILLION, skip=26, size=4), values, longest)[: MILLION // 2]
    law = coupon_law(values, longest) * len(lengths)
    return {"coupon collector": merged(np.bincount(lengths, minlength=longest + 1), law)}


def coupon_law(values, longest):
    """How likely so many numbers are needed for all values, those beyond the longest counted with it."""
    law, still = np.zeros(longest + 1), np.arange(values + 1)
    missing = np.zeros(values + 1)  # how likely so many values are still to come
    missing[values] = 1.0
    for length in range(1, longest + 1):
        law[length] = missing[1] / values
        missing = missing * (1 - still / values) + np.append((missing * still / values)[1:], 0)
    law[longest] += 1 - law.sum()
    return law


@numba.njit
def _collected(digits, values, longest):
    lengths = np.empty(digits.shape[0] // values, dtype=np.int64)
    found, i = 0, 0
    while i < digits.shape[0] - longest:
        seen, length = 0, 0
        while seen != (1 << values) - 1 and length < longest:
            seen |= 1 << np.int64(digits[i + length])
            length += 1
        lengths[found] = length
        found += 1
        i += length
    return lengths[:found]


def maximum_of_six(source):
    """The largest of six numbers, to the sixth power, is uniform: chi-square, and Anderson & Darling."""
    count, cells = 2 * MILLION, MILLION // 10
    largest = (source.take(6 * count).reshape(count, 6).max(axis=1) + 0.5) / 2.0**32
    uniform = np.sort(largest**6)
    observed = np.bincount((uniform * cells).astype(np.int64), minlength=cells)
    return {
        "maximum of six": chi_square(observed, count / cells),
        "maximum of six, AD": anderson_darling(uniform),
    }


def anderson_darling(ordered):
    """The test of Anderson & Darling (1952) for uniform numbers in order, by the law of infinitely many."""
    count = len(ordered)
    weights = 2 * np.arange(1, count + 1) - 1
    distance = -count - float((weights * (np.log(ordered) + np.log1p(-ordered[::-1]))).sum()) / count
    above = _anderson_darling_above(distance)
    return two_sided(1 - above, above)


def _anderson_darling_above(z):
    """Marsaglia & Marsaglia (2004), J Stat Softw 9(2); beyond 20 the leading term of the tail."""
    if z < 2:
        poly = 2.00012 + (0.247105 - (0.0649821 - (0.0347962 - (0.0116720 - 0.00168691 * z) * z) * z) * z) * z
        return 1 - math.exp(-1.2337141 / z) / math.sqrt(z) * poly
    poly = 1.0776 - (2.30695 - (0.43424 - (0.082433 - (0.008056 - 0.0003146 * z) * z) * z) * z) * z
    return -math.expm1(-math.exp(poly)) if z < 10 else math.exp(-z) * 1.1 / math.sqrt(z)


def weight_distribution(source):
    """How many of 256 numbers begin below 1/8, after 27 bits (Matsumoto & Kurita 1994)."""
    count, size = MILLION // 5, 256
    below = np.concatenate(
        [
            (source.bits(size * part, skip=27, size=3).reshape(part, size) == 0).sum(axis=1)
            for part in (count // 10,) * 10
        ]
    )
    expected = stats.binom.pmf(np.arange(size + 1), size, 1 / 8) * count
    return {"weight distribution": merged(np.bincount(below, minlength=size + 1), expected)}


def matrix_rank(source):
    """Ranks of matrices of 60 by 60 bits, ten bits of each number after 20 (Marsaglia & Tsay 1985)."""
    count, size = 20_000, 60
    tens = source.bits(count * size * 6, skip=20, size=10).astype(np.uint64).reshape(count, size, 6)
    rows = np.bitwise_or.reduce(tens << np.arange(0, 60, 10, dtype=np.uint64), axis=2)
    lost = size - ranks_of(rows)
    full = math.prod(1 - 2.0**-i for i in range(1, size + 1))
    law = full * np.array([1, 2, 4 / 9, 0])
    law[3] = 1 - law.sum()
    return {"matrix rank": merged(np.bincount(np.minimum(lost, 3), minlength=4), law * count)}


def hamming_independence(source):
    """Bits set in two neighbouring blocks of 300, ten bits of each number after 20: do they go together?"""
    count, length = MILLION // 2, 300
    tens = np.bitwise_count(source.bits(2 * count * length // 10, skip=20, size=10))
    weights = tens.reshape(2 * count, length // 10).sum(axis=1, dtype=np.int64)
    law = stats.binom.pmf(np.arange(length + 1), length, 0.5)
    expected = np.outer(law, law).ravel() * count
    observed = np.bincount(weights[::2] * (length + 1) + weights[1::2], minlength=(length + 1) ** 2)
    few = expected < 10
    together = [np.append(x[~few], x[few].sum()) for x in (observed, expected)]
    return {"Hamming independence": chi_square(*together)}


def random_walk(source):
    """Five looks at walks of 150 steps, each a bit (Takács; L'Ecuyer & Simard's RandomWalk1)."""
    count, length = MILLION, 150
    looks = _walks(source.bits(count * length // 30, skip=0, size=30), length, count)
    return {
        f"random walk {name}": merged(np.bincount(look, minlength=length + 1), law * count)
        for name, look, law in zip("HMJRC", looks, walk_laws(length), strict=True)
    }


@numba.njit
def _walks(thirties, length, count):
    """Per walk: steps to the right; largest place; steps on the right side; returns to 0; changes of side."""
    looks = np.zeros((5, count), dtype=np.int64)
    bit = 0
    for n in range(count):
        place, side = 0, 0
        for _ in range(length):
            step = 1 if (thirties[bit // 30] >> np.uint32(29 - bit % 30)) & np.uint32(1) else -1
            bit += 1
            before, place = place, place + step
            looks[0, n] += step == 1
            looks[1, n] = max(looks[1, n], place)
            looks[2, n] += before + place > 0
            looks[3, n] += place == 0
            if place != 0:
                looks[4, n] += side * place < 0
                side = place
    return looks


def walk_laws(length):
    """The laws of the five looks (Feller 1968, chapter III), found by going through the walk step by step."""
    laws = [np.zeros(length + 1) for _ in range(5)]
    laws[0] = stats.binom.pmf(np.arange(length + 1), length, 0.5)
    for k in range(length + 1):  # the largest place is k as often as the end is k or k + 1
        laws[1][k] = stats.binom.pmf((length + k + (length + k) % 2) // 2, length, 0.5)
    half = length // 2
    u = stats.binom.pmf(np.arange(half + 1), 2 * np.arange(half + 1), 0.5)  # back at 0 after 2k steps
    laws[2][::2] = u * u[::-1]
    for k in range(half + 1):
        laws[3][k] = math.comb(length - k, half) / 2 ** (length - k)
    # after an even number of steps: crossings in length - 1 steps, of which the last can cross nothing
    for k in range(half):
        laws[4][k] = 2 * stats.binom.pmf((length - 1 + 2 * k + 1) // 2, length - 1, 0.5)
    return laws


TESTS = (
    birthday_spacings,
    collision,
    gap,
    simple_poker,
    coupon_collector,
    maximum_of_six,
    weight_distribution,
    matrix_rank,
    hamming_independence,
    random_walk,
)


def battery(arrays):
    """All statistics of a sequence of numbers: name -> p-value (twice the smaller tail)."""
    source = Source(arrays)
    found = {}
    for test in TESTS:
        found |= test(source)
    return found


def again(arrays, test, times):
    """One test many times over: name -> the p-values together (Fisher's method)."""
    source = Source(arrays)
    found = [test(source) for _ in range(times)]
    return {
        f"{name}, {times} times": stats.combine_pvalues([one[name] for one in found]).pvalue
        for name in found[0]
    }


# --- generators of which it is known whether they are good --------------------------------------------


def of_numpy(kind, seed):
    """Numbers of one of numpy's bit generators."""
    generator = np.random.Generator(kind(seed))
    while True:
        yield generator.integers(0, 2**32, 2**20, dtype=np.uint32)


def congruences(modulus, factor, addend):
    """x <- factor · x + addend modulo a modulus up to 2^32; the first 32 binary digits of x / modulus."""
    state = 12345
    while True:
        numbers_, state = _congruences(modulus, factor, addend, state)
        yield numbers_


@numba.njit
def _congruences(modulus, factor, addend, state):
    found = np.empty(2**20, dtype=np.uint32)
    for i in range(found.shape[0]):
        state = (state * factor + addend) % modulus  # below 2^63 with the factors used here
        found[i] = np.uint32((np.uint64(state) << np.uint64(32)) // np.uint64(modulus))
    return found, state


KNOWN = {
    "PCG64DXSM (good)": lambda: of_numpy(np.random.PCG64DXSM, 1),
    "Philox4x64 of numpy (good)": lambda: of_numpy(np.random.Philox, 2),
    "MT19937 (good enough for these ten)": lambda: of_numpy(np.random.MT19937, 3),
    "SFC64 (good)": lambda: of_numpy(np.random.SFC64, 4),
    "RANDU: 2^31, 65539 (bad)": lambda: congruences(2**31, 65539, 0),
    "2^32, 69069, 1 (bad)": lambda: congruences(2**32, 69069, 1),
    "2^31 - 1, 16807 (bad)": lambda: congruences(2**31 - 1, 16807, 0),
}


def report(name, found):
    """One line for a sequence: how many statistics, the least p-value, and those below 1 in 500."""
    odd = "; ".join(f"{test} {p:.2g}" for test, p in found.items() if p < 2e-3)
    least = f"{len(found)} statistics, least {min(found.values()):.2g}"
    print(f"{name}: {least}; {odd or 'all above .002'}", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("order", nargs="?", choices=[*ORDERS, "run"])
    parser.add_argument("part", nargs="?", choices=PARTS)
    parser.add_argument("--keys", help="what record.py wrote")
    parser.add_argument("--check", action="store_true", help="good and bad generators instead")
    parser.add_argument("--again", choices=[test.__name__ for test in TESTS], help="one test many times over")
    parser.add_argument("--times", type=int, default=40)
    chosen = parser.parse_args()
    if chosen.check:
        for name, arrays in KNOWN.items():
            report(name, battery(arrays()))
    else:
        arrays = numbers(chosen.order, chosen.part, chosen.keys)
        found = again(arrays, globals()[chosen.again], chosen.times) if chosen.again else battery(arrays)
        report(f"{chosen.order}, {chosen.part}", found)
