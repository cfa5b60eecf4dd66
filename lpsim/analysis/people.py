"""Person by person: what everybody in a small run held rightly and wrongly at every step, and who came when.

A run keeps sums, not people: they are simulated again, from the scenario and the seed, to the last bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral
from typing import TYPE_CHECKING

import numpy as np

from lpsim.engines.registry import ENGINES, Options, engine_named
from lpsim.errors import InputError
from lpsim.population.build import build
from lpsim.runs.folder import as_run

if TYPE_CHECKING:
    from typing import Self

    from numpy.typing import NDArray

    from lpsim.model.state import State, Structure
    from lpsim.runs.run import Run

FEW = 30
"""So many people can be told apart in a figure."""


@dataclass(frozen=True, eq=False)
class People:
    """Every learner of a run of few people, at the end of every step; S steps and the start.

    Learners stand in the order of `lpsim.model.state.uids`: staff, practices (their memories), then the
    bodies of the service (their guidance), the top tier last.

    Attributes
    ----------
    run : Run
    structure : Structure
    right, wrong : array of float, (S + 1, learners)
        The shares of issues held rightly and wrongly; of the rest there is no view.
    came : array of bool, (S + 1, staff)
        Whether somebody new had come to the post in this step, for somebody who left.
    """

    run: Run
    structure: Structure
    right: NDArray[np.float64]
    wrong: NDArray[np.float64]
    came: NDArray[np.bool_]

    @classmethod
    def of(cls, run: Run, practice: int | None = None) -> Self:
        """Simulate a run again, looking at everybody after every step.

        Parameters
        ----------
        run : Run
            Finished.
        practice : int, optional
            Only this one's people are to be told apart.

        Raises
        ------
        InputError
            There are more than `FEW` people to be told apart; the files the run was made from have changed;
            or it cannot be made again, as a behaviour of one's own or another lpsim made it.
        """
        run = as_run(run)
        structure = run.structure()
        if practice is not None and not isinstance(practice, Integral):
            raise InputError(f"practice: found {practice!r:.80}; give its number, from 0.")
        _see_that_they_are_few(structure, practice)
        name = str(run.provenance["engine"])
        entry = engine_named(name if name in ENGINES else None)
        engine = entry.make(run.scenario, Options()).start(build(run.scenario, run.seed))
        held, tenure = [_held(engine.state)], [engine.state.tenure.copy()]
        try:
            for _ in range(run.scenario.steps):
                engine.advance()
                held.append(_held(engine.state))
                tenure.append(engine.state.tenure.copy())
        finally:
            engine.close()
        right, wrong = (np.array(shares) for shares in zip(*held, strict=True))
        years = np.array(tenure)
        came = np.concatenate([np.zeros_like(years[:1], dtype=bool), years[1:] <= years[:-1]])
        found = cls(run, structure, right, wrong, came)
        found._see_that_it_is_the_same()
        return found

    def _see_that_it_is_the_same(self) -> None:
        """Raises `InputError` where the people do not sum up to what the run recorded of them."""
        people = self.right[self.run.column("step"), : self.structure.staff].mean(axis=1)
        if not np.allclose(people, self.run.column("staff_right"), rtol=0, atol=1e-12):
            raise InputError(
                "people: this run cannot be made again, as a behaviour of one's own or another lpsim made "
                "it; draw the map of its practices (--at STEP)."
            )


def are_few(run: Run) -> bool:
    """Whether a run has so few people that each can be drawn."""
    return run.structure().staff <= FEW


def _see_that_they_are_few(structure: Structure, practice: int | None) -> None:
    if practice is None and structure.staff > FEW:
        raise InputError(
            f"people: this run has {structure.staff:,}; up to {FEW} can be told apart (lower "
            "population.practices or the roles' headcount)."
        )
    if practice is not None and not 0 <= practice < structure.practices:
        raise InputError(f"practice: found {practice}; allowed is 0 to {structure.practices - 1}.")
    if practice is not None and np.diff(structure.first_staff)[practice] > FEW:
        raise InputError(f"practice {practice}: has more people than can be told apart, which are {FEW}.")


def _held(state: State) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The shares of issues that every learner holds rightly and wrongly."""
    beliefs = np.concatenate([learners.beliefs for learners in state.levels()])
    agrees = beliefs * state.reality
    return (agrees > 0).mean(axis=1), (agrees < 0).mean(axis=1)
