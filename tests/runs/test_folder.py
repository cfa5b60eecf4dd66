"""The folder `lpsim run` leaves is whole or not there, and nobody's files are ever lost to it."""

import errno
import os
import shutil
from functools import partial
from pathlib import Path

import pytest

import lpsim
from lpsim.errors import InputError, StoppedError
from lpsim.runs import folder, run
from lpsim.runs.folder import as_runs, check_target, default_target, load_runs
from lpsim.runs.run import Run
from lpsim.scenario import Scenario
from lpsim.storage import folders

SMALL = {"title": "Small", "steps": 2, "population.practices": 2, "world.issues": 6, "world.domains": 2}


def two_files(runs, folder):
    """Figures are tested elsewhere; here two files stand for them."""
    paths = [Path(folder, f"levels.{suffix}") for suffix in ("png", "svg")]
    for path in paths:
        path.write_text(f"{len(runs)} runs")
    return paths


save_results = partial(folder.save_results, draw=two_files)


@pytest.fixture(scope="module")
def runs():
    scenario = Scenario().replace(SMALL)
    return [lpsim.simulate(scenario, seed=seed) for seed in (9, 10, 11)]


def listing(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_result_is_its_first_run_with_its_replications_and_figures(runs, tmp_path):
    kept, figures, _ = save_results(iter(runs), tmp_path / "out")
    assert [run.seed for run in kept] == [9, 10, 11]
    assert "practices" not in kept[0].tables
    assert figures == [tmp_path / "out" / "levels.png", tmp_path / "out" / "levels.svg"]
    assert all(path.is_file() for path in figures)
    assert [run.seed for run in load_runs(tmp_path / "out")] == [9, 10, 11]
    assert {"replications/seed-10", "replications/seed-11"} < set(listing(tmp_path / "out"))
    assert listing(tmp_path)[0] == "out"  # nothing hidden beside it


@pytest.mark.parametrize("form", [str, Path, load_runs, lambda out: iter(load_runs(out))])
def test_runs_may_be_given_as_their_folder(runs, tmp_path, form):
    save_results(runs, tmp_path / "out")
    given = form(tmp_path / "out")
    assert [run.seed for run in as_runs(given)] == [9, 10, 11]
    assert lpsim.months_to_half_replicated(str(tmp_path / "out"))["runs"].tolist() == [3] * 4


def test_one_run_is_runs_and_the_first_of_a_folder_is_a_run(runs, tmp_path):
    save_results(runs, tmp_path / "out")
    assert as_runs(runs[1]) == [runs[1]]
    with pytest.warns(UserWarning, match="the first of 3 runs"):
        assert lpsim.months_to_half(tmp_path / "out").equals(lpsim.months_to_half(runs[0]))


@pytest.mark.parametrize("nothing", [3, None, [3], [None], "nowhere"])
@pytest.mark.parametrize("function", [lpsim.plot_levels, lpsim.plot_flow, lpsim.months_to_half_replicated])
def test_what_is_no_run_is_refused_in_a_sentence(function, nothing):
    with pytest.raises(InputError, match=r"give (a Run|the folder of a saved run)"):
        function(nothing)


def test_loading_one_run_of_several_says_that_it_is_one(runs, tmp_path):
    save_results(runs, tmp_path / "out")
    with pytest.warns(
        UserWarning, match=r"out: this is the first of 3 runs \(seed 9\) alone; lpsim\.load_runs"
    ):
        assert Run.load(tmp_path / "out").seed == 9
    assert Run.load(tmp_path / "out" / "replications" / "seed-10").seed == 10


def test_one_run_makes_no_folder_of_replications(runs, tmp_path):
    save_results(runs[:1], tmp_path / "out")
    tables = [f"{name}.parquet" for name in ("groups", "issues", "practices", "series")]
    assert listing(tmp_path / "out") == sorted([*tables, "levels.png", "levels.svg", "run.json"])
    assert [run.seed for run in load_runs(tmp_path / "out")] == [9]
    assert Run.load(tmp_path / "out").seed == 9  # and nothing to say


def test_replications_are_loaded_by_number_not_by_name(runs, tmp_path):
    save_results([runs[2], runs[1], runs[0]], tmp_path / "out")
    assert [run.seed for run in load_runs(tmp_path / "out")] == [11, 9, 10]


def test_a_damaged_replication_is_refused_by_name(runs, tmp_path):
    save_results(runs, tmp_path / "out")
    (tmp_path / "out/replications/seed-10/series.parquet").write_bytes(b"")
    with pytest.raises(InputError, match=r"seed-10.series\.parquet: damaged"):
        load_runs(tmp_path / "out")


STRAYS = [".DS_Store", "seed-10 (copy)/", "seed-10.bak/", "seed-010/", "seed-/", "seed-12", "notes/"]


@pytest.mark.parametrize("name", STRAYS)
def test_a_stray_file_or_folder_neither_stops_nor_joins_the_replications(runs, tmp_path, name):
    save_results(runs, tmp_path / "out")
    stray = tmp_path / "out" / "replications" / name
    if name.endswith("/"):
        shutil.copytree(tmp_path / "out" / "replications" / "seed-10", stray)
    else:
        stray.write_text("")
    (tmp_path / "out" / ".DS_Store").write_text("")
    assert [run.seed for run in load_runs(tmp_path / "out")] == [9, 10, 11]


def test_a_file_where_replications_would_be_is_passed_over(runs, tmp_path):
    save_results(runs[:1], tmp_path / "out")
    (tmp_path / "out" / "replications").write_text("")
    assert [run.seed for run in load_runs(tmp_path / "out")] == [9]


@pytest.mark.parametrize(("source", "name"), [("replications/seed-10", "seed-12"), (".", "seed-9")])
def test_a_run_that_is_there_twice_is_refused(runs, tmp_path, source, name):
    save_results(runs, tmp_path / "out")
    shutil.copytree(tmp_path / "out" / source, tmp_path / "copy")
    (tmp_path / "copy").rename(tmp_path / "out" / "replications" / name)
    with pytest.raises(InputError, match=rf"{name}: holds the run with seed \d+ once more; delete it"):
        load_runs(tmp_path / "out")


def test_a_replication_of_another_scenario_is_refused(runs, tmp_path):
    save_results(runs, tmp_path / "out")
    lpsim.simulate(Scenario().replace({**SMALL, "steps": 3}), seed=8).save(
        tmp_path / "out" / "replications" / "seed-8"
    )
    with pytest.raises(InputError, match=r"seed-8: a run of another scenario than .*out holds; move it away"):
        load_runs(tmp_path / "out")


def test_replications_that_followed_no_lessons_belong_to_a_first_run_that_did(runs, tmp_path):
    first = lpsim.simulate(Scenario().replace({**SMALL, "record.lessons": True}), seed=9)
    save_results([first, *runs[1:]], tmp_path / "out")
    assert [run.lessons is None for run in load_runs(tmp_path / "out")] == [False, True, True]


def test_runs_with_the_same_seed_are_refused(runs, tmp_path):
    with pytest.raises(InputError, match="same seed"):
        save_results([runs[0], runs[0]], tmp_path / "out")


def test_no_runs_are_refused(tmp_path):
    with pytest.raises(InputError, match="found none"):
        save_results([], tmp_path / "out")
    assert listing(tmp_path) == []


def test_another_run_is_not_overwritten_and_is_named(runs, tmp_path):
    save_results(runs[:1], tmp_path / "out")
    before = contents(tmp_path)
    with pytest.raises(InputError, match=r"holds another run \(Small, seed 9\).*--out.*--force"):
        save_results(runs[1:], tmp_path / "out")
    assert contents(tmp_path) == before


def test_force_replaces_another_run_and_leaves_nothing_of_it(runs, tmp_path):
    save_results(runs, tmp_path / "out")
    save_results(runs[1:2], tmp_path / "out", force=True)
    assert [run.seed for run in load_runs(tmp_path / "out")] == [10]
    assert "replications" not in listing(tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("name", ["notes.txt", "levels.png.bak", "replications/mine.csv", "mine/"])
def test_what_lpsim_did_not_write_is_never_replaced(runs, tmp_path, name, force):
    save_results(runs, tmp_path / "out")
    path = tmp_path / "out" / name
    path.mkdir() if name.endswith("/") else path.write_text("mine")
    before = contents(tmp_path)
    with pytest.raises(InputError, match=rf"did not write \({name.rstrip('/')}\)"):
        save_results(runs, tmp_path / "out", force=force)
    assert contents(tmp_path) == before


COPIES = ["levels (copy).png", "run - Copy.json", "series(1).parquet", "replications/seed-10 (copy)/"]


@pytest.mark.parametrize("linked", [True, False])
def test_copies_that_somebody_has_made_stay_when_the_result_is_replaced_and_do_not_join_it(
    runs, tmp_path, linked, monkeypatch
):
    if not linked:  # as on some disks
        monkeypatch.setattr(os, "link", raising(OSError(errno.EPERM, os.strerror(errno.EPERM))))
    save_results(runs, tmp_path / "out")
    for name in COPIES:
        if name.endswith("/"):
            shutil.copytree(tmp_path / "out" / "replications" / "seed-10", tmp_path / "out" / name)
        else:
            (tmp_path / "out" / name).write_text("mine")
    copied = {path: content for path, content in contents(tmp_path / "out").items() if "(copy)" in str(path)}
    assert len(copied) > 3
    assert save_results(runs[2:], tmp_path / "out", force=True).folder == tmp_path / "out"
    assert [run.seed for run in load_runs(tmp_path / "out")] == [11]
    assert copied.items() <= contents(tmp_path / "out").items()
    assert {name.rstrip("/") for name in COPIES} < set(listing(tmp_path / "out"))
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_copy_made_while_the_result_is_replaced_is_not_lost(runs, tmp_path, monkeypatch):
    save_results(runs, tmp_path / "out")
    (tmp_path / "out" / "levels (1).png").write_text("mine")
    exchange = folders._exchange

    def meanwhile(new, target):
        (target / "levels (2).png").write_text("mine")
        exchange(new, target)

    monkeypatch.setattr(folders, "_exchange", meanwhile)
    assert save_results(runs[1:], tmp_path / "out", force=True).folder == tmp_path / "out-2"
    assert {"levels (1).png", "levels (2).png"} < set(listing(tmp_path / "out"))
    assert [run.seed for run in load_runs(tmp_path / "out")] == [9, 10, 11]
    assert not [name for name in listing(tmp_path / "out-2") if "(1)" in name]


def test_a_systems_own_files_are_in_nobodys_way(runs, tmp_path):
    (tmp_path / "out").mkdir()
    for name in (".DS_Store", "Thumbs.db", "._levels.png"):
        (tmp_path / "out" / name).write_text("")
    save_results(runs, tmp_path / "out")
    for place in (".DS_Store", "replications/.DS_Store", "replications/seed-10/desktop.ini"):
        (tmp_path / "out" / place).write_text("")
    save_results(runs[1:], tmp_path / "out", force=True)
    assert [run.seed for run in load_runs(tmp_path / "out")] == [10, 11]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    (tmp_path / "saved").mkdir()
    (tmp_path / "saved" / ".DS_Store").write_text("")
    runs[0].save(tmp_path / "saved")
    assert Run.load(tmp_path / "saved").seed == 9


def test_copies_alone_are_no_result_to_replace(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "levels (1).png").write_text("mine")
    with pytest.raises(InputError, match=r"did not write \(levels \(1\)\.png\)"):
        check_target(tmp_path / "out", force=True)


def test_a_run_json_of_another_program_is_never_replaced(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "run.json").write_text('{"format": "another"}')
    with pytest.raises(InputError, match=r"did not write \(run\.json\)"):
        check_target(tmp_path / "out", force=True)


def test_a_file_that_appears_while_figures_are_drawn_is_not_lost(runs, tmp_path, monkeypatch):
    save_results(runs, tmp_path / "out")
    write_run = folder.write_run

    def meanwhile(*arguments):
        (tmp_path / "out" / "notes.txt").write_text("mine")
        write_run(*arguments)

    monkeypatch.setattr(folder, "write_run", meanwhile)
    assert save_results(runs[1:], tmp_path / "out", force=True).folder == tmp_path / "out-2"
    assert (tmp_path / "out" / "notes.txt").read_text() == "mine"
    assert [run.seed for run in load_runs(tmp_path / "out")] == [9, 10, 11]
    assert [run.seed for run in load_runs(tmp_path / "out-2")] == [10, 11]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "out-2"]


@pytest.mark.parametrize("force", [False, True])
def test_a_failure_leaves_the_old_result_and_nothing_beside_it(runs, tmp_path, monkeypatch, force):
    if force:
        save_results(runs, tmp_path / "out")
    before = contents(tmp_path)
    monkeypatch.setattr(folder, "write_run", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        save_results(runs, tmp_path / "out", force=force)
    assert contents(tmp_path) == before


def meanwhile(runs, happens):
    """Runs, the second of which takes so long that something happens."""
    yield runs[0]
    happens()
    yield from runs[1:]


def test_of_two_that_save_to_one_folder_at_once_both_are_kept_and_each_is_told_where(runs, tmp_path):
    other = meanwhile(runs, lambda: save_results(runs[2:], tmp_path / "out"))
    kept, figures, found = save_results(other, tmp_path / "out")
    assert [run.seed for run in load_runs(tmp_path / "out")] == [11]
    assert [run.seed for run in load_runs(tmp_path / "out-2")] == [9, 10, 11]
    assert (len(kept), found) == (3, tmp_path / "out-2")
    assert figures == [tmp_path / "out-2" / "levels.png", tmp_path / "out-2" / "levels.svg"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "out-2"]


def raising(error):
    def happens(*_, **__):
        raise error

    return happens


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (
            InputError("record.lessons_limit: too many."),
            InputError,
            "record.lessons_limit: too many; the run ",
        ),
        (MemoryError("much"), StoppedError, "MemoryError: much; the run "),
        (OSError(5, "Input/output error"), StoppedError, "Input/output error; the run "),
    ],
)
def test_runs_made_before_one_that_fails_are_kept_and_replace_nothing(
    runs, tmp_path, force, error, kind, words
):
    if force:
        save_results(runs[2:], tmp_path / "out")
    with pytest.raises(kind, match=f"{words}finished before that is in .*out"):
        save_results(meanwhile(runs, raising(error)), tmp_path / "out", force=force)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == (["out", "out-2"] if force else ["out"])
    assert [run.seed for run in load_runs(tmp_path / names[-1])] == [9]


