"""A store is whole after whatever may happen, and filled only by the design that made it."""

import errno
import json
import os
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from sweeping import as_dict, contents, result_bytes, small

import lpsim
from lpsim.errors import InputError, StoppedError
from lpsim.storage import folders
from lpsim.storage.sealed import checksum_of
from lpsim.sweeps import batches
from lpsim.sweeps.design.factors import Point
from lpsim.sweeps.plan import Plan
from lpsim.sweeps.runner import sweep
from lpsim.sweeps.store import shards, writing
from lpsim.sweeps.store.rows import HOW_IT_WENT, LESSONS, run_id
from lpsim.sweeps.store.store import SEAL, Store, read_store
from lpsim.sweeps.store.writing import Filling
from lpsim.sweeps.store.writing import filling as opened


@pytest.fixture
def many_shards(monkeypatch):
    """Every run a batch of its own, and three shards put together."""
    monkeypatch.setattr(Plan, "_size", lambda *_: 1)
    monkeypatch.setattr(writing, "MANY", 3)


def shards_of(folder):
    return sorted((folder / "results").glob("*.parquet"))


def edited(folder, **changes):
    """Say something else in sweep.json, as another version would."""
    path = folder / "sweep.json"
    head = json.loads(path.read_text(encoding="utf-8"))
    head.update(changes)
    head["checksums"][SEAL.head] = checksum_of(head, SEAL.head)
    path.write_text(json.dumps(head), encoding="utf-8")


# --- what is in it --------------------------------------------------------------------------------


def test_every_row_names_its_run_point_seed_and_factors_and_holds_what_the_run_saw(tmp_path):
    design = small(tmp_path, keep={"measures": ["staff_knowledge", "agreement"], "observations": [0, 2]})
    frame = sweep(design, store=tmp_path / "store").frame()
    assert list(frame.columns) == [
        "run_id",
        "point",
        "seed",
        "practice.codification.rate",
        "step",
        "staff_knowledge",
        "agreement",
    ]
    assert len(frame) == 3 * 4 * 2
    assert frame.equals(frame.sort_values(["point", "seed", "step"], ignore_index=True))
    for point in design.points:
        scenario = design.scenario(point)
        for seed in design.seeds(point):
            rows = frame[(frame["point"] == point.number) & (frame["seed"] == seed)]
            series = lpsim.simulate(scenario, seed=seed).series.set_index("step").loc[[0, 2]]
            assert set(rows["run_id"]) == {run_id(scenario.digest, seed)}
            assert set(rows["practice.codification.rate"]) == {point.values["practice.codification.rate"]}
            for name in ("staff_knowledge", "agreement"):
                np.testing.assert_array_equal(rows[name], series[name])


def test_a_measure_without_a_value_is_empty(tmp_path):
    design = small(tmp_path, keep={"measures": ["performance"], "observations": [0]})
    table = sweep(design, store=tmp_path / "store").table()
    assert table["performance"].null_count == len(table) == 12


def test_lessons_kept_are_those_of_the_run_at_every_step(tmp_path):
    design = small(tmp_path, keep={"lessons": True, "observations": "all"}, replications=1)
    frame = sweep(design, store=tmp_path / "store").frame()
    run = lpsim.simulate(design.scenario(design.points[2]), seed=design.seeds(design.points[2])[0])
    from lpsim.lessons.stages import STAGES, counted

    assert LESSONS == ("lessons_born", *(f"lessons_{stage}" for stage in STAGES))

    lessons = counted(run.lessons)
    assert len(lessons) > 0
    for _, row in frame[frame["point"] == 2].iterrows():
        assert row["lessons_born"] == (lessons["step"] <= row["step"]).sum()
        for stage in STAGES:
            assert row[f"lessons_{stage}"] == (lessons[stage] <= row["step"]).sum()
    assert frame["lessons_born"].dtype.kind == "i"


