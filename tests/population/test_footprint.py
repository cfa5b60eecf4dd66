"""What does not fit is refused before it starts, with the estimate and what to lower."""

import json
import os
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import numpy as np
import psutil
import pytest

import lpsim
from lpsim.engines.registry import ENGINES
from lpsim.errors import InputError
from lpsim.population.build import build
from lpsim.population.footprint import (
    BASE,
    GIB,
    Share,
    expected_size,
    free_bytes,
    needed,
    size_of,
    take_share,
)
from lpsim.scenario import Scenario
from lpsim.sweeps.workers import LocalWorkers

ROOT = Path(__file__).parents[2]
TOO_LARGE = {
    "peers": {"population.practices": 20_000, "network.practices": "ring", "network.degree": 5000},
    "ties": {"population.practices": 100, "roles.gp.headcount": 10_000},
    "observations": {"population.practices": 100_000, "steps": 100_000},
    "staff": {"population.practices": 500_000, "world.issues": 1000, "steps": 1, "network.staff": "none"},
}


@pytest.mark.parametrize("most", TOO_LARGE)
@pytest.mark.parametrize("engine", ["compiled", "reference"])
def test_what_does_not_fit_is_refused_at_once_with_the_estimate_and_the_cure(most, engine, monkeypatch):
    free(monkeypatch, 2 * GIB)
    scenario = Scenario().adapted(TOO_LARGE[most])
    with pytest.raises(
        InputError, match=rf"needs about [\d,.]+ GiB .* 2\.0 are free; most of it for {most}: lower"
    ):
        lpsim.simulate(scenario, seed=1, engine=engine)


def free(monkeypatch, size, *, limits=False):
    """Let so much memory be free; and whether this machine's control groups have a say."""
    memory = namedtuple("memory", "available")
    if not limits:
        monkeypatch.setattr("lpsim.population.footprint._left_in_groups", lambda _: [])
    monkeypatch.setattr("psutil.virtual_memory", lambda: memory(size))


FILES = {
    "new": ("0::/job/step\n", "sys/fs/cgroup", "memory.max", "memory.current", "inactive_file"),
    "old": (
        "5:cpu:/other\n4:pids,memory:/job/step\n0::/\n",
        "sys/fs/cgroup/memory",
        "memory.limit_in_bytes",
        "memory.usage_in_bytes",
        "total_inactive_file",
    ),
}


def group(root, kind, path, limit, used, cached):
    """A control group of Linux, as the kernel shows it; the process is in job/step."""
    line, top, *names = FILES[kind]
    (root / "proc/self").mkdir(parents=True, exist_ok=True)
    (root / "proc/self/cgroup").write_text(line)
    folder = root / top / path
    folder.mkdir(parents=True, exist_ok=True)
    (folder / names[0]).write_text(f"{limit}\n")
    (folder / names[1]).write_text(f"{used}\n")
    (folder / "memory.stat").write_text(f"cache 7\n{names[2]} {cached}\nanon 3\n")


@pytest.mark.parametrize("kind", FILES)
def test_a_container_or_batch_job_has_what_its_tightest_limit_leaves(kind, tmp_path, monkeypatch):
    free(monkeypatch, 10_000, limits=True)
    group(tmp_path, kind, "job/step", limit=5000, used=1000, cached=100)
    assert free_bytes(tmp_path) == 4100


@pytest.mark.parametrize("kind", FILES)
def test_a_limit_higher_up_holds_too(kind, tmp_path, monkeypatch):
    free(monkeypatch, 10_000, limits=True)
    group(tmp_path, kind, "job/step", limit=2**63 - 4096 if kind == "old" else "max", used=1000, cached=0)
    group(tmp_path, kind, "job", limit=3000, used=1500, cached=0)
    assert free_bytes(tmp_path) == 1500


@pytest.mark.parametrize("kind", FILES)
def test_a_group_that_has_used_up_its_memory_has_none(kind, tmp_path, monkeypatch):
    free(monkeypatch, 10_000, limits=True)
    group(tmp_path, kind, "job/step", limit=1000, used=1200, cached=50)
    assert free_bytes(tmp_path) == 0


