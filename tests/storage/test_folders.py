"""What has a name is whole, whenever a process dies; what it leaves is swept up, and nothing else."""

import errno
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import filelock
import pytest

import lpsim
from lpsim.errors import InputError
from lpsim.storage import folders
from lpsim.storage.folders import (
    files_for,
    is_holder,
    new_folder,
    numbered,
    settle,
    sweep_up,
    unfinished_folder,
)

ROOT = Path(lpsim.__file__).parents[1]


def listing(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def holders(folder):
    return [path for path in folder.iterdir() if is_holder(path.name)]


def made(target, words="new", *, staying=None):
    """Make a folder with a file in it; returns where it is."""
    with unfinished_folder(target) as inside:
        (inside / "file").write_text(words)
        return settle(inside, target, staying=staying)


def nothing(_folder):
    """What is to stay of a folder that is replaced."""
    return []


def process(code, *arguments):
    """A process that runs some code after importing what there is; it prints a line when it is ready."""
    return subprocess.Popen(
        [sys.executable, "-c", f"import sys, time\nfrom lpsim.storage.folders import *\n{code}", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )


IN_THE_MIDDLE = """
with unfinished_folder(Path(sys.argv[1])) as inside:
    (inside / "file").write_text("half")
    print(inside, flush=True)
    time.sleep(60)
"""


# --- names ----------------------------------------------------------------------------------------


def test_a_folder_appears_when_it_is_settled_with_nothing_beside_it(tmp_path):
    with unfinished_folder(tmp_path / "out") as inside:
        (inside / "file").write_text("new")
        assert not (tmp_path / "out").exists()
        assert settle(inside, tmp_path / "out") == tmp_path / "out"
    assert listing(tmp_path) == ["out", "out/file"]


def test_what_is_not_settled_is_gone_with_the_folders_made_for_it(tmp_path):
    with pytest.raises(ZeroDivisionError), unfinished_folder(tmp_path / "a" / "b" / "out") as inside:
        (inside / "file").write_text("new")
        1 / 0  # noqa: B018
    assert listing(tmp_path) == []


def test_the_names_to_take_where_one_is_taken():
    names = numbered(Path("runs", "tiny.v1"))
    assert [next(names) for _ in range(3)] == [Path("runs", f"tiny.v1{end}") for end in ("", "-2", "-3")]


@pytest.mark.parametrize("taken", ["a folder with something in it", "a file", "a link to a file"])
def test_a_name_that_is_taken_stays_and_the_next_free_one_is_given(tmp_path, taken):
    out = tmp_path / "out"
    if taken == "a file":
        out.write_text("mine")
    elif taken == "a link to a file":
        out.symlink_to("elsewhere")
        (tmp_path / "elsewhere").write_text("mine")
    else:
        out.mkdir()
        (out / "mine").write_text("mine")
    found = made(out)
    assert found.name == ("elsewhere-2" if taken == "a link to a file" else "out-2")
    assert (found / "file").read_text() == "new"


def test_an_empty_folder_gives_way_and_a_link_to_it_stays_a_link(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "out").symlink_to("real")
    assert made(tmp_path / "out") == tmp_path / "out"
    assert (tmp_path / "out").is_symlink()
    assert (tmp_path / "real" / "file").read_text() == "new"


def test_where_it_is_said_as_it_was_asked_for(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert [made(Path("runs", "a")) for _ in range(2)] == [Path("runs", "a"), Path("runs", "a-2")]


def test_of_many_at_once_each_gets_a_name_of_its_own(tmp_path):
    found = []
    threads = [threading.Thread(target=lambda: found.append(made(tmp_path / "out").name)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == ["out", *(f"out-{number}" for number in range(2, 9))]
    assert holders(tmp_path) == []


def test_a_new_folder_is_refused_where_something_has_the_name_meanwhile(tmp_path):
    with pytest.raises(FileExistsError), new_folder(tmp_path / "out"):
        (tmp_path / "out").mkdir()
        (tmp_path / "out" / "mine").write_text("mine")
    assert listing(tmp_path) == ["out", "out/mine"]


def test_where_nothing_can_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(
            InputError, match=r"out: cannot be made \((Not a directory|File exists)\); name another folder"
        ),
        unfinished_folder(tmp_path / "file" / "out"),
    ):
        pass


# --- replacing ------------------------------------------------------------------------------------


@pytest.fixture(params=["at once", "by a third name"])
def way(request, monkeypatch):
    """Both ways in which two folders change names."""
    if request.param == "by a third name":
        monkeypatch.setattr(folders, "_exchanged_at_once", lambda *_: False)
    elif sys.platform != "linux":
        pytest.skip("no such system call")
    return request.param


def test_what_may_be_replaced_is_and_nothing_is_left_of_it(tmp_path, way):
    made(tmp_path / "out", "old")
    assert made(tmp_path / "out", "new", staying=nothing) == tmp_path / "out"
    assert listing(tmp_path) == ["out", "out/file"]
    assert (tmp_path / "out" / "file").read_text() == "new"


def test_what_gets_something_foreign_at_the_last_moment_is_not_replaced(tmp_path, way):
    made(tmp_path / "out", "old")
    answers = [[], None]
    found = made(tmp_path / "out", "new", staying=lambda _: answers.pop(0))
    assert found == tmp_path / "out-2"
    assert [(tmp_path / name / "file").read_text() for name in ("out", "out-2")] == ["old", "new"]
    assert holders(tmp_path) == []


@pytest.mark.skipif(sys.platform != "linux", reason="the system call is of Linux")
def test_whoever_looks_while_a_folder_is_replaced_finds_the_old_or_the_new_one(tmp_path):
    made(tmp_path / "out", "0")
    seen, ended = [], threading.Event()

    def look():
        while not ended.wait(0.0002):  # and let the other go on meanwhile
            seen.append(int((tmp_path / "out" / "file").read_text()))

    thread = threading.Thread(target=look)
    thread.start()
    for number in range(1, 100):
        made(tmp_path / "out", str(number), staying=nothing)
    ended.set()
    thread.join()
    assert len(seen) > 100
    assert seen == sorted(seen)


# --- processes that die ---------------------------------------------------------------------------


class Dead(BaseException):
    """The process is gone: from now on nothing happens on the disk."""


@pytest.fixture
def touches():
    """Let the n-th touch of the disk raise something; with `Dead`, also all that follow; counts them."""

    def after(number, error, monkeypatch):
        count = [0]

        def touch(function):
            def call(*arguments, **named):
                count[0] += 1
                dead = isinstance(error, Dead) and count[0] > number
                if count[0] == number or dead:
                    raise error
                return function(*arguments, **named)

            return call

        for owner, names in {
            os: ["fsync"],
            Path: ["mkdir", "rename", "rmdir", "replace", "write_text"],
            folders.tempfile: ["mkdtemp"],
            folders.shutil: ["rmtree"],
        }.items():
            for name in names:
                monkeypatch.setattr(owner, name, touch(getattr(owner, name)))
        monkeypatch.setattr(folders, "_exchanged_at_once", touch(folders._exchanged_at_once))
        return count

    return after


@pytest.fixture
def locks(monkeypatch):
    """All locks taken: the system lets go of those of a process that dies."""
    taken, locked = [], folders._locked

    def remembered(holder):
        taken.append(locked(holder))
        return taken[-1]

    monkeypatch.setattr(folders, "_locked", remembered)
    return taken


def test_whenever_a_process_dies_the_old_or_the_new_has_the_name_and_the_rest_is_swept_up(
    tmp_path, way, touches, locks, monkeypatch
):
    number = 0
    while True:
        number += 1
        target = tmp_path / str(number) / "out"
        made(target, "old")
        with monkeypatch.context() as patch:
            count = touches(number, Dead(), patch)
            try:
                made(target, "new", staying=nothing)
            except Dead:
                locks[-1].release(force=True)
        if way == "at once":
            assert (target / "file").read_text() in ("old", "new")
        sweep_up(target.parent)
        assert (target / "file").read_text() in ("old", "new")
        assert listing(target.parent) == ["out", "out/file"]
        if count[0] < number:
            break
    assert number > 8


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
def test_whenever_a_disk_is_full_it_is_told_and_nothing_half_is_there(tmp_path, touches, monkeypatch, code):
    number = 0
    while True:
        number += 1
        target = tmp_path / str(number) / "out"
        made(target, "old")
        with monkeypatch.context() as patch:
            count = touches(number, OSError(code, os.strerror(code)), patch)
            try:
                found = made(target, "new", staying=nothing)
            except (OSError, InputError) as error:
                assert os.strerror(code) in str(error)
                found = None
        sweep_up(target.parent)
        assert listing(target.parent) == ["out", "out/file"]
        if found is not None:
            assert (target / "file").read_text() == "new"
        if count[0] < number:
            break
    assert number > 8


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is of POSIX")
def test_what_a_killed_process_leaves_is_swept_up_by_the_next_and_what_a_living_one_makes_is_not(tmp_path):
    with (
        process(IN_THE_MIDDLE, str(tmp_path / "dead")) as dead,
        process(IN_THE_MIDDLE, str(tmp_path / "living")) as living,
    ):
        dead.stdout.readline(), living.stdout.readline()
        assert len(holders(tmp_path)) == 2
        dead.kill()
        dead.wait()
        made(tmp_path / "another")
        (left,) = holders(tmp_path)
        assert left.name.startswith(".living-")
        assert (left / "new" / "file").read_text() == "half"
        living.kill()
    sweep_up(tmp_path)
    assert listing(tmp_path) == ["another", "another/file"]


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is of POSIX")
def test_what_a_killed_process_had_moved_aside_gets_its_name_back(tmp_path):
    made(tmp_path / "out", "old")
    code = """
import lpsim.storage.folders as folders
folders._exchanged_at_once = lambda *_: False
rename = Path.rename
def die(path, target):
    if path.name == "new":
        print("now", flush=True)
        time.sleep(60)
    return rename(path, target)
Path.rename = die
with unfinished_folder(Path(sys.argv[1])) as inside:
    settle(inside, Path(sys.argv[1]), staying=lambda _: [])
"""
    with process(code, str(tmp_path / "out")) as killed:
        killed.stdout.readline()
        assert not (tmp_path / "out").exists()
        killed.kill()
    made(tmp_path / "another")
    assert (tmp_path / "out" / "file").read_text() == "old"
    assert holders(tmp_path) == []


@pytest.mark.skipif(os.name != "posix", reason="signals are of POSIX")
def test_a_second_ctrl_c_breaks_off_the_cleaning_and_nothing_else(tmp_path, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(folders.shutil, "rmtree", interrupted)
        assert made(tmp_path / "out") == tmp_path / "out"
    assert len(holders(tmp_path)) == 1
    sweep_up(tmp_path)
    assert listing(tmp_path) == ["out", "out/file"]


def test_only_what_is_of_this_machine_and_this_user_is_swept_up(tmp_path):
    with unfinished_folder(tmp_path / "out") as inside:
        machine = inside.parent.name.split("-")[1]
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "new").write_text("mine")
    others = [f".out-{'0' * 8}-abcdefgh.partial", ".notes.partial", f".out-{machine}-abcdefgh.partial.bak"]
    for name in others:
        (tmp_path / name).mkdir()
    (tmp_path / f".file-{machine}-abcdefgh.partial").write_text("")
    if os.name == "posix" and os.geteuid() == 0:
        (tmp_path / f".others-{machine}-abcdefgh.partial").mkdir()
        os.chown(tmp_path / f".others-{machine}-abcdefgh.partial", 12345, 12345)
        (tmp_path / f".link-{machine}-abcdefgh.partial").symlink_to("precious")
        os.lchown(tmp_path / f".link-{machine}-abcdefgh.partial", 12345, 12345)
    before = listing(tmp_path)
    sweep_up(tmp_path)
    assert listing(tmp_path) == before
    (tmp_path / f".out-{machine}-abcdefgh.partial").mkdir()
    sweep_up(tmp_path)
    assert listing(tmp_path) == before


def test_what_is_being_swept_up_becomes_nobodys_new_folder(tmp_path, monkeypatch):
    with unfinished_folder(tmp_path / "out") as inside:
        name = inside.parent.name
    (tmp_path / name).mkdir()  # as a process makes it, before it locks it
    clear = folders._clear

    def meanwhile(holder, target):
        with pytest.raises(TimeoutError):
            folders._locked(holder)
        clear(holder, target)

    monkeypatch.setattr(folders, "_clear", meanwhile)
    sweep_up(tmp_path)
    assert listing(tmp_path) == []


def test_where_locks_do_not_work_folders_are_made_and_nothing_is_swept_up(tmp_path, monkeypatch):
    def no(*_, **__):
        raise NotImplementedError

    monkeypatch.setattr(filelock.FileLock, "acquire", no)
    with unfinished_folder(tmp_path / "out") as inside:
        sweep_up(tmp_path)
        assert settle(inside, tmp_path / "out") == tmp_path / "out"
    assert listing(tmp_path) == ["out"]


# --- files ----------------------------------------------------------------------------------------


def test_files_are_put_into_a_folder_together_and_replace_those_of_the_same_name(tmp_path):
    (tmp_path / "a").write_text("old")
    (tmp_path / "mine").write_text("mine")
    with files_for(tmp_path) as inside:
        (inside / "a").write_text("new")
        (inside / "b").write_text("new")
        assert (tmp_path / "a").read_text() == "old"
    assert listing(tmp_path) == ["a", "b", "mine"]
    assert (tmp_path / "a").read_text() == "new"


def test_files_of_which_one_fails_are_not_there(tmp_path):
    (tmp_path / "a").write_text("old")
    with pytest.raises(ZeroDivisionError), files_for(tmp_path) as inside:
        (inside / "a").write_text("new")
        1 / 0  # noqa: B018
    assert listing(tmp_path) == ["a"]
    assert (tmp_path / "a").read_text() == "old"


@pytest.mark.skipif(os.name != "posix", reason="SIGTERM is of POSIX")
def test_files_of_a_killed_process_are_swept_up(tmp_path):
    code = IN_THE_MIDDLE.replace("unfinished_folder", "files_for")
    with process(code, str(tmp_path)) as killed:
        killed.stdout.readline()
        killed.send_signal(signal.SIGKILL)
    assert len(holders(tmp_path)) == 1
    with files_for(tmp_path) as inside:
        (inside / "a").write_text("new")
    assert listing(tmp_path) == ["a"]