def test_points_of_one_scenario_are_run_once_and_each_has_its_rows(tmp_path, monkeypatch):
    design = small(tmp_path)
    twin = Point(3, dict(design.points[1].values))
    design = replace(design, points=(*design.points, twin))
    ran = []
    original = batches.Simulator.many
    monkeypatch.setattr(
        batches.Simulator,
        "many",
        lambda simulator, scenario, seeds: original(simulator, scenario, ran.extend(seeds) or seeds),
    )
    told = []
    store = sweep(design, store=tmp_path / "store", on_progress=told.append)
    frame = store.frame()
    assert len(ran) == 3 * 4
    assert told[-1] == (12, 0, 12)
    assert len(frame) == 4 * 4
    first, second = (frame[frame["point"] == point].drop(columns="point") for point in (1, 3))
    assert first.reset_index(drop=True).equals(second.reset_index(drop=True))
    assert (store.status()["status"] == "done").all()


def test_factors_of_every_kind_have_columns_of_their_kind(tmp_path):
    factors = [
        {"key": "practice.discussion.rule", "kind": "lever", "values": ["majority", "best"]},
        {"key": "protected_time.enabled", "kind": "lever", "values": [False, True]},
        {"key": "turnover.cohort", "kind": "uncertainty", "values": [0, 1]},
    ]
    from lpsim.scenario.keys import known_keys
    from lpsim.scenario.scenario import Scenario

    factors = [factor for factor in factors if factor["key"] in known_keys(Scenario)]
    frame = sweep(small(tmp_path, factors=factors, replications=1), store=tmp_path / "store").frame()
    assert [frame[factor["key"]].dtype.kind for factor in factors][1] == "b"
    assert set(frame["practice.discussion.rule"]) == {"majority", "best"}


def test_the_results_are_read_as_pandas_polars_and_arrow(tmp_path):
    store = sweep(small(tmp_path), store=tmp_path / "store")
    assert store.table().num_rows == 12
    assert store.polars().to_pandas()["practice_knowledge"].tolist() == (
        store.frame()["practice_knowledge"].tolist()
    )


def test_a_store_says_what_made_it_and_gives_its_design_back(tmp_path):
    design = small(tmp_path)
    store = read_store(sweep(design, store=tmp_path / "store").folder)
    assert store.design.digest == design.digest
    assert [store.design.scenario(p) for p in store.design.points] == [
        design.scenario(p) for p in design.points
    ]
    assert {"lpsim", "model", "python", "platform", "dependencies", "begun"} < set(store.head)
    assert store.points()["digest"].tolist() == [design.scenario(p).digest for p in design.points]


def test_seconds_and_host_stand_beside_the_results_and_not_in_them(tmp_path):
    store = sweep(small(tmp_path), store=tmp_path / "store")
    assert not set(store.frame().columns) & set(HOW_IT_WENT)
    status = store.status()
    assert (status["seconds"] > 0).all()
    assert status["host"].notna().all()


def test_a_store_has_no_file_per_run_and_few_at_all(tmp_path, many_shards):
    store = sweep(small(tmp_path, replications=10), store=tmp_path / "store")
    assert len(store.frame()) == 30
    assert len(contents(store.folder)) <= 5


# --- what may happen to it ------------------------------------------------------------------------


class Killed(BaseException):
    """The process is gone."""


class Mortal:
    """Lets a process die at the n-th time it touches the disk; from then on nothing is touched."""

    def __init__(self, monkeypatch, at):
        self.left = at
        self.dead = False
        for owner, name in (
            (os, "fsync"),
            (Path, "rename"),
            (Path, "unlink"),
            (Path, "open"),
            (Path, "mkdir"),
        ):
            monkeypatch.setattr(owner, name, self.mortal(getattr(owner, name)))

    def mortal(self, function):
        def call(*arguments, **named):
            self.left -= 1
            if self.left < 0:
                self.dead = True
                raise Killed
            return function(*arguments, **named)

        return call


