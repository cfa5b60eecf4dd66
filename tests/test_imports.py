"""What people wait for is imported when it is needed and not before: each takes up to a second."""

import json
import subprocess
import sys

import pytest

import lpsim
from lpsim.scenario import Scenario

SLOW = {
    "numpy", "numba", "llvmlite", "pandas", "pyarrow", "scipy", "networkx", "mesa", "matplotlib", "PIL",
    "pydantic", "duckdb", "distributed", "SALib", "psutil", "filelock", "rich",
}  # fmt: skip
"""Everything that lpsim is built on but typer, which every command line needs."""


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    folder = tmp_path_factory.mktemp("saved") / "run"
    scenario = Scenario().replace({"steps": 2, "population.practices": 2, "record.lessons": True})
    lpsim.simulate(scenario, seed=1, engine="compiled").save(folder)
    return folder


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("swept") / "store"
    factors = [{"key": "practice.revision.rate", "kind": "lever", "values": [0.1, 0.2]}]
    base = Scenario().adapted({"steps": 2, "population.practices": 1})
    lpsim.sweep(
        lpsim.Design.from_dict({"method": "factorial", "base": base, "factors": factors}), store=folder
    )
    return folder


def imported(code):
    """The slow packages, and the rooms of lpsim, that a program has imported when it ends."""
    program = f"""
import atexit, json, sys
atexit.register(lambda: print(json.dumps(sorted(sys.modules))))
{code}
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    modules = json.loads(done.stdout.splitlines()[-1])
    own = [name for name in modules if name.startswith("lpsim")]
    return {name.split(".")[0] for name in modules} & SLOW, own


def command(*arguments):
    return f"sys.argv[1:] = {list(arguments)}\nfrom lpsim.cli import main\nmain()"


def test_importing_lpsim_imports_nothing_else():
    assert imported("import lpsim") == (set(), ["lpsim"])


def test_the_version_and_the_help_import_nothing_slow():
    for option in ("--version", "--help"):
        slow, own = imported(command(option))
        assert slow == set()
        rooms = {name.split(".")[1] for name in own if "." in name}
        expected = {"cli", "engines", "errors", "garbage", "plain", "storage", "watching"}
        assert rooms == expected | ({"runs"} if option == "--version" else set())


SCENARIO = {"pydantic"}  # typer itself reads the types of options by it, too
TABLE = SCENARIO | {"rich"}
PANDAS = {"numpy", "pandas", "pyarrow"}
COMPILER = {"numpy", "numba", "llvmlite", "filelock"}
PEOPLE = {"numpy", "psutil"}  # psutil says whether they fit into memory
INTERVAL = {"numpy", "scipy"}
FIGURE = {"numpy", "matplotlib", "PIL", "filelock"}  # filelock keeps the fonts that were found
RUN = TABLE | PANDAS | COMPILER | PEOPLE | INTERVAL
COMMANDS = {
    "": SCENARIO,
    "schema": SCENARIO,
    "scenarios": TABLE,
    "check one_practice": TABLE | PEOPLE,
    "check one_practice --assumptions": TABLE,
    "guide": TABLE | PANDAS,
    "query STORE SELECT": TABLE | PANDAS | {"duckdb", "filelock", "psutil"},  # psutil bounds its memory
    "lessons RUN": TABLE | PANDAS | INTERVAL | FIGURE,
    "run one_practice --engine compiled --set steps=2 --replications 1 --out OUT": RUN | FIGURE,
}
"""What each command imports of `SLOW`, and no more; the other commands simulate and draw as these do."""


@pytest.mark.parametrize("said", COMMANDS)
def test_a_command_imports_what_it_uses(said, saved, store, tmp_path):
    places = {"RUN": str(saved), "STORE": str(store), "SELECT": "select 1", "OUT": str(tmp_path / "out")}
    slow, _ = imported(command(*(places.get(word, word) for word in said.split())))
    assert slow == COMMANDS[said]


def test_a_scenario_is_read_with_pydantic_alone():
    slow, own = imported("import lpsim; lpsim.Scenario().replace({'steps': 3})")
    assert slow == {"pydantic"}
    assert {name.split(".")[1] for name in own if "." in name} == {
        "errors",
        "plain",
        "scenario",
        "shown",
        "storage",
    }


@pytest.mark.parametrize("load", ["Run.load", "load_runs"])
def test_a_run_is_loaded_and_checked_with_pydantic_alone(saved, load):
    slow, own = imported(f"import lpsim; lpsim.{load}({str(saved)!r})")
    assert slow == {"pydantic"}
    assert {name.split(".")[1] for name in own if "." in name} == {
        "errors",
        "plain",
        "runs",
        "scenario",
        "shown",
        "storage",
    }


def test_a_table_is_read_without_compiler_and_mesa_when_it_is_asked_for(saved):
    slow, _ = imported(f"import lpsim; run = lpsim.Run.load({str(saved)!r}); assert len(run.series) == 3")
    assert {"pandas", "pyarrow"} < slow
    assert not slow & {"numba", "llvmlite", "mesa", "networkx", "matplotlib"}


def test_a_damaged_table_is_refused_without_reading_it(saved):
    code = f"""
import lpsim, pathlib
path = pathlib.Path({str(saved)!r}, "practices.parquet")
whole = path.read_bytes()
path.write_bytes(whole[:-1])
try:
    lpsim.Run.load(path.parent)
except lpsim.InputError as error:
    assert "practices.parquet: damaged" in str(error)
else:
    raise AssertionError
finally:
    path.write_bytes(whole)
"""
    slow, _ = imported(code)
    assert slow == {"pydantic"}
