"""Practices, drawn or read: how many people of each role work where, and how that is known."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np

from lpsim.errors import InputError
from lpsim.model.draws import Draws, Stream
from lpsim.model.philox import philox
from lpsim.model.schedule import Level
from lpsim.model.state import uid
from lpsim.population.network_files import NetworkFile, read_network
from lpsim.population.workforce import Workforce, read_workforce

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from lpsim.scenario import Scenario


@dataclass(frozen=True)
class Practices:
    """Names, headcounts (P, roles) and codes of the practices, before anybody has a uid."""

    names: tuple[str, ...]
    headcounts: NDArray[np.int64]
    workforce: Workforce | None
    report: dict[str, Any]


class PracticeMaker:
    """Makes the practices of a scenario for any seed; a workforce table is read once, when it is needed."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self._table: tuple[Workforce, int] | None = None
        population = scenario.population
        whole = all(role.headcount % 1 == 0 for role in scenario.roles.values())
        self.undrawn = population.workforce is None and whole and population.spread == 0
        """Whether chance has no part in the practices."""
        self._made: Practices | None = None

    @cached_property
    def network_file(self) -> NetworkFile | None:
        """The file that says who is tied to whom among practices, where there is one."""
        network = self.scenario.network
        path = network.file if network.practices == "file" and not self._peers_by_code else None
        return read_network(Path(path)) if path else None

    @property
    def _peers_by_code(self) -> bool:
        """Whether a column of the workforce table says who are peers, whatever else is said."""
        return bool(self.scenario.population.workforce and self.scenario.network.column)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of practices that are drawn: those in the network file, or numbers from 0."""
        practices = self.scenario.population.practices
        if practices != "file":
            return tuple(str(number) for number in range(practices))
        assert self.network_file is not None
        return self.network_file.practices()

    def make(self, draws: Draws) -> Practices:
        """Draw the practices, or take them from the scenario's workforce table.

        Raises
        ------
        InputError
            The table cannot be read, or lacks what the scenario asks of it.
        """
        if self.scenario.population.workforce is None:
            if self._made is not None:
                return self._made
            headcounts = self.headcounts([draws])[0]
            told = {"source": "drawn", "spread": self.scenario.population.spread}
            made = Practices(self.names, headcounts, None, told)
            if self.undrawn:
                self._made = made
            return made
        self._table = self._table or _read_table(self.scenario)
        return _practices_of(self.scenario, draws, *self._table)

    def headcounts(self, draws: Sequence[Draws]) -> NDArray[np.int64]:
        """The headcounts that each run draws where no table gives any, (S, P, R)."""
        return _drawn_headcounts(self.scenario, draws, len(self.names))


def _drawn_headcounts(scenario: Scenario, draws: Sequence[Draws], practices: int) -> NDArray[np.int64]:
    """The headcounts that each run draws, (S, P, R)."""
    words = _words(draws, Stream.POPULATION_SIZE, practice_uids(practices))
    sizes = _size_factors(words.ravel(), scenario.population.spread).reshape(words.shape)
    expected = np.array([role.headcount for role in scenario.roles.values()]) * sizes[:, :, None]
    headcounts = _rounded(draws, expected)
    _nobody_left_out(headcounts)
    return headcounts


def _size_factors(words: NDArray[np.uint64], spread: float) -> NDArray[np.float64]:
    """Log-normal factors of mean 1: ``exp(σz - σ²/2)`` with σ² = ln(1 + spread²), one for each word."""
    variance = math.log(1.0 + spread**2)
    sigma = math.sqrt(variance)
    quantile = NormalDist().inv_cdf
    # The middle of the word's cell, so that neither 0 nor 1 is asked for.
    shares = ((word + 0.5) / 2.0**64 for word in words.tolist())
    return np.array([math.exp(sigma * quantile(min(p, 1 - 2.0**-53)) - variance / 2) for p in shares])


def practice_uids(count: int) -> NDArray[np.uint64]:
    """The uids of practices 0 … count - 1."""
    return np.uint64(uid(Level.PRACTICE)) + (np.arange(count, dtype=np.uint64) << np.uint64(24))


def _rounded(draws: Sequence[Draws], expected: NDArray[np.float64]) -> NDArray[np.int64]:
    """Round up with the probability of the fraction, by key: shape of `expected`, (S, P, R)."""
    whole = np.floor(expected)
    uids = practice_uids(expected.shape[1])[:, None] + (np.arange(expected.shape[2], dtype=np.uint64) << 16)
    words = _words(draws, Stream.POPULATION_ROUNDING, uids.ravel()).reshape(expected.shape)
    limits = ((expected - whole) * 2.0**64).astype(np.uint64)
    headcounts: NDArray[np.int64] = whole.astype(np.int64) + (words < limits)
    return headcounts


def _words(draws: Sequence[Draws], stream: int, uids: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The word that each run draws for each uid, (S, uids)."""
    if len(draws) == 1:  # of which there may be very many, for compiled code
        return draws[0].words(stream, 0, uids)[None]
    keys = np.array([of_run.seed for of_run in draws], dtype=np.uint64)[:, None]
    words: NDArray[np.uint64] = philox(uids, np.uint64(stream << 16), keys)[0]
    return words


