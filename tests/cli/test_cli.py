"""The command line: a result for good input, one clear message and nothing else for bad input."""

import _imp
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from importlib.machinery import ExtensionFileLoader
from pathlib import Path

import pandas as pd
import pytest
import typer
from typer.testing import CliRunner

from lpsim import cli
from lpsim.cli import interrupts, options
from lpsim.errors import InputError
from lpsim.runs import simulate
from lpsim.runs.folder import load_runs
from lpsim.runs.run import read_run
from lpsim.show.text.numbers import written
from lpsim.show.text.population import population_sentences

ROOT = Path(__file__).parents[2]
ONE_PRACTICE = ROOT / "configs" / "one_practice.toml"
TABLE = ROOT / "configs" / "made_up_practices.csv"
SHORT = ("--set", "steps=6")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LPSIM_DEBUG", raising=False)
    return tmp_path


@pytest.fixture
def without_figures(monkeypatch):
    monkeypatch.setattr("lpsim.show.figures.plots.save_figures", lambda runs, folder: [])


def lpsim(*arguments):
    return CliRunner().invoke(cli.app, [str(argument) for argument in arguments])


def process(*arguments, before="", **options):
    """The command in a process of its own, with something done first."""
    code = f"{before}\nfrom lpsim.cli import main\nmain()"
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def listing(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


# --- run ------------------------------------------------------------------------------------------


def test_run_leaves_a_saved_run_and_its_figures_where_it_says(folder):
    result = lpsim("run", ONE_PRACTICE, *SHORT)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "Results: runs/one_practice" in result.stdout
    figures = [folder / "runs/one_practice" / f"levels.{suffix}" for suffix in ("png", "svg")]
    assert all(str(path.relative_to(folder)) in result.stdout for path in figures)
    assert all(path.stat().st_size > 0 for path in figures)
    run = load_runs("runs/one_practice")[0]
    assert (run.seed, run.scenario.steps) == (1, 6)
    assert population_sentences(run.provenance["population"])[0] in " ".join(result.stdout.split())


def test_the_closing_table_gives_the_four_levels_at_start_and_end(without_figures):
    result = lpsim("run", ONE_PRACTICE, *SHORT, "--seed", 3, "--replications", 1)
    series = load_runs("runs/one_practice")[0].series
    levels = {
        "staff": "staff_knowledge",
        "collective": "collective_knowledge",
        "practices' memory": "practice_knowledge",
        "service's guidance": "service_knowledge",
    }
    assert "one run, seed 3" in result.stdout
    assert "month 6" in result.stdout
    for level, column in levels.items():
        row = next(line for line in result.stdout.splitlines() if level in line)
        assert row.split()[-2:] == [written(series[column].iloc[i], ".2f") for i in (0, -1)]


def test_without_a_number_twenty_replications_are_made_and_the_first_follows_lessons(without_figures):
    result = lpsim("run", ONE_PRACTICE, *SHORT)
    runs = load_runs("runs/one_practice")
    assert [run.seed for run in runs] == list(range(1, 21))
    assert "20 runs (seeds 1 to 20)" in result.stdout
    assert [run.lessons is not None for run in runs] == [True] + 19 * [False]


def test_lessons_are_followed_in_all_replications_where_asked(without_figures):
    lpsim("run", ONE_PRACTICE, *SHORT, "--replications", 3, "--all-lessons")
    assert all(len(run.journal()[0]) for run in load_runs("runs/one_practice"))


def test_where_no_lesson_is_followed_all_runs_are_asked_for_at_once(without_figures, monkeypatch):
    asked, many = [], simulate.simulate_many

    def noted(scenario, seeds, **more):
        asked.append(list(seeds))
        return many(scenario, seeds, **more)

    monkeypatch.setattr(simulate, "simulate_many", noted)
    lpsim("run", ONE_PRACTICE, *SHORT, "--set", "record.lessons=false", "--replications", 3)
    assert asked == [[1, 2, 3]]  # the quicker engine is chosen, and compiling begun, by how many are to come


def test_who_watches_reads_what_the_runs_have_come_to_so_far(without_figures, monkeypatch):
    said = []
    monkeypatch.setattr("lpsim.watching._watched", lambda: True)
    monkeypatch.setattr("lpsim.cli.run.say_what", said.append)
    lpsim("run", ONE_PRACTICE, *SHORT, "--replications", 2)
    first, second = [run.series["practice_knowledge"].iloc[-1] for run in load_runs("runs/one_practice")]
    assert said == [
        f"1 of 2 runs: practices' memory {first:z.2f}",
        f"2 of 2 runs: practices' memory {(first + second) / 2:z.2f}",
    ]


def test_replications_take_the_seeds_that_follow_and_show_the_spread_between_worlds(without_figures):
    result = lpsim("run", ONE_PRACTICE, *SHORT, "--seed", 5, "--replications", 3)
    runs = load_runs("runs/one_practice")
    assert [run.seed for run in runs] == [5, 6, 7]
    ends = pd.Series([run.series["staff_knowledge"].iloc[-1] for run in runs])
    row = " ".join(next(line for line in result.stdout.splitlines() if line.startswith("staff")).split())
    assert f" {written(ends.mean(), '.2f')} [" in row
    assert row.endswith(f"{written(ends.min(), '.2f')} to {written(ends.max(), '.2f')}")
    assert "3 runs (seeds 5 to 7)" in result.stdout


def test_a_run_on_the_command_line_is_the_run_of_the_library(without_figures):
    import lpsim as library

    lpsim("run", ONE_PRACTICE, *SHORT, "--seed", 8)
    scenario = library.Scenario.load(ONE_PRACTICE).replace({"steps": 6})
    expected = library.simulate(scenario, seed=8)
    pd.testing.assert_frame_equal(load_runs("runs/one_practice")[0].series, expected.series, check_exact=True)


def test_without_out_every_run_gets_a_folder_of_its_own(without_figures):
    for name in ("one_practice", "one_practice-2", "one_practice-3"):
        assert f"Results: {Path('runs', name)}" in lpsim("run", ONE_PRACTICE, *SHORT).stdout
        assert load_runs(Path("runs", name))[0].seed == 1


def test_force_replaces_the_run_in_out(without_figures):
    assert lpsim("run", ONE_PRACTICE, *SHORT, "--out", "here").exit_code == 0
    result = lpsim("run", ONE_PRACTICE, *SHORT, "--out", "here", "--seed", 2, "--force")
    assert result.exit_code == 0
    assert load_runs("here")[0].seed == 2


def test_settings_are_toml_or_else_plain_text(without_figures):
    settings = {
        "steps": "4",
        "practice.discussion.rule": "best",
        "protected_time.enabled": "true",
        "title": '"a = b"',
        "description": "2026-07-01",
        "roles.gp.voice": " 0.25 ",
    }
    pairs = [item for key, value in settings.items() for item in ("--set", f"{key}={value}")]
    assert lpsim("run", ONE_PRACTICE, *pairs).exit_code == 0
    scenario = load_runs("runs/one_practice")[0].scenario
    assert (scenario.steps, scenario.practice.discussion.rule) == (4, "best")
    assert (scenario.protected_time.enabled, scenario.title) == (True, "a = b")
    assert (scenario.description, scenario.roles["gp"].voice) == ("2026-07-01", 0.25)


@pytest.mark.parametrize(
    ("text", "value"),
    [("1", 1), ("1.5", 1.5), ('["a"]', ["a"]), ("yes", "yes"), ("", ""), ("1\nw = 2", "1\nw = 2")],
)
def test_one_setting_is_one_value(text, value):
    assert options._value(text) == value


@pytest.mark.parametrize("text", [f"0x{'f' * 5000}", "9" * 5000, f"{'[' * 5000}{']' * 5000}"])
def test_a_value_that_no_toml_file_may_hold_is_text(text):
    assert options._value(text) == text


# --- check, schema, help --------------------------------------------------------------------------


def test_check_says_what_would_be_simulated_and_writes_nothing(folder):
    result = lpsim("check", ROOT / "configs" / "some_learning_practices.toml")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.endswith("ok\n")
    for words in ("practices: 40", "administration", "Learning Practice", "steps: 120", "digest: "):
        assert words.lower() in result.stdout.lower()
    assert listing(folder) == []


def test_check_names_the_interventions(folder):
    more = '[[interventions]]\nat = 3\nset = { "world.turbulence" = 0.1 }\n'
    Path("changed.toml").write_text(f'extends = "{ONE_PRACTICE.as_posix()}"\n{more}')
    result = lpsim("check", "changed.toml")
    assert "intervention from step 3: world.turbulence = 0.1" in result.stdout


def test_check_reads_the_workforce_table():
    result = lpsim("check", ROOT / "configs" / "england.toml", "--set", f"population.workforce={TABLE}")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "headcounts read" in result.stdout


def test_schema_is_json_schema_with_every_key_described():
    schema = json.loads(lpsim("schema").stdout)
    assert schema["properties"]["steps"]["description"]
    assert schema["properties"]["steps"]["maximum"] == 100_000


def test_keys_are_told_in_words_by_a_word_that_is_in_them():
    told = lpsim("schema", "Turnover").stdout
    assert "roles.NAME.turnover" in told and "turnover.experienced" in told and "codification" not in told
    assert "number from 0 to 1" in " ".join(told.split())
    refused = lpsim("schema", "turnovr")
    assert refused.exit_code == 2 and 'is in no key; did you mean "' in refused.stderr


def test_version_is_printed():
    result = lpsim("--version")
    assert result.exit_code == 0
    assert result.stdout.startswith("lpsim ")


def test_python_m_lpsim_is_the_command():
    command = [sys.executable, "-m", "lpsim", "check", "nowhere"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert (done.returncode, done.stdout) == (2, "")
    assert "nowhere: there is no such file" in done.stderr


HEAVY = {"mesa", "numpy", "pandas", "pyarrow", "numba", "matplotlib", "networkx"}


@pytest.mark.parametrize(
    ("arguments", "heavy"),
    [
        (["--help"], {*HEAVY, "pydantic"}),
        (["run", "--help"], HEAVY),  # typer itself reads the types of arguments by pydantic
        (["check", "--help"], HEAVY),
    ],
)
def test_help_imports_nothing_heavy(arguments, heavy):
    before = f"""
import atexit, sys
atexit.register(lambda: print("loaded:", sorted({heavy} & set(sys.modules))))"""
    with process(*arguments, before=before) as started:
        out, err = started.communicate(timeout=60)
    assert (started.returncode, err) == (0, "")
    assert "Usage: lpsim" in out
    assert out.endswith("loaded: []\n")


# --- bad input ------------------------------------------------------------------------------------

EXTENDS = f'extends = "{ONE_PRACTICE.as_posix()}"\n'
WORKFORCE = f'{EXTENDS}[population]\nworkforce = "{TABLE.as_posix()}"\n'
BAD_FILES = {
    "TOML that does not parse": ("steps = = 3", ["not valid TOML", "line 1"]),
    "a file that is no text": (b"\xff\xfe\x00", ["UTF-8"]),
    "an unknown key": (f"{EXTENDS}stepps = 3", ["stepps", "steps"]),
    "a negative headcount": (f"{EXTENDS}[roles.gp]\nheadcount = -1", ["roles.gp.headcount", "-1"]),
    "an intervention on a key that cannot change": (
        f'{EXTENDS}[[interventions]]\nat = 2\nset = {{ "world.issues" = 5 }}',
        ["interventions", "world.issues"],
    ),
    "an intervention after the last step": (
        f'{EXTENDS}[[interventions]]\nat = 61\nset = {{ "world.turbulence" = 0.1 }}',
        ["interventions", "61", "60"],
    ),
    "a missing workforce table": (
        f'{EXTENDS}[population]\nworkforce = "nowhere.csv"',
        ["population.workforce", "nowhere.csv"],
    ),
    "a workforce table without the needed columns": (
        f'{WORKFORCE}practice = "NO_SUCH"',
        ["made_up_practices.csv", "NO_SUCH"],
    ),
    "nothing left after the filter": (
        f'{WORKFORCE}filter = {{ ICB_CODE = ["NONE"] }}',
        ["made_up_practices.csv", "ICB_CODE", "NONE", "filter"],
    ),
    "a network file that names an unknown practice": (
        f'{EXTENDS}[network]\npractices = "file"\nfile = "ties.txt"',
        ["ties.txt", "somewhere", "practice"],
    ),
    "a missing network file": (
        f'{EXTENDS}[network]\npractices = "file"\nfile = "nowhere.txt"',
        ["network.file", "nowhere.txt"],
    ),
}


def refused(result, folder, before, words):
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    for word in words:
        assert word in result.stderr
    assert listing(folder) == before


@pytest.mark.parametrize("command", ["run", "check"])
@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_scenario_file_is_one_clear_message_and_nothing_written(folder, command, name):
    content, words = BAD_FILES[name]
    Path("bad.toml").write_bytes(content if isinstance(content, bytes) else content.encode())
    Path("ties.txt").write_text("0 somewhere\n")
    before = listing(folder)
    result = lpsim(command, "bad.toml")
    refused(result, folder, before, words)
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere.toml"], ["nowhere.toml", "no such scenario file"]),
        (["."], ["is a folder"]),
        ([], ["Missing argument", "SCENARIO"]),
        ([ONE_PRACTICE, "--set", "steps"], ["--set steps", "--set steps=60"]),
        ([ONE_PRACTICE, "--set", "=3"], ["--set =3"]),
        ([ONE_PRACTICE, "--set", "steps=-1"], ["one_practice.toml: steps: found -1"]),
        ([ONE_PRACTICE, "--set", "roles.nobody.voice=1"], ["nobody", "nurse"]),
        ([ONE_PRACTICE, "--engine", "steam"], ["engine", "steam", "reference"]),
        ([ONE_PRACTICE, "--seed", "-1"], ["--seed: found -1"]),
        ([ONE_PRACTICE, "--seed", 2**64], [f"--seed: found {2**64}"]),
        ([ONE_PRACTICE, "--seed", "x"], ["--seed", "integer"]),
        ([ONE_PRACTICE, "--seed", 2**64 - 2, "--replications", 3], ["--seed", str(2**64), "2^64 - 1"]),
        ([ONE_PRACTICE, "--replications", 0], ["--replications: found 0"]),
        ([ONE_PRACTICE, "--out", "."], ["working folder"]),
        ([ONE_PRACTICE, "--bogus"], ["--bogus"]),
    ],
)
def test_a_bad_argument_is_refused_and_nothing_written(folder, arguments, words):
    refused(lpsim("run", *arguments), folder, [], words)