@pytest.mark.slow
def test_killed_between_any_two_steps_a_sweep_goes_on_to_the_same_results(tmp_path, monkeypatch, many_shards):
    design = small(tmp_path, replications=2)
    expected = result_bytes(sweep(design, store=tmp_path / "undisturbed"))
    folder = tmp_path / "store"
    for at in range(1000):
        with monkeypatch.context() as patch:
            mortal = Mortal(patch, at)
            try:
                sweep(design, store=folder)
            except Killed:
                pass
        if not mortal.dead:
            break
        if (folder / "sweep.json").exists():  # whoever reads sees whole results, without doubles
            seen = Store.open(folder).frame()
            assert not seen.duplicated(["point", "seed"]).any()
        done = 0 if not (folder / "sweep.json").exists() else len(seen)
        again = sweep(design, store=folder)
        assert result_bytes(again) == expected, f"killed at {at}"
        assert (again.status()["status"] == "done").all()
        assert done <= 6
        _remove(folder)
    assert at > 40
    assert not [path for path in contents(tmp_path) if path.name.endswith(".partial")]


def test_what_is_left_of_one_killed_just_as_its_store_got_its_name_is_swept_up_by_the_next(
    tmp_path, monkeypatch
):
    design, folder = small(tmp_path, replications=2), tmp_path / "store"

    def die(*_):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(folders, "_sync_name", die)
        patch.setattr(folders, "_clear", lambda *_: None)  # whoever is dead clears nothing away
        with pytest.raises(Killed):
            sweep(design, store=folder)
    assert Store.open(folder)
    assert [path for path in tmp_path.iterdir() if folders.is_holder(path.name)]
    sweep(design, store=folder)
    assert not [path for path in tmp_path.iterdir() if folders.is_holder(path.name)]


def _remove(folder):
    import shutil

    shutil.rmtree(folder)


def test_what_is_there_is_not_done_again(tmp_path, monkeypatch, many_shards):
    design = small(tmp_path)
    ran = []
    original = batches.Simulator.many

    def some(simulator, scenario, seeds):
        ran.extend(seeds)
        if len(ran) == 6:
            raise KeyboardInterrupt
        return original(simulator, scenario, seeds)

    monkeypatch.setattr(batches.Simulator, "many", some)
    with pytest.raises(KeyboardInterrupt):
        sweep(design, store=tmp_path / "store")
    status = Store.open(tmp_path / "store").status()
    assert status["status"].value_counts().to_dict() == {"done": 5, "pending": 7}
    sweep(design, store=tmp_path / "store")
    assert len(ran) == 6 + 7
    sweep(design, store=tmp_path / "store")
    assert len(ran) == 6 + 7


