"""The command `discover`."""

import json
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lpsim import cli
from lpsim.sweeps.runner import sweep

CONFIGS = Path(__file__).parents[2] / "configs"
FILES = ["discovery.json", "discovery.md", "discovery.png", "discovery.svg", "limits.csv", "policies.csv"]


def lpsim(*arguments):
    return CliRunner().invoke(cli.app, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """A store of a lever over futures, in one practice."""
    folder = tmp_path_factory.mktemp("discovery")
    base = (CONFIGS / "one_practice.toml").as_posix()
    futures = [round(0.01 * number, 2) for number in range(1, 31)]
    (folder / "design.toml").write_text(
        f'base = "{base}"\nmethod = "factorial"\nset = {{ steps = 12 }}\n'
        '[[factors]]\nkey = "practice.codification.meetings"\nkind = "lever"\nvalues = [0.0, 1.0]\n'
        f'[[factors]]\nkey = "practice.reflection.rate"\nkind = "uncertainty"\nvalues = {futures}\n'
    )
    sweep(folder / "design.toml", store=folder / "sweeps" / "design")
    return folder


@pytest.fixture
def swept(stored, monkeypatch):
    monkeypatch.chdir(stored)
    return stored


def test_what_happens_in_a_sweep_is_found_and_saved(swept):
    result = lpsim("discover", "sweeps/design", "--when", "practice_knowledge > 0.35")
    assert (result.exit_code, result.stderr) == (0, "")
    found = swept / "discovery" / "design"
    assert sorted(path.name for path in found.iterdir()) == FILES
    assert "practice.codification.meetings is above 0.5" in result.stdout
    assert "Results: discovery/design" in result.stdout
    head = json.loads((found / "discovery.json").read_text())
    assert head["points"] == 60
    assert {policy["levers"]["practice.codification.meetings"] for policy in head["policies"]} == {0.0, 1.0}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("sweeps/design", "--when", "wisdom > 1"), "when wisdom: was not kept"),
        (("sweeps/design", "--when", "wisdom"), "when 'wisdom': allowed is a measure, <, <=, > or >="),
        (
            ("sweeps/design", "--when", "staff_knowledge > 2"),
            "0 of 60 points have staff_knowledge > 2, and a",
        ),
        (
            ("sweeps/design", "--when", "staff_knowledge > 0", "--step", 5),
            "step 5: was not kept; there is 12",
        ),
        (("sweeps/design", "--when", "staff_knowledge > 0", "--out", "."), "is the working folder"),
        (
            ("design.toml", "--when", "staff_knowledge > 0"),
            "design.toml: is a sweep's design, not the folder",
        ),
    ],
)
def test_what_cannot_be_found_is_one_sentence_and_nothing_is_written(swept, arguments, words):
    before = sorted(swept.rglob("*"))
    result = lpsim("discover", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert sorted(swept.rglob("*")) == before


def test_without_the_extra_it_is_named_and_nothing_is_written(swept, monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.tree", None)
    before = sorted(swept.rglob("*"))
    result = lpsim("discover", "sweeps/design", "--when", "staff_knowledge > 0")
    assert result.exit_code == 2
    assert (
        result.stderr == "scikit-learn is not installed; pip install '.[discovery]' in your clone of lpsim.\n"
    )
    assert sorted(swept.rglob("*")) == before