def test_all_problems_of_a_scenario_are_told_at_once_each_on_its_line():
    result = lpsim("check", ONE_PRACTICE, "--set", "steps=0", "--set", "world.issues=x")
    lines = result.stderr.splitlines()
    assert len(lines) == 2
    assert all(str(ONE_PRACTICE) in line for line in lines)


def test_a_folder_with_another_run_is_refused_before_anything_is_simulated(
    folder, without_figures, monkeypatch
):
    lpsim("run", ONE_PRACTICE, *SHORT, "--out", "here", "--set", "title=Mine")
    before = listing(folder)
    monkeypatch.setattr("lpsim.runs.simulate.simulate_many", lambda *_, **__: pytest.fail("simulated"))
    result = lpsim("run", ONE_PRACTICE, *SHORT, "--out", "here")
    refused(result, folder, before, ["here", "Mine, seed 1", "--out", "--force"])


@pytest.mark.parametrize("force", [[], ["--force"]])
def test_a_folder_with_somebodys_files_is_refused(folder, force):
    Path("here").mkdir()
    Path("here", "thesis.docx").write_text("mine")
    before = listing(folder)
    result = lpsim("run", ONE_PRACTICE, *SHORT, "--out", "here", *force)
    refused(result, folder, before, ["here", "thesis.docx", "--out"])


