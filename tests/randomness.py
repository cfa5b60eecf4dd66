"""Statistics of a sequence of words, each with the probability of one as odd, were the words random.

Every statistic takes words (uint64, shape (n,)) and returns a p-value: twice the smaller tail, so that
what is too even is found as well as what is too uneven. What it looks at is said in its docstring.
"""

import math

import numba
import numpy as np
from scipy import stats

from lpsim.model.jit import popcount


def two_sided(below, above):
    """The p-value of a value that is as low with probability `below` and as high with probability `above`."""
    return min(1.0, 2 * min(below, above))


def chi_square(observed, expected):
    """Counts against expected counts; together they are one fewer than free."""
    value = float(((observed - expected) ** 2 / expected).sum())
    return _of_chi(value, observed.size - 1)


def _of_chi(value, freedom):
    return two_sided(stats.chi2.cdf(value, freedom), stats.chi2.sf(value, freedom))


def scores(z):
    """Independent standard normal variables: their sum of squares, and the largest alone."""
    largest = -math.expm1(z.size * math.log1p(-min(2 * stats.norm.sf(np.abs(z).max()), 1 - 1e-16)))
    return min(1.0, 2 * min(_of_chi(float((z**2).sum()), z.size), largest))


def rate(successes, trials, probability):
    """How often something happened, of independent trials (exact)."""
    law = stats.binom(trials, probability)
    return two_sided(law.cdf(successes), law.sf(successes - 1))


def each_bit(words, chance=0.5):
    """How often each bit is set."""
    return scores((_counts(words) - len(words) * chance) / math.sqrt(len(words) * chance * (1 - chance)))


def bits_together(words, chance=0.5):
    """How many bits of a word are set."""
    return binomial(np.bitwise_count(words), 64, chance)


def binomial(counts, trials, chance):
    """Counts against the binomial law, with the ends of it put together so that each cell is well filled."""
    expected = stats.binom.pmf(np.arange(trials + 1), trials, chance) * len(counts)
    observed = np.bincount(counts, minlength=trials + 1)
    full = np.flatnonzero(expected >= 25)
    cells = np.clip(np.arange(trials + 1), full[0], full[-1])
    return chi_square(*(np.bincount(cells, x)[full[0] :] for x in (observed, expected)))


def avalanche(words, chance=0.5):
    """In how many bits neighbours differ: 32 on average."""
    return bits_together(words[1:] ^ words[:-1], 2 * chance * (1 - chance))


def each_flip(words, chance=0.5):
    """How often each bit differs between neighbours."""
    return each_bit(words[1:] ^ words[:-1], 2 * chance * (1 - chance))


def bits_across(words, chance=0.5):
    """Whether any bit of a word goes with any bit of its neighbour: 4,096 pairs."""
    return scores(_covariances(words[1:], words[:-1], chance).ravel())


def bits_within(words, chance=0.5):
    """Whether any two bits of a word go together: 2,016 pairs."""
    return scores(_covariances(words, words, chance)[np.triu_indices(64, 1)])


def _covariances(words, others, chance):
    """Of each bit with each, in standard deviations: shape (64, 64)."""
    count = len(words) // 64 * 64
    words, others = words[:count], others[:count]
    alone = _counts(words)[:, None] + _counts(others)[None, :]
    together = _both(words, others) - chance * alone + count * chance**2
    return together / (math.sqrt(count) * chance * (1 - chance))


@numba.njit
def _counts(words):
    counts = np.zeros(64, dtype=np.int64)
    for word in words:
        for bit in range(64):
            counts[bit] += np.int64((word >> np.uint64(bit)) & np.uint64(1))
    return counts


@numba.njit
def _both(words, others):
    """How often bit i of a word and bit j of the other are both set: shape (64, 64)."""
    counts = np.zeros((64, 64), dtype=np.int64)
    for start in range(0, len(words), 64):
        across, down = _transposed(words, start), _transposed(others, start)
        for i in range(64):
            for j in range(64):
                counts[i, j] += popcount(across[i] & down[j])
    return counts


