"""Compiled code is that of the sources as they are, and counts words as plain Python does."""

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numba import njit

import lpsim
from lpsim.model.shelf import SOURCES
from lpsim.model.spared import spare


def run(code, cache, **more):
    package = Path(lpsim.__file__).parent
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(cache), "PYTHONPATH": str(package.parent), **more}
    command = [sys.executable, "-c", code]
    return subprocess.run(
        command, env=environment, cwd=cache.anchor, capture_output=True, text=True, check=True
    )


def test_an_edit_of_what_compiled_code_is_made_of_gives_another_folder(tmp_path):
    package = tmp_path / "lpsim"
    shutil.copytree(Path(lpsim.__file__).parent, package)
    say = "from lpsim.model import shelf; print(shelf.__file__, shelf.shelf().folders[0])"
    edits = [None, *(next((package / room).glob("s*.py"), package / room / "votes.py") for room in SOURCES)]
    found = []
    for edited in edits:
        if edited is not None:
            with edited.open("a") as source:
                source.write("# edited\n")
        file, folder = run(say, tmp_path / "cache", PYTHONPATH=str(tmp_path)).stdout.split()
        assert Path(file).is_relative_to(tmp_path)
        found.append(folder)
    assert len(set(found)) == len(edits)


@pytest.mark.slow
def test_the_same_sources_at_another_place_use_the_code_that_was_compiled_at_the_first(tmp_path):
    draw = "from lpsim.model.draws import Draws; print(Draws(1).word(1, 2, 3))"
    for place in ("clone", "environment"):
        shutil.copytree(Path(lpsim.__file__).parent, tmp_path / place / "lpsim", copy_function=shutil.copy)
    kept = []
    for place in ("clone", "environment"):
        run(draw, tmp_path / "cache", PYTHONPATH=str(tmp_path / place))
        kept.append({path: path.stat().st_mtime_ns for path in (tmp_path / "cache").rglob("*.code")})
    assert len(kept[0]) == 1  # what is called, and nothing else
    assert kept[1] == kept[0]


def test_compiled_code_takes_nothing_from_a_room_whose_edits_are_not_noticed():
    package = Path(lpsim.__file__).parent
    rooms = tuple(f"lpsim.{room.replace('/', '.')}" for room in SOURCES)
    for path in package.rglob("*.py"):
        if not re.search(
            r"import .*\b(compiled|inlined|compiled_as|part)\b", path.read_text(encoding="utf-8")
        ):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        top = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
        found = {n.module for n in top if n.module.startswith("lpsim.")} - {"lpsim.scenario.settings"}
        assert all(name.startswith(rooms) for name in found), path


def test_the_instructions_on_words_are_what_plain_python_counts(tmp_path):
    loop = (
        "r = random.Random(1)\n"
        "for _ in range(200):\n"
        "    a, b = r.getrandbits(64) >> r.randrange(64), r.getrandbits(64)\n"
        "    p, l, (high, low) = f(np.uint64(a), np.uint64(b))\n"
        "    print(p, l, high, low)"
    )
    code = (
        "import random, numpy as np\nfrom numba import njit\nfrom lpsim.model import jit as c\n"
        "@njit\ndef f(a, b):\n    return c.popcount(a), c.lowest(a), c.multiply_wide(a, b)\n" + loop
    )
    compiled = run(code, tmp_path).stdout
    assert len(compiled.splitlines()) == 200
    assert run(code, tmp_path, NUMBA_DISABLE_JIT="1").stdout == compiled


class TestIndicesBelow0:
    """Compiled with bounds checked, in which Python's rule counts them from the end, and ours does not."""

    @staticmethod
    def one_of(module):
        def take(values, index):
            return values[index]

        take.__module__ = module
        return njit(boundscheck=True)(take)

    def test_are_no_indices_in_our_own_code(self):
        spare()
        with pytest.raises(IndexError):
            self.one_of("lpsim.anything")(np.arange(3), -1)
        assert self.one_of("lpsim.anything")(np.arange(3), 2) == 2

    def test_count_from_the_end_in_all_other_code(self):
        spare()
        assert self.one_of("lpsimulation")(np.arange(3), -1) == 2

    def test_are_refused_by_our_code_as_plain_python(self, tmp_path):
        code = (
            "import numpy as np, plain_python\nplain_python.refuse_negative_indices()\n"
            "from lpsim.model import jit\nf = jit.compiled(lambda values, index: values[0][index])\n"
            "print(f(np.eye(2), 1))\nf(np.eye(2), -1)"
        )
        path = os.pathsep.join([str(Path(__file__).parents[1]), str(Path(lpsim.__file__).parents[1])])
        with pytest.raises(subprocess.CalledProcessError) as failed:
            run(code, tmp_path, NUMBA_DISABLE_JIT="1", PYTHONPATH=path)
        assert failed.value.stdout == "0.0\n"
        assert "below 0" in failed.value.stderr