def test_runs_whose_figures_fail_are_kept_with_no_half_figure(runs, tmp_path):
    def draw(runs, folder):
        two_files(runs, folder)
        raise ZeroDivisionError

    with pytest.raises(
        StoppedError, match=r"ZeroDivisionError:; the 3 runs finished before that are in .*out"
    ):
        folder.save_results(runs, tmp_path / "out", draw=draw)
    assert len(load_runs(tmp_path / "out")) == 3
    assert not [name for name in listing(tmp_path) if "levels" in name or "partial" in name]


def test_ctrl_c_between_two_runs_leaves_nothing(runs, tmp_path):
    with pytest.raises(KeyboardInterrupt):
        save_results(meanwhile(runs, raising(KeyboardInterrupt())), tmp_path / "out")
    assert listing(tmp_path) == []


def test_on_a_disk_that_is_full_at_any_write_whole_runs_are_kept_and_it_is_told(runs, tmp_path, monkeypatch):
    for number in range(1, 1000):
        target = tmp_path / str(number) / "out"
        save_results(runs[2:], target)
        with monkeypatch.context() as patch:
            writes = full_at(number, patch)
            try:
                found = save_results(runs[:2], target, force=True).folder
                told = ""
            except StoppedError as error:
                told = str(error)
        assert [run.seed for run in load_runs(target)] == ([9, 10] if not told else [11])
        kept = target.with_name("out-2")
        if "finished before that" in told:
            assert load_runs(kept)
        else:
            assert not kept.exists()
        if told:
            assert told.startswith(f"{target}: cannot be written to (No space left on device); make room")
        assert not [name for name in listing(tmp_path) if "partial" in name]
        if len(writes) < number:
            break
    assert (found, number > 12) == (target, True)


