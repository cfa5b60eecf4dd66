"""The commands `compare` and `scenarios`."""

import json
import re
from pathlib import Path

import pandas as pd
import pytest
from pyarrow.csv import read_csv
from typer.testing import CliRunner

from lpsim import cli
from lpsim.scenario import Scenario
from lpsim.show.text.numbers import written

CONFIGS = Path(__file__).parents[2] / "configs"
SMALL = ("--set", "population.practices=3", "--set", "steps=30")
FILES = ["comparison.json", "comparison.md", "comparison.png", "comparison.svg"]
FILES += ["effects.csv", "over_time.csv", "worlds.parquet"]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def no_figure(monkeypatch):
    monkeypatch.setattr("lpsim.show.comparison.save_comparison_figure", lambda comparison, folder: [])


def lpsim(*arguments):
    return CliRunner().invoke(cli.app, [str(argument) for argument in arguments])


def test_shipped_scenarios_are_compared_by_name_anywhere(folder):
    result = lpsim("compare", "learning_practice", "written_records", "training", *SMALL, "--replications", 3)
    assert (result.exit_code, result.stderr) == (0, "")
    found = folder / "comparisons" / "learning_practice"
    assert sorted(path.name for path in found.iterdir()) == FILES
    assert "Results: comparisons/learning_practice" in result.stdout
    assert "practice.codification.meetings" in result.stdout
    head = json.loads((found / "comparison.json").read_text())
    assert (head["base"], head["options"]) == ("learning practice", ["written records", "training"])
    assert head["seeds"] == [1, 2, 3]
    effects = read_csv(found / "effects.csv").to_pandas()
    for row in head["effects"]:
        (same,) = effects[(effects.option == row["option"]) & (effects.measure == row["measure"])].difference
        assert same == row["difference"]
        if row["measure"].endswith("_knowledge"):
            assert written(same, "+.3f") in result.stdout


@pytest.mark.usefixtures("no_figure")
def test_before_the_month_of_an_intervention_the_worlds_are_the_same_to_the_bit(folder):
    names = [path.stem for path in sorted((CONFIGS / "policy").glob("*.toml"))]
    result = lpsim("compare", "learning_practice", *names, *SMALL, "--replications", 2, "--out", "x")
    assert result.exit_code == 0, result.stderr
    table = read_csv(folder / "x" / "over_time.csv").to_pandas()
    early = table[(table.step < 24) & (table.measure != "learning_time")]
    assert set(early.option) == {name.replace("_", " ") for name in names}
    assert (early.difference == 0).all()


@pytest.mark.usefixtures("no_figure")
def test_saved_runs_are_paired_on_the_seeds_they_have_in_common(folder):
    changes = ("--set", "practice.codification.meetings=0.9")
    assert lpsim("run", "one_practice", "--set", "steps=6", "--replications", 3, "--out", "a").exit_code == 0
    further = ("--replications", 3, "--seed", 2, "--out", "b")
    assert lpsim("run", "one_practice", "--set", "steps=6", *changes, *further).exit_code == 0
    result = lpsim("compare", "a", "b", "--out", "x")
    assert result.exit_code == 0, result.stderr
    assert json.loads((folder / "x" / "comparison.json").read_text())["seeds"] == [2, 3]
    more = lpsim("compare", "a", "b", "--replications", 5, "--out", "y")
    assert json.loads((folder / "y" / "comparison.json").read_text())["seeds"] == [1, 2, 3, 4, 5]
    fresh = lpsim("compare", "one_practice", "b", "--set", "steps=6", "--replications", 5, "--out", "z")
    assert (more.exit_code, fresh.exit_code) == (0, 0), fresh.stderr
    one, other = (read_csv(folder / name / "effects.csv").to_pandas().drop(columns="option") for name in "yz")
    pd.testing.assert_frame_equal(one, other)


