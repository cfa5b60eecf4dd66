"""How many bytes a run needs, said before it starts."""

from __future__ import annotations

import math
from collections import Counter
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import psutil

from lpsim.errors import InputError

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from lpsim.scenario import Scenario
    from lpsim.scenario.parameters import Network

GIB = 2**30
BASE = 300 * 2**20
"""Bytes of Python and the libraries."""
LITTLE = 50 * 2**20
"""Further bytes that a run may need without anybody asking whether they are free, which takes a sweep of
small runs too long."""


class Size(NamedTuple):
    """What the footprint of a run depends on; of practices not drawn yet, what is expected."""

    practices: int
    staff: float
    pairs: float
    """Σ over practices of the square of their staff: twice the ties where all know each other."""
    peers: float = 0.0
    """Σ over groups of practices that a table names of the square of their practices."""


def expected_size(scenario: Scenario, practices: int | None = None) -> Size:
    """The size of a population that will be drawn; of the scenario's practices where nothing is said."""
    practices = scenario.population.practices if practices is None else practices  # type: ignore[assignment]
    assert isinstance(practices, int)
    team = sum(role.headcount for role in scenario.roles.values())
    return Size(practices, practices * team, practices * team**2 * (1 + scenario.population.spread**2))


def size_of(headcounts: NDArray[np.int64], groups: Sequence[str | None] | None = None) -> Size:
    """The size of practices with these headcounts (P, roles), and in these groups, if a table names them."""
    teams = headcounts.sum(axis=1, dtype=np.float64)
    together = Counter(group for group in groups or () if group is not None)
    peers = sum(practices**2 for practices in together.values())
    return Size(len(teams), float(teams.sum()), float((teams**2).sum()), float(peers))


def needed(
    scenario: Scenario, size: Size, *, bytes_per_person: int = 0, lessons: int = 0
) -> dict[str, float]:
    """Bytes by what they are needed for, as measured on scenarios of many shapes.

    Parameters
    ----------
    scenario : Scenario
        What would be simulated.
    size : Size
        Of its population.
    bytes_per_person : int
        What the engine takes in addition to the arrays of the state (see `lpsim.engines.registry.Entry`).
    lessons : int
        How many are expected to be born and followed.

    Returns
    -------
    dict
        ``base``, ``staff``, ``ties``, ``peers``, ``observations`` and ``lessons``.
    """
    issues, domains = scenario.world.issues, scenario.world.domains
    learners = size.staff + size.practices
    ties = _staff_ties(scenario, size)
    read = _of_file(scenario.network.staff_file) if scenario.network.staff == "file" else 0.0
    across = ties * scenario.network.rewire + 2 * size.staff * scenario.network.professional
    rows, roles = scenario.steps // scenario.record.every + 2, len(scenario.roles)
    by_practice = 4 * (2 * roles + 6) + 230  # counts, and the table that is made of them
    return {
        "base": BASE,
        "staff": learners * (250 + 3 * (issues + domains) + bytes_per_person),
        "ties": 22 * ties + 110 * across + read,
        "peers": _peers(scenario.network, size),
        "observations": rows * size.practices * by_practice + 8.0 * scenario.steps * size.practices,
        "lessons": 750.0 * lessons,
    }


def _staff_ties(scenario: Scenario, size: Size) -> float:
    """Twice the ties within practices, about."""
    network = scenario.network
    each = {"line": 2, "ring": network.staff_degree, "small_world": network.staff_degree}
    if network.staff in each:
        return size.staff * each[network.staff]
    return size.pairs * {"complete": 1.0, "random": network.staff_density}.get(network.staff, 0.0)


def _peers(network: Network, size: Size) -> float:
    """Bytes for the ties between practices; networkx needs much for those it generates or reads."""
    if size.peers:
        return 22 * size.peers
    if network.practices == "groups":
        return 22.0 * size.practices * min(network.groups, size.practices)
    if network.practices == "file":
        return _of_file(network.file)
    generated = network.practices in ("ring", "small_world", "random")
    return 190.0 * size.practices * min(network.degree, size.practices) if generated else 0.0


