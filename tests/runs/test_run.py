"""A run is saved whole or not at all, loaded to the last bit, and refused by name if damaged."""

import json
import math
import os
import pickle
import re
import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import lpsim
from lpsim.errors import InputError
from lpsim.runs import run as run_module
from lpsim.runs.provenance import origin, provenance
from lpsim.runs.run import Run, table_names
from lpsim.runs.versions import DEPENDENCIES, version_of
from lpsim.scenario import Scenario
from lpsim.storage import folders, sealed
from lpsim.storage.folders import new_folder

SMALL = {
    "title": "Été – “small”",
    "steps": 20,
    "world.issues": 6,
    "world.domains": 0,
    "population.practices": 2,
}
FILES = ("series.parquet", "groups.parquet", "practices.parquet", "issues.parquet", "run.json")
REPORT = {"source": "drawn", "spread": 1 / 3, "codes": ["A", "É"]}


def made_up_run(seed=7, *, steps=20, every=1, **overrides):
    scenario = Scenario().replace({**SMALL, "steps": steps, **overrides})
    rng = np.random.default_rng(seed)
    step = np.array(sorted({*range(0, steps + 1, every), steps}))
    series = pd.DataFrame({"step": step, "staff_knowledge": rng.standard_normal(len(step))})
    series["performance"] = [math.nan, *rng.standard_normal(len(step) - 1)]
    series["assumptions_right_staff"] = math.nan
    group = np.repeat(["role: gp", "kind: Großpraxis"], len(step))
    groups = pd.DataFrame({"step": np.tile(step, 2), "group": group})
    groups["staff_knowledge"] = rng.standard_normal(len(groups)) * 1e-300
    about = provenance(origin(scenario, "reference"), seed=seed, seconds=0.1, population_report=REPORT)
    practices = pd.DataFrame({"step": step, "practice": pd.Categorical(["Ämt"] * len(step))})
    practices["practice_knowledge"] = rng.standard_normal(len(step))
    issues = pd.DataFrame({"step": step, "issue": 0, "known_by_most": rng.standard_normal(len(step))})
    tables = {"series": series, "groups": groups, "practices": practices, "issues": issues}
    return Run(scenario, seed, about, tables)


@pytest.fixture
def run():
    return made_up_run()


@pytest.fixture
def saved(run, tmp_path):
    run.save(tmp_path / "saved")
    return tmp_path / "saved"


def same(one, other):
    for name in table_names(one.scenario):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name), check_exact=True)
        for column, values in getattr(one, name).select_dtypes(float).items():
            assert values.to_numpy().tobytes() == getattr(other, name)[column].to_numpy().tobytes()
    return (one.scenario, one.seed, one.provenance) == (other.scenario, other.seed, other.provenance)


def test_a_run_is_loaded_to_the_last_bit(run, saved):
    again = Run.load(saved)
    assert same(run, again)
    assert again.scenario.digest == run.scenario.digest == run.provenance["digest"]
    assert list(again.scenario.roles) == list(run.scenario.roles)


def test_a_loaded_run_knows_what_was_changed_of_its_scenario_and_with_which_units(tmp_path):
    made_up_run(**{"forgetting.staff": "5 %/year"}).save(tmp_path / "run")
    again = Run.load(tmp_path / "run").scenario
    assert again.given.changed == {**SMALL, "forgetting.staff": "5 %/year"}
    assert again.given.with_units == {"forgetting.staff": "5 %/year"}
    later = again.replace({"initial.prior": 0.1})
    assert later.given.changed == {**again.given.changed, "initial.prior": 0.1}


@pytest.mark.medium
def test_a_real_run_with_everything_in_it_is_loaded_to_the_last_bit(tmp_path):
    scenario = Scenario.model_validate(
        {
            "steps": 3,
            "population": {"practices": 3},
            "kinds": [{"name": "big", "share": 0.5, "set": {"practice.reflection.rate": 0.2}}],
            "interventions": [{"at": 2, "set": {"world.turbulence": 1, "protected_time.enabled": True}}],
            "record": {"lessons": True},
        }
    )
    run = lpsim.simulate(scenario, seed=2**64 - 1)
    run.save(tmp_path / "run")
    assert same(run, Run.load(tmp_path / "run"))