# --- what breaks ----------------------------------------------------------------------------------


def failing(error):
    def simulate(*_, **__):
        raise error

    return simulate


def test_a_failed_run_is_one_line_and_exit_code_1(folder, monkeypatch):
    monkeypatch.setattr("lpsim.runs.simulate.simulate_many", failing(RuntimeError("two\nlines")))
    result = lpsim("run", ONE_PRACTICE)
    assert result.exit_code == 1
    assert result.stderr.startswith("the run failed: RuntimeError: two lines")
    assert len(result.stderr.splitlines()) == 1
    assert listing(folder) == []


def test_a_failed_run_shows_where_if_asked(monkeypatch):
    monkeypatch.setenv("LPSIM_DEBUG", "1")
    monkeypatch.setattr("lpsim.runs.simulate.simulate_many", failing(RuntimeError("broken")))
    result = lpsim("run", ONE_PRACTICE)
    assert result.exit_code == 1
    assert "Traceback" in result.stderr


def test_a_wrong_input_found_while_simulating_is_bad_input(folder, monkeypatch):
    monkeypatch.setattr("lpsim.runs.simulate.simulate_many", failing(InputError("ties.txt: wrong.")))
    refused(lpsim("run", ONE_PRACTICE), folder, [], ["ties.txt: wrong."])


