"""Compiled code is kept where that is possible; whatever is wrong with the place, a run goes on."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import filelock
import pytest

import lpsim

ROOT = Path(lpsim.__file__).parents[1]
FUNCTION = """
from lpsim.model import compiling, kept_code
from lpsim.model.jit import compiled
compiling.UNTOLD = 0

@compiled
def f(a):
    return a + 1

{before}
print(f(41), "kept" if f._cache_hits else "compiled", flush=True)
{after}
"""
SLOW = """
import time
compile_ = f._compiler.compile
def slow(*arguments):
    print("now", flush=True)
    time.sleep({seconds})
    return compile_(*arguments)
f._compiler.compile = slow
"""
COMPILING = "compiling, once per version: half a minute, more on a busy machine"


def start(cache, before="", after="", **more):
    environment = {**os.environ, "NUMBA_CACHE_DIR": cache and str(cache), "PYTHONPATH": str(ROOT), **more}
    return subprocess.Popen(
        [sys.executable, "-c", FUNCTION.format(before=before, after=after)],
        env={name: value for name, value in environment.items() if value is not None},
        cwd="/",
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(*arguments, **more):
    """What a process that uses a compiled function prints, and says on stderr."""
    with start(*arguments, **more) as process:
        out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return out.split("\n")[-2], err.splitlines()


def code_in(cache):
    return sorted(cache.glob("*/*.code"))


# --- all is well ----------------------------------------------------------------------------------


def test_code_is_compiled_once_and_only_that_is_told(tmp_path):
    assert run(tmp_path) == ("42 compiled", [COMPILING])
    assert run(tmp_path) == ("42 kept", [])
    assert len(code_in(tmp_path)) == 1


def test_what_takes_no_second_is_not_told(tmp_path):
    assert run(tmp_path, "compiling.UNTOLD = 1000")[1] == []


def test_compiling_is_told_while_it_lasts(tmp_path):
    slow = SLOW.format(seconds=0.9) + "compiling.NOW_AND_THEN = 0.3"
    first, *further = run(tmp_path, slow)[1]
    assert first == COMPILING
    assert 2 <= len(further) <= 8
    assert all(line.startswith("compiling: ") for line in further)


def test_an_argument_of_another_type_is_other_code(tmp_path):
    run(tmp_path)
    assert run(tmp_path, "f(1.0)")[0] == "42 kept"
    assert len(code_in(tmp_path)) == 2


def test_code_is_for_nobody_else_to_write_or_read(tmp_path):
    run(tmp_path)
    (path,) = code_in(tmp_path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_compiling_that_was_broken_off_is_told_again(tmp_path):
    with start(tmp_path, SLOW.format(seconds=60)) as process:
        assert process.stdout.readline() == "now\n"
        process.send_signal(signal.SIGKILL)
    assert run(tmp_path) == ("42 compiled", [COMPILING])


# --- several at once ------------------------------------------------------------------------------


def test_of_several_first_starts_one_compiles_and_the_others_wait_for_it(tmp_path):
    processes = [start(tmp_path, SLOW.format(seconds=1)) for _ in range(3)]
    found = [process.communicate(timeout=120) for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert "".join(out for out, _ in found).count("now\n") == 1
    assert sorted(out.splitlines()[-1] for out, _ in found) == ["42 compiled", "42 kept", "42 kept"]


def test_who_compiles_one_function_keeps_nobody_from_another(tmp_path):
    with start(tmp_path, SLOW.format(seconds=60)) as process:
        assert process.stdout.readline() == "now\n"
        assert run(tmp_path, "print(f(1.0)); raise SystemExit") == ("2.0", [COMPILING])
        process.kill()


def test_waiting_is_told_and_does_not_last_for_ever(tmp_path):
    run(tmp_path)
    (path,) = code_in(tmp_path)
    path.unlink()
    with filelock.FileLock(f"{path}.lock"):  # of a process that was stopped, perhaps
        result, (first, *_) = run(tmp_path, "compiling.WAIT, compiling.UNTOLD = 1, 0.2")
    assert first == f"waiting for another process of lpsim, which is {COMPILING}"
    assert result == "42 compiled"


def test_what_a_killed_process_half_wrote_is_swept_up(tmp_path):
    run(tmp_path)
    half = code_in(tmp_path)[0].with_name("half.partial")
    half.write_bytes(b"half")
    assert run(tmp_path, "f(1.0)")[0] == "42 kept"
    assert half.exists()  # a process that lives may be writing it
    os.utime(half, (0, 0))
    assert run(tmp_path, "f(1j)")[0] == "42 kept"
    assert not half.exists()


# --- what may be wrong with it --------------------------------------------------------------------


def cut(path):
    path.write_bytes(path.read_bytes()[:-9])


def flip(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def not_code(path):
    import hashlib

    path.write_bytes(hashlib.sha256(b"hello").digest() + b"hello")


def not_file(path):
    path.unlink()
    path.mkdir()


DAMAGE = {
    "cut short": (cut, "is damaged"),
    "emptied": (lambda path: path.write_bytes(b""), "is damaged"),
    "flipped": (flip, "is damaged"),
    "cannot be unpickled": (not_code, "cannot be read"),
    "others may write to it": (lambda path: path.chmod(0o666), "is not yours alone"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_damaged_code_is_dropped_and_compiled_again_and_the_folder_is_named(tmp_path, damage):
    run(tmp_path)
    (path,) = code_in(tmp_path)
    do, words = DAMAGE[damage]
    do(path)
    result, lines = run(tmp_path)
    assert (result, set(lines)) == (
        "42 compiled",
        {f"{path.parent}: compiled code there {words}, and is compiled again", COMPILING},
    )
    assert run(tmp_path) == ("42 kept", [])


def lost(words, folder):
    return (
        f"compiled code cannot be kept in {folder} ({words}): this run compiles for itself alone "
        "(NUMBA_CACHE_DIR names another folder)"
    )


def alone(cache, words, folder, before="", **more):
    """See that a run compiles for itself, says so once, and leaves nothing."""
    temporary = Path(cache).parent / "temporary"
    temporary.mkdir()
    two = "\n@compiled\ndef g(a):\n    return a\n" + before + "\ng(f(1))"
    result, lines = run(cache, two, TMPDIR=str(temporary), **more)
    assert result == "42 compiled"
    told = [line for line in lines if not line.startswith("compiling")]
    assert told == [lost(words, folder)]
    assert list(temporary.iterdir()) == []


@pytest.fixture
def folder(tmp_path):
    """Where code is kept in tmp_path/cache, with no code in it."""
    run(tmp_path / "cache")
    (path,) = code_in(tmp_path / "cache")
    path.unlink()
    return path.parent


def test_a_file_in_the_place_of_the_folder(folder):
    shutil.rmtree(folder)
    folder.write_text("")
    alone(folder.parent, "File exists", folder)


def test_a_file_in_the_place_of_the_folder_above(folder):
    shutil.rmtree(folder.parent)
    folder.parent.write_text("")
    alone(folder.parent, "Not a directory", folder)


def test_a_folder_that_others_may_write_to(folder):
    folder.chmod(0o777)
    alone(folder.parent, "it is not yours alone", folder)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives folders away")
def test_a_folder_of_somebody_else(folder):
    os.chown(folder, 12345, 12345)
    alone(folder.parent, "it is not yours alone", folder)


@pytest.mark.parametrize("call", ["mkstemp", "fdopen", "replace"])
def test_a_disk_that_is_full_at_any_write(folder, call):
    owner = {"mkstemp": "tempfile", "fdopen": "os", "replace": "pathlib.Path"}[call]
    before = f"""
