"""The rings of tests are as CONTRIBUTING.md says, and a fast test cannot do what it may not."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def rings(pytestconfig):
    """The tables of tests/conftest.py."""
    return pytestconfig.pluginmanager.get_plugin(str(ROOT / "tests" / "conftest.py")).RINGS


def test_every_place_that_is_put_into_a_ring_is_there_and_in_one_only(rings):
    places = [place for ring in rings.values() for place in ring]
    assert [place for place in places if not (ROOT / "tests" / place).exists()] == []
    assert len(set(places)) == len(places)


def test_a_fast_test_that_starts_a_process_fails():
    with pytest.raises(pytest.fail.Exception, match="starts a process, so it is not fast: mark it"):
        subprocess.Popen([sys.executable, "-c", ""])


def test_a_fast_test_that_draws_a_figure_fails():
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with pytest.raises(pytest.fail.Exception, match="draws a figure, so it is not fast"):
        FigureCanvasAgg(Figure()).draw()


def test_a_fast_test_that_runs_the_compiled_engine_fails():
    import lpsim

    with pytest.raises(pytest.fail.Exception, match="runs the compiled engine, so it is not fast"):
        lpsim.simulate(lpsim.Scenario().replace({"steps": 1, "population.practices": 1}), seed=1)


def test_every_session_of_nox_that_contributing_names_is_there():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = {word for names in re.findall(r"nox -s ([\w-]+(?: [a-z]+)*)", text) for word in names.split()}
    program = (ROOT / "noxfile.py").read_text(encoding="utf-8")
    assert named <= set(re.findall(r"^def (\w+)\(session", program, re.MULTILINE))
    assert "fast" in named
