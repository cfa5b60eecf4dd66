"""Lessons in the compiled engine: one process at a time, and who was counted in it, asked afterwards."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from lpsim.draws import Draws, Stream
from lpsim.engines.compiled import drive, phases
from lpsim.engines.compiled.changeover import NOVICE, STAYS
from lpsim.engines.compiled.rates import NOVICE_RIGHT, NOVICE_VIEW
from lpsim.engines.compiled.votes import BEST, MAJORITY
from lpsim.schedule import SCHEDULE, Phase

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lpsim.engines.compiled.engine import CompiledEngine
    from lpsim.lessons.journal import Journal

_PROCESSES = {process.name: process for process in SCHEDULE}
_LEARNING = [p.name for p in SCHEDULE if p.phase is Phase.LEARNING and p.name not in ("acting", "reform")]


def changed_over(engine: CompiledEngine, journal: Journal, work: Callable[[], None]) -> None:
    """Phase A with the journal looking on; `work` fills the posts that fell vacant."""
    journal.begin_phase(engine.step)
    work()
    _tell_arrivals(engine, journal)
    journal.settle(_PROCESSES["turnover"], engine.state)


def learned(engine: CompiledEngine, journal: Journal) -> None:
    """Phases C and D1, process by process, with the journal looking on."""
    everything = (engine.world, engine.rates, engine.planes)
    drive.begin_all(engine.world, engine.planes)
    for name in _LEARNING:
        drive.one_process(*everything, engine.step, phases.NUMBERS[name], engine.room, engine.large_room)
        journal.settle(_PROCESSES[name], engine.state, partial(sources, engine, name))
    journal.end_step(engine.state)


def _tell_arrivals(engine: CompiledEngine, journal: Journal) -> None:
    """Who came, with what views of their own, and what else they brought from where."""
    world, planes = engine.world, engine.planes
    draws, issues = Draws(int(world.seed)), world.issues
    state = engine.state
    for post in np.flatnonzero(planes.origin != STAYS).tolist():
        origin = int(planes.origin[post])
        if origin != NOVICE:
            journal.arrives(post, 0, origin)
            continue
        uid, service = int(world.uid[post]), engine.rates.service
        views = draws.mask(Stream.TURNOVER_VIEW, engine.step, uid, int(service[NOVICE_VIEW]), issues)
        right = draws.mask(Stream.TURNOVER_RIGHT, engine.step, uid, int(service[NOVICE_RIGHT]), issues)
        own = np.where(views, np.where(right, state.reality, -state.reality), 0).astype(np.int8)
        top = int(world.top[world.practice[post]])
        journal.arrives(post, np.concatenate([own, state.staff.assumptions[post]]), top)


def sources(engine: CompiledEngine, process: str, place: int) -> Sequence[int]:
    """Whose views a learner counted in a process of this step, as places in ascending order."""
    world, planes = engine.world, engine.planes
    if process in ("socialisation", "guidance"):
        return (int(world.parent[place]),)
    if process == "training":
        return (int(world.top[world.practice[place]]),)
    if process in ("codification", "reporting"):
        body = place - world.staff
        children = world.children[world.first_child[body] : world.first_child[body + 1]]
        better = planes.standing[children] > planes.performance[body]
        return list(children[planes.speaks[children] & better].tolist())
    if process in ("discussion", "networking"):
        return _peers_heard(engine, place)
    return ()


def _peers_heard(engine: CompiledEngine, place: int) -> list[int]:
    world, planes = engine.world, engine.planes
    peers = world.peers[world.first_peer[place] : world.first_peer[place + 1]]
    is_person = place < world.staff
    rule = world.discussion_rule if is_person else world.networking_rule
    speaking = peers[planes.speaks[peers]] if is_person else peers
    if rule == MAJORITY:
        return list(speaking.tolist())
    superiors = speaking[planes.standing[speaking] > planes.standing[place]]
    if rule == BEST and len(superiors):
        return [int(superiors[np.argmax(planes.standing[superiors])])]
    return list(superiors.tolist())
