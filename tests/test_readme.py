"""What the README shows works as it stands there."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

import lpsim
from lpsim import cli

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
    assert names["run"].provenance["own"]["agents"]["staff_member"]["place"].endswith("Cautious")
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


def test_on_windows_the_same_scenario_is_run_and_no_test_is_claimed():
    (lines,) = re.findall(r"^ {4}py -(\S+) -m venv .venv\n {4}(.*)\n {4}(.*)$", README, flags=re.MULTILINE)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    folder = r".venv\Scripts"
    assert lines == (
        project["requires-python"].removeprefix(">="),
        rf"{folder}\pip install .",
        rf"{folder}\lpsim run configs\learning_practice.toml",
    )
    assert "lpsim is tested on Linux alone" in README


def commands(text):
    """The commands that the README shows, of those that hold a text."""
    return [line.strip() for line in README.splitlines() if line.startswith("    lpsim ") and text in line]


def blocks():
    """The lines of Python that the README shows by the way."""
    found = re.findall(r"^ {4}import lpsim\n(?: {4}.*\n)+", README, flags=re.MULTILINE)
    return [[line.strip() for line in block.splitlines()] for block in found]


def test_the_scenario_changed_from_python_runs(monkeypatch):
    monkeypatch.chdir(ROOT)
    _, lines = blocks()
    names: dict = {}
    exec("\n".join(lines).replace("range(1000)", "range(3)"), names)
    assert names["sc"].practice.codification.rate == 0.5
    assert len(names["ends"]) == 3


def test_the_numbers_read_back_are_those_the_terminal_spoke_of(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    few = ("--set", "population.practices=4", "--set", "steps=12", "--out", "runs/learning_practice")
    result = CliRunner().invoke(cli.app, ["run", str(ROOT / "configs/learning_practice.toml"), *few])
    lines, _ = blocks()
    names: dict = {}
    exec("\n".join(lines[:-2]), names)
    assert len(names["runs"]) == 20
    (row,) = [line for line in result.stdout.splitlines() if line.startswith("practices' memory")]
    start, end = re.findall(r"-?\d\.\d\d", row)[:2]  # at the start all are alike, so no bracket stands there
    assert f"{eval(lines[-2], names):z.2f}" == end != start
    assert eval(lines[-1], names)["step"].iloc[-1] == 12


def test_the_query_shown_averages_one_step_of_all_that_are_kept(tmp_path, monkeypatch):
    (command,) = commands("lpsim query")
    _, _, store, query = shlex.split(command)
    monkeypatch.chdir(tmp_path)
    design = tomllib.loads((ROOT / "configs/sweeps/channels.toml").read_text(encoding="utf-8"))
    base = lpsim.Scenario.load(ROOT / "configs/learning_practice.toml", {"population.practices": 2})
    lpsim.sweep(lpsim.Design.from_dict({**design, "base": base, "replications": 1}), store=store)
    rows = lpsim.read_store(store).query(
        'select "service.reporting.share", step, practice_knowledge from runs'
    )
    found = dict(lpsim.read_store(store).query(query).itertuples(index=False))
    assert set(rows["step"]) == {60, 120}
    last = rows[rows["step"] == 120].groupby("service.reporting.share")["practice_knowledge"].mean()
    assert found == pytest.approx(last.to_dict())