def test_tables_are_read_when_they_are_asked_for_and_once(run, saved, monkeypatch):
    read = []
    original = run_module._table
    monkeypatch.setattr(run_module, "_table", lambda content: read.append(content) or original(content))
    again = Run.load(saved)
    assert read == []
    assert again.series is again.series
    assert again.lessons is None
    assert read == [(saved / "series.parquet").read_bytes()]
    assert list(again.tables) == list(run.tables)


def test_a_loaded_run_needs_its_files_no_more(run, saved):
    again = Run.load(saved)
    shutil.rmtree(saved)
    assert same(run, again)


def test_a_loaded_run_can_be_sent_to_another_process(run, saved):
    again = Run.load(saved)
    assert len(again.series) == len(run.series)
    assert same(run, pickle.loads(pickle.dumps(again)))


def test_the_same_run_leaves_the_same_bytes(run, tmp_path):
    run.save(tmp_path / "one")
    Run.load(tmp_path / "one").save(tmp_path / "two")
    for name in FILES:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_the_largest_seed_is_kept(tmp_path):
    made_up_run(2**64 - 1).save(tmp_path / "run")
    assert Run.load(tmp_path / "run").seed == 2**64 - 1


def test_run_json_is_strict_json_with_nothing_for_what_has_no_value(saved):
    def refuse(constant):
        raise AssertionError(constant)

    text = (saved / "run.json").read_text(encoding="utf-8")
    head = json.loads(text, parse_constant=refuse)
    assert head["summary"]["last"]["assumptions_right_staff"] is None
    assert head["scenario"]["title"] == SMALL["title"]
    assert SMALL["title"] in text  # as a person wrote it, not escaped


def test_summary_is_the_last_observation_and_the_mean_over_the_last_tenth():
    run = made_up_run(steps=20)
    knowledge = run.series["staff_knowledge"]
    assert run.summary["last"]["staff_knowledge"] == knowledge[20]
    assert run.summary["mean_last_tenth"]["staff_knowledge"] == knowledge[19:].mean()
    assert math.isnan(run.summary["last"]["assumptions_right_staff"])
    assert set(run.summary["last"]) == set(run.series.columns) - {"step"}


def test_the_last_tenth_is_counted_in_steps_not_in_rows():
    run = made_up_run(steps=20, every=7)  # 0, 7, 14, 20
    assert run.summary["mean_last_tenth"]["performance"] == run.series["performance"].iloc[-1]


def test_provenance_names_what_can_change_numbers(run):
    assert set(run.provenance) >= {"lpsim", "model", "digest", "seed", "engine", "python", "seconds"}
    assert set(run.provenance["dependencies"]) == set(DEPENDENCIES)
    assert all(version[0].isdigit() for version in run.provenance["dependencies"].values())
    assert run.provenance["finished"].endswith("+00:00")
    assert run.provenance["population"] == REPORT


def test_a_package_that_is_not_installed_has_an_unknown_version():
    assert version_of("no-such-package-as-this") == "unknown"


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("place", [0.1, 0.5, 0.9])
def test_a_damaged_file_is_refused_by_name(saved, name, place):
    content = bytearray((saved / name).read_bytes())
    content[int(len(content) * place)] ^= 1
    (saved / name).write_bytes(bytes(content))
    with pytest.raises(InputError, match=rf"{name}: damaged"):
        Run.load(saved)