@pytest.mark.usefixtures("no_figure")
@pytest.mark.parametrize("command", ["compare", "report"])
def test_settings_that_saved_runs_were_not_made_with_are_refused(folder, command):
    assert lpsim("run", "one_practice", "--set", "steps=6", "--replications", 2, "--out", "a").exit_code == 0
    result = lpsim(command, "a", "one_practice", "--set", "steps=7", "--out", "x")
    assert result.exit_code == 2
    assert result.stderr == (
        "--set steps: a was simulated with other values, and settings change scenario files only; simulate "
        "it again with these, or leave --set out.\n"
    )
    assert not (folder / "x").exists()


@pytest.mark.usefixtures("no_figure")
def test_a_comparison_that_gets_more_seeds_keeps_the_precision_that_it_was_asked_for(folder):
    names = ("learning_practice", "peer_groups", *SMALL, "--precision", 0.05)
    assert lpsim("compare", *names, "--replications", 2, "--out", "x").exit_code == 0
    assert "±0.05" in lpsim("compare", "x", "--replications", 3).stdout
    assert "±0.02" in lpsim("compare", "x", "--precision", 0.02).stdout
    assert json.loads((folder / "x" / "comparison.json").read_text())["precision"] == 0.02


@pytest.mark.usefixtures("no_figure")
def test_a_comparison_at_an_earlier_step_gets_more_seeds_at_that_step_or_another(folder):
    names = ("learning_practice", "peer_groups", *SMALL, "--replications", 2)
    assert "staff at month 3;" in lpsim("compare", *names, "--step", 3, "--out", "x").stdout
    assert "staff at month 3;" in lpsim("compare", "x", "--replications", 3).stdout
    (folder / "more.toml").write_text('extends = "peer_groups"\ntitle = "More"\n')
    wider = lpsim("compare", "x", "more.toml", *SMALL, "--out", "z")
    assert "staff at month 3;" in wider.stdout, wider.stderr
    last = lpsim("compare", *names, "--replications", 3, "--out", "y")
    again = lpsim("compare", "x", "--step", 30)
    assert (last.exit_code, again.exit_code) == (0, 0), again.stderr
    one, other = ((folder / name / "effects.csv").read_bytes() for name in "xy")
    assert one == other
    refused = lpsim("compare", "x", "--step", 999)
    assert refused.stderr.startswith("step 999: was not recorded of all; there is 0,")


@pytest.mark.usefixtures("no_figure")
def test_a_comparison_of_some_of_the_seeds_there_are_is_of_these_when_it_is_opened_again(folder):
    names = ("one_practice", "b.toml", "--set", "steps=6")
    (folder / "b.toml").write_text('extends = "one_practice"\n[practice.codification]\nmeetings = 0.9\n')
    assert lpsim("compare", *names, "--replications", 4, "--out", "x").exit_code == 0
    some = lpsim("compare", "x", "--seed", 3, "--replications", 2, "--out", "y")
    before = (folder / "y" / "effects.csv").read_bytes()
    again = lpsim("compare", "y", "--out", "z")
    assert (folder / "z" / "effects.csv").read_bytes() == before, again.stderr
    assert "the same 2 worlds" in " ".join(some.stdout.split())
    worlds = pd.read_parquet(folder / "y" / "worlds.parquet")
    assert set(worlds.seed) == {1, 2, 3, 4}  # nothing that was simulated is lost
    ends = worlds[worlds.compared & (worlds.step == 6)].set_index(["seed", "option"]).practice_knowledge
    paired = ends.unstack()["b"] - ends.unstack()["one practice"]
    effects = read_csv(folder / "y" / "effects.csv").to_pandas()
    assert effects[effects.measure == "practice_knowledge"].difference.item() == pytest.approx(paired.mean())


