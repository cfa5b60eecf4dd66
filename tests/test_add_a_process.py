"""docs/add_a_process.md is about this program: its steps are those it takes."""

import ast
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from lpsim.model.schedule import SCHEDULE

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "add_a_process.md").read_text(encoding="utf-8")
NEW = """    Process(
        "whistling", "C9", Phase.LEARNING, _STAFF, reads=(Part.MEMORIES,), writes=(Part.STAFF_BELIEFS,)
    ),
"""
"""A process that is in the schedule and nowhere else."""


@dataclass(frozen=True)
class Step:
    """A row of the table."""

    number: int
    files: tuple[str, ...]
    pattern: str | None
    """As what every process stands in one of the files."""
    tests: tuple[str, ...]


def quoted(cell):
    return tuple(re.findall(r"`(.*?)`", cell))


def steps():
    for line in TEXT.splitlines():
        if re.match(r"\| \d+ \|", line):
            number, files, _, pattern, tests = (cell.strip() for cell in line.strip("|").split(" | "))
            yield Step(int(number), quoted(files), next(iter(quoted(pattern)), None), quoted(tests))


def copied(folder):
    """Copies the program, to be changed there."""
    for part in ("lpsim", "tests", "docs", "configs"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)


def failing(folder, tests):
    """Which of some tests fail in a copy, by their names; and the end of what pytest said."""
    options = ["-n", "0", "-q", "-rfE", "--tb=no", "-p", "no:cacheprovider"]
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", *options, *tests],
        env={**os.environ, "PYTHONPATH": str(folder)},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.findall(r"^(?:FAILED|ERROR) \S*::(\w+)", ended.stdout, re.MULTILINE)
    return set(found), ended.stdout[-3000:]


STEPS = list(steps())
TESTS = [test for step in STEPS for test in step.tests]


def test_the_steps_are_numbered_and_each_has_files_and_tests():
    assert [step.number for step in STEPS] == list(range(1, 11))
    assert all(step.files and step.tests for step in STEPS)


def test_every_file_it_names_is_there():
    named = {name for name in re.findall(r"`([\w/.]+\.(?:py|md))`", TEXT) if "/" in name or name.isupper()}
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("test", TESTS)
def test_every_test_it_names_is_there(test):
    file, *names = test.split("::")
    body = ast.parse((ROOT / file).read_text(encoding="utf-8")).body
    for name in names:
        (node,) = (node for node in body if getattr(node, "name", None) == name)
        body = node.body


@pytest.mark.parametrize("step", [step for step in STEPS if step.pattern], ids=lambda step: step.number)
def test_every_process_stands_in_the_files_as_it_says(step):
    text = "\n".join((ROOT / file).read_text(encoding="utf-8") for file in step.files)
    for process in SCHEDULE:
        name = process.name
        wanted = step.pattern.replace("<name>", name).replace("<NAME>", name.upper())
        assert wanted.replace("<Name>", name.capitalize()) in text, wanted


def test_every_name_it_gives_of_a_file_is_defined_there():
    for names, file in re.findall(r"((?:`\w+`(?: and )?)+) (?:of|in)\s+`([\w/]+\.py)`", TEXT):
        for name in quoted(names):
            assert re.search(rf"\b(def |class )?{name}\b", (ROOT / file).read_text(encoding="utf-8")), name


@pytest.mark.slow
def test_a_key_that_is_only_in_the_parameters_makes_the_four_tests_fail_that_ask_of_every_key(tmp_path):
    named = re.findall(r"`(test_\w+)` (?:of|in)\s+`([\w/]+\.py)`", TEXT)
    assert len(named) == 4
    copied(tmp_path)
    parameters = tmp_path / "lpsim" / "scenario" / "learning_parameters.py"
    source = parameters.read_text(encoding="utf-8")
    (table,) = re.findall(r"\n    trial: Trial = Trial\(\)\n", source)
    parameters.write_text(source.replace(table, f"{table}    whistling: Trial = Trial()\n"), encoding="utf-8")
    failed, said = failing(tmp_path, [f"{file}::{test}" for test, file in named])
    assert failed == {test for test, _ in named}, said


@pytest.mark.slow
def test_a_process_that_is_only_in_the_schedule_makes_every_test_it_names_fail(tmp_path):
    copied(tmp_path)
    schedule = tmp_path / "lpsim" / "model" / "schedule.py"
    source = schedule.read_text(encoding="utf-8")
    before_questioning = source.index('    Process(\n        "questioning"')
    schedule.write_text(source[:before_questioning] + NEW + source[before_questioning:], encoding="utf-8")
    failed, said = failing(tmp_path, TESTS)
    assert failed == {test.split("::")[-1] for test in TESTS}, said
