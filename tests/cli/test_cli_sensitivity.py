"""The command `sensitivity`."""

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lpsim import cli
from lpsim.show.text.numbers import steady, written
from lpsim.sweeps.runner import sweep

CONFIGS = Path(__file__).parents[2] / "configs"
FILES = [f"sensitivity.{suffix}" for suffix in ("csv", "json", "md", "png", "svg")]


def lpsim(*arguments):
    return CliRunner().invoke(cli.app, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """A store of two keys of one practice."""
    folder = tmp_path_factory.mktemp("sensitivity")
    base = (CONFIGS / "one_practice.toml").as_posix()
    (folder / "design.toml").write_text(
        f'base = "{base}"\nmethod = "morris"\nsamples = 4\nseed_blocks = 2\nreplications = 2\n'
        "set = { steps = 6 }\n"
        'keep = { measures = ["staff_knowledge", "practice_knowledge"], observations = [3, 6] }\n'
        '[[factors]]\nkey = "practice.codification.meetings"\nkind = "lever"\nrange = [0.0, 1.0]\n'
        '[[factors]]\nkey = "practice.reflection.rate"\nkind = "uncertainty"\nrange = [0.0, 0.5]\n'
    )
    sweep(folder / "design.toml", store=folder / "sweeps" / "design")
    return folder


@pytest.fixture
def swept(stored, monkeypatch):
    monkeypatch.chdir(stored)
    return stored


def test_a_sweep_is_analysed_into_a_folder(swept):
    result = lpsim("sensitivity", "sweeps/design")
    assert (result.exit_code, result.stderr) == (0, "")
    found = swept / "sensitivity" / "design"
    assert sorted(path.name for path in found.iterdir()) == FILES
    assert "Results: sensitivity/design" in result.stdout
    head = json.loads((found / "sensitivity.json").read_text())
    assert (head["method"], head["step"], head["seed_blocks"]) == ("morris", 6, 2)
    rows = list(csv.DictReader((found / "sensitivity.csv").read_text().splitlines()))
    assert {row["factor"] for row in rows} == {
        "practice.codification.meetings",
        "practice.reflection.rate",
        "seed_block",
    }
    for row in rows:
        if row["index"] == "mu_star":
            assert written(steady(float(row["value"])), ".3f") in result.stdout
    again = lpsim("sensitivity", "sweeps/design", "--step", 3, "--measure", "staff_knowledge")
    assert again.exit_code == 0, again.stderr
    assert "sensitivity/design-2/sensitivity.png" in again.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("sweeps/design", "--measure", "wisdom"), "measure wisdom: was not kept"),
        (("sweeps/design", "--step", 5), "step 5: was not kept; there is 3, 6"),
        (("sweeps/design", "--scenario", "x"), "scenario x: is not listed"),
        (("sweeps/design", "--out", "."), "is the working folder"),
        (("sweeps/nothing",), "sweeps/nothing: no such folder; give the folder of a sweep"),
        (("design.toml",), "design.toml: is a sweep's design, not the folder of a sweep; use: lpsim sweep"),
    ],
)
def test_what_cannot_be_analysed_is_one_sentence_and_nothing_is_written(swept, arguments, words):
    before = sorted(swept.rglob("*"))
    result = lpsim("sensitivity", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert sorted(swept.rglob("*")) == before