@numba.njit
def _transposed(words, start):
    """Row i of 64 words as columns: bit k is bit i of the word start + k."""
    rows = np.zeros(64, dtype=np.uint64)
    for k in range(64):
        for i in range(64):
            rows[i] |= ((words[start + k] >> np.uint64(i)) & np.uint64(1)) << np.uint64(k)
    return rows


def _pairs(halves):
    return chi_square(np.bincount(halves[::2] << 8 | halves[1::2], minlength=2**16), len(halves) / 2**17)


def pairs_of_upper_bytes(words):
    """The upper bytes of two neighbours: 65,536 cells."""
    return _pairs((words >> np.uint64(56)).astype(np.int64))


def pairs_of_lower_bytes(words):
    """The lower bytes of two neighbours: 65,536 cells."""
    return _pairs((words & np.uint64(255)).astype(np.int64))


def lags(words):
    """Correlations of words, as numbers, with those 1 to 64 places on."""
    centred = (words / 2.0**64 - 0.5) * math.sqrt(12)
    products = [(centred[lag:] * centred[:-lag]).sum() / math.sqrt(len(words) - lag) for lag in range(1, 65)]
    return scores(np.array(products))


def runs(words):
    """Lengths of runs upwards (Knuth 1998, 3.3.2).

    The word after each run is left out, so that the lengths are independent.
    """
    lengths = _run_lengths(words)
    longest = 6
    law = np.array([r / math.factorial(r + 1) for r in range(1, longest)])
    law = np.append(law, 1 - law.sum())
    observed = np.bincount(np.minimum(lengths, longest), minlength=longest + 1)[1:]
    return chi_square(observed, law * len(lengths))


@numba.njit
def _run_lengths(words):
    lengths = np.empty(len(words), dtype=np.int64)
    found, i = 0, 0
    while i < len(words) - 32:  # the last run would be cut short
        length = 1
        while words[i + length] > words[i + length - 1]:
            length += 1
        lengths[found] = length
        found += 1
        i += length + 1
    return lengths[:found]


def birthdays(words):
    """Equal spacings among the upper 32 bits of 4,096 words, and among the lower (Marsaglia 1985)."""
    days, count = 32, 4096
    halves = (words >> np.uint64(32), words & np.uint64(2**32 - 1))
    equal = 0
    for half in halves:
        years = np.sort(half[: len(half) // count * count].reshape(-1, count), axis=1)
        spacings = np.sort(np.diff(years, axis=1), axis=1)
        equal += int((np.diff(spacings, axis=1) == 0).sum())
    expected = 2 * (len(words) // count) * count**3 / 2 ** (days + 2)
    law = stats.poisson(expected)
    return two_sided(law.cdf(equal), law.sf(equal - 1))


def ranks(words):
    """Ranks of 64 × 64 matrices of bits: finds whatever is linear in bits (Marsaglia & Tsay 1985)."""
    full = math.prod(1 - 2.0**-i for i in range(1, 65))
    one_less = 2 * full
    found = ranks_of(words[: len(words) // 64 * 64].reshape(-1, 64).copy())
    observed = np.array([(found == 64).sum(), (found == 63).sum(), (found < 63).sum()])
    return chi_square(observed, np.array([full, one_less, 1 - full - one_less]) * len(found))


@numba.njit
def ranks_of(matrices):
    """Ranks of square matrices of bits, a word per row; the matrices are used up."""
    size = matrices.shape[1]
    found = np.zeros(len(matrices), dtype=np.int64)
    for m in range(len(matrices)):
        rows = matrices[m]
        rank = 0
        for column in range(size):
            pivot = rank
            while pivot < size and not (rows[pivot] >> np.uint64(column)) & np.uint64(1):
                pivot += 1
            if pivot == size:
                continue
            rows[rank], rows[pivot] = rows[pivot], rows[rank]
            for row in range(rank + 1, size):
                if (rows[row] >> np.uint64(column)) & np.uint64(1):
                    rows[row] ^= rows[rank]
            rank += 1
        found[m] = rank
    return found


STATISTICS = {
    f.__name__.replace("_", " "): f
    for f in (
        each_bit,
        bits_together,
        bits_within,
        avalanche,
        each_flip,
        bits_across,
        pairs_of_upper_bytes,
        pairs_of_lower_bytes,
        lags,
        runs,
        birthdays,
        ranks,
    )
}
