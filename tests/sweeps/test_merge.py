"""Every run is in a store once; two stores of one design become one, or nothing happens."""

import os
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from sweeping import contents, design_file, result_bytes, small
from typer.testing import CliRunner

from lpsim import cli
from lpsim.errors import InputError
from lpsim.sweeps import batches
from lpsim.sweeps.plan import Plan
from lpsim.sweeps.runner import InThisProcess, sweep
from lpsim.sweeps.store import shards, writing
from lpsim.sweeps.store.merging import merge
from lpsim.sweeps.store.rows import Failure, Made, schema_of, table_of
from lpsim.sweeps.store.store import Store
from lpsim.sweeps.store.writing import filling


@pytest.fixture
def many_shards(monkeypatch):
    """Every run a batch of its own, and three shards put together."""
    monkeypatch.setattr(Plan, "_size", lambda *_: 1)
    monkeypatch.setattr(writing, "MANY", 3)


def of(folder):
    return sorted((folder / "results").glob("*.parquet"))


def made_up(design, runs, *, value=0.5, failed=()):
    """Rows of runs, given as (point, replication), as if they had been made."""
    made = []
    for point, replication in runs:
        seed = design.seeds(design.points[point])[replication]
        bad = (point, replication) in failed
        seen = {} if bad else {"step": [3], **{name: [value + seed / 100] for name in design.keep.measures}}
        failure = Failure("simulation", "ValueError: no", "…") if bad else None
        name = f"{point:016}{seed:016}"
        made.append(Made(name, [design.points[point]], seed, 0.1, "here", seen, failure))
    return table_of(schema_of(design), made)


def store_of(folder, design, *tables):
    """A store that holds some tables, a shard each."""
    with filling(folder, design) as kept:
        for table in tables:
            kept.add(table)
    return Store.open(folder)


def runs_of(folder):
    status = Store.open(folder).status()
    return {(row.point, row.seed): row.status for row in status.itertuples()}


A = [(0, 0), (0, 1), (1, 0)]
B = [(1, 0), (1, 1), (2, 0)]


# --- no run twice ---------------------------------------------------------------------------------


def test_shards_copied_from_another_store_are_refused_by_name(tmp_path):
    design = small(tmp_path)
    store_of(tmp_path / "a", design, made_up(design, A))
    store_of(tmp_path / "b", design, made_up(design, B))
    ours = {path.name for path in of(tmp_path / "a") if pq.read_metadata(path).num_rows}
    for path in of(tmp_path / "b"):
        shutil.copy(path, tmp_path / "a" / "results")
    theirs = {path.name for path in of(tmp_path / "b") if pq.read_metadata(path).num_rows}
    before = contents(tmp_path / "a")
    for ask in (Store.frame, Store.status, lambda store: store.query("from runs")):
        with pytest.raises(InputError) as caught:
            ask(Store.open(tmp_path / "a"))
        message = str(caught.value)
        assert all(name in message for name in ours | theirs)
        assert "each hold point 1, seed 1; move all but one out of the folder" in message
        assert "--merge STORE" in message
    with pytest.raises(InputError, match="each hold point 1, seed 1"):
        sweep(design, store=tmp_path / "a")
    assert contents(tmp_path / "a") == before


def test_rows_that_are_twice_in_one_shard_are_refused_too(tmp_path):
    design = small(tmp_path)
    table = made_up(design, A)
    store_of(tmp_path / "a", design)
    twice = shards.write(tmp_path / "a" / "results", pa.concat_tables([table, table]), design=design.digest)
    with pytest.raises(InputError, match=f"{twice.name} holds twice point 0, seed 1 and 2 more; move it out"):
        Store.open(tmp_path / "a").frame()


