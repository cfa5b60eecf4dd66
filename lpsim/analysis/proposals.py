"""Where a calibration tries next: evenly at first, then where targets may be met.

Points are shares of the ranges of the keys, 0 to 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

from lpsim.sweeps.design.sampling import even_shares

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

CANDIDATES = 2**15
"""So many are looked at, of which some become points."""
LEAST = 2.0
"""A quadratic is fitted where there are so many times the points that it has terms, else a plane."""
WIDEN = 2.0
"""Times the covariance of what was accepted: that of the steps from one of them (Beaumont et al. 2009)."""


class Proposal(Protocol):
    """Proposes points of so many dimensions."""

    def draw(self, count: int, *, seed: int, wave: int) -> Floats:
        """At most so many points, (n, dimensions)."""

    def density(self, shares: Floats) -> Floats:
        """How likely it is to propose each of some points, against doing so evenly; (n,)."""


class Even:
    """Proposes points evenly spread."""

    def __init__(self, dimensions: int) -> None:
        self.dimensions = dimensions

    def draw(self, count: int, *, seed: int, wave: int) -> Floats:
        """So many points of a Sobol' sequence."""
        return even_shares(count, self.dimensions, seed=seed, draw=wave)

    def density(self, shares: Floats) -> Floats:
        """The same everywhere."""
        return np.ones(len(shares))


class Region:
    """Proposes points that an emulator does not rule out: history matching (Craig et al. 1997).

    The emulator is a quadratic in all keys for each target, fitted to the points simulated so far; those that
    come close to the target count most. How far it errs is taken from the points it was fitted without
    (leave-one-out). A point is ruled out where a target lies further off than `cutoff` standard deviations of
    target and emulator together.

    Parameters
    ----------
    shares : array, (points, dimensions)
        Simulated so far.
    values : array, (points, targets)
        What came of them.
    centres, spreads : array, (targets,)
        The targets and their standard deviations.
    cutoff : float
        Standard deviations.
    """

    def __init__(
        self, shares: Floats, values: Floats, centres: Floats, spreads: Floats, *, cutoff: float
    ) -> None:
        self._centres, self._spreads, self._cutoff = centres, spreads, cutoff
        terms = 1 + shares.shape[1] * (shares.shape[1] + 3) // 2
        self._quadratic = len(shares) >= LEAST * terms
        columns = self._terms(shares)
        fits = [
            _fit(columns, value, (value - centre) / spread / cutoff)
            for value, centre, spread in zip(values.T, centres, spreads, strict=True)
        ]
        self._weights = np.array([weights for weights, _ in fits]).T
        self._errors = np.array([error for _, error in fits])
        self._volume = 1.0
        self._widest = cutoff

    def draw(self, count: int, *, seed: int, wave: int) -> Floats:
        """So many points that are not ruled out, evenly; where those are too few, the nearest to them."""
        candidates = even_shares(CANDIDATES, self._dimensions, seed=seed, draw=wave)
        off = self.off(candidates)
        self._widest = max(self._cutoff, float(np.partition(off, count - 1)[count - 1]))
        inside = off <= self._widest
        self._volume = float(inside.mean())
        return candidates[inside][:count]

    def density(self, shares: Floats) -> Floats:
        """The same wherever a point is not ruled out."""
        return (self.off(shares) <= self._widest) / self._volume

    def off(self, shares: Floats) -> Floats:
        """How far points are from the targets, in standard deviations of the furthest."""
        predicted = self._terms(shares) @ self._weights
        apart = np.abs(predicted - self._centres) / np.hypot(self._spreads, self._errors)
        off: Floats = apart.max(axis=1)
        return off

    def _terms(self, shares: Floats) -> Floats:
        x = 2 * shares - 1
        self._dimensions = x.shape[1]
        columns = [np.ones(len(x)), *x.T]
        if self._quadratic:
            columns += [x[:, i] * x[:, j] for i in range(x.shape[1]) for j in range(i, x.shape[1])]
        return np.stack(columns, axis=1)


def _fit(columns: Floats, values: Floats, off: Floats) -> tuple[Floats, float]:
    """The weights of a least-squares fit, and its error at points that it was made without."""
    known = np.isfinite(values)
    if not known.any():
        return np.zeros(columns.shape[1]), np.inf
    x, y = columns[known], values[known]
    weight = 1 / (1 + off[known] ** 2)
    root = np.sqrt(weight)[:, None]
    ridge = 1e-6 * np.eye(x.shape[1])
    inverse = np.linalg.inv((x * root).T @ (x * root) + ridge)
    fitted = inverse @ (x.T @ (weight * y))
    leverage = np.einsum("ij,jk,ik->i", x * root, inverse, x * root)
    left_out = (y - x @ fitted) / np.maximum(1 - leverage, 0.1)
    return fitted, float(np.sqrt(np.average(left_out**2, weights=weight)))


class Steps:
    """Proposes a step from one of the points accepted: population Monte Carlo (Beaumont et al. 2009).

    Parameters
    ----------
    shares : array, (points, dimensions)
        Those accepted.
    weights : array, (points,)
        How much each counts; they add up to 1.
    """

    def __init__(self, shares: Floats, weights: Floats) -> None:
        self._shares, self._weights = shares, weights
        centred = shares - weights @ shares
        covariance = WIDEN * (centred * weights[:, None]).T @ centred + 1e-8 * np.eye(shares.shape[1])
        self._root = np.linalg.cholesky(covariance)
        self._inside = 1.0

    def draw(self, count: int, *, seed: int, wave: int) -> Floats:
        """At most so many points, none outside the ranges."""
        from scipy.special import ndtri  # noqa: PLC0415

        drawn = even_shares(16 * count, self._shares.shape[1] + 1, seed=seed, draw=wave)
        drawn = np.clip(drawn, 1e-9, 1 - 1e-9)
        parents = np.searchsorted(np.cumsum(self._weights), drawn[:, 0]).clip(0, len(self._weights) - 1)
        proposed = (self._shares[parents] + ndtri(drawn[:, 1:]) @ self._root.T).round(9)
        inside = ((proposed >= 0) & (proposed <= 1)).all(axis=1)
        self._inside = float(inside.mean())
        some: Floats = proposed[inside][:count]
        return some

    def density(self, shares: Floats) -> Floats:
        """The mixture of the steps from all points accepted, within the ranges."""
        inverse = np.linalg.inv(self._root)
        apart = (shares[:, None, :] - self._shares) @ inverse.T
        norm = np.abs(np.diag(inverse)).prod() / (2 * np.pi) ** (shares.shape[1] / 2)
        mixture: Floats = np.exp(-0.5 * (apart**2).sum(axis=2)) @ self._weights
        scale = float(norm) / max(self._inside, 1e-9)
        density: Floats = mixture * scale
        return density
