"""What the README shows works as it stands there."""

import re
from pathlib import Path

import pytest

import lpsim

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def own_behaviour(monkeypatch):
    monkeypatch.chdir(ROOT)
    (block,) = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    names: dict = {}
    exec(compile(block, "README.md", "exec"), names)
    return block, names


def test_the_behaviour_of_ones_own_takes_at_most_fifteen_lines(own_behaviour):
    block, _ = own_behaviour
    assert len([line for line in block.splitlines() if line.strip()]) <= 15


def test_the_behaviour_of_ones_own_changes_the_run_and_is_named_in_its_provenance(own_behaviour):
    _, names = own_behaviour
    ordinary = lpsim.simulate(names["scenario"], seed=1)
    assert not names["run"].series.equals(ordinary.series)
    assert names["run"].provenance["staff_member"].endswith("Cautious")
    assert names["run"].series.equals(
        lpsim.simulate(names["scenario"], seed=1, engine="reference", staff_member=names["Cautious"]).series
    )


def test_every_file_the_readme_names_is_there():
    named = set(re.findall(r"(?:configs|docs|lpsim|tests)/[\w/.-]*\w", README))
    assert len(named) > 8
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_there_are_exactly_two_commands_for_a_fresh_machine():
    commands = re.findall(r"^ {4}(python3 -m venv .*)$", README, flags=re.MULTILINE)
    assert len(commands) == 2
    assert commands[0].endswith("lpsim run configs/learning_practice.toml")
    assert commands[1].endswith(".venv/bin/pytest")