def test_each_point_is_run_with_the_seeds_of_its_block(tmp_path):
    again = {"method": "morris", "samples": 2, "seed_blocks": 3, "replications": 2}
    factor = {"key": "practice.codification.rate", "kind": "lever", "range": [0.1, 0.9]}
    design = small(tmp_path, factors=[factor], **again)
    store = lpsim.sweep(design, store=tmp_path / "store")
    frame = store.frame()
    assert list(frame.columns)[3:5] == ["practice.codification.rate", "seed_block"]
    assert sorted(zip(frame["point"], frame["seed"], strict=True)) == [
        (point.number, seed) for point in design.points for seed in design.seeds(point)
    ]
    assert (frame["seed_block"] == (frame["seed"] + 1) // 2).all()
    with opened(tmp_path / "store", design) as kept:
        assert kept.made.all()
    status = store.status()
    assert set(status["status"]) == {"done"}
    assert set(zip(status["point"], status["seed"], strict=True)) == set(
        zip(frame["point"], frame["seed"], strict=True)
    )


def test_the_pending_have_the_ids_they_will_have(tmp_path):
    design = small(tmp_path)
    with opened(tmp_path / "store", design):
        pass
    before = Store.open(tmp_path / "store").status()
    assert set(before["status"]) == {"pending"}
    frame = sweep(design, store=tmp_path / "store").frame()
    assert before["run_id"].tolist() == frame["run_id"].tolist()


def test_what_a_system_puts_beside_the_shards_is_none(tmp_path):
    store = sweep(small(tmp_path), store=tmp_path / "store")
    expected = result_bytes(store)
    (store.results / f"._{store.shards()[0].name}").write_bytes(b"Mac OS X")
    assert result_bytes(store) == expected
    assert len(store.query("from runs")) == len(store.frame())
    assert result_bytes(sweep(small(tmp_path), store=tmp_path / "store")) == expected
    assert not list(store.results.glob("*.damaged"))


@pytest.mark.parametrize("damage", ["truncated", "flipped", "emptied", "another sweep's"])
def test_a_damaged_shard_is_found_named_and_done_again(tmp_path, damage, many_shards):
    design = small(tmp_path, replications=3)
    folder = tmp_path / "store"
    expected = result_bytes(sweep(design, store=folder))
    whole = shards_of(folder)[0]
    content = whole.read_bytes()
    if damage == "another sweep's":
        other = sweep(small(tmp_path, replications=2), store=tmp_path / "other")
        shard = shards_of(other.folder)[0]
        whole.unlink()
        whole = folder / "results" / shard.name
        whole.write_bytes(shard.read_bytes())
    else:
        middle = len(content) // 2
        flipped = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
        whole.write_bytes({"truncated": content[:-9], "flipped": flipped, "emptied": b""}[damage])
    before = contents(folder)
    with pytest.raises(InputError, match=rf"{whole.name}: damaged"):
        Store.open(folder).frame()
    with pytest.raises(InputError, match=rf"{whole.name}: damaged"):
        Store.open(folder).query("from runs")
    assert contents(folder) == before
    found = []
    assert result_bytes(sweep(design, store=folder, on_damaged=found.append)) == expected
    assert [path.name for path in found] == [whole.with_suffix(".damaged").name]
    assert found[0].read_bytes() == before[whole.relative_to(folder)]  # for whoever wants to look


def test_a_shard_that_is_gone_is_done_again(tmp_path):
    design = small(tmp_path)
    expected = result_bytes(sweep(design, store=tmp_path / "store"))
    for path in shards_of(tmp_path / "store"):
        path.unlink()
    with pytest.raises(InputError, match="holds no results"):
        Store.open(tmp_path / "store").frame()
    assert result_bytes(sweep(design, store=tmp_path / "store")) == expected


@pytest.mark.parametrize("at", [1, 3, 5, 9])
@pytest.mark.parametrize("where", ["write", "fsync"])
def test_a_full_disk_stops_the_sweep_and_loses_nothing(tmp_path, monkeypatch, many_shards, at, where):
    design = small(tmp_path)
    with opened(tmp_path / "store", design):
        pass
    calls = []

    def full(function):
        def call(*arguments, **named):
            writes = where == "fsync" or "w" in "".join(map(str, arguments[1:2]))
            calls.extend([where] * writes)
            if writes and len(calls) >= at:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return function(*arguments, **named)

        return call

    with monkeypatch.context() as patch:
        if where == "fsync":
            patch.setattr(os, "fsync", full(os.fsync))
        else:
            patch.setattr(Path, "open", full(Path.open))
        with pytest.raises(StoppedError, match=r"No space left.*what is finished is kept"):
            sweep(design, store=tmp_path / "store")
    kept = Store.open(tmp_path / "store").status()["status"].value_counts().to_dict()
    assert kept.get("failed", 0) == 0
    assert result_bytes(sweep(design, store=tmp_path / "store")) == (
        result_bytes(sweep(design, store=tmp_path / "undisturbed"))
    )


@pytest.mark.slow
def test_a_disk_that_is_really_full_loses_nothing(tmp_path, many_shards):
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", str(disk)]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no right to mount a small disk")
    design = small(tmp_path, replications=60)
    try:
        ballast = disk / "ballast"
        ballast.write_bytes(b"0" * 90_000)
        with pytest.raises(StoppedError, match=r"No space left on device"):
            sweep(design, store=disk / "store")
        done = len(Store.open(disk / "store").frame())
        assert 0 < done < 180
        ballast.unlink()
        assert result_bytes(sweep(design, store=disk / "store")) == (
            result_bytes(sweep(design, store=tmp_path / "undisturbed"))
        )
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def test_whoever_reads_while_shards_are_put_together_sees_every_run_once(tmp_path, monkeypatch, many_shards):
    design = small(tmp_path)
    seen = []
    unlink = Path.unlink

    def watched(path, **named):
        if path.suffix == ".parquet":  # the new shard is there, and the old ones still are
            seen.append(Store.open(tmp_path / "store").frame())
        unlink(path, **named)

    monkeypatch.setattr(Path, "unlink", watched)
    sweep(design, store=tmp_path / "store")
    assert len(seen) > 5
    assert not any(frame.duplicated(["point", "seed"]).any() for frame in seen)
    assert [len(frame) for frame in seen] == sorted(len(frame) for frame in seen)


