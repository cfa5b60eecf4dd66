"""A process reads and writes what it declares and nothing else, in both engines: poison tells."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from parts import DECEITFUL, Reference, problems, reads, writes

from lpsim.model.schedule import SCHEDULE, Part

HERE = Path(__file__).parents[1]
NAMES = [process.name for process in SCHEDULE]


@pytest.fixture(scope="session")
def of_the_compiled_engine():
    """The problems of each process of the compiled engine, found in plain Python."""
    path = os.pathsep.join(map(str, (HERE, HERE / "engines", HERE.parent)))
    found = subprocess.run(
        [sys.executable, "-c", "import parts; parts.print_problems_of_the_compiled_engine()"],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert not found.stderr
    return json.loads(found.stdout)


@pytest.mark.parametrize("process", SCHEDULE, ids=NAMES)
def test_the_reference_engine_reads_and_writes_only_what_is_declared(process):
    assert problems(Reference, process) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_the_compiled_engine_reads_and_writes_what_is_declared(name, of_the_compiled_engine):
    assert of_the_compiled_engine[name] == []


@pytest.mark.parametrize(
    ("process", "part"),
    [(process, part) for process in SCHEDULE for part in process.reads],
    ids=lambda value: value.name.lower(),
)
def test_all_that_is_declared_is_read(process, part):
    assert reads(Reference, process, part)


@pytest.mark.parametrize(
    ("process", "part"),
    [(process, part) for process in SCHEDULE for part in process.writes],
    ids=lambda value: value.name.lower(),
)
def test_all_that_is_declared_is_written(process, part):
    assert writes(Reference, process, part)


@pytest.mark.slow
def test_in_both_engines_the_poison_finds_what_a_declaration_leaves_out(of_the_compiled_engine):
    expected = [
        "reads performance",
        "reads who is present",
        "reads who meets",
        "reads who speaks or reports",
        "writes assumptions of staff",
    ]
    assert problems(Reference, DECEITFUL) == of_the_compiled_engine["deceitful"] == expected


def test_every_part_is_written_by_some_process():
    assert {part for process in SCHEDULE for part in process.writes} == set(Part)