def _of_file(path: str | None) -> float:
    """Bytes for the ties that a network file holds, about."""
    with suppress(OSError):  # whoever reads it tells
        return 20.0 * Path(path).stat().st_size if path is not None else 0.0
    return 0.0


CURES = {
    "staff": "population.practices, roles.*.headcount or world.issues",
    "ties": "roles.*.headcount, population.practices, network.rewire or network.professional",
    "peers": "population.practices, network.groups or network.degree",
    "observations": "steps or population.practices, or raise record.every",
    "lessons": "steps or population.practices, or set record.lessons = false",
}
"""What to lower, by what takes most."""


def check_footprint(scenario: Scenario, size: Size, *, bytes_per_person: int = 0, lessons: int = 0) -> None:
    """See that a run fits in the bytes that are free (see `free_bytes`).

    Raises
    ------
    InputError
        It does not.
    """
    parts = needed(scenario, size, bytes_per_person=bytes_per_person, lessons=lessons)
    total = sum(parts.values())
    if total < BASE + LITTLE:
        return
    free = free_bytes()
    if total > free:
        most = max(CURES, key=lambda part: parts[part])
        each = f" for each of {_share.among} workers" if _share.among > 1 else ""
        raise InputError(
            f"this run needs about {total / GIB:,.1f} GiB of RAM, {free / GIB:,.1f} are free{each}; most "
            f"of it for {most}: lower {CURES[most]}{', or have fewer workers' if each else ''}."
        )


class Share(NamedTuple):
    """What of the memory that is free is one process's, where several work side by side."""

    size: float = math.inf
    """Bytes."""
    among: int = 1
    """Processes."""


_share = Share()


def take_share(share: Share) -> None:
    """Have this process keep to its share from now on."""
    global _share  # noqa: PLW0603 (it is the process's, as its memory is)
    _share = share


def free_bytes(root: str = "/") -> int:
    """Bytes that this process can still have: of what is free for all, and of what is its own alone."""
    return int(min(free_for_all(root), *_left_of_addresses(), _share.size))


def free_for_all(root: str = "/") -> int:
    """Bytes that processes can still have together: of the machine, and of the container or batch job."""
    return min([psutil.virtual_memory().available, *_left_in_groups(Path(root))])


def _left_of_addresses() -> Iterator[int]:
    """What ``ulimit -v`` leaves to this process, if it limits it, besides Python and the libraries."""
    if resource is None:
        return
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if limit != resource.RLIM_INFINITY:
        yield max(0, limit - psutil.Process().memory_info().vms) + BASE


class _Names(NamedTuple):
    """Files of a control group of Linux."""

    limit: str
    used: str
    cached: str
    """A line of ``memory.stat``: what is given back as soon as somebody needs it."""


_OLD = _Names("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
_NEW = _Names("memory.max", "memory.current", "inactive_file")


def _left_in_groups(root: Path) -> Iterator[int]:
    """What the limits of the process's control groups leave, if there are any."""
    for folder, names in _groups(root):
        try:
            limit = (folder / names.limit).read_text().strip()
            if limit == "max":
                continue
            used = int((folder / names.used).read_text())
            lines = (folder / "memory.stat").read_text().splitlines()
            cached = sum(int(line.split()[1]) for line in lines if line.split()[0] == names.cached)
            yield max(0, int(limit) - used + cached)
        except (OSError, ValueError, IndexError):
            continue  # not to be seen from in here, or made otherwise: then this limit is not known


@lru_cache
def _groups(root: Path) -> list[tuple[Path, _Names]]:
    """The folders of the process's control groups, and of those above them, whose limits hold as well."""
    try:
        lines = (root / "proc/self/cgroup").read_text().splitlines()
    except OSError:
        return []  # not Linux
    found = []
    for line in lines:
        _, controllers, path = line.split(":", maxsplit=2)
        if controllers and "memory" not in controllers.split(","):
            continue
        top, names = (root / "sys/fs/cgroup/memory", _OLD) if controllers else (root / "sys/fs/cgroup", _NEW)
        own = top / path.lstrip("/")
        found += [(folder, names) for folder in (own, *own.parents) if folder.is_relative_to(top)]
    return [(folder, names) for folder, names in found if (folder / names.limit).exists()]