def test_whoever_lists_shards_that_vanish_looks_again(tmp_path, monkeypatch, many_shards):
    store = sweep(small(tmp_path), store=tmp_path / "store")
    gone = store.results / f"{'0' * 32}.parquet"
    listed = shards.listed
    calls = []

    def stale(folder):
        calls.append(folder)
        return [gone, *listed(folder)] if len(calls) == 1 else listed(folder)

    monkeypatch.setattr(shards, "listed", stale)
    assert len(store.frame()) == 12
    assert len(calls) > 1


# --- who may fill it ------------------------------------------------------------------------------


def refused(tmp_path, match, design=None, folder="store"):
    design = design or small(tmp_path)
    before = contents(tmp_path)
    with pytest.raises(InputError, match=match):
        sweep(design, store=tmp_path / folder)
    assert contents(tmp_path) == before


def test_two_sweeps_at_once_the_second_is_refused(tmp_path):
    design = small(tmp_path)
    with opened(tmp_path / "store", design):
        refused(tmp_path, "another sweep is writing to it")
    sweep(design, store=tmp_path / "store")


def test_reading_needs_no_lock(tmp_path):
    design = small(tmp_path)
    sweep(design, store=tmp_path / "store")
    with opened(tmp_path / "store", design):
        assert len(Store.open(tmp_path / "store").frame()) == 12


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"replications": 5}, "other seeds"),
        ({"rates": [0.1, 0.4]}, "other points"),
        ({"first_seed": 2}, "other seeds"),
        ({"set": {"steps": 4}}, r"other scenario \(steps, .*…\), steps kept"),
        ({"keep": {"observations": "all"}}, "other steps kept"),
        ({"keep": {"measures": ["agreement"]}}, "other measures kept"),
    ],
)
def test_a_store_of_another_design_is_refused_by_what_differs_and_not_changed(tmp_path, change, what):
    sweep(small(tmp_path), store=tmp_path / "store")
    words = rf"holds another sweep \(Small sweep; {what}\); nothing was changed"
    refused(tmp_path, words, small(tmp_path, **change))


def test_another_title_is_no_other_design(tmp_path):
    sweep(small(tmp_path), store=tmp_path / "store")
    assert len(sweep(small(tmp_path, title="New"), store=tmp_path / "store").frame()) == 12


@pytest.mark.parametrize("name", ["lpsim", "model"])
def test_a_store_of_another_version_is_refused_and_not_changed(tmp_path, name):
    sweep(small(tmp_path), store=tmp_path / "store")
    edited(tmp_path / "store", **{name: "0.0"})
    refused(tmp_path, f"version 0.0 of {name}, this is .*nothing was changed")