def test_ctrl_c_is_told_in_words_with_exit_code_130(folder, monkeypatch):
    monkeypatch.setattr("lpsim.runs.simulate.simulate_many", failing(KeyboardInterrupt()))
    result = lpsim("run", ONE_PRACTICE)
    assert (result.exit_code, result.stderr) == (130, "interrupted; nothing was written\n")
    assert listing(folder) == []


WAIT = "print('now', flush=True); import time; time.sleep(60)"
MOMENTS = {
    "while figures are drawn": f"""
import lpsim.show.figures.plots as plots
def save_figures(runs, folder):
    (folder / "levels.png").write_bytes(b"half")
    {WAIT}
plots.save_figures = save_figures""",
    "just before it gets its name": f"""
import lpsim.storage.folders as folders
def rename(*_):
    {WAIT}
folders.settle = folders._sync_all = rename""",
}


def kill_at(moment, *arguments, with_signal=signal.SIGKILL):
    with process(*arguments, before=MOMENTS[moment]) as started:
        assert started.stdout.readline() == "now\n"
        started.send_signal(with_signal)
        _, err = started.communicate(timeout=60)
    return started.returncode, err


def loadable(folder):
    found = []
    for path in [folder, *(path for path in folder.rglob("*") if path.is_dir())]:
        try:
            read_run(path)
        except InputError:
            continue
        found.append(path.relative_to(folder).as_posix())
    return found


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is of POSIX")
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_run_leaves_no_folder_that_load_accepts(folder, moment):
    arguments = ("run", ONE_PRACTICE, *SHORT, "--replications", 2, "--out", "here")
    assert kill_at(moment, *arguments)[0] == -signal.SIGKILL
    assert listing(folder) != []  # it had begun to write
    assert loadable(folder) == []
    if moment == "just before it gets its name":
        assert any(path.endswith("run.json") for path in listing(folder))
    assert lpsim(*arguments).exit_code == 0  # what is left is in nobody's way
    assert loadable(folder) == ["here", "here/replications/seed-2"]


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is of POSIX")
def test_a_run_killed_while_it_replaces_another_leaves_the_other(folder, without_figures):
    arguments = ("run", ONE_PRACTICE, *SHORT, "--replications", 1, "--out", "here")
    lpsim(*arguments)
    kill_at("while figures are drawn", *arguments, "--seed", 2, "--force")
    assert loadable(folder) == ["here"]
    assert read_run(Path("here")).seed == 1