def test_a_run_that_failed_in_one_shard_and_is_done_in_another_is_doubled(tmp_path):
    design = small(tmp_path)
    store_of(tmp_path / "a", design, made_up(design, [(0, 0)]))
    failed = made_up(design, [(0, 0)], failed=[(0, 0)])
    shards.write(tmp_path / "a" / "results", failed, design=design.digest)
    with pytest.raises(InputError, match="each hold point 0, seed 1;"):
        Store.open(tmp_path / "a").status()


# --- merging --------------------------------------------------------------------------------------


def merged(tmp_path, design, other="b"):
    """Take over into a what is in another."""
    with filling(tmp_path / "a", design) as kept:
        told = merge(kept, tmp_path / other)
        kept.put_together()
    return told


def test_runs_that_this_store_lacks_are_taken_over_and_what_both_have_is_kept_once(tmp_path, many_shards):
    design = small(tmp_path)
    store_of(tmp_path / "a", design, made_up(design, A[:2]), made_up(design, A[2:]))
    store_of(tmp_path / "b", design, made_up(design, B))
    before = contents(tmp_path / "b")
    told = merged(tmp_path, design)
    assert (told.taken, told.here_already) == (2, 1)
    done = {(point, seed) for (point, seed), status in runs_of(tmp_path / "a").items() if status == "done"}
    assert done == {(point, replication + 1) for point, replication in A + B}
    assert contents(tmp_path / "b") == before
    once = store_of(tmp_path / "once", design, made_up(design, sorted({*A, *B})))
    assert result_bytes(Store.open(tmp_path / "a")) == result_bytes(once)


def test_merging_again_changes_nothing(tmp_path):
    design = small(tmp_path)
    for name, runs in (("a", A), ("b", B)):
        store_of(tmp_path / name, design, made_up(design, runs))
    merged(tmp_path, design)
    before = contents(tmp_path / "a")
    told = merged(tmp_path, design)
    assert (told.taken, told.here_already) == (0, 3)
    assert contents(tmp_path / "a") == before


def test_runs_that_both_have_and_that_disagree_are_refused_and_nothing_is_taken_over(tmp_path):
    design = small(tmp_path)
    store_of(tmp_path / "a", design, made_up(design, A))
    store_of(tmp_path / "b", design, made_up(design, [(2, 0)]), made_up(design, [(1, 0)], value=0.6))
    before = contents(tmp_path / "a")
    with pytest.raises(
        InputError, match=r"point 1, seed 1 has another \w+ there than in .*; nothing of it was"
    ):
        merged(tmp_path, design)
    assert contents(tmp_path / "a") == before


def test_another_design_or_the_store_itself_is_refused(tmp_path):
    design = small(tmp_path)
    store_of(tmp_path / "a", design, made_up(design, A))
    store_of(tmp_path / "b", small(tmp_path, replications=3))
    before = contents(tmp_path / "a")
    with pytest.raises(
        InputError, match=r"b: holds another sweep .*; merge stores of one design and version alone"
    ):
        merged(tmp_path, design)
    with pytest.raises(InputError, match="cannot be merged with itself"):
        merged(tmp_path, design, other="a")
    with pytest.raises(InputError, match="no such folder"):
        merged(tmp_path, design, other="nowhere")
    assert contents(tmp_path / "a") == before


def test_a_run_that_is_done_in_one_goes_before_one_that_failed_in_the_other(tmp_path):
    design = small(tmp_path)
    store_of(tmp_path / "a", design, made_up(design, A, failed=[(0, 0), (0, 1)]))
    store_of(tmp_path / "b", design, made_up(design, [*B, (0, 0)], failed=[(1, 0), (1, 1)]))
    merged(tmp_path, design)
    runs = runs_of(tmp_path / "a")
    assert {run: status for run, status in runs.items() if status != "pending"} == {
        (0, 1): "done",
        (0, 2): "failed",
        (1, 1): "done",
        (1, 2): "failed",
        (2, 1): "done",
    }