import os, pathlib, tempfile
real = {owner}.{call}
def full(*arguments, **named):
    {owner}.{call} = real
    raise OSError(28, "No space left on device")
{owner}.{call} = full
"""
    alone(folder.parent, "No space left on device", folder, before)
    assert [path.name for path in folder.iterdir() if path.suffix != ".lock"] == []


def mounted(folder, *options):
    try:
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", ",".join(options), "tmpfs", str(folder)],
            check=True,
            capture_output=True,
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no right to mount a small disk")


def test_a_folder_that_is_really_full_and_one_that_is_read_only(tmp_path, folder):
    mounted(folder, "size=8k,mode=700")
    try:
        alone(folder.parent, "No space left on device", folder)
    finally:
        subprocess.run(["umount", str(folder)], check=True)
    (tmp_path / "temporary").rmdir()
    mounted(folder, "ro,mode=700")
    try:
        alone(folder.parent, "Read-only file system", folder)
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_code_in_a_read_only_folder_is_used_and_nothing_told(folder):
    run(folder.parent)
    before = (
        "import tempfile\ndef no(*_, **__): raise OSError(30, 'Read-only file system')\ntempfile.mkstemp = no"
    )
    assert run(folder.parent, before) == ("42 kept", [])


def test_nobody_without_a_home(tmp_path):
    home = "import pathlib\ndef home():\n    raise RuntimeError('no home')\npathlib.Path.home = home\n"
    result, lines = run(None, home, XDG_CACHE_HOME=None)
    assert result == "42 compiled"
    assert lost("which is not known", "the home folder") in lines


def test_nowhere_at_all_a_run_goes_on(folder):
    folder.chmod(0o777)
    before = "import tempfile\ndef no(*_, **__): raise OSError(30, 'Read-only file system')\n"
    before += "tempfile.mkdtemp = tempfile.mkstemp = no"
    result, lines = run(folder.parent, before)
    assert result == "42 compiled"
    assert lost("it is not yours alone", folder) in lines


def test_a_closed_stderr_is_no_reason_to_fail(tmp_path):
    assert run(tmp_path, "import sys; sys.stderr.close()")[0] == "42 compiled"
    assert run(tmp_path / "b", "import sys; sys.stderr = None")[0] == "42 compiled"


def test_workers_find_the_code_of_their_maker_wherever_it_is(folder):
    folder.chmod(0o777)
    code = """
if __name__ == "__main__":
    from lpsim.model.shelf import shelf
    from lpsim.scenario import Scenario
    from lpsim.sweeps.workers import LocalWorkers
    shelf().write("something", b"content")
    with LocalWorkers(1) as workers:
        module = "__import__('lpsim.model.shelf').model.shelf"
        print(workers.submit(eval, module + ".shelf().read('something')").result())
"""
    with subprocess.Popen(
        [sys.executable, "-c", code],
        env={**os.environ, "NUMBA_CACHE_DIR": str(folder.parent), "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        out, err = process.communicate(timeout=120)
    assert out == "b'content'\n"
    assert err.splitlines() == [lost("it is not yours alone", folder)]


def test_code_that_nobody_used_for_a_month_is_deleted_and_nothing_else(tmp_path):
    old, new, foreign = (tmp_path / name for name in ("0123456789abcdef", "fedcba9876543210", "somebody's"))
    for path in (old, new, foreign):
        (path / "deep").mkdir(parents=True)
    month_ago = time.time() - 31 * 24 * 3600
    for path in (old, foreign):
        os.utime(path, (month_ago, month_ago))
    run(tmp_path)
    assert (old.exists(), new.exists(), foreign.exists()) == (False, True, True)