ENDS = {
    "SIGINT": (130, "interrupted"),
    "SIGTERM": (143, "ended by SIGTERM"),
    "SIGHUP": (129, "ended, as the terminal is gone"),
}


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="signals are of POSIX")
@pytest.mark.parametrize("name", ENDS)
def test_an_interrupted_run_cleans_up_after_itself(folder, name):
    arguments = ("run", ONE_PRACTICE, *SHORT, "--replications", 1, "--out", "here")
    code, err = kill_at("while figures are drawn", *arguments, with_signal=getattr(signal, name))
    assert (code, err) == (ENDS[name][0], f"{ENDS[name][1]}; nothing was written\n")
    assert listing(folder) == []


@pytest.mark.skipif(os.name != "posix", reason="signals are of POSIX")
def test_a_signal_before_or_after_the_work_is_one_line_too(folder):
    before = f"""
import sys, lpsim.cli
def see():
    {WAIT}
sys.modules["lpsim.cli.app"]._see_working_folder = see"""
    with process("schema", before=before) as started:
        assert started.stdout.readline() == "now\n"
        started.send_signal(signal.SIGTERM)
        _, err = started.communicate(timeout=60)
    assert (started.returncode, err) == (143, "ended by SIGTERM\n")


@pytest.fixture
def handlers():
    """What signals do in this process is as before at the end."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield
    interrupts._heard.clear()
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.skipif(os.name != "posix", reason="signals are of POSIX")
def test_a_signal_waits_until_a_library_is_loaded_which_would_swallow_it(handlers, monkeypatch):
    loaded = []

    def load(module):
        signal.raise_signal(signal.SIGTERM)
        time.sleep(0.2)
        loaded.append(module)

    monkeypatch.setattr(_imp, "exec_dynamic", load)
    with pytest.raises(interrupts.Interrupted, match="ended by SIGTERM"), interrupts.heeded():
        ExtensionFileLoader("library", "library.so").exec_module(os)
        time.sleep(60)
    assert loaded == [os]


@pytest.mark.skipif(os.name != "posix", reason="signals are of POSIX")
def test_a_signal_waits_until_an_object_is_deleted_which_would_swallow_it(handlers):
    class Object:
        def __del__(self):
            signal.raise_signal(signal.SIGTERM)
            time.sleep(0.2)

    with pytest.raises(interrupts.Interrupted, match="ended by SIGTERM"), interrupts.heeded():
        Object()
        time.sleep(60)


@pytest.mark.skipif(os.name != "posix", reason="signals are of POSIX")
def test_a_signal_that_is_swallowed_all_the_same_is_heard_again(handlers, monkeypatch):
    monkeypatch.setattr(interrupts, "AGAIN", 0.2)
    with pytest.raises(interrupts.Interrupted, match="ended by SIGTERM"), interrupts.heeded():
        with contextlib.suppress(BaseException):
            signal.raise_signal(signal.SIGTERM)
        time.sleep(60)


@pytest.mark.skipif(os.name != "posix", reason="signals are of POSIX")
def test_what_a_library_makes_of_a_signal_is_told_as_the_signal(handlers, capsys):
    with pytest.raises(typer.Exit) as end, interrupts.heeded(), options.told("run"):
        try:
            signal.raise_signal(signal.SIGTERM)
        except BaseException:
            raise RuntimeError("no compiled object yet") from None
    assert end.value.exit_code == 143
    assert capsys.readouterr().err == "ended by SIGTERM; nothing was written\n"


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="signals are of POSIX")
def test_a_signal_that_is_to_be_ignored_is(folder):
    before = (
        "import signal\nsignal.signal(signal.SIGHUP, signal.SIG_IGN)\n" + MOMENTS["while figures are drawn"]
    )
    before = before.replace("time.sleep(60)", "time.sleep(1)").replace(
        "folder):", "folder):\n    import signal, os"
    )
    with process("run", ONE_PRACTICE, *SHORT, "--replications", 1, before=before) as started:
        assert started.stdout.readline() == "now\n"
        started.send_signal(signal.SIGHUP)  # as to what nohup started
        started.communicate(timeout=60)
    assert loadable(folder) == ["runs/one_practice"]


def test_two_runs_of_one_scenario_at_once_are_both_kept(folder, without_figures, monkeypatch):
    simulate_many, started = simulate.simulate_many, []

    def meanwhile(*arguments, **named):
        if not started:
            started.append(None)
            started.append(lpsim("run", ONE_PRACTICE, *SHORT, "--replications", 1, "--seed", 7))
        yield from simulate_many(*arguments, **named)

    monkeypatch.setattr(simulate, "simulate_many", meanwhile)
    result = lpsim("run", ONE_PRACTICE, *SHORT, "--replications", 1)
    assert (started[1].exit_code, result.exit_code) == (0, 0)
    assert "Results: runs/one_practice\n" in started[1].stdout
    assert "Results: runs/one_practice-2\n" in result.stdout
    assert [read_run(Path(f"runs/one_practice{end}")).seed for end in ("", "-2")] == [7, 1]


def test_a_folder_that_is_taken_meanwhile_is_told_with_exit_code_1(folder, without_figures, monkeypatch):
    simulate_many = simulate.simulate_many

    def meanwhile(*arguments, **named):
        Path("here").mkdir(exist_ok=True)
        Path("here", "thesis.docx").write_text("mine")
        yield from simulate_many(*arguments, **named)

    monkeypatch.setattr(simulate, "simulate_many", meanwhile)
    result = lpsim("run", ONE_PRACTICE, *SHORT, "--replications", 1, "--out", "here")
    assert (result.exit_code, result.stderr) == (
        1,
        "here: was taken by others meanwhile; the results are in here-2\n",
    )
    assert loadable(folder) == ["here-2"]
    assert listing(folder / "here") == ["thesis.docx"]