@pytest.mark.usefixtures("no_figure")
def test_of_runs_that_end_at_other_steps_what_both_reach_is_as_if_both_ended_there(folder):
    one = ("run", "one_practice", "--replications", 2)
    records = ("--set", "practice.codification.meetings=0.9")
    assert lpsim(*one, "--set", "steps=6", "--out", "a").exit_code == 0
    assert lpsim(*one, "--set", "steps=9", *records, "--out", "b").exit_code == 0
    refused = lpsim("compare", "a", "b", "--out", "x")
    assert refused.stderr == (
        "steps: found 6 in a and 9 in b; give both the same, or compare at one that both reach (--step 6).\n"
    )
    assert lpsim("compare", "a", "b", "--step", 6, "--out", "x").exit_code == 0
    assert lpsim("report", "x").stderr.endswith(
        "steps: a ends at 6 and b at 9, and a report tells of the last step; give both the same (`lpsim "
        "compare` compares at one that both reach: --step 6).\n"
    )
    assert lpsim(*one, "--set", "steps=6", *records, "--out", "c/b").exit_code == 0
    assert lpsim("compare", "a", "c/b", "--out", "y").exit_code == 0
    effects = [(folder / name / "effects.csv").read_bytes() for name in "xy"]
    assert effects[0] == effects[1]


@pytest.mark.usefixtures("no_figure")
def test_more_seeds_are_added_to_a_comparison_that_is_there(folder):
    names = ("learning_practice", "peer_groups", *SMALL)
    assert lpsim("compare", *names, "--replications", 2, "--out", "x").exit_code == 0
    again = lpsim("compare", "x", "--replications", 4)
    assert again.exit_code == 0, again.stderr
    assert lpsim("compare", *names, "--replications", 4, "--out", "y").exit_code == 0
    one, other = (read_csv(folder / name / "effects.csv").to_pandas() for name in "xy")
    pd.testing.assert_frame_equal(one, other)


@pytest.mark.usefixtures("no_figure")
def test_what_a_comparison_was_asked_for_stays_when_it_gets_more_seeds(folder):
    measures = ("months_to_half_by_memory", "months_to_half_by_staff")  # the first is reached in no world
    asked = [part for name in measures for part in ("--measure", name)]
    names = ("learning_practice", "peer_groups", *SMALL)
    assert lpsim("compare", *names, "--replications", 2, "--out", "x", *asked).exit_code == 0
    again = lpsim("compare", "x", "--replications", 3)
    assert again.exit_code == 0, again.stderr
    assert re.search(r"learning practice +0 of 3 +never\n", again.stdout)
    for text in (again.stdout, (folder / "x" / "comparison.md").read_text(encoding="utf-8")):
        assert "months to half by memory at" in text
        assert "months to half by staff at" in text
    effects = read_csv(folder / "x" / "effects.csv").to_pandas()
    assert {*measures} <= {*effects.measure}
    assert effects[effects.measure.isin(measures)].worlds_needed.isna().all()


@pytest.mark.usefixtures("no_figure")
def test_the_points_of_a_sweep_are_compared(folder):
    base = (CONFIGS / "one_practice.toml").as_posix()
    (folder / "design.toml").write_text(
        f'base = "{base}"\nmethod = "factorial"\nreplications = 3\nset = {{ steps = 6 }}\n'
        '[[factors]]\nkey = "practice.codification.meetings"\nkind = "lever"\nvalues = [0.0, 0.5, 1.0]\n'
    )
    swept = lpsim("sweep", "design.toml", "--workers", 1)
    assert swept.exit_code == 0, swept.output
    result = lpsim("compare", "sweeps/design", "--point", 0, "--point", 2, "--out", "x")
    assert result.exit_code == 0, result.stderr
    head = json.loads((folder / "x" / "comparison.json").read_text())
    assert (head["base"], head["options"]) == ("codification.meetings 0", ["codification.meetings 1"])
    assert lpsim("compare", "sweeps/design", "--point", 7).exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("learning_practice",), "nothing to compare with"),
        (("learning_practice", "one_practice"), "not the same worlds"),
        (("learning_practice", "traning"), 'did you mean "training"?'),
        (
            ("learning_practice", "training", "--measure", "staff_knowledge[role: nurses]"),
            "no group 'role: nurses'; did you mean \"role: nurse\"?",
        ),
        (("learning_practice", "training", "--measure", "wisdom"), "measure wisdom: is not recorded"),
        (("learning_practice", "training", "--replications", 1), "needs at least two"),
        (("learning_practice", "training", "--replications", 0), "--replications: found 0"),
        (("learning_practice", "training", "--point", 1), "none of what was given is a sweep"),
        (("learning_practice", "training", "--precision", 0), "precision: found 0"),
        (("learning_practice", "training", "--out", "."), "is the working folder"),
    ],
)
def test_what_cannot_be_compared_is_one_sentence_and_nothing_is_written(folder, arguments, words):
    result = lpsim("compare", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("command", ["compare", "report"])
@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('base = "one_practice"\nmethod = "sobol"\n', "a sweep's design, not a scenario; use: lpsim sweep"),
        ('base = "one_practice"\naccept = 3\n', "a calibration file, not a scenario; use: lpsim calibrate"),
    ],
)
def test_a_file_of_another_kind_is_told_with_the_command_that_takes_it(folder, command, text, what):
    (folder / "other.toml").write_text(text)
    result = lpsim(command, "one_practice", "other.toml")
    assert (result.exit_code, result.stderr) == (2, f"other.toml: is {what} other.toml\n")