def test_a_damaged_shard_of_the_other_is_told_and_nothing_taken_over(tmp_path):
    design = small(tmp_path)
    store_of(tmp_path / "a", design, made_up(design, A))
    store_of(tmp_path / "b", design, made_up(design, B))
    before = contents(tmp_path / "a")
    path = of(tmp_path / "b")[0]
    path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(InputError, match=f"{path.name}: damaged"):
        merged(tmp_path, design)
    assert contents(tmp_path / "a") == before


class Killed(BaseException):
    """The process is gone."""


@pytest.mark.slow
def test_killed_between_any_two_steps_a_merge_is_done_again_to_the_same_end(
    tmp_path, monkeypatch, many_shards
):
    design = small(tmp_path)
    failed = [(0, 0)]
    for name in ("a", "b"):
        runs = A if name == "a" else [*B, (0, 0)]
        tables = [made_up(design, [run], failed=failed if name == "a" else ()) for run in runs]
        store_of(tmp_path / name, design, *tables)
    shutil.copytree(tmp_path / "a", tmp_path / "kept")
    merged(tmp_path, design)
    expected = result_bytes(Store.open(tmp_path / "a"))
    at = 0
    while True:
        shutil.rmtree(tmp_path / "a")
        shutil.copytree(tmp_path / "kept", tmp_path / "a")
        left = [at]
        with monkeypatch.context() as patch:
            for owner, name in ((os, "fsync"), (Path, "rename"), (Path, "unlink"), (Path, "open")):
                patch.setattr(owner, name, mortal(getattr(owner, name), left))
            try:
                merged(tmp_path, design)
            except Killed:
                pass
        if left[0] >= 0:
            break
        seen = Store.open(tmp_path / "a").frame()  # whole, without doubles
        assert not seen.duplicated(["point", "seed", "step"]).any()
        assert len(seen) >= len(A) - len(failed)
        merged(tmp_path, design)
        assert result_bytes(Store.open(tmp_path / "a")) == expected, f"killed at {at}"
        at += 1
    assert at > 10


def mortal(function, left):
    def call(*arguments, **named):
        left[0] -= 1
        if left[0] < 0:
            raise Killed
        return function(*arguments, **named)

    return call


# --- the command ----------------------------------------------------------------------------------


def lpsim(*arguments):
    return CliRunner().invoke(cli.app, [str(argument) for argument in arguments])


def test_two_halves_of_a_sweep_are_merged_by_the_command(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("lpsim.sweeps.workers.LocalWorkers", Here)
    file, design = design_file(tmp_path), small(tmp_path)
    whole = sweep(design, store=tmp_path / "whole")
    rows = shards.read(whole.shards(), schema_of(design).names)
    parts = [
        rows.filter(pc.equal(pc.bit_wise_and(rows["seed"], pa.scalar(1, pa.uint64())), odd)) for odd in (0, 1)
    ]
    for name, part in zip(("a", "b"), parts, strict=True):
        store_of(tmp_path / name, design, part)
    monkeypatch.setattr(batches.Simulator, "many", lambda *_: 1 / 0)
    result = lpsim("sweep", file, "--out", "a", "--merge", "b")
    assert (result.exit_code, result.stderr) == (0, "b: 6 runs taken over\n")
    assert "12 of 12 are done" in result.stdout
    assert result_bytes(Store.open("a")) == result_bytes(whole)
    result = lpsim("sweep", file, "--out", "new", "--merge", "a", "--merge", "b")
    assert result.stderr == "a: 12 runs taken over\nb: 0 runs taken over; 6 were here already\n"
    assert result_bytes(Store.open("new")) == result_bytes(whole)


class Here(InThisProcess):
    """In the place of worker processes."""

    def __init__(self, count=None):
        self.asked_for = count

    def __exit__(self, *_):
        return None


def test_a_dry_run_merges_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = lpsim("sweep", design_file(tmp_path), "--merge", "b", "--dry-run")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "--merge: a dry run changes no store; leave one of the two out.\n"
