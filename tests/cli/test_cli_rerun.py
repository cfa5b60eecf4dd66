"""`lpsim rerun`: what it says, its exit code, and that it writes nothing."""

import pytest
from typer.testing import CliRunner

from lpsim import cli
from lpsim.runs.run import Run, write_run
from tests.sweeping import contents


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("lpsim.show.figures.plots.save_figures", lambda runs, folder: [])
    return tmp_path


def lpsim(*arguments):
    return CliRunner().invoke(cli.app, [str(argument) for argument in arguments])


def run(*more):
    result = lpsim("run", "one_practice", "--set", "steps=4", "--replications", 3, "--out", "run", *more)
    assert result.exit_code == 0, result.stderr


def test_a_run_and_its_replications_are_made_again(folder):
    run()
    before = contents(folder)
    result = lpsim("rerun", "run")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "Made again, 3 runs (seeds 1 to 3): equal to the last bit" in result.stdout
    assert contents(folder) == before


def test_the_other_engine_makes_the_same(folder):
    run()
    result = lpsim("rerun", "run", "--engine", "reference")
    assert result.exit_code == 0
    assert "engine compiled then, reference now" in result.stdout


def test_a_run_that_is_not_what_it_says_is_told_with_exit_code_1(folder):
    run()
    loaded = Run.load(folder / "run" / "replications" / "seed-2")
    loaded.series.loc[3, "agreement"] += 1e-9
    write_run(loaded, folder / "run" / "replications" / "seed-2")
    result = lpsim("rerun", "run")
    assert result.exit_code == 1
    assert "2 of 3 equal" in result.stdout
    assert "seed 2, series: agreement differs from month 3 on" in result.stdout


@pytest.mark.parametrize(
    "arguments", [("nothing",), ("run", "--set", "steps=3"), ("run", "--engine", "swift")]
)
def test_wrong_input_is_one_sentence(arguments):
    run()
    result = lpsim("rerun", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert len(result.stderr.splitlines()) == 1


def test_a_saved_run_is_a_scenario_for_every_command_that_takes_one(folder):
    run()
    result = lpsim("run", "run", "--set", "steps=2", "--replications", 1, "--out", "again")
    assert result.exit_code == 0, result.stderr
    assert Run.load(folder / "again").scenario.steps == 2
    assert lpsim("check", "run/run.json").exit_code == 0