def test_a_store_of_another_format_is_refused(tmp_path):
    sweep(small(tmp_path), store=tmp_path / "store")
    edited(tmp_path / "store", format_version=99)
    refused(tmp_path, "format version 99")
    with pytest.raises(InputError, match="format version 99"):
        read_store(tmp_path / "store")


def test_a_pipe_or_folder_among_the_shards_is_put_aside_and_not_waited_for(tmp_path):
    folder = sweep(small(tmp_path), store=tmp_path / "store").folder
    expected = result_bytes(read_store(folder))
    os.mkfifo(folder / "results" / "pipe.parquet")
    (folder / "results" / "folder.parquet").mkdir()
    with pytest.raises(InputError, match=r"(pipe|folder)\.parquet: damaged"):
        read_store(folder).frame()
    found = []
    assert result_bytes(sweep(small(tmp_path), store=folder, on_damaged=found.append)) == expected
    assert sorted(path.name for path in found) == ["folder.damaged", "pipe.damaged"]


@pytest.mark.parametrize(
    ("name", "content", "match"),
    [
        ("sweep.json", b"", "damaged"),
        ("sweep.json", b"{", "damaged"),
        ("sweep.json", b"[]", "was not written by lpsim"),
        ("sweep.json", b'{"format": "another"}', "was not written by lpsim"),
        ("points.parquet", b"PAR1", "damaged"),
    ],
)
def test_a_store_whose_design_is_damaged_is_refused(tmp_path, name, content, match):
    sweep(small(tmp_path), store=tmp_path / "store")
    (tmp_path / "store" / name).write_bytes(content)
    refused(tmp_path, rf"{name}: {match}")


def test_a_head_that_was_changed_by_hand_is_refused(tmp_path):
    sweep(small(tmp_path), store=tmp_path / "store")
    path = tmp_path / "store" / "sweep.json"
    path.write_text(re.sub('"Small sweep"', '"Large sweep"', path.read_text()))
    refused(tmp_path, r"sweep\.json: damaged")


def test_a_folder_of_something_else_is_no_store(tmp_path):
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "thesis.txt").write_text("mine")
    refused(tmp_path, r"sweep\.json: no such file; give the folder of a sweep, or begin another store")


def test_a_file_is_no_store(tmp_path):
    (tmp_path / "store").write_text("mine")
    refused(tmp_path, "no such folder|is no")


def test_an_empty_folder_becomes_a_store(tmp_path):
    (tmp_path / "store").mkdir()
    assert len(sweep(small(tmp_path), store=tmp_path / "store").frame()) == 12


def test_a_store_that_cannot_be_made_is_told_before_anything_runs(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(batches.Simulator, "many", lambda *_: pytest.fail("ran"))
    refused(tmp_path, "cannot be made", folder="file/store")


def test_a_store_appears_whole_or_not_at_all(tmp_path, monkeypatch):
    monkeypatch.setattr(pq, "write_table", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError), opened(tmp_path / "store", small(tmp_path)):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["base.toml"]


def test_of_two_that_begin_a_store_at_once_both_find_it(tmp_path, monkeypatch):
    design = small(tmp_path)
    began = writing._begin

    def both(folder, design):
        began(folder, design)
        began(folder, design)  # the other, that had seen none either

    monkeypatch.setattr(writing, "_begin", both)
    assert len(sweep(design, store=tmp_path / "store").frame()) == 12


def test_what_a_design_says_may_be_given_as_it_is(tmp_path):
    assert len(sweep(as_dict(tmp_path), store=tmp_path / "store").frame()) == 12


def test_a_filling_marks_what_it_holds(tmp_path):
    with opened(tmp_path / "store", small(tmp_path)) as kept:
        assert isinstance(kept, Filling)
        assert kept.made.shape == (3, 4)
        assert not kept.made.any()
    sweep(small(tmp_path), store=tmp_path / "store")
    with opened(tmp_path / "store", small(tmp_path)) as kept:
        assert kept.made.all()
        assert not kept.failed.any()