def full_at(number, patch):
    """Let the n-th write to the disk find it full; gives the list of writes."""
    writes = []

    def touch(function):
        def call(*arguments, **named):
            writes.append(function)
            if len(writes) == number:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return function(*arguments, **named)

        return call

    for name in ("write_bytes", "write_text", "rename", "replace"):
        patch.setattr(Path, name, touch(getattr(Path, name)))
    patch.setattr(os, "fsync", touch(os.fsync))
    return writes


def test_figures_that_were_never_finished_do_not_stand_in_the_way_of_force(runs, tmp_path):
    save_results(runs, tmp_path / "out")
    left = tmp_path / "out" / ".files-01234567-abcdefgh.partial" / "new"
    left.mkdir(parents=True)
    (left / "funnel.png").write_text("half")
    save_results(runs[1:], tmp_path / "out", force=True)
    assert [run.seed for run in load_runs(tmp_path / "out")] == [10, 11]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_leftovers_of_a_killed_run_are_ignored(runs, tmp_path):
    (tmp_path / ".out-abc.partial").mkdir()
    save_results(runs, tmp_path / "out")
    assert len(load_runs(tmp_path / "out")) == 3


def test_a_file_is_no_target(tmp_path):
    (tmp_path / "out").write_text("")
    with pytest.raises(InputError, match="is a file"):
        check_target(tmp_path / "out", force=True)
    with pytest.raises(InputError, match=r"cannot be (written to|used)"):
        check_target(tmp_path / "out" / "below")