def test_where_no_limit_can_be_read_the_machine_counts(tmp_path, monkeypatch):
    free(monkeypatch, 10_000, limits=True)
    assert free_bytes(tmp_path) == 10_000
    group(tmp_path / "odd", "new", "job/step", limit="much", used=1, cached=1)
    assert free_bytes(tmp_path / "odd") == 10_000


def test_ulimit_v_leaves_what_is_not_addressed_yet(monkeypatch):
    resource = pytest.importorskip("resource")
    free(monkeypatch, 10_000 * GIB)
    used = psutil.Process().memory_info().vms
    monkeypatch.setattr(resource, "getrlimit", lambda _: (used + 5 * GIB, resource.RLIM_INFINITY))
    assert free_bytes() == pytest.approx(5 * GIB + BASE, abs=GIB)
    monkeypatch.setattr(resource, "getrlimit", lambda _: (GIB, GIB))
    assert free_bytes() <= GIB + BASE


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere ulimit -v may do nothing")
def test_under_ulimit_v_what_does_not_fit_is_refused_and_not_begun():
    code = (
        "import resource, lpsim\nfrom lpsim.errors import InputError\n"
        "resource.setrlimit(resource.RLIMIT_AS, (6 * 2**30, 6 * 2**30))\n"
        "large = lpsim.Scenario().replace({'population.practices': 150_000, 'steps': 1000})\n"
        "try:\n    lpsim.simulate(large)\nexcept InputError as error:\n    print(error)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    run = [sys.executable, "-c", code]
    found = subprocess.run(run, check=False, capture_output=True, text=True, env=environment)
    assert "GiB of RAM" in found.stdout, found.stderr


@pytest.fixture
def share():
    """Give this process a share; it is taken back at the end."""
    yield take_share
    take_share(Share())


def test_a_worker_keeps_to_its_share_and_says_how_to_get_a_larger_one(monkeypatch, share):
    free(monkeypatch, 8 * GIB)
    scenario = Scenario().replace({"population.practices": 100, "roles.gp.headcount": 1100})
    needs = sum(needed(scenario, expected_size(scenario)).values())
    assert 2 * GIB < needs < 8 * GIB
    share(Share(2 * GIB, 4))
    words = r"2\.0 are free for each of 4 workers; most of it for ties: lower .*, or have fewer workers\."
    with pytest.raises(InputError, match=words):
        lpsim.simulate(scenario, seed=1)


def test_the_workers_of_a_sweep_share_what_is_free(monkeypatch):
    monkeypatch.setattr("lpsim.population.footprint.free_for_all", lambda: 12 * GIB)
    with LocalWorkers(2) as workers:
        module = "__import__('lpsim.population.footprint').population.footprint"
        assert workers.submit(eval, module + "._share").result() == (6 * GIB, 2)


def test_ties_between_practices_are_reckoned_with(monkeypatch, tmp_path):
    def peers(number=1000, **network):
        changes = {f"network.{key}": value for key, value in network.items()}
        scenario = Scenario().replace({"population.practices": number, **changes})
        return needed(scenario, expected_size(scenario))["peers"]

    assert peers() == 0
    ties = tmp_path / "ties.txt"
    ties.write_text("a b\n" * 1000)
    for network in ({"practices": "groups", "groups": 100}, {"practices": "ring", "degree": 100}):
        assert peers(**network) > 20 * 1000 * 100
        assert peers(2000, **network) == 2 * peers(**network)
    assert peers(practices="file", file=str(ties)) == 20 * 4000
    size = size_of(np.ones((5, 1), dtype=np.int64), ["a", None, "a", "a", "b"])
    assert size.peers == 3**2 + 1


def test_ties_of_staff_from_a_file_are_reckoned_by_its_size(tmp_path):
    ties = tmp_path / "staff.txt"
    ties.write_text("a b\n" * 1000)
    network = {"network.staff": "file", "network.staff_file": str(ties), "network.professional": 0}
    scenario = Scenario().adapted({"population.practices": 10, **network})
    assert needed(scenario, expected_size(scenario))["ties"] == 20 * 4000


def test_a_table_is_measured_by_its_own_practices(monkeypatch):
    free(monkeypatch, 0)
    monkeypatch.setattr("lpsim.population.footprint.LITTLE", 0)
    table = str(ROOT / "configs" / "made_up_practices.csv")
    with pytest.raises(InputError, match="of RAM"):
        lpsim.simulate(Scenario().replace({"population.workforce": table}), seed=1)


def test_of_a_small_run_nobody_asks_whether_it_fits(monkeypatch):
    monkeypatch.setattr("lpsim.population.footprint.free_bytes", lambda: pytest.fail("asked"))
    lpsim.simulate(Scenario().replace({"steps": 1}), seed=1)
    with pytest.raises(pytest.fail.Exception, match="asked"):
        lpsim.simulate(Scenario().replace({"steps": 1, "population.practices": 20_000}), seed=1)


def test_lessons_are_reckoned_with(monkeypatch):
    scenario = Scenario().replace({"record.lessons": True, "population.practices": 400})
    plain = sum(needed(scenario, expected_size(scenario)).values())
    free(monkeypatch, plain + GIB // 10)
    lpsim.simulate(scenario.replace({"record.lessons": False, "steps": 1}), seed=1)
    with pytest.raises(InputError, match=r"most of it for lessons: lower .* or set record.lessons = false"):
        lpsim.simulate(scenario, seed=1)


def test_the_objects_of_the_reference_engine_are_reckoned_with():
    size, own = expected_size(Scenario()), ENGINES["reference"].bytes_per_person
    assert needed(Scenario(), size, bytes_per_person=own)["staff"] > 5 * needed(Scenario(), size)["staff"]


def test_the_size_of_what_was_drawn_is_near_what_was_expected():
    scenario = Scenario().replace({"population.practices": 20_000, "network.staff": "none"})
    team = np.diff(build(scenario, 1).structure.first_staff)
    drawn, expected = size_of(team[:, None]), expected_size(scenario)
    assert drawn.practices == expected.practices
    # The mean of 20,000 sizes with a coefficient of variation of .7 is off by .5 %, that of squares by 2 %.
    assert drawn.staff == pytest.approx(expected.staff, rel=0.03)
    assert drawn.pairs == pytest.approx(expected.pairs, rel=0.12)


MEASURED = """
import json, re, sys
from pathlib import Path
from lpsim import Scenario, simulate
from lpsim.population.footprint import expected_size, needed
scenario = Scenario().replace(json.loads(sys.argv[1]))
run = simulate(scenario, seed=1)
run.practices
parts = needed(scenario, expected_size(scenario))
# Not getrusage, which tells of the process that started this one too.
most = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())
print(json.dumps([sum(parts.values()), int(most[1]) * 1024]))
"""
SHAPES = {
    "many practices": {"population.practices": 12_000, "steps": 4},
    "many ties between practices": {
        "population.practices": 20_000,
        "network.practices": "ring",
        "network.degree": 100,
        "steps": 2,
        "roles.gp.headcount": 1,
    },
    "large groups": {
        "population.practices": 8000,
        "network.practices": "groups",
        "network.groups": 4000,
        "steps": 2,
        "roles.gp.headcount": 1,
    },
    "large teams": {"population.practices": 3, "roles.gp.headcount": 2500, "steps": 2},
    "long": {
        "population.practices": 100,
        "steps": 40_000,
        "population.spread": 0,
        "world.issues": 8,
        "world.domains": 0,
    },
}


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="read from /proc")
@pytest.mark.parametrize("shape", SHAPES)
def test_the_estimate_is_within_a_factor_of_two_of_what_is_used(shape):
    for threads in (1, 2):
        # Compiling takes memory too, once.
        lpsim.simulate(Scenario().replace({"steps": 1}), seed=1, threads=threads)
    found = subprocess.run(
        [sys.executable, "-c", MEASURED, json.dumps(SHAPES[shape])],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    estimated, used = json.loads(found.stdout)
    assert used / 2 < estimated < 2 * used
