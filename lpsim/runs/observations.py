"""Counts -> floats: every measure of a run, one division each, made when it is asked for."""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from lpsim.model.counts import one_of
from lpsim.runs.groups import measure_and_group
from lpsim.runs.measures import MEASURES, measures_of
from lpsim.runs.tables import Tables

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from lpsim.model.counts import Counts
    from lpsim.model.state import Structure

    Floats = NDArray[np.float64]

_OF_PRACTICES = {
    "collective_knowledge": "collective",
    "practice_knowledge": "memory",
    "known_by_someone": "someone",
    "known_by_most": "most",
    "in_practice_memory": "in_memory",
}
_OF_TIERS = {"service_knowledge": "guidance", "in_service_guidance": "in_guidance"}


class Observations:
    """What was seen of a run: the measures of S observed states, from exact counts.

    Parameters
    ----------
    structure : Structure
    stacked : Counts
        Of several runs.
    run : int
        Which of them.
    domains : int
        K; without domains nothing is said of assumptions.
    of_all_issues : bool
        Whether the payoff's performance is a share of all issues, not of those audited.
    """

    def __init__(
        self, structure: Structure, stacked: Counts, run: int, *, domains: int, of_all_issues: bool
    ) -> None:
        self._stacked, self._run = stacked, run
        self._domains, self._of_all_issues = domains, of_all_issues
        self._issues = len(structure.norm)
        self._staff, self._bodies = structure.staff, structure.bodies
        self._team = np.diff(structure.first_staff)
        self._roles, self._kinds, self._tiers = structure.roles, structure.kinds, structure.tiers
        self._staff_role, self._practice_kind = structure.staff_role, structure.practice_kind
        self._names = structure.practice_names

    @cached_property
    def counts(self) -> Counts:
        """The counts of this run."""
        counts: Counts = one_of(self._stacked, self._run)
        return counts

    def column(self, name: str) -> NDArray[Any]:
        """``step`` or one of `lpsim.runs.measures.MEASURES` at the observed steps: shape (S,).

        Also a measure of a group (``"staff_knowledge[role: gp]"``; see `lpsim.runs.groups`). NaN where a
        measure has no meaning; `KeyError` where there is no such measure or group.
        """
        of_group = measure_and_group(name)
        if of_group is not None:
            what, group = of_group
            return self._by_group[group][what]
        if name == "step":
            return self.counts.step
        if name in _OF_PRACTICES:
            return self._practices(name)
        if name in _OF_TIERS:
            return self._tier(name, len(self._tiers) - 1)
        if name not in MEASURES:
            raise KeyError(name)
        measure: Floats = getattr(self, f"_{name}")()
        return measure

    def tables(self, others: Mapping[str, pd.DataFrame]) -> Tables:
        """The tables of a run (see `lpsim.runs.run.Run`), and others that are made already."""
        makers = {"series": self._series, "groups": self._groups}
        return Tables(makers | {"practices": self._practice_table, "issues": self._issue_table}, others)

    # --- single measures --------------------------------------------------------------------------

    def _staff_knowledge(self) -> Floats:
        return _share(self.counts.staff.sum(axis=(1, 2), dtype=np.int64), self._staff * self._issues)

    def _practices(self, name: str, members: Any = slice(None)) -> Floats:
        values = getattr(self.counts, _OF_PRACTICES[name])[:, members]
        return _share(values.sum(axis=1, dtype=np.int64), values.shape[1] * self._issues)

    def _tier(self, name: str, tier: int) -> Floats:
        first = sum(self._bodies[:tier])
        values = getattr(self.counts, _OF_TIERS[name])[:, first : first + self._bodies[tier]]
        return _share(values.sum(axis=1, dtype=np.int64), self._bodies[tier] * self._issues)

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
        most = np.where(c.audited > 0, self._issues if self._of_all_issues else c.audited, 0)
        most = np.where(c.step > 0, most, 0) * self._staff
        judged = most > 0
        performance = np.full(len(most), math.nan)
        performance[judged] = c.performance[judged] / most[judged]
        return performance

    # --- tables -----------------------------------------------------------------------------------

    def _series(self) -> pd.DataFrame:
        return _frame({name: self.column(name) for name in ("step", *MEASURES)})

    def _groups(self) -> pd.DataFrame:
        """Rows by role, by kind of practice where there are kinds, and by tier."""
        groups = self._by_group
        steps, none = self.counts.step, np.full(len(self.counts.step), math.nan)
        columns: dict[str, Any] = {
            "step": np.repeat(steps, len(groups)),
            "group": list(groups) * len(steps),
        }
        for name in measures_of("groups"):
            columns[name] = np.stack([of.get(name, none) for of in groups.values()], axis=1).ravel()
        return _frame(columns)

    @cached_property
    def _by_group(self) -> dict[str, dict[str, Floats]]:
        return self._by_role() | self._by_kind() | self._by_tier()

    def _by_role(self) -> dict[str, dict[str, Floats]]:
        people = np.bincount(self._staff_role, minlength=len(self._roles))
        sums = self.counts.staff.sum(axis=1, dtype=np.int64)
        return {
            f"role: {name}": {"staff_knowledge": _share(sums[:, role], int(people[role]) * self._issues)}
            for role, name in enumerate(self._roles)
        }

    def _by_kind(self) -> dict[str, dict[str, Floats]]:
        groups = {}
        for kind, name in enumerate(self._kinds if len(self._kinds) > 1 else ()):
            members = self._practice_kind == kind
            sums = self.counts.staff[:, members].sum(axis=(1, 2), dtype=np.int64)
            known = _share(sums, int(self._team[members].sum()) * self._issues)
            others = {measure: self._practices(measure, members) for measure in _OF_PRACTICES}
            groups[f"kind: {name}"] = {"staff_knowledge": known, **others}
        return groups

    def _by_tier(self) -> dict[str, dict[str, Floats]]:
        return {
            f"tier: {name}": {measure: self._tier(measure, tier) for measure in _OF_TIERS}
            for tier, name in enumerate(self._tiers)
        }

    def _practice_table(self) -> pd.DataFrame:
        import pandas as pd  # noqa: PLC0415 (slow to import, and not every run is made a table of)

        c, steps = self.counts, len(self.counts.step)
        columns: dict[str, Any] = {"step": np.repeat(c.step, len(self._names))}
        codes = np.tile(np.arange(len(self._names)), steps)
        columns["practice"] = pd.Categorical.from_codes(codes, categories=pd.Index(self._names))
        people = c.staff.sum(axis=2, dtype=np.int64) / (self._team * self._issues)
        known = {"staff_knowledge": people}
        known |= {name: getattr(c, counted) / self._issues for name, counted in _OF_PRACTICES.items()}
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


def _frame(columns: dict[str, Any]) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415

    return pd.DataFrame(columns)


def _share(part: NDArray[Any], whole: int) -> Floats:
    shares: Floats = part / whole if whole else np.full(len(part), math.nan)
    return shares
