"""What is said where another command was meant, nobody listens, or others left something behind."""

import io
import os
import re
import shlex
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lpsim import cli
from lpsim.cli import streams
from lpsim.cli.hints import command
from lpsim.runs.folder import load_runs

ROOT = Path(__file__).parents[2]
SCENARIO = 'title = "Small"\nsteps = 2\n[population]\npractices = 2\n[record]\nlessons = true\n'
DESIGN = """
base = "small.toml"
method = "factorial"
[[factors]]
key = "turnover.prior"
kind = "uncertainty"
values = [0.1, 0.2]
"""


def lpsim(*arguments):
    return CliRunner().invoke(cli.app, [str(argument) for argument in arguments])


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("lpsim.show.figures.plots.save_figures", lambda runs, folder: [])
    Path("small.toml").write_text(SCENARIO)
    Path("design.toml").write_text(DESIGN)
    return tmp_path


def in_a_shell(script, **environment):
    """Have bash run a script in which `lpsim` is the program: its exit code, and what it prints."""
    program = f'lpsim() {{ {shlex.quote(sys.executable)} -c "from lpsim.cli import main; main()" "$@"; }}'
    done = subprocess.run(
        ["bash", "-c", f"{program}\n{script}"],
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


# --- another command was meant --------------------------------------------------------------------


@pytest.fixture
def things(folder):
    """One of each that commands take, by what messages call it."""
    assert lpsim("run", "small.toml", "--replications", 1, "--out", "my runs").exit_code == 0
    assert lpsim("sweep", "design.toml", "--workers", 1, "--out", "store").exit_code == 0
    assert lpsim("run", "small.toml", "--set", "record.lessons=false", "--out", "bare").exit_code == 0
    return {
        "small.toml": ("a scenario", "lpsim run small.toml"),
        "design.toml": ("a sweep's design", "lpsim sweep design.toml"),
        "my runs": ("the folder of a saved run", 'lpsim lessons "my runs"'),
        "my runs/run.json": ("the folder of a saved run", 'lpsim lessons "my runs"'),
        "bare": ("the folder of a saved run", "lpsim practices bare"),
        "store": ("the folder of a sweep", 'lpsim query store "describe runs"'),
        "store/sweep.json": ("the folder of a sweep", 'lpsim query store "describe runs"'),
    }


TAKEN = {
    "a scenario": [["run"], ["check"], ["replications"], ["retained"]],
    "a sweep's design": [["sweep"]],
    "the folder of a saved run": [["lessons"], ["lesson"], ["practices"]],
    "the folder of a sweep": [["query", "select 1"]],
}


def test_what_is_for_another_command_is_one_sentence_with_that_command(things):
    also = {("a scenario", "the folder of a saved run")}  # which has one
    for wanted, commands in TAKEN.items():
        for thing, (found, instead) in things.items():
            for name, *more in commands if found != wanted and (wanted, found) not in also else ():
                result = lpsim(name, thing, *more)
                place = thing.removesuffix("/run.json").removesuffix("/sweep.json")
                assert (result.exit_code, result.stdout, result.stderr) == (
                    2,
                    "",
                    f"{place}: is {found}, not {wanted}; use: {instead}\n",
                )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("stps = 3\n", "stps: no such key"),  # a key of nothing
        ("steps = 2\nreplications = 5\n", "replications: no such key"),  # keys of both
        ("steps = [", "not valid TOML"),
    ],
)
def test_what_is_wrong_but_for_no_other_command_is_told_as_ever(content, words):
    Path("odd.toml").write_text(content)
    result = lpsim("check", "odd.toml")
    assert result.exit_code == 2
    assert words in result.stderr
    assert "use:" not in result.stderr


# --- commands that are offered --------------------------------------------------------------------


@pytest.mark.parametrize(
    "word",
    ["plain/path.toml", "a b", "it's", 'say "so"', "$HOME", "back`tick", "a\\b", "50%", "!!", "é ü", "*", ""],
)
def test_whatever_is_in_a_command_that_is_offered_a_shell_takes_it_as_it_is(word):
    assert shlex.split(command("run", word)) == ["lpsim", "run", word]


def test_a_path_that_looks_like_an_option_or_would_move_the_cursor_can_be_pasted():
    assert command("run", Path("-x")) == "lpsim run ./-x"
    offered = command("run", Path("a\x1b[2J\n'b\\"))
    assert offered.isprintable()
    assert in_a_shell(f"printf %s {offered.removeprefix('lpsim run ')}")[1] == "a\x1b[2J\n'b\\"


def test_commands_at_the_end_of_commands_can_be_pasted(monkeypatch):
    monkeypatch.setattr("lpsim.sweeps.batches.Simulator.many", lambda *_: 1 / 0)
    result = lpsim("sweep", "design.toml", "--workers", 1, "--out", "my store")
    assert '  lpsim query "my store" "describe runs"\n' in result.stdout
    Path("small.toml").rename("my small.toml")
    result = lpsim("run", "my small.toml", "--replications", 1, "--out", "my runs")
    assert 'lpsim lessons "my runs"\n' in result.stdout
    assert 'lpsim lesson "my runs" --pick furthest\n' in result.stdout


def test_the_number_of_replications_is_offered_for_the_scenario_it_was_found_for():
    Path("small.toml").rename("my small.toml")
    settings = ("--set", "steps=1", "--set", "title='My own'")
    result = lpsim("replications", "my small.toml", *settings, "--precision", 0.5)
    use = next(line for line in result.stdout.splitlines() if line.startswith("Use it: "))
    words = shlex.split(use.removeprefix("Use it: ").split(", or ")[0])
    assert words[:-1] == ["lpsim", "run", "my small.toml", *settings, "--replications"]