def test_a_setting_that_cannot_act_is_told(no_figure):
    idle = ("--set", "protected_time.share=0.1")
    result = lpsim("compare", "learning_practice", "training", *SMALL, *idle, "--replications", 2)
    assert result.exit_code == 0
    assert "warning: training: protected_time.share = 0.1 changes nothing" in result.stderr


def test_every_scenario_that_ships_is_listed_with_what_it_changes():
    result = lpsim("scenarios")
    assert result.exit_code == 0
    for path in [*CONFIGS.glob("*.toml"), *(CONFIGS / "policy").glob("*.toml")]:
        assert f"\n{path.stem} " in result.stdout
        assert Scenario.load(path).title.split()[0] in result.stdout
    assert "practice.analysis.share:" in result.stdout and "0.61 → 1.0" in result.stdout


def test_a_shipped_scenario_runs_by_name_and_is_called_by_it(folder, monkeypatch):
    monkeypatch.setattr("lpsim.show.figures.plots.save_figures", lambda runs, folder: [])
    result = lpsim("run", "one_practice", "--set", "steps=3", "--replications", 1)
    assert result.exit_code == 0, result.stderr
    assert (folder / "runs" / "one_practice" / "run.json").exists()
    wrong = lpsim("run", "one_practise")
    assert wrong.exit_code == 2
    assert 'did you mean "one_practice"? (`lpsim scenarios` lists them)' in wrong.stderr


@pytest.mark.usefixtures("no_figure")
def test_how_far_lessons_got_is_compared_where_they_are_followed_in_all(folder):
    lessons = ("--set", "record.lessons=true", "--set", "population.practices=2", "--set", "steps=30")
    result = lpsim("compare", "learning_practice", "written_records", *lessons, "--replications", 2)
    assert result.exit_code == 0, result.stderr
    assert "lessons organizational at month 30; learning practice" in result.stdout
    effects = read_csv(folder / "comparisons" / "learning_practice" / "effects.csv").to_pandas()
    (born,) = effects[effects.measure == "lessons_born"].base
    assert born > 0


def test_points_of_a_store_that_keeps_no_level_are_refused(folder):
    (folder / "design.toml").write_text(
        f'base = "{(CONFIGS / "one_practice.toml").as_posix()}"\nmethod = "factorial"\nreplications = 2\n'
        'set = { steps = 3 }\nkeep = { measures = ["learning_time"] }\n[[factors]]\n'
        'key = "world.turbulence"\nkind = "uncertainty"\nvalues = [0.0, 0.1]\n'
    )
    assert lpsim("sweep", "design.toml", "--out", "st").exit_code == 0
    refused = lpsim("compare", "st", "--out", "x")
    assert refused.exit_code == 2
    assert "found none of the levels kept" in refused.stderr
    assert not (folder / "x").exists()
