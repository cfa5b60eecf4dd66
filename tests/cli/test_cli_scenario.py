"""What commands tell of a scenario: settings that cannot act, rates, what was changed, what it extends."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lpsim import cli
from lpsim.runs.folder import load_runs

CONFIGS = Path(__file__).parents[2] / "configs"
ONE_PRACTICE = CONFIGS / "one_practice.toml"
SHORT = ("--set", "steps=6", "--replications", 2)
IDLE = (
    "warning: protected_time.share = 0.1 changes nothing: protected_time.enabled is false; "
    "set protected_time.enabled = true.\n"
)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("lpsim.show.figures.plots.save_figures", lambda runs, folder: [])
    return tmp_path


def lpsim(*arguments):
    return CliRunner().invoke(cli.app, [str(argument) for argument in arguments])


COMMANDS = [("check",), ("run", *SHORT), ("retained", "--at", 3, "--replications", 1)]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_a_setting_that_cannot_act_is_told_once_and_stops_nothing(command):
    result = lpsim(command[0], ONE_PRACTICE, *command[1:], "--set", "protected_time.share=0.1")
    assert (result.exit_code, result.stderr) == (0, IDLE)


def test_a_files_own_setting_that_cannot_act_is_told(folder):
    (folder / "own.toml").write_text(f'extends = "{ONE_PRACTICE}"\n[protected_time]\nshare = 0.1\n')
    assert lpsim("check", "own.toml").stderr == IDLE
    assert lpsim("check", "own.toml", "--set", "protected_time.enabled=true").stderr == ""


@pytest.mark.parametrize(
    "path", sorted([*CONFIGS.glob("*.toml"), *CONFIGS.glob("policy/*.toml")]), ids=lambda path: path.stem
)
def test_of_what_ships_nothing_is_told(path):
    few = ("--set", "population.practices=6") if path.stem == "england" else ()
    result = lpsim("check", path, *few)
    assert (result.exit_code, result.stderr) == (0, "")


def test_check_tells_rates_by_month_and_year_and_what_was_changed():
    result = lpsim("check", ONE_PRACTICE, "--set", "roles.gp.turnover=12 %/year")
    lines = [line.split() for line in result.stdout.splitlines()]
    assert "probability at least once in a month at least once in a year given as".split() in lines
    assert ["roles.gp.turnover", "0.0106", "0.12", "12", "%/year"] in lines
    assert 'changed: roles.gp.turnover = "12 %/year"' in result.stdout


def test_check_tells_what_a_stroke_stands_for_where_a_file_has_a_kind_of_practices_more():
    told = "  –: nothing of its own is set there.\n"
    assert told in lpsim("check", CONFIGS / "some_learning_practices.toml").stdout
    assert told not in lpsim("check", CONFIGS / "double_loop.toml").stdout


def test_check_tells_what_a_file_changes_of_the_file_it_extends():
    result = lpsim("check", CONFIGS / "double_loop.toml")
    assert "It changes of the file it extends:\n  loops.double.staff: 0.0 → 0.002\n" in result.stdout
    assert "It changes" not in lpsim("check", ONE_PRACTICE).stdout


def test_check_calls_interventions_of_a_files_own_its_own(folder):
    (folder / "own.toml").write_text(
        'extends = "written_records"\n[[interventions]]\nat = 6\nset = {"practice.analysis.share" = 0.5}\n'
    )
    said = lpsim("check", "own.toml").stdout
    assert "an intervention of its own, from step 6: practice.analysis.share: 0.61 → 0.5\n" in said
    assert "without the intervention from step 24" in said
    assert "interventions.0" not in said


@pytest.mark.parametrize(
    "text", ["", "# a comment\n", 'title = "Mine"\ndescription = "only words"\n', "[world]\n"]
)
def test_a_file_that_changes_nothing_says_so(folder, text):
    (folder / "own.toml").write_text(text)
    result = lpsim("check", "own.toml")
    assert result.exit_code == 0
    assert result.stderr.startswith("warning: the file changes nothing, so everything has its default; ")
    assert lpsim("check", "own.toml", "--set", "initial.prior=0.2").stderr == ""


def test_a_file_that_changes_nothing_of_the_one_it_extends_says_so(folder):
    (folder / "own.toml").write_text('extends = "one_practice"\n')
    result = lpsim("check", "own.toml")
    assert result.stderr == ""
    assert "It changes nothing of the file it extends.\n" in result.stdout


def test_check_says_so_where_the_file_extended_is_no_scenario(folder):
    (folder / "part.toml").write_text("[population]\ntiers = []\n")
    (folder / "own.toml").write_text('extends = "part.toml"\n[[population.tiers]]\nname = "nation"\n')
    result = lpsim("check", "own.toml")
    assert result.exit_code == 0
    assert "no scenario by itself" in result.stdout


def test_a_rate_with_a_wrong_unit_is_one_sentence():
    result = lpsim("check", ONE_PRACTICE, "--set", "roles.gp.turnover=12 %/yaer")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.endswith(
        "roles.gp.turnover: found '12 %/yaer'; 'yaer' is no unit of time that is known; allowed is one of "
        "day, week, fortnight, month, quarter, year.\n"
    )


def test_another_step_over_rates_per_month_is_one_sentence():
    result = lpsim("run", ONE_PRACTICE, *SHORT, "--set", "step=year")
    assert (result.exit_code, result.stdout) == (2, "")
    assert 'step: found "year", but world.turbulence, ' in result.stderr
    assert result.stderr.count("\n") == 1


def test_run_json_says_first_in_its_provenance_what_was_changed():
    lpsim("run", ONE_PRACTICE, *SHORT, "--set", "forgetting.staff=5 %/year", "--set", "record.every=2")
    for path in Path("runs/one_practice").rglob("run.json"):
        provenance = json.loads(path.read_text())["provenance"]
        assert next(iter(provenance)) == "changed"
        assert provenance["changed"] == {"steps": 6, "forgetting.staff": "5 %/year"}
    first, second = load_runs("runs/one_practice")
    assert first.provenance["changed"] == second.provenance["changed"]
    lpsim("run", ONE_PRACTICE, "--replications", 1, "--out", "plain")
    assert json.loads(Path("plain/run.json").read_text())["provenance"]["changed"] == {}


def test_python_and_the_command_line_begin_with_the_same_seed():
    import lpsim as library

    lpsim("run", ONE_PRACTICE, *SHORT)
    scenario = library.Scenario.load(ONE_PRACTICE, {"steps": 6})
    assert library.simulate(scenario).series.equals(load_runs("runs/one_practice")[0].series)
    assert library.retained(scenario, at=[3]).equals(library.retained(scenario, at=[3], seed=1))


@pytest.mark.parametrize("asked", [(), ("--each-run",)])
def test_single_runs_are_drawn_only_where_asked_for(folder, monkeypatch, asked):
    drawn = []
    monkeypatch.setattr(
        "lpsim.show.figures.plots.save_figures", lambda runs, folder, **more: drawn.append(more) or []
    )
    found = lpsim("run", "one_practice", "--set", "steps=2", "--replications", 2, "--out", "one", *asked)
    assert found.exit_code == 0
    assert drawn == [{"each_run": True} if asked else {}]
