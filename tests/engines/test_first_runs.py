"""The first runs after installation: made before anything is compiled, with the same numbers."""

import json
import os
import subprocess
import sys
from pathlib import Path

import lpsim

CODE = """
import json, os, sys, time
import lpsim
from lpsim.engines import quickest
quickest.LITTLE = float(sys.argv[1])
scenario = lpsim.Scenario().adapted({"population.practices": 2, "steps": 4})
runs = lpsim.simulate_many(scenario, range(1, 5))
found = [next(runs), next(runs)]
for process in quickest.QUICKEST._beside.values():
    process.wait()
folder = os.environ["NUMBA_CACHE_DIR"]
kept = lambda: sorted(name for *_, names in os.walk(folder) for name in names if name.endswith(".code"))
before = kept()
found += runs
print(json.dumps({
    "engines": [run.provenance["engine"] for run in found],
    "ends": [run.series["staff_knowledge"].tolist() for run in found],
    "compiled": [any(name.startswith("many_runs") for name in names) for names in (before, kept())],
    "more": len(kept()) - len(before),
}))
"""


def first_runs(cache, little):
    package = str(Path(lpsim.__file__).parents[1])
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(cache), "PYTHONPATH": package}
    command = [sys.executable, "-c", CODE, str(little)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout), done.stderr


def test_a_few_small_runs_compile_no_step(tmp_path):
    found, said = first_runs(tmp_path, little=60)
    assert found["engines"] == ["reference"] * 4
    assert found["compiled"] == [False, False]
    assert "beside" not in said


def test_what_was_compiled_beside_makes_the_rest_with_the_same_numbers_and_leaves_nothing_to_compile(
    tmp_path,
):
    found, said = first_runs(tmp_path, little=0)
    assert found["engines"] == ["reference", "reference", "compiled", "compiled"]
    assert found["compiled"] == [True, True]
    assert found["more"] == 0
    assert said.count("compiling beside") == 1
    again = lpsim.simulate_many(
        lpsim.Scenario().adapted({"population.practices": 2, "steps": 4}), range(1, 5), engine="compiled"
    )
    assert found["ends"] == [run.series["staff_knowledge"].tolist() for run in again]
