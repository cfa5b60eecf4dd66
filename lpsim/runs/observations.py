"""Counts -> floats: every measure of a run, one division each, made when it is asked for."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from lpsim.errors import InputError
from lpsim.model.counts import one_of
from lpsim.model.payoffs import NK_UNIT, PAYOFFS
from lpsim.model.state import SLOTS
from lpsim.runs.groups import MEASURES_OF, measure_and_group
from lpsim.runs.measures import MEASURES, measures_of
from lpsim.runs.tables import Tables
from lpsim.scenario.learning_parameters import ROUTINES
from lpsim.scenario.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from lpsim.model.counts import Counts
    from lpsim.model.state import Structure
    from lpsim.population.teams import Teams
    from lpsim.scenario import Scenario

    Floats = NDArray[np.float64]

_OF_PRACTICES = {
    "collective_knowledge": "collective",
    "practice_knowledge": "memory",
    "known_by_someone": "someone",
    "known_by_most": "most",
    "in_practice_memory": "in_memory",
    "in_practice_memory_wrong": "wrong_in_memory",
}
_OF_TIERS = {
    "service_knowledge": "guidance",
    "in_service_guidance": "in_guidance",
    "in_service_guidance_wrong": "wrong_in_guidance",
}
_WRONG = {
    "wrongly": ("rightly", "staff"),
    "wrong_in_memory": ("in_memory", "memory"),
    "wrong_in_guidance": ("in_guidance", "guidance"),
}
_OF_STAFF = {"staff_knowledge": "staff", "staff_right": "rightly", "staff_wrong": "wrongly"}
_ALL = slice(None)
"""All practices."""
_OF_TIME = {f"time_{routine}": index for index, routine in enumerate(ROUTINES)}


class Counted:
    """What was counted of some runs, and of whom; sums are made of all the runs at once.

    Parameters
    ----------
    structure : Structure
        Of all runs.
    counts : Counts
        Stacked.
    teams : Teams, optional
        The staff of each run, where they are not those of the structure.
    """

    def __init__(self, structure: Structure, counts: Counts, teams: Teams | None = None) -> None:
        self.structure, self.counts = structure, counts
        headcounts = structure.headcounts[None] if teams is None else teams.headcounts
        self._team, self._people = headcounts.sum(axis=2), headcounts.sum(axis=1)
        self.staff: list[int] = self._people.sum(axis=1).tolist()
        self._sums: dict[tuple[str, int | None, int | None], NDArray[np.int64]] = {}
        self._shares: dict[tuple[str, int | None, int | None], Floats] = {}
        self._of_all: dict[str, Floats | None] = {}

    def people(self, run: int) -> tuple[int, NDArray[np.int64], NDArray[np.int64]]:
        """How many people a run has: in all, by practice and by role."""
        row = run % len(self.staff)
        return self.staff[row], self._team[row], self._people[row]

    def sums(self, name: str, members: slice = slice(None)) -> NDArray[np.int64]:
        """A count, over some practices or bodies (and roles), by run and observed step."""
        key = name, members.start, members.stop
        if key not in self._sums:
            if name in _WRONG:
                right, knowledge = (self.sums(of, members) for of in _WRONG[name])
                self._sums[key] = right - knowledge
            else:
                counts = getattr(self.counts, name)[:, :, members]
                self._sums[key] = counts.sum(axis=tuple(range(2, counts.ndim)), dtype=np.int64)
        return self._sums[key]

    def share(self, name: str, learners: Sequence[int], members: slice = slice(None)) -> Floats:
        """The sums as shares of what they could be, of so many learners: in each run, or in all."""
        key = name, members.start, members.stop
        if key not in self._shares:
            issues = self.counts.issue_most.shape[-1]
            sums = self.sums(name, members)
            self._shares[key] = sums / (np.resize(learners, len(sums))[:, None] * issues)
        return self._shares[key]

    def of_all(self, name: str) -> Floats | None:
        """A measure of all staff, all practices or the top tier, by run and step; None if it is no such."""
        if name not in self._of_all:
            self._of_all[name] = self._share_of_all(name)
        return self._of_all[name]

    def _share_of_all(self, name: str) -> Floats | None:
        if name in _OF_STAFF:
            return self.share(_OF_STAFF[name], self.staff)
        if name in _OF_PRACTICES:
            return self.share(_OF_PRACTICES[name], [self.structure.practices])
        return self.of_tier(name, len(self.structure.bodies) - 1) if name in _OF_TIERS else None

    def of_tier(self, name: str, tier: int) -> Floats:
        """A measure of the bodies of a tier, by run and step."""
        bodies = self.structure.bodies
        first = sum(bodies[:tier])
        return self.share(_OF_TIERS[name], [bodies[tier]], slice(first, first + bodies[tier]))


class Observations:
    """What was seen of a run: the measures of S observed states, from exact counts.

    Parameters
    ----------
    scenario : Scenario
    counted : Counted
        Of several runs.
    run : int
        Which of them.
    own : mapping
        By name, what functions of one's own gave: S values each.
    """

    def __init__(
        self,
        scenario: Scenario,
        counted: Counted,
        run: int,
        own: Mapping[str, Sequence[float]] = MappingProxyType({}),
    ) -> None:
        self._own = {name: np.array(values, dtype=np.float64) for name, values in own.items()}
        self._scenario, self._counted, self._run = scenario, counted, run
        self._staff, self._team, self._people = counted.people(run)
        self._domains, self._issues = scenario.world.domains, scenario.world.issues
        structure = counted.structure
        self._bodies, self._practice_kind = structure.bodies, structure.practice_kind
        self._roles, self._kinds, self._tiers = structure.roles, structure.kinds, structure.tiers
        self._names = structure.practice_names

    @cached_property
    def counts(self) -> Counts:
        """The counts of this run."""
        counts: Counts = one_of(self._counted.counts, self._run)
        return counts

    def column(self, name: str) -> NDArray[Any]:
        """``step`` or one of `lpsim.runs.measures.MEASURES` at the observed steps: shape (S,).

        Also a measure of a group (``"staff_knowledge[role: gp]"``; see `lpsim.runs.groups`). NaN where a
        measure has no meaning; `KeyError` where there is no such measure or group.
        """
        of_all = self._counted.of_all(name)
        if of_all is not None:
            of_run: Floats = of_all[self._run]
            return of_run
        of_group = measure_and_group(name)
        if of_group is not None:
            return self._of_group(*of_group)
        if name == "step":
            steps: NDArray[np.int64] = self._counted.counts.step[self._run]
            return steps
        if name in self._own:
            return self._own[name]
        if name in measures_of("practices"):
            return self._of(name, _ALL)
        if name not in MEASURES:
            raise KeyError(name)
        measure: Floats = getattr(self, f"_{name}")()
        return measure

    def tables(self, others: Mapping[str, pd.DataFrame]) -> Tables:
        """The tables of a run (see `lpsim.runs.run.Run`), and others that are made already."""
        makers = {"series": self._series, "groups": self._groups}
        return Tables(makers | {"practices": self._practice_table, "issues": self._issue_table}, others)

    # --- single measures --------------------------------------------------------------------------

    def _count(self, name: str) -> NDArray[Any]:
        """A count; what is held wrongly is what is held rightly less Σ belief · reality."""
        if name in _WRONG:
            right, knowledge = (getattr(self.counts, of) for of in _WRONG[name])
            return np.asarray(right - knowledge)
        return np.asarray(getattr(self.counts, name))

    def _of(self, name: str, members: Any) -> Floats:
        """A measure of some practices together, or of their staff."""
        if name in _OF_STAFF:
            return self._of_staff(name, members)
        if name in _OF_TIME:
            return self._time(name, members)
        if name == "time_moved":
            return _share(self._moved[:, members].sum(axis=1), self._moved[:, members].shape[1] * SLOTS)
        return self._learning_time(members) if name == "learning_time" else self._practices(name, members)

    def _of_staff(self, name: str, members: Any) -> Floats:
        sums = self._count(_OF_STAFF[name])[:, members].sum(axis=(1, 2), dtype=np.int64)
        return _share(sums, int(self._team[members].sum()) * self._issues)

    def _practices(self, name: str, members: Any) -> Floats:
        values = self._count(_OF_PRACTICES[name])[:, members]
        return _share(values.sum(axis=1, dtype=np.int64), values.shape[1] * self._issues)

    def _time(self, name: str, members: Any) -> Floats:
        slots = self.counts.slots[:, members, _OF_TIME[name]]
        return _share(slots.sum(axis=1, dtype=np.int64), slots.shape[1] * SLOTS)

    @cached_property
    def _moved(self) -> NDArray[np.int64]:
        """How many slots of each practice stand in another routine than at the first observation, (S, P)."""
        slots = self.counts.slots.astype(np.int64)
        moved: NDArray[np.int64] = np.abs(slots - slots[0]).sum(axis=2) // 2
        return moved

    def _learning_time(self, members: Any) -> Floats:
        kinds = np.bincount(self._practice_kind[members], minlength=len(self._kinds)).tolist()
        rows = [tuple(row) for row in self._time_of_kinds.tolist()]
        means = {row: _mean(row, kinds) for row in set(rows)}
        return np.array([means[row] for row in rows])

    @cached_property
    def _time_of_kinds(self) -> Floats:
        """The share of working time that practices of each kind have for learning, (S, kinds)."""
        settings, rows = Settings(self._scenario), []
        dates = sorted({change.at for change in self._scenario.interventions}, reverse=True)
        for step in self.counts.step.tolist():
            while dates and dates[-1] <= step:
                settings.advance(dates.pop())
            times = [of_kind.protected_time for of_kind in settings.by_kind]
            rows.append([time.share if time.enabled else time.base for time in times])
        return np.array(rows, dtype=np.float64)

    def _assumptions_right_staff(self) -> Floats:
        return _share(self.counts.right_staff, self._staff * self._domains)

    def _assumptions_right_practice(self) -> Floats:
        return _share(self.counts.right_practices, len(self._team) * self._domains)

    def _assumptions_right_service(self) -> Floats:
        return _share(self.counts.right_top, self._bodies[-1] * self._domains)

    def _practice_spread(self) -> Floats:
        """Population standard deviation of the memories' knowledge, from exact sums."""
        practices, memory = len(self._team), self.counts.memory.astype(np.int64)
        total, squares = memory.sum(axis=1), (memory**2).sum(axis=1)
        spread: Floats = np.sqrt(practices * squares - total * total) / (practices * self._issues)
        return spread

    def _agreement(self) -> Floats:
        """Mean over practices; those of one size are summed first, and exactly."""
        order = np.argsort(self._team, kind="stable")
        sizes, first = np.unique(self._team[order], return_index=True)
        sums = np.add.reduceat(self.counts.agreement[:, order], first, axis=1, dtype=np.int64)
        totals = np.array([math.fsum(row) for row in (sums / sizes).tolist()])
        return totals / (len(self._team) * self._issues)

    def _performance(self) -> Floats:
        c = self.counts
        audited = np.where(c.step > 0, c.audited, 0)
        payoff = PAYOFFS[self._scenario.judgement.payoff]
        one = NK_UNIT if payoff.of_greatest else self._issues
        whole = payoff.of_greatest or payoff.of_all_issues
        most = self._staff * (np.where(audited > 0, one, 0) if whole else audited)
        judged = most > 0
        performance = np.full(len(most), math.nan)
        performance[judged] = c.performance[judged] / most[judged]
        return performance

    # --- tables -----------------------------------------------------------------------------------

    def _series(self) -> pd.DataFrame:
        return _frame({name: self.column(name) for name in ("step", *self.names)})

    @property
    def names(self) -> tuple[str, ...]:
        """The columns of the series after ``step``: measures, then what is of one's own."""
        return (*MEASURES, *self._own)

    def _groups(self) -> pd.DataFrame:
        """Rows by role, by kind of practice where there are kinds, and by tier."""
        groups, steps = self._named_groups, self.counts.step
        none = np.full(len(steps), math.nan)
        columns: dict[str, Any] = {
            "step": np.repeat(steps, len(groups)),
            "group": list(groups) * len(steps),
        }
        for name in measures_of("groups"):
            each = [self._of_group(name, of) if name in MEASURES_OF[groups[of][0]] else none for of in groups]
            columns[name] = np.stack(each, axis=1).ravel()
        return _frame(columns)

    @cached_property
    def _named_groups(self) -> dict[str, tuple[str, int]]:
        """What each group is one of, and its number among those."""
        kinds = self._kinds if len(self._kinds) > 1 else ()
        those = {"role": self._roles, "kind": kinds, "tier": self._tiers}
        return {
            f"{what}: {name}": (what, number)
            for what, names in those.items()
            for number, name in enumerate(names)
        }

    def _of_group(self, measure: str, group: str) -> Floats:
        """One measure of one group, which is all that is made; `KeyError` where there is none."""
        what, number = self._named_groups[group]
        if measure not in MEASURES_OF[what]:
            raise KeyError(measure)
        if what == "role":
            sums = self._count(_OF_STAFF[measure])[:, :, number].sum(axis=1, dtype=np.int64)
            return _share(sums, int(self._people[number]) * self._issues)
        if what == "kind":
            return self._of(measure, self._practice_kind == number)
        of_tier: Floats = self._counted.of_tier(measure, number)[self._run]
        return of_tier

    def _practice_table(self) -> pd.DataFrame:
        import pandas as pd  # noqa: PLC0415 (slow to import, and not every run is made a table of)

        c, steps = self.counts, len(self.counts.step)
        columns: dict[str, Any] = {"step": np.repeat(c.step, len(self._names))}
        codes = np.tile(np.arange(len(self._names)), steps)
        columns["practice"] = pd.Categorical.from_codes(codes, categories=pd.Index(self._names))
        views = self._team * self._issues
        known = {name: self._count(of).sum(axis=2, dtype=np.int64) / views for name, of in _OF_STAFF.items()}
        known |= {name: self._count(of) / self._issues for name, of in _OF_PRACTICES.items()}
        known |= {name: c.slots[:, :, routine] / SLOTS for name, routine in _OF_TIME.items()}
        known["time_moved"] = self._moved / SLOTS
        known["learning_time"] = self._time_of_kinds[:, self._practice_kind]
        columns |= {name: known[name].ravel() for name in measures_of("practices")}
        return _frame(columns)

    def _issue_table(self) -> pd.DataFrame:
        c = self.counts
        columns: dict[str, Any] = {
            "step": np.repeat(c.step, self._issues),
            "issue": np.tile(np.arange(self._issues), len(c.step)),
        }
        counted = {"known_by_most": c.issue_most, "in_practice_memory": c.issue_memory}
        columns |= {name: counted[name].ravel() / len(self._names) for name in measures_of("issues")}
        return _frame(columns)


def see_that_names_are_free(names: Iterable[str]) -> None:
    """Raises `InputError` at a name of what is observed that a column has already."""
    for name in names:
        if name in MEASURES or name in ("step", "group", "practice", "issue"):
            raise InputError(f"observe.{name}: is a column already; give it another name.")


def _frame(columns: dict[str, Any]) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415

    return pd.DataFrame(columns)


def _mean(values: Sequence[float], weights: Sequence[int]) -> float:
    """Their mean, so many of each: the double that is nearest; NaN of none."""
    exact = (Fraction(value) * weight for value, weight in zip(values, weights, strict=True))
    return float(sum(exact) / sum(weights)) if any(weights) else math.nan


def _share(part: NDArray[Any], whole: int) -> Floats:
    shares: Floats = part / whole if whole else np.full(len(part), math.nan)
    return shares
