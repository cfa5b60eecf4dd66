"""The points of a sweep as cases: what each was set to, and what was measured of its runs at one step."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from lpsim.errors import InputError
from lpsim.runs.measures import LEVELS
from lpsim.scenario.keys import nearest
from lpsim.scenario.taken import as_list
from lpsim.sweeps.design.factors import UNNAMED
from lpsim.sweeps.store.rows import LESSONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    from lpsim.sweeps.design.design import Design
    from lpsim.sweeps.design.factors import Point
    from lpsim.sweeps.store.store import Store

MOST = 4
"""So many measures are looked at together: more do not fit beside each other."""


@dataclass(frozen=True, eq=False)
class Cases:
    """The points of a sweep, all of whose runs are done.

    Attributes
    ----------
    store : Store
    design : Design
        The store's.
    step : int
        At which they were measured.
    points : tuple of Point
        In the order of the design.
    """

    store: Store
    design: Design
    step: int
    points: tuple[Point, ...]
    _rows: pa.Table

    @property
    def measured(self) -> tuple[str, ...]:
        """The measures kept, what is observed by functions of one's own, and of lessons their counts."""
        return (*self.design.measured, *(LESSONS if self.design.keep.lessons else ()))

    @cached_property
    def replications(self) -> int:
        """Runs of each point."""
        return self.design.scheme.replications

    def runs(self, measure: str, *, argument: str = "measure") -> NDArray[np.float64]:
        """A measure of every run: (points, replications); `argument` is the one that asks for it.

        Raises
        ------
        InputError
            It was not kept, or some runs have no value.
        """
        if measure not in self.measured:
            hint = nearest(measure, self.measured)
            raise InputError(f"{argument} {measure}: was not kept; {hint}{'' if hint.endswith('?') else '.'}")
        shape = len(self.points), self.replications
        found: NDArray[np.float64] = self._rows[measure].to_numpy().astype(float).reshape(shape)
        without = int(np.isnan(found).any(axis=1).sum())
        if without:
            raise InputError(
                f"{argument} {measure}: has no value in some runs of {without:,} of {len(self.points):,} "
                "points; choose another."
            )
        return found

    def chosen(self, asked: str | Sequence[str] | None) -> tuple[str, ...]:
        """The measures asked for, or the levels kept, or else the first kept.

        Raises
        ------
        InputError
            More are asked for than can be looked at together.
        """
        asked = as_list(asked or (), "measure")
        wrong = [name for name in asked if not isinstance(name, str)]
        if wrong:
            raise InputError(f"measure: found {wrong[0]!r:.80}; give names of those that were kept.")
        if len(asked) > MOST:
            raise InputError(f"measure: found {len(asked)}; allowed are at most {MOST} at a time.")
        levels = tuple(name for name in LEVELS if name in self.measured)
        return tuple(dict.fromkeys(asked)) if asked else levels or self.measured[:MOST]


def cases_of(store: Store, *, step: int | None = None, scenario: str | None = None) -> Cases:
    """The points of a sweep; of one that lists scenarios those of one, or of all where none is named.

    Parameters
    ----------
    store : Store
        Of a sweep that is finished.
    step : int, optional
        One of those kept; by default the last.
    scenario : str, optional
        The name of one that the design lists.

    Raises
    ------
    InputError
        There is no such step or scenario, runs are missing, or the store is damaged.
    """
    design = store.design
    at = design.steps[-1] if step is None else step
    if at not in design.steps:
        kept = ", ".join(map(str, design.steps))
        raise InputError(f"step {at}: was not kept; there is {kept}.")
    if scenario is not None and (scenario not in design.scenarios or scenario == UNNAMED):
        raise InputError(f"scenario {scenario}: is not listed; {_scenarios(design)}.")
    points = tuple(point for point in design.points if scenario in (None, point.listed))
    table = store.table()
    wanted = pc.is_in(table["point"], value_set=_numbers(points))
    rows = table.filter(pc.and_(pc.equal(table["step"], at), wanted))
    runs = len(points) * design.scheme.replications
    if len(rows) < runs:
        raise InputError(
            f"{store.folder}: {runs - len(rows):,} of {runs:,} runs are not done, and all are needed; run "
            "`lpsim sweep` with this store again (with --retry-failed where they failed)."
        )
    return Cases(store, design, at, points, rows)


def _numbers(points: Sequence[Point]) -> pa.Array:
    import pyarrow as pa  # noqa: PLC0415

    return pa.array([point.number for point in points], type=pa.int32())


def _scenarios(design: Design) -> str:
    names = [name for name in design.scenarios if name != UNNAMED]
    return f"there is {', '.join(names)}" if names else "the design lists none, leave it out"