# --- nobody listens -------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_reader_that_has_enough_is_no_failure(folder):
    """Nor are the results less for it, which are there by then."""
    script = """
    set -o pipefail
    lpsim schema | head -1 && lpsim run --help | true && lpsim check small.toml | true \
        && lpsim run small.toml --replications 1 --out here 2>&1 | true
    """
    assert in_a_shell(script, PYTHONUNBUFFERED="") == (0, "{\n", "")
    assert len(load_runs("here")) == 1


def test_a_query_whose_reader_has_enough_ends_at_once(things):
    script = "set -o pipefail; lpsim query store 'select range from range(2000000)' --csv | head -2"
    code, out, err = in_a_shell(script, PYTHONUNBUFFERED="1")
    assert (code, out, err) == (0, "range\n0\n", "")


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_an_output_that_is_full_is_one_sentence(folder):
    words = "the output cannot be written (No space left on device)"
    run = "lpsim run small.toml --replications 1 --out"
    for script, told in {
        "lpsim check small.toml > /dev/full": words,
        "lpsim --help > /dev/full": words,
        f"{run} here > /dev/full": f"{words}; the results are in here",
    }.items():
        assert in_a_shell(script) == (1, "", f"{told}\n")
    assert in_a_shell(f"{run} there > /dev/full 2> /dev/full") == (1, "", "")
    assert len(load_runs("here")) == len(load_runs("there")) == 1


@pytest.mark.slow
def test_with_its_output_closed_a_command_does_the_same(folder):
    assert in_a_shell("lpsim run small.toml --replications 1 --out here >&- 2>&-") == (0, "", "")
    assert in_a_shell("lpsim check nowhere.toml >&- 2>&-") == (2, "", "")
    assert len(load_runs("here")) == 1


# --- what others left -----------------------------------------------------------------------------


def test_a_working_folder_that_is_gone_is_one_sentence(folder):
    script = 'mkdir gone && cd gone && rmdir ../gone && lpsim check "$OLDPWD/small.toml"'
    assert in_a_shell(script) == (
        2,
        "",
        "the working folder is gone (No such file or directory); change to another (cd)\n",
    )


LEFT = {
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "COLUMNS": "1",
    "LINES": "0",
    "OMP_NUM_THREADS": "4,2",
    "MKL_NUM_THREADS": "many",
    "NUMBA_NUM_THREADS": "0",
    "NUMBA_THREADING_LAYER": "none",
    "SLURM_CPUS_PER_TASK": "2(x3)",
    "SLURM_NTASKS": "",
    "PMI_RANK": "1",
    "OMPI_COMM_WORLD_RANK": "7",
    "TMPDIR": "/is/gone",
    "LANG": "xx_XX",
    "TERM": "unknown",
    "FORCE_COLOR": "1",
    "PYTHONWARNINGS": "default",
    "PYTHONHASHSEED": "7",
}


@pytest.mark.slow
def test_what_notebooks_and_batch_systems_leave_in_the_environment_breaks_nothing(folder):
    Path("matplotlibrc").write_text("figure.figsize: 1, 1\nsavefig.dpi: 3\n")
    script = "lpsim run small.toml --replications 2 --out here && lpsim lessons here && lpsim practices here"
    code, out, err = in_a_shell(script, **LEFT)
    assert (code, err) == (0, "")
    assert "\x1b" not in out
    assert max(len(line) for line in out.splitlines()) > 30
    for figure in Path("here").glob("*.svg"):
        width = re.search(r'width="([\d.]+)pt"', figure.read_text())
        assert float(width[1]) > 200


@pytest.mark.slow
def test_workers_are_left_the_same_in_that_environment(folder):
    code, out, err = in_a_shell("lpsim sweep design.toml --workers 2 --out store", **LEFT)
    assert (code, err) == (0, "")
    assert "2 of 2 are done" in out


@pytest.mark.skipif(os.name != "posix", reason="elsewhere pipes are never impatient")
def test_an_output_that_another_program_has_made_impatient_is_written_whole(monkeypatch):
    read, write = os.pipe()
    os.set_blocking(write, False)
    impatient = os.fdopen(write, "w")
    monkeypatch.setattr(sys, "stdout", impatient)
    streams.open_streams()
    found = []

    def late():
        time.sleep(0.5)
        with os.fdopen(read) as reader:
            found.append(len(reader.read()))

    thread = threading.Thread(target=late)
    thread.start()
    print("x" * 500_000, end="", flush=True)
    sys.stdout.close()
    impatient.close()
    thread.join()
    assert found == [500_000]


def test_where_a_terminal_has_no_true_minus_a_number_keeps_its_sign(monkeypatch, tmp_path):
    with open(tmp_path / "told", "w", encoding="cp1252") as file:  # noqa: PTH123 (a stream, as stdout is)
        monkeypatch.setattr(sys, "stdout", file)
        monkeypatch.setattr(sys, "stderr", io.StringIO())
        streams.open_streams()
        sys.stdout.write("−0.3 [−0.6 to 0.0] ± – … ─ → 中")
        sys.stdout.close()
        told = (tmp_path / "told").read_text(encoding="cp1252")
    assert told == "-0.3 [-0.6 to 0.0] ± – … - -> ?"