@pytest.mark.parametrize("name", FILES)
def test_a_file_cut_short_is_refused_by_name(saved, name):
    os.truncate(saved / name, (saved / name).stat().st_size // 2)
    with pytest.raises(InputError, match=rf"{name}: damaged"):
        Run.load(saved)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_refused_by_name(saved, name):
    (saved / name).unlink()
    with pytest.raises(InputError, match=rf"{name}: no such file; .*run again"):
        Run.load(saved)


def test_every_changed_number_in_run_json_is_noticed(saved):
    path = saved / "run.json"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"seed": 7', '"seed": 8'), encoding="utf-8")
    with pytest.raises(InputError, match="damaged, or changed"):
        Run.load(saved)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[]", "not written by lpsim"),
        ('{"format": "another"}', "not written by lpsim"),
        ('{"format": "lpsim run", "format_version": 9}', "format version 9, this lpsim reads 4"),
        ('{"format": "lpsim run", "format_version": 4}', "damaged"),
        ('{"format": "lpsim run", "format_version": 4, "checksums": []}', "damaged"),
    ],
)
def test_a_run_json_of_somebody_else_is_refused(saved, text, words):
    (saved / "run.json").write_text(text)
    with pytest.raises(InputError, match=words):
        Run.load(saved)


def test_a_scenario_this_version_does_not_know_is_refused_with_the_version_that_does(
    run, tmp_path, monkeypatch
):
    known = run.scenario.model_dump(mode="json")
    monkeypatch.setattr(Scenario, "model_dump", lambda *_, **__: {**known, "a_new_key": 1})
    about = {**run.provenance, "lpsim": "9.9"}
    replace(run, provenance=about).save(tmp_path / "run")
    with pytest.raises(InputError, match=r"load it with lpsim 9\.9"):
        Run.load(tmp_path / "run")


@pytest.mark.parametrize("kind", ["nothing", "a file", "an empty folder"])
def test_what_is_no_saved_run_is_refused_with_a_cure(tmp_path, kind):
    path = tmp_path / "there"
    if kind == "a file":
        path.write_text("")
    if kind == "an empty folder":
        path.mkdir()
    with pytest.raises(InputError, match=rf"{re.escape(str(path))}.*give the folder of a saved run"):
        Run.load(path)


def test_saving_goes_into_an_empty_folder_but_over_nothing(run, saved, tmp_path):
    (tmp_path / "empty").mkdir()
    run.save(tmp_path / "empty")
    assert same(run, Run.load(tmp_path / "empty"))
    (tmp_path / "file").write_text("kept")
    before = (saved / "run.json").read_bytes()
    for taken in (saved, tmp_path / "file"):
        with pytest.raises(InputError, match="not an empty folder"):
            run.save(taken)
    assert (saved / "run.json").read_bytes() == before
    assert (tmp_path / "file").read_text() == "kept"


def test_folders_above_are_made(run, tmp_path):
    run.save(tmp_path / "a" / "b")
    assert same(run, Run.load(tmp_path / "a" / "b"))


def test_a_folder_that_cannot_be_made_is_bad_input(run, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be made"):
        run.save(tmp_path / "file" / "run")


def test_a_failure_while_writing_leaves_nothing(run, tmp_path, monkeypatch):
    monkeypatch.setattr(sealed, "checksum_of", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run.save(tmp_path / "run")
    assert list(tmp_path.iterdir()) == []


def test_a_saved_run_is_as_open_to_others_as_any_new_folder(saved, tmp_path):
    (tmp_path / "ordinary").mkdir()
    assert saved.stat().st_mode == (tmp_path / "ordinary").stat().st_mode


def test_a_whole_run_under_a_temporary_name_is_refused(run, tmp_path):
    with new_folder(tmp_path / "run") as inside:
        run_module.write_run(run, inside)
        with pytest.raises(InputError, match="did not finish; delete it"):
            Run.load(inside)
    assert same(run, Run.load(tmp_path / "run"))


def test_what_was_there_before_stays_if_the_new_cannot_take_its_name(saved, run, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(folders, "_exchange", full)
    with pytest.raises(OSError, match="No space"), folders.unfinished_folder(saved) as inside:
        folders.settle(inside, saved, staying=lambda _: [])
    assert same(run, Run.load(saved))
    assert [path.name for path in saved.parent.iterdir()] == ["saved"]
