"""Ends `run`, `sweep` and `lessons` at many moments, or lets the disk be full at many sizes.

    python tests/ends.py signals --moments 60
    python tests/ends.py full --sizes 60        (needs the right to mount)

No result may be lost or half there, and what is left must be swept up by the next command.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from lpsim.errors import InputError  # noqa: E402
from lpsim.runs.folder import load_runs  # noqa: E402
from lpsim.storage.folders import is_holder  # noqa: E402
from lpsim.sweeps.store.store import Store  # noqa: E402

SCENARIO = ROOT / "configs" / "one_practice.toml"
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
DESIGN = f"""
title = "Ends"
base = "{SCENARIO.as_posix()}"
method = "factorial"
replications = 40
[set]
steps = 24
[[factors]]
key = "turnover.prior"
kind = "uncertainty"
values = [0.1, 0.2, 0.3]
"""


def lpsim(place, *arguments):
    """A command in a process group of its own, with a folder of its own for what is temporary."""
    (place / "temporary").mkdir(exist_ok=True)
    return subprocess.Popen(
        [sys.executable, "-c", "from lpsim.cli import main\nmain()", *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(place / "temporary")},
        cwd=place,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def done(process):
    """Its exit code and what it said, once it has ended."""
    out, err = process.communicate(timeout=300)
    return process.returncode, out, err


def ended(process, number, after):
    """The same, of a process that is sent a signal so many seconds after its start."""
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        if number == signal.SIGKILL:
            process.kill()
        else:  # as a terminal or a batch system does: to its workers as well
            os.killpg(process.pid, number)
    code, _, err = done(process)
    assert code in (0, -number, 128 + number), (code, err)
    if code == 128 + number:
        assert len(err.splitlines()) == 1, err
    assert "Traceback" not in err or code == -number, err  # while Python itself starts or ends
    return code


def holders(place):
    """What was never finished, anywhere below."""
    return [path for path in place.rglob("*") if is_holder(path.name) or path.suffix == ".partial"]


def contents(folder):
    """All files below a folder, and what is in them."""
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# --- what is ended, and what must be then ----------------------------------------------------------


class Run:
    """`lpsim run` into a folder that holds nothing, or in turn an earlier result that it replaces."""

    command = ("run", SCENARIO, "--set", "steps=12", "--replications", 3, "--out", "here")

    def __init__(self):
        self.times = 0

    def prepare(self, place):
        """What is there before; gives the command."""
        self.times += 1
        shutil.rmtree(place / "here", ignore_errors=True)
        if self.times % 2:
            return self.command
        if not (place / "old").exists():
            old = ("run", SCENARIO, "--set", "steps=1", "--replications", 1, "--seed", 9, "--out", "old")
            assert done(lpsim(place, *old))[0] == 0
        shutil.copytree(place / "old", place / "here")
        return (*self.command, "--force")

    def check(self, place, code):
        """What is there has to be whole: the new result, or what was there before."""
        new, old = [1, 2, 3], [] if self.times % 2 else [9]
        found = [run.seed for run in load_runs(place / "here")] if (place / "here").exists() else []
        assert found == new if code == 0 else found in (new, old), (code, found)
        assert len(list((place / "here").glob("*.png"))) in (0, 2)
        known = {"here", "old", "temporary", "swept"}
        assert not [path for path in place.iterdir() if path.name not in known and not is_holder(path.name)]

    def sweep_up(self, place):
        """What the next command does."""
        again = ("run", SCENARIO, "--set", "steps=1", "--replications", 1, "--out", "swept", "--force")
        assert done(lpsim(place, *again))[0] == 0


class Sweep:
    """`lpsim sweep` on two workers, again and again into one store."""

    def __init__(self):
        self.runs, self.expected = set(), None

    def prepare(self, place):
        (place / "ends.toml").write_text(DESIGN)
        return ("sweep", "ends.toml", "--out", "store", "--workers", 2)

    def check(self, place, code):
        """No run is lost, none is there twice; a sweep that has ended is begun anew the next time."""
        try:
            found = Store.open(place / "store").frame()
        except InputError:
            assert not (place / "store").exists()
            assert not self.runs
            return
        assert not found.duplicated(["point", "seed"]).any()
        runs = set(zip(found["point"], found["seed"], strict=True))
        assert self.runs <= runs
        self.runs = runs
        if len(runs) == 120:
            numbers = found.to_numpy().tolist()
            assert self.expected in (None, numbers)
            self.expected, self.runs = numbers, set()
            shutil.rmtree(place / "store")

    def sweep_up(self, place):
        code, _, err = done(lpsim(place, *self.prepare(place)))
        assert code == 0, err
        self.check(place, code)


class Lessons:
    """`lpsim lessons`, which draws into the folder of a run that is there."""

    def __init__(self):
        self.bare, self.drawn = None, None

    def prepare(self, place):
        if self.bare is None:
            run = ("run", SCENARIO, "--set", "steps=12", "--replications", 3, "--out", "here")
            assert done(lpsim(place, *run))[0] == 0
            self.bare = contents(place / "here")
            assert done(lpsim(place, "lessons", "here"))[0] == 0
            self.drawn = contents(place / "here")
            assert len(self.drawn) > len(self.bare)
        shutil.rmtree(place / "here")
        for name, content in self.bare.items():
            (place / "here" / name).parent.mkdir(parents=True, exist_ok=True)
            (place / "here" / name).write_bytes(content)
        return ("lessons", "here")

    def check(self, place, code):
        """All files are those of the run, or whole figures."""
        found = {
            name: content
            for name, content in contents(place / "here").items()
            if not is_holder(name.parts[0])
        }
        assert self.bare.items() <= found.items() <= self.drawn.items()
        assert code != 0 or found == self.drawn

    def sweep_up(self, place):
        assert done(lpsim(place, "lessons", "here"))[0] == 0
        assert contents(place / "here") == self.drawn


COMMANDS = {"run": Run, "sweep": Sweep, "lessons": Lessons}


def at_moments(name, place, moments):
    """End a command at moments spread over its whole course, by each signal in turn."""
    subject = COMMANDS[name]()
    command, begun = subject.prepare(place), time.monotonic()
    assert done(lpsim(place, *command))[0] == 0
    course = time.monotonic() - begun
    subject.check(place, 0)
    codes = []
    for moment in range(moments):
        command = subject.prepare(place)
        number = SIGNALS[moment % len(SIGNALS)]
        codes.append(ended(lpsim(place, *command), number, course * (moment + 0.5) / moments))
        subject.check(place, codes[-1])
        subject.sweep_up(place)
        assert holders(place) == [], codes
        left = [
            path.name for path in (place / "temporary").iterdir() if path.name.startswith((".lpsim", "lpsim"))
        ]
        assert left == [], left
    return codes


# --- a full disk -----------------------------------------------------------------------------------


@contextmanager
def disk(place, kilobytes):
    """A disk of so many kB; without the right to mount one it raises."""
    place.mkdir(exist_ok=True)
    options = f"size={kilobytes}k,mode=755"
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)], check=True, capture_output=True
    )
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


ENOUGH = {"run": 1200, "sweep": 200, "lessons": 700}
"""Kilobytes that a command needs and more."""


def on_full_disks(name, place, sizes):
    """Do a command on disks of sizes from next to nothing to enough; gives the exit codes."""
    codes = []
    for number in range(sizes):
        with disk(place / "disk", 16 + ENOUGH[name] * number // max(sizes - 1, 1)) as here:
            (place / "outside" / "temporary").mkdir(parents=True, exist_ok=True)
            codes.append(on_a_disk(name, here, place / "outside"))
    assert codes[-1] == 0, codes
    return codes


def on_a_disk(name, here, outside):
    """Do a command that writes to a disk, which is full at some point, and see what it leaves there."""
    if name == "lessons":
        run = ("run", SCENARIO, "--set", "steps=1", "--replications", 1, "--out", outside / "run")
        assert (outside / "run").exists() or done(lpsim(outside, *run))[0] == 0
        command = ("lessons", outside / "run", "--out", here / "figures")
    elif name == "run":
        command = ("run", SCENARIO, "--set", "steps=12", "--replications", 3, "--out", here / "here")
    else:
        (outside / "ends.toml").write_text(DESIGN)
        command = ("sweep", outside / "ends.toml", "--out", here / "store", "--workers", 1)
    code, _, err = done(lpsim(outside, *command))
    assert code in (0, 1, 2), (code, err)
    if code:
        told = err.splitlines()[-1]
        assert "No space left" in told or "cannot be" in told, err
    assert "Traceback" not in err
    assert holders(here) == [], holders(here)
    if name == "run" and (here / "here").exists():
        seeds = [run.seed for run in load_runs(here / "here")]
        assert seeds == [1, 2, 3][: len(seeds)]
        assert code == 0 or f"in {here / 'here'}" in err, err
    if name == "sweep" and (here / "store").exists():
        Store.open(here / "store").frame()
    if name == "lessons" and code:
        assert not (here / "figures").exists()
    return code


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("how", choices=["signals", "full"])
    parser.add_argument("--commands", nargs="+", choices=COMMANDS, default=list(COMMANDS))
    parser.add_argument("--moments", type=int, default=60)
    parser.add_argument("--sizes", type=int, default=30)
    chosen = parser.parse_args()
    # A shell has what it starts in the background ignore Ctrl-C, and so would every command started here.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for name in chosen.commands:
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder)
            if chosen.how == "signals":
                codes = at_moments(name, place, chosen.moments)
            else:
                codes = on_full_disks(name, place, chosen.sizes)
            print(f"{name}: all as it should be; exit codes {codes}", flush=True)
