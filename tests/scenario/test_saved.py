"""A scenario comes back as it was: from a saved run, from its text, from the tables of a file."""

import tomllib
from pathlib import Path

import numpy as np
import pytest

import lpsim
from lpsim.errors import InputError
from lpsim.scenario import Scenario, ScenarioError
from lpsim.scenario.shipped import shipped
from tests.worlds import EVERYTHING_ON

SMALL = {"steps": 2, "population.practices": 1, "world.issues": 6, "world.domains": 2}


def from_text(scenario, folder):
    path = folder / "again.toml"
    path.write_text(scenario.to_toml(), encoding="utf-8")
    return Scenario.load(path)


@pytest.mark.parametrize("name", shipped())
def test_every_scenario_that_ships_is_loaded_from_its_text_as_it_was(name, tmp_path):
    scenario = Scenario.load(name)
    again = from_text(scenario, tmp_path)
    assert again == scenario
    assert again.digest == scenario.digest
    assert again.given.with_units == scenario.given.with_units


@pytest.mark.parametrize("changes", [{}, EVERYTHING_ON])
def test_a_scenario_of_values_is_loaded_from_its_text_as_it_was(changes, tmp_path):
    scenario = Scenario().adapted(changes)
    assert from_text(scenario, tmp_path) == scenario


@pytest.mark.parametrize(
    "text", ['a "quote"', "back\\slash", "bell\x07, delete\x7f", "two\nlines", "ärztin 😀", ""]
)
def test_texts_and_names_may_hold_what_they_like(text, tmp_path):
    roles = {f"role {text!r}".replace(".", ""): {"headcount": 2.0}}
    scenario = Scenario.from_dict({"title": text, "description": text, "roles": roles})
    assert from_text(scenario, tmp_path) == scenario


def test_a_text_that_is_no_unicode_is_refused():
    with pytest.raises(InputError, match="TOML cannot hold it"):
        Scenario.from_dict({"title": "\udcff"}).to_toml()


def test_a_rate_with_its_unit_stands_in_the_text_with_its_unit(tmp_path):
    scenario = Scenario.from_dict({"roles": {"gp": {"headcount": 3, "turnover": "12 %/year"}}})
    assert tomllib.loads(scenario.to_toml())["roles"]["gp"]["turnover"] == "12 %/year"
    assert from_text(scenario, tmp_path) == scenario


def test_a_scenario_of_tables_is_that_of_the_file_that_says_the_same(tmp_path):
    text = "steps = 7\n[practice.discussion]\nrate = 0.25\n[[kinds]]\nname = 'keen'\nshare = 0.5\n"
    (tmp_path / "file.toml").write_text(text)
    assert Scenario.from_dict(tomllib.loads(text)) == Scenario.load(tmp_path / "file.toml")
    assert Scenario.from_dict(tomllib.loads(text)).given == Scenario.load(tmp_path / "file.toml").given


def test_tables_may_extend_a_file_and_hold_numbers_of_numpy(tmp_path):
    (tmp_path / "base.toml").write_text("steps = 7\n")
    data = {"extends": "base.toml", "practice": {"discussion": {"rate": np.float64(0.25)}}}
    scenario = Scenario.from_dict(data, folder=tmp_path)
    assert (scenario.steps, scenario.practice.discussion.rate) == (7, 0.25)
    assert "extends" in data


def test_tables_that_are_wrong_are_told_by_key():
    with pytest.raises(ScenarioError, match=r'mine: step_count: no such key; did you mean "step"'):
        Scenario.from_dict({"step_count": 3}, source="mine")
    with pytest.raises(InputError, match=r"none\.toml: no such scenario file"):
        Scenario.from_dict({"extends": "none.toml"})


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    folder = tmp_path_factory.mktemp("saved") / "run"
    scenario = Scenario().replace({**SMALL, "roles.gp.turnover": "12 %/year"})
    lpsim.simulate(scenario, engine="reference").save(folder)
    return folder, scenario


def test_the_scenario_of_a_saved_run_is_loaded_from_its_folder_and_from_its_head(saved):
    folder, scenario = saved
    for path in (folder, folder / "run.json", str(folder)):
        loaded = Scenario.load(path)
        assert loaded == scenario
        assert loaded.given.changed == scenario.given.changed
    assert Scenario.extended(folder) is None


def test_the_scenario_of_a_saved_run_can_be_changed_on_the_way(saved):
    assert Scenario.load(saved[0], {"steps": 5}).steps == 5
    with pytest.raises(ScenarioError, match=r"run: stepps: no such key"):
        Scenario.load(saved[0], {"stepps": 5})


def test_a_damaged_run_and_a_folder_without_one_are_told(saved, tmp_path):
    (tmp_path / "run.json").write_bytes((saved[0] / "run.json").read_bytes()[:-10])
    for path in (tmp_path, tmp_path / "run.json"):
        with pytest.raises(InputError, match=r"run\.json: damaged"):
            Scenario.load(path)
    (tmp_path / "run.json").unlink()
    with pytest.raises(InputError, match="is a folder; give an ordinary file"):
        Scenario.load(tmp_path)


def test_a_run_whose_files_are_gone_says_which_and_takes_others(tmp_path):
    table = tmp_path / "table.csv"
    table.write_bytes((Path(lpsim.__file__).parents[1] / "configs" / "made_up_practices.csv").read_bytes())
    scenario = Scenario.load("england", {"population.workforce": str(table), "steps": 1})
    run = lpsim.simulate(scenario, engine="reference")
    run.save(tmp_path / "run")
    table.rename(tmp_path / "moved.csv")
    with pytest.raises(ScenarioError, match=r"population\.workforce: .*table\.csv: no such workforce table"):
        Scenario.load(tmp_path / "run")
    moved = Scenario.load(tmp_path / "run", {"population.workforce": str(tmp_path / "moved.csv")})
    assert moved.digest == run.provenance["digest"]