def _nobody_left_out(headcounts: NDArray[np.int64]) -> int:
    """Give a practice without anybody one person of the first role; how many there were."""
    empty = headcounts.sum(axis=-1) == 0
    headcounts[empty, 0] = 1
    return int(empty.sum())


def _read_table(scenario: Scenario) -> tuple[Workforce, int]:
    """The practices of the scenario's table, and how many have no code in a tier and are left out."""
    population = scenario.population
    columns = [tier.column for tier in population.tiers] + [scenario.network.column]
    workforce = read_workforce(
        Path(population.workforce or ""),
        practice=population.practice,
        patients=population.patients,
        figures=[role.column for role in scenario.roles.values() if role.column],
        codes=[column for column in columns if column],
        keep=population.filter,
    )
    return _with_tier_codes(workforce, [c for c in columns[:-1] if c])


def _practices_of(scenario: Scenario, draws: Draws, workforce: Workforce, without_code: int) -> Practices:
    expected, drawn = _expected_people(scenario, workforce)
    headcounts = _rounded([draws], expected[None])[0]
    empty = _nobody_left_out(headcounts)
    report = {
        "source": "table",
        "table": workforce.report.as_dict(),
        "headcounts": _how_known(expected, drawn),
        "list_sizes_known": _mean_list_size(workforce.patients) > 0,
        "left_empty": empty,
        "left_out_without_code": without_code,
    }
    return Practices(workforce.codes, headcounts, workforce, report)


def _with_tier_codes(workforce: Workforce, columns: list[str]) -> tuple[Workforce, int]:
    """The practices whose codes name a body in every tier, and how many have none."""
    coded = [all(workforce.labels[c][p] is not None for c in columns) for p in range(len(workforce.codes))]
    if all(coded):
        return workforce, 0
    if not any(coded):
        raise InputError(
            f"population.tiers: no practice of the table has a code in each of {', '.join(columns)}; "
            "name other columns."
        )
    kept = np.flatnonzero(coded)
    workforce = replace(
        workforce,
        codes=tuple(workforce.codes[p] for p in kept),
        patients=workforce.patients[kept],
        figures={column: values[kept] for column, values in workforce.figures.items()},
        labels={c: tuple(labels[p] for p in kept) for c, labels in workforce.labels.items()},
    )
    return workforce, len(coded) - len(kept)


def _expected_people(
    scenario: Scenario, workforce: Workforce
) -> tuple[NDArray[np.float64], dict[str, NDArray[np.bool_]]]:
    """People by role, (P, roles), and per role where its figure was not read but drawn."""
    sizes = _list_sizes(workforce.patients)
    columns, drawn = [], {}
    for name, role in scenario.roles.items():
        none = np.full(len(sizes), np.nan)
        figures = workforce.figures.get(role.column or "", none) * role.people
        known = ~np.isnan(figures)
        # Around the table's own mean per patient, or the scenario's headcount at the mean list size.
        mean = role.headcount
        if known.any() and sizes[known].sum() > 0:
            mean = float(figures[known].sum() / sizes[known].sum())
        columns.append(np.where(known, figures, sizes * mean))
        drawn[name] = ~known
    return np.column_stack(columns), drawn


def _list_sizes(patients: NDArray[np.float64]) -> NDArray[np.float64]:
    """List sizes in units of their mean; a size not known counts as the mean."""
    mean = _mean_list_size(patients)
    return np.where(np.isnan(patients), 1.0, patients / mean) if mean > 0 else np.ones(len(patients))


def _mean_list_size(patients: NDArray[np.float64]) -> float:
    """The mean of the sizes that are known; 0 where none is."""
    known = ~np.isnan(patients)
    return float(patients[known].mean()) if known.any() else 0.0


def _how_known(
    expected: NDArray[np.float64], drawn: dict[str, NDArray[np.bool_]]
) -> dict[str, dict[str, int]]:
    """By role, how many headcounts were read, how many of these rounded, and how many drawn."""
    counts = {}
    for column, (name, modelled) in enumerate(drawn.items()):
        figures = expected[~modelled, column]
        rounded = int((figures != np.floor(figures)).sum())
        counts[name] = {"read": len(figures), "rounded": rounded, "drawn": int(modelled.sum())}
    return counts