@pytest.mark.parametrize("where", [".", ".."])
def test_the_working_folder_is_no_target(tmp_path, monkeypatch, where):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="working folder"):
        check_target(where, force=True)


@pytest.mark.parametrize("name", ["loop", "loop/below", "a\0b"])
def test_where_no_folder_can_be_is_no_target(runs, tmp_path, name):
    (tmp_path / "loop").symlink_to("loop")
    for use in (check_target, partial(save_results, runs), runs[0].save):
        with pytest.raises(InputError, match=r"no folder can be there; name another \(--out\)\.$"):
            use(tmp_path / name)
    assert listing(tmp_path) == ["loop"]


def test_a_folder_that_cannot_be_written_to_is_no_target(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write anywhere
    with pytest.raises(InputError, match=r"cannot be written to; name another folder \(--out\)"):
        check_target(tmp_path / "a" / "b")
    assert listing(tmp_path) == []


def test_an_unused_name_and_an_empty_folder_are_targets_and_checking_writes_nothing(tmp_path):
    (tmp_path / "empty").mkdir()
    for name in ("empty", "new", "a/b/c"):
        check_target(tmp_path / name)
    assert listing(tmp_path) == ["empty"]


def test_the_default_target_is_the_first_free_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert default_target("configs/main.toml") == Path("runs/main")
    Path("runs/main").mkdir(parents=True)
    assert default_target("configs/main.toml") == Path("runs/main-2")
    Path("runs/main-2").write_text("")
    assert default_target("main.toml") == Path("runs/main-3")


def test_a_link_to_a_folder_stays_a_link(runs, tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "out").symlink_to("real")
    save_results(runs[:1], tmp_path / "out")
    assert (tmp_path / "out").is_symlink()
    assert run.Run.load(tmp_path / "real").seed == 9
